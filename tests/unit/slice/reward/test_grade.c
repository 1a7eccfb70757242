/* Goal: a row becomes the verdict it deserves, and whatever is not the answer's fault is no zero.
 */

#include "check.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "slice/reward/grade.h"
#include "slice/reward/verifier.h"

static bool grade_line(struct arena *arena, const char *verifier, const char *line,
                       struct graded *out)
{
    struct bench *bench = bench_new();
    struct grading grading = {.verifier = text_of(verifier)};
    bool done = grade_row(bench, &grading, text_of(line), false, arena, out);

    bench_free(bench);
    return done;
}

static enum verdict_kind kind_of(struct arena *arena, const char *verifier, const char *line)
{
    struct graded graded = {0};

    return grade_line(arena, verifier, line, &graded) ? graded.verdict.kind : (enum verdict_kind)99;
}

static void row__is_judged_by_its_own_verifier_first(void)
{
    ARENA_SCOPE arena = arena_new();
    const char *standard = "{\"check\":\"exact\"}";

    CHECK(kind_of(arena, standard, "{\"answer\":\"7\",\"reference\":\"7\"}") == VERDICT_PASS);
    CHECK(kind_of(arena, standard, "{\"answer\":\"7.0\",\"reference\":\"7\"}") == VERDICT_FAIL);
    CHECK(kind_of(arena, standard, "{\"answer\":\"7.0\",\"reference\":7,\"check\":\"numeric\"}") ==
          VERDICT_PASS);
    CHECK(kind_of(arena, standard,
                  "{\"answer\":\"7.4\",\"reference\":\"7\",\"verifier\":{\"check\":\"numeric\","
                  "\"absolute\":0.5}}") == VERDICT_PASS);
}

static void row__fence_is_undone_where_the_verifier_says_so(void)
{
    ARENA_SCOPE arena = arena_new();
    const char *fenced = "{\"check\":\"exact\",\"fenced\":true}";

    CHECK(kind_of(arena, fenced,
                  "{\"answer\":\"Well:\\n```py\\nx = 1\\n```\\nor\\n```\\nx = "
                  "2\\n```\\n\",\"reference\":\"x = 2\"}") == VERDICT_PASS);
    CHECK(kind_of(arena, fenced, "{\"answer\":\"```\\nx\",\"reference\":\"x\"}") == VERDICT_PASS);
    CHECK(kind_of(arena, fenced, "{\"answer\":\"x\",\"reference\":\"x\"}") == VERDICT_PASS);
}

static void row__that_is_wrong_itself_is_unscored(void)
{
    static const char *const ROWS[] = {"",
                                       "[]",
                                       "{\"answer\":1",
                                       "{\"reference\":\"x\"}",
                                       "{\"answer\":\"x\",\"reference\":\"x\",\"seed\":\"one\"}",
                                       "{\"answer\":\"x\",\"reference\":\"x\",\"check\":7}",
                                       "{\"answer\":\"x\",\"reference\":\"x\",\"check\":\"no\"}",
                                       "{\"answer\":\"x\",\"task\":\"t\"}",
                                       "{\"answer\":\"x\",\"reference\":\"x\",\"odd\":1}"};
    ARENA_SCOPE arena = arena_new();

    for (size_t i = 0; i < COUNT(ROWS); i++) {
        struct graded graded = {.index = 5};

        CHECK(grade_line(arena, "", ROWS[i], &graded));
        CHECK(graded.verdict.kind == VERDICT_UNSCORED);
        CHECK(graded.verdict.reason == REASON_REQUEST);
        CHECK(graded.index == 5);
    }
}

static void row__that_needs_a_program_is_put_off(void)
{
    ARENA_SCOPE arena = arena_new();

    CHECK(kind_of(arena, "{\"check\":\"code\",\"entry\":\"f\",\"test\":\"t\"}",
                  "{\"answer\":\"x\"}") == (enum verdict_kind)99);
}

static void write__shows_null_for_what_was_not_scored(void)
{
    ARENA_SCOPE arena = arena_new();
    struct buffer to = buffer_new(arena);
    struct json *tree;
    struct fault fault;
    struct graded graded = {.index = 3};
    struct grading grading = {.find_task = NULL};
    struct bench *bench = bench_new(); /* what is written refers to it */

    CHECK(grade_row(bench, &grading, text_of("{\"id\": [1, \"a\"], \"answer\": \"x\"}"), false,
                    arena, &graded));
    graded_write(&to, &graded);
    bench_free(bench);
    CHECK(to.at[to.size - 1] == '\n');
    CHECK(json_parse(arena, buffer_view(&to), &tree, &fault) == OK);
    CHECK(json_member(tree, "reward")->kind == JSON_NULL);
    CHECK(json_member(tree, "id")->kind == JSON_LIST);
    CHECK(strcmp(json_text_of(tree, "verdict"), "unscored") == 0);
}

static const char *version_of(struct arena *arena, const char *source)
{
    const char *version = NULL;
    struct fault fault;

    return verifier_check(arena, text_of(source), &version, &fault) == OK ? version : NULL;
}

static void version__depends_on_what_the_verifier_says_alone(void)
{
    ARENA_SCOPE arena = arena_new();
    const char *one = version_of(arena, "{\"check\":\"numeric\",\"round\":true}");
    const char *same = version_of(arena, "{ \"round\": true, \"check\": \"numeric\" }");
    const char *other = version_of(arena, "{\"check\":\"numeric\",\"round\":false}");

    CHECK(one != NULL && same != NULL && other != NULL);
    CHECK(strncmp(one, "numeric-1:", 10) == 0);
    CHECK(strcmp(one, same) == 0);
    CHECK(strcmp(one, other) != 0);
}

TEST_MAIN(CASE(row__is_judged_by_its_own_verifier_first),
          CASE(row__fence_is_undone_where_the_verifier_says_so),
          CASE(row__that_is_wrong_itself_is_unscored), CASE(row__that_needs_a_program_is_put_off),
          CASE(write__shows_null_for_what_was_not_scored),
          CASE(version__depends_on_what_the_verifier_says_alone))
