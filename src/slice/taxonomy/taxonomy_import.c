#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "http/route.h"
#include "job/job.h"
#include "slice/bulk/bulk.h"
#include "slice/bulk/bulk_sql.h"
#include "slice/taxonomy/taxonomy_slice.h"
#include "store/store.h"
#include "store/work.h"

enum { UPLOAD_MAX = 128 << 20 };

struct taxonomy_import {
    const char *source;
    const char *name;
    const char *mode;
    const char *on_error;
};
static const struct taxonomy_import import_defaults = {
    .name = "list", .mode = "replace", .on_error = "rollback"};
static const struct field import_fields[] = {
    TEXT(taxonomy_import, source, .choices = "onet|esco|own", .doc = "Whose list it is"),
    TEXT(taxonomy_import, name, .optional = true, .min = 1, .max = 200,
         .doc = "Name of the file: a ZIP of the list's files, or one of them by its own name"),
    TEXT(taxonomy_import, mode, .optional = true, .choices = "replace|add",
         .doc = "Take the place of the list that is there, or add to it; a code that both have "
                "means what the new one says"),
    TEXT(taxonomy_import, on_error, .optional = true, .choices = "rollback|keep",
         .doc = "When rows are bad: change nothing, or take the good ones"),
};
const struct shape taxonomy_import_shape =
    SHAPE(taxonomy_import, import_fields, "How a list is imported", .defaults = &import_defaults);

enum err taxonomy_serve_import(struct call *call)
{
    const struct taxonomy_import *query = call->query;

    return bulk_begin(
        call, &(struct bulk_wish){
                  .kind = "taxonomy",
                  .job = TAXONOMY_JOB,
                  .topic = query->source,
                  .name = query->name,
                  .options = arena_print(call->work->arena,
                                         "{\"source\":\"%s\",\"mode\":\"%s\",\"on_error\":\"%s\"}",
                                         query->source, query->mode, query->on_error),
                  .size_max = UPLOAD_MAX});
}

/* ------------------------------------------------------------------ the job */

struct importing {
    struct bulk_row bulk;
    struct taxonomy_import options;
    struct taxonomy_file file;
};

/* The rows are counted in the transaction that makes the list current, or that refuses it. */
static enum err report(struct work *work, const struct importing *importing, bool is_taken)
{
    const struct taxonomy_file *file = &importing->file;
    size_t count = file->bad_count < TAXONOMY_BAD_MAX ? (size_t)file->bad_count : TAXONOMY_BAD_MAX;
    struct bulk_error *errors = arena_array(work->arena, struct bulk_error, count);

    for (size_t i = 0; i < count; i++) {
        errors[i] = (struct bulk_error){.file = file->bad[i].file,
                                        .line = file->bad[i].line,
                                        .field = file->bad[i].field,
                                        .message = file->bad[i].message};
    }
    return bulk_advance(work, &importing->bulk,
                        &(struct bulk_step){.read_count = (int64_t)file->count + file->bad_count,
                                            .added_count = is_taken ? (int64_t)file->count : 0,
                                            .bad_count = file->bad_count,
                                            .errors = errors,
                                            .error_count = count});
}

static enum err end_ready(struct work *work, void *context)
{
    const struct importing *importing = context;

    TRY(report(work, importing, true));
    return bulk_end(work, &importing->bulk, "ready", NULL);
}

static enum err end_refused(struct work *work, void *context)
{
    const struct importing *importing = context;

    TRY(report(work, importing, false));
    return bulk_end(work, &importing->bulk, "rolled_back",
                    arena_print(work->arena,
                                "%" PRId64 " rows are bad, so the list was left as it was",
                                importing->file.bad_count));
}

static enum err read_upload(struct work *work, struct importing *importing, struct text content)
{
    struct taxonomy_parts parts;
    struct json *options;

    TRY(json_parse(work->arena, text_of(importing->bulk.options), &options, &work->fault));
    shape_clear(&taxonomy_import_shape, &importing->options);
    TRY(json_decode(work->arena, options, &taxonomy_import_shape, &importing->options,
                    &work->fault));
    TRY(taxonomy_parts_of_upload(work->arena, importing->options.source, importing->bulk.name,
                                 content, &parts, &work->fault));
    return taxonomy_read(work->arena, importing->options.source, &parts, &importing->file,
                         &work->fault);
}

static enum err run_import(struct job_run *run)
{
    struct work *work = run->work;
    struct importing importing;
    struct text content;

    TRY(bulk_open(run, &importing.bulk, &content));
    if (content.at == NULL) {
        return OK; /* ended by an earlier run */
    }
    TRY(read_upload(work, &importing, content));
    if (importing.file.bad_count > 0 && strcmp(importing.options.on_error, "rollback") == 0) {
        return store_write(work, end_refused, &importing);
    }
    struct taxonomy_change change = {.id = importing.bulk.id,
                                     .source = importing.options.source,
                                     .file = &importing.file,
                                     .adds = strcmp(importing.options.mode, "add") == 0};

    return taxonomy_change(run, &change, end_ready, &importing);
}

static enum err give_up(struct job_run *run)
{
    struct bulk_row row;

    TRY(bulk_give_up(run));
    TRY(bulk_open(run, &row, &(struct text){0}));
    return taxonomy_drop(run->work, row.id);
}

const struct job_kind taxonomy_job = {
    .name = TAXONOMY_JOB, .run = run_import, .attempt_max = 20, .give_up = give_up};
