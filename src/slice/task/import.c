#include "slice/task/import.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/shape.h"
#include "job/intake.h"
#include "job/job.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/task/task_sql.h"
#include "slice/type/type.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/secret.h"

struct row {
    const char *payload;
    const char *external_id;
    const char *hash;
};

/* One import from start to end. */
struct import {
    struct job_run *run;
    struct batch_row batch;
    struct campaign_row campaign;
    const struct task_type *type;
    struct mapping mapping;
    bool rehearsal; /* nothing is added */
};

static enum err load_batch(struct work *work, void *context)
{
    struct import *import = context;
    struct json *arguments = NULL;
    struct batch_owner_find_row owner;

    TRY(json_parse(work->arena, text_of(import->run->arguments), &arguments, &work->fault));
    const char *batch_id = json_text_of(arguments, "batch_id");

    TRY(batch_owner_find(work, &(struct batch_owner_find_args){.id = batch_id}, &owner));
    work->organisation_id = owner.organisation_id;
    return batch_by_id(
        work, &(struct batch_by_id_args){.id = batch_id, .organisation_id = work->organisation_id},
        &import->batch);
}

static enum err load(struct work *work, void *context)
{
    struct import *import = context;

    TRY(load_batch(work, import));
    TRY(campaign_find(work, import->batch.campaign_id, &import->campaign));
    TRY(campaign_type(work, &import->campaign, &import->type));
    return mapping_read(work->arena, import->type, import->batch.mapping, &import->mapping,
                        &work->fault);
}

static enum err read_row(void *context, struct arena *arena, const struct json *columns,
                         void **content, struct fault *fault)
{
    const struct import *import = context;
    struct row *row = arena_new_of(arena, struct row);

    TRY(import_payload(arena, import->type, &import->mapping, columns, &row->payload,
                       &row->external_id, fault));
    /* Two records are one task when both their content and their own identifier are the same. */
    row->hash =
        sha256_hex(arena, text_of(arena_print(arena, "%s\n%s", row->payload,
                                              row->external_id == NULL ? "" : row->external_id)));
    *content = row;
    return OK;
}

/* Where answers stop when they are sure, the first ones alone are wanted for certain. */
static int64_t wanted_at_first(const struct campaign_row *campaign)
{
    return campaign->label_min == INT_ABSENT ? campaign->redundancy : campaign->label_min;
}

enum { RUN_TASKS = 32 };

#define RUN_MASK ((INT64_C(1) << 20) - 1)

struct walk_run {
    int64_t start;
    size_t count;
};

/* Where a task lies on everybody's walk. A run of neighbours lies together, in an order of chance,
 * and the runs lie anywhere: so an import, and who walks through what it brought, touch few pages
 * of the store at a time. */
static int64_t shuffle_of(struct work *work, struct walk_run *run)
{
    if (run->count++ % RUN_TASKS == 0) {
        run->start = work_random(work) & ~RUN_MASK;
    }
    return run->start | (work_random(work) & RUN_MASK);
}

static enum err insert_task(struct work *work, const struct import *import, const struct row *row,
                            struct task_state_insert_args *state, bool *added)
{
    const char *id = work_new_id(work, "tsk");
    int64_t affected = 0;

    TRY(task_insert(work,
                    &(struct task_insert_args){
                        .id = id,
                        .organisation_id = work->organisation_id,
                        .campaign_id = import->campaign.id,
                        .batch_id = import->batch.id,
                        .external_id = row->external_id,
                        .payload = row->payload,
                        .content_hash = row->hash,
                        .created_at = work->now_us,
                    },
                    &affected));
    *added = affected > 0;
    *state = (struct task_state_insert_args){
        .task_id = id,
        .organisation_id = work->organisation_id,
        .campaign_id = import->campaign.id,
        .wanted = wanted_at_first(&import->campaign),
    };
    return OK;
}

static enum err insert_tasks(struct work *work, const struct import *import,
                             const struct intake_chunk *chunk, int64_t *added, int64_t *repeated)
{
    struct task_state_insert_args *states =
        arena_array(work->arena, struct task_state_insert_args, chunk->count + 1);
    struct walk_run run = {0};
    size_t count = 0;

    for (size_t i = 0; i < chunk->count; i++) {
        const struct row *row = chunk->rows[i].content;
        bool is_new = false;

        if (row != NULL) {
            TRY(insert_task(work, import, row, &states[count], &is_new));
            states[count].shuffle = shuffle_of(work, &run);
            count += is_new;
            *repeated += !is_new;
        }
    }
    *added = (int64_t)count;
    return task_state_insert(work, states, count);
}

static enum err insert_errors(struct work *work, const struct import *import,
                              const struct intake_chunk *chunk)
{
    struct batch_error_insert_args *errors =
        arena_array(work->arena, struct batch_error_insert_args, chunk->count);
    const struct intake_row *row = NULL;
    size_t count = 0;

    while ((row = intake_next_bad(chunk, row)) != NULL) {
        errors[count++] = (struct batch_error_insert_args){
            .organisation_id = work->organisation_id,
            .batch_id = import->batch.id,
            .line = (int64_t)row->line,
            .field = row->field,
            .message = row->message,
        };
    }
    return batch_error_insert(work, errors, count);
}

/* Its tasks, unless this is only a rehearsal, its errors, and how far we are. */
static enum err commit_chunk(struct work *work, void *context, struct intake_chunk *chunk)
{
    const struct import *import = context;
    int64_t added = 0;
    int64_t repeated = 0;
    int64_t affected;

    TRY(insert_errors(work, import, chunk));
    if (!import->rehearsal) {
        TRY(insert_tasks(work, import, chunk, &added, &repeated));
    }
    TRY(batch_advance(work,
                      &(struct batch_advance_args){
                          .id = import->batch.id,
                          .organisation_id = work->organisation_id,
                          .line_count = import->rehearsal ? 0 : chunk->record_count,
                          .task_count = added,
                          .repeat_count = repeated,
                          .bad_count = intake_bad(chunk),
                      },
                      &affected));
    if (added == 0) {
        return OK;
    }
    campaign_count(work, import->campaign.id, "tasks", added);
    campaign_count(work, import->campaign.id, "wanted", added * wanted_at_first(&import->campaign));
    return campaign_woke(work, import->campaign.id);
}

struct ending {
    const struct import *import;
    const char *state;
    int64_t line_count; /* records read */
};

static enum err end(struct work *work, void *context)
{
    const struct ending *ending = context;

    return batch_end(work, &(struct batch_end_args){.id = ending->import->batch.id,
                                                    .organisation_id = work->organisation_id,
                                                    .state = ending->state,
                                                    .line_count = ending->line_count});
}

/* A rehearsal that was broken off counts for nothing. */
static enum err begin_again(struct work *work, void *context)
{
    const struct import *import = context;

    TRY(job_hold(import->run, work));
    return batch_begin_again(
        work, &(struct batch_begin_again_args){.id = import->batch.id,
                                               .organisation_id = work->organisation_id});
}

static struct intake intake_of(struct import *import)
{
    return (struct intake){.path = import->batch.spool_path,
                           .format = import->batch.format,
                           .context = import,
                           .read = read_row,
                           .commit = commit_chunk};
}

/* A batch that is all or nothing is read once to the end before anything is added. */
static enum err rehearse(struct import *import, struct intake *intake)
{
    bool all_or_nothing = strcmp(import->batch.on_error, "rollback") == 0;

    if (!all_or_nothing || import->batch.line_count > 0) {
        return OK;
    }
    TRY(store_write(import->run->work, begin_again, import));
    import->rehearsal = true;
    TRY(job_take_in(import->run, intake));
    import->rehearsal = false;
    return OK;
}

static enum err run_import(struct job_run *run)
{
    struct work *work = run->work;
    struct import import = {.run = run};

    TRY(store_read(work, load, &import));
    if (strcmp(import.batch.state, "importing") != 0) {
        return OK; /* ended by an earlier run */
    }
    struct intake intake = intake_of(&import);
    struct ending ending = {.import = &import, .state = "rolled_back"};

    TRY(rehearse(&import, &intake));
    if (intake.bad_count == 0 || strcmp(import.batch.on_error, "rollback") != 0) {
        ending.state = "ready";
        intake.record_count = import.batch.line_count;
        intake.bad_count = import.batch.bad_count;
        TRY(job_take_in(run, &intake));
    }
    ending.line_count = intake.record_count;
    TRY(store_write(work, end, &ending));
    (void)unlink(import.batch.spool_path);
    return OK;
}

enum err import_waits(struct work *work, const char *batch_id, bool *waits)
{
    struct batch_state_find_row row;
    enum err err = batch_state_find(work, &(struct batch_state_find_args){.id = batch_id}, &row);

    *waits = err == OK && strcmp(row.state, "importing") == 0;
    return err == ERR_NOT_FOUND ? OK : err;
}

static enum err give_up(struct job_run *run)
{
    struct import import = {.run = run};

    TRY(store_read(run->work, load_batch, &import));
    TRY(store_write(run->work, end,
                    &(struct ending){.import = &import,
                                     .state = "failed",
                                     .line_count = import.batch.line_count}));
    (void)unlink(import.batch.spool_path);
    return OK;
}

const struct job_kind import_job = {
    .name = IMPORT_JOB, .run = run_import, .attempt_max = 20, .give_up = give_up};
