#include "sys/clock.h"

#include <time.h>

static int64_t read_clock(clockid_t which)
{
    struct timespec now;

    (void)clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1'000'000 + now.tv_nsec / 1'000;
}

int64_t clock_now_us(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t clock_tick_us(void)
{
    return read_clock(CLOCK_MONOTONIC);
}
