/*
 * Cumulative-probit raters for classes in order: a rater sees the item's class
 * with a shift (harshness) and a spread of their own and cuts at the thresholds
 * between the classes. Cumulative link: McCullagh (1980). The raters' prior over
 * shift and spread is a free distribution on a grid, learnt from all raters
 * (Kiefer and Wolfowitz 1956; Laird 1978), so that nothing is optimised blindly
 * and few labels borrow from the crowd.
 */

#include "engine/truth/methods.h"
#include "engine/truth/table.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "num/special.h"

enum { SHIFTS = 17, SPREADS = 13, LAPSES = 3, CELLS = LAPSES * SHIFTS * SPREADS };
static const double lapses[LAPSES] = {.02, .3, .9}; /* share of labels given without looking */

struct raters {
    double *table;   /* [cell][given][true]: log-probability */
    double *weight;  /* [cell]: prior */
    double *learned; /* [cell]: sum of the raters' posteriors */
};

static double shift_of(uint32_t cell)
{
    return (cell / SPREADS % SHIFTS - (SHIFTS - 1) / 2.0) * .15;
}

static double spread_of(uint32_t cell)
{
    return .2 * pow(20, (cell % SPREADS) / (SPREADS - 1.0));
}

static double lapse_of(uint32_t cell)
{
    return lapses[cell / (SHIFTS * SPREADS)];
}

/* How often each class is given: what those give who do not look. */
static void fill_blind(const struct truth_input *input, double *blind)
{
    uint32_t labels = truth_label_count(input);

    for (uint32_t l = 0; l < input->class_count; l++) {
        blind[l] = 1 / (labels + (double)input->class_count);
    }
    for (uint32_t i = 0; i < labels; i++) {
        blind[input->row[i] % input->class_count] += 1 / (labels + (double)input->class_count);
    }
}

static void fill_table(uint32_t class_count, const double *blind, struct raters *raters)
{
    size_t block = (size_t)class_count * class_count;

    for (uint32_t cell = 0; cell < CELLS; cell++) {
        for (uint32_t k = 0; k < class_count; k++) {
            double below = 0;

            for (uint32_t l = 0; l < class_count; l++) {
                double cut = (l + .5 - k - shift_of(cell)) / spread_of(cell);
                double upto = l + 1 == class_count ? 1 : num_normal_cdf(cut);

                raters->table[cell * block + (size_t)l * class_count + k] =
                    log((1 - lapse_of(cell)) * fmax(upto - below, 0) + lapse_of(cell) * blind[l]);
                below = upto;
            }
        }
        raters->weight[cell] = 1.0 / CELLS;
    }
}

/* The posterior over the grid of one rater with these counts. */
static void place(const double *count, size_t block, const struct raters *raters, double *chance)
{
    for (uint32_t cell = 0; cell < CELLS; cell++) {
        const double *table = raters->table + cell * block;

        chance[cell] = log(raters->weight[cell] + 1e-300);
        for (size_t at = 0; at < block; at++) {
            chance[cell] += count[at] * table[at];
        }
    }
    (void)truth_normalise(chance, CELLS);
}

static void update(void *context, const struct truth_job *job, const struct truth_counts *counts,
                   struct truth_logs *logs)
{
    const struct truth_input *input = job->input;
    size_t block = (size_t)input->class_count * input->class_count;
    struct raters *raters = context;
    double chance[CELLS];

    memset(raters->learned, 0, CELLS * sizeof(double));
    memset(logs->given, 0, truth_cells(input) * sizeof(double));
    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        double *out = logs->given + worker * block;

        place(counts->given + worker * block, block, raters, chance);
        for (uint32_t cell = 0; cell < CELLS; cell++) {
            const double *table = raters->table + cell * block;

            raters->learned[cell] += chance[cell];
            for (size_t at = 0; chance[cell] > 1e-6 && at < block; at++) {
                out[at] += chance[cell] * table[at];
            }
        }
    }
    for (uint32_t cell = 0; cell < CELLS; cell++) {
        raters->weight[cell] = (raters->learned[cell] + .01) / (input->worker_count + .01 * CELLS);
    }
    for (uint32_t k = 0; k < input->class_count; k++) {
        logs->prior[k] =
            log((counts->mass[k] + 1) / (input->item_count + (double)input->class_count));
    }
}

static enum err fit_ordinal(const struct truth_job *job, struct truth_fit *out)
{
    size_t block = (size_t)job->input->class_count * job->input->class_count;
    struct raters raters = {.table = arena_array(job->arena, double, CELLS *block),
                            .weight = arena_array(job->arena, double, CELLS),
                            .learned = arena_array(job->arena, double, CELLS)};

    double *blind = arena_array(job->arena, double, job->input->class_count);

    fill_blind(job->input, blind);
    fill_table(job->input->class_count, blind, &raters);
    return truth_iterate(job, &(struct truth_model){.update = update, .context = &raters}, out);
}

const struct truth_method truth_ordinal = {.name = "ordinal",
                                           .summary =
                                               "Cumulative-probit raters for classes in order",
                                           .fit = fit_ordinal};
