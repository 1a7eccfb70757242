#include "slice/task/work_http.h"

#include <string.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_rule.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/task/task.h"
#include "slice/task/task_count.h"
#include "slice/task/task_sql.h"
#include "slice/type/type.h"
#include "slice/wall/wall.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

/* ------------------------------------------------------------------ what is open, and why not */

struct work_view {
    const char *campaign_id;
    const char *name;
    const char *domain;
    const char *task_type;
    bool open;
    const char *why_closed;
    int64_t walled_until;
    int64_t price_minor;
    const char *currency;
    int64_t deadline_at;
    const char *lease_id;
    bool is_sample;
};
static const struct field work_fields[] = {
    TEXT(work_view, campaign_id, .optional = true,
         .doc = "The campaign, where the person is on its team"),
    TEXT(work_view, name, .doc = "Its name; its field alone to whoever is not on its team"),
    TEXT(work_view, domain, .doc = "Field of expertise"),
    TEXT(work_view, task_type, .doc = "Name of the task type"),
    BOOL(work_view, open, .doc = "True: a task can be claimed"),
    TEXT(work_view, why_closed, .optional = true, .doc = "Why it is not open to this person"),
    TIME(work_view, walled_until, .optional = true, .doc = "When the wall ends"),
    INT(work_view, price_minor, .doc = "Pay for an accepted answer, in minor units"),
    TEXT(work_view, currency, .doc = "ISO 4217 code"),
    TIME(work_view, deadline_at, .optional = true, .doc = "When it must be done"),
    TEXT(work_view, lease_id, .optional = true, .doc = "The task that the person holds there"),
    BOOL(work_view, is_sample, .doc = "True: made for show"),
};
static const struct shape work_shape =
    SHAPE(work_view, work_fields, "A campaign as an expert sees it");

struct work_list {
    struct list items;
};
static const struct field work_list_fields[] = {
    LIST(work_list, items, .of = &work_shape, .doc = "Every campaign that takes work"),
};
const struct shape work_list_shape =
    SHAPE(work_list, work_list_fields, "Open work, and why other work is closed");

/* Rules are looked up only for those on the team: nobody else could claim anyway. */
static enum err find_wall(struct work *work, const struct work_row *row, const struct wall **out)
{
    *out = NULL;
    if (row->engagement_state == NULL && row->walled == 0) {
        return OK;
    }
    return wall_find_set(work,
                         &(struct wall_question){.organisation_id = row->organisation_id,
                                                 .campaign_id = row->id,
                                                 .person_id = work->who->person_id},
                         out);
}

static struct work_view view_of(struct arena *arena, const struct work_row *row,
                                const struct wall *wall)
{
    struct standing standing = {
        .campaign_state = row->state,
        .engagement_state = row->engagement_state,
        .engagement_reason = row->engagement_reason,
        .nothing_left = row->engagement_state != NULL && row->dry_epoch == row->open_epoch,
    };
    const char *why = wall == NULL
                          ? why_closed(&standing)
                          : arena_print(arena, "A wall keeps you away from this client: %s",
                                        wall_words(arena, wall));
    bool paid_apart = row->own_price_minor != INT_ABSENT;

    return (struct work_view){
        .campaign_id = row->engagement_state != NULL && wall == NULL ? row->id : NULL,
        .name = wall != NULL || row->engagement_state == NULL
                    ? arena_print(arena, "A campaign in %s", row->domain)
                    : row->name,
        .domain = row->domain,
        .task_type = row->task_type,
        .open = why == NULL,
        .why_closed = why,
        .walled_until = wall == NULL ? INT_ABSENT : wall->until_at,
        .price_minor = paid_apart ? row->own_price_minor : row->price_minor,
        .currency = paid_apart ? row->own_currency : row->currency,
        .deadline_at = row->deadline_at,
        .is_sample = row->is_sample == 1,
    };
}

enum err work_serve_list(struct call *call)
{
    struct work *work = call->work;
    struct work_list *list = arena_new_of(work->arena, struct work_list);
    struct work_row *rows;
    struct lease_row *held;
    size_t count;
    size_t held_count;

    TRY(work_page(work,
                  &(struct work_page_args){.person_id = work->who->person_id, .now = work->now_us},
                  &rows, &count));
    TRY(lease_all_held(work, &(struct lease_all_held_args){.person_id = work->who->person_id},
                       &held, &held_count));
    struct work_view *views = arena_array(work->arena, struct work_view, count);

    for (size_t i = 0; i < count; i++) {
        const struct wall *wall;

        TRY(find_wall(work, &rows[i], &wall));
        views[i] = view_of(work->arena, &rows[i], wall);
        for (size_t k = 0; k < held_count; k++) {
            if (strcmp(held[k].campaign_id, rows[i].id) == 0 &&
                strcmp(held[k].stage, "produce") == 0 && held[k].expires_at > work->now_us) {
                views[i].lease_id = held[k].id;
                views[i].open = views[i].open || wall == NULL;
            }
        }
    }
    list->items = (struct list){.at = views, .count = count};
    call->reply = list;
    return OK;
}

/* ------------------------------------------------------------------ claims and leases */

struct claimed {
    const char *lease_id;
    const char *message;
};
static const struct field claimed_fields[] = {
    TEXT(claimed, lease_id, .optional = true, .doc = "The lease; none: nothing is left"),
    TEXT(claimed, message, .optional = true, .doc = "Why there is none"),
};
const struct shape claimed_shape = SHAPE(claimed, claimed_fields, "What a claim brought");

static enum err answer_claim(struct call *call, const char *lease_id)
{
    struct claimed *claimed = arena_new_of(call->work->arena, struct claimed);

    claimed->lease_id = lease_id;
    claimed->message = lease_id == NULL ? NOTHING_LEFT : NULL;
    call->reply = claimed;
    return OK;
}

enum err work_serve_claim(struct call *call)
{
    const char *lease_id = NULL;

    TRY(task_claim(call->work, call->ids[0], &lease_id));
    return answer_claim(call, lease_id);
}

enum err work_serve_revise(struct call *call)
{
    const char *lease_id = NULL;

    TRY(task_claim_revision(call->work, call->ids[0], &lease_id));
    return answer_claim(call, lease_id);
}

struct lease_view {
    const char *id;
    const char *stage;
    const char *state;
    const char *campaign_id;
    const char *campaign_name;
    const char *task_id;
    const char *external_id;
    const char *submission_id;
    const char *payload;
    const char *presentation;
    const char *answer;
    const char *draft;
    int64_t draft_saved_at;
    int64_t taken_at;
    int64_t expires_at;
    bool is_sample;
};
static const struct field lease_view_fields[] = {
    TEXT(lease_view, id, .doc = "Identifier, `lea_` and 26 characters"),
    TEXT(lease_view, stage, .doc = "What for", .choices = "produce|review|appeal"),
    TEXT(lease_view, state, .doc = "Where it stands", .choices = "held|submitted|skipped|expired"),
    TEXT(lease_view, campaign_id, .doc = "The campaign"),
    TEXT(lease_view, campaign_name, .doc = "Its name"),
    TEXT(lease_view, task_id, .doc = "The task"),
    TEXT(lease_view, external_id, .optional = true,
         .doc = "The client's own identifier of the task"),
    TEXT(lease_view, submission_id, .optional = true, .doc = "What is revised or reviewed"),
    JSON(lease_view, payload, .doc = "What the task shows"),
    JSON(lease_view, presentation, .doc = "The order of the sides"),
    JSON(lease_view, answer, .optional = true, .doc = "The answer that is revised or reviewed"),
    JSON(lease_view, draft, .optional = true, .doc = "What was saved last"),
    TIME(lease_view, draft_saved_at, .optional = true, .doc = "When it was saved"),
    TIME(lease_view, taken_at, .doc = "When it was taken"),
    TIME(lease_view, expires_at, .doc = "When it ends unless it is tended"),
    BOOL(lease_view, is_sample, .doc = "True: made for show"),
};
const struct shape lease_view_shape =
    SHAPE(lease_view, lease_view_fields, "A claim on one stage of one task");

static enum err add_draft(struct work *work, struct lease_view *view)
{
    struct draft_row draft;
    enum err err = draft_find(
        work,
        &(struct draft_find_args){.lease_id = view->id, .organisation_id = work->organisation_id},
        &draft);

    view->draft_saved_at = INT_ABSENT;
    if (err == ERR_NOT_FOUND) {
        return OK;
    }
    TRY(err);
    view->draft = draft.answer;
    view->draft_saved_at = draft.saved_at;
    return OK;
}

enum err work_serve_lease(struct call *call)
{
    struct work *work = call->work;
    struct lease_view *view = arena_new_of(work->arena, struct lease_view);
    struct lease_row lease;
    struct task_row task;
    struct campaign_row campaign;
    struct submission_row submission = {0};

    TRY(lease_of_person(
        work, &(struct lease_of_person_args){.id = call->ids[0], .person_id = work->who->person_id},
        &lease));
    TRY(task_find(work, lease.task_id, &task));
    TRY(campaign_find(work, lease.campaign_id, &campaign));
    if (lease.submission_id != NULL) {
        TRY(submission_find(work, lease.submission_id, &submission));
    }
    *view = (struct lease_view){
        .id = lease.id,
        .stage = lease.stage,
        .state = lease.state,
        .campaign_id = lease.campaign_id,
        .campaign_name = campaign.name,
        .task_id = lease.task_id,
        .external_id = task.external_id,
        .submission_id = lease.submission_id,
        .payload = task.payload,
        .presentation = lease.presentation,
        .answer = submission.final_answer,
        .taken_at = lease.taken_at,
        .expires_at = lease.expires_at,
        .is_sample = campaign.is_sample == 1,
    };
    call->reply = view;
    return add_draft(work, view);
}

struct lease_life {
    int64_t expires_at;
};
static const struct field lease_life_fields[] = {
    TIME(lease_life, expires_at, .doc = "When the lease ends unless it is tended again"),
};
const struct shape lease_life_shape =
    SHAPE(lease_life, lease_life_fields, "How long a lease holds");

static enum err tend(struct call *call, const struct lease_row *lease)
{
    struct work *work = call->work;
    struct lease_life *life = arena_new_of(work->arena, struct lease_life);
    struct campaign_row campaign;
    int64_t affected;

    TRY(campaign_find(work, lease->campaign_id, &campaign));
    life->expires_at = work->now_us + campaign.lease_s * 1000000;
    TRY(lease_extend(work,
                     &(struct lease_extend_args){.id = lease->id,
                                                 .organisation_id = work->organisation_id,
                                                 .expires_at = life->expires_at},
                     &affected));
    call->reply = life;
    return OK;
}

enum err work_serve_heartbeat(struct call *call)
{
    struct lease_row lease;

    TRY(lease_held_by_me(call->work, call->ids[0], &lease));
    return tend(call, &lease);
}

struct draft_body {
    const char *answer;
};
static const struct field draft_body_fields[] = {
    JSON(draft_body, answer, .min = 1, .max = 200000,
         .doc = "What there is of the answer; not checked yet"),
};
const struct shape draft_body_shape = SHAPE(draft_body, draft_body_fields, "A draft");

enum err work_serve_draft(struct call *call)
{
    const struct draft_body *body = call->body;
    struct work *work = call->work;
    struct lease_row lease;

    TRY(lease_held_by_me(work, call->ids[0], &lease));
    TRY(draft_put(work, &(struct draft_put_args){.lease_id = lease.id,
                                                 .organisation_id = work->organisation_id,
                                                 .answer = body->answer,
                                                 .saved_at = work->now_us}));
    return tend(call, &lease);
}

struct skip_body {
    const char *reason_code;
    const char *message;
};
static const struct skip_body skip_defaults = {.message = ""};
static const struct field skip_body_fields[] = {
    TEXT(skip_body, reason_code, .doc = "Why",
         .choices = "outside_expertise|unclear|broken|conflict|too_long|other"),
    TEXT(skip_body, message, .optional = true, .max = 1000, .doc = "In words"),
};
const struct shape skip_body_shape =
    SHAPE(skip_body, skip_body_fields, "Why a task is skipped", .defaults = &skip_defaults);

enum err work_serve_skip(struct call *call)
{
    const struct skip_body *body = call->body;
    struct work *work = call->work;
    struct lease_row lease;

    TRY(lease_held_by_me(work, call->ids[0], &lease));
    if (strcmp(lease.stage, "produce") != 0 || lease.submission_id != NULL) {
        return work_fail(work, ERR_CONFLICT, "only a first answer can be skipped");
    }
    TRY(lease_close(work, &lease, "skipped"));
    TRY(skip_insert(work, &(struct skip_insert_args){
                              .id = work_new_id(work, "skp"),
                              .organisation_id = work->organisation_id,
                              .campaign_id = lease.campaign_id,
                              .task_id = lease.task_id,
                              .person_id = work->who->person_id,
                              .reason_code = body->reason_code,
                              .message = body->message,
                              .happened_at = work->now_us,
                          }));
    TRY(task_recount(work, lease.campaign_id, lease.task_id, (struct task_change){.active = -1}));
    campaign_count(work, lease.campaign_id, "skipped", 1);
    call->reply = &done;
    return OK;
}

struct answer_body {
    const char *answer;
    const char *ai_assist;
    int64_t active_ms;
};
static const struct answer_body answer_defaults = {.ai_assist = "none", .active_ms = 0};
static const struct field answer_body_fields[] = {
    JSON(answer_body, answer, .min = 2, .max = 200000,
         .doc = "The answer, by the task type's schema"),
    TEXT(answer_body, ai_assist, .optional = true, .choices = "none|grammar|declared",
         .doc = "Help by a model, declared"),
    INT(answer_body, active_ms, .optional = true, .min = 0, .max = 86400000,
        .doc = "Milliseconds spent on the task, as the page saw it"),
};
const struct shape answer_body_shape =
    SHAPE(answer_body, answer_body_fields, "An answer", .defaults = &answer_defaults);

struct answer_query {
    bool next;
};
static const struct field answer_query_fields[] = {
    BOOL(answer_query, next, .optional = true,
         .doc = "True: claim the next task of the campaign in the same step"),
};
const struct shape answer_query_shape =
    SHAPE(answer_query, answer_query_fields, "What else a submission does");

static const struct field answer_made_fields[] = {
    TEXT(answer_made, id, .doc = "The submission"),
    TEXT(answer_made, next_lease_id, .optional = true,
         .doc = "The lease on the next task, if one was asked for and is left"),
    TEXT(answer_made, message, .optional = true, .doc = "Why there is no next task"),
};
const struct shape answer_made_shape =
    SHAPE(answer_made, answer_made_fields, "What a submission brought");

enum err work_serve_submit(struct call *call)
{
    const struct answer_query *query = call->query;
    const struct answer_body *body = call->body;
    struct answer_made *made = arena_new_of(call->work->arena, struct answer_made);

    TRY(submission_add(call->work, call->ids[0],
                       &(struct answer_draft){.answer = body->answer,
                                              .ai_assist = body->ai_assist,
                                              .active_ms = body->active_ms,
                                              .next = query->next},
                       made));
    call->reply = made;
    return OK;
}

/* ------------------------------------------------------------------ own work */

enum { LEAD_LENGTH = 140 };

static const struct field own_fields[] = {
    TEXT(own_row, id, .doc = "Identifier, `sub_` and 26 characters"),
    TEXT(own_row, campaign_id, .doc = "The campaign"),
    TEXT(own_row, campaign_name, .doc = "Its name"),
    TEXT(own_row, task_id, .doc = "The task"),
    TEXT(own_row, lead, .doc = "The beginning of what it shows"),
    INT(own_row, revision, .doc = "Counts from 1"),
    JSON(own_row, answer, .doc = "As it was submitted"),
    TIME(own_row, submitted_at, .doc = "When"),
    TEXT(own_row, state, .doc = "Where it stands",
         .choices = "pending|accepted|returned|rejected|superseded"),
    JSON(own_row, final_answer, .doc = "As it stands, mended by a reviewer or not"),
    INT(own_row, price_minor, .doc = "Pay if it is accepted, in minor units"),
    TEXT(own_row, currency, .doc = "ISO 4217 code"),
};
static const struct shape own_shape = SHAPE(own_row, own_fields, "A unit of the own work");

static const struct field own_list_fields[] = PAGE_FIELDS(own_shape, "Newest first");
const struct shape own_list_shape = PAGE_SHAPE(own_list, own_list_fields, "A page of the own work");

/* The query brings whole payloads; a list needs one line of each. */
static enum err shorten_leads(struct work *work, struct own_row *rows, size_t count)
{
    const struct task_type *type = NULL;

    for (size_t i = 0; i < count; i++) {
        if (type == NULL || strcmp(type->name, rows[i].task_type) != 0) {
            TRY(type_load(work->arena, rows[i].task_type, NULL, &type, &work->fault));
        }
        rows[i].lead = type_lead(work->arena, type, rows[i].lead, LEAD_LENGTH);
    }
    return OK;
}

enum err work_serve_own(struct call *call)
{
    const struct page_query *query = call->query;
    struct work *work = call->work;
    struct own_row *rows;
    size_t count;

    TRY(submission_page_of_person(
        work,
        &(struct submission_page_of_person_args){.person_id = work->who->person_id,
                                                 .id = page_after(query->after, "~"),
                                                 .row_max = query->limit},
        &rows, &count));
    TRY(shorten_leads(work, rows, count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}
