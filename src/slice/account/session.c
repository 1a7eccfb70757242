#include "slice/account/session.h"

#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_rule.h"
#include "slice/account/account_shape.h"
#include "slice/account/account_sql.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/secret.h"

#define SESSION_LIFE    (14 * TIME_DAY)
#define THROTTLE_WINDOW (15 * TIME_MINUTE)

struct session_body {
    const char *email;
    const char *password;
};
static const struct field session_body_fields[] = {
    TEXT(session_body, email, .doc = "Address", .min = 1, .max = 254),
    TEXT(session_body, password, .secret = true, .doc = "Password", .min = 1, .max = 200),
};
const struct shape session_body_shape = SHAPE(session_body, session_body_fields, "Signing in");

struct session {
    const char *person_id;
    const char *name;
    const char *email;
    struct texts roles;
    const char *organisation_id;
    const char *organisation_name;
    const char *organisation_kind;
};
static const struct field session_fields[] = {
    TEXT(session, person_id, .doc = "Who is signed in"),
    TEXT(session, name, .doc = "Full name"),
    TEXT(session, email, .doc = "Address"),
    TEXTS(session, roles, .doc = "What the person may do",
          .choices = "operator|client|reviewer|expert|finance|auditor"),
    TEXT(session, organisation_id, .doc = "Where the person belongs"),
    TEXT(session, organisation_name, .doc = "Its name"),
    TEXT(session, organisation_kind, .doc = "What it is", .choices = "operator|client|vendor"),
};
const struct shape session_shape = SHAPE(session, session_fields, "Who is signed in");

static const struct nothing done = {.ok = true};

/* What signing in needs to know before the password is checked. */
struct signing_in {
    const char *email;
    const char *address;
    const char *person_id; /* NULL: nobody has this address */
    const char *hash;
    bool throttled;
    bool success;
    const char *token;
    struct membership_of_person_row *memberships;
    size_t membership_count;
    struct person_row person;
};

static enum err load(struct work *work, void *context)
{
    struct signing_in *signing = context;
    struct sign_in_failures_row failures;
    struct password_of_person_row password;

    TRY(sign_in_failures(
        work,
        &(struct sign_in_failures_args){.email = signing->email,
                                        .address = signing->address,
                                        .happened_at = work->now_us - THROTTLE_WINDOW},
        &failures));
    signing->throttled = sign_in_is_throttled(failures.by_email, failures.by_address);
    enum err err = person_by_email(work, &(struct person_by_email_args){.email = signing->email},
                                   &signing->person);

    if (err == ERR_NOT_FOUND) {
        return OK;
    }
    TRY(err);
    err = password_of_person(
        work, &(struct password_of_person_args){.person_id = signing->person.id}, &password);
    if (err == ERR_NOT_FOUND) {
        return OK;
    }
    TRY(err);
    signing->person_id = signing->person.id;
    signing->hash = password.secret_hash;
    return membership_of_person(
        work, &(struct membership_of_person_args){.person_id = signing->person_id},
        &signing->memberships, &signing->membership_count);
}

static enum err record(struct work *work, void *context)
{
    struct signing_in *signing = context;

    TRY(sign_in_insert(work, &(struct sign_in_insert_args){
                                 .id = work_new_id(work, "sgn"),
                                 .email = signing->email,
                                 .address = signing->address,
                                 .success = signing->success,
                                 .happened_at = work->now_us,
                             }));
    if (!signing->success) {
        return OK;
    }
    signing->token = secret_token(work->arena, "");
    return session_insert(work, &(struct session_insert_args){
                                    .id = sha256_hex(work->arena, text_of(signing->token)),
                                    .person_id = signing->person_id,
                                    .created_at = work->now_us,
                                    .expires_at = work->now_us + SESSION_LIFE,
                                });
}

/* A hash that no password has: an unknown address costs as much time as a known one. */
static const char NO_HASH[] = "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
                              "Rjy1f6rTo0jGpCjGqqhHVhAqCs0UXJfPHYtQ3UsNDQE";

static struct session *describe(struct arena *arena, const struct signing_in *signing)
{
    struct session *session = arena_new_of(arena, struct session);
    const char **roles = arena_array(arena, const char *, signing->membership_count);
    size_t count = 0;

    for (size_t i = 0; i < signing->membership_count; i++) {
        const struct membership_of_person_row *row = &signing->memberships[i];

        if (strcmp(row->organisation_id, signing->memberships[0].organisation_id) == 0) {
            roles[count++] = row->role;
        }
    }
    *session = (struct session){
        .person_id = signing->person.id,
        .name = signing->person.name,
        .email = signing->person.email,
        .roles = {.at = roles, .count = count},
        .organisation_id = signing->memberships[0].organisation_id,
        .organisation_name = signing->memberships[0].name,
        .organisation_kind = signing->memberships[0].kind,
    };
    return session;
}

enum err session_serve_open(struct call *call)
{
    const struct session_body *body = call->body;
    struct work *work = call->work;
    const char *email = email_normal(work->arena, body->email);
    struct signing_in signing = {.email = email == NULL ? "" : email, .address = call->address};

    TRY(store_read(work, load, &signing));
    if (signing.throttled) {
        return work_fail(work, ERR_LIMIT,
                         "too many failed attempts; wait a quarter of an hour and try again");
    }
    TRY(password_check(signing.hash == NULL ? NO_HASH : signing.hash, body->password,
                       &signing.success, &work->fault));
    bool known = signing.success && signing.hash != NULL && signing.membership_count > 0;

    signing.success = known && signing.person.disabled_at == INT_ABSENT;
    TRY(store_write(work, record, &signing));
    if (!known) {
        return work_fail(work, ERR_UNAUTHENTICATED, "the address or the password is wrong");
    }
    if (!signing.success) { /* only who knows the password is told */
        return work_fail(work, ERR_FORBIDDEN, "this account was closed on %s: %s",
                         time_day_text(work->arena, signing.person.disabled_at / TIME_DAY),
                         signing.person.disabled_reason);
    }
    call->set_session = signing.token;
    call->reply = describe(work->arena, &signing);
    return OK;
}

enum err session_serve_show(struct call *call)
{
    struct work *work = call->work;
    struct signing_in signing = {0};

    TRY(person_by_id(work, &(struct person_by_id_args){.id = work->who->person_id},
                     &signing.person));
    TRY(membership_of_person(work,
                             &(struct membership_of_person_args){.person_id = work->who->person_id},
                             &signing.memberships, &signing.membership_count));
    call->reply = describe(work->arena, &signing);
    return OK;
}

enum err session_serve_close(struct call *call)
{
    struct work *work = call->work;

    if (call->session != NULL) {
        TRY(session_end(work, &(struct session_end_args){
                                  .id = sha256_hex(work->arena, text_of(call->session)),
                                  .ended_at = work->now_us,
                              }));
    }
    call->set_session = "";
    call->reply = &done;
    return OK;
}

struct password_body {
    const char *old_password;
    const char *new_password;
};
static const struct field password_body_fields[] = {
    TEXT(password_body, old_password, .secret = true, .doc = "As it is", .min = 1, .max = 200),
    TEXT(password_body, new_password, .secret = true, .doc = "As it shall be", .min = 10,
         .max = 200),
};
const struct shape password_body_shape =
    SHAPE(password_body, password_body_fields, "A change of password");

struct changing {
    const char *old_hash;
    const char *new_hash;
};

static enum err load_hash(struct work *work, void *context)
{
    struct changing *changing = context;
    struct password_of_person_row row;
    enum err err = password_of_person(
        work, &(struct password_of_person_args){.person_id = work->who->person_id}, &row);

    if (err == ERR_NOT_FOUND) {
        return work_fail(work, ERR_CONFLICT, "you have no password yet; ask an operator for one");
    }
    TRY(err);
    changing->old_hash = row.secret_hash;
    return OK;
}

static enum err change(struct work *work, void *context)
{
    const struct changing *changing = context;
    const char *person_id = work->who->person_id;

    TRY(account_set_password(work, person_id, changing->new_hash));
    return audit(work, "password.change", person_id, "{}");
}

enum err session_serve_password(struct call *call)
{
    const struct password_body *body = call->body;
    struct work *work = call->work;
    struct changing changing = {0};
    bool matches = false;

    TRY(store_read(work, load_hash, &changing));
    TRY(password_check(changing.old_hash, body->old_password, &matches, &work->fault));
    if (!matches) {
        return work_fail_field(work, ERR_INVALID, "old_password", "the old password is wrong");
    }
    TRY(password_hash(work->arena, body->new_password, &changing.new_hash, &work->fault));
    TRY(store_write(work, change, &changing));
    call->set_session = "";
    call->reply = &done;
    return OK;
}

static const struct field key_fields[] = {
    TEXT(key_row, id, .doc = "Identifier, `key_` and 26 characters"),
    TEXT(key_row, name, .doc = "What it is for"),
    TEXT(key_row, scope, .doc = "What it may do", .choices = "all|read|rewards"),
    TIME(key_row, created_at, .doc = "Since when"),
    TIME(key_row, expires_at, .optional = true, .doc = "Until when"),
    TIME(key_row, revoked_at, .optional = true, .doc = "Since when it is void"),
};
static const struct shape key_shape = SHAPE(key_row, key_fields, "An API key, without its text");

struct key_list {
    struct list items;
};
static const struct field key_list_fields[] = {
    LIST(key_list, items, .of = &key_shape, .doc = "Oldest first"),
};
const struct shape key_list_shape = SHAPE(key_list, key_list_fields, "A person's API keys");

struct key_body {
    const char *name;
    const char *scope;
    int64_t days;
};
static const struct key_body key_body_defaults = {.scope = "all", .days = INT_ABSENT};
static const struct field key_body_fields[] = {
    TEXT(key_body, name, .doc = "What it is for", .min = 1, .max = 80),
    TEXT(key_body, scope, .optional = true, .choices = "all|read|rewards", .doc = "What it may do"),
    INT(key_body, days, .optional = true, .min = 1, .max = 3650,
        .doc = "How long it holds; until it is revoked unless said"),
};
const struct shape key_body_shape =
    SHAPE(key_body, key_body_fields, "A new API key", .defaults = &key_body_defaults);

static const struct field key_made_fields[] = {
    TEXT(key_made, id, .doc = "Identifier, to revoke it by"),
    TEXT(key_made, key, .secret = true, .doc = "The key; shown only here"),
};
const struct shape key_made_shape = SHAPE(key_made, key_made_fields, "The key that was made");

enum err session_serve_keys(struct call *call)
{
    struct key_list *list = arena_new_of(call->work->arena, struct key_list);
    struct key_row *rows;
    size_t count;

    TRY(key_page(call->work, &(struct key_page_args){.person_id = call->work->who->person_id},
                 &rows, &count));
    list->items = (struct list){.at = rows, .count = count};
    call->reply = list;
    return OK;
}

enum err session_serve_key_add(struct call *call)
{
    const struct key_body *body = call->body;
    struct key_made *made = arena_new_of(call->work->arena, struct key_made);

    TRY(key_add(call->work,
                &(struct key_draft){.person_id = call->work->who->person_id,
                                    .name = body->name,
                                    .scope = body->scope,
                                    .days = body->days},
                made));
    call->reply = made;
    return OK;
}

enum err session_serve_key_revoke(struct call *call)
{
    struct work *work = call->work;
    int64_t affected;

    TRY(key_revoke(work,
                   &(struct key_revoke_args){.id = call->ids[0],
                                             .person_id = work->who->person_id,
                                             .revoked_at = work->now_us},
                   &affected));
    if (affected == 0) {
        return work_fail(work, ERR_NOT_FOUND, "you have no such key that still holds");
    }
    TRY(audit(work, "key.revoke", call->ids[0], "{}"));
    call->reply = &done;
    return OK;
}
