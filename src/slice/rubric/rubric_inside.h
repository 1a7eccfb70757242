#pragma once

/* What the files of the slice share. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/shape.h"
#include "engine/verify/measure.h"
#include "engine/verify/rubric_set.h"
#include "slice/rubric/rubric_rule.h"

struct call;
struct outlet;
struct rubric_row;
struct work;

enum { RUBRIC_FILE_MAX = 32 << 20, RUBRIC_CRITERIA_MAX = 100'000 };

/* ---- versions (rubric.c) */

/* A version, read: its criteria in one list, each by its key: the task, a colon and the id. */
struct version {
    int64_t number;
    bool confirmed;
    struct rubric_set set;
    const struct criterion *const *criteria; /* of all tasks, in order */
    const char *const *keys;
    const uint32_t *tasks; /* which rubric of the set */
    size_t count;
    struct map *index;     /* of keys */
    struct map *names;     /* of tasks, numbered in order of first sight */
    const uint32_t *first; /* the rubric of the set where each name stands first */
    const size_t *begins;  /* the first criterion of each rubric of the set */
};

/* Which rubric of the set is for `task`; false: none. */
bool version_task(const struct version *version, const char *task, uint32_t *out);

/* `number` INT_ABSENT: the newest that is confirmed. ERR_NOT_FOUND: there is none. */
enum err version_load(struct work *work, const char *rubric_id, int64_t number,
                      struct version *out);

/* The same, but ERR_CONFLICT for a draft. */
enum err version_load_confirmed(struct work *work, const char *rubric_id, int64_t number,
                                struct version *out);

struct version_draft {
    const char *rubric_id;
    const char *origin; /* person or model */
    struct rubric_set set;
};
struct version_made {
    int64_t number;
    const char *change; /* new or same */
    const char *content_hash;
    const char *state;
    int64_t task_count;
    int64_t criterion_count;
    int64_t finding_count;
};
enum err version_add(struct work *work, const struct version_draft *draft,
                     struct version_made *out);

/* What the linter says of a version, in the order of its criteria. */
struct rubric_finding_view {
    const char *criterion; /* key */
    const char *defect;
    const char *detail;
};
enum err version_lint(struct work *work, const struct rubric_set *set, struct list *out);
const char *criterion_key(struct work *work, const struct rubric *rubric,
                          const struct criterion *criterion);

/* ---- marks (rubric_marks.c) */

struct mark {
    uint32_t response;
    uint32_t criterion; /* of the version */
    uint32_t grader;
    bool model;
    bool to_person;
    enum mark_verdict verdict;
};

struct marks {
    const struct version *version;
    struct map *responses;
    struct map *graders;
    struct mark *at; /* by response, then criterion */
    size_t count;
    size_t room;
    bool *model_of; /* of graders */
};

/* All marks by a version, those of bound campaigns included. Marks of criteria that the version
 * does not have are left out. */
enum err marks_load(struct work *work, const char *rubric_id, const struct version *version,
                    struct marks *out);

/* One criterion of one answer: a run of marks, and what follows from them. */
struct judged {
    const struct mark *first;
    size_t count;
    struct settled settled;
};
/* The next one from `*at` on; false at the end. */
bool marks_next(const struct marks *marks, size_t *at, struct judged *out);

/* How the model `grader` stands against people; nothing double judged is a standing too. */
struct judge_standing marks_standing(const struct marks *marks, uint32_t grader,
                                     const struct judge_gate *gate);

/* ---- handlers */

enum err rubric_owner(struct work *work, const char *id, const char **organisation_id);
enum err rubric_find(struct call *call, struct rubric_row *out);
struct judge_gate gate_of(const struct rubric_row *row);

extern const struct shape rubric_upload_query_shape;
extern const struct shape version_made_shape;
extern const struct shape grades_query_shape;
extern const struct shape grades_taken_shape;
extern const struct shape responses_taken_shape;
enum err serve_version_add(struct call *call);
enum err serve_grades_add(struct call *call);
enum err serve_responses_add(struct call *call);

struct rubric_version_query {
    int64_t number; /* INT_ABSENT: the newest that is confirmed */
};
extern const struct shape version_query_shape;
extern const struct shape rubric_measures_shape;
extern const struct shape rubric_scores_shape;
extern const struct shape grading_tasks_query_shape;
enum err serve_measures(struct call *call);
enum err serve_scores(struct call *call);
enum err serve_grading_tasks(struct call *call, struct outlet *outlet);

extern const struct shape rubric_confirm_shape;
extern const struct shape rubric_version_view_shape;
extern const struct shape rubric_diff_query_shape;
extern const struct shape rubric_diff_shape;
extern const struct shape rubric_export_shape;
enum err serve_confirm(struct call *call);
enum err serve_version(struct call *call);
enum err serve_diff(struct call *call);
enum err serve_export(struct call *call, struct outlet *outlet);
