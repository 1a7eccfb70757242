#include "job/job.h"
#include "job/lease.h"

#include "base/shape.h"
#include "job/job_event.h"
#include "job/job_sql.h"
#include "store/store.h"
#include "store/work.h"

enum err job_note(struct work *work, const char *job_id, const char *kind, const char *detail)
{
    return job_event_add(work, &(struct job_event_add_args){.id = work_new_id(work, "jev"),
                                                            .job_id = job_id,
                                                            .kind = kind,
                                                            .detail = detail,
                                                            .at_us = work->now_us});
}

/* The rest after a run that began and ended so, from now on: never longer than after the longest
 * that counts, whatever the clock showed then. */
static int64_t rested_us(const struct work *work, int64_t rest, int64_t started_us,
                         int64_t ended_us)
{
    int64_t due_us = ended_us + rest * job_took_us(started_us, ended_us);
    int64_t latest_us = work->now_us + rest * JOB_TOOK_MOST_US;

    return due_us < work->now_us ? work->now_us : due_us > latest_us ? latest_us : due_us;
}

/* While the last one runs, the next is not started, and its end sets the moment anew. */
static enum err find_due(struct work *work, const char *kind, const char *unique, int64_t rest,
                         int64_t *due_us)
{
    struct job_last_run_row last;

    *due_us = work->now_us;
    if (rest == 0) {
        return OK;
    }
    enum err err = job_last_run(
        work,
        &(struct job_last_run_args){
            .kind = kind, .unique_mark = unique, .organisation_id = work->organisation_id},
        &last);

    if (err == OK) {
        *due_us = rested_us(work, rest, last.started_us, last.ended_us);
    }
    return err == ERR_NOT_FOUND ? OK : err;
}

/* The job of this kind and mark that waits already. It waits no longer than asked for now: somebody
 * may want it at once, or the clock was ahead when it was asked for. */
static enum err find_waiting(struct work *work, const char *kind, const char *unique, int64_t rest,
                             const char **id)
{
    struct job_waiting_by_mark_row waiting;
    int64_t latest_us = work->now_us + rest * JOB_TOOK_MOST_US;

    TRY(job_waiting_by_mark(
        work,
        &(struct job_waiting_by_mark_args){
            .kind = kind, .unique_mark = unique, .organisation_id = work->organisation_id},
        &waiting));
    *id = waiting.id;
    if (rest > 0 && waiting.due_us <= latest_us) {
        return OK;
    }
    return job_hasten(
        work,
        &(struct job_hasten_args){.due_us = waiting.due_us < latest_us ? waiting.due_us : latest_us,
                                  .rest = rest,
                                  .id = waiting.id,
                                  .organisation_id = work->organisation_id});
}

enum err job_request(struct work *work, const char *kind, const char *arguments, const char *unique,
                     const char **id)
{
    return job_request_rested(work, kind, arguments, unique, 0, id);
}

enum err job_request_rested(struct work *work, const char *kind, const char *arguments,
                            const char *unique, int64_t rest, const char **id)
{
    int64_t due_us;

    if (unique != NULL) {
        enum err err = find_waiting(work, kind, unique, rest, id);

        if (err != ERR_NOT_FOUND) {
            return err;
        }
    }
    TRY(find_due(work, kind, unique, rest, &due_us));
    const char *made = work_new_id(work, "job");

    TRY(job_insert(work, &(struct job_insert_args){.id = made,
                                                   .organisation_id = work->organisation_id,
                                                   .kind = kind,
                                                   .arguments = arguments,
                                                   .unique_mark = unique,
                                                   .rest = rest,
                                                   .due_us = due_us,
                                                   .created_us = work->now_us,
                                                   .request_id = work->request_id}));
    TRY(job_note(work, made, "requested", NULL));
    *id = made;
    return OK;
}

enum err job_find(struct work *work, const char *id, struct job *out)
{
    struct job_row row;
    enum err err = job_row_by_id(
        work, &(struct job_row_by_id_args){.id = id, .organisation_id = work->organisation_id},
        &row);

    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no job %s", id);
    }
    TRY(err);
    *out = (struct job){
        .id = row.id,
        .kind = row.kind,
        .state = row.state,
        .done_count = row.done_count,
        .total_count = row.total_count,
        .result = row.result,
        .fault_text = row.fault_text,
        .created_us = row.created_us,
        .ended_us = row.ended_us,
    };
    return OK;
}

enum err job_cancel(struct work *work, const char *id)
{
    struct job job = {0};
    int64_t affected;

    TRY(job_find(work, id, &job));
    TRY(job_stop_wanted(work,
                        &(struct job_stop_wanted_args){.ended_us = work->now_us,
                                                       .id = id,
                                                       .organisation_id = work->organisation_id},
                        &affected));
    if (affected == 0) {
        return work_fail(work, ERR_CONFLICT, "the job %s ended before: it is %s", id, job.state);
    }
    return job_note(work, id, "cancelled", NULL);
}
