/* Goal: texts that ask nearly the same find each other, and no others do. */

#include "check.h"

#include "base/arena.h"
#include "slice/environment/twin.h"

static const char LONG[] =
    "Given a list of integers, return the largest sum of a run of neighbours. The run must not be "
    "empty. If every number is negative, return the largest of them. Explain each step before you "
    "give the final number, and write the number alone on the last line of your answer please.";

static void find__meets_a_text_with_one_word_changed(void)
{
    ARENA_SCOPE arena = arena_new();
    char other[sizeof(LONG)];

    memcpy(other, LONG, sizeof(LONG));
    memcpy(other, "When ", 5); /* "Given" */
    const char *texts[] = {LONG, "Sort the words of a sentence by their length, stably.", other,
                           ""};
    struct twin *twins = twins_find(arena, texts, 4, 0.9);

    CHECK(twins[0].other == 2 && twins[2].other == 0);
    CHECK(twins[0].resemblance > 0.9 && twins[0].resemblance < 1);
    CHECK(twins[1].other == 1 && twins[3].other == 3);
}

static void find__case_and_blanks_say_nothing(void)
{
    ARENA_SCOPE arena = arena_new();
    const char *texts[] = {"Add the two numbers.", "  add   THE two\nnumbers!"};
    struct twin *twins = twins_find(arena, texts, 2, 0.9);

    CHECK(twins[0].other == 1 && twins[0].resemblance == 1);
}

static void find__of_nothing_or_one_is_nothing(void)
{
    ARENA_SCOPE arena = arena_new();
    const char *texts[] = {LONG};

    (void)twins_find(arena, texts, 0, 0.9);
    CHECK(twins_find(arena, texts, 1, 0.9)[0].other == 0);
}

TEST_MAIN(CASE(find__meets_a_text_with_one_word_changed), CASE(find__case_and_blanks_say_nothing),
          CASE(find__of_nothing_or_one_is_nothing))
