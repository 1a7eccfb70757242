#pragma once

/*
 * Pure rules of working time: from content-blind events to seconds, and from seconds to money.
 *
 * The idle rule: from one event to the next the time counts for what the first was about, but never
 * more than the terms allow; nothing counts after a pause or a submission. All events of a person
 * lie on one line, whatever tab they came from, so no moment counts twice.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "slice/engage/engage.h"

struct arena;
struct fault;

/* ------------------------------------------------------------------ when it was */

/* An event as a browser sends it: the wall clock, and a tick that never jumps. */
struct clock_reading {
    int64_t wall_us;
    int64_t tick_us;
};

/*
 * The server's time of events that were sent together, perhaps long after they happened. What lies
 * between two ticks is believed; the wall clock only where it agrees with the ticks within a few
 * seconds, else `jumped` says so. `readings` are in order of their ticks; `sent` is the last.
 * ERR_INVALID: ticks go back, or an event is more than seven days old.
 */
enum err clock_reconcile(const struct clock_reading *readings, size_t count,
                         const struct clock_reading *sent, int64_t received_us, int64_t *at_us,
                         bool *jumped, struct fault *fault);

/* ------------------------------------------------------------------ how long it was */

struct work_event {
    int64_t at_us;
    uint32_t object; /* what it was about: a lease, a guideline */
    enum minute_class class;
    int64_t idle_s; /* what the terms say of it */
    bool stops;     /* a pause or a submission */
};

struct work_span {
    uint32_t object;
    enum minute_class class;
    int64_t from_us;
    int64_t to_us;
};

/* Events in order of time. Spans are in order, do not overlap, and are merged where they touch. */
size_t work_spans(struct arena *arena, const struct work_event *events, size_t count,
                  const struct work_span **out);

/* The part of the spans within [from, to). */
size_t work_clip(struct arena *arena, const struct work_span *spans, size_t count, int64_t from_us,
                 int64_t to_us, const struct work_span **out);

/* Take the moments of `gone` out of the spans. */
size_t work_remove(struct arena *arena, const struct work_span *spans, size_t count,
                   const struct work_span *gone, const struct work_span **out);

/* Does [from, to) touch any span? */
bool work_overlaps(const struct work_span *spans, size_t count, int64_t from_us, int64_t to_us);

/* ------------------------------------------------------------------ what it pays */

struct week_terms {
    int64_t class_minor[MINUTE_CLASS_COUNT]; /* an hour */
    int64_t week_cap_min;                    /* INT_ABSENT: none */
    int64_t overtime_after_min;              /* INT_ABSENT: none */
    int64_t overtime_percent;
};

struct week_pay {
    int64_t seconds[MINUTE_CLASS_COUNT];    /* worked */
    int64_t paid_s[MINUTE_CLASS_COUNT];     /* of them within the caps and of a paid class */
    int64_t overtime_s[MINUTE_CLASS_COUNT]; /* of the paid ones */
    int64_t minor[MINUTE_CLASS_COUNT];
    int64_t total_minor;
    int64_t beyond_cap_s; /* worked beyond the week's cap */
};

struct week_work {
    const struct work_span *spans; /* under one version of the terms */
    size_t count;
    const int64_t *object_cap_s; /* [object]; INT_ABSENT: none */
};

/* What was used up so far: zero at the week's start, handed on when terms change within it. */
struct week_use {
    int64_t *object_us; /* [object] */
    int64_t week_us;
};

/* Seconds of an object beyond its cap are worked but not paid; so are those beyond the week's. The
 * week's later paid seconds are overtime. ERR_INVALID: it does not fit. */
enum err week_price(const struct week_work *work, const struct week_terms *terms,
                    struct week_use *use, struct week_pay *out, struct fault *fault);
