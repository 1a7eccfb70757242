#include "sys/clock.h"

#include <pthread.h>

enum { SLOWER = 8 }; /* an eighth, while the machine's clock is behind */

/* A process has one clock. `now_us` was told at `tick_us`, when the machine was last not behind. */
static struct {
    pthread_mutex_t lock;
    int64_t now_us;
    int64_t tick_us;
} anchor = {.lock = PTHREAD_MUTEX_INITIALIZER};

static int64_t read_clock(clockid_t which)
{
    struct timespec now;

    (void)clock_gettime(which, &now);
    return (int64_t)now.tv_sec * 1'000'000 + now.tv_nsec / 1'000;
}

int64_t clock_tick_us(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

/* With the lock held. */
static int64_t tell(int64_t machine_us)
{
    int64_t tick_us = clock_tick_us();
    int64_t passed_us = tick_us - anchor.tick_us;
    int64_t least_us = anchor.now_us + passed_us - passed_us / SLOWER;

    if (machine_us < least_us) {
        return least_us;
    }
    anchor.now_us = machine_us;
    anchor.tick_us = tick_us;
    return machine_us;
}

int64_t clock_now_us(void)
{
    (void)pthread_mutex_lock(&anchor.lock);
    int64_t now_us = tell(read_clock(CLOCK_REALTIME));

    (void)pthread_mutex_unlock(&anchor.lock);
    return now_us;
}

void clock_reach(int64_t us)
{
    (void)pthread_mutex_lock(&anchor.lock);
    if (tell(read_clock(CLOCK_REALTIME)) < us) {
        anchor.now_us = us;
        anchor.tick_us = clock_tick_us();
    }
    (void)pthread_mutex_unlock(&anchor.lock);
}

int64_t clock_ahead_us(void)
{
    (void)pthread_mutex_lock(&anchor.lock);
    int64_t machine_us = read_clock(CLOCK_REALTIME);
    int64_t now_us = tell(machine_us);

    (void)pthread_mutex_unlock(&anchor.lock);
    return now_us - machine_us;
}

struct timespec clock_until(int64_t wait_us)
{
    int64_t until_us = clock_tick_us() + wait_us;

    return (struct timespec){.tv_sec = until_us / 1'000'000,
                             .tv_nsec = until_us % 1'000'000 * 1'000};
}
