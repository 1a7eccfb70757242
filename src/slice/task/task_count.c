#include "slice/task/task_count.h"

#include <stdbool.h>
#include <string.h>

#include "slice/campaign/campaign.h"
#include "slice/task/task.h"
#include "slice/task/task_rule.h"
#include "slice/task/task_sql.h"
#include "store/work.h"

/* Whoever found nothing to do hears of a task that becomes open. */
static enum err announce(struct work *work, const char *campaign_id, const char *before,
                         const char *after)
{
    if (strcmp(before, "done") == 0 || strcmp(after, "done") == 0) {
        campaign_count(work, campaign_id, "done", strcmp(after, "done") == 0 ? 1 : -1);
    }
    return strcmp(after, "open") == 0 ? campaign_woke(work, campaign_id) : OK;
}

static bool is_held(const struct task_counts *row)
{
    return strcmp(row->state, "held") == 0;
}

/* The state that follows from numbers that are stored already. */
static enum err settle(struct work *work, const char *campaign_id, const char *task_id,
                       const struct task_counts *row)
{
    const char *state = task_state_of(&(struct task_numbers){.wanted = row->wanted,
                                                             .active = row->active,
                                                             .given = row->given,
                                                             .accepted = row->accepted});

    if (strcmp(state, row->state) == 0) {
        return OK;
    }
    TRY(task_state_set(work, &(struct task_state_set_args){
                                 .campaign_id = campaign_id,
                                 .task_id = task_id,
                                 .organisation_id = work->organisation_id,
                                 .state = state,
                             }));
    return announce(work, campaign_id, row->state, state);
}

/* Want another number of answers; `row` is the task before. */
static enum err want(struct work *work, const char *campaign_id, const char *task_id,
                     int64_t wanted, const struct task_counts *row)
{
    if (wanted != row->wanted) {
        campaign_count(work, campaign_id, "wanted", wanted - row->wanted);
    }
    return task_state_want(work, &(struct task_state_want_args){
                                     .campaign_id = campaign_id,
                                     .task_id = task_id,
                                     .organisation_id = work->organisation_id,
                                     .wanted = wanted,
                                 });
}

static enum err find(struct work *work, const char *campaign_id, const char *task_id,
                     struct task_counts *out)
{
    return task_state_find(work,
                           &(struct task_state_find_args){.campaign_id = campaign_id,
                                                          .task_id = task_id,
                                                          .organisation_id = work->organisation_id},
                           out);
}

/* Add to the numbers of a task that was found already; the state stays as it was. */
static enum err add(struct work *work, const char *campaign_id, const char *task_id,
                    struct task_change change, struct task_counts *row)
{
    row->active += change.active;
    row->given += change.given;
    row->accepted += change.accepted;
    return task_state_add(work, &(struct task_state_add_args){
                                    .campaign_id = campaign_id,
                                    .task_id = task_id,
                                    .organisation_id = work->organisation_id,
                                    .active = change.active,
                                    .given = change.given,
                                    .accepted = change.accepted,
                                });
}

static enum err recount(struct work *work, const char *campaign_id, const char *task_id,
                        struct task_change change, struct task_counts *row)
{
    if (change.active != 0) {
        campaign_hold(work, campaign_id, change.active);
    }
    TRY(add(work, campaign_id, task_id, change, row));
    if (is_held(row)) { /* it wants what it is given */
        return change.given == 0
                   ? OK
                   : want(work, campaign_id, task_id, row->wanted + change.given, row);
    }
    return settle(work, campaign_id, task_id, row);
}

/* Found first and changed then: what SQLite returns of a change goes through a table that it makes
 * for that. */
enum err task_recount(struct work *work, const char *campaign_id, const char *task_id,
                      struct task_change change)
{
    struct task_counts row;

    TRY(find(work, campaign_id, task_id, &row));
    return recount(work, campaign_id, task_id, change, &row);
}

enum err task_recount_open(struct work *work, const char *campaign_id, const char *task_id,
                           struct task_change change, const struct task_numbers *numbers)
{
    struct task_counts row = {.state = "open",
                              .wanted = numbers->wanted,
                              .active = numbers->active,
                              .given = numbers->given,
                              .accepted = numbers->accepted};

    return recount(work, campaign_id, task_id, change, &row);
}

enum err task_want(struct work *work, const char *campaign_id, const char *task_id, int64_t given,
                   int64_t wanted, int64_t *before)
{
    struct task_counts row;

    TRY(find(work, campaign_id, task_id, &row));
    *before = row.wanted;
    if (row.given != given || is_held(&row)) {
        return ERR_CONFLICT;
    }
    TRY(want(work, campaign_id, task_id, wanted, &row));
    row.wanted = wanted;
    return settle(work, campaign_id, task_id, &row);
}

enum err task_hold(struct work *work, const char *campaign_id, const char *task_id)
{
    struct task_counts row;

    TRY(find(work, campaign_id, task_id, &row));
    if (strcmp(row.state, "done") == 0 || is_held(&row)) {
        return OK;
    }
    campaign_count(work, campaign_id, "tasks", -1);
    TRY(want(work, campaign_id, task_id, row.given, &row));
    return task_state_set(work, &(struct task_state_set_args){
                                    .campaign_id = campaign_id,
                                    .task_id = task_id,
                                    .organisation_id = work->organisation_id,
                                    .state = "held",
                                });
}

enum err task_release(struct work *work, const char *campaign_id, const char *task_id,
                      int64_t wanted)
{
    struct task_counts row;

    TRY(find(work, campaign_id, task_id, &row));
    if (!is_held(&row)) {
        return OK;
    }
    campaign_count(work, campaign_id, "tasks", 1);
    TRY(want(work, campaign_id, task_id, wanted, &row));
    row.wanted = wanted;
    return settle(work, campaign_id, task_id, &row);
}

/* A lease on a revision holds no place of its own: the returned answer keeps it. */
static bool holds_place(const struct lease_row *lease)
{
    return strcmp(lease->stage, "produce") == 0 && lease->submission_id == NULL;
}

enum err lease_run_out(struct work *work, const struct lease_row *lease)
{
    const char *organisation_id = work->organisation_id;
    enum err err = OK;

    work->organisation_id = lease->organisation_id;
    err = lease_close(work, lease, "expired");
    if (err == OK && holds_place(lease)) {
        err = task_recount(work, lease->campaign_id, lease->task_id,
                           (struct task_change){.active = -1});
    }
    work->organisation_id = organisation_id;
    return err;
}

enum err lease_sweep(struct work *work, int64_t row_max, int64_t *count)
{
    struct lease_row *rows;
    size_t found;

    TRY(lease_page_expired(
        work, &(struct lease_page_expired_args){.expires_at = work->now_us, .row_max = row_max},
        &rows, &found));
    for (size_t i = 0; i < found; i++) {
        TRY(lease_run_out(work, &rows[i]));
    }
    *count = (int64_t)found;
    return OK;
}
