#include <string.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/gold/gold.h"
#include "slice/gold/gold_http.h"
#include "slice/gold/gold_sql.h"
#include "slice/slice.h"
#include "slice/task/task.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

/* ------------------------------------------------------------------ gold */

struct gold_item {
    const char *task_id;
    const char *external_id;
    const char *answer;
    const char *clause_code;
    const char *message;
};
static const struct gold_item gold_item_defaults = {.message = ""};
static const struct field gold_item_fields[] = {
    TEXT(gold_item, task_id, .optional = true, .max = 40, .doc = "The task, or"),
    TEXT(gold_item, external_id, .optional = true, .max = 200,
         .doc = "the client's own identifier of it"),
    JSON(gold_item, answer, .min = 2, .max = 200000, .doc = "The known answer"),
    TEXT(gold_item, clause_code, .min = 1, .max = 40, .doc = "The clause that settles it"),
    TEXT(gold_item, message, .optional = true, .max = 4000, .doc = "Why it is the answer"),
};
static const struct shape gold_item_shape = SHAPE(
    gold_item, gold_item_fields, "A task whose answer is known", .defaults = &gold_item_defaults);

struct gold_body {
    struct list items;
};
static const struct field gold_body_fields[] = {
    LIST(gold_body, items, .of = &gold_item_shape, .min = 1, .max = 500,
         .doc = "All are added, or none"),
};
static const struct shape gold_body_shape = SHAPE(gold_body, gold_body_fields, "New gold");

static enum err find_task(struct work *work, const char *campaign_id, const char *task_id,
                          const char *external_id, const char **out)
{
    struct gold_task_by_external_row row;

    *out = task_id;
    if (task_id != NULL) {
        return OK;
    }
    if (external_id == NULL) {
        return work_fail_field(work, ERR_INVALID, "task_id",
                               "name the task by task_id or external_id");
    }
    enum err err = gold_task_by_external(
        work,
        &(struct gold_task_by_external_args){.campaign_id = campaign_id,
                                             .organisation_id = work->organisation_id,
                                             .external_id = external_id},
        &row);

    if (err == ERR_NOT_FOUND) {
        return work_fail_field(work, ERR_INVALID, "external_id",
                               "the campaign has no task with the identifier \"%.60s\"",
                               external_id);
    }
    TRY(err);
    *out = row.id;
    return OK;
}

static enum err serve_add(struct call *call)
{
    const struct gold_body *body = call->body;
    const struct gold_item *items = body->items.at;

    for (size_t i = 0; i < body->items.count; i++) {
        struct gold_draft draft = {.campaign_id = call->ids[0],
                                   .answer = items[i].answer,
                                   .clause_code = items[i].clause_code,
                                   .message = items[i].message};
        const char *id = NULL;

        TRY(find_task(call->work, call->ids[0], items[i].task_id, items[i].external_id,
                      &draft.task_id));
        TRY(gold_add(call->work, &draft, &id));
    }
    call->reply = &done;
    return OK;
}

static const struct field gold_fields[] = {
    TEXT(gold_row, id, .doc = "Identifier, `gld_` and 26 characters"),
    TEXT(gold_row, task_id, .doc = "The task"),
    TEXT(gold_row, external_id, .optional = true, .doc = "The client's own identifier of it"),
    JSON(gold_row, payload, .doc = "What the task shows"),
    JSON(gold_row, answer, .doc = "The known answer"),
    TEXT(gold_row, clause_code, .doc = "The clause that settles it"),
    TEXT(gold_row, message, .doc = "Why it is the answer"),
    TIME(gold_row, added_at, .doc = "Since when; answers from then on are held against it"),
    TEXT(gold_row, state, .doc = "Whether it is in use", .choices = "active|resting|retired"),
    TEXT(gold_row, reason, .optional = true, .doc = "Why it stands so"),
    INT(gold_row, served, .doc = "How often it was handed out"),
    INT(gold_row, answered, .doc = "Experts who answered it since it is gold"),
    INT(gold_row, missed, .doc = "Those of all experts who said something else"),
};
static const struct shape gold_shape = SHAPE(gold_row, gold_fields, "A task whose answer is known");

struct gold_list {
    struct list items;
    const char *next;
    double rate;
    int64_t reveal_s;
};
static const struct field gold_list_fields[] = {
    LIST(gold_list, items, .of = &gold_shape, .doc = "Oldest first"),
    TEXT(gold_list, next, .optional = true, .doc = "Cursor of the next page; none: the end"),
    REAL(gold_list, rate, .doc = "Share of claims that get one"),
    INT(gold_list, reveal_s, .doc = "Seconds until an expert is told of a missed one"),
};
static const struct shape gold_list_shape = SHAPE(gold_list, gold_list_fields, "A page of gold");

static enum err serve_list(struct call *call)
{
    const struct page_query *query = call->query;
    struct work *work = call->work;
    struct gold_list *list = arena_new_of(work->arena, struct gold_list);
    struct campaign_row campaign;
    struct gold_row *rows;
    size_t count;

    TRY(campaign_find(work, call->ids[0], &campaign));
    TRY(gold_page(work,
                  &(struct gold_page_args){.campaign_id = call->ids[0],
                                           .organisation_id = work->organisation_id,
                                           .id = page_after(query->after, ""),
                                           .row_max = query->limit},
                  &rows, &count));
    *list = (struct gold_list){.items = {.at = rows, .count = count},
                               .next = count == (size_t)query->limit ? rows[count - 1].id : NULL,
                               .rate = campaign.gold_rate,
                               .reveal_s = campaign.gold_reveal_s};
    call->reply = list;
    return OK;
}

struct gold_state_body {
    const char *state;
    const char *reason;
};
static const struct field gold_state_fields[] = {
    TEXT(gold_state_body, state, .choices = "active|resting|retired",
         .doc = "resting: counts, but is not handed out; retired: counts no more, for good"),
    TEXT(gold_state_body, reason, .min = 3, .max = 500, .doc = "Why"),
};
static const struct shape gold_state_shape =
    SHAPE(gold_state_body, gold_state_fields, "Whether gold is in use");

static enum err serve_state(struct call *call)
{
    const struct gold_state_body *body = call->body;

    TRY(gold_set_state(call->work, call->ids[0], call->ids[1], body->state, body->reason));
    call->reply = &done;
    return OK;
}

struct gold_policy {
    double rate;
    int64_t reveal_s;
};
static const struct gold_policy gold_policy_defaults = {.reveal_s = 86400};
static const struct field gold_policy_fields[] = {
    REAL(gold_policy, rate, .min = 0, .max = 0.5, .doc = "Share of claims that get a gold task"),
    INT(gold_policy, reveal_s, .optional = true, .min = 0, .max = 2592000,
        .doc = "Seconds until an expert is told of a missed one"),
};
static const struct shape gold_policy_shape = SHAPE(
    gold_policy, gold_policy_fields, "How gold is mixed in", .defaults = &gold_policy_defaults);

static enum err serve_policy(struct call *call)
{
    const struct gold_policy *body = call->body;
    struct work *work = call->work;

    TRY(campaign_set_gold(work,
                          &(struct campaign_set_gold_args){.id = call->ids[0],
                                                           .organisation_id = work->organisation_id,
                                                           .gold_rate = body->rate,
                                                           .gold_reveal_s = body->reveal_s}));
    TRY(audit(work, "gold.policy", call->ids[0], "{}"));
    call->reply = &done;
    return OK;
}

/* ------------------------------------------------------------------ plants */

struct plant_body {
    const char *task_id;
    const char *external_id;
    const char *answer;
    const char *expected;
    const char *clause_code;
    const char *message;
};
static const struct plant_body plant_body_defaults = {.expected = "fault", .message = ""};
static const struct field plant_body_fields[] = {
    TEXT(plant_body, task_id, .optional = true, .max = 40, .doc = "The task, or"),
    TEXT(plant_body, external_id, .optional = true, .max = 200,
         .doc = "the client's own identifier of it"),
    JSON(plant_body, answer, .min = 2, .max = 200000, .doc = "The answer that is planted"),
    TEXT(plant_body, expected, .optional = true, .choices = "pass|fault",
         .doc = "What a good reviewer makes of it"),
    TEXT(plant_body, clause_code, .optional = true, .max = 40, .doc = "The clause that it breaks"),
    TEXT(plant_body, message, .optional = true, .max = 4000, .doc = "What is wrong with it"),
};
static const struct shape plant_body_shape =
    SHAPE(plant_body, plant_body_fields, "A submission with a known fault, or with none",
          .defaults = &plant_body_defaults);

static enum err serve_plant(struct call *call)
{
    const struct plant_body *body = call->body;
    struct made *made = arena_new_of(call->work->arena, struct made);
    struct plant_draft draft = {.campaign_id = call->ids[0],
                                .answer = body->answer,
                                .expected = body->expected,
                                .clause_code = body->clause_code,
                                .message = body->message};

    TRY(find_task(call->work, call->ids[0], body->task_id, body->external_id, &draft.task_id));
    TRY(plant_add(call->work, &draft, &made->id));
    call->reply = made;
    return OK;
}

static const struct field plant_fields[] = {
    TEXT(plant_row, submission_id, .doc = "The planted submission"),
    TEXT(plant_row, task_id, .doc = "Its task"),
    TEXT(plant_row, external_id, .optional = true, .doc = "The client's own identifier of it"),
    JSON(plant_row, answer, .doc = "The answer that was planted"),
    TEXT(plant_row, expected, .doc = "What a good reviewer makes of it", .choices = "pass|fault"),
    TEXT(plant_row, clause_code, .optional = true, .doc = "The clause that it breaks"),
    TEXT(plant_row, message, .doc = "What is wrong with it"),
    TIME(plant_row, planted_at, .doc = "When it was planted"),
    TEXT(plant_row, verdict, .optional = true, .choices = "accept|fix|return|reject",
         .doc = "What the reviewer made of it; none: not judged yet"),
    TEXT(plant_row, review_clause_code, .optional = true, .doc = "The clause that was named"),
    TIME(plant_row, decided_at, .optional = true, .doc = "When it was judged"),
    TEXT(plant_row, pseudonym, .optional = true, .doc = "The reviewer"),
};
static const struct shape plant_shape = SHAPE(plant_row, plant_fields, "A planted submission");

static const struct field plant_list_fields[] = PAGE_FIELDS(plant_shape, "Newest first");
static const struct shape plant_list_shape =
    PAGE_SHAPE(plant_list, plant_list_fields, "A page of planted submissions");

static enum err serve_plants(struct call *call)
{
    const struct page_query *query = call->query;
    struct work *work = call->work;
    struct plant_row *rows;
    size_t count;

    TRY(plant_page(work,
                   &(struct plant_page_args){.campaign_id = call->ids[0],
                                             .organisation_id = work->organisation_id,
                                             .submission_id = page_after(query->after, "~"),
                                             .row_max = query->limit},
                   &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, submission_id));
}

#define KEEPERS (ROLE_OPERATOR | ROLE_CLIENT | ROLE_AUDITOR)

static const struct route routes[] = {
    {GET, "/v1/campaigns/{campaign_id}/golds", serve_list, KEEPERS, 200, .owner = campaign_owner,
     .query = &page_query_shape, .reply = &gold_list_shape,
     .summary = "List the tasks whose answer is known", .command = "gold list"},
    {POST, "/v1/campaigns/{campaign_id}/golds", serve_add, ROLE_OPERATOR | ROLE_CLIENT, 201,
     ROUTE_WRITES, .owner = campaign_owner, .body_max = 8 << 20, .body = &gold_body_shape,
     .reply = &nothing_shape, .summary = "Say what the answers of some tasks are",
     .command = "gold add"},
    {POST, "/v1/campaigns/{campaign_id}/golds/{gold_id}/state", serve_state, ROLE_OPERATOR, 200,
     ROUTE_WRITES, .owner = campaign_owner, .body = &gold_state_shape, .reply = &nothing_shape,
     .summary = "Use gold, let it rest or retire it", .command = "gold state"},
    {PUT, "/v1/campaigns/{campaign_id}/gold-policy", serve_policy, ROLE_OPERATOR, 200, ROUTE_WRITES,
     .owner = campaign_owner, .body = &gold_policy_shape, .reply = &nothing_shape,
     .summary = "Set how often gold is mixed in", .command = "gold policy"},
    {GET, "/v1/checks", gold_serve_checks, ROLE_EXPERT, 200, .reply = &gold_check_list_shape,
     .summary = "Show how the own answers fared against known ones", .command = "check list"},
    {POST, "/v1/submissions/{submission_id}/gold-challenges", gold_serve_challenge, ROLE_EXPERT,
     201, ROUTE_WRITES, .owner = submission_owner, .body = &gold_challenge_body_shape,
     .reply = &made_shape, .summary = "Say that a check of an own answer is wrong",
     .command = "check challenge"},
    {GET, "/v1/campaigns/{campaign_id}/gold-challenges", gold_serve_challenges,
     ROLE_OPERATOR | ROLE_REVIEWER, 200, .owner = campaign_owner,
     .reply = &gold_challenge_list_shape, .summary = "List the challenges of gold",
     .command = "gold challenges"},
    {POST, "/v1/gold-challenges/{challenge_id}/decision", gold_serve_settle,
     ROLE_OPERATOR | ROLE_REVIEWER, 200, ROUTE_WRITES, .owner = gold_challenge_owner,
     .body = &gold_settle_body_shape, .reply = &nothing_shape,
     .summary = "Decide a challenge of gold", .command = "gold settle"},
    {GET, "/v1/campaigns/{campaign_id}/plants", serve_plants, ROLE_OPERATOR | ROLE_AUDITOR, 200,
     .owner = campaign_owner, .query = &page_query_shape, .reply = &plant_list_shape,
     .summary = "List planted submissions and what reviewers made of them",
     .command = "plant list"},
    {POST, "/v1/campaigns/{campaign_id}/plants", serve_plant, ROLE_OPERATOR, 201, ROUTE_WRITES,
     .owner = campaign_owner, .body = &plant_body_shape, .reply = &made_shape,
     .summary = "Plant a submission with a known fault before the reviewers",
     .command = "plant add"},
};

const struct slice gold_slice = {.name = "gold", .routes = routes, .route_count = COUNT(routes)};
