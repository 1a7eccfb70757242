#include "engine/truth/sampler.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "num/random.h"
#include "num/special.h"

enum { GRID = 64, TABLE = 64 };

static uint32_t *counts_of(const struct sampler *sampler, uint32_t worker, uint32_t k)
{
    uint32_t class_count = sampler->input->class_count;

    return sampler->count + ((size_t)worker * class_count + k) * class_count;
}

static double row_total(const struct sampler *sampler, const uint32_t *count)
{
    double sum = 0;

    for (uint32_t l = 0; l < sampler->input->class_count; l++) {
        sum += count[l];
    }
    return sum;
}

/* One class by weights that need not sum to one. */
static uint32_t draw(struct rng *rng, const double *weight, uint32_t count)
{
    double sum = 0;

    for (uint32_t k = 0; k < count; k++) {
        sum += weight[k];
    }
    double left = rng_unit(rng) * sum;

    for (uint32_t k = 0; k + 1 < count; k++) {
        left -= weight[k];
        if (left < 0) {
            return k;
        }
    }
    return count - 1;
}

static void tally_truth(struct sampler *sampler)
{
    const struct truth_input *input = sampler->input;
    uint32_t class_count = input->class_count;

    memset(sampler->count, 0, truth_cells(input) * sizeof(*sampler->count));
    memset(sampler->mass, 0, class_count * sizeof(*sampler->mass));
    for (uint32_t item = 0; item < input->item_count; item++) {
        uint32_t k = sampler->truth[item];

        sampler->mass[k]++;
        for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
            counts_of(sampler, input->row[i] / class_count, k)[input->row[i] % class_count]++;
        }
    }
}

static void draw_truth(struct sampler *sampler)
{
    const struct truth_input *input = sampler->input;
    uint32_t class_count = input->class_count;
    double *weight = sampler->weights;

    for (uint32_t item = 0; item < input->item_count; item++) {
        if (truth_is_gold(input, item)) {
            sampler->truth[item] = input->gold[item];
            continue;
        }
        for (uint32_t k = 0; k < class_count; k++) {
            weight[k] = log(sampler->prior[k]);
        }
        for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
            const double *given = sampler->log_given + (size_t)input->row[i] * class_count;

            for (uint32_t k = 0; k < class_count; k++) {
                weight[k] += given[k];
            }
        }
        (void)truth_normalise(weight, class_count);
        sampler->truth[item] = draw(&sampler->rng, weight, class_count);
    }
    tally_truth(sampler);
}

/* log of Gamma(x + n) / Gamma(x). */
static double log_rising(double x, double n)
{
    return n > 0 ? num_log_gamma(x + n) - num_log_gamma(x) : 0;
}

/* Log-density of a diagonal's counts, the diagonal itself integrated out. */
static double log_row(double strength, double accuracy, double right, double all)
{
    return log_rising(strength * accuracy, right) +
           log_rising(strength * (1 - accuracy), all - right) - log_rising(strength, all);
}

static double point(uint32_t g)
{
    return (g + .5) / GRID;
}

/* Rising factorials of a grid point's parameters for small counts, by running sums of logs. */
struct rising {
    double right[GRID][TABLE];
    double wrong[GRID][TABLE];
    double prior[GRID];
};

static void fill_rising(const struct sampler *sampler, struct rising *table)
{
    for (uint32_t g = 0; g < GRID; g++) {
        double a = sampler->strength * point(g);
        double b = sampler->strength * (1 - point(g));

        table->right[g][0] = table->wrong[g][0] = 0;
        for (uint32_t n = 1; n < TABLE; n++) {
            table->right[g][n] = table->right[g][n - 1] + log(a + n - 1);
            table->wrong[g][n] = table->wrong[g][n - 1] + log(b + n - 1);
        }
        table->prior[g] = (sampler->mean * sampler->spread - 1) * log(point(g)) +
                          ((1 - sampler->mean) * sampler->spread - 1) * log(1 - point(g));
    }
}

static void draw_accuracies(struct sampler *sampler, struct rising *table)
{
    uint32_t class_count = sampler->input->class_count;
    double weight[GRID];

    fill_rising(sampler, table);
    for (uint32_t worker = 0; worker < sampler->input->worker_count; worker++) {
        memcpy(weight, table->prior, sizeof(weight));
        for (uint32_t k = 0; k < class_count; k++) {
            const uint32_t *count = counts_of(sampler, worker, k);
            uint32_t right = count[k];
            uint32_t wrong = (uint32_t)row_total(sampler, count) - right;

            for (uint32_t g = 0; right + wrong > 0 && g < GRID; g++) {
                double a = sampler->strength * point(g);
                double b = sampler->strength * (1 - point(g));

                weight[g] += right < TABLE ? table->right[g][right] : log_rising(a, right);
                weight[g] += wrong < TABLE ? table->wrong[g][wrong] : log_rising(b, wrong);
            }
        }
        (void)truth_normalise(weight, GRID);
        double jitter = rng_unit(&sampler->rng) - .5;

        sampler->accuracy[worker] = point(draw(&sampler->rng, weight, GRID)) + jitter / GRID;
    }
}

static double strength_density(const struct sampler *sampler, double strength)
{
    double away = log(strength / 20) / 1.5;
    double sum = -away * away / 2;

    for (uint32_t worker = 0; worker < sampler->input->worker_count; worker++) {
        for (uint32_t k = 0; k < sampler->input->class_count; k++) {
            const uint32_t *count = counts_of(sampler, worker, k);

            sum +=
                log_row(strength, sampler->accuracy[worker], count[k], row_total(sampler, count));
        }
    }
    return sum;
}

static double closeness_density(const struct sampler *sampler, double closeness)
{
    uint32_t class_count = sampler->input->class_count;
    double away = log(closeness / class_count);
    double sum = -away * away / 2;

    for (uint32_t worker = 0; worker < sampler->input->worker_count; worker++) {
        for (uint32_t k = 0; k < class_count; k++) {
            const uint32_t *count = counts_of(sampler, worker, k);

            sum -= log_rising(closeness, row_total(sampler, count) - count[k]);
            for (uint32_t l = 0; l < class_count; l++) {
                double error = sampler->errors[(size_t)k * class_count + l];

                sum += l == k ? 0 : log_rising(closeness * error, count[l]);
            }
        }
    }
    return sum;
}

static double crowd_density(const struct sampler *sampler, double mean, double spread)
{
    double away = log(spread / 8);
    double a = mean * spread;
    double b = (1 - mean) * spread;
    double sum = -away * away / 2 - sampler->input->worker_count * num_log_beta(a, b);

    for (uint32_t worker = 0; worker < sampler->input->worker_count; worker++) {
        double accuracy = sampler->accuracy[worker];

        sum += (a - 1) * log(accuracy) + (b - 1) * log(1 - accuracy);
    }
    return sum + log(mean * (1 - mean));
}

static bool accepts(struct sampler *sampler, double gain)
{
    return log(1 - rng_unit(&sampler->rng)) < gain;
}

/* Random walks on the log and logit scales. */
static void draw_shared(struct sampler *sampler)
{
    struct rng *rng = &sampler->rng;
    double strength = fmin(fmax(sampler->strength * exp(.4 * rng_normal(rng)), .1), 5000);

    if (accepts(sampler, strength_density(sampler, strength) -
                             strength_density(sampler, sampler->strength))) {
        sampler->strength = strength;
    }
    for (int i = 0; i < 5; i++) {
        double odds = sampler->mean / (1 - sampler->mean) * exp(.15 * rng_normal(rng));
        double mean = fmin(fmax(odds / (1 + odds), .01), .99);
        double spread = fmin(fmax(sampler->spread * exp(.3 * rng_normal(rng)), .5), 2000);

        if (accepts(sampler, crowd_density(sampler, mean, spread) -
                                 crowd_density(sampler, sampler->mean, sampler->spread))) {
            sampler->mean = mean;
            sampler->spread = spread;
        }
    }
    if (sampler->input->class_count > 2) {
        double closeness = fmin(fmax(sampler->closeness * exp(.4 * rng_normal(rng)), .1), 5000);

        if (accepts(sampler, closeness_density(sampler, closeness) -
                                 closeness_density(sampler, sampler->closeness))) {
            sampler->closeness = closeness;
        }
    }
}

static void pool_errors(struct sampler *sampler)
{
    uint32_t class_count = sampler->input->class_count;

    for (uint32_t k = 0; k < class_count; k++) {
        double *errors = sampler->errors + (size_t)k * class_count;
        double sum = 0;

        for (uint32_t l = 0; l < class_count; l++) {
            errors[l] = l == k ? 0 : .5;
            for (uint32_t worker = 0; l != k && worker < sampler->input->worker_count; worker++) {
                errors[l] += counts_of(sampler, worker, k)[l];
            }
            sum += errors[l];
        }
        for (uint32_t l = 0; l < class_count && sum > 0; l++) {
            errors[l] /= sum;
        }
    }
}

static void draw_row(struct sampler *sampler, uint32_t worker, uint32_t k)
{
    uint32_t class_count = sampler->input->class_count;
    const uint32_t *count = counts_of(sampler, worker, k);
    double accuracy = sampler->accuracy[worker];
    double wrong = row_total(sampler, count) - count[k];
    double right = num_beta_draw(&sampler->rng, sampler->strength * accuracy + count[k],
                                 sampler->strength * (1 - accuracy) + wrong);
    double *share = sampler->weights;
    double sum = 0;

    for (uint32_t l = 0; l < class_count; l++) {
        double error = sampler->errors[(size_t)k * class_count + l];

        share[l] =
            l == k ? 0
                   : num_gamma_draw(&sampler->rng, sampler->closeness * error + count[l]) + 1e-12;
        sum += share[l];
    }
    sampler->right[(size_t)worker * class_count + k] = right;
    for (uint32_t l = 0; l < class_count; l++) {
        size_t row = (size_t)worker * class_count + l;

        sampler->log_given[row * class_count + k] =
            log(l == k ? right : (1 - right) * share[l] / sum);
    }
}

static void draw_prior(struct sampler *sampler)
{
    double sum = 0;

    for (uint32_t k = 0; k < sampler->input->class_count; k++) {
        sampler->prior[k] = num_gamma_draw(&sampler->rng, sampler->mass[k] + 1) + 1e-12;
        sum += sampler->prior[k];
    }
    for (uint32_t k = 0; k < sampler->input->class_count; k++) {
        sampler->prior[k] /= sum;
    }
}

static void draw_tables(struct sampler *sampler)
{
    struct rising table;

    pool_errors(sampler);
    draw_accuracies(sampler, &table);
    draw_shared(sampler);
    for (uint32_t worker = 0; worker < sampler->input->worker_count; worker++) {
        for (uint32_t k = 0; k < sampler->input->class_count; k++) {
            draw_row(sampler, worker, k);
        }
    }
    draw_prior(sampler);
}

void sampler_sweep(struct sampler *sampler)
{
    draw_truth(sampler);
    draw_tables(sampler);
}

double sampler_skill(const struct sampler *sampler, uint32_t worker)
{
    uint32_t class_count = sampler->input->class_count;
    double sum = 0;

    for (uint32_t k = 0; k < class_count; k++) {
        sum += sampler->prior[k] * sampler->right[(size_t)worker * class_count + k];
    }
    return sum;
}

struct sampler sampler_new(struct arena *arena, const struct truth_input *input,
                           const double *posterior, uint64_t seed)
{
    uint32_t class_count = input->class_count;
    size_t rows = (size_t)input->worker_count * class_count;
    struct sampler sampler = {
        .input = input,
        .rng = rng_new(seed),
        .truth = arena_array(arena, uint32_t, input->item_count),
        .count = arena_array(arena, uint32_t, truth_cells(input)),
        .mass = arena_array(arena, double, class_count),
        .log_given = arena_array(arena, double, truth_cells(input)),
        .right = arena_array(arena, double, rows),
        .accuracy = arena_array(arena, double, input->worker_count),
        .errors = arena_array(arena, double, (size_t)class_count *class_count),
        .prior = arena_array(arena, double, class_count),
        .strength = 20,
        .closeness = class_count,
        .mean = .75,
        .spread = 8,
        .weights = arena_array(arena, double, class_count),
    };

    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        sampler.accuracy[worker] = sampler.mean;
    }
    for (uint32_t item = 0; item < input->item_count; item++) {
        sampler.truth[item] =
            draw(&sampler.rng, posterior + (size_t)item * class_count, class_count);
    }
    tally_truth(&sampler);
    draw_tables(&sampler);
    return sampler;
}
