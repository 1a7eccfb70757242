/* What a campaign's quality was measured to be, part by part, each open to its rows. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "num/interval.h"
#include "slice/account/account.h"
#include "slice/quality/quality_http.h"
#include "slice/quality/quality_label.h"
#include "slice/quality/quality_sql.h"
#include "store/work.h"

static const double LEVEL = 0.95;

/* ------------------------------------------------------------------ confusion */

struct cell_view {
    const char *label;
    const char *value;
    const char *said;
    int64_t vote_count;
    int64_t value_count;
    double share;
    double low;
    double high;
};
static const struct field cell_fields[] = {
    TEXT(cell_view, label, .doc = "Which label of the task type"),
    TEXT(cell_view, value, .doc = "The inferred answer"),
    TEXT(cell_view, said, .doc = "What was said"),
    INT(cell_view, vote_count, .doc = "How often"),
    INT(cell_view, value_count, .doc = "Of so many answers to tasks with this inferred answer"),
    REAL(cell_view, share, .doc = "Their share"),
    REAL(cell_view, low, .doc = "95 % interval (Wilson), from"),
    REAL(cell_view, high, .doc = "to"),
};
static const struct shape cell_shape =
    SHAPE(cell_view, cell_fields, "How often one is said for another");

struct cell_list {
    struct list items;
};
static const struct field cell_list_fields[] = {
    LIST(cell_list, items, .of = &cell_shape, .doc = "By label, inferred answer, said"),
};
const struct shape confusion_list_shape = SHAPE(cell_list, cell_list_fields, "Confusion by class");

struct confusion_query {
    const char *rater_id;
};
static const struct confusion_query confusion_defaults = {.rater_id = ""};
static const struct field confusion_query_fields[] = {
    TEXT(confusion_query, rater_id, .optional = true, .max = 40,
         .doc = "Whose answers; none: all experts'"),
};
const struct shape confusion_query_shape =
    SHAPE(confusion_query, confusion_query_fields, "Whose", .defaults = &confusion_defaults);

enum err quality_serve_confusion(struct call *call)
{
    const struct confusion_query *query = call->query;
    struct work *work = call->work;
    struct cell_list *list = arena_new_of(work->arena, struct cell_list);
    struct confusion_row *rows;
    size_t count;

    TRY(confusion_page(work,
                       &(struct confusion_page_args){.campaign_id = call->ids[0],
                                                     .organisation_id = work->organisation_id,
                                                     .rater_id = query->rater_id},
                       &rows, &count));
    struct cell_view *views = arena_array(work->arena, struct cell_view, count);

    for (size_t i = 0; i < count; i++) {
        struct interval interval =
            interval_wilson((double)rows[i].vote_count, (double)rows[i].value_count, LEVEL);

        views[i] = (struct cell_view){
            .label = rows[i].label,
            .value = rows[i].value,
            .said = rows[i].said,
            .vote_count = rows[i].vote_count,
            .value_count = rows[i].value_count,
            .share = (double)rows[i].vote_count / (double)rows[i].value_count,
            .low = interval.low,
            .high = interval.high,
        };
    }
    list->items = (struct list){.at = views, .count = count};
    call->reply = list;
    return OK;
}

/* ------------------------------------------------------------------ the rows behind */

static const struct field answer_fields[] = {
    TEXT(answer_row, task_id, .doc = "The task"),
    TEXT(answer_row, external_id, .optional = true, .doc = "The client's own identifier of it"),
    TEXT(answer_row, rater_id, .doc = "Who or what said it"),
    TEXT(answer_row, rater_name, .optional = true, .doc = "Pseudonym or model"),
    TEXT(answer_row, rater_kind, .optional = true, .doc = "What it is",
         .choices = "expert|model|outside"),
    TEXT(answer_row, said, .doc = "What was said"),
    TEXT(answer_row, final, .doc = "As it stands, mended or not"),
    TEXT(answer_row, other_said, .optional = true, .doc = "What the other one said"),
    TEXT(answer_row, value, .optional = true,
         .doc = "The inferred answer of the task; none: no expert has answered it"),
    REAL(answer_row, probability, .optional = true, .doc = "How probable that is"),
    TEXT(answer_row, stratum, .optional = true, .doc = "Domain of the task"),
    TEXT(answer_row, submission_id, .optional = true, .doc = "The submission; none: a judgement"),
};
static const struct shape answer_shape = SHAPE(answer_row, answer_fields, "What somebody said");

static const struct field answer_list_fields[] = PAGE_FIELDS(answer_shape, "By task and rater");
const struct shape answer_list_shape =
    PAGE_SHAPE(answer_list, answer_list_fields, "The answers behind a number");

struct answers_query {
    const char *label;
    const char *value;
    const char *said;
    const char *rater_id;
    const char *other_id;
    const char *stratum;
    const char *after;
    int64_t limit;
};
static const struct answers_query answers_query_defaults = {.limit = PAGE_DEFAULT};
static const struct field answers_query_fields[] = {
    TEXT(answers_query, label, .doc = "Which label of the task type", .min = 1, .max = 60),
    TEXT(answers_query, value, .optional = true, .max = 400, .doc = "Inferred answer of the task"),
    TEXT(answers_query, said, .optional = true, .max = 400, .doc = "What was said"),
    TEXT(answers_query, rater_id, .optional = true, .max = 40, .doc = "Who said it"),
    TEXT(answers_query, other_id, .optional = true, .max = 40,
         .doc = "Only tasks that this one has answered too"),
    TEXT(answers_query, stratum, .optional = true, .max = 200, .doc = "Domain of the task"),
    TEXT(answers_query, after, .optional = true, .max = 200,
         .doc = "Cursor: `next` of the page before"),
    INT(answers_query, limit, .optional = true, .min = 1, .max = PAGE_MAX, .doc = "Rows at most"),
};
const struct shape answers_query_shape = SHAPE(answers_query, answers_query_fields, "Which answers",
                                               .defaults = &answers_query_defaults);

/* A cursor is two identifiers with a colon between. */
static void split_cursor(struct arena *arena, const char *after, const char **left,
                         const char **right)
{
    const char *colon = after == NULL ? NULL : strchr(after, ':');

    *left = colon == NULL ? "" : arena_copy(arena, after, (size_t)(colon - after));
    *right = colon == NULL ? "" : colon + 1;
}

enum err quality_serve_answers(struct call *call)
{
    const struct answers_query *query = call->query;
    struct work *work = call->work;
    struct answer_page_args args = {.campaign_id = call->ids[0],
                                    .organisation_id = work->organisation_id,
                                    .label = query->label,
                                    .any_value = query->value == NULL,
                                    .value = query->value,
                                    .any_said = query->said == NULL,
                                    .said = query->said,
                                    .any_rater = query->rater_id == NULL,
                                    .rater_id = query->rater_id,
                                    .any_other = query->other_id == NULL,
                                    .other_id = query->other_id,
                                    .any_domain = query->stratum == NULL,
                                    .stratum = query->stratum,
                                    .row_max = query->limit};
    struct answer_row *rows;
    size_t count;

    split_cursor(work->arena, query->after, &args.task_id, &args.rater_after);
    TRY(answer_page(work, &args, &rows, &count));
    return page_reply(call, rows, count, query->limit,
                      count == 0 ? NULL
                                 : arena_print(work->arena, "%s:%s", rows[count - 1].task_id,
                                               rows[count - 1].rater_id));
}

static const struct field check_fields[] = {
    TEXT(check_row, submission_id, .doc = "The answer"),
    TEXT(check_row, task_id, .doc = "The task"),
    TEXT(check_row, external_id, .optional = true, .doc = "The client's own identifier of it"),
    JSON(check_row, answer, .doc = "What was answered"),
    JSON(check_row, known, .doc = "The known answer"),
    TEXT(check_row, clause_code, .doc = "The clause that settles it"),
    TIME(check_row, submitted_at, .doc = "When it was answered"),
};
static const struct shape check_shape =
    SHAPE(check_row, check_fields, "An answer to a task whose answer is known");

static const struct field met_list_fields[] = PAGE_FIELDS(check_shape, "Newest first");
const struct shape met_list_shape =
    PAGE_SHAPE(met_list, met_list_fields, "The answers behind how often known ones were met");

struct checks_query {
    const char *engagement_id;
    const char *after;
    int64_t limit;
};
static const struct checks_query checks_query_defaults = {.limit = PAGE_DEFAULT};
static const struct field checks_query_fields[] = {
    TEXT(checks_query, engagement_id, .min = 1, .max = 40, .doc = "Whose answers"),
    TEXT(checks_query, after, .optional = true, .max = 200,
         .doc = "Cursor: `next` of the page before"),
    INT(checks_query, limit, .optional = true, .min = 1, .max = PAGE_MAX, .doc = "Rows at most"),
};
const struct shape checks_query_shape = SHAPE(checks_query, checks_query_fields, "Whose checks",
                                              .defaults = &checks_query_defaults);

enum err quality_serve_checks(struct call *call)
{
    const struct checks_query *query = call->query;
    struct check_row *rows;
    size_t count;

    TRY(check_page(call->work,
                   &(struct check_page_args){.campaign_id = call->ids[0],
                                             .organisation_id = call->work->organisation_id,
                                             .engagement_id = query->engagement_id,
                                             .id = page_after(query->after, "~"),
                                             .row_max = query->limit},
                   &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, submission_id));
}

/* ------------------------------------------------------------------ hard tasks */

enum err quality_serve_hard(struct call *call)
{
    const struct truth_query *query = call->query;
    struct work *work = call->work;
    const char *probability;
    const char *task_id;
    struct truth_row *rows;
    size_t count;

    split_cursor(work->arena, query->after, &probability, &task_id);
    TRY(truth_hardest(work,
                      &(struct truth_hardest_args){
                          .campaign_id = call->ids[0],
                          .organisation_id = work->organisation_id,
                          .label = query->label,
                          .probability = *probability == '\0' ? -1 : strtod(probability, NULL),
                          .task_id = task_id,
                          .row_max = query->limit},
                      &rows, &count));
    return page_reply(call, rows, count, query->limit,
                      count == 0 ? NULL
                                 : arena_print(work->arena, "%.17g:%s", rows[count - 1].probability,
                                               rows[count - 1].task_id));
}

/* ------------------------------------------------------------------ biases */

static const struct field bias_fields[] = {
    TEXT(bias_row, label, .doc = "Which label of the task type"),
    TEXT(bias_row, kind, .doc = "Towards the first place, towards the longer, the own word kept",
         .choices = "position|length|consistency"),
    TEXT(bias_row, rater_id, .doc = "An expert, or empty: all experts"),
    TEXT(bias_row, rater_name, .doc = "Pseudonym"),
    INT(bias_row, vote_count, .doc = "Answers that could show it"),
    REAL(bias_row, estimate, .optional = true,
         .doc = "Share; for length: log-odds for the first side per doubling of its length"),
    REAL(bias_row, low, .optional = true, .doc = "95 % interval, from"),
    REAL(bias_row, high, .optional = true, .doc = "to"),
    REAL(bias_row, p, .optional = true, .doc = "Two-sided, that there is none"),
};
static const struct shape bias_shape = SHAPE(bias_row, bias_fields, "A habit");

struct bias_list {
    struct list items;
};
static const struct field bias_list_fields[] = {
    LIST(bias_list, items, .of = &bias_shape, .doc = "By label, kind, expert"),
};
const struct shape bias_list_shape = SHAPE(bias_list, bias_list_fields, "Habits of experts");

enum err quality_serve_biases(struct call *call)
{
    struct work *work = call->work;
    struct bias_list *list = arena_new_of(work->arena, struct bias_list);
    struct bias_row *rows;
    size_t count;

    TRY(bias_page(work,
                  &(struct bias_page_args){.campaign_id = call->ids[0],
                                           .organisation_id = work->organisation_id},
                  &rows, &count));
    list->items = (struct list){.at = rows, .count = count};
    call->reply = list;
    return OK;
}

/* ------------------------------------------------------------------ what next */

static const struct field step_fields[] = {
    TEXT(forecast_row, label, .doc = "Which label of the task type"),
    INT(forecast_row, step, .doc = "Counts from 0: now"),
    INT(forecast_row, vote_count, .doc = "Judgements more than now"),
    INT(forecast_row, spend_minor, .doc = "What they cost, in minor units"),
    REAL(forecast_row, accuracy, .doc = "Expected share of right inferred answers then"),
    REAL(forecast_row, low, .doc = "95 % interval, from"),
    REAL(forecast_row, high, .doc = "to"),
};
static const struct shape step_shape = SHAPE(forecast_row, step_fields, "What more would bring");

struct advice {
    const char *label;
    bool stop;
    double gain;
    int64_t vote_count;
    int64_t spend_minor;
};
static const struct field advice_fields[] = {
    TEXT(advice, label, .doc = "Which label of the task type"),
    BOOL(advice, stop, .doc = "True: all that was planned brings less than half a point"),
    REAL(advice, gain, .doc = "Expected gain in the share of right answers"),
    INT(advice, vote_count, .doc = "by so many judgements, after which the gain is small"),
    INT(advice, spend_minor, .doc = "which cost so much, in minor units"),
};
static const struct shape advice_shape = SHAPE(advice, advice_fields, "Whether to go on");

struct forecast_view {
    struct list steps;
    struct list advice;
};
static const struct field forecast_fields[] = {
    LIST(forecast_view, steps, .of = &step_shape, .doc = "By label"),
    LIST(forecast_view, advice, .of = &advice_shape, .doc = "By label"),
};
const struct shape forecast_view_shape =
    SHAPE(forecast_view, forecast_fields, "Accuracy against further spend");

/* Stop where a step brings less than a tenth of a point per hundred judgements; if what is gained
 * until there is less than half a point in all, stop now. */
static struct advice advise(const struct forecast_row *steps, size_t count)
{
    static const double STEP_MIN = 0.001 / 100;
    static const double GAIN_MIN = 0.005;
    size_t last = 0;

    for (size_t i = 1; i < count; i++) {
        double gain = steps[i].accuracy - steps[last].accuracy;

        if (gain >= STEP_MIN * (double)(steps[i].vote_count - steps[last].vote_count)) {
            last = i;
        }
    }
    double gain = steps[last].accuracy - steps[0].accuracy;

    return (struct advice){.label = steps[0].label,
                           .stop = gain < GAIN_MIN,
                           .gain = gain,
                           .vote_count = steps[last].vote_count,
                           .spend_minor = steps[last].spend_minor};
}

enum err quality_serve_forecast(struct call *call)
{
    struct work *work = call->work;
    struct forecast_view *view = arena_new_of(work->arena, struct forecast_view);
    struct forecast_row *rows;
    size_t count;

    TRY(forecast_page(work,
                      &(struct forecast_page_args){.campaign_id = call->ids[0],
                                                   .organisation_id = work->organisation_id},
                      &rows, &count));
    struct advice *advice = arena_array(work->arena, struct advice, count);

    for (size_t first = 0; first < count;) {
        size_t end = first;

        while (end < count && strcmp(rows[end].label, rows[first].label) == 0) {
            end++;
        }
        advice[view->advice.count++] = advise(rows + first, end - first);
        first = end;
    }
    view->advice.at = advice;
    view->steps = (struct list){.at = rows, .count = count};
    call->reply = view;
    return OK;
}

static const struct field routing_fields[] = {
    TEXT(routing_row, label, .doc = "Which label of the task type"),
    INT(routing_row, position, .doc = "Counts from 1: ask for this first"),
    TEXT(routing_row, task_id, .doc = "The task"),
    TEXT(routing_row, rater_id, .doc = "The expert who would tell most for the money"),
    TEXT(routing_row, rater_name, .doc = "Pseudonym"),
    REAL(routing_row, gain, .doc = "Expected information about the answer, in nats"),
    INT(routing_row, cost_minor, .doc = "What it costs, in minor units"),
    REAL(routing_row, probability, .doc = "Of the task's inferred answer as it is now"),
};
static const struct shape routing_shape =
    SHAPE(routing_row, routing_fields, "A judgement to ask for");

struct routing_list {
    struct list items;
};
static const struct field routing_list_fields[] = {
    LIST(routing_list, items, .of = &routing_shape, .doc = "Most telling first"),
};
const struct shape routing_list_shape =
    SHAPE(routing_list, routing_list_fields, "What the next hundred judgements should be");

enum err quality_serve_routing(struct call *call)
{
    struct work *work = call->work;
    struct routing_list *list = arena_new_of(work->arena, struct routing_list);
    struct routing_row *rows;
    size_t count;

    TRY(routing_page(work,
                     &(struct routing_page_args){.campaign_id = call->ids[0],
                                                 .organisation_id = work->organisation_id},
                     &rows, &count));
    list->items = (struct list){.at = rows, .count = count};
    call->reply = list;
    return OK;
}
