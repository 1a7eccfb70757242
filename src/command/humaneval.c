#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/map.h"
#include "cli/command.h"
#include "command/groups.h"
#include "command/lines.h"
#include "engine/verify/statistics.h"
#include "engine/verify/verdict.h"
#include "sandbox/judge/judge.h"
#include "sandbox/sandbox.h"

struct humaneval_options {
    const char *problems;
    const char *level;
    int64_t jobs;
    int64_t timeout_ms;
    int64_t memory_mib;
    bool split;
    bool json;
};

static const struct humaneval_options humaneval_defaults = {
    .level = "namespace", .timeout_ms = 3000, .memory_mib = 512};

static const struct field humaneval_fields[] = {
    TEXT(humaneval_options, problems, .doc = "JSONL of task_id, prompt, test, entry_point"),
    BOOL(humaneval_options, split, .doc = "Keep the tests in a process of their own",
         .optional = true),
    INT(humaneval_options, jobs, .doc = "Checks at once; 0: one a processor [0]", .optional = true,
        .min = 0, .max = 128),
    INT(humaneval_options, timeout_ms, .doc = "Milliseconds of one check [3000]", .optional = true,
        .min = 1, .max = 600'000),
    INT(humaneval_options, memory_mib, .doc = "MiB of one check [512]", .optional = true, .min = 64,
        .max = 65'536),
    TEXT(humaneval_options, level, .doc = "Least isolation that will do [namespace]",
         .choices = "none|filter|namespace|full", .optional = true),
    BOOL(humaneval_options, json, .doc = "Print a line of JSON for each sample", .optional = true),
};
static const struct shape humaneval_shape =
    SHAPE(humaneval_options, humaneval_fields, "How to check", .defaults = &humaneval_defaults);

struct problem {
    const char *prompt;
    const char *test;
    const char *entry;
    uint64_t runs;
    uint64_t scored;
    uint64_t passed;
};

struct problems {
    struct map *ids;
    struct problem *at;
    size_t room;
};

static enum err need_text(const struct json *row, const char *name, uint64_t line, const char **out,
                          struct fault *fault)
{
    *out = json_text_of(row, name);
    return *out != NULL
               ? OK
               : fail_line(fault, ERR_INVALID, line, name, "%s is missing or no text", name);
}

static enum err parse_row(struct arena *arena, struct text line, uint64_t number, struct json **out,
                          struct fault *fault)
{
    enum err err = json_parse(arena, line, out, fault);

    if (err != OK) {
        fault->line = number;
    }
    return err;
}

static enum err read_problem(struct arena *arena, struct text line, uint64_t number,
                             struct problems *problems, struct fault *fault)
{
    /* The tree points into the line, which lasts until the next. */
    struct text kept = {.at = arena_copy(arena, line.at, line.size), .size = line.size};
    struct json *row;
    struct problem problem = {0};
    const char *id;

    TRY(parse_row(arena, kept, number, &row, fault));
    TRY(need_text(row, "task_id", number, &id, fault));
    TRY(need_text(row, "prompt", number, &problem.prompt, fault));
    TRY(need_text(row, "test", number, &problem.test, fault));
    TRY(need_text(row, "entry_point", number, &problem.entry, fault));
    uint32_t index = map_add(problems->ids, text_of(id));

    if (index + 1 < map_count(problems->ids)) {
        return fail_line(fault, ERR_INVALID, number, "task_id", "the problem %s is there twice",
                         id);
    }
    if (index >= problems->room) {
        size_t room = problems->room == 0 ? 256 : problems->room * 2;
        struct problem *larger = arena_array(arena, struct problem, room);

        for (size_t i = 0; i < problems->room; i++) {
            larger[i] = problems->at[i];
        }
        problems->at = larger;
        problems->room = room;
    }
    problems->at[index] = problem;
    return OK;
}

static enum err read_problems(struct arena *arena, const char *path, struct problems *problems,
                              struct fault *fault)
{
    LINES_SCOPE lines = NULL;
    struct text line;
    bool more = true;

    problems->ids = map_new(arena);
    TRY(lines_open(path, &lines, fault));
    for (;;) {
        TRY(lines_next(lines, &line, &more, fault));
        if (!more) {
            return OK;
        }
        TRY(read_problem(arena, line, lines_number(lines), problems, fault));
    }
}

/* What the threads share: input and results under one lock, the sandbox with locks of its own. */
struct batch {
    pthread_mutex_t lock;
    struct lines *lines;
    struct problems *problems;
    struct sandbox *sandbox;
    const struct humaneval_options *options;
    struct verdict_tally tally;
    struct fault fault;
    enum err err;
    bool ended;
    FILE *out;
};

static void print_json(struct batch *batch, struct arena *arena, const char *id, uint64_t line,
                       struct verdict verdict)
{
    struct buffer buffer = buffer_new(arena);
    struct json_out json = json_to(&buffer);

    json_open(&json, '{');
    json_name(&json, "line");
    json_int(&json, (int64_t)line);
    json_name(&json, "task_id");
    json_text(&json, id);
    json_name(&json, "passed");
    if (verdict.kind == VERDICT_UNSCORED) {
        json_null(&json);
    } else {
        json_bool(&json, verdict.kind == VERDICT_PASS);
    }
    json_name(&json, "result");
    json_text(&json, verdict_name(verdict.kind));
    json_name(&json, "reason");
    json_text(&json, verdict.kind == VERDICT_PASS ? NULL : reason_name(verdict.reason));
    json_name(&json, "note");
    json_text(&json, verdict.kind == VERDICT_PASS ? NULL : verdict.note);
    json_close(&json, '}');
    fprintf(batch->out, "%s\n", buffer.at);
}

struct claim {
    const char *id;
    const char *completion;
    uint32_t problem;
    uint64_t line;
};

static enum err read_sample(struct batch *batch, struct arena *arena, struct text line,
                            struct claim *claim, struct fault *fault)
{
    struct text kept = {.at = arena_copy(arena, line.at, line.size), .size = line.size};
    struct json *row;

    TRY(parse_row(arena, kept, claim->line, &row, fault));
    TRY(need_text(row, "task_id", claim->line, &claim->id, fault));
    TRY(need_text(row, "completion", claim->line, &claim->completion, fault));
    if (!map_find(batch->problems->ids, text_of(claim->id), &claim->problem)) {
        return fail_line(fault, ERR_INVALID, claim->line, "task_id", "there is no problem %s",
                         claim->id);
    }
    return OK;
}

/* Under the lock: the next sample, false at the end or after an error. */
static bool next_claim(struct batch *batch, struct arena *arena, struct claim *claim)
{
    struct text line;
    bool more = false;

    if (batch->ended) {
        return false;
    }
    batch->err = lines_next(batch->lines, &line, &more, &batch->fault);
    if (batch->err == OK && more) {
        claim->line = lines_number(batch->lines);
        batch->err = read_sample(batch, arena, line, claim, &batch->fault);
    }
    batch->ended = batch->err != OK || !more;
    return !batch->ended;
}

static enum err check_claim(struct batch *batch, struct arena *arena, const struct claim *claim,
                            struct verdict *out, struct fault *fault)
{
    const struct problem *problem = &batch->problems->at[claim->problem];
    struct sandbox_outcome outcome;
    struct sandbox_check check = {.prompt = problem->prompt,
                                  .solution = claim->completion,
                                  .test = problem->test,
                                  .entry = problem->entry,
                                  .split = batch->options->split,
                                  .limits = sandbox_limits_default};

    check.limits.wall_ms = batch->options->timeout_ms;
    check.limits.cpu_ms = batch->options->timeout_ms;
    check.limits.memory_mib = batch->options->memory_mib;
    TRY(sandbox_check_python(batch->sandbox, &check, arena, &outcome, fault));
    *out = judge_check(&outcome);
    return OK;
}

static void record(struct batch *batch, struct arena *arena, const struct claim *claim,
                   struct verdict verdict)
{
    struct problem *problem = &batch->problems->at[claim->problem];

    verdict_count(&batch->tally, verdict);
    problem->runs++;
    problem->scored += verdict.kind != VERDICT_UNSCORED;
    problem->passed += verdict.kind == VERDICT_PASS;
    if (batch->options->json) {
        print_json(batch, arena, claim->id, claim->line, verdict);
    }
}

static void *work(void *context)
{
    struct batch *batch = context;

    for (bool going = true; going;) {
        ARENA_SCOPE arena = arena_new();
        struct claim claim = {0};
        struct verdict verdict = {0};
        struct fault fault = {0};

        (void)pthread_mutex_lock(&batch->lock);
        going = next_claim(batch, arena, &claim);
        (void)pthread_mutex_unlock(&batch->lock);
        if (!going) {
            break;
        }
        enum err err = check_claim(batch, arena, &claim, &verdict, &fault);

        (void)pthread_mutex_lock(&batch->lock);
        if (err == OK) {
            record(batch, arena, &claim, verdict);
        } else if (batch->err == OK) {
            batch->err = err;
            batch->fault = fault;
            batch->fault.line = claim.line;
            batch->ended = true;
        }
        (void)pthread_mutex_unlock(&batch->lock);
    }
    return NULL;
}

/* Mean over the problems that have at least k scored runs. */
static void print_pass(const struct batch *batch, uint64_t k, struct fault *fault)
{
    double sum = 0;
    size_t problems = 0;

    for (uint32_t i = 0; i < map_count(batch->problems->ids); i++) {
        const struct problem *problem = &batch->problems->at[i];
        double one;

        if (problem->scored >= k &&
            pass_at_k(problem->scored, problem->passed, k, &one, fault) == OK) {
            sum += one;
            problems++;
        }
    }
    if (problems > 0) {
        fprintf(batch->out, "pass@%llu\t%.4f\tof %zu problems\n", (unsigned long long)k,
                sum / (double)problems, problems);
    }
}

static void print_summary(const struct batch *batch, struct fault *fault)
{
    static const uint64_t DRAWS[] = {1, 10, 100};

    for (size_t i = 0; i < COUNT(batch->tally.kind); i++) {
        fprintf(batch->out, "%s\t%llu\n", verdict_name((enum verdict_kind)i),
                (unsigned long long)batch->tally.kind[i]);
    }
    for (size_t i = 0; i < REASON_COUNT; i++) {
        if (batch->tally.reason[i] > 0) {
            fprintf(batch->out, "reason %s\t%llu\n", reason_name((enum verdict_reason)i),
                    (unsigned long long)batch->tally.reason[i]);
        }
    }
    for (size_t i = 0; i < COUNT(DRAWS); i++) {
        print_pass(batch, DRAWS[i], fault);
    }
    fprintf(batch->out, "isolation\t%s%s\n",
            sandbox_level_name(sandbox_reached(batch->sandbox)->level),
            batch->options->split ? ", tests apart" : "");
}

static void run_threads(struct batch *batch, size_t count)
{
    pthread_t threads[128];
    size_t started = 0;

    while (started < count && started < COUNT(threads) &&
           pthread_create(&threads[started], NULL, work, batch) == 0) {
        started++;
    }
    if (started == 0) {
        (void)work(batch);
    }
    for (size_t i = 0; i < started; i++) {
        (void)pthread_join(threads[i], NULL);
    }
}

static enum err run_humaneval(struct invocation *call)
{
    const struct humaneval_options *given = call->options;
    struct sandbox_options options = sandbox_options_default;
    struct problems problems = {0};
    struct batch batch = {.problems = &problems, .options = given, .out = call->out};
    LINES_SCOPE lines = NULL;
    long processors = sysconf(_SC_NPROCESSORS_ONLN);

    TRY(read_problems(call->arena, given->problems, &problems, call->fault));
    TRY(lines_open(call->words[0], &lines, call->fault));
    batch.lines = lines;
    (void)sandbox_level_named(given->level, &options.level_min);
    options.kind = SANDBOX_PYTHON;
    options.slot_count = (size_t)(given->jobs > 0 ? given->jobs : processors > 0 ? processors : 1);
    options.memory_mib = given->memory_mib + options.disk_mib + 64;
    TRY(sandbox_new(&options, &batch.sandbox, call->fault));
    (void)pthread_mutex_init(&batch.lock, NULL);
    run_threads(&batch, options.slot_count);
    (void)pthread_mutex_destroy(&batch.lock);
    if (batch.err == OK && !given->json) {
        print_summary(&batch, call->fault);
    }
    sandbox_free(batch.sandbox);
    if (batch.err != OK) {
        *call->fault = batch.fault;
    }
    return batch.err;
}

static const struct command commands[] = {
    {.name = "humaneval",
     .words = "SAMPLES.jsonl",
     .run = run_humaneval,
     .options = &humaneval_shape,
     .summary = "Check programs against hidden tests, in isolation",
     .details =
         "Samples are rows of task_id and completion; problems rows of task_id, prompt, test and "
         "entry_point. Either\nmay be gzipped. With --split the tests run in a second process and "
         "call the solution through a proxy that\nhands over plain values: nothing that the "
         "solution does can reach the tests or the result. Without it a\nhostile solution can "
         "forge its result.",
     .examples = "  periti humaneval samples.jsonl --problems HumanEval.jsonl.gz --split"},
};

const struct command_group humaneval_group = {
    .name = "Rewards", .commands = commands, .command_count = COUNT(commands)};
