#include "slice/task/import.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/shape.h"
#include "job/job.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/task/task_sql.h"
#include "slice/type/type.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/record.h"
#include "sys/secret.h"

enum { CHUNK = 500, ERROR_MAX = 10000 };

struct row {
    const char *payload; /* NULL: the row is bad */
    const char *external_id;
    const char *hash;
    uint64_t line;
    const char *field;
    const char *message;
};

/* One import from start to end. A chunk of rows is one transaction that also says how far the file
 * has been read, so a run that died goes on where it stopped. */
struct import {
    struct job_run *run;
    struct batch_row batch;
    struct campaign_row campaign;
    const struct task_type *type;
    struct mapping mapping;
    struct record_reader *reader;
    struct row rows[CHUNK];
    size_t row_count;
    int64_t record_count; /* read so far, with those of earlier runs */
    int64_t bad_count;
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

/* Read one record into the next row. False: the end of the file. */
static bool read_row(struct import *import, struct arena *arena)
{
    struct fault fault = {0};
    struct record record = {0};
    struct row *row = &import->rows[import->row_count];
    enum err err = record_next(import->reader, arena, &record, &fault);

    if (err == OK && record.columns == NULL) {
        return false;
    }
    *row = (struct row){.line = err == OK ? record.line : fault.line};
    if (err == OK) {
        err = import_payload(arena, import->type, &import->mapping, record.columns, &row->payload,
                             &row->external_id, &fault);
    }
    if (err == OK) {
        /* Two records are one task when both their content and their own identifier are the same.
         */
        row->hash = sha256_hex(
            arena, text_of(arena_print(arena, "%s\n%s", row->payload,
                                       row->external_id == NULL ? "" : row->external_id)));
    } else {
        row->payload = NULL;
        row->field = arena_copy(arena, fault.field, strlen(fault.field));
        row->message = arena_copy(arena, fault.text, strlen(fault.text));
    }
    import->row_count++;
    return true;
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

static enum err insert_tasks(struct work *work, const struct import *import, int64_t *added,
                             int64_t *repeated)
{
    struct task_state_insert_args *states =
        arena_array(work->arena, struct task_state_insert_args, import->row_count + 1);
    struct walk_run run = {0};
    size_t count = 0;

    *repeated = 0;
    for (size_t i = 0; i < import->row_count; i++) {
        bool is_new = false;

        if (import->rows[i].payload != NULL) {
            TRY(insert_task(work, import, &import->rows[i], &states[count], &is_new));
            states[count].shuffle = shuffle_of(work, &run);
            count += is_new;
            *repeated += !is_new;
        }
    }
    *added = (int64_t)count;
    return task_state_insert(work, states, count);
}

static enum err insert_errors(struct work *work, const struct import *import, int64_t *bad)
{
    struct batch_error_insert_args *errors =
        arena_array(work->arena, struct batch_error_insert_args, import->row_count + 1);
    size_t count = 0;

    *bad = 0;
    for (size_t i = 0; i < import->row_count; i++) {
        const struct row *row = &import->rows[i];

        if (row->payload != NULL) {
            continue;
        }
        (*bad)++;
        if (import->bad_count + *bad <= ERROR_MAX) {
            errors[count++] = (struct batch_error_insert_args){
                .organisation_id = work->organisation_id,
                .batch_id = import->batch.id,
                .line = (int64_t)row->line,
                .field = row->field,
                .message = row->message,
            };
        }
    }
    return batch_error_insert(work, errors, count);
}

/* One chunk: its tasks (unless this is only a rehearsal), its errors, and how far we are. */
struct chunk {
    struct import *import;
    bool rehearsal;
    int64_t bad;
};

static enum err commit_chunk(struct work *work, void *context)
{
    struct chunk *chunk = context;
    const struct import *import = chunk->import;
    int64_t added = 0;
    int64_t repeated = 0;
    int64_t affected;

    TRY(job_hold(import->run, work));
    TRY(insert_errors(work, import, &chunk->bad));
    if (!chunk->rehearsal) {
        TRY(insert_tasks(work, import, &added, &repeated));
    }
    TRY(batch_advance(work,
                      &(struct batch_advance_args){
                          .id = import->batch.id,
                          .organisation_id = work->organisation_id,
                          .line_count = chunk->rehearsal ? 0 : import->record_count,
                          .task_count = added,
                          .repeat_count = repeated,
                          .bad_count = chunk->bad,
                      },
                      &affected));
    if (added == 0) {
        return OK;
    }
    campaign_count(work, import->campaign.id, "tasks", added);
    campaign_count(work, import->campaign.id, "wanted", added * wanted_at_first(&import->campaign));
    return campaign_woke(work, import->campaign.id);
}

static enum err read_chunks(struct import *import, bool rehearsal)
{
    struct work *work = import->run->work;
    bool more = true;

    while (more) {
        struct arena_mark mark = arena_mark(work->arena);
        struct chunk chunk = {.import = import, .rehearsal = rehearsal};

        import->row_count = 0;
        while (more && import->row_count < CHUNK) {
            more = read_row(import, work->arena);
        }
        if (import->row_count == 0) {
            break;
        }
        import->record_count += (int64_t)import->row_count;
        TRY(store_write(work, commit_chunk, &chunk));
        import->bad_count += chunk.bad;
        TRY(job_progress(import->run, import->record_count, 0, NULL));
        arena_undo(work->arena, mark);
    }
    return OK;
}

/* Step over what an earlier run has committed. */
static void skip_done(struct import *import)
{
    struct arena *arena = import->run->work->arena;

    while (import->record_count < import->batch.line_count) {
        struct arena_mark mark = arena_mark(arena);
        struct record record = {0};
        struct fault fault = {0};
        enum err err = record_next(import->reader, arena, &record, &fault);

        arena_undo(arena, mark);
        if (err == OK && record.columns == NULL) {
            return;
        }
        import->record_count++;
    }
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

static enum err read_file(struct import *import, bool rehearsal)
{
    struct work *work = import->run->work;

    import->record_count = 0;
    TRY(record_open(import->batch.spool_path, import->batch.format, &import->reader, &work->fault));
    if (!rehearsal) {
        skip_done(import);
    }
    enum err err = read_chunks(import, rehearsal);

    record_close(import->reader);
    return err;
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

/* A batch that is all or nothing is read once to the end before anything is added. */
static enum err read_as_asked(struct import *import, const char **state)
{
    bool all_or_nothing = strcmp(import->batch.on_error, "rollback") == 0;

    if (all_or_nothing && import->batch.line_count == 0) {
        import->bad_count = 0;
        TRY(store_write(import->run->work, begin_again, import));
        TRY(read_file(import, true));
        if (import->bad_count > 0) {
            *state = "rolled_back";
            return OK;
        }
    }
    return read_file(import, false);
}

static enum err run_import(struct job_run *run)
{
    struct work *work = run->work;
    struct import *import = arena_new_of(work->arena, struct import);
    const char *state = "ready";

    import->run = run;
    TRY(store_read(work, load, import));
    import->bad_count = import->batch.bad_count;
    if (strcmp(import->batch.state, "importing") != 0) {
        return OK; /* ended by an earlier run */
    }
    TRY(read_as_asked(import, &state));
    TRY(store_write(
        work, end,
        &(struct ending){.import = import, .state = state, .line_count = import->record_count}));
    (void)unlink(import->batch.spool_path);
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
    struct import *import = arena_new_of(run->work->arena, struct import);

    import->run = run;
    TRY(store_read(run->work, load_batch, import));
    TRY(store_write(run->work, end,
                    &(struct ending){.import = import,
                                     .state = "failed",
                                     .line_count = import->batch.line_count}));
    (void)unlink(import->batch.spool_path);
    return OK;
}

const struct job_kind import_job = {
    .name = IMPORT_JOB, .run = run_import, .attempt_max = 20, .give_up = give_up};
