#pragma once

/*
 * A file of records, taken in by a job.
 *
 * The file is read in chunks. A chunk is one transaction, which also says how far the file has been
 * read; so a run that died goes on where it stopped, and nothing is taken in twice.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct fault;
struct job_run;
struct json;
struct work;

enum {
    INTAKE_CHUNK = 500,
    INTAKE_ERROR_MAX = 10'000, /* bad records of a file of which the line is kept */
};

struct intake_row {
    void *content; /* NULL: the record is bad */
    uint64_t line;
    const char *field; /* where it is bad */
    const char *message;
};

struct intake_chunk {
    struct intake_row *rows;
    size_t count;
    int64_t record_count; /* of the file so far, with this chunk */
    int64_t bad_count;    /* of the file before this chunk */
};

struct intake {
    const char *path;
    const char *format;   /* see sys/record.h */
    int64_t record_count; /* so many have been taken in by earlier runs, */
    int64_t bad_count;    /* so many of them bad; both count on */
    void *context;
    /* One record into `content`, in the arena. A failure makes it a bad row, with the fault. */
    enum err (*read)(void *context, struct arena *arena, const struct json *columns, void **content,
                     struct fault *fault);
    /* Inside the transaction, which may be run again. It may find a row bad that could be read. */
    enum err (*commit)(struct work *work, void *context, struct intake_chunk *chunk);
};

/* Opens its own transactions. ERR_CONFLICT, ERR_UNAVAILABLE: as job_progress. ERR_INVALID: the file
 * cannot be read at all. */
enum err job_take_in(struct job_run *run, struct intake *intake);

void intake_blame(struct intake_row *row, const char *field, const char *message);

/* The bad rows of the chunk, counted. */
int64_t intake_bad(const struct intake_chunk *chunk);

/* The bad row that follows `row` (NULL: the first); NULL when there is none, or so many were bad
 * before that its line is not kept. */
const struct intake_row *intake_next_bad(const struct intake_chunk *chunk,
                                         const struct intake_row *row);
