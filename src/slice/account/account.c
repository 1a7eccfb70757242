#include "slice/account/account.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"
#include "base/shape.h"
#include "base/text.h"
#include "base/time.h"
#include "slice/account/account_rule.h"
#include "slice/account/account_sql.h"
#include "slice/account/audit_chain.h"
#include "store/work.h"
#include "sys/secret.h"

static const char *asker(const struct work *work)
{
    return work->who == NULL ? NULL : work->who->person_id;
}

enum err account_is_granted(struct work *work, const char *organisation_id)
{
    struct client_grant_find_row grant;
    enum err err =
        client_grant_find(work,
                          &(struct client_grant_find_args){.organisation_id = organisation_id,
                                                           .person_id = work->who->person_id},
                          &grant);

    return err == ERR_NOT_FOUND
               ? work_fail(work, err, "there is no such thing, or none you may see")
               : err;
}

enum err account_may_reach(struct work *work, const char *organisation_id)
{
    return strcmp(work->who->organisation_id, organisation_id) == 0
               ? OK
               : account_is_granted(work, organisation_id);
}

static enum err give_grant(struct work *work, const char *organisation_id, const char *person_id)
{
    return client_grant_give(work, &(struct client_grant_give_args){
                                       .organisation_id = organisation_id,
                                       .person_id = person_id,
                                       .granted_by = asker(work) == NULL ? "" : asker(work),
                                       .granted_at = work->now_us,
                                   });
}

enum err organisation_add(struct work *work, const struct organisation_draft *draft,
                          const char **id)
{
    struct organisation_insert_args row = {
        .id = work_new_id(work, "org"),
        .kind = draft->kind,
        .name = draft->name,
        .is_sample = draft->is_sample,
        .created_at = work->now_us,
        .created_by = asker(work),
    };
    enum err err = organisation_insert(work, &row);

    if (err == ERR_CONFLICT) {
        return work_fail_field(work, err, "name", "there is an organisation \"%s\" already",
                               draft->name);
    }
    TRY(err);
    if (asker(work) != NULL) {
        TRY(give_grant(work, row.id, asker(work)));
    }
    work->organisation_id = row.id;
    TRY(audit(work, "organisation.add", row.id, "{}"));
    *id = row.id;
    return OK;
}

static enum err add_password(struct work *work, const char *person_id, const char *hash)
{
    return credential_insert(work, &(struct credential_insert_args){
                                       .id = work_new_id(work, "crd"),
                                       .person_id = person_id,
                                       .kind = "password",
                                       .name = "password",
                                       .secret_hash = hash,
                                       .scope = "all",
                                       .created_at = work->now_us,
                                       .expires_at = INT_ABSENT,
                                   });
}

enum err account_set_password(struct work *work, const char *person_id, const char *hash)
{
    TRY(password_revoke(
        work, &(struct password_revoke_args){.person_id = person_id, .revoked_at = work->now_us}));
    TRY(add_password(work, person_id, hash));
    return session_end_of_person(work, &(struct session_end_of_person_args){
                                           .person_id = person_id, .ended_at = work->now_us});
}

enum err person_give_role(struct work *work, const char *person_id, const char *organisation_id,
                          const char *role)
{
    int64_t affected;

    TRY(membership_begin(work,
                         &(struct membership_begin_args){
                             .organisation_id = organisation_id,
                             .person_id = person_id,
                             .role = role,
                             .since_at = work->now_us,
                         },
                         &affected));
    if (affected == 0) {
        return work_fail_field(work, ERR_CONFLICT, "role", "the person is %s there already", role);
    }
    return OK;
}

enum err person_has_role(struct work *work, const char *person_id, const char *role, bool *has)
{
    struct membership_of_person_row *rows;
    size_t count;

    TRY(membership_of_person(work, &(struct membership_of_person_args){.person_id = person_id},
                             &rows, &count));
    if (count == 0) {
        return work_fail(work, ERR_NOT_FOUND, "there is no such person");
    }
    *has = false;
    for (size_t i = 0; i < count; i++) {
        *has = *has || strcmp(rows[i].role, role) == 0;
    }
    return OK;
}

enum err person_add(struct work *work, const struct person_draft *draft, const char **id)
{
    struct organisation_row organisation;
    enum err err = organisation_by_id(
        work, &(struct organisation_by_id_args){.id = draft->organisation_id}, &organisation);

    if (err == ERR_NOT_FOUND) {
        return work_fail_field(work, err, "organisation_id", "there is no organisation %s",
                               draft->organisation_id);
    }
    TRY(err);
    if (!role_fits(draft->role, organisation.kind)) {
        return work_fail_field(work, ERR_INVALID, "role",
                               "nobody can be %s in an organisation of kind %s", draft->role,
                               organisation.kind);
    }
    struct person_insert_args row = {
        .id = work_new_id(work, "per"),
        .email = email_normal(work->arena, draft->email),
        .name = draft->name,
        .is_sample = draft->is_sample,
        .created_at = work->now_us,
        .created_by = asker(work),
    };

    if (row.email == NULL) {
        return work_fail_field(work, ERR_INVALID, "email", "\"%.100s\" is not an e-mail address",
                               draft->email);
    }
    err = person_insert(work, &row);
    if (err == ERR_CONFLICT) {
        return work_fail_field(work, err, "email", "there is a person with the address %s already",
                               row.email);
    }
    TRY(err);
    TRY(person_give_role(work, row.id, draft->organisation_id, draft->role));
    if (draft->password_hash != NULL) {
        TRY(add_password(work, row.id, draft->password_hash));
    }
    work->organisation_id = draft->organisation_id;
    TRY(audit(work, "person.add", row.id, "{}"));
    *id = row.id;
    return OK;
}

enum err key_add(struct work *work, const struct key_draft *draft, struct key_made *out)
{
    struct key_made made = {.id = work_new_id(work, "key"),
                            .key = secret_token(work->arena, "pk_")};
    bool forever = draft->days == INT_ABSENT;

    TRY(credential_insert(
        work, &(struct credential_insert_args){
                  .id = made.id,
                  .person_id = draft->person_id,
                  .kind = "api_key",
                  .name = draft->name,
                  .secret_hash = sha256_hex(work->arena, text_of(made.key)),
                  .scope = draft->scope,
                  .created_at = work->now_us,
                  .expires_at = forever ? INT_ABSENT : work->now_us + draft->days * TIME_DAY,
              }));
    *out = made;
    return audit(work, "key.add", draft->person_id,
                 arena_print(work->arena, "{\"key_id\":\"%s\"}", made.id));
}

enum err audit(struct work *work, const char *action, const char *object_id, const char *detail)
{
    audit_seal_soon(work);
    return audit_event_insert(work, &(struct audit_event_insert_args){
                                        .id = work_new_id(work, "aud"),
                                        .organisation_id = work->organisation_id,
                                        .person_id = asker(work),
                                        .action = action,
                                        .object_id = object_id,
                                        .detail = detail,
                                        .request_id = work->request_id,
                                        .happened_at = work->now_us,
                                    });
}

enum err audit_reason(struct work *work, const char *action, const char *object_id,
                      const char *reason)
{
    struct buffer detail = buffer_new(work->arena);
    struct json_out out = json_to(&detail);

    json_open(&out, '{');
    json_name(&out, "reason");
    json_text(&out, reason);
    json_close(&out, '}');
    buffer_string(&detail, "");
    return audit(work, action, object_id, detail.at);
}

enum err notify(struct work *work, const struct notice_draft *draft)
{
    return notice_insert(work, &(struct notice_insert_args){
                                   .id = work_new_id(work, "ntc"),
                                   .person_id = draft->person_id,
                                   .kind = draft->kind,
                                   .title = draft->title,
                                   .message = draft->message,
                                   .link = draft->link,
                                   .happened_at = work->now_us,
                               });
}

enum err account_forget_kept(struct work *work, int64_t before_us)
{
    int64_t affected;

    return kept_answer_forget(work, &(struct kept_answer_forget_args){.happened_at = before_us},
                              &affected);
}

static int64_t later(int64_t one_us, const char *id)
{
    int64_t other_us = id == NULL ? 0 : work_id_time(id);

    return one_us > other_us ? one_us : other_us;
}

enum err account_latest_time(struct work *work, int64_t *us)
{
    struct account_latest_row latest;

    TRY(account_latest(work, &latest));
    *us = later(later(latest.kept_at == INT_ABSENT ? 0 : latest.kept_at, latest.audit_id),
                latest.sign_in_id);
    return OK;
}
