#pragma once

/*
 * Who stands behind a key or a session, remembered while none of the tables that say so has
 * changed.
 *
 * A revoked key, an ended session, a changed role is a commit; it makes everything here void before
 * it is acknowledged. Where others write to the store too (PostgreSQL) nothing is remembered.
 * Bounded; for any thread.
 */

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct principal;
struct principal_cache;
struct work;

struct principal_cache *principal_cache_new(void);
void principal_cache_free(struct principal_cache *cache); /* NULL is fine */

/* Ask for the version before the tables are read. Zero: nothing can be remembered. */
uint64_t principal_version(const struct work *work);

/* What was shown: a key is no session, and a session no key. */
struct proof {
    char kind;        /* 'k' or 's' */
    const char *hash; /* 64 hexadecimal digits */
};

/* False: it is not known, or not any more. The texts of `out` are in the work's arena. `cache` may
 * be NULL, also below. */
bool principal_recall(struct principal_cache *cache, struct work *work, struct proof proof,
                      struct principal *out);

/* It holds until `until_us`, or for ever (INT_ABSENT). */
void principal_remember(struct principal_cache *cache, uint64_t version, struct proof proof,
                        const struct principal *principal, int64_t until_us);
