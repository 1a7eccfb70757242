/* Goal: the inner loops with and without SIMD agree, and with the double-precision link. */

#include "check.h"

#include "base/arena.h"
#include "base/rng.h"
#include "engine/rank/edges.h"
#include "engine/rank/graph.h"
#include "engine/rank/link.h"

enum { ITEMS = 500, EDGES = 10003 };

static struct edges plant(struct arena *arena, float **root, float **x)
{
    struct rng rng = rng_new(4);
    uint32_t *neighbour = arena_array(arena, uint32_t, EDGES);
    float *weight = arena_array(arena, float, EDGES);

    *root = arena_array(arena, float, ITEMS);
    *x = arena_array(arena, float, ITEMS);
    for (uint32_t item = 0; item < ITEMS; item++) {
        (*root)[item] = (float)exp(rng_normal(&rng));
        (*x)[item] = (float)rng_normal(&rng);
    }
    for (size_t k = 0; k < EDGES; k++) {
        neighbour[k] = rng_below(&rng, ITEMS);
        weight[k] = (float)rng_below(&rng, 4);
    }
    return (struct edges){.neighbour = neighbour,
                          .weight = weight,
                          .information = arena_array(arena, float, EDGES),
                          .count = EDGES};
}

static bool close_to(const struct edge_sums *left, const struct edge_sums *right)
{
    return fabs(left->expected / right->expected - 1) < 1e-5 &&
           fabs(left->information / right->information - 1) < 1e-5 &&
           fabs(left->ties / right->ties - 1) < 1e-5 &&
           fabs(left->ties_variance / right->ties_variance - 1) < 1e-5;
}

static void slopes__agree_with_and_without_simd(void)
{
    ARENA_SCOPE arena = arena_new();
    float *root;
    float *x;
    struct edges edges = plant(arena, &root, &x);
    struct edges alone = edges;

    for (int weighted = 0; weighted < 2; weighted++) {
        alone.information = arena_array(arena, float, EDGES);
        edges.weight = alone.weight = weighted ? edges.weight : NULL;
        struct edge_sums plain = edges_slopes(&alone, root, 7, 0.6f);
        struct edge_sums wide =
            edges_have_simd() ? edges_slopes_avx2(&edges, root, 7, 0.6f) : plain;

        CHECK(close_to(&plain, &wide));
        CHECK_NEAR(edges_pull(&alone, x),
                   edges_have_simd() ? edges_pull_avx2(&edges, x) : edges_pull(&alone, x), 1e-2);
        edges = plant(arena, &root, &x);
    }
}

static void slopes__equal_the_link(void)
{
    ARENA_SCOPE arena = arena_new();
    float *root;
    float *x;
    struct edges edges = plant(arena, &root, &x);
    struct edge_sums want = {0};

    for (size_t k = 0; k < EDGES; k++) {
        double weight = (double)edges.weight[k];
        double eta = 2 * log((double)root[7] / (double)root[edges.neighbour[k]]);
        struct link link = link_of(eta, 0.6);

        CHECK_NEAR(link.left + link.tie + link.right, 1, 1e-12);
        CHECK_NEAR(exp(link_log(eta, 0.6, 2)), link.left, 1e-12);
        CHECK_NEAR(exp(link_log(eta, 0.6, 1)), link.tie, 1e-12);
        CHECK_NEAR(exp(link_log(eta, 0.6, 0)), link.right, 1e-12);
        want.expected += weight * link.expected;
        want.information += weight * link.information;
        want.ties += weight * link.tie;
        want.ties_variance += weight * link.tie * (1 - link.tie);
    }
    struct edge_sums got = edges_slopes(&edges, root, 7, 0.6f);

    CHECK(close_to(&got, &want));
}

/* Edges stand with their item, in the order of comparisons: by buckets as well as directly. */
static void graph__keeps_the_order_of_comparisons(void)
{
    static const struct {
        size_t count;
        uint32_t item_count;
    } sizes[] = {{3000, 50}, {2200000, 1001}, {2200000, 130}, {2200000, 300000}, {2200000, 129}};

    for (size_t s = 0; s < COUNT(sizes); s++) {
        ARENA_SCOPE arena = arena_new();
        struct rng rng = rng_new(s);
        size_t count = sizes[s].count;
        uint32_t items = sizes[s].item_count;
        uint32_t *left = arena_array(arena, uint32_t, count);
        uint32_t *right = arena_array(arena, uint32_t, count);
        uint8_t *outcome = arena_array(arena, uint8_t, count);
        double *wins = arena_array(arena, double, items);
        double ties = 0;

        for (size_t i = 0; i < count; i++) {
            left[i] = rng_below(&rng, items - 1); /* the last item has no edge on the left */
            right[i] = (left[i] + 1 + rng_below(&rng, items - 1)) % items;
            outcome[i] = (uint8_t)rng_below(&rng, 3);
            wins[left[i]] += outcome[i] / 2.0;
            wins[right[i]] += 1 - outcome[i] / 2.0;
            ties += outcome[i] == RANK_TIE;
        }
        struct rows rows = {
            .left = left, .right = right, .outcome = outcome, .count = count, .item_count = items};
        struct graph graph = graph_of(arena, &rows, NULL);
        size_t *next = arena_array(arena, size_t, items);
        size_t wrong = 0;

        memcpy(next, graph.starts, items * sizeof(*next));
        for (size_t i = 0; i < count; i++) {
            wrong += graph.neighbour[next[left[i]]++] != right[i];
            wrong += graph.neighbour[next[right[i]]++] != left[i];
        }
        for (uint32_t item = 0; item < items; item++) {
            wrong += next[item] != graph.starts[item + 1];
            wrong += graph.wins[item] < wins[item] || graph.wins[item] > wins[item];
        }
        CHECK(wrong == 0 && graph.starts[items] == 2 * count);
        CHECK_NEAR(graph.ties, ties, 0);
    }
}

TEST_MAIN(CASE(graph__keeps_the_order_of_comparisons), CASE(slopes__agree_with_and_without_simd),
          CASE(slopes__equal_the_link))
