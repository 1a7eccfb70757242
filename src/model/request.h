#pragma once

/* A call as the server wants it. */

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct arena;
struct model_ask;
struct model_server;

/* What is sent differently when an earlier try came back unusable. */
struct request_changes {
    int64_t seed_step;   /* servers that are deterministic would repeat themselves */
    int64_t tokens_gain; /* factor on the bound of tokens; at least one */
    bool no_format;      /* the server does not know `response_format` */
};

struct text request_body(struct arena *arena, const struct model_server *server,
                         const struct model_ask *ask, struct request_changes changes);

/* SHA-256 over everything that decides the answer. */
const char *request_hash(struct arena *arena, const struct model_server *server,
                         const struct model_ask *ask);
