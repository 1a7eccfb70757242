#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "base/time.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/calibrate/calibration_view.h"
#include "slice/campaign/campaign.h"
#include "slice/engage/engage.h"
#include "slice/match/match.h"
#include "slice/match/proposal.h"
#include "slice/match/requirement.h"
#include "slice/offer/calibration_http.h"
#include "slice/offer/offer.h"
#include "slice/offer/offer_make.h"
#include "slice/offer/offer_sql.h"
#include "slice/offer/staffing.h"
#include "slice/slice.h"
#include "store/work.h"

#define UNDO_WITHIN TIME_DAY

/* Its own expert, or an office with a grant. */
static enum err offer_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct offer_owner_find_row row;
    enum err err = offer_owner_find(work, &(struct offer_owner_find_args){.id = id}, &row);

    if (err == OK && strcmp(row.person_id, work->who->person_id) != 0) {
        err = (work->who->roles & ROLE_OPERATOR) != 0 ? account_may_reach(work, row.organisation_id)
                                                      : ERR_NOT_FOUND;
    }
    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no offer %.40s, or none you may see", id);
    }
    TRY(err);
    *organisation_id = row.organisation_id;
    return OK;
}

/* The operator's side of an offer may do this, not its expert. */
static enum err refuse_own(struct work *work, const struct offer_row *row)
{
    return strcmp(row->person_id, work->who->person_id) == 0 &&
                   (work->who->roles & ROLE_OPERATOR) == 0
               ? work_fail(work, ERR_FORBIDDEN, "only the operator may do this")
               : OK;
}

static enum err refuse_others(struct work *work, const struct offer_row *row)
{
    return strcmp(row->person_id, work->who->person_id) == 0
               ? OK
               : work_fail(work, ERR_FORBIDDEN, "only the expert may answer the offer");
}

static enum err answer_with(struct call *call, const char *id)
{
    struct offer_view *view = arena_new_of(call->work->arena, struct offer_view);
    struct offer_row row;

    TRY(offer_find(call->work, id, &row));
    TRY(offer_view_of(call->work, &row, view));
    call->reply = view;
    return OK;
}

static enum err serve_show(struct call *call)
{
    return answer_with(call, call->ids[0]);
}

static enum err serve_make(struct call *call)
{
    struct made *made = arena_new_of(call->work->arena, struct made);

    TRY(offer_make(call->work, call->ids[0], call->body, &made->id));
    call->reply = made;
    return OK;
}

/* ------------------------------------------------------------------ lists */

static enum err answer_list(struct call *call, struct offer_row *rows, size_t count, int64_t limit)
{
    struct work *work = call->work;
    struct offer_view *items = arena_array(work->arena, struct offer_view, count);

    for (size_t i = 0; i < count; i++) {
        TRY(offer_view_of(work, &rows[i], &items[i]));
    }
    return page_reply(call, items, count, limit, PAGE_LAST(rows, count, id));
}

static enum err serve_list(struct call *call)
{
    const struct page_query *query = call->query;
    struct offer_row *rows;
    size_t count;

    TRY(offer_page_of_campaign(
        call->work,
        &(struct offer_page_of_campaign_args){.campaign_id = call->ids[0],
                                              .organisation_id = call->work->organisation_id,
                                              .id = query->after == NULL ? "~" : query->after,
                                              .row_max = query->limit},
        &rows, &count));
    return answer_list(call, rows, count, query->limit);
}

static enum err serve_own(struct call *call)
{
    const struct page_query *query = call->query;
    struct offer_row *rows;
    size_t count;

    TRY(offer_page_own(
        call->work,
        &(struct offer_page_own_args){.person_id = call->work->who->person_id,
                                      .id = query->after == NULL ? "~" : query->after,
                                      .row_max = query->limit},
        &rows, &count));
    return answer_list(call, rows, count, query->limit);
}

/* ------------------------------------------------------------------ the expert's side */

static enum err tell_operator(struct work *work, const struct offer_row *row, const char *what)
{
    return notify(
        work, &(struct notice_draft){
                  .person_id = row->created_by,
                  .kind = "offer",
                  .title = arena_print(work->arena, "%s %s an offer", row->name, what),
                  .message = row->campaign_name,
                  .link = arena_print(work->arena, "/campaigns/%s/staffing", row->campaign_id)});
}

static enum err refill(struct work *work, const struct offer_row *row, const char *house_id)
{
    int64_t proposed;

    return match_refill(work, row->requirement_id, house_id, &proposed);
}

static enum err accept(struct work *work, const struct offer_row *row,
                       const struct offer_answer *answer)
{
    if (row->cut_percent > 0 && !answer->consent_cut) {
        return work_fail_field(work, ERR_CONFLICT, "consent_cut",
                               "this pays %.1f %% less than before under the same guideline; say "
                               "that you have seen it and agree",
                               row->cut_percent);
    }
    TRY(offer_do(work, row,
                 &(struct offer_change){.act = OFFER_ACCEPT,
                                        .detail = row->cut_percent > 0 ? "consents to the cut" : "",
                                        .undo_until = work->now_us + UNDO_WITHIN}));
    TRY(offer_open_steps(work, row));
    return tell_operator(work, row, "accepts");
}

static enum err decline(struct work *work, const struct offer_row *row,
                        const struct offer_answer *answer)
{
    TRY(offer_do(work, row,
                 &(struct offer_change){.act = OFFER_DECLINE,
                                        .detail = answer->message,
                                        .undo_until = work->now_us + UNDO_WITHIN}));
    TRY(tell_operator(work, row, "declines"));
    return refill(work, row, work->who->organisation_id);
}

static enum err counter(struct work *work, const struct offer_row *row,
                        const struct offer_answer *answer)
{
    if (answer->terms.hour_minor == INT_ABSENT && answer->terms.price_minor == INT_ABSENT &&
        answer->message == NULL) {
        return work_fail_field(work, ERR_INVALID, "terms", "say which terms you ask for instead");
    }
    TRY(offer_do(work, row,
                 &(struct offer_change){.act = OFFER_COUNTER,
                                        .detail = answer->message,
                                        .counter_terms = offer_terms_text(work, &answer->terms),
                                        .counter_message = answer->message,
                                        .undo_until = work->now_us + UNDO_WITHIN}));
    return tell_operator(work, row, "counters");
}

static enum err serve_answer(struct call *call)
{
    const struct offer_answer *answer = call->body;
    struct work *work = call->work;
    struct offer_row row;

    TRY(offer_find(work, call->ids[0], &row));
    TRY(refuse_others(work, &row));
    if (row.answer_by <= work->now_us && strcmp(row.state, "open") == 0) {
        return work_fail(work, ERR_CONFLICT, "the time to answer is over");
    }
    if (strcmp(answer->verdict, "accept") == 0) {
        TRY(accept(work, &row, answer));
    } else if (strcmp(answer->verdict, "decline") == 0) {
        TRY(decline(work, &row, answer));
    } else {
        TRY(counter(work, &row, answer));
    }
    return answer_with(call, row.id);
}

static enum err serve_undo(struct call *call)
{
    struct work *work = call->work;
    struct offer_row row;
    struct offer_open_seats_row seats;

    TRY(offer_find(work, call->ids[0], &row));
    TRY(refuse_others(work, &row));
    if (row.undo_until == INT_ABSENT || row.undo_until <= work->now_us) {
        return work_fail(work, ERR_CONFLICT, "there is no answer that can still be taken back");
    }
    TRY(offer_open_seats(work,
                         &(struct offer_open_seats_args){.id = row.requirement_id,
                                                         .organisation_id = work->organisation_id,
                                                         .offer_id = row.id},
                         &seats));
    if (seats.held_count >= seats.seats) {
        return work_fail(work, ERR_CONFLICT, "the seat went to somebody else meanwhile");
    }
    TRY(offer_do(work, &row, &(struct offer_change){.act = OFFER_UNDO, .undo_until = INT_ABSENT}));
    TRY(tell_operator(work, &row, "takes back the answer to"));
    return answer_with(call, row.id);
}

static enum err serve_agreement(struct call *call)
{
    struct offer_agreement *out = arena_new_of(call->work->arena, struct offer_agreement);
    struct offer_row row;

    TRY(offer_find(call->work, call->ids[0], &row));
    TRY(offer_agreement_of(call->work, &row, out));
    call->reply = out;
    return OK;
}

/* Who is about to work may read it before belonging to the team, but not before accepting. */
static enum err serve_guideline(struct call *call)
{
    struct work *work = call->work;
    struct offer_reading *out = arena_new_of(work->arena, struct offer_reading);
    struct offer_guideline_text_row text;
    struct offer_row row;

    TRY(offer_find(work, call->ids[0], &row));
    if (strcmp(row.state, "accepted") != 0 && strcmp(row.state, "engaged") != 0) {
        return work_fail(work, ERR_CONFLICT, "accept the offer first; it is %s", row.state);
    }
    enum err err =
        offer_guideline_text(work,
                             &(struct offer_guideline_text_args){
                                 .id = row.campaign_id, .organisation_id = work->organisation_id},
                             &text);

    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "the campaign has no guideline yet");
    }
    TRY(err);
    *out = (struct offer_reading){
        .version = text.guideline_number, .body = text.body, .content_hash = text.content_hash};
    call->reply = out;
    return OK;
}

static enum err serve_sign(struct call *call)
{
    struct work *work = call->work;
    struct offer_row row;

    TRY(offer_find(work, call->ids[0], &row));
    TRY(refuse_others(work, &row));
    TRY(offer_sign_step(work, &row, call->body));
    return answer_with(call, row.id);
}

/* Leaving before or after the first task: the engagement ends with its own rules. */
static enum err serve_drop(struct call *call)
{
    const struct offer_reason *body = call->body;
    struct work *work = call->work;
    struct offer_row row;

    TRY(offer_find(work, call->ids[0], &row));
    if (row.engagement_id != NULL) {
        TRY(engage_leave(work, row.engagement_id, body->reason));
    }
    TRY(offer_do(work, &row,
                 &(struct offer_change){
                     .act = OFFER_DROP, .detail = body->reason, .undo_until = INT_ABSENT}));
    TRY(tell_operator(work, &row, "drops out of"));
    TRY(refill(work, &row, work->who->organisation_id));
    return answer_with(call, row.id);
}

/* ------------------------------------------------------------------ the operator's side */

static enum err serve_reply(struct call *call)
{
    const struct offer_reply *body = call->body;
    struct work *work = call->work;
    bool agree = strcmp(body->verdict, "agree") == 0;
    struct offer_row row;

    TRY(offer_find(work, call->ids[0], &row));
    TRY(refuse_own(work, &row));
    TRY(offer_do(
        work, &row,
        &(struct offer_change){.act = agree ? OFFER_AGREE : OFFER_HOLD,
                               .detail = body->message,
                               .offer_terms = agree ? row.counter_terms : NULL,
                               .undo_until = agree ? work->now_us + UNDO_WITHIN : INT_ABSENT}));
    if (agree) {
        TRY(offer_open_steps(work, &row));
    }
    TRY(notify(work, &(struct notice_draft){.person_id = row.person_id,
                                            .kind = "offer",
                                            .title = agree ? "Your terms are agreed to"
                                                           : "The offer stands as it was",
                                            .message = row.campaign_name,
                                            .link = "/offers"}));
    return answer_with(call, row.id);
}

static enum err serve_withdraw(struct call *call)
{
    const struct offer_reason *body = call->body;
    struct work *work = call->work;
    struct offer_row row;

    TRY(offer_find(work, call->ids[0], &row));
    TRY(refuse_own(work, &row));
    if (row.engagement_id != NULL) { /* it calibrated */
        TRY(engage_turn(work, &(struct engage_change){.engagement_id = row.engagement_id,
                                                      .state = "ended",
                                                      .reason_code = "not_calibrated",
                                                      .message = body->reason,
                                                      .notice_at = INT_ABSENT}));
    }
    TRY(offer_do(work, &row,
                 &(struct offer_change){
                     .act = OFFER_WITHDRAW, .detail = body->reason, .undo_until = INT_ABSENT}));
    TRY(notify(work, &(struct notice_draft){.person_id = row.person_id,
                                            .kind = "offer",
                                            .title = "An offer was withdrawn",
                                            .message = body->reason,
                                            .link = "/offers"}));
    TRY(refill(work, &row, work->who->organisation_id));
    return answer_with(call, row.id);
}

static enum err serve_events(struct call *call)
{
    struct work *work = call->work;
    struct offer_event_list *list = arena_new_of(work->arena, struct offer_event_list);
    struct offer_event_row *rows;
    size_t count;

    TRY(offer_events(work,
                     &(struct offer_events_args){.offer_id = call->ids[0],
                                                 .organisation_id = work->organisation_id},
                     &rows, &count));
    list->items = (struct list){.at = rows, .count = count};
    call->reply = list;
    return OK;
}

struct refilled {
    int64_t proposed;
};
static const struct field refilled_fields[] = {
    INT(refilled, proposed, .doc = "Experts who are proposed now"),
};
static const struct shape refilled_shape = SHAPE(refilled, refilled_fields, "Freed seats");

static enum err serve_refill(struct call *call)
{
    struct refilled *out = arena_new_of(call->work->arena, struct refilled);

    TRY(match_refill(call->work, call->ids[0], call->work->who->organisation_id, &out->proposed));
    call->reply = out;
    return OK;
}

/* ------------------------------------------------------------------ too late */

enum err offer_expire_late(struct work *work, int64_t at_once, int64_t *count)
{
    struct offers_late_row *rows;
    size_t late;

    TRY(offers_late(work, &(struct offers_late_args){.row_max = at_once, .now = work->now_us},
                    &rows, &late));
    *count = (int64_t)late;
    for (size_t i = 0; i < late; i++) {
        struct offer_row row;

        work->organisation_id = rows[i].organisation_id;
        TRY(offer_find(work, rows[i].id, &row));
        TRY(offer_do(work, &row,
                     &(struct offer_change){.act = OFFER_EXPIRE,
                                            .detail = "nobody answered in time",
                                            .undo_until = INT_ABSENT}));
        TRY(tell_operator(work, &row, "let expire"));
        TRY(refill(work, &row, rows[i].house_id));
    }
    work->organisation_id = NULL;
    return OK;
}

#define SIDES (ROLE_OPERATOR | ROLE_EXPERT)

static const struct route routes[] = {
    {POST, "/v1/proposals/{proposal_id}/offer", serve_make, ROLE_OPERATOR, 201, ROUTE_WRITES,
     .owner = proposal_owner, .body = &offer_body_shape, .reply = &made_shape,
     .summary = "Accept a proposal and offer terms", .command = "proposal accept"},
    {GET, "/v1/campaigns/{campaign_id}/offers", serve_list, ROLE_OPERATOR, 200,
     .owner = campaign_owner, .query = &page_query_shape, .reply = &offer_list_shape,
     .summary = "List a campaign's offers", .command = "offer campaign"},
    {GET, "/v1/campaigns/{campaign_id}/staffing", staffing_serve, ROLE_OPERATOR | ROLE_CLIENT, 200,
     .owner = campaign_owner, .reply = &staffing_shape,
     .summary = "Show seats filled by day against plan", .command = "campaign staffing"},
    {POST, "/v1/requirements/{requirement_id}/refill", serve_refill, ROLE_OPERATOR, 200,
     ROUTE_WRITES, .owner = requirement_owner, .reply = &refilled_shape,
     .summary = "Propose experts for freed seats alone", .command = "requirement refill"},
    {GET, "/v1/offers", serve_own, ROLE_EXPERT, 200, .query = &page_query_shape,
     .reply = &offer_list_shape, .summary = "List your offers", .command = "offer list"},
    {GET, "/v1/offers/{offer_id}", serve_show, SIDES, 200, .owner = offer_owner,
     .reply = &offer_view_shape, .summary = "Show an offer", .command = "offer show"},
    {GET, "/v1/offers/{offer_id}/events", serve_events, SIDES, 200, .owner = offer_owner,
     .reply = &offer_event_list_shape, .summary = "Show what happened to an offer",
     .command = "offer events"},
    {GET, "/v1/offers/{offer_id}/agreement", serve_agreement, SIDES, 200, .owner = offer_owner,
     .reply = &offer_agreement_shape, .summary = "Show the agreement to be signed",
     .command = "offer agreement"},
    {GET, "/v1/offers/{offer_id}/guideline", serve_guideline, SIDES, 200, .owner = offer_owner,
     .reply = &offer_reading_shape, .summary = "Show the guideline to be read",
     .command = "offer guideline"},
    {POST, "/v1/offers/{offer_id}/answer", serve_answer, ROLE_EXPERT, 200, ROUTE_WRITES,
     .owner = offer_owner, .body = &offer_answer_shape, .reply = &offer_view_shape,
     .summary = "Accept, decline or counter an offer", .command = "offer answer"},
    {POST, "/v1/offers/{offer_id}/undo", serve_undo, ROLE_EXPERT, 200, ROUTE_WRITES,
     .owner = offer_owner, .reply = &offer_view_shape,
     .summary = "Take your answer back, within a day", .command = "offer undo"},
    {POST, "/v1/offers/{offer_id}/steps", serve_sign, ROLE_EXPERT, 200, ROUTE_WRITES,
     .owner = offer_owner, .body = &offer_sign_shape, .reply = &offer_view_shape,
     .summary = "Sign a step between acceptance and the queue", .command = "offer sign"},
    {GET, "/v1/offers/{offer_id}/calibration", calibration_serve_show, SIDES, 200,
     .owner = offer_owner, .reply = &calibration_state_shape,
     .summary = "Show how far the calibration is, and its next task",
     .command = "offer calibration"},
    {POST, "/v1/offers/{offer_id}/calibration", calibration_serve_answer, ROLE_EXPERT, 200,
     ROUTE_WRITES, .owner = offer_owner, .body = &calibration_answer_shape,
     .reply = &calibration_feedback_shape,
     .summary = "Answer a calibration task, and read what the answer is",
     .command = "offer calibrate"},
    {POST, "/v1/offers/{offer_id}/drop", serve_drop, ROLE_EXPERT, 200, ROUTE_WRITES,
     .owner = offer_owner, .body = &offer_reason_shape, .reply = &offer_view_shape,
     .summary = "Leave after all; the seat is proposed to somebody else", .command = "offer drop"},
    {POST, "/v1/offers/{offer_id}/reply", serve_reply, ROLE_OPERATOR, 200, ROUTE_WRITES,
     .owner = offer_owner, .body = &offer_reply_shape, .reply = &offer_view_shape,
     .summary = "Agree to a counter-offer, or hold to the offer", .command = "offer reply"},
    {POST, "/v1/offers/{offer_id}/withdrawal", serve_withdraw, ROLE_OPERATOR, 200, ROUTE_WRITES,
     .owner = offer_owner, .body = &offer_reason_shape, .reply = &offer_view_shape,
     .summary = "Withdraw an offer", .command = "offer withdraw"},
};

const struct slice offer_slice = {.name = "offer", .routes = routes, .route_count = COUNT(routes)};
