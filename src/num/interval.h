#pragma once

/* Intervals for what people are shown. `level` is the coverage wanted, as .95. */

#include <stddef.h>
#include <stdint.h>

struct interval {
    double low;
    double high;
};

/* Wilson (1927) score interval of a proportion; count > 0. */
struct interval interval_wilson(double successes, double count, double level);

/* The central interval of sorted values, interpolated; count > 0. */
struct interval interval_of_sorted(const double *sorted, size_t count, double level);

/* Quantile of sorted values, linear between order statistics (Hyndman-Fan type 7). */
double quantile_of_sorted(const double *sorted, size_t count, double p);
