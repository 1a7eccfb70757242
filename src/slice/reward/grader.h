#pragma once

/*
 * The grader: threads that judge rows, and the sandboxes that they run programs in. One for the
 * whole server; every request has a docket, and the threads take turns between dockets.
 *
 * A docket holds a bounded number of loads. Who fills it asks for room first, takes what is done as
 * it comes, and stops filling while nobody reads: so memory does not grow with the rows.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "engine/verify/verdict.h"
#include "sandbox/sandbox.h"

struct arena;
struct docket;
struct fault;
struct graded;
struct grader;
struct grading;
struct program;

struct grader_settings {
    int64_t thread_count;         /* that judge texts; zero: one a processor */
    int64_t slot_count;           /* programs that run at once; zero: one a processor */
    enum sandbox_level level_min; /* programs are not run below */
};

/* Starts threads and the keepers of the sandboxes; slots come when they are first needed. Call it
 * before other threads run. */
enum err grader_new(const struct grader_settings *settings, struct grader **out,
                    struct fault *fault);
/* NULL is fine. While somebody is still being served, nothing happens: the process is about to end.
 */
void grader_free(struct grader *grader);

/* ERR_UNAVAILABLE: as many requests as may are being judged already. `grading` is completed and
 * must outlive the docket. */
enum err docket_new(struct grader *grader, struct grading *grading, struct docket **out,
                    struct fault *fault);
void docket_free(struct docket *docket); /* ends what still runs; NULL is fine */

bool docket_has_room(struct docket *docket);
bool docket_is_idle(struct docket *docket); /* nothing is waiting, running or done */

struct load_row {
    int64_t index;
    struct text line;
};

/* Rows to be judged. A docket takes it over. */
struct load {
    struct arena *arena;
    struct load_row *rows;
    size_t row_count;
    struct load *next;
};
struct load *load_new(void);
void docket_put(struct docket *docket, struct load *load);

/* A load with its verdicts. */
struct sheet {
    struct load *load;
    struct arena *line_arena;
    struct text lines; /* the verdicts as lines of JSON */
    struct sheet_row {
        struct load_row row;
        size_t line_begin; /* in `lines` */
        size_t line_size;
        enum verdict_kind kind;
        enum verdict_reason reason;
        double score;
        int64_t micros;
        const char *task_version;
        const char *verifier_version;
        bool final; /* the machine had no part in it: the same row would be judged the same */
    } * rows;
    size_t row_count;
    struct sheet *next;
};
void sheet_free(struct sheet *sheet);

/* What is done, waiting `wait_ms` at most; NULL: nothing yet. */
struct sheet *docket_take(struct docket *docket, int64_t wait_ms);

/* One row or program here and now, on the caller's thread. ERR_UNAVAILABLE: too many wait already.
 * `grading` is completed. */
enum err grader_grade(struct grader *grader, struct grading *grading, struct text line,
                      struct arena *arena, struct graded *out, struct fault *fault);
enum err grader_run(struct grader *grader, const struct program *program, struct arena *arena,
                    struct sandbox_outcome *out, struct fault *fault);
