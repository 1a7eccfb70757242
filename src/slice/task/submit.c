/* Answers: checked by the task type, stored as facts, and what reviews do to them afterwards. */

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/json_schema.h"
#include "base/time.h"
#include "slice/account/account.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/pay/pay.h"
#include "slice/task/task.h"
#include "slice/task/task_count.h"
#include "slice/task/task_sql.h"
#include "slice/type/type.h"
#include "store/work.h"

#define REVIEW_DUE (3 * TIME_DAY)

static enum err check(struct work *work, const struct campaign_row *campaign, const char *answer)
{
    const struct task_type *type;
    struct json *value = NULL;

    TRY(campaign_type(work, campaign, &type));
    TRY(json_parse(work->arena, text_of(answer), &value, &work->fault));
    return json_schema_validate(type->answer, value, &work->fault);
}

enum err answer_check(struct work *work, const char *campaign_id, const char *answer)
{
    struct campaign_row campaign;

    TRY(campaign_find(work, campaign_id, &campaign));
    return check(work, &campaign, answer);
}

static enum err set_state(struct work *work, const struct submission_row *submission,
                          const char *state, const char *final_answer)
{
    int64_t affected;

    return submission_set_state(work,
                                &(struct submission_set_state_args){
                                    .submission_id = submission->id,
                                    .organisation_id = work->organisation_id,
                                    .state = state,
                                    .final_answer = final_answer,
                                },
                                &affected);
}

static enum err store_answer(struct work *work, const struct lease_row *lease,
                             const char *guideline_id, int64_t revision,
                             const struct answer_draft *draft, const char **id)
{
    *id = work_new_id(work, "sub");
    TRY(submission_insert(work, &(struct submission_insert_args){
                                    .id = *id,
                                    .organisation_id = work->organisation_id,
                                    .campaign_id = lease->campaign_id,
                                    .task_id = lease->task_id,
                                    .lease_id = lease->id,
                                    .person_id = work->who->person_id,
                                    .guideline_id = guideline_id,
                                    .revision = revision,
                                    .answer = draft->answer,
                                    .presentation = lease->presentation,
                                    .ai_assist = draft->ai_assist,
                                    .active_ms = draft->active_ms,
                                    .submitted_at = work->now_us,
                                }));
    return submission_state_insert(work, &(struct submission_state_insert_args){
                                             .submission_id = *id,
                                             .organisation_id = work->organisation_id,
                                             .campaign_id = lease->campaign_id,
                                             .task_id = lease->task_id,
                                             .person_id = work->who->person_id,
                                             .state = "pending",
                                             .final_answer = draft->answer,
                                             .due_at = work->now_us + REVIEW_DUE,
                                         });
}

/* What a lease on a returned answer revises; a first answer revises nothing. */
static enum err find_returned(struct work *work, const struct lease_row *lease,
                              struct submission_row *out)
{
    *out = (struct submission_row){0};
    return lease->submission_id == NULL ? OK : submission_find(work, lease->submission_id, out);
}

/* A first answer takes a place of the task; a revision keeps the one that the returned answer had.
 */
static enum err take_place(struct work *work, const struct lease_row *lease,
                           const struct submission_row *returned)
{
    if (lease->submission_id == NULL) {
        campaign_count(work, lease->campaign_id, "given", 1);
        return task_recount(work, lease->campaign_id, lease->task_id,
                            (struct task_change){.active = -1, .given = 1});
    }
    campaign_count(work, lease->campaign_id, "returned", -1);
    return set_state(work, returned, "superseded", returned->final_answer);
}

/* What a new answer changes beside itself. */
static enum err count_answer(struct work *work, const struct lease_row *lease,
                             const struct submission_row *returned, bool reviewed, const char *id)
{
    struct submission_row made;

    TRY(take_place(work, lease, returned));
    campaign_count(work, lease->campaign_id, "pending", 1);
    if (reviewed) {
        campaign_measure(work, lease->campaign_id);
        return OK;
    }
    TRY(submission_find(work, id, &made));
    return submission_accept(work, &made, made.answer);
}

static enum err add_next(struct work *work, const struct campaign_row *campaign,
                         struct answer_made *out)
{
    TRY(task_claim_next(work, campaign, &out->next_lease_id, &out->message));
    if (out->next_lease_id == NULL && out->message == NULL) {
        out->message = NOTHING_LEFT;
    }
    return OK;
}

enum err submission_add(struct work *work, const char *lease_id, const struct answer_draft *draft,
                        struct answer_made *out)
{
    struct lease_row lease;
    struct campaign_row campaign;
    struct submission_row returned;

    TRY(lease_held_by_me(work, lease_id, &lease));
    if (strcmp(lease.stage, "produce") != 0) {
        return work_fail(work, ERR_CONFLICT, "this lease is for a review, not for an answer");
    }
    TRY(campaign_find(work, lease.campaign_id, &campaign));
    TRY(check(work, &campaign, draft->answer));
    TRY(find_returned(work, &lease, &returned));
    *out = (struct answer_made){0};
    TRY(store_answer(work, &lease, campaign.guideline_id, returned.revision + 1, draft, &out->id));
    TRY(lease_close(work, &lease, "submitted"));
    TRY(count_answer(work, &lease, &returned, campaign.review_layers > 0, out->id));
    return draft->next ? add_next(work, &campaign, out) : OK;
}

static enum err unit_of(struct work *work, const struct submission_row *submission,
                        struct unit_paid *out)
{
    struct unit_price_row price;

    TRY(unit_price(
        work,
        &(struct unit_price_args){.id = submission->id, .organisation_id = work->organisation_id},
        &price));
    *out = (struct unit_paid){.campaign_id = submission->campaign_id,
                              .submission_id = submission->id,
                              .person_id = submission->person_id,
                              .amount_minor = price.unit_minor,
                              .currency = price.currency};
    return OK;
}

/* From one state to another, with the campaign's counts. */
static enum err move(struct work *work, const struct submission_row *submission, const char *state,
                     const char *final_answer)
{
    if (strcmp(submission->state, state) != 0) {
        campaign_count(work, submission->campaign_id, submission->state, -1);
        campaign_count(work, submission->campaign_id, state, 1);
    }
    campaign_measure(work, submission->campaign_id);
    return set_state(work, submission, state, final_answer);
}

enum err submission_accept(struct work *work, const struct submission_row *submission,
                           const char *final_answer)
{
    struct unit_paid unit;

    TRY(unit_of(work, submission, &unit));
    TRY(move(work, submission, "accepted", final_answer));
    TRY(task_recount(work, submission->campaign_id, submission->task_id,
                     (struct task_change){.accepted = 1}));
    return pay_unit(work, &unit);
}

enum err submission_return(struct work *work, const struct submission_row *submission)
{
    return move(work, submission, "returned", submission->final_answer);
}

enum err submission_reject(struct work *work, const struct submission_row *submission)
{
    struct unit_paid unit;

    TRY(unit_of(work, submission, &unit));
    TRY(move(work, submission, "rejected", submission->final_answer));
    TRY(task_recount(work, submission->campaign_id, submission->task_id,
                     (struct task_change){.given = -1}));
    return pay_reverse(work, &unit);
}

enum err submission_restore(struct work *work, const struct submission_row *submission)
{
    TRY(task_recount(work, submission->campaign_id, submission->task_id,
                     (struct task_change){.given = 1}));
    return submission_accept(work, submission, submission->final_answer);
}

enum err submission_mark(struct work *work, const struct submission_row *submission,
                         const char *state)
{
    return set_state(work, submission, state, submission->final_answer);
}
