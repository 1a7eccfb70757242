#pragma once

/*
 * Files of many rows that a job takes in.
 *
 * The upload is kept in the store until the job has ended, so whichever server runs the job has
 * it, after a restart too. What was read so far, what was added and which rows are bad is written
 * in the transactions that add the rows, and shown at `/v1/imports`.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct bulk_row;
struct call;
struct job_run;
struct shape;
struct slice;
struct work;

/* What is begun with a file. */
struct bulk_wish {
    const char *kind;    /* as the table knows it */
    const char *job;     /* the kind of job that takes it in */
    const char *topic;   /* ERR_CONFLICT while another file of this topic is taken in; "": never */
    const char *name;    /* of the file */
    const char *options; /* JSON, for the job */
    uint64_t size_max;
};

/* Keep the call's upload and ask for its job; the reply is set. For a route that is free. */
enum err bulk_begin(struct call *call, const struct bulk_wish *wish);
extern const struct shape bulk_begun_shape;
#define BULK_FILLS  "/v1/imports/{import_id}"
#define BULK_REPORT "/v1/imports/{import_id}/errors"

/* The import of a job, and its file in the arena. The work is put into the import's organisation.
 * `content->at` is NULL when it has ended already. */
enum err bulk_open(struct job_run *run, struct bulk_row *out, struct text *content);

/* A bad row. */
struct bulk_error {
    const char *file; /* in an archive; "": there is only one */
    int64_t line;
    const char *field;
    const char *message;
};

/* How much further an import is. */
struct bulk_step {
    int64_t read_count;  /* of the file so far */
    int64_t added_count; /* these count on */
    int64_t known_count;
    int64_t bad_count;
    const struct bulk_error *errors; /* may be fewer than bad_count */
    size_t error_count;
    int64_t error_first; /* the number of the first among all bad rows */
};

/* Inside the transaction that writes the rows. */
enum err bulk_advance(struct work *work, const struct bulk_row *bulk, const struct bulk_step *step);

/* Inside a transaction: it is over, and the file is deleted. `message`: why nothing was imported, or
 * NULL. */
enum err bulk_end(struct work *work, const struct bulk_row *bulk, const char *state,
                  const char *message);

/* For a job's give_up: the import failed with the work's fault. */
enum err bulk_give_up(struct job_run *run);

extern const struct slice bulk_slice;
