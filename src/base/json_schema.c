#include "base/json_schema.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/shape.h"

enum { PATH_SIZE = 96, PROPERTY_MAX = 64 };

#define TYPES "object|array|string|integer|number|boolean|null"

struct checker {
    struct fault *fault;
    char path[PATH_SIZE];
};

static const char KNOWN[] =
    "type|enum|const|required|properties|additionalProperties|items|minItems|maxItems|minLength|"
    "maxLength|minimum|maximum|title|description|default|examples|format";

static enum err check_keyword(const struct json *member, struct fault *fault)
{
    if (!shape_allows(KNOWN, member->name)) {
        return fail_field(fault, ERR_INVALID, member->name,
                          "the schema keyword \"%s\" is not supported; use %s", member->name,
                          KNOWN);
    }
    if (strcmp(member->name, "type") == 0 &&
        (member->kind != JSON_TEXT || !shape_allows(TYPES, member->text))) {
        return fail_field(fault, ERR_INVALID, "type", "a schema's type must be one of: %s", TYPES);
    }
    if (strcmp(member->name, "additionalProperties") == 0 &&
        (member->kind != JSON_BOOL || member->yes)) {
        return fail_field(fault, ERR_INVALID, member->name,
                          "additionalProperties may only be false");
    }
    if (strcmp(member->name, "enum") == 0 && (member->kind != JSON_LIST || member->count == 0)) {
        return fail_field(fault, ERR_INVALID, "enum",
                          "enum must be a list with at least one value");
    }
    if (strcmp(member->name, "required") == 0 && member->kind != JSON_LIST) {
        return fail_field(fault, ERR_INVALID, "required", "required must be a list of names");
    }
    return OK;
}

enum err json_schema_check(const struct json *schema, struct fault *fault)
{
    if (schema == NULL || schema->kind != JSON_OBJECT) {
        return fail(fault, ERR_INVALID, "a schema must be an object");
    }
    for (const struct json *member = schema->first; member != NULL; member = member->next) {
        TRY(check_keyword(member, fault));
        if (strcmp(member->name, "items") == 0) {
            TRY(json_schema_check(member, fault));
        }
        if (strcmp(member->name, "properties") == 0) {
            if (member->kind != JSON_OBJECT || member->count > PROPERTY_MAX) {
                return fail_field(fault, ERR_INVALID, "properties",
                                  "properties must be an object with at most %d members",
                                  PROPERTY_MAX);
            }
            for (const struct json *of = member->first; of != NULL; of = of->next) {
                TRY(json_schema_check(of, fault));
            }
        }
    }
    return OK;
}

static const char *place(const struct checker *checker)
{
    return checker->path[0] == '\0' ? "the value" : checker->path;
}

static bool has_type(const struct json *value, const char *type)
{
    switch (value->kind) {
    case JSON_NULL:
        return strcmp(type, "null") == 0;
    case JSON_BOOL:
        return strcmp(type, "boolean") == 0;
    case JSON_INT:
        return strcmp(type, "integer") == 0 || strcmp(type, "number") == 0;
    case JSON_REAL:
        return strcmp(type, "number") == 0;
    case JSON_TEXT:
        return strcmp(type, "string") == 0;
    case JSON_LIST:
        return strcmp(type, "array") == 0;
    case JSON_OBJECT:
        return strcmp(type, "object") == 0;
    }
    return false;
}

/* Plain values only: that is what enumerations hold. */
static bool equal(const struct json *left, const struct json *right)
{
    bool numbers = (left->kind == JSON_INT || left->kind == JSON_REAL) &&
                   (right->kind == JSON_INT || right->kind == JSON_REAL);

    if (numbers) {
        return left->real == right->real;
    }
    if (left->kind != right->kind) {
        return false;
    }
    return left->kind == JSON_NULL || (left->kind == JSON_BOOL && left->yes == right->yes) ||
           (left->kind == JSON_TEXT && strcmp(left->text, right->text) == 0);
}

static enum err check_enum(struct checker *checker, const struct json *allowed,
                           const struct json *value)
{
    char list[200] = "";
    size_t used = 0;

    for (const struct json *one = allowed->first; one != NULL; one = one->next) {
        if (equal(one, value)) {
            return OK;
        }
        if (used < sizeof(list) - 1) {
            used += (size_t)snprintf(list + used, sizeof(list) - used, "%s%.*s",
                                     used > 0 ? ", " : "", (int)one->source.size, one->source.at);
        }
    }
    return fail_field(checker->fault, ERR_INVALID, checker->path,
                      "%s is %.*s, but must be one of: %s", place(checker),
                      (int)(value->source.size < 60 ? value->source.size : 60), value->source.at,
                      list);
}

/* One bound: `keyword` limits `measure` from below or above. */
static enum err check_bound(struct checker *checker, const struct json *schema, const char *keyword,
                            double measure, const char *unit)
{
    const struct json *bound = json_member(schema, keyword);
    bool below = keyword[1] == 'i';

    if (bound == NULL || (below ? measure >= bound->real : measure <= bound->real)) {
        return OK;
    }
    if (below && unit[0] != '\0' && measure == 0) {
        return fail_field(checker->fault, ERR_INVALID, checker->path, "%s must not be empty",
                          place(checker));
    }
    return fail_field(checker->fault, ERR_INVALID, checker->path,
                      "%s must %s at %s %.15g%s, not %.15g", place(checker),
                      unit[0] == '\0' ? "be" : "have", below ? "least" : "most", bound->real, unit,
                      measure);
}

static enum err check_bounds(struct checker *checker, const struct json *schema,
                             const struct json *value)
{
    if (value->kind == JSON_TEXT) {
        double length = (double)text_length(text_of(value->text));

        TRY(check_bound(checker, schema, "minLength", length, " characters"));
        return check_bound(checker, schema, "maxLength", length, " characters");
    }
    if (value->kind == JSON_LIST) {
        TRY(check_bound(checker, schema, "minItems", value->count, " elements"));
        return check_bound(checker, schema, "maxItems", value->count, " elements");
    }
    if (value->kind == JSON_INT || value->kind == JSON_REAL) {
        TRY(check_bound(checker, schema, "minimum", value->real, ""));
        return check_bound(checker, schema, "maximum", value->real, "");
    }
    return OK;
}

static enum err validate(struct checker *checker, const struct json *schema,
                         const struct json *value);

static void extend(struct checker *checker, size_t base, const char *name)
{
    (void)snprintf(checker->path + base, sizeof(checker->path) - base, "%s%.60s",
                   base > 0 ? "." : "", name);
}

static enum err check_required(struct checker *checker, size_t base, const struct json *schema,
                               const struct json *value)
{
    const struct json *required = json_member(schema, "required");

    for (const struct json *name = required == NULL ? NULL : required->first; name != NULL;
         name = name->next) {
        if (json_member(value, name->text) == NULL) {
            extend(checker, base, name->text);
            return fail_field(checker->fault, ERR_INVALID, checker->path, "%s is missing",
                              checker->path);
        }
    }
    return OK;
}

static enum err check_members(struct checker *checker, const struct json *schema,
                              const struct json *value)
{
    const struct json *properties = json_member(schema, "properties");
    bool closed = json_member(schema, "additionalProperties") != NULL;
    size_t base = strlen(checker->path);

    TRY(check_required(checker, base, schema, value));
    for (const struct json *member = value->first; member != NULL; member = member->next) {
        const struct json *of = json_member(properties, member->name);

        extend(checker, base, member->name);
        if (of != NULL) {
            TRY(validate(checker, of, member));
        } else if (closed) {
            return fail_field(checker->fault, ERR_INVALID, checker->path,
                              "there is no field %s here", checker->path);
        }
        checker->path[base] = '\0';
    }
    return OK;
}

static enum err check_elements(struct checker *checker, const struct json *schema,
                               const struct json *value)
{
    const struct json *items = json_member(schema, "items");
    size_t base = strlen(checker->path);
    size_t index = 0;

    for (const struct json *element = items == NULL ? NULL : value->first; element != NULL;
         element = element->next) {
        (void)snprintf(checker->path + base, sizeof(checker->path) - base, "[%zu]", index++);
        TRY(validate(checker, items, element));
        checker->path[base] = '\0';
    }
    return OK;
}

static enum err validate(struct checker *checker, const struct json *schema,
                         const struct json *value)
{
    const struct json *type = json_member(schema, "type");
    const struct json *allowed = json_member(schema, "enum");
    const struct json *only = json_member(schema, "const");

    if (type != NULL && !has_type(value, type->text)) {
        return fail_field(checker->fault, ERR_INVALID, checker->path, "%s must be of type %s",
                          place(checker), type->text);
    }
    if (allowed != NULL) {
        TRY(check_enum(checker, allowed, value));
    }
    if (only != NULL && !equal(only, value)) {
        return fail_field(checker->fault, ERR_INVALID, checker->path, "%s must be %.*s",
                          place(checker), (int)only->source.size, only->source.at);
    }
    TRY(check_bounds(checker, schema, value));
    if (value->kind == JSON_OBJECT) {
        return check_members(checker, schema, value);
    }
    return value->kind == JSON_LIST ? check_elements(checker, schema, value) : OK;
}

enum err json_schema_validate(const struct json *schema, const struct json *value,
                              struct fault *fault)
{
    struct checker checker = {.fault = fault};

    return validate(&checker, schema, value);
}

const struct json *json_pointer(const struct json *root, const char *pointer)
{
    while (root != NULL && *pointer == '/') {
        char name[PATH_SIZE];
        size_t size = strcspn(pointer + 1, "/");

        if (size >= sizeof(name)) {
            return NULL;
        }
        memcpy(name, pointer + 1, size);
        name[size] = '\0';
        root = json_member(root, name);
        pointer += 1 + size;
    }
    return root;
}

enum err json_substitute(struct arena *arena, const struct json *tree,
                         const struct json *parameters, struct json **out, struct fault *fault)
{
    const char *wanted = json_text_of(tree, "$parameter");
    struct json *copy = arena_new_of(arena, struct json);

    if (wanted != NULL) {
        const struct json *given = json_member(parameters, wanted);

        if (given == NULL) {
            return fail_field(fault, ERR_INVALID, wanted, "the parameter %s is missing", wanted);
        }
        *copy = *given;
        copy->name = tree->name;
        copy->next = NULL;
        *out = copy;
        return OK;
    }
    *copy = *tree;
    copy->first = NULL;
    copy->next = NULL;
    struct json **tail = &copy->first;

    for (const struct json *child = tree->first; child != NULL; child = child->next) {
        TRY(json_substitute(arena, child, parameters, tail, fault));
        tail = &(*tail)->next;
    }
    *out = copy;
    return OK;
}
