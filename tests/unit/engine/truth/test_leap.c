/* Goal: leaps save rounds where they contract slowly, end at least as high, and never fall. */

#include "check.h"

#include "base/fault.h"
#include "engine/truth/planted.h"
#include "engine/truth/table.h"

static const double smoothing = .01;

/* Dawid and Skene's tables from counts. */
static void update(void *context, const struct truth_job *job, const struct truth_counts *counts,
                   struct truth_logs *logs)
{
    uint32_t class_count = job->input->class_count;
    double *rounds = context;

    (*rounds)++;
    for (uint32_t worker = 0; worker < job->input->worker_count; worker++) {
        const double *count = counts->given + (size_t)worker * class_count * class_count;
        double *out = logs->given + (size_t)worker * class_count * class_count;

        for (uint32_t k = 0; k < class_count; k++) {
            double sum = 0;

            for (uint32_t l = 0; l < class_count; l++) {
                sum += count[l * class_count + k] + smoothing;
            }
            for (uint32_t l = 0; l < class_count; l++) {
                out[l * class_count + k] = log((count[l * class_count + k] + smoothing) / sum);
            }
        }
    }
    for (uint32_t k = 0; k < class_count; k++) {
        logs->prior[k] =
            log((counts->mass[k] + smoothing) / (job->input->item_count + smoothing * class_count));
    }
}

/* Two classes and poor workers: the case that contracts slowly. */
static bool fit(struct arena *arena, const struct planted_shape *shape, bool leaps, uint32_t rounds,
                struct truth_fit *out)
{
    struct planted planted = planted_new(arena, shape);
    struct truth_options options = TRUTH_DEFAULTS;
    struct truth_input input;
    struct fault fault;
    double updates = 0;

    options.rounds_max = rounds;
    options.gain_min = 1e-9;
    if (truth_index(arena, &planted.labels, &input, &fault) != OK) {
        return false;
    }
    struct truth_job job = {.arena = arena, .input = &input, .options = &options, .fault = &fault};
    struct truth_model model = {.normalised = true,
                                .smoothing = leaps ? smoothing : 0,
                                .update = update,
                                .context = &updates};

    *out = (struct truth_fit){
        .posterior = arena_array(arena, double, (size_t)input.item_count *input.class_count)};
    return truth_iterate(&job, &model, out) == OK;
}

static const struct planted_shape slow = {.item_count = 3000,
                                          .worker_count = 30,
                                          .class_count = 2,
                                          .labels_per_item = 4,
                                          .skill_low = .5,
                                          .skill_high = .7,
                                          .seed = 3};

static void leap__saves_rounds_and_ends_as_high(void)
{
    ARENA_SCOPE arena = arena_new();
    struct truth_fit plain;
    struct truth_fit leaping;

    CHECK(fit(arena, &slow, false, 20000, &plain) && plain.converged);
    CHECK(fit(arena, &slow, true, 20000, &leaping) && leaping.converged);
    printf("# %u rounds to %.4f, with leaps %u to %.4f\n", plain.rounds, plain.likelihood,
           leaping.rounds, leaping.likelihood);
    CHECK(leaping.rounds * 2 < plain.rounds);
    CHECK(leaping.likelihood > plain.likelihood - .05);
}

static void leap__never_falls(void)
{
    double before = -1e300;

    for (uint32_t rounds = 3; rounds < 60; rounds++) {
        ARENA_SCOPE arena = arena_new();
        struct truth_fit leaping;

        CHECK(fit(arena, &slow, true, rounds, &leaping));
        CHECK(leaping.rounds <= rounds + 1);
        CHECK(leaping.likelihood > before - .5);
        before = leaping.likelihood;
    }
}

TEST_MAIN(CASE(leap__saves_rounds_and_ends_as_high), CASE(leap__never_falls))
