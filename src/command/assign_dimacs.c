#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "command/assign_file.h"
#include "command/dimacs_lines.h"

enum { CAPACITY_MAX = UINT16_MAX };

struct edge {
    uint32_t row;
    uint32_t column;
    int32_t cost;
};

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
    bool wide;      /* some edge carries more than one unit */
    bool *reached;  /* [node] an edge leads to it */
    bool *stranded; /* [node] no column, unless nothing reaches it: it has no supply, but edges */
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
    roles->reached = arena_array(file->arena, bool, file->node_count);
    roles->stranded = arena_array(file->arena, bool, file->node_count);

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
static bool take_arc(const struct dimacs *file, struct roles *roles, const struct dimacs_arc *arc)
{
    bool from_row = file->supply[arc->tail] > 0;
    bool to_sink = arc->head == roles->sink;
    uint32_t index = roles->index[arc->tail];

    if (arc->lower != 0 || arc->cost > ASSIGN_COST_MAX || arc->cost < -ASSIGN_COST_MAX ||
        arc->tail == roles->sink) {
        return false;
    }
    if (arc->capacity == 0) {
        return true;
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
    if (!from_row && (!to_sink || arc->cost != 0)) {
        roles->stranded[arc->tail] = true;
        return true;
    }
    if (!from_row) {
        int64_t capacity = roles->capacity[index] + arc->capacity;

        capacity = capacity > roles->row_count ? roles->row_count : capacity;
        roles->capacity[index] = (uint16_t)capacity;
        return capacity <= CAPACITY_MAX;
    }
    if (file->supply[arc->head] > 0) {
        return false;
    }
    roles->wide = roles->wide || arc->capacity > 1;
    roles->reached[arc->head] = true;
    roles->edges[roles->edge_count++] =
        (struct edge){index, roles->index[arc->head], (int32_t)arc->cost};
    return true;
}

/* Nodes without supply that only give, as rows that ask for nothing do, matter to nobody as long
 * as nothing reaches them. */
static bool stranded_are_idle(const struct dimacs *file, const struct roles *roles)
{
    for (uint32_t i = 0; i < file->node_count; i++) {
        if (roles->stranded[i] && roles->reached[i]) {
            return false;
        }
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
    struct dimacs file = dimacs_open(arena, text, fault);
    struct dimacs_arc arc;
    bool found = true;
    bool met = false;

    while (found) {
        TRY(dimacs_next(&file, &arc, &found));
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

/* `out` is untouched, and `fits` false, when the file is no assignment problem. `supply`: of all
 * nodes; NULL: the lines ahead of the first arc tell. */
static enum err read_assignment(struct arena *arena, struct text text, const int64_t *supply,
                                struct assign_file *out, bool *fits, struct fault *fault)
{
    ARENA_SCOPE scratch = arena_new();
    struct dimacs file = dimacs_open(arena, text, fault);
    struct roles roles;
    struct dimacs_arc arc;
    bool found;

    *fits = false;
    TRY(dimacs_next(&file, &arc, &found));
    if (supply != NULL) {
        memcpy(file.supply, supply, file.node_count * sizeof(*supply));
    }
    if (!found || !give_roles(&file, &roles)) {
        return OK;
    }
    roles.edges = arena_array(scratch, struct edge, file.arc_max);
    file.supply_known = supply != NULL;
    while (found) {
        if (file.late_node || !take_arc(&file, &roles, &arc)) {
            return OK;
        }
        TRY(dimacs_next(&file, &arc, &found));
    }
    if (file.late_node || !fits_in_units(&roles) || !stranded_are_idle(&file, &roles)) {
        return OK;
    }
    TRY(dimacs_check_balance(&file));
    out->row_name = names(&file, &roles, true);
    out->column_name = names(&file, &roles, false);
    out->sink_name = roles.sink == UINT32_MAX ? 0 : roles.sink + 1;
    *fits = true;
    return build(&file, &roles, out);
}

/* `late`: supplies were given behind arcs. */
static enum err read_network(struct arena *arena, struct text text, struct assign_file *out,
                             bool *late, struct fault *fault)
{
    struct dimacs file = dimacs_open(arena, text, fault);
    struct dimacs_arc arc;
    bool found;

    TRY(dimacs_next(&file, &arc, &found));
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
        TRY(dimacs_next(&file, &arc, &found));
    }
    TRY(dimacs_check_balance(&file));
    *late = file.late_node;
    out->is_network = true;
    out->network = (struct network){file.node_count, file.arc_count, file.supply, tail, head,
                                    lower,           capacity,       cost};
    return OK;
}

/* The supplies of a file that gives them behind its arcs. */
static const int64_t *copy_supply(struct arena *arena, const struct network *network)
{
    int64_t *supply = arena_array(arena, int64_t, network->node_count);

    memcpy(supply, network->supply, network->node_count * sizeof(*supply));
    return supply;
}

enum err dimacs_read(struct arena *arena, struct text text, struct assign_file *out,
                     struct fault *fault)
{
    ARENA_SCOPE scratch = arena_new();
    struct arena_mark mark = arena_mark(arena);
    struct assign_file file = {0};
    bool fits;
    bool late = false;

    TRY(read_assignment(arena, text, NULL, &file, &fits, fault));
    if (!fits) {
        arena_undo(arena, mark);
        TRY(read_network(arena, text, &file, &late, fault));
    }
    if (late) {
        const int64_t *supply = copy_supply(scratch, &file.network);

        file = (struct assign_file){0};
        arena_undo(arena, mark);
        TRY(read_assignment(arena, text, supply, &file, &fits, fault));
    }
    if (late && !fits) {
        arena_undo(arena, mark);
        TRY(read_network(arena, text, &file, &late, fault));
    }
    *out = file;
    return OK;
}
