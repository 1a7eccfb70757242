#include "slice/quality/quality_rule.h"

#include <string.h>

#include "base/arena.h"
#include "engine/truth/stream.h"
#include "engine/truth/truth.h"
#include "slice/type/type.h"

enum { VOTE_MAX_AUTO = 200000, REFRESH_ROUNDS = 100 };

bool quality_is_expert(const struct quality_labels *labels, uint32_t rater)
{
    return strcmp(labels->raters[rater].kind, "expert") == 0;
}

enum err quality_index(struct arena *arena, const struct quality_labels *labels, uint32_t stratum,
                       bool as_given, struct truth_input *out, struct fault *fault)
{
    struct truth_label *votes = arena_array(arena, struct truth_label, labels->vote_count);
    uint32_t *gold = arena_array(arena, uint32_t, labels->task_count);
    size_t count = 0;

    for (size_t i = 0; i < labels->vote_count; i++) {
        const struct quality_vote *vote = &labels->votes[i];

        if (quality_is_expert(labels, vote->rater) &&
            (stratum == QUALITY_ALL || labels->tasks[vote->task].stratum == stratum)) {
            votes[count++] =
                (struct truth_label){vote->task, vote->rater, as_given ? vote->given : vote->final};
        }
    }
    TRY(truth_index(arena,
                    &(struct truth_labels){.at = votes,
                                           .count = count,
                                           .item_count = (uint32_t)labels->task_count,
                                           .worker_count = (uint32_t)labels->rater_count,
                                           .class_count = (uint32_t)labels->label->class_count,
                                           .repeats = TRUTH_REPEATS_LAST},
                    out, fault));
    for (size_t task = 0; task < labels->task_count; task++) {
        bool inside = stratum == QUALITY_ALL || labels->tasks[task].stratum == stratum;

        gold[task] = inside ? labels->tasks[task].gold : TRUTH_UNKNOWN;
    }
    out->gold = gold;
    return OK;
}

static enum err infer(struct arena *arena, const struct quality_labels *labels, uint64_t seed,
                      struct truth_input *input, struct truth_fit *fit, struct fault *fault)
{
    struct truth_options options = TRUTH_DEFAULTS;

    TRY(quality_index(arena, labels, QUALITY_ALL, false, input, fault));
    /* The vote of methods costs four fits: beyond this the best of them stands for it. */
    options.method = truth_label_count(input) <= VOTE_MAX_AUTO ? "auto" : "hierarchical";
    options.seed = seed;
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

static uint32_t count_gold(const struct quality_labels *labels)
{
    uint32_t count = 0;

    for (size_t task = 0; task < labels->task_count; task++) {
        count += labels->tasks[task].gold != TRUTH_UNKNOWN;
    }
    return count;
}

enum err quality_certainty(const struct quality_labels *labels, double *out, struct fault *fault)
{
    uint32_t class_count = (uint32_t)labels->label->class_count;
    struct truth_stream *stream = truth_stream_new(class_count);
    enum err err = OK;

    for (size_t task = 0; err == OK && task < labels->task_count; task++) {
        if (labels->tasks[task].gold != TRUTH_UNKNOWN) {
            err = truth_stream_gold(stream, (uint32_t)task, labels->tasks[task].gold, fault);
        }
    }
    for (size_t i = 0; err == OK && i < labels->vote_count; i++) {
        const struct quality_vote *vote = &labels->votes[i];

        if (quality_is_expert(labels, vote->rater)) {
            err = truth_stream_add(
                stream, &(struct truth_label){vote->task, vote->rater, vote->final}, fault);
        }
    }
    if (err == OK) {
        (void)truth_stream_refresh(stream, REFRESH_ROUNDS);
    }
    for (size_t task = 0; err == OK && task < labels->task_count; task++) {
        const double *posterior = truth_stream_posterior(stream, (uint32_t)task);

        out[task] = 0;
        for (uint32_t k = 0; k < class_count; k++) {
            out[task] = posterior[k] > out[task] ? posterior[k] : out[task];
        }
    }
    truth_stream_free(stream);
    return err;
}

enum err quality_compute(struct arena *arena, const struct quality_labels *labels, uint64_t seed,
                         struct quality_result *out, struct fault *fault)
{
    struct truth_input input;
    struct truth_fit fit;
    struct quality_result result = {0};

    TRY(infer(arena, labels, seed, &input, &fit, fault));
    result.method = fit.method;
    result.rounds = fit.rounds;
    result.log_likelihood = fit.likelihood;
    result.gold_count = count_gold(labels);
    read_truths(arena, &input, &fit, &result);
    quality_confuse(arena, labels, &result);
    quality_biases(arena, labels, &result);
    TRY(quality_agree(arena, labels, seed, &result, fault));
    TRY(quality_skills(arena, labels, seed, &result, fault));
    TRY(quality_alerts(arena, labels, seed, &result, fault));
    TRY(quality_plan(arena, labels, &input, &fit, seed, &result, fault));
    *out = result;
    return OK;
}
