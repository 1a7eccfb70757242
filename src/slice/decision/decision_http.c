#include <string.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/decision/decision.h"
#include "slice/decision/decision_rule.h"
#include "slice/decision/decision_sql.h"
#include "slice/slice.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

struct quality_decision_body {
    const char *engagement_id;
    const char *action;
    const char *clause_code;
    const char *reason_code;
    const char *message;
    struct texts submissions;
};
static const struct field quality_decision_body_fields[] = {
    TEXT(quality_decision_body, engagement_id, .min = 1, .max = 40, .doc = "Whom it is about"),
    TEXT(quality_decision_body, action, .choices = "pause|reject|offboard",
         .doc = "reject: the answers below; pause, offboard: the engagement"),
    TEXT(quality_decision_body, clause_code, .min = 1, .max = 40,
         .doc = "The clause that was not met"),
    TEXT(quality_decision_body, reason_code, .choices = DECISION_REASONS, .doc = "Why"),
    TEXT(quality_decision_body, message, .min = 10, .max = 4000,
         .doc = "In words; the person reads it"),
    TEXTS(quality_decision_body, submissions, .min = 1, .max = 100,
          .doc = "The answers on which it rests; the person sees them"),
};
static const struct shape quality_decision_body_shape =
    SHAPE(quality_decision_body, quality_decision_body_fields, "A decision about somebody's work");

static enum err serve_make(struct call *call)
{
    const struct quality_decision_body *body = call->body;
    struct made *made = arena_new_of(call->work->arena, struct made);

    TRY(decision_make(call->work,
                      &(struct decision_draft){.campaign_id = call->ids[0],
                                               .engagement_id = body->engagement_id,
                                               .action = body->action,
                                               .clause_code = body->clause_code,
                                               .reason_code = body->reason_code,
                                               .message = body->message,
                                               .submissions = body->submissions.at,
                                               .submission_count = body->submissions.count},
                      &made->id));
    call->reply = made;
    return OK;
}

static const struct field evidence_fields[] = {
    TEXT(evidence_row, submission_id, .doc = "The answer"),
    TEXT(evidence_row, task_id, .doc = "Its task"),
    JSON(evidence_row, answer, .doc = "What was answered"),
    TIME(evidence_row, submitted_at, .doc = "When"),
    TEXT(evidence_row, state_before, .doc = "Where it stood when it was decided"),
    TEXT(evidence_row, state, .doc = "Where it stands"),
};
static const struct shape evidence_shape =
    SHAPE(evidence_row, evidence_fields, "An answer that a decision rests on");

struct decision_view {
    const char *id;
    const char *campaign_id;
    const char *campaign_name;
    const char *engagement_id;
    const char *pseudonym;
    const char *action;
    const char *clause_code;
    const char *reason_code;
    const char *message;
    const char *state;
    const char *decider;
    int64_t decided_at;
    const char *appeal;
    int64_t appealed_at;
    int64_t due_at;
    const char *settler;
    int64_t settled_at;
    const char *settlement;
    bool can_appeal;
    bool can_settle;
    struct list evidence;
};
static const struct field decision_fields[] = {
    TEXT(decision_view, id, .doc = "Identifier, `dec_` and 26 characters"),
    TEXT(decision_view, campaign_id, .doc = "The campaign"),
    TEXT(decision_view, campaign_name, .doc = "Its name"),
    TEXT(decision_view, engagement_id, .doc = "The engagement that it is about"),
    TEXT(decision_view, pseudonym, .doc = "The person whom it is about"),
    TEXT(decision_view, action, .doc = "What was decided", .choices = "pause|reject|offboard"),
    TEXT(decision_view, clause_code, .doc = "The clause that was not met"),
    TEXT(decision_view, reason_code, .doc = "Why"),
    TEXT(decision_view, message, .doc = "In words"),
    TEXT(decision_view, state, .doc = "Where it stands",
         .choices = "standing|appealed|upheld|overturned"),
    TEXT(decision_view, decider, .doc = "Who decided"),
    TIME(decision_view, decided_at, .doc = "When"),
    TEXT(decision_view, appeal, .optional = true, .doc = "What the person says"),
    TIME(decision_view, appealed_at, .optional = true, .doc = "When"),
    TIME(decision_view, due_at, .optional = true,
         .doc = "When the appeal will be decided at the latest"),
    TEXT(decision_view, settler, .optional = true, .doc = "Who decided the appeal"),
    TIME(decision_view, settled_at, .optional = true, .doc = "When"),
    TEXT(decision_view, settlement, .optional = true, .doc = "Why it was decided so"),
    BOOL(decision_view, can_appeal, .doc = "True: the asker may appeal"),
    BOOL(decision_view, can_settle, .doc = "True: the asker may decide the appeal"),
    LIST(decision_view, evidence, .of = &evidence_shape, .doc = "The answers that it rests on"),
};
static const struct shape decision_shape =
    SHAPE(decision_view, decision_fields, "A decision about somebody's work");

static const struct field decision_list_fields[] = PAGE_FIELDS(decision_shape, "Newest first");
static const struct shape decision_list_shape =
    PAGE_SHAPE(decision_list, decision_list_fields, "Decisions");

static enum err view_of(struct work *work, const struct decision_row *row,
                        const char *organisation_id, struct decision_view *out)
{
    const char *me = work->who->person_id;
    const char *before = work->organisation_id;
    struct evidence_row *evidence;

    *out = (struct decision_view){
        .id = row->id,
        .campaign_id = row->campaign_id,
        .campaign_name = row->campaign_name,
        .engagement_id = row->engagement_id,
        .pseudonym = row->pseudonym,
        .action = row->action,
        .clause_code = row->clause_code,
        .reason_code = row->reason_code,
        .message = row->message,
        .state = row->state,
        .decider = row->decider,
        .decided_at = row->decided_at,
        .appeal = row->appeal,
        .appealed_at = row->appealed_at,
        .due_at = row->due_at,
        .settler = row->settler,
        .settled_at = row->settled_at,
        .settlement = row->settlement,
        .can_appeal = strcmp(row->person_id, me) == 0 &&
                      decision_appeal_refusal(row->state, row->decided_at, work->now_us) == NULL,
        .can_settle =
            (work->who->roles & ROLE_OPERATOR) != 0 &&
            decision_settle_refusal(row->state, row->decided_by, row->person_id, me) == NULL,
    };
    work->organisation_id = organisation_id;
    enum err err =
        decision_evidence_of(work,
                             &(struct decision_evidence_of_args){
                                 .decision_id = row->id, .organisation_id = organisation_id},
                             &evidence, &out->evidence.count);

    work->organisation_id = before;
    out->evidence.at = evidence;
    return err;
}

static enum err serve_list(struct call *call)
{
    const struct page_query *query = call->query;
    struct work *work = call->work;
    struct decision_row *rows;
    size_t count;

    TRY(decision_page(work,
                      &(struct decision_page_args){.campaign_id = call->ids[0],
                                                   .organisation_id = work->organisation_id,
                                                   .id = page_after(query->after, "~"),
                                                   .row_max = query->limit},
                      &rows, &count));
    struct decision_view *views = arena_array(work->arena, struct decision_view, count);

    for (size_t i = 0; i < count; i++) {
        TRY(view_of(work, &rows[i], work->organisation_id, &views[i]));
    }
    return page_reply(call, views, count, query->limit, PAGE_LAST(rows, count, id));
}

static enum err serve_own(struct call *call)
{
    struct work *work = call->work;
    struct decision_row *rows;
    size_t count;

    TRY(decision_own(work, &(struct decision_own_args){.person_id = work->who->person_id}, &rows,
                     &count));
    struct decision_view *views = arena_array(work->arena, struct decision_view, count);

    for (size_t i = 0; i < count; i++) {
        struct decision_owner_find_row owner;

        TRY(decision_owner_find(work, &(struct decision_owner_find_args){.id = rows[i].id},
                                &owner));
        TRY(view_of(work, &rows[i], owner.organisation_id, &views[i]));
    }
    return page_reply(call, views, count, (int64_t)count + 1, NULL);
}

/* The person whom it is about, or an office with a grant. */
static enum err decision_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct decision_owner_find_row row;
    enum err err = decision_owner_find(work, &(struct decision_owner_find_args){.id = id}, &row);

    if (err == OK && strcmp(row.person_id, work->who->person_id) != 0) {
        err = account_may_reach(work, row.organisation_id);
    }
    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no decision %.40s, or none you may see", id);
    }
    TRY(err);
    *organisation_id = row.organisation_id;
    return OK;
}

struct words_body {
    const char *message;
};
static const struct field words_fields[] = {
    TEXT(words_body, message, .min = 10, .max = 4000, .doc = "Why the decision is wrong"),
};
static const struct shape words_shape = SHAPE(words_body, words_fields, "An appeal");

static enum err serve_appeal(struct call *call)
{
    const struct words_body *body = call->body;

    TRY(decision_appeal(call->work, call->ids[0], body->message));
    call->reply = &done;
    return OK;
}

struct settlement_body {
    const char *verdict;
    const char *message;
};
static const struct field settlement_fields[] = {
    TEXT(settlement_body, verdict, .choices = "uphold|overturn",
         .doc = "overturn: the decision is undone"),
    TEXT(settlement_body, message, .min = 3, .max = 4000, .doc = "Why, for the person"),
};
static const struct shape settlement_shape =
    SHAPE(settlement_body, settlement_fields, "What becomes of an appeal");

static enum err serve_settle(struct call *call)
{
    const struct settlement_body *body = call->body;

    TRY(decision_settle(call->work, call->ids[0], strcmp(body->verdict, "overturn") == 0,
                        body->message));
    call->reply = &done;
    return OK;
}

static const struct route routes[] = {
    {POST, "/v1/campaigns/{campaign_id}/decisions", serve_make, ROLE_OPERATOR, 201, ROUTE_WRITES,
     .owner = campaign_owner, .body = &quality_decision_body_shape, .reply = &made_shape,
     .summary = "Pause, reject or offboard for quality, with evidence", .command = "decision make"},
    {GET, "/v1/campaigns/{campaign_id}/decisions", serve_list, ROLE_OPERATOR | ROLE_AUDITOR, 200,
     .owner = campaign_owner, .query = &page_query_shape, .reply = &decision_list_shape,
     .summary = "List the decisions about a campaign's people", .command = "decision list"},
    {GET, "/v1/decisions", serve_own, ROLE_EXPERT | ROLE_REVIEWER, 200,
     .reply = &decision_list_shape, .summary = "Show the decisions about oneself",
     .command = "decision own"},
    {POST, "/v1/decisions/{decision_id}/appeal", serve_appeal, ROLE_EXPERT | ROLE_REVIEWER, 200,
     ROUTE_WRITES, .owner = decision_owner, .body = &words_shape, .reply = &nothing_shape,
     .summary = "Appeal against a decision about oneself", .command = "decision appeal"},
    {POST, "/v1/decisions/{decision_id}/settlement", serve_settle, ROLE_OPERATOR, 200, ROUTE_WRITES,
     .owner = decision_owner, .body = &settlement_shape, .reply = &nothing_shape,
     .summary = "Decide an appeal against a decision of somebody else",
     .command = "decision settle"},
};

const struct slice decision_slice = {
    .name = "decision", .routes = routes, .route_count = COUNT(routes)};
