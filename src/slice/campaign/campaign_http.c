#include <string.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_rule.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/campaign/guideline.h"
#include "slice/slice.h"
#include "slice/type/type.h"
#include "store/work.h"

static const struct field campaign_fields[] = {
    TEXT(campaign_row, id, .doc = "Identifier, `cmp_` and 26 characters"),
    TEXT(campaign_row, organisation_id, .doc = "The client"),
    TEXT(campaign_row, organisation_name, .doc = "The client's name"),
    TEXT(campaign_row, name, .doc = "Name, unique for the client"),
    TEXT(campaign_row, domain, .doc = "Field of expertise, as law or medicine"),
    TEXT(campaign_row, task_type, .doc = "Name of the task type"),
    JSON(campaign_row, parameters, .doc = "Parameters of the task type"),
    TEXT(campaign_row, state, .doc = "Where it stands", .choices = "draft|open|paused|closed"),
    INT(campaign_row, redundancy, .doc = "Answers wanted for each task"),
    INT(campaign_row, review_layers, .doc = "1: every answer is reviewed"),
    INT(campaign_row, price_minor, .doc = "Pay for an accepted answer, in minor units"),
    TEXT(campaign_row, currency, .doc = "ISO 4217 code"),
    INT(campaign_row, budget_minor, .optional = true, .doc = "Spend at most, in minor units"),
    TIME(campaign_row, deadline_at, .optional = true, .doc = "When it must be done"),
    INT(campaign_row, lease_s, .doc = "Seconds that a claim lasts without a heartbeat"),
    TEXT(campaign_row, guideline_id, .optional = true, .doc = "The guideline in force"),
    INT(campaign_row, version_number, .doc = "Grows with every edit; for If-Match"),
    INT(campaign_row, is_sample, .doc = "1: made for show"),
    TIME(campaign_row, created_at, .doc = "Since when it is here"),
    REAL(campaign_row, target_certainty, .optional = true,
         .doc =
             "A task takes no more answers when its own is this probable; none: all take as many"),
    INT(campaign_row, label_min, .optional = true, .doc = "Answers before that is asked"),
    INT(campaign_row, label_max, .optional = true, .doc = "Answers at most, sure or not"),
    REAL(campaign_row, gold_rate, .doc = "Share of claims that get a task whose answer is known"),
    INT(campaign_row, gold_reveal_s, .doc = "Seconds until an expert is told of a missed one"),
};
static const struct shape campaign_shape = SHAPE(campaign_row, campaign_fields, "A campaign");

static const struct field campaign_list_fields[] = PAGE_FIELDS(campaign_shape, "Oldest first");
static const struct shape campaign_list_shape =
    PAGE_SHAPE(campaign_list, campaign_list_fields, "A page of campaigns");

struct campaign_body {
    const char *organisation_id;
    const char *name;
    const char *domain;
    const char *task_type;
    const char *parameters;
    const char *guideline;
    int64_t redundancy;
    int64_t review_layers;
    int64_t price_minor;
    const char *currency;
    int64_t budget_minor;
    int64_t deadline_at;
    int64_t lease_s;
    bool is_sample;
};
static const struct campaign_body campaign_body_defaults = {.domain = "general",
                                                            .parameters = "{}",
                                                            .redundancy = 3,
                                                            .review_layers = 1,
                                                            .currency = "USD",
                                                            .budget_minor = INT_ABSENT,
                                                            .deadline_at = INT_ABSENT,
                                                            .lease_s = 1800};
static const struct field campaign_body_fields[] = {
    TEXT(campaign_body, organisation_id, .doc = "The client", .min = 1, .max = 40),
    TEXT(campaign_body, name, .doc = "Name, unique for the client", .min = 1, .max = 120),
    TEXT(campaign_body, domain, .optional = true, .doc = "Field of expertise", .min = 1, .max = 60),
    TEXT(campaign_body, task_type, .doc = "Name of a task type", .min = 1, .max = 60),
    JSON(campaign_body, parameters, .optional = true, .doc = "Parameters of the task type",
         .min = 2, .max = 20000),
    TEXT(campaign_body, guideline, .optional = true, .min = 1, .max = 200000,
         .doc = "Guideline in Markdown; each heading is a clause"),
    INT(campaign_body, redundancy, .optional = true, .min = 1, .max = 25,
        .doc = "Answers wanted for each task"),
    INT(campaign_body, review_layers, .optional = true, .min = 0, .max = 1,
        .doc = "1: every answer is reviewed"),
    INT(campaign_body, price_minor, .min = 0, .max = 100000000,
        .doc = "Pay for an accepted answer, in minor units"),
    TEXT(campaign_body, currency, .optional = true, .min = 3, .max = 3, .doc = "ISO 4217 code"),
    INT(campaign_body, budget_minor, .optional = true, .min = 0, .max = 1e15,
        .doc = "Spend at most, in minor units"),
    TIME(campaign_body, deadline_at, .optional = true, .doc = "When it must be done"),
    INT(campaign_body, lease_s, .optional = true, .min = 60, .max = 86400,
        .doc = "Seconds that a claim lasts without a heartbeat"),
    BOOL(campaign_body, is_sample, .optional = true, .doc = "Made for show"),
};
static const struct shape campaign_body_shape = SHAPE(
    campaign_body, campaign_body_fields, "A new campaign", .defaults = &campaign_body_defaults);

static enum err serve_add(struct call *call)
{
    const struct campaign_body *body = call->body;
    struct made *made = arena_new_of(call->work->arena, struct made);

    TRY(account_may_reach(call->work, body->organisation_id));
    TRY(campaign_add(call->work,
                     &(struct campaign_draft){
                         .organisation_id = body->organisation_id,
                         .name = body->name,
                         .domain = body->domain,
                         .task_type = body->task_type,
                         .parameters = body->parameters,
                         .guideline = body->guideline,
                         .redundancy = body->redundancy,
                         .review_layers = body->review_layers,
                         .price_minor = body->price_minor,
                         .currency = body->currency,
                         .budget_minor = body->budget_minor,
                         .deadline_at = body->deadline_at,
                         .lease_s = body->lease_s,
                         .is_sample = body->is_sample,
                     },
                     &made->id));
    call->reply = made;
    return OK;
}

static enum err serve_list(struct call *call)
{
    const struct page_query *query = call->query;
    struct work *work = call->work;
    const char *after = page_after(query->after, "");
    struct campaign_row *rows;
    size_t count;

    if (strcmp(work->who->organisation_kind, "client") == 0) {
        TRY(campaign_page(
            work,
            &(struct campaign_page_args){.organisation_id = work->who->organisation_id,
                                         .id = after,
                                         .row_max = query->limit},
            &rows, &count));
    } else {
        TRY(campaign_page_granted(
            work,
            &(struct campaign_page_granted_args){
                .person_id = work->who->person_id, .id = after, .row_max = query->limit},
            &rows, &count));
    }
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

static enum err answer_with(struct call *call, const char *id)
{
    struct campaign_row *row = arena_new_of(call->work->arena, struct campaign_row);

    TRY(campaign_find(call->work, id, row));
    call->version = arena_print(call->work->arena, "%lld", (long long)row->version_number);
    call->reply = row;
    return OK;
}

static enum err serve_show(struct call *call)
{
    return answer_with(call, call->ids[0]);
}

struct campaign_edit {
    const char *name;
    const char *domain;
    int64_t redundancy;
    int64_t review_layers;
    int64_t price_minor;
    int64_t budget_minor;
    int64_t deadline_at;
    int64_t lease_s;
};
static const struct field campaign_edit_fields[] = {
    TEXT(campaign_edit, name, .optional = true, .min = 1, .max = 120, .doc = "Name"),
    TEXT(campaign_edit, domain, .optional = true, .min = 1, .max = 60, .doc = "Field of expertise"),
    INT(campaign_edit, redundancy, .optional = true, .min = 1, .max = 25,
        .doc = "Answers wanted for tasks that are imported from now on"),
    INT(campaign_edit, review_layers, .optional = true, .min = 0, .max = 1,
        .doc = "1: answers given from now on are reviewed"),
    INT(campaign_edit, price_minor, .optional = true, .min = 0, .max = 100000000,
        .doc = "Pay for those who join from now on; nobody's price changes behind their back"),
    INT(campaign_edit, budget_minor, .optional = true, .min = 0, .max = 1e15, .doc = "Budget"),
    TIME(campaign_edit, deadline_at, .optional = true, .doc = "Deadline"),
    INT(campaign_edit, lease_s, .optional = true, .min = 60, .max = 86400, .doc = "Lease"),
};
static const struct shape campaign_edit_shape =
    SHAPE(campaign_edit, campaign_edit_fields, "What shall change; the rest stays");

static int64_t chosen(int64_t edit, int64_t old)
{
    return edit == INT_ABSENT ? old : edit;
}

static enum err serve_edit(struct call *call)
{
    const struct campaign_edit *edit = call->body;
    struct work *work = call->work;
    struct campaign_row row;
    int64_t affected;

    TRY(campaign_find(work, call->ids[0], &row));
    const char *version = arena_print(work->arena, "%lld", (long long)row.version_number);

    if (call->if_match != NULL && strcmp(call->if_match, version) != 0) {
        return work_fail(work, ERR_CONFLICT,
                         "somebody else changed the campaign meanwhile; reload and try again");
    }
    TRY(campaign_update(work,
                        &(struct campaign_update_args){
                            .id = row.id,
                            .organisation_id = work->organisation_id,
                            .name = edit->name == NULL ? row.name : edit->name,
                            .domain = edit->domain == NULL ? row.domain : edit->domain,
                            .redundancy = chosen(edit->redundancy, row.redundancy),
                            .review_layers = chosen(edit->review_layers, row.review_layers),
                            .price_minor = chosen(edit->price_minor, row.price_minor),
                            .budget_minor = chosen(edit->budget_minor, row.budget_minor),
                            .deadline_at = chosen(edit->deadline_at, row.deadline_at),
                            .lease_s = chosen(edit->lease_s, row.lease_s),
                            .version_number = row.version_number,
                        },
                        &affected));
    TRY(audit(work, "campaign.edit", row.id, "{}"));
    campaign_measure(work, row.id); /* the domain names a stratum */
    return answer_with(call, row.id);
}

struct state_body {
    const char *state;
};
static const struct field state_fields[] = {
    TEXT(state_body, state, .doc = "Where it shall stand", .choices = "open|paused|closed"),
};
static const struct shape state_shape = SHAPE(state_body, state_fields, "A change of state");

static enum err serve_state(struct call *call)
{
    const struct state_body *body = call->body;

    TRY(campaign_change_state(call->work, call->ids[0], body->state));
    return answer_with(call, call->ids[0]);
}

/* ------------------------------------------------------------------ task types */

struct type_view {
    const char *name;
    const char *title;
    const char *summary;
    const char *definition;
};
static const struct field type_fields[] = {
    TEXT(type_view, name, .doc = "Name of the type"),
    TEXT(type_view, title, .doc = "Title"),
    TEXT(type_view, summary, .doc = "What it asks"),
    JSON(type_view, definition, .doc = "Schemas of payload and answer, labels, layout"),
};
static const struct shape type_shape = SHAPE(type_view, type_fields, "A task type");

struct type_list {
    struct list items;
};
static const struct field type_list_fields[] = {
    LIST(type_list, items, .of = &type_shape, .doc = "By name"),
};
static const struct shape type_list_shape = SHAPE(type_list, type_list_fields, "Task types");

static struct type_view view_of(const struct task_type *type)
{
    return (struct type_view){.name = type->name,
                              .title = type->title,
                              .summary = type->summary,
                              .definition = type->text};
}

static enum err serve_types(struct call *call)
{
    struct work *work = call->work;
    struct type_list *list = arena_new_of(work->arena, struct type_list);
    struct type_view *views = arena_array(work->arena, struct type_view, type_count());

    for (size_t i = 0; i < type_count(); i++) {
        const struct task_type *type;

        TRY(type_load(work->arena, type_name(i), NULL, &type, &work->fault));
        views[i] = view_of(type);
    }
    list->items = (struct list){.at = views, .count = type_count()};
    call->reply = list;
    return OK;
}

static enum err serve_type(struct call *call)
{
    struct type_view *view = arena_new_of(call->work->arena, struct type_view);
    struct campaign_row campaign;
    const struct task_type *type;

    TRY(campaign_find(call->work, call->ids[0], &campaign));
    TRY(campaign_type(call->work, &campaign, &type));
    *view = view_of(type);
    call->reply = view;
    return OK;
}

#define OFFICES (ROLE_OPERATOR | ROLE_CLIENT | ROLE_FINANCE | ROLE_AUDITOR)
#define TEAM    (OFFICES | ROLE_EXPERT | ROLE_REVIEWER)

static const struct route routes[] = {
    {GET, "/v1/task-types", serve_types, ROLE_ANY, 200, .reply = &type_list_shape,
     .summary = "List the task types", .command = "type list"},
    {GET, "/v1/campaigns", serve_list, OFFICES, 200, .query = &page_query_shape,
     .reply = &campaign_list_shape, .summary = "List campaigns", .command = "campaign list"},
    {POST, "/v1/campaigns", serve_add, ROLE_OPERATOR, 201, ROUTE_WRITES,
     .body = &campaign_body_shape, .reply = &made_shape, .summary = "Add a campaign",
     .command = "campaign add"},
    {GET, "/v1/campaigns/{campaign_id}", serve_show, OFFICES, 200, .owner = campaign_owner,
     .reply = &campaign_shape, .summary = "Show a campaign", .command = "campaign show"},
    {PATCH, "/v1/campaigns/{campaign_id}", serve_edit, ROLE_OPERATOR, 200, ROUTE_WRITES,
     .owner = campaign_owner, .body = &campaign_edit_shape, .reply = &campaign_shape,
     .summary = "Change a campaign", .command = "campaign edit"},
    {POST, "/v1/campaigns/{campaign_id}/state", serve_state, ROLE_OPERATOR, 200, ROUTE_WRITES,
     .owner = campaign_owner, .body = &state_shape, .reply = &campaign_shape,
     .summary = "Open, pause or close a campaign", .command = "campaign state"},
    {GET, "/v1/campaigns/{campaign_id}/type", serve_type, TEAM, 200, .owner = campaign_owner,
     .reply = &type_shape, .summary = "Show a campaign's task type, parameters filled in",
     .command = "campaign type"},
    {GET, "/v1/campaigns/{campaign_id}/guidelines", guideline_serves, TEAM, 200,
     .owner = campaign_owner, .reply = &guideline_list_shape,
     .summary = "List the versions of the guideline", .command = "guideline list"},
    {GET, "/v1/campaigns/{campaign_id}/guideline", guideline_serve, TEAM, 200,
     .owner = campaign_owner, .reply = &guideline_view_shape,
     .summary = "Show the guideline in force with its clauses", .command = "guideline show"},
    {POST, "/v1/campaigns/{campaign_id}/guidelines", guideline_serve_add, ROLE_OPERATOR, 201,
     ROUTE_WRITES, .owner = campaign_owner, .body = &guideline_body_shape, .body_max = 1 << 20,
     .reply = &guideline_view_shape, .summary = "Put a new version of the guideline into force",
     .command = "guideline add"},
};

const struct slice campaign_slice = {
    .name = "campaign", .routes = routes, .route_count = COUNT(routes)};
