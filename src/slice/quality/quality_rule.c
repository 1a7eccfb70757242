#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/agree/agree.h"
#include "engine/truth/truth.h"
#include "num/interval.h"
#include "slice/quality/quality.h"
#include "slice/type/type.h"

enum { PAIR_MAX = 2000, REPLICATES = 1000 };

static const double LEVEL = 0.95;

static bool is_expert(const struct quality_labels *labels, uint32_t rater)
{
    return strcmp(labels->raters[rater].kind, "expert") == 0;
}

/* ------------------------------------------------------------------ truth */

static enum err infer(struct arena *arena, const struct quality_labels *labels, uint64_t seed,
                      struct truth_input *input, struct truth_fit *fit, struct fault *fault)
{
    struct truth_label *votes = arena_array(arena, struct truth_label, labels->vote_count);
    struct truth_options options = TRUTH_DEFAULTS;
    size_t count = 0;

    for (size_t i = 0; i < labels->vote_count; i++) {
        const struct quality_vote *vote = &labels->votes[i];

        if (is_expert(labels, vote->rater)) {
            votes[count++] = (struct truth_label){vote->task, vote->rater, vote->final};
        }
    }
    options.method = "dawid-skene";
    options.seed = seed;
    TRY(truth_index(arena,
                    &(struct truth_labels){.at = votes,
                                           .count = count,
                                           .item_count = (uint32_t)labels->task_count,
                                           .worker_count = (uint32_t)labels->rater_count,
                                           .class_count = (uint32_t)labels->label->class_count,
                                           .repeats = TRUTH_REPEATS_LAST},
                    input, fault));
    return truth_fit(arena, input, &options, fit, fault);
}

/* The class with most votes; among equals the first. */
static uint32_t majority_of(const struct truth_input *input, uint32_t task, uint32_t *tally)
{
    uint32_t best = 0;

    memset(tally, 0, input->class_count * sizeof(*tally));
    for (uint32_t i = input->first[task]; i < input->first[task + 1]; i++) {
        tally[input->row[i] % input->class_count]++;
    }
    for (uint32_t class = 1; class < input->class_count; class ++) {
        best = tally[class] > tally[best] ? class : best;
    }
    return best;
}

static void read_truths(struct arena *arena, const struct truth_input *input,
                        const struct truth_fit *fit, struct quality_result *out)
{
    uint32_t *tally = arena_array(arena, uint32_t, input->class_count);

    out->truths = arena_array(arena, struct quality_truth, input->item_count);
    for (uint32_t task = 0; task < input->item_count; task++) {
        uint32_t best = truth_best(input, fit, task);

        out->truths[task] = (struct quality_truth){
            .class = best,
            .majority = majority_of(input, task, tally),
            .probability = fit->posterior[(size_t)task * input->class_count + best],
            .vote_count = input->first[task + 1] - input->first[task],
        };
    }
}

static void measure_skills(struct arena *arena, const struct quality_labels *labels,
                           struct quality_result *out)
{
    out->skills = arena_array(arena, struct quality_skill, labels->rater_count);
    for (size_t i = 0; i < labels->vote_count; i++) {
        const struct quality_vote *vote = &labels->votes[i];

        if (out->truths[vote->task].vote_count > 0) {
            out->skills[vote->rater].vote_count++;
            out->skills[vote->rater].agreed_count += vote->given == out->truths[vote->task].class;
        }
    }
    for (size_t rater = 0; rater < labels->rater_count; rater++) {
        struct quality_skill *skill = &out->skills[rater];

        skill->accuracy = skill->low = skill->high = (double)NAN;
        if (skill->vote_count > 0) {
            struct interval interval =
                interval_wilson(skill->agreed_count, skill->vote_count, LEVEL);

            skill->accuracy = (double)skill->agreed_count / skill->vote_count;
            skill->low = interval.low;
            skill->high = interval.high;
        }
    }
}

/* ------------------------------------------------------------------ agreement */

struct metric {
    const char *name;
    enum agree_metric metric;
    bool pairwise; /* also for each two experts */
};
static const struct metric METRICS[] = {
    {"alpha", AGREE_ALPHA, false},
    {"fleiss", AGREE_FLEISS, false},
    {"cohen", AGREE_COHEN, true},
    {"percent", AGREE_PERCENT, true},
};

static enum agree_distance distance_of(const char *level, enum agree_metric metric)
{
    if (strcmp(level, "nominal") == 0 || metric == AGREE_PERCENT) {
        return AGREE_NOMINAL;
    }
    if (strcmp(level, "ordinal") == 0) {
        return metric == AGREE_ALPHA ? AGREE_ORDINAL : AGREE_QUADRATIC;
    }
    return AGREE_QUADRATIC;
}

static struct agree_options options_of(const struct quality_labels *labels,
                                       const struct metric *metric, uint64_t seed)
{
    struct agree_options options = AGREE_DEFAULTS;

    options.metric = metric->metric;
    options.distance = distance_of(labels->label->level, metric->metric);
    options.bootstrap = REPLICATES;
    options.seed = seed;
    options.level = LEVEL;
    return options;
}

static void note(struct quality_result *out, const char *metric, uint32_t left, uint32_t right,
                 const struct agree_result *result)
{
    bool shown = result->defined && result->has_interval;

    out->agreements[out->agreement_count++] = (struct quality_agreement){
        .metric = metric,
        .left = left,
        .right = right,
        .estimate = shown ? result->value : (double)NAN,
        .low = shown ? result->interval.low : (double)NAN,
        .high = shown ? result->interval.high : (double)NAN,
        .unit_count = result->paired_count,
    };
}

static enum err measure_experts(struct arena *arena, const struct quality_labels *labels,
                                uint64_t seed, struct quality_result *out, struct fault *fault)
{
    struct agree_rating *ratings = arena_array(arena, struct agree_rating, labels->vote_count);
    const struct agree_table *table;
    size_t count = 0;

    for (size_t i = 0; i < labels->vote_count; i++) {
        const struct quality_vote *vote = &labels->votes[i];

        if (is_expert(labels, vote->rater)) {
            ratings[count++] = (struct agree_rating){vote->task, vote->rater, vote->given};
        }
    }
    TRY(agree_table_build(
        arena,
        &(struct agree_input){.ratings = ratings,
                              .rating_count = count,
                              .unit_count = (uint32_t)labels->task_count,
                              .rater_count = (uint32_t)labels->rater_count,
                              .value_count = (uint32_t)labels->label->class_count},
        &table, fault));
    for (size_t m = 0; m < COUNT(METRICS); m++) {
        struct agree_options options = options_of(labels, &METRICS[m], seed);
        struct agree_result result;
        struct agree_pair *pairs = NULL;
        size_t pair_count = 0;

        TRY(agree_measure(arena, table, &options, &result, fault));
        note(out, METRICS[m].name, QUALITY_ALL, QUALITY_ALL, &result);
        if (METRICS[m].pairwise) {
            TRY(agree_pairs(arena, table, &options, PAIR_MAX, &pairs, &pair_count, fault));
        }
        for (size_t i = 0; i < pair_count; i++) {
            note(out, METRICS[m].name, pairs[i].left, pairs[i].right, &pairs[i].result);
        }
    }
    return OK;
}

/* One rater from outside against the truth, as two raters of the same tasks. */
static enum err measure_outsider(struct arena *arena, const struct quality_labels *labels,
                                 uint32_t rater, uint64_t seed, struct quality_result *out,
                                 struct fault *fault)
{
    static const struct metric KAPPA = {"cohen", AGREE_COHEN, false};
    struct agree_rating *ratings = arena_array(arena, struct agree_rating, labels->vote_count * 2);
    const struct agree_table *table;
    struct agree_result result;
    size_t count = 0;

    for (size_t i = 0; i < labels->vote_count; i++) {
        const struct quality_vote *vote = &labels->votes[i];
        const struct quality_truth *truth = &out->truths[vote->task];

        if (vote->rater == rater && truth->vote_count > 0) {
            ratings[count++] = (struct agree_rating){vote->task, 0, truth->class};
            ratings[count++] = (struct agree_rating){vote->task, 1, vote->given};
        }
    }
    TRY(agree_table_build(
        arena,
        &(struct agree_input){.ratings = ratings,
                              .rating_count = count,
                              .unit_count = (uint32_t)labels->task_count,
                              .rater_count = 2,
                              .value_count = (uint32_t)labels->label->class_count},
        &table, fault));
    struct agree_options options = options_of(labels, &KAPPA, seed);

    TRY(agree_measure(arena, table, &options, &result, fault));
    note(out, "cohen", QUALITY_TRUTH, rater, &result);
    return OK;
}

enum err quality_compute(struct arena *arena, const struct quality_labels *labels, uint64_t seed,
                         struct quality_result *out, struct fault *fault)
{
    struct truth_input input;
    struct truth_fit fit;
    struct quality_result result = {0};
    size_t room = COUNT(METRICS) + 2 * PAIR_MAX + labels->rater_count;

    TRY(infer(arena, labels, seed, &input, &fit, fault));
    result.method = fit.method;
    result.rounds = fit.rounds;
    result.log_likelihood = fit.likelihood;
    result.agreements = arena_array(arena, struct quality_agreement, room);
    read_truths(arena, &input, &fit, &result);
    measure_skills(arena, labels, &result);
    TRY(measure_experts(arena, labels, seed, &result, fault));
    for (uint32_t rater = 0; rater < labels->rater_count; rater++) {
        if (!is_expert(labels, rater)) {
            TRY(measure_outsider(arena, labels, rater, seed, &result, fault));
        }
    }
    *out = result;
    return OK;
}
