#include "engine/rank/graph.h"

#include <string.h>

#include "base/arena.h"
#include "base/parallel.h"
#include "engine/rank/edges.h"

enum {
    CHUNKS = 64,
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
        size_t to = nodes[rows->left[i]].edges++;
        size_t back = nodes[rows->right[i]].edges++;

        neighbour[to] = rows->right[i];
        neighbour[back] = rows->left[i];
        if (weight != NULL) {
            weight[to] = weight[back] = rows->weight[i];
        }
    }
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

/* Whether a neighbour and the place of an item inside its bucket fit into 32 bits. */
static bool has_buckets(const struct rows *rows)
{
    uint32_t bits = bucket_bits_for(rows->item_count);

    return bits > 0 && rows->count / BUCKETS > BUCKET_EDGES_MIN &&
           (rows->item_count - 1) >> (32 - bits) == 0;
}

/* Edges to the bucket of their item; a bucket lies where the edges of its items will. */
static void fill_buckets(const struct rows *rows, const size_t *starts, uint32_t bits,
                         uint32_t *packed)
{
    size_t next[BUCKETS] = {0};
    uint32_t mask = (1U << bits) - 1;

    for (uint32_t bucket = 0; bucket <= (rows->item_count - 1) >> bits; bucket++) {
        next[bucket] = starts[(size_t)bucket << bits];
    }
    for (size_t i = 0; i < rows->count; i++) {
        uint32_t left = rows->left[i];
        uint32_t right = rows->right[i];

        packed[next[left >> bits]++] = right << bits | (left & mask);
        packed[next[right >> bits]++] = left << bits | (right & mask);
    }
}

/* The same in the same order by way of buckets that fit into a cache: else nearly every store waits
 * for memory. */
static void place_by_buckets(struct arena *arena, const struct rows *rows, const size_t *starts,
                             uint32_t *neighbour)
{
    struct arena_mark mark = arena_mark(arena);
    uint32_t bits = bucket_bits_for(rows->item_count);
    uint32_t width = 1U << bits;
    size_t *next = arena_array(arena, size_t, width);
    size_t most = 0;

    fill_buckets(rows, starts, bits, neighbour);
    for (uint32_t first = 0; first < rows->item_count; first += width) {
        uint32_t end = rows->item_count - first < width ? rows->item_count : first + width;

        most = starts[end] - starts[first] > most ? starts[end] - starts[first] : most;
    }
    uint32_t *packed = arena_array(arena, uint32_t, most);

    for (uint32_t first = 0; first < rows->item_count; first += width) {
        uint32_t end = rows->item_count - first < width ? rows->item_count : first + width;
        size_t size = starts[end] - starts[first];

        memcpy(packed, neighbour + starts[first], size * sizeof(*packed));
        memcpy(next, starts + first, (end - first) * sizeof(*next));
        for (size_t k = 0; k < size; k++) {
            neighbour[next[packed[k] & (width - 1)]++] = packed[k] >> bits;
        }
    }
    arena_undo(arena, mark);
}

struct graph graph_of(struct arena *arena, const struct rows *rows, const struct parallel *parallel)
{
    size_t *starts = arena_array(arena, size_t, (size_t)rows->item_count + 1);
    double *wins = arena_array(arena, double, rows->item_count);
    uint32_t *neighbour = arena_array(arena, uint32_t, 2 * rows->count);
    float *weight = rows->weight == NULL ? NULL : arena_array(arena, float, 2 * rows->count);
    float *information = arena_array(arena, float, 2 * rows->count);
    struct arena_mark mark = arena_mark(arena);
    struct node *nodes = arena_array(arena, struct node, rows->item_count);
    double ties = 0;

    count_edges(rows, nodes, &ties);
    settle_nodes(rows, nodes, starts, wins);
    if (weight == NULL && has_buckets(rows)) {
        place_by_buckets(arena, rows, starts, neighbour);
    } else {
        place_edges(rows, nodes, neighbour, weight);
    }
    arena_undo(arena, mark);
    return (struct graph){.starts = starts,
                          .neighbour = neighbour,
                          .weight = weight,
                          .information = information,
                          .wins = wins,
                          .ties = ties,
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
