#pragma once

/*
 * Maps from text to dense numbers: the first new key is 0, the next 1, and so on.
 * Keys are copied into the arena. Open addressing; about 20 bytes a key beside
 * the key itself. At most 2^31 keys.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct arena;
struct map;

struct map *map_new(struct arena *arena);
uint32_t map_add(struct map *map, struct text key); /* number of the key, old or new */
bool map_find(const struct map *map, struct text key, uint32_t *out); /* false: not there */
uint32_t map_count(const struct map *map);
struct text map_key(const struct map *map, uint32_t number); /* also NUL-terminated */
