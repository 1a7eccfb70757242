#include "slice/type/type_cache.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/map.h"
#include "slice/type/type.h"

enum { TYPES_MAX = 1024 };

struct type_cache {
    pthread_mutex_t lock;
    struct arena *arena; /* guarded, as all below */
    struct map *numbers; /* from name and parameters */
    const struct task_type *types[TYPES_MAX];
};

struct type_cache *type_cache_new(void)
{
    struct type_cache *cache = calloc(1, sizeof(*cache));

    if (cache == NULL) {
        abort();
    }
    (void)pthread_mutex_init(&cache->lock, NULL);
    cache->arena = arena_new();
    cache->numbers = map_new(cache->arena);
    return cache;
}

void type_cache_free(struct type_cache *cache)
{
    if (cache != NULL) {
        arena_free(cache->arena);
        (void)pthread_mutex_destroy(&cache->lock);
        free(cache);
    }
}

/* NULL: it is not there. */
static const struct task_type *find(struct type_cache *cache, const char *key)
{
    uint32_t number;

    (void)pthread_mutex_lock(&cache->lock);
    const struct task_type *found =
        map_find(cache->numbers, text_of(key), &number) ? cache->types[number] : NULL;

    (void)pthread_mutex_unlock(&cache->lock);
    return found;
}

/* Two may make the same type at once; the first one stays. */
static enum err add(struct type_cache *cache, const char *key, const char *name,
                    const char *parameters, const struct task_type **out)
{
    struct fault unused;
    uint32_t number;

    if (map_find(cache->numbers, text_of(key), &number)) {
        *out = cache->types[number];
        return OK;
    }
    if (map_count(cache->numbers) == TYPES_MAX) {
        return OK;
    }
    TRY(type_load(cache->arena, name, parameters, out, &unused));
    cache->types[map_add(cache->numbers, text_of(key))] = *out;
    return OK;
}

static const char *key_of(struct arena *arena, const char *name, const char *parameters)
{
    struct buffer key = buffer_new(arena);

    buffer_string(&key, name);
    buffer_char(&key, '\n');
    buffer_string(&key, parameters);
    return key.at;
}

enum err type_recall(struct type_cache *cache, struct arena *arena, const char *name,
                     const char *parameters, const struct task_type **out, struct fault *fault)
{
    if (cache == NULL) {
        return type_load(arena, name, parameters, out, fault);
    }
    const char *key = key_of(arena, name, parameters);
    const struct task_type *found = find(cache, key);

    if (found != NULL) {
        *out = found;
        return OK;
    }
    /* What does not fit is refused before it takes a place. */
    TRY(type_load(arena, name, parameters, out, fault));
    (void)pthread_mutex_lock(&cache->lock);
    enum err err = add(cache, key, name, parameters, out);

    (void)pthread_mutex_unlock(&cache->lock);
    return err;
}
