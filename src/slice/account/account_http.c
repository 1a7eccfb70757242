#include <string.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/account/account_sql.h"
#include "slice/account/audit_http.h"
#include "slice/account/person_http.h"
#include "slice/account/session.h"
#include "slice/slice.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/secret.h"

static const struct nothing done = {.ok = true};

/* ------------------------------------------------------------------ organisations */

static const struct field organisation_fields[] = {
    TEXT(organisation_row, id, .doc = "Identifier, `org_` and 26 characters"),
    TEXT(organisation_row, kind, .doc = "What it is", .choices = "operator|client|vendor"),
    TEXT(organisation_row, name, .doc = "Its name"),
    INT(organisation_row, is_sample, .doc = "1: made for show"),
    TIME(organisation_row, created_at, .doc = "Since when it is here"),
};
static const struct shape organisation_shape =
    SHAPE(organisation_row, organisation_fields, "An organisation");

static const struct field organisation_list_fields[] =
    PAGE_FIELDS(organisation_shape, "Oldest first");
static const struct shape organisation_list_shape =
    PAGE_SHAPE(organisation_list, organisation_list_fields, "A page of organisations");

struct organisation_body {
    const char *name;
    const char *kind;
    bool is_sample;
};
static const struct organisation_body organisation_body_defaults = {.kind = "client"};
static const struct field organisation_body_fields[] = {
    TEXT(organisation_body, name, .doc = "Name, unique here", .min = 1, .max = 120),
    TEXT(organisation_body, kind, .optional = true, .choices = "client|vendor",
         .doc = "What it is; a client unless said"),
    BOOL(organisation_body, is_sample, .optional = true, .doc = "Made for show"),
};
static const struct shape organisation_body_shape =
    SHAPE(organisation_body, organisation_body_fields, "A new organisation",
          .defaults = &organisation_body_defaults);

static enum err serve_organisation_add(struct call *call)
{
    const struct organisation_body *body = call->body;
    struct made *made = arena_new_of(call->work->arena, struct made);

    TRY(organisation_add(call->work,
                         &(struct organisation_draft){
                             .name = body->name, .kind = body->kind, .is_sample = body->is_sample},
                         &made->id));
    call->reply = made;
    return OK;
}

static enum err serve_organisations(struct call *call)
{
    const struct page_query *query = call->query;
    struct organisation_row *rows;
    size_t count;

    TRY(organisation_page(call->work,
                          &(struct organisation_page_args){
                              .person_id = call->work->who->person_id,
                              .id = page_after(query->after, ""),
                              .row_max = query->limit,
                          },
                          &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

struct organisation_change {
    const char *name;
};
static const struct field organisation_change_fields[] = {
    TEXT(organisation_change, name, .doc = "Name, unique here", .min = 1, .max = 120),
};
static const struct shape organisation_change_shape =
    SHAPE(organisation_change, organisation_change_fields, "What is changed of an organisation");

static enum err serve_organisation_rename(struct call *call)
{
    const struct organisation_change *body = call->body;
    struct work *work = call->work;
    enum err err = organisation_rename(
        work, &(struct organisation_rename_args){.id = call->ids[0], .name = body->name});

    if (err == ERR_CONFLICT) {
        return work_fail_field(work, err, "name", "there is an organisation \"%s\" already",
                               body->name);
    }
    TRY(err);
    TRY(audit(work, "organisation.rename", call->ids[0], "{}"));
    call->reply = &done;
    return OK;
}

static enum err organisation_owner(struct work *work, const char *id, const char **organisation_id)
{
    TRY(account_may_reach(work, id));
    *organisation_id = id;
    return OK;
}

struct grant_body {
    const char *person_id;
    bool granted;
};
static const struct field grant_fields[] = {
    TEXT(grant_body, person_id, .doc = "One of the operator's people", .min = 1, .max = 40),
    BOOL(grant_body, granted, .doc = "True: may reach this client's rows; false: may no longer"),
};
static const struct shape grant_shape = SHAPE(grant_body, grant_fields, "Leave to reach a client");

/* A client's people reach their own organisation and no other, whatever an operator says. */
static enum err check_grantee(struct work *work, const char *person_id)
{
    struct membership_of_person_row *rows;
    size_t count;

    TRY(membership_of_person(work, &(struct membership_of_person_args){.person_id = person_id},
                             &rows, &count));
    if (count == 0 || strcmp(rows[0].kind, "client") == 0) {
        return work_fail_field(work, ERR_INVALID, "person_id",
                               "leave is given to the operator's own people alone");
    }
    return OK;
}

static enum err serve_grant(struct call *call)
{
    const struct grant_body *body = call->body;
    struct work *work = call->work;
    int64_t affected;

    if (body->granted) {
        TRY(check_grantee(work, body->person_id));
        TRY(client_grant_give(work, &(struct client_grant_give_args){
                                        .organisation_id = call->ids[0],
                                        .person_id = body->person_id,
                                        .granted_by = work->who->person_id,
                                        .granted_at = work->now_us,
                                    }));
    } else {
        TRY(client_grant_revoke(work,
                                &(struct client_grant_revoke_args){.organisation_id = call->ids[0],
                                                                   .person_id = body->person_id,
                                                                   .revoked_at = work->now_us},
                                &affected));
    }
    TRY(audit(work, body->granted ? "grant.give" : "grant.revoke", body->person_id, "{}"));
    call->reply = &done;
    return OK;
}

/* ------------------------------------------------------------------ notices */

static const struct field notice_fields[] = {
    TEXT(notice_row, id, .doc = "Identifier, `ntc_` and 26 characters"),
    TEXT(notice_row, kind, .doc = "What it is about"),
    TEXT(notice_row, title, .doc = "One line"),
    TEXT(notice_row, message, .doc = "What happened, what is safe, what to do"),
    TEXT(notice_row, link, .doc = "Where on the page"),
    TIME(notice_row, happened_at, .doc = "When"),
    TIME(notice_row, read_at, .optional = true, .doc = "When it was read"),
};
static const struct shape notice_shape = SHAPE(notice_row, notice_fields, "A notice to a person");

static const struct field notice_list_fields[] = PAGE_FIELDS(notice_shape, "Newest first");
static const struct shape notice_list_shape =
    PAGE_SHAPE(notice_list, notice_list_fields, "A page of notices");

static enum err serve_notices(struct call *call)
{
    const struct page_query *query = call->query;
    struct notice_row *rows;
    size_t count;

    TRY(notice_page(call->work,
                    &(struct notice_page_args){
                        .person_id = call->work->who->person_id,
                        .id = page_after(query->after, "~"),
                        .row_max = query->limit,
                    },
                    &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

static enum err serve_notices_read(struct call *call)
{
    struct work *work = call->work;
    struct notice_find_row found;
    int64_t affected;
    enum err err = notice_find(
        work, &(struct notice_find_args){.person_id = work->who->person_id, .id = call->ids[0]},
        &found);

    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "you have no such notice");
    }
    TRY(err);
    TRY(notice_read(work,
                    &(struct notice_read_args){.person_id = work->who->person_id,
                                               .id = call->ids[0],
                                               .read_at = work->now_us},
                    &affected));
    call->reply = &done;
    return OK;
}

static const struct route routes[] = {
    {POST, "/v1/sessions", session_serve_open, 0, 201, ROUTE_FREE, .body = &session_body_shape,
     .reply = &session_shape, .summary = "Sign in"},
    {GET, "/v1/session", session_serve_show, ROLE_ANY, 200, .reply = &session_shape,
     .summary = "Show who is signed in", .command = "session show"},
    {DELETE, "/v1/session", session_serve_close, ROLE_ANY, 200, ROUTE_WRITES,
     .reply = &nothing_shape, .summary = "Sign out"},
    {PUT, "/v1/session/password", session_serve_password, ROLE_ANY, 200, ROUTE_FREE,
     .body = &password_body_shape, .reply = &nothing_shape,
     .summary = "Change the own password; every session of the person ends",
     .command = "session password"},
    {GET, "/v1/keys", session_serve_keys, ROLE_ANY, 200, .reply = &key_list_shape,
     .summary = "List the own API keys", .command = "key list"},
    {POST, "/v1/keys", session_serve_key_add, ROLE_ANY, 201, ROUTE_WRITES, .body = &key_body_shape,
     .reply = &key_made_shape, .summary = "Make an API key; its text is shown once",
     .command = "key add"},
    {DELETE, "/v1/keys/{key_id}", session_serve_key_revoke, ROLE_ANY, 200, ROUTE_WRITES,
     .reply = &nothing_shape, .summary = "Revoke an API key", .command = "key revoke"},
    {GET, "/v1/organisations", serve_organisations, ROLE_OPERATOR | ROLE_FINANCE | ROLE_AUDITOR,
     200, .query = &page_query_shape, .reply = &organisation_list_shape,
     .summary = "List the organisations that you may reach", .command = "organisation list"},
    {POST, "/v1/organisations", serve_organisation_add, ROLE_OPERATOR, 201, ROUTE_WRITES,
     .body = &organisation_body_shape, .reply = &made_shape, .summary = "Add a client or vendor",
     .command = "organisation add"},
    {PATCH, "/v1/organisations/{organisation_id}", serve_organisation_rename, ROLE_OPERATOR, 200,
     ROUTE_WRITES, .owner = organisation_owner, .body = &organisation_change_shape,
     .reply = &nothing_shape,
     .summary = "Rename an organisation; what was issued keeps its name then",
     .command = "organisation rename"},
    {GET, "/v1/organisations/{organisation_id}/people", person_serve_list,
     ROLE_OPERATOR | ROLE_CLIENT | ROLE_AUDITOR, 200, .owner = organisation_owner,
     .query = &page_query_shape, .reply = &member_list_shape,
     .summary = "List an organisation's people", .command = "person list"},
    {GET, "/v1/organisations/{organisation_id}/audit", audit_serve_list,
     ROLE_OPERATOR | ROLE_CLIENT | ROLE_AUDITOR, 200, .owner = organisation_owner,
     .query = &page_query_shape, .reply = &audit_list_shape,
     .summary = "List what was done for an organisation", .command = "audit list"},
    {GET, "/v1/organisations/{organisation_id}/audit/proof", audit_serve_proof,
     ROLE_OPERATOR | ROLE_CLIENT | ROLE_AUDITOR, 200, .owner = organisation_owner,
     .query = &audit_note_shape, .reply = &audit_proof_shape,
     .summary = "Compute the chain of what was done again, and name the first break",
     .command = "audit proof"},
    {POST, "/v1/organisations/{organisation_id}/grants", serve_grant, ROLE_OPERATOR, 200,
     ROUTE_WRITES, .owner = organisation_owner, .body = &grant_shape, .reply = &nothing_shape,
     .summary = "Give or take leave to reach a client's rows", .command = "organisation grant"},
    {POST, "/v1/people", person_serve_add, ROLE_OPERATOR, 201, ROUTE_FREE,
     .body = &person_body_shape, .reply = &person_made_shape, .summary = "Add a person",
     .command = "person add"},
    {PATCH, "/v1/people/{person_id}", person_serve_amend, ROLE_OPERATOR, 200, ROUTE_WRITES,
     .owner = person_owner, .body = &person_change_shape, .reply = &nothing_shape,
     .summary = "Correct a person's name or address", .command = "person amend"},
    {POST, "/v1/people/{person_id}/roles", person_serve_role, ROLE_OPERATOR, 200, ROUTE_WRITES,
     .owner = person_owner, .body = &role_body_shape, .reply = &nothing_shape,
     .summary = "Give a person a role, or take it", .command = "person role"},
    {PUT, "/v1/people/{person_id}/access", person_serve_access, ROLE_OPERATOR, 200, ROUTE_WRITES,
     .owner = person_owner, .body = &access_body_shape, .reply = &nothing_shape,
     .summary = "Close a person's account at once, or open it again", .command = "person access"},
    {POST, "/v1/people/{person_id}/password", person_serve_password, ROLE_OPERATOR, 201, ROUTE_FREE,
     .owner = person_owner, .reply = &person_made_shape,
     .summary = "Make a new password for a person; it is shown once", .command = "person password"},
    {GET, "/v1/notices", serve_notices, ROLE_ANY, 200, .query = &page_query_shape,
     .reply = &notice_list_shape, .summary = "List the own notices", .command = "notice list"},
    {POST, "/v1/notices/{notice_id}/read", serve_notices_read, ROLE_ANY, 200, ROUTE_WRITES,
     .reply = &nothing_shape, .summary = "Mark notices as read, up to this one",
     .command = "notice read"},
};

const struct slice account_slice = {
    .name = "account", .routes = routes, .route_count = COUNT(routes)};
