#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "http/outlet.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/qualify/qualify.h"
#include "slice/qualify/qualify_sql.h"
#include "slice/slice.h"
#include "store/store.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

struct qualification_query {
    const char *domain;
    const char *name;
    const char *after;
    int64_t difficulty;
    int64_t limit;
    bool ended;
};
static const struct qualification_query qualification_query_defaults = {
    .domain = "", .name = "", .after = "~", .difficulty = 1, .limit = PAGE_DEFAULT};
static const struct field qualification_query_fields[] = {
    TEXT(qualification_query, domain, .optional = true, .max = 40,
         .doc = "Only this field of expertise"),
    TEXT(qualification_query, name, .optional = true, .max = 80,
         .doc = "Part of the person's name"),
    INT(qualification_query, difficulty, .optional = true, .min = 1, .max = 3,
        .doc = "This level or above"),
    BOOL(qualification_query, ended, .optional = true,
         .doc = "Also those that ended or were taken back"),
    TEXT(qualification_query, after, .optional = true, .max = 40,
         .doc = "Cursor: the last one seen"),
    INT(qualification_query, limit, .optional = true, .min = 1, .max = PAGE_MAX,
        .doc = "Rows at most"),
};
static const struct shape qualification_query_shape =
    SHAPE(qualification_query, qualification_query_fields, "Which qualifications",
          .defaults = &qualification_query_defaults);

static const struct field member_fields[] = {
    TEXT(pool_member, id, .doc = "Identifier, `qlf_` and 26 characters"),
    TEXT(pool_member, person_id, .doc = "Who holds it"),
    TEXT(pool_member, name, .doc = "Their name"),
    TEXT(pool_member, domain, .doc = "Field of expertise"),
    INT(pool_member, difficulty, .doc = "1 newcomer, 2 practitioner, 3 authority"),
    TEXT(pool_member, interview_id, .doc = "The interview that it rests on"),
    REAL(pool_member, estimate, .doc = "Ability, on the logit scale"),
    REAL(pool_member, interval_low, .doc = "Lower end of its 90 % interval"),
    REAL(pool_member, interval_high, .doc = "Upper end"),
    INT(pool_member, item_count, .doc = "Answers that count"),
    REAL(pool_member, reliability, .doc = "0 to 1"),
    TIME(pool_member, issued_at, .doc = "Since when"),
    TEXT(pool_member, issued_by, .doc = "The scorer, or the person who graded last"),
    TIME(pool_member, expires_at, .doc = "Until when"),
    TIME(pool_member, revoked_at, .optional = true, .doc = "When it was taken back"),
    TEXT(pool_member, reason, .optional = true, .doc = "Why it was taken back"),
};
static const struct shape member_shape = SHAPE(pool_member, member_fields, "A qualification");

static const struct field qualification_list_fields[] = PAGE_FIELDS(member_shape, "Newest first");
static const struct shape qualification_list_shape =
    PAGE_SHAPE(qualification_list, qualification_list_fields, "A page of qualifications");

/* What a LIKE compares with: lower case, its signs taken out. */
static const char *like_of(struct work *work, const char *name)
{
    struct buffer buffer = buffer_new(work->arena);

    if (name[0] == '\0') {
        return "";
    }
    buffer_char(&buffer, '%');
    for (const char *at = name; *at != '\0'; at++) {
        if (*at != '%' && *at != '_') {
            buffer_char(&buffer, *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at);
        }
    }
    buffer_char(&buffer, '%');
    return buffer.at;
}

static enum err serve_list(struct call *call)
{
    const struct qualification_query *query = call->query;
    struct work *work = call->work;
    struct pool_member *rows;
    size_t count;

    TRY(qualification_page(
        work,
        &(struct qualification_page_args){.organisation_id = work->who->organisation_id,
                                          .domain = query->domain,
                                          .difficulty = query->difficulty,
                                          .valid_at = query->ended ? 0 : work->now_us,
                                          .name_like = like_of(work, query->name),
                                          .id = query->after,
                                          .row_max = query->limit},
        &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

static const struct field own_fields[] = {
    TEXT(own_qualification, id, .doc = "Identifier, `qlf_` and 26 characters"),
    TEXT(own_qualification, domain, .doc = "Field of expertise"),
    INT(own_qualification, difficulty, .doc = "1 newcomer, 2 practitioner, 3 authority"),
    TEXT(own_qualification, interview_id, .doc = "The interview that it rests on"),
    REAL(own_qualification, estimate, .doc = "Ability, on the logit scale"),
    REAL(own_qualification, interval_low, .doc = "Lower end of its 90 % interval"),
    REAL(own_qualification, interval_high, .doc = "Upper end"),
    TIME(own_qualification, issued_at, .doc = "Since when"),
    TIME(own_qualification, expires_at, .doc = "Until when"),
    TIME(own_qualification, revoked_at, .optional = true, .doc = "When it was taken back"),
    TEXT(own_qualification, reason, .optional = true, .doc = "Why"),
};
static const struct shape own_shape = SHAPE(own_qualification, own_fields, "An own qualification");

struct my_qualification_list {
    struct list items;
};
static const struct field my_qualification_list_fields[] = {
    LIST(my_qualification_list, items, .of = &own_shape, .doc = "By field"),
};
static const struct shape my_qualification_list_shape =
    SHAPE(my_qualification_list, my_qualification_list_fields, "One's own qualifications");

static enum err serve_own(struct call *call)
{
    struct my_qualification_list *list =
        arena_new_of(call->work->arena, struct my_qualification_list);
    struct own_qualification *rows;

    TRY(qualification_own(call->work,
                          &(struct qualification_own_args){.person_id = call->work->who->person_id},
                          &rows, &list->items.count));
    list->items.at = rows;
    call->reply = list;
    return OK;
}

struct revoke_body {
    const char *reason;
};
static const struct field revoke_fields[] = {
    TEXT(revoke_body, reason, .min = 10, .max = 2000, .doc = "Why, for the person"),
};
static const struct shape revoke_shape =
    SHAPE(revoke_body, revoke_fields, "To take a qualification back");

static enum err serve_revoke(struct call *call)
{
    TRY(qualify_revoke(call->work, call->ids[0], ((const struct revoke_body *)call->body)->reason));
    call->reply = &done;
    return OK;
}

static enum err export_all(struct work *work, void *context)
{
    buffer_reset(context);
    return qualify_export(work, context);
}

static enum err pour_export(struct call *call, struct outlet *outlet)
{
    struct buffer buffer = buffer_new(call->work->arena);

    TRY(store_read(call->work, export_all, &buffer));
    return outlet_write(outlet, buffer_view(&buffer), &call->work->fault);
}

#define OFFICE (ROLE_OPERATOR | ROLE_AUDITOR)

static const struct route routes[] = {
    {GET, "/v1/qualifications", serve_list, OFFICE, 200, .query = &qualification_query_shape,
     .reply = &qualification_list_shape, .summary = "List who is qualified for what",
     .command = "qualification list"},
    {GET, "/v1/qualification-export", .roles = OFFICE, .status = 200, .mode = ROUTE_FREE,
     .pour = pour_export, .media = "text/csv", .summary = "Export who is qualified now, as CSV",
     .command = "qualification export"},
    {GET, "/v1/my-qualifications", serve_own, ROLE_EXPERT, 200,
     .reply = &my_qualification_list_shape, .summary = "List one's own qualifications",
     .command = "qualification mine"},
    {POST, "/v1/qualifications/{qualification_id}/revocation", serve_revoke, ROLE_OPERATOR, 200,
     ROUTE_WRITES, .owner = qualify_owner, .body = &revoke_shape, .reply = &nothing_shape,
     .summary = "Take a qualification back, by name and with a reason",
     .command = "qualification revoke"},
};

const struct slice qualify_slice = {
    .name = "qualify", .routes = routes, .route_count = COUNT(routes)};
