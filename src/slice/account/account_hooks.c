#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "http/route.h"
#include "http/server.h"
#include "slice/account/account.h"
#include "slice/account/account_rule.h"
#include "slice/account/account_sql.h"
#include "store/work.h"
#include "sys/secret.h"

static enum err refuse(struct work *work)
{
    return work_fail(work, ERR_UNAUTHENTICATED, "the session or key is not valid, or has ended");
}

/* The person with their roles in the one organisation where they belong. */
static enum err load_principal(struct work *work, const char *person_id, struct principal *out)
{
    struct person_row person;
    struct membership_of_person_row *rows;
    size_t count;

    TRY(person_by_id(work, &(struct person_by_id_args){.id = person_id}, &person));
    if (person.disabled_at != INT_ABSENT) {
        return refuse(work);
    }
    TRY(membership_of_person(work, &(struct membership_of_person_args){.person_id = person_id},
                             &rows, &count));
    if (count == 0) {
        return refuse(work);
    }
    *out = (struct principal){
        .person_id = person.id,
        .name = person.name,
        .email = person.email,
        .organisation_id = rows[0].organisation_id,
        .organisation_name = rows[0].name,
        .organisation_kind = rows[0].kind,
    };
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].organisation_id, out->organisation_id) == 0) {
            out->roles |= role_bit(rows[i].role);
        }
    }
    return OK;
}

static enum err by_session(struct work *work, const char *session, struct principal *out)
{
    struct session_by_id_row row;
    const char *id = sha256_hex(work->arena, text_of(session));
    enum err err = session_by_id(work, &(struct session_by_id_args){.id = id}, &row);

    if (err == ERR_NOT_FOUND || (err == OK && row.expires_at <= work->now_us)) {
        return refuse(work);
    }
    TRY(err);
    return load_principal(work, row.person_id, out);
}

static enum err by_key(struct work *work, const char *key, struct principal *out)
{
    struct key_by_hash_row row;
    const char *hash = sha256_hex(work->arena, text_of(key));
    enum err err = key_by_hash(work, &(struct key_by_hash_args){.secret_hash = hash}, &row);

    if (err == ERR_NOT_FOUND ||
        (err == OK && row.expires_at != INT_ABSENT && row.expires_at <= work->now_us)) {
        return refuse(work);
    }
    TRY(err);
    TRY(load_principal(work, row.person_id, out));
    out->read_only = strcmp(row.scope, "read") == 0;
    return OK;
}

static enum err authenticate(struct work *work, const struct http_credentials *credentials,
                             const struct principal **out)
{
    struct principal *found = arena_new_of(work->arena, struct principal);

    if (credentials->bearer != NULL) {
        TRY(by_key(work, credentials->bearer, found));
    } else if (credentials->session != NULL) {
        TRY(by_session(work, credentials->session, found));
    } else {
        *out = NULL;
        return OK;
    }
    *out = found;
    return OK;
}

/* The one place where roles and grants are checked, for every route. */
static enum err authorise(struct work *work, const struct route *route, const char *const *ids)
{
    const char *organisation_id = NULL;

    if (route->roles == 0) {
        return OK;
    }
    if (work->who == NULL) {
        return work_fail(work, ERR_UNAUTHENTICATED, "sign in first");
    }
    if ((work->who->roles & route->roles) == 0) {
        return work_fail(work, ERR_FORBIDDEN, "your role does not allow this");
    }
    if (work->who->read_only && route->method != GET) {
        return work_fail(work, ERR_FORBIDDEN, "this key may only read");
    }
    if (route->owner == NULL) {
        return OK;
    }
    TRY(route->owner(work, ids[0], &organisation_id));
    work->organisation_id = organisation_id;
    return OK;
}

static enum err recall(struct work *work, const char *key, struct http_kept *out)
{
    struct kept_answer_find_row row;

    TRY(kept_answer_find(
        work,
        &(struct kept_answer_find_args){.person_id = work->who->person_id, .idempotency_key = key},
        &row));
    *out = (struct http_kept){
        .request_hash = row.request_hash, .status = row.status, .body = row.body, .etag = row.etag};
    return OK;
}

static enum err keep(struct work *work, const char *key, const struct http_kept *kept)
{
    return kept_answer_insert(work, &(struct kept_answer_insert_args){
                                        .person_id = work->who->person_id,
                                        .idempotency_key = key,
                                        .request_hash = kept->request_hash,
                                        .status = kept->status,
                                        .body = kept->body,
                                        .etag = kept->etag,
                                        .happened_at = work->now_us,
                                    });
}

const struct http_hooks account_hooks = {
    .authenticate = authenticate,
    .authorise = authorise,
    .recall = recall,
    .keep = keep,
};
