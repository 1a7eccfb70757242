#include "slice/calibrate/call_http.h"

#include <string.h>

#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/calibrate/calibrate.h"
#include "slice/calibrate/calibrate_sql.h"
#include "slice/calibrate/calibration_view.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/engage/engage.h"
#include "slice/engage/engage_shape.h"
#include "slice/engage/engage_sql.h"
#include "store/work.h"

/* ------------------------------------------------------------------ who is calibrated */

static const struct field standing_fields[] = {
    TEXT(calibration_standing_row, id, .doc = "Engagement"),
    TEXT(calibration_standing_row, person_id, .doc = "Who"),
    TEXT(calibration_standing_row, name, .doc = "Name"),
    TEXT(calibration_standing_row, state, .choices = "active|paused|ended", .doc = "Engagement"),
    INT(calibration_standing_row, guideline_number,
        .doc = "Version of the guideline under which it was passed last; 0: never"),
    INT(calibration_standing_row, is_current, .doc = "1: that is the text in force"),
    INT(calibration_standing_row, is_called, .doc = "1: has to pass it (again) first"),
};
static const struct shape standing_shape = SHAPE(calibration_standing_row, standing_fields,
                                                 "Under which guideline somebody is calibrated");

struct calibration_standing_list {
    struct list items;
};
static const struct field list_fields[] = {
    LIST(calibration_standing_list, items, .of = &standing_shape, .doc = "The team's experts"),
};
const struct shape calibration_standing_list_shape =
    SHAPE(calibration_standing_list, list_fields, "Who is calibrated under which guideline");

static enum err standings_of(struct work *work, const char *campaign_id,
                             struct calibration_standing_row **out, size_t *count)
{
    return calibration_standings(
        work,
        &(struct calibration_standings_args){.campaign_id = campaign_id,
                                             .organisation_id = work->organisation_id},
        out, count);
}

enum err call_serve_standings(struct call *call)
{
    struct calibration_standing_list *list =
        arena_new_of(call->work->arena, struct calibration_standing_list);
    struct calibration_standing_row *rows;

    TRY(standings_of(call->work, call->ids[0], &rows, &list->items.count));
    list->items.at = rows;
    call->reply = list;
    return OK;
}

/* ------------------------------------------------------------------ a change that matters */

struct calibration_call_body {
    const char *engagement_id;
    const char *reason;
};
static const struct field call_fields[] = {
    TEXT(calibration_call_body, engagement_id, .optional = true, .max = 40,
         .doc = "Only this one; else everybody whose calibration is not of the guideline in force"),
    TEXT(calibration_call_body, reason, .min = 3, .max = 500,
         .doc = "What has changed, and why it matters; each of them reads it"),
};
const struct shape calibration_call_body_shape =
    SHAPE(calibration_call_body, call_fields, "A change of the guideline that is material");

struct calibration_called {
    int64_t called;
};
static const struct field called_fields[] = {
    INT(calibration_called, called, .doc = "People who have to pass the calibration again"),
};
const struct shape calibration_called_shape =
    SHAPE(calibration_called, called_fields, "Who was called");

static enum err refuse_without(struct work *work, const char *campaign_id)
{
    bool asked;

    TRY(calibration_is_asked(work, campaign_id, &asked));
    return asked ? OK
                 : work_fail(work, ERR_CONFLICT,
                             "the campaign has no calibration, or fewer tasks for it than an "
                             "attempt has: add tasks and say when it is passed");
}

static enum err ask_again(struct work *work, const char *campaign_id,
                          const struct calibration_standing_row *row, const char *reason)
{
    bool active = strcmp(row->state, "active") == 0;

    TRY(calibration_ask(
        work, &(struct calibration_question){.campaign_id = campaign_id, .engagement_id = row->id},
        &(struct calibration_ask){.cause = "guideline", .reason = reason, .did_pause = active}));
    if (active) {
        TRY(engage_turn(work, &(struct engage_change){
                                  .engagement_id = row->id,
                                  .state = "paused",
                                  .reason_code = "not_calibrated",
                                  .message = arena_print(work->arena,
                                                         "The guideline has changed: %s Your "
                                                         "queue opens when the calibration is "
                                                         "passed again.",
                                                         reason),
                                  .notice_at = INT_ABSENT}));
    }
    return notify(work,
                  &(struct notice_draft){
                      .person_id = row->person_id,
                      .kind = "engagement",
                      .title = "The guideline has changed: please calibrate again",
                      .message = arena_print(work->arena,
                                             "%s Your minutes for it are paid, and your "
                                             "queue opens when it is passed.",
                                             reason),
                      .link = arena_print(work->arena, "/engagements/%s/calibration", row->id)});
}

enum err call_serve_ask(struct call *call)
{
    const struct calibration_call_body *body = call->body;
    struct work *work = call->work;
    struct calibration_called *reply = arena_new_of(work->arena, struct calibration_called);
    struct calibration_standing_row *rows;
    bool found = body->engagement_id == NULL;
    size_t count;

    TRY(refuse_without(work, call->ids[0]));
    TRY(standings_of(work, call->ids[0], &rows, &count));
    for (size_t i = 0; i < count; i++) {
        bool named = body->engagement_id != NULL && strcmp(body->engagement_id, rows[i].id) == 0;
        bool meant = body->engagement_id == NULL ? !rows[i].is_current : named;

        found = found || named;
        if (meant && !rows[i].is_called && !rows[i].has_offer) {
            TRY(ask_again(work, call->ids[0], &rows[i], body->reason));
            reply->called++;
        }
    }
    call->reply = reply;
    return found ? OK
                 : work_fail_field(work, ERR_INVALID, "engagement_id",
                                   "there is no such expert on this campaign's team");
}

/* ------------------------------------------------------------------ its way */

static enum err question_of(struct work *work, const char *engagement_id,
                            struct engagement_found *engagement, struct calibration_question *out)
{
    struct calibration_call_row asked;

    TRY(engagement_by_id(work,
                         &(struct engagement_by_id_args){.id = engagement_id,
                                                         .organisation_id = work->organisation_id},
                         engagement));
    enum err err = calibration_call_last(
        work,
        &(struct calibration_call_last_args){.engagement_id = engagement_id,
                                             .organisation_id = work->organisation_id},
        &asked);

    if (err == ERR_NOT_FOUND) {
        return work_fail(work, ERR_CONFLICT,
                         "nobody has asked for a calibration of this engagement, beyond that of "
                         "its offer");
    }
    TRY(err);
    *out = (struct calibration_question){.campaign_id = engagement->campaign_id,
                                         .engagement_id = engagement->id};
    return OK;
}

enum err call_serve_show(struct call *call)
{
    struct calibration_state *out = arena_new_of(call->work->arena, struct calibration_state);
    struct calibration_question question;
    struct engagement_found engagement;

    TRY(question_of(call->work, call->ids[0], &engagement, &question));
    TRY(calibration_view(call->work, &question, out));
    call->reply = out;
    return OK;
}

enum err call_serve_answer(struct call *call)
{
    struct work *work = call->work;
    struct calibration_told *out = arena_new_of(work->arena, struct calibration_told);
    struct calibration_question question;
    struct engagement_found engagement;

    TRY(question_of(work, call->ids[0], &engagement, &question));
    if (strcmp(engagement.person_id, work->who->person_id) != 0) {
        return work_fail(work, ERR_FORBIDDEN, "only the expert answers");
    }
    if (strcmp(engagement.state, "ended") == 0) {
        return work_fail(work, ERR_CONFLICT, "this engagement has ended");
    }
    TRY(calibration_tell(work, &question, call->body, out));
    if (strcmp(out->now.state, "passed") == 0) {
        TRY(calibration_open_queue(work, &question));
    }
    call->reply = out;
    return OK;
}

/* ------------------------------------------------------------------ by hand */

enum err call_serve_join(struct call *call)
{
    const struct engagement_body *body = call->body;
    struct work *work = call->work;
    struct made *made = arena_new_of(work->arena, struct made);
    struct campaign_row campaign;
    struct terms_draft terms;
    bool calibrates;

    TRY(campaign_find(work, call->ids[0], &campaign));
    TRY(terms_read(work->arena, body, campaign.currency, campaign.price_minor, &terms,
                   &work->fault));
    TRY(calibration_is_asked(work, call->ids[0], &calibrates));
    calibrates = calibrates && strcmp(body->duty, "expert") == 0;
    bool holds = calibrates && body->calibration_waived == NULL;

    TRY(engage_begin(work,
                     &(struct engage_draft){.campaign_id = call->ids[0],
                                            .person_id = body->person_id,
                                            .duty = body->duty,
                                            .terms = &terms,
                                            .hold = holds ? "Its queue opens when the calibration "
                                                            "is passed."
                                                          : NULL},
                     &made->id));
    call->reply = made;
    if (!holds) {
        return calibrates
                   ? audit_reason(work, "calibration.waive", made->id, body->calibration_waived)
                   : OK;
    }
    TRY(calibration_ask(
        work,
        &(struct calibration_question){.campaign_id = call->ids[0], .engagement_id = made->id},
        &(struct calibration_ask){
            .cause = "hand", .reason = "Before the first task.", .did_pause = true}));
    return notify(work,
                  &(struct notice_draft){
                      .person_id = body->person_id,
                      .kind = "engagement",
                      .title = arena_print(work->arena, "Calibrate for %s", campaign.name),
                      .message = "Your minutes for it are paid, and your queue opens when it "
                                 "is passed.",
                      .link = arena_print(work->arena, "/engagements/%s/calibration", made->id)});
}
