#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "http/route.h"
#include "job/intake.h"
#include "slice/account/account.h"
#include "slice/expert/expert.h"
#include "slice/resume/resume_csv_rule.h"
#include "slice/resume/resume_slice.h"
#include "slice/resume/resume_sql.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/record.h"
#include "sys/secret.h"

enum { FILE_MAX = 4 * 1024 * 1024, ROW_MAX = 5000, BATCH = 250 };

struct resume_import_error {
    int64_t line;
    const char *field;
    const char *message;
};
static const struct field error_fields[] = {
    INT(resume_import_error, line, .doc = "Line of the file, from 1"),
    TEXT(resume_import_error, field, .doc = "Column at fault; empty: the row itself"),
    TEXT(resume_import_error, message, .doc = "What was wrong"),
};
static const struct shape error_shape =
    SHAPE(resume_import_error, error_fields, "A row that could not be imported");

struct resume_import {
    int64_t row_count;
    int64_t added_count;
    int64_t known_count;
    int64_t bad_count;
    struct list errors;
};
static const struct field import_fields[] = {
    INT(resume_import, row_count, .doc = "Rows read"),
    INT(resume_import, added_count, .doc = "Résumés that wait for their persons now"),
    INT(resume_import, known_count, .doc = "Rows that had been imported before"),
    INT(resume_import, bad_count, .doc = "Rows that could not be imported"),
    LIST(resume_import, errors, .of = &error_shape, .doc = "Bad rows by line"),
};
const struct shape resume_import_shape =
    SHAPE(resume_import, import_fields, "What became of a CSV of résumés");

/* Rows of one file; some of them are written in one transaction. */
struct importing {
    struct intake_row *rows;
    size_t count;
    int64_t added;
    int64_t known;
};

static enum err read_rows(struct work *work, struct record_reader *reader, struct importing *out)
{
    for (;;) {
        struct intake_row *row = &out->rows[out->count];
        struct record record = {0};
        struct fault fault = {0};
        enum err err = record_next(reader, work->arena, &record, &fault);

        if (err == OK && record.columns == NULL) {
            return OK;
        }
        if (out->count++ == ROW_MAX) {
            return work_fail(work, ERR_INVALID, "more than %d rows: import it in parts", ROW_MAX);
        }
        *row = (struct intake_row){.line = err == OK ? record.line : fault.line};
        if (err == OK) {
            row->content = arena_new_of(work->arena, struct resume_csv);
            err = resume_csv_read(work->arena, record.columns, (int64_t)row->line, row->content,
                                  &fault);
        }
        if (err != OK) {
            intake_blame(row, arena_print(work->arena, "%s", fault.field),
                         arena_print(work->arena, "%s", fault.text));
        }
    }
}

/* What a row says, wherever it stands in the file: by this it is known again. */
static const char *hash_of(struct arena *arena, const struct resume_csv *person)
{
    struct buffer buffer = buffer_new(arena);

    for (size_t i = 0; i < person->count; i++) {
        const struct resume_found *one = &person->found[i];

        buffer_print(&buffer, "%s\t%" PRId64 "\t%s\n", one->field, one->group, one->value);
    }
    return sha256_hex(arena, buffer_view(&buffer));
}

static enum err add_resume(struct work *work, const char *person_id,
                           const struct resume_csv *person, const char *hash)
{
    const char *id = work_new_id(work, "res");
    const char *house = work->organisation_id;
    int64_t changed;

    TRY(resume_insert(work, &(struct resume_insert_args){.id = id,
                                                         .organisation_id = house,
                                                         .person_id = person_id,
                                                         .file_name = "from the operator's list",
                                                         .content_hash = hash,
                                                         .uploaded_at = work->now_us}));
    TRY(resume_put(work, id, person->found, person->count));
    TRY(resume_end(work,
                   &(struct resume_end_args){
                       .id = id, .organisation_id = house, .resume_state = "read", .note = NULL},
                   &changed));
    return audit(work, "resume.import", id, "{}");
}

static enum err write_row(struct work *work, struct importing *batch, struct intake_row *row)
{
    const struct resume_csv *person = row->content;
    const char *hash = hash_of(work->arena, person);
    struct resume_with_hash_row known;
    const char *person_id;

    TRY(expert_of_email(work, person->email, person->name, &person_id));
    if (person_id == NULL) {
        intake_blame(row, "email", EXPERT_NONE_OF_YOURS);
        return OK;
    }
    enum err err = resume_with_hash(
        work,
        &(struct resume_with_hash_args){
            .person_id = person_id, .organisation_id = work->organisation_id, .content_hash = hash},
        &known);

    batch->known += err == OK;
    batch->added += err == ERR_NOT_FOUND;
    return err == ERR_NOT_FOUND ? add_resume(work, person_id, person, hash) : err;
}

/* The transaction may be run again: it counts from zero. */
static enum err write_batch(struct work *work, void *context)
{
    struct importing *batch = context;

    work->organisation_id = work->who->organisation_id;
    batch->added = 0;
    batch->known = 0;
    for (size_t i = 0; i < batch->count; i++) {
        if (batch->rows[i].content != NULL) {
            TRY(write_row(work, batch, &batch->rows[i]));
        }
    }
    return OK;
}

/* A call that dies between two batches is made again: what has been written is known then. */
static enum err write_rows(struct work *work, struct importing *file)
{
    for (size_t at = 0; at < file->count; at += BATCH) {
        size_t left = file->count - at;
        struct importing batch = {.rows = file->rows + at, .count = left < BATCH ? left : BATCH};

        TRY(store_write(work, write_batch, &batch));
        file->added += batch.added;
        file->known += batch.known;
    }
    return OK;
}

static struct resume_import *report(struct arena *arena, const struct importing *file)
{
    struct resume_import *out = arena_new_of(arena, struct resume_import);
    struct intake_chunk chunk = {.rows = file->rows, .count = file->count};
    const struct intake_row *row = NULL;

    *out = (struct resume_import){.row_count = (int64_t)file->count,
                                  .added_count = file->added,
                                  .known_count = file->known,
                                  .bad_count = intake_bad(&chunk)};
    struct resume_import_error *errors =
        arena_array(arena, struct resume_import_error, (size_t)out->bad_count);

    while ((row = intake_next_bad(&chunk, row)) != NULL) {
        errors[out->errors.count++] = (struct resume_import_error){
            .line = (int64_t)row->line, .field = row->field, .message = row->message};
    }
    out->errors.at = errors;
    return out;
}

enum err resume_serve_import(struct call *call)
{
    struct work *work = call->work;
    struct record_reader *reader = NULL;
    struct importing file = {.rows = arena_array(work->arena, struct intake_row, ROW_MAX + 1)};

    if (call->upload->size > FILE_MAX) {
        return work_fail(work, ERR_INVALID, "more than %d MiB: import it in parts",
                         FILE_MAX / 1024 / 1024);
    }
    TRY(record_open(call->upload->path, "csv", &reader, &work->fault));
    enum err err = read_rows(work, reader, &file);

    record_close(reader);
    TRY(err);
    TRY(write_rows(work, &file));
    call->reply = report(work->arena, &file);
    return OK;
}

enum err resume_serve_template(struct call *call)
{
    call->file_text = text_of(RESUME_CSV_TEMPLATE);
    call->file_name = "resumes.csv";
    call->file_type = "text/csv; charset=utf-8";
    return OK;
}
