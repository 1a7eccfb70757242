#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "engine/verify/check_internal.h"

enum { UNORDERED_MAX = 2000 };

/* Models wrap JSON in a fence. False: there is none. */
static bool unfence(struct text text, struct text *inner)
{
    const char *open = text.size < 3 ? NULL : memmem(text.at, text.size, "```", 3);
    const char *line =
        open == NULL ? NULL : memchr(open, '\n', (size_t)(text.at + text.size - open));

    if (line == NULL) {
        return false;
    }
    size_t left = (size_t)(text.at + text.size - line);
    const char *close = memmem(line, left, "```", 3);

    *inner =
        text_trim((struct text){.at = line, .size = close == NULL ? left : (size_t)(close - line)});
    return true;
}

/* What is JSON as it stands may hold a fence in its texts. */
static enum err read_answer(struct arena *scratch, struct text answer, struct json **out,
                            struct fault *fault)
{
    enum err err = json_parse(scratch, text_trim(answer), out, fault);
    struct text inner;

    return err != OK && unfence(answer, &inner) ? json_parse(scratch, inner, out, fault) : err;
}

/* rows[0].name; NULL: there is no such part. */
static const struct json *at_path(const struct json *value, const char *path, struct arena *scratch)
{
    while (value != NULL && *path != '\0') {
        if (*path == '[') {
            uint32_t index = 0;

            for (path++; *path >= '0' && *path <= '9' && index < UINT32_MAX / 10 - 1; path++) {
                index = index * 10 + (uint32_t)(*path - '0');
            }
            path += *path == ']';
            value = value->kind == JSON_LIST && index < value->count ? value->first : NULL;
            for (; value != NULL && index > 0; index--) {
                value = value->next;
            }
            continue;
        }
        path += *path == '.';
        size_t size = strcspn(path, ".[");

        value =
            value->kind == JSON_OBJECT ? json_member(value, arena_copy(scratch, path, size)) : NULL;
        path += size;
    }
    return value;
}

static bool is_number(const struct json *value)
{
    return value->kind == JSON_INT || value->kind == JSON_REAL;
}

static bool same(const struct check_options *options, struct arena *scratch,
                 const struct json *left, const struct json *right);

static bool same_list(const struct check_options *options, struct arena *scratch,
                      const struct json *left, const struct json *right)
{
    if (!options->unordered || left->count > UNORDERED_MAX) {
        const struct json *a = left->first;

        for (const struct json *b = right->first; b != NULL; a = a->next, b = b->next) {
            if (!same(options, scratch, a, b)) {
                return false;
            }
        }
        return true;
    }
    bool *used = arena_array(scratch, bool, right->count + 1);

    for (const struct json *a = left->first; a != NULL; a = a->next) {
        size_t index = 0;
        const struct json *b = right->first;

        while (b != NULL && (used[index] || !same(options, scratch, a, b))) {
            b = b->next;
            index++;
        }
        if (b == NULL) {
            return false;
        }
        used[index] = true;
    }
    return true;
}

static bool same(const struct check_options *options, struct arena *scratch,
                 const struct json *left, const struct json *right)
{
    if (is_number(left) && is_number(right)) {
        return left->kind == JSON_INT && right->kind == JSON_INT
                   ? left->integer == right->integer ||
                         check_close(options, left->real, right->real)
                   : check_close(options, left->real, right->real);
    }
    if (left->kind != right->kind || left->count != right->count) {
        return false;
    }
    switch (left->kind) {
    case JSON_NULL:
        return true;
    case JSON_BOOL:
        return left->yes == right->yes;
    case JSON_TEXT:
        return strcmp(left->text, right->text) == 0;
    case JSON_LIST:
        return same_list(options, scratch, left, right);
    case JSON_OBJECT:
        for (const struct json *member = left->first; member != NULL; member = member->next) {
            const struct json *other = json_member(right, member->name);

            if (other == NULL || !same(options, scratch, member, other)) {
                return false;
            }
        }
        return true;
    case JSON_INT:
    case JSON_REAL:
        break;
    }
    return false;
}

static struct verdict read_both(struct arena *scratch, struct text answer, struct text reference,
                                struct json **got, struct json **want)
{
    struct fault fault = {0};

    if (json_parse(scratch, text_trim(reference), want, &fault) != OK) {
        return verdict_unscored(REASON_VERIFIER,
                                arena_print(scratch, "the reference is %s", fault.text));
    }
    if (read_answer(scratch, answer, got, &fault) != OK) {
        return verdict_fail(REASON_FORMAT, arena_print(scratch, "the answer is %s", fault.text));
    }
    return verdict_pass();
}

struct verdict check_json(const struct check_options *options, struct arena *scratch,
                          struct text answer, struct text reference)
{
    struct json *want = NULL;
    struct json *got = NULL;
    struct verdict read = read_both(scratch, answer, reference, &got, &want);

    if (read.kind != VERDICT_PASS) {
        return read;
    }
    const struct json *part = got;

    if (options->path != NULL) {
        part = at_path(got, options->path, scratch);
    }
    if (part == NULL) {
        return verdict_fail(REASON_FORMAT, "the answer has no such part");
    }
    return same(options, scratch, part, want) ? verdict_pass() : verdict_fail(REASON_WRONG, NULL);
}

/* ---- schemas: type, enum, const, properties, required, additionalProperties, items and bounds
 * ---- */

static bool has_type(const struct json *value, const char *type)
{
    static const char *const NAMES[] = {
        [JSON_NULL] = "null",    [JSON_BOOL] = "boolean", [JSON_INT] = "integer",
        [JSON_REAL] = "number",  [JSON_TEXT] = "string",  [JSON_LIST] = "array",
        [JSON_OBJECT] = "object"};
    bool whole = value->kind == JSON_REAL && value->real == floor(value->real);

    return strcmp(NAMES[value->kind], type) == 0 ||
           (value->kind == JSON_INT && strcmp(type, "number") == 0) ||
           (whole && strcmp(type, "integer") == 0);
}

static bool obeys_type(const struct json *value, const struct json *type)
{
    if (type == NULL || type->kind == JSON_TEXT) {
        return type == NULL || has_type(value, type->text);
    }
    for (const struct json *one = type->first; one != NULL; one = one->next) {
        if (one->kind == JSON_TEXT && has_type(value, one->text)) {
            return true;
        }
    }
    return false;
}

static bool obeys_bound(const struct json *schema, const char *name, double size, bool least)
{
    const struct json *bound = json_member(schema, name);

    return bound == NULL || !is_number(bound) ||
           (least ? size >= bound->real : size <= bound->real);
}

static bool obeys_values(struct arena *scratch, const struct json *value, const struct json *schema)
{
    static const struct check_options EXACT = {.check = "json"};
    const struct json *list = json_member(schema, "enum");
    const struct json *constant = json_member(schema, "const");
    bool listed = list == NULL;

    for (const struct json *one = list == NULL ? NULL : list->first; one != NULL; one = one->next) {
        listed = listed || same(&EXACT, scratch, value, one);
    }
    return listed && (constant == NULL || same(&EXACT, scratch, value, constant));
}

static bool obeys(struct arena *scratch, const struct json *value, const struct json *schema,
                  const char **broken);

static bool obeys_object(struct arena *scratch, const struct json *value, const struct json *schema,
                         const char **broken)
{
    const struct json *properties = json_member(schema, "properties");
    const struct json *required = json_member(schema, "required");
    const struct json *more = json_member(schema, "additionalProperties");

    for (const struct json *name = required == NULL ? NULL : required->first; name != NULL;
         name = name->next) {
        if (name->kind == JSON_TEXT && json_member(value, name->text) == NULL) {
            *broken = name->text;
            return false;
        }
    }
    for (const struct json *member = value->first; member != NULL; member = member->next) {
        const struct json *inner =
            properties == NULL ? NULL : json_member(properties, member->name);

        *broken = member->name;
        if (inner == NULL && more != NULL && more->kind == JSON_BOOL && !more->yes) {
            return false;
        }
        if (inner == NULL && more != NULL && more->kind == JSON_OBJECT) {
            inner = more;
        }
        if (inner != NULL && !obeys(scratch, member, inner, broken)) {
            return false;
        }
    }
    return true;
}

static bool obeys(struct arena *scratch, const struct json *value, const struct json *schema,
                  const char **broken)
{
    if (schema->kind != JSON_OBJECT) {
        return schema->kind != JSON_BOOL || schema->yes;
    }
    if (!obeys_type(value, json_member(schema, "type")) || !obeys_values(scratch, value, schema)) {
        return false;
    }
    if (is_number(value)) {
        return obeys_bound(schema, "minimum", value->real, true) &&
               obeys_bound(schema, "maximum", value->real, false);
    }
    if (value->kind == JSON_TEXT) {
        double length = (double)text_length(text_of(value->text));

        return obeys_bound(schema, "minLength", length, true) &&
               obeys_bound(schema, "maxLength", length, false);
    }
    if (value->kind == JSON_OBJECT) {
        return obeys_object(scratch, value, schema, broken);
    }
    const struct json *items = value->kind == JSON_LIST ? json_member(schema, "items") : NULL;

    for (const struct json *one = items == NULL ? NULL : value->first; one != NULL;
         one = one->next) {
        if (!obeys(scratch, one, items, broken)) {
            return false;
        }
    }
    return value->kind != JSON_LIST || (obeys_bound(schema, "minItems", value->count, true) &&
                                        obeys_bound(schema, "maxItems", value->count, false));
}

struct verdict check_schema(struct arena *scratch, struct text answer, struct text reference)
{
    struct json *want = NULL;
    struct json *got = NULL;
    const char *broken = "the value itself";
    struct verdict read = read_both(scratch, answer, reference, &got, &want);

    if (read.kind != VERDICT_PASS) {
        return read;
    }
    return obeys(scratch, got, want, &broken)
               ? verdict_pass()
               : verdict_fail(REASON_WRONG,
                              arena_print(scratch, "breaks the schema at %s", broken));
}
