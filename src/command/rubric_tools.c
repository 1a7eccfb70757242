#include "command/rubric_tools.h"

#include "base/arena.h"
#include "base/fault.h"
#include "cli/command.h"
#include "engine/verify/rubric.h"
#include "engine/verify/rubric_set.h"
#include "sys/file.h"

enum { FILE_MAX_SIZE = 1'000'000'000, OUT_MODE = 0644 };

struct convert_options {
    const char *to;
    const char *out;
};

static const struct convert_options convert_defaults = {.to = "periti"};

static const struct field convert_fields[] = {
    TEXT(convert_options, to, .doc = "The form that is wanted [periti]", .optional = true,
         .choices = "periti|healthbench|apex|ace|archipelago|tree"),
    TEXT(convert_options, out, .doc = "File to write; without it: standard output",
         .optional = true),
};
const struct shape rubric_convert_shape =
    SHAPE(convert_options, convert_fields, "How to convert", .defaults = &convert_defaults);

static enum err read_set(struct invocation *call, const char *path, struct rubric_set *out)
{
    struct text file;

    TRY(file_read(call->arena, path, FILE_MAX_SIZE, &file, call->fault));
    return rubric_set_read(call->arena, file, out, call->fault);
}

enum err rubric_convert(struct invocation *call)
{
    const struct convert_options *given = call->options;
    struct buffer buffer = buffer_new(call->arena);
    struct rubric_set set;

    TRY(read_set(call, call->words[0], &set));
    TRY(rubric_set_write(&set, given->to, &buffer, call->fault));
    if (given->out == NULL) {
        fwrite(buffer.at, 1, buffer.size, call->out);
        return OK;
    }
    TRY(file_write(given->out, buffer_view(&buffer), OUT_MODE, call->fault));
    size_t criteria = 0;

    for (size_t i = 0; i < set.count; i++) {
        criteria += set.at[i].count;
    }
    fprintf(call->out, "%zu rubrics with %zu criteria written to %s\n", set.count, criteria,
            given->out);
    return OK;
}

enum err rubric_diff(struct invocation *call)
{
    struct rubric_set before;
    struct rubric_set now;
    const struct rubric_change *changes;
    size_t count;

    TRY(read_set(call, call->words[0], &before));
    TRY(read_set(call, call->words[1], &now));
    rubric_set_diff(call->arena, &before, &now, &changes, &count);
    for (size_t i = 0; i < count; i++) {
        const struct rubric_change *one = &changes[i];

        fprintf(call->out, "%c\t%s\t%s\t", one->sign, one->rubric, one->criterion);
        if (one->sign == '~') {
            fprintf(call->out, "%s\t%s -> %s\n", one->what, one->before, one->now);
        } else {
            fprintf(call->out, "%s%s\n", one->before, one->now);
        }
    }
    fprintf(call->out, "%zu changes\n", count);
    return OK;
}
