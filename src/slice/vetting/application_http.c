#include "slice/vetting/application_http.h"

#include <string.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/vetting/vetting.h"
#include "slice/vetting/vetting_rule.h"
#include "slice/vetting/vetting_sql.h"
#include "store/work.h"

#define STATES "applied|interviewing|judged|qualified|declined|withdrawn"

static const struct nothing done = {.ok = true};

struct application_body {
    const char *note;
    const char *link;
};
static const struct application_body application_body_defaults = {.note = ""};
static const struct field application_body_fields[] = {
    TEXT(application_body, note, .optional = true, .max = 2000, .doc = "What you want to say"),
    TEXT(application_body, link, .optional = true, .min = 4, .max = 80,
         .doc = "The token of the link that brought you"),
};
const struct shape application_body_shape =
    SHAPE(application_body, application_body_fields, "An application",
          .defaults = &application_body_defaults);

enum err application_serve_make(struct call *call)
{
    const struct application_body *body = call->body;
    struct made *made = arena_new_of(call->work->arena, struct made);

    TRY(application_make(call->work, call->ids[0], body->note, body->link, &made->id));
    call->reply = made;
    return OK;
}

static const struct field application_line_fields[] = {
    TEXT(application_line, id, .doc = "Identifier, `apn_` and 26 characters"),
    TEXT(application_line, listing_id, .doc = "The listing"),
    TEXT(application_line, person_id, .doc = "Who applied"),
    TEXT(application_line, name, .doc = "Their name"),
    TEXT(application_line, title, .doc = "What the listing is called"),
    TEXT(application_line, domain, .doc = "Field of expertise"),
    INT(application_line, difficulty, .doc = "1 newcomer, 2 practitioner, 3 authority"),
    TEXT(application_line, application_state, .choices = STATES, .doc = "Where it stands"),
    TIME(application_line, applied_at, .doc = "When"),
    TIME(application_line, due_at, .doc = "When an answer was promised"),
    TIME(application_line, escalated_at, .optional = true, .doc = "Since when it waits too long"),
    TIME(application_line, decided_at, .optional = true, .doc = "When it was decided"),
    TEXT(application_line, interview_id, .optional = true, .doc = "Its latest interview"),
};
static const struct shape application_line_shape =
    SHAPE(application_line, application_line_fields, "An application in a list");

static const struct field application_list_fields[] =
    PAGE_FIELDS(application_line_shape, "Newest first");
const struct shape application_list_shape =
    PAGE_SHAPE(application_list, application_list_fields, "A page of applications");

enum err application_serve_own(struct call *call)
{
    const struct page_query *query = call->query;
    struct application_line *rows;
    size_t count;

    TRY(application_page_own(call->work,
                             &(struct application_page_own_args){
                                 .person_id = call->work->who->person_id,
                                 .id = page_after(query->after, "~"),
                                 .row_max = query->limit,
                             },
                             &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

struct application_query {
    const char *state;
    const char *after;
    int64_t limit;
    bool late;
};
static const struct application_query application_query_defaults = {
    .state = "", .after = "~", .limit = PAGE_DEFAULT};
static const struct field application_query_fields[] = {
    TEXT(application_query, state, .optional = true, .choices = STATES, .doc = "Only these"),
    BOOL(application_query, late, .optional = true, .doc = "Only those past their promised day"),
    TEXT(application_query, after, .optional = true, .max = 40, .doc = "Cursor: the last one seen"),
    INT(application_query, limit, .optional = true, .min = 1, .max = PAGE_MAX,
        .doc = "Rows at most"),
};
const struct shape application_query_shape =
    SHAPE(application_query, application_query_fields, "Which applications",
          .defaults = &application_query_defaults);

enum err application_serve_of_listing(struct call *call)
{
    const struct application_query *query = call->query;
    struct application_line *rows;
    size_t count;

    TRY(application_page_listing(call->work,
                                 &(struct application_page_listing_args){
                                     .organisation_id = call->work->organisation_id,
                                     .listing_id = call->ids[0],
                                     .application_state = query->state,
                                     .late_only = query->late,
                                     .id = query->after,
                                     .row_max = query->limit,
                                 },
                                 &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

/* ------------------------------------------------------------------ one application */

static const struct field event_fields[] = {
    TEXT(application_event_row, event, .doc = "What happened"),
    TEXT(application_event_row, detail, .doc = "In words"),
    TIME(application_event_row, happened_at, .doc = "When"),
};
static const struct shape event_shape =
    SHAPE(application_event_row, event_fields, "Something that happened to an application");

static const struct field application_fields[] = {
    TEXT(application_row, id, .doc = "Identifier, `apn_` and 26 characters"),
    TEXT(application_row, listing_id, .doc = "The listing"),
    TEXT(application_row, title, .doc = "What it is called"),
    TEXT(application_row, domain, .doc = "Field of expertise"),
    INT(application_row, difficulty, .doc = "1 newcomer, 2 practitioner, 3 authority"),
    TEXT(application_row, person_id, .doc = "Who applied"),
    TEXT(application_row, application_state, .choices = STATES, .doc = "Where it stands"),
    TEXT(application_row, note, .doc = "What the person said"),
    TIME(application_row, applied_at, .doc = "When"),
    TIME(application_row, due_at, .doc = "When an answer was promised"),
    TIME(application_row, escalated_at, .optional = true, .doc = "Since when it waits too long"),
    TIME(application_row, decided_at, .optional = true, .doc = "When it was decided"),
    TEXT(application_row, reason_code, .optional = true, .doc = "Why"),
    TEXT(application_row, reason, .optional = true, .doc = "In words"),
};
static const struct shape application_shape =
    SHAPE(application_row, application_fields, "An application");

struct application_view {
    struct application_row application;
    struct list events;
    bool can_withdraw;
};
static const struct field application_view_fields[] = {
    OBJECT(application_view, application, application_row, .of = &application_shape,
           .doc = "The application"),
    LIST(application_view, events, .of = &event_shape, .doc = "Oldest first"),
    BOOL(application_view, can_withdraw, .doc = "True: its author may withdraw it"),
};
const struct shape application_view_shape =
    SHAPE(application_view, application_view_fields, "An application with its history");

enum err application_serve_show(struct call *call)
{
    struct work *work = call->work;
    struct application_view *view = arena_new_of(work->arena, struct application_view);
    struct application_event_row *events;

    TRY(application_find(work, &(struct application_find_args){.id = call->ids[0]},
                         &view->application));
    TRY(application_events(
        work,
        &(struct application_events_args){.application_id = call->ids[0],
                                          .organisation_id = work->organisation_id},
        &events, &view->events.count));
    view->events.at = events;
    view->can_withdraw = strcmp(view->application.person_id, work->who->person_id) == 0 &&
                         application_can_withdraw(view->application.application_state);
    call->reply = view;
    return OK;
}

enum err application_serve_withdraw(struct call *call)
{
    TRY(application_withdraw(call->work, call->ids[0]));
    call->reply = &done;
    return OK;
}

struct decision {
    const char *verdict;
    const char *reason_code;
    const char *reason;
};
static const struct field decision_fields[] = {
    TEXT(decision, verdict, .choices = "qualify|decline", .doc = "What becomes of it"),
    TEXT(decision, reason_code, .choices = DECLINE_CODES, .doc = "Why"),
    TEXT(decision, reason, .min = 10, .max = 2000, .doc = "In words, for the person"),
};
const struct shape decision_shape =
    SHAPE(decision, decision_fields, "A decision by a named person");

enum err application_serve_decide(struct call *call)
{
    const struct decision *body = call->body;

    TRY(application_decide(call->work, call->ids[0], strcmp(body->verdict, "qualify") == 0,
                           body->reason_code, body->reason));
    call->reply = &done;
    return OK;
}
