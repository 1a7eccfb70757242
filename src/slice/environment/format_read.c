#include "slice/environment/format.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "slice/environment/environment.h"

struct reading {
    struct arena *arena;
    const struct json *row;
    uint64_t line;
    struct fault *fault;
};

static enum err need(const struct reading *reading, const char *name, const char **out)
{
    const char *text = json_text_of(reading->row, name);

    if (text == NULL) {
        return fail_line(reading->fault, ERR_INVALID, reading->line, name,
                         "%s is missing, or no text", name);
    }
    *out = text;
    return OK;
}

/* A number or other JSON stands for how it is written. */
static const char *as_text(const struct reading *reading, const struct json *value)
{
    if (value == NULL || value->kind == JSON_NULL) {
        return NULL;
    }
    return value->kind == JSON_TEXT
               ? value->text
               : arena_copy(reading->arena, value->source.at, value->source.size);
}

static const char *name_of(const struct reading *reading, const char *const *members)
{
    for (; *members != NULL; members++) {
        const char *name = as_text(reading, json_member(reading->row, *members));

        if (name != NULL && name[0] != '\0') {
            return name;
        }
    }
    return arena_print(reading->arena, "%llu", (unsigned long long)reading->line);
}

/* The whole row, so that nothing that came with it is lost. */
static const char *keep_row(const struct reading *reading)
{
    struct buffer to = buffer_new(reading->arena);
    struct json_out out = json_to(&to);

    json_canonical(&out, reading->row);
    return to.at;
}

static const char *code_verifier(struct arena *arena, const char *prompt, const char *test,
                                 const char *entry)
{
    struct buffer to = buffer_new(arena);
    struct json_out out = json_to(&to);

    json_open(&out, '{');
    json_name(&out, "check");
    json_text(&out, "code");
    json_name(&out, "entry");
    json_text(&out, entry);
    if (prompt[0] != '\0') {
        json_name(&out, "prompt");
        json_text(&out, prompt);
    }
    json_name(&out, "test");
    json_text(&out, test);
    json_close(&out, '}');
    return to.at;
}

/* ------------------------------------------------------------------ HumanEval */

static enum err read_humaneval(const struct reading *reading, struct task_draft *out)
{
    const char *test = NULL;
    const char *entry = NULL;

    TRY(need(reading, "task_id", &out->name));
    TRY(need(reading, "prompt", &out->instruction));
    TRY(need(reading, "test", &test));
    TRY(need(reading, "entry_point", &entry));
    out->solution = json_text_of(reading->row, "canonical_solution");
    out->verifier = code_verifier(reading->arena, out->instruction, test, entry);
    return OK;
}

/* ------------------------------------------------------------------ MBPP */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool calls(const char *text, const char *name)
{
    size_t size = strlen(name);

    for (const char *at = strstr(text, name); at != NULL; at = strstr(at + 1, name)) {
        if ((at == text || !is_word(at[-1])) && at[size] == '(') {
            return true;
        }
    }
    return false;
}

/* The last function of the code that the tests call. */
static const char *tested_function(struct arena *arena, const char *code, const char *tests)
{
    const char *found = NULL;

    for (const char *at = strstr(code, "def "); at != NULL; at = strstr(at + 1, "def ")) {
        size_t size = 0;

        while (is_word(at[4 + size])) {
            size++;
        }
        const char *name = arena_copy(arena, at + 4, size);

        if ((at == code || at[-1] == '\n') && size > 0 && calls(tests, name)) {
            found = name;
        }
    }
    return found;
}

static void add_asserts(struct buffer *to, const struct json *list)
{
    for (const struct json *item = list == NULL ? NULL : list->first; item != NULL;
         item = item->next) {
        if (item->kind == JSON_TEXT) {
            buffer_print(to, "    %s\n", item->text);
        }
    }
}

static enum err read_mbpp(const struct reading *reading, struct task_draft *out)
{
    static const char *const NAMES[] = {"task_id", NULL};
    struct buffer test = buffer_new(reading->arena);
    const char *setup = json_text_of(reading->row, "test_setup_code");

    out->name = name_of(reading, NAMES);
    out->instruction = json_text_of(reading->row, "text");
    if (out->instruction == NULL) {
        TRY(need(reading, "prompt", &out->instruction));
    }
    TRY(need(reading, "code", &out->solution));
    buffer_print(&test, "%s\n\ndef check(candidate):\n", setup == NULL ? "" : setup);
    size_t begin = test.size;

    add_asserts(&test, json_member(reading->row, "test_list"));
    add_asserts(&test, json_member(reading->row, "challenge_test_list"));
    const char *entry =
        tested_function(reading->arena, out->solution, test.at == NULL ? "" : test.at + begin);

    if (test.size == begin || entry == NULL) {
        return fail_line(reading->fault, ERR_INVALID, reading->line, "test_list",
                         "no test calls a function of the code");
    }
    out->verifier = code_verifier(reading->arena, "", test.at, entry);
    return OK;
}

/* ------------------------------------------------------------------ verifiers and NeMo Gym */

/* Messages one after the other; a text is itself. */
static const char *said(struct arena *arena, const struct json *value)
{
    struct buffer to = buffer_new(arena);

    if (value != NULL && value->kind == JSON_TEXT) {
        return value->text;
    }
    for (const struct json *message = value == NULL ? NULL : value->first; message != NULL;
         message = message->next) {
        const char *content =
            message->kind == JSON_OBJECT ? json_text_of(message, "content") : NULL;

        if (content != NULL) {
            buffer_print(&to, "%s%s", to.size > 0 ? "\n\n" : "", content);
        }
    }
    return to.size == 0 ? NULL : to.at;
}

/* What the row says of its verifier, in an object or in a text that holds one. */
static enum err own_verifier(const struct reading *reading, const char *member,
                             struct task_draft *out)
{
    const struct json *info = json_member(reading->row, member);
    struct json *parsed = NULL;

    if (info != NULL && info->kind == JSON_TEXT) {
        TRY(json_parse(reading->arena, text_of(info->text), &parsed, reading->fault));
        info = parsed;
    }
    if (info == NULL || info->kind != JSON_OBJECT) {
        return OK;
    }
    const char *verifier = as_text(reading, json_member(info, "verifier"));
    const char *reference = as_text(reading, json_member(info, "reference"));
    const char *solution = as_text(reading, json_member(info, "solution"));

    out->verifier = verifier != NULL ? verifier : out->verifier;
    out->reference = reference != NULL ? reference : out->reference;
    out->solution = solution != NULL ? solution : out->solution;
    return OK;
}

static enum err read_verifiers(const struct reading *reading, struct task_draft *out)
{
    static const char *const NAMES[] = {"name", "example_id", "idx", "id", NULL};

    out->name = name_of(reading, NAMES);
    out->instruction = said(reading->arena, json_member(reading->row, "prompt"));
    if (out->instruction == NULL) {
        TRY(need(reading, "question", &out->instruction));
    }
    out->reference = as_text(reading, json_member(reading->row, "answer"));
    out->verifier = "{\"check\":\"math\"}";
    return own_verifier(reading, "info", out);
}

static enum err read_nemo(const struct reading *reading, struct task_draft *out)
{
    static const char *const NAMES[] = {"uuid", "id", NULL};
    const struct json *create = json_member(reading->row, "responses_create_params");

    out->name = name_of(reading, NAMES);
    out->instruction = create == NULL || create->kind != JSON_OBJECT
                           ? NULL
                           : said(reading->arena, json_member(create, "input"));
    if (out->instruction == NULL) {
        return fail_line(reading->fault, ERR_INVALID, reading->line, "responses_create_params",
                         "responses_create_params.input is missing");
    }
    out->reference = as_text(reading, json_member(reading->row, "expected_answer"));
    out->verifier = "{\"check\":\"math\"}";
    return own_verifier(reading, "verifier_metadata", out);
}

/* ------------------------------------------------------------------ our own */

static enum err read_own(const struct reading *reading, struct task_draft *out)
{
    const struct json *verifier = json_member(reading->row, "verifier");
    const struct json *metadata = json_member(reading->row, "metadata");

    TRY(need(reading, "name", &out->name));
    TRY(need(reading, "instruction", &out->instruction));
    if (verifier == NULL || verifier->kind != JSON_OBJECT) {
        return fail_line(reading->fault, ERR_INVALID, reading->line, "verifier",
                         "verifier must be an object");
    }
    out->verifier = as_text(reading, verifier);
    out->reference = as_text(reading, json_member(reading->row, "reference"));
    out->solution = json_text_of(reading->row, "solution");
    out->metadata =
        metadata == NULL || metadata->kind != JSON_OBJECT ? "{}" : as_text(reading, metadata);
    return OK;
}

enum err format_read(struct arena *arena, const char *format, const struct json *row, uint64_t line,
                     struct task_draft *out, struct fault *fault)
{
    static const struct {
        const char *name;
        enum err (*read)(const struct reading *reading, struct task_draft *out);
    } FORMATS[] = {
        {"periti", read_own},          {"humaneval", read_humaneval}, {"mbpp", read_mbpp},
        {"verifiers", read_verifiers}, {"nemo", read_nemo},
    };
    struct reading reading = {.arena = arena, .row = row, .line = line, .fault = fault};

    *out = (struct task_draft){.metadata = NULL};
    if (row->kind != JSON_OBJECT) {
        return fail_line(fault, ERR_INVALID, line, "", "a row must be a JSON object");
    }
    for (size_t i = 0; i < COUNT(FORMATS); i++) {
        if (strcmp(FORMATS[i].name, format) == 0) {
            TRY(FORMATS[i].read(&reading, out));
            if (out->metadata == NULL) {
                out->metadata = arena_print(arena, "{\"format\":\"%s\",\"row\":%s}", format,
                                            keep_row(&reading));
            }
            return OK;
        }
    }
    return fail_field(fault, ERR_INVALID, "format", "there is no format %.40s", format);
}
