#include "engine/assign/market_floor.h"

#include <string.h>

#include "base/arena.h"
#include "base/parallel.h"
#include "engine/assign/assign.h"
#include "engine/assign/market.h"
#include "engine/assign/newton.h"
#include "engine/assign/pairs.h"

enum {
    CHUNKS_MAX = 128,
    CHUNK_MIN = 8192,
    LINKS_PER_ROW = 256,
    FLOOR_WORTH = 1 << 29,
};

/* A column's seat by its number; one of its floor's is worth more than any edge costs. */
static int32_t load_cost(const struct assign_problem *problem, uint32_t index, uint32_t seat)
{
    return seat < column_floor(problem, index) ? -FLOOR_WORTH : seat_load(problem, seat);
}

/* Below it no surplus matters to a column. */
static int32_t bar_of(const struct floor_state *floor, uint32_t index)
{
    return load_cost(floor->problem, index, 0) - floor->market->window;
}

static void add_link(const struct floor_state *floor, struct chunk *chunk, uint32_t index,
                     struct link link, int32_t gap)
{
    double share = 0.5 * (1 - gap / (double)floor->market->window);

    chunk->share[link.from] -= share;
    chunk->share[link.to] += share;
    if ((index & (floor->stride - 1)) == 0) {
        chunk->links[chunk->link_count++] = link;
    }
}

static int32_t least_of(int64_t value, int32_t most)
{
    return value < most ? (int32_t)value : most;
}

/* One column takes the best of what it was offered, and a link where its last choice hangs on less
 * than the window. */
static void take_picks(const struct floor_state *floor, struct chunk *chunk, uint32_t index,
                       struct best best, const struct pick *picks)
{
    const struct assign_problem *problem = floor->problem;
    uint32_t capacity = column_capacity(problem, index);
    uint32_t ground = problem->row_count;
    uint32_t count = best.count;
    int32_t window = floor->market->window;
    int32_t bar = bar_of(floor, index);

    floor->wake[index] =
        count > 0 ? 0 : least_of(floor->drift + ((int64_t)bar - best.top), INT32_MAX);
    uint32_t taken = 0;

    while (taken < capacity && taken < count &&
           picks[taken].surplus > load_cost(problem, index, taken)) {
        chunk->count[picks[taken].row]++;
        chunk->profit += picks[taken].surplus - load_cost(problem, index, taken);
        taken++;
    }
    const struct pick *last = taken > 0 ? &picks[taken - 1] : NULL;
    const struct pick *next = taken < count ? &picks[taken] : NULL;
    int32_t held = last == NULL ? INT32_MAX : last->surplus - load_cost(problem, index, taken - 1);
    int32_t missed = next == NULL        ? -INT32_MAX
                     : taken == capacity ? next->surplus - load_cost(problem, index, taken - 1)
                                         : next->surplus - load_cost(problem, index, taken);
    bool swap = taken == capacity && missed > 0;

    if (swap && held - missed < window) {
        add_link(floor, chunk, index, (struct link){last->row, next->row}, held - missed);
    } else if (!swap && held < window && (taken == capacity || held < -missed)) {
        add_link(floor, chunk, index, (struct link){last->row, ground}, held);
    } else if (!swap && taken < capacity && missed > -window) {
        add_link(floor, chunk, index, (struct link){ground, next->row}, -missed);
    }
}

/* Columns that are looked at, one by one. */
static void pick_each(const struct floor_state *floor, struct chunk *chunk, const uint32_t *index,
                      uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        uint32_t capacity = column_capacity(floor->problem, index[i]);

        if (capacity > 0) {
            struct best best =
                scan_best(column_of(floor->problem, index[i]), floor->market->price,
                          bar_of(floor, index[i]), capacity + 1, floor->vector, chunk->picks);

            take_picks(floor, chunk, index[i], best, chunk->picks);
        }
    }
}

/* The same for short columns of one seat, a list at a time. */
static void pick_pairs(const struct floor_state *floor, struct chunk *chunk, const uint32_t *index,
                       uint32_t count)
{
    struct pair pairs[PAIRS_LIST];

    for (uint32_t from = 0; from < count; from += PAIRS_LIST) {
        uint32_t some = count - from < PAIRS_LIST ? count - from : PAIRS_LIST;

        pairs_find(floor->problem, index + from, some, floor->market->price, pairs_path_here(),
                   pairs);
        for (uint32_t i = 0; i < some; i++) {
            int32_t bar = bar_of(floor, index[from + i]);
            const struct pick *picks = pairs[i].best;

            if (column_capacity(floor->problem, index[from + i]) > 0) {
                take_picks(floor, chunk, index[from + i],
                           (struct best){.count = (uint32_t)(picks[0].surplus > bar) +
                                                  (uint32_t)(picks[1].surplus > bar),
                                         .top = picks[0].surplus},
                           picks);
            }
        }
    }
}

static void pick_chunk(void *context, size_t index)
{
    struct floor_state *floor = context;
    struct chunk *chunk = &floor->chunks[index];
    uint32_t from = (uint32_t)index * floor->chunk_size;
    uint32_t to = floor->problem->column_count - from < floor->chunk_size
                      ? floor->problem->column_count
                      : from + floor->chunk_size;
    uint32_t count = 0;

    memset(chunk->count, 0, floor->problem->row_count * sizeof(*chunk->count));
    memset(chunk->share, 0, (floor->problem->row_count + (size_t)1) * sizeof(*chunk->share));
    chunk->link_count = 0;
    chunk->profit = 0;
    for (uint32_t i = from; i < to; i++) {
        chunk->awake[count] = i;
        count += floor->wake[i] <= floor->drift;
    }
    if (floor->paired) {
        pick_pairs(floor, chunk, chunk->awake, count);
    } else {
        pick_each(floor, chunk, chunk->awake, count);
    }
}

void floor_open(struct arena *arena, const struct scan_sizes *sizes, struct floor_state *floor)
{
    uint32_t columns = floor->problem->column_count;
    uint32_t rows = floor->problem->row_count;

    floor->chunk_size = columns / CHUNKS_MAX + 1;
    floor->chunk_size = floor->chunk_size < CHUNK_MIN ? CHUNK_MIN : floor->chunk_size;
    floor->chunk_count = (columns + floor->chunk_size - 1) / floor->chunk_size;
    floor->stride = 1;
    while (floor->stride < columns / LINKS_PER_ROW / rows) {
        floor->stride *= 2;
    }
    floor->wake = arena_array(arena, int32_t, columns);
    floor->count = arena_array(arena, double, rows);
    floor->share = arena_array(arena, double, rows);
    floor->chunks = arena_array(arena, struct chunk, floor->chunk_count);
    for (size_t i = 0; i < floor->chunk_count; i++) {
        floor->chunks[i].count = arena_array(arena, uint32_t, rows);
        floor->chunks[i].share = arena_array(arena, double, (size_t)rows + 1);
        floor->chunks[i].picks = arena_array(arena, struct pick, sizes->capacity_max + 2);
        floor->chunks[i].awake = arena_array(arena, uint32_t, (size_t)floor->chunk_size + 1);
        floor->chunks[i].links =
            arena_array(arena, struct link, floor->chunk_size / floor->stride + 1);
    }
    floor->paired = pairs_fit(floor->problem, *sizes);
    floor->vector = scan_vector_here();
}

/* Sum what the chunks took, chunk by chunk so that each is read in one go. */
static void add_chunks(struct floor_state *floor)
{
    uint32_t rows = floor->problem->row_count;

    memset(floor->count, 0, rows * sizeof(*floor->count));
    memset(floor->share, 0, rows * sizeof(*floor->share));
    floor->profit = 0;
    for (size_t i = 0; i < floor->chunk_count; i++) {
        const struct chunk *chunk = &floor->chunks[i];

        floor->profit += (double)chunk->profit;
        for (uint32_t row = 0; row < rows; row++) {
            floor->count[row] += chunk->count[row];
            floor->share[row] += chunk->share[row];
        }
    }
}

void floor_pass(struct floor_state *floor, const struct parallel *parallel)
{
    parallel_run(parallel, floor->chunk_count, pick_chunk, floor);
    add_chunks(floor);
}
