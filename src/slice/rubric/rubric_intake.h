#pragma once

/* Verdicts that come in: from files, and from models that are asked. */

#include "slice/rubric/rubric_inside.h"

/* Which models grade alone is decided by what was known when it was opened. */
struct mark_intake {
    const char *rubric_id;
    int64_t number; /* of the version */
    struct judge_gate gate;
    struct marks before;
    const bool *alone; /* of graders in `before` */
    int64_t new_count;
    int64_t same_count; /* verdicts that this grader had given before; they stay */
    int64_t to_person_count;
};
enum err mark_intake_open(struct work *work, const struct rubric_row *rubric,
                          const struct version *version, struct mark_intake *out);

struct mark_draft {
    const char *response;
    const char *criterion; /* key */
    const char *grader;
    bool model;
    enum mark_verdict verdict;
    const char *reason;
    const char *quote;
};
enum err mark_intake_put(struct work *work, struct mark_intake *intake,
                         const struct mark_draft *draft);
