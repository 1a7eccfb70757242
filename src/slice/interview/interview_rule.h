#pragma once

/* Decisions about interviews, pure. */

#include <stdbool.h>
#include <stdint.h>

/* The ability, on the logit scale, that a level asks for. */
double interview_cut(int64_t difficulty);

/* The scale that people see: 50 is the middle of the population of calibration, 10 its deviation.
 */
double interview_scale(double theta);

/*
 * What is believed of raters before anything is known of them: how often their category of an
 * answer is right, and how many answers that belief is worth. The scorer's is that of
 * cross-validation over items of the seed bank (docs/engines/item.md), people's that of common
 * agreement of graders; a model server has to earn it.
 */
#define RATER_SCORER "scorer"
#define RATER_MODEL  "model"
struct rater_belief {
    double agreement;
    double weight;
};
struct rater_belief interview_belief(const char *rater);

enum interview_outcome {
    OUTCOME_PASSED,
    OUTCOME_WAITING, /* a person has to grade it */
    OUTCOME_BELOW,   /* a person has graded it */
};
const char *interview_outcome_name(enum interview_outcome outcome);
enum interview_outcome interview_outcome_named(const char *name); /* NULL: waiting */

/*
 * A machine's estimate lets people through and never stops one: below the cut, or where a guard
 * raised an alarm, a person grades first.
 */
enum interview_outcome interview_outcome_of(double estimate, double cut, bool alarmed,
                                            bool by_person);

/* Is the answer's wording so near another person's that somebody should compare them? */
bool interview_looks_copied(double resemblance, double containment, uint32_t word_count);

/* What would change the result, in a sentence; never NULL. */
const char *interview_advice(enum interview_outcome outcome, double deviation, bool by_person);
