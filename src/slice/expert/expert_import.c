#include "slice/expert/expert_import.h"

#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "job/intake.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/account/account_rule.h"
#include "slice/expert/expert.h"
#include "slice/expert/expert_record.h"
#include "slice/expert/expert_sql.h"
#include "slice/expert/taxonomy.h"
#include "store/store.h"
#include "store/work.h"

/* One import: what the file brings is written into the profiles of the house's experts. */
struct import {
    struct job_run *run;
    struct expert_import_row batch;
    struct expert_writer *writer;
};

static enum err read_row(void *context, struct arena *arena, const struct json *columns,
                         void **content, struct fault *fault)
{
    const struct import *import = context;
    struct expert_record *record = arena_new_of(arena, struct expert_record);

    TRY(expert_record_read(arena, columns, record, fault));
    TRY(expert_check(arena, import->writer, &record->profile, fault));
    const char *email = email_normal(arena, record->email);

    if (email == NULL) {
        return fail_field(fault, ERR_INVALID, "email", "\"%.100s\" is not an e-mail address",
                          record->email);
    }
    record->email = email;
    *content = record;
    return OK;
}

struct counts {
    int64_t added;
    int64_t changed;
};

static enum err write_row(struct work *work, const struct import *import, struct intake_row *row,
                          struct counts *counts)
{
    struct expert_record *record = row->content;
    const char *person_id = NULL;
    bool is_new = false;

    TRY(expert_of_email(work, record->email, record->name, &person_id));
    if (person_id == NULL) {
        intake_blame(row, "email", EXPERT_NONE_OF_YOURS);
        return OK;
    }
    TRY(expert_write(work, import->writer, person_id, &record->profile, &is_new));
    *(is_new ? &counts->added : &counts->changed) += 1;
    return OK;
}

static enum err write_errors(struct work *work, const struct import *import,
                             const struct intake_chunk *chunk)
{
    struct expert_import_error_insert_args *errors =
        arena_array(work->arena, struct expert_import_error_insert_args, chunk->count);
    const struct intake_row *row = NULL;
    size_t count = 0;

    while ((row = intake_next_bad(chunk, row)) != NULL) {
        errors[count++] =
            (struct expert_import_error_insert_args){.organisation_id = work->organisation_id,
                                                     .import_id = import->batch.id,
                                                     .line = (int64_t)row->line,
                                                     .field = row->field,
                                                     .message = row->message};
    }
    return expert_import_error_insert(work, errors, count);
}

static enum err commit_chunk(struct work *work, void *context, struct intake_chunk *chunk)
{
    const struct import *import = context;
    struct counts counts = {0};
    int64_t affected;

    TRY(expert_writer_begin(work, import->writer));
    for (size_t i = 0; i < chunk->count; i++) {
        if (chunk->rows[i].content != NULL) {
            TRY(write_row(work, import, &chunk->rows[i], &counts));
        }
    }
    TRY(write_errors(work, import, chunk));
    return expert_import_advance(
        work,
        &(struct expert_import_advance_args){.id = import->batch.id,
                                             .organisation_id = work->organisation_id,
                                             .line_count = chunk->record_count,
                                             .added_count = counts.added,
                                             .changed_count = counts.changed,
                                             .bad_count = intake_bad(chunk)},
        &affected);
}

static enum err load(struct work *work, void *context)
{
    struct import *import = context;
    struct json *arguments = NULL;

    TRY(json_parse(work->arena, text_of(import->run->arguments), &arguments, &work->fault));
    work->organisation_id = import->run->organisation_id;
    return expert_import_by_id(
        work,
        &(struct expert_import_by_id_args){.id = json_text_of(arguments, "import_id"),
                                           .organisation_id = work->organisation_id},
        &import->batch);
}

struct ending {
    const struct import *import;
    const char *state;
};

static enum err end(struct work *work, void *context)
{
    const struct ending *ending = context;

    return expert_import_end(
        work, &(struct expert_import_end_args){.id = ending->import->batch.id,
                                               .organisation_id = work->organisation_id,
                                               .state = ending->state});
}

static enum err run_import(struct job_run *run)
{
    struct work *work = run->work;
    struct import import = {.run = run};
    EXPERT_WRITER_SCOPE writer = NULL;

    TRY(expert_writer_new(&writer, &work->fault));
    import.writer = writer;
    TRY(store_read(work, load, &import));
    if (strcmp(import.batch.state, "importing") != 0) {
        return OK; /* ended by an earlier run */
    }
    struct principal importer = {.person_id = import.batch.created_by,
                                 .organisation_id = run->organisation_id};
    struct intake intake = {.path = import.batch.spool_path,
                            .format = import.batch.format,
                            .record_count = import.batch.line_count,
                            .bad_count = import.batch.bad_count,
                            .context = &import,
                            .read = read_row,
                            .commit = commit_chunk};

    work->who = &importer;
    enum err err = job_take_in(run, &intake);

    work->who = NULL;
    TRY(err);
    TRY(store_write(work, end, &(struct ending){.import = &import, .state = "ready"}));
    (void)unlink(import.batch.spool_path);
    return OK;
}

enum err expert_import_waits(struct work *work, const char *id, bool *waits)
{
    struct expert_import_state_find_row row;
    enum err err =
        expert_import_state_find(work, &(struct expert_import_state_find_args){.id = id}, &row);

    *waits = err == OK && strcmp(row.state, "importing") == 0;
    return err == ERR_NOT_FOUND ? OK : err;
}

static enum err give_up(struct job_run *run)
{
    struct import import = {.run = run};

    TRY(store_read(run->work, load, &import));
    TRY(store_write(run->work, end, &(struct ending){.import = &import, .state = "failed"}));
    (void)unlink(import.batch.spool_path);
    return OK;
}

const struct job_kind expert_import_job = {
    .name = EXPERT_IMPORT_JOB, .run = run_import, .attempt_max = 20, .give_up = give_up};
