#include "slice/expert/expert_import.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/account/account_rule.h"
#include "slice/expert/expert.h"
#include "slice/expert/expert_record.h"
#include "slice/expert/expert_sql.h"
#include "slice/expert/taxonomy.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/record.h"

enum { CHUNK = 500, ERROR_MAX = 10000 };

struct row {
    struct expert_record record;
    bool good;
    uint64_t line;
    const char *field;
    const char *message;
};

/* One import. A chunk of rows is one transaction that also says how far the file has been read, so
 * a run that died goes on where it stopped. */
struct import {
    struct job_run *run;
    struct expert_import_row batch;
    struct expert_writer *writer;
    struct record_reader *reader;
    struct row rows[CHUNK];
    size_t row_count;
    int64_t record_count;
    int64_t bad_count;
};

static void blame(struct arena *arena, struct row *row, const struct fault *fault)
{
    row->good = false;
    row->field = arena_copy(arena, fault->field, strlen(fault->field));
    row->message = arena_copy(arena, fault->text, strlen(fault->text));
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
        err = expert_record_read(arena, record.columns, &row->record, &fault);
    }
    if (err == OK) {
        err = expert_check(arena, import->writer, &row->record.profile, &fault);
    }
    const char *email = err == OK ? email_normal(arena, row->record.email) : NULL;

    if (err == OK && email == NULL) {
        err = fail_field(&fault, ERR_INVALID, "email", "\"%.100s\" is not an e-mail address",
                         row->record.email);
    }
    row->record.email = email;
    row->good = err == OK;
    if (err != OK) {
        blame(arena, row, &fault);
    }
    import->row_count++;
    return true;
}

struct chunk {
    struct import *import;
    int64_t added;
    int64_t changed;
    int64_t bad;
};

/* The person of a row, made if there is none; NULL: the address is somebody's who is no expert. */
static enum err person_of(struct work *work, const struct expert_record *record, const char **id)
{
    struct expert_person_by_email_row person;
    const char *house = work->organisation_id;
    enum err err = expert_person_by_email(
        work,
        &(struct expert_person_by_email_args){.organisation_id = house, .email = record->email},
        &person);

    if (err == ERR_NOT_FOUND) {
        return person_add(
            work,
            &(struct person_draft){.organisation_id = house,
                                   .email = record->email,
                                   .name = record->name == NULL ? record->email : record->name,
                                   .role = "expert"},
            id);
    }
    TRY(err);
    *id = person.is_expert > 0 ? person.id : NULL;
    return OK;
}

static enum err write_row(struct work *work, struct chunk *chunk, struct row *row)
{
    const char *person_id = NULL;
    bool is_new = false;

    TRY(person_of(work, &row->record, &person_id));
    if (person_id == NULL) {
        row->field = "email";
        row->message = "this address belongs to somebody who is not one of your experts";
        row->good = false;
        return OK;
    }
    TRY(expert_write(work, chunk->import->writer, person_id, &row->record.profile, &is_new));
    *(is_new ? &chunk->added : &chunk->changed) += 1;
    return OK;
}

static enum err write_errors(struct work *work, struct chunk *chunk)
{
    const struct import *import = chunk->import;
    struct expert_import_error_insert_args *errors =
        arena_array(work->arena, struct expert_import_error_insert_args, import->row_count + 1);
    size_t count = 0;

    for (size_t i = 0; i < import->row_count; i++) {
        const struct row *row = &import->rows[i];

        if (row->good) {
            continue;
        }
        chunk->bad++;
        if (import->bad_count + chunk->bad <= ERROR_MAX) {
            errors[count++] =
                (struct expert_import_error_insert_args){.organisation_id = work->organisation_id,
                                                         .import_id = import->batch.id,
                                                         .line = (int64_t)row->line,
                                                         .field = row->field,
                                                         .message = row->message};
        }
    }
    return expert_import_error_insert(work, errors, count);
}

static enum err commit_chunk(struct work *work, void *context)
{
    struct chunk *chunk = context;
    struct import *import = chunk->import;
    int64_t affected;

    chunk->added = chunk->changed = chunk->bad = 0;
    TRY(expert_writer_begin(work, import->writer));
    for (size_t i = 0; i < import->row_count; i++) {
        if (import->rows[i].good) {
            TRY(write_row(work, chunk, &import->rows[i]));
        }
    }
    TRY(write_errors(work, chunk));
    return expert_import_advance(
        work,
        &(struct expert_import_advance_args){.id = import->batch.id,
                                             .organisation_id = work->organisation_id,
                                             .line_count = import->record_count,
                                             .added_count = chunk->added,
                                             .changed_count = chunk->changed,
                                             .bad_count = chunk->bad},
        &affected);
}

static enum err read_chunks(struct import *import)
{
    struct work *work = import->run->work;
    bool more = true;

    while (more) {
        struct arena_mark mark = arena_mark(work->arena);
        struct chunk chunk = {.import = import};

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

static enum err read_file(struct import *import)
{
    struct work *work = import->run->work;

    TRY(record_open(import->batch.spool_path, import->batch.format, &import->reader, &work->fault));
    skip_done(import);
    enum err err = read_chunks(import);

    record_close(import->reader);
    return err;
}

static enum err run_import(struct job_run *run)
{
    struct work *work = run->work;
    struct import *import = arena_new_of(work->arena, struct import);
    EXPERT_WRITER_SCOPE writer = NULL;

    import->run = run;
    TRY(expert_writer_new(&writer, &work->fault));
    import->writer = writer;
    TRY(store_read(work, load, import));
    struct principal importer = {.person_id = import->batch.created_by,
                                 .organisation_id = run->organisation_id};

    work->who = &importer;
    import->bad_count = import->batch.bad_count;
    enum err err = read_file(import);

    if (err != ERR_UNAVAILABLE) {
        struct ending ending = {.import = import, .state = err == OK ? "ready" : "failed"};
        struct fault born = work->fault;
        enum err ended = store_write(work, end, &ending);

        (void)unlink(import->batch.spool_path);
        if (err != OK) {
            work->fault = born;
        } else {
            err = ended;
        }
    }
    work->who = NULL;
    return err;
}

const struct job_kind expert_import_job = {
    .name = EXPERT_IMPORT_JOB, .run = run_import, .attempt_max = 20};
