#pragma once

/*
 * Clocks. Only doors read them: below, time comes from the unit of work.
 *
 * The time of day follows the machine's clock, but never goes back: identifiers, pages, leases and
 * sessions rely on it. While the machine's clock is behind (somebody set it back), time goes on by
 * itself, an eighth slower, until the machine has caught up.
 */

#include <stdint.h>
#include <time.h>

int64_t clock_now_us(void);  /* UTC, microseconds since 1970; never goes back */
int64_t clock_tick_us(void); /* microseconds since some start; never goes back */

/* Never tell a time before this one: the latest that a store has seen. */
void clock_reach(int64_t us);

/* By how much the time told is ahead of the machine's clock; zero: it follows it. */
int64_t clock_ahead_us(void);

/* So many microseconds from now, for waits on CLOCK_MONOTONIC. */
struct timespec clock_until(int64_t wait_us);
