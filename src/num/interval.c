#include "num/interval.h"

#include <assert.h>
#include <math.h>

#include "num/special.h"

struct interval interval_wilson(double successes, double count, double level)
{
    assert(count > 0 && successes >= 0 && successes <= count);
    double z = num_normal_quantile(0.5 + level / 2);
    double share = successes / count;
    double scale = 1 + z * z / count;
    double centre = (share + z * z / (2 * count)) / scale;
    double half = z / scale * sqrt(share * (1 - share) / count + z * z / (4 * count * count));

    return (struct interval){.low = successes == 0 ? 0 : fmax(0, centre - half),
                             .high = successes == count ? 1 : fmin(1, centre + half)};
}

double quantile_of_sorted(const double *sorted, size_t count, double p)
{
    assert(count > 0);
    double place = p * (double)(count - 1);
    size_t below = (size_t)place;

    if (below + 1 >= count) {
        return sorted[count - 1];
    }
    return sorted[below] + (place - (double)below) * (sorted[below + 1] - sorted[below]);
}

struct interval interval_of_sorted(const double *sorted, size_t count, double level)
{
    return (struct interval){.low = quantile_of_sorted(sorted, count, (1 - level) / 2),
                             .high = quantile_of_sorted(sorted, count, (1 + level) / 2)};
}
