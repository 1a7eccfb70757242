#pragma once

/* Forecasts, pure. */

#include <stdint.h>

#include "base/err.h"

/* When the rest will be done at the pace of the last days, as a central 80 % interval. */
struct forecast {
    int64_t early_at; /* INT_ABSENT: cannot be known */
    int64_t middle_at;
    int64_t late_at;
};

/*
 * `done` units came in over `days` days (a fraction counts); `left` are to come. Arrivals are taken
 * as a Poisson process with Jeffreys' prior on its rate, so that a short history gives a wide
 * interval. With fewer than five units nothing is said.
 */
struct forecast board_forecast(int64_t now_us, int64_t done, double days, int64_t left);
