/*
 * Goal: the network simplex method finds the optimum of any network: its flow keeps bounds and
 * balance, its potentials prove it by complementary slackness, and what cannot be shipped is as
 * little as possible.
 */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/assign/network.h"
#include "reference.h"

enum { NETWORKS = 3000, ARCS_MAX = 40 };

static struct network draw(struct arena *arena, struct rng *rng)
{
    uint32_t nodes = 2 + rng_below(rng, 8);
    uint32_t arcs = rng_below(rng, ARCS_MAX);
    int64_t *supply = arena_array(arena, int64_t, nodes);
    uint32_t *tail = arena_array(arena, uint32_t, arcs + 1);
    uint32_t *head = arena_array(arena, uint32_t, arcs + 1);
    int64_t *capacity = arena_array(arena, int64_t, arcs + 1);
    int64_t *cost = arena_array(arena, int64_t, arcs + 1);

    for (uint32_t i = 0; i < arcs; i++) {
        tail[i] = rng_below(rng, nodes);
        head[i] = rng_below(rng, nodes);
        capacity[i] = rng_below(rng, 8);
        cost[i] = (int64_t)rng_below(rng, 20) - (rng_below(rng, 2) == 0 ? 5 : 0);
    }
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t from = rng_below(rng, nodes);
        uint32_t to = rng_below(rng, nodes);
        int64_t amount = rng_below(rng, 6);

        supply[from] += amount;
        supply[to] -= amount;
    }
    return (struct network){.node_count = nodes,
                            .arc_count = arcs,
                            .supply = supply,
                            .tail = tail,
                            .head = head,
                            .capacity = capacity,
                            .cost = cost};
}

static bool is_proved(struct arena *arena, const struct network *network,
                      const struct network_fit *fit)
{
    int64_t *left = arena_array(arena, int64_t, network->node_count);
    int64_t missing = 0;
    int64_t cost = 0;

    for (uint32_t i = 0; i < network->node_count; i++) {
        left[i] = network->supply[i];
    }
    for (uint32_t i = 0; i < network->arc_count; i++) {
        int64_t reduced =
            network->cost[i] + fit->potential[network->tail[i]] - fit->potential[network->head[i]];

        if (fit->flow[i] < 0 || fit->flow[i] > network->capacity[i] ||
            (reduced > 0 && fit->flow[i] > 0) ||
            (reduced < 0 && fit->flow[i] < network->capacity[i])) {
            return false;
        }
        left[network->tail[i]] -= fit->flow[i];
        left[network->head[i]] += fit->flow[i];
        cost += fit->flow[i] * network->cost[i];
    }
    for (uint32_t i = 0; i < network->node_count; i++) {
        missing += left[i] > 0 ? left[i] : 0;
    }
    return missing == fit->shortage && cost == fit->cost;
}

/* The cheapest flow by the reference: negative arcs start full. */
static int64_t optimum(struct arena *arena, const struct network *network)
{
    uint32_t nodes = network->node_count;
    struct reference net = {.node_count = nodes + 2};
    int64_t *left = arena_array(arena, int64_t, nodes);
    int64_t fixed = 0;

    net.arcs = arena_array(arena, struct reference_arc, 2 * (network->arc_count + 3 * nodes + 2));
    for (uint32_t i = 0; i < nodes; i++) {
        left[i] = network->supply[i];
    }
    for (uint32_t i = 0; i < network->arc_count; i++) {
        uint32_t tail = network->tail[i];
        uint32_t head = network->head[i];

        if (network->cost[i] >= 0) {
            reference_add(&net, tail, head, network->capacity[i], network->cost[i]);
            continue;
        }
        fixed += network->cost[i] * network->capacity[i];
        left[tail] -= network->capacity[i];
        left[head] += network->capacity[i];
        reference_add(&net, head, tail, network->capacity[i], -network->cost[i]);
    }
    for (uint32_t i = 0; i < nodes; i++) {
        reference_add(&net, nodes, i, left[i] > 0 ? left[i] : 0, 0);
        reference_add(&net, i, nodes + 1, left[i] < 0 ? -left[i] : 0, 0);
    }
    int64_t total = 0;

    for (uint32_t i = 0; i < nodes; i++) {
        total += left[i] > 0 ? left[i] : 0;
    }
    reference_add(&net, nodes, nodes + 1, total, REFERENCE_MISSING);

    ARENA_SCOPE scratch = arena_new();
    uint32_t source = nodes + 2;

    net.node_count = nodes + 3;
    reference_add(&net, source, nodes, total, 0);
    return fixed + reference_flow(scratch, &net, source, nodes + 1);
}

static void network__agrees_with_the_reference(void)
{
    struct rng rng = rng_new(4);

    for (uint32_t i = 0; i < NETWORKS; i++) {
        ARENA_SCOPE arena = arena_new();
        struct network network = draw(arena, &rng);
        struct network_fit fit;
        struct fault fault = {0};

        CHECK(network_solve(arena, &network, &fit, &fault) == OK);
        CHECK(is_proved(arena, &network, &fit));

        /* Where units cannot be shipped, the reference may strand them at other nodes. */
        int64_t want = optimum(arena, &network);
        int64_t shortage = (want + REFERENCE_MISSING / 2) / REFERENCE_MISSING;

        CHECK(fit.shortage == shortage);
        CHECK(shortage > 0 || fit.cost == want);
    }
}

static void network__keeps_lower_bounds(void)
{
    static const int64_t supply[] = {3, 0, -3};
    static const uint32_t tail[] = {0, 0, 1};
    static const uint32_t head[] = {2, 1, 2};
    static const int64_t lower[] = {0, 2, 0};
    static const int64_t capacity[] = {5, 5, NETWORK_UNBOUNDED};
    static const int64_t cost[] = {1, 10, 10};
    struct network network = {3, 3, supply, tail, head, lower, capacity, cost};
    ARENA_SCOPE arena = arena_new();
    struct network_fit fit;
    struct fault fault = {0};

    CHECK(network_solve(arena, &network, &fit, &fault) == OK);
    CHECK(fit.cost == 41 && fit.flow[0] == 1 && fit.flow[1] == 2 && fit.flow[2] == 2);
}

static void network__refuses_what_has_no_answer(void)
{
    static const int64_t supply[] = {1, 0};
    static const int64_t none[] = {0, 0};
    static const uint32_t tail[] = {0, 1};
    static const uint32_t head[] = {1, 0};
    static const int64_t capacity[] = {NETWORK_UNBOUNDED, NETWORK_UNBOUNDED};
    static const int64_t cost[] = {-1, 0};
    struct network network = {2, 2, supply, tail, head, NULL, capacity, cost};
    ARENA_SCOPE arena = arena_new();
    struct network_fit fit;
    struct fault fault = {0};

    CHECK(network_solve(arena, &network, &fit, &fault) == ERR_INVALID);
    CHECK(strstr(fault.text, "balance") != NULL);
    network.supply = none;
    CHECK(network_solve(arena, &network, &fit, &fault) == ERR_INVALID);
    CHECK(strstr(fault.text, "negative cost") != NULL);
}

TEST_MAIN(CASE(network__agrees_with_the_reference), CASE(network__keeps_lower_bounds),
          CASE(network__refuses_what_has_no_answer))
