#pragma once

/*
 * YAML as résumés are written in: maps and lists by indentation, scalars on one line, plain or
 * quoted. Anchors, tags, flow collections and block scalars are not read.
 */

#include <stddef.h>

#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;

struct yaml_value {
    const char *path; /* cv.sections.education[0].degree */
    const char *value;
};

/* Scalars in their order; empty ones are left out. ERR_INVALID: nested deeper than 32 levels. */
enum err yaml_file_read(struct arena *arena, struct text text, struct yaml_value **out,
                        size_t *count, struct fault *fault);
