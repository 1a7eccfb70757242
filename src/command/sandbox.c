#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "cli/command.h"
#include "command/groups.h"
#include "sandbox/attack.h"
#include "sandbox/sandbox.h"
#include "sys/file.h"

enum { INPUT_MAX = 64 * 1024 * 1024 };

static const char *yes_no(bool yes)
{
    return yes ? "yes" : "no";
}

static enum err run_probe(struct invocation *call)
{
    struct sandbox_probe probe;

    sandbox_probe(&probe);
    fprintf(call->out, "level\t%s\n", sandbox_level_name(probe.level));
    fprintf(call->out, "owner is root\t%s\n", yes_no(probe.privileged));
    fprintf(call->out, "namespaces\t%s\n", yes_no(probe.namespaces));
    fprintf(call->out, "system-call filter\t%s\n", yes_no(probe.filter));
    fprintf(call->out, "Landlock version\t%d\n", probe.landlock);
    fprintf(call->out, "memory control group\t%s\n", yes_no(probe.memory_group));
    fprintf(call->out, "process control group\t%s\n", yes_no(probe.process_group));
    if (probe.why[0] != '\0') {
        fprintf(call->out, "not higher because\t%s\n", probe.why);
    }
    return OK;
}

struct run_options {
    struct sandbox_limits limits;
    const char *level;
    const char *input;
    struct texts readable;
    struct texts environment;
    int64_t disk_mib;
    bool quiet;
};

static const struct run_options run_defaults = {.limits = {.wall_ms = 10'000,
                                                           .cpu_ms = 10'000,
                                                           .memory_mib = 512,
                                                           .file_mib = 32,
                                                           .output_kib = 1024,
                                                           .process_max = 64,
                                                           .open_max = 128},
                                                .level = "namespace",
                                                .disk_mib = 64};

#define LIMIT(member, text, low, high)                                                             \
    {                                                                                              \
        .name = #member, .kind = FIELD_INT,                                                        \
        .offset = offsetof(struct run_options, limits) + offsetof(struct sandbox_limits, member),  \
        .doc = (text), .optional = true, .min = (low), .max = (high)                               \
    }

static const struct field run_fields[] = {
    LIMIT(wall_ms, "Milliseconds on the clock [10000]", 1, 3'600'000),
    LIMIT(cpu_ms, "Processor milliseconds of one process [10000]", 1, 3'600'000),
    LIMIT(memory_mib, "MiB of all processes together [512]", 8, 1'048'576),
    LIMIT(address_mib, "MiB of addresses of one process [as memory]", 0, 1'073'741'824),
    LIMIT(file_mib, "MiB of one file, output included [32]", 1, 1'048'576),
    LIMIT(output_kib, "KiB printed of each stream [1024]", 1, 65'536),
    LIMIT(process_max, "Processes and threads [64]", 1, 500),
    LIMIT(open_max, "Open files of one process [128]", 8, 4096),
    INT(run_options, disk_mib, .doc = "MiB of temporary files [64]", .optional = true, .min = 1,
        .max = 1'048'576),
    TEXT(run_options, level, .doc = "Least isolation that will do [namespace]",
         .choices = "none|filter|namespace|full", .optional = true),
    TEXT(run_options, input, .doc = "File for standard input [none]", .optional = true),
    TEXTS(run_options, readable, .doc = "Absolute path that the command may read; repeatable",
          .optional = true),
    TEXTS(run_options, environment, .doc = "NAME=VALUE for the command; repeatable",
          .optional = true),
    BOOL(run_options, quiet, .doc = "Do not print how it ended", .optional = true),
};
static const struct shape run_shape =
    SHAPE(run_options, run_fields, "How to run a command", .defaults = &run_defaults);

static const char *const *words_with_end(struct arena *arena, struct texts words)
{
    const char **list = arena_array(arena, const char *, words.count + 1);

    for (size_t i = 0; i < words.count; i++) {
        list[i] = words.at[i];
    }
    return list;
}

static const char *const *environment_of(struct arena *arena, struct texts given)
{
    static const char *const ALWAYS[] = {"PATH=/usr/bin:/bin", "HOME=/tmp", "LANG=C.UTF-8"};
    const char **list = arena_array(arena, const char *, given.count + COUNT(ALWAYS) + 1);
    size_t count = 0;

    for (size_t i = 0; i < COUNT(ALWAYS); i++) {
        list[count++] = ALWAYS[i];
    }
    for (size_t i = 0; i < given.count; i++) {
        list[count++] = given.at[i];
    }
    return list;
}

static void print_end(FILE *to, const struct sandbox_outcome *outcome, enum sandbox_level level)
{
    fprintf(to,
            "sandbox: level=%s end=%s exit=%d signal=%d wall_us=%lld cpu_us=%lld memory_kib=%lld%s",
            sandbox_level_name(level), sandbox_end_name(outcome->end), outcome->exit_code,
            outcome->signal, (long long)outcome->wall_us, (long long)outcome->cpu_us,
            (long long)outcome->memory_kib, outcome->cut ? " output=cut" : "");
    fprintf(to, "%s%s\n", outcome->note[0] == '\0' ? "" : " note=", outcome->note);
}

static enum err run_run(struct invocation *call)
{
    const struct run_options *given = call->options;
    struct sandbox_options options = sandbox_options_default;
    struct sandbox_job job = {.limits = given->limits};
    struct sandbox_outcome outcome = {0};
    struct sandbox *sandbox = NULL;

    (void)sandbox_level_named(given->level, &options.level_min);
    options.disk_mib = given->disk_mib;
    options.memory_mib = given->limits.memory_mib;
    options.readable = given->readable;
    job.arguments =
        words_with_end(call->arena, (struct texts){.at = call->words, .count = call->word_count});
    job.environment = environment_of(call->arena, given->environment);
    if (given->input != NULL) {
        TRY(file_read(call->arena, given->input, INPUT_MAX, &job.input, call->fault));
    }
    TRY(sandbox_new(&options, &sandbox, call->fault));
    enum sandbox_level level = sandbox_reached(sandbox)->level;
    enum err err = sandbox_run(sandbox, &job, call->arena, &outcome, call->fault);

    sandbox_free(sandbox);
    if (err != OK) {
        return err;
    }
    (void)fwrite(outcome.output.at, 1, outcome.output.size, call->out);
    (void)fwrite(outcome.error.at, 1, outcome.error.size, stderr);
    if (!given->quiet) {
        print_end(stderr, &outcome, level);
    }
    if (outcome.end != SANDBOX_EXITED || outcome.exit_code != 0) {
        return fail(call->fault, ERR_UNAVAILABLE, "the command ended by %s, exit code %d",
                    sandbox_end_name(outcome.end), outcome.exit_code);
    }
    return OK;
}

struct attack_options {
    const char *inside;
    const char *level;
};

static const struct attack_options attack_defaults = {.level = "namespace"};

static const struct field attack_fields[] = {
    TEXT(attack_options, level, .doc = "Least isolation to attack [namespace]",
         .choices = "none|filter|namespace|full", .optional = true),
    TEXT(attack_options, inside, .doc = "Run one attempt here and now, as the suite does in a slot",
         .optional = true),
};
static const struct shape attack_shape =
    SHAPE(attack_options, attack_fields, "What to attack", .defaults = &attack_defaults);

static enum err run_attack(struct invocation *call)
{
    enum { PATH_ROOM = 4096 };
    const struct attack_options *given = call->options;
    struct attack_report report;
    enum sandbox_level level = SANDBOX_NAMESPACE;
    char *self = arena_array(call->arena, char, PATH_ROOM);

    if (given->inside != NULL) {
        _exit(attack_inside(given->inside));
    }
    if (readlink("/proc/self/exe", self, PATH_ROOM - 1) <= 0) {
        return fail(call->fault, ERR_UNAVAILABLE, "/proc does not tell which program this is");
    }
    (void)sandbox_level_named(given->level, &level);
    TRY(sandbox_attack(self, level, call->arena, &report, call->fault));
    fprintf(call->out, "attempt\tcommand slot\tpython slot\twhat it tries\tanswers\n");
    for (size_t i = 0; i < report.count; i++) {
        const struct attack_result *result = &report.results[i];

        fprintf(call->out, "%s\t%s\t%s\t%s\t%s\t%s\n", result->attempt->name,
                result->open[0] ? "OPEN" : "blocked", result->open[1] ? "OPEN" : "blocked",
                result->attempt->aim, result->detail[0], result->detail[1]);
    }
    fprintf(call->out, "%zu attempts, %zu open, level %s, next job within %.1f ms (p99)\n",
            report.count, report.open_count, sandbox_level_name(report.level),
            (double)report.next_p99_us / 1000);
    return report.open_count == 0
               ? OK
               : fail(call->fault, ERR_UNAVAILABLE, "%zu attempts got through", report.open_count);
}

static const struct command commands[] = {
    {.name = "sandbox probe",
     .run = run_probe,
     .summary = "Print the isolation that this machine allows"},
    {.name = "sandbox run",
     .words = "COMMAND...",
     .run = run_run,
     .options = &run_shape,
     .summary = "Run a command in isolation",
     .details =
         "The command follows `--`, starts with an absolute path and sees the system's programs "
         "read-only, "
         "an empty /tmp, no\nnetwork and none of the environment. Its output follows when it "
         "has ended; how it ended is the last line on\nstandard error. Exit code 1 unless "
         "it ended by itself with 0.",
     .examples = "  periti sandbox run --wall-ms 2000 -- /usr/bin/python3 -c 'print(6 * 7)'"},
    {.name = "sandbox attack",
     .run = run_attack,
     .options = &attack_shape,
     .summary = "Attack the sandbox and print what is blocked or open",
     .details = "Runs attempts to escape, to spy, to outlast and to exhaust, each in a slot for "
                "commands and in a slot for Python.\nExit code 1 if any got through."},
};

const struct command_group sandbox_group = {
    .name = "Sandbox", .commands = commands, .command_count = COUNT(commands)};
