#pragma once

/*
 * Task types: what a task shows and asks, as data.
 *
 * A type is one JSON file in types/: the schema of a task's payload, the schema of
 * an answer, the labels that truth inference reads from an answer, and a layout
 * for the page. A campaign fills in the type's parameters.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct arena;
struct fault;
struct json;

/* One thing that an answer says, as the quality engines read it. */
struct type_label {
    const char *name;
    const char *path;  /* JSON pointer into an answer */
    const char *level; /* nominal, ordinal or interval */
    const char *const *classes;
    size_t class_count;
};

struct type_side {
    const char *value; /* what an answer calls it */
    const char *path;  /* into the payload */
};

struct task_type {
    const char *name;
    const char *title;
    const char *summary;
    const char *lead; /* JSON pointer to the first text that a task shows; NULL: it shows none */
    const char *text; /* the whole type as JSON, parameters filled in */
    const struct json *input;
    const struct json *answer;
    const struct json *parameters;
    const struct json *pair; /* how a label chooses between two sides; NULL: it does not */
    const struct type_label *labels;
    size_t label_count;
    const struct type_side *sides; /* shown in an order of chance; none: count zero */
    size_t side_count;
};

/* Names of all types, in order. */
size_t type_count(void);
const char *type_name(size_t index);

/* ERR_INVALID: no such type, or the parameters do not fit it. `parameters` is JSON; NULL: leave the
 * parameters open, for a description. */
enum err type_load(struct arena *arena, const char *name, const char *parameters,
                   const struct task_type **out, struct fault *fault);

/* What a task is about in a line: the beginning, at most `length_max` characters, of the first text
 * that it shows; "" if there is none. */
const char *type_lead(struct arena *arena, const struct task_type *type, const char *payload,
                      size_t length_max);

/* A label's value in an answer as text, or NULL when the answer does not say. */
const char *type_label_value(struct arena *arena, const struct type_label *label,
                             const struct json *answer);
