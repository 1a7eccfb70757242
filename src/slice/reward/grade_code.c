#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "sandbox/judge/judge.h"
#include "slice/reward/grade.h"
#include "slice/reward/program.h"
#include "slice/reward/verifier.h"

enum { REWARD_MAX = 4096 };

/* Below /tmp, where a job begins; the root shows them at /app, /tests and /logs too. */
#define WORLD "app/"
#define TESTS "tests/"

/* The clock of a program starts when it does, not while it waits for a slot. */
static void note_run(struct graded *out, const struct sandbox_outcome *outcome)
{
    out->level = outcome->level;
    out->micros += outcome->wall_us;
}

static struct verdict bad_request(struct arena *scratch, const struct fault *fault)
{
    return verdict_unscored(REASON_VERIFIER,
                            arena_print(scratch, "%s%s%s", fault->field,
                                        fault->field[0] == '\0' ? "" : ": ", fault->text));
}

/* ------------------------------------------------------------------ functions */

static struct verdict judge_function(const struct grading *grading, const struct known *known,
                                     struct text answer, struct arena *scratch, struct graded *out)
{
    const struct verifier *verifier = &known->verifier;
    struct sandbox_check check = {.prompt = verifier->prompt,
                                  .solution = arena_copy(scratch, answer.at, answer.size),
                                  .test = verifier->test,
                                  .entry = verifier->entry,
                                  .split = verifier->split,
                                  .limits = verifier->limits,
                                  .cancel = grading->cancel};
    struct sandbox_outcome outcome;
    struct fault fault = {0};

    if (sandbox_check_python(grading->python, &check, scratch, &outcome, &fault) != OK) {
        return bad_request(scratch, &fault);
    }
    note_run(out, &outcome);
    return judge_check(&outcome);
}

/* ------------------------------------------------------------------ programs */

/* Line by line; blanks at their ends and blank lines at the end say nothing. */
static bool same_output(struct text got, struct text want)
{
    got = text_trim(got);
    want = text_trim(want);
    while (got.size > 0 && want.size > 0) {
        struct text got_line;
        struct text want_line;

        text_cut(&got, '\n', &got_line);
        text_cut(&want, '\n', &want_line);
        if (!text_equal(text_trim(got_line), text_trim(want_line))) {
            return false;
        }
    }
    return got.size == want.size;
}

static struct verdict judge_case(const struct grading *grading, const struct known *known,
                                 const struct verifier_case *one, struct text answer,
                                 struct arena *scratch, struct graded *out)
{
    struct program program = {.language = known->verifier.language,
                              .source = answer,
                              .input = text_of(one->input),
                              .limits = known->verifier.limits,
                              .cancel = grading->cancel};
    struct sandbox_outcome outcome;
    struct fault fault = {0};

    if (program_run(grading->commands, &program, scratch, &outcome, &fault) != OK) {
        return bad_request(scratch, &fault);
    }
    note_run(out, &outcome);
    if (outcome.end != SANDBOX_EXITED) {
        return judge_end(&outcome);
    }
    if (outcome.exit_code != 0) {
        return verdict_fail(REASON_CRASH,
                            arena_print(scratch, "it ended with %d", outcome.exit_code));
    }
    return same_output(outcome.output, text_of(one->output)) ? verdict_pass()
                                                             : verdict_fail(REASON_WRONG, NULL);
}

/* Without `partial` the first case that fails decides; what could not be judged always does. */
static struct verdict judge_program(const struct grading *grading, const struct known *known,
                                    struct text answer, struct arena *scratch, struct graded *out)
{
    const struct verifier_case *cases = known->verifier.cases.at;
    size_t count = known->verifier.cases.count;
    struct verdict first = verdict_pass();
    size_t passed = 0;

    for (size_t i = 0; i < count; i++) {
        struct verdict verdict = judge_case(grading, known, &cases[i], answer, scratch, out);

        if (verdict.kind == VERDICT_UNSCORED) {
            return verdict;
        }
        passed += verdict.kind == VERDICT_PASS;
        if (verdict.kind == VERDICT_FAIL && first.kind == VERDICT_PASS) {
            first = verdict;
            first.note = arena_print(scratch, "case %zu of %zu: %s", i + 1, count,
                                     verdict.note == NULL ? "wrong output" : verdict.note);
        }
        if (first.kind == VERDICT_FAIL && !known->verifier.partial) {
            return first;
        }
    }
    return passed == 0 ? first : verdict_of_score((double)passed / (double)count);
}

/* ------------------------------------------------------------------ scripts in a world */

static const struct program_file *lay_world(struct arena *arena, const struct grade_task *task,
                                            size_t extra, size_t *count)
{
    size_t given = task == NULL ? 0 : task->file_count;
    struct program_file *files = arena_array(arena, struct program_file, given + extra);

    for (size_t i = 0; i < given; i++) {
        files[i] =
            (struct program_file){.path = arena_print(arena, WORLD "%s", task->files[i].path),
                                  .content = task->files[i].content,
                                  .mode = task->files[i].mode};
    }
    *count = given;
    return files;
}

/* The answer works in the world; what it leaves is carried over as an archive, and nothing else. */
static enum err work_in_world(const struct grading *grading, const struct known *known,
                              const struct grade_task *task, struct text answer,
                              struct arena *scratch, struct sandbox_outcome *outcome)
{
    static const char SCRIPT[] =
        "mkdir -p app && cd app && /bin/bash ../answer.sh >/dev/null 2>&1 </dev/null\n"
        "code=$?\n"
        "cd /tmp && tar -cf left.tar app || exit 1\n"
        "exit \"$code\"\n";
    static const char *const COMMAND[] = {"/bin/sh", "-c", SCRIPT, NULL};
    struct fault fault = {0};
    size_t count;
    struct program_file *files =
        (struct program_file *)(uintptr_t)lay_world(scratch, task, 1, &count);

    files[count++] = (struct program_file){.path = "answer.sh", .content = answer, .mode = 0644};
    struct program program = {.command = COMMAND,
                              .files = files,
                              .file_count = count,
                              .keep = "left.tar",
                              .limits = known->verifier.limits,
                              .cancel = grading->cancel};

    program.limits.output_kib = program.limits.file_mib * 1024;
    return program_run(grading->commands, &program, scratch, outcome, &fault);
}

/* The tests meet what was left in a fresh job, where nothing of the answer runs any more. Processes
 * of the answer may have written the archive: whatever its entries are called, they land in the
 * world, and a file of the tests cannot be among them. */
static enum err test_world(const struct grading *grading, const struct known *known,
                           struct text left, struct arena *scratch, struct sandbox_outcome *outcome)
{
    static const char SCRIPT[] = "mkdir -p app logs/verifier\n"
                                 "tar -xf left.tar -C app --strip-components=1\n"
                                 "rm left.tar\n"
                                 "cd app && exec \"$@\"\n";
    const struct verifier *verifier = &known->verifier;
    const struct verifier_file *tests = verifier->files.at;
    size_t count = verifier->files.count;
    struct program_file *files = arena_array(scratch, struct program_file, count + 1);
    const char **command = arena_array(scratch, const char *, verifier->command.count + 5);
    struct fault fault = {0};

    for (size_t i = 0; i < count; i++) {
        files[i] = (struct program_file){.path = arena_print(scratch, TESTS "%s", tests[i].path),
                                         .content = text_of(tests[i].content),
                                         .mode = tests[i].mode};
    }
    files[count] = (struct program_file){.path = "left.tar", .content = left, .mode = 0600};
    command[0] = "/bin/sh";
    command[1] = "-c";
    command[2] = SCRIPT;
    command[3] = "sh";
    for (size_t i = 0; i < verifier->command.count; i++) {
        command[4 + i] = verifier->command.at[i];
    }
    struct program program = {.command = command,
                              .files = files,
                              .file_count = count + 1,
                              .keep = verifier->reward_path,
                              .limits = verifier->limits,
                              .cancel = grading->cancel};

    return program_run(grading->commands, &program, scratch, outcome, &fault);
}

/* A number, or an object whose member `reward` is one. */
static struct verdict read_reward(struct text said, struct arena *scratch)
{
    struct fault ignored;
    struct json *tree;

    if (text_trim(said).size == 0) {
        return verdict_unscored(REASON_UNCHECKED, "the tests left no reward");
    }
    if (said.size > REWARD_MAX || json_parse(scratch, text_trim(said), &tree, &ignored) != OK) {
        return verdict_unscored(REASON_VERIFIER, "the reward that the tests left is no number");
    }
    const struct json *number = tree->kind == JSON_OBJECT ? json_member(tree, "reward") : tree;

    if (number == NULL || (number->kind != JSON_INT && number->kind != JSON_REAL)) {
        return verdict_unscored(REASON_VERIFIER, "the reward that the tests left is no number");
    }
    return verdict_of_score(number->real);
}

static struct verdict judge_script(const struct grading *grading, const struct known *known,
                                   const struct grade_task *task, struct text answer,
                                   struct arena *scratch, struct graded *out)
{
    struct sandbox_outcome outcome;

    if (work_in_world(grading, known, task, answer, scratch, &outcome) != OK) {
        return verdict_unscored(REASON_VERIFIER, "the world cannot be laid out");
    }
    note_run(out, &outcome);
    if (outcome.end != SANDBOX_EXITED) {
        return judge_end(&outcome);
    }
    if (outcome.output.size == 0 || outcome.cut) {
        return verdict_fail(REASON_OUTPUT, "what it left is too large, or gone");
    }
    if (test_world(grading, known, outcome.output, scratch, &outcome) != OK) {
        return verdict_unscored(REASON_VERIFIER, "the tests cannot be laid out");
    }
    if (outcome.end != SANDBOX_EXITED) {
        return judge_end(&outcome);
    }
    return read_reward(outcome.output, scratch);
}

struct verdict grade_code(const struct grading *grading, const struct known *known,
                          const struct grade_task *task, struct text answer, struct arena *scratch,
                          struct graded *out)
{
    struct verdict verdict;

    out->sandboxed = true;
    out->limits = known->verifier.limits;
    if (strcmp(known->verifier.check, "code") == 0) {
        verdict = judge_function(grading, known, answer, scratch, out);
    } else if (strcmp(known->verifier.check, "program") == 0) {
        verdict = judge_program(grading, known, answer, scratch, out);
    } else {
        verdict = judge_script(grading, known, task, answer, scratch, out);
    }
    if (verdict.reason == REASON_SANDBOX && *grading->cancel) {
        verdict = verdict_unscored(REASON_CANCELLED, "nobody waits for it any more");
    }
    return verdict;
}
