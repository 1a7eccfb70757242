#include <inttypes.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/bulk/bulk.h"
#include "slice/bulk/bulk_sql.h"
#include "slice/slice.h"
#include "store/work.h"

struct bulk_query {
    const char *kind;
    const char *after;
    int64_t limit;
};
static const struct bulk_query query_defaults = {.limit = PAGE_DEFAULT};
static const struct field query_fields[] = {
    TEXT(bulk_query, kind, .choices = "resume|taxonomy", .doc = "What was imported"),
    TEXT(bulk_query, after, .optional = true, .max = 40, .doc = "The last import that was seen"),
    INT(bulk_query, limit, .optional = true, .min = 1, .max = PAGE_MAX, .doc = "Rows at most"),
};
static const struct shape query_shape =
    SHAPE(bulk_query, query_fields, "Which imports", .defaults = &query_defaults);

static const struct field bulk_fields[] = {
    TEXT(bulk_row, id, .doc = "Identifier, `imp_` and 26 characters"),
    TEXT(bulk_row, kind, .choices = "resume|taxonomy", .doc = "What is imported"),
    TEXT(bulk_row, name, .doc = "Name of the file"),
    JSON(bulk_row, options, .doc = "How it is imported"),
    TEXT(bulk_row, state, .choices = "importing|ready|rolled_back|failed",
         .doc = "Where it stands; rolled_back: rows are bad, and nothing was imported"),
    TEXT(bulk_row, message, .optional = true, .doc = "Why nothing, or not all, was imported"),
    INT(bulk_row, read_count, .doc = "Rows read so far"),
    INT(bulk_row, added_count, .doc = "Rows that brought something new"),
    INT(bulk_row, known_count, .doc = "Rows that were there before"),
    INT(bulk_row, bad_count, .doc = "Rows that could not be imported"),
    TEXT(bulk_row, job_id, .doc = "The job that takes it in"),
    TIME(bulk_row, created_at, .doc = "When it began"),
};
static const struct shape bulk_shape = SHAPE(bulk_row, bulk_fields, "A file that a job takes in");

static const struct field list_fields[] = PAGE_FIELDS(bulk_shape, "Newest first");
static const struct shape list_shape = PAGE_SHAPE(bulk_list, list_fields, "A page of imports");

static enum err serve_list(struct call *call)
{
    const struct bulk_query *query = call->query;
    struct work *work = call->work;
    struct bulk_row *rows;
    size_t count;

    TRY(bulk_page(work,
                  &(struct bulk_page_args){.organisation_id = work->who->organisation_id,
                                           .kind = query->kind,
                                           .id = page_after(query->after, "~"),
                                           .row_max = query->limit},
                  &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

static enum err bulk_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct bulk_owner_row row;
    enum err err = bulk_owner_of(work, &(struct bulk_owner_of_args){.id = id}, &row);

    if (err == OK) {
        err = account_may_reach(work, row.organisation_id);
    }
    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no import %.40s, or none you may see", id);
    }
    TRY(err);
    *organisation_id = row.organisation_id;
    return OK;
}

static enum err serve_show(struct call *call)
{
    struct work *work = call->work;
    struct bulk_row *row = arena_new_of(work->arena, struct bulk_row);

    TRY(bulk_by_id(
        work,
        &(struct bulk_by_id_args){.id = call->ids[0], .organisation_id = work->organisation_id},
        row));
    call->reply = row;
    return OK;
}

struct bulk_error_query {
    int64_t after;
    int64_t limit;
};
static const struct bulk_error_query error_query_defaults = {.after = -1, .limit = PAGE_DEFAULT};
static const struct field error_query_fields[] = {
    INT(bulk_error_query, after, .optional = true, .min = -1, .max = 9e15,
        .doc = "The last position that was seen"),
    INT(bulk_error_query, limit, .optional = true, .min = 1, .max = PAGE_MAX,
        .doc = "Rows at most"),
};
static const struct shape error_query_shape = SHAPE(
    bulk_error_query, error_query_fields, "A page of bad rows", .defaults = &error_query_defaults);

static const struct field error_fields[] = {
    INT(bulk_error_row, position, .doc = "Its number among the bad rows, from 0"),
    TEXT(bulk_error_row, file, .doc = "In an archive: the file; else empty"),
    INT(bulk_error_row, line, .doc = "Line of the file, from 1"),
    TEXT(bulk_error_row, field, .doc = "Column at fault; empty: the row itself"),
    TEXT(bulk_error_row, message, .doc = "What was wrong"),
};
static const struct shape error_shape =
    SHAPE(bulk_error_row, error_fields, "A row that could not be imported");

static const struct field error_list_fields[] =
    PAGE_FIELDS(error_shape, "In the order of the file");
static const struct shape error_list_shape =
    PAGE_SHAPE(bulk_error_list, error_list_fields, "A page of rows that could not be imported");

static enum err serve_errors(struct call *call)
{
    const struct bulk_error_query *query = call->query;
    struct work *work = call->work;
    struct bulk_error_row *rows;
    size_t count;

    TRY(bulk_error_page(work,
                        &(struct bulk_error_page_args){.bulk_id = call->ids[0],
                                                       .organisation_id = work->organisation_id,
                                                       .position = query->after,
                                                       .row_max = query->limit},
                        &rows, &count));
    return page_reply(call, rows, count, query->limit,
                      count == 0 ? NULL
                                 : arena_print(work->arena, "%" PRId64, rows[count - 1].position));
}

static const struct route routes[] = {
    {GET, "/v1/imports", serve_list, ROLE_OPERATOR, 200, .query = &query_shape,
     .reply = &list_shape, .summary = "List the imports of résumés, or of public lists",
     .command = "import list"},
    {GET, "/v1/imports/{import_id}", serve_show, ROLE_OPERATOR, 200, .owner = bulk_owner,
     .reply = &bulk_shape, .summary = "Show how far an import is", .command = "import show"},
    {GET, "/v1/imports/{import_id}/errors", serve_errors, ROLE_OPERATOR, 200, .owner = bulk_owner,
     .query = &error_query_shape, .reply = &error_list_shape,
     .summary = "List the rows that an import could not take in", .command = "import errors"},
};

const struct slice bulk_slice = {.name = "bulk", .routes = routes, .route_count = COUNT(routes)};
