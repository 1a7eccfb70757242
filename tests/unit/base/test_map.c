/* Goal: keys get dense numbers in order of arrival, through every growth. */

#include "check.h"

#include "base/arena.h"
#include "base/map.h"

static void map__numbers_keys_densely(void)
{
    ARENA_SCOPE arena = arena_new();
    struct map *map = map_new(arena);

    for (uint32_t round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < 10000; i++) {
            CHECK(map_add(map, text_of(arena_print(arena, "key %u", i))) == i);
        }
    }
    CHECK(map_count(map) == 10000);
    CHECK(text_is(map_key(map, 4711), "key 4711"));
}

static void map__tells_what_it_does_not_hold(void)
{
    ARENA_SCOPE arena = arena_new();
    struct map *map = map_new(arena);
    uint32_t found = 99;

    CHECK(!map_find(map, text_of("a"), &found));
    CHECK(map_add(map, text_of("")) == 0);
    CHECK(map_find(map, text_of(""), &found) && found == 0);
}

TEST_MAIN(CASE(map__numbers_keys_densely), CASE(map__tells_what_it_does_not_hold))
