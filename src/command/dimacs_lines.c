#include "command/dimacs_lines.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/assign/network.h"
#include "sys/file.h"

enum { KEEP_SIZE = 16 << 20 };

struct dimacs dimacs_open(struct arena *arena, struct text text, struct fault *fault)
{
    return (struct dimacs){
        .reader = {.at = text.at, .end = text.at + text.size, .line = 1, .fault = fault},
        .text = text,
        .arena = arena};
}

static enum err read_problem(struct dimacs *file)
{
    struct number_reader *reader = &file->reader;
    int64_t nodes = 0;
    int64_t arcs = 0;

    if (file->has_problem) {
        return fail_line(reader->fault, ERR_INVALID, reader->line, "p",
                         "a second problem line, but there must be one");
    }
    reader_skip_blanks(reader);
    if (reader->end - reader->at < 4 || memcmp(reader->at, "min", 3) != 0 || reader->at[3] > ' ') {
        return fail_line(reader->fault, ERR_INVALID, reader->line, "p",
                         "the problem must be \"p min NODES ARCS\"");
    }
    reader->at += 3;
    TRY(reader_number(reader, "nodes", 1, INT32_MAX, &nodes));
    TRY(reader_number(reader, "arcs", 0, INT32_MAX, &arcs));
    if (arcs > (reader->end - reader->at) / 8) {
        return fail_line(reader->fault, ERR_INVALID, reader->line, "arcs",
                         "%" PRId64
                         " arcs are announced, but the file is too short for them; is it "
                         "cut off?",
                         arcs);
    }
    file->has_problem = true;
    file->node_count = (uint32_t)nodes;
    file->arc_max = (uint32_t)arcs;
    file->supply = arena_array(file->arena, int64_t, file->node_count);
    return OK;
}

static enum err read_node(struct dimacs *file)
{
    int64_t node = 0;
    int64_t supply = 0;

    TRY(reader_number(&file->reader, "node", 1, file->node_count, &node));
    TRY(reader_number(&file->reader, "supply", -NETWORK_FLOW_MAX, NETWORK_FLOW_MAX, &supply));
    if (!file->supply_known) {
        file->supply[node - 1] = supply;
        file->late_node = file->late_node || file->arc_count > 0;
    }
    return OK;
}

static enum err read_arc(struct dimacs *file, struct dimacs_arc *out)
{
    struct number_reader *reader = &file->reader;
    int64_t tail = 0;
    int64_t head = 0;

    if (file->arc_count == file->arc_max) {
        return fail_line(reader->fault, ERR_INVALID, reader->line, "a",
                         "more arcs than the %" PRIu32 " that the problem line announces",
                         file->arc_max);
    }
    TRY(reader_number(reader, "tail", 1, file->node_count, &tail));
    TRY(reader_number(reader, "head", 1, file->node_count, &head));
    TRY(reader_number(reader, "lower bound", 0, NETWORK_FLOW_MAX, &out->lower));
    TRY(reader_number(reader, "capacity", 0, NETWORK_FLOW_MAX, &out->capacity));
    TRY(reader_number(reader, "cost", -NETWORK_COST_MAX, NETWORK_COST_MAX, &out->cost));
    if (out->lower > out->capacity) {
        return fail_line(reader->fault, ERR_INVALID, reader->line, "capacity",
                         "the lower bound %" PRId64 " is above the capacity %" PRId64, out->lower,
                         out->capacity);
    }
    out->tail = (uint32_t)tail - 1;
    out->head = (uint32_t)head - 1;
    file->arc_count++;
    return OK;
}

/* Let go of what was read, lest the file stay in memory beside the problem. */
static void let_go(struct dimacs *file)
{
    size_t read = (size_t)(file->reader.at - file->text.at);

    if (read - file->done > KEEP_SIZE) {
        file->done = read;
        file_forget(file->text, read);
    }
}

enum err dimacs_check_balance(const struct dimacs *file)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < file->node_count; i++) {
        if (__builtin_add_overflow(sum, file->supply[i], &sum)) {
            return fail_field(file->reader.fault, ERR_INVALID, "supply",
                              "the supplies do not fit into 64 bits");
        }
    }
    if (sum != 0) {
        return fail_field(file->reader.fault, ERR_INVALID, "supply",
                          "supplies exceed demands by %" PRId64 ", but must balance", sum);
    }
    return OK;
}

enum err dimacs_next(struct dimacs *file, struct dimacs_arc *arc, bool *found)
{
    struct number_reader *reader = &file->reader;

    for (*found = false; !*found && reader->at < reader->end;) {
        char kind = *reader->at;

        if (kind != 'c' && reader_skip_blanks(reader)) {
            kind = *reader->at++;
            if (kind != 'p' && !file->has_problem) {
                return fail_line(reader->fault, ERR_INVALID, reader->line, "",
                                 "the file must begin with \"p min NODES ARCS\"");
            }
            if (kind == 'a') {
                TRY(read_arc(file, arc));
                *found = true;
            } else if (kind == 'n') {
                TRY(read_node(file));
            } else if (kind == 'p') {
                TRY(read_problem(file));
            } else {
                return fail_line(reader->fault, ERR_INVALID, reader->line, "",
                                 "a line starts with \"%c\", but must with c, p, n or a",
                                 kind > ' ' && kind < 127 ? kind : '?');
            }
            if (reader_skip_blanks(reader)) {
                return fail_line(reader->fault, ERR_INVALID, reader->line, "",
                                 "there is more on the line than belongs there");
            }
        }
        reader_next_line(reader);
    }
    let_go(file);
    if (*found || file->arc_count == file->arc_max) {
        return file->has_problem
                   ? OK
                   : fail(reader->fault, ERR_INVALID,
                          "the file is empty, but must begin with \"p min NODES ARCS\"");
    }
    return fail_line(reader->fault, ERR_INVALID, reader->line, "a",
                     "the file ends after %" PRIu32 " of the %" PRIu32 " arcs that it announces",
                     file->arc_count, file->arc_max);
}
