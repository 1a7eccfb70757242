#include "engine/match/solve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"

enum {
    COST_BARRED = MATCH_EMPTY_SEAT + (1 << 26), /* an empty seat is cheaper */
    COST_PINNED = -(1 << 26),                   /* cheaper than any score */
};

/* The problem of an instance: every choice is an edge, barred ones too, so that edges keep their
 * numbers whatever changes. */
struct posing {
    struct arena *arena;
    struct match_instance *asked;
    struct assign_problem problem;
    uint32_t *choice; /* [edge] */
    uint64_t *edge;   /* [choice] */
    int32_t *cost;
    uint16_t *capacity;
    uint32_t *demand;
};

static int32_t cost_of(const struct match_instance *asked, uint32_t ask, uint32_t choice)
{
    if (!match_choice_meets(asked, ask, choice)) {
        return COST_BARRED;
    }
    struct match_candidate scored = match_choice_score(asked, ask, choice);

    return -(int32_t)lround((double)scored.score * MATCH_SCORE_UNIT);
}

static void sort_edges(struct posing *posing)
{
    const struct match_instance *asked = posing->asked;
    struct arena *arena = posing->arena;
    uint64_t *start = arena_array(arena, uint64_t, asked->member_count + 2UL);
    uint32_t *row = arena_array(arena, uint32_t, asked->choice_count + 1UL);

    posing->choice = arena_array(arena, uint32_t, asked->choice_count + 1UL);
    posing->edge = arena_array(arena, uint64_t, asked->choice_count + 1UL);
    posing->cost = arena_array(arena, int32_t, asked->choice_count + 1UL);
    for (uint32_t i = 0; i < asked->choice_count; i++) {
        start[asked->choices[i].member + 2]++;
    }
    for (size_t i = 2; i < asked->member_count + 2UL; i++) {
        start[i] += start[i - 1];
    }
    for (uint32_t ask = 0; ask < asked->ask_count; ask++) {
        uint32_t first = asked->asks[ask].choice_start;

        for (uint32_t i = first; i < first + asked->asks[ask].choice_count; i++) {
            uint64_t at = start[asked->choices[i].member + 1]++;

            row[at] = ask;
            posing->choice[at] = i;
            posing->edge[i] = at;
            posing->cost[at] = cost_of(asked, ask, i);
        }
    }
    posing->problem.start = start;
    posing->problem.row = row;
    posing->problem.cost = posing->cost;
}

static void pose(struct arena *arena, struct match_instance *asked, struct posing *out)
{
    int32_t *empty = arena_array(arena, int32_t, asked->ask_count + 1UL);

    *out = (struct posing){.arena = arena, .asked = asked};
    out->demand = arena_array(arena, uint32_t, asked->ask_count + 1UL);
    out->capacity = arena_array(arena, uint16_t, asked->member_count + 1UL);
    for (uint32_t i = 0; i < asked->ask_count; i++) {
        out->demand[i] = asked->asks[i].seats;
        empty[i] = MATCH_EMPTY_SEAT;
    }
    for (uint32_t i = 0; i < asked->member_count; i++) {
        out->capacity[i] = asked->members[i].seats;
    }
    out->problem = (struct assign_problem){.row_count = asked->ask_count,
                                           .column_count = asked->member_count,
                                           .demand = out->demand,
                                           .empty_cost = empty,
                                           .capacity = out->capacity};
    sort_edges(out);
}

/* ------------------------------------------------------------------ the outcome */

static int compare_seat(const void *left, const void *right)
{
    const struct match_seat *a = left;
    const struct match_seat *b = right;

    return a->ask != b->ask ? (a->ask > b->ask) - (a->ask < b->ask)
                            : (a->choice > b->choice) - (a->choice < b->choice);
}

struct ranked {
    struct match_seat seat;
    float score;
};

static int compare_ranked(const void *left, const void *right)
{
    const struct ranked *a = left;
    const struct ranked *b = right;

    if (a->seat.ask == b->seat.ask && a->score != b->score) {
        return a->score < b->score ? 1 : -1;
    }
    return compare_seat(&a->seat, &b->seat);
}

static void tell(const struct posing *posing, const struct assign_fit *fit,
                 struct match_outcome *out)
{
    const struct match_instance *asked = posing->asked;
    struct arena *arena = posing->arena;
    struct ranked *ranked = arena_array(arena, struct ranked, fit->seat_count + 1);

    out->seats = arena_array(arena, struct match_seat, fit->seat_count + 1);
    out->seat_start = arena_array(arena, uint32_t, asked->ask_count + 1UL);
    out->taken = arena_array(arena, uint64_t, asked->member_count + 1UL);
    out->price = fit->price;
    out->work = fit->work;
    for (size_t i = 0; i < fit->seat_count; i++) {
        struct match_seat seat = {.ask = fit->seats[i].row,
                                  .choice = posing->choice[fit->seats[i].edge]};

        ranked[i] = (struct ranked){
            .seat = seat, .score = match_choice_score(asked, seat.ask, seat.choice).score};
        out->taken[fit->seats[i].column]++;
        out->seat_start[seat.ask + 1]++;
        out->score += round((double)ranked[i].score * MATCH_SCORE_UNIT);
    }
    qsort(ranked, fit->seat_count, sizeof(*ranked), compare_ranked);
    for (size_t i = 0; i < fit->seat_count; i++) {
        out->seats[out->seat_count++] = ranked[i].seat;
    }
    for (uint32_t i = 0; i < asked->ask_count; i++) {
        out->seat_start[i + 1] += out->seat_start[i];
    }
    out->score /= MATCH_SCORE_UNIT;
}

static enum err finish(struct posing *posing, const struct assign_fit *fit,
                       struct match_outcome *out, struct fault *fault)
{
    struct assign_proof proof;

    TRY(assign_prove(posing->arena, &posing->problem, fit, &proof, fault));
    tell(posing, fit, out);
    out->optimal = proof.optimal;
    out->gap = proof.gap;
    return OK;
}

enum err match_solve(struct arena *arena, const struct match_instance *instance, uint64_t seed,
                     struct match_outcome *out, struct fault *fault)
{
    struct assign_options options = assign_defaults;
    struct assign_fit fit;
    struct posing posing;

    *out = (struct match_outcome){.asked = *instance};
    pose(arena, &out->asked, &posing);
    options.seed = seed;
    TRY(assign_check(&posing.problem, fault));
    TRY(assign_solve(arena, &posing.problem, &options, &fit, fault));
    return finish(&posing, &fit, out, fault);
}

/* ------------------------------------------------------------------ revisions */

static uint8_t moved_level(uint8_t level, int by)
{
    int moved = level + by;

    return (uint8_t)(moved < 1 ? 1 : moved > MATCH_LEVEL_MAX ? MATCH_LEVEL_MAX : moved);
}

static void apply_change(struct match_instance *asked, const struct match_change *change)
{
    struct match_ask *ask = &asked->asks[change->ask];

    ask->seats = change->seats == MATCH_NONE ? ask->seats : change->seats;
    ask->rate = change->rate == MATCH_NONE ? ask->rate : change->rate;
    ask->hours = change->hours == MATCH_NONE ? ask->hours : change->hours;
    for (uint32_t i = 0; i < ask->skill_count; i++) {
        ask->wanted[i] = moved_level(ask->wanted[i], change->level);
    }
}

static uint32_t ask_of_choice(const struct match_instance *asked, uint32_t choice)
{
    uint32_t ask = 0;

    while (choice >= asked->asks[ask].choice_start + asked->asks[ask].choice_count) {
        ask++;
    }
    return ask;
}

static enum err apply_pins(struct posing *posing, const struct match_revision *revision,
                           struct fault *fault)
{
    const struct match_instance *asked = posing->asked;
    uint32_t *seats = arena_array(posing->arena, uint32_t, asked->ask_count + 1UL);
    uint32_t *taken = arena_array(posing->arena, uint32_t, asked->member_count + 1UL);

    for (size_t i = 0; i < revision->pin_count; i++) {
        const struct match_pin *pin = &revision->pins[i];
        uint32_t ask = ask_of_choice(asked, pin->choice);
        uint32_t member = asked->choices[pin->choice].member;

        posing->cost[posing->edge[pin->choice]] = pin->together ? COST_PINNED : COST_BARRED;
        if (!pin->together) {
            continue;
        }
        if (++seats[ask] > posing->demand[ask]) {
            return fail(fault, ERR_INVALID, "%s has %u seats, fewer than are to be kept",
                        asked->asks[ask].id, posing->demand[ask]);
        }
        if (++taken[member] > posing->capacity[member]) {
            return fail(fault, ERR_INVALID, "%s can take %u seats, fewer than are to be kept",
                        asked->members[member].id, posing->capacity[member]);
        }
    }
    return OK;
}

static int compare_edge(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

/* The answer before, as assign_repair wants it. */
static struct assign_fit fit_of(const struct posing *posing, const struct match_before *before,
                                const struct match_instance *instance)
{
    struct arena *arena = posing->arena;
    struct assign_fit fit = {.seats =
                                 arena_array(arena, struct assign_seat, before->seat_count + 1),
                             .price = arena_array(arena, int64_t, instance->ask_count + 1UL),
                             .empty = arena_array(arena, uint32_t, instance->ask_count + 1UL)};
    uint64_t *by_edge = arena_array(arena, uint64_t, before->seat_count + 1UL);

    for (uint32_t i = 0; i < instance->ask_count; i++) {
        fit.price[i] = before->price[i];
        fit.empty[i] = instance->asks[i].seats;
    }
    for (uint32_t i = 0; i < before->seat_count; i++) {
        by_edge[i] = posing->edge[before->seats[i].choice];
        fit.empty[before->seats[i].ask]--;
    }
    qsort(by_edge, before->seat_count, sizeof(*by_edge), compare_edge);
    for (uint32_t i = 0; i < before->seat_count; i++) {
        uint64_t edge = by_edge[i];
        uint32_t choice = posing->choice[edge];

        fit.seats[fit.seat_count++] =
            (struct assign_seat){.row = posing->problem.row[edge],
                                 .column = instance->choices[choice].member,
                                 .edge = edge};
        fit.cost += posing->problem.cost[edge];
    }
    for (uint32_t i = 0; i < instance->ask_count; i++) {
        fit.cost += (int64_t)fit.empty[i] * MATCH_EMPTY_SEAT;
    }
    return fit;
}

enum err match_revise(struct arena *arena, const struct match_instance *instance, uint64_t seed,
                      const struct match_before *before, const struct match_revision *revision,
                      struct match_outcome *out, struct fault *fault)
{
    struct assign_options options = assign_defaults;
    struct posing posing;
    struct assign_fit fit;

    *out = (struct match_outcome){.asked = *instance};
    out->asked.asks = arena_array(arena, struct match_ask, instance->ask_count + 1UL);
    memcpy(out->asked.asks, instance->asks, instance->ask_count * sizeof(*instance->asks));
    for (size_t i = 0; i < revision->change_count; i++) {
        apply_change(&out->asked, &revision->changes[i]);
    }
    pose(arena, &out->asked, &posing);
    for (size_t i = 0; i < revision->gone_count; i++) {
        posing.capacity[revision->gone[i]] = 0;
    }
    TRY(apply_pins(&posing, revision, fault));
    struct assign_fit last = fit_of(&posing, before, instance);

    options.seed = seed;
    TRY(assign_check(&posing.problem, fault));
    TRY(assign_repair(arena, &posing.problem, &options, &last, &fit, fault));
    return finish(&posing, &fit, out, fault);
}

uint32_t match_runner_up(const struct match_outcome *outcome, uint32_t ask)
{
    const struct match_instance *asked = &outcome->asked;
    uint32_t first = asked->asks[ask].choice_start;
    uint32_t best = MATCH_NONE;
    float most = -1;

    for (uint32_t i = first; i < first + asked->asks[ask].choice_count; i++) {
        uint32_t member = asked->choices[i].member;

        if (outcome->taken[member] == 0 && asked->members[member].seats > 0 &&
            match_choice_meets(asked, ask, i)) {
            float score = match_choice_score(asked, ask, i).score;

            if (score > most) {
                most = score;
                best = i;
            }
        }
    }
    return best;
}
