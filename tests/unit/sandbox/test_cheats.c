#include <stdlib.h>

#include "base/arena.h"
#include "base/fault.h"
#include "check.h"
#include "sandbox/sandbox.h"
#include "sys/file.h"

/* Solutions that cheat, against tests that run apart: none may pass. */

static const char TEST[] = "def check(candidate):\n"
                           "    expected = 10\n"
                           "    assert candidate(3) == 10\n"
                           "    assert candidate(0) == 1\n"
                           "    assert candidate(-7) == 50\n"
                           "    assert candidate(1000) == 1000001, 'large'\n";

static struct sandbox *sandbox;

static struct sandbox_outcome check_within(struct arena *arena, const char *solution,
                                           const char *test, int64_t wall_ms)
{
    struct sandbox_check job = {.prompt = "",
                                .solution = solution,
                                .test = test,
                                .entry = "f",
                                .split = true,
                                .limits = sandbox_limits_default};
    struct sandbox_outcome outcome = {.end = SANDBOX_BROKEN};
    struct fault fault = {0};

    job.limits.wall_ms = wall_ms;
    job.limits.memory_mib = 256;
    if (sandbox_check_python(sandbox, &job, arena, &outcome, &fault) != OK) {
        outcome.note = fault.text[0] == '\0' ? "refused" : "refused by the interface";
    }
    return outcome;
}

static struct sandbox_outcome check(struct arena *arena, const char *solution, const char *test)
{
    return check_within(arena, solution, test, 10'000);
}

static bool passes(const struct sandbox_outcome *outcome)
{
    return outcome->end == SANDBOX_EXITED && outcome->exit_code == CHECK_PASSED;
}

static void cheats__are_refused(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct text file;
    const char *folder = strrchr(__FILE__, '/');
    const char *path = arena_print(arena, "%.*scheats.py", (int)(folder - __FILE__) + 1, __FILE__);
    size_t count = 0;
    size_t accepted = 0;

    CHECK(file_read(arena, path, 1 << 20, &file, &fault) == OK);
    for (const char *at = strstr(file.at, "#===="); at != NULL;) {
        const char *end = strstr(at + 5, "#====");
        size_t size = end == NULL ? strlen(at) : (size_t)(end - at);
        const char *solution = arena_copy(arena, at, size);
        struct sandbox_outcome outcome = check_within(arena, solution, TEST, 400);

        bool failed = outcome.end == SANDBOX_EXITED && outcome.exit_code == CHECK_FAILED;

        if (outcome.end == SANDBOX_BROKEN || (outcome.end == SANDBOX_EXITED && !failed)) {
            printf("# accepted, unscored or broken: %.40s: %s\n", solution, outcome.note);
            accepted++;
        }
        count++;
        at = end;
    }
    printf("# %zu cheats\n", count);
    CHECK(count >= 100);
    CHECK(accepted == 0);
}

static void honest__passes(void)
{
    ARENA_SCOPE arena = arena_new();
    struct sandbox_outcome good = check(arena, "def f(x): return x * x + 1\n", TEST);
    struct sandbox_outcome wrong = check(arena, "def f(x): return x * x\n", TEST);

    CHECK(passes(&good));
    CHECK(wrong.end == SANDBOX_EXITED && wrong.exit_code == CHECK_FAILED);
}

static void plain_values__travel_exactly(void)
{
    static const char VALUES[] = "def check(c):\n"
                                 "    for v in (None, True, 1, -2**70, 10**5000, 1.5, "
                                 "float('inf'), 'é\\n', b'\\x00\\xff', [],\n"
                                 "              (1, (2,)), {1: {2: [3]}}, {(1, 2): {3}}, {1, 2}, "
                                 "frozenset({3}), 2+3j):\n"
                                 "        r = c(v)\n"
                                 "        assert type(r) is type(v) and r == v, v\n"
                                 "    assert c({1: 'a'}, ) == {1: 'a'}\n"
                                 "    assert str(c(-0.0)) == '-0.0'\n";
    ARENA_SCOPE arena = arena_new();
    struct sandbox_outcome outcome = check(arena, "def f(x): return x\n", VALUES);

    CHECK(passes(&outcome));
}

static void exceptions__keep_their_type(void)
{
    static const char TESTS[] = "def check(c):\n"
                                "    try:\n"
                                "        c(1)\n"
                                "    except ValueError as e:\n"
                                "        assert str(e) == 'no'\n"
                                "        return\n"
                                "    assert False\n";
    ARENA_SCOPE arena = arena_new();
    struct sandbox_outcome good = check(arena, "def f(x): raise ValueError('no')\n", TESTS);
    struct sandbox_outcome wrong = check(arena, "def f(x): raise KeyError('no')\n", TESTS);

    CHECK(passes(&good));
    CHECK(!passes(&wrong));
}

static void tests_that_check_nothing__are_unscored(void)
{
    ARENA_SCOPE arena = arena_new();
    struct sandbox_outcome none = check(arena, "def f(x): return 1\n", "def check(c): pass\n");
    struct sandbox_outcome missing = check(arena, "def f(x): return 1\n", "x = 1\n");
    struct sandbox_outcome unfit =
        check(arena, "def f(x): return 1\n", "def check(c): assert c(lambda: 1) == 1\n");

    CHECK(none.end == SANDBOX_EXITED && none.exit_code == CHECK_UNSCORED);
    CHECK(missing.exit_code == CHECK_UNSCORED);
    CHECK(unfit.exit_code == CHECK_UNSCORED);
}

/* An exception that ends a loop would let the tests end before they have begun. */
static void iterating_tests__are_not_cut_short(void)
{
    static const char *const TESTS[] = {
        "def check(c):\n    assert all(map(lambda x: c(x) == x + 1, range(9)))\n",
        "def check(c):\n    for x, y in zip(range(9), map(c, range(9))):\n"
        "        assert y == x + 1\n",
        "def check(c):\n    for y in iter(lambda: c(1), None):\n        assert y == 2\n"
        "        return\n",
        "def check(c):\n    assert all(c(x) == x + 1 for x in range(9))\n"};
    static const char *const CHEATS[] = {
        "def f(x): raise StopIteration\n", "def f(x): raise StopAsyncIteration\n",
        "class E(StopIteration): pass\nE.__name__ = 'StopIteration'\ndef f(x): raise E\n",
        "def f(x): raise GeneratorExit\n", "def f(x): raise IndexError\n"};
    ARENA_SCOPE arena = arena_new();

    for (size_t i = 0; i < COUNT(TESTS); i++) {
        struct sandbox_outcome honest = check(arena, "def f(x): return x + 1\n", TESTS[i]);

        CHECK(passes(&honest));
        for (size_t k = 0; k < COUNT(CHEATS); k++) {
            struct sandbox_outcome outcome = check(arena, CHEATS[k], TESTS[i]);

            CHECK(!passes(&outcome) && outcome.end != SANDBOX_BROKEN);
        }
    }
}

static void swallowing_tests__do_not_pass_the_dead(void)
{
    static const char TESTS[] = "def check(c):\n"
                                "    assert c(1) == 1\n"
                                "    try: c(2)\n"
                                "    except BaseException: pass\n";
    ARENA_SCOPE arena = arena_new();
    struct sandbox_outcome outcome =
        check(arena, "import os\ndef f(x):\n    if x == 2: os._exit(0)\n    return 1\n", TESTS);

    CHECK(!passes(&outcome));
}

/* Unscored is worth more to a cheat than a failure: only the tests may bring it about. */
static void no_solution__escapes_its_failure(void)
{
    static const char SWALLOWS[] = "def check(c):\n"
                                   "    try: assert c(1) == 2\n"
                                   "    except AssertionError: raise\n"
                                   "    except Exception: pass\n";
    static const char PASSES_ON[] = "def check(c):\n    assert c(c(3)) == 101\n";
    ARENA_SCOPE arena = arena_new();
    struct sandbox_outcome dead = check(arena, "import os\nos._exit(0)\n", SWALLOWS);
    struct sandbox_outcome range = check(arena, "def f(x): return range(3)\n", PASSES_ON);
    struct sandbox_outcome honest = check(arena, "def f(x): return x * x + 1\n", PASSES_ON);

    CHECK(dead.end == SANDBOX_EXITED && dead.exit_code == CHECK_FAILED);
    CHECK(range.end == SANDBOX_EXITED && range.exit_code == CHECK_FAILED);
    CHECK(passes(&honest));
}

static void solution__cannot_read_what_tests_print(void)
{
    static const char TESTS[] = "import sys\n"
                                "def check(c):\n"
                                "    print('expected', 77, flush=True)\n"
                                "    print('expected', 77, file=sys.stderr, flush=True)\n"
                                "    assert c(1) == 77\n";
    static const char READS[] = "import os\n"
                                "def f(x):\n"
                                "    return max(int(os.pread(fd, 99, 0).split()[-1] or 0)\n"
                                "               for fd in (1, 2))\n";
    ARENA_SCOPE arena = arena_new();
    struct sandbox_outcome outcome = check(arena, READS, TESTS);

    CHECK(outcome.end == SANDBOX_EXITED && outcome.exit_code == CHECK_FAILED);
}

int main(void)
{
    static const struct test_case cases[] = {
        CASE(honest__passes),
        CASE(plain_values__travel_exactly),
        CASE(exceptions__keep_their_type),
        CASE(tests_that_check_nothing__are_unscored),
        CASE(iterating_tests__are_not_cut_short),
        CASE(swallowing_tests__do_not_pass_the_dead),
        CASE(no_solution__escapes_its_failure),
        CASE(solution__cannot_read_what_tests_print),
        CASE(cheats__are_refused),
    };
    struct sandbox_options options = sandbox_options_default;
    struct fault fault = {0};

    options.kind = SANDBOX_PYTHON;
    options.memory_mib = 512;
    if (sandbox_new(&options, &sandbox, &fault) != OK) {
        printf("1..0 # SKIP %s\n", fault.text);
        return 0;
    }
    int failed = test_main(cases, COUNT(cases));

    sandbox_free(sandbox);
    return failed;
}
