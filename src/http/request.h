#pragma once

/*
 * One request on its way: made by an event thread when the request line is in,
 * served at once or handed to one worker, or to the store's queue, while the
 * connection is suspended, handed back to be answered, gone when the last byte is
 * out. At any time one thread has it.
 */

#include <microhttpd.h>

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/fault.h"
#include "http/match.h"
#include "http/server.h"

struct feed;
struct kept_arena;
struct outlet;
struct http_server;
struct peer;
struct problem;
struct serving;
struct spool;

/* What leaves. Texts live in the request's arena. */
struct answer {
    int status; /* zero: none yet */
    const char *type;
    struct text body;
    const char *etag;
    const char *cookie; /* a whole Set-Cookie value */
    const char *allow;
    const char *disposition;
    const char *file_path;
    const char *content_range; /* of a part of a file */
    int64_t retry_after_s;
    bool gzipped;     /* the body is compressed already */
    bool immutable;   /* may be cached for a year */
    bool revalidated; /* may be cached, asking each time */
    bool page;        /* HTML of ours: the page's own content policy */
    bool close;       /* the connection ends with this answer */
    struct feed *feed;
    struct outlet *outlet;
};

enum request_state {
    REQUEST_NEW,
    REQUEST_UPLOAD,   /* a worker has to say whether its body may come */
    REQUEST_ADMITTED, /* it did; there is an answer if it may not */
    REQUEST_BODY,     /* its body is being read */
    REQUEST_DRAIN,    /* refused already, its body is read and dropped */
    REQUEST_WORKING,  /* a worker has it, or the store */
    REQUEST_WRITTEN,  /* the store has done its part */
    REQUEST_ANSWERED, /* ready to be sent */
    REQUEST_SENDING,
};

struct request {
    struct http_server *server;
    struct MHD_Connection *connection;
    struct peer *peer;
    struct kept_arena *kept_arena; /* to be given back */
    struct arena *arena;           /* the same, to take from */
    enum request_state state;
    bool counted; /* among those that a graceful stop waits for */
    int64_t begun_us;
    const char *id;
    const char *address;
    /* The request line, raw. */
    const char *method_text;
    const char *target;    /* from its path on */
    struct text authority; /* what stood before; mostly nothing */
    struct text path;
    struct text query;
    enum method method;
    bool head;
    /* Headers; NULL: not there. */
    const char *content_type;
    const char *if_match;
    const char *if_none_match;
    const char *range;
    const char *if_range;
    const char *accept;
    const char *accept_encoding;
    const char *idempotency_key;
    const char *cookie;
    const char *host;
    const char *origin;
    const char *fetch_site;
    const char *expect;
    const char *session;
    const char *bearer;
    bool bad_authorization;
    /* What it means. */
    struct match match;
    size_t metric_row;
    bool (*run)(
        struct request *request); /* on a worker, or at once; false: it is answered already */
    struct serving *serving;      /* of a queued write */
    /* The body. */
    bool has_body;
    bool chunked;
    uint64_t length;    /* as declared; zero when chunked */
    uint64_t body_size; /* as received */
    uint64_t body_max;
    struct buffer body;
    struct spool *spool;
    struct answer answer;
    struct fault fault; /* of a failure of our own, for the log */
};

/* Set the answer to a problem document. */
void request_refuse(struct request *request, const struct problem *problem,
                    const struct fault *fault);

/* The same for an outcome that is not OK. */
void request_fail(struct request *request, enum err err, const struct fault *fault);
