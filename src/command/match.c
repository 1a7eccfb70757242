#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "cli/command.h"
#include "command/groups.h"
#include "command/match_file.h"
#include "command/match_report.h"

struct match_command {
    const char *experts;
    const char *requirements;
    const char *conflicts;
    const char *out;
    int64_t seed;
    int64_t candidates;
    int64_t nearest;
};

static const struct field fields[] = {
    TEXT(match_command, experts, .doc = "Experts, JSON lines"),
    TEXT(match_command, requirements, .doc = "Requirements, JSON lines"),
    TEXT(match_command, conflicts, .optional = true, .doc = "Walls, CSV expert,against"),
    TEXT(match_command, out, .optional = true, .doc = "Where the match goes; else it is printed"),
    INT(match_command, seed, .max = 9e15, .doc = "Seed: breaks ties, draws among equals"),
    INT(match_command, candidates, .min = 1, .max = 1000000,
        .doc = "Experts looked at for each requirement, at least; 20 a seat if that is more"),
    INT(match_command, nearest, .max = 100,
        .doc = "Requirements explained to each expert without a seat; 0: none"),
};
static const struct match_command defaults = {.seed = 1, .candidates = 200, .nearest = 3};
static const struct shape shape =
    SHAPE(match_command, fields, "Options of match", .defaults = &defaults);

static void close_file(FILE **file)
{
    if (*file != NULL) {
        (void)fclose(*file);
    }
}

static enum err write_report(FILE *to, const struct match_command *options,
                             const struct match_plan *plan, struct fault *fault)
{
    match_report_write(to, plan, (uint64_t)options->seed, (uint32_t)options->nearest);
    if (fflush(to) != 0 || ferror(to)) {
        return fail(fault, ERR_UNAVAILABLE, "the match cannot be written: %s", strerror(errno));
    }
    return OK;
}

/* Beside, then renamed: a match that is cut short leaves the old file as it was. */
static enum err write_file(struct arena *arena, const struct match_command *options,
                           const struct match_plan *plan, struct fault *fault)
{
    const char *beside = arena_print(arena, "%s.%d.new", options->out, (int)getpid());
    [[gnu::cleanup(close_file)]] FILE *file = fopen(beside, "wxe");

    if (file == NULL) {
        return fail(fault, ERR_INVALID, "cannot create %s: %s", beside, strerror(errno));
    }
    enum err err = write_report(file, options, plan, fault);

    if (err == OK && (fsync(fileno(file)) != 0 || rename(beside, options->out) != 0)) {
        err = fail(fault, ERR_UNAVAILABLE, "cannot write %s: %s", options->out, strerror(errno));
    }
    if (err != OK) {
        (void)unlink(beside);
    }
    return err;
}

static enum err run_match(struct invocation *call)
{
    const struct match_command *options = call->options;
    struct match_files files;
    struct match_plan plan = {.input = &files.input};
    struct match_options how = {.candidates_min = (uint32_t)options->candidates,
                                .seed = (uint64_t)options->seed};

    if (options->experts == NULL || options->requirements == NULL) {
        const char *missing = options->experts == NULL ? "experts" : "requirements";

        return fail_field(call->fault, ERR_INVALID, missing, "--%s FILE is needed", missing);
    }
    TRY(match_read(call->arena,
                   &(struct match_paths){.experts = options->experts,
                                         .requirements = options->requirements,
                                         .conflicts = options->conflicts,
                                         .everybody = options->nearest > 0},
                   &files, call->fault));
    TRY(match_slates_make(call->arena, plan.input, &how, &plan.slates, call->fault));
    match_instance_of(call->arena, plan.input, &plan.slates, &plan.instance);
    TRY(match_solve(call->arena, &plan.instance, how.seed, &plan.outcome, call->fault));
    return options->out == NULL ? write_report(call->out, options, &plan, call->fault)
                                : write_file(call->arena, options, &plan, call->fault);
}

static const struct command commands[] = {
    {.name = "match",
     .run = run_match,
     .options = &shape,
     .summary = "Find the team that is best as a whole, with a reason for every seat",
     .details =
         "An expert is a line {\"id\", \"skills\": [{\"name\", \"level\"}], \"languages\", "
         "\"credentials\",\n"
         "\"employers\", \"domain\", \"country\", \"zone\" (hours east of UTC), \"rate\" (least an "
         "hour),\n"
         "\"hours\" (a week, else 40), \"seats\" (at once, else 1), \"text\"}; all but id may be "
         "missing.\n"
         "A requirement is a line {\"id\", \"campaign\", \"client\", \"seats\" (else 1), "
         "\"skills\" (each with\n"
         "the least level, 1 to 10), \"languages\", \"credentials\", \"domain\" (all of them "
         "wanted),\n"
         "\"countries\" (one of them), \"zone\" and \"zone_shift\" (hours that clocks may differ, "
         "else 4),\n"
         "\"rate\" (ceiling), \"hours\" (least), \"text\"}. A conflict row keeps an expert from a\n"
         "requirement, campaign or client; employers keep theirs out by themselves.\n"
         "\n"
         "Writes JSON lines: the run with its proof; each requirement (eligible, filled, which "
         "check\n"
         "to relax for how many experts, what score one seat more would add)\n"
         "with its seats (score and its parts, checks passed, runner-up and margin); and each\n"
         "expert without a seat with the checks that fail. The same files and seed give the same "
         "bytes.",
     .examples = "periti match --experts E.jsonl --requirements R.jsonl --out M.jsonl"},
};

const struct command_group match_group = {
    .name = "Matching", .commands = commands, .command_count = COUNT(commands)};
