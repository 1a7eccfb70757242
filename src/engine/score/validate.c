#include "engine/score/validate.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/map.h"
#include "engine/text/analyser.h"

/* Examples that follow one another often share their question. */
static bool same_question(const struct score_example *left, const struct score_example *right)
{
    if (strcmp(left->question_id, right->question_id) != 0 ||
        !text_equal(left->question, right->question) ||
        left->reference_count != right->reference_count) {
        return false;
    }
    for (uint32_t i = 0; i < left->reference_count; i++) {
        if (!text_equal(left->references[i], right->references[i])) {
            return false;
        }
    }
    return true;
}

/* Examples by question: those of question q stand from first[q] to first[q + 1]. */
struct grouping {
    uint32_t *rows;
    uint32_t *first;
    uint32_t count;
};

static struct grouping group(struct arena *arena, const struct score_example *examples,
                             uint32_t count)
{
    struct map *ids = map_new(arena);
    uint32_t *question = arena_array(arena, uint32_t, count);
    struct grouping grouping = {.rows = arena_array(arena, uint32_t, count)};

    for (uint32_t i = 0; i < count; i++) {
        question[i] = map_add(ids, text_of(examples[i].question_id));
    }
    grouping.count = map_count(ids);
    grouping.first = arena_array(arena, uint32_t, grouping.count + 2);
    for (uint32_t i = 0; i < count; i++) { /* counts, two places on */
        grouping.first[question[i] + 2]++;
    }
    for (uint32_t q = 2; q <= grouping.count; q++) {
        grouping.first[q] += grouping.first[q - 1];
    }
    for (uint32_t i = 0; i < count; i++) { /* each start moves to its end */
        grouping.rows[grouping.first[question[i] + 1]++] = i;
    }
    return grouping;
}

/* What a batch is predicted with. */
struct batch {
    const struct score_model *model;
    struct text_analyser *analyser;
    const struct score_example *examples;
    bool alone;
    struct score_prediction *out;
};

/* Some answers to one question. */
static void predict_group(const struct batch *batch, const uint32_t *rows, uint32_t count)
{
    ARENA_SCOPE arena = arena_new();
    struct score_heard *heard = arena_array(arena, struct score_heard, count);
    struct score_asked asked = {0};

    for (uint32_t i = 0; i < count; i++) {
        const struct score_example *example = &batch->examples[rows[i]];

        if (i == 0 || !same_question(&batch->examples[rows[i - 1]], example)) {
            asked = score_ask(arena, batch->analyser, batch->model, example);
        }
        score_hear(arena, batch->analyser, batch->model, &asked, example->answer, &heard[i]);
    }
    if (!batch->alone) {
        score_compare_peers(arena, batch->model, heard, count);
    }
    for (uint32_t i = 0; i < count; i++) {
        batch->out[rows[i]] = heard[i].prediction;
    }
}

enum err score_predict_all(const struct score_model *model, const struct score_example *examples,
                           uint32_t count, bool alone, struct score_prediction *out,
                           struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    TEXT_ANALYSER_SCOPE analyser = NULL;
    struct grouping grouping = group(arena, examples, count);

    TRY(text_analyser_new(&TEXT_ENGLISH, &analyser, fault));
    struct batch batch = {
        .model = model, .analyser = analyser, .examples = examples, .alone = alone, .out = out};

    for (uint32_t q = 0; q < grouping.count; q++) {
        const uint32_t *rows = grouping.rows + grouping.first[q];
        uint64_t size = grouping.first[q + 1] - grouping.first[q];
        uint64_t parts = (size + SCORE_CROWD_MAX - 1) / SCORE_CROWD_MAX;

        for (uint64_t k = 0; k < parts; k++) {
            uint32_t low = (uint32_t)(size * k / parts);

            predict_group(&batch, rows + low, (uint32_t)(size * (k + 1) / parts) - low);
        }
    }
    return OK;
}

/* Examples inside and outside a fold, and where the latter came from. */
struct parts {
    struct score_example *inside;
    struct score_example *outside;
    uint32_t *place; /* of those outside */
    uint32_t inside_count;
    uint32_t outside_count;
};

static struct parts split(struct arena *arena, const struct score_examples *examples,
                          const uint32_t *fold, uint32_t left_out)
{
    struct parts parts = {.inside = arena_array(arena, struct score_example, examples->count),
                          .outside = arena_array(arena, struct score_example, examples->count),
                          .place = arena_array(arena, uint32_t, examples->count)};

    for (uint32_t i = 0; i < examples->count; i++) {
        if (fold[i] == left_out) {
            parts.place[parts.outside_count] = i;
            parts.outside[parts.outside_count++] = examples->at[i];
        } else {
            parts.inside[parts.inside_count++] = examples->at[i];
        }
    }
    return parts;
}

enum err score_cross_validate(const struct score_examples *examples,
                              const struct score_folds *folds, const struct score_options *options,
                              const struct parallel *parallel, struct score_prediction *out,
                              struct fault *fault)
{
    for (uint32_t k = 0; k < folds->count; k++) {
        ARENA_SCOPE arena = arena_new();
        struct parts parts = split(arena, examples, folds->fold, k);
        struct score_examples inside = *examples;
        struct score_prediction *predictions =
            arena_array(arena, struct score_prediction, parts.outside_count);
        struct score_model model;

        inside.at = parts.inside;
        inside.count = parts.inside_count;
        if (parts.outside_count == 0) {
            continue;
        }
        TRY(score_train(arena, &inside, options, parallel, &model, fault));
        TRY(score_predict_all(&model, parts.outside, parts.outside_count, folds->alone, predictions,
                              fault));
        for (uint32_t i = 0; i < parts.outside_count; i++) {
            out[parts.place[i]] = predictions[i];
        }
    }
    return OK;
}
