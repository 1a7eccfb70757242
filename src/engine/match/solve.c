#include "engine/match/solve.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/match/pose.h"

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

/* `chance`: of each edge, or NULL. `freely`: edges of the best team without limits, or NULL. */
struct told {
    const struct match_posing *posing;
    const struct assign_fit *fit;
    const bool *freely;
    const float *chance;
};

static void tell(const struct told *told, struct match_outcome *out)
{
    const struct match_posing *posing = told->posing;
    const struct assign_fit *fit = told->fit;
    const struct match_instance *asked = posing->asked;
    struct arena *arena = posing->arena;
    struct ranked *ranked = arena_array(arena, struct ranked, fit->seat_count + 1);

    out->seats = arena_array(arena, struct match_seat, fit->seat_count + 1);
    out->moved = arena_array(arena, bool, fit->seat_count + 1);
    out->chance = told->chance == NULL ? NULL : arena_array(arena, float, fit->seat_count + 1);
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
        uint64_t edge = posing->edge[ranked[i].seat.choice];

        out->moved[i] = told->freely != NULL && !told->freely[edge];
        if (told->chance != NULL) {
            out->chance[i] = told->chance[edge];
        }
        out->seats[out->seat_count++] = ranked[i].seat;
    }
    for (uint32_t i = 0; i < asked->ask_count; i++) {
        out->seat_start[i + 1] += out->seat_start[i];
    }
    out->score /= MATCH_SCORE_UNIT;
}

static enum err finish(const struct match_posing *posing, const struct assign_fit *fit,
                       struct match_outcome *out, struct fault *fault)
{
    struct assign_proof proof;

    TRY(assign_prove(posing->arena, &posing->problem, fit, &proof, fault));
    tell(&(struct told){.posing = posing, .fit = fit}, out);
    out->optimal = proof.optimal;
    out->gap = proof.gap;
    out->free_score = out->score;
    return OK;
}

/* Within limits, beside the best team without them: what they cost, and whom they moved. */
static enum err solve_limited(struct match_posing *posing, uint64_t seed,
                              const struct assign_fit *free_fit, struct match_outcome *out,
                              struct fault *fault)
{
    struct assign_fit fit;
    bool *freely = arena_array(posing->arena, bool, posing->asked->choice_count + 1UL);

    for (size_t i = 0; i < free_fit->seat_count; i++) {
        freely[free_fit->seats[i].edge] = true;
        out->free_score -= (double)posing->cost[free_fit->seats[i].edge] / MATCH_SCORE_UNIT;
    }
    TRY(match_limits_solve(posing, seed, out, &fit, fault));
    tell(&(struct told){.posing = posing, .fit = &fit, .freely = freely, .chance = out->chance},
         out);
    return OK;
}

/* The best team at all, from nothing or from an answer before, is the answer if nobody sits twice
 * in a campaign and there are no limits. */
static enum err solve_posed(struct match_posing *posing, uint64_t seed,
                            const struct assign_fit *before, struct match_outcome *out,
                            struct fault *fault)
{
    struct assign_options options = assign_defaults;
    struct assign_fit fit;

    options.seed = seed;
    TRY(assign_check(&posing->problem, fault));
    if (before == NULL) {
        TRY(assign_solve(posing->arena, &posing->problem, &options, &fit, fault));
    } else {
        TRY(assign_repair(posing->arena, &posing->problem, &options, before, &fit, fault));
    }
    return match_is_limited(posing->asked) || match_sits_twice(posing, &fit)
               ? solve_limited(posing, seed, &fit, out, fault)
               : finish(posing, &fit, out, fault);
}

enum err match_solve(struct arena *arena, const struct match_instance *instance, uint64_t seed,
                     struct match_outcome *out, struct fault *fault)
{
    struct match_posing posing;

    *out = (struct match_outcome){.asked = *instance};
    TRY(match_limits_check(instance, fault));
    match_pose(arena, &out->asked, &posing);
    return solve_posed(&posing, seed, NULL, out, fault);
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

static enum err apply_pins(struct match_posing *posing, const struct match_revision *revision,
                           struct fault *fault)
{
    const struct match_instance *asked = posing->asked;
    uint32_t *seats = arena_array(posing->arena, uint32_t, asked->ask_count + 1UL);
    uint32_t *taken = arena_array(posing->arena, uint32_t, asked->member_count + 1UL);

    for (size_t i = 0; i < revision->pin_count; i++) {
        const struct match_pin *pin = &revision->pins[i];
        uint32_t ask = ask_of_choice(asked, pin->choice);
        uint32_t member = asked->choices[pin->choice].member;

        posing->cost[posing->edge[pin->choice]] =
            pin->together ? MATCH_COST_PINNED : MATCH_COST_BARRED;
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
static struct assign_fit fit_of(const struct match_posing *posing,
                                const struct match_before *before,
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
    struct match_posing posing;

    *out = (struct match_outcome){.asked = *instance};
    out->asked.asks = arena_array(arena, struct match_ask, instance->ask_count + 1UL);
    memcpy(out->asked.asks, instance->asks, instance->ask_count * sizeof(*instance->asks));
    out->asked.limits.cap = 0;
    TRY(match_limits_check(&out->asked, fault));
    for (size_t i = 0; i < revision->change_count; i++) {
        apply_change(&out->asked, &revision->changes[i]);
    }
    match_pose(arena, &out->asked, &posing);
    for (size_t i = 0; i < revision->gone_count; i++) {
        posing.capacity[revision->gone[i]] = 0;
    }
    TRY(apply_pins(&posing, revision, fault));
    if (match_is_limited(&out->asked)) {
        return solve_posed(&posing, seed, NULL, out, fault);
    }
    struct assign_fit last = fit_of(&posing, before, instance);

    return solve_posed(&posing, seed, &last, out, fault);
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
