#pragma once

/*
 * The listening socket, and a thread that deals what it accepts to the event
 * threads in turn. Were they to accept themselves, whichever wakes first would
 * take all that waits: one works then, and the others rest.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct fault;
struct listener;
struct MHD_Daemon;
struct peers;

/* Bound, and listening: who connects from now on waits. */
enum err listener_new(const char *address, int64_t port, struct listener **out,
                      struct fault *fault);
int64_t listener_port(const struct listener *listener);

/* Take connections up to that many at a time; those beyond wait to be taken. False: no thread can
 * be started. */
bool listener_start(struct listener *listener, struct MHD_Daemon *daemon, struct peers *peers,
                    size_t connection_max);

/* Take no more. */
void listener_stop(struct listener *listener);

/* Stopped, or never started; NULL is none. */
void listener_free(struct listener *listener);
