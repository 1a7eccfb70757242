#include "engine/assign/network.h"

#include <inttypes.h>
#include <math.h>

#include "base/arena.h"
#include "base/fault.h"

#define NONE UINT32_MAX

enum { STRIDE_MIN = 3 };

/* A node of the spanning tree; children form a list. */
struct tree_node {
    uint32_t parent;
    uint32_t arc; /* to the parent */
    uint32_t depth;
    uint32_t child;
    uint32_t next;
    uint32_t before;
    bool up; /* the arc leads from this node to its parent */
};

struct ends {
    uint32_t tail;
    uint32_t head;
};

/* Arcs with their lower bounds taken off, in parallel arrays: pricing reads three of them. */
struct simplex {
    struct tree_node *nodes; /* the last one is the root */
    int64_t *potential;      /* [node] */
    struct ends *ends;       /* [arc]; the last ones lead to the root */
    int64_t *cost;
    int8_t *side; /* 1 at zero flow, -1 at capacity, 0 in the tree or without capacity */
    int64_t *capacity;
    int64_t *flow;
    uint32_t *place; /* [arc of the network] */
    uint32_t node_count;
    uint32_t arc_count;
    uint32_t root;
    uint32_t next;  /* where pricing goes on */
    uint32_t block; /* arcs priced before the best of them enters */
};

static enum err check(const struct network *network, struct fault *fault)
{
    int64_t sum = 0;

    for (uint32_t i = 0; i < network->node_count; i++) {
        if (network->supply[i] > NETWORK_FLOW_MAX || network->supply[i] < -NETWORK_FLOW_MAX ||
            __builtin_add_overflow(sum, network->supply[i], &sum)) {
            return fail_field(fault, ERR_INVALID, "supply",
                              "the supply of node %" PRIu32 " is out of range", i + 1);
        }
    }
    if (sum != 0) {
        return fail_field(fault, ERR_INVALID, "supply",
                          "supplies exceed demands by %" PRId64 ", but must balance", sum);
    }
    for (uint32_t i = 0; i < network->arc_count; i++) {
        int64_t lower = network->lower == NULL ? 0 : network->lower[i];
        int64_t capacity = network->capacity[i];
        int64_t cost = network->cost[i];

        if (network->tail[i] >= network->node_count || network->head[i] >= network->node_count) {
            return fail_field(fault, ERR_INVALID, "arc", "arc %" PRIu32 " ends at no node", i + 1);
        }
        if (lower < 0 || lower > capacity || lower > NETWORK_FLOW_MAX ||
            (capacity > NETWORK_FLOW_MAX && capacity != NETWORK_UNBOUNDED)) {
            return fail_field(fault, ERR_INVALID, "capacity",
                              "arc %" PRIu32 " must have 0 <= lower bound <= capacity <= %" PRId64,
                              i + 1, NETWORK_FLOW_MAX);
        }
        if (cost > NETWORK_COST_MAX || cost < -NETWORK_COST_MAX) {
            return fail_field(fault, ERR_INVALID, "cost",
                              "the cost of arc %" PRIu32 " is too large", i + 1);
        }
    }
    return OK;
}

static void hang(struct simplex *simplex, uint32_t node, uint32_t parent)
{
    struct tree_node *at = &simplex->nodes[node];
    uint32_t first = simplex->nodes[parent].child;

    at->parent = parent;
    at->before = NONE;
    at->next = first;
    if (first != NONE) {
        simplex->nodes[first].before = node;
    }
    simplex->nodes[parent].child = node;
}

static void cut(struct simplex *simplex, uint32_t node)
{
    struct tree_node *at = &simplex->nodes[node];

    if (at->before == NONE) {
        simplex->nodes[at->parent].child = at->next;
    } else {
        simplex->nodes[at->before].next = at->next;
    }
    if (at->next != NONE) {
        simplex->nodes[at->next].before = at->before;
    }
}

static int64_t dearer_than_any_path(const struct network *network)
{
    int64_t dear = 1;

    for (uint32_t i = 0; i < network->arc_count; i++) {
        int64_t size = network->cost[i] < 0 ? -network->cost[i] : network->cost[i];

        dear = size > dear ? size : dear;
    }
    return (dear + 1) * ((int64_t)network->node_count + 1);
}

/* Every node hangs on the root by an arc dearer than any path. */
static void plant(struct simplex *simplex, const struct network *network, const int64_t *left)
{
    int64_t dear = dearer_than_any_path(network);

    simplex->nodes[simplex->root] = (struct tree_node){
        .parent = NONE, .arc = NONE, .child = NONE, .next = NONE, .before = NONE};
    for (uint32_t i = 0; i < network->node_count; i++) {
        uint32_t arc = network->arc_count + i;
        bool up = left[i] >= 0;

        simplex->ends[arc] = up ? (struct ends){i, simplex->root} : (struct ends){simplex->root, i};
        simplex->capacity[arc] = NETWORK_UNBOUNDED;
        simplex->cost[arc] = dear;
        simplex->flow[arc] = up ? left[i] : -left[i];
        simplex->potential[i] = up ? -dear : dear;
        simplex->nodes[i] = (struct tree_node){.arc = arc, .depth = 1, .child = NONE, .up = up};
        hang(simplex, i, simplex->root);
    }
}

/*
 * Nodes that only pass on, and have an arc to one that demands, hang on that at once. Each would
 * else come there by a pivot of its own, which moves nothing.
 */
static void lean(struct simplex *simplex, const struct network *network, const int64_t *left)
{
    for (uint32_t i = 0; i < network->arc_count; i++) {
        uint32_t tail = network->tail[i];
        uint32_t head = network->head[i];
        uint32_t own = network->arc_count + tail;
        uint32_t arc = simplex->place[i];

        if (left[tail] != 0 || left[head] >= 0 || simplex->nodes[tail].arc != own ||
            simplex->capacity[arc] == 0) {
            continue;
        }
        cut(simplex, tail);
        simplex->nodes[tail].arc = arc;
        simplex->nodes[tail].depth = 2;
        hang(simplex, tail, head);
        simplex->side[own] = 1;
        simplex->side[arc] = 0;
        simplex->potential[tail] = simplex->potential[head] - simplex->cost[arc];
    }
}

static int64_t reduced_cost(const struct simplex *simplex, uint32_t arc)
{
    struct ends ends = simplex->ends[arc];

    return simplex->cost[arc] + simplex->potential[ends.tail] - simplex->potential[ends.head];
}

/* The most attractive arc between two places; `best` is zero if there is none. */
static int64_t price_block(const struct simplex *simplex, uint32_t from, uint32_t to,
                           uint32_t *entering)
{
    int64_t best = 0;

    for (uint32_t at = from; at < to; at++) {
        int64_t gain = simplex->side[at] * reduced_cost(simplex, at);

        if (gain < best) {
            best = gain;
            *entering = at;
        }
    }
    return best;
}

/* The most attractive arc of the first block that has one; those to the root come last. */
static bool price(struct simplex *simplex, uint32_t *entering)
{
    uint32_t own = simplex->arc_count - simplex->node_count;

    for (uint32_t seen = 0; seen < own;) {
        uint32_t from = simplex->next;
        uint32_t to = from + (simplex->block < own - from ? simplex->block : own - from);

        simplex->next = to == own ? 0 : to;
        seen += to - from;
        if (price_block(simplex, from, to, entering) < 0) {
            return true;
        }
    }
    return price_block(simplex, own, simplex->arc_count, entering) < 0;
}

struct cycle {
    uint32_t first;  /* end of the entering arc where flow goes in */
    uint32_t second; /* and comes out */
    uint32_t join;
    uint32_t leaving; /* the node below the arc that leaves; NONE: the entering arc itself */
    int64_t most;     /* flow that can go round */
    bool on_first;
};

static uint32_t find_join(const struct simplex *simplex, uint32_t left, uint32_t right)
{
    while (left != right) {
        if (simplex->nodes[left].depth >= simplex->nodes[right].depth) {
            left = simplex->nodes[left].parent;
        } else {
            right = simplex->nodes[right].parent;
        }
    }
    return left;
}

/* What can still flow along the arc from `node` to its parent, or the other way. */
static int64_t slack(const struct simplex *simplex, uint32_t node, bool upwards)
{
    const struct tree_node *at = &simplex->nodes[node];
    int64_t capacity = simplex->capacity[at->arc];
    int64_t flow = simplex->flow[at->arc];

    if (at->up != upwards) {
        return flow;
    }
    return capacity == NETWORK_UNBOUNDED ? NETWORK_UNBOUNDED : capacity - flow;
}

/* Flow goes down from the join to `first`, over the entering arc to `second`, and up to the join.
 * The last blocking arc in that order leaves, which keeps the tree strongly feasible. */
static struct cycle find_cycle(const struct simplex *simplex, uint32_t entering)
{
    struct ends ends = simplex->ends[entering];
    bool forward = simplex->side[entering] > 0;
    struct cycle cycle = {.first = forward ? ends.tail : ends.head,
                          .second = forward ? ends.head : ends.tail,
                          .leaving = NONE,
                          .most = simplex->capacity[entering]};

    cycle.join = find_join(simplex, cycle.first, cycle.second);
    for (uint32_t i = cycle.first; i != cycle.join; i = simplex->nodes[i].parent) {
        int64_t left = slack(simplex, i, false);

        if (left < cycle.most) {
            cycle.most = left;
            cycle.leaving = i;
            cycle.on_first = true;
        }
    }
    for (uint32_t i = cycle.second; i != cycle.join; i = simplex->nodes[i].parent) {
        int64_t left = slack(simplex, i, true);

        if (left <= cycle.most && left != NETWORK_UNBOUNDED) {
            cycle.most = left;
            cycle.leaving = i;
            cycle.on_first = false;
        }
    }
    return cycle;
}

static void push(struct simplex *simplex, uint32_t entering, const struct cycle *cycle)
{
    simplex->flow[entering] += simplex->side[entering] * cycle->most;
    for (uint32_t i = cycle->first; i != cycle->join; i = simplex->nodes[i].parent) {
        simplex->flow[simplex->nodes[i].arc] += simplex->nodes[i].up ? -cycle->most : cycle->most;
    }
    for (uint32_t i = cycle->second; i != cycle->join; i = simplex->nodes[i].parent) {
        simplex->flow[simplex->nodes[i].arc] += simplex->nodes[i].up ? cycle->most : -cycle->most;
    }
}

/* Turn the path from `node` up to `top` over, so that it hangs on `parent` by `arc`. */
static void rehang(struct simplex *simplex, uint32_t node, uint32_t top, uint32_t parent,
                   uint32_t arc)
{
    for (bool last = false; !last;) {
        struct tree_node *at = &simplex->nodes[node];
        uint32_t next_node = at->parent;
        uint32_t next_arc = at->arc;

        last = node == top;
        cut(simplex, node);
        at->arc = arc;
        at->up = simplex->ends[arc].tail == node;
        hang(simplex, node, parent);
        parent = node;
        node = next_node;
        arc = next_arc;
    }
}

/* Everything below `top` and itself moves by `change`; depths follow from its parent. */
static void refresh(struct simplex *simplex, uint32_t top, int64_t change)
{
    uint32_t node = top;

    for (;;) {
        struct tree_node *at = &simplex->nodes[node];

        at->depth = simplex->nodes[at->parent].depth + 1;
        simplex->potential[node] += change;
        if (at->child != NONE) {
            node = at->child;
            continue;
        }
        while (node != top && simplex->nodes[node].next == NONE) {
            node = simplex->nodes[node].parent;
        }
        if (node == top) {
            return;
        }
        node = simplex->nodes[node].next;
    }
}

static void pivot(struct simplex *simplex, uint32_t entering, const struct cycle *cycle)
{
    push(simplex, entering, cycle);
    if (cycle->leaving == NONE) {
        simplex->side[entering] = (int8_t)-simplex->side[entering];
        return;
    }
    uint32_t leaving = simplex->nodes[cycle->leaving].arc;
    uint32_t inner = cycle->on_first ? cycle->first : cycle->second;
    uint32_t outer = cycle->on_first ? cycle->second : cycle->first;
    int64_t change = reduced_cost(simplex, entering);

    simplex->side[leaving] = simplex->flow[leaving] == 0 ? 1 : -1;
    simplex->side[entering] = 0;
    rehang(simplex, inner, cycle->leaving, outer, entering);
    refresh(simplex, inner, inner == simplex->ends[entering].head ? change : -change);
}

/*
 * Where the arcs of the network stand. Neighbours in the input are apart, so that a block holds
 * arcs of many nodes.
 */
static void mix(struct simplex *simplex, const struct network *network)
{
    uint32_t stride = network->arc_count / network->node_count;
    uint64_t at = 0;
    uint32_t first = 0;

    stride = stride < STRIDE_MIN ? STRIDE_MIN : stride;
    for (uint32_t i = 0; i < network->arc_count; i++) {
        simplex->place[i] = (uint32_t)at;
        at += stride;
        at = at < network->arc_count ? at : ++first;
    }
}

static struct simplex new_simplex(struct arena *arena, const struct network *network)
{
    struct simplex simplex = {.node_count = network->node_count,
                              .arc_count = network->arc_count + network->node_count,
                              .root = network->node_count};
    int64_t *left = arena_array(arena, int64_t, network->node_count + (size_t)1);

    size_t arcs = simplex.arc_count + (size_t)1;

    simplex.nodes = arena_array(arena, struct tree_node, network->node_count + (size_t)1);
    simplex.potential = arena_array(arena, int64_t, network->node_count + (size_t)1);
    simplex.ends = arena_array(arena, struct ends, arcs);
    simplex.cost = arena_array(arena, int64_t, arcs);
    simplex.side = arena_array(arena, int8_t, arcs);
    simplex.capacity = arena_array(arena, int64_t, arcs);
    simplex.flow = arena_array(arena, int64_t, arcs);
    simplex.place = arena_array(arena, uint32_t, arcs);
    mix(&simplex, network);
    simplex.block = (uint32_t)sqrt((double)simplex.arc_count) + 10;
    for (uint32_t i = 0; i < network->node_count; i++) {
        left[i] = network->supply[i];
    }
    for (uint32_t i = 0; i < network->arc_count; i++) {
        int64_t lower = network->lower == NULL ? 0 : network->lower[i];
        int64_t capacity = network->capacity[i];

        left[network->tail[i]] -= lower;
        left[network->head[i]] += lower;
        uint32_t at = simplex.place[i];

        simplex.ends[at] = (struct ends){network->tail[i], network->head[i]};
        simplex.capacity[at] = capacity == NETWORK_UNBOUNDED ? capacity : capacity - lower;
        simplex.cost[at] = network->cost[i];
        simplex.side[at] = simplex.capacity[at] > 0;
    }
    plant(&simplex, network, left);
    lean(&simplex, network, left);
    return simplex;
}

static enum err take_answer(struct arena *arena, const struct network *network,
                            const struct simplex *simplex, struct network_fit *out,
                            struct fault *fault)
{
    out->flow = arena_array(arena, int64_t, network->arc_count + (size_t)1);
    out->potential = arena_array(arena, int64_t, network->node_count + (size_t)1);
    for (uint32_t i = 0; i < network->arc_count; i++) {
        int64_t lower = network->lower == NULL ? 0 : network->lower[i];
        int64_t part;

        out->flow[i] = simplex->flow[simplex->place[i]] + lower;
        if (__builtin_mul_overflow(out->flow[i], network->cost[i], &part) ||
            __builtin_add_overflow(out->cost, part, &out->cost)) {
            return fail(fault, ERR_INVALID, "the cost of the optimum does not fit into 64 bits");
        }
    }
    for (uint32_t i = 0; i < network->node_count; i++) {
        uint32_t arc = network->arc_count + i;

        out->potential[i] = simplex->potential[i];
        out->shortage += simplex->ends[arc].tail == i ? simplex->flow[arc] : 0;
    }
    return OK;
}

/* The number of an arc in the input, from one. */
static uint32_t number_of(const struct simplex *simplex, const struct network *network,
                          uint32_t arc)
{
    uint32_t number = 0;

    while (number < network->arc_count && simplex->place[number] != arc) {
        number++;
    }
    return number + 1;
}

enum err network_solve(struct arena *arena, const struct network *network, struct network_fit *out,
                       struct fault *fault)
{
    ARENA_SCOPE work = arena_new();
    struct network_fit fit = {0};
    uint32_t entering;

    TRY(check(network, fault));
    struct simplex simplex = new_simplex(work, network);

    while (price(&simplex, &entering)) {
        struct cycle cycle = find_cycle(&simplex, entering);

        if (cycle.most == NETWORK_UNBOUNDED) {
            return fail_field(fault, ERR_INVALID, "capacity",
                              "arc %" PRIu32 " lies on a cycle of negative cost without a bound",
                              number_of(&simplex, network, entering));
        }
        pivot(&simplex, entering, &cycle);
        fit.pivots++;
    }
    TRY(take_answer(arena, network, &simplex, &fit, fault));
    *out = fit;
    return OK;
}

bool network_prove(struct arena *arena, const struct network *network,
                   const struct network_fit *fit)
{
    int64_t *left = arena_array(arena, int64_t, network->node_count + (size_t)1);
    int64_t shortage = 0;

    for (uint32_t i = 0; i < network->node_count; i++) {
        left[i] = network->supply[i];
    }
    for (uint32_t i = 0; i < network->arc_count; i++) {
        int64_t flow = fit->flow[i];
        int64_t lower = network->lower == NULL ? 0 : network->lower[i];
        int64_t reduced =
            network->cost[i] + fit->potential[network->tail[i]] - fit->potential[network->head[i]];

        if (flow < lower || flow > network->capacity[i] || (reduced > 0 && flow > lower) ||
            (reduced < 0 && flow < network->capacity[i])) {
            return false;
        }
        left[network->tail[i]] -= flow;
        left[network->head[i]] += flow;
    }
    for (uint32_t i = 0; i < network->node_count; i++) {
        shortage += left[i] > 0 ? left[i] : 0;
    }
    return shortage == fit->shortage;
}
