#include "slice/time/time_shape.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/time.h"
#include "slice/time/time.h"
#include "slice/time/time_sql.h"
#include "slice/time/timesheet.h"

/* ------------------------------------------------------------------ events */

static const struct field told_event_fields[] = {
    TEXT(told_event, lease_id, .optional = true, .max = 40, .doc = "The task that it is about"),
    TEXT(told_event, engagement_id, .optional = true, .max = 40,
         .doc = "Without a task: the engagement that it is for"),
    TEXT(told_event, class, .optional = true, .choices = "guidelines|training|calibration|meeting",
         .doc = "Without a task: what it is"),
    TEXT(told_event, kind, .choices = "opened|focus|edit|pause|submit", .doc = "What happened"),
    TIME(told_event, at, .doc = "By the browser's clock"),
    INT(told_event, tick_ms, .min = 0, .max = 1e15,
        .doc = "By a clock of the browser that never jumps, in milliseconds"),
};
static const struct shape told_event_shape =
    SHAPE(told_event, told_event_fields, "An event: what happened, never what was written");

static const struct field told_body_fields[] = {
    TEXT(told_body, tab, .min = 1, .max = 40, .doc = "Which tab tells: letters, digits, _ and -"),
    TIME(told_body, sent_at, .doc = "Now, by the browser's clock"),
    INT(told_body, sent_tick_ms, .min = 0, .max = 1e15,
        .doc = "Now, by the clock that never jumps"),
    LIST(told_body, events, .of = &told_event_shape, .min = 1, .max = 500,
         .doc = "In the order in which they happened"),
};
const struct shape told_body_shape = SHAPE(told_body, told_body_fields, "What happened in a tab");

static const struct field told_outcome_fields[] = {
    INT(told_outcome, accepted, .doc = "Events in the log"),
    INT(told_outcome, ignored, .doc = "Not the own, or before the engagement began"),
    INT(told_outcome, jumped, .doc = "Of those in the log: the browser's clock had jumped"),
};
const struct shape told_outcome_shape =
    SHAPE(told_outcome, told_outcome_fields, "What became of the events");

static const struct field extend_body_fields[] = {
    TEXT(extend_body, reason, .min = 3, .max = 500, .doc = "Why the task takes longer"),
};
const struct shape extend_body_shape =
    SHAPE(extend_body, extend_body_fields, "A wish for more time");

static const struct field extension_fields[] = {
    INT(extension, seconds, .doc = "So many more count for the task"),
};
const struct shape extension_shape = SHAPE(extension, extension_fields, "More time for a task");

/* ------------------------------------------------------------------ a week */

static const struct field week_query_fields[] = {
    TEXT(week_query, week, .optional = true, .min = 10, .max = 10,
         .doc = "A day of the week, as 2026-03-02; today unless said"),
};
const struct shape week_query_shape = SHAPE(week_query, week_query_fields, "Which week");

static const struct field week_body_fields[] = {
    TEXT(week_body, week, .min = 10, .max = 10, .doc = "A day of the week, as 2026-03-02"),
};
const struct shape week_body_shape = SHAPE(week_body, week_body_fields, "Which week");

struct class_view {
    const char *class;
    const char *currency;
    int64_t terms_number;
    int64_t hour_minor;
    int64_t seconds;
    int64_t paid_s;
    int64_t overtime_s;
    int64_t amount_minor;
};
static const struct field class_view_fields[] = {
    TEXT(class_view, class, .doc = "The class of the minutes"),
    TEXT(class_view, currency, .doc = "ISO 4217 code"),
    INT(class_view, terms_number, .doc = "Under which terms"),
    INT(class_view, hour_minor, .doc = "What an hour of it pays; 0: it is not paid"),
    INT(class_view, seconds, .doc = "Worked"),
    INT(class_view, paid_s, .doc = "Of them paid: of a paid class and within the caps"),
    INT(class_view, overtime_s, .doc = "Of the paid ones, overtime"),
    INT(class_view, amount_minor, .doc = "What they pay, in minor units"),
};
static const struct shape class_view_shape =
    SHAPE(class_view, class_view_fields, "A week's minutes of one class");

struct span_view {
    const char *object_id;
    const char *class;
    int64_t from_at;
    int64_t to_at;
};
static const struct field span_view_fields[] = {
    TEXT(span_view, object_id, .optional = true, .doc = "The lease, or the change by hand"),
    TEXT(span_view, class, .doc = "The class"),
    TIME(span_view, from_at, .doc = "From"),
    TIME(span_view, to_at, .doc = "To"),
};
static const struct shape span_view_shape = SHAPE(span_view, span_view_fields, "Minutes");

struct sheet_view {
    const char *engagement_id;
    const char *campaign_id;
    const char *campaign_name;
    const char *week;
    const char *zone;
    int64_t from_at;
    int64_t to_at;
    struct list classes;
    struct list spans;
    int64_t beyond_cap_s;
};
static const struct field sheet_view_fields[] = {
    TEXT(sheet_view, engagement_id, .doc = "The engagement"),
    TEXT(sheet_view, campaign_id, .doc = "The campaign"),
    TEXT(sheet_view, campaign_name, .doc = "Its name"),
    TEXT(sheet_view, week, .doc = "Its Monday"),
    TEXT(sheet_view, zone, .doc = "The person's time zone"),
    TIME(sheet_view, from_at, .doc = "The week begins"),
    TIME(sheet_view, to_at, .doc = "The week ends"),
    LIST(sheet_view, classes, .of = &class_view_shape, .doc = "By class; none without minutes"),
    LIST(sheet_view, spans, .of = &span_view_shape, .doc = "In order"),
    INT(sheet_view, beyond_cap_s, .doc = "Worked beyond the week's cap and not paid"),
};
const struct shape sheet_view_shape =
    SHAPE(sheet_view, sheet_view_fields, "A week of an engagement");

static size_t view_classes(const struct sheet_part *part, struct class_view *views)
{
    size_t count = 0;

    for (size_t i = 0; i < MINUTE_CLASS_COUNT; i++) {
        if (part->pay.seconds[i] > 0) {
            views[count++] = (struct class_view){
                .class = minute_class_name((enum minute_class)i),
                .currency = part->currency,
                .terms_number = part->terms_number,
                .hour_minor = part->terms.class_minor[i],
                .seconds = part->pay.seconds[i],
                .paid_s = part->pay.paid_s[i],
                .overtime_s = part->pay.overtime_s[i],
                .amount_minor = part->pay.minor[i],
            };
        }
    }
    return count;
}

static size_t view_spans(const struct sheet *sheet, const struct sheet_part *part,
                         struct span_view *views)
{
    for (size_t i = 0; i < part->span_count; i++) {
        const char *object = sheet->objects[part->spans[i].object];

        views[i] = (struct span_view){.object_id = object[0] == '\0' ? NULL : object,
                                      .class = minute_class_name(part->spans[i].class),
                                      .from_at = part->spans[i].from_us,
                                      .to_at = part->spans[i].to_us};
    }
    return part->span_count;
}

const struct sheet_view *sheet_view_of(struct arena *arena, const struct sheet *sheet)
{
    struct sheet_view *view = arena_new_of(arena, struct sheet_view);
    struct class_view *classes =
        arena_array(arena, struct class_view, sheet->part_count * MINUTE_CLASS_COUNT);
    size_t span_count = 0;
    size_t class_count = 0;

    for (size_t i = 0; i < sheet->part_count; i++) {
        span_count += sheet->parts[i].span_count;
    }
    struct span_view *spans = arena_array(arena, struct span_view, span_count);

    span_count = 0;
    *view = (struct sheet_view){.engagement_id = sheet->engagement_id,
                                .campaign_id = sheet->campaign_id,
                                .campaign_name = sheet->campaign_name,
                                .zone = sheet->zone,
                                .from_at = sheet->from_us,
                                .to_at = sheet->to_us};
    for (size_t i = 0; i < sheet->part_count; i++) {
        class_count += view_classes(&sheet->parts[i], classes + class_count);
        span_count += view_spans(sheet, &sheet->parts[i], spans + span_count);
        view->beyond_cap_s += sheet->parts[i].pay.beyond_cap_s;
    }
    view->week = time_day_text(arena, sheet->week_day);
    view->classes = (struct list){.at = classes, .count = class_count};
    view->spans = (struct list){.at = spans, .count = span_count};
    return view;
}

/* ------------------------------------------------------------------ changes */

static const struct field change_fields[] = {
    TEXT(time_change_row, id, .doc = "Identifier, `tch_` and 26 characters"),
    TEXT(time_change_row, kind, .doc = "add or remove", .choices = "add|remove"),
    TEXT(time_change_row, class, .doc = "The class of the minutes"),
    TIME(time_change_row, from_at, .doc = "From"),
    TIME(time_change_row, to_at, .doc = "To"),
    TEXT(time_change_row, reason, .doc = "Why"),
    TEXT(time_change_row, reason_code, .doc = "Why, as a code"),
    TEXT(time_change_row, asked_by, .doc = "Who asked for it"),
    TIME(time_change_row, asked_at, .doc = "When"),
    TEXT(time_change_row, state, .doc = "Where it stands",
         .choices = "open|approved|declined|appealed|upheld|overturned"),
    TEXT(time_change_row, decided_by, .optional = true, .doc = "Who decided"),
    TIME(time_change_row, decided_at, .optional = true, .doc = "When"),
    TEXT(time_change_row, decision, .optional = true, .doc = "Why it was decided so"),
    TEXT(time_change_row, appeal, .optional = true, .doc = "What the person says against it"),
    TEXT(time_change_row, settlement, .optional = true, .doc = "How the appeal was settled"),
};
static const struct shape change_shape =
    SHAPE(time_change_row, change_fields, "Minutes changed by hand");

static const struct field change_list_fields[] = {
    LIST(change_list, items, .of = &change_shape, .doc = "Newest minutes first"),
};
const struct shape change_list_shape =
    SHAPE(change_list, change_list_fields, "Minutes changed by hand");

static const struct field change_body_fields[] = {
    TEXT(change_body, kind, .choices = "add|remove",
         .doc = "The person adds; an operator takes away"),
    TEXT(change_body, class, .choices = MINUTE_CLASSES, .doc = "The class of the minutes"),
    TIME(change_body, from_at, .doc = "From"),
    TIME(change_body, to_at, .doc = "To"),
    TEXT(change_body, reason, .min = 3, .max = 1000, .doc = "Why"),
    TEXT(change_body, reason_code, .choices = "offline|forgot|clock|duplicate|not_work|other",
         .doc = "Why, as a code"),
};
const struct shape change_body_shape =
    SHAPE(change_body, change_body_fields, "Minutes to add or to take away");

static const struct field change_decision_fields[] = {
    TEXT(change_decision, verdict, .choices = "approve|decline",
         .doc = "approve: as the person says"),
    TEXT(change_decision, message, .min = 3, .max = 1000, .doc = "Why; the person reads it"),
};
const struct shape change_decision_shape =
    SHAPE(change_decision, change_decision_fields, "A decision about minutes");

static const struct field change_objection_fields[] = {
    TEXT(change_objection, message, .min = 3, .max = 1000, .doc = "Why it is wrong"),
};
const struct shape change_objection_shape =
    SHAPE(change_objection, change_objection_fields, "An appeal about minutes");
