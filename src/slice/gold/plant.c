/* Planted submissions: what reviewers judge without knowing that its fault is known. */

#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "slice/account/account.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/gold/gold.h"
#include "slice/gold/gold_sql.h"
#include "slice/task/task.h"
#include "slice/task/task_rule.h"
#include "slice/task/task_sql.h"
#include "store/work.h"

#define REVIEW_DUE (3 * TIME_DAY)

static enum err check(struct work *work, const struct plant_draft *draft,
                      const struct campaign_row *campaign)
{
    struct task_row task;
    struct engagement_of engaged;
    enum err err = task_find(work, draft->task_id, &task);

    if (err == ERR_NOT_FOUND || (err == OK && strcmp(task.campaign_id, draft->campaign_id) != 0)) {
        return work_fail_field(work, ERR_INVALID, "task_id", "the campaign has no task %.40s",
                               draft->task_id);
    }
    TRY(err);
    if ((strcmp(draft->expected, "fault") == 0) != (draft->clause_code != NULL)) {
        return work_fail_field(work, ERR_INVALID, "clause_code",
                               "a fault breaks a clause, and what passes breaks none");
    }
    if (campaign->guideline_id == NULL || strcmp(campaign->state, "draft") == 0) {
        return work_fail(work, ERR_CONFLICT, "nobody reviews this campaign yet");
    }
    err = engagement_find(work,
                          &(struct engagement_find_args){.campaign_id = draft->campaign_id,
                                                         .organisation_id = work->organisation_id,
                                                         .person_id = work->who->person_id,
                                                         .duty = "expert"},
                          &engaged);
    if (err == OK) {
        return work_fail(work, ERR_CONFLICT,
                         "you work on this campaign: somebody who does not must plant");
    }
    return err == ERR_NOT_FOUND ? answer_check(work, draft->campaign_id, draft->answer) : err;
}

/* A lease that was taken and submitted at once, so that the answer has one as all have. */
static enum err add_lease(struct work *work, const struct plant_draft *draft,
                          const char *presentation, const char **id)
{
    struct lease_row lease;

    TRY(lease_take(work,
                   &(struct lease_draft){.campaign_id = draft->campaign_id,
                                         .task_id = draft->task_id,
                                         .stage = "produce",
                                         .presentation = presentation,
                                         .lease_s = 60},
                   id));
    TRY(lease_of_person(
        work, &(struct lease_of_person_args){.id = *id, .person_id = work->who->person_id},
        &lease));
    return lease_close(work, &lease, "submitted");
}

static enum err add_submission(struct work *work, const struct plant_draft *draft,
                               const char *guideline_id, const char *presentation, const char *id)
{
    struct plant_last_revision_row last;
    const char *lease_id = NULL;

    TRY(add_lease(work, draft, presentation, &lease_id));
    TRY(plant_last_revision(
        work,
        &(struct plant_last_revision_args){.task_id = draft->task_id,
                                           .person_id = work->who->person_id,
                                           .organisation_id = work->organisation_id},
        &last));
    TRY(submission_insert(work,
                          &(struct submission_insert_args){.id = id,
                                                           .organisation_id = work->organisation_id,
                                                           .campaign_id = draft->campaign_id,
                                                           .task_id = draft->task_id,
                                                           .lease_id = lease_id,
                                                           .person_id = work->who->person_id,
                                                           .guideline_id = guideline_id,
                                                           .revision = last.revision + 1,
                                                           .answer = draft->answer,
                                                           .presentation = presentation,
                                                           .ai_assist = "none",
                                                           .active_ms = 0,
                                                           .submitted_at = work->now_us}));
    return submission_state_insert(
        work, &(struct submission_state_insert_args){.submission_id = id,
                                                     .organisation_id = work->organisation_id,
                                                     .campaign_id = draft->campaign_id,
                                                     .task_id = draft->task_id,
                                                     .person_id = work->who->person_id,
                                                     .state = "pending",
                                                     .final_answer = draft->answer,
                                                     .due_at = work->now_us + REVIEW_DUE});
}

enum err plant_add(struct work *work, const struct plant_draft *draft, const char **submission_id)
{
    struct campaign_row campaign;
    const struct task_type *type;

    TRY(campaign_find(work, draft->campaign_id, &campaign));
    TRY(campaign_type(work, &campaign, &type));
    TRY(check(work, draft, &campaign));
    *submission_id = work_new_id(work, "sub");
    TRY(add_submission(work, draft, campaign.guideline_id,
                       presentation_of(work->arena, type, (uint64_t)work_random(work)),
                       *submission_id));
    TRY(plant_insert(work, &(struct plant_insert_args){.submission_id = *submission_id,
                                                       .organisation_id = work->organisation_id,
                                                       .campaign_id = draft->campaign_id,
                                                       .expected = draft->expected,
                                                       .clause_code = draft->clause_code,
                                                       .message = draft->message,
                                                       .planted_at = work->now_us,
                                                       .planted_by = work->who->person_id}));
    return audit(work, "plant.add", *submission_id, "{}");
}
