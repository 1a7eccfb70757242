#pragma once

/*
 * The technical file of the interviews, in the order of Annex IV of Regulation (EU) 2024/1689: what
 * never changes as text, and what does (versions, thresholds, rates) as it is now.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "slice/fairness/fairness.h"

struct buffer;
struct work;

struct technical_file {
    const char *program;      /* name and version */
    const char *bank_hash;    /* SHA-256 over codes and hashes of all current wordings */
    int64_t item_count;       /* asked now: live and on trial */
    int64_t suspended_count;  /* put aside, among others by comparisons of groups */
    int64_t calibrated_count; /* of those asked now */
    int64_t domain_count;
    const char *scorer_hash;
    bool is_shipped;
    int64_t lesson_count; /* answers graded by people that it learnt from */
    double agreement;     /* with people, on answers that it had not seen; NaN: shipped */
    double kappa;
    const char *model;         /* heard as one more rater; NULL: none */
    bool is_spoken;            /* answers may be spoken */
    double cuts[3];            /* by level, on the scale that people see */
    int64_t interview_count;   /* with a result */
    int64_t passed_by_machine; /* let through without a person */
    int64_t judged_count;      /* graded by people */
    int64_t waiting_count;     /* that a person has to grade yet */
    int64_t appeal_count;      /* decided */
    int64_t overturned_count;
    int64_t answers_keep_days; /* zero here and below: until they are erased */
    int64_t applications_keep_days;
    int64_t resumes_keep_days;
    int64_t scorers_keep_days;
    struct grader_report graders;
    struct fairness_report groups;
};

enum err technical_read(struct work *work, struct technical_file *out);
void technical_html(const struct technical_file *file, const char *date, struct buffer *out);
