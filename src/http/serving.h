#pragma once

/* One request of a route while it is served; private to serve.c and serve_write.c. */

#include <stdbool.h>

#include "base/err.h"
#include "base/text.h"
#include "http/route.h"
#include "http/server.h"
#include "store/work.h"

struct request;

/* The store may run a transaction again, so each run begins with a call made anew from what does
 * not change. */
struct serving {
    struct request *request;
    const struct route *route;
    const struct http_hooks *hooks;
    struct work work;
    struct call call;
    const void *query;
    const void *body;
    struct upload upload;
    const char *if_match;
    const char *request_hash; /* NULL: nothing is kept */
    bool key_reused;
    struct http_kept kept;
    struct text encoded;
    enum err outcome; /* of a queued write */
    bool away;        /* the answer left already, and the request may be gone */
};

/* False: only the store can say who asks. */
bool serving_recognise(struct serving *serving);
enum err serving_authorise(struct serving *serving, struct work *work);

/* Both of these, as a body for store_read; the context is the serving. */
enum err serving_admit(struct work *work, void *context);

/* Query, If-Match and body by their shapes. */
enum err serving_decode(struct serving *serving, struct fault *fault);
enum err serving_call(struct serving *serving);
enum err serving_encode(struct serving *serving);

/* serve_write.c */
enum err serving_write(struct serving *serving);

/* Leave it to the store, which hands the request back as REQUEST_WRITTEN. False: that cannot be
 * done without waiting. */
bool serving_queue(struct serving *serving);

/* What a write that went well answers. */
enum err serving_written(struct serving *serving);
