#include "engine/assign/square.h"

#include "base/arena.h"
#include "engine/assign/scan.h"
#include "engine/assign/square_frame.h"
#include "engine/assign/square_scan.h"

enum {
    PRICE_MAX = 1 << 29, /* so that sums of a price, a cost and a distance fit */
    REDUCE_SCANS = 8,    /* a row, of a round that hands rows on without increments */
    SCALE = 8,           /* by which an auction's increment falls */
    FREE_SHARE = 48,     /* one in so many may be left to paths without an auction */
    NONE = -1,
};

/* A solve on its way. */
struct run {
    const int32_t *cost;
    uint32_t count;
    bool vector;
    bool spent;     /* a price left its bounds */
    int32_t *price; /* [row] */
    int32_t *owner; /* [row] the column that has it, or NONE */
    int32_t *mate;  /* [column] its row, or NONE */
    int32_t *queue; /* columns without a row */
    uint32_t queued;
    uint64_t paths;
    uint64_t scans;
};

static const int32_t *costs_of(const struct run *run, uint32_t column)
{
    return run->cost + (size_t)column * run->count;
}

static struct square_pair best_two(struct run *run, uint32_t column)
{
    run->scans++;
    return square_pair_of(costs_of(run, column), run->price, run->count, run->vector);
}

static void lower(struct run *run, uint32_t row, int64_t by)
{
    int64_t price = run->price[row] - by;

    run->spent = run->spent || price < -PRICE_MAX;
    run->price[row] = run->spent ? run->price[row] : (int32_t)price;
}

/* Give a row to a column; returns the column that had it, or NONE. */
static int32_t hand_over(struct run *run, uint32_t row, uint32_t column)
{
    int32_t before = run->owner[row];

    if (before != NONE) {
        run->mate[before] = NONE;
    }
    run->owner[row] = (int32_t)column;
    run->mate[column] = (int32_t)row;
    return before;
}

static void queue_free(struct run *run)
{
    run->queued = 0;
    for (uint32_t column = 0; column < run->count; column++) {
        if (run->mate[column] == NONE) {
            run->queue[run->queued++] = (int32_t)column;
        }
    }
}

/* Each row's price is its least cost; columns take rows that they alone are cheapest for. */
static void reduce_rows(struct run *run)
{
    for (uint32_t row = 0; row < run->count; row++) {
        run->price[row] = run->cost[row];
        run->owner[row] = 0;
    }
    for (uint32_t column = 1; column < run->count; column++) {
        const int32_t *cost = costs_of(run, column);

        for (uint32_t row = 0; row < run->count; row++) {
            if (cost[row] < run->price[row]) {
                run->price[row] = cost[row];
                run->owner[row] = (int32_t)column;
            }
        }
    }
    for (uint32_t row = 0; row < run->count; row++) {
        int32_t column = run->owner[row];

        run->owner[row] = run->mate[column] == NONE ? column : NONE;
        if (run->owner[row] != NONE) {
            run->mate[column] = (int32_t)row;
        }
    }
    queue_free(run);
}

/* A row without an owner among those with this surplus, else `row`. */
static uint32_t free_among(const struct run *run, uint32_t column, int32_t surplus, uint32_t row)
{
    const int32_t *cost = costs_of(run, column);

    for (uint32_t other = row; other < run->count; other++) {
        if (run->owner[other] == NONE && run->price[other] - cost[other] == surplus) {
            return other;
        }
    }
    return row;
}

/*
 * Augmenting row reduction: each free column takes its best row and pays what it is better
 * than the next; who lost it goes on at once if prices moved, else waits for the next round.
 */
static void reduce_columns(struct run *run)
{
    uint64_t left = (uint64_t)REDUCE_SCANS * run->count;
    uint32_t waiting = 0;
    uint32_t next = 0;

    while (next < run->queued && !run->spent) {
        uint32_t column = (uint32_t)run->queue[next++];
        struct square_pair pair = best_two(run, column);
        bool moves = pair.first > pair.second;
        uint32_t row = pair.row;

        if (moves) {
            lower(run, row, (int64_t)pair.first - pair.second);
        } else if (run->owner[row] != NONE) {
            row = free_among(run, column, pair.first, row);
        }
        int32_t before = hand_over(run, row, column);

        if (before != NONE && moves && left > 0) {
            run->queue[--next] = before;
            left--;
        } else if (before != NONE) {
            run->queue[waiting++] = before;
        }
    }
    run->queued = waiting;
}

/* All columns bid anew, each overpaying by at most `increment`. */
static void auction(struct run *run, int32_t increment)
{
    for (uint32_t i = 0; i < run->count; i++) {
        run->owner[i] = run->mate[i] = NONE;
        run->queue[i] = (int32_t)i;
    }
    run->queued = run->count;
    while (run->queued > 0 && !run->spent) {
        uint32_t column = (uint32_t)run->queue[--run->queued];
        struct square_pair pair = best_two(run, column);

        lower(run, pair.row, (int64_t)pair.first - pair.second + increment);
        int32_t before = hand_over(run, pair.row, column);

        if (before != NONE) {
            run->queue[run->queued++] = before;
        }
    }
}

/* Columns that overpaid let go, so that all that are placed are at their best. */
static void let_go(struct run *run)
{
    for (uint32_t column = 0; column < run->count; column++) {
        struct square_pair pair = best_two(run, column);
        int32_t row = run->mate[column];

        if (row != NONE && run->price[row] - costs_of(run, column)[row] < pair.first) {
            run->owner[row] = NONE;
            run->mate[column] = NONE;
        }
    }
    queue_free(run);
}

static void run_auctions(struct run *run)
{
    int32_t low;
    int32_t high;

    scan_costs(run->cost, (uint64_t)run->count * run->count, run->vector, &low, &high);
    for (int64_t increment = ((int64_t)high - low) / SCALE; increment > 1; increment /= SCALE) {
        auction(run, (int32_t)increment);
    }
    auction(run, 1);
    let_go(run);
}

/* A search for the shortest path from a free column to a free row. */
struct search {
    int32_t *distance; /* [row]; -1: done */
    uint32_t *way;     /* [row] the column before it */
    uint32_t *done;    /* rows, in order */
    int32_t *at;       /* their distances */
    uint32_t count;
};

/* A row at this distance that is free, or else any; never one that is done. */
static uint32_t row_at(const struct run *run, const struct search *search, uint32_t distance)
{
    uint32_t any = run->count;

    for (uint32_t row = 0; row < run->count; row++) {
        if ((uint32_t)search->distance[row] == distance) {
            if (run->owner[row] == NONE) {
                return row;
            }
            any = any == run->count ? row : any;
        }
    }
    return any;
}

static void begin(struct run *run, struct search *search, uint32_t column)
{
    struct square_pair pair = best_two(run, column);
    const int32_t *cost = costs_of(run, column);

    search->count = 0;
    for (uint32_t row = 0; row < run->count; row++) {
        search->distance[row] = pair.first - (run->price[row] - cost[row]);
        search->way[row] = column;
    }
}

/* Lengthen paths until one ends at a free row; returns it, with every done row's price mended. */
static uint32_t reach_free_row(struct run *run, struct search *search)
{
    uint32_t least = 0;
    uint32_t row = row_at(run, search, least);

    while (run->owner[row] != NONE) {
        uint32_t column = (uint32_t)run->owner[row];
        const int32_t *cost = costs_of(run, column);
        struct square_step step = {.cost = cost,
                                   .price = run->price,
                                   .base = run->price[row] - cost[row] + (int32_t)least,
                                   .column = column,
                                   .count = run->count};

        search->done[search->count] = row;
        search->at[search->count++] = (int32_t)least;
        search->distance[row] = -1;
        least = square_relax(&step, search->distance, search->way, run->vector);
        run->scans++;
        if (least > PRICE_MAX) {
            run->spent = true;
            return row;
        }
        row = row_at(run, search, least);
    }
    for (uint32_t i = 0; i < search->count; i++) {
        lower(run, search->done[i], (int64_t)least - search->at[i]);
    }
    return row;
}

static void augment(struct run *run, struct search *search, uint32_t column)
{
    begin(run, search, column);
    int32_t row = (int32_t)reach_free_row(run, search);

    while (!run->spent) {
        uint32_t taker = search->way[row];
        int32_t before = run->mate[taker];

        run->owner[row] = (int32_t)taker;
        run->mate[taker] = row;
        if (taker == column) {
            break;
        }
        row = before;
    }
    run->paths++;
}

static void augment_all(struct run *run)
{
    ARENA_SCOPE arena = arena_new();
    struct search search = {.distance = arena_array(arena, int32_t, run->count),
                            .way = arena_array(arena, uint32_t, run->count),
                            .done = arena_array(arena, uint32_t, run->count),
                            .at = arena_array(arena, int32_t, run->count)};

    for (uint32_t i = 0; i < run->queued && !run->spent; i++) {
        augment(run, &search, (uint32_t)run->queue[i]);
    }
}

static void answer(struct arena *arena, struct run *run, struct square *out)
{
    *out = (struct square){.seat = arena_array(arena, uint32_t, run->count),
                           .price = run->price,
                           .surplus = INT32_MAX,
                           .paths = run->paths,
                           .scans = run->scans};
    for (uint32_t column = 0; column < run->count; column++) {
        uint32_t row = (uint32_t)run->mate[column];
        int32_t surplus = run->price[row] - costs_of(run, column)[row];

        out->seat[column] = row;
        out->surplus = surplus < out->surplus ? surplus : out->surplus;
    }
}

bool square_solve(struct arena *arena, const struct square_frame *frame, bool vector,
                  struct square *out)
{
    uint32_t count = frame->count;
    struct run run = {.cost = frame->cost,
                      .count = count,
                      .vector = vector,
                      .price = arena_array(arena, int32_t, count),
                      .owner = arena_array(arena, int32_t, count),
                      .mate = arena_array(arena, int32_t, count),
                      .queue = arena_array(arena, int32_t, count)};

    for (uint32_t column = 0; column < count; column++) {
        run.mate[column] = NONE;
    }
    reduce_rows(&run);
    reduce_columns(&run);
    if (run.queued > count / FREE_SHARE) {
        run_auctions(&run);
        reduce_columns(&run);
    }
    reduce_columns(&run);
    augment_all(&run);
    if (run.spent) {
        return false;
    }
    answer(arena, &run, out);
    return true;
}
