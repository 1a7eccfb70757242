#include "slice/task/import_http.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "http/page.h"
#include "http/route.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/installation.h"
#include "slice/task/import.h"
#include "slice/task/task_sql.h"
#include "slice/type/type.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/file.h"
#include "sys/record.h"
#include "sys/secret.h"

enum { PREVIEW_ROWS = 20, PREVIEW_ERRORS = 20, PREVIEW_SCAN = 1000 };

/* ------------------------------------------------------------------ begin */

struct import_query {
    const char *name;
    const char *format;
    const char *mapping;
    const char *on_error;
};
static const struct import_query import_defaults = {
    .name = "import", .format = "jsonl", .on_error = "keep"};
static const struct field import_query_fields[] = {
    TEXT(import_query, name, .optional = true, .min = 1, .max = 200, .doc = "Name of the file"),
    TEXT(import_query, format, .optional = true, .choices = "jsonl|json|csv",
         .doc = "How the file is written"),
    TEXT(import_query, mapping, .optional = true, .max = 10000,
         .doc =
             "JSON object: field of the task type → column; guessed from the names unless given"),
    TEXT(import_query, on_error, .optional = true, .choices = "keep|rollback",
         .doc = "When rows are bad: keep the good ones, or add nothing"),
};
const struct shape import_query_shape =
    SHAPE(import_query, import_query_fields, "How to import", .defaults = &import_defaults);

struct import_begun {
    const char *batch_id;
    const char *job_id;
};
static const struct field import_begun_fields[] = {
    TEXT(import_begun, batch_id, .doc = "The batch that is being filled"),
    TEXT(import_begun, job_id, .doc = "The job that fills it"),
};
const struct shape import_begun_shape =
    SHAPE(import_begun, import_begun_fields, "An import that has begun");

/* The columns of the first record, and the mapping they suggest. */
static enum err columns_of(struct work *work, const char *path, const char *format,
                           struct texts *out)
{
    struct record_reader *reader;
    struct record record = {0};

    TRY(record_open(path, format, &reader, &work->fault));
    enum err err = record_next(reader, work->arena, &record, &work->fault);

    if (err == OK && record.columns != NULL) {
        const char **names = arena_array(work->arena, const char *, record.columns->count);
        size_t count = 0;

        for (const struct json *column = record.columns->first; column != NULL;
             column = column->next) {
            names[count++] = arena_copy(work->arena, column->name, strlen(column->name));
        }
        *out = (struct texts){.at = names, .count = count};
    } else if (err == OK) {
        err = work_fail(work, ERR_INVALID, "the file holds no record");
    }
    record_close(reader);
    return err;
}

struct beginning {
    struct call *call;
    const struct import_query *query;
    const char *batch_id;
    const char *path;
    const char *hash;
    const char *mapping;
    struct import_begun *begun;
};

static enum err insert_batch(struct work *work, void *context)
{
    struct beginning *beginning = context;
    const struct import_query *query = beginning->query;
    struct import_begun *begun = beginning->begun;
    const char *job_id;

    begun->batch_id = beginning->batch_id;
    TRY(job_request(work, IMPORT_JOB,
                    arena_print(work->arena, "{\"batch_id\":\"%s\"}", begun->batch_id), NULL,
                    &job_id));
    begun->job_id = job_id;
    TRY(batch_insert(work, &(struct batch_insert_args){
                               .id = begun->batch_id,
                               .organisation_id = work->organisation_id,
                               .campaign_id = beginning->call->ids[0],
                               .name = query->name,
                               .format = query->format,
                               .mapping = beginning->mapping,
                               .on_error = query->on_error,
                               .content_hash = beginning->hash,
                               .job_id = job_id,
                               .spool_path = beginning->path,
                               .created_at = work->now_us,
                               .created_by = work->who->person_id,
                           }));
    return audit(work, "batch.import", begun->batch_id, "{}");
}

/* The upload is removed after the call: the job needs a file of its own, named for the batch. */
static enum err keep_upload(struct work *work, const char *path, struct beginning *beginning)
{
    beginning->batch_id = work_new_id(work, "bat");
    beginning->path = arena_print(work->arena, "%s/%s" SPOOL_KEPT, work->installation->spool,
                                  beginning->batch_id);
    if (file_link(path, beginning->path, &work->fault) != OK) {
        return work_fail(work, ERR_UNAVAILABLE, "the upload cannot be kept now; try again later");
    }
    return OK;
}

static enum err load_type(struct work *work, void *context)
{
    struct call *call = context;
    struct campaign_row campaign;
    const struct task_type *type;

    TRY(campaign_find(work, call->ids[0], &campaign));
    TRY(campaign_type(work, &campaign, &type));
    call->reply = type;
    return OK;
}

enum { HASH_STEP = 1024 * 1024 };

static enum err file_hash(struct work *work, const char *path, const char **out)
{
    struct text content;

    TRY(file_map(path, &content, &work->fault));
    struct sha256 *hash = sha256_new();

    for (size_t at = 0; at < content.size; at += HASH_STEP) {
        size_t left = content.size - at;
        size_t size = left < HASH_STEP ? left : HASH_STEP;

        sha256_add(hash, (struct text){.at = content.at + at, .size = size});
        file_forget(content, at + size);
    }
    *out = sha256_end_hex(hash, work->arena);
    file_unmap(content);
    return OK;
}

static enum err check_mapping(struct call *call, const struct import_query *query,
                              const char **mapping)
{
    struct work *work = call->work;
    struct mapping read;
    struct texts columns;

    TRY(store_read(work, load_type, call));
    const struct task_type *type = call->reply;

    *mapping = query->mapping;
    if (*mapping == NULL) {
        TRY(columns_of(work, call->upload->path, query->format, &columns));
        *mapping = mapping_guess(work->arena, type, columns.at, columns.count);
    }
    return mapping_read(work->arena, type, *mapping, &read, &work->fault);
}

enum err import_serve_begin(struct call *call)
{
    struct work *work = call->work;
    struct beginning beginning = {.call = call,
                                  .query = call->query,
                                  .begun = arena_new_of(work->arena, struct import_begun)};

    TRY(check_mapping(call, call->query, &beginning.mapping));
    TRY(file_hash(work, call->upload->path, &beginning.hash));
    TRY(keep_upload(work, call->upload->path, &beginning));
    enum err err = store_write(work, insert_batch, &beginning);

    if (err != OK && err != ERR_UNAVAILABLE) { /* then it may have been committed after all */
        (void)unlink(beginning.path);
    }
    TRY(err);
    call->reply = beginning.begun;
    return OK;
}

/* ------------------------------------------------------------------ preview */

struct preview_query {
    const char *format;
    const char *mapping;
};
static const struct preview_query preview_defaults = {.format = "jsonl"};
static const struct field preview_query_fields[] = {
    TEXT(preview_query, format, .optional = true, .choices = "jsonl|json|csv",
         .doc = "How the file is written"),
    TEXT(preview_query, mapping, .optional = true, .max = 10000,
         .doc = "JSON object: field of the task type → column"),
};
const struct shape preview_query_shape = SHAPE(
    preview_query, preview_query_fields, "How to read the file", .defaults = &preview_defaults);

struct preview_row {
    int64_t line;
    const char *payload;
    const char *external_id;
};
static const struct field preview_row_fields[] = {
    INT(preview_row, line, .doc = "Where the record begins, from 1"),
    JSON(preview_row, payload, .doc = "What the task will show"),
    TEXT(preview_row, external_id, .optional = true, .doc = "The caller's own identifier"),
};
static const struct shape preview_row_shape =
    SHAPE(preview_row, preview_row_fields, "A record as it will be imported");

static const struct field batch_error_fields[] = {
    INT(batch_error_row, line, .doc = "Line of the file, from 1"),
    TEXT(batch_error_row, field, .doc = "Field of the task at fault; empty: the record itself"),
    TEXT(batch_error_row, message, .doc = "What was wrong"),
};
static const struct shape batch_error_shape =
    SHAPE(batch_error_row, batch_error_fields, "A record that could not be imported");

struct preview {
    struct texts columns;
    const char *mapping;
    struct list rows;
    struct list errors;
    int64_t record_count;
    int64_t bad_count;
    bool whole;
};
static const struct field preview_fields[] = {
    TEXTS(preview, columns, .doc = "Columns of the first record"),
    JSON(preview, mapping, .doc = "The mapping that was used"),
    LIST(preview, rows, .of = &preview_row_shape, .doc = "The first records"),
    LIST(preview, errors, .of = &batch_error_shape, .doc = "The first bad records"),
    INT(preview, record_count, .doc = "Records that were read"),
    INT(preview, bad_count, .doc = "Bad ones among them"),
    BOOL(preview, whole, .doc = "True: that was the whole file"),
};
const struct shape preview_shape = SHAPE(preview, preview_fields, "A look into a file");

struct scan {
    const struct task_type *type;
    struct mapping mapping;
    struct record_reader *reader;
    struct preview_row rows[PREVIEW_ROWS];
    struct batch_error_row errors[PREVIEW_ERRORS];
};

static void note_error(struct arena *arena, struct scan *scan, struct preview *preview,
                       uint64_t line, const struct fault *fault)
{
    if (preview->bad_count < PREVIEW_ERRORS) {
        scan->errors[preview->bad_count] = (struct batch_error_row){
            .line = (int64_t)line,
            .field = arena_copy(arena, fault->field, strlen(fault->field)),
            .message = arena_copy(arena, fault->text, strlen(fault->text)),
        };
        preview->errors.count++;
    }
    preview->bad_count++;
}

/* False: the end of the file. */
static bool look_at_one(struct arena *arena, struct scan *scan, struct preview *preview)
{
    struct fault fault = {0};
    struct record record = {0};
    struct preview_row row = {0};
    enum err err = record_next(scan->reader, arena, &record, &fault);

    if (err == OK && record.columns == NULL) {
        return false;
    }
    preview->record_count++;
    if (err == OK) {
        err = import_payload(arena, scan->type, &scan->mapping, record.columns, &row.payload,
                             &row.external_id, &fault);
    }
    if (err != OK) {
        note_error(arena, scan, preview, record.line > 0 ? record.line : fault.line, &fault);
    } else if (preview->rows.count < PREVIEW_ROWS) {
        row.line = (int64_t)record.line;
        scan->rows[preview->rows.count++] = row;
    }
    return true;
}

enum err import_serve_preview(struct call *call)
{
    const struct preview_query *query = call->query;
    struct work *work = call->work;
    struct preview *preview = arena_new_of(work->arena, struct preview);
    struct scan *scan = arena_new_of(work->arena, struct scan);
    const char *path = call->upload->path;

    TRY(store_read(work, load_type, call));
    scan->type = call->reply;
    TRY(columns_of(work, path, query->format, &preview->columns));
    preview->mapping =
        query->mapping != NULL
            ? query->mapping
            : mapping_guess(work->arena, scan->type, preview->columns.at, preview->columns.count);
    call->reply = preview;
    preview->rows.at = scan->rows;
    preview->errors.at = scan->errors;
    enum err err =
        mapping_read(work->arena, scan->type, preview->mapping, &scan->mapping, &work->fault);

    if (err != OK && query->mapping == NULL) { /* nothing could be guessed: let the person choose */
        note_error(work->arena, scan, preview, 0, &work->fault);
        return OK;
    }
    TRY(err);
    TRY(record_open(path, query->format, &scan->reader, &work->fault));
    preview->whole = true;
    while (look_at_one(work->arena, scan, preview)) {
        if (preview->record_count == PREVIEW_SCAN) {
            preview->whole = false;
            break;
        }
    }
    record_close(scan->reader);
    return OK;
}

/* ------------------------------------------------------------------ batches */

static const struct field batch_fields[] = {
    TEXT(batch_row, id, .doc = "Identifier, `bat_` and 26 characters"),
    TEXT(batch_row, campaign_id, .doc = "Where it belongs"),
    TEXT(batch_row, name, .doc = "Name of the file"),
    TEXT(batch_row, format, .doc = "How it was written", .choices = "jsonl|json|csv"),
    JSON(batch_row, mapping, .doc = "Field of the task type → column"),
    TEXT(batch_row, on_error, .doc = "What bad rows do", .choices = "keep|rollback"),
    TEXT(batch_row, state, .doc = "Where it stands",
         .choices = "importing|ready|rolled_back|failed"),
    INT(batch_row, line_count, .doc = "Records read so far"),
    INT(batch_row, task_count, .doc = "Tasks added"),
    INT(batch_row, repeat_count, .doc = "Records that were there already"),
    INT(batch_row, bad_count, .doc = "Records that could not be imported"),
    TEXT(batch_row, job_id, .optional = true, .doc = "The job that fills it"),
    TIME(batch_row, created_at, .doc = "When it began"),
};
const struct shape batch_shape = SHAPE(batch_row, batch_fields, "A batch of tasks");

static const struct field batch_list_fields[] = PAGE_FIELDS(batch_shape, "Newest first");
const struct shape batch_list_shape =
    PAGE_SHAPE(batch_list, batch_list_fields, "A page of batches");

struct line_query {
    int64_t after;
    int64_t limit;
};
static const struct line_query line_defaults = {.after = -1, .limit = PAGE_DEFAULT};
static const struct field line_query_fields[] = {
    INT(line_query, after, .optional = true, .min = -1, .max = 9e15,
        .doc = "The last line that was seen"),
    INT(line_query, limit, .optional = true, .min = 1, .max = PAGE_MAX, .doc = "Rows at most"),
};
const struct shape line_query_shape =
    SHAPE(line_query, line_query_fields, "A page by line", .defaults = &line_defaults);

static const struct field batch_error_list_fields[] = PAGE_FIELDS(batch_error_shape, "By line");
const struct shape batch_error_list_shape =
    PAGE_SHAPE(batch_error_list, batch_error_list_fields, "A page of bad records");

enum err import_serve_batches(struct call *call)
{
    const struct page_query *query = call->query;
    struct work *work = call->work;
    struct batch_row *rows;
    size_t count;

    TRY(batch_page(work,
                   &(struct batch_page_args){
                       .campaign_id = call->ids[0],
                       .organisation_id = work->organisation_id,
                       .id = page_after(query->after, "~"),
                       .row_max = query->limit,
                   },
                   &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

enum err import_serve_batch(struct call *call)
{
    struct work *work = call->work;
    struct batch_row *row = arena_new_of(work->arena, struct batch_row);

    TRY(batch_by_id(
        work,
        &(struct batch_by_id_args){.id = call->ids[0], .organisation_id = work->organisation_id},
        row));
    call->reply = row;
    return OK;
}

enum err import_serve_errors(struct call *call)
{
    const struct line_query *query = call->query;
    struct work *work = call->work;
    struct batch_error_row *rows;
    size_t count;

    TRY(batch_error_page(work,
                         &(struct batch_error_page_args){.batch_id = call->ids[0],
                                                         .organisation_id = work->organisation_id,
                                                         .line = query->after,
                                                         .row_max = query->limit},
                         &rows, &count));
    return page_reply(call, rows, count, query->limit,
                      count == 0 ? NULL
                                 : arena_print(work->arena, "%" PRId64, rows[count - 1].line));
}
