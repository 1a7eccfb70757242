/* The formats of a delivery, each a function of a row with its lineage. */

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/json_schema.h"
#include "slice/delivery/package.h"

/* ------------------------------------------------------------------ preferences */

/* What a row of a pairwise task says: the prompt, and which side won. */
struct pair {
    const char *prompt;
    const char *chosen;
    const char *rejected;
};

static const char *value_of_label(const struct json *row, const char *name)
{
    const struct json *labels = json_member(row, "labels");

    for (const struct json *label = labels == NULL ? NULL : labels->first; label != NULL;
         label = label->next) {
        const char *label_name = json_text_of(label, "name");

        if (label_name != NULL && strcmp(label_name, name) == 0) {
            return json_text_of(label, "value");
        }
    }
    return NULL;
}

static const char *text_at(const struct json *payload, const char *pointer)
{
    const struct json *value = pointer == NULL ? NULL : json_pointer(payload, pointer);

    return value == NULL || value->kind != JSON_TEXT ? NULL : value->text;
}

/* False: the row is no pair, or its truth is a tie. */
static bool pair_of(struct arena *arena, const struct json *row, struct pair *out)
{
    const struct json *pair = json_member(row, "pair");
    const struct json *payload = json_member(row, "payload");
    const struct json *sides = json_member(pair, "sides");
    const char *choice = pair == NULL ? NULL : json_text_of(pair, "choice");
    const char *winner = choice == NULL ? NULL : value_of_label(row, choice);
    const char *context = pair == NULL ? NULL : text_at(payload, json_text_of(pair, "context"));

    *out = (struct pair){.prompt =
                             pair == NULL ? NULL : text_at(payload, json_text_of(pair, "prompt"))};
    for (const struct json *side = sides == NULL || winner == NULL ? NULL : sides->first;
         side != NULL; side = side->next) {
        const char *value = json_text_of(side, "value");
        const char *text = text_at(payload, json_text_of(side, "path"));

        if (value != NULL && strcmp(value, winner) == 0) {
            out->chosen = text;
        } else {
            out->rejected = text;
        }
    }
    if (out->prompt != NULL && context != NULL && context[0] != '\0') {
        out->prompt = arena_print(arena, "%s\n\n%s", out->prompt, context);
    }
    return out->prompt != NULL && out->chosen != NULL && out->rejected != NULL;
}

static void put_message(struct json_out *out, const char *role, const char *content)
{
    json_open(out, '[');
    json_open(out, '{');
    json_name(out, "role");
    json_text(out, role);
    json_name(out, "content");
    json_text(out, content);
    json_close(out, '}');
    json_close(out, ']');
}

/* {"prompt": [...], "chosen": [...], "rejected": [...]}: TRL, conversational preference. */
static bool trl_row(struct buffer *to, const struct json *row)
{
    ARENA_SCOPE arena = arena_new();
    struct json_out out = json_to(to);
    struct pair pair;

    if (!pair_of(arena, row, &pair)) {
        return false;
    }
    json_open(&out, '{');
    json_name(&out, "prompt");
    put_message(&out, "user", pair.prompt);
    json_name(&out, "chosen");
    put_message(&out, "assistant", pair.chosen);
    json_name(&out, "rejected");
    put_message(&out, "assistant", pair.rejected);
    json_close(&out, '}');
    buffer_char(to, '\n');
    return true;
}

/* {"input": {"messages": [...]}, "preferred_output": [...], "non_preferred_output": [...]}. */
static bool openai_row(struct buffer *to, const struct json *row)
{
    ARENA_SCOPE arena = arena_new();
    struct json_out out = json_to(to);
    struct pair pair;

    if (!pair_of(arena, row, &pair)) {
        return false;
    }
    json_open(&out, '{');
    json_name(&out, "input");
    json_open(&out, '{');
    json_name(&out, "messages");
    put_message(&out, "user", pair.prompt);
    json_name(&out, "tools");
    json_open(&out, '[');
    json_close(&out, ']');
    json_name(&out, "parallel_tool_calls");
    json_bool(&out, true);
    json_close(&out, '}');
    json_name(&out, "preferred_output");
    put_message(&out, "assistant", pair.chosen);
    json_name(&out, "non_preferred_output");
    put_message(&out, "assistant", pair.rejected);
    json_close(&out, '}');
    buffer_char(to, '\n');
    return true;
}

/* ------------------------------------------------------------------ CSV */

/* Columns follow the first row's task type: its payload's fields as the schema names them, then the
 * labels. The type's definition travels in each row's `columns`. */
static void csv_cell(struct buffer *to, const struct json *value)
{
    if (value == NULL || value->kind == JSON_NULL) {
        return;
    }
    buffer_csv(to, value->kind == JSON_TEXT ? text_of(value->text) : value->source);
}

static void csv_head(struct buffer *to, const struct json *row)
{
    const struct json *columns = json_member(row, "columns");
    const struct json *labels = json_member(row, "labels");

    buffer_string(to, "row_id,task_id,external_id");
    for (const struct json *one = columns == NULL ? NULL : columns->first; one != NULL;
         one = one->next) {
        buffer_char(to, ',');
        csv_cell(to, one);
    }
    for (const struct json *label = labels == NULL ? NULL : labels->first; label != NULL;
         label = label->next) {
        buffer_print(to, ",%s,%s_probability", json_text_of(label, "name"),
                     json_text_of(label, "name"));
    }
    buffer_string(to, ",n_raters,guideline_version,row_hash\r\n");
}

static bool csv_row(struct buffer *to, const struct json *row)
{
    const struct json *columns = json_member(row, "columns");
    const struct json *labels = json_member(row, "labels");
    const struct json *payload = json_member(row, "payload");
    static const char *const BEFORE[] = {"row_id", "task_id", "external_id"};
    static const char *const AFTER[] = {"n_raters", "guideline_version", "row_hash"};

    for (size_t i = 0; i < COUNT(BEFORE); i++) {
        buffer_string(to, i > 0 ? "," : "");
        csv_cell(to, json_member(row, BEFORE[i]));
    }
    for (const struct json *one = columns == NULL ? NULL : columns->first; one != NULL;
         one = one->next) {
        buffer_char(to, ',');
        csv_cell(to, json_member(payload, one->text));
    }
    for (const struct json *label = labels == NULL ? NULL : labels->first; label != NULL;
         label = label->next) {
        buffer_char(to, ',');
        csv_cell(to, json_member(label, "value"));
        buffer_char(to, ',');
        csv_cell(to, json_member(label, "p"));
    }
    for (size_t i = 0; i < COUNT(AFTER); i++) {
        buffer_char(to, ',');
        csv_cell(to, json_member(row, AFTER[i]));
    }
    buffer_string(to, "\r\n");
    return true;
}

static const struct package_format FORMATS[] = {
    {"csv", "rows.csv", "One row a task: payload, inferred labels, identifiers (RFC 4180)",
     csv_head, csv_row},
    {"openai-dpo", "openai_dpo.jsonl", "OpenAI-style preference pairs; ties have no place in it",
     NULL, openai_row},
    {"trl-preference", "trl_preference.jsonl",
     "TRL conversational preference; ties have no place in it", NULL, trl_row},
};

const struct package_format *package_format_at(size_t index)
{
    return index < COUNT(FORMATS) ? &FORMATS[index] : NULL;
}

const struct package_format *package_format_named(const char *name)
{
    for (size_t i = 0; i < COUNT(FORMATS); i++) {
        if (strcmp(FORMATS[i].name, name) == 0) {
            return &FORMATS[i];
        }
    }
    return NULL;
}
