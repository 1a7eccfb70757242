#pragma once

/*
 * A unit of work: what one request, job or command carries through the shell.
 *
 * The doors (http, job, cli) make one, hand it to a service, and turn the
 * outcome into a reply, a retry or an exit code. Time and identity come only
 * from here, so a test can set both. One thread uses it at a time.
 */

#include <stdint.h>

#include "base/err.h"
#include "base/fault.h"

struct arena;
struct db;
struct principal;
struct installation;
struct store;

struct work {
    struct arena *arena;
    struct store *store;
    struct db *db;               /* the connection of the running transaction; NULL outside */
    const struct principal *who; /* NULL where anyone may call */
    const char *organisation_id; /* the client whose rows this work may reach; NULL: none */
    const char *request_id;      /* for the log and the audit */
    const struct installation
        *installation; /* what the installation is; the doors hand it through */
    int64_t now_us;    /* UTC, microseconds since 1970 */
    struct fault fault;
};

#define work_fail(work, kind, ...) fail(&(work)->fault, (kind), __VA_ARGS__)
#define work_fail_field(work, kind, field, ...)                                                    \
    fail_field(&(work)->fault, (kind), (field), __VA_ARGS__)

/* A new identifier: the prefix, an underscore and 26 characters of Crockford's base 32, of which
 * the first ten are the time of the work in milliseconds, so that identifiers sort by age. */
const char *work_new_id(struct work *work, const char *prefix);

/* The time in such an identifier, in microseconds since 1970; zero when it is none. */
int64_t work_id_time(const char *id);

/* 62 random bits, for orders that nobody should foresee. */
int64_t work_random(struct work *work);
