/* Agreement of a campaign's raters. */

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "engine/agree/agree.h"
#include "slice/quality/quality_rule.h"
#include "slice/type/type.h"

enum { PAIR_MAX = 2000, REPLICATES = 1000, STRATUM_MAX = 50 };

static const double LEVEL = 0.95;

struct metric {
    const char *name;
    enum agree_metric metric;
    bool pairwise;   /* also for each two experts */
    bool by_stratum; /* also for each domain */
};
static const struct metric METRICS[] = {
    {"alpha", AGREE_ALPHA, false, true},
    {"fleiss", AGREE_FLEISS, false, false},
    {"cohen", AGREE_COHEN, true, false},
    {"percent", AGREE_PERCENT, true, true},
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

struct between {
    uint32_t left;
    uint32_t right;
    uint32_t stratum;
};

static void note(struct quality_result *out, const char *metric, struct between between,
                 const struct agree_result *result)
{
    bool shown = result->defined && result->has_interval;

    out->agreements[out->agreement_count++] = (struct quality_agreement){
        .metric = metric,
        .left = between.left,
        .right = between.right,
        .stratum = between.stratum,
        .estimate = shown ? result->value : (double)NAN,
        .low = shown ? result->interval.low : (double)NAN,
        .high = shown ? result->interval.high : (double)NAN,
        .unit_count = result->paired_count,
    };
}

/* Experts' answers as they were given; QUALITY_ALL: on all tasks. */
static enum err tabulate(struct arena *arena, const struct quality_labels *labels, uint32_t stratum,
                         const struct agree_table **out, struct fault *fault)
{
    struct agree_rating *ratings = arena_array(arena, struct agree_rating, labels->vote_count);
    size_t count = 0;

    for (size_t i = 0; i < labels->vote_count; i++) {
        const struct quality_vote *vote = &labels->votes[i];

        if (quality_is_expert(labels, vote->rater) &&
            (stratum == QUALITY_ALL || labels->tasks[vote->task].stratum == stratum)) {
            ratings[count++] = (struct agree_rating){vote->task, vote->rater, vote->given};
        }
    }
    return agree_table_build(
        arena,
        &(struct agree_input){.ratings = ratings,
                              .rating_count = count,
                              .unit_count = (uint32_t)labels->task_count,
                              .rater_count = (uint32_t)labels->rater_count,
                              .value_count = (uint32_t)labels->label->class_count},
        out, fault);
}

static enum err measure_experts(struct arena *arena, const struct quality_labels *labels,
                                uint64_t seed, struct quality_result *out, struct fault *fault)
{
    const struct agree_table *table;

    TRY(tabulate(arena, labels, QUALITY_ALL, &table, fault));
    for (size_t m = 0; m < COUNT(METRICS); m++) {
        struct agree_options options = options_of(labels, &METRICS[m], seed);
        struct agree_result result;
        struct agree_pair *pairs = NULL;
        size_t pair_count = 0;

        TRY(agree_measure(arena, table, &options, &result, fault));
        note(out, METRICS[m].name, (struct between){QUALITY_ALL, QUALITY_ALL, QUALITY_ALL},
             &result);
        if (METRICS[m].pairwise) {
            TRY(agree_pairs(arena, table, &options, PAIR_MAX, &pairs, &pair_count, fault));
        }
        for (size_t i = 0; i < pair_count; i++) {
            note(out, METRICS[m].name, (struct between){pairs[i].left, pairs[i].right, QUALITY_ALL},
                 &pairs[i].result);
        }
    }
    return OK;
}

static enum err measure_stratum(struct arena *arena, const struct quality_labels *labels,
                                uint32_t stratum, uint64_t seed, struct quality_result *out,
                                struct fault *fault)
{
    const struct agree_table *table;

    TRY(tabulate(arena, labels, stratum, &table, fault));
    for (size_t m = 0; m < COUNT(METRICS); m++) {
        struct agree_options options = options_of(labels, &METRICS[m], seed);
        struct agree_result result;

        if (METRICS[m].by_stratum) {
            TRY(agree_measure(arena, table, &options, &result, fault));
            note(out, METRICS[m].name, (struct between){QUALITY_ALL, QUALITY_ALL, stratum},
                 &result);
        }
    }
    return OK;
}

/* One rater from outside against the truth, as two raters of the same tasks. */
static enum err measure_outsider(struct arena *arena, const struct quality_labels *labels,
                                 uint32_t rater, uint64_t seed, struct quality_result *out,
                                 struct fault *fault)
{
    static const struct metric KAPPA = {"cohen", AGREE_COHEN, false, false};
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
    note(out, "cohen", (struct between){QUALITY_TRUTH, rater, QUALITY_ALL}, &result);
    return OK;
}

enum err quality_agree(struct arena *arena, const struct quality_labels *labels, uint64_t seed,
                       struct quality_result *out, struct fault *fault)
{
    size_t strata = labels->stratum_count < STRATUM_MAX ? labels->stratum_count : STRATUM_MAX;
    size_t room = COUNT(METRICS) * (1 + strata) + 2 * PAIR_MAX + labels->rater_count;

    out->agreements = arena_array(arena, struct quality_agreement, room);
    TRY(measure_experts(arena, labels, seed, out, fault));
    for (uint32_t stratum = 0; strata > 1 && stratum < strata; stratum++) {
        TRY(measure_stratum(arena, labels, stratum, seed, out, fault));
    }
    for (uint32_t rater = 0; rater < labels->rater_count; rater++) {
        if (!quality_is_expert(labels, rater)) {
            TRY(measure_outsider(arena, labels, rater, seed, out, fault));
        }
    }
    return OK;
}
