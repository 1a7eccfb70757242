#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/json.h"
#include "job/job.h"
#include "slice/installation.h"
#include "slice/resume/resume_slice.h"
#include "slice/resume/resume_sql.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/file.h"

/* One file, and what came of it. */
struct reading {
    const char *id;
    const char *organisation_id;
    struct text content;
    bool is_wanted; /* the person has not erased it, and nobody has read it */
    struct resume_found *found;
    size_t count;
    const char *note; /* why it could not be read */
};

static enum err reading_of(struct job_run *run, struct reading *out)
{
    struct work *work = run->work;
    struct json *arguments;

    TRY(json_parse(work->arena, text_of(run->arguments), &arguments, &work->fault));
    *out = (struct reading){.id = json_text_of(arguments, "resume_id"),
                            .organisation_id = run->organisation_id};
    return OK;
}

static enum err load(struct work *work, void *context)
{
    struct reading *reading = context;
    struct resume_file_row row;
    enum err err =
        resume_file_of(work,
                       &(struct resume_file_of_args){.resume_id = reading->id,
                                                     .organisation_id = reading->organisation_id},
                       &row);

    reading->is_wanted = err == OK;
    if (err == ERR_NOT_FOUND) {
        return OK;
    }
    TRY(err);
    reading->content = row.content;
    return OK;
}

/* The file goes with the same commit that says what stood in it. */
static enum err put(struct work *work, void *context)
{
    const struct reading *reading = context;
    int64_t changed;

    work->organisation_id = reading->organisation_id;
    TRY(resume_end(
        work,
        &(struct resume_end_args){.id = reading->id,
                                  .organisation_id = reading->organisation_id,
                                  .resume_state = reading->note == NULL ? "read" : "failed",
                                  .note = reading->note},
        &changed));
    if (changed == 0) {
        return OK; /* erased meanwhile */
    }
    TRY(resume_put(work, reading->id, reading->found, reading->count));
    return resume_file_erase(
        work, &(struct resume_file_erase_args){.resume_id = reading->id,
                                               .organisation_id = reading->organisation_id});
}

/* The child is given a path: the file lies in the spool for as long as it reads. */
static enum err read_file(struct work *work, struct reading *reading)
{
    const char *path = arena_print(work->arena, "%s/%s.resume", work->installation->spool,
                                   work_new_id(work, "spl"));

    TRY(file_write(path, reading->content, 0600, &work->fault));
    enum err err =
        resume_child_read(work->arena, path, &reading->found, &reading->count, &work->fault);

    (void)unlink(path);
    if (err == ERR_INVALID) {
        reading->note = arena_print(work->arena, "%s", work->fault.text);
        reading->count = 0;
        return OK;
    }
    return err;
}

static enum err run_reading(struct job_run *run)
{
    struct reading reading;

    TRY(reading_of(run, &reading));
    TRY(store_read(run->work, load, &reading));
    if (!reading.is_wanted) {
        return OK;
    }
    TRY(read_file(run->work, &reading));
    return store_write(run->work, put, &reading);
}

static enum err give_up(struct job_run *run)
{
    struct reading reading;

    TRY(reading_of(run, &reading));
    reading.note = "it could not be read now; upload it again, or ask the operator";
    return store_write(run->work, put, &reading);
}

const struct job_kind resume_job = {
    .name = RESUME_JOB, .run = run_reading, .attempt_max = 3, .give_up = give_up};
