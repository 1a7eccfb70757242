#pragma once

/*
 * The HTTP door: sockets, framing, routing, and the pool of request workers.
 *
 * A few event threads read and write (libmicrohttpd, connections suspended while
 * their request is worked on). Where the store is near, they answer reads that have
 * always been quick, and queue writes of whom they know; a bounded pool of workers
 * runs each other request from start to end. A full queue answers 503 at once.
 * Whatever knows the product comes in through `struct http_hooks`.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct buffer;
struct call;
struct fault;
struct http_server;
struct installation;
struct principal;
struct route;
struct store;
struct work;

struct http_settings {
    const char *address; /* to listen on, "127.0.0.1" */
    int64_t port;        /* 0: any free one */
    const char *proxy;   /* address of the proxy whose X-Forwarded-For is believed; NULL: none */
    const char *origin;  /* as browsers see us, "https://periti.example.org"; NULL: any same-host */
    int64_t worker_count; /* request workers, 64 */
    int64_t queue_max;    /* requests that may wait for a worker */
    int64_t connection_max;
    int64_t connection_max_per_address;
    int64_t stream_max;      /* event streams open at once */
    int64_t body_max;        /* bytes of a decoded body */
    int64_t upload_max;      /* bytes of a spooled body */
    int64_t timeout_s;       /* of an idle or slow connection */
    int64_t rate_per_minute; /* requests of one address without a session; 0: no bound */
    int64_t poll_ms;         /* how often a stream looks for news */
    const char *spool; /* folder for uploads; what a process that died left there is the caller's to
                          clean */
    bool secure_cookie; /* behind TLS */
};
extern const struct http_settings HTTP_DEFAULTS;

/* What the request carries to show who sends it. */
struct http_credentials {
    const char *session; /* cookie, or NULL */
    const char *bearer;  /* API key, or NULL */
    const char *address;
};

/* An answer kept under an Idempotency-Key. */
struct http_kept {
    const char
        *request_hash; /* of method, path and body: another request under the same key is refused */
    int64_t status;
    const char *body;
    const char *etag;
};

struct http_hooks {
    /* Who is it, as far as can be said without the store? False: ask `authenticate`. May be NULL.
     */
    bool (*recognise)(struct work *work, const struct http_credentials *credentials,
                      const struct principal **out);
    /* Who is it? OK with *out NULL: nobody. ERR_UNAUTHENTICATED: credentials that do not hold.
     * Called inside a read transaction. */
    enum err (*authenticate)(struct work *work, const struct http_credentials *credentials,
                             const struct principal **out);
    /* May `work->who` call this route on this thing? Sets `work->organisation_id`. Called inside
     * the transaction of the call. */
    enum err (*authorise)(struct work *work, const struct route *route, const char *const *ids);
    /* The answer kept for this principal and key; ERR_NOT_FOUND: none. Inside the write
     * transaction. */
    enum err (*recall)(struct work *work, const char *key, struct http_kept *out);
    enum err (*keep)(struct work *work, const char *key, const struct http_kept *kept);
    /* Append the product's own lines to /metrics; inside a read transaction. */
    enum err (*metrics)(struct work *work, struct buffer *to);
};

/* A file of the page, embedded in the binary. */
struct http_asset {
    const char *path; /* "/assets/index-5f3a.js" */
    const char *type;
    const unsigned char *bytes; /* gzip */
    size_t size;
    bool immutable; /* its name holds its hash: cached for a year */
};

struct http_site {
    const struct route *const *routes; /* gathered from every slice */
    size_t route_count;
    const struct http_asset *assets; /* any other GET of HTML answers with "/index.html" */
    size_t asset_count;
    const struct http_hooks *hooks;
    uint32_t everyone; /* the bits of all roles: who has one may read what is open to all of them */
    const struct installation *installation; /* handed through to every work */
};

/* ERR_UNAVAILABLE: the address cannot be listened on. */
enum err http_start(const struct http_settings *settings, const struct http_site *site,
                    struct store *store, struct http_server **out, struct fault *fault);
int64_t http_port(const struct http_server *server);

/* Refuse new requests, finish those accepted, at most `grace_s` seconds, then stop. */
void http_stop(struct http_server *server, int64_t grace_s);

/* The OpenAPI 3.1 document of the routes, canonical: the same bytes for the same tables. */
void http_openapi(const struct http_site *site, const char *version, struct buffer *to);
