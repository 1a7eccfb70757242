#pragma once

/* A server with a small table of routes of its own, and a client that speaks raw bytes. */

#include <stdatomic.h>

#include "http/server.h"
#include "store/fixture.h"

const struct http_site *site_table(void);

struct site {
    struct fixture fixture;
    struct http_settings settings;
    struct http_server *server;
    struct arena *arena;
};

/* `change` (or NULL) adjusts the settings before the server starts. */
bool site_open(struct site *site, void (*change)(struct http_settings *settings));
void site_close(struct site *site);

static inline void site_closep(struct site *site)
{
    site_close(site);
}
#define SITE_SCOPE [[gnu::cleanup(site_closep)]] struct site

/* What the handlers did. */
extern _Atomic int64_t site_served;
extern _Atomic bool site_gate; /* /v1/slow waits while it is false */

/* What the pouring handler did: bytes written so far, and how often it ended for want of a reader.
 */
extern _Atomic int64_t site_poured;
extern _Atomic int64_t site_unheard;

/* A connection; -1: refused. */
int dial(const struct site *site);
void send_all(int socket, const char *bytes, size_t size);

/* What comes until the other side closes, or is silent for `wait_ms`. */
const char *read_answer(struct site *site, int socket, int wait_ms);

/* Send the bytes, and read the answer. */
const char *ask_raw(struct site *site, const char *bytes, size_t size, int wait_ms);

/* "GET /path HTTP/1.1" with Host, Connection: close and what `headers` adds (lines with \r\n). */
const char *ask(struct site *site, const char *line, const char *headers, const char *body);

int status_of(const char *answer);
bool has(const char *answer, const char *part);
/* Value of a header field, or NULL. */
const char *header_of(struct site *site, const char *answer, const char *name);
const char *body_of(const char *answer);
