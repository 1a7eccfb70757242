#pragma once

/* Shapes as JSON Schema (2020-12), for the OpenAPI document. */

#include <stddef.h>

#include "base/json.h"

struct arena;
struct field;
struct shape;

/* Shapes under the names that the document gives them: their own, or with a number behind it where
 * two differ and are called the same. */
struct schemas {
    struct arena *arena;
    const struct shape **shapes;
    const char **names;
    size_t count;
    size_t room;
};

void schemas_add(struct schemas *schemas, const struct shape *shape); /* and all that it holds */
const char *schemas_name(const struct schemas *schemas, const struct shape *shape);

/* {"type": "integer", "minimum": 1, …} */
void schema_field(struct json_out *out, const struct schemas *schemas, const struct field *field);

/* What comes next stands on a line of its own, so that two versions of a document can be compared.
 */
void schema_line(struct json_out *out);

/* The members of "components/schemas", sorted by name. */
void schemas_write(struct json_out *out, const struct schemas *schemas);
