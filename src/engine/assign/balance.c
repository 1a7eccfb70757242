/*
 * Balancing: shortest augmenting paths over rows (Dijkstra with prices as potentials).
 *
 * A row with too many seats sends one along the cheapest chain of moves to a row that lacks one, to
 * a seat that would else be empty, or out. A row with too few draws one in along the cheapest
 * chain. Prices move by how much nearer than the end a row was, so every column stays at its best.
 */

#include <string.h>

#include "base/arena.h"
#include "engine/assign/assign.h"
#include "engine/assign/balance.h"
#include "engine/assign/core.h"
#include "engine/assign/heap.h"

enum {
    TOGETHER_MIN = 1, /* seats a row to mend, from which they are mended together */
    FEW = 4,          /* seats that a round moves, below which a search for each is as quick */
    POOR_MAX = 2,     /* rounds in a row that move fewer, before that is left */
};

#define NOWHERE (UINT32_MAX - 1)
#define TREE                                                                                       \
    (UINT32_MAX - 2) /* no slot moves: a row asks its parent or child for one more or less */

/* How a row was reached. */
struct step {
    int64_t distance;
    uint32_t reached; /* search that reached it */
    uint32_t done;    /* search that settled it */
    uint32_t slot;    /* that would move */
    uint32_t row;     /* from where */
    int32_t cost;     /* of the edge that it would use */
};

struct search {
    struct core *core;
    struct step *steps;
    uint32_t *settled; /* rows */
    uint32_t settled_count;
    struct heap heap;
    uint32_t number;
    int64_t end; /* distance of the nearest end so far */
    uint32_t end_row;
    uint32_t end_slot;
    int32_t end_cost;
};

static void begin(struct search *search)
{
    search->number++;
    search->settled_count = 0;
    search->heap.count = 0;
    search->end = search->core->reach;
    search->end_row = CORE_NONE;
}

static void begin_at(struct search *search, uint32_t row)
{
    search->steps[row].distance = 0;
    search->steps[row].reached = search->number;
    heap_push(&search->heap, (struct heap_item){0, row});
}

/* The nearest row that is not settled; false when the end is nearer. */
static bool settle(struct search *search, uint32_t *row)
{
    while (search->heap.count > 0 && search->heap.items[0].key < search->end) {
        struct heap_item item = heap_pop(&search->heap);
        struct step *step = &search->steps[item.value];

        if (step->done != search->number && item.key == step->distance) {
            step->done = search->number;
            search->settled[search->settled_count++] = item.value;
            *row = item.value;
            return true;
        }
    }
    return false;
}

static void reach(struct search *search, uint32_t row, struct step step)
{
    struct step *known = &search->steps[row];

    if (step.distance >= search->end || known->done == search->number ||
        (known->reached == search->number && known->distance <= step.distance)) {
        return;
    }
    step.reached = search->number;
    step.done = known->done;
    *known = step;
    heap_push(&search->heap, (struct heap_item){step.distance, row});
}

static void end_at(struct search *search, int64_t distance, uint32_t row, uint32_t slot,
                   int32_t cost)
{
    if (distance < search->end) {
        search->end = distance;
        search->end_row = row;
        search->end_slot = slot;
        search->end_cost = cost;
    }
}

static void leave(struct core *core, uint32_t slot)
{
    struct core_row *row = &core->rows[core->slots[slot].row];
    uint32_t last = row->slots[--row->count];

    row->slots[core->slots[slot].place] = last;
    core->slots[last].place = core->slots[slot].place;
}

void core_sit(struct core *core, uint32_t slot, uint32_t row, int32_t cost)
{
    struct core_slot *seat = &core->slots[slot];

    if (seat->row != CORE_NONE) {
        leave(core, slot);
        core->columns[seat->column].used--;
    }
    seat->row = row;
    seat->cost = cost;
    if (row != CORE_NONE) {
        seat->place = core->rows[row].count;
        core->rows[row].slots[core->rows[row].count++] = slot;
        core->columns[seat->column].used++;
    }
}

/* One seat more or less of what `child` is asked for: the step from `row` to `other`. */
static void try_ask(struct search *search, uint32_t row, uint32_t other, uint32_t child, int more)
{
    const struct core *core = search->core;
    const struct core_tree *tree = core->tree;
    uint32_t asked = core->rows[child].asked;
    int64_t loss = core->price[other] - core->price[row];
    int64_t distance = search->steps[row].distance;

    if (more > 0 ? asked >= tree->most[child] : asked == 0) {
        return;
    }
    /* Of two rows, the one that gives sends its lack along, or its surplus. */
    loss = (child == other) == (more > 0) ? loss : -loss;
    loss += more > 0 && asked < tree->least[child]    ? -core->dear.lacking
            : more < 0 && asked <= tree->least[child] ? core->dear.lacking
                                                      : 0;
    reach(search, other, (struct step){.distance = distance + loss, .slot = TREE, .row = row});
}

/* Chains by which one seat of `row` could go elsewhere. */
static void spread(struct search *search, uint32_t row)
{
    struct core *core = search->core;
    int64_t distance = search->steps[row].distance;

    for (uint32_t i = 0; i < core->rows[row].count; i++) {
        uint32_t slot = core->rows[row].slots[i];
        const struct core_slot *seat = &core->slots[slot];
        const struct core_column *column = &core->columns[seat->column];
        int64_t loss = distance + core->price[row] - seat->cost;

        end_at(search, loss - core_load_cost(core, column->index, column->used - 1u), row, slot, 0);
        for (uint32_t k = 0; k < column->edges; k++) {
            struct core_edge edge = core->edges[column->edge + k];
            int64_t far = loss - (core->price[edge.row] - edge.cost);

            if (far < search->end && !core_holds(core, seat->column, edge.row, edge.cost)) {
                reach(search, edge.row,
                      (struct step){.distance = far, .slot = slot, .row = row, .cost = edge.cost});
            }
        }
    }
}

/* Where a row below it, or the one above, could be asked for one more or less: `more` seats that
 * `row` needs, one or minus one. */
static void try_tree(struct search *search, uint32_t row, int more)
{
    struct core *core = search->core;
    const struct core_tree *tree = core->tree;

    if (tree == NULL) {
        return;
    }
    for (uint32_t child = tree->child[row]; child != CORE_NONE; child = tree->next[child]) {
        try_ask(search, row, child, child, more);
    }
    if (tree->parent[row] != CORE_NONE) {
        try_ask(search, row, tree->parent[row], row, -more);
    }
}

/* Walk such a step: `row` needs one seat more or less, and leaves it to `other`. */
static void ask(struct core *core, uint32_t row, uint32_t other, int more)
{
    bool up = core->tree->parent[row] == other;
    uint32_t child = up ? row : other;
    uint32_t by = (uint32_t)(up ? -more : more);

    core->rows[child].asked += by;
    core->rows[core->tree->parent[child]].below += by;
}

/* Find where a seat of the rows begun at could go; false: the core is too narrow to tell. */
static bool find_out(struct search *search)
{
    struct core *core = search->core;
    uint32_t row;

    while (settle(search, &row)) {
        int64_t distance = search->steps[row].distance;

        if (takes(core, row)) {
            end_at(search, distance, row, NOWHERE, 0);
            break;
        }
        if (core_empty(core, row) > 0) {
            end_at(search, distance + core->price[row] - last_empty(core, row), row, CORE_NONE, 0);
        }
        spread(search, row);
        try_tree(search, row, -1);
    }
    for (uint32_t i = 0; i < search->settled_count; i++) {
        uint32_t near = search->settled[i];

        if (search->steps[near].distance < search->end) {
            core->price[near] -= search->end - search->steps[near].distance;
        }
    }
    return search->end_row != CORE_NONE;
}

/* Send one seat out of a row that has too many; false: it is not known where. */
static bool send_out(struct search *search, uint32_t from)
{
    struct core *core = search->core;

    begin(search);
    begin_at(search, from);
    if (!find_out(search)) {
        return false;
    }
    uint32_t row = search->end_row;

    if (search->end_slot == CORE_NONE) {
        core->rows[row].asked++;
    } else if (search->end_slot != NOWHERE) {
        core_sit(core, search->end_slot, CORE_NONE, 0);
    }
    while (row != from) {
        struct step step = search->steps[row];

        if (step.slot == TREE) {
            ask(core, step.row, row, -1);
        } else {
            core_sit(core, step.slot, row, step.cost);
        }
        row = step.row;
    }
    core->augmentations++;
    return true;
}

/* Chains by which `row` could gain one seat. */
static void draw(struct search *search, uint32_t row)
{
    struct core *core = search->core;
    int64_t distance = search->steps[row].distance;

    if (core_is_root(core, row) && core->rows[row].asked > 0) {
        end_at(search, distance + next_empty(core, row) - core->price[row], row, CORE_NONE, 0);
    }
    for (uint32_t i = core->rows[row].view; i < core->rows[row + 1].view; i++) {
        struct core_view view = core->views[i];
        const struct core_column *column = &core->columns[view.column];
        int64_t base = distance - (core->price[row] - view.cost);

        if (core_holds(core, view.column, row, view.cost)) {
            continue;
        }
        for (uint32_t k = column->slot; k < column->slot + column->slots; k++) {
            const struct core_slot *seat = &core->slots[k];

            if (seat->row == CORE_NONE) {
                /* A seat held may still be nearer: it spares a load that one more would cost. */
                end_at(search, base + core_load_cost(core, column->index, column->used), row, k,
                       view.cost);
                continue;
            }
            reach(search, seat->row,
                  (struct step){.distance = base + core->price[seat->row] - seat->cost,
                                .slot = k,
                                .row = row,
                                .cost = view.cost});
        }
    }
}

/* Find whence the rows begun at could gain a seat; false: the core is too narrow to tell. */
static bool find_in(struct search *search)
{
    struct core *core = search->core;
    uint32_t row;

    while (settle(search, &row)) {
        draw(search, row);
        try_tree(search, row, 1);
    }
    for (uint32_t i = 0; i < search->settled_count; i++) {
        uint32_t near = search->settled[i];

        if (search->steps[near].distance < search->end) {
            core->price[near] += search->end - search->steps[near].distance;
        }
    }
    return search->end_row != CORE_NONE;
}

/* Draw one seat into a row that has too few; false: it is not known whence. */
static bool draw_in(struct search *search, uint32_t to)
{
    struct core *core = search->core;

    begin(search);
    begin_at(search, to);
    if (!find_in(search)) {
        return false;
    }
    uint32_t row = search->end_row;

    if (search->end_slot == CORE_NONE) {
        core->rows[row].asked--;
    } else {
        core_sit(core, search->end_slot, row, search->end_cost);
    }
    while (row != to) {
        struct step step = search->steps[row];

        if (step.slot == TREE) {
            ask(core, step.row, row, 1);
        } else {
            core_sit(core, step.slot, step.row, step.cost);
        }
        row = step.row;
    }
    core->augmentations++;
    return true;
}

/* A direction in which seats are missing: out of rows with too many, or into rows with too few. */
struct way {
    bool (*wrong)(const struct core *core, uint32_t row);
    bool (*find)(struct search *search);
    bool (*mend)(struct search *search, uint32_t row);
    uint64_t (*flood)(struct core *core);
};

static const struct way OUT = {gives, find_out, send_out, flood_out};
static const struct way IN = {takes, find_in, draw_in, flood_in};

/* Seats that rows have too many or too few. */
static uint64_t count_wrong(const struct core *core, const struct way *way)
{
    uint64_t sum = 0;

    for (uint32_t row = 0; row < core->problem->row_count; row++) {
        uint32_t filled = core->rows[row].count + core->rows[row].below;
        uint32_t asked = core->rows[row].asked;

        sum += !way->wrong(core, row) ? 0 : filled > asked ? filled - asked : asked - filled;
    }
    return sum;
}

/*
 * Where rows have many seats to mend, a search from all of them at once moves the prices until the
 * nearest end costs nothing, and all that costs nothing then is done together. With costs that tie,
 * few such rounds do what would be one search a seat; with costs that do not, it is left again.
 */
static void mend_together(struct search *search, const struct way *way)
{
    struct core *core = search->core;
    uint64_t wrong = count_wrong(core, way);
    uint32_t poor = 0; /* rounds in a row that moved few */

    while (wrong > (uint64_t)TOGETHER_MIN * core->problem->row_count) {
        uint64_t moved = way->flood(core);

        core->augmentations += moved;
        wrong -= moved;
        poor = moved < FEW ? poor + 1 : 0;
        if (wrong == 0 || poor == POOR_MAX) {
            break;
        }
        begin(search);
        for (uint32_t row = 0; row < core->problem->row_count; row++) {
            if (way->wrong(core, row)) {
                begin_at(search, row);
            }
        }
        if (!way->find(search)) {
            break;
        }
    }
}

static bool mend(struct search *search, const struct way *way)
{
    struct core *core = search->core;
    bool done = true;

    if (core->tree == NULL) {
        mend_together(search, way);
    }
    for (uint32_t row = 0; row < core->problem->row_count; row++) {
        while (way->wrong(core, row) && way->mend(search, row)) {
        }
        done = done && !way->wrong(core, row);
    }
    return done;
}

bool core_balance(struct core *core)
{
    ARENA_SCOPE arena = arena_new();
    uint32_t rows = core->problem->row_count;
    struct search search = {.core = core,
                            .steps = arena_array(arena, struct step, rows),
                            .settled = arena_array(arena, uint32_t, rows),
                            .heap = heap_new(arena)};
    bool out = mend(&search, &OUT);

    return mend(&search, &IN) && out;
}
