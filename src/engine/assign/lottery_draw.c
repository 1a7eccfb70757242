/*
 * Halving: pairs with an odd number of parts form a bipartite graph. Along each of its trails every
 * other pair is rounded up and the rest down, and a coin says which; so the parts of every
 * row and column are halved up to rounding. After as many rounds as the parts have binary places,
 * each pair has one part or none.
 */

#include "engine/assign/lottery_draw.h"

#include <stdbool.h>

#include "base/arena.h"
#include "base/rng.h"
#include "engine/assign/lottery.h"

struct graph {
    const struct lottery_draw *draw;
    uint8_t *left; /* [chance] parts */
    uint32_t *odd; /* chances with an odd number of parts, in a drawn order */
    size_t odd_count;
    uint64_t *start;  /* [node + 1] into `at`; rows, then columns */
    uint64_t *next;   /* [node] the first that may not be walked yet */
    uint32_t *at;     /* places in `odd` */
    uint32_t *degree; /* [node] not walked yet */
    bool *walked;     /* [place in odd] */
};

static uint32_t node_count(const struct graph *graph)
{
    return graph->draw->row_count + graph->draw->column_count;
}

static uint32_t row_node(const struct graph *graph, uint32_t place)
{
    return graph->draw->chances[graph->odd[place]].row;
}

static uint32_t column_node(const struct graph *graph, uint32_t place)
{
    return graph->draw->row_count + graph->draw->chances[graph->odd[place]].column;
}

/* Lists of the odd chances by node, in an order that the seed draws. */
static void build(struct graph *graph, struct rng *rng)
{
    graph->odd_count = 0;
    for (size_t i = 0; i < graph->draw->count; i++) {
        if (graph->left[i] % 2 == 1) {
            graph->odd[graph->odd_count++] = (uint32_t)i;
        }
    }
    for (size_t i = graph->odd_count; i > 1; i--) {
        uint32_t other = rng_below(rng, (uint32_t)i);
        uint32_t held = graph->odd[i - 1];

        graph->odd[i - 1] = graph->odd[other];
        graph->odd[other] = held;
    }
    for (uint32_t node = 0; node < node_count(graph); node++) {
        graph->degree[node] = 0;
    }
    for (uint32_t i = 0; i < graph->odd_count; i++) {
        graph->degree[row_node(graph, i)]++;
        graph->degree[column_node(graph, i)]++;
        graph->walked[i] = false;
    }
    for (uint32_t node = 0; node < node_count(graph); node++) {
        graph->start[node + 1] = graph->start[node] + graph->degree[node];
        graph->next[node] = graph->start[node];
    }
    for (uint32_t i = 0; i < graph->odd_count; i++) {
        graph->at[graph->next[row_node(graph, i)]++] = i;
        graph->at[graph->next[column_node(graph, i)]++] = i;
    }
    for (uint32_t node = 0; node < node_count(graph); node++) {
        graph->next[node] = graph->start[node];
    }
}

/* Walk on from a node until nothing is left there, rounding up and down in turn. */
static void walk(struct graph *graph, uint32_t node, bool up)
{
    while (graph->degree[node] > 0) {
        uint32_t place = graph->at[graph->next[node]++];

        if (graph->walked[place]) {
            continue;
        }
        uint32_t row = row_node(graph, place);

        graph->walked[place] = true;
        graph->left[graph->odd[place]] = (uint8_t)(graph->left[graph->odd[place]] + (up ? 1 : -1));
        graph->degree[row]--;
        graph->degree[column_node(graph, place)]--;
        node = node == row ? column_node(graph, place) : row;
        up = !up;
    }
}

/* Trails between nodes of odd degree first; what is left are closed ones, of even length. */
static void halve(struct graph *graph, struct rng *rng)
{
    build(graph, rng);
    for (uint32_t node = 0; node < node_count(graph); node++) {
        if (graph->degree[node] % 2 == 1) {
            walk(graph, node, rng_below(rng, 2) == 1);
        }
    }
    for (uint32_t node = 0; node < node_count(graph); node++) {
        while (graph->degree[node] > 0) {
            walk(graph, node, rng_below(rng, 2) == 1);
        }
    }
    for (size_t i = 0; i < graph->draw->count; i++) {
        graph->left[i] /= 2;
    }
}

uint8_t *lottery_draw(struct arena *arena, const struct lottery_draw *draw)
{
    ARENA_SCOPE work = arena_new();
    size_t nodes = (size_t)draw->row_count + draw->column_count;
    struct graph graph = {.draw = draw,
                          .left = arena_array(arena, uint8_t, draw->count + 1),
                          .odd = arena_array(work, uint32_t, draw->count + 1),
                          .start = arena_array(work, uint64_t, nodes + 1),
                          .next = arena_array(work, uint64_t, nodes + 1),
                          .at = arena_array(work, uint32_t, 2 * draw->count + 1),
                          .degree = arena_array(work, uint32_t, nodes + 1),
                          .walked = arena_array(work, bool, draw->count + 1)};
    struct rng rng = rng_new(draw->seed);

    for (size_t i = 0; i < draw->count; i++) {
        graph.left[i] = (uint8_t)draw->chances[i].parts;
    }
    for (uint32_t parts = draw->parts; parts > 1; parts /= 2) {
        halve(&graph, &rng);
    }
    return graph.left;
}
