#pragma once

/*
 * Scorers that were decoded already, by the hash of their bytes. Bounded; for any thread.
 *
 * What was handed out stays as long as somebody may still use it: a scorer goes only after it has
 * rested for longer than any request or job may take.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct score_model;
struct scorer_cache;

struct scorer_cache *scorer_cache_new(void);
void scorer_cache_free(struct scorer_cache *cache); /* NULL is fine */

/* NULL: it is not there. */
const struct score_model *scorer_recall(struct scorer_cache *cache, const char *hash,
                                        int64_t now_us);

/* Keep a model that lives in `arena`, which is then the cache's; or, where there is no room, give
 * it back: false, and the arena stays the caller's. Of two who bring the same, the first one's
 * stays. */
bool scorer_keep(struct scorer_cache *cache, const char *hash, struct arena *arena,
                 const struct score_model *model, int64_t now_us);
