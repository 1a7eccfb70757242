#include "slice/environment/format.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "slice/environment/environment_sql.h"

struct writing {
    struct json_out out;
    struct arena *arena;
    const struct env_task_row *task;
    const struct json *verifier;
    struct fault *fault;
};

static void text(struct writing *writing, const char *name, const char *value)
{
    json_name(&writing->out, name);
    json_text(&writing->out, value);
}

static void raw(struct writing *writing, const char *name, const char *json)
{
    json_name(&writing->out, name);
    json_raw(&writing->out, json);
}

/* The row as it came, if it came in this format. */
static const struct json *row_of(const struct writing *writing, const char *format)
{
    struct json *tree = NULL;
    struct fault ignored;

    if (json_parse(writing->arena, text_of(writing->task->metadata), &tree, &ignored) != OK) {
        return NULL;
    }
    const char *from = json_text_of(tree, "format");

    return from != NULL && strcmp(from, format) == 0 ? json_member(tree, "row") : NULL;
}

static enum err needs_code(struct writing *writing, const char *format)
{
    const char *check = json_text_of(writing->verifier, "check");

    if (check != NULL && strcmp(check, "code") == 0) {
        return OK;
    }
    return fail_field(writing->fault, ERR_INVALID, "format",
                      "the task %.100s is judged by %s: %s holds tests of Python functions alone",
                      writing->task->name, check == NULL ? "exact" : check, format);
}

static enum err write_humaneval(struct writing *writing)
{
    const char *prompt = json_text_of(writing->verifier, "prompt");

    TRY(needs_code(writing, "humaneval"));
    text(writing, "task_id", writing->task->name);
    text(writing, "prompt", prompt == NULL ? "" : prompt);
    text(writing, "entry_point", json_text_of(writing->verifier, "entry"));
    text(writing, "canonical_solution",
         writing->task->solution == NULL ? "" : writing->task->solution);
    text(writing, "test", json_text_of(writing->verifier, "test"));
    return OK;
}

/* A row that came as MBPP leaves as it came; any other test becomes one call of its check. */
static enum err write_mbpp(struct writing *writing)
{
    const struct json *row = row_of(writing, "mbpp");

    TRY(needs_code(writing, "mbpp"));
    if (row != NULL) {
        for (const struct json *member = row->first; member != NULL; member = member->next) {
            json_name(&writing->out, member->name);
            buffer_text(writing->out.to, member->source);
            writing->out.comma = true;
        }
        return OK;
    }
    text(writing, "task_id", writing->task->name);
    text(writing, "text", writing->task->instruction);
    text(writing, "code", writing->task->solution == NULL ? "" : writing->task->solution);
    text(writing, "test_setup_code", json_text_of(writing->verifier, "test"));
    json_name(&writing->out, "test_list");
    json_open(&writing->out, '[');
    json_text(&writing->out,
              arena_print(writing->arena, "check(%s)", json_text_of(writing->verifier, "entry")));
    json_close(&writing->out, ']');
    return OK;
}

static void write_info(struct writing *writing, const char *name)
{
    json_name(&writing->out, name);
    json_open(&writing->out, '{');
    text(writing, "task", writing->task->name);
    raw(writing, "verifier", writing->task->verifier);
    if (writing->task->solution != NULL) {
        text(writing, "solution", writing->task->solution);
    }
    json_close(&writing->out, '}');
}

static enum err write_verifiers(struct writing *writing)
{
    text(writing, "name", writing->task->name);
    json_name(&writing->out, "prompt");
    json_open(&writing->out, '[');
    json_open(&writing->out, '{');
    text(writing, "role", "user");
    text(writing, "content", writing->task->instruction);
    json_close(&writing->out, '}');
    json_close(&writing->out, ']');
    text(writing, "answer", writing->task->reference == NULL ? "" : writing->task->reference);
    write_info(writing, "info");
    return OK;
}

static enum err write_nemo(struct writing *writing)
{
    text(writing, "uuid", writing->task->name);
    json_name(&writing->out, "responses_create_params");
    json_open(&writing->out, '{');
    json_name(&writing->out, "input");
    json_open(&writing->out, '[');
    json_open(&writing->out, '{');
    text(writing, "role", "user");
    text(writing, "content", writing->task->instruction);
    json_close(&writing->out, '}');
    json_close(&writing->out, ']');
    json_close(&writing->out, '}');
    if (writing->task->reference != NULL) {
        text(writing, "expected_answer", writing->task->reference);
    }
    write_info(writing, "verifier_metadata");
    return OK;
}

static enum err write_own(struct writing *writing)
{
    const struct env_task_row *task = writing->task;

    text(writing, "name", task->name);
    text(writing, "instruction", task->instruction);
    raw(writing, "verifier", task->verifier);
    if (task->reference != NULL) {
        text(writing, "reference", task->reference);
    }
    if (task->solution != NULL) {
        text(writing, "solution", task->solution);
    }
    raw(writing, "metadata", task->metadata);
    return OK;
}

enum err format_write(struct buffer *to, const char *format, const struct env_task_row *task,
                      struct fault *fault)
{
    static const struct {
        const char *name;
        enum err (*write)(struct writing *writing);
    } FORMATS[] = {
        {"periti", write_own},          {"humaneval", write_humaneval}, {"mbpp", write_mbpp},
        {"verifiers", write_verifiers}, {"nemo", write_nemo},
    };
    struct writing writing = {.out = json_to(to), .arena = to->arena, .task = task, .fault = fault};
    struct json *verifier;

    TRY(json_parse(to->arena, text_of(task->verifier), &verifier, fault));
    writing.verifier = verifier;
    for (size_t i = 0; i < COUNT(FORMATS); i++) {
        if (strcmp(FORMATS[i].name, format) == 0) {
            json_open(&writing.out, '{');
            TRY(FORMATS[i].write(&writing));
            json_close(&writing.out, '}');
            buffer_char(to, '\n');
            return OK;
        }
    }
    return fail_field(fault, ERR_INVALID, "format", "there is no format %.40s", format);
}
