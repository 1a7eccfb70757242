#include "slice/time/time_job.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/time.h"
#include "job/job.h"
#include "slice/time/time_sql.h"
#include "slice/time/timesheet.h"
#include "store/store.h"
#include "store/work.h"

enum { AT_ONCE = 100 };

struct settling {
    struct job_run *run;
    int64_t day;
    const char *after;
    struct time_engagements_between_row *rows;
    size_t count;
    size_t at;
    int64_t posted;
    int64_t total_posted;
    int64_t waiting; /* their week has not ended where the person lives */
};

static enum err list(struct work *work, void *context)
{
    struct settling *settling = context;
    int64_t from_us = settling->day * TIME_DAY;

    /* A week in any zone lies within a day of the same week in UTC. */
    return time_engagements_between(
        work,
        &(struct time_engagements_between_args){.from_at = from_us - TIME_DAY,
                                                .to_at = from_us + 8 * TIME_DAY,
                                                .after = settling->after,
                                                .row_max = AT_ONCE},
        &settling->rows, &settling->count);
}

static enum err settle(struct work *work, void *context)
{
    struct settling *settling = context;
    const struct time_engagements_between_row *row = &settling->rows[settling->at];

    work->organisation_id = row->organisation_id;
    return sheet_settle(work, row->engagement_id, settling->day, &settling->posted);
}

static enum err settle_all(struct settling *settling)
{
    struct work *work = settling->run->work;

    for (settling->at = 0; settling->at < settling->count; settling->at++) {
        enum err err = store_write(work, settle, settling);

        if (err == ERR_CONFLICT) {
            settling->waiting++;
            continue;
        }
        TRY(err);
        settling->total_posted += settling->posted;
    }
    return OK;
}

static enum err run(struct job_run *run)
{
    struct settling settling = {.run = run, .after = ""};
    struct json *arguments = NULL;
    int64_t done = 0;

    TRY(json_parse(run->work->arena, text_of(run->arguments), &arguments, &run->work->fault));
    settling.day = json_member(arguments, "day")->integer;
    do {
        TRY(store_read(run->work, list, &settling));
        TRY(settle_all(&settling));
        done += (int64_t)settling.count;
        if (settling.count > 0) {
            settling.after = settling.rows[settling.count - 1].engagement_id;
        }
        TRY(job_progress(run, done, done,
                         arena_print(run->work->arena,
                                     "{\"posted\":%" PRId64 ",\"waiting\":%" PRId64 "}",
                                     settling.total_posted, settling.waiting)));
    } while (settling.count == AT_ONCE);
    return OK;
}

const struct job_kind time_settle_job = {.name = "time.settle", .run = run, .attempt_max = 5};
