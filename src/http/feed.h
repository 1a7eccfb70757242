#pragma once

/*
 * Server-sent events: a few threads ask the handlers of all open streams for
 * news, one after the other, and write what they get into the stream's buffer,
 * from which the event threads send. Streams cost memory, not threads.
 */

#include <stddef.h>
#include <stdint.h>

struct MHD_Response;
struct call;
struct feed;
struct feeds;
struct request;

struct feeds *feeds_new(int64_t poll_ms, int64_t feed_max);
void feeds_close(struct feeds *feeds); /* every stream ends soon */
void feeds_free(struct feeds *feeds);  /* after the last stream is gone; NULL is fine */
size_t feeds_count(struct feeds *feeds);

/* The stream of an admitted request; from here on the request belongs to the stream. NULL: as many
 * as may be are open already. */
struct feed *feed_new(struct request *request, const struct call *call);
struct MHD_Response *feed_response(struct feed *feed);

/* The connection is gone: frees the request, now or as soon as no handler uses it. */
void feed_end(struct feed *feed);
