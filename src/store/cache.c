#include "store/cache.h"

#include <stdint.h>
#include <stdlib.h>

enum { ROOM_FIRST = 64 };

struct cache_slot {
    const struct query *query;
    void *statement;
};

static struct cache_slot *slot_of(const struct cache *cache, const struct query *query)
{
    size_t mask = cache->room - 1;
    size_t at = (size_t)((uint64_t)(uintptr_t)query * UINT64_C(0x9e3779b97f4a7c15) >> 32) & mask;

    while (cache->slots[at].query != NULL && cache->slots[at].query != query) {
        at = (at + 1) & mask;
    }
    return &cache->slots[at];
}

static void widen(struct cache *cache)
{
    struct cache wider = {.room = cache->room == 0 ? ROOM_FIRST : cache->room * 2,
                          .count = cache->count};

    wider.slots = calloc(wider.room, sizeof(*wider.slots));
    if (wider.slots == NULL) {
        abort();
    }
    for (size_t i = 0; i < cache->room; i++) {
        if (cache->slots[i].query != NULL) {
            *slot_of(&wider, cache->slots[i].query) = cache->slots[i];
        }
    }
    free(cache->slots);
    *cache = wider;
}

void **cache_find(struct cache *cache, const struct query *query)
{
    if (cache->count * 2 >= cache->room) {
        widen(cache);
    }
    struct cache_slot *slot = slot_of(cache, query);

    if (slot->query == NULL) {
        slot->query = query;
        cache->count++;
    }
    return &slot->statement;
}

void cache_clear(struct cache *cache, void (*drop)(void *statement))
{
    for (size_t i = 0; i < cache->room; i++) {
        if (cache->slots[i].statement != NULL) {
            drop(cache->slots[i].statement);
        }
    }
    free(cache->slots);
    *cache = (struct cache){0};
}
