#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/map.h"
#include "base/rng.h"
#include "base/time.h"
#include "engine/item/grade.h"
#include "engine/text/analyser.h"
#include "slice/bank/bank.h"
#include "slice/bank/bank_sql.h"
#include "slice/installation.h"
#include "slice/learn/learn.h"
#include "slice/learn/learn_inside.h"
#include "slice/learn/learn_rule.h"
#include "slice/learn/learn_sql.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/secret.h"
#include "sys/threads.h"

enum { FOLDS = 3, LESSONS_MAX = 20000, GRADERS_MAX = 16, EXAMINED_TREES = 100 };

#define TAUGHT_AFTER TIME_DAY

static const uint64_t SEED = 1;

/* An answer as people marked it. */
struct lesson {
    uint32_t item;
    uint32_t fold;
    uint32_t category;
    const char *answer;
    const char *marks;
};

struct teaching {
    struct item *items;
    const char **ids; /* [item] */
    const int64_t *versions;
    size_t item_count;
    size_t seed_count;
    struct lesson *lessons;
    size_t lesson_count;
    struct map *interviews;
    bool is_taught; /* there was a scorer already */
    struct scorer_latest_row latest;
    struct score_model model;
    struct learn_agreement before;
    struct learn_agreement after;
};

/* ------------------------------------------------------------------ what there is to learn from */

static enum err load_items(struct work *work, struct teaching *teaching)
{
    struct item_whole *rows;
    int64_t *versions;

    TRY(items_all(work,
                  &(struct items_all_args){.organisation_id = work->organisation_id,
                                           .row_max = ITEM_COUNT_MAX},
                  &rows, &teaching->item_count));
    teaching->items = arena_array(work->arena, struct item, teaching->item_count + 1);
    teaching->ids = arena_array(work->arena, const char *, teaching->item_count + 1);
    versions = arena_array(work->arena, int64_t, teaching->item_count + 1);
    for (size_t i = 0; i < teaching->item_count; i++) {
        TRY(item_read(work->arena, text_of(rows[i].body), &teaching->items[i], &work->fault));
        teaching->ids[i] = rows[i].id;
        versions[i] = rows[i].version_number;
        teaching->seed_count += teaching->items[i].answers.count;
    }
    teaching->versions = versions;
    return OK;
}

static bool find_item(const struct teaching *teaching, const struct learn_lesson *row,
                      uint32_t *out)
{
    for (uint32_t i = 0; i < teaching->item_count; i++) {
        if (strcmp(teaching->ids[i], row->item_id) == 0) {
            *out = i;
            return teaching->versions[i] == row->version_number;
        }
    }
    return false;
}

static struct lesson lesson_of(struct work *work, const struct teaching *teaching,
                               const struct learn_lesson *rows, size_t count, uint32_t number)
{
    const struct item *item = &teaching->items[number];
    const char *marks[GRADERS_MAX];
    enum item_mark found[ITEM_CRITERION_MAX] = {0};
    const char *added = rows[0].follow_up_answer;
    struct rng rng = rng_stream(
        SEED, map_add(teaching->interviews, text_of(rows[0].interview_id))); /* one, one fold */
    double max;

    count = count < GRADERS_MAX ? count : GRADERS_MAX;
    for (size_t i = 0; i < count; i++) {
        marks[i] = rows[i].marks;
    }
    struct lesson lesson = {.item = number,
                            .fold = rng_below(&rng, FOLDS),
                            .answer =
                                added == NULL || added[0] == '\0'
                                    ? rows[0].answer
                                    : arena_print(work->arena, "%s\n%s", rows[0].answer, added),
                            .marks = learn_consensus(work->arena, marks, count)};

    for (size_t c = 0; c < item->criteria.count && c < strlen(lesson.marks); c++) {
        (void)item_mark_of(lesson.marks[c], &found[c]);
    }
    double points = item_points(item, found, &max);

    lesson.category = item_category(points, max);
    return lesson;
}

static enum err load(struct work *work, void *context)
{
    struct teaching *teaching = context;
    struct learn_lesson *rows;
    size_t count;
    enum err err =
        scorer_latest(work, &(struct scorer_latest_args){.organisation_id = work->organisation_id},
                      &teaching->latest);

    if (err != OK && err != ERR_NOT_FOUND) {
        return err;
    }
    teaching->is_taught = err == OK;
    teaching->interviews = map_new(work->arena);
    TRY(load_items(work, teaching));
    TRY(learn_lessons(work,
                      &(struct learn_lessons_args){.organisation_id = work->organisation_id,
                                                   .row_max = LESSONS_MAX},
                      &rows, &count));
    teaching->lessons = arena_array(work->arena, struct lesson, count + 1);
    for (size_t i = 0; i < count;) {
        size_t end = i + 1;
        uint32_t number;

        while (end < count && strcmp(rows[end].step_id, rows[i].step_id) == 0) {
            end++;
        }
        if (find_item(teaching, &rows[i], &number)) {
            teaching->lessons[teaching->lesson_count++] =
                lesson_of(work, teaching, &rows[i], end - i, number);
        }
        i = end;
    }
    return OK;
}

/* ------------------------------------------------------------------ teaching */

/* The items with what people marked added to their graded answers, one fold left out; FOLDS: none.
 */
static struct item *with_lessons(struct work *work, const struct teaching *teaching, uint32_t fold)
{
    struct item *items = arena_array(work->arena, struct item, teaching->item_count + 1);

    memcpy(items, teaching->items, teaching->item_count * sizeof(*items));
    for (uint32_t i = 0; i < teaching->item_count; i++) {
        size_t count = items[i].answers.count;
        size_t more = 0;

        for (size_t k = 0; k < teaching->lesson_count; k++) {
            more += teaching->lessons[k].item == i && teaching->lessons[k].fold != fold;
        }
        if (more == 0) {
            continue;
        }
        struct item_sample *samples = arena_array(work->arena, struct item_sample, count + more);

        if (count > 0) {
            memcpy(samples, items[i].answers.at, count * sizeof(*samples));
        }
        for (size_t k = 0; k < teaching->lesson_count; k++) {
            const struct lesson *lesson = &teaching->lessons[k];

            if (lesson->item == i && lesson->fold != fold) {
                samples[count++] = (struct item_sample){lesson->marks, lesson->answer};
            }
        }
        items[i].answers = (struct list){samples, count};
    }
    return items;
}

static enum err teach(struct work *work, const struct teaching *teaching, uint32_t fold,
                      struct score_model *out)
{
    struct score_options options = SCORE_DEFAULTS;
    struct parallel threads = threads_new(1);

    if (fold !=
        FOLDS) { /* a smaller forest is a little worse: what is stated is too low, if anything */
        options.tree_count = EXAMINED_TREES;
    }

    return item_train(work->arena, with_lessons(work, teaching, fold), teaching->item_count,
                      &options, &threads, out, &work->fault);
}

/* The categories that a scorer gives the lessons of a fold; FOLDS: all of them. */
static enum err predict(struct work *work, const struct teaching *teaching,
                        const struct score_model *model, uint32_t fold, uint32_t *out)
{
    TEXT_ANALYSER_SCOPE analyser = NULL;

    TRY(text_analyser_new(&TEXT_ENGLISH, &analyser, &work->fault));
    for (size_t i = 0; i < teaching->lesson_count; i++) {
        const struct lesson *lesson = &teaching->lessons[i];
        struct item_verdict verdict;

        if (fold == FOLDS || lesson->fold == fold) {
            TRY(item_grade(work->arena, analyser, model, &teaching->items[lesson->item],
                           text_of(lesson->answer), &verdict, &work->fault));
            out[i] = verdict.category;
        }
    }
    return OK;
}

/* What people said of the lessons, beside the shipped scorer and, fold by fold, one that learnt
 * from the others. */
static enum err examine(struct work *work, struct teaching *teaching)
{
    uint32_t *truth = arena_array(work->arena, uint32_t, teaching->lesson_count + 1);
    uint32_t *shipped = arena_array(work->arena, uint32_t, teaching->lesson_count + 1);
    uint32_t *taught = arena_array(work->arena, uint32_t, teaching->lesson_count + 1);

    for (size_t i = 0; i < teaching->lesson_count; i++) {
        truth[i] = teaching->lessons[i].category;
    }
    TRY(predict(work, teaching, work->installation->scorer, FOLDS, shipped));
    for (uint32_t fold = 0; fold < FOLDS; fold++) {
        struct arena_mark mark = arena_mark(work->arena);
        struct score_model model;

        TRY(teach(work, teaching, fold, &model));
        TRY(predict(work, teaching, &model, fold, taught));
        arena_undo(work->arena, mark);
    }
    teaching->before = learn_agree(truth, shipped, teaching->lesson_count);
    teaching->after = learn_agree(truth, taught, teaching->lesson_count);
    return OK;
}

static enum err put(struct work *work, void *context)
{
    struct teaching *teaching = context;
    bool is_used = learn_is_better(teaching->before, teaching->after);
    struct buffer bytes = buffer_new(work->arena);
    int64_t person_count = (int64_t)teaching->lesson_count;

    score_model_encode(&teaching->model, &bytes);
    if (is_used) {
        TRY(scorer_replace(
            work, &(struct scorer_replace_args){.organisation_id = work->organisation_id}));
    }
    if (teaching->is_taught && person_count < teaching->latest.person_count) {
        TRY(scorer_forget(work,
                          &(struct scorer_forget_args){.organisation_id = work->organisation_id,
                                                       .nothing = text_of("")}));
    }
    return scorer_insert(work, &(struct scorer_insert_args){
                                   .id = work_new_id(work, "scv"),
                                   .organisation_id = work->organisation_id,
                                   .content_hash = sha256_hex(work->arena, buffer_view(&bytes)),
                                   .content = is_used ? buffer_view(&bytes) : text_of(""),
                                   .scorer_state = is_used ? "used" : "refused",
                                   .seed_count = (int64_t)teaching->seed_count,
                                   .person_count = person_count,
                                   .agreement_before = teaching->before.alike,
                                   .agreement = teaching->after.alike,
                                   .kappa_before = teaching->before.kappa,
                                   .kappa = teaching->after.kappa,
                                   .trained_at = work->now_us,
                               });
}

enum err learn_scorer(struct work *work, bool force, struct learnt *learnt)
{
    struct teaching *teaching = arena_new_of(work->arena, struct teaching);

    TRY(store_read(work, load, teaching));
    int64_t count = (int64_t)teaching->lesson_count;
    bool forgets = teaching->is_taught && count < teaching->latest.person_count;
    bool rested =
        !teaching->is_taught || work->now_us >= teaching->latest.trained_at + TAUGHT_AFTER;
    bool is_new = !teaching->is_taught || learn_is_worth(teaching->latest.person_count, count);

    if (count < LEARN_LESSONS_MIN && !forgets) {
        learnt->scorer = "too few answers graded by people";
        return OK;
    }
    if (!force && !forgets && !(is_new && rested)) {
        learnt->scorer = "nothing new";
        return OK;
    }
    TRY(examine(work, teaching));
    TRY(teach(work, teaching, FOLDS, &teaching->model));
    TRY(store_write(work, put, teaching));
    learnt->scorer = learn_is_better(teaching->before, teaching->after) ? "used" : "refused";
    return OK;
}

enum err learn_forget(struct work *work)
{
    int64_t kept_us = work->installation->keep.scorers_us;
    int64_t changed;

    return kept_us == 0
               ? OK
               : scorers_past(work,
                              &(struct scorers_past_args){.nothing = text_of(""),
                                                          .before_at = work->now_us - kept_us},
                              &changed);
}
