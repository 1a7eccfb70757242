#include "slice/type/type.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/json_schema.h"
#include "sys/embedded.h"

size_t type_count(void)
{
    return embedded_types_count;
}

const char *type_name(size_t index)
{
    return embedded_types[index].name;
}

static const struct embedded *find(const char *name)
{
    for (size_t i = 0; i < embedded_types_count; i++) {
        if (strcmp(embedded_types[i].name, name) == 0) {
            return &embedded_types[i];
        }
    }
    return NULL;
}

/* A label's class as text: numbers as they are written. */
static const char *class_text(struct arena *arena, const struct json *value)
{
    if (value->kind == JSON_TEXT) {
        return value->text;
    }
    return arena_copy(arena, value->source.at, value->source.size);
}

static void read_labels(struct arena *arena, const struct json *list, struct task_type *type)
{
    struct type_label *labels;

    if (list == NULL || list->kind != JSON_LIST) {
        return;
    }
    labels = arena_array(arena, struct type_label, list->count);
    for (const struct json *one = list->first; one != NULL; one = one->next) {
        struct type_label *label = &labels[type->label_count++];
        const struct json *classes = json_member(one, "classes");

        label->name = json_text_of(one, "name");
        label->path = json_text_of(one, "path");
        label->level = json_text_of(one, "level");
        if (classes == NULL || classes->kind != JSON_LIST) {
            continue;
        }
        const char **texts = arena_array(arena, const char *, classes->count);

        for (const struct json *class = classes->first; class != NULL; class = class->next) {
            texts[label->class_count++] = class_text(arena, class);
        }
        label->classes = texts;
    }
    type->labels = labels;
}

static void read_sides(struct arena *arena, const struct json *list, struct task_type *type)
{
    struct type_side *sides;

    if (list == NULL || list->kind != JSON_LIST) {
        return;
    }
    sides = arena_array(arena, struct type_side, list->count);
    for (const struct json *one = list->first; one != NULL; one = one->next) {
        sides[type->side_count++] = (struct type_side){.value = json_text_of(one, "value"),
                                                       .path = json_text_of(one, "path")};
    }
    type->sides = sides;
}

/* The pointer of the first part that is shown and has one. */
static const char *lead_of(const struct json *whole)
{
    const struct json *layout = json_member(whole, "layout");
    const struct json *show = layout == NULL ? NULL : json_member(layout, "show");

    if (show == NULL || show->kind != JSON_LIST) {
        return NULL;
    }
    for (const struct json *part = show->first; part != NULL; part = part->next) {
        if (json_text_of(part, "path") != NULL) {
            return json_text_of(part, "path");
        }
    }
    return NULL;
}

static const char *printed(struct arena *arena, const struct json *tree)
{
    struct buffer buffer = buffer_new(arena);
    struct json_out out = json_to(&buffer);

    json_canonical(&out, tree);
    return buffer.at;
}

/* Fill the parameters in, and parse the result again so that every part has its source. */
static enum err fill(struct arena *arena, const struct json *whole, const char *parameters,
                     struct json **out, struct fault *fault)
{
    struct json *given = NULL;
    struct json *filled = NULL;

    TRY(json_parse(arena, text_of(parameters), &given, fault));
    TRY(json_schema_validate(json_member(whole, "parameters"), given, fault));
    TRY(json_substitute(arena, whole, given, &filled, fault));
    TRY(json_parse(arena, text_of(printed(arena, filled)), out, fault));
    TRY(json_schema_check(json_member(*out, "input"), fault));
    return json_schema_check(json_member(*out, "answer"), fault);
}

enum err type_load(struct arena *arena, const char *name, const char *parameters,
                   const struct task_type **out, struct fault *fault)
{
    const struct embedded *found = find(name);
    struct task_type *type = arena_new_of(arena, struct task_type);
    struct json *whole = NULL;

    if (found == NULL) {
        return fail_field(fault, ERR_INVALID, "task_type", "there is no task type \"%.60s\"", name);
    }
    TRY(json_parse(arena, text_of(found->text), &whole, fault));
    if (parameters != NULL) {
        TRY(fill(arena, whole, parameters, &whole, fault));
    }
    *type = (struct task_type){
        .name = found->name,
        .title = json_text_of(whole, "title"),
        .summary = json_text_of(whole, "summary"),
        .text = arena_copy(arena, whole->source.at, whole->source.size),
        .lead = lead_of(whole),
        .input = json_member(whole, "input"),
        .answer = json_member(whole, "answer"),
        .parameters = json_member(whole, "parameters"),
        .pair = json_member(whole, "pair"),
    };
    read_labels(arena, json_member(whole, "labels"), type);
    read_sides(arena, json_member(whole, "sides"), type);
    *out = type;
    return OK;
}

const char *type_lead(struct arena *arena, const struct task_type *type, const char *payload,
                      size_t length_max)
{
    struct fault ignored;
    struct json *tree = NULL;
    const struct json *value = NULL;

    if (type->lead == NULL || json_parse(arena, text_of(payload), &tree, &ignored) != OK) {
        return "";
    }
    value = json_pointer(tree, type->lead);
    if (value == NULL || value->kind != JSON_TEXT) {
        return "";
    }
    struct text text = text_of(value->text);
    size_t end = 0;

    for (size_t length = 0; end < text.size && length < length_max; length++) {
        text_next(text, &end);
    }
    return arena_copy(arena, text.at, end);
}

const char *type_label_value(struct arena *arena, const struct type_label *label,
                             const struct json *answer)
{
    const struct json *value = json_pointer(answer, label->path);

    return value == NULL || value->kind == JSON_NULL ? NULL : class_text(arena, value);
}
