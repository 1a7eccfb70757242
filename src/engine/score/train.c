#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/score/lesson.h"
#include "engine/text/analyser.h"

enum {
    FOLD_TREES = 40,        /* of each forest that only serves calibration */
    HANDICAP_ROW_MIN = 200, /* fewer rows do not say which class to favour */
    HANDICAP_PASSES = 3,
    KNOWN_ROW_MIN = 100, /* fewer rows with evidence teach nothing */
};

static enum err check(const struct score_examples *given, struct fault *fault)
{
    const struct score_example *examples = given->at;
    uint32_t count = given->count;
    uint32_t class_count = given->class_count;
    uint32_t met[SCORE_CLASS_MAX] = {0};
    uint32_t kinds = 0;

    if (count == 0 || count > SCORE_ROW_MAX) {
        return fail(fault, ERR_INVALID, "there are %u answers, but must be 1 to %d", count,
                    SCORE_ROW_MAX);
    }
    if (class_count < 2 || class_count > SCORE_CLASS_MAX) {
        return fail(fault, ERR_INVALID, "there are %u labels, but must be 2 to %d", class_count,
                    SCORE_CLASS_MAX);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (examples[i].class >= class_count) {
            return fail(fault, ERR_INVALID, "answer %u has a label that was not declared", i + 1);
        }
        kinds += met[examples[i].class]++ == 0;
        if (examples[i].reference_count > SCORE_REFERENCE_MAX) {
            return fail(fault, ERR_INVALID, "question %s has %u model answers, but at most %d",
                        examples[i].question_id, examples[i].reference_count, SCORE_REFERENCE_MAX);
        }
    }
    if (kinds < 2) {
        return fail(fault, ERR_INVALID, "all answers have the same label: nothing can be learnt");
    }
    return OK;
}

/* Rows that a forest learns from: which, and in which fold each is. */
struct class_room {
    uint32_t *rows;
    uint8_t *fold; /* [place in rows] */
    uint32_t count;
    uint32_t width; /* features used */
};

/* Deal things into folds in random order. */
static uint8_t *deal(struct arena *arena, uint32_t count, uint64_t seed)
{
    uint8_t *fold = arena_array(arena, uint8_t, count);
    struct rng rng = rng_new(seed);

    for (uint32_t i = 0; i < count; i++) {
        fold[i] = (uint8_t)(i % SCORE_FOLDS);
    }
    for (uint32_t i = count; i > 1; i--) {
        uint32_t k = rng_below(&rng, i);
        uint8_t kept = fold[i - 1];

        fold[i - 1] = fold[k];
        fold[k] = kept;
    }
    return fold;
}

/* Rows side by side, as forests and regressions take them. */
struct table {
    float *features;
    uint8_t *classes;
    struct score_marks *marks;
};

static struct table table_new(struct arena *arena, const struct class_room *room)
{
    return (struct table){.features = arena_array(arena, float, (size_t)room->count * room->width),
                          .classes = arena_array(arena, uint8_t, room->count),
                          .marks = arena_array(arena, struct score_marks, room->count)};
}

/* Copy the rows of a class room that are not in `fold`. */
static struct score_rows gather_rows(const struct score_lesson *lesson,
                                     const struct class_room *room, uint32_t fold,
                                     struct table *table)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < room->count; i++) {
        if (room->fold[i] != fold) {
            memcpy(table->features + (size_t)count * room->width,
                   lesson->features + (size_t)room->rows[i] * SCORE_WIDTH,
                   room->width * sizeof(*table->features));
            table->marks[count] = lesson->marks[room->rows[i]];
            table->classes[count++] = lesson->classes[room->rows[i]];
        }
    }
    return (struct score_rows){.at = table->features,
                               .classes = table->classes,
                               .row_count = count,
                               .feature_count = room->width,
                               .class_count = lesson->class_count};
}

/* Learn from the rows that are not in `fold`. */
static enum err learn(struct arena *arena, const struct score_lesson *lesson,
                      const struct class_room *room, uint32_t fold, struct score_judge *judge,
                      struct fault *fault)
{
    ARENA_SCOPE scratch = arena_new();
    struct table table = table_new(scratch, room);
    struct score_rows rows = gather_rows(lesson, room, fold, &table);
    struct score_forest_options how = {.seed = lesson->options->seed + fold,
                                       .tree_count = lesson->options->tree_count,
                                       .leaf_min = lesson->options->leaf_min,
                                       .try_count = lesson->options->try_count};

    if (fold < SCORE_FOLDS && how.tree_count > FOLD_TREES) {
        how.tree_count = FOLD_TREES;
    }
    judge->linear = score_linear_learn(arena, &rows, table.marks);
    return score_forest_grow(arena, &rows, &how, lesson->parallel, &judge->forest, fault);
}

/* Shares of every row from judges that did not see its fold: [row][class]. */
static enum err cross_score(const struct score_lesson *lesson, const struct class_room *room,
                            double *scores, struct fault *fault)
{
    for (uint32_t fold = 0; fold < SCORE_FOLDS; fold++) {
        ARENA_SCOPE arena = arena_new();
        struct score_judge judge;
        uint32_t inside = 0;

        for (uint32_t i = 0; i < room->count; i++) {
            inside += room->fold[i] == fold;
        }
        if (inside == 0 || inside == room->count) {
            continue;
        }
        TRY(learn(arena, lesson, room, fold, &judge, fault));
        for (uint32_t i = 0; i < room->count; i++) {
            uint32_t row = room->rows[i];

            if (room->fold[i] == fold) {
                score_judge_raw(&judge, lesson->features + (size_t)row * SCORE_WIDTH,
                                &lesson->marks[row], scores + (size_t)i * lesson->class_count);
            }
        }
    }
    return OK;
}

static void calibrate_judge(struct arena *arena, const struct score_lesson *lesson,
                            const struct class_room *room, const double *scores,
                            struct score_judge *judge)
{
    struct arena_mark mark = arena_mark(arena);
    double *of_class = arena_array(arena, double, room->count);
    uint8_t *right = arena_array(arena, uint8_t, room->count);

    for (uint32_t k = 0; k < lesson->class_count; k++) {
        for (uint32_t i = 0; i < room->count; i++) {
            of_class[i] = scores[(size_t)i * lesson->class_count + k];
            right[i] = lesson->classes[room->rows[i]] == k;
        }
        score_calibrate(arena, of_class, right, room->count, &judge->calibrations[k]);
        judge->handicap[k] = 1;
    }
    arena_undo(arena, mark);
}

static double macro_f1(const struct score_lesson *lesson, const struct class_room *room,
                       const uint32_t *chosen)
{
    double right[SCORE_CLASS_MAX] = {0};
    double met[SCORE_CLASS_MAX] = {0};
    double sum = 0;

    for (uint32_t i = 0; i < room->count; i++) {
        uint32_t truth = lesson->classes[room->rows[i]];

        right[truth] += truth == chosen[i];
        met[truth]++;
        met[chosen[i]]++;
    }
    for (uint32_t k = 0; k < lesson->class_count; k++) {
        sum += met[k] > 0 ? 2 * right[k] / met[k] : 0;
    }
    return sum / lesson->class_count;
}

/* One less the squared distances over those that independent grades would have. */
static double quadratic_kappa(const struct score_lesson *lesson, const struct class_room *room,
                              const uint32_t *chosen)
{
    double distance = 0;
    double squares = 0;
    double truths = 0;
    double choices = 0;

    for (uint32_t i = 0; i < room->count; i++) {
        double truth = lesson->values[lesson->classes[room->rows[i]]] - lesson->values[0];
        double choice = lesson->values[chosen[i]] - lesson->values[0];

        distance += (truth - choice) * (truth - choice);
        squares += truth * truth + choice * choice;
        truths += truth;
        choices += choice;
    }
    double expected = squares - 2 * truths * choices / room->count;

    return expected > 0 ? 1 - distance / expected : 0;
}

/* How good are the choices that the judge's handicaps make? */
static double worth(const struct score_lesson *lesson, const struct class_room *room,
                    const double *scores, const struct score_judge *judge)
{
    ARENA_SCOPE arena = arena_new();
    uint32_t *chosen = arena_array(arena, uint32_t, room->count);

    for (uint32_t i = 0; i < room->count; i++) {
        double probability[SCORE_CLASS_MAX];

        chosen[i] = score_judge_final(judge, scores + (size_t)i * lesson->class_count, probability);
    }
    return lesson->values == NULL ? macro_f1(lesson, room, chosen)
                                  : quadratic_kappa(lesson, room, chosen);
}

/* Rare classes may be favoured: coordinate ascent over a few steps either way. The first class
 * keeps one, for only ratios matter. */
static void choose_handicaps(const struct score_lesson *lesson, const struct class_room *room,
                             const double *scores, struct score_judge *judge)
{
    static const float STEPS[] = {0.7F, 0.8F, 0.9F, 1, 1.1F, 1.2F, 1.35F, 1.5F, 1.7F};
    double best = worth(lesson, room, scores, judge);

    for (int pass = 0; pass < HANDICAP_PASSES && room->count >= HANDICAP_ROW_MIN; pass++) {
        for (uint32_t k = 1; k < lesson->class_count; k++) {
            float kept = judge->handicap[k];

            for (size_t i = 0; i < COUNT(STEPS); i++) {
                judge->handicap[k] = STEPS[i];
                double found = worth(lesson, room, scores, judge);

                if (found > best) {
                    best = found;
                    kept = STEPS[i];
                }
            }
            judge->handicap[k] = kept;
        }
    }
}

/* `scores` takes what judges that did not see them say of the rows: [place in rows][class]. */
static enum err teach(struct arena *arena, const struct score_lesson *lesson,
                      const struct class_room *room, double *scores, struct score_judge *judge,
                      struct fault *fault)
{
    ARENA_SCOPE scratch = arena_new();

    TRY(cross_score(lesson, room, scores, fault));
    TRY(learn(arena, lesson, room, SCORE_FOLDS, judge, fault));
    calibrate_judge(scratch, lesson, room, scores, judge);
    choose_handicaps(lesson, room, scores, judge);
    return OK;
}

/* Folds of whole questions, so that calibration is for questions that were never seen; of single
 * answers where there are too few questions. */
static struct class_room open_room(struct arena *arena, const struct score_lesson *lesson)
{
    struct class_room room = {.rows = arena_array(arena, uint32_t, lesson->row_count),
                              .count = lesson->row_count,
                              .width = SCORE_FEATURES};
    bool grouped = lesson->question_count >= 2 * SCORE_FOLDS;
    uint8_t *fold =
        deal(arena, grouped ? lesson->question_count : lesson->row_count, lesson->options->seed);

    room.fold = arena_array(arena, uint8_t, lesson->row_count);
    for (uint32_t i = 0; i < lesson->row_count; i++) {
        room.rows[i] = i;
        room.fold[i] = fold[grouped ? lesson->question[i] : i];
    }
    return room;
}

static struct class_room known_room(struct arena *arena, const struct score_lesson *lesson,
                                    const struct score_question *questions)
{
    struct class_room room = {.rows = arena_array(arena, uint32_t, lesson->row_count),
                              .width = SCORE_FEATURES + score_evidence_count(lesson->class_count)};

    for (uint32_t i = 0; i < lesson->row_count; i++) {
        if (questions[lesson->question[i]].count > SCORE_GRADED_MIN) {
            room.rows[room.count++] = i;
        }
    }
    room.fold = deal(arena, room.count, lesson->options->seed + 2);
    return room;
}

/* The rows of the open room whose question has many answers, in the same folds. */
static struct class_room crowd_room(struct arena *arena, const struct score_lesson *lesson,
                                    const struct class_room *open)
{
    struct class_room room = {.rows = arena_array(arena, uint32_t, open->count),
                              .fold = arena_array(arena, uint8_t, open->count),
                              .width = SCORE_FEATURES + score_crowd_count(lesson->class_count)};
    uint32_t *answers = arena_array(arena, uint32_t, lesson->question_count);

    for (uint32_t i = 0; i < open->count; i++) {
        answers[lesson->question[i]]++;
    }
    for (uint32_t i = 0; i < open->count; i++) {
        if (answers[lesson->question[i]] >= SCORE_CROWD_MIN) {
            room.rows[room.count] = i;
            room.fold[room.count++] = open->fold[i];
        }
    }
    return room;
}

static enum err train(struct arena *arena, struct text_analyser *analyser,
                      struct score_lesson *lesson, struct score_model *model, struct fault *fault)
{
    const struct score_question *questions = score_lesson_prepare(arena, analyser, lesson, model);
    size_t cells = (size_t)lesson->row_count * lesson->class_count;
    double *shares = arena_array(arena, double, cells);
    double *scores = arena_array(arena, double, cells);
    struct class_room open = open_room(arena, lesson);
    struct class_room room = known_room(arena, lesson, questions);

    TRY(teach(arena, lesson, &open, shares, &model->open, fault));
    if (room.count >= KNOWN_ROW_MIN) {
        TRY(teach(arena, lesson, &room, scores, &model->known, fault));
    }
    room = crowd_room(arena, lesson, &open);
    if (room.count >= KNOWN_ROW_MIN && lesson->question_count >= 2 * SCORE_FOLDS) {
        score_lesson_gather(arena, lesson, shares);
        TRY(teach(arena, lesson, &room, scores, &model->crowd, fault));
    }
    model->guard = score_guard_learn(arena, lesson->answers, lesson->question, lesson->row_count,
                                     lesson->options->seed);
    return OK;
}

enum err score_train(struct arena *arena, const struct score_examples *examples,
                     const struct score_options *options, const struct parallel *parallel,
                     struct score_model *out, struct fault *fault)
{
    TEXT_ANALYSER_SCOPE analyser = NULL;
    struct score_model model = {.class_count = examples->class_count,
                                .answer_count = examples->count,
                                .seed = options->seed};

    TRY(check(examples, fault));
    TRY(text_analyser_new(&TEXT_ENGLISH, &analyser, fault));
    model.classes = arena_array(arena, const char *, model.class_count);
    for (uint32_t k = 0; k < model.class_count; k++) {
        model.classes[k] = arena_copy(arena, examples->classes[k], strlen(examples->classes[k]));
    }
    struct score_lesson lesson = score_lesson_new(arena, examples, options, parallel);

    TRY(train(arena, analyser, &lesson, &model, fault));
    *out = model;
    return OK;
}
