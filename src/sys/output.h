#pragma once

/* A file that is written piece by piece and appears whole: beside, synced, renamed. */

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"

struct arena;
struct fault;

struct output {
    FILE *file; /* write here; errors are found at the end */
    const char *path;
    const char *beside;
};

/* ERR_INVALID: it cannot be created there. */
enum err output_open(struct arena *arena, const char *path, struct output *out,
                     struct fault *fault);

/* Sync and rename. ERR_UNAVAILABLE: something could not be written; nothing was replaced. */
enum err output_finish(struct output *output, struct fault *fault);
