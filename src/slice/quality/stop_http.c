/* Redundancy that stops, over HTTP: the rule, what it saved, and what it decided. */

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/quality/quality_http.h"
#include "slice/quality/quality_sql.h"
#include "slice/quality/stop_rule.h"
#include "slice/type/type.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

/* ------------------------------------------------------------------ the rule */

struct stop_body {
    double target_certainty;
    int64_t label_min;
    int64_t label_max;
};
static const struct stop_body stop_defaults = {
    .target_certainty = 0.95, .label_min = 2, .label_max = INT_ABSENT};
static const struct field stop_body_fields[] = {
    REAL(stop_body, target_certainty, .optional = true, .min = 0, .max = 1,
         .doc = "Ask for no more answers when a task's own is this probable; above .5, below 1"),
    INT(stop_body, label_min, .optional = true, .min = 1, .max = 25,
        .doc = "Answers that every task gets"),
    INT(stop_body, label_max, .optional = true, .min = 1, .max = 25,
        .doc = "Answers at most, sure or not; none: the campaign's redundancy"),
};
const struct shape stop_body_shape = SHAPE(
    stop_body, stop_body_fields, "When a task has answers enough", .defaults = &stop_defaults);

static bool has_classes(const struct task_type *type)
{
    for (size_t i = 0; i < type->label_count; i++) {
        if (type->labels[i].class_count >= 2) {
            return true;
        }
    }
    return false;
}

enum err quality_serve_stop_set(struct call *call)
{
    const struct stop_body *body = call->body;
    struct work *work = call->work;
    struct campaign_row campaign;
    const struct task_type *type;
    const char *field = NULL;

    TRY(campaign_find(work, call->ids[0], &campaign));
    TRY(campaign_type(work, &campaign, &type));
    struct stop_rule rule = {
        .target = body->target_certainty,
        .minimum = body->label_min,
        .maximum = body->label_max == INT_ABSENT ? campaign.redundancy : body->label_max,
    };
    const char *fault = stop_rule_fault(&rule, &field);

    if (fault != NULL) {
        return work_fail_field(work, ERR_INVALID, field, "%s", fault);
    }
    if (!has_classes(type)) {
        return work_fail_field(work, ERR_INVALID, "target_certainty",
                               "the answers of %s have no classes that could become certain",
                               type->name);
    }
    TRY(campaign_set_stop(work,
                          &(struct campaign_set_stop_args){.id = campaign.id,
                                                           .organisation_id = work->organisation_id,
                                                           .target_certainty = rule.target,
                                                           .label_min = rule.minimum,
                                                           .label_max = rule.maximum}));
    TRY(audit(work, "campaign.stop_rule", campaign.id,
              arena_print(work->arena, "{\"label_min\":%lld,\"label_max\":%lld}",
                          (long long)rule.minimum, (long long)rule.maximum)));
    campaign_measure(work, campaign.id);
    call->reply = &done;
    return OK;
}

enum err quality_serve_stop_clear(struct call *call)
{
    struct work *work = call->work;

    TRY(campaign_set_stop(work,
                          &(struct campaign_set_stop_args){.id = call->ids[0],
                                                           .organisation_id = work->organisation_id,
                                                           .target_certainty = (double)NAN,
                                                           .label_min = INT_ABSENT,
                                                           .label_max = INT_ABSENT}));
    TRY(audit(work, "campaign.stop_rule", call->ids[0], "{}"));
    campaign_measure(work, call->ids[0]);
    call->reply = &done;
    return OK;
}

/* ------------------------------------------------------------------ what it came to */

static const struct field count_fields[] = {
    TEXT(demand_count, reason, .doc = "Why tasks want what they want",
         .choices = "minimum|unsure|sure|cap|plain"),
    INT(demand_count, task_count, .doc = "Tasks"),
    INT(demand_count, wanted, .doc = "Answers that they want"),
    INT(demand_count, wanted_plain, .doc = "Answers that they would get without the rule"),
};
static const struct shape count_shape =
    SHAPE(demand_count, count_fields, "Tasks for which the rule decided alike");

static const struct field saving_fields[] = {
    REAL(saving, target_certainty, .optional = true, .doc = "None: the rule is off"),
    INT(saving, label_min, .optional = true, .doc = "Answers that every task gets"),
    INT(saving, label_max, .optional = true, .doc = "Answers at most"),
    INT(saving, task_count, .doc = "Tasks that were settled: sure, or at the cap"),
    INT(saving, saved_count, .doc = "Answers fewer on these than without the rule"),
    INT(saving, saved_minor, .doc = "What these would have cost, in minor units"),
    TEXT(saving, currency, .doc = "ISO 4217 code"),
    LIST(saving, counts, .of = &count_shape, .doc = "By reason"),
};
const struct shape saving_shape = SHAPE(saving, saving_fields, "What stopping early has saved");

enum err quality_saving(struct work *work, const char *campaign_id, struct saving *out)
{
    struct campaign_row campaign;
    struct demand_count *counts;
    struct saving saving = {0};

    TRY(campaign_find(work, campaign_id, &campaign));
    TRY(demand_summary(work,
                       &(struct demand_summary_args){.campaign_id = campaign_id,
                                                     .organisation_id = work->organisation_id},
                       &counts, &saving.counts.count));
    for (size_t i = 0; i < saving.counts.count; i++) {
        if (strcmp(counts[i].reason, "sure") == 0 || strcmp(counts[i].reason, "cap") == 0) {
            saving.task_count += counts[i].task_count;
            saving.saved_count += counts[i].wanted_plain - counts[i].wanted;
        }
    }
    saving.counts.at = counts;
    saving.saved_minor = saving.saved_count * campaign.price_minor;
    saving.currency = campaign.currency;
    saving.target_certainty = campaign.target_certainty;
    saving.label_min = campaign.label_min;
    saving.label_max = campaign.label_max;
    *out = saving;
    return OK;
}

enum err quality_serve_saving(struct call *call)
{
    struct saving *saving = arena_new_of(call->work->arena, struct saving);

    TRY(quality_saving(call->work, call->ids[0], saving));
    call->reply = saving;
    return OK;
}

static const struct field demand_fields[] = {
    TEXT(demand_row, task_id, .doc = "The task"),
    TEXT(demand_row, reason, .doc = "Why it wants so many answers",
         .choices = "minimum|unsure|sure|cap|plain"),
    REAL(demand_row, certainty, .doc = "Probability of its answer when that was decided"),
    INT(demand_row, wanted, .doc = "Answers wanted"),
    INT(demand_row, wanted_plain, .doc = "Answers that it would get without the rule"),
};
static const struct shape demand_shape = SHAPE(demand_row, demand_fields, "What a task wants");

static const struct field demand_list_fields[] = PAGE_FIELDS(demand_shape, "By task");
const struct shape demand_list_shape =
    PAGE_SHAPE(demand_list, demand_list_fields, "Tasks for which the rule decided alike");

struct demand_query {
    const char *reason;
    const char *after;
    int64_t limit;
};
static const struct demand_query demand_query_defaults = {.reason = "sure", .limit = PAGE_DEFAULT};
static const struct field demand_query_fields[] = {
    TEXT(demand_query, reason, .optional = true, .choices = "minimum|unsure|sure|cap|plain",
         .doc = "Which tasks"),
    TEXT(demand_query, after, .optional = true, .max = 200,
         .doc = "Cursor: `next` of the page before"),
    INT(demand_query, limit, .optional = true, .min = 1, .max = PAGE_MAX, .doc = "Rows at most"),
};
const struct shape demand_query_shape =
    SHAPE(demand_query, demand_query_fields, "Which tasks", .defaults = &demand_query_defaults);

enum err quality_serve_demands(struct call *call)
{
    const struct demand_query *query = call->query;
    struct work *work = call->work;
    struct demand_row *rows;
    size_t count;

    TRY(demand_page(work,
                    &(struct demand_page_args){.campaign_id = call->ids[0],
                                               .organisation_id = work->organisation_id,
                                               .reason = query->reason,
                                               .task_id = page_after(query->after, ""),
                                               .row_max = query->limit},
                    &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, task_id));
}

static const struct field event_fields[] = {
    TEXT(demand_event_row, id, .doc = "Identifier, `dem_` and 26 characters"),
    INT(demand_event_row, wanted_before, .doc = "Answers wanted until then"),
    INT(demand_event_row, wanted, .doc = "and from then on"),
    INT(demand_event_row, given, .doc = "Answers that stood"),
    REAL(demand_event_row, certainty, .doc = "Probability of the task's answer by these"),
    TEXT(demand_event_row, reason, .doc = "Why", .choices = "minimum|unsure|sure|cap|plain"),
    TEXT(demand_event_row, engine, .doc = "What inferred the certainty"),
    TEXT(demand_event_row, engine_version, .doc = "Its version"),
    TIME(demand_event_row, happened_at, .doc = "When"),
};
static const struct shape event_shape =
    SHAPE(demand_event_row, event_fields, "A change of what a task wants");

struct event_list {
    struct list items;
};
static const struct field event_list_fields[] = {
    LIST(event_list, items, .of = &event_shape, .doc = "Oldest first"),
};
const struct shape demand_event_list_shape =
    SHAPE(event_list, event_list_fields, "How a task's demand came to be");

enum err quality_serve_demand_events(struct call *call)
{
    struct work *work = call->work;
    struct event_list *list = arena_new_of(work->arena, struct event_list);
    struct demand_event_row *rows;
    size_t count;

    TRY(demand_events_of_task(
        work,
        &(struct demand_events_of_task_args){.task_id = call->ids[0],
                                             .organisation_id = work->organisation_id},
        &rows, &count));
    list->items = (struct list){.at = rows, .count = count};
    call->reply = list;
    return OK;
}
