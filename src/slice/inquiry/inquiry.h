#pragma once

/*
 * Inquiries: what the model server of the installation is asked on somebody's behalf, by a job,
 * within a budget.
 *
 * Every answer is kept as it comes, by the hash of what decides it: an inquiry that goes on after a
 * crash, a cancellation or a spent budget finds what it was answered and pays for nothing twice.
 * (A call that was on its way when the server died is the one exception: nobody knows its answer.)
 * What is asked, and what becomes of the answers, is the business of the slice whose job it is.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/shape.h"
#include "model/model.h"

struct call;
struct job_run;
struct slice;
struct work;

/* The server, and minor units in 24 hours that inquiries of one organisation may cost; zero:
 * unbounded. */
struct inquiry_settings {
    struct model_server server;
    double budget_day;
};

/* ---- at the door */

/* Members `model` and `budget` of a body. */
#define INQUIRY_FIELDS(type)                                                                       \
    TEXT(type, model, .optional = true, .min = 1, .max = 200,                                      \
         .doc = "Name of the model on the server; the configured one unless said"),                \
        REAL(type, budget, .max = 1e12, .doc = "Minor units that it may cost; 0: unbounded")

struct inquiry_draft {
    const char *kind; /* of the job */
    const char *subject_id;
    const char *model; /* NULL: the configured one */
    double budget;
    const struct shape *shape; /* of the options, which its job reads */
    const void *options;
};
struct inquiry_made {
    const char *id;
    const char *job_id;
};
extern const struct shape inquiry_made_shape;

/* Inside a write transaction. ERR_CONFLICT: there is no model server, or the same model is asked
 * about the same thing already. */
enum err inquiry_start(struct work *work, const struct inquiry_draft *draft,
                       struct inquiry_made *out);

/* Those about what the call's first identifier names, newest first. */
extern const struct shape inquiry_list_shape;
enum err serve_inquiries(struct call *call);

/* ---- in a job */

struct inquiry {
    struct job_run *job;
    const char *id;
    const char *subject_id;
    const char *options; /* JSON */
    double budget;
    struct model_server server;
    struct model_cache cache;
    struct model_totals totals; /* of all that was asked, or found, by this job */
    int64_t done;               /* of `total`, as the job says it */
    int64_t total;
    int64_t told_us;
    enum err halted; /* the job was cancelled, taken over, or the program stops */
};

/* Read the inquiry of a job and its options, as `shape` says. The work's `who` becomes the one who
 * asked for it. */
enum err inquiry_open(struct job_run *job, const struct shape *shape, void *options,
                      struct inquiry *out);

/* How to ask next: server, cache, what is left of the budget, and the ear for a cancellation. */
enum err inquiry_run(struct inquiry *inquiry, struct model_run *out);

/* What was asked by it came to `more`: say how far it is. Whatever this returns but OK ends the
 * job, and what was asked last must not be kept. */
enum err inquiry_step(struct inquiry *inquiry, const struct model_totals *more, int64_t done);

/* Inside the write transaction that keeps the last of it: done, or, where calls were not answered,
 * stopped with the reason. */
enum err inquiry_settle(struct work *work, const struct inquiry *inquiry);

/* Was every call answered, refused or unusable, so that asking again would change nothing? */
bool inquiry_is_whole(const struct inquiry *inquiry);

extern const struct slice inquiry_slice;
