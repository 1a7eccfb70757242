#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/map.h"
#include "cli/command.h"
#include "command/benchmark.h"
#include "command/model_options.h"
#include "engine/verify/check.h"
#include "sys/file.h"
#include "sys/secret.h"

enum { CHECK_KINDS_MAX = 16, OUT_MODE = 0644, SUITE_MAX = 1'000'000'000 };

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
};

static const struct run_options run_defaults = {
    .model = MODEL_OPTIONS_DEFAULT, .runs = 1, .check = "exact"};

static const struct field run_fields[] = {
    MODEL_FIELDS(run_options),
    TEXT(run_options, out, .doc = "File of answers; what stands there already is not asked again"),
    INT(run_options, runs, .doc = "Answers to each task [1]", .optional = true, .min = 1,
        .max = 1000),
    TEXT(run_options, check, .doc = "How answers are checked where a task does not say [exact]",
         .optional = true, .choices = "exact|choice|numeric|set|regex|json|schema|table|diff|math"),
    TEXT(run_options, marker, .doc = "The answer follows the last of these", .optional = true),
    TEXT(run_options, system, .doc = "Said to the model before each task", .optional = true),
    REAL(run_options, temperature, .doc = "Of the model [0]", .optional = true, .max = 2),
    INT(run_options, tokens, .doc = "Most tokens of an answer; 0: the server's bound [0]",
        .optional = true, .max = 1e7),
    REAL(run_options, relative, .doc = "Relative tolerance of numbers [0]", .optional = true,
         .max = 1),
};
const struct shape benchmark_run_shape =
    SHAPE(run_options, run_fields, "How to run a benchmark", .defaults = &run_defaults);

struct bench_task {
    const char *id;
    const char *prompt;
    struct text reference;
    const char *domain;
    struct checker *checker;
    const char *check;
};

/* One answer that is wanted. */
struct wanted {
    const struct bench_task *task;
    int64_t run;
};

struct checkers {
    struct checker *at[CHECK_KINDS_MAX];
    const char *name[CHECK_KINDS_MAX];
    size_t count;
};

struct bench {
    struct invocation *call;
    const struct model_server *server;
    struct bench_task *tasks;
    size_t task_count;
    struct checkers checkers;
    struct wanted *wanted;
    size_t wanted_count;
    const char *suite;
    FILE *out;
    struct verdict_tally tally;
    struct arena *scratch;
};

static enum err checker_for(struct bench *bench, const char *check, struct checker **out)
{
    const struct run_options *given = bench->call->options;
    struct checkers *known = &bench->checkers;
    struct check_options options = check_options_default;

    for (size_t i = 0; i < known->count; i++) {
        if (strcmp(known->name[i], check) == 0) {
            *out = known->at[i];
            return OK;
        }
    }
    options.check = check;
    options.marker = given->marker;
    options.relative = given->relative;
    TRY(checker_new(bench->call->arena, &options, out, bench->call->fault));
    known->name[known->count] = check;
    known->at[known->count++] = *out;
    return OK;
}

static enum err read_task(struct bench *bench, const struct json *row, uint64_t line,
                          struct bench_task *out)
{
    const struct run_options *given = bench->call->options;
    struct fault *fault = bench->call->fault;
    const struct json *reference = row->kind == JSON_OBJECT ? json_member(row, "reference") : NULL;

    if (reference == NULL || json_text_of(row, "id") == NULL ||
        json_text_of(row, "prompt") == NULL) {
        return fail_line(fault, ERR_INVALID, line, "reference",
                         "a task needs id and prompt, both texts, and a reference");
    }
    const char *check = json_text_of(row, "check");
    const char *domain = json_text_of(row, "domain");

    *out = (struct bench_task){.id = json_text_of(row, "id"),
                               .prompt = json_text_of(row, "prompt"),
                               .reference = reference->kind == JSON_TEXT ? text_of(reference->text)
                                                                         : reference->source,
                               .domain = domain == NULL ? "" : domain,
                               .check = check == NULL ? given->check : check};
    if (checker_for(bench, out->check, &out->checker) != OK) {
        fault->line = line;
        return ERR_INVALID;
    }
    return OK;
}

static enum err read_suite(struct bench *bench)
{
    struct arena *arena = bench->call->arena;
    struct fault *fault = bench->call->fault;
    struct text file;
    struct json *row;
    struct map *ids = map_new(arena);

    TRY(file_read(arena, bench->call->words[0], SUITE_MAX, &file, fault));
    bench->suite = sha256_hex(arena, file);
    bench->tasks = arena_array(arena, struct bench_task, text_lines(file));

    struct json_lines lines = {.rest = file};

    TRY(json_next(arena, &lines, &row, fault));
    while (row != NULL) {
        struct bench_task *task = &bench->tasks[bench->task_count];

        TRY(read_task(bench, row, lines.line, task));
        if (map_add(ids, text_of(task->id)) != bench->task_count) {
            return fail_line(fault, ERR_INVALID, lines.line, "id", "the task %s stands twice",
                             task->id);
        }
        bench->task_count++;
        TRY(json_next(arena, &lines, &row, fault));
    }
    return bench->task_count > 0 ? OK : fail(fault, ERR_INVALID, "the suite holds no tasks");
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
        if (strcmp(line->suite, bench->suite) != 0) {
            return fail_field(bench->call->fault, ERR_CONFLICT, "out",
                              "%s holds answers of this model to another version of the suite; use "
                              "another file",
                              given->out);
        }
        if (!isnan(line->score)) {
            map_add(done, text_of(arena_print(arena, "%" PRId64 " %s", line->run, line->task)));
        }
    }
    bench->wanted = arena_array(arena, struct wanted, bench->task_count * (size_t)given->runs);
    for (int64_t run = 1; run <= given->runs; run++) {
        for (size_t i = 0; i < bench->task_count; i++) {
            struct text name =
                text_of(arena_print(arena, "%" PRId64 " %s", run, bench->tasks[i].id));
            uint32_t found;

            if (!map_find(done, name, &found)) {
                bench->wanted[bench->wanted_count++] = (struct wanted){&bench->tasks[i], run};
            }
        }
    }
    return OK;
}

static struct verdict judge(struct bench *bench, const struct bench_task *task,
                            const struct model_reply *reply)
{
    switch (reply->end) {
    case MODEL_ANSWERED:
        return checker_run(task->checker, bench->scratch, text_of(reply->text), task->reference);
    case MODEL_REFUSED:
        return verdict_fail(REASON_WRONG, reply->note);
    case MODEL_UNUSABLE:
        return verdict_unscored(REASON_UNPARSEABLE, reply->note);
    case MODEL_UNREACHABLE:
        return verdict_unscored(REASON_TRANSPORT, reply->note);
    case MODEL_UNPAID:
    case MODEL_CANCELLED:
        break;
    }
    return verdict_unscored(REASON_CANCELLED, reply->note);
}

static void put_texts(struct json_out *out, const struct bench *bench,
                      const struct bench_task *task, const struct model_reply *reply)
{
    const struct {
        const char *name;
        const char *text;
    } members[] = {{"task", task->id},      {"model", bench->server->model},
                   {"suite", bench->suite}, {"domain", task->domain},
                   {"check", task->check},  {"answer", reply->text}};

    for (size_t i = 0; i < COUNT(members); i++) {
        json_name(out, members[i].name);
        json_text(out, members[i].text);
    }
}

static void put_numbers(struct json_out *out, const struct model_reply *reply, int64_t run)
{
    json_name(out, "run");
    json_int(out, run);
    json_name(out, "input_tokens");
    json_int(out, reply->input_tokens);
    json_name(out, "output_tokens");
    json_int(out, reply->output_tokens);
    json_name(out, "spend");
    json_real(out, reply->spend);
    json_name(out, "took_ms");
    json_int(out, reply->took_us / 1000);
    json_name(out, "tries");
    json_int(out, reply->tries);
}

/* One line, whole, at once: what a crash leaves is at most a last line that was cut off. */
static void receive(void *context, size_t index, const struct model_reply *reply)
{
    struct bench *bench = context;
    const struct wanted *wanted = &bench->wanted[index];
    struct arena_mark mark = arena_mark(bench->scratch);
    struct buffer buffer = buffer_new(bench->scratch);
    struct json_out out = json_to(&buffer);
    struct verdict verdict = judge(bench, wanted->task, reply);

    verdict_count(&bench->tally, verdict);
    json_open(&out, '{');
    put_texts(&out, bench, wanted->task, reply);
    put_numbers(&out, reply, wanted->run);
    json_name(&out, "verdict");
    json_text(&out, verdict_name(verdict.kind));
    json_name(&out, "score");
    json_real(&out, verdict.score);
    json_name(&out, "reason");
    json_text(&out, verdict.reason == REASON_NONE ? NULL : reason_name(verdict.reason));
    json_name(&out, "note");
    json_text(&out, verdict.note);
    json_close(&out, '}');
    buffer_char(&buffer, '\n');
    fwrite(buffer.at, 1, buffer.size, bench->out);
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
    const struct run_options *given = bench->call->options;
    struct model_ask *asks =
        arena_array(bench->call->arena, struct model_ask, bench->wanted_count + 1);
    struct model_totals totals;

    for (size_t i = 0; i < bench->wanted_count; i++) {
        asks[i] = (struct model_ask){.system = given->system,
                                     .user = bench->wanted[i].task->prompt,
                                     .tokens_max = given->tokens,
                                     .temperature = given->temperature,
                                     .seed = bench->wanted[i].run};
    }
    setup->run.done = receive;
    setup->run.context = bench;
    TRY(model_ask_all(&setup->run, asks, bench->wanted_count, &totals, bench->call->fault));
    model_totals_print(bench->call, &totals);
    return OK;
}

static void print_tally(const struct bench *bench, size_t before)
{
    FILE *to = bench->call->out;
    const struct verdict_tally *tally = &bench->tally;

    fprintf(to, "tasks\t%zu\nanswers wanted\t%zu\tthere already\t%zu\n", bench->task_count,
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
    enum err err = read_suite(&bench);

    err = err == OK ? open_out(&bench, &before) : err;
    err = err == OK ? plan(&bench, &before) : err;
    err = err == OK ? ask(&bench, &setup) : err;
    if (err == OK) {
        print_tally(&bench, bench.task_count * (size_t)given->runs - bench.wanted_count);
    }
    for (size_t i = 0; i < bench.checkers.count; i++) {
        checker_free(bench.checkers.at[i]);
    }
    if (bench.out != NULL && fclose(bench.out) != 0 && err == OK) {
        err = fail_field(call->fault, ERR_UNAVAILABLE, "out", "%s could not be written whole",
                         given->out);
    }
    return err;
}
