#include "engine/score/lesson.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/parallel.h"
#include "engine/text/analyser.h"

enum { CHUNK_ROWS = 256 };

struct score_lesson score_lesson_new(struct arena *arena, const struct score_examples *examples,
                                     const struct score_options *options,
                                     const struct parallel *parallel)
{
    uint32_t count = examples->count;

    return (struct score_lesson){.examples = examples->at,
                                 .row_count = count,
                                 .class_count = examples->class_count,
                                 .values = examples->values,
                                 .options = options,
                                 .parallel = parallel,
                                 .answers = arena_array(arena, struct score_reading, count),
                                 .asked = arena_array(arena, struct score_asked, count),
                                 .material = arena_array(arena, uint32_t, count),
                                 .question = arena_array(arena, uint32_t, count),
                                 .place = arena_array(arena, uint32_t, count),
                                 .classes = arena_array(arena, uint8_t, count),
                                 .marks = arena_array(arena, struct score_marks, count),
                                 .features = arena_array(arena, float, (size_t)count *SCORE_WIDTH)};
}

static struct text material_key(struct arena *arena, const struct score_example *example)
{
    size_t size = strlen(example->question_id) + 1 + example->question.size + 1;

    for (uint32_t i = 0; i < example->reference_count; i++) {
        size += example->references[i].size + 1;
    }
    char *key = arena_take(arena, size, 1);
    size_t used = strlen(example->question_id) + 1;

    memcpy(key, example->question_id, used - 1);
    if (example->question.size > 0) {
        memcpy(key + used, example->question.at, example->question.size);
    }
    used += example->question.size + 1;
    for (uint32_t i = 0; i < example->reference_count; i++) {
        if (example->references[i].size > 0) {
            memcpy(key + used, example->references[i].at, example->references[i].size);
        }
        used += example->references[i].size + 1;
    }
    return (struct text){.at = key, .size = used};
}

/* Read every text once, and number questions and what was given with them. */
static void read_all(struct arena *arena, struct text_analyser *analyser,
                     struct score_lesson *lesson)
{
    struct map *materials = map_new(arena);
    struct map *questions = map_new(arena);

    for (uint32_t i = 0; i < lesson->row_count; i++) {
        const struct score_example *example = &lesson->examples[i];
        struct score_asked *asked;

        lesson->answers[i] = score_read(arena, analyser, NULL, example->answer);
        lesson->classes[i] = (uint8_t)example->class;
        lesson->question[i] = map_add(questions, text_of(example->question_id));
        lesson->material[i] = map_add(materials, material_key(arena, example));
        asked = &lesson->asked[lesson->material[i]];
        if (lesson->material[i] == lesson->material_count) {
            lesson->material_count++;
            asked->question = score_read(arena, analyser, NULL, example->question);
            asked->reference_count = example->reference_count;
            asked->references = arena_array(arena, struct score_reading, example->reference_count);
            for (uint32_t k = 0; k < example->reference_count; k++) {
                asked->references[k] = score_read(arena, analyser, NULL, example->references[k]);
            }
        }
    }
    lesson->question_count = map_count(questions);
    for (uint32_t i = 0; i < lesson->row_count; i++) {
        const struct score_asked *asked = &lesson->asked[lesson->material[i]];

        lesson->marks[i] = score_marks(arena, &asked->question, asked->references,
                                       asked->reference_count, &lesson->answers[i]);
    }
}

static void weigh_all(struct arena *arena, struct score_lesson *lesson,
                      struct score_lexicon *lexicon)
{
    size_t count = lesson->row_count;

    for (uint32_t i = 0; i < lesson->material_count; i++) {
        count += 1 + lesson->asked[i].reference_count;
    }
    struct score_reading *all = arena_array(arena, struct score_reading, count);

    memcpy(all, lesson->answers, lesson->row_count * sizeof(*all));
    count = lesson->row_count;
    for (uint32_t i = 0; i < lesson->material_count; i++) {
        all[count++] = lesson->asked[i].question;
        for (uint32_t k = 0; k < lesson->asked[i].reference_count; k++) {
            all[count++] = lesson->asked[i].references[k];
        }
    }
    *lexicon = score_lexicon_new(arena, all, count);
    for (size_t i = 0; i < count; i++) { /* words and terms are shared with the copies */
        score_reweigh(lexicon, &all[i]);
    }
}

static int compare_questions(const void *left, const void *right)
{
    uint64_t a = ((const struct score_question *)left)->id;
    uint64_t b = ((const struct score_question *)right)->id;

    return (a > b) - (a < b);
}

struct regress_work {
    struct score_graded **answers; /* by question */
    float **pulls;
    const struct score_question *questions;
    uint32_t class_count;
};

static void regress_question(void *context, size_t question)
{
    const struct regress_work *work = context;

    score_regress(work->answers[question], work->questions[question].count, work->class_count,
                  work->pulls[question]);
}

static void regress_all(struct arena *arena, const struct score_lesson *lesson,
                        const struct score_question *questions, struct score_graded **answers)
{
    uint32_t bins = score_bin_count(lesson->class_count);
    struct regress_work work = {.answers = answers,
                                .pulls = arena_array(arena, float *, lesson->question_count),
                                .questions = questions,
                                .class_count = lesson->class_count};

    for (uint32_t q = 0; q < lesson->question_count; q++) {
        work.pulls[q] = arena_array(arena, float, (size_t)questions[q].count *bins);
    }
    parallel_run(lesson->parallel, lesson->question_count, regress_question, &work);
}

/* Keep graded answers by question. `by_number` has the questions before they are sorted. */
static void fill_bank(struct arena *arena, struct score_lesson *lesson, struct score_bank *bank,
                      struct score_question *by_number)
{
    struct score_graded **answers =
        arena_array(arena, struct score_graded *, lesson->question_count);
    uint32_t *room = arena_array(arena, uint32_t, lesson->question_count);
    struct score_question *sorted =
        arena_array(arena, struct score_question, lesson->question_count);

    for (uint32_t i = 0; i < lesson->row_count; i++) {
        room[lesson->question[i]]++;
    }
    for (uint32_t q = 0; q < lesson->question_count; q++) {
        answers[q] = arena_array(arena, struct score_graded,
                                 room[q] < SCORE_GRADED_MAX ? room[q] : SCORE_GRADED_MAX);
        by_number[q].answers = answers[q];
    }
    for (uint32_t i = 0; i < lesson->row_count; i++) {
        struct score_question *question = &by_number[lesson->question[i]];

        lesson->place[i] = UINT32_MAX;
        question->id = text_hash(text_of(lesson->examples[i].question_id));
        if (question->count < SCORE_GRADED_MAX) {
            lesson->place[i] = question->count;
            answers[lesson->question[i]][question->count++] =
                score_grade(arena, &lesson->answers[i], lesson->examples[i].class);
        }
    }
    regress_all(arena, lesson, by_number, answers);
    memcpy(sorted, by_number, lesson->question_count * sizeof(*sorted));
    qsort(sorted, lesson->question_count, sizeof(*sorted), compare_questions);
    *bank = (struct score_bank){.questions = sorted, .count = lesson->question_count};
}

struct feature_work {
    struct score_lesson *lesson;
    const struct score_question *questions; /* by number */
};

static void compute_chunk(void *context, size_t chunk)
{
    struct feature_work *work = context;
    struct score_lesson *lesson = work->lesson;
    ARENA_SCOPE arena = arena_new();
    size_t end = (chunk + 1) * CHUNK_ROWS;

    end = end < lesson->row_count ? end : lesson->row_count;
    for (size_t i = chunk * CHUNK_ROWS; i < end; i++) {
        const struct score_asked *asked = &lesson->asked[lesson->material[i]];
        const struct score_question *question = &work->questions[lesson->question[i]];
        float *row = lesson->features + i * SCORE_WIDTH;
        struct arena_mark mark = arena_mark(arena);
        struct score_graded graded = score_grade(arena, &lesson->answers[i], 0);

        score_features(arena, &asked->question, asked->references, asked->reference_count,
                       &lesson->answers[i], row);
        score_evidence(arena, question, lesson->place[i], &graded, lesson->class_count,
                       row + SCORE_FEATURES);
        arena_undo(arena, mark);
    }
}

const struct score_question *score_lesson_prepare(struct arena *arena,
                                                  struct text_analyser *analyser,
                                                  struct score_lesson *lesson,
                                                  struct score_model *model)
{
    read_all(arena, analyser, lesson);
    weigh_all(arena, lesson, &model->lexicon);
    struct score_question *questions =
        arena_array(arena, struct score_question, lesson->question_count);
    struct feature_work work = {.lesson = lesson, .questions = questions};

    fill_bank(arena, lesson, &model->bank, questions);
    parallel_run(lesson->parallel, (lesson->row_count + CHUNK_ROWS - 1) / CHUNK_ROWS, compute_chunk,
                 &work);
    return questions;
}

struct crowd_work {
    struct score_lesson *lesson;
    const double *shares;
    const uint32_t *rows;  /* by question, in order */
    const uint32_t *first; /* [question + 1]: in `rows` */
};

/* Answers to one question, in groups of even size. */
static void gather_question(void *context, size_t question)
{
    const struct crowd_work *work = context;
    struct score_lesson *lesson = work->lesson;
    const uint32_t *rows = work->rows + work->first[question];
    uint32_t count = work->first[question + 1] - work->first[question];
    uint32_t groups = (count + SCORE_CROWD_MAX - 1) / SCORE_CROWD_MAX;

    for (uint32_t g = 0; g < groups && count >= SCORE_CROWD_MIN; g++) {
        ARENA_SCOPE arena = arena_new();
        uint32_t low = (uint32_t)((uint64_t)count * g / groups);
        uint32_t size = (uint32_t)((uint64_t)count * (g + 1) / groups) - low;
        struct score_peer *peers = arena_array(arena, struct score_peer, size);
        float **out = arena_array(arena, float *, size);

        for (uint32_t i = 0; i < size; i++) {
            uint32_t row = rows[low + i];
            float *features = lesson->features + (size_t)row * SCORE_WIDTH;

            peers[i] =
                (struct score_peer){.words = score_grade(arena, &lesson->answers[row], 0),
                                    .features = features,
                                    .shares = work->shares + (size_t)row * lesson->class_count};
            out[i] = features + SCORE_FEATURES;
        }
        score_crowd(arena, peers, size, lesson->class_count, out);
    }
}

void score_lesson_gather(struct arena *arena, struct score_lesson *lesson, const double *shares)
{
    struct arena_mark mark = arena_mark(arena);
    uint32_t *first = arena_array(arena, uint32_t, lesson->question_count + 2);
    uint32_t *rows = arena_array(arena, uint32_t, lesson->row_count);
    struct crowd_work work = {.lesson = lesson, .shares = shares, .rows = rows, .first = first};

    for (uint32_t i = 0; i < lesson->row_count; i++) { /* counts, two places on */
        first[lesson->question[i] + 2]++;
    }
    for (uint32_t q = 2; q <= lesson->question_count; q++) {
        first[q] += first[q - 1];
    }
    for (uint32_t i = 0; i < lesson->row_count; i++) { /* each start moves to its end */
        rows[first[lesson->question[i] + 1]++] = i;
    }
    parallel_run(lesson->parallel, lesson->question_count, gather_question, &work);
    arena_undo(arena, mark);
}
