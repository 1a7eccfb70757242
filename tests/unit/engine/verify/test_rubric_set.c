#include "engine/verify/rubric_set.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "check.h"
#include "engine/verify/rubric.h"

static struct rubric_set read(struct arena *arena, const char *text)
{
    struct rubric_set set = {0};
    struct fault fault = {0};

    if (rubric_set_read(arena, text_of(text), &set, &fault) != OK) {
        set = (struct rubric_set){0};
    }
    return set;
}

static const char ONE[] =
    "{\"id\":\"t1\",\"prompt\":\"Why?\",\"rubrics\":["
    "{\"id\":\"a\",\"criterion\":\"Names the cause\",\"points\":5},"
    "{\"id\":\"b\",\"criterion\":\"Invents a source\",\"points\":-3,\"kind\":\"factual\"},"
    "{\"id\":\"c\",\"criterion\":\"Says how sure it is\",\"points\":1,\"needs\":[\"a\"]}]}\n";

static void forms__come_back_as_they_went(void)
{
    static const char *const FORMS[] = {"periti", "healthbench"};
    ARENA_SCOPE arena = arena_new();

    for (size_t i = 0; i < COUNT(FORMS); i++) {
        struct rubric_set set = read(arena, ONE);
        struct buffer to = buffer_new(arena);
        struct fault fault = {0};

        if (i > 0) {
            /* The form has no place for needs. */
            CHECK(rubric_set_write(&set, FORMS[i], &to, &fault) == ERR_INVALID);
            set.at[0].count = 2;
        }
        CHECK(rubric_set_write(&set, FORMS[i], &to, &fault) == OK);
        struct rubric_set again = read(arena, to.at);

        CHECK(again.count == 1 && again.at[0].count == set.at[0].count);
        CHECK(strcmp(again.at[0].id, "t1") == 0 && strcmp(again.at[0].prompt, "Why?") == 0);
        CHECK(again.at[0].criteria[1].points == -3);
        CHECK(strcmp(again.at[0].criteria[1].kind, "factual") == 0);
    }
}

static void diff__says_what_changed(void)
{
    ARENA_SCOPE arena = arena_new();
    struct rubric_set before = read(arena, ONE);
    struct rubric_set now =
        read(arena,
             "{\"id\":\"t1\",\"prompt\":\"Why?\",\"rubrics\":["
             "{\"id\":\"a\",\"criterion\":\"Names the cause\",\"points\":4},"
             "{\"id\":\"c\",\"criterion\":\"Says how sure it is\",\"points\":1,\"needs\":[\"d\"]},"
             "{\"id\":\"d\",\"criterion\":\"Is brief\",\"points\":1}]}");
    const struct rubric_change *changes;
    size_t count;

    rubric_set_diff(arena, &before, &now, &changes, &count);
    CHECK(count == 4);
    CHECK(changes[0].sign == '-' && strcmp(changes[0].criterion, "b") == 0);
    CHECK(changes[1].sign == '+' && strcmp(changes[1].now, "Is brief") == 0);
    CHECK(changes[2].sign == '~' && strcmp(changes[2].what, "points") == 0 &&
          strcmp(changes[2].before, "5") == 0 && strcmp(changes[2].now, "4") == 0);
    CHECK(strcmp(changes[3].what, "needs") == 0 && strcmp(changes[3].now, "d") == 0);
    rubric_set_diff(arena, &now, &now, &changes, &count);
    CHECK(now.count == 1 && count == 0);
}

static void nonsense__is_refused(void)
{
    static const char *const BAD[] = {"", "{}x", "[1]", "name,other\n1,2\n", "[]"};
    ARENA_SCOPE arena = arena_new();

    for (size_t i = 0; i < COUNT(BAD); i++) {
        struct rubric_set set;
        struct fault fault = {0};

        CHECK(rubric_set_read(arena, text_of(BAD[i]), &set, &fault) == ERR_INVALID);
        CHECK(fault.text[0] != '\0');
    }
}

TEST_MAIN(CASE(forms__come_back_as_they_went), CASE(diff__says_what_changed),
          CASE(nonsense__is_refused))
