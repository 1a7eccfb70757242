#pragma once

/* The server as its own files see it. */

#include <pthread.h>
#include <stdatomic.h>

#include "http/request.h"
#include "http/server.h"

struct arenas;
struct asset_table;
struct feeds;
struct limit;
struct listener;
struct log;
struct match_table;
struct metric;
struct pace;
struct peers;
struct pool;
struct problem;

struct http_server {
    struct http_settings settings;
    const struct http_site *site;
    struct store *store;
    struct arena *arena;   /* of the tables */
    struct arenas *arenas; /* of the requests */
    struct match_table *table;
    struct asset_table *assets;
    struct listener *listener;
    struct MHD_Daemon *daemon;
    struct pool *pool;
    struct feeds *feeds;
    struct limit *limit; /* NULL: no bound */
    struct metric *metric;
    struct log *log;
    struct peers *peers;
    _Atomic bool draining;    /* refuse what is new */
    _Atomic bool stopping;    /* and end what would go on for long */
    _Atomic int64_t active;   /* requests accepted and not yet answered to their last byte */
    _Atomic int64_t queued;   /* requests that the store has */
    _Atomic uint64_t next_id; /* of a request that brings none */
    struct pace *pace;        /* [route] */
};

/* door.c: what libmicrohttpd calls. */
void *door_begin(void *server, const char *target, struct MHD_Connection *connection);
enum MHD_Result door_handle(void *server, struct MHD_Connection *connection, const char *url,
                            const char *method, const char *version, const char *upload,
                            size_t *upload_size, void **context);
void door_end(void *server, struct MHD_Connection *connection, void **context,
              enum MHD_RequestTerminationCode code);
size_t door_unescape(void *server, struct MHD_Connection *connection, char *text);

/* The connection sleeps until the request is handed back. */
void door_suspend(struct request *request);

/* A worker or the store is done with it: let the event thread go on. */
void door_hand_back(struct request *request, enum request_state state);

/* Free what the request holds; the last step of its life. */
void request_free(struct request *request);

/* headers.c: read the headers that matter into the request; a refusal of the framing guard, or
 * NULL. */
const char *headers_read(struct request *request, const char *version);

/* intake.c: decide what a request means and whether its body may come. */
void intake(struct request *request);

/* Refuse it, whatever body is on its way. */
void intake_refuse(struct request *request);

/* serve.c: whether an upload may come: nobody fills the disk who may not send anything. On a
 * worker; hands the request back. */
bool serve_admission(struct request *request);

/* A matched route, to its end; false: it is answered already and may be gone. */
bool serve_route(struct request *request);

/* What an event thread may do itself: reads that are quick, and writes that only have to be queued.
 */
enum serve_outcome {
    SERVE_LATER,  /* a worker has to do it */
    SERVE_DONE,   /* the answer is ready */
    SERVE_QUEUED, /* the store has it, and hands it back */
};
enum serve_outcome serve_at_once(struct request *request);

/* The answer to what was queued. */
void serve_queued(struct request *request);

/* probe.c: /healthz, /readyz, /metrics. False: the path is none of these. */
bool probe_match(struct request *request);

/* answer.c: queue the answer. */
enum MHD_Result answer_send(struct request *request);

/* Compress the body when the client takes that and it is worth it; on a worker. */
void answer_compress(struct request *request);
