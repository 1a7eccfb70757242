#include "command/assign_lines.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"

struct assign_names assign_names_new(struct arena *arena, uint32_t most)
{
    return (struct assign_names){arena_array(arena, uint32_t, most + (size_t)1), most};
}

struct assign_names assign_names_of(struct arena *arena, const uint32_t *name, uint32_t count)
{
    uint32_t most = 0;

    for (uint32_t i = 0; i < count; i++) {
        most = name[i] > most ? name[i] : most;
    }
    struct assign_names names = assign_names_new(arena, most);

    for (uint32_t i = 0; i < count; i++) {
        names.place[name[i]] = i + 1;
    }
    return names;
}

enum err assign_name_read(struct number_reader *reader, const struct assign_names *names,
                          const char *field, uint32_t *out)
{
    int64_t name = 0;

    TRY(reader_number(reader, field, 0, UINT32_MAX, &name));
    if (name > names->most || names->place[name] == 0) {
        return fail_line(reader->fault, ERR_INVALID, reader->line, field, "there is no %s %" PRId64,
                         field, name);
    }
    *out = names->place[name] - 1;
    return OK;
}

enum err assign_line_begin(struct number_reader *reader, const char *kinds, char *out)
{
    for (; reader->at < reader->end; reader_next_line(reader)) {
        if (!reader_skip_blanks(reader)) {
            continue;
        }
        char kind = *reader->at;
        bool alone = reader->at + 1 == reader->end || reader->at[1] == ' ' ||
                     reader->at[1] == '\t' || reader->at[1] == '\n' || reader->at[1] == '\r';

        if (alone && kind == 'c') {
            continue;
        }
        if (!alone || kind == '\0' || strchr(kinds, kind) == NULL) {
            return fail_line(reader->fault, ERR_INVALID, reader->line, "line",
                             "a line must begin with c or one of %s, and a blank", kinds);
        }
        reader->at++;
        *out = kind;
        return OK;
    }
    *out = '\0';
    return OK;
}

enum err assign_line_end(struct number_reader *reader)
{
    if (reader_skip_blanks(reader)) {
        return fail_line(reader->fault, ERR_INVALID, reader->line, "line",
                         "the line goes on after its last number");
    }
    reader_next_line(reader);
    return OK;
}

enum err assign_line_twice(const struct number_reader *reader, const char *field)
{
    return fail_line(reader->fault, ERR_INVALID, reader->line, field,
                     "an earlier line said the same of this %s", field);
}
