#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/expert/expert_import.h"
#include "slice/expert/expert_sql.h"
#include "slice/installation.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/file.h"
#include "sys/secret.h"

struct expert_import_query {
    const char *name;
    const char *format;
};
static const struct expert_import_query query_defaults = {.name = "experts", .format = "jsonl"};
static const struct field query_fields[] = {
    TEXT(expert_import_query, name, .optional = true, .min = 1, .max = 200,
         .doc = "Name of the file"),
    TEXT(expert_import_query, format, .optional = true, .choices = "jsonl|json|csv",
         .doc = "How the file is written"),
};
const struct shape expert_import_query_shape =
    SHAPE(expert_import_query, query_fields, "How to import", .defaults = &query_defaults);

struct expert_import_begun {
    const char *import_id;
    const char *job_id;
};
static const struct field begun_fields[] = {
    TEXT(expert_import_begun, import_id, .doc = "The import"),
    TEXT(expert_import_begun, job_id, .doc = "The job that reads the file"),
};
const struct shape expert_import_begun_shape =
    SHAPE(expert_import_begun, begun_fields, "An import of profiles that has begun");

static const struct field import_fields[] = {
    TEXT(expert_import_row, id, .doc = "Identifier, `xim_` and 26 characters"),
    TEXT(expert_import_row, name, .doc = "Name of the file"),
    TEXT(expert_import_row, format, .doc = "How it was written", .choices = "jsonl|json|csv"),
    TEXT(expert_import_row, state, .doc = "Where it stands", .choices = "importing|ready|failed"),
    INT(expert_import_row, line_count, .doc = "Records read so far"),
    INT(expert_import_row, added_count, .doc = "Profiles added"),
    INT(expert_import_row, changed_count, .doc = "Profiles replaced"),
    INT(expert_import_row, bad_count, .doc = "Records that could not be imported"),
    TEXT(expert_import_row, job_id, .doc = "The job that reads it"),
    TIME(expert_import_row, created_at, .doc = "When it began"),
};
const struct shape expert_import_shape =
    SHAPE(expert_import_row, import_fields, "An import of profiles");

static const struct field list_fields[] = PAGE_FIELDS(expert_import_shape, "Newest first");
const struct shape expert_import_list_shape =
    PAGE_SHAPE(expert_import_list, list_fields, "A page of imports of profiles");

struct expert_import_line_query {
    int64_t after;
    int64_t limit;
};
static const struct expert_import_line_query line_defaults = {.after = -1, .limit = PAGE_DEFAULT};
static const struct field line_fields[] = {
    INT(expert_import_line_query, after, .optional = true, .min = -1, .max = 9e15,
        .doc = "The last line that was seen"),
    INT(expert_import_line_query, limit, .optional = true, .min = 1, .max = PAGE_MAX,
        .doc = "Rows at most"),
};
const struct shape expert_import_line_query_shape =
    SHAPE(expert_import_line_query, line_fields, "A page by line", .defaults = &line_defaults);

static const struct field error_fields[] = {
    INT(expert_import_error_row, line, .doc = "Line of the file, from 1"),
    TEXT(expert_import_error_row, field, .doc = "Column at fault; empty: the record itself"),
    TEXT(expert_import_error_row, message, .doc = "What was wrong"),
};
static const struct shape error_shape =
    SHAPE(expert_import_error_row, error_fields, "A profile that could not be imported");

struct expert_import_error_list {
    struct list items;
    const char *next;
};
static const struct field error_list_fields[] = {
    LIST(expert_import_error_list, items, .of = &error_shape, .doc = "By line"),
    TEXT(expert_import_error_list, next, .optional = true,
         .doc = "Cursor of the next page; none: the end"),
};
const struct shape expert_import_error_list_shape = SHAPE(
    expert_import_error_list, error_list_fields, "A page of profiles that could not be imported");

struct beginning {
    const struct expert_import_query *query;
    const char *path;
    const char *hash;
    struct expert_import_begun *begun; /* its identifier is known before */
};

static enum err insert_import(struct work *work, void *context)
{
    struct beginning *beginning = context;
    struct expert_import_begun *begun = beginning->begun;

    work->organisation_id = work->who->organisation_id;
    TRY(job_request(work, EXPERT_IMPORT_JOB,
                    arena_print(work->arena, "{\"import_id\":\"%s\"}", begun->import_id), NULL,
                    &begun->job_id));
    TRY(expert_import_insert(
        work, &(struct expert_import_insert_args){.id = begun->import_id,
                                                  .organisation_id = work->organisation_id,
                                                  .name = beginning->query->name,
                                                  .format = beginning->query->format,
                                                  .spool_path = beginning->path,
                                                  .content_hash = beginning->hash,
                                                  .job_id = begun->job_id,
                                                  .created_at = work->now_us,
                                                  .created_by = work->who->person_id}));
    return audit(work, "expert.import", begun->import_id, "{}");
}

enum err expert_import_serve_begin(struct call *call)
{
    struct work *work = call->work;
    struct beginning beginning = {.query = call->query,
                                  .begun = arena_new_of(work->arena, struct expert_import_begun)};
    struct text content;

    TRY(file_map(call->upload->path, &content, &work->fault));
    beginning.hash = sha256_hex(work->arena, content);
    file_unmap(content);
    /* The upload is removed after the call: the job needs a file of its own, named for the import.
     */
    beginning.begun->import_id = work_new_id(work, "xim");
    beginning.path = arena_print(work->arena, "%s/%s" SPOOL_KEPT, work->installation->spool,
                                 beginning.begun->import_id);
    if (file_link(call->upload->path, beginning.path, &work->fault) != OK) {
        return work_fail(work, ERR_UNAVAILABLE, "the upload cannot be kept now; try again later");
    }
    enum err err = store_write(work, insert_import, &beginning);

    if (err != OK) {
        (void)unlink(beginning.path);
        return err;
    }
    call->reply = beginning.begun;
    return OK;
}

enum err expert_import_serve_list(struct call *call)
{
    const struct page_query *query = call->query;
    struct work *work = call->work;
    struct expert_import_row *rows;
    size_t count;

    TRY(expert_import_page(
        work,
        &(struct expert_import_page_args){.organisation_id = work->who->organisation_id,
                                          .id = page_after(query->after, "~"),
                                          .row_max = query->limit},
        &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

enum err expert_import_serve_show(struct call *call)
{
    struct work *work = call->work;
    struct expert_import_row *row = arena_new_of(work->arena, struct expert_import_row);

    TRY(expert_import_by_id(work,
                            &(struct expert_import_by_id_args){
                                .id = call->ids[0], .organisation_id = work->organisation_id},
                            row));
    call->reply = row;
    return OK;
}

enum err expert_import_serve_errors(struct call *call)
{
    const struct expert_import_line_query *query = call->query;
    struct work *work = call->work;
    struct expert_import_error_list *list =
        arena_new_of(work->arena, struct expert_import_error_list);
    struct expert_import_error_row *rows;
    size_t count;

    TRY(expert_import_error_page(
        work,
        &(struct expert_import_error_page_args){.import_id = call->ids[0],
                                                .organisation_id = work->organisation_id,
                                                .line = query->after,
                                                .row_max = query->limit},
        &rows, &count));
    list->items = (struct list){.at = rows, .count = count};
    if (count == (size_t)query->limit) {
        list->next = arena_print(work->arena, "%" PRId64, rows[count - 1].line);
    }
    call->reply = list;
    return OK;
}
