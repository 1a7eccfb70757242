#include "slice/offer/offer_make.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/money.h"
#include "base/time.h"
#include "slice/account/account.h"
#include "slice/calibrate/calibrate.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/engage/engage.h"
#include "slice/engage/engage_rule.h"
#include "slice/match/match.h"
#include "slice/match/match_sql.h"
#include "slice/match/proposal.h"
#include "slice/offer/offer_sql.h"
#include "slice/wall/wall.h"
#include "store/work.h"
#include "sys/secret.h"

#define ANSWER_WITHIN (3 * TIME_DAY)

enum err offer_find(struct work *work, const char *id, struct offer_row *out)
{
    enum err err = offer_by_id(
        work, &(struct offer_by_id_args){.id = id, .organisation_id = work->organisation_id}, out);

    return err == ERR_NOT_FOUND
               ? work_fail(work, err, "there is no offer %.40s, or none you may see", id)
               : err;
}

static enum err note(struct work *work, const char *offer_id, const char *kind, const char *detail)
{
    return offer_event_insert(work, &(struct offer_event_insert_args){
                                        .id = work_new_id(work, "oev"),
                                        .organisation_id = work->organisation_id,
                                        .offer_id = offer_id,
                                        .kind = kind,
                                        .detail = detail == NULL ? "" : detail,
                                        .done_by = work->who == NULL ? NULL : work->who->person_id,
                                        .happened_at = work->now_us});
}

/* ------------------------------------------------------------------ making */

static enum err draft_of(struct work *work, const struct engagement_body *body,
                         const struct campaign_row *campaign, struct terms_draft *out)
{
    /* Hours alone are what most offers pay: units cost nothing unless a price is named. */
    int64_t unit =
        body->hour_minor != INT_ABSENT && body->hour_minor > 0 ? 0 : campaign->price_minor;

    TRY(terms_read(work->arena, body, campaign->currency, unit, out, &work->fault));
    return terms_check(out, work->now_us, &work->fault);
}

/* What the person was paid before under the same guideline, if that was more. */
static enum err compare(struct work *work, const char *person_id, const char *guideline_hash,
                        const struct terms_draft *terms, struct offer_insert_args *row)
{
    struct offer_rate_before_row before;

    row->rate_before = INT_ABSENT;
    row->cut_percent = 0;
    if (guideline_hash == NULL) {
        return OK;
    }
    enum err err = offer_rate_before(
        work,
        &(struct offer_rate_before_args){.person_id = person_id, .content_hash = guideline_hash},
        &before);

    if (err == ERR_NOT_FOUND) {
        return OK;
    }
    TRY(err);
    bool hours = before.hour_minor > 0 && terms->hour_minor > 0;
    int64_t then = hours ? before.hour_minor : before.unit_minor;

    if (strcmp(before.currency, terms->currency) == 0) {
        row->cut_percent = offer_cut(then, hours ? terms->hour_minor : terms->unit_minor);
    }
    row->rate_before = row->cut_percent > 0 ? then : INT_ABSENT;
    return OK;
}

static enum err guideline_hash_of(struct work *work, const char *campaign_id, const char **out)
{
    struct offer_guideline_row row;
    enum err err = offer_guideline(
        work,
        &(struct offer_guideline_args){.id = campaign_id, .organisation_id = work->organisation_id},
        &row);

    *out = err == OK ? row.content_hash : NULL;
    return err == ERR_NOT_FOUND ? OK : err;
}

static enum err refuse_full(struct work *work, const char *requirement_id, const char *offer_id)
{
    struct offer_open_seats_row row;

    TRY(offer_open_seats(work,
                         &(struct offer_open_seats_args){.id = requirement_id,
                                                         .organisation_id = work->organisation_id,
                                                         .offer_id = offer_id},
                         &row));
    return row.held_count < row.seats
               ? OK
               : work_fail(work, ERR_CONFLICT,
                           "all %lld seats of this requirement are held by offers already",
                           (long long)row.seats);
}

enum err offer_make(struct work *work, const char *proposal_id, const struct offer_body *body,
                    const char **id)
{
    struct proposal_row proposal;
    struct campaign_row campaign;
    struct terms_draft terms;
    struct offer_insert_args row;

    TRY(proposal_find(work, proposal_id, &proposal));
    TRY(campaign_find(work, proposal.campaign_id, &campaign));
    TRY(draft_of(work, &body->terms, &campaign, &terms));
    if (body->answer_by != INT_ABSENT && body->answer_by <= work->now_us) {
        return work_fail_field(work, ERR_INVALID, "answer_by", "the deadline has passed already");
    }
    TRY(wall_refuse(work, proposal.campaign_id, proposal.person_id, "proposal_id"));
    TRY(proposal_refuse_seat(work, &proposal, proposal.person_id, "proposal_id"));
    TRY(proposal_settle(work, proposal_id, "accepted", NULL));
    TRY(refuse_full(work, proposal.requirement_id, ""));
    row = (struct offer_insert_args){
        .id = work_new_id(work, "off"),
        .organisation_id = work->organisation_id,
        .campaign_id = proposal.campaign_id,
        .requirement_id = proposal.requirement_id,
        .proposal_id = proposal_id,
        .person_id = proposal.person_id,
        .offer_terms = offer_terms_text(work, &body->terms),
        .answer_by = body->answer_by == INT_ABSENT ? work->now_us + ANSWER_WITHIN : body->answer_by,
        .created_at = work->now_us,
        .created_by = work->who->person_id,
        .changed_at = work->now_us,
    };
    TRY(guideline_hash_of(work, proposal.campaign_id, &row.guideline_hash));
    TRY(compare(work, proposal.person_id, row.guideline_hash, &terms, &row));
    TRY(offer_insert(work, &row));
    TRY(note(work, row.id, "offered", ""));
    TRY(notify(work, &(struct notice_draft){
                         .person_id = proposal.person_id,
                         .kind = "offer",
                         .title = arena_print(work->arena, "An offer: %s", campaign.name),
                         .message = row.cut_percent > 0
                                        ? arena_print(work->arena,
                                                      "It pays %.0f %% less than before under the "
                                                      "same guideline. You decide.",
                                                      row.cut_percent)
                                        : "Look at the terms and answer in time.",
                         .link = "/offers"}));
    TRY(audit(work, "offer.make", row.id, "{}"));
    *id = row.id;
    return OK;
}

/* ------------------------------------------------------------------ acts */

static const char *act_name(enum offer_act act)
{
    static const char *const NAMES[] = {"accepted", "declined",  "countered", "agreed",
                                        "held",     "withdrawn", "undone",    "expired",
                                        "engaged",  "dropped",   "calibrates"};

    return NAMES[act];
}

enum err offer_do(struct work *work, const struct offer_row *row, const struct offer_change *change)
{
    const char *next = offer_next(row->state, change->act);
    int64_t affected;

    if (next == NULL) {
        return work_fail(work, ERR_CONFLICT, "the offer is %s; that cannot be done now",
                         row->state);
    }
    TRY(offer_move(
        work,
        &(struct offer_move_args){
            .id = row->id,
            .organisation_id = work->organisation_id,
            .state_seen = row->state,
            .state = next,
            .undo_until = change->undo_until,
            .counter_terms = change->counter_terms,
            .counter_message = change->counter_message,
            .offer_terms = change->offer_terms == NULL ? row->offer_terms : change->offer_terms,
            .engagement_id =
                change->engagement_id == NULL ? row->engagement_id : change->engagement_id,
            .changed_at = work->now_us,
        },
        &affected));
    if (affected == 0) {
        return work_fail(work, ERR_CONFLICT, "somebody else changed the offer meanwhile; reload");
    }
    TRY(note(work, row->id, act_name(change->act), change->detail));
    return audit(work, arena_print(work->arena, "offer.%s", act_name(change->act)), row->id, "{}");
}

enum err offer_open_steps(struct work *work, const struct offer_row *row)
{
    static const char *const STEPS[] = {"agreement", "conflict", "confidentiality", "guideline",
                                        "calibration"};
    struct offer_step_insert_args steps[COUNT(STEPS)];
    size_t count = 0;
    bool calibrates;

    TRY(calibration_is_asked(work, row->campaign_id, &calibrates));
    for (size_t i = 0; i < COUNT(STEPS); i++) {
        bool left_out = (strcmp(STEPS[i], "guideline") == 0 && row->guideline_hash == NULL) ||
                        (strcmp(STEPS[i], "calibration") == 0 && !calibrates);

        if (!left_out) {
            steps[count] = (struct offer_step_insert_args){.organisation_id = work->organisation_id,
                                                           .offer_id = row->id,
                                                           .step_name = STEPS[i],
                                                           .position = (int64_t)count};
            count++;
        }
    }
    return offer_step_insert(work, steps, count);
}

/* ------------------------------------------------------------------ steps */

static void say_amount(struct work *work, struct buffer *to, const char *what, int64_t minor,
                       const char *currency)
{
    if (minor > 0) {
        buffer_print(to, "%s: %s %s.\n", what, money_print(work->arena, minor, currency), currency);
    }
}

static void say_terms(struct work *work, struct buffer *to, const struct terms_draft *terms)
{
    const char *currency = terms->currency;

    say_amount(work, to, "For an hour of work", terms->hour_minor, currency);
    say_amount(work, to, "For an accepted unit", terms->unit_minor, currency);
    say_amount(work, to, "On signing", terms->signing_minor, currency);
    say_amount(work, to, "On completion", terms->completion_minor, currency);
    say_amount(work, to, "If it is ended before it is completed", terms->kill_minor, currency);
    if (terms->notice_days > 0) {
        buffer_print(to, "Notice: %lld days.\n", (long long)terms->notice_days);
        say_amount(work, to, "For each day of notice that is not kept", terms->notice_minor,
                   currency);
    }
    if (terms->week_cap_min != INT_ABSENT) {
        buffer_print(to, "At most %.4g hours a week.\n", (double)terms->week_cap_min / 60);
    }
    if (terms->ends_at != INT_ABSENT) {
        char at[TIME_TEXT_SIZE];

        time_print(terms->ends_at, at);
        buffer_print(to, "Ends on %.10s.\n", at);
    }
    if (terms->note != NULL) {
        buffer_print(to, "%s\n", terms->note);
    }
}

enum err offer_agreement_of(struct work *work, const struct offer_row *row,
                            struct offer_agreement *out)
{
    struct buffer text = buffer_new(arena_new());
    struct arena *scratch = text.arena;
    struct campaign_row campaign;
    struct engagement_body body;
    struct terms_draft terms;
    enum err err = campaign_find(work, row->campaign_id, &campaign);

    if (err == OK) {
        err = offer_terms_read(work, row->offer_terms, &body);
    }
    if (err == OK) {
        err = draft_of(work, &body, &campaign, &terms);
    }
    if (err == OK) {
        buffer_print(&text, "%s works on the campaign %s of %s.\n", row->name, row->campaign_name,
                     row->organisation_name);
        say_terms(work, &text, &terms);
        buffer_string(&text, "Work is done under the guideline in force. What is learnt on it is "
                             "kept in confidence, also afterwards.\n");
        out->text = arena_copy(work->arena, text.at, text.size);
        out->content_hash = sha256_hex(work->arena, text_of(out->text));
    }
    arena_free(scratch);
    return err;
}

static enum err check_hash(struct work *work, const struct offer_row *row,
                           const struct offer_sign *sign)
{
    const char *want = NULL;

    if (strcmp(sign->step, "agreement") == 0) {
        struct offer_agreement agreement;

        TRY(offer_agreement_of(work, row, &agreement));
        want = agreement.content_hash;
    } else if (strcmp(sign->step, "guideline") == 0) {
        TRY(guideline_hash_of(work, row->campaign_id, &want));
    }
    if (want == NULL) {
        return OK;
    }
    return sign->content_hash != NULL && strcmp(sign->content_hash, want) == 0
               ? OK
               : work_fail_field(work, ERR_CONFLICT, "content_hash",
                                 "this is not what is in force now; read it again, then sign");
}

/* Minutes are paid from here on; the queue opens at once, or after the calibration. */
static enum err begin(struct work *work, const struct offer_row *row, bool calibrates)
{
    struct campaign_row campaign;
    struct engagement_body body;
    struct terms_draft terms;
    const char *engagement_id;

    TRY(campaign_find(work, row->campaign_id, &campaign));
    TRY(offer_terms_read(work, row->offer_terms, &body));
    TRY(draft_of(work, &body, &campaign, &terms));
    TRY(engage_begin(work,
                     &(struct engage_draft){.campaign_id = row->campaign_id,
                                            .person_id = row->person_id,
                                            .duty = "expert",
                                            .terms = &terms,
                                            .source = row->id,
                                            .hold = calibrates ? "Its queue opens when the "
                                                                 "calibration is passed."
                                                               : NULL},
                     &engagement_id));
    return offer_do(work, row,
                    &(struct offer_change){.act = calibrates ? OFFER_CALIBRATE : OFFER_ENGAGE,
                                           .engagement_id = engagement_id,
                                           .undo_until = INT_ABSENT});
}

/* The steps that are left. */
static enum err steps_left(struct work *work, const struct offer_row *row, size_t *left,
                           bool *calibrates)
{
    struct offer_step_row *steps;
    size_t count;

    TRY(offer_steps(
        work,
        &(struct offer_steps_args){.offer_id = row->id, .organisation_id = work->organisation_id},
        &steps, &count));
    *left = 0;
    *calibrates = false;
    for (size_t i = 0; i < count; i++) {
        if (steps[i].done_at == INT_ABSENT) {
            *calibrates |= strcmp(steps[i].step_name, "calibration") == 0;
            ++*left;
        }
    }
    return OK;
}

static enum err do_step(struct work *work, const struct offer_row *row,
                        const struct offer_sign *sign)
{
    int64_t affected;

    TRY(offer_step_do(work,
                      &(struct offer_step_do_args){.offer_id = row->id,
                                                   .organisation_id = work->organisation_id,
                                                   .step_name = sign->step,
                                                   .done_at = work->now_us,
                                                   .signed_name = sign->signed_name,
                                                   .content_hash = sign->content_hash},
                      &affected));
    return affected > 0
               ? OK
               : work_fail_field(work, ERR_CONFLICT, "step", "there is no such step left to do");
}

enum err offer_calibrated(struct work *work, const struct offer_row *row)
{
    TRY(do_step(work, row, &(struct offer_sign){.step = "calibration"}));
    TRY(engage_turn(work, &(struct engage_change){.engagement_id = row->engagement_id,
                                                  .state = "active",
                                                  .message = "The calibration is passed.",
                                                  .notice_at = INT_ABSENT}));
    return offer_do(work, row,
                    &(struct offer_change){.act = OFFER_ENGAGE, .undo_until = INT_ABSENT});
}

enum err offer_sign_step(struct work *work, const struct offer_row *row,
                         const struct offer_sign *sign)
{
    size_t left;
    bool calibrates;

    if (strcmp(row->state, "accepted") != 0) {
        return work_fail(work, ERR_CONFLICT, "accept the offer first; it is %s", row->state);
    }
    if (strcmp(sign->step, "calibration") == 0) {
        return work_fail_field(work, ERR_CONFLICT, "step",
                               "the calibration is not signed: it is passed by its tasks");
    }
    if (!offer_name_fits(sign->signed_name, row->name)) {
        return work_fail_field(work, ERR_INVALID, "signed_name", "sign with your own name, %s",
                               row->name);
    }
    TRY(check_hash(work, row, sign));
    TRY(do_step(work, row, sign));
    TRY(note(work, row->id, "signed", sign->step));
    TRY(steps_left(work, row, &left, &calibrates));
    return left == (calibrates ? 1 : 0) ? begin(work, row, calibrates) : OK;
}
