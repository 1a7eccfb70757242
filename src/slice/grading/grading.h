#pragma once

/*
 * Grading by people: the queue, and appeals.
 *
 * A grader sees the answers and the rubric, and neither the machine's marks nor another grader's,
 * nor who wrote them. An appeal is decided by two people who have not graded the interview before;
 * the mean of their categories stands.
 *
 * Of the finished judgements at least a twentieth, drawn by chance, is graded a second time by
 * somebody else, who cannot tell. These checks measure the graders and change no result.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct slice;
struct work;

/* Take the seat that is due first; *id NULL: nothing waits for the caller. */
enum err grading_claim(struct work *work, const char **id);

/* One free-text answer's marks, a letter a criterion. */
struct grade_draft {
    const char *step_id;
    const char *marks;
};
struct grading_draft {
    const struct grade_draft *grades;
    size_t grade_count;
    int64_t clarity; /* 1 to 5 */
    const char *remark;
};
/* Every answered free-text question gets its marks; then the interview is settled anew. */
enum err grading_finish(struct work *work, const char *id, const struct grading_draft *draft);

/* How many judgements are checked. ERR_INVALID: fewer than a twentieth. */
enum err grading_set_share(struct work *work, double share, const char *reason);

enum err grading_appeal(struct work *work, const char *interview_id, const char *message,
                        const char **id);

extern const struct slice grading_slice;
