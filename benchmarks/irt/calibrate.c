/* Time the engine on answers in a file: two 32-bit counts (persons, items), then a byte an answer.
 * Prints CPU seconds of the calibration, its log-likelihood and rounds, CPU seconds with standard
 * errors, and microseconds to choose the next of 500 items. */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/irt/adapt.h"
#include "engine/irt/fit.h"

static double cpu_seconds(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double time_fit(const struct irt_responses *responses, bool errors, struct irt_fit *fit)
{
    ARENA_SCOPE arena = arena_new();
    struct irt_fit_options options = IRT_FIT_DEFAULTS;
    struct fault fault;
    double start = cpu_seconds();

    options.without_errors = !errors;
    if (irt_fit(arena, responses, &options, NULL, fit, &fault) != OK) {
        fprintf(stderr, "%s\n", fault.text);
        exit(1);
    }
    return cpu_seconds() - start;
}

static double time_choice(void)
{
    enum { ITEMS = 500, SESSIONS = 400, ANSWERS = 30 };
    ARENA_SCOPE arena = arena_new();
    struct irt_entry *entries = arena_array(arena, struct irt_entry, ITEMS);
    bool *closed = arena_array(arena, bool, ITEMS);
    struct rng rng = rng_new(1);
    struct irt_bank bank;
    struct fault fault;
    double spent = 0;

    for (int i = 0; i < ITEMS; i++) {
        entries[i].item = (struct irt_item){.category_count = 2,
                                            .slope = 0.8 + rng_unit(&rng),
                                            .intercept = {1.5 * rng_normal(&rng)}};
    }
    if (irt_bank_new(arena, entries, ITEMS, &bank, &fault) != OK) {
        exit(1);
    }
    struct irt_choice choice = {.closed = closed, .exposure_max = 1, .top_count = 5};

    for (int session = 0; session < SESSIONS; session++) {
        struct irt_posterior posterior = irt_posterior_new(&bank, 0, 1);
        double start = cpu_seconds();

        for (int i = 0; i < ITEMS; i++) {
            closed[i] = false;
        }
        for (int k = 0; k < ANSWERS; k++) { /* choosing, and learning from the answer */
            uint32_t item = 0;

            if (irt_choose(&bank, &posterior, &choice, &rng, &item) != OK) {
                exit(1);
            }
            closed[item] = true;
            irt_posterior_add(&bank, item, (uint32_t)(k + session) % 2, &posterior);
        }
        spent += cpu_seconds() - start;
    }
    return spent / (SESSIONS * ANSWERS) * 1e6;
}

int main(int argc, char **argv)
{
    uint32_t head[2];
    FILE *file = argc == 2 ? fopen(argv[1], "rb") : NULL;

    if (file == NULL || fread(head, sizeof(head), 1, file) != 1) {
        return 1;
    }
    size_t size = (size_t)head[0] * head[1];
    uint8_t *answers = malloc(size);

    if (answers == NULL || fread(answers, 1, size, file) != size) {
        return 1;
    }
    fclose(file);
    struct irt_responses responses = {.at = answers, .row_count = head[0], .item_count = head[1]};
    struct irt_fit fit;
    double plain = time_fit(&responses, false, &fit);
    double likelihood = fit.likelihood;
    uint32_t rounds = fit.rounds;
    double errors = time_fit(&responses, true, &fit);

    printf("%.6f %.6f %u %.6f %.3f\n", plain, likelihood, rounds, errors, time_choice());
    free(answers);
    return 0;
}
