#include "slice/gold/gold_rule.h"

#include <stddef.h>
#include <string.h>

#include "slice/type/type.h"

bool gold_differs(struct arena *arena, const struct task_type *type, const struct json *gold,
                  const struct json *answer)
{
    for (size_t i = 0; i < type->label_count; i++) {
        const char *known = type_label_value(arena, &type->labels[i], gold);
        const char *said = type_label_value(arena, &type->labels[i], answer);

        if (known != NULL && (said == NULL || strcmp(known, said) != 0)) {
            return true;
        }
    }
    return false;
}

bool gold_may_become(const char *state, const char *next)
{
    return strcmp(state, "retired") != 0 && strcmp(state, next) != 0;
}

bool plant_is_caught(const char *expected, const char *verdict)
{
    bool found_fault = strcmp(verdict, "accept") != 0;

    return found_fault == (strcmp(expected, "fault") == 0);
}
