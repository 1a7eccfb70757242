#include "slice/interview/result.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "num/interval.h"
#include "slice/account/account.h"
#include "slice/bank/bank.h"
#include "slice/interview/interview.h"
#include "slice/interview/interview_inside.h"
#include "slice/interview/interview_rule.h"
#include "slice/interview/interview_sql.h"
#include "slice/interview/verdict_shape.h"
#include "store/work.h"

enum { DIMENSIONS = 3, CLARITY_MIN = 1, WORK_MIN = 10, WORK_MAX = 1000 };

/* ------------------------------------------------------------------ dimensions */

/* As it was scored then: what was learnt since changes no result. */
static struct dimension expertise(const struct interview_row *interview)
{
    struct dimension found = {
        .name = "Domain expertise",
        .meaning = "50 is the middle of those the questions were calibrated on, 10 points are one "
                   "standard deviation; the interval holds the truth nine times in ten.",
        .count = interview->item_count == INT_ABSENT ? 0 : interview->item_count,
        .estimate = (double)NAN,
        .low = (double)NAN,
        .high = (double)NAN,
        .reliability = (double)NAN,
    };

    if (isnan(interview->estimate) || found.count == 0) {
        found.missing = "no answer counts yet";
        return found;
    }
    found.estimate = interview_scale(interview->estimate);
    found.low = interview_scale(interview->interval_low);
    found.high = interview_scale(interview->interval_high);
    found.reliability = fmax(0, 1 - interview->deviation * interview->deviation);
    return found;
}

static enum err clarity(struct work *work, const struct interview_row *interview,
                        struct dimension *out)
{
    struct clarity_of_row row;

    TRY(clarity_of(work,
                   &(struct clarity_of_args){.interview_id = interview->id,
                                             .organisation_id = work->organisation_id},
                   &row));
    *out = (struct dimension){.name = "Communication",
                              .meaning = "How clearly the answers are written, 1 to 5, by people "
                                         "who graded them. Never style, accent or speed.",
                              .count = row.amount,
                              .estimate = (double)NAN,
                              .low = (double)NAN,
                              .high = (double)NAN,
                              .reliability = (double)NAN};
    if (row.amount < CLARITY_MIN) {
        out->missing = "not enough yet: only people judge it, and none has graded this interview";
        return OK;
    }
    /* One judgement is off by about a point; the interval says so. */
    double mean = (double)row.total / (double)row.amount;
    double half = 1.645 / sqrt((double)row.amount);

    out->estimate = mean;
    out->low = fmax(1, mean - half);
    out->high = fmin(5, mean + half);
    return OK;
}

static enum err reliability(struct work *work, const struct interview_row *interview,
                            struct dimension *out)
{
    struct work_record_row row;

    TRY(work_record(
        work, &(struct work_record_args){.person_id = interview->person_id, .row_max = WORK_MAX},
        &row));
    *out = (struct dimension){.name = "Task reliability",
                              .meaning = "Share of your latest reviewed work that was accepted.",
                              .count = row.judged_count,
                              .estimate = (double)NAN,
                              .low = (double)NAN,
                              .high = (double)NAN,
                              .reliability = (double)NAN};
    if (row.judged_count < WORK_MIN) {
        out->missing = arena_print(work->arena, "not enough yet: %lld of %d reviewed answers",
                                   (long long)row.judged_count, WORK_MIN);
        return OK;
    }
    struct interval interval =
        interval_wilson((double)row.accepted_count, (double)row.judged_count, 0.90);

    out->estimate = (double)row.accepted_count / (double)row.judged_count;
    out->low = interval.low;
    out->high = interval.high;
    return OK;
}

/* ------------------------------------------------------------------ steps */

/* The person's latest grade of a step, if there is one; an appeal's comes last. */
static const struct grade_row *last_grade(const struct grade_row *grades, size_t count,
                                          const char *step_id)
{
    const struct grade_row *found = NULL;

    for (size_t i = 0; i < count; i++) {
        if (strcmp(grades[i].step_id, step_id) == 0) {
            found = &grades[i];
        }
    }
    return found;
}

static void criteria_by_person(struct work *work, const struct item *item,
                               const struct grade_row *grade, struct result_step *out)
{
    struct criterion_view *rows =
        arena_array(work->arena, struct criterion_view, item->criteria.count);

    for (size_t i = 0; i < item->criteria.count && i < strlen(grade->marks); i++) {
        enum item_mark mark = ITEM_NOT_MET;

        (void)item_mark_of(grade->marks[i], &mark);
        rows[out->criteria.count++] =
            (struct criterion_view){.text = item_criteria(item)[i].text,
                                    .points = item_criteria(item)[i].points,
                                    .mark = item_mark_name(mark),
                                    .chance = (double)NAN,
                                    .by = "person"};
    }
    out->criteria.at = rows;
    out->points = grade->points;
    out->sure = (double)NAN;
    out->by = "person";
}

static enum err read_verdict(struct work *work, const struct step_row *row, struct result_step *out)
{
    struct verdict_view *verdict = arena_new_of(work->arena, struct verdict_view);
    struct json *tree;

    if (row->verdict == NULL) {
        return OK;
    }
    TRY(json_parse(work->arena, text_of(row->verdict), &tree, &work->fault));
    TRY(json_decode(work->arena, tree, &verdict_view_shape, verdict, &work->fault));
    out->criteria = verdict->criteria;
    out->sure = verdict->sure;
    return OK;
}

/* The right answer of an item that is graded by rule, in words. */
static const char *right_answer(struct work *work, const struct item *item)
{
    int64_t number;

    if (item_kind_of(item) == ITEM_NUMERIC) {
        return item->answer;
    }
    if (item_kind_of(item) == ITEM_ORDER) {
        struct buffer buffer = buffer_new(work->arena);

        for (size_t i = 0; i < item->parts.count; i++) {
            buffer_print(&buffer, "%s%zu. %s", i == 0 ? "" : "\n", i + 1, item->parts.at[i]);
        }
        return buffer.at;
    }
    if (item->answer != NULL && text_int(text_of(item->answer), &number) && number >= 1 &&
        number <= (int64_t)item->parts.count) {
        return item->parts.at[number - 1];
    }
    return NULL;
}

/* What the person chose, in words. */
static const char *answer_in_words(struct work *work, const struct item *item, const char *answer)
{
    struct buffer buffer = buffer_new(work->arena);
    enum item_kind kind = item_kind_of(item);
    size_t count = 0;

    if (kind == ITEM_FREE || kind == ITEM_NUMERIC || answer == NULL || answer[0] == '\0') {
        return answer;
    }
    for (const char *at = answer; *at != '\0';) {
        size_t width = strspn(at, "0123456789");
        int64_t number;

        if (width > 0 && text_int((struct text){at, width}, &number) && number >= 1 &&
            number <= (int64_t)item->parts.count) {
            buffer_print(&buffer, "%s", count == 0 ? "" : "\n");
            if (kind == ITEM_ORDER) {
                buffer_print(&buffer, "%zu. ", count + 1);
            }
            buffer_string(&buffer, item->parts.at[number - 1]);
            count++;
        }
        at += width == 0 ? 1 : width;
    }
    return count == 0 ? answer : buffer.at;
}

static enum err build_step(struct work *work, const struct step_row *row,
                           const struct grade_row *grades, size_t grade_count,
                           struct result_step *out)
{
    const struct grade_row *grade = last_grade(grades, grade_count, row->id);
    struct item item;

    TRY(bank_version(work, row->item_id, row->version_number, &item));
    bool is_free = item_is_free(&item);

    *out = (struct result_step){
        .id = row->id,
        .step_number = row->step_number,
        .prompt = item.prompt,
        .kind = item.kind,
        .answer = answer_in_words(work, &item, row->answer),
        .follow_up = row->follow_up,
        .follow_up_answer = row->follow_up_answer,
        .is_counted = row->is_counted,
        .points = row->points,
        .points_max = row->points_max,
        .sure = (double)NAN,
        .by = is_free ? "scorer" : "rule",
        .right_answer = is_free ? NULL : right_answer(work, &item),
        .solution = is_free ? NULL : item.solution,
    };
    if (is_free && grade != NULL) {
        criteria_by_person(work, &item, grade, out);
        return OK;
    }
    return is_free ? read_verdict(work, row, out) : OK;
}

/* What the model server found in an answer, or why it was not heard. */
static enum err add_model(struct work *work, const struct model_grade_row *models, size_t count,
                          struct result_step *step)
{
    for (size_t i = 0; i < count; i++) {
        const struct model_grade_row *model = &models[i];
        struct verdict_view *verdict = arena_new_of(work->arena, struct verdict_view);
        struct json *tree;

        if (strcmp(model->step_id, step->id) != 0) {
            continue;
        }
        step->model_note = strcmp(model->model_state, "waiting") == 0
                               ? "it has not answered yet; the result does not wait for it"
                               : model->note;
        if (model->verdict != NULL) {
            TRY(json_parse(work->arena, text_of(model->verdict), &tree, &work->fault));
            TRY(json_decode(work->arena, tree, &verdict_view_shape, verdict, &work->fault));
            step->model_criteria = verdict->criteria;
        }
    }
    return OK;
}

static enum err build_steps(struct work *work, const char *id, struct result_view *view)
{
    struct step_row *rows;
    struct grade_row *grades;
    struct model_grade_row *models;
    size_t count;
    size_t grade_count;
    size_t model_count;

    TRY(interview_steps(work, id, &rows, &count));
    TRY(grades_of(
        work,
        &(struct grades_of_args){.interview_id = id, .organisation_id = work->organisation_id},
        &grades, &grade_count));
    TRY(model_grades_of(work,
                        &(struct model_grades_of_args){.interview_id = id,
                                                       .organisation_id = work->organisation_id},
                        &models, &model_count));
    struct result_step *steps = arena_array(work->arena, struct result_step, count);

    for (size_t i = 0; i < count; i++) {
        if (rows[i].answered_at != INT_ABSENT) {
            struct result_step *step = &steps[view->steps.count++];

            TRY(build_step(work, &rows[i], grades, grade_count, step));
            TRY(add_model(work, models, model_count, step));
        }
    }
    view->steps.at = steps;
    return OK;
}

/* ------------------------------------------------------------------ the whole */

static enum err add_around(struct work *work, const char *id, struct result_view *view)
{
    struct interview_appeal_row *appeal = arena_new_of(work->arena, struct interview_appeal_row);
    struct integrity_row *notes;
    enum err err = appeal_of(
        work,
        &(struct appeal_of_args){.interview_id = id, .organisation_id = work->organisation_id},
        appeal);

    if (err != OK && err != ERR_NOT_FOUND) {
        return err;
    }
    view->appeals = (struct list){appeal, err == OK ? 1 : 0};
    TRY(notes_of(
        work, &(struct notes_of_args){.interview_id = id, .organisation_id = work->organisation_id},
        &notes, &view->notes.count));
    view->notes.at = notes;
    return OK;
}

enum err result_build(struct work *work, const struct interview_row *interview,
                      struct result_view *out)
{
    struct dimension *dimensions = arena_array(work->arena, struct dimension, DIMENSIONS);
    struct result_view view = {
        .interview_id = interview->id,
        .application_id = interview->application_id,
        .state = interview->interview_state,
        .outcome = interview->outcome,
        .domain = interview->domain,
        .difficulty = interview->difficulty,
        .is_practice = interview->is_practice,
        .cut = interview_scale(interview_cut(interview->difficulty)),
        .scored_by = interview->scored_by,
        .scored_with = interview->scorer,
        .stop_reason = interview->stop_reason,
        .ended_at = interview->ended_at,
    };

    if (strcmp(interview->interview_state, "done") != 0) {
        return work_fail(work, ERR_CONFLICT, "there is no result: the interview is %s",
                         interview->interview_state);
    }
    bool by_person = interview->scored_by != NULL && strcmp(interview->scored_by, "person") == 0;
    enum interview_outcome outcome = interview_outcome_named(interview->outcome);

    view.advice = interview->is_practice
                      ? "This was practice: it counts for nothing, and nobody else sees it."
                      : interview_advice(outcome, interview->deviation, by_person);
    dimensions[0] = expertise(interview);
    TRY(clarity(work, interview, &dimensions[1]));
    TRY(reliability(work, interview, &dimensions[2]));
    view.dimensions = (struct list){dimensions, interview->is_practice ? 1 : DIMENSIONS};
    TRY(build_steps(work, interview->id, &view));
    TRY(add_around(work, interview->id, &view));
    view.can_appeal = !interview->is_practice && outcome == OUTCOME_BELOW &&
                      view.appeals.count == 0 &&
                      strcmp(interview->person_id, work->who->person_id) == 0;
    *out = view;
    return OK;
}
