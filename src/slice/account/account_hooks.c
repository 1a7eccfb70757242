#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "http/route.h"
#include "http/server.h"
#include "slice/account/account.h"
#include "slice/account/account_rule.h"
#include "slice/account/account_sql.h"
#include "slice/account/principal_cache.h"
#include "slice/installation.h"
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
        .scope = "all",
    };
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].organisation_id, out->organisation_id) == 0) {
            out->roles |= role_bit(rows[i].role);
        }
    }
    return OK;
}

static enum err by_session(struct work *work, const char *id, struct principal *out,
                           int64_t *until_us)
{
    struct session_by_id_row row;
    enum err err = session_by_id(work, &(struct session_by_id_args){.id = id}, &row);

    if (err == ERR_NOT_FOUND || (err == OK && row.expires_at <= work->now_us)) {
        return refuse(work);
    }
    TRY(err);
    *until_us = row.expires_at;
    return load_principal(work, row.person_id, out);
}

static enum err by_key(struct work *work, const char *hash, struct principal *out,
                       int64_t *until_us)
{
    struct key_by_hash_row row;
    enum err err = key_by_hash(work, &(struct key_by_hash_args){.secret_hash = hash}, &row);

    if (err == ERR_NOT_FOUND ||
        (err == OK && row.expires_at != INT_ABSENT && row.expires_at <= work->now_us)) {
        return refuse(work);
    }
    TRY(err);
    TRY(load_principal(work, row.person_id, out));
    *until_us = row.expires_at;
    out->scope = row.scope;
    return OK;
}

static struct principal_cache *memory_of(const struct work *work)
{
    return work->installation == NULL ? NULL : work->installation->principals;
}

/* A key comes before a session. False: neither was given. */
static bool read_proof(struct arena *arena, const struct http_credentials *credentials,
                       struct proof *out)
{
    bool key = credentials->bearer != NULL;
    const char *given = key ? credentials->bearer : credentials->session;

    if (given == NULL) {
        return false;
    }
    *out = (struct proof){.kind = key ? 'k' : 's', .hash = sha256_hex(arena, text_of(given))};
    return true;
}

static bool recognise(struct work *work, const struct http_credentials *credentials,
                      const struct principal **out)
{
    struct principal *found = arena_new_of(work->arena, struct principal);
    struct proof proof;

    if (!read_proof(work->arena, credentials, &proof) ||
        !principal_recall(memory_of(work), work, proof, found)) {
        return false;
    }
    *out = found;
    return true;
}

static enum err authenticate(struct work *work, const struct http_credentials *credentials,
                             const struct principal **out)
{
    struct principal *found = arena_new_of(work->arena, struct principal);
    uint64_t version = principal_version(work);
    int64_t until_us = INT_ABSENT;
    struct proof proof;

    if (!read_proof(work->arena, credentials, &proof)) {
        *out = NULL;
        return OK;
    }
    if (proof.kind == 'k') {
        TRY(by_key(work, proof.hash, found, &until_us));
    } else {
        TRY(by_session(work, proof.hash, found, &until_us));
    }
    principal_remember(memory_of(work), version, proof, found, until_us);
    *out = found;
    return OK;
}

/* A key may do everything, only read, or only what bears its scope. */
static enum err check_scope(struct work *work, const struct route *route)
{
    const char *scope = work->who->scope;

    if (strcmp(scope, "all") == 0) {
        return OK;
    }
    if (strcmp(scope, "read") == 0) {
        return route->method == GET ? OK : work_fail(work, ERR_FORBIDDEN, "this key may only read");
    }
    return route->scope != NULL && strcmp(route->scope, scope) == 0
               ? OK
               : work_fail(work, ERR_FORBIDDEN, "this key is for %s alone", scope);
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
    TRY(check_scope(work, route));
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
    .recognise = recognise,
    .authenticate = authenticate,
    .authorise = authorise,
    .recall = recall,
    .keep = keep,
};
