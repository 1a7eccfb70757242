#pragma once

/* Waiting for a job that a request has begun, with its progress on standard error. */

#include "base/err.h"

struct invocation;
struct json;
struct remote_server;
struct route;

/*
 * `reply` is what the route answered. Afterwards what the job has filled is printed, and its bad
 * records. ERR_INVALID: the input was refused as a whole; ERR_CONFLICT: the job failed or was
 * cancelled.
 */
enum err wait_for(struct invocation *call, const struct remote_server *server,
                  const struct route *route, const struct json *reply);
