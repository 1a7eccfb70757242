#pragma once

/* What the files of the slice share. */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "base/shape.h"
#include "base/text.h"

struct call;
struct outlet;
struct suite_row;
struct work;

enum { SUITE_FILE_MAX = 64 << 20 };

/* Each line of a file that is not blank; a fault has its number. ERR_INVALID: more than `line_max`.
 */
typedef enum err suite_take(struct work *work, void *context, const struct json *row,
                            struct text line, uint64_t number);
enum err suite_each_line(struct work *work, struct text file, uint64_t line_max, suite_take *take,
                         void *context);

/* ---- suite.c */

struct suite_task_draft {
    const char *name;
    const char *part;
    const char *domain;
    const char *prompt;
    const char *reference;
    const char *check;
};
enum suite_change { SUITE_NEW, SUITE_CHANGED, SUITE_SAME };

/* A task that changed retires its version before, with a reason. */
enum err suite_task_put(struct work *work, const char *suite_id,
                        const struct suite_task_draft *draft, enum suite_change *change);
enum err suite_task_draft_read(struct work *work, const struct json *row,
                               struct suite_task_draft *out);

struct suite_release {
    const char *content_hash;
    int64_t task_count;
    struct text file;
};
/* The tasks that count now, as a file. `part` public: without those held out. */
enum err suite_release_make(struct work *work, const struct suite_row *suite, const char *part,
                            struct suite_release *out);

/* The same, kept as a release of the suite. */
enum err suite_release_keep(struct work *work, const struct suite_row *suite, const char *part,
                            struct suite_release *out);

enum err suite_owner(struct work *work, const char *id, const char **organisation_id);
enum err suite_find(struct call *call, struct suite_row *out);

/* ---- answers (benchmark_import.c) */

struct answer_file {
    const char *suite_id;
    const char *provenance;
    struct text lines;
};
struct benchmark_imported {
    const char *id;
    const char *change; /* new or same */
    int64_t answer_count;
    int64_t unscored_count;
};
/* Inside a write transaction: all of them, or none. */
enum err answers_keep(struct work *work, const struct answer_file *from,
                      struct benchmark_imported *out);

/* ---- what models are asked (trial.c) */

struct job_kind;
extern const struct job_kind trial_job;
extern const struct shape trial_body_shape;
enum err serve_trial(struct call *call);

/* ---- handlers */

extern const struct shape suite_list_shape;
extern const struct shape suite_body_shape;
extern const struct shape suite_view_shape;
extern const struct shape suite_tasks_shape;
extern const struct shape suite_taken_shape;
extern const struct shape suite_retire_shape;
extern const struct shape suite_changes_shape;
extern const struct shape suite_release_body_shape;
extern const struct shape suite_released_shape;
extern const struct shape suite_file_query_shape;
enum err serve_suites(struct call *call);
enum err serve_suite_add(struct call *call);
enum err serve_suite(struct call *call);
enum err serve_suite_tasks(struct call *call);
enum err serve_suite_import(struct call *call);
enum err serve_suite_retire(struct call *call);
enum err serve_suite_changes(struct call *call);
enum err serve_suite_release(struct call *call);
enum err serve_suite_file(struct call *call, struct outlet *outlet);

extern const struct shape benchmark_import_query_shape;
extern const struct shape benchmark_imported_shape;
enum err serve_benchmark_import(struct call *call);

extern const struct shape leaderboard_query_shape;
extern const struct shape leaderboard_view_shape;
extern const struct shape leaderboard_export_query_shape;
enum err serve_leaderboard(struct call *call);
enum err serve_leaderboard_export(struct call *call, struct outlet *outlet);
