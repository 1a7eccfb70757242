/*
 * How often 95 % credible intervals of skill hold the truth, in four regimes of a
 * simulated crowd. Usage: bench_coverage [SEEDS]. Prints: regime, coverage, width.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/fault.h"
#include "engine/truth/regime.h"
#include "engine/truth/skill.h"

static int measure(const struct regime *regime, uint64_t seeds)
{
    double held = 0;
    double width = 0;
    double all = 0;

    for (uint64_t seed = 0; seed < seeds; seed++) {
        ARENA_SCOPE arena = arena_new();
        struct fault fault;
        struct crowd crowd = crowd_new(arena, regime, seed);
        struct truth_skill_options options = TRUTH_SKILL_DEFAULTS;
        struct truth_input input;
        struct truth_skill skill;
        uint8_t *present = arena_array(arena, uint8_t, regime->worker_count);

        if (truth_index(arena, &crowd.labels, &input, &fault) != OK ||
            truth_skill(arena, &input, &options, &skill, &fault) != OK) {
            return 1;
        }
        for (size_t i = 0; i < crowd.labels.count; i++) {
            present[crowd.labels.at[i].worker] = 1;
        }
        for (uint32_t worker = 0; worker < regime->worker_count; worker++) {
            if (present[worker]) {
                held += crowd.skill[worker] >= skill.low[worker] &&
                        crowd.skill[worker] <= skill.high[worker];
                width += skill.high[worker] - skill.low[worker];
                all++;
            }
        }
    }
    printf("Beta(%g,%g) K%u r%u\t%.4f\t%.4f\n", regime->skill_a, regime->skill_b,
           regime->class_count, regime->labels_per_item, held / all, width / all);
    return 0;
}

int main(int count, char **words)
{
    uint64_t seeds = count > 1 ? strtoul(words[1], NULL, 10) : 6;
    int failed = 0;

    for (size_t i = 0; i < COUNT(regimes); i++) {
        failed |= measure(&regimes[i], seeds);
    }
    return failed;
}
