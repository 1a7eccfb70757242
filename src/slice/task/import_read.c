#include <stdbool.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/json_schema.h"
#include "slice/task/import.h"
#include "slice/type/type.h"

/* Empty text in a field that may be absent means absent: CSV has no other way to say so. */
static bool is_present(const struct json *value)
{
    return value != NULL && value->kind != JSON_NULL &&
           (value->kind != JSON_TEXT || value->text[0] != '\0');
}

static const char *identifier(struct arena *arena, const struct json *columns, const char *column)
{
    const struct json *value = column == NULL ? NULL : json_member(columns, column);

    if (!is_present(value)) {
        return NULL;
    }
    return value->kind == JSON_TEXT ? value->text
                                    : arena_copy(arena, value->source.at, value->source.size);
}

enum err import_payload(struct arena *arena, const struct task_type *type,
                        const struct mapping *mapping, const struct json *columns,
                        const char **payload, const char **external_id, struct fault *fault)
{
    struct json *object = arena_new_of(arena, struct json);
    struct json **tail = &object->first;
    struct buffer buffer = buffer_new(arena);
    struct json_out out = json_to(&buffer);

    object->kind = JSON_OBJECT;
    for (size_t i = 0; i < mapping->count; i++) {
        const struct json *value = json_member(columns, mapping->pairs[i].column);

        bool empty_counts = value != NULL && value->kind == JSON_TEXT &&
                            field_is_required(type, mapping->pairs[i].field);

        if (is_present(value) || empty_counts) {
            struct json *member = arena_new_of(arena, struct json);

            *member = *value;
            member->name = mapping->pairs[i].field;
            member->next = NULL;
            *tail = member;
            tail = &member->next;
            object->count++;
        }
    }
    TRY(json_schema_validate(type->input, object, fault));
    json_canonical(&out, object);
    *payload = buffer.at;
    *external_id = identifier(arena, columns, mapping->external_id);
    return OK;
}
