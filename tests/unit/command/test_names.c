/* Goal: names become dense numbers and come back as they were written, whatever they have in
 * common. */

#include "check.h"

#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "command/names.h"

static void names_end(struct names **names)
{
    names_free(*names);
}
#define NAMES_SCOPE [[gnu::cleanup(names_end)]] struct names *

/* Each is new, gets the next number, is found again and gives itself back; also after a rest. */
static void check_all(const char *const *list, uint32_t count)
{
    NAMES_SCOPE names = names_new(NULL);
    char scratch[NAME_PRINTED_MAX];
    uint32_t found;

    for (int rests = 0; rests < 2; rests++) {
        for (uint32_t i = 0; i < count; i++) {
            CHECK(names_add(names, text_of(list[i])) == i);
            CHECK(names_add(names, text_of(list[i / 2])) == i / 2);
        }
        names_rest(names);
        for (uint32_t i = 0; i < count; i++) {
            CHECK(text_is(names_at(names, i, scratch), list[i]));
            CHECK(names_find(names, text_of(list[i]), &found) && found == i);
        }
        CHECK(!names_find(names, text_of("nobody"), &found));
        CHECK(names_count(names) == count);
    }
}

static void names__keep_apart_what_is_written_apart(void)
{
    static const char *const plain[] = {"7",      "07", "007", "0",  "00",
                                        "task-7", "70", "-7",  "7 ", "x"};
    static const char *const stem[] = {"task-7",  "task-07", "task-70", "task-",       "task-7a",
                                       "tusk-70", "7",       "task-0",  "task-999999", "TASK-7"};
    static const char *const padded[] = {"t007", "t07", "t7", "t0070", "t070",
                                         "t000", "007", "t",  "t700"};
    static const char *const lengthy[] = {"20261122000000017", "20261122000000018",
                                          "2026112200000001",  "20261122",
                                          "20261122999999999", "202611229999999990"};
    static const char *const words[] = {"item",
                                        "item1",
                                        "item2",
                                        "1",
                                        "a name that is longer than any stem may be 1",
                                        "a name that is longer than any stem may be 2"};

    check_all(plain, COUNT(plain));
    check_all(stem, COUNT(stem));
    check_all(padded, COUNT(padded));
    check_all(lengthy, COUNT(lengthy));
    check_all(words, COUNT(words));
}

static void names__grow(void)
{
    enum { NAMES = 200000 };
    NAMES_SCOPE names = names_new(NULL);
    char written[NAME_PRINTED_MAX];
    char scratch[NAME_PRINTED_MAX];
    uint32_t right = 0;
    uint32_t found;

    for (uint32_t i = 0; i < NAMES; i++) { /* every third is far from the others */
        (void)snprintf(written, sizeof(written), "item_%09u", i % 3 == 0 ? i * 4999 : i);
        right += names_add(names, text_of(written)) == i;
    }
    names_rest(names);
    for (uint32_t i = 0; i < NAMES; i++) {
        (void)snprintf(written, sizeof(written), "item_%09u", i % 3 == 0 ? i * 4999 : i);
        right += text_is(names_at(names, i, scratch), written);
        right += names_find(names, text_of(written), &found) && found == i;
    }
    CHECK(right == 3 * NAMES);
}

TEST_MAIN(CASE(names__keep_apart_what_is_written_apart), CASE(names__grow))
