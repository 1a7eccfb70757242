#pragma once

/* What a server sent back, read. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;
struct json;

struct answer {
    const char *text; /* never NULL */
    bool refused;
    bool cut;      /* finish_reason "length" */
    bool finished; /* a finish_reason came */
    int64_t input_tokens;
    int64_t output_tokens;
};

/* A whole body. ERR_INVALID: it is no chat completion. */
enum err answer_read(struct arena *arena, struct text body, struct answer *out,
                     struct fault *fault);

/* A body of server-sent events. ERR_INVALID: an event is no chunk, or the stream broke off. */
enum err answer_read_events(struct arena *arena, struct text body, struct answer *out,
                            struct fault *fault);

/*
 * The one JSON value in what a model wrote: bare, in a fence, or after some words. ERR_INVALID:
 * there is none, or more than one object, so that nobody can tell which is meant.
 */
enum err answer_value(struct arena *arena, const char *text, const struct json **out,
                      struct fault *fault);
