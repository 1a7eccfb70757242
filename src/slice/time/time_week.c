#include "slice/time/time_week.h"

#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "base/zone.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/engage/engage.h"
#include "slice/engage/engage_sql.h"
#include "slice/time/time_sql.h"
#include "store/work.h"

enum { DAYS_BACK_MAX = 14, DAYS_AHEAD_MAX = 28 };

struct week_more_body {
    const char *week;
    int64_t extra_min;
    const char *reason;
};
static const struct field week_more_body_fields[] = {
    TEXT(week_more_body, week, .min = 10, .max = 10, .doc = "A day of the week, as 2026-03-02"),
    INT(week_more_body, extra_min, .min = 1, .max = 6000,
        .doc = "Minutes beyond what the terms allow in a week"),
    TEXT(week_more_body, reason, .min = 5, .max = 500, .doc = "What for"),
};
const struct shape week_more_body_shape =
    SHAPE(week_more_body, week_more_body_fields, "More minutes in one week");

static const struct field week_extension_fields[] = {
    TEXT(week_extension_row, id, .doc = "Identifier, `wex_` and 26 characters"),
    INT(week_extension_row, week_day, .doc = "The week's Monday, in days since 1970"),
    INT(week_extension_row, extra_min, .doc = "Minutes beyond what the terms allow"),
    TEXT(week_extension_row, reason, .doc = "What for"),
    TIME(week_extension_row, asked_at, .doc = "When it was asked for"),
    TEXT(week_extension_row, state, .doc = "How it stands", .choices = "open|approved|declined"),
    TEXT(week_extension_row, decided_by, .optional = true, .doc = "Who decided"),
    TIME(week_extension_row, decided_at, .optional = true, .doc = "When"),
    TEXT(week_extension_row, decision, .optional = true, .doc = "What was said"),
};
static const struct shape week_extension_shape =
    SHAPE(week_extension_row, week_extension_fields, "More minutes in one week");

struct week_more_list {
    struct list items;
};
static const struct field week_more_list_fields[] = {
    LIST(week_more_list, items, .of = &week_extension_shape, .doc = "Newest week first"),
};
const struct shape week_more_list_shape =
    SHAPE(week_more_list, week_more_list_fields, "Weeks with more minutes");

struct week_more_decision {
    const char *verdict;
    const char *message;
};
static const struct field week_more_decision_fields[] = {
    TEXT(week_more_decision, verdict, .choices = "approve|decline", .doc = "Yes or no"),
    TEXT(week_more_decision, message, .min = 3, .max = 500, .doc = "Why; the person reads it"),
};
const struct shape week_more_decision_shape =
    SHAPE(week_more_decision, week_more_decision_fields, "A decision about more minutes");

static const struct nothing done = {.ok = true};

static enum err read_week(struct work *work, const char *week, int64_t *out)
{
    int64_t today = work->now_us / TIME_DAY;
    int64_t at_us;

    if (!time_parse(text_of(arena_print(work->arena, "%sT00:00:00Z", week)), &at_us)) {
        return work_fail_field(work, ERR_INVALID, "week", "\"%.20s\" is no day such as 2026-03-02",
                               week);
    }
    *out = week_start_day(at_us / TIME_DAY);
    if (*out < today - DAYS_BACK_MAX || *out > today + DAYS_AHEAD_MAX) {
        return work_fail_field(work, ERR_INVALID, "week",
                               "more minutes are asked for at most %d days later and %d ahead",
                               DAYS_BACK_MAX, DAYS_AHEAD_MAX);
    }
    return OK;
}

enum err week_serve_list(struct call *call)
{
    struct week_more_list *list = arena_new_of(call->work->arena, struct week_more_list);
    struct week_extension_row *rows;

    TRY(week_extension_page(
        call->work,
        &(struct week_extension_page_args){.engagement_id = call->ids[0],
                                           .organisation_id = call->work->organisation_id},
        &rows, &list->items.count));
    list->items.at = rows;
    call->reply = list;
    return OK;
}

enum err week_serve_ask(struct call *call)
{
    const struct week_more_body *body = call->body;
    struct work *work = call->work;
    struct made *made = arena_new_of(work->arena, struct made);
    struct engagement_terms_row terms;
    int64_t day = 0;

    TRY(read_week(work, body->week, &day));
    TRY(engage_terms_at(work, call->ids[0], work->now_us, &terms));
    if (terms.week_cap_min == INT_ABSENT) {
        return work_fail(work, ERR_CONFLICT,
                         "your terms have no cap on a week: nothing to ask for");
    }
    made->id = work_new_id(work, "wex");
    enum err err = week_extension_insert(
        work, &(struct week_extension_insert_args){.id = made->id,
                                                   .organisation_id = work->organisation_id,
                                                   .engagement_id = call->ids[0],
                                                   .person_id = work->who->person_id,
                                                   .week_day = day,
                                                   .extra_min = body->extra_min,
                                                   .reason = body->reason,
                                                   .asked_at = work->now_us});

    if (err == ERR_CONFLICT) {
        return work_fail_field(work, err, "week",
                               "you asked for more in this week already; wait for the answer");
    }
    TRY(err);
    call->reply = made;
    return audit(work, "week_extension.ask", made->id, "{}");
}

enum err week_serve_decide(struct call *call)
{
    const struct week_more_decision *body = call->body;
    struct work *work = call->work;
    bool approved = strcmp(body->verdict, "approve") == 0;
    struct time_engagement_row engagement;
    int64_t affected;

    TRY(time_engagement(work, &(struct time_engagement_args){.id = call->ids[0]}, &engagement));
    if (strcmp(engagement.person_id, work->who->person_id) == 0) {
        return work_fail(work, ERR_FORBIDDEN, "somebody else has to decide about your minutes");
    }
    TRY(week_extension_decide(
        work,
        &(struct week_extension_decide_args){.id = call->ids[1],
                                             .engagement_id = call->ids[0],
                                             .organisation_id = work->organisation_id,
                                             .state = approved ? "approved" : "declined",
                                             .decided_by = work->who->person_id,
                                             .decided_at = work->now_us,
                                             .decision = body->message},
        &affected));
    if (affected == 0) {
        return work_fail(work, ERR_NOT_FOUND, "there is no such request that waits for an answer");
    }
    TRY(audit(work, "week_extension.decide", call->ids[1], "{}"));
    call->reply = &done;
    return notify(work, &(struct notice_draft){.person_id = engagement.person_id,
                                               .kind = "time",
                                               .title = approved ? "You may work more in that week"
                                                                 : "No more minutes in that week",
                                               .message = body->message,
                                               .link = "/earnings"});
}
