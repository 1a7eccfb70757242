#include "slice/account/person_http.h"

#include <string.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_rule.h"
#include "slice/account/account_shape.h"
#include "slice/account/account_sql.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/secret.h"

static const struct nothing done = {.ok = true};

struct person_body {
    const char *organisation_id;
    const char *email;
    const char *name;
    const char *role;
    const char *password;
    bool is_sample;
};
static const struct field person_body_fields[] = {
    TEXT(person_body, organisation_id, .doc = "Where the person belongs", .min = 1, .max = 40),
    TEXT(person_body, email, .doc = "Address for signing in, unique", .min = 3, .max = 254),
    TEXT(person_body, name, .doc = "Full name", .min = 1, .max = 120),
    TEXT(person_body, role, .doc = "What the person does there",
         .choices = "operator|client|reviewer|expert|finance|auditor"),
    TEXT(person_body, password, .optional = true, .secret = true, .min = 10, .max = 200,
         .doc = "First password; none: one is made and shown once"),
    BOOL(person_body, is_sample, .optional = true, .doc = "Made for show"),
};
const struct shape person_body_shape = SHAPE(person_body, person_body_fields, "A new person");

struct person_made {
    const char *id;
    const char *password;
};
static const struct field person_made_fields[] = {
    TEXT(person_made, id, .doc = "Identifier, `per_` and 26 characters"),
    TEXT(person_made, password, .optional = true, .secret = true,
         .doc = "The password that was made; shown only here"),
};
const struct shape person_made_shape =
    SHAPE(person_made, person_made_fields, "The person who was added");

struct person_adding {
    struct person_draft draft;
    const char *id;
};

static enum err add_in_transaction(struct work *work, void *context)
{
    struct person_adding *adding = context;

    TRY(account_may_reach(work, adding->draft.organisation_id));
    return person_add(work, &adding->draft, &adding->id);
}

/* Free: the password is hashed before the transaction begins. */
enum err person_serve_add(struct call *call)
{
    const struct person_body *body = call->body;
    struct work *work = call->work;
    struct person_made *made = arena_new_of(work->arena, struct person_made);
    const char *password = body->password;
    struct person_adding adding = {.draft = {.organisation_id = body->organisation_id,
                                             .email = body->email,
                                             .name = body->name,
                                             .role = body->role,
                                             .is_sample = body->is_sample}};

    if (password == NULL) {
        password = made->password = secret_token(work->arena, "");
    }
    TRY(password_hash(work->arena, password, &adding.draft.password_hash, &work->fault));
    TRY(store_write(work, add_in_transaction, &adding));
    made->id = adding.id;
    call->reply = made;
    return OK;
}

static const struct field member_fields[] = {
    TEXT(member_row, id, .doc = "Identifier of the person"),
    TEXT(member_row, email, .doc = "Address"),
    TEXT(member_row, name, .doc = "Full name"),
    INT(member_row, is_sample, .doc = "1: made for show"),
    TIME(member_row, disabled_at, .optional = true, .doc = "Since when the account is closed"),
    TEXT(member_row, disabled_reason, .optional = true, .doc = "Why; the person reads it too"),
    TEXT(member_row, role, .doc = "Role in the organisation"),
    TIME(member_row, since_at, .doc = "Since when"),
};
static const struct shape member_shape = SHAPE(member_row, member_fields, "A person in a role");

static const struct field member_list_fields[] = PAGE_FIELDS(member_shape, "By role, oldest first");
const struct shape member_list_shape =
    PAGE_SHAPE(member_list, member_list_fields, "A page of people");

/* The cursor is "role/person". */
enum err person_serve_list(struct call *call)
{
    const struct page_query *query = call->query;
    struct work *work = call->work;
    const char *slash = query->after == NULL ? NULL : strchr(query->after, '/');
    struct member_row *rows;
    size_t count;

    if (query->after != NULL && slash == NULL) {
        return work_fail_field(work, ERR_INVALID, "after", "this is no cursor of this list");
    }
    TRY(member_page(work,
                    &(struct member_page_args){
                        .organisation_id = work->organisation_id,
                        .role = slash == NULL ? ""
                                              : arena_copy(work->arena, query->after,
                                                           (size_t)(slash - query->after)),
                        .person_id = slash == NULL ? "" : slash + 1,
                        .row_max = query->limit,
                    },
                    &rows, &count));
    return page_reply(
        call, rows, count, query->limit,
        count == 0 ? NULL
                   : arena_print(work->arena, "%s/%s", rows[count - 1].role, rows[count - 1].id));
}

/* ------------------------------------------------------------------ changes */

/* Where a person belongs; ERR_NOT_FOUND where that is out of the asker's reach. */
static enum err belonging(struct work *work, const char *person_id,
                          struct membership_of_person_row *out)
{
    struct membership_of_person_row *rows;
    size_t count;

    TRY(membership_of_person(work, &(struct membership_of_person_args){.person_id = person_id},
                             &rows, &count));
    if (count == 0) {
        return work_fail(work, ERR_NOT_FOUND, "there is no such person, or none you may see");
    }
    *out = rows[0];
    return account_may_reach(work, rows[0].organisation_id);
}

enum err person_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct membership_of_person_row place;

    TRY(belonging(work, id, &place));
    *organisation_id = place.organisation_id;
    return OK;
}

/* Nobody locks themselves out, so that somebody is always left who can let people in. */
static enum err check_other(struct work *work, const char *person_id, const char *what)
{
    return strcmp(person_id, work->who->person_id) == 0
               ? work_fail(work, ERR_CONFLICT, "%s: ask another operator", what)
               : OK;
}

struct person_change {
    const char *name;
    const char *email;
};
static const struct field person_change_fields[] = {
    TEXT(person_change, name, .optional = true, .doc = "Full name", .min = 1, .max = 120),
    TEXT(person_change, email, .optional = true, .doc = "Address for signing in, unique", .min = 3,
         .max = 254),
};
const struct shape person_change_shape =
    SHAPE(person_change, person_change_fields, "What is corrected of a person");

enum err person_serve_amend(struct call *call)
{
    const struct person_change *body = call->body;
    struct work *work = call->work;
    struct person_row person;

    TRY(person_by_id(work, &(struct person_by_id_args){.id = call->ids[0]}, &person));
    const char *email = body->email == NULL ? person.email : email_normal(work->arena, body->email);

    if (email == NULL) {
        return work_fail_field(work, ERR_INVALID, "email", "\"%.100s\" is not an e-mail address",
                               body->email);
    }
    enum err err = person_amend(
        work, &(struct person_amend_args){.id = call->ids[0],
                                          .name = body->name == NULL ? person.name : body->name,
                                          .email = email});

    if (err == ERR_CONFLICT) {
        return work_fail_field(work, err, "email", "there is a person with the address %s already",
                               email);
    }
    TRY(err);
    TRY(audit(work, "person.amend", call->ids[0], "{}"));
    call->reply = &done;
    return OK;
}

struct role_body {
    const char *role;
    bool held;
};
static const struct field role_body_fields[] = {
    TEXT(role_body, role, .doc = "What the person does in the own organisation",
         .choices = "operator|client|reviewer|expert|finance|auditor"),
    BOOL(role_body, held, .doc = "True: from now on; false: no longer"),
};
const struct shape role_body_shape = SHAPE(role_body, role_body_fields, "A role, given or taken");

static enum err take_role(struct work *work, const char *person_id, const char *organisation_id,
                          const char *role)
{
    struct membership_of_person_row *rows;
    size_t count;
    int64_t affected;

    TRY(membership_of_person(work, &(struct membership_of_person_args){.person_id = person_id},
                             &rows, &count));
    TRY(membership_end(work,
                       &(struct membership_end_args){.organisation_id = organisation_id,
                                                     .person_id = person_id,
                                                     .role = role,
                                                     .until_at = work->now_us},
                       &affected));
    if (affected == 0) {
        return work_fail_field(work, ERR_CONFLICT, "role", "the person is not %s there", role);
    }
    if (count == 1) {
        return work_fail_field(work, ERR_CONFLICT, "role",
                               "this is the person's last role; close the account instead");
    }
    return OK;
}

enum err person_serve_role(struct call *call)
{
    const struct role_body *body = call->body;
    struct work *work = call->work;
    struct membership_of_person_row place;

    TRY(belonging(work, call->ids[0], &place));
    if (!role_fits(body->role, place.kind)) {
        return work_fail_field(work, ERR_INVALID, "role",
                               "nobody can be %s in an organisation of kind %s", body->role,
                               place.kind);
    }
    if (body->held) {
        TRY(person_give_role(work, call->ids[0], place.organisation_id, body->role));
    } else {
        TRY(check_other(work, call->ids[0], "nobody gives up a role of their own"));
        TRY(take_role(work, call->ids[0], place.organisation_id, body->role));
    }
    TRY(audit(work, body->held ? "role.give" : "role.take", call->ids[0],
              arena_print(work->arena, "{\"role\":\"%s\"}", body->role)));
    call->reply = &done;
    return OK;
}

struct access_body {
    bool allowed;
    const char *reason;
};
static const struct field access_body_fields[] = {
    BOOL(access_body, allowed,
         .doc = "False: sessions end now, and neither password nor key opens "
                "it; true: it is open again"),
    TEXT(access_body, reason, .doc = "Why; the person reads it when they sign in", .min = 1,
         .max = 500),
};
const struct shape access_body_shape =
    SHAPE(access_body, access_body_fields, "Whether an account is open");

static enum err close_account(struct work *work, const char *person_id, const char *reason)
{
    int64_t affected;

    TRY(person_close(work,
                     &(struct person_close_args){
                         .id = person_id, .disabled_at = work->now_us, .disabled_reason = reason},
                     &affected));
    if (affected == 0) {
        return work_fail(work, ERR_CONFLICT, "the account is closed already");
    }
    return session_end_of_person(work, &(struct session_end_of_person_args){
                                           .person_id = person_id, .ended_at = work->now_us});
}

static enum err open_account(struct work *work, const char *person_id, const char *reason)
{
    int64_t affected;

    TRY(person_reopen(work, &(struct person_reopen_args){.id = person_id}, &affected));
    if (affected == 0) {
        return work_fail(work, ERR_CONFLICT, "the account is open already");
    }
    return notify(work, &(struct notice_draft){.person_id = person_id,
                                               .kind = "account",
                                               .title = "Your account is open again",
                                               .message = reason,
                                               .link = "/"});
}

enum err person_serve_access(struct call *call)
{
    const struct access_body *body = call->body;
    struct work *work = call->work;
    const char *person_id = call->ids[0];

    TRY(check_other(work, person_id, "nobody closes or opens their own account"));
    TRY((body->allowed ? open_account : close_account)(work, person_id, body->reason));
    TRY(audit_reason(work, body->allowed ? "person.open" : "person.close", person_id,
                     body->reason));
    call->reply = &done;
    return OK;
}

struct password_making {
    const char *person_id;
    const char *hash;
};

static enum err make_password(struct work *work, void *context)
{
    const struct password_making *making = context;
    const char *organisation_id;

    TRY(person_owner(work, making->person_id, &organisation_id));
    work->organisation_id = organisation_id;
    TRY(account_set_password(work, making->person_id, making->hash));
    return audit(work, "password.make", making->person_id, "{}");
}

/* Free: hashing takes long. */
enum err person_serve_password(struct call *call)
{
    struct work *work = call->work;
    struct person_made *made = arena_new_of(work->arena, struct person_made);
    struct password_making making = {.person_id = call->ids[0]};

    TRY(check_other(work, call->ids[0], "change your own password on the page of keys"));
    *made = (struct person_made){.id = call->ids[0], .password = secret_token(work->arena, "")};
    TRY(password_hash(work->arena, made->password, &making.hash, &work->fault));
    TRY(store_write(work, make_password, &making));
    call->reply = made;
    return OK;
}
