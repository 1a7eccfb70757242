#include "base/shape.h"

#include <math.h>
#include <string.h>

static void clear_field(const struct field *field, char *at)
{
    switch (field->kind) {
    case FIELD_INT:
    case FIELD_TIME:
        *(int64_t *)(void *)at = INT_ABSENT;
        break;
    case FIELD_REAL:
        *(double *)(void *)at = (double)NAN;
        break;
    case FIELD_OBJECT:
        shape_clear(field->of, at);
        break;
    case FIELD_TEXT:
    case FIELD_JSON:
    case FIELD_BOOL:
    case FIELD_LIST:
    case FIELD_TEXTS:
        break; /* zero bytes say it */
    }
}

void shape_clear(const struct shape *shape, void *out)
{
    if (shape->defaults != NULL) {
        memcpy(out, shape->defaults, shape->size);
        return;
    }
    memset(out, 0, shape->size);
    for (size_t i = 0; i < shape->field_count; i++) {
        clear_field(&shape->fields[i], (char *)out + shape->fields[i].offset);
    }
}

bool shape_allows(const char *choices, const char *value)
{
    size_t size = strlen(value);

    for (const char *at = choices;;) {
        size_t width = strcspn(at, "|");

        if (width == size && memcmp(at, value, size) == 0) {
            return true;
        }
        if (at[width] == '\0') {
            return false;
        }
        at += width + 1;
    }
}
