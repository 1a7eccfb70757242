/* Claiming: each person walks through a campaign's open tasks in the order of their shuffle
 * numbers, from a start of chance, and never steps back over what they have seen: a claim costs the
 * same whether the campaign has a thousand tasks or a million. */

#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "slice/account/account.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/pay/pay.h"
#include "slice/task/task.h"
#include "slice/task/task_count.h"
#include "slice/task/task_rule.h"
#include "slice/task/task_sql.h"
#include "slice/type/type.h"
#include "slice/wall/wall.h"
#include "store/work.h"

enum { SWEPT_MAX = 20 };

struct claim {
    struct campaign_row campaign;
    struct engagement_of engagement;
};

static enum err refuse(struct work *work, const char *why)
{
    return work_fail(work, ERR_FORBIDDEN, "%s", why);
}

/* May this person work on this campaign now? */
static enum err admit_to(struct work *work, struct claim *claim)
{
    enum err err = engagement_find(work,
                                   &(struct engagement_find_args){
                                       .campaign_id = claim->campaign.id,
                                       .organisation_id = work->organisation_id,
                                       .person_id = work->who->person_id,
                                       .duty = "expert",
                                   },
                                   &claim->engagement);

    if (err == ERR_NOT_FOUND) {
        return refuse(work, "you are not on this campaign's team as an expert");
    }
    TRY(err);
    if (strcmp(claim->engagement.state, "active") != 0) {
        return refuse(work, "your engagement is not active");
    }
    if (strcmp(claim->campaign.state, "open") != 0) {
        return refuse(work, "the campaign is not open");
    }
    return wall_refuse_asker(work, claim->campaign.id);
}

static enum err admit(struct work *work, const char *campaign_id, struct claim *out)
{
    TRY(campaign_find(work, campaign_id, &out->campaign));
    return admit_to(work, out);
}

static enum err find_ahead(struct work *work, const struct claim *claim, int64_t shuffle,
                           struct task_next_open_row *out)
{
    return task_next_open(work,
                          &(struct task_next_open_args){
                              .campaign_id = claim->campaign.id,
                              .organisation_id = work->organisation_id,
                              .person_id = work->who->person_id,
                              .shuffle = shuffle,
                          },
                          out);
}

static enum err remember(struct work *work, const struct claim *claim, int64_t shuffle,
                         int64_t laps, int64_t dry_epoch)
{
    return engagement_walk(work, &(struct engagement_walk_args){
                                     .id = claim->engagement.id,
                                     .organisation_id = work->organisation_id,
                                     .claim_shuffle = shuffle,
                                     .claim_laps = laps,
                                     .dry_epoch = dry_epoch,
                                 });
}

/* ERR_NOT_FOUND is remembered until tasks become open again, so that asking again costs nothing;
 * the caller must let this transaction commit. */
static enum err walk(struct work *work, const struct claim *claim, bool *found,
                     struct task_next_open_row *out)
{
    const struct engagement_of *engagement = &claim->engagement;
    int64_t laps = engagement->claim_laps;

    *found = false;
    if (engagement->dry_epoch == claim->campaign.open_epoch) {
        return OK;
    }
    enum err err = find_ahead(work, claim, engagement->claim_shuffle, out);

    if (err == ERR_NOT_FOUND) {
        laps++;
        err = find_ahead(work, claim, -1, out);
    }
    if (err == ERR_NOT_FOUND) {
        return remember(work, claim, -1, laps, claim->campaign.open_epoch);
    }
    TRY(err);
    *found = true;
    return remember(work, claim, out->shuffle, laps, -1);
}

static enum err occupy(struct work *work, const struct claim *claim,
                       const struct task_next_open_row *next)
{
    const struct task_change change = {.active = 1};
    const struct task_numbers numbers = {.wanted = next->wanted,
                                         .active = next->active,
                                         .given = next->given,
                                         .accepted = next->accepted};

    return next->wanted == INT_ABSENT
               ? task_recount(work, claim->campaign.id, next->task_id, change)
               : task_recount_open(work, claim->campaign.id, next->task_id, change, &numbers);
}

static enum err take(struct work *work, const struct claim *claim,
                     const struct task_next_open_row *next, const char **lease_id)
{
    const struct task_type *type;

    TRY(campaign_type(work, &claim->campaign, &type));
    TRY(occupy(work, claim, next));
    return lease_take(
        work,
        &(struct lease_draft){
            .campaign_id = claim->campaign.id,
            .task_id = next->task_id,
            .stage = "produce",
            .presentation = presentation_of(work->arena, type, (uint64_t)work_random(work)),
            .lease_s = claim->campaign.lease_s,
        },
        lease_id);
}

/* Where nothing is left, something may come back: what others took and do not tend any more. */
static enum err look(struct work *work, struct claim *claim, bool *found,
                     struct task_next_open_row *next)
{
    int64_t swept = 0;

    TRY(walk(work, claim, found, next));
    if (*found) {
        return OK;
    }
    TRY(lease_sweep(work, SWEPT_MAX, &swept));
    if (swept == 0) {
        return OK;
    }
    TRY(admit(work, claim->campaign.id, claim));
    return walk(work, claim, found, next);
}

/* Now and then a task whose answer is known takes the place of the next one; that one comes again
 * on the next lap. Only where there is a next one: else who does the last tasks could tell. */
static enum err mix_gold(struct work *work, const struct claim *claim,
                         struct task_next_open_row *next)
{
    struct task_next_gold_row gold;

    if (!gold_is_due(claim->campaign.gold_rate, work_random(work))) {
        return OK;
    }
    enum err err = task_next_gold(work,
                                  &(struct task_next_gold_args){
                                      .campaign_id = claim->campaign.id,
                                      .organisation_id = work->organisation_id,
                                      .person_id = work->who->person_id,
                                  },
                                  &gold);

    if (err != OK) {
        return err == ERR_NOT_FOUND ? OK : err;
    }
    *next = (struct task_next_open_row){.task_id = gold.task_id, .wanted = INT_ABSENT};
    return gold_serve(work, &(struct gold_serve_args){.gold_id = gold.gold_id,
                                                      .organisation_id = work->organisation_id});
}

/* What is spent and what may still cost a unit, to the last write before this one. */
static enum err count_used(struct work *work, const char *campaign_id, struct budget_used_row *out)
{
    TRY(budget_used(work,
                    &(struct budget_used_args){.campaign_id = campaign_id,
                                               .organisation_id = work->organisation_id},
                    out));
    out->spend_minor += campaign_counted(work, campaign_id, "spend_minor");
    out->open_units += campaign_counted(work, campaign_id, "pending") +
                       campaign_counted(work, campaign_id, "returned") +
                       campaign_counted(work, campaign_id, "active");
    return OK;
}

/* No task is handed out that the budget could not pay: what is committed counts like what is spent.
 */
static enum err check_budget(struct work *work, const struct claim *claim)
{
    struct budget_used_row used;
    int64_t unit_minor = 0;

    if (claim->campaign.budget_minor == INT_ABSENT) {
        return OK;
    }
    TRY(count_used(work, claim->campaign.id, &used));
    TRY(pay_unit_charge(work, &claim->campaign,
                        &(struct unit_paid){.campaign_id = claim->campaign.id,
                                            .person_id = work->who->person_id,
                                            .amount_minor = claim->engagement.price_minor,
                                            .currency = claim->engagement.currency},
                        &unit_minor));
    return budget_allows(claim->campaign.budget_minor, used.spend_minor, used.open_units,
                         unit_minor)
               ? OK
               : refuse(work, "the campaign's budget is committed; it opens again when the client "
                              "raises it");
}

static enum err claim_ahead(struct work *work, struct claim *claim, const char **lease_id)
{
    struct task_next_open_row next;
    bool found = false;

    *lease_id = NULL;
    TRY(check_budget(work, claim));
    TRY(look(work, claim, &found, &next));
    if (!found) {
        return OK;
    }
    TRY(mix_gold(work, claim, &next));
    return take(work, claim, &next, lease_id);
}

enum err task_claim(struct work *work, const char *campaign_id, const char **lease_id)
{
    struct claim claim;
    struct lease_row held;

    TRY(admit(work, campaign_id, &claim));
    enum err err = lease_held(work,
                              &(struct lease_held_args){.person_id = work->who->person_id,
                                                        .stage = "produce",
                                                        .campaign_id = campaign_id,
                                                        .organisation_id = work->organisation_id},
                              &held);

    if (err == OK && held.expires_at > work->now_us) {
        *lease_id = held.id;
        return OK;
    }
    if (err != ERR_NOT_FOUND) {
        TRY(err);
        TRY(lease_run_out(work, &held));
    }
    return claim_ahead(work, &claim, lease_id);
}

enum err task_claim_next(struct work *work, const struct campaign_row *campaign,
                         const char **lease_id, const char **why)
{
    struct claim claim = {.campaign = *campaign};
    enum err err = admit_to(work, &claim);

    *lease_id = NULL;
    *why = NULL;
    if (err == ERR_FORBIDDEN) {
        *why = arena_print(work->arena, "%s", work->fault.text);
        work->fault = (struct fault){0};
        return OK;
    }
    TRY(err);
    return claim_ahead(work, &claim, lease_id);
}

enum err task_claim_revision(struct work *work, const char *submission_id, const char **lease_id)
{
    struct submission_row submission;
    struct claim claim;
    struct lease_row held;

    TRY(submission_find(work, submission_id, &submission));
    if (strcmp(submission.person_id, work->who->person_id) != 0) {
        return work_fail(work, ERR_NOT_FOUND, "you have no such submission");
    }
    if (strcmp(submission.state, "returned") != 0) {
        return work_fail(work, ERR_CONFLICT,
                         "this submission is %s; only what was returned can be revised",
                         submission.state);
    }
    TRY(admit(work, submission.campaign_id, &claim));
    enum err err = lease_held(work,
                              &(struct lease_held_args){.person_id = work->who->person_id,
                                                        .stage = "produce",
                                                        .campaign_id = submission.campaign_id,
                                                        .organisation_id = work->organisation_id},
                              &held);

    if (err == OK && held.expires_at > work->now_us) {
        if (held.submission_id == NULL || strcmp(held.submission_id, submission_id) != 0) {
            return work_fail(work, ERR_CONFLICT, "finish or skip the task that you hold first");
        }
        *lease_id = held.id;
        return OK;
    }
    if (err != ERR_NOT_FOUND) {
        TRY(err);
        TRY(lease_run_out(work, &held));
    }
    return lease_take(work,
                      &(struct lease_draft){
                          .campaign_id = submission.campaign_id,
                          .task_id = submission.task_id,
                          .submission_id = submission.id,
                          .stage = "produce",
                          .presentation = submission.presentation,
                          .lease_s = claim.campaign.lease_s,
                      },
                      lease_id);
}
