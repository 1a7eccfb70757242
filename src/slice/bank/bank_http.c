#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "engine/item/item.h"
#include "engine/item/lint.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/bank/bank.h"
#include "slice/bank/bank_inside.h"
#include "slice/bank/bank_sql.h"
#include "slice/slice.h"
#include "store/work.h"

enum { ITEM_SIZE_MAX = 60000 };

static const struct nothing done = {.ok = true};

/* ------------------------------------------------------------------ the list */

struct item_query {
    const char *domain;
    const char *kind;
    const char *status;
    const char *after;
    int64_t limit;
};
static const struct item_query item_query_defaults = {
    .domain = "", .kind = "", .status = "", .after = "", .limit = PAGE_DEFAULT};
static const struct field item_query_fields[] = {
    TEXT(item_query, domain, .optional = true, .max = 40, .doc = "Only this field of expertise"),
    TEXT(item_query, kind, .optional = true, .max = 20, .doc = "Only this kind"),
    TEXT(item_query, status, .optional = true, .max = 20, .doc = "Only items of this status"),
    TEXT(item_query, after, .optional = true, .max = 60, .doc = "Cursor: the last code seen"),
    INT(item_query, limit, .optional = true, .min = 1, .max = PAGE_MAX, .doc = "Rows at most"),
};
static const struct shape item_query_shape =
    SHAPE(item_query, item_query_fields, "Which items", .defaults = &item_query_defaults);

#define LINE_FIELDS(type)                                                                          \
    TEXT(type, id, .doc = "Identifier, `itm_` and 26 characters"),                                 \
        TEXT(type, code, .doc = "Its name in the bank"),                                           \
        TEXT(type, domain, .doc = "Field of expertise"),                                           \
        TEXT(type, block, .doc = "Part of the field"),                                             \
        TEXT(type, item_kind,                                                                      \
             .doc = "How it is "                                                                   \
                    "answered"),                                                                   \
        INT(type, difficulty, .doc = "1 newcomer, 2 practitioner, 3 authority"),                   \
        TEXT(type, item_status, .doc = "Whether it is asked",                                      \
             .choices = "pilot|live|suspended|retired"),                                           \
        TEXT(type, status_reason, .optional = true, .doc = "Why it is suspended"),                 \
        INT(type, version_number, .doc = "Counts from 1"),                                         \
        INT(type, shown_count, .doc = "Interviews that asked it")

static const struct field item_line_fields[] = {LINE_FIELDS(item_line)};
static const struct shape item_line_shape =
    SHAPE(item_line, item_line_fields, "An item of the bank");

static const struct field item_list_fields[] = PAGE_FIELDS(item_line_shape, "By code");
static const struct shape item_list_shape =
    PAGE_SHAPE(item_list, item_list_fields, "A page of items");

static enum err serve_list(struct call *call)
{
    const struct item_query *query = call->query;
    struct item_line *rows;
    size_t count;

    TRY(item_page(call->work,
                  &(struct item_page_args){.organisation_id = call->work->who->organisation_id,
                                           .domain = query->domain,
                                           .item_kind = query->kind,
                                           .item_status = query->status,
                                           .code = query->after,
                                           .row_max = query->limit},
                  &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, code));
}

static const struct field domain_fields[] = {
    TEXT(bank_domain, domain, .doc = "Field of expertise"),
    INT(bank_domain, live_count, .doc = "Items that count"),
    INT(bank_domain, pilot_count, .doc = "Items on trial"),
    INT(bank_domain, suspended_count, .doc = "Items that a person has to look at"),
    INT(bank_domain, retired_count, .doc = "Items for practice"),
    INT(bank_domain, rule_count, .doc = "Items that are graded by rule"),
};
static const struct shape domain_shape =
    SHAPE(bank_domain, domain_fields, "One domain of the bank");

struct bank_view {
    struct list domains;
};
static const struct field bank_view_fields[] = {
    LIST(bank_view, domains, .of = &domain_shape, .doc = "By name"),
};
static const struct shape bank_view_shape = SHAPE(bank_view, bank_view_fields, "The question bank");

static enum err serve_summary(struct call *call)
{
    struct bank_view *view = arena_new_of(call->work->arena, struct bank_view);
    struct bank_domain *rows;

    TRY(bank_summary(
        call->work,
        &(struct bank_summary_args){.organisation_id = call->work->who->organisation_id}, &rows,
        &view->domains.count));
    view->domains.at = rows;
    call->reply = view;
    return OK;
}

/* ------------------------------------------------------------------ one item */

static const struct field item_row_fields[] = {
    LINE_FIELDS(item_row),
    TIME(item_row, created_at, .doc = "When it was added"),
    JSON(item_row, body, .doc = "The item, as docs/engines/item.md says"),
    TEXT(item_row, content_hash, .doc = "SHA-256 of the body"),
    TEXT(item_row, signature, .doc = "Ed25519 signature of the hash by this installation"),
};
static const struct shape item_row_shape =
    SHAPE(item_row, item_row_fields, "An item with its current wording");

static enum err serve_show(struct call *call)
{
    struct item_row *row = arena_new_of(call->work->arena, struct item_row);

    TRY(item_by_id(call->work,
                   &(struct item_by_id_args){.id = call->ids[0],
                                             .organisation_id = call->work->organisation_id},
                   row));
    call->reply = row;
    return OK;
}

struct item_body {
    const char *item;
};
static const struct field item_body_fields[] = {
    JSON(item_body, item, .max = ITEM_SIZE_MAX, .doc = "The item, as docs/engines/item.md says"),
};
static const struct shape item_body_shape = SHAPE(item_body, item_body_fields, "An item");

static enum err serve_add(struct call *call)
{
    const struct item_body *body = call->body;
    struct made *made = arena_new_of(call->work->arena, struct made);

    TRY(bank_add(call->work, body->item, &made->id));
    call->reply = made;
    return OK;
}

struct revision_body {
    const char *item;
    int64_t version_number;
};
static const struct field revision_body_fields[] = {
    JSON(revision_body, item, .max = ITEM_SIZE_MAX, .doc = "The item in its new wording"),
    INT(revision_body, version_number, .min = 1, .max = 1e6, .doc = "The version that you saw"),
};
static const struct shape revision_body_shape =
    SHAPE(revision_body, revision_body_fields, "A new wording of an item");

static enum err serve_revise(struct call *call)
{
    const struct revision_body *body = call->body;

    TRY(bank_revise(call->work, call->ids[0], body->item, body->version_number));
    call->reply = &done;
    return OK;
}

struct status_body {
    const char *status;
    const char *reason;
};
static const struct field status_body_fields[] = {
    TEXT(status_body, status, .choices = "pilot|live|suspended|retired",
         .doc = "Whether it is asked"),
    TEXT(status_body, reason, .optional = true, .max = 400, .doc = "Why; needed to suspend"),
};
static const struct shape status_body_shape =
    SHAPE(status_body, status_body_fields, "A status of an item");

static enum err serve_status(struct call *call)
{
    const struct status_body *body = call->body;

    TRY(bank_set_status(call->work, call->ids[0], body->status, body->reason));
    call->reply = &done;
    return OK;
}

/* ------------------------------------------------------------------ the linter */

struct finding_view {
    const char *level;
    const char *place;
    const char *text;
};
static const struct field finding_fields[] = {
    TEXT(finding_view, level, .doc = "How grave", .choices = "error|warning"),
    TEXT(finding_view, place, .doc = "The member it is about"),
    TEXT(finding_view, text, .doc = "What is wrong, and what would be right"),
};
static const struct shape finding_shape = SHAPE(finding_view, finding_fields, "A finding");

struct lint_view {
    struct list findings;
};
static const struct field lint_view_fields[] = {
    LIST(lint_view, findings, .of = &finding_shape, .doc = "In the order of the item"),
};
static const struct shape lint_view_shape =
    SHAPE(lint_view, lint_view_fields, "What the linter says of an item");

static enum err serve_lint(struct call *call)
{
    const struct item_body *body = call->body;
    struct work *work = call->work;
    struct lint_view *view = arena_new_of(work->arena, struct lint_view);
    struct item_findings findings;
    struct item item;

    TRY(item_read(work->arena, text_of(body->item), &item, &work->fault));
    TRY(item_lint(work->arena, &item, 1, &findings, &work->fault));
    struct finding_view *rows = arena_array(work->arena, struct finding_view, findings.count);

    for (size_t i = 0; i < findings.count; i++) {
        if (strcmp(findings.at[i].place, "enemies") == 0) {
            continue; /* the other items are not here to be asked */
        }
        rows[view->findings.count++] =
            (struct finding_view){.level = findings.at[i].is_error ? "error" : "warning",
                                  .place = findings.at[i].place,
                                  .text = findings.at[i].text};
    }
    view->findings.at = rows;
    call->reply = view;
    return OK;
}

#define KEEPERS (ROLE_OPERATOR | ROLE_AUDITOR)

static const struct route routes[] = {
    {GET, "/v1/bank", serve_summary, KEEPERS, 200, .reply = &bank_view_shape,
     .summary = "Show what the question bank holds", .command = "item summary"},
    {GET, "/v1/bank/items", serve_list, KEEPERS, 200, .query = &item_query_shape,
     .reply = &item_list_shape, .summary = "List the items of the question bank",
     .command = "item list"},
    {POST, "/v1/bank/items", serve_add, ROLE_OPERATOR, 201, ROUTE_WRITES, .body = &item_body_shape,
     .reply = &made_shape, .summary = "Add an item", .command = "item add"},
    {POST, "/v1/bank/lint", serve_lint, ROLE_OPERATOR, 200, .body = &item_body_shape,
     .reply = &lint_view_shape, .summary = "Say what is wrong with an item",
     .command = "item lint"},
    {GET, "/v1/bank/items/{item_id}", serve_show, KEEPERS, 200, .owner = bank_owner,
     .reply = &item_row_shape, .summary = "Show an item with its rubric", .command = "item show"},
    {GET, "/v1/bank/items/{item_id}/parameters", bank_serve_parameters, KEEPERS, 200,
     .owner = bank_owner, .reply = &bank_parameter_shape,
     .summary = "Show what answers say of an item: parameters with errors, counts",
     .command = "item parameters"},
    {PUT, "/v1/bank/items/{item_id}", serve_revise, ROLE_OPERATOR, 200, ROUTE_WRITES,
     .owner = bank_owner, .body = &revision_body_shape, .reply = &nothing_shape,
     .summary = "Give an item a new wording", .command = "item revise"},
    {POST, "/v1/bank/items/{item_id}/status", serve_status, ROLE_OPERATOR, 200, ROUTE_WRITES,
     .owner = bank_owner, .body = &status_body_shape, .reply = &nothing_shape,
     .summary = "Put an item on trial, live, aside or to practice", .command = "item status"},
};

const struct slice bank_slice = {.name = "bank", .routes = routes, .route_count = COUNT(routes)};
