#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "command/assign_file.h"
#include "command/number_reader.h"
#include "sys/file.h"

enum { KEEP_SIZE = 16 << 20, CAPACITY_MAX = UINT16_MAX };

struct arc {
    uint32_t tail;
    uint32_t head;
    int64_t lower;
    int64_t capacity;
    int64_t cost;
};

struct edge {
    uint32_t row;
    uint32_t column;
    int32_t cost;
};

/* A file being read. Nodes are numbered from zero here. */
struct dimacs {
    struct number_reader reader;
    struct text text;
    size_t done; /* bytes of the text that were let go */
    struct arena *arena;
    bool has_problem;
    uint32_t node_count;
    uint32_t arc_max;
    uint32_t arc_count;
    bool late_node; /* a supply was given behind an arc */
    int64_t *supply;
};

static struct dimacs open_text(struct arena *arena, struct text text, struct fault *fault)
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
    file->supply[node - 1] = supply;
    file->late_node = file->late_node || file->arc_count > 0;
    return OK;
}

static enum err read_arc(struct dimacs *file, struct arc *out)
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

static enum err check_balance(const struct dimacs *file)
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

/* Up to and with the next arc; `found` is false at the end. */
static enum err next_arc(struct dimacs *file, struct arc *arc, bool *found)
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

/* What the nodes are in an assignment problem. */
struct roles {
    uint32_t *index; /* [node] as row or column */
    uint32_t row_count;
    uint32_t column_count;
    uint32_t sink; /* UINT32_MAX: the columns demand themselves */
    uint32_t *demand;
    uint32_t *minimum;
    int32_t *empty_cost;
    uint16_t *capacity;
    bool has_empty;
    bool wide; /* some edge carries more than one unit */
    struct edge *edges;
    uint32_t edge_count;
};

static bool give_roles(const struct dimacs *file, struct roles *roles)
{
    uint32_t demands = 0;
    uint32_t between = 0;

    *roles = (struct roles){.sink = UINT32_MAX};
    for (uint32_t i = 0; i < file->node_count; i++) {
        roles->row_count += file->supply[i] > 0;
        demands += file->supply[i] < 0;
        between += file->supply[i] == 0;
        roles->sink = file->supply[i] < 0 ? i : roles->sink;
        if (file->supply[i] >= UINT32_MAX) {
            return false;
        }
    }
    if (roles->row_count == 0 || (between > 0 && demands != 1)) {
        return false;
    }
    roles->column_count = between > 0 ? between : demands;
    roles->sink = between > 0 ? roles->sink : UINT32_MAX;
    roles->index = arena_array(file->arena, uint32_t, file->node_count);
    roles->demand = arena_array(file->arena, uint32_t, roles->row_count);
    roles->minimum = arena_array(file->arena, uint32_t, roles->row_count);
    roles->empty_cost = arena_array(file->arena, int32_t, roles->row_count);
    roles->capacity = arena_array(file->arena, uint16_t, roles->column_count);

    uint32_t row = 0;
    uint32_t column = 0;

    for (uint32_t i = 0; i < file->node_count; i++) {
        int64_t supply = file->supply[i];

        if (supply > 0) {
            roles->demand[row] = roles->minimum[row] = (uint32_t)supply;
            roles->index[i] = row++;
        } else if (i != roles->sink) {
            if (-supply > CAPACITY_MAX) {
                return false;
            }
            roles->capacity[column] = (uint16_t)-supply;
            roles->index[i] = column++;
        }
    }
    return true;
}

/* Take an arc in; false: it is not one of an assignment problem. */
static bool take_arc(const struct dimacs *file, struct roles *roles, const struct arc *arc)
{
    bool from_row = file->supply[arc->tail] > 0;
    bool to_sink = arc->head == roles->sink;
    uint32_t index = roles->index[arc->tail];

    if (arc->lower != 0 || arc->cost > ASSIGN_COST_MAX || arc->cost < -ASSIGN_COST_MAX ||
        arc->tail == roles->sink) {
        return false;
    }
    if (from_row && to_sink) {
        uint32_t spare =
            arc->capacity < roles->demand[index] ? (uint32_t)arc->capacity : roles->demand[index];

        if (roles->minimum[index] < roles->demand[index]) {
            return false;
        }
        roles->minimum[index] -= spare;
        roles->empty_cost[index] = (int32_t)arc->cost;
        roles->has_empty = true;
        return true;
    }
    if (!from_row && to_sink) {
        int64_t capacity = roles->capacity[index] + arc->capacity;

        capacity = capacity > roles->row_count ? roles->row_count : capacity;
        roles->capacity[index] = (uint16_t)capacity;
        return arc->cost == 0 && capacity <= CAPACITY_MAX;
    }
    if (!from_row || file->supply[arc->head] > 0) {
        return false;
    }
    if (arc->capacity > 0) {
        roles->wide = roles->wide || arc->capacity > 1;
        roles->edges[roles->edge_count++] =
            (struct edge){index, roles->index[arc->head], (int32_t)arc->cost};
    }
    return true;
}

static bool fits_in_units(const struct roles *roles)
{
    for (uint32_t i = 0; roles->wide && i < roles->column_count; i++) {
        if (roles->capacity[i] > 1) {
            return false;
        }
    }
    return true;
}

/* The line of the second edge between two nodes: read the file once more. */
static enum err refuse_twin(struct text text, uint32_t tail, uint32_t head, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    struct dimacs file = open_text(arena, text, fault);
    struct arc arc;
    bool found = true;
    bool met = false;

    while (found) {
        TRY(next_arc(&file, &arc, &found));
        if (found && arc.tail == tail && arc.head == head && arc.capacity > 0) {
            if (met) {
                break;
            }
            met = true;
        }
    }
    return fail_line(fault, ERR_INVALID, file.reader.line - 1, "head",
                     "a second arc from node %" PRIu32 " to node %" PRIu32, tail + 1, head + 1);
}

static uint32_t *names(const struct dimacs *file, const struct roles *roles, bool rows)
{
    uint32_t *name = arena_array(file->arena, uint32_t,
                                 (rows ? roles->row_count : roles->column_count) + (size_t)1);

    for (uint32_t i = 0; i < file->node_count; i++) {
        if ((file->supply[i] > 0) == rows && i != roles->sink) {
            name[roles->index[i]] = i + 1;
        }
    }
    return name;
}

/* Sort the edges by column, and refuse twins. */
static enum err build(const struct dimacs *file, const struct roles *roles, struct assign_file *out)
{
    ARENA_SCOPE scratch = arena_new();
    uint32_t rows = roles->row_count;
    uint32_t columns = roles->column_count;
    bool dense = roles->edge_count == (uint64_t)rows * columns;
    uint64_t *start = arena_array(dense ? scratch : file->arena, uint64_t, columns + (size_t)2);
    int32_t *cost = arena_array(file->arena, int32_t, roles->edge_count + (size_t)1);
    uint32_t *row =
        arena_array(dense ? scratch : file->arena, uint32_t, roles->edge_count + (size_t)1);
    uint32_t *seen = arena_array(scratch, uint32_t, rows);

    for (uint32_t i = 0; i < roles->edge_count; i++) {
        start[roles->edges[i].column + 2]++;
    }
    for (uint32_t i = 0; i < columns; i++) {
        start[i + 2] += start[i + 1];
    }
    for (uint32_t i = 0; i < roles->edge_count; i++) {
        const struct edge *edge = &roles->edges[i];
        uint64_t at = start[edge->column + 1]++;

        row[at] = edge->row;
        cost[dense ? (uint64_t)edge->column * rows + edge->row : at] = edge->cost;
    }
    for (uint32_t column = 0; column < columns; column++) {
        for (uint64_t i = start[column]; i < start[column + 1]; i++) {
            if (seen[row[i]] == column + 1) {
                return refuse_twin(file->text, out->row_name[row[i]] - 1,
                                   out->column_name[column] - 1, file->reader.fault);
            }
            seen[row[i]] = column + 1;
        }
    }
    out->problem =
        (struct assign_problem){.row_count = rows,
                                .column_count = columns,
                                .demand = roles->demand,
                                .minimum = roles->minimum,
                                .empty_cost = roles->has_empty ? roles->empty_cost : NULL,
                                .capacity = roles->capacity,
                                .start = dense ? NULL : start,
                                .row = dense ? NULL : row,
                                .cost = cost};
    return OK;
}

/* `out` is untouched, and `fits` false, when the file is no assignment problem. */
static enum err read_assignment(struct arena *arena, struct text text, struct assign_file *out,
                                bool *fits, struct fault *fault)
{
    ARENA_SCOPE scratch = arena_new();
    struct dimacs file = open_text(arena, text, fault);
    struct roles roles;
    struct arc arc;
    bool found;

    *fits = false;
    TRY(next_arc(&file, &arc, &found));
    if (!found || !give_roles(&file, &roles)) {
        return OK;
    }
    TRY(check_balance(&file));
    roles.edges = arena_array(scratch, struct edge, file.arc_max);
    while (found) {
        if (!take_arc(&file, &roles, &arc)) {
            return OK;
        }
        TRY(next_arc(&file, &arc, &found));
    }
    if (file.late_node || !fits_in_units(&roles)) {
        return OK;
    }
    out->row_name = names(&file, &roles, true);
    out->column_name = names(&file, &roles, false);
    out->sink_name = roles.sink == UINT32_MAX ? 0 : roles.sink + 1;
    *fits = true;
    return build(&file, &roles, out);
}

static enum err read_network(struct arena *arena, struct text text, struct assign_file *out,
                             struct fault *fault)
{
    struct dimacs file = open_text(arena, text, fault);
    struct arc arc;
    bool found;

    TRY(next_arc(&file, &arc, &found));
    size_t arcs = file.arc_max + (size_t)1;
    uint32_t *tail = arena_array(arena, uint32_t, arcs);
    uint32_t *head = arena_array(arena, uint32_t, arcs);
    int64_t *lower = arena_array(arena, int64_t, arcs);
    int64_t *capacity = arena_array(arena, int64_t, arcs);
    int64_t *cost = arena_array(arena, int64_t, arcs);

    for (uint32_t i = 0; found; i++) {
        tail[i] = arc.tail;
        head[i] = arc.head;
        lower[i] = arc.lower;
        capacity[i] = arc.capacity;
        cost[i] = arc.cost;
        TRY(next_arc(&file, &arc, &found));
    }
    TRY(check_balance(&file));
    out->is_network = true;
    out->network = (struct network){file.node_count, file.arc_count, file.supply, tail, head,
                                    lower,           capacity,       cost};
    return OK;
}

enum err dimacs_read(struct arena *arena, struct text text, struct assign_file *out,
                     struct fault *fault)
{
    struct arena_mark mark = arena_mark(arena);
    struct assign_file file = {0};
    bool fits;

    TRY(read_assignment(arena, text, &file, &fits, fault));
    if (!fits) {
        arena_undo(arena, mark);
        TRY(read_network(arena, text, &file, fault));
    }
    *out = file;
    return OK;
}
