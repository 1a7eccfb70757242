#pragma once

/*
 * How long a route has lately taken at worst, to tell where to run it: what is always quick is not
 * worth the way to a worker and back. Any thread may note and ask; a note that is lost is no harm.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct pace {
    _Atomic int64_t worst_us; /* zero: not known yet */
};

enum { PACE_QUICK_US = 3000, PACE_FORGETS = 16 };

/* The worst is forgotten bit by bit, by the quick ones that follow. */
static inline void pace_note(struct pace *pace, int64_t micros)
{
    int64_t worst = atomic_load_explicit(&pace->worst_us, memory_order_relaxed);
    int64_t left = worst - worst / PACE_FORGETS;

    atomic_store_explicit(&pace->worst_us,
                          micros > left ? micros
                          : left > 0    ? left
                                        : 1,
                          memory_order_relaxed);
}

static inline bool pace_is_quick(const struct pace *pace)
{
    int64_t worst = atomic_load_explicit(&pace->worst_us, memory_order_relaxed);

    return worst > 0 && worst < PACE_QUICK_US;
}
