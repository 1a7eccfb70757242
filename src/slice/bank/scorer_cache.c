#include "slice/bank/scorer_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/time.h"

enum { SCORERS_MAX = 4, HASH_SIZE = 65 };

#define RESTED (30 * TIME_MINUTE)

struct kept {
    char hash[HASH_SIZE]; /* empty: nothing is here */
    struct arena *arena;
    const struct score_model *model;
    int64_t used_at;
};

struct scorer_cache {
    pthread_mutex_t lock;
    struct kept kept[SCORERS_MAX]; /* guarded */
};

struct scorer_cache *scorer_cache_new(void)
{
    struct scorer_cache *cache = calloc(1, sizeof(*cache));

    if (cache == NULL) {
        abort();
    }
    (void)pthread_mutex_init(&cache->lock, NULL);
    return cache;
}

void scorer_cache_free(struct scorer_cache *cache)
{
    if (cache != NULL) {
        for (size_t i = 0; i < SCORERS_MAX; i++) {
            arena_free(cache->kept[i].arena);
        }
        (void)pthread_mutex_destroy(&cache->lock);
        free(cache);
    }
}

static struct kept *find(struct scorer_cache *cache, const char *hash)
{
    for (size_t i = 0; i < SCORERS_MAX; i++) {
        if (strcmp(cache->kept[i].hash, hash) == 0) {
            return &cache->kept[i];
        }
    }
    return NULL;
}

const struct score_model *scorer_recall(struct scorer_cache *cache, const char *hash,
                                        int64_t now_us)
{
    (void)pthread_mutex_lock(&cache->lock);
    struct kept *kept = find(cache, hash);
    const struct score_model *model = kept == NULL ? NULL : kept->model;

    if (kept != NULL && now_us > kept->used_at) {
        kept->used_at = now_us;
    }
    (void)pthread_mutex_unlock(&cache->lock);
    return model;
}

/* A free place, or that of what rested longest. */
static struct kept *make_room(struct scorer_cache *cache, int64_t now_us)
{
    struct kept *oldest = &cache->kept[0];

    for (size_t i = 0; i < SCORERS_MAX; i++) {
        if (cache->kept[i].hash[0] == '\0') {
            return &cache->kept[i];
        }
        oldest = cache->kept[i].used_at < oldest->used_at ? &cache->kept[i] : oldest;
    }
    if (oldest->used_at > now_us - RESTED) {
        return NULL;
    }
    arena_free(oldest->arena);
    return oldest;
}

bool scorer_keep(struct scorer_cache *cache, const char *hash, struct arena *arena,
                 const struct score_model *model, int64_t now_us)
{
    (void)pthread_mutex_lock(&cache->lock);
    struct kept *place = find(cache, hash) == NULL ? make_room(cache, now_us) : NULL;

    if (place != NULL) {
        *place = (struct kept){.arena = arena, .model = model, .used_at = now_us};
        strncpy(place->hash, hash, HASH_SIZE - 1);
    }
    (void)pthread_mutex_unlock(&cache->lock);
    return place != NULL;
}
