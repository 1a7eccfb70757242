#include "engine/assign/core.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "engine/assign/assign.h"
#include "engine/assign/market.h"
#include "engine/assign/pairs.h"

static const int64_t DRIFT_MAX = INT64_MAX / 4; /* from which nobody sleeps any more */

bool core_holds(const struct core *core, uint32_t column, uint32_t row, int32_t cost)
{
    const struct core_column *entry = &core->columns[column];
    uint32_t held = 0;

    for (uint32_t i = 0; i < entry->slots; i++) {
        const struct core_slot *slot = &core->slots[entry->slot + i];

        held += slot->row == row && (!core->parallel || slot->cost == cost);
    }
    uint32_t there = 0;

    for (uint32_t i = 0; core->parallel && i < entry->edges; i++) {
        struct core_edge edge = core->edges[entry->edge + i];

        there += edge.row == row && edge.cost == cost;
    }
    return held >= (there > 1 ? there : 1);
}

/* Room for more entries; at first for half of all columns, as memory that is never written costs
 * nothing. */
static void *more(const struct core *core, void *at, uint32_t used, uint32_t *room, size_t size)
{
    uint32_t wider = *room == 0 ? core->problem->column_count / 2 + 1024 : *room + *room / 2;
    void *longer = arena_take(core->arena, wider, size);

    assert(wider > *room);
    if (used > 0) {
        memcpy(longer, at, used * size);
    }
    *room = wider;
    return longer;
}

static void add_column(struct core *core, uint32_t index, uint32_t slots)
{
    if (core->column_count == core->column_room) {
        core->columns = more(core, core->columns, core->column_count, &core->column_room,
                             sizeof(*core->columns));
    }
    core->entry[index] = core->column_count;
    core->columns[core->column_count++] = (struct core_column){.index = index,
                                                               .edge = core->edge_count,
                                                               .slot = core->slot_count,
                                                               .slots = (uint16_t)slots};
}

static void add_edge(struct core *core, const struct offer *offer)
{
    if (core->edge_count == core->edge_room) {
        core->edges =
            more(core, core->edges, core->edge_count, &core->edge_room, sizeof(*core->edges));
    }
    core->edges[core->edge_count++] = (struct core_edge){offer->row, offer->cost};
    core->columns[core->column_count - 1].edges++;
}

static void add_slot(struct core *core, const struct offer *offer)
{
    if (core->slot_count == core->slot_room) {
        core->slots =
            more(core, core->slots, core->slot_count, &core->slot_room, sizeof(*core->slots));
    }
    core->slots[core->slot_count++] =
        (struct core_slot){.row = offer == NULL ? CORE_NONE : offer->row,
                           .cost = offer == NULL ? 0 : offer->cost,
                           .column = core->column_count - 1};
    core->columns[core->column_count - 1].used =
        (uint16_t)(core->columns[core->column_count - 1].used + (offer != NULL));
}

/* Put the `most` largest offers first; equal ones in the order of their rows. */
static uint32_t best_first(struct offer *offers, uint32_t count, uint32_t most)
{
    uint32_t sorted = 0;

    for (uint32_t i = 0; i < count; i++) {
        struct offer offer = offers[i];
        uint32_t at = sorted < most ? sorted : most;

        if (sorted == most && (most == 0 || offers[most - 1].surplus >= offer.surplus)) {
            continue;
        }
        if (sorted == most) {
            offers[i] = offers[--at];
        } else {
            offers[i] = offers[sorted++];
        }
        for (; at > 0 && offers[at - 1].surplus < offer.surplus; at--) {
            offers[at] = offers[at - 1];
        }
        offers[at] = offer;
    }
    return sorted;
}

/* How much surplus an edge outside the column's `used` seats must exceed to be wanted. */
static int64_t wanted_above(const struct core *core, uint32_t index, uint32_t used, int64_t worst)
{
    uint32_t capacity = column_capacity(core->problem, index);
    int64_t floor = used < capacity ? core_load_cost(core, index, used) : INT64_MAX;

    return used > 0 && worst < floor ? worst : floor;
}

/* Choose seats among offers: the best, as long as they pay for their load. */
static uint32_t choose(struct core *core, uint32_t index, uint32_t count)
{
    uint32_t best = best_first(core->offers, count, column_capacity(core->problem, index));
    uint32_t used = 0;

    while (used < best && core->offers[used].surplus > core_load_cost(core, index, used)) {
        used++;
    }
    return used;
}

/* Move the offers whose rows the column sat in before to the front, if they are a best choice. */
static bool keep(struct core *core, uint32_t index, uint32_t count, const uint32_t *rows,
                 uint32_t row_count)
{
    int64_t worst = INT64_MAX;
    uint32_t kept = 0;

    if (row_count > column_capacity(core->problem, index)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < row_count; k++) {
            if (core->offers[i].row == rows[k]) {
                struct offer offer = core->offers[i];

                core->offers[i] = core->offers[kept];
                core->offers[kept++] = offer;
                worst = offer.surplus < worst ? offer.surplus : worst;
                break;
            }
        }
    }
    if (kept < row_count || (kept > 0 && worst < core_load_cost(core, index, kept - 1))) {
        return false;
    }
    int64_t floor = wanted_above(core, index, kept, worst);

    for (uint32_t i = kept; i < count; i++) {
        if (core->offers[i].surplus > floor) {
            return false;
        }
    }
    return true;
}

/* The offers of a column above `low`, but for those that its best edges show to be too far. */
static uint32_t find_offers(struct core *core, uint32_t index, int64_t low, const struct pair *pair)
{
    struct prices prices = {core->price, core->narrow, core->vector};
    struct pick best = pair == NULL ? (struct pick){0} : pair->best[0];

    if (pair != NULL && best.surplus <= low) {
        return 0;
    }
    if (pair != NULL && pair->best[1].surplus < best.surplus - core->band) {
        int32_t cost = (int32_t)(core->price[best.row] - best.surplus);

        core->offers[0] = (struct offer){best.surplus, cost, best.row};
        return 1;
    }
    return scan_above(column_of(core->problem, index), prices, low, core->offers);
}

/* Take a column in, with its best seats and the edges in the band, unless it has none there.
 * `pair`: its best edges; NULL: unknown. */
static void take_in(struct core *core, uint32_t index, const uint32_t *rows, uint32_t row_count,
                    const struct pair *pair)
{
    uint32_t capacity = column_capacity(core->problem, index);

    if (capacity == 0) {
        return;
    }
    int64_t low = core_load_cost(core, index, 0) - core->band - 1;
    uint32_t count = find_offers(core, index, low, pair);

    if (count == 0) {
        return;
    }
    uint32_t used = row_count;

    if (row_count == 0 || !keep(core, index, count, rows, row_count)) {
        used = choose(core, index, count);
    }
    int64_t worst = INT64_MAX;

    for (uint32_t i = 0; i < used; i++) {
        worst = core->offers[i].surplus < worst ? core->offers[i].surplus : worst;
    }
    int64_t floor = wanted_above(core, index, used, worst) - core->band;

    add_column(core, index, capacity);
    for (uint32_t i = 0; i < capacity; i++) {
        add_slot(core, i < used ? &core->offers[i] : NULL);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (i < used || core->offers[i].surplus >= floor) {
            add_edge(core, &core->offers[i]);
        }
    }
}

/* Note how far prices moved, and copy them in 32 bits, where all of them fit. */
static void note_prices(struct core *core)
{
    int32_t *space = core->narrow_space;
    int64_t rise = 0;
    int64_t fall = 0;

    core->narrow = space;
    for (uint32_t row = 0; row < core->problem->row_count; row++) {
        if (core->price[row] <= -SCAN_PRICE_MAX || core->price[row] >= SCAN_PRICE_MAX) {
            core->narrow = NULL;
        }
        int64_t by = core->price[row] - core->seen[row];

        rise = by > rise ? by : rise;
        fall = -by > fall ? -by : fall;
        core->seen[row] = core->price[row];
        space[row] = (int32_t)core->price[row];
    }
    int64_t drift = core->drift + rise + fall;

    core->drift = drift < DRIFT_MAX ? drift : DRIFT_MAX;
}

/* Rows' lists: who sits there, and which edges lead there. */
static void build_rows(struct core *core)
{
    uint32_t rows = core->problem->row_count;
    uint32_t total = 0;

    arena_undo(core->scratch, (struct arena_mark){0});
    uint32_t *seated = arena_array(core->scratch, uint32_t, rows + 1);
    uint32_t *next = arena_array(core->scratch, uint32_t, rows + 1);

    core->views = arena_array(core->scratch, struct core_view, core->edge_count + 1);
    for (uint32_t i = 0; i < core->column_count; i++) {
        const struct core_column *column = &core->columns[i];

        for (uint32_t k = 0; column->slots > 0 && k < column->edges; k++) {
            next[core->edges[column->edge + k].row]++;
        }
        for (uint32_t k = 0; k < column->slots; k++) {
            uint32_t row = core->slots[column->slot + k].row;

            seated[row == CORE_NONE ? rows : row]++;
        }
    }
    for (uint32_t row = 0; row < rows; row++) {
        /* A row with a surplus takes over seats of others before it gives up its own. */
        size_t room = (size_t)seated[row] + core->problem->demand[row] + 1;

        core->rows[row].slots = arena_array(core->scratch, uint32_t, room);
        core->rows[row].count = 0;
        core->rows[row].view = total;
        total += next[row];
        next[row] = core->rows[row].view;
    }
    core->rows[rows].view = total;
    for (uint32_t i = 0; i < core->column_count; i++) {
        const struct core_column *column = &core->columns[i];

        for (uint32_t k = 0; column->slots > 0 && k < column->edges; k++) {
            struct core_edge edge = core->edges[column->edge + k];

            core->views[next[edge.row]++] = (struct core_view){i, edge.cost};
        }
        for (uint32_t k = 0; k < column->slots; k++) {
            struct core_slot *slot = &core->slots[column->slot + k];

            if (slot->row != CORE_NONE) {
                struct core_row *row = &core->rows[slot->row];

                slot->place = row->count;
                row->slots[row->count++] = column->slot + k;
            }
        }
    }
}

/* What a row with a parent may be asked for, by how much dearer it is. */
static void passed_on(const struct core *core, uint32_t row, uint32_t *least, uint32_t *most)
{
    const struct core_tree *tree = core->tree;
    int64_t above = core->price[row] - core->price[tree->parent[row]];
    int64_t lacking = core->dear.lacking;

    *least = above < 0 ? tree->most[row] : above < lacking ? tree->least[row] : 0;
    *most = above <= 0 ? tree->most[row] : above <= lacking ? tree->least[row] : 0;
}

/* How many seats a row is asked for follows from the prices, or where they are at a kink, from who
 * sits there. Children come after their parents, so their parts are known first. */
static void settle_asked(struct core *core)
{
    for (uint32_t row = 0; row < core->problem->row_count; row++) {
        core->rows[row].below = 0;
    }
    for (uint32_t row = core->problem->row_count; row-- > 0;) {
        uint32_t filled = core->rows[row].count + core->rows[row].below;
        uint32_t least;
        uint32_t most;

        if (core_is_root(core, row)) {
            market_demand(core->problem, row, core->price[row], core->dear.missing, &least, &most);
        } else {
            passed_on(core, row, &least, &most);
        }
        core->rows[row].asked = filled < least ? least : filled > most ? most : filled;
        if (!core_is_root(core, row)) {
            core->rows[core->tree->parent[row]].below += core->rows[row].asked;
        }
    }
}

/* Columns to look at, with their best edges if they are short. */
struct look {
    uint32_t next; /* where the list after this begins */
    uint32_t count;
    uint32_t index[PAIRS_LIST];
    struct pair pairs[PAIRS_LIST];
    bool paired;
};

/* The next of those that wake up before prices move by `within`; false: there are none left. */
static bool look_on(const struct core *core, int64_t within, struct look *look)
{
    uint32_t columns = core->problem->column_count;

    look->count = 0;
    look->paired = core->paired && core->narrow != NULL;
    for (; look->next < columns && look->count < PAIRS_LIST; look->next++) {
        look->index[look->count] = look->next;
        look->count += core->wake[look->next] <= core->drift + within;
    }
    if (look->paired) {
        pairs_find(core->problem, look->index, look->count, core->narrow, pairs_path_here(),
                   look->pairs);
    }
    return look->count > 0;
}

/*
 * Let a content column of one seat sleep until prices have moved as far as its choice is clear.
 * Should balancing seat it elsewhere meanwhile, then at no loss: prices went there and came back.
 */
static void rest(struct core *core, uint32_t index, const struct pair *pair)
{
    uint32_t entry = core->entry[index];
    bool seated = entry != CORE_NONE && core->columns[entry].used > 0;
    const struct core_slot *seat = seated ? &core->slots[core->columns[entry].slot] : NULL;
    int64_t load = core_load_cost(core, index, 0);
    int64_t held = seated ? core->price[seat->row] - seat->cost : load;
    int64_t other = pair->best[seated && seat->row == pair->best[0].row].surplus;
    int64_t until = core->drift + held - (seated && other < load ? load : other) + 1;

    core->wake[index] = until < 0 ? 0 : until < INT32_MAX ? (int32_t)until : INT32_MAX;
}

void core_open(struct core *core, const struct core_seats *seats)
{
    struct look look = {0};

    note_prices(core);
    memset(core->entry, 0xff, core->problem->column_count * sizeof(*core->entry));
    while (look_on(core, core->band, &look)) {
        for (uint32_t k = 0; k < look.count; k++) {
            uint32_t i = look.index[k];
            uint64_t from = seats == NULL ? 0 : seats->start[i];
            uint64_t to = seats == NULL ? 0 : seats->start[i + 1];

            take_in(core, i, seats == NULL ? NULL : seats->row + from, (uint32_t)(to - from),
                    look.paired ? &look.pairs[k] : NULL);
            if (look.paired) {
                rest(core, i, &look.pairs[k]);
            }
        }
    }
    build_rows(core);
    settle_asked(core);
}

/* Does a column want an edge that it does not hold, or hold one that does not pay? `top`: no
 * surplus is above it. */
static bool is_unhappy(struct core *core, struct prices prices, uint32_t index, int64_t top)
{
    uint32_t entry = core->entry[index];
    uint32_t capacity = column_capacity(core->problem, index);
    uint32_t used = 0;
    int64_t worst = INT64_MAX;

    if (capacity == 0) {
        return false;
    }
    if (entry != CORE_NONE) {
        for (uint32_t k = 0; k < core->columns[entry].slots; k++) {
            const struct core_slot *slot = &core->slots[core->columns[entry].slot + k];

            if (slot->row != CORE_NONE) {
                int64_t surplus = core->price[slot->row] - slot->cost;

                worst = surplus < worst ? surplus : worst;
                used++;
            }
        }
    }
    if (used > 0 && worst < core_load_cost(core, index, used - 1)) {
        return true;
    }
    int64_t floor = wanted_above(core, index, used, worst);

    if (top <= floor) {
        return false;
    }
    uint32_t count = scan_above(column_of(core->problem, index), prices, floor, core->offers);

    for (uint32_t i = 0; i < count; i++) {
        if (entry == CORE_NONE ||
            !core_holds(core, entry, core->offers[i].row, core->offers[i].cost)) {
            return true;
        }
    }
    return false;
}

/* Replace a column's entry by a fresh one. */
static void take_anew(struct core *core, uint32_t index)
{
    if (core->entry[index] != CORE_NONE) {
        core->columns[core->entry[index]].slots = 0;
        core->columns[core->entry[index]].edges = 0;
    }
    take_in(core, index, NULL, 0, NULL);
}

uint32_t core_verify(struct core *core)
{
    struct look look = {0};
    uint32_t unhappy = 0;

    note_prices(core);
    struct prices prices = {core->price, core->narrow, core->vector};

    while (look_on(core, 0, &look)) {
        for (uint32_t k = 0; k < look.count; k++) {
            int64_t top = look.paired ? look.pairs[k].best[0].surplus : INT64_MAX;

            if (is_unhappy(core, prices, look.index[k], top)) {
                take_anew(core, look.index[k]);
                unhappy++;
            } else if (look.paired) {
                rest(core, look.index[k], &look.pairs[k]);
            }
        }
    }
    if (unhappy > 0) {
        build_rows(core);
        settle_asked(core);
    }
    return unhappy;
}

void core_take_all(struct core *core)
{
    note_prices(core);
    for (uint32_t i = 0; i < core->problem->column_count; i++) {
        take_anew(core, i);
    }
    build_rows(core);
    settle_asked(core);
}
