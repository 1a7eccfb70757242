#include <string.h>

#include "base/arena.h"
#include "http/route.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/bulk/bulk.h"
#include "slice/resume/resume_slice.h"
#include "slice/resume/resume_sql.h"
#include "slice/slice.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/file.h"
#include "sys/secret.h"

enum { UPLOAD_MAX = 10 * 1024 * 1024, OWN_MAX = 50 };

static const struct nothing done = {.ok = true};

static const struct resume_upload_query upload_query_defaults = {.name = "résumé"};
static const struct field upload_query_fields[] = {
    TEXT(resume_upload_query, name, .optional = true, .max = 200,
         .doc = "The file's name, to show"),
};
static const struct shape upload_query_shape = SHAPE(
    resume_upload_query, upload_query_fields, "About the file", .defaults = &upload_query_defaults);

struct keeping {
    const char *name;
    struct text content;
    const char *hash;
    const char *id;
};

static enum err keep(struct work *work, void *context)
{
    struct keeping *keeping = context;
    const char *id = work_new_id(work, "res");
    const char *job_id;

    work->organisation_id = work->who->organisation_id;
    TRY(resume_insert(work, &(struct resume_insert_args){.id = id,
                                                         .organisation_id = work->organisation_id,
                                                         .person_id = work->who->person_id,
                                                         .file_name = keeping->name,
                                                         .content_hash = keeping->hash,
                                                         .uploaded_at = work->now_us}));
    TRY(resume_file_insert(
        work, &(struct resume_file_insert_args){.resume_id = id,
                                                .organisation_id = work->organisation_id,
                                                .content = keeping->content}));
    keeping->id = id;
    return job_request(work, RESUME_JOB, arena_print(work->arena, "{\"resume_id\":\"%s\"}", id),
                       NULL, &job_id);
}

/* Free: the file is taken from the spool before the transaction begins. */
static enum err serve_upload(struct call *call)
{
    struct work *work = call->work;
    struct made *made = arena_new_of(work->arena, struct made);
    struct keeping keeping = {.name = ((const struct resume_upload_query *)call->query)->name};

    TRY(file_read(work->arena, call->upload->path, UPLOAD_MAX, &keeping.content, &work->fault));
    if (keeping.content.size == 0) {
        return work_fail(work, ERR_INVALID, "the file is empty");
    }
    keeping.hash = sha256_hex(work->arena, keeping.content);
    TRY(store_write(work, keep, &keeping));
    made->id = keeping.id;
    call->reply = made;
    return OK;
}

#define STATES "reading|read|failed|confirmed"

static const struct field line_fields[] = {
    TEXT(resume_line, id, .doc = "Identifier, `res_` and 26 characters"),
    TEXT(resume_line, file_name, .doc = "As it was uploaded"),
    TEXT(resume_line, resume_state, .choices = STATES, .doc = "How far it is"),
    TIME(resume_line, uploaded_at, .doc = "When it was uploaded"),
    TIME(resume_line, confirmed_at, .optional = true, .doc = "When it was confirmed"),
};
static const struct shape line_shape = SHAPE(resume_line, line_fields, "A résumé");

struct resume_list {
    struct list items;
};
static const struct field list_fields[] = {
    LIST(resume_list, items, .of = &line_shape, .doc = "Newest first"),
};
static const struct shape list_shape = SHAPE(resume_list, list_fields, "One's own résumés");

static enum err serve_list(struct call *call)
{
    struct resume_list *list = arena_new_of(call->work->arena, struct resume_list);
    struct resume_line *rows;

    TRY(resume_own(
        call->work,
        &(struct resume_own_args){.person_id = call->work->who->person_id, .row_max = OWN_MAX},
        &rows, &list->items.count));
    list->items.at = rows;
    call->reply = list;
    return OK;
}

static const struct field field_fields[] = {
    INT(resume_field_row, position, .doc = "Its number"),
    TEXT(resume_field_row, field, .doc = "What it is, as company or skill"),
    INT(resume_field_row, field_group, .doc = "Fields of one job or degree share it"),
    TEXT(resume_field_row, found, .doc = "As it was read"),
    REAL(resume_field_row, confidence, .doc = "How sure the reading is"),
    TEXT(resume_field_row, place, .doc = "Where it stands"),
    TEXT(resume_field_row, field_state, .choices = "found|confirmed|mended|dropped",
         .doc = "What its owner says"),
    TEXT(resume_field_row, confirmed, .optional = true, .doc = "What counts"),
};
static const struct shape field_shape =
    SHAPE(resume_field_row, field_fields, "A field of a résumé");

struct resume_view {
    const char *id;
    const char *file_name;
    const char *state;
    const char *note;
    struct list fields;
};
static const struct field view_fields[] = {
    TEXT(resume_view, id, .doc = "Identifier, `res_` and 26 characters"),
    TEXT(resume_view, file_name, .doc = "As it was uploaded"),
    TEXT(resume_view, state, .choices = STATES, .doc = "How far it is; confirmed: it counts"),
    TEXT(resume_view, note, .optional = true, .doc = "Of failed: why it could not be read"),
    LIST(resume_view, fields, .of = &field_shape, .doc = "In the order of the file"),
};
static const struct shape view_shape = SHAPE(resume_view, view_fields, "What was read");

static enum err show(struct work *work, const char *id, struct resume_view *view)
{
    struct resume_field_row *fields;
    struct resume_row row;

    TRY(resume_find(work, &(struct resume_find_args){.id = id}, &row));
    TRY(resume_fields(
        work,
        &(struct resume_fields_args){.resume_id = row.id, .organisation_id = work->organisation_id},
        &fields, &view->fields.count));
    view->fields.at = fields;
    view->id = row.id;
    view->file_name = row.file_name;
    view->state = row.resume_state;
    view->note = row.note;
    return OK;
}

static enum err serve_show(struct call *call)
{
    struct resume_view *view = arena_new_of(call->work->arena, struct resume_view);

    TRY(show(call->work, call->ids[0], view));
    call->reply = view;
    return OK;
}

/* One event, once it has been read or has failed. */
static enum err tell(struct call *call, struct stream *stream)
{
    struct resume_view *view = arena_new_of(call->work->arena, struct resume_view);

    TRY(show(call->work, call->ids[0], view));
    stream->done = strcmp(view->state, "reading") != 0;
    if (stream->done) {
        stream->event = "read";
        stream->data = view;
    }
    return OK;
}

static const struct field verdict_fields[] = {
    INT(resume_verdict, position, .min = 0, .max = 5000, .doc = "The field's number"),
    TEXT(resume_verdict, verdict, .choices = "confirm|mend|drop", .doc = "What becomes of it"),
    TEXT(resume_verdict, value, .optional = true, .max = 400, .doc = "Of mend: what is right"),
};
static const struct shape verdict_shape =
    SHAPE(resume_verdict, verdict_fields, "What its owner says of a field");

struct confirm_body {
    struct list fields;
};
static const struct field confirm_fields[] = {
    LIST(confirm_body, fields, .of = &verdict_shape, .max = 2000,
         .doc = "Fields that are not named count for nothing"),
};
static const struct shape confirm_shape =
    SHAPE(confirm_body, confirm_fields, "Confirmation of a résumé");

static enum err serve_confirm(struct call *call)
{
    const struct confirm_body *body = call->body;

    TRY(resume_settle(call->work, call->ids[0], body->fields.at, body->fields.count));
    call->reply = &done;
    return OK;
}

static enum err serve_erase(struct call *call)
{
    TRY(resume_drop(call->work, call->ids[0]));
    call->reply = &done;
    return OK;
}

static const struct route routes[] = {
    {POST, "/v1/resumes", serve_upload, ROLE_EXPERT, 201, ROUTE_FREE, .uploads = true,
     .query = &upload_query_shape, .reply = &made_shape,
     .summary = "Upload a résumé and have it read", .command = "resume upload"},
    {GET, "/v1/resumes", serve_list, ROLE_EXPERT, 200, .reply = &list_shape,
     .summary = "List one's own résumés", .command = "resume list"},
    {GET, "/v1/resumes/{resume_id}", serve_show, ROLE_EXPERT, 200, .owner = resume_owner,
     .reply = &view_shape, .summary = "Show what was read, field by field",
     .command = "resume show"},
    {GET, "/v1/resumes/{resume_id}/events", NULL, ROLE_EXPERT, 200, .owner = resume_owner,
     .reply = &view_shape, .events = tell,
     .summary = "Wait by server-sent events for what was read"},
    {POST, "/v1/resumes/{resume_id}/confirmation", serve_confirm, ROLE_EXPERT, 200, ROUTE_WRITES,
     .owner = resume_owner, .body = &confirm_shape, .reply = &nothing_shape,
     .summary = "Confirm, mend or drop fields; what is confirmed goes into the profile",
     .command = "resume confirm"},
    {DELETE, "/v1/resumes/{resume_id}", serve_erase, ROLE_EXPERT, 200, ROUTE_WRITES,
     .owner = resume_owner, .reply = &nothing_shape, .summary = "Erase a résumé",
     .command = "resume erase"},
    {POST, "/v1/resume-imports", resume_serve_import, ROLE_OPERATOR, 202, ROUTE_FREE,
     .uploads = true, .query = &upload_query_shape, .reply = &bulk_begun_shape,
     .summary = "Import résumés from CSV, one row a person, for them to confirm",
     .command = "resume import", .fills = BULK_FILLS, .report = BULK_REPORT},
    {GET, "/v1/resume-imports/template", resume_serve_template, ROLE_OPERATOR, 200,
     .summary = "Write an example of the CSV that is imported",
     .command = "resume import-template"},
};

static const struct job_kind *const jobs[] = {&resume_job, &resume_import_job};

const struct slice resume_slice = {.name = "resume",
                                   .routes = routes,
                                   .route_count = COUNT(routes),
                                   .jobs = jobs,
                                   .job_count = COUNT(jobs)};
