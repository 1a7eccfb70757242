#include "slice/time/time_rule.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/money.h"
#include "base/shape.h"
#include "base/time.h"

enum { MINUTE_S = 60, HOUR_S = 3600, PERCENT = 100 };

#define JUMP_MAX (5 * TIME_SECOND)
#define AGE_MAX  (7 * TIME_DAY)

static int64_t distance(int64_t left, int64_t right)
{
    return left > right ? left - right : right - left;
}

enum err clock_reconcile(const struct clock_reading *readings, size_t count,
                         const struct clock_reading *sent, int64_t received_us, int64_t *at_us,
                         bool *jumped, struct fault *fault)
{
    for (size_t i = 0; i < count; i++) {
        int64_t next = i + 1 < count ? readings[i + 1].tick_us : sent->tick_us;
        int64_t age = sent->tick_us - readings[i].tick_us;

        if (readings[i].tick_us > next || readings[i].tick_us < 0) {
            return fail_field(fault, ERR_INVALID, "tick_ms",
                              "the tick of event %zu is later than that of the next", i + 1);
        }
        if (age > AGE_MAX) {
            return fail_field(fault, ERR_INVALID, "tick_ms",
                              "event %zu is more than seven days old; report that time as a "
                              "correction with its reason",
                              i + 1);
        }
        at_us[i] = received_us - age;
        jumped[i] = distance(sent->wall_us - readings[i].wall_us, age) > JUMP_MAX;
    }
    return OK;
}

/* Add a span, or make the last one longer. */
static size_t append(struct work_span *spans, size_t count, const struct work_span *span)
{
    if (span->to_us <= span->from_us) {
        return count;
    }
    struct work_span *last = count == 0 ? NULL : &spans[count - 1];

    if (last != NULL && last->to_us == span->from_us && last->object == span->object &&
        last->class == span->class) {
        last->to_us = span->to_us;
        return count;
    }
    spans[count] = *span;
    return count + 1;
}

size_t work_spans(struct arena *arena, const struct work_event *events, size_t count,
                  const struct work_span **out)
{
    struct work_span *spans = arena_array(arena, struct work_span, count);
    size_t found = 0;

    for (size_t i = 0; i + 1 < count; i++) {
        int64_t idle_us = events[i].at_us + events[i].idle_s * TIME_SECOND;
        int64_t next_us = events[i + 1].at_us;

        if (!events[i].stops) {
            found = append(spans, found,
                           &(struct work_span){.object = events[i].object,
                                               .class = events[i].class,
                                               .from_us = events[i].at_us,
                                               .to_us = next_us < idle_us ? next_us : idle_us});
        }
    }
    *out = spans;
    return found;
}

static int64_t larger(int64_t left, int64_t right)
{
    return left > right ? left : right;
}

static int64_t smaller(int64_t left, int64_t right)
{
    return left < right ? left : right;
}

size_t work_clip(struct arena *arena, const struct work_span *spans, size_t count, int64_t from_us,
                 int64_t to_us, const struct work_span **out)
{
    struct work_span *clipped = arena_array(arena, struct work_span, count);
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        struct work_span span = spans[i];

        span.from_us = larger(span.from_us, from_us);
        span.to_us = smaller(span.to_us, to_us);
        found = append(clipped, found, &span);
    }
    *out = clipped;
    return found;
}

size_t work_remove(struct arena *arena, const struct work_span *spans, size_t count,
                   const struct work_span *gone, const struct work_span **out)
{
    struct work_span *kept = arena_array(arena, struct work_span, count * 2);
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        struct work_span before = spans[i];
        struct work_span after = spans[i];

        if (gone->to_us <= spans[i].from_us || gone->from_us >= spans[i].to_us) {
            found = append(kept, found, &spans[i]);
            continue;
        }
        before.to_us = gone->from_us;
        after.from_us = gone->to_us;
        found = append(kept, found, &before);
        found = append(kept, found, &after);
    }
    *out = kept;
    return found;
}

bool work_overlaps(const struct work_span *spans, size_t count, int64_t from_us, int64_t to_us)
{
    for (size_t i = 0; i < count; i++) {
        if (spans[i].from_us < to_us && from_us < spans[i].to_us) {
            return true;
        }
    }
    return false;
}

static int64_t bound_us(int64_t bound, int64_t unit_s)
{
    return bound == INT_ABSENT ? INT64_MAX : bound * unit_s * TIME_SECOND;
}

/* How much of a span its object's cap lets through; moves what was used on. */
static int64_t allow_object(const struct week_work *work, struct week_use *use,
                            const struct work_span *span)
{
    int64_t length = span->to_us - span->from_us;
    int64_t left = bound_us(work->object_cap_s[span->object], 1) - use->object_us[span->object];

    use->object_us[span->object] += length;
    return smaller(length, larger(0, left));
}

/* Pay by class, each rounded once. */
static enum err price(const struct week_terms *terms, const int64_t *paid_us,
                      const int64_t *overtime_us, struct week_pay *out, struct fault *fault)
{
    for (size_t i = 0; i < MINUTE_CLASS_COUNT; i++) {
        /* Overtime seconds count for more; both parts together are rounded. */
        int64_t weighted =
            (paid_us[i] - overtime_us[i]) * PERCENT + overtime_us[i] * terms->overtime_percent;

        if (!money_scale(terms->class_minor[i], weighted, HOUR_S * PERCENT * TIME_SECOND,
                         &out->minor[i]) ||
            !money_add(out->total_minor, out->minor[i], &out->total_minor)) {
            return fail(fault, ERR_INVALID, "the pay of a week does not fit");
        }
        out->paid_s[i] = paid_us[i] / TIME_SECOND;
        out->overtime_s[i] = overtime_us[i] / TIME_SECOND;
    }
    return OK;
}

enum err week_price(const struct week_work *work, const struct week_terms *terms,
                    struct week_use *use, struct week_pay *out, struct fault *fault)
{
    int64_t worked_us[MINUTE_CLASS_COUNT] = {0};
    int64_t paid_us[MINUTE_CLASS_COUNT] = {0};
    int64_t overtime_us[MINUTE_CLASS_COUNT] = {0};
    int64_t week_max_us = bound_us(terms->week_cap_min, MINUTE_S);
    int64_t normal_max_us = bound_us(terms->overtime_after_min, MINUTE_S);
    int64_t beyond_us = 0;

    *out = (struct week_pay){0};
    for (size_t i = 0; i < work->count; i++) {
        const struct work_span *span = &work->spans[i];

        worked_us[span->class] += span->to_us - span->from_us;
        if (terms->class_minor[span->class] == 0) {
            continue;
        }
        int64_t allowed = allow_object(work, use, span);
        int64_t paid = smaller(allowed, larger(0, week_max_us - use->week_us));
        int64_t normal = smaller(paid, larger(0, normal_max_us - use->week_us));

        beyond_us += allowed - paid;
        use->week_us += paid;
        paid_us[span->class] += paid;
        overtime_us[span->class] += paid - normal;
    }
    for (size_t i = 0; i < MINUTE_CLASS_COUNT; i++) {
        out->seconds[i] = worked_us[i] / TIME_SECOND;
    }
    out->beyond_cap_s = beyond_us / TIME_SECOND;
    return price(terms, paid_us, overtime_us, out, fault);
}
