#include "slice/reward/reverify_rule.h"

#include <math.h>
#include <string.h>

/* Sums of the same parts in another order differ by less than this. */
static const double SCORE_SLACK = 1e-9;

enum reverify reverify_compare(const char *before, double score_before, enum verdict_kind now,
                               double score_now, bool final)
{
    if (!final) {
        return REVERIFY_UNSCORED;
    }
    if (strcmp(before, verdict_name(now)) != 0) {
        return REVERIFY_FLIP;
    }
    return now == VERDICT_PARTIAL && fabs(score_before - score_now) > SCORE_SLACK ? REVERIFY_FLIP
                                                                                  : REVERIFY_SAME;
}
