#include "slice/review/review.h"

#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "slice/account/account.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/review/review_rule.h"
#include "slice/review/review_sql.h"
#include "slice/task/task.h"
#include "slice/task/task_sql.h"
#include "slice/wall/wall.h"
#include "store/work.h"

#define APPEAL_DUE (5 * TIME_DAY)

static enum err admit(struct work *work, const char *campaign_id, struct campaign_row *campaign)
{
    struct engagement_of engagement;

    TRY(campaign_find(work, campaign_id, campaign));
    enum err err = engagement_find(work,
                                   &(struct engagement_find_args){
                                       .campaign_id = campaign_id,
                                       .organisation_id = work->organisation_id,
                                       .person_id = work->who->person_id,
                                       .duty = "reviewer",
                                   },
                                   &engagement);

    if (err == ERR_NOT_FOUND || (err == OK && strcmp(engagement.state, "active") != 0)) {
        return work_fail(work, ERR_FORBIDDEN, "you do not review this campaign");
    }
    TRY(err);
    return wall_refuse_asker(work, campaign_id);
}

static enum err take(struct work *work, const struct campaign_row *campaign, const char *task_id,
                     const char *submission_id, const char *stage, const char **lease_id)
{
    struct submission_row submission;

    TRY(submission_find(work, submission_id, &submission));
    return lease_take(work,
                      &(struct lease_draft){
                          .campaign_id = campaign->id,
                          .task_id = task_id,
                          .submission_id = submission_id,
                          .stage = stage,
                          .presentation = submission.presentation,
                          .lease_s = campaign->lease_s,
                      },
                      lease_id);
}

/* What the reviewer holds already, of either kind. ERR_NOT_FOUND: nothing that still runs. */
static enum err held(struct work *work, const char *campaign_id, const char **lease_id)
{
    static const char *const STAGES[] = {"appeal", "review"};

    for (size_t i = 0; i < COUNT(STAGES); i++) {
        struct lease_row lease;
        enum err err =
            lease_held(work,
                       &(struct lease_held_args){.person_id = work->who->person_id,
                                                 .stage = STAGES[i],
                                                 .campaign_id = campaign_id,
                                                 .organisation_id = work->organisation_id},
                       &lease);

        if (err == OK && lease.expires_at > work->now_us) {
            *lease_id = lease.id;
            return OK;
        }
        if (err != OK && err != ERR_NOT_FOUND) {
            return err;
        }
    }
    return ERR_NOT_FOUND;
}

static enum err claim_next(struct work *work, const struct campaign_row *campaign,
                           const char **lease_id)
{
    struct appeal_next_row appeal;
    struct review_next_row next;
    enum err err = appeal_next(work,
                               &(struct appeal_next_args){.campaign_id = campaign->id,
                                                          .organisation_id = work->organisation_id,
                                                          .person_id = work->who->person_id},
                               &appeal);

    if (err == OK) { /* appeals have a clock: they come first */
        return take(work, campaign, appeal.task_id, appeal.submission_id, "appeal", lease_id);
    }
    if (err != ERR_NOT_FOUND) {
        return err;
    }
    err = review_next(work,
                      &(struct review_next_args){.campaign_id = campaign->id,
                                                 .organisation_id = work->organisation_id,
                                                 .person_id = work->who->person_id},
                      &next);
    if (err == OK) {
        return take(work, campaign, next.task_id, next.submission_id, "review", lease_id);
    }
    *lease_id = NULL;
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err review_claim(struct work *work, const char *campaign_id, const char **lease_id)
{
    struct campaign_row campaign;

    TRY(admit(work, campaign_id, &campaign));
    enum err err = held(work, campaign_id, lease_id);

    return err == ERR_NOT_FOUND ? claim_next(work, &campaign, lease_id) : err;
}

static enum err check_draft(struct work *work, const struct submission_row *submission,
                            const struct review_draft *draft)
{
    struct review_lack lack = review_lacks(draft);
    struct guideline_clause_find_row clause;

    if (lack.field != NULL) {
        return work_fail_field(work, ERR_INVALID, lack.field, "%s", lack.why);
    }
    if (draft->answer != NULL) {
        TRY(answer_check(work, submission->campaign_id, draft->answer));
    }
    if (draft->clause_code == NULL) {
        return OK;
    }
    enum err err = guideline_clause_find(
        work,
        &(struct guideline_clause_find_args){.guideline_id = submission->guideline_id,
                                             .organisation_id = work->organisation_id,
                                             .code = draft->clause_code},
        &clause);

    if (err == ERR_NOT_FOUND) {
        return work_fail_field(work, ERR_INVALID, "clause_code",
                               "the guideline under which this was made has no clause %.40s",
                               draft->clause_code);
    }
    return err;
}

static enum err tell_author(struct work *work, const struct submission_row *submission,
                            const char *title, const char *message)
{
    return notify(work, &(struct notice_draft){
                            .person_id = submission->person_id,
                            .kind = "review",
                            .title = title,
                            .message = message == NULL ? "" : message,
                            .link = arena_print(work->arena, "/work/%s", submission->id),
                        });
}

static enum err apply(struct work *work, const struct submission_row *submission,
                      const struct review_draft *draft)
{
    const char *reason = draft->clause_code == NULL
                             ? draft->message
                             : arena_print(work->arena, "Clause %s: %s", draft->clause_code,
                                           draft->message == NULL ? "" : draft->message);

    if (strcmp(draft->verdict, "return") == 0) {
        TRY(submission_return(work, submission));
        return tell_author(work, submission, "An answer came back for revision", reason);
    }
    if (strcmp(draft->verdict, "reject") == 0) {
        TRY(submission_reject(work, submission));
        return tell_author(work, submission, "An answer was rejected; you may appeal", reason);
    }
    if (strcmp(draft->verdict, "fix") == 0) {
        TRY(submission_accept(work, submission, draft->answer));
        return tell_author(work, submission, "An answer was mended and accepted", reason);
    }
    return submission_accept(work, submission, submission->answer);
}

/* A planted submission is judged like any other, and nothing follows from it but the judgement. */
static enum err apply_unless_planted(struct work *work, const struct submission_row *submission,
                                     const struct review_draft *draft)
{
    struct review_of_plant_row plant;
    enum err err =
        review_of_plant(work,
                        &(struct review_of_plant_args){.submission_id = submission->id,
                                                       .organisation_id = work->organisation_id},
                        &plant);

    if (err == OK) {
        return submission_mark(work, submission, review_state_after(draft->verdict));
    }
    return err == ERR_NOT_FOUND ? apply(work, submission, draft) : err;
}

enum err review_decide(struct work *work, const char *lease_id, const struct review_draft *draft,
                       const char **id)
{
    struct lease_row lease;
    struct submission_row submission;

    TRY(lease_held_by_me(work, lease_id, &lease));
    if (strcmp(lease.stage, "review") != 0) {
        return work_fail(work, ERR_CONFLICT, "this lease is not for a review");
    }
    TRY(submission_find(work, lease.submission_id, &submission));
    if (strcmp(submission.state, "pending") != 0) {
        return work_fail(work, ERR_CONFLICT, "the submission is %s already", submission.state);
    }
    TRY(check_draft(work, &submission, draft));
    *id = work_new_id(work, "rev");
    TRY(review_insert(work, &(struct review_insert_args){
                                .id = *id,
                                .organisation_id = work->organisation_id,
                                .campaign_id = lease.campaign_id,
                                .task_id = lease.task_id,
                                .submission_id = submission.id,
                                .lease_id = lease.id,
                                .person_id = work->who->person_id,
                                .verdict = draft->verdict,
                                .answer = draft->answer,
                                .clause_code = draft->clause_code,
                                .reason_code = draft->reason_code,
                                .message = draft->message,
                                .span = draft->span,
                                .decided_at = work->now_us,
                            }));
    TRY(lease_close(work, &lease, "submitted"));
    TRY(audit(work, "review.decide", *id,
              arena_print(work->arena, "{\"verdict\":\"%s\"}", draft->verdict)));
    return apply_unless_planted(work, &submission, draft);
}

enum err appeal_open(struct work *work, const char *submission_id, const char *message,
                     const char **id)
{
    struct submission_row submission;
    struct review_last_negative_row review;

    TRY(submission_find(work, submission_id, &submission));
    if (strcmp(submission.person_id, work->who->person_id) != 0) {
        return work_fail(work, ERR_NOT_FOUND, "you have no such submission");
    }
    if (strcmp(submission.state, "rejected") != 0) {
        return work_fail(work, ERR_CONFLICT,
                         "only a rejection can be appealed; this submission is %s",
                         submission.state);
    }
    TRY(review_last_negative(
        work,
        &(struct review_last_negative_args){.submission_id = submission_id,
                                            .organisation_id = work->organisation_id},
        &review));
    *id = work_new_id(work, "apl");
    enum err err = appeal_insert(work, &(struct appeal_insert_args){
                                           .id = *id,
                                           .organisation_id = work->organisation_id,
                                           .campaign_id = submission.campaign_id,
                                           .task_id = submission.task_id,
                                           .submission_id = submission.id,
                                           .review_id = review.id,
                                           .person_id = submission.person_id,
                                           .reviewer_id = review.person_id,
                                           .message = message,
                                           .opened_at = work->now_us,
                                           .due_at = work->now_us + APPEAL_DUE,
                                       });

    if (err == ERR_CONFLICT) {
        return work_fail(work, err, "this rejection has been appealed already");
    }
    TRY(err);
    campaign_count(work, submission.campaign_id, "appeals", 1);
    return audit(work, "appeal.open", *id, "{}");
}

static enum err close_appeal(struct work *work, const char *submission_id, bool overturn,
                             const char *decision, const char **appeal_id)
{
    struct appeal_open_of_row appeal;
    int64_t affected;

    TRY(appeal_open_of(work,
                       &(struct appeal_open_of_args){.submission_id = submission_id,
                                                     .organisation_id = work->organisation_id},
                       &appeal));
    TRY(appeal_decide(work,
                      &(struct appeal_decide_args){
                          .id = appeal.id,
                          .organisation_id = work->organisation_id,
                          .state = overturn ? "overturned" : "upheld",
                          .decided_by = work->who->person_id,
                          .decided_at = work->now_us,
                          .decision = decision,
                      },
                      &affected));
    *appeal_id = appeal.id;
    return OK;
}

enum err appeal_settle(struct work *work, const char *lease_id, bool overturn, const char *decision)
{
    struct lease_row lease;
    struct submission_row submission;
    const char *appeal_id = NULL;

    TRY(lease_held_by_me(work, lease_id, &lease));
    if (strcmp(lease.stage, "appeal") != 0) {
        return work_fail(work, ERR_CONFLICT, "this lease is not for an appeal");
    }
    TRY(submission_find(work, lease.submission_id, &submission));
    TRY(close_appeal(work, submission.id, overturn, decision, &appeal_id));
    TRY(lease_close(work, &lease, "submitted"));
    TRY(audit(work, overturn ? "appeal.overturn" : "appeal.uphold", appeal_id, "{}"));
    if (!overturn) {
        return tell_author(work, &submission, "Your appeal was decided: the rejection stands",
                           decision);
    }
    campaign_count(work, lease.campaign_id, "overturned", 1);
    TRY(submission_restore(work, &submission));
    return tell_author(work, &submission,
                       "Your appeal was decided: the answer is accepted and paid", decision);
}
