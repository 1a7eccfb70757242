/* Goal: whoever is refused reads which wall it is, who set it, since when, until when and why. */

#include "check.h"

#include "base/arena.h"
#include "base/shape.h"
#include "base/time.h"
#include "slice/wall/wall.h"

static void words__name_all_that_was_set(void)
{
    ARENA_SCOPE arena = arena_new();
    struct wall wall = {.kind = "rival",
                        .reason = "They compete.",
                        .set_by = "Olive",
                        .set_at = 3 * TIME_DAY,
                        .until_at = 400 * TIME_DAY};

    CHECK(strcmp(wall_words(arena, &wall),
                 "rival, set by Olive on 1970-01-04 until 1971-02-05: They compete.") == 0);
    wall.until_at = INT_ABSENT;
    CHECK(strcmp(wall_words(arena, &wall),
                 "rival, set by Olive on 1970-01-04 until it is lifted: They compete.") == 0);
}

static void words__say_nothing_of_what_nobody_set(void)
{
    ARENA_SCOPE arena = arena_new();
    struct wall wall = {.kind = "client",
                        .reason = "the profile names the client as employer",
                        .set_at = INT_ABSENT,
                        .until_at = INT_ABSENT};

    CHECK(strcmp(wall_words(arena, &wall), "client: the profile names the client as employer") ==
          0);
}

TEST_MAIN(CASE(words__name_all_that_was_set), CASE(words__say_nothing_of_what_nobody_set))
