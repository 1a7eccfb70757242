#include "slice/grading/check_rule.h"

#include "base/rng.h"

bool check_chosen(uint64_t seed, double share, double *drawn)
{
    struct rng rng = rng_new(seed);

    *drawn = rng_unit(&rng);
    return *drawn < (share < CHECK_SHARE_MIN ? CHECK_SHARE_MIN : share);
}
