#include "base/arena.h"
#include "base/fault.h"
#include "check.h"
#include "sandbox/sandbox.h"

static struct sandbox *sandbox;
static const char *const NOTHING[] = {NULL};

static struct sandbox_outcome shell(struct arena *arena, const char *script, const char *input)
{
    const char *const arguments[] = {"/bin/sh", "-c", script, NULL};
    struct sandbox_job job = {.arguments = arguments,
                              .environment = NOTHING,
                              .input = text_of(input),
                              .limits = sandbox_limits_default};
    struct sandbox_outcome outcome = {.end = SANDBOX_BROKEN};
    struct fault fault = {0};

    job.limits.wall_ms = 1500;
    job.limits.memory_mib = 64;
    job.limits.output_kib = 1;
    job.limits.file_mib = 1;
    if (sandbox_run(sandbox, &job, arena, &outcome, &fault) != OK) {
        outcome.note = "refused";
    }
    return outcome;
}

static void run__hands_over_input_output_and_code(void)
{
    ARENA_SCOPE arena = arena_new();
    struct sandbox_outcome outcome = shell(arena, "cat; echo err >&2; exit 7", "in\n");

    CHECK(outcome.end == SANDBOX_EXITED && outcome.exit_code == 7);
    CHECK(text_is(outcome.output, "in\n"));
    CHECK(text_is(outcome.error, "err\n"));
}

static void run__ends_at_the_deadline(void)
{
    ARENA_SCOPE arena = arena_new();
    struct sandbox_outcome outcome = shell(arena, "while true; do :; done", "");

    CHECK(outcome.end == SANDBOX_TIMEOUT);
}

static void run__cuts_output_and_says_so(void)
{
    ARENA_SCOPE arena = arena_new();
    struct sandbox_outcome cut = shell(arena,
                                       "i=0; while [ $i -lt 999 ]; do echo 0123456789; "
                                       "i=$((i+1)); done",
                                       "");
    struct sandbox_outcome flood = shell(arena, "exec /usr/bin/yes", "");

    CHECK(cut.end == SANDBOX_EXITED && cut.cut && cut.output.size == 1024);
    CHECK(flood.end == SANDBOX_OUTPUT);
}

static void run__keeps_nothing_for_the_next(void)
{
    ARENA_SCOPE arena = arena_new();
    struct sandbox_outcome first = shell(arena,
                                         "echo x > /tmp/x; mkdir -p /tmp/a/b/c; chmod 0 "
                                         "/tmp/a; (sleep 60 &) ; echo done",
                                         "secret");
    struct sandbox_outcome next = shell(arena, "ls -A /tmp; cat; ls /proc | grep -c '^[0-9]'", "");

    CHECK(text_is(first.output, "done\n"));
    CHECK(next.end == SANDBOX_EXITED);
    /* itself, ls and grep */
    CHECK(text_is(next.output, "3\n") || text_is(next.output, "4\n"));
}

static void run__names_what_cannot_be_executed(void)
{
    ARENA_SCOPE arena = arena_new();
    const char *const arguments[] = {"/usr/bin/no-such-program", NULL};
    const char *const relative[] = {"true", NULL};
    struct sandbox_job job = {
        .arguments = arguments, .environment = NOTHING, .limits = sandbox_limits_default};
    struct sandbox_outcome outcome;
    struct fault fault = {0};

    CHECK(sandbox_run(sandbox, &job, arena, &outcome, &fault) == OK);
    CHECK(outcome.end == SANDBOX_EXITED && outcome.exit_code == 127);
    CHECK(strstr(outcome.note, "no-such-program") != NULL);
    job.arguments = relative;
    CHECK(sandbox_run(sandbox, &job, arena, &outcome, &fault) == ERR_INVALID);
}

static void run__survives_a_thousand_jobs(void)
{
    ARENA_SCOPE arena = arena_new();
    struct arena_mark mark = arena_mark(arena);

    for (int i = 0; i < 1000; i++) {
        CHECK(shell(arena, "exit 0", "").end == SANDBOX_EXITED);
        arena_undo(arena, mark);
    }
}

int main(void)
{
    static const struct test_case cases[] = {
        CASE(run__hands_over_input_output_and_code), CASE(run__ends_at_the_deadline),
        CASE(run__cuts_output_and_says_so),          CASE(run__keeps_nothing_for_the_next),
        CASE(run__names_what_cannot_be_executed),    CASE(run__survives_a_thousand_jobs),
    };
    struct sandbox_options options = sandbox_options_default;
    struct fault fault = {0};

    options.jobs_max = 300; /* so that slots are replaced on the way */
    if (sandbox_new(&options, &sandbox, &fault) != OK) {
        printf("1..0 # SKIP %s\n", fault.text);
        return 0;
    }
    int failed = test_main(cases, COUNT(cases));

    sandbox_free(sandbox);
    return failed;
}
