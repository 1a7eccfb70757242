#pragma once

/*
 * JSON Schema, the part that describes tasks and answers (draft 2020-12 names):
 * type, enum, const, required, properties, additionalProperties (false only),
 * items, minItems, maxItems, minLength, maxLength, minimum, maximum. Keywords
 * that describe but do not check (title, description, …) are passed over; any
 * other keyword is refused when the schema is checked, so none is ignored in silence.
 */

#include "base/err.h"

struct arena;
struct fault;
struct json;

/* ERR_INVALID: the schema itself uses a keyword or a form that is not understood. */
enum err json_schema_check(const struct json *schema, struct fault *fault);

/* ERR_INVALID names the first member that does not fit, as `answers[1].text`. The schema must have
 * passed json_schema_check. */
enum err json_schema_validate(const struct json *schema, const struct json *value,
                              struct fault *fault);

/* The value at a JSON pointer (RFC 6901, without ~ escapes), or NULL. */
const struct json *json_pointer(const struct json *root, const char *pointer);

/*
 * A copy of the tree in which every object {"$parameter": "name"} is replaced by the member `name`
 * of `parameters`. ERR_INVALID: there is no such member.
 */
enum err json_substitute(struct arena *arena, const struct json *tree,
                         const struct json *parameters, struct json **out, struct fault *fault);
