/*
 * Halving a flow: arcs with an odd number of parts meet an even number of times at every node, so
 * they fall into closed trails. Along each of them those that are walked with the flow are rounded
 * one way and the others the other way, and a coin says which; what passes a node stays whole.
 * After as many rounds as the parts have binary places each edge has one part or none (Budish, Che,
 * Kojima and Milgrom 2013).
 */

#include "engine/match/team_draw.h"

#include "base/arena.h"
#include "base/rng.h"
#include "engine/match/team.h"

struct drawing {
    const struct team *team;
    struct rng rng;
    uint32_t *first; /* [way] the first of its arcs: parallel ones are one way */
    int64_t *left;   /* [way] parts */
    uint32_t way_count;
    uint32_t *odd; /* ways */
    uint32_t odd_count;
    uint32_t *start;  /* [node + 1] into `at` */
    uint32_t *next;   /* [node] the first that may not be walked yet */
    uint32_t *degree; /* [node] not walked yet */
    uint32_t *at;     /* places in `odd` */
    bool *walked;     /* [place in odd] */
    bool *along;      /* [place in odd] walked with the flow */
    uint32_t *trail;  /* places in `odd` */
};

static uint32_t tail_of(const struct drawing *drawing, uint32_t place)
{
    return drawing->team->network.tail[drawing->first[drawing->odd[place]]];
}

static uint32_t head_of(const struct drawing *drawing, uint32_t place)
{
    return drawing->team->network.head[drawing->first[drawing->odd[place]]];
}

/* Arcs between the same nodes stand beside each other. */
static void find_ways(struct drawing *drawing)
{
    const struct network *network = &drawing->team->network;

    for (uint32_t i = 0; i < network->arc_count; i++) {
        uint32_t last = drawing->way_count - 1;
        bool same = i > 0 && network->tail[i] == network->tail[i - 1] &&
                    network->head[i] == network->head[i - 1];

        if (!same) {
            drawing->first[drawing->way_count++] = i;
            last++;
        }
        drawing->left[last] += drawing->team->fit.flow[i];
    }
}

/* Lists of the odd ways by node, in an order that the seed draws. */
static void list_odd(struct drawing *drawing)
{
    uint32_t nodes = drawing->team->network.node_count;

    drawing->odd_count = 0;
    for (uint32_t i = 0; i < drawing->way_count; i++) {
        if (drawing->left[i] % 2 == 1) {
            drawing->odd[drawing->odd_count++] = i;
        }
    }
    for (uint32_t i = drawing->odd_count; i > 1; i--) {
        uint32_t other = rng_below(&drawing->rng, i);
        uint32_t held = drawing->odd[i - 1];

        drawing->odd[i - 1] = drawing->odd[other];
        drawing->odd[other] = held;
    }
    for (uint32_t i = 0; i < nodes; i++) {
        drawing->degree[i] = 0;
    }
    for (uint32_t i = 0; i < drawing->odd_count; i++) {
        drawing->degree[tail_of(drawing, i)]++;
        drawing->degree[head_of(drawing, i)]++;
        drawing->walked[i] = false;
    }
    for (uint32_t i = 0; i < nodes; i++) {
        drawing->start[i + 1] = drawing->start[i] + drawing->degree[i];
        drawing->next[i] = drawing->start[i];
    }
    for (uint32_t i = 0; i < drawing->odd_count; i++) {
        drawing->at[drawing->next[tail_of(drawing, i)]++] = i;
        drawing->at[drawing->next[head_of(drawing, i)]++] = i;
    }
    for (uint32_t i = 0; i < nodes; i++) {
        drawing->next[i] = drawing->start[i];
    }
}

/* From a node until nothing is left there: every node is left as often as it is met. */
static uint32_t walk(struct drawing *drawing, uint32_t node)
{
    uint32_t length = 0;

    while (drawing->degree[node] > 0) {
        uint32_t place = drawing->at[drawing->next[node]++];

        if (drawing->walked[place]) {
            continue;
        }
        uint32_t tail = tail_of(drawing, place);
        uint32_t head = head_of(drawing, place);

        drawing->walked[place] = true;
        drawing->along[place] = node == tail;
        drawing->trail[length++] = place;
        drawing->degree[tail]--;
        drawing->degree[head]--;
        node = node == tail ? head : tail;
    }
    return length;
}

static void halve(struct drawing *drawing)
{
    list_odd(drawing);
    for (uint32_t node = 0; node < drawing->team->network.node_count; node++) {
        while (drawing->degree[node] > 0) {
            uint32_t length = walk(drawing, node);
            bool with = rng_below(&drawing->rng, 2) == 1;

            for (uint32_t i = 0; i < length; i++) {
                uint32_t place = drawing->trail[i];

                drawing->left[drawing->odd[place]] += drawing->along[place] == with ? 1 : -1;
            }
        }
    }
    for (uint32_t i = 0; i < drawing->way_count; i++) {
        drawing->left[i] /= 2;
    }
}

bool *team_draw(struct arena *arena, const struct team *team, uint64_t seed)
{
    ARENA_SCOPE scratch = arena_new();
    size_t arcs = team->network.arc_count + 1UL;
    size_t nodes = team->network.node_count + 1UL;
    uint64_t edges = team->posing->asked->choice_count;
    bool *held = arena_array(arena, bool, edges + 1);
    struct drawing drawing = {.team = team,
                              .rng = rng_new(seed),
                              .first = arena_array(scratch, uint32_t, arcs),
                              .left = arena_array(scratch, int64_t, arcs),
                              .odd = arena_array(scratch, uint32_t, arcs),
                              .start = arena_array(scratch, uint32_t, nodes),
                              .next = arena_array(scratch, uint32_t, nodes),
                              .degree = arena_array(scratch, uint32_t, nodes),
                              .at = arena_array(scratch, uint32_t, 2 * arcs),
                              .walked = arena_array(scratch, bool, arcs),
                              .along = arena_array(scratch, bool, arcs),
                              .trail = arena_array(scratch, uint32_t, arcs)};

    find_ways(&drawing);
    for (uint32_t parts = team->parts.whole; parts > 1; parts /= 2) {
        halve(&drawing);
    }
    uint32_t *way = arena_array(scratch, uint32_t, arcs);

    for (uint32_t i = 0; i < drawing.way_count; i++) {
        way[drawing.first[i]] = i;
    }
    for (uint64_t i = 0; i < edges; i++) {
        held[i] = team->arc[i] != MATCH_NONE && drawing.left[way[team->arc[i]]] > 0;
    }
    return held;
}
