#include "engine/retrieve/similarity.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/map.h"
#include "base/parallel.h"
#include "engine/retrieve/sparse.h"
#include "engine/text/analyser.h"

static const uint64_t PAIRS_MAX = (uint64_t)1 << 31;

struct corpus {
    struct text_vocabulary *vocabulary;
    struct text_bag *works;
    struct text_bag *tasks;
};

static enum err check(const struct similarity_input *input, struct fault *fault)
{
    if (input->work_count >= PAIRS_MAX ||
        (uint64_t)input->expert_count * input->task_count >= PAIRS_MAX) {
        return fail(
            fault, ERR_INVALID,
            "%u experts, %zu works and %u tasks are too many; at most 2^31 pairs are scored",
            input->expert_count, input->work_count, input->task_count);
    }
    for (size_t i = 0; i < input->work_count; i++) {
        if (input->works[i].expert >= input->expert_count) {
            return fail(fault, ERR_INVALID, "work %zu is of expert %u, but there are %u", i,
                        input->works[i].expert, input->expert_count);
        }
    }
    return OK;
}

/* Texts as bags of terms; a text that was there before is not counted again. */
struct reader {
    struct arena *arena;
    struct text_analyser *analyser;
    struct text_vocabulary *vocabulary;
    struct map *texts;
    const struct text_bag **bags; /* by number of the text */
    size_t room;
};

static struct text_bag read_text(struct reader *reader, struct text text)
{
    uint32_t before = map_count(reader->texts);
    uint32_t number = map_add(reader->texts, text);

    if (number < before) {
        return *reader->bags[number];
    }
    ARENA_SCOPE scratch = arena_new();
    struct text_bag *bag = arena_new_of(reader->arena, struct text_bag);

    *bag = text_vocabulary_learn(reader->vocabulary, reader->arena,
                                 text_analyse(reader->analyser, scratch, text));
    reader->bags[number] = bag;
    return *bag;
}

static void read_all(struct arena *arena, struct text_analyser *analyser,
                     const struct similarity_input *input, struct corpus *out)
{
    struct reader reader = {.arena = arena,
                            .analyser = analyser,
                            .vocabulary = text_vocabulary_new(arena),
                            .texts = map_new(arena)};

    reader.bags =
        arena_array(arena, const struct text_bag *, input->work_count + input->task_count + 1);
    out->works = arena_array(arena, struct text_bag, input->work_count + 1);
    out->tasks = arena_array(arena, struct text_bag, input->task_count + 1);
    for (size_t i = 0; i < input->work_count; i++) {
        out->works[i] = read_text(&reader, input->works[i].text);
    }
    for (size_t i = 0; i < input->task_count; i++) {
        out->tasks[i] = read_text(&reader, input->tasks[i]);
    }
    out->vocabulary = reader.vocabulary;
}

struct scoring {
    const struct similarity_input *input;
    struct retrieve_sparse works;
    const struct text_vector *tasks;
    const uint32_t *work_counts; /* of each expert */
    double *scores;
};

static void score_task(void *context, size_t task)
{
    const struct scoring *scoring = context;
    const struct similarity_input *input = scoring->input;
    ARENA_SCOPE arena = arena_new();
    float *cosines = arena_array(arena, float, input->work_count + 1);

    retrieve_sparse_products(&scoring->works, scoring->tasks[task], cosines);
    for (size_t i = 0; i < input->work_count; i++) {
        double cosine = (double)cosines[i];

        cosine = cosine > 1 ? 1 : cosine;
        scoring->scores[(size_t)input->works[i].expert * input->task_count + task] +=
            cosine * cosine;
    }
    for (uint32_t i = 0; i < input->expert_count; i++) {
        if (scoring->work_counts[i] > 0) {
            scoring->scores[(size_t)i * input->task_count + task] /= scoring->work_counts[i];
        }
    }
}

static struct text_vector *weigh_all(struct arena *arena, const struct corpus *corpus,
                                     const struct text_bag *bags, size_t count)
{
    struct text_vector *vectors = arena_array(arena, struct text_vector, count + 1);

    for (size_t i = 0; i < count; i++) {
        vectors[i] = text_weigh(corpus->vocabulary, arena, bags[i]);
    }
    return vectors;
}

enum err retrieve_similarity(struct arena *arena, const struct similarity_input *input,
                             double **scores, struct fault *fault)
{
    struct text_options options = TEXT_ENGLISH;
    TEXT_ANALYSER_SCOPE analyser = NULL;
    struct corpus corpus;
    uint32_t *counts = arena_array(arena, uint32_t, (size_t)input->expert_count + 1);

    TRY(check(input, fault));
    options.language = input->language == NULL ? options.language : input->language;
    TRY(text_analyser_new(&options, &analyser, fault));
    read_all(arena, analyser, input, &corpus);
    for (size_t i = 0; i < input->work_count; i++) {
        counts[input->works[i].expert]++;
    }
    struct scoring scoring = {
        .input = input,
        .tasks = weigh_all(arena, &corpus, corpus.tasks, input->task_count),
        .works = retrieve_sparse_new(
            arena, weigh_all(arena, &corpus, corpus.works, input->work_count),
            (uint32_t)input->work_count, text_vocabulary_size(corpus.vocabulary)),
        .work_counts = counts,
        .scores = arena_array(arena, double, (size_t)input->expert_count * input->task_count + 1)};

    parallel_run(input->parallel, input->task_count, score_task, &scoring);
    *scores = scoring.scores;
    return OK;
}
