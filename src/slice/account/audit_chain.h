#pragma once

/*
 * The audit chain: that nothing was changed, taken out or put in afterwards.
 *
 * Each event carries the hash of the one before it in its chain, and its own: SHA-256 of the
 * canonical JSON of all that the API shows of it but `hash`. On SQLite events are sealed by the
 * commit that they are part of. On PostgreSQL they are written unsealed, so that people who work at
 * once do not wait for each other, and are sealed in order a moment later.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct work;

/* An event was just written: seal it with this commit, where that makes nobody wait. */
void audit_seal_soon(struct work *work);

/* Is there an event that is not sealed? In a transaction; costs next to nothing. */
enum err audit_any_unsealed(struct work *work, bool *any);

/* Seal events that are not yet, at most `row_max`; *count of them. In a write transaction. */
enum err audit_seal_some(struct work *work, int64_t row_max, int64_t *count);

/* A chain's end as somebody noted it before. */
struct audit_note {
    int64_t position; /* zero: nothing was noted */
    const char *hash;
};

struct audit_proof {
    bool whole;
    const char *chain; /* the organisation; empty: the house */
    int64_t event_count;
    const char *head_hash; /* of the last event that holds; empty: none */
    int64_t unsealed_count;
    int64_t broken_at;      /* position of the first break; zero: none */
    const char *broken_id;  /* the event there, if there is one */
    const char *broken_why; /* what is wrong with it */
};

/* Every chain that there is, to be proven one after the other. In a transaction. */
enum err audit_list_chains(struct work *work, const char *const **chains, size_t *count);

/* Go through a chain and compute it again. In a transaction. A break is no error. */
enum err audit_prove(struct work *work, const char *chain, const struct audit_note *note,
                     struct audit_proof *out);
