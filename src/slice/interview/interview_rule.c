#include "slice/interview/interview_rule.h"

#include <string.h>

enum { COPY_WORDS_MIN = 12 };

static const double CUTS[] = {-0.75, 0, 0.75};
static const double COPY_RESEMBLANCE = 0.5;
static const double COPY_CONTAINMENT = 0.8;
static const double WIDE = 0.5;

struct rater_belief interview_belief(const char *rater)
{
    if (strcmp(rater, RATER_SCORER) == 0) {
        return (struct rater_belief){0.75, 30};
    }
    return strcmp(rater, RATER_MODEL) == 0 ? (struct rater_belief){0.5, 10}
                                           : (struct rater_belief){0.9, 60};
}

double interview_cut(int64_t difficulty)
{
    return CUTS[difficulty < 1 ? 0 : difficulty > 3 ? 2 : difficulty - 1];
}

double interview_scale(double theta)
{
    return 50 + 10 * theta;
}

const char *interview_outcome_name(enum interview_outcome outcome)
{
    static const char *const NAMES[] = {"passed", "waiting", "below"};

    return NAMES[outcome];
}

enum interview_outcome interview_outcome_named(const char *name)
{
    return name == NULL || strcmp(name, "waiting") == 0 ? OUTCOME_WAITING
           : strcmp(name, "passed") == 0                ? OUTCOME_PASSED
                                                        : OUTCOME_BELOW;
}

enum interview_outcome interview_outcome_of(double estimate, double cut, bool alarmed,
                                            bool by_person)
{
    if (by_person) {
        return estimate >= cut ? OUTCOME_PASSED : OUTCOME_BELOW;
    }
    return estimate >= cut && !alarmed ? OUTCOME_PASSED : OUTCOME_WAITING;
}

bool interview_looks_copied(double resemblance, double containment, uint32_t word_count)
{
    return word_count >= COPY_WORDS_MIN &&
           (resemblance >= COPY_RESEMBLANCE || containment >= COPY_CONTAINMENT);
}

const char *interview_advice(enum interview_outcome outcome, double deviation, bool by_person)
{
    if (outcome == OUTCOME_PASSED) {
        return "Nothing is needed. More answers would only narrow the interval.";
    }
    if (outcome == OUTCOME_WAITING) {
        return "A person grades your answers before anything is decided; they do not see the "
               "machine's number.";
    }
    if (!by_person || deviation > WIDE) {
        return "The interval is wide: a retake with other questions can move the result either "
               "way. "
               "You may also appeal.";
    }
    return "Criteria that were not met are listed below each answer: meeting them would raise the "
           "result. You may appeal, or retake with other questions.";
}
