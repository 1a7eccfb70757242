/* Those whom it concerns hear that a budget runs out before it has. */

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/money.h"
#include "slice/account/account.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/pay/pay.h"
#include "slice/window/window.h"
#include "slice/window/window_rule.h"
#include "slice/window/window_sql.h"
#include "store/work.h"

static enum err find_used(struct work *work, const struct window_budgets_row *row, int64_t *out)
{
    struct campaign_row campaign;
    int64_t unit_minor = 0;
    int64_t committed_minor = 0;

    TRY(campaign_find(work, row->id, &campaign));
    TRY(pay_unit_charge(work, &campaign,
                        &(struct unit_paid){.campaign_id = row->id,
                                            .person_id = "",
                                            .amount_minor = row->price_minor,
                                            .currency = row->currency},
                        &unit_minor));
    if (!money_scale(unit_minor, row->waiting, 1, &committed_minor) ||
        !money_add(committed_minor, row->spend_minor, out)) {
        *out = INT64_MAX;
    }
    return OK;
}

/* The first to write the mark tells; `*is_new` says whether that is this one. */
static enum err mark_steps(struct work *work, const struct window_budgets_row *row, size_t reached,
                           bool *is_new)
{
    *is_new = false;
    for (size_t i = 0; i < reached; i++) {
        int64_t affected;

        TRY(budget_notice_insert(
            work,
            &(struct budget_notice_insert_args){.campaign_id = row->id,
                                                .organisation_id = row->organisation_id,
                                                .budget_minor = row->budget_minor,
                                                .step_percent = BUDGET_STEP[i],
                                                .told_at = work->now_us},
            &affected));
        *is_new = affected == 1; /* of the highest that is reached */
    }
    return OK;
}

static enum err tell_all(struct work *work, const struct window_budgets_row *row, size_t reached,
                         int64_t used_minor)
{
    int64_t step = BUDGET_STEP[reached - 1];
    const char *title = step == 100
                            ? arena_print(work->arena, "The budget of %s is committed", row->name)
                            : arena_print(work->arena, "%" PRId64 " %% of the budget of %s is used",
                                          step, row->name);
    const char *message = arena_print(
        work->arena, "%s of %s %s is spent or committed. %s",
        money_print(work->arena, used_minor, row->currency),
        money_print(work->arena, row->budget_minor, row->currency), row->currency,
        step == 100 ? "No more tasks are handed out until the budget is raised."
                    : "When all of it is, no more tasks are handed out until it is raised.");
    struct window_audience_row *people;
    size_t count;

    TRY(window_audience(work,
                        &(struct window_audience_args){.organisation_id = row->organisation_id},
                        &people, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(notify(work, &(struct notice_draft){
                             .person_id = people[i].person_id,
                             .kind = "budget",
                             .title = title,
                             .message = message,
                             .link = arena_print(work->arena, "/campaigns/%s/spend", row->id)}));
    }
    return OK;
}

static enum err watch(struct work *work, const struct window_budgets_row *row)
{
    int64_t used_minor = 0;
    bool is_new = false;

    work->organisation_id = row->organisation_id;
    TRY(find_used(work, row, &used_minor));
    size_t reached = budget_steps_reached(used_minor, row->budget_minor);

    TRY(mark_steps(work, row, reached, &is_new));
    return is_new ? tell_all(work, row, reached, used_minor) : OK;
}

enum err budget_tell(struct work *work, int64_t row_max, const char *after, const char **next)
{
    struct window_budgets_row *rows;
    size_t count;

    TRY(window_budgets(work, &(struct window_budgets_args){.id = after, .row_max = row_max}, &rows,
                       &count));
    for (size_t i = 0; i < count; i++) {
        TRY(watch(work, &rows[i]));
    }
    *next = count < (size_t)row_max ? NULL : rows[count - 1].id;
    return OK;
}
