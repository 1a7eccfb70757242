#include <math.h>

#include "base/arena.h"
#include "base/json.h"
#include "engine/item/item.h"
#include "http/route.h"
#include "slice/bank/bank.h"
#include "slice/bank/bank_inside.h"
#include "slice/bank/bank_sql.h"
#include "store/work.h"

/* What is known of an item: its parameters with their errors, how it was answered, how often. */

static const double SCALE_MIDDLE = 50;
static const double SCALE_STEP = 10;

struct step_view {
    double intercept;
    double error;
    double half_at;
};
static const struct field step_fields[] = {
    REAL(step_view, intercept, .doc = "Of the graded response model"),
    REAL(step_view, error, .optional = true, .doc = "Its standard error, where it was fitted"),
    REAL(step_view, half_at, .doc = "Expertise, on the scale of 50 ± 10, at which half reach it"),
};
static const struct shape step_shape =
    SHAPE(step_view, step_fields, "From little to part of the points, and from part to most");

struct parameter_view {
    const char *basis;
    double slope;
    double slope_error;
    struct list steps;
    int64_t response_count;
    int64_t computed_at;
    int64_t interview_count;
    int64_t little_count;
    int64_t part_count;
    int64_t most_count;
};
static const struct field parameter_fields[] = {
    TEXT(parameter_view, basis, .choices = "fitted|held|expected",
         .doc = "fitted: interviews use it; held: the answers do not hold it yet, so that what is "
                "expected by the level is used; expected: nothing was fitted to this wording"),
    REAL(parameter_view, slope, .doc = "How sharply it parts"),
    REAL(parameter_view, slope_error, .optional = true, .doc = "Its standard error"),
    LIST(parameter_view, steps, .of = &step_shape, .doc = "One less than there are categories"),
    INT(parameter_view, response_count, .doc = "Answers that it was fitted to"),
    TIME(parameter_view, computed_at, .optional = true, .doc = "When it was fitted"),
    INT(parameter_view, interview_count, .doc = "Interviews of the field, which could ask it"),
    INT(parameter_view, little_count, .doc = "Answers to this wording with little of the points"),
    INT(parameter_view, part_count, .doc = "With part of them"),
    INT(parameter_view, most_count, .doc = "With nearly all of them"),
};
const struct shape bank_parameter_shape =
    SHAPE(parameter_view, parameter_fields, "What is known of an item's current wording");

static void put_steps(struct parameter_view *view, struct step_view *steps,
                      const struct irt_item *model)
{
    view->slope = model->slope;
    view->steps = (struct list){.at = steps, .count = model->category_count - 1};
    for (uint32_t k = 0; k + 1 < model->category_count; k++) {
        steps[k] = (struct step_view){.intercept = model->intercept[k],
                                      .error = (double)NAN,
                                      .half_at = SCALE_MIDDLE -
                                                 SCALE_STEP * model->intercept[k] / model->slope};
    }
}

/* The errors are a list: of the slope, then of each step. */
static enum err put_errors(struct work *work, struct parameter_view *view, struct step_view *steps,
                           const char *errors)
{
    struct json *list;
    size_t at = 0;

    TRY(json_parse(work->arena, text_of(errors), &list, &work->fault));
    for (const struct json *one = list->first; one != NULL && at <= view->steps.count;
         one = one->next, at++) {
        *(at == 0 ? &view->slope_error : &steps[at - 1].error) = one->real;
    }
    return OK;
}

static enum err put_fitted(struct work *work, const struct item_parameter_find_row *row,
                           struct irt_item *model, struct parameter_view *view)
{
    struct json *list;
    uint32_t at = 0;

    TRY(json_parse(work->arena, text_of(row->steps), &list, &work->fault));
    model->slope = row->slope;
    for (const struct json *one = list->first; one != NULL && at + 1 < model->category_count;
         one = one->next) {
        model->intercept[at++] = one->real;
    }
    view->basis = row->is_used > 0 ? "fitted" : "held";
    view->response_count = row->response_count;
    view->computed_at = row->computed_at;
    return OK;
}

enum err bank_serve_parameters(struct call *call)
{
    struct work *work = call->work;
    struct parameter_view *view = arena_new_of(work->arena, struct parameter_view);
    struct step_view *steps = arena_array(work->arena, struct step_view, IRT_STEP_MAX);
    struct item_parameter_find_row fitted;
    struct item_answers_row answers;
    struct item_row row;
    struct item item;

    TRY(item_by_id(
        work,
        &(struct item_by_id_args){.id = call->ids[0], .organisation_id = work->organisation_id},
        &row));
    TRY(item_read(work->arena, text_of(row.body), &item, &work->fault));
    struct irt_item model = item_prior(&item);

    *view = (struct parameter_view){
        .basis = "expected", .slope_error = (double)NAN, .computed_at = INT_ABSENT};
    enum err err =
        item_parameter_find(work,
                            &(struct item_parameter_find_args){
                                .item_id = call->ids[0], .organisation_id = work->organisation_id},
                            &fitted);

    if (err == OK) {
        TRY(put_fitted(work, &fitted, &model, view));
    } else if (err != ERR_NOT_FOUND) {
        return err;
    }
    put_steps(view, steps, &model);
    if (err == OK) {
        TRY(put_errors(work, view, steps, fitted.errors));
    }
    TRY(item_answers(work,
                     &(struct item_answers_args){.item_id = call->ids[0],
                                                 .organisation_id = work->organisation_id},
                     &answers));
    view->interview_count = answers.interview_count;
    view->little_count = answers.little_count;
    view->part_count = answers.part_count;
    view->most_count = answers.most_count;
    call->reply = view;
    return OK;
}
