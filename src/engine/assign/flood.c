#include <string.h>

#include "base/arena.h"
#include "engine/assign/balance.h"

/* A row on the way, and the move that led on from it. */
struct stop {
    uint32_t row;
    uint32_t slot;
    int32_t cost; /* of the edge that the slot would use then */
};

struct flood {
    struct core *core;
    struct stop *way; /* a row is on it once */
    uint32_t depth;
    uint32_t *next; /* [row] the first of its slots or views that was not tried in vain */
    bool *closed;   /* [row] it is on the way, or led nowhere */
};

static struct flood new_flood(struct arena *arena, struct core *core)
{
    size_t rows = core->problem->row_count;

    return (struct flood){.core = core,
                          .way = arena_array(arena, struct stop, rows + 1),
                          .next = arena_array(arena, uint32_t, rows),
                          .closed = arena_array(arena, bool, rows)};
}

static void enter(struct flood *flood, uint32_t row)
{
    flood->way[flood->depth++] = (struct stop){.row = row};
    flood->closed[row] = true;
}

/* Open the way again after a seat went along it. */
static void leave_way(struct flood *flood)
{
    for (uint32_t i = 0; i < flood->depth; i++) {
        flood->closed[flood->way[i].row] = false;
    }
    flood->depth = 0;
}

/* Where the seat in `slot` could go for nothing: a row, or CORE_NONE for nowhere at all. */
static bool find_exit(const struct flood *flood, uint32_t slot, uint32_t *row, int32_t *cost)
{
    const struct core *core = flood->core;
    const struct core_slot *seat = &core->slots[slot];
    const struct core_column *column = &core->columns[seat->column];
    int64_t surplus = core->price[seat->row] - seat->cost;

    *row = CORE_NONE;
    if (surplus == core_load_cost(core, column->index, column->used - 1u)) {
        return true;
    }
    for (uint32_t i = 0; i < column->edges; i++) {
        struct core_edge edge = core->edges[column->edge + i];

        if (core->price[edge.row] - edge.cost == surplus && !flood->closed[edge.row] &&
            !core_holds(core, seat->column, edge.row, edge.cost)) {
            *row = edge.row;
            *cost = edge.cost;
            return true;
        }
    }
    return false;
}

/* Does a seat that arrives in a row end there? */
static bool absorbs(struct core *core, uint32_t row)
{
    if (takes(core, row)) {
        return true;
    }
    if (core_empty(core, row) > 0 && core->price[row] == last_empty(core, row)) {
        core->rows[row].asked++;
        return true;
    }
    return false;
}

/* Move the seats on the way on, the last one first, so that no row is ever over its room. */
static void pass_out(struct flood *flood, uint32_t end)
{
    for (uint32_t i = flood->depth; i-- > 0;) {
        core_sit(flood->core, flood->way[i].slot, end, flood->way[i].cost);
        end = flood->way[i].row;
    }
}

static bool send_from(struct flood *flood, uint32_t from)
{
    const struct core *core = flood->core;

    if (absorbs(flood->core, from)) {
        return true;
    }
    enter(flood, from);
    while (flood->depth > 0) {
        struct stop *stop = &flood->way[flood->depth - 1];
        uint32_t row = CORE_NONE;
        bool found = false;

        for (; flood->next[stop->row] < core->rows[stop->row].count; flood->next[stop->row]++) {
            stop->slot = core->rows[stop->row].slots[flood->next[stop->row]];
            found = find_exit(flood, stop->slot, &row, &stop->cost);
            if (found) {
                break;
            }
        }
        if (!found) {
            flood->depth--;
        } else if (row == CORE_NONE || absorbs(flood->core, row)) {
            pass_out(flood, row);
            leave_way(flood);
            return true;
        } else {
            enter(flood, row);
        }
    }
    return false;
}

uint64_t flood_out(struct core *core)
{
    ARENA_SCOPE arena = arena_new();
    struct flood flood = new_flood(arena, core);
    uint64_t moved = 0;

    for (uint32_t row = 0; row < core->problem->row_count; row++) {
        while (gives(core, row) && !flood.closed[row] && send_from(&flood, row)) {
            moved++;
        }
    }
    return moved;
}

/* A slot of a column that could sit in the view's row for nothing; CORE_NONE if there is none. */
static uint32_t find_source(const struct flood *flood, uint32_t row, struct core_view view)
{
    const struct core *core = flood->core;
    const struct core_column *column = &core->columns[view.column];
    int64_t surplus = core->price[row] - view.cost;

    if (core_holds(core, view.column, row, view.cost)) {
        return CORE_NONE;
    }
    for (uint32_t slot = column->slot; slot < column->slot + column->slots; slot++) {
        const struct core_slot *seat = &core->slots[slot];

        if (seat->row == CORE_NONE
                ? surplus == core_load_cost(core, column->index, column->used)
                : surplus == core->price[seat->row] - seat->cost && !flood->closed[seat->row]) {
            return slot;
        }
    }
    return CORE_NONE;
}

/* Can a row spare the seat that it is asked for? */
static bool spares(struct core *core, uint32_t row)
{
    if (core->rows[row].asked > 0 && core->price[row] == next_empty(core, row)) {
        core->rows[row].asked--;
        return true;
    }
    return false;
}

/* The last row on the way takes its slot first: its former row is the one before the end. */
static void pass_in(struct flood *flood)
{
    for (uint32_t i = flood->depth; i-- > 0;) {
        core_sit(flood->core, flood->way[i].slot, flood->way[i].row, flood->way[i].cost);
    }
}

static bool draw_from(struct flood *flood, uint32_t to)
{
    struct core *core = flood->core;

    if (spares(core, to)) {
        return true;
    }
    enter(flood, to);
    while (flood->depth > 0) {
        struct stop *stop = &flood->way[flood->depth - 1];
        uint32_t *next = &flood->next[stop->row];
        uint32_t views = core->rows[stop->row + 1].view - core->rows[stop->row].view;

        stop->slot = CORE_NONE;
        for (; *next < views && stop->slot == CORE_NONE; *next += stop->slot == CORE_NONE) {
            struct core_view view = core->views[core->rows[stop->row].view + *next];

            stop->slot = find_source(flood, stop->row, view);
            stop->cost = view.cost;
        }
        uint32_t row = stop->slot == CORE_NONE ? CORE_NONE : core->slots[stop->slot].row;

        if (stop->slot == CORE_NONE) {
            flood->depth--;
        } else if (row == CORE_NONE || spares(core, row)) {
            pass_in(flood);
            leave_way(flood);
            return true;
        } else {
            enter(flood, row);
        }
    }
    return false;
}

uint64_t flood_in(struct core *core)
{
    ARENA_SCOPE arena = arena_new();
    struct flood flood = new_flood(arena, core);
    uint64_t moved = 0;

    for (uint32_t row = 0; row < core->problem->row_count; row++) {
        while (takes(core, row) && !flood.closed[row] && draw_from(&flood, row)) {
            moved++;
        }
    }
    return moved;
}
