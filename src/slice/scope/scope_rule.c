#include "slice/scope/scope_rule.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/rng.h"
#include "num/random.h"

enum { WEEKS_MAX = 520 }; /* ten years: as good as never */

/* One draw's figures, kept apart to be sorted. */
struct draws {
    double *experts;
    double *offers;
    double *hours;
    double *cost;
    double *weeks;
};

static double work_hours(const struct scope_need *need, double stretch)
{
    double answers = need->tasks * need->redundancy;

    return (answers * need->minutes + answers * need->review_share * need->review_minutes) *
           stretch / 60;
}

/* Team drawn with replacement until its weekly hours do the work in time, or everybody who would
 * accept is in it. */
static double draw_team(struct rng *rng, const struct scope_supply *supply,
                        const struct scope_need *need, double hours, double most, double use,
                        double *capacity, double *rate)
{
    double wanted = hours / need->weeks;
    double experts = 0;
    double paid = 0;

    *capacity = 0;
    while (*capacity < wanted && experts < most) {
        uint32_t who = rng_below(rng, supply->count);
        double given = supply->hours[who] * use;
        uint32_t asks = supply->rate[who];

        *capacity += given;
        paid += given * (asks > need->rate_floor ? asks : need->rate_floor);
        experts++;
    }
    *rate = *capacity > 0 ? paid / *capacity : need->rate_floor;
    return experts;
}

static int compare_real(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

static struct scope_quantiles quantiles(double *values, uint32_t count)
{
    qsort(values, count, sizeof(*values), compare_real);
    return (struct scope_quantiles){.low = values[count / 10],
                                    .mid = values[count / 2],
                                    .high = values[count - 1 - count / 10]};
}

void scope_compute(struct arena *arena, const struct scope_supply *supply,
                   const struct scope_need *need, struct scope_answer *out)
{
    uint32_t count = need->draws;
    struct draws draws = {.experts = arena_array(arena, double, count),
                          .offers = arena_array(arena, double, count),
                          .hours = arena_array(arena, double, count),
                          .cost = arena_array(arena, double, count),
                          .weeks = arena_array(arena, double, count)};
    double variance = log1p(need->spread * need->spread);
    uint32_t in_time = 0;

    for (uint32_t i = 0; i < count; i++) {
        struct rng rng = rng_stream(need->seed, i);
        double stretch = exp(sqrt(variance) * rng_normal(&rng) - variance / 2);
        double use = need->use_low + (need->use_high - need->use_low) * rng_unit(&rng);
        /* Beta(1, 1) before any offer was answered. */
        double yes = num_gamma_draw(&rng, supply->accepted + 1.0);
        double no = num_gamma_draw(&rng, supply->answered - supply->accepted + 1.0);
        double accept = yes / (yes + no);
        double capacity;
        double rate;
        double most = fmax(1, floor(supply->count * accept));
        double hours = work_hours(need, stretch);

        draws.experts[i] = draw_team(&rng, supply, need, hours, most, use, &capacity, &rate);
        draws.offers[i] = ceil(draws.experts[i] / accept);
        draws.hours[i] = hours;
        draws.cost[i] = hours * rate;
        draws.weeks[i] = capacity > 0 ? fmin(hours / capacity, WEEKS_MAX) : WEEKS_MAX;
        in_time += draws.weeks[i] <= need->weeks * (1 + 1e-9);
    }
    *out = (struct scope_answer){
        .hours_plain = need->tasks * need->redundancy * need->minutes / 60,
        .review_plain =
            need->tasks * need->redundancy * need->review_share * need->review_minutes / 60,
        .in_time = (double)in_time / count,
    };
    out->experts = quantiles(draws.experts, count);
    out->offers = quantiles(draws.offers, count);
    out->hours = quantiles(draws.hours, count);
    out->cost = quantiles(draws.cost, count);
    out->weeks = quantiles(draws.weeks, count);
}
