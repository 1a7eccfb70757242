/* Goal: a mutant differs from its source in one place that counts, and never in a string or a
 * comment. */

#include "check.h"

#include "base/arena.h"
#include "slice/environment/mutate.h"

enum { MOST = 64 };

static bool has(const char *const *mutants, size_t count, const char *text)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(mutants[i], text) == 0) {
            return true;
        }
    }
    return false;
}

static void program__is_changed_in_one_place_at_a_time(void)
{
    ARENA_SCOPE arena = arena_new();
    const char *mutants[MOST];
    size_t count =
        mutate_program(arena, "    return a + 1 if b <= c and d else None\n", MOST, mutants);

    CHECK(count == 5);
    CHECK(has(mutants, count, "    return None and a + 1 if b <= c and d else None\n"));
    CHECK(has(mutants, count, "    return a - 1 if b <= c and d else None\n"));
    CHECK(has(mutants, count, "    return a + 2 if b <= c and d else None\n"));
    CHECK(has(mutants, count, "    return a + 1 if b < c and d else None\n"));
    CHECK(has(mutants, count, "    return a + 1 if b <= c or d else None\n"));
}

static void program__strings_comments_and_names_are_left_alone(void)
{
    static const char *const QUIET[] = {"# 1 + 2 and 3\n",
                                        "\"\"\"return 1 < 2\n\n3 == 4\"\"\"\n",
                                        "'a + 1 \\' < 2'\n",
                                        "\"unclosed < 3\n",
                                        "x1 y_2 andor landing\n",
                                        "def f(a) -> b: x >> y\n",
                                        ""};
    ARENA_SCOPE arena = arena_new();
    const char *mutants[MOST];

    for (size_t i = 0; i < sizeof(QUIET) / sizeof(QUIET[0]); i++) {
        CHECK(mutate_program(arena, QUIET[i], MOST, mutants) == 0);
    }
}

static void program__few_mutants_are_spread_over_all_of_it(void)
{
    ARENA_SCOPE arena = arena_new();
    const char *mutants[MOST];

    CHECK(mutate_program(arena, "1\n2\n3\n4\n5\n6\n7\n8\n", 2, mutants) == 2);
    CHECK(strcmp(mutants[0], "2\n2\n3\n4\n5\n6\n7\n8\n") == 0);
    CHECK(strcmp(mutants[1], "1\n2\n3\n4\n6\n6\n7\n8\n") == 0);
}

static void script__loses_one_command(void)
{
    ARENA_SCOPE arena = arena_new();
    const char *mutants[MOST];

    CHECK(mutate_script(arena, "# a comment\nmkdir x\n\ntouch x/y", MOST, mutants) == 2);
    CHECK(strcmp(mutants[0], "# a comment\n\n\ntouch x/y") == 0);
    CHECK(strcmp(mutants[1], "# a comment\nmkdir x\n\n") == 0);
}

static void text__says_another_number_letter_or_word(void)
{
    ARENA_SCOPE arena = arena_new();
    const char *mutants[MOST];

    CHECK(mutate_text(arena, "41", MOST, mutants) == 1 && strcmp(mutants[0], "42") == 0);
    CHECK(mutate_text(arena, "B", MOST, mutants) == 1 && strcmp(mutants[0], "C") == 0);
    CHECK(mutate_text(arena, "yes", MOST, mutants) == 1 && strcmp(mutants[0], "otherwise") == 0);
    CHECK(mutate_text(arena, "", MOST, mutants) == 0);
}

TEST_MAIN(CASE(program__is_changed_in_one_place_at_a_time),
          CASE(program__strings_comments_and_names_are_left_alone),
          CASE(program__few_mutants_are_spread_over_all_of_it), CASE(script__loses_one_command),
          CASE(text__says_another_number_letter_or_word))
