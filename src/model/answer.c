#include "model/answer.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"

static int64_t count_of(const struct json *usage, const char *name)
{
    const struct json *member = usage == NULL ? NULL : json_member(usage, name);

    return member != NULL && member->kind == JSON_INT && member->integer > 0 ? member->integer : 0;
}

static const struct json *object_of(const struct json *parent, const char *name)
{
    const struct json *member =
        parent == NULL || parent->kind != JSON_OBJECT ? NULL : json_member(parent, name);

    return member != NULL && member->kind == JSON_OBJECT ? member : NULL;
}

static const struct json *first_choice(const struct json *root)
{
    const struct json *choices = root->kind == JSON_OBJECT ? json_member(root, "choices") : NULL;

    return choices != NULL && choices->kind == JSON_LIST && choices->first != NULL &&
                   choices->first->kind == JSON_OBJECT
               ? choices->first
               : NULL;
}

/* What stands in a message or a delta; a wrong type of content is no content. */
static void take(struct answer *out, const struct json *root, const struct json *choice,
                 const char *message_name, struct buffer *text)
{
    const struct json *message = object_of(choice, message_name);
    const char *content = message == NULL ? NULL : json_text_of(message, "content");
    const char *refusal = message == NULL ? NULL : json_text_of(message, "refusal");
    const char *reason = choice == NULL ? NULL : json_text_of(choice, "finish_reason");
    const struct json *usage = object_of(root, "usage");

    buffer_string(text, content == NULL ? "" : content);
    out->refused = out->refused || (refusal != NULL && refusal[0] != '\0') ||
                   (reason != NULL && strcmp(reason, "content_filter") == 0);
    out->cut = out->cut || (reason != NULL && strcmp(reason, "length") == 0);
    out->finished = out->finished || reason != NULL;
    if (usage != NULL) {
        out->input_tokens = count_of(usage, "prompt_tokens");
        out->output_tokens = count_of(usage, "completion_tokens");
    }
}

enum err answer_read(struct arena *arena, struct text body, struct answer *out, struct fault *fault)
{
    struct buffer text = buffer_new(arena);
    struct json *root = NULL;

    *out = (struct answer){.text = ""};
    TRY(json_parse(arena, body, &root, fault));
    if (first_choice(root) == NULL) {
        return fail(fault, ERR_INVALID, "the server's answer holds no choices");
    }
    take(out, root, first_choice(root), "message", &text);
    buffer_string(&text, "");
    out->text = text.at;
    return OK;
}

/* The next line without its end; false behind the last. */
static bool next_line(struct text *rest, struct text *line)
{
    bool more = text_cut(rest, '\n', line);

    *line = text_trim(*line);
    return more;
}

enum err answer_read_events(struct arena *arena, struct text body, struct answer *out,
                            struct fault *fault)
{
    struct buffer text = buffer_new(arena);
    struct text line;
    bool done = false;

    *out = (struct answer){.text = ""};
    while (!done && next_line(&body, &line)) {
        struct json *chunk = NULL;

        if (!text_starts(line, "data:")) {
            continue; /* comments, names of events, blank lines */
        }
        line = text_trim((struct text){line.at + 5, line.size - 5});
        done = text_is(line, "[DONE]");
        if (!done) {
            TRY(json_parse(arena, line, &chunk, fault));
            take(out, chunk, first_choice(chunk), "delta", &text);
        }
    }
    if (!done && !out->finished) {
        return fail(fault, ERR_INVALID, "the stream broke off before its end");
    }
    buffer_string(&text, "");
    out->text = text.at;
    return OK;
}

/* Behind the object that begins at `at`, braces in strings passed over; NULL: it never ends. */
static const char *object_end(const char *at)
{
    unsigned depth = 0;
    bool quoted = false;

    for (; *at != '\0'; at++) {
        if (quoted && *at == '\\' && at[1] != '\0') {
            at++;
        } else if (quoted) {
            quoted = *at != '"';
        } else if (*at == '"') {
            quoted = true;
        } else if (*at == '{') {
            depth++;
        } else if (*at == '}' && --depth == 0) {
            return at + 1;
        }
    }
    return NULL;
}

/* The first object from `at` on that is JSON, and where it ends; NULL: there is none. */
static const struct json *find_object(struct arena *arena, const char **at)
{
    for (const char *from = strchr(*at, '{'); from != NULL; from = strchr(from + 1, '{')) {
        const char *end = object_end(from);
        struct fault ignored;
        struct json *found = NULL;

        if (end != NULL &&
            json_parse(arena, (struct text){from, (size_t)(end - from)}, &found, &ignored) == OK) {
            *at = end;
            return found;
        }
    }
    return NULL;
}

enum err answer_value(struct arena *arena, const char *text, const struct json **out,
                      struct fault *fault)
{
    struct json *whole = NULL;
    const char *at = text;

    if (json_parse(arena, text_trim(text_of(text)), &whole, fault) == OK) {
        *out = whole;
        return OK;
    }
    *out = find_object(arena, &at);
    if (*out == NULL) {
        return fail(fault, ERR_INVALID, "the model did not answer in JSON: %.60s", text);
    }
    if (find_object(arena, &at) != NULL) {
        return fail(fault, ERR_INVALID, "the model gave several answers where one was asked for");
    }
    return OK;
}
