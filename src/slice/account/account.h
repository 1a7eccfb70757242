#pragma once

/*
 * Accounts: organisations, people, what they may do, and how they show who they are.
 *
 * A person belongs to one organisation in one or more roles. The operator's people
 * reach a client's rows only through a grant for that client.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct http_hooks;
struct slice;
struct work;

enum role {
    ROLE_OPERATOR = 1,
    ROLE_CLIENT = 2,
    ROLE_REVIEWER = 4,
    ROLE_EXPERT = 8,
    ROLE_FINANCE = 16,
    ROLE_AUDITOR = 32,
    ROLE_ANY = 63, /* anybody who is signed in */
};

/* Who asks. */
struct principal {
    const char *person_id;
    const char *name;
    const char *email;
    uint32_t roles;
    const char *organisation_id; /* where the person belongs */
    const char *organisation_name;
    const char *organisation_kind;
    const char *scope; /* of the key: all, read, or that of a route; all for a session */
};

/* May this person work with the rows of this organisation? ERR_NOT_FOUND if not, as if there were
 * none. */
enum err account_may_reach(struct work *work, const char *organisation_id);

/* The same by a grant alone, even at home: for what experts see only when they are asked to. */
enum err account_is_granted(struct work *work, const char *organisation_id);

struct organisation_draft {
    const char *name;
    const char *kind;
    bool is_sample;
};

/* Makes it, and grants it to whoever asks. ERR_CONFLICT: the name is taken. */
enum err organisation_add(struct work *work, const struct organisation_draft *draft,
                          const char **id);

struct person_draft {
    const char *organisation_id;
    const char *email;
    const char *name;
    const char *role;
    const char *password_hash; /* NULL: cannot sign in with one */
    bool is_sample;
};

/* ERR_CONFLICT: the address is taken; ERR_NOT_FOUND: no such organisation. */
enum err person_add(struct work *work, const struct person_draft *draft, const char **id);
/* The password's hash from now on; every session of the person ends. */
enum err account_set_password(struct work *work, const char *person_id, const char *hash);

/* ERR_CONFLICT: the person has it. */
enum err person_give_role(struct work *work, const char *person_id, const char *organisation_id,
                          const char *role);

/* Whether a person has a role, in any organisation. ERR_NOT_FOUND: there is no such person. */
enum err person_has_role(struct work *work, const char *person_id, const char *role, bool *has);

struct key_draft {
    const char *person_id;
    const char *name;
    const char *scope;
    int64_t days; /* how long it holds; INT_ABSENT: until it is revoked */
};
struct key_made {
    const char *id;
    const char *key;
};

/* A key for the API; its text is returned once and kept only as a hash. */
enum err key_add(struct work *work, const struct key_draft *draft, struct key_made *out);

/* Fact: the caller did `action` to `object_id`. `detail` is JSON. */
enum err audit(struct work *work, const char *action, const char *object_id, const char *detail);

/* The same with the reason that the caller gave. */
enum err audit_reason(struct work *work, const char *action, const char *object_id,
                      const char *reason);

/* Tell a person something on their page. `link` is a path of the page. */
struct notice_draft {
    const char *person_id;
    const char *kind;
    const char *title;
    const char *message;
    const char *link;
};
enum err notify(struct work *work, const struct notice_draft *draft);

/* Forget the answers that were kept under idempotency keys before a moment. */
enum err account_forget_kept(struct work *work, int64_t before_us);

/* When something was last written here, as far as that is told by an index; zero: never. */
enum err account_latest_time(struct work *work, int64_t *us);

extern const struct slice account_slice;
extern const struct http_hooks account_hooks;
