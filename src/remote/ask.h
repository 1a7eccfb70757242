#pragma once

/* A command's words and options as a request, and its answer as a result. */

#include <stdbool.h>

#include "base/err.h"

struct invocation;

/* The options of every remote command come first in its options struct. */
struct remote_options {
    const char *server;
    const char *key_file;
    const char *out; /* where a download goes */
    bool json;
    bool all;
};

/* `call->with` is the route. */
enum err remote_run(struct invocation *call);
