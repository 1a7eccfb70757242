#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/map.h"
#include "cli/command.h"
#include "command/benchmark.h"
#include "command/model_options.h"
#include "exam/exam.h"
#include "sys/file.h"

enum { OUT_MODE = 0644, SUITE_MAX = 1'000'000'000 };

struct run_options {
    struct model_options model;
    const char *out;
    int64_t runs;
    const char *check;
    const char *marker;
    const char *system;
    double temperature;
    int64_t tokens;
    double relative;
    const char *judge;
};

static const struct run_options run_defaults = {
    .model = MODEL_OPTIONS_DEFAULT, .runs = 1, .check = "exact"};

static const struct field run_fields[] = {
    MODEL_FIELDS(run_options),
    TEXT(run_options, out, .doc = "File of answers; what stands there already is not asked again"),
    INT(run_options, runs, .doc = "Answers to each task [1]", .optional = true, .min = 1,
        .max = 1000),
    TEXT(run_options, check, .doc = "How answers are checked where a task does not say [exact]",
         .optional = true, .choices = EXAM_CHECKS),
    TEXT(run_options, marker, .doc = "The answer follows the last of these", .optional = true),
    TEXT(run_options, system, .doc = "Said to the model before each task", .optional = true),
    REAL(run_options, temperature, .doc = "Of the model [0]", .optional = true, .max = 2),
    INT(run_options, tokens, .doc = "Most tokens of an answer; 0: the server's bound [0]",
        .optional = true, .max = 1e7),
    REAL(run_options, relative, .doc = "Relative tolerance of numbers [0]", .optional = true,
         .max = 1),
    TEXT(run_options, judge, .doc = "Model on the same server that grades tasks with a rubric",
         .optional = true),
};
const struct shape benchmark_run_shape =
    SHAPE(run_options, run_fields, "How to run a benchmark", .defaults = &run_defaults);

struct bench {
    struct invocation *call;
    const struct model_server *server;
    struct exam exam;
    struct exam_seat *wanted;
    size_t wanted_count;
    FILE *out;
    struct verdict_tally tally;
    struct arena *scratch;
};

static enum err open_suite(struct bench *bench)
{
    const struct run_options *given = bench->call->options;
    struct exam_options options = {.check = given->check,
                                   .marker = given->marker,
                                   .system = given->system,
                                   .relative = given->relative,
                                   .temperature = given->temperature,
                                   .tokens = given->tokens,
                                   .judge = given->judge};
    struct text file;

    TRY(file_read(bench->call->arena, bench->call->words[0], SUITE_MAX, &file, bench->call->fault));
    return exam_open(bench->call->arena, file, &options, &bench->exam, bench->call->fault);
}

/* Answers that stand in the file already, and were scored, are not asked again. */
static enum err plan(struct bench *bench, const struct benchmark_lines *before)
{
    const struct run_options *given = bench->call->options;
    struct arena *arena = bench->call->arena;
    struct map *done = map_new(arena);

    for (size_t i = 0; i < before->count; i++) {
        const struct board_line *line = &before->at[i];

        if (strcmp(line->model, bench->server->model) != 0) {
            continue;
        }
        if (strcmp(line->suite, bench->exam.suite) != 0) {
            return fail_field(bench->call->fault, ERR_CONFLICT, "out",
                              "%s holds answers of this model to another version of the suite; use "
                              "another file",
                              given->out);
        }
        if (!isnan(line->score)) {
            map_add(done, text_of(arena_print(arena, "%" PRId64 " %s", line->run, line->task)));
        }
    }
    bench->wanted =
        arena_array(arena, struct exam_seat, bench->exam.task_count * (size_t)given->runs);
    for (int64_t run = 1; run <= given->runs; run++) {
        for (size_t i = 0; i < bench->exam.task_count; i++) {
            struct text name =
                text_of(arena_print(arena, "%" PRId64 " %s", run, bench->exam.tasks[i].id));
            uint32_t found;

            if (!map_find(done, name, &found)) {
                bench->wanted[bench->wanted_count++] =
                    (struct exam_seat){&bench->exam.tasks[i], run};
            }
        }
    }
    return OK;
}

/* One line, whole, at once: what a crash leaves is at most a last line that was cut off. */
static void receive(void *context, const struct exam_answer *answer)
{
    struct bench *bench = context;
    struct arena_mark mark = arena_mark(bench->scratch);
    struct buffer line = buffer_new(bench->scratch);

    verdict_count(&bench->tally, answer->verdict);
    exam_put(&bench->exam, bench->server->model, answer, &line);
    fwrite(line.at, 1, line.size, bench->out);
    fflush(bench->out);
    arena_undo(bench->scratch, mark);
}

/* The file of answers, open at the end of its last whole line. */
static enum err open_out(struct bench *bench, struct benchmark_lines *before)
{
    const struct run_options *given = bench->call->options;
    struct stat status;
    int file = -1;

    *before = (struct benchmark_lines){0};
    if (stat(given->out, &status) == 0) {
        TRY(benchmark_read(bench->call->arena, given->out, before, bench->call->fault));
    }
    file = open(given->out, O_WRONLY | O_CREAT | O_CLOEXEC, OUT_MODE);
    if (file < 0 || ftruncate(file, (off_t)before->whole_size) != 0 ||
        lseek(file, 0, SEEK_END) < 0) {
        return fail_field(bench->call->fault, ERR_INVALID, "out", "%s cannot be written",
                          given->out);
    }
    bench->out = fdopen(file, "w");
    return bench->out != NULL ? OK : fail(bench->call->fault, ERR_INTERNAL, "no stream");
}

static enum err ask(struct bench *bench, struct model_setup *setup)
{
    struct model_totals totals;

    TRY(exam_sit(&bench->exam, &setup->run, bench->wanted, bench->wanted_count, receive, bench,
                 &totals, bench->call->fault));
    model_totals_print(bench->call, &totals);
    return OK;
}

static void print_tally(const struct bench *bench, size_t before)
{
    FILE *to = bench->call->out;
    const struct verdict_tally *tally = &bench->tally;

    fprintf(to, "tasks\t%zu\nanswers wanted\t%zu\tthere already\t%zu\n", bench->exam.task_count,
            bench->wanted_count, before);
    for (size_t i = 0; i < COUNT(tally->kind); i++) {
        fprintf(to, "%s\t%" PRIu64 "\n", verdict_name((enum verdict_kind)i), tally->kind[i]);
    }
    for (size_t i = 0; i < REASON_COUNT; i++) {
        if (tally->reason[i] > 0) {
            fprintf(to, "reason %s\t%" PRIu64 "\n", reason_name((enum verdict_reason)i),
                    tally->reason[i]);
        }
    }
}

enum err benchmark_run(struct invocation *call)
{
    const struct run_options *given = call->options;
    ARENA_SCOPE scratch = arena_new();
    struct bench bench = {.call = call, .scratch = scratch};
    struct benchmark_lines before;
    struct model_setup setup;

    TRY(model_setup_read(call, &given->model, &setup));
    bench.server = &setup.server;
    enum err err = open_suite(&bench);

    err = err == OK ? open_out(&bench, &before) : err;
    err = err == OK ? plan(&bench, &before) : err;
    err = err == OK ? ask(&bench, &setup) : err;
    if (err == OK) {
        print_tally(&bench, bench.exam.task_count * (size_t)given->runs - bench.wanted_count);
    }
    exam_close(&bench.exam);
    if (bench.out != NULL && fclose(bench.out) != 0 && err == OK) {
        err = fail_field(call->fault, ERR_UNAVAILABLE, "out", "%s could not be written whole",
                         given->out);
    }
    return err;
}
