#pragma once

/*
 * Routes: what the server answers, declared.
 *
 * Before `serve` runs, the door has matched the path, authenticated, checked the
 * grant and decoded query and body by their shapes into `call`. After it, the
 * reply is encoded by its shape. Handlers never see JSON, headers or status lines.
 *
 * A route that `writes` runs whole inside one write transaction of the store (and
 * may be run again by it); any other runs inside a read transaction, unless it is
 * `free`: then it opens its own with store_read and store_write (slow work such as
 * password hashing, long streams).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/shape.h"
#include "base/text.h"

struct arena;
struct outlet;
struct stream;
struct work;

enum method { GET, POST, PUT, PATCH, DELETE };

enum route_mode {
    ROUTE_READS,
    ROUTE_WRITES,
    ROUTE_FREE,
};

/* A body that was spooled to a file instead of being decoded. */
struct upload {
    const char *path;         /* a private file, removed after the call */
    const char *content_type; /* without parameters */
    uint64_t size;
};

struct call {
    struct work *work;
    const char *const *ids; /* from the {braces} in the path, in order, unescaped */
    const void *query;      /* as the route's query shape says */
    const void *body;       /* as the route's body shape says */
    const struct upload *upload;
    const char *if_match; /* the version the caller saw, from If-Match; NULL: none given */
    const char *address;  /* of the peer, for throttling and the audit */
    const char *session;  /* the session cookie's value, or NULL */
    /* Set by the handler: */
    const void *reply;       /* as the reply shape says */
    const char *version;     /* becomes the ETag */
    const char *set_session; /* new session cookie; "" clears it */
    const char *file_path;   /* answer with this file instead of a reply */
    struct text file_text;   /* the same from memory, in the work's arena; `at` NULL: none */
    const char *file_name;   /* name offered for download */
    const char *file_type;
};

struct route {
    enum method method;
    const char *path; /* "/v1/campaigns/{campaign_id}" */
    enum err (*serve)(struct call *call);
    uint32_t roles; /* bits that the authoriser understands; zero: anyone, even signed out */
    int status;     /* when it went well: 200, 201, 202 or 204 */
    enum route_mode mode;
    bool uploads;      /* the body is spooled to a file, bounded by the upload setting; with a body
                        * shape: a file of lines of JSON, each as the shape says */
    uint64_t body_max; /* bytes; zero: the server's default */
    const struct shape *query;
    const struct shape *body;
    const struct shape *reply;
    /* The organisation that owns what the first id names, for queries to bind; NULL: nothing is
     * owned. ERR_NOT_FOUND when there is no such thing, or none that the asker may see. */
    enum err (*owner)(struct work *work, const char *id, const char **organisation_id);
    /* Server-sent events instead of a reply: called again and again, about every `poll` of the
     * settings, inside a read transaction, until it says done. */
    enum err (*events)(struct call *call, struct stream *stream);
    /* Lines of JSON instead of a reply, each as the reply shape says, written while the handler
     * works (http/outlet.h). It runs outside any transaction. */
    enum err (*pour)(struct call *call, struct outlet *outlet);
    const char *media; /* what is poured; NULL: application/x-ndjson */
    const char *summary;
    const char *command; /* the same from a terminal: "campaign show" */
    /* What a job fills after the reply, and where its bad records are listed; NULL: neither. What
     * stands in {braces} is a member of the reply: "/v1/batches/{batch_id}". */
    const char *fills;
    const char *report;
    /* A key of this scope may call this route and no other; NULL: keys for everything only. */
    const char *scope;
};

/* What an `events` handler fills: at most one event a call. */
struct stream {
    const char *event;   /* name; NULL: nothing new */
    const void *data;    /* as the route's reply shape says */
    bool done;           /* close after this event */
    void *state;         /* the handler's own, NULL at first */
    struct arena *arena; /* for `state`: it lives as long as the stream; the work's arena goes
                          * after each call */
};
