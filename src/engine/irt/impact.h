#pragma once

/*
 * Adverse impact: do groups pass at like rates?
 *
 * Each group's rate against that of the group with the highest rate (the four-fifths rule of the
 * Uniform Guidelines, 1978; New York City Local Law 144), with the interval of the log ratio
 * (Katz and others 1978), and Fisher's exact test of the table. Small groups get no verdict: at 30
 * persons, chance alone breaks the four-fifths rule in every third fair comparison.
 */

#include <stdint.h>

#include "base/err.h"
#include "num/interval.h"

struct fault;

enum { IRT_GROUP_COUNT_MIN = 30 }; /* persons of a group below which there is no verdict */

struct irt_group_rate {
    double passed;
    double persons;
};

enum irt_impact_verdict {
    IRT_IMPACT_NOT_ENOUGH, /* too few persons, here or in the reference group, or nobody passed */
    IRT_IMPACT_NONE,       /* the ratio is at least four fifths */
    IRT_IMPACT_POSSIBLE,   /* below, but the interval reaches one */
    IRT_IMPACT_SHOWN,      /* below, and the interval leaves out one */
};

struct irt_impact {
    double rate;
    double ratio;             /* to the reference group's rate; NaN: nobody passed anywhere */
    struct interval interval; /* of the ratio, 95 %; NaN where it has none */
    double p;                 /* Fisher's exact test against the reference group, both sides */
    enum irt_impact_verdict verdict;
};

/* `out` is [group]; returns the reference group through `reference`. The reference is the group
 * with the highest rate among those with enough persons, else among all. ERR_INVALID: no groups,
 * counts that are negative, not whole, above 1e7, or more passed than there were. */
enum err irt_impact(const struct irt_group_rate *groups, uint32_t group_count,
                    struct irt_impact *out, uint32_t *reference, struct fault *fault);

const char *irt_impact_name(enum irt_impact_verdict verdict); /* "not enough data" */
