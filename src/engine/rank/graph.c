#include "engine/rank/graph.h"

#include <string.h>

#include "base/arena.h"
#include "base/parallel.h"
#include "engine/rank/edges.h"

enum {
    CHUNKS = 64,
    AHEAD = 24,
    OUTCOME_BITS = 2,
    OUTCOME_MASK = (1 << OUTCOME_BITS) - 1,
    BUCKETS = 128,
    BUCKET_EDGES_MIN = 1 << 14, /* below, the neighbours of all fit into a cache */
};

/* Side by side, because comparisons visit items in no order. */
struct node {
    double wins;
    size_t edges; /* then where they begin, and at last where they end */
};

static void count_edges(const struct rows *rows, struct node *nodes, double *ties)
{
    for (size_t i = 0; i < rows->count; i++) {
        double weight = row_weight(rows, i);
        double half = weight * rows->outcome[i] / 2;

        nodes[rows->left[i]].edges++;
        nodes[rows->right[i]].edges++;
        nodes[rows->left[i]].wins += half;
        nodes[rows->right[i]].wins += weight - half;
        *ties += rows->outcome[i] == RANK_TIE ? weight : 0;
    }
}

/* Splits the nodes into wins and starts, and leaves in each node where its edges begin. */
static void settle_nodes(const struct rows *rows, struct node *nodes, size_t *starts, double *wins)
{
    for (uint32_t item = 0; item < rows->item_count; item++) {
        starts[item + 1] = starts[item] + nodes[item].edges;
        wins[item] = nodes[item].wins;
        nodes[item].edges = starts[item];
    }
}

/* Edges to their items, comparison by comparison. */
static void place_edges(const struct rows *rows, struct node *nodes, uint32_t *neighbour,
                        float *weight)
{
    for (size_t i = 0; i < rows->count; i++) {
        if (i + AHEAD < rows->count) { /* else nearly every store waits for memory */
            __builtin_prefetch(neighbour + nodes[rows->left[i + AHEAD]].edges, 1);
            __builtin_prefetch(neighbour + nodes[rows->right[i + AHEAD]].edges, 1);
        }
        size_t to = nodes[rows->left[i]].edges++;
        size_t back = nodes[rows->right[i]].edges++;

        neighbour[to] = rows->right[i];
        neighbour[back] = rows->left[i];
        if (weight != NULL) {
            weight[to] = weight[back] = rows->weight[i];
        }
    }
}

/* Where edges go, and what is known of items on the way. */
struct places {
    size_t *starts;
    double *wins;
    uint32_t *neighbour;
    double ties;
};

static void sort_directly(struct arena *arena, const struct rows *rows, float *weight,
                          struct places *out)
{
    struct arena_mark mark = arena_mark(arena);
    struct node *nodes = arena_array(arena, struct node, rows->item_count);

    count_edges(rows, nodes, &out->ties);
    settle_nodes(rows, nodes, out->starts, out->wins);
    place_edges(rows, nodes, out->neighbour, weight);
    arena_undo(arena, mark);
}

/* Bits of an item inside its bucket. */
static uint32_t bucket_bits_for(uint32_t item_count)
{
    uint32_t bits = 0;

    while ((item_count - 1) >> bits >= BUCKETS) {
        bits++;
    }
    return bits;
}

/* Whether a neighbour, an outcome and the place of an item inside its bucket fit into 32 bits. */
static bool has_buckets(const struct rows *rows)
{
    uint32_t bits = bucket_bits_for(rows->item_count) + OUTCOME_BITS;

    return rows->weight == NULL && rows->count / BUCKETS > BUCKET_EDGES_MIN &&
           (rows->item_count - 1) >> (32 - bits) == 0;
}

/* Edges to the bucket of their item; `ends` receives where the edges of each bucket end. */
static void fill_buckets(const struct rows *rows, uint32_t bits, struct places *out,
                         size_t ends[BUCKETS])
{
    uint32_t mask = (1U << bits) - 1;
    size_t from = 0;

    for (size_t i = 0; i < rows->count; i++) {
        ends[rows->left[i] >> bits]++;
        ends[rows->right[i] >> bits]++;
        out->ties += rows->outcome[i] == RANK_TIE;
    }
    for (uint32_t bucket = 0; bucket < BUCKETS; bucket++) {
        size_t size = ends[bucket];

        ends[bucket] = from;
        from += size;
    }
    for (size_t i = 0; i < rows->count; i++) {
        uint32_t left = rows->left[i];
        uint32_t right = rows->right[i];
        uint32_t half_wins = rows->outcome[i];

        out->neighbour[ends[left >> bits]++] =
            (right << OUTCOME_BITS | half_wins) << bits | (left & mask);
        out->neighbour[ends[right >> bits]++] =
            (left << OUTCOME_BITS | (2 - half_wins)) << bits | (right & mask);
    }
}

/* The edges of one bucket to its items, `first` being the first of them. */
static void sort_bucket(const uint32_t *packed, size_t count, uint32_t bits, uint32_t first,
                        const struct places *out)
{
    uint32_t mask = (1U << bits) - 1;
    size_t *starts = out->starts + first;
    size_t start = starts[0];

    /* starts[k + 1] counts, then begins item k, and moves on until it ends it */
    for (size_t k = 0; k < count; k++) {
        uint32_t item = packed[k] & mask;

        starts[item + 1]++;
        out->wins[first + item] += (double)(packed[k] >> bits & OUTCOME_MASK) / 2;
    }
    for (uint32_t item = 0; item <= mask; item++) {
        size_t size = starts[item + 1];

        starts[item + 1] = start;
        start += size;
    }
    for (size_t k = 0; k < count; k++) {
        out->neighbour[starts[(packed[k] & mask) + 1]++] = packed[k] >> bits >> OUTCOME_BITS;
    }
}

/* The same in the same order by way of buckets that fit into a cache. `starts` and `wins` have room
 * for items up to the end of the last bucket. */
static void sort_by_buckets(struct arena *arena, const struct rows *rows, struct places *out)
{
    struct arena_mark mark = arena_mark(arena);
    uint32_t bits = bucket_bits_for(rows->item_count);
    size_t ends[BUCKETS] = {0};
    size_t most = 0;

    fill_buckets(rows, bits, out, ends);
    for (uint32_t bucket = 0; bucket < BUCKETS; bucket++) {
        size_t size = ends[bucket] - (bucket == 0 ? 0 : ends[bucket - 1]);

        most = size > most ? size : most;
    }
    uint32_t *packed = arena_array(arena, uint32_t, most);

    for (uint32_t bucket = 0; bucket <= (rows->item_count - 1) >> bits; bucket++) {
        size_t from = bucket == 0 ? 0 : ends[bucket - 1];

        memcpy(packed, out->neighbour + from, (ends[bucket] - from) * sizeof(*packed));
        sort_bucket(packed, ends[bucket] - from, bits, bucket << bits, out);
    }
    arena_undo(arena, mark);
}

struct graph graph_of(struct arena *arena, const struct rows *rows, const struct parallel *parallel)
{
    size_t room = (size_t)rows->item_count + (1U << bucket_bits_for(rows->item_count));
    float *weight = rows->weight == NULL ? NULL : arena_array(arena, float, 2 * rows->count);
    float *information = arena_array(arena, float, 2 * rows->count);
    struct places places = {.starts = arena_array(arena, size_t, room + 1),
                            .wins = arena_array(arena, double, room),
                            .neighbour = arena_array(arena, uint32_t, 2 * rows->count)};

    if (has_buckets(rows)) {
        sort_by_buckets(arena, rows, &places);
    } else {
        sort_directly(arena, rows, weight, &places);
    }
    return (struct graph){.starts = places.starts,
                          .neighbour = places.neighbour,
                          .weight = weight,
                          .information = information,
                          .wins = places.wins,
                          .ties = places.ties,
                          .item_count = rows->item_count,
                          .parallel = parallel,
                          .plain = !edges_have_simd()};
}

/* Items of a chunk: chunks hold about as many edges each. */
static uint32_t chunk_start(const struct graph *graph, size_t chunk)
{
    size_t target = graph->starts[graph->item_count] / CHUNKS * chunk;
    uint32_t low = 0;
    uint32_t high = graph->item_count;

    if (chunk >= CHUNKS) {
        return graph->item_count;
    }
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (graph->starts[middle] < target) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

struct slope_pass {
    const struct graph *graph;
    const float *root;
    double odds;
    struct slopes *out;
    double ties_expected[CHUNKS];
    double ties_variance[CHUNKS];
};

static void slope_chunk(void *context, size_t chunk)
{
    struct slope_pass *pass = context;
    const struct graph *graph = pass->graph;
    uint32_t end = chunk_start(graph, chunk + 1);

    for (uint32_t item = chunk_start(graph, chunk); item < end; item++) {
        size_t start = graph->starts[item];
        struct edges edges = {.neighbour = graph->neighbour + start,
                              .weight = graph->weight == NULL ? NULL : graph->weight + start,
                              .information = graph->information + start,
                              .count = graph->starts[item + 1] - start};
        struct edge_sums sums =
            graph->plain ? edges_slopes(&edges, pass->root, item, (float)pass->odds)
                         : edges_slopes_avx2(&edges, pass->root, item, (float)pass->odds);

        pass->out->gradient[item] = graph->wins[item] - sums.expected;
        pass->out->diagonal[item] = sums.information;
        pass->ties_expected[chunk] += sums.ties / 2; /* each row is seen from both ends */
        pass->ties_variance[chunk] += sums.ties_variance / 2;
    }
}

void graph_slopes(const struct graph *graph, const float *root, double odds, struct slopes *out)
{
    struct slope_pass pass = {.graph = graph, .root = root, .odds = odds, .out = out};

    parallel_run(graph->parallel, CHUNKS, slope_chunk, &pass);
    out->ties_expected = out->ties_variance = 0;
    for (size_t chunk = 0; chunk < CHUNKS; chunk++) {
        out->ties_expected += pass.ties_expected[chunk];
        out->ties_variance += pass.ties_variance[chunk];
    }
}

struct times_pass {
    const struct graph *graph;
    const double *diagonal;
    double precision;
    const double *x;
    const float *single;
    double *out;
};

static void times_chunk(void *context, size_t chunk)
{
    const struct times_pass *pass = context;
    const struct graph *graph = pass->graph;
    uint32_t end = chunk_start(graph, chunk + 1);

    for (uint32_t item = chunk_start(graph, chunk); item < end; item++) {
        size_t start = graph->starts[item];
        struct edges edges = {.neighbour = graph->neighbour + start,
                              .information = graph->information + start,
                              .count = graph->starts[item + 1] - start};
        double pull =
            graph->plain ? edges_pull(&edges, pass->single) : edges_pull_avx2(&edges, pass->single);

        pass->out[item] = (pass->diagonal[item] + pass->precision) * pass->x[item] - pull;
    }
}

void graph_times(const struct graph *graph, const double *diagonal, double precision,
                 const double *x, float *single, double *out)
{
    struct times_pass pass = {graph, diagonal, precision, x, single, out};

    for (uint32_t item = 0; item < graph->item_count; item++) {
        single[item] = (float)x[item];
    }
    parallel_run(graph->parallel, CHUNKS, times_chunk, &pass);
}
