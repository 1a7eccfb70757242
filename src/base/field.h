#pragma once

/* Fields from text: one member of a struct, as options, the environment and query strings give it.
 */

#include "base/err.h"

struct arena;
struct fault;
struct field;
struct texts;

/*
 * Set the member that `field` describes in the struct at `out`. A list of texts
 * grows by one. ERR_INVALID says what would be right. Objects and lists cannot be
 * given this way.
 */
enum err field_set(struct arena *arena, const struct field *field, const char *text, void *out,
                   struct fault *fault);

/* One more text at the end of the list. */
void texts_add(struct arena *arena, struct texts *list, const char *text);
