#include "base/map.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum { SLOTS_FIRST = 64 };

struct entry {
    struct text key;
    uint64_t hash;
};

struct map {
    struct arena *arena;
    struct entry *entries; /* in order of arrival */
    uint32_t *slots;       /* number of the entry plus one; zero is empty */
    uint32_t count;
    uint32_t room;       /* of entries */
    uint32_t slot_count; /* a power of two, at least twice the room */
};

struct map *map_new(struct arena *arena)
{
    struct map *map = arena_new_of(arena, struct map);

    map->arena = arena;
    map->room = SLOTS_FIRST / 2;
    map->slot_count = SLOTS_FIRST;
    map->entries = arena_array(arena, struct entry, map->room);
    map->slots = arena_array(arena, uint32_t, map->slot_count);
    return map;
}

/* The slot of the key, or the empty slot where it belongs. */
static uint32_t slot_of(const struct map *map, struct text key, uint64_t hash)
{
    uint32_t mask = map->slot_count - 1;
    uint32_t slot = (uint32_t)hash & mask;

    while (map->slots[slot] != 0) {
        const struct entry *entry = &map->entries[map->slots[slot] - 1];

        if (entry->hash == hash && text_equal(entry->key, key)) {
            return slot;
        }
        slot = (slot + 1) & mask;
    }
    return slot;
}

static void widen(struct map *map)
{
    struct entry *entries = arena_array(map->arena, struct entry, (size_t)map->room * 2);

    memcpy(entries, map->entries, map->count * sizeof(*entries));
    map->entries = entries;
    map->room *= 2;
    map->slot_count *= 2;
    map->slots = arena_array(map->arena, uint32_t, map->slot_count);
    for (uint32_t i = 0; i < map->count; i++) {
        map->slots[slot_of(map, entries[i].key, entries[i].hash)] = i + 1;
    }
}

uint32_t map_add(struct map *map, struct text key)
{
    uint64_t hash = text_hash(key);
    uint32_t slot = slot_of(map, key, hash);

    if (map->slots[slot] != 0) {
        return map->slots[slot] - 1;
    }
    if (map->count == map->room) {
        assert(map->room < UINT32_MAX / 4);
        widen(map);
        slot = slot_of(map, key, hash);
    }
    map->entries[map->count] = (struct entry){
        .key = {.at = arena_copy(map->arena, key.at, key.size), .size = key.size}, .hash = hash};
    map->slots[slot] = ++map->count;
    return map->count - 1;
}

bool map_find(const struct map *map, struct text key, uint32_t *out)
{
    uint32_t slot = slot_of(map, key, text_hash(key));

    if (map->slots[slot] == 0) {
        return false;
    }
    *out = map->slots[slot] - 1;
    return true;
}

uint32_t map_count(const struct map *map)
{
    return map->count;
}

struct text map_key(const struct map *map, uint32_t number)
{
    assert(number < map->count);
    return map->entries[number].key;
}
