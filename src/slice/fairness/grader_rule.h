#pragma once

/* How people who grade agree, from answers that two of them graded blind; pure. */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "num/interval.h"

struct arena;
struct fault;

enum { GRADER_INTERVIEWS_MIN = 10, GRADER_ANSWERS_MIN = 30 };

/* One answer with two grades. Graders and interviews are numbered from zero. */
struct grader_pair {
    uint32_t interview;
    uint32_t grader[2];
    uint32_t category[2];
    double share[2]; /* of the points, 0 to 1 */
};

/* Is a number there, and what does it rest on? */
struct grader_measure {
    double value; /* NaN: undefined */
    struct interval interval;
};

struct grader_agreement {
    size_t answers;
    size_t interviews;
    struct grader_measure alike; /* share of answers in the same category */
    struct grader_measure alpha; /* Krippendorff (2011), interval distance */
};
/* Intervals are bootstrapped over answers; below GRADER_ANSWERS_MIN they stay NaN. */
enum err grader_agree(struct arena *arena, const struct grader_pair *pairs, size_t count,
                      uint32_t grader_count, struct grader_agreement *out, struct fault *fault);

struct grader_bias {
    size_t answers;
    size_t interviews;
    double mean; /* own share of the points minus the other's; above zero: milder */
    struct interval interval;
    const char *verdict; /* "not enough data", "no sign", "milder", "stricter" */
};
/* Against whoever graded the same answers. Answers of one interview go together: the interval is
 * Student's over the means of interviews, at a level that holds for all graders at once
 * (Bonferroni). */
struct grader_bias grader_bias(struct arena *arena, const struct grader_pair *pairs, size_t count,
                               uint32_t grader, uint32_t grader_count);
