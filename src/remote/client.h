#pragma once

/* One HTTP request to the server, and its answer. */

#include "base/buffer.h"
#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;

struct remote_server {
    const char *url;    /* "http://127.0.0.1:8080" */
    const char *key;    /* API key, or NULL */
    const char *cookie; /* of a session, "name=value", or NULL */
};

struct remote_request {
    const char *method;
    const char *target;      /* path and query, escaped */
    struct text body;        /* JSON; `at` NULL: none */
    const char *upload_path; /* sent instead of a body; NULL: none */
    const char *save_path;   /* where the answer's body goes; NULL: into memory */
    bool once;               /* carry an Idempotency-Key, and try again when nothing came back */
};

struct remote_answer {
    long status;
    const char *type;
    const char *cookie; /* that it set, as "name=value"; NULL: none */
    struct buffer body;
};

/* ERR_UNAVAILABLE: the server cannot be reached. Any answer at all is OK, whatever its status. */
enum err remote_ask(struct arena *arena, const struct remote_server *server,
                    const struct remote_request *request, struct remote_answer *out,
                    struct fault *fault);

/* Characters that mean nothing in a URL stay, others become %XX. */
void remote_escape(struct buffer *to, const char *text);
