#include "slice/decision/decision.h"

#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "base/time.h"
#include "slice/account/account.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/decision/decision_rule.h"
#include "slice/decision/decision_sql.h"
#include "slice/engage/engage_sql.h"
#include "slice/task/task.h"
#include "slice/task/task_sql.h"
#include "store/work.h"

#define SETTLE_DUE (5 * TIME_DAY)

/* ------------------------------------------------------------------ making one */

static enum err find_engagement(struct work *work, const struct decision_draft *draft,
                                struct engagement_found *out)
{
    enum err err =
        engagement_by_id(work,
                         &(struct engagement_by_id_args){.id = draft->engagement_id,
                                                         .organisation_id = work->organisation_id},
                         out);

    if (err == ERR_NOT_FOUND || (err == OK && strcmp(out->campaign_id, draft->campaign_id) != 0)) {
        return work_fail_field(work, ERR_INVALID, "engagement_id",
                               "there is no engagement %.40s on this campaign",
                               draft->engagement_id);
    }
    return err;
}

static enum err check_clause(struct work *work, const struct decision_draft *draft)
{
    struct campaign_row campaign;
    struct guideline_clause_find_row clause;

    TRY(campaign_find(work, draft->campaign_id, &campaign));
    enum err err = guideline_clause_find(
        work,
        &(struct guideline_clause_find_args){
            .guideline_id = campaign.guideline_id == NULL ? "" : campaign.guideline_id,
            .organisation_id = work->organisation_id,
            .code = draft->clause_code},
        &clause);

    if (err == ERR_NOT_FOUND) {
        return work_fail_field(work, ERR_INVALID, "clause_code",
                               "the guideline in force has no clause %.40s", draft->clause_code);
    }
    return err;
}

/* Set the state of an engagement, and keep its history in step. */
static enum err set_engagement(struct work *work, const char *engagement_id,
                               const char *campaign_id, const char *state, const char *reason)
{
    const char *kind = strcmp(state, "paused") == 0   ? "paused"
                       : strcmp(state, "active") == 0 ? "resumed"
                                                      : "ended_by_operator";
    int64_t affected;

    TRY(engagement_set_state(
        work,
        &(struct engagement_set_state_args){.id = engagement_id,
                                            .campaign_id = campaign_id,
                                            .organisation_id = work->organisation_id,
                                            .state = state,
                                            .reason = reason,
                                            .changed_at = work->now_us},
        &affected));
    return engagement_event_insert(
        work, &(struct engagement_event_insert_args){.id = work_new_id(work, "eev"),
                                                     .organisation_id = work->organisation_id,
                                                     .engagement_id = engagement_id,
                                                     .kind = kind,
                                                     .reason_code = "quality",
                                                     .message = reason,
                                                     .done_by = work->who->person_id,
                                                     .happened_at = work->now_us,
                                                     .notice_at = INT_ABSENT});
}

/* An expert's own answer, or one that a reviewer has judged. */
static enum err is_theirs(struct work *work, const struct engagement_found *engagement,
                          const struct submission_row *submission)
{
    struct decision_judged_row judged;

    if (strcmp(submission->campaign_id, engagement->campaign_id) != 0) {
        return ERR_NOT_FOUND;
    }
    if (strcmp(engagement->duty, "expert") == 0) {
        return strcmp(submission->person_id, engagement->person_id) == 0 ? OK : ERR_NOT_FOUND;
    }
    return decision_judged(work,
                           &(struct decision_judged_args){.submission_id = submission->id,
                                                          .organisation_id = work->organisation_id,
                                                          .person_id = engagement->person_id},
                           &judged);
}

static enum err add_evidence(struct work *work, const char *decision_id,
                             const struct decision_draft *draft,
                             const struct engagement_found *engagement, const char *submission_id)
{
    struct submission_row submission;
    enum err err = submission_find(work, submission_id, &submission);

    if (err == OK) {
        err = is_theirs(work, engagement, &submission);
    }
    if (err == ERR_NOT_FOUND) {
        return work_fail_field(work, ERR_INVALID, "submissions",
                               "%.40s is no work of this person on this campaign", submission_id);
    }
    TRY(err);
    TRY(decision_evidence_insert(
        work, &(struct decision_evidence_insert_args){.organisation_id = work->organisation_id,
                                                      .decision_id = decision_id,
                                                      .submission_id = submission_id,
                                                      .state_before = submission.state}));
    if (strcmp(draft->action, "reject") != 0) {
        return OK;
    }
    if (strcmp(submission.state, "pending") != 0 && strcmp(submission.state, "accepted") != 0) {
        return work_fail_field(work, ERR_CONFLICT, "submissions", "%.40s is %s already",
                               submission_id, submission.state);
    }
    return submission_reject(work, &submission);
}

static enum err apply(struct work *work, const struct decision_draft *draft,
                      const struct engagement_found *engagement, const char *reason)
{
    if (strcmp(draft->action, "reject") == 0) {
        return OK; /* done with each answer */
    }
    return set_engagement(work, engagement->id, draft->campaign_id,
                          strcmp(draft->action, "pause") == 0 ? "paused" : "ended", reason);
}

static enum err tell(struct work *work, const char *person_id, const char *title,
                     const char *message)
{
    return notify(work, &(struct notice_draft){.person_id = person_id,
                                               .kind = "quality",
                                               .title = title,
                                               .message = message,
                                               .link = "/skill"});
}

static const char *title_of(const char *action)
{
    return strcmp(action, "pause") == 0    ? "Your engagement was paused; you may appeal"
           : strcmp(action, "reject") == 0 ? "Answers of yours were rejected; you may appeal"
                                           : "Your engagement was ended; you may appeal";
}

enum err decision_make(struct work *work, const struct decision_draft *draft, const char **id)
{
    struct engagement_found engagement;

    TRY(find_engagement(work, draft, &engagement));
    const char *refusal = decision_refusal(draft->action, engagement.duty, engagement.state);

    if (refusal != NULL) {
        return work_fail(work, ERR_CONFLICT, "%s", refusal);
    }
    if (strcmp(engagement.person_id, work->who->person_id) == 0) {
        return work_fail(work, ERR_FORBIDDEN, "nobody decides about themselves");
    }
    TRY(check_clause(work, draft));
    *id = work_new_id(work, "dec");
    TRY(decision_insert(work,
                        &(struct decision_insert_args){.id = *id,
                                                       .organisation_id = work->organisation_id,
                                                       .campaign_id = draft->campaign_id,
                                                       .engagement_id = engagement.id,
                                                       .person_id = engagement.person_id,
                                                       .action = draft->action,
                                                       .clause_code = draft->clause_code,
                                                       .reason_code = draft->reason_code,
                                                       .message = draft->message,
                                                       .decided_by = work->who->person_id,
                                                       .decided_at = work->now_us}));
    for (size_t i = 0; i < draft->submission_count; i++) {
        TRY(add_evidence(work, *id, draft, &engagement, draft->submissions[i]));
    }
    const char *reason =
        arena_print(work->arena, "Clause %s: %s", draft->clause_code, draft->message);

    TRY(apply(work, draft, &engagement, reason));
    campaign_measure(work, draft->campaign_id);
    TRY(audit(work, "decision.make", *id,
              arena_print(work->arena, "{\"action\":\"%s\"}", draft->action)));
    return tell(work, engagement.person_id, title_of(draft->action), reason);
}

/* ------------------------------------------------------------------ appeals */

static enum err find(struct work *work, const char *id, struct decision_row *out)
{
    return decision_by_id(
        work, &(struct decision_by_id_args){.id = id, .organisation_id = work->organisation_id},
        out);
}

enum err decision_appeal(struct work *work, const char *id, const char *message)
{
    struct decision_row decision;
    int64_t affected;

    TRY(find(work, id, &decision));
    if (strcmp(decision.person_id, work->who->person_id) != 0) {
        return work_fail(work, ERR_NOT_FOUND, "there is no decision %.40s about you", id);
    }
    const char *refusal =
        decision_appeal_refusal(decision.state, decision.decided_at, work->now_us);

    if (refusal != NULL) {
        return work_fail(work, ERR_CONFLICT, "%s", refusal);
    }
    TRY(decision_set_appeal(
        work,
        &(struct decision_set_appeal_args){.id = id,
                                           .organisation_id = work->organisation_id,
                                           .appeal = message,
                                           .appealed_at = work->now_us,
                                           .due_at = work->now_us + SETTLE_DUE},
        &affected));
    return audit(work, "decision.appeal", id, "{}");
}

static enum err restore_answers(struct work *work, const char *decision_id)
{
    struct evidence_row *rows;
    size_t count;

    TRY(decision_evidence_of(
        work,
        &(struct decision_evidence_of_args){.decision_id = decision_id,
                                            .organisation_id = work->organisation_id},
        &rows, &count));
    for (size_t i = 0; i < count; i++) {
        struct submission_row submission;

        TRY(submission_find(work, rows[i].submission_id, &submission));
        if (strcmp(submission.state, "rejected") == 0) {
            TRY(submission_restore(work, &submission));
        }
    }
    return OK;
}

static enum err undo(struct work *work, const struct decision_row *decision, const char *message)
{
    const char *made = strcmp(decision->action, "pause") == 0 ? "paused" : "ended";

    if (strcmp(decision->action, "reject") == 0) {
        return restore_answers(work, decision->id);
    }
    if (strcmp(decision->engagement_state, made) != 0) {
        return OK; /* somebody has changed it since for a reason of its own */
    }
    return set_engagement(work, decision->engagement_id, decision->campaign_id, "active", message);
}

enum err decision_settle(struct work *work, const char *id, bool overturn, const char *message)
{
    struct decision_row decision;
    int64_t affected;

    TRY(find(work, id, &decision));
    const char *refusal = decision_settle_refusal(decision.state, decision.decided_by,
                                                  decision.person_id, work->who->person_id);

    if (refusal != NULL) {
        return work_fail(work, ERR_CONFLICT, "%s", refusal);
    }
    TRY(decision_set_settlement(
        work,
        &(struct decision_set_settlement_args){.id = id,
                                               .organisation_id = work->organisation_id,
                                               .state = overturn ? "overturned" : "upheld",
                                               .settled_by = work->who->person_id,
                                               .settled_at = work->now_us,
                                               .settlement = message},
        &affected));
    if (overturn) {
        TRY(undo(work, &decision, message));
        campaign_measure(work, decision.campaign_id);
    }
    TRY(audit(work, overturn ? "decision.overturn" : "decision.uphold", id, "{}"));
    return tell(work, decision.person_id,
                overturn ? "Your appeal was decided: the decision is undone"
                         : "Your appeal was decided: the decision stands",
                message);
}
