/*
 * Enhanced Bayesian classifier combination: each class has hidden subtypes, so
 * that workers' errors on an item may go together. Li, Rubinstein and Cohn (2019),
 * "Exploiting worker correlation for label aggregation in crowdsourcing".
 * Variational, from several random starts; the best lower bound is kept.
 */

#include "engine/truth/methods.h"
#include "engine/truth/start.h"
#include "engine/truth/table.h"

#include <math.h>

#include "base/arena.h"
#include "base/rng.h"
#include "num/special.h"

enum { SUBTYPES = 10, STARTS_MAX = 16 };
static const double prior_right = 4;
static const double prior_wrong = 1;
static const double prior_subtype = .1 / SUBTYPES;
static const double work_max = 4e9; /* labels * lanes * rounds over all starts */

struct subtypes {
    const double *votes; /* [class]: pseudo-items of the class prior */
    bool measures;       /* the rounds themselves do not need the divergence, and it is slow */
    double divergence;   /* of the parameters from their priors */
};

/* A Dirichlet's divergence from its prior, entry by entry; the sums' part is the caller's. */
static void diverge(struct subtypes *state, double alpha, double prior, double expected_log)
{
    if (state->measures) {
        state->divergence +=
            num_log_gamma(prior) - num_log_gamma(alpha) + (alpha - prior) * expected_log;
    }
}

static void diverge_sum(struct subtypes *state, double alpha, double prior)
{
    if (state->measures) {
        state->divergence += num_log_gamma(alpha) - num_log_gamma(prior);
    }
}

static void update_confusion(const struct truth_input *input, const struct truth_counts *counts,
                             struct truth_logs *logs, struct subtypes *state)
{
    uint32_t lane_count = counts->lane_count;
    uint32_t types = lane_count / input->class_count;
    double prior_sum = prior_right + prior_wrong * (input->class_count - 1.0);

    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        size_t base = (size_t)worker * input->class_count * lane_count;

        for (uint32_t h = 0; h < lane_count; h++) {
            const double *count = counts->given + base + h;
            double *out = logs->given + base + h;
            double sum = prior_sum;

            for (uint32_t l = 0; l < input->class_count; l++) {
                sum += count[(size_t)l * lane_count];
            }
            double all = num_digamma(sum);

            diverge_sum(state, sum, prior_sum);
            for (uint32_t l = 0; l < input->class_count; l++) {
                double prior = l == h / types ? prior_right : prior_wrong;
                double alpha = count[(size_t)l * lane_count] + prior;

                out[(size_t)l * lane_count] = num_digamma(alpha) - all;
                diverge(state, alpha, prior, out[(size_t)l * lane_count]);
            }
        }
    }
}

static void update_prior(const struct truth_input *input, const struct truth_counts *counts,
                         struct truth_logs *logs, struct subtypes *state)
{
    uint32_t types = counts->lane_count / input->class_count;
    double items = 0;
    double votes = 0;

    for (uint32_t h = 0; h < counts->lane_count; h++) {
        items += counts->mass[h];
    }
    for (uint32_t k = 0; k < input->class_count; k++) {
        votes += state->votes[k];
    }
    diverge_sum(state, items + votes, votes);
    for (uint32_t k = 0; k < input->class_count; k++) {
        const double *mass = counts->mass + (size_t)k * types;
        double sum = 0;

        for (uint32_t m = 0; m < types; m++) {
            sum += mass[m];
        }
        double class_log = num_digamma(sum + state->votes[k]) - num_digamma(items + votes);
        double all = num_digamma(sum + prior_subtype * types);

        diverge(state, sum + state->votes[k], state->votes[k], class_log);
        diverge_sum(state, sum + prior_subtype * types, prior_subtype * types);
        for (uint32_t m = 0; m < types; m++) {
            double type_log = num_digamma(mass[m] + prior_subtype) - all;

            diverge(state, mass[m] + prior_subtype, prior_subtype, type_log);
            logs->prior[(size_t)k * types + m] = class_log + type_log;
        }
    }
}

static void update(void *context, const struct truth_job *job, const struct truth_counts *counts,
                   struct truth_logs *logs)
{
    struct subtypes *state = context;

    update_confusion(job->input, counts, logs, state);
    update_prior(job->input, counts, logs, state);
}

/* Votes, each class cut at random among its subtypes (a flat Dirichlet an item). */
static void scatter_start(const struct truth_input *input, const double *votes, struct rng *rng,
                          struct truth_counts *counts)
{
    uint32_t types = counts->lane_count / input->class_count;

    for (uint32_t item = 0; item < input->item_count; item++) {
        for (uint32_t k = 0; k < input->class_count; k++) {
            double vote = votes[(size_t)item * input->class_count + k];
            double share[SUBTYPES];
            double sum = 0;

            if (vote <= 0) {
                continue;
            }
            for (uint32_t m = 0; m < types; m++) {
                share[m] = -log(1 - rng_unit(rng)) + 1e-12;
                sum += share[m];
            }
            for (uint32_t m = 0; m < types; m++) {
                double add = vote * share[m] / sum;
                size_t lane = (size_t)k * types + m;

                counts->mass[lane] += add;
                for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
                    counts->given[(size_t)input->row[i] * counts->lane_count + lane] += add;
                }
            }
        }
    }
}

/* The lower bound on the evidence at a fixed point: log-normalisers less the divergence. */
static double bound(const struct truth_job *job, const struct truth_counts *counts, double sum,
                    struct subtypes state)
{
    struct truth_logs logs = truth_logs_new(job->arena, job->input, counts->lane_count);

    state.measures = true;
    update(&state, job, counts, &logs);
    return sum - state.divergence;
}

static uint32_t starts_for(const struct truth_input *input)
{
    double work = 100.0 * truth_label_count(input) * input->class_count * SUBTYPES;

    return (uint32_t)fmin(fmax(work_max / work, 1), STARTS_MAX);
}

static enum err fit_ebcc(const struct truth_job *job, struct truth_fit *out)
{
    const struct truth_input *input = job->input;
    size_t size = (size_t)input->item_count * input->class_count;
    double *votes = arena_array(job->arena, double, size);
    double *mass = arena_array(job->arena, double, input->class_count);
    double *posterior = arena_array(job->arena, double, size);
    struct subtypes state = {.votes = mass};
    double best = (double)-INFINITY;

    truth_start(job->arena, input, votes);
    truth_mass(input, votes, mass);
    for (uint32_t k = 0; k < input->class_count; k++) {
        mass[k] = fmax(mass[k], 1e-2);
    }
    for (uint32_t start = 0; start < starts_for(input); start++) {
        struct arena_mark mark = arena_mark(job->arena);
        struct rng rng = rng_stream(job->options->seed, start);
        struct truth_counts counts =
            truth_counts_new(job->arena, input, input->class_count * SUBTYPES);
        struct truth_fit fit = {.posterior = posterior};
        double sum;

        scatter_start(input, votes, &rng, &counts);
        TRY(truth_iterate_from(job, &(struct truth_model){.update = update, .context = &state},
                               &counts, &sum, &fit));
        double reached = bound(job, &counts, sum, state);

        arena_undo(job->arena, mark);
        if (reached > best) {
            best = reached;
            out->rounds = fit.rounds;
            out->converged = fit.converged;
            posterior = out->posterior;
            out->posterior = fit.posterior;
        }
    }
    return OK;
}

const struct truth_method truth_ebcc = {.name = "ebcc",
                                        .summary =
                                            "Confusion matrices for hidden subtypes of each class",
                                        .fit = fit_ebcc};
