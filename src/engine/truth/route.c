#include "engine/truth/route.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/truth/method.h"
#include "engine/truth/route_heap.h"

enum { FUTURES = 6, SHORTLIST = 24 };
static const double gain_min = 1e-9;

struct asked {
    uint32_t worker;
    bool answered;
    struct asked *before;
};

struct belief {
    double *sure;     /* [class]: given the answers that are in; NULL: the fit's posterior */
    double *row;      /* [futures][class]: with sampled answers for those that are out */
    uint32_t futures; /* zero: no answer is out, `sure` is all */
    struct asked *asked;
};

struct route {
    struct arena *arena;
    struct route_setup setup;
    struct rng rng;
    struct belief *belief; /* [item] */
    uint32_t *left;        /* [worker]: capacity */
    uint32_t *known;       /* [worker]: labels given or asked */
    uint32_t *shortlist;   /* workers by information per money, best first */
    uint32_t shortlist_count;
    struct route_heap heap;
    double *after; /* [class]: scratch */
    uint32_t picks;
    uint32_t explored;
};

static double cost_of(const struct route *route, uint32_t worker)
{
    return route->setup.cost == NULL ? 1 : route->setup.cost[worker];
}

static double entropy(const double *row, uint32_t count)
{
    double sum = 0;

    for (uint32_t k = 0; k < count; k++) {
        sum -= row[k] > 0 ? row[k] * log(row[k]) : 0;
    }
    return sum;
}

/* Expected information of a worker's answer when `row` is believed. */
static double information(const struct route *route, const double *row, uint32_t worker)
{
    uint32_t class_count = route->setup.input->class_count;
    const double *confusion =
        route->setup.fit->confusion + (size_t)worker * class_count * class_count;
    double gain = entropy(row, class_count);

    for (uint32_t l = 0; l < class_count; l++) {
        double all = 0;

        for (uint32_t k = 0; k < class_count; k++) {
            route->after[k] = row[k] * confusion[(size_t)k * class_count + l];
            all += route->after[k];
        }
        for (uint32_t k = 0; all > 0 && k < class_count; k++) {
            route->after[k] /= all;
        }
        gain -= all > 0 ? all * entropy(route->after, class_count) : 0;
    }
    return fmax(gain, 0);
}

static const double *sure_of(const struct route *route, uint32_t item)
{
    const struct belief *belief = &route->belief[item];

    return belief->sure != NULL
               ? belief->sure
               : route->setup.fit->posterior + (size_t)item * route->setup.input->class_count;
}

static double gain_of(const struct route *route, uint32_t item, uint32_t worker)
{
    const struct belief *belief = &route->belief[item];
    double sum = 0;

    if (belief->futures == 0) {
        return information(route, sure_of(route, item), worker);
    }
    for (uint32_t i = 0; i < belief->futures; i++) {
        sum +=
            information(route, belief->row + (size_t)i * route->setup.input->class_count, worker);
    }
    return sum / belief->futures;
}

static bool may_ask(const struct route *route, uint32_t item, uint32_t worker)
{
    const struct truth_input *input = route->setup.input;

    if (route->left[worker] == 0) {
        return false;
    }
    for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
        if (input->row[i] / input->class_count == worker) {
            return false;
        }
    }
    for (const struct asked *at = route->belief[item].asked; at != NULL; at = at->before) {
        if (at->worker == worker) {
            return false;
        }
    }
    return true;
}

/* The highest probability that can be expected once what is out has come in. */
static double expected_top(const struct route *route, uint32_t item)
{
    uint32_t class_count = route->setup.input->class_count;
    const struct belief *belief = &route->belief[item];
    uint32_t count = belief->futures == 0 ? 1 : belief->futures;
    double sum = 0;

    for (uint32_t i = 0; i < count; i++) {
        const double *row =
            belief->futures == 0 ? sure_of(route, item) : belief->row + (size_t)i * class_count;
        double top = 0;

        for (uint32_t k = 0; k < class_count; k++) {
            top = fmax(top, row[k]);
        }
        sum += top / count;
    }
    return sum;
}

static bool is_done(const struct route *route, uint32_t item)
{
    return truth_is_gold(route->setup.input, item) ||
           (route->setup.target < 1 && expected_top(route, item) >= route->setup.target);
}

/* The best worker for an item; false if nobody may or nothing would be learnt. */
static bool weigh(const struct route *route, uint32_t item, struct route_entry *out)
{
    const struct route_setup *setup = &route->setup;
    bool open = setup->may_first == NULL;
    uint32_t from = open ? 0 : setup->may_first[item];
    uint32_t to = open ? route->shortlist_count : setup->may_first[item + 1];
    uint32_t tried = 0;
    struct route_entry best = {.item = item};

    if (is_done(route, item)) {
        return false;
    }
    for (uint32_t i = from; i < to && (!open || tried < SHORTLIST); i++) {
        uint32_t worker = open ? route->shortlist[i] : setup->may_worker[i];

        if (!may_ask(route, item, worker)) {
            continue;
        }
        double key = gain_of(route, item, worker) / cost_of(route, worker);

        tried++;
        if (key > best.key) {
            best.key = key;
            best.worker = worker;
        }
    }
    *out = best;
    return best.key > gain_min;
}

/* Put the item where it belongs now, or take it out. */
static void renew(struct route *route, uint32_t item)
{
    struct route_entry entry;

    if (weigh(route, item, &entry)) {
        route_heap_set(&route->heap, entry);
    } else {
        route_heap_remove(&route->heap, item);
    }
}

static uint32_t draw_label(struct route *route, const double *row, uint32_t worker)
{
    uint32_t class_count = route->setup.input->class_count;
    const double *confusion =
        route->setup.fit->confusion + (size_t)worker * class_count * class_count;
    double left = rng_unit(&route->rng);

    for (uint32_t l = 0; l + 1 < class_count; l++) {
        for (uint32_t k = 0; k < class_count; k++) {
            left -= row[k] * confusion[(size_t)k * class_count + l];
        }
        if (left < 0) {
            return l;
        }
    }
    return class_count - 1;
}

static void learn(const struct route *route, double *row, uint32_t worker, uint32_t class)
{
    uint32_t class_count = route->setup.input->class_count;
    const double *confusion =
        route->setup.fit->confusion + (size_t)worker * class_count * class_count;
    double sum = 0;

    for (uint32_t k = 0; k < class_count; k++) {
        row[k] *= fmax(confusion[(size_t)k * class_count + class], 1e-9);
        sum += row[k];
    }
    for (uint32_t k = 0; k < class_count; k++) {
        row[k] = sum > 0 ? row[k] / sum : 1.0 / class_count;
    }
}

/* Sample what the answers that are out may turn the item's belief into. */
static void imagine(struct route *route, uint32_t item)
{
    uint32_t class_count = route->setup.input->class_count;
    struct belief *belief = &route->belief[item];
    uint32_t out = 0;

    for (const struct asked *at = belief->asked; at != NULL; at = at->before) {
        out += !at->answered;
    }
    belief->futures = out > 0 ? FUTURES : 0;
    if (out > 0 && belief->row == NULL) {
        belief->row = arena_array(route->arena, double, (size_t)FUTURES *class_count);
    }
    for (uint32_t i = 0; i < belief->futures; i++) {
        double *future = belief->row + (size_t)i * class_count;

        memcpy(future, sure_of(route, item), class_count * sizeof(*future));
        for (const struct asked *at = belief->asked; at != NULL; at = at->before) {
            if (!at->answered) {
                learn(route, future, at->worker, draw_label(route, future, at->worker));
            }
        }
    }
}

static void take(struct route *route, const struct route_pick *pick)
{
    route->left[pick->worker]--;
    route->known[pick->worker]++;
    route->picks++;
    route->explored += pick->explores;
    struct belief *belief = &route->belief[pick->item];
    struct asked *asked = arena_new_of(route->arena, struct asked);

    *asked = (struct asked){.worker = pick->worker, .before = belief->asked};
    belief->asked = asked;
    imagine(route, pick->item);
}

/* The worker least known who may judge the item; false if that is nobody. */
static bool least_known(const struct route *route, uint32_t item, uint32_t *out)
{
    const struct route_setup *setup = &route->setup;
    bool open = setup->may_first == NULL;
    uint32_t from = open ? 0 : setup->may_first[item];
    uint32_t to = open ? setup->input->worker_count : setup->may_first[item + 1];
    bool found = false;

    for (uint32_t i = from; i < to; i++) {
        uint32_t worker = open ? i : setup->may_worker[i];

        if (may_ask(route, item, worker) && (!found || route->known[worker] < route->known[*out])) {
            *out = worker;
            found = true;
        }
    }
    return found;
}

bool route_next(struct route *route, struct route_pick *out)
{
    while (route->heap.count > 0) {
        struct route_entry top = route->heap.at[0];
        uint32_t worker = top.worker;

        if (!may_ask(route, top.item, top.worker)) {
            renew(route, top.item);
            continue;
        }
        bool explores = route->explored < route->setup.explore * (route->picks + 1.0) &&
                        least_known(route, top.item, &worker);

        *out = (struct route_pick){.item = top.item,
                                   .worker = worker,
                                   .gain = gain_of(route, top.item, worker),
                                   .cost = cost_of(route, worker),
                                   .explores = explores};
        take(route, out);
        renew(route, top.item);
        return true;
    }
    return false;
}

void route_answer(struct route *route, uint32_t item, uint32_t worker, uint32_t class)
{
    uint32_t class_count = route->setup.input->class_count;
    struct belief *belief = &route->belief[item];

    if (belief->sure == NULL) {
        belief->sure = truth_copy(route->arena, sure_of(route, item), class_count);
    }
    learn(route, belief->sure, worker, class);
    for (struct asked *at = belief->asked; at != NULL; at = at->before) {
        at->answered = at->answered || at->worker == worker;
    }
    imagine(route, item);
    renew(route, item);
}

void route_belief(const struct route *route, uint32_t item, double *out)
{
    uint32_t class_count = route->setup.input->class_count;
    const struct belief *belief = &route->belief[item];

    if (belief->futures == 0) {
        memcpy(out, sure_of(route, item), class_count * sizeof(*out));
        return;
    }
    for (uint32_t k = 0; k < class_count; k++) {
        out[k] = 0;
        for (uint32_t i = 0; i < belief->futures; i++) {
            out[k] += belief->row[(size_t)i * class_count + k] / belief->futures;
        }
    }
}

double route_expected_accuracy(const struct route *route)
{
    double sum = 0;

    for (uint32_t item = 0; item < route->setup.input->item_count; item++) {
        sum += expected_top(route, item);
    }
    return sum / route->setup.input->item_count;
}

struct ranked {
    double worth;
    uint32_t worker;
};

static int by_worth(const void *left, const void *right)
{
    const struct ranked *a = left;
    const struct ranked *b = right;

    return a->worth != b->worth ? (a->worth < b->worth) - (a->worth > b->worth)
                                : (a->worker > b->worker) - (a->worker < b->worker);
}

/* Workers by what they tell about an item of which nothing but the prior is known. */
static void rank_workers(struct route *route)
{
    uint32_t worker_count = route->setup.input->worker_count;
    struct arena_mark mark;

    route->shortlist = arena_array(route->arena, uint32_t, worker_count);
    mark = arena_mark(route->arena);
    struct ranked *ranked = arena_array(route->arena, struct ranked, worker_count);

    for (uint32_t worker = 0; worker < worker_count; worker++) {
        ranked[worker] = (struct ranked){
            .worth = information(route, route->setup.fit->prior, worker) / cost_of(route, worker),
            .worker = worker};
    }
    qsort(ranked, worker_count, sizeof(*ranked), by_worth);
    for (uint32_t i = 0; i < worker_count; i++) {
        route->shortlist[i] = ranked[i].worker;
    }
    route->shortlist_count = worker_count;
    arena_undo(route->arena, mark);
}

static enum err check(const struct route_setup *setup, struct fault *fault)
{
    if (!(setup->target > 0 && setup->target <= 1)) {
        return fail_field(fault, ERR_INVALID, "target", "the target is %g, but must be in (0, 1]",
                          setup->target);
    }
    if (!(setup->explore >= 0 && setup->explore <= 1)) {
        return fail_field(fault, ERR_INVALID, "explore",
                          "the share to explore is %g, but must be in [0, 1]", setup->explore);
    }
    for (uint32_t worker = 0; setup->cost != NULL && worker < setup->input->worker_count;
         worker++) {
        if (!(setup->cost[worker] > 0 && isfinite(setup->cost[worker]))) {
            return fail_field(fault, ERR_INVALID, "cost",
                              "the cost of worker %u is %g, but must be above zero", worker,
                              setup->cost[worker]);
        }
    }
    return OK;
}

enum err route_new(struct arena *arena, const struct route_setup *setup, struct route **out,
                   struct fault *fault)
{
    const struct truth_input *input = setup->input;
    struct route *route = arena_new_of(arena, struct route);

    TRY(check(setup, fault));
    *route = (struct route){
        .arena = arena,
        .setup = *setup,
        .rng = rng_new(setup->seed),
        .belief = arena_array(arena, struct belief, input->item_count),
        .left = arena_array(arena, uint32_t, input->worker_count),
        .known = arena_array(arena, uint32_t, input->worker_count),
        .heap = route_heap_new(arena, input->item_count),
        .after = arena_array(arena, double, input->class_count),
    };
    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        route->left[worker] = setup->capacity == NULL ? UINT32_MAX : setup->capacity[worker];
    }
    for (uint32_t i = 0; i < truth_label_count(input); i++) {
        route->known[input->row[i] / input->class_count]++;
    }
    rank_workers(route);
    for (uint32_t item = 0; item < input->item_count; item++) {
        renew(route, item);
    }
    *out = route;
    return OK;
}
