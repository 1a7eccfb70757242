#include "slice/task/task.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/shape.h"
#include "slice/account/account.h"
#include "slice/campaign/campaign.h"
#include "slice/task/task_sql.h"
#include "store/work.h"

/* The asker may see the campaign that a thing belongs to. */
static enum err through_campaign(struct work *work, enum err found, const char *campaign_id,
                                 const char **organisation_id)
{
    if (found == OK) {
        found = campaign_owner(work, campaign_id, organisation_id);
    }
    return found == ERR_NOT_FOUND
               ? work_fail(work, found, "there is no such thing, or none you may see")
               : found;
}

enum err task_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct task_owner_find_row row = {0};
    enum err err = task_owner_find(work, &(struct task_owner_find_args){.id = id}, &row);

    return through_campaign(work, err, row.campaign_id, organisation_id);
}

enum err batch_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct batch_owner_find_row row = {0};
    enum err err = batch_owner_find(work, &(struct batch_owner_find_args){.id = id}, &row);

    return through_campaign(work, err, row.campaign_id, organisation_id);
}

enum err submission_owner(struct work *work, const char *id, const char **organisation_id)
{
    const uint32_t offices = ROLE_OPERATOR | ROLE_CLIENT | ROLE_FINANCE | ROLE_AUDITOR;
    struct submission_owner_find_row row = {0};
    enum err err =
        submission_owner_find(work, &(struct submission_owner_find_args){.id = id}, &row);

    if (err == OK && strcmp(row.person_id, work->who->person_id) == 0) {
        *organisation_id = row.organisation_id;
        return OK;
    }
    if (err == OK && (work->who->roles & (offices | ROLE_REVIEWER)) == 0) {
        err = ERR_NOT_FOUND; /* another expert's work */
    }
    return through_campaign(work, err, row.campaign_id, organisation_id);
}

static enum err lease_find(struct work *work, const char *id, struct lease_row *out)
{
    enum err err = lease_of_person(
        work, &(struct lease_of_person_args){.id = id, .person_id = work->who->person_id}, out);

    return err == ERR_NOT_FOUND ? work_fail(work, err, "you hold no such lease") : err;
}

enum err lease_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct lease_owner_find_row row;
    enum err err = lease_owner_find(
        work, &(struct lease_owner_find_args){.id = id, .person_id = work->who->person_id}, &row);

    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "you hold no such lease");
    }
    TRY(err);
    *organisation_id = row.organisation_id;
    return OK;
}

enum err task_find(struct work *work, const char *id, struct task_row *out)
{
    enum err err = task_by_id(
        work, &(struct task_by_id_args){.id = id, .organisation_id = work->organisation_id}, out);

    return err == ERR_NOT_FOUND ? work_fail(work, err, "there is no task %.40s", id) : err;
}

enum err submission_find(struct work *work, const char *id, struct submission_row *out)
{
    enum err err = submission_by_id(
        work, &(struct submission_by_id_args){.id = id, .organisation_id = work->organisation_id},
        out);

    return err == ERR_NOT_FOUND ? work_fail(work, err, "there is no submission %.40s", id) : err;
}

enum err lease_held_by_me(struct work *work, const char *id, struct lease_row *out)
{
    struct lease_row row;

    TRY(lease_find(work, id, &row));
    if (strcmp(row.state, "held") != 0) {
        return work_fail(work, ERR_CONFLICT, "this lease has ended: it is %s", row.state);
    }
    if (row.expires_at <= work->now_us) {
        return work_fail(
            work, ERR_CONFLICT,
            "the time of this lease has run out; your draft is kept, claim a task again");
    }
    *out = row;
    return OK;
}

enum err lease_take(struct work *work, const struct lease_draft *draft, const char **id)
{
    struct lease_insert_args row = {
        .id = work_new_id(work, "lea"),
        .organisation_id = work->organisation_id,
        .campaign_id = draft->campaign_id,
        .task_id = draft->task_id,
        .submission_id = draft->submission_id,
        .stage = draft->stage,
        .person_id = work->who->person_id,
        .presentation = draft->presentation,
        .taken_at = work->now_us,
        .expires_at = work->now_us + draft->lease_s * 1000000,
    };
    enum err err = lease_insert(work, &row);

    if (err == ERR_CONFLICT) {
        return work_fail(work, err, "somebody else took it at the same moment; try again");
    }
    TRY(err);
    *id = row.id;
    return OK;
}

enum err lease_close(struct work *work, const struct lease_row *lease, const char *state)
{
    int64_t affected;

    TRY(lease_end(work,
                  &(struct lease_end_args){.id = lease->id,
                                           .organisation_id = lease->organisation_id,
                                           .state = state,
                                           .ended_at = work->now_us},
                  &affected));
    return affected > 0 ? OK : work_fail(work, ERR_CONFLICT, "this lease has ended already");
}

enum err task_latest_time(struct work *work, int64_t *us)
{
    struct task_latest_row latest;

    TRY(task_latest(work, &latest));
    int64_t lease_us = latest.lease_id == NULL ? 0 : work_id_time(latest.lease_id);
    int64_t submission_us = latest.submission_id == NULL ? 0 : work_id_time(latest.submission_id);

    *us = lease_us > submission_us ? lease_us : submission_us;
    return OK;
}
