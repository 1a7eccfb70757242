#include "engine/item/grade.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/item/quote.h"
#include "engine/text/analyser.h"
#include "engine/verify/check.h"
#include "engine/verify/number.h"

uint32_t item_category_count(const struct item *item)
{
    return item_is_free(item) ? ITEM_CATEGORIES : 2;
}

uint32_t item_likeliest(const struct item *item,
                        const double probability[ITEM_CRITERION_MAX][ITEM_MET + 1],
                        double chance[static ITEM_CATEGORIES])
{
    enum item_mark marks[ITEM_CRITERION_MAX] = {0};
    size_t count = item->criteria.count;
    uint32_t best = 0;
    size_t ways = 1;

    for (size_t i = 0; i < count; i++) {
        ways *= ITEM_MET + 1;
    }
    memset(chance, 0, ITEM_CATEGORIES * sizeof(*chance));
    for (size_t way = 0; way < ways; way++) {
        size_t rest = way;
        double together = 1;
        double max;

        for (size_t i = 0; i < count; i++) {
            marks[i] = (enum item_mark)(rest % (ITEM_MET + 1));
            rest /= ITEM_MET + 1;
            together *= probability[i][marks[i]];
        }
        double points = item_points(item, marks, &max);

        chance[item_category(points, max)] += together;
    }
    for (uint32_t i = 1; i < ITEM_CATEGORIES; i++) {
        best = chance[i] > chance[best] ? i : best;
    }
    return best;
}

/* ------------------------------------------------------------------ free text */

static struct score_example example_of(struct arena *arena, const struct item *item,
                                       size_t criterion, struct text answer)
{
    const struct item_criterion *one = &item_criteria(item)[criterion];
    struct text *references = arena_array(arena, struct text, one->evidence.count);

    for (size_t i = 0; i < one->evidence.count; i++) {
        references[i] = text_of(one->evidence.at[i]);
    }
    return (struct score_example){
        .question_id = arena_print(arena, "%s#%s", item->code, one->id),
        .question = text_of(item->prompt),
        .references = references,
        .reference_count = (uint32_t)one->evidence.count,
        .answer = answer,
    };
}

/* What is read once for all criteria of an answer. */
struct hearing {
    struct arena *arena;
    struct text_analyser *analyser;
    const struct score_model *model;
    const struct item *item;
    struct score_reading question;
    struct score_reading answer;
};

/* Guards look at the whole answer, beside the question and the complete model answer. */
static enum score_alarm alarm_of(const struct hearing *hearing)
{
    struct score_reading references[ITEM_MODELS];
    uint32_t count = 0;

    for (size_t i = 0; i < hearing->item->models.count && i + 1 < ITEM_MODELS; i++) {
        references[count++] =
            score_read(hearing->arena, hearing->analyser, &hearing->model->lexicon,
                       text_of(item_models(hearing->item)[i].text));
    }
    return score_alarm(hearing->arena, &hearing->model->guard, &hearing->question, references,
                       count, &hearing->answer);
}

/* `asked` takes the criterion as a question, for what is quoted. */
static void grade_criterion(const struct hearing *hearing, size_t i, struct score_asked *asked,
                            struct item_finding_of *out)
{
    struct arena *arena = hearing->arena;
    struct score_example example = example_of(arena, hearing->item, i, (struct text){0});
    struct score_heard heard;

    *asked = score_ask_read(arena, hearing->analyser, hearing->model, &hearing->question, &example);
    struct arena_mark mark = arena_mark(arena);

    score_hear_read(arena, hearing->model, asked, &hearing->answer, &heard);
    for (size_t k = 0; k <= ITEM_MET; k++) {
        out->probability[k] = heard.prediction.probability[k];
    }
    out->mark = (enum item_mark)heard.prediction.class;
    arena_undo(arena, mark);
}

/* Quotes for the criteria that are met, partly at least. */
static void add_quotes(const struct hearing *hearing, const struct score_asked *asked,
                       struct text answer, struct item_verdict *out)
{
    struct item_sentences sentences = {0};

    for (size_t i = 0; i < out->criterion_count; i++) {
        if (out->criteria[i].mark == ITEM_NOT_MET) {
            continue;
        }
        if (sentences.count == 0) {
            sentences = item_sentences_read(hearing->arena, hearing->analyser,
                                            &hearing->model->lexicon, answer);
        }
        out->criteria[i].quote = item_quote(&sentences, &asked[i]);
    }
}

static void grade_free(struct arena *arena, struct text_analyser *analyser,
                       const struct score_model *model, const struct item *item, struct text answer,
                       struct item_verdict *out)
{
    struct hearing hearing = {
        .arena = arena,
        .analyser = analyser,
        .model = model,
        .item = item,
        .question = score_read(arena, analyser, &model->lexicon, text_of(item->prompt)),
        .answer = score_read(arena, analyser, &model->lexicon, answer)};
    double probability[ITEM_CRITERION_MAX][ITEM_MET + 1] = {0};
    enum item_mark marks[ITEM_CRITERION_MAX] = {0};
    struct score_asked asked[ITEM_CRITERION_MAX];

    out->criterion_count = item->criteria.count;
    for (size_t i = 0; i < item->criteria.count; i++) {
        struct item_finding_of *found = &out->criteria[i];

        grade_criterion(&hearing, i, &asked[i], found);
        memcpy(probability[i], found->probability, sizeof(probability[i]));
        marks[i] = found->mark;
    }
    add_quotes(&hearing, asked, answer, out);
    out->points = item_points(item, marks, &out->points_max);
    out->category = item_likeliest(item, probability, out->chance);
    out->alarm = alarm_of(&hearing);
}

/* ------------------------------------------------------------------ by rule */

static enum err grade_number(struct arena *arena, const struct item *item, struct text answer,
                             bool *right, struct fault *fault)
{
    struct check_options options = check_options_default;
    struct checker *checker;
    struct number number;

    if (!number_whole(text_trim(answer), &number)) {
        return fail_field(fault, ERR_INVALID, "answer",
                          "answer with one number, and its unit at most");
    }
    options.check = "numeric";
    options.absolute = item->absolute;
    options.relative = item->relative;
    TRY(checker_new(arena, &options, &checker, fault));
    *right = checker_run(checker, arena, answer, text_of(item->answer)).kind == VERDICT_PASS;
    checker_free(checker);
    return OK;
}

static enum err grade_part(const struct item *item, struct text answer, bool *right,
                           struct fault *fault)
{
    int64_t wanted = 0;
    int64_t given;

    if (!text_int(text_trim(answer), &given) || given < 1 || given > (int64_t)item->parts.count) {
        return fail_field(fault, ERR_INVALID, "answer", "answer with a number from 1 to %zu",
                          item->parts.count);
    }
    *right = text_int(text_of(item->answer), &wanted) && wanted == given;
    return OK;
}

/* "2 1 3": the places of the right order, as they were put. */
static enum err grade_order(const struct item *item, struct text answer, bool *right,
                            struct fault *fault)
{
    bool seen[ITEM_PART_MAX] = {false};
    size_t count = 0;
    size_t at = 0;

    *right = true;
    while (at < answer.size) {
        size_t start = at;
        int64_t number;

        while (at < answer.size && answer.at[at] >= '0' && answer.at[at] <= '9') {
            at++;
        }
        if (start == at) {
            at++;
            continue;
        }
        if (!text_int((struct text){answer.at + start, at - start}, &number) || number < 1 ||
            number > (int64_t)item->parts.count || seen[number - 1]) {
            count = 0;
            break;
        }
        seen[number - 1] = true;
        *right &= number == (int64_t)++count;
    }
    if (count != item->parts.count) {
        return fail_field(fault, ERR_INVALID, "answer",
                          "name each of the %zu steps once, in your order", item->parts.count);
    }
    return OK;
}

static enum err grade_by_rule(struct arena *arena, const struct item *item, struct text answer,
                              struct item_verdict *out, struct fault *fault)
{
    enum item_kind kind = item_kind_of(item);
    bool right = false;

    if (kind == ITEM_NUMERIC) {
        TRY(grade_number(arena, item, answer, &right, fault));
    } else if (kind == ITEM_ORDER) {
        TRY(grade_order(item, answer, &right, fault));
    } else {
        TRY(grade_part(item, answer, &right, fault));
    }
    out->points_max = 1;
    out->points = right ? 1 : 0;
    out->category = right ? 1 : 0;
    out->chance[out->category] = 1;
    return OK;
}

enum err item_grade(struct arena *arena, struct text_analyser *analyser,
                    const struct score_model *model, const struct item *item, struct text answer,
                    struct item_verdict *out, struct fault *fault)
{
    struct item_verdict verdict = {.alarm = SCORE_CALM};

    if (item_is_free(item)) {
        grade_free(arena, analyser, model, item, answer, &verdict);
    } else {
        TRY(grade_by_rule(arena, item, answer, &verdict, fault));
    }
    *out = verdict;
    return OK;
}

/* ------------------------------------------------------------------ learning */

const struct item_sample *item_answer(const struct item *item, uint32_t answer)
{
    return answer < item->models.count ? &item_models(item)[answer]
                                       : &item_samples(item)[answer - item->models.count];
}

static uint32_t answer_count(const struct item *item)
{
    return item_is_free(item) ? (uint32_t)(item->models.count + item->answers.count) : 0;
}

struct item_lesson item_lesson_new(struct arena *arena, const struct item *items, size_t count)
{
    static const char *const MARKS[] = {"not met", "partly", "met"};
    size_t room = 0;
    uint32_t used = 0;

    for (size_t i = 0; i < count; i++) {
        room += answer_count(&items[i]) * items[i].criteria.count;
    }
    struct score_example *examples = arena_array(arena, struct score_example, room);
    struct item_example *origins = arena_array(arena, struct item_example, room);

    for (size_t i = 0; i < count; i++) {
        for (uint32_t c = 0; c < items[i].criteria.count; c++) {
            struct score_example asked = example_of(arena, &items[i], c, (struct text){0});

            for (uint32_t k = 0; k < answer_count(&items[i]); k++) {
                const struct item_sample *sample = item_answer(&items[i], k);
                enum item_mark mark;

                if (strlen(sample->marks) <= c || !item_mark_of(sample->marks[c], &mark)) {
                    continue; /* the linter tells of it */
                }
                origins[used] = (struct item_example){(uint32_t)i, c, k};
                examples[used] = asked;
                examples[used].answer = text_of(sample->text);
                examples[used++].class = (uint32_t)mark;
            }
        }
    }
    return (struct item_lesson){
        .examples = {.at = examples, .count = used, .classes = MARKS, .class_count = COUNT(MARKS)},
        .origins = origins};
}

/* The scorer met every answer once a criterion; the guards must meet it once. */
static enum err learn_guard(struct arena *arena, const struct item *items, size_t count,
                            uint64_t seed, struct score_model *model, struct fault *fault)
{
    TEXT_ANALYSER_SCOPE analyser = NULL;
    uint32_t room = 0;
    uint32_t used = 0;

    TRY(text_analyser_new(&TEXT_ENGLISH, &analyser, fault));
    for (size_t i = 0; i < count; i++) {
        room += answer_count(&items[i]);
    }
    struct score_reading *readings = arena_array(arena, struct score_reading, room);
    uint32_t *question = arena_array(arena, uint32_t, room);

    for (size_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < answer_count(&items[i]); k++) {
            readings[used] = score_read(arena, analyser, &model->lexicon,
                                        text_of(item_answer(&items[i], k)->text));
            question[used++] = (uint32_t)i;
        }
    }
    model->guard = score_guard_learn(arena, readings, question, used, seed);
    return OK;
}

enum err item_train(struct arena *arena, const struct item *items, size_t count,
                    const struct score_options *options, const struct parallel *parallel,
                    struct score_model *out, struct fault *fault)
{
    struct item_lesson lesson = item_lesson_new(arena, items, count);

    if (lesson.examples.count == 0) {
        return fail(fault, ERR_INVALID, "the items have no graded answers to learn from");
    }
    TRY(score_train(arena, &lesson.examples, options, parallel, out, fault));
    return learn_guard(arena, items, count, options->seed, out, fault);
}
