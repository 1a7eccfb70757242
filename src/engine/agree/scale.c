#include "engine/agree/scale.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "engine/agree/table.h"
#include "num/special.h"

/* Scores of the units that all raters rated. */
struct grid {
    double *scores; /* [unit][rater] */
    uint32_t unit_count;
    uint32_t rater_count;
};

static struct grid complete_units(struct arena *arena, const struct agree_table *table)
{
    uint32_t *numbers = arena_array(arena, uint32_t, table->rater_count);
    struct grid grid = {.rater_count = table->rated_rater_count};
    uint32_t met = 0;

    for (uint32_t unit = 0; unit < table->unit_count; unit++) {
        uint32_t size = table->starts[unit + 1] - table->starts[unit];

        grid.unit_count += size > 0 && size == grid.rater_count;
    }
    grid.scores = arena_array(arena, double, (size_t)grid.unit_count *grid.rater_count);
    uint32_t row = 0;

    for (uint32_t unit = 0; unit < table->unit_count && grid.unit_count > 0; unit++) {
        if (table->starts[unit + 1] - table->starts[unit] != grid.rater_count) {
            continue;
        }
        for (uint32_t i = table->starts[unit]; i < table->starts[unit + 1]; i++) {
            uint32_t *number = &numbers[table->seats[i].rater]; /* plus one; zero: not met */

            *number = *number == 0 ? ++met : *number;
            grid.scores[(size_t)row * grid.rater_count + *number - 1] =
                table->scores[table->seats[i].value];
        }
        row++;
    }
    return grid;
}

static struct agree_result result_of(const struct agree_table *table, const struct grid *grid)
{
    struct agree_result result = {
        .unit_count = table->rated_unit_count,
        .paired_count = grid->unit_count,
        .rating_count = (uint64_t)grid->unit_count * grid->rater_count,
        .rater_count = table->rated_rater_count,
    };

    if (grid->rater_count < 2) {
        result.undefined_because = "there are fewer than two raters";
    } else if (grid->unit_count < 2) {
        result.undefined_because = "fewer than two units were rated by every rater";
    }
    return result;
}

/* Mean squares of the two-way table. */
struct variance {
    double units; /* how many, as a real number */
    double raters;
    double between_units;
    double between_raters;
    double residual;
    double within_units;
};

static struct variance analyse(struct arena *arena, const struct grid *grid)
{
    double n = grid->unit_count;
    double k = grid->rater_count;
    double *rater_means = arena_array(arena, double, grid->rater_count);
    struct variance variance = {.units = n, .raters = k};
    double grand = 0;

    for (size_t i = 0; i < (size_t)grid->unit_count * grid->rater_count; i++) {
        grand += grid->scores[i] / (n * k);
        rater_means[i % grid->rater_count] += grid->scores[i] / n;
    }
    for (uint32_t unit = 0; unit < grid->unit_count; unit++) {
        const double *row = grid->scores + (size_t)unit * grid->rater_count;
        double mean = 0;

        for (uint32_t rater = 0; rater < grid->rater_count; rater++) {
            mean += row[rater] / k;
        }
        for (uint32_t rater = 0; rater < grid->rater_count; rater++) {
            double alone = row[rater] - mean;
            double rest = alone - (rater_means[rater] - grand);

            variance.within_units += alone * alone / (n * (k - 1));
            variance.residual += rest * rest / ((n - 1) * (k - 1));
        }
        variance.between_units += k * (mean - grand) * (mean - grand) / (n - 1);
    }
    for (uint32_t rater = 0; rater < grid->rater_count; rater++) {
        double gap = rater_means[rater] - grand;

        variance.between_raters += n * gap * gap / (k - 1);
    }
    return variance;
}

static double f_quantile(double p, double above, double below)
{
    double x = num_beta_quantile(p, above / 2, below / 2);

    return x >= 1 ? (double)INFINITY : below * x / (above * (1 - x));
}

static double from_f(double f, double raters)
{
    return isinf(f) ? 1 : (f - 1) / (f + raters - 1);
}

static double mean_of(double single, double raters)
{
    return single * raters / (1 + single * (raters - 1));
}

static void set(struct agree_result *result, double above, double below)
{
    if (!(below > 0)) {
        result->undefined_because = "the scores do not vary";
        return;
    }
    result->defined = true;
    result->value = above / below;
}

static void set_interval(struct agree_result *result, double low, double high)
{
    if (result->defined && isfinite(low) && isfinite(high)) {
        result->has_interval = true;
        result->interval = (struct interval){.low = low, .high = high};
    }
}

/* One-way and fixed raters: the ratio of mean squares follows F. */
static void f_intervals(const struct variance *v, double error, double freedom, double level,
                        struct agree_result *single, struct agree_result *mean)
{
    double tail = (1 + level) / 2;
    double f = v->between_units / error;

    if (!(error > 0)) {
        return;
    }
    double low = from_f(f / f_quantile(tail, v->units - 1, freedom), v->raters);
    double high = from_f(f * f_quantile(tail, freedom, v->units - 1), v->raters);

    set_interval(single, low, high);
    set_interval(mean, mean_of(low, v->raters), mean_of(high, v->raters));
}

/* Raters at random: Satterthwaite's degrees of freedom. */
static void mixed_intervals(const struct variance *v, double level, struct agree_result *single,
                            struct agree_result *mean)
{
    double n = v->units;
    double k = v->raters;
    double rho = single->value;

    if (!single->defined || !(v->residual > 0)) {
        return;
    }
    double f = v->between_raters / v->residual;
    double rest = n * (1 + (k - 1) * rho) - k * rho;
    double above = (k - 1) * (n - 1) * (k * rho * f + rest) * (k * rho * f + rest);
    double below = (n - 1) * k * k * rho * rho * f * f + rest * rest;

    if (!(above > 0) || !(below > 0)) {
        return;
    }
    double tail = (1 + level) / 2;
    double upper = f_quantile(tail, n - 1, above / below);
    double lower = f_quantile(tail, above / below, n - 1);
    double noise = k * v->between_raters + (k * n - k - n) * v->residual;
    double low =
        n * (v->between_units - upper * v->residual) / (upper * noise + n * v->between_units);
    double high =
        n * (lower * v->between_units - v->residual) / (noise + n * lower * v->between_units);

    set_interval(single, low, high);
    set_interval(mean, mean_of(low, k), mean_of(high, k));
}

void agree_icc(struct arena *arena, const struct agree_table *table, double level,
               struct agree_result out[static AGREE_ICC_FORMS_])
{
    struct arena_mark mark = arena_mark(arena);
    struct grid grid = complete_units(arena, table);

    assert(level > 0 && level < 1);
    for (int form = 0; form < AGREE_ICC_FORMS_; form++) {
        out[form] = result_of(table, &grid);
    }
    if (out[0].undefined_because == NULL) {
        struct variance v = analyse(arena, &grid);
        double n = v.units;
        double k = v.raters;
        double raters = v.between_raters - v.residual;

        set(&out[AGREE_ICC_ONE_SINGLE], v.between_units - v.within_units,
            v.between_units + (k - 1) * v.within_units);
        set(&out[AGREE_ICC_TWO_SINGLE], v.between_units - v.residual,
            v.between_units + (k - 1) * v.residual + k * raters / n);
        set(&out[AGREE_ICC_THREE_SINGLE], v.between_units - v.residual,
            v.between_units + (k - 1) * v.residual);
        set(&out[AGREE_ICC_ONE_MEAN], v.between_units - v.within_units, v.between_units);
        set(&out[AGREE_ICC_TWO_MEAN], v.between_units - v.residual, v.between_units + raters / n);
        set(&out[AGREE_ICC_THREE_MEAN], v.between_units - v.residual, v.between_units);
        f_intervals(&v, v.within_units, n * (k - 1), level, &out[AGREE_ICC_ONE_SINGLE],
                    &out[AGREE_ICC_ONE_MEAN]);
        mixed_intervals(&v, level, &out[AGREE_ICC_TWO_SINGLE], &out[AGREE_ICC_TWO_MEAN]);
        f_intervals(&v, v.residual, (n - 1) * (k - 1), level, &out[AGREE_ICC_THREE_SINGLE],
                    &out[AGREE_ICC_THREE_MEAN]);
    }
    arena_undo(arena, mark);
}

struct scored {
    double score;
    uint32_t unit;
};

static int by_score(const void *left, const void *right)
{
    const struct scored *a = left;
    const struct scored *b = right;

    return a->score != b->score ? (a->score > b->score) - (a->score < b->score)
                                : (a->unit > b->unit) - (a->unit < b->unit);
}

/* Adds one rater's ranks, ties at their middle; returns the sum over ties of size^3 - size. */
static double add_ranks(const struct grid *grid, uint32_t rater, struct scored *sorted,
                        double *ranks)
{
    double ties = 0;

    for (uint32_t unit = 0; unit < grid->unit_count; unit++) {
        sorted[unit] = (struct scored){
            .score = grid->scores[(size_t)unit * grid->rater_count + rater], .unit = unit};
    }
    qsort(sorted, grid->unit_count, sizeof(*sorted), by_score);
    for (uint32_t from = 0; from < grid->unit_count;) {
        uint32_t to = from;

        while (to < grid->unit_count && sorted[to].score == sorted[from].score) {
            to++;
        }
        for (uint32_t i = from; i < to; i++) {
            ranks[sorted[i].unit] += ((double)from + to + 1) / 2;
        }
        double size = to - from;

        ties += size * size * size - size;
        from = to;
    }
    return ties;
}

void agree_kendall(struct arena *arena, const struct agree_table *table,
                   struct agree_concordance *out)
{
    struct arena_mark mark = arena_mark(arena);
    struct grid grid = complete_units(arena, table);
    double n = grid.unit_count;
    double m = grid.rater_count;
    double *ranks = arena_array(arena, double, grid.unit_count);
    struct scored *sorted = arena_array(arena, struct scored, grid.unit_count);
    struct agree_concordance concordance = {.result = result_of(table, &grid)};
    double ties = 0;
    double spread = 0;

    if (concordance.result.undefined_because == NULL) {
        for (uint32_t rater = 0; rater < grid.rater_count; rater++) {
            ties += add_ranks(&grid, rater, sorted, ranks);
        }
        for (uint32_t unit = 0; unit < grid.unit_count; unit++) {
            double gap = ranks[unit] - m * (n + 1) / 2;

            spread += gap * gap;
        }
        set(&concordance.result, 12 * spread, m * m * (n * n * n - n) - m * ties);
    }
    if (concordance.result.defined) {
        concordance.chi2 = m * (n - 1) * concordance.result.value;
        concordance.freedom = n - 1;
        concordance.p = 1 - num_chi2_cdf(concordance.chi2, concordance.freedom);
    }
    arena_undo(arena, mark);
    *out = concordance;
}
