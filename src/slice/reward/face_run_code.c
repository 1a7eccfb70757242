#include <string.h>

#include "base/arena.h"
#include "base/base64.h"
#include "base/buffer.h"
#include "base/json.h"
#include "http/route.h"
#include "slice/installation.h"
#include "slice/reward/face.h"
#include "slice/reward/grader.h"
#include "slice/reward/program.h"
#include "store/work.h"

enum { FILES_MAX = 200, FETCH_MAX = 20, SOURCE_MAX = 16 << 20, SECONDS_MAX = 600 };
enum { MEMORY_MIN = 8, MEMORY_MAX = 1024 }; /* MiB */

struct run_code {
    const char *code;
    const char *language;
    const char *stdin_text;
    double compile_timeout;
    double run_timeout;
    double memory_limit_MB;
    const char *files;
    struct texts fetch_files;
};
static const struct run_code run_code_defaults = {
    .stdin_text = "", .compile_timeout = 10, .run_timeout = 10, .memory_limit_MB = -1};
static const struct field run_code_fields[] = {
    TEXT(run_code, code, .max = SOURCE_MAX, .doc = "The program"),
    TEXT(run_code, language, .min = 1, .max = 40, .doc = "python, bash, perl, nodejs, c or cpp"),
    {.name = "stdin",
     .kind = FIELD_TEXT,
     .optional = true,
     .max = SOURCE_MAX,
     .offset = offsetof(struct run_code, stdin_text),
     .doc = "Standard input"},
    REAL(run_code, compile_timeout, .optional = true, .max = SECONDS_MAX,
         .doc = "Seconds to compile; added to those to run"),
    REAL(run_code, run_timeout, .optional = true, .max = SECONDS_MAX, .doc = "Seconds to run"),
    REAL(run_code, memory_limit_MB, .optional = true, .min = -1, .max = 65536,
         .doc = "MiB; -1: the installation's bound"),
    JSON(run_code, files, .optional = true, .doc = "Path: content in base 64"),
    TEXTS(run_code, fetch_files, .optional = true, .max = FETCH_MAX,
          .doc = "Paths to hand back; one at most"),
};
const struct shape run_code_shape =
    SHAPE(run_code, run_code_fields, "A program to run", .defaults = &run_code_defaults);

struct run_result {
    const char *status;
    double execution_time;
    int64_t return_code;
    const char *stdout_text;
    const char *stderr_text;
};
static const struct field run_result_fields[] = {
    TEXT(run_result, status, .choices = "Finished|Error|TimeLimitExceeded", .doc = "How it ended"),
    REAL(run_result, execution_time, .optional = true, .doc = "Seconds"),
    INT(run_result, return_code, .optional = true, .doc = "Its exit code"),
    {.name = "stdout",
     .kind = FIELD_TEXT,
     .offset = offsetof(struct run_result, stdout_text),
     .doc = "Standard output"},
    {.name = "stderr",
     .kind = FIELD_TEXT,
     .offset = offsetof(struct run_result, stderr_text),
     .doc = "Standard error"},
};
static const struct shape run_result_shape =
    SHAPE(run_result, run_result_fields, "What came of the program");

struct run_code_reply {
    const char *status;
    const char *message;
    const char *compile_result;
    struct run_result run_result;
    const char *executor_pod_name;
    const char *files;
};
static const struct field run_code_reply_fields[] = {
    TEXT(run_code_reply, status, .choices = "Success|Failed|SandboxError",
         .doc = "Failed: the program's doing; SandboxError: ours"),
    TEXT(run_code_reply, message, .doc = "For a person"),
    JSON(run_code_reply, compile_result, .optional = true, .doc = "null: it is part of the run"),
    OBJECT(run_code_reply, run_result, run_result, .of = &run_result_shape,
           .doc = "What came of the program"),
    TEXT(run_code_reply, executor_pod_name, .optional = true, .doc = "Isolation that was reached"),
    JSON(run_code_reply, files, .doc = "Path: content in base 64"),
};
const struct shape run_code_reply_shape =
    SHAPE(run_code_reply, run_code_reply_fields, "A program that was run");

static enum err read_files(struct work *work, const char *json, struct program *program)
{
    struct json *tree = NULL;

    if (json == NULL) {
        return OK;
    }
    TRY(json_parse(work->arena, text_of(json), &tree, &work->fault));
    if (tree->kind == JSON_NULL) {
        return OK;
    }
    if (tree->kind != JSON_OBJECT || tree->count > FILES_MAX) {
        return work_fail_field(work, ERR_INVALID, "files",
                               "files must be an object of at most %d paths", FILES_MAX);
    }
    struct program_file *files = arena_array(work->arena, struct program_file, tree->count);

    for (const struct json *member = tree->first; member != NULL; member = member->next) {
        struct program_file *file = &files[program->file_count];

        if (member->kind == JSON_NULL) {
            continue;
        }
        *file = (struct program_file){.path = member->name, .mode = 0644};
        if (member->kind != JSON_TEXT ||
            !base64_read(work->arena, text_of(member->text), &file->content)) {
            return work_fail_field(work, ERR_INVALID, "files", "%.100s must be base 64",
                                   member->name);
        }
        program->file_count++;
    }
    program->files = files;
    return OK;
}

/* What a program writes need not be text; what is none becomes a question mark. */
static const char *as_text(struct arena *arena, struct text bytes)
{
    char *copy = arena_copy(arena, bytes.at, bytes.size);

    for (size_t at = text_check((struct text){.at = copy, .size = bytes.size}); at < bytes.size;
         at += text_check((struct text){.at = copy + at, .size = bytes.size - at})) {
        copy[at] = '?';
    }
    return copy;
}

static const char *files_of(struct arena *arena, const char *path, struct text content)
{
    struct buffer coded = buffer_new(arena);
    struct buffer to = buffer_new(arena);
    struct json_out out = json_to(&to);

    base64_write(&coded, content);
    json_open(&out, '{');
    if (path != NULL && content.size > 0) {
        json_name(&out, path);
        json_view(&out, buffer_view(&coded));
    }
    json_close(&out, '}');
    return to.at;
}

static struct run_code_reply *describe(struct arena *arena, const struct program *program,
                                       const struct sandbox_outcome *outcome)
{
    struct run_code_reply *reply = arena_new_of(arena, struct run_code_reply);
    bool ours = outcome->end == SANDBOX_BROKEN;
    bool good = outcome->end == SANDBOX_EXITED && outcome->exit_code == 0;
    struct text output = program->keep == NULL ? outcome->output : (struct text){.at = ""};

    *reply = (struct run_code_reply){
        .status = ours   ? "SandboxError"
                  : good ? "Success"
                         : "Failed",
        .message = outcome->note,
        .compile_result = "null",
        .run_result = {.status = outcome->end == SANDBOX_TIMEOUT  ? "TimeLimitExceeded"
                                 : outcome->end == SANDBOX_EXITED ? "Finished"
                                                                  : "Error",
                       .execution_time = (double)outcome->wall_us / 1e6,
                       .return_code = outcome->end == SANDBOX_EXITED      ? outcome->exit_code
                                      : outcome->end == SANDBOX_SIGNALLED ? -outcome->signal
                                                                          : INT_ABSENT,
                       .stdout_text = as_text(arena, output),
                       .stderr_text = as_text(arena, outcome->error)},
        .executor_pod_name = sandbox_level_name(outcome->level),
        .files = files_of(arena, program->keep,
                          program->keep == NULL ? (struct text){0} : outcome->output)};
    return reply;
}

enum err serve_run_code(struct call *call)
{
    const struct run_code *body = call->body;
    struct work *work = call->work;
    struct sandbox_outcome outcome;
    struct program program = {.language = body->language,
                              .source = text_of(body->code),
                              .input = text_of(body->stdin_text),
                              .limits = sandbox_limits_default};

    program.limits.wall_ms = (int64_t)((body->compile_timeout + body->run_timeout) * 1000) + 1;
    program.limits.cpu_ms = program.limits.wall_ms;
    if (body->memory_limit_MB >= MEMORY_MIN && body->memory_limit_MB <= MEMORY_MAX) {
        program.limits.memory_mib = (int64_t)body->memory_limit_MB;
    }
    if (body->fetch_files.count > 1) {
        return work_fail_field(work, ERR_INVALID, "fetch_files",
                               "one file at most is handed back: pack several into an archive");
    }
    program.keep = body->fetch_files.count == 1 ? body->fetch_files.at[0] : NULL;
    if (program.keep != NULL &&
        (!program_path_is_plain(program.keep) || strpbrk(program.keep, " \t\n*?[") != NULL)) {
        return work_fail_field(work, ERR_INVALID, "fetch_files",
                               "\"%.100s\" is no plain path below the folder of the job",
                               program.keep);
    }
    TRY(read_files(work, body->files, &program));
    TRY(grader_run(work->installation->grader, &program, work->arena, &outcome, &work->fault));
    call->reply = describe(work->arena, &program, &outcome);
    return OK;
}
