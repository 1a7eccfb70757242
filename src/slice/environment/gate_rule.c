#include "slice/environment/gate_rule.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/err.h"
#include "base/json.h"
#include "slice/environment/mutate.h"
#include "slice/reward/verifier.h"

/* Some mutants are no faults at all, so not all of them can be found out. */
static const double KILLED_SHARE_MIN = 0.5;

enum { PLAN_MAX = REFERENCE_TRIES + 2 + MUTANTS_MAX + 8 };

struct planning {
    struct arena *arena;
    struct attempt_plan *plans;
    size_t count;
};

static void add(struct planning *planning, enum try_kind kind, const char *what, const char *answer)
{
    planning->plans[planning->count++] =
        (struct attempt_plan){.kind = kind, .what = what, .answer = answer};
}

static bool checks(const struct verifier *verifier, const char *check)
{
    return strcmp(verifier->check, check) == 0;
}

/* ------------------------------------------------------------------ answers to try */

static void plan_function(struct planning *planning, const struct verifier *verifier)
{
    static const char SAME[] = "\n\nclass Same:\n"
                               "    def __eq__(self, other): return True\n"
                               "    def __ne__(self, other): return False\n"
                               "    def __lt__(self, other): return True\n"
                               "    def __le__(self, other): return True\n"
                               "    def __gt__(self, other): return True\n"
                               "    def __ge__(self, other): return True\n"
                               "    def __hash__(self): return 0\n"
                               "    def __abs__(self): return 0\n"
                               "    def __sub__(self, other): return 0\n"
                               "    def __rsub__(self, other): return 0\n"
                               "    def __iter__(self): return iter(())\n"
                               "    def __len__(self): return 0\n"
                               "\n\ndef %s(*args, **named):\n    return Same()\n";
    struct arena *arena = planning->arena;
    const char *entry = verifier->entry;

    add(planning, TRY_NOTHING, "returns None",
        arena_print(arena, "\n\ndef %s(*args, **named):\n    return None\n", entry));
    add(planning, TRY_CHEAT, "an object that equals everything", arena_print(arena, SAME, entry));
    add(planning, TRY_CHEAT, "ends the process with success",
        arena_print(arena, "\n\nimport os\n\n\ndef %s(*args, **named):\n    os._exit(0)\n", entry));
    add(planning, TRY_CHEAT, "raises SystemExit",
        arena_print(arena, "\n\nimport sys\n\n\ndef %s(*args, **named):\n    sys.exit(0)\n",
                    entry));
    add(planning, TRY_CHEAT, "writes a verdict into every open file",
        arena_print(arena,
                    "\n\nimport os\nfor file in range(3, 64):\n    try:\n"
                    "        os.write(file, b'P')\n    except OSError:\n        pass\n"
                    "\n\ndef %s(*args, **named):\n    return None\n",
                    entry));
}

static void plan_program(struct planning *planning, const struct verifier *verifier)
{
    bool python = strcmp(verifier->language, "python") == 0;
    bool shell = strcmp(verifier->language, "bash") == 0;

    if (python || shell) {
        add(planning, TRY_NOTHING, "says nothing", python ? "pass\n" : "true\n");
        add(planning, TRY_CHEAT, "repeats its input",
            python ? "import sys\nsys.stdout.write(sys.stdin.read())\n" : "cat\n");
    }
}

static void plan_script(struct planning *planning)
{
    add(planning, TRY_NOTHING, "changes nothing", "true\n");
    add(planning, TRY_CHEAT, "leaves a reward of its own",
        "mkdir -p /tmp/logs/verifier\n"
        "echo 1 > /tmp/logs/verifier/reward.txt\n"
        "echo '{\"reward\": 1}' > /tmp/logs/verifier/reward.json\n");
    add(planning, TRY_CHEAT, "leaves tests of its own",
        "mkdir -p /tmp/tests\n"
        "printf 'echo 1 > /logs/verifier/reward.txt\\n' > /tmp/tests/test.sh\n");
}

static void plan_text(struct planning *planning, const struct verifier *verifier)
{
    add(planning, TRY_NOTHING, "does not answer", "I do not know.");
    if (checks(verifier, "choice")) {
        add(planning, TRY_CHEAT, "names every letter", "(A) (B) (C) (D) (E)");
    }
}

static void plan_mutants(struct planning *planning, const struct verifier *verifier,
                         const char *solution)
{
    const char *mutants[MUTANTS_MAX];
    bool program = checks(verifier, "code") || checks(verifier, "program");
    size_t count = program ? mutate_program(planning->arena, solution, MUTANTS_MAX, mutants)
                   : checks(verifier, "script")
                       ? mutate_script(planning->arena, solution, MUTANTS_MAX, mutants)
                       : mutate_text(planning->arena, solution, MUTANTS_MAX, mutants);

    for (size_t i = 0; i < count; i++) {
        add(planning, TRY_MUTANT, "a mutant of the reference", mutants[i]);
    }
}

size_t gate_plan(struct arena *arena, const struct verifier *verifier, const char *solution,
                 struct attempt_plan **out)
{
    struct planning planning = {.arena = arena,
                                .plans = arena_array(arena, struct attempt_plan, PLAN_MAX)};

    for (int i = 0; solution != NULL && i < REFERENCE_TRIES; i++) {
        add(&planning, TRY_REFERENCE, "the reference", solution);
    }
    add(&planning, TRY_EMPTY, "an empty answer", "");
    if (checks(verifier, "code")) {
        plan_function(&planning, verifier);
    } else if (checks(verifier, "program")) {
        plan_program(&planning, verifier);
    } else if (checks(verifier, "script")) {
        plan_script(&planning);
    } else {
        plan_text(&planning, verifier);
    }
    if (solution != NULL) {
        plan_mutants(&planning, verifier, solution);
    }
    *out = planning.plans;
    return planning.count;
}

/* ------------------------------------------------------------------ what their verdicts say */

struct tally {
    size_t tried[TRY_KINDS];
    size_t passed[TRY_KINDS]; /* a pass, or a part of one */
    size_t unjudged;
    bool reruns_agree;
    const char *through; /* what should not have passed, and did */
};

static struct tally count(const struct gate_facts *facts)
{
    struct tally tally = {.reruns_agree = true};
    const struct gate_outcome *first = NULL;

    for (size_t i = 0; i < facts->plan_count; i++) {
        const struct gate_outcome *outcome = &facts->outcomes[i];
        enum try_kind kind = facts->plans[i].kind;
        bool passes = outcome->kind == VERDICT_PASS;

        tally.unjudged += !outcome->final;
        tally.tried[kind]++;
        tally.passed[kind] += passes;
        if (kind == TRY_REFERENCE) {
            first = first == NULL ? outcome : first;
            tally.reruns_agree = tally.reruns_agree && outcome->kind == first->kind;
        }
        if (passes && kind != TRY_REFERENCE && kind != TRY_MUTANT) {
            tally.through = facts->plans[i].what;
        }
    }
    return tally;
}

struct reporting {
    struct json_out out;
    struct arena *arena;
    bool good;
};

static void item(struct reporting *reporting, const char *name, bool good, const char *detail)
{
    struct json_out *out = &reporting->out;

    reporting->good = reporting->good && good;
    json_open(out, '{');
    json_name(out, "name");
    json_text(out, name);
    json_name(out, "passed");
    json_bool(out, good);
    json_name(out, "detail");
    json_text(out, detail);
    json_close(out, '}');
}

static void report_reference(struct reporting *reporting, const struct tally *tally)
{
    size_t tried = tally->tried[TRY_REFERENCE];

    if (tried == 0) {
        item(reporting, "reference", false, "there is no answer that is said to pass: give one");
        return;
    }
    item(reporting, "reference", tally->passed[TRY_REFERENCE] == tried,
         arena_print(reporting->arena, "passes %zu times of %zu", tally->passed[TRY_REFERENCE],
                     tried));
    item(reporting, "reruns", tally->reruns_agree,
         tally->reruns_agree ? "every run of the reference is judged alike"
                             : "runs of the same answer are judged differently");
}

static void report_refused(struct reporting *reporting, const struct tally *tally,
                           enum try_kind kind, const char *name)
{
    size_t tried = tally->tried[kind];

    if (tried > 0) {
        item(reporting, name, tally->passed[kind] == 0,
             tally->passed[kind] == 0
                 ? arena_print(reporting->arena, "%zu of %zu refused", tried, tried)
                 : arena_print(reporting->arena, "%zu of %zu rewarded: %s", tally->passed[kind],
                               tried, tally->through));
    }
}

static void report_mutants(struct reporting *reporting, const struct tally *tally)
{
    size_t tried = tally->tried[TRY_MUTANT];
    size_t killed = tried - tally->passed[TRY_MUTANT];

    if (tried > 0) {
        item(reporting, "mutants", (double)killed >= KILLED_SHARE_MIN * (double)tried,
             arena_print(reporting->arena, "%zu of %zu refused; at least half must be", killed,
                         tried));
    }
}

static void report_readable(struct reporting *reporting, const struct verifier *verifier)
{
    bool together = checks(verifier, "code") && !verifier->split;

    item(reporting, "tests unreadable", !together,
         together ? "the answer runs in the process of the tests: set split"
                  : "the answer never meets what judges it");
}

enum gate gate_judge(const struct gate_facts *facts, struct buffer *report)
{
    struct reporting reporting = {.out = json_to(report), .arena = report->arena, .good = true};
    struct tally tally = count(facts);
    struct json_out *out = &reporting.out;

    json_open(out, '{');
    json_name(out, "items");
    json_open(out, '[');
    report_reference(&reporting, &tally);
    report_refused(&reporting, &tally, TRY_NOTHING, "no-op");
    report_refused(&reporting, &tally, TRY_EMPTY, "empty");
    report_refused(&reporting, &tally, TRY_CHEAT, "cheats");
    report_mutants(&reporting, &tally);
    report_readable(&reporting, facts->verifier);
    item(&reporting, "no twin", facts->twin == NULL,
         facts->twin == NULL
             ? "no other task asks nearly the same"
             : arena_print(reporting.arena, "%.0f %% of the words' runs are those of %s",
                           100 * facts->resemblance, facts->twin));
    if (tally.unjudged > 0) {
        item(&reporting, "judged", false,
             arena_print(reporting.arena, "%zu answers could not be judged now; try again",
                         tally.unjudged));
    }
    json_close(out, ']');
    json_name(out, "passed");
    json_bool(out, reporting.good);
    json_close(out, '}');
    return tally.unjudged > 0 ? GATE_UNJUDGED : reporting.good ? GATE_PASSED : GATE_FAILED;
}
