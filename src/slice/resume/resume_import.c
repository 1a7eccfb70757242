#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "http/route.h"
#include "job/intake.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/bulk/bulk.h"
#include "slice/bulk/bulk_sql.h"
#include "slice/expert/expert.h"
#include "slice/installation.h"
#include "slice/resume/resume_csv_rule.h"
#include "slice/resume/resume_slice.h"
#include "slice/resume/resume_sql.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/file.h"
#include "sys/record.h"
#include "sys/secret.h"

enum { FILE_MAX = 64 << 20 };

struct importing {
    struct bulk_row bulk;
    int64_t added; /* of the chunk that is written */
    int64_t known;
};

static enum err read_row(void *context, struct arena *arena, const struct json *columns,
                         void **content, struct fault *fault)
{
    struct resume_csv *person = arena_new_of(arena, struct resume_csv);

    (void)context;
    TRY(resume_csv_read(arena, columns, person, fault));
    *content = person;
    return OK;
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
    struct resume_csv *person = row->content;
    const char *hash = hash_of(work->arena, person);
    struct resume_with_hash_row known;
    const char *person_id;

    TRY(expert_of_email(work, person->email, person->name, &person_id));
    if (person_id == NULL) {
        intake_blame(row, "email", EXPERT_NONE_OF_YOURS);
        return OK;
    }
    for (size_t i = 0; i < person->count; i++) {
        person->found[i].line = (int64_t)row->line;
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
static enum err commit_chunk(struct work *work, void *context, struct intake_chunk *chunk)
{
    struct importing *importing = context;

    importing->added = 0;
    importing->known = 0;
    for (size_t i = 0; i < chunk->count; i++) {
        if (chunk->rows[i].content != NULL) {
            TRY(write_row(work, importing, &chunk->rows[i]));
        }
    }
    struct bulk_error *errors = arena_array(work->arena, struct bulk_error, chunk->count);
    struct bulk_step step = {.read_count = chunk->record_count,
                             .added_count = importing->added,
                             .known_count = importing->known,
                             .bad_count = intake_bad(chunk),
                             .errors = errors,
                             .error_first = chunk->bad_count};
    const struct intake_row *row = NULL;

    while ((row = intake_next_bad(chunk, row)) != NULL) {
        errors[step.error_count++] = (struct bulk_error){
            .file = "", .line = (int64_t)row->line, .field = row->field, .message = row->message};
    }
    return bulk_advance(work, &importing->bulk, &step);
}

static enum err end_ready(struct work *work, void *context)
{
    return bulk_end(work, &((struct importing *)context)->bulk, "ready", NULL);
}

static enum err take_in(struct job_run *run, struct importing *importing, struct text content)
{
    struct work *work = run->work;
    struct principal importer = {.person_id = importing->bulk.created_by,
                                 .organisation_id = run->organisation_id};
    struct intake intake = {.format = "csv",
                            .record_count = importing->bulk.read_count,
                            .bad_count = importing->bulk.bad_count,
                            .context = importing,
                            .read = read_row,
                            .commit = commit_chunk};

    /* Records are read from a file, which lies in the spool for as long as that takes. */
    intake.path = arena_print(work->arena, "%s/%s.resumes", work->installation->spool,
                              work_new_id(work, "spl"));
    TRY(file_write(intake.path, content, 0600, &work->fault));
    work->who = &importer;
    enum err err = job_take_in(run, &intake);

    work->who = NULL;
    (void)unlink(intake.path);
    return err;
}

static enum err run_import(struct job_run *run)
{
    struct importing importing;
    struct text content;

    TRY(bulk_open(run, &importing.bulk, &content));
    if (content.at == NULL) {
        return OK; /* ended by an earlier run */
    }
    TRY(take_in(run, &importing, content));
    return store_write(run->work, end_ready, &importing);
}

const struct job_kind resume_import_job = {
    .name = RESUME_IMPORT_JOB, .run = run_import, .attempt_max = 20, .give_up = bulk_give_up};

enum err resume_serve_import(struct call *call)
{
    struct record_reader *reader = NULL;

    /* A header that cannot be read is refused at once. */
    TRY(record_open(call->upload->path, "csv", &reader, &call->work->fault));
    record_close(reader);
    return bulk_begin(
        call, &(struct bulk_wish){.kind = "resume",
                                  .job = RESUME_IMPORT_JOB,
                                  .topic = "",
                                  .name = ((const struct resume_upload_query *)call->query)->name,
                                  .options = "{}",
                                  .size_max = FILE_MAX});
}

enum err resume_serve_template(struct call *call)
{
    call->file_text = text_of(RESUME_CSV_TEMPLATE);
    call->file_name = "resumes.csv";
    call->file_type = "text/csv; charset=utf-8";
    return OK;
}
