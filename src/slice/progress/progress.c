/* Jobs over HTTP: how far long work is, once or as it goes on. */

#include "slice/progress/progress.h"

#include <string.h>

#include "base/arena.h"
#include "http/route.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/progress/progress_sql.h"
#include "slice/slice.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

static const struct field job_fields[] = {
    TEXT(job, id, .doc = "Identifier, `job_` and 26 characters"),
    TEXT(job, kind, .doc = "What it does"),
    TEXT(job, state, .doc = "Where it stands", .choices = "waiting|running|done|failed|cancelled"),
    INT(job, done_count, .doc = "Steps done"),
    INT(job, total_count, .doc = "Steps in all; 0: not known"),
    JSON(job, result, .optional = true, .doc = "What it found"),
    TEXT(job, fault_text, .optional = true, .doc = "Why it failed"),
    TIME(job, created_us, .doc = "When it was asked for"),
    TIME(job, ended_us, .optional = true, .doc = "When it ended"),
};
static const struct shape job_shape = SHAPE(job, job_fields, "Long work");

static enum err job_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct job_owner_find_row row;
    enum err err = job_owner_find(work, &(struct job_owner_find_args){.id = id}, &row);

    if (err == OK && row.organisation_id == NULL) {
        err = ERR_NOT_FOUND;
    }
    if (err == OK) {
        err = account_may_reach(work, row.organisation_id);
    }
    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no job %.40s, or none you may see", id);
    }
    TRY(err);
    *organisation_id = row.organisation_id;
    return OK;
}

static enum err serve_job(struct call *call)
{
    struct job *job = arena_new_of(call->work->arena, struct job);

    TRY(job_find(call->work, call->ids[0], job));
    call->reply = job;
    return OK;
}

static enum err serve_cancel(struct call *call)
{
    TRY(job_cancel(call->work, call->ids[0]));
    TRY(audit(call->work, "job.cancel", call->ids[0], "{}"));
    call->reply = &done;
    return OK;
}

/* What was said last, so that only news is sent. */
struct said {
    int64_t done_count;
    char state[16];
};

static enum err tell(struct call *call, struct stream *stream)
{
    struct job *job = arena_new_of(call->work->arena, struct job);
    struct said *said = stream->state;

    TRY(job_find(call->work, call->ids[0], job));
    if (said == NULL) {
        said = stream->state = arena_new_of(stream->arena, struct said);
        said->done_count = -1;
    }
    stream->done = strcmp(job->state, "waiting") != 0 && strcmp(job->state, "running") != 0;
    if (job->done_count != said->done_count || strcmp(job->state, said->state) != 0) {
        stream->event = "progress";
        stream->data = job;
        said->done_count = job->done_count;
        memcpy(said->state, job->state, strlen(job->state) + 1);
    }
    return OK;
}

#define OFFICES (ROLE_OPERATOR | ROLE_CLIENT | ROLE_FINANCE | ROLE_AUDITOR)

static const struct route routes[] = {
    {GET, "/v1/jobs/{job_id}", serve_job, OFFICES, 200, .owner = job_owner, .reply = &job_shape,
     .summary = "Show how far a job is", .command = "job show"},
    {GET, "/v1/jobs/{job_id}/events", NULL, OFFICES, 200, .owner = job_owner, .reply = &job_shape,
     .events = tell, .summary = "Follow a job by server-sent events"},
    {POST, "/v1/jobs/{job_id}/cancel", serve_cancel, ROLE_OPERATOR | ROLE_CLIENT, 200, ROUTE_WRITES,
     .owner = job_owner, .reply = &nothing_shape, .summary = "Cancel a job",
     .command = "job cancel"},
};

const struct slice progress_slice = {
    .name = "progress", .routes = routes, .route_count = COUNT(routes)};
