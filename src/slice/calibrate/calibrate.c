#include "slice/calibrate/calibrate.h"

#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "slice/account/account.h"
#include "slice/calibrate/calibrate_rule.h"
#include "slice/calibrate/calibrate_sql.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/engage/engage.h"
#include "slice/engage/engage_sql.h"
#include "slice/gold/gold.h"
#include "slice/task/task.h"
#include "store/work.h"

static enum err find_policy(struct work *work, const char *campaign_id,
                            struct calibration_policy_row *out)
{
    return calibration_policy_of(
        work,
        &(struct calibration_policy_of_args){.campaign_id = campaign_id,
                                             .organisation_id = work->organisation_id},
        out);
}

enum err calibration_is_asked(struct work *work, const char *campaign_id, bool *out)
{
    struct calibration_policy_row policy;
    struct calibration_task_count_row tasks;
    enum err err = find_policy(work, campaign_id, &policy);

    *out = false;
    if (err == ERR_NOT_FOUND) {
        return OK;
    }
    TRY(err);
    TRY(calibration_task_count(
        work,
        &(struct calibration_task_count_args){.campaign_id = campaign_id,
                                              .organisation_id = work->organisation_id},
        &tasks));
    *out = tasks.task_count >= policy.task_count;
    return OK;
}

/* The task that comes next in an attempt (`try_id` empty: in one that has not begun). */
static enum err find_next(struct work *work, const struct calibration_question *question,
                          const char *try_id, struct calibration *out)
{
    struct calibration_next_row next;
    enum err err =
        calibration_next(work,
                         &(struct calibration_next_args){.engagement_id = question->engagement_id,
                                                         .campaign_id = question->campaign_id,
                                                         .organisation_id = work->organisation_id,
                                                         .try_id = try_id},
                         &next);

    if (err == OK) {
        out->next_id = next.id;
        out->next_payload = next.payload;
    }
    return err == ERR_NOT_FOUND ? OK : err;
}

static void take_last(const struct calibration_try_row *last, struct calibration *out)
{
    out->state = last->state;
    out->attempt = last->try_number - out->before;
    out->task_count = last->task_count;
    out->pass_count = last->pass_count;
    out->answered = last->answered;
    out->right_count = last->right_count;
    out->try_id = last->id;
}

/* Attempts that were made, the oldest first, and granted. */
struct way {
    struct calibration_try_row *tries;
    size_t try_count;
    int64_t grant_count;
};

static enum err read_way(struct work *work, const struct calibration_question *question,
                         struct way *out)
{
    struct calibration_grants_row grants;

    TRY(calibration_grants(
        work,
        &(struct calibration_grants_args){.engagement_id = question->engagement_id,
                                          .organisation_id = work->organisation_id},
        &grants));
    out->grant_count = grants.grant_count;
    return calibration_tries_of(
        work,
        &(struct calibration_tries_of_args){.engagement_id = question->engagement_id,
                                            .organisation_id = work->organisation_id},
        &out->tries, &out->try_count);
}

/* The last call for another calibration; all zero: there was none. */
static enum err find_call(struct work *work, const struct calibration_question *question,
                          struct calibration_call_row *out)
{
    *out = (struct calibration_call_row){0};
    enum err err = calibration_call_last(
        work,
        &(struct calibration_call_last_args){.engagement_id = question->engagement_id,
                                             .organisation_id = work->organisation_id},
        out);

    return err == ERR_NOT_FOUND ? OK : err;
}

enum err calibration_find(struct work *work, const struct calibration_question *question,
                          struct calibration *out)
{
    struct calibration_policy_row policy = {0};
    struct calibration_call_row asked;
    struct way way;
    enum err err = find_policy(work, question->campaign_id, &policy);

    if (err != ERR_NOT_FOUND) {
        TRY(err);
    }
    TRY(read_way(work, question, &way));
    TRY(find_call(work, question, &asked));
    *out = (struct calibration){.state = "waiting",
                                .before = asked.tries_before,
                                .attempt_max =
                                    policy.attempt_max + way.grant_count - asked.grants_before,
                                .task_count = policy.task_count,
                                .pass_count = policy.pass_count};
    if ((int64_t)way.try_count > out->before) {
        take_last(&way.tries[way.try_count - 1], out);
    }
    if (strcmp(out->state, "failed") == 0 && out->attempt < out->attempt_max) {
        out->state = "waiting";
    }
    if (strcmp(out->state, "running") == 0) {
        return find_next(work, question, out->try_id, out);
    }
    return strcmp(out->state, "waiting") == 0 ? find_next(work, question, "", out) : OK;
}

/* ------------------------------------------------------------------ answers */

static enum err begin_try(struct work *work, const struct calibration_question *question,
                          struct calibration *now)
{
    struct calibration_policy_row policy;
    struct campaign_row campaign;

    TRY(find_policy(work, question->campaign_id, &policy));
    TRY(campaign_find(work, question->campaign_id, &campaign));
    now->try_id = work_new_id(work, "cty");
    now->attempt++;
    now->answered = now->right_count = 0;
    now->task_count = policy.task_count;
    now->pass_count = policy.pass_count;
    return calibration_try_insert(
        work, &(struct calibration_try_insert_args){.id = now->try_id,
                                                    .organisation_id = work->organisation_id,
                                                    .campaign_id = question->campaign_id,
                                                    .engagement_id = question->engagement_id,
                                                    .try_number = now->before + now->attempt,
                                                    .task_count = policy.task_count,
                                                    .pass_count = policy.pass_count,
                                                    .guideline_id = campaign.guideline_id,
                                                    .begun_at = work->now_us});
}

static enum err refuse_other(struct work *work, const struct calibration *now, const char *task_id)
{
    if (strcmp(now->state, "passed") == 0) {
        return work_fail(work, ERR_CONFLICT, "the calibration is passed already");
    }
    if (strcmp(now->state, "failed") == 0) {
        return work_fail(work, ERR_CONFLICT,
                         "no attempt is left; your operator can grant another one");
    }
    if (now->next_id == NULL || strcmp(now->next_id, task_id) != 0) {
        return work_fail_field(work, ERR_CONFLICT, "calibration_task_id",
                               "another task comes next; reload");
    }
    return OK;
}

/* When the tasks ran out before the number asked for, what was answered decides. */
static enum err end_try(struct work *work, const struct calibration_question *question,
                        struct calibration *now)
{
    struct calibration left = {0};

    TRY(find_next(work, question, now->try_id, &left));
    int64_t wanted = left.next_id == NULL ? now->answered : now->task_count;
    const char *state = calibration_state(now->answered, now->right_count, wanted, now->pass_count);
    int64_t affected;

    if (strcmp(state, "running") == 0) {
        return OK;
    }
    TRY(calibration_try_end(
        work,
        &(struct calibration_try_end_args){.id = now->try_id,
                                           .organisation_id = work->organisation_id,
                                           .state = state,
                                           .ended_at = work->now_us},
        &affected));
    return audit(work, arena_print(work->arena, "calibration.%s", state), now->try_id, "{}");
}

enum err calibration_answer(struct work *work, const struct calibration_question *question,
                            const char *task_id, const char *answer,
                            struct calibration_feedback *out)
{
    struct calibration now;
    struct calibration_task_known known;
    bool missed;

    TRY(calibration_find(work, question, &now));
    TRY(refuse_other(work, &now, task_id));
    TRY(answer_check(work, question->campaign_id, answer));
    TRY(calibration_task_find(
        work,
        &(struct calibration_task_find_args){.id = task_id,
                                             .campaign_id = question->campaign_id,
                                             .organisation_id = work->organisation_id},
        &known));
    TRY(gold_is_missed(work, question->campaign_id, known.answer, answer, &missed));
    if (strcmp(now.state, "waiting") == 0) {
        TRY(begin_try(work, question, &now));
    }
    TRY(calibration_answer_insert(
        work, &(struct calibration_answer_insert_args){.organisation_id = work->organisation_id,
                                                       .try_id = now.try_id,
                                                       .calibration_task_id = task_id,
                                                       .answer = answer,
                                                       .is_right = !missed,
                                                       .answered_at = work->now_us}));
    now.answered++;
    now.right_count += !missed;
    *out = (struct calibration_feedback){.is_right = !missed,
                                         .known_answer = known.answer,
                                         .clause_code = known.clause_code,
                                         .message = known.message};
    return end_try(work, question, &now);
}

/* ------------------------------------------------------------------ calls */

enum err calibration_ask(struct work *work, const struct calibration_question *question,
                         const struct calibration_ask *ask)
{
    struct way way;

    TRY(read_way(work, question, &way));
    if (way.try_count > 0 && strcmp(way.tries[way.try_count - 1].state, "running") == 0) {
        int64_t affected;

        TRY(calibration_try_end(
            work,
            &(struct calibration_try_end_args){.id = way.tries[way.try_count - 1].id,
                                               .organisation_id = work->organisation_id,
                                               .state = "failed",
                                               .ended_at = work->now_us},
            &affected));
    }
    const char *id = work_new_id(work, "ccl");

    TRY(calibration_call_insert(
        work, &(struct calibration_call_insert_args){.id = id,
                                                     .organisation_id = work->organisation_id,
                                                     .campaign_id = question->campaign_id,
                                                     .engagement_id = question->engagement_id,
                                                     .cause = ask->cause,
                                                     .reason = ask->reason,
                                                     .tries_before = (int64_t)way.try_count,
                                                     .grants_before = way.grant_count,
                                                     .did_pause = ask->did_pause,
                                                     .called_by = work->who->person_id,
                                                     .called_at = work->now_us}));
    return audit(work, "calibration.ask", id, "{}");
}

enum err calibration_open_queue(struct work *work, const struct calibration_question *question)
{
    struct calibration_call_row asked;
    struct engagement_found engagement;
    int64_t affected = 0;

    TRY(find_call(work, question, &asked));
    if (asked.id != NULL) {
        TRY(calibration_call_pass(
            work,
            &(struct calibration_call_pass_args){.id = asked.id,
                                                 .organisation_id = work->organisation_id,
                                                 .passed_at = work->now_us},
            &affected));
    }
    TRY(engagement_by_id(work,
                         &(struct engagement_by_id_args){.id = question->engagement_id,
                                                         .organisation_id = work->organisation_id},
                         &engagement));
    if (affected == 0 || !asked.did_pause || strcmp(engagement.state, "paused") != 0) {
        return OK;
    }
    return engage_turn(work, &(struct engage_change){.engagement_id = question->engagement_id,
                                                     .state = "active",
                                                     .message = "The calibration is passed.",
                                                     .notice_at = INT_ABSENT});
}
