#pragma once

/* A command's words and options as a request, and its answer as a result. */

#include <stdbool.h>

#include "base/err.h"

struct invocation;
struct json;
struct remote_answer;
struct remote_request;
struct remote_server;

/* The options of every remote command come first in its options struct. */
struct remote_options {
    const char *server;
    const char *key_file;
    const char *out; /* where a download goes */
    bool json;
    bool all;
    bool wait; /* until the job that the request begins has ended */
};

/* `call->with` is the route. */
enum err remote_run(struct invocation *call);

/* The server and key that options and environment name. */
enum err remote_find_server(struct invocation *call, struct remote_server *out);

/* Any refusal of the server becomes a fault of its kind. */
enum err remote_expect(struct invocation *call, const struct remote_server *server,
                       const struct remote_request *request, struct remote_answer *out);

/* GET `target`, whose answer must be JSON. */
enum err remote_get(struct invocation *call, const struct remote_server *server, const char *target,
                    struct json **out);
