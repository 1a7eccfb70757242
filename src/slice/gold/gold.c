#include "slice/gold/gold.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/shape.h"
#include "slice/account/account.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/gold/gold_rule.h"
#include "slice/gold/gold_sql.h"
#include "slice/task/task.h"
#include "slice/task/task_count.h"
#include "slice/task/task_sql.h"
#include "store/work.h"

/* The task must be one of the campaign's; another's sounds like none. */
static enum err check_task(struct work *work, const struct gold_draft *draft)
{
    struct task_row task;
    enum err err = task_find(work, draft->task_id, &task);

    if (err == ERR_NOT_FOUND || (err == OK && strcmp(task.campaign_id, draft->campaign_id) != 0)) {
        return work_fail_field(work, ERR_INVALID, "items", "the campaign has no task %.40s",
                               draft->task_id);
    }
    return err;
}

static enum err check_clause(struct work *work, const struct campaign_row *campaign,
                             const char *clause_code)
{
    struct guideline_clause_find_row clause;

    if (campaign->guideline_id == NULL) {
        return work_fail_field(work, ERR_CONFLICT, "items",
                               "write a guideline first: gold rests on its clauses");
    }
    enum err err = guideline_clause_find(
        work,
        &(struct guideline_clause_find_args){.guideline_id = campaign->guideline_id,
                                             .organisation_id = work->organisation_id,
                                             .code = clause_code},
        &clause);

    if (err == ERR_NOT_FOUND) {
        return work_fail_field(work, ERR_INVALID, "items", "the guideline has no clause %.40s",
                               clause_code);
    }
    return err;
}

enum err gold_add(struct work *work, const struct gold_draft *draft, const char **id)
{
    struct campaign_row campaign;
    struct gold_of_task_row known;

    TRY(campaign_find(work, draft->campaign_id, &campaign));
    TRY(check_task(work, draft));
    TRY(check_clause(work, &campaign, draft->clause_code));
    TRY(answer_check(work, draft->campaign_id, draft->answer));
    enum err err =
        gold_of_task(work,
                     &(struct gold_of_task_args){.task_id = draft->task_id,
                                                 .organisation_id = work->organisation_id},
                     &known);

    if (err == OK) {
        return work_fail_field(work, ERR_CONFLICT, "items", "task %.40s is gold already, or was",
                               draft->task_id);
    }
    if (err != ERR_NOT_FOUND) {
        return err;
    }
    *id = work_new_id(work, "gld");
    TRY(gold_insert(work, &(struct gold_insert_args){.id = *id,
                                                     .organisation_id = work->organisation_id,
                                                     .campaign_id = draft->campaign_id,
                                                     .task_id = draft->task_id,
                                                     .answer = draft->answer,
                                                     .clause_code = draft->clause_code,
                                                     .message = draft->message,
                                                     .added_at = work->now_us,
                                                     .added_by = work->who->person_id}));
    TRY(gold_state_insert(work,
                          &(struct gold_state_insert_args){.gold_id = *id,
                                                           .organisation_id = work->organisation_id,
                                                           .campaign_id = draft->campaign_id,
                                                           .task_id = draft->task_id,
                                                           .changed_at = work->now_us}));
    TRY(task_hold(work, draft->campaign_id, draft->task_id));
    campaign_measure(work, draft->campaign_id);
    return audit(work, "gold.add", *id, "{}");
}

enum err gold_set_state(struct work *work, const char *campaign_id, const char *gold_id,
                        const char *state, const char *reason)
{
    struct campaign_row campaign;
    struct gold_row gold;

    TRY(campaign_find(work, campaign_id, &campaign));
    enum err err = gold_by_id(work,
                              &(struct gold_by_id_args){.id = gold_id,
                                                        .campaign_id = campaign_id,
                                                        .organisation_id = work->organisation_id},
                              &gold);

    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "the campaign has no gold %.40s", gold_id);
    }
    TRY(err);
    if (!gold_may_become(gold.state, state)) {
        return work_fail_field(work, ERR_CONFLICT, "state", "this gold is %s", gold.state);
    }
    TRY(gold_state_set(work, &(struct gold_state_set_args){.gold_id = gold_id,
                                                           .organisation_id = work->organisation_id,
                                                           .state = state,
                                                           .reason = reason,
                                                           .changed_at = work->now_us}));
    if (strcmp(state, "retired") == 0) {
        TRY(task_release(work, campaign_id, gold.task_id,
                         campaign.label_min == INT_ABSENT ? campaign.redundancy
                                                          : campaign.label_min));
    }
    campaign_measure(work, campaign_id);
    return audit(work, "gold.state", gold_id,
                 arena_print(work->arena, "{\"state\":\"%s\"}", state));
}

enum err gold_is_missed(struct work *work, const char *campaign_id, const char *gold_answer,
                        const char *answer, bool *out)
{
    struct campaign_row campaign;
    const struct task_type *type;
    struct json *known = NULL;
    struct json *said = NULL;

    TRY(campaign_find(work, campaign_id, &campaign));
    TRY(campaign_type(work, &campaign, &type));
    TRY(json_parse(work->arena, text_of(gold_answer), &known, &work->fault));
    TRY(json_parse(work->arena, text_of(answer), &said, &work->fault));
    *out = gold_differs(work->arena, type, known, said);
    return OK;
}
