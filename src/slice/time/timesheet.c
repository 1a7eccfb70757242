#include "slice/time/timesheet.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/shape.h"
#include "base/time.h"
#include "base/zone.h"
#include "slice/engage/engage_sql.h"
#include "slice/pay/pay.h"
#include "slice/pay/pay_sql.h"
#include "slice/pay/pay_zone.h"
#include "slice/time/time_sql.h"
#include "store/work.h"
#include "sys/zone_file.h"

enum { IDLE_S = 300, WEEK_DAYS = 7 };

/* Minutes of a person between two moments, whatever they were for. */
struct line {
    struct map *objects; /* "engagement lease" or "engagement class" */
    const struct work_span *spans;
    size_t count;
};

static uint32_t object_of(struct work *work, struct line *line, const char *engagement_id,
                          const char *lease_id)
{
    return map_add(line->objects, text_of(arena_print(work->arena, "%s %s", engagement_id,
                                                      lease_id == NULL ? "" : lease_id)));
}

/* What became of the task says what its minutes were. */
static enum minute_class class_of(const struct work_event_line_row *row)
{
    enum minute_class class = MINUTE_WORK;

    (void)minute_class_find(row->class, &class);
    if (row->lease_state != NULL && strcmp(row->lease_state, "skipped") == 0) {
        return MINUTE_SKIPPED;
    }
    if (row->lease_state != NULL && strcmp(row->lease_state, "expired") == 0) {
        return MINUTE_ABANDONED;
    }
    return class;
}

static enum err add_events(struct work *work, const char *person_id, int64_t from_us, int64_t to_us,
                           struct line *line)
{
    struct work_event_line_row *rows;
    size_t count;

    TRY(work_event_line(work,
                        &(struct work_event_line_args){.person_id = person_id,
                                                       .from_at = from_us - TIME_HOUR,
                                                       .to_at = to_us + TIME_HOUR},
                        &rows, &count));
    struct work_event *events = arena_array(work->arena, struct work_event, count);

    for (size_t i = 0; i < count; i++) {
        events[i] = (struct work_event){
            .at_us = rows[i].happened_at,
            .object = object_of(work, line, rows[i].engagement_id, rows[i].lease_id),
            .class = class_of(&rows[i]),
            .idle_s = rows[i].idle_s == INT_ABSENT ? IDLE_S : rows[i].idle_s,
            .stops = strcmp(rows[i].kind, "pause") == 0 || strcmp(rows[i].kind, "submit") == 0,
        };
    }
    line->count = work_spans(work->arena, events, count, &line->spans);
    line->count = work_clip(work->arena, line->spans, line->count, from_us, to_us, &line->spans);
    return OK;
}

/* Put a span where it belongs in the order; what it would cover twice is taken out first. */
static void insert_span(struct work *work, struct line *line, const struct work_span *span)
{
    size_t count = work_remove(work->arena, line->spans, line->count, span, &line->spans);
    struct work_span *wider = arena_array(work->arena, struct work_span, count + 1);
    size_t at = 0;

    while (at < count && line->spans[at].from_us < span->from_us) {
        at++;
    }
    memcpy(wider, line->spans, at * sizeof(*wider));
    wider[at] = *span;
    memcpy(wider + at + 1, line->spans + at, (count - at) * sizeof(*wider));
    line->spans = wider;
    line->count = count + 1;
}

static enum err apply_changes(struct work *work, const char *person_id, int64_t from_us,
                              int64_t to_us, struct line *line)
{
    struct time_change_counting_row *rows;
    size_t count;

    TRY(time_change_counting(work,
                             &(struct time_change_counting_args){
                                 .person_id = person_id, .from_us = from_us, .to_us = to_us},
                             &rows, &count));
    for (size_t i = 0; i < count; i++) {
        struct work_span span = {.from_us = rows[i].from_at < from_us ? from_us : rows[i].from_at,
                                 .to_us = rows[i].to_at > to_us ? to_us : rows[i].to_at,
                                 .class = MINUTE_WORK};

        (void)minute_class_find(rows[i].class, &span.class);
        span.object = object_of(work, line, rows[i].engagement_id, rows[i].id);
        if (strcmp(rows[i].kind, "add") == 0) {
            insert_span(work, line, &span);
        } else {
            line->count = work_remove(work->arena, line->spans, line->count, &span, &line->spans);
        }
    }
    return OK;
}

static enum err load_line(struct work *work, const char *person_id, int64_t from_us, int64_t to_us,
                          struct line *out)
{
    *out = (struct line){.objects = map_new(work->arena)};
    TRY(add_events(work, person_id, from_us, to_us, out));
    return apply_changes(work, person_id, from_us, to_us, out);
}

enum err sheet_overlaps(struct work *work, const char *person_id, int64_t from_us, int64_t to_us,
                        bool *out)
{
    struct line line;

    TRY(load_line(work, person_id, from_us - TIME_HOUR, to_us + TIME_HOUR, &line));
    *out = work_overlaps(line.spans, line.count, from_us, to_us);
    return OK;
}

/* Caps of this engagement's tasks: as the terms say at the week's end, and what was asked for. */
static enum err load_objects(struct work *work, const struct line *line, int64_t task_cap_s,
                             struct sheet *sheet)
{
    uint32_t count = map_count(line->objects);
    const char **names = arena_array(work->arena, const char *, count);
    int64_t *caps = arena_array(work->arena, int64_t, count);
    struct time_extension_sums_row *rows;
    size_t row_count;

    TRY(time_extension_sums(
        work,
        &(struct time_extension_sums_args){.engagement_id = sheet->engagement_id,
                                           .organisation_id = work->organisation_id},
        &rows, &row_count));
    for (uint32_t i = 0; i < count; i++) {
        const char *name = strchr(map_key(line->objects, i).at, ' ') + 1;
        bool is_task = strncmp(name, "lea_", 4) == 0;

        names[i] = name;
        caps[i] = is_task ? task_cap_s : INT_ABSENT;
        for (size_t k = 0; k < row_count && caps[i] != INT_ABSENT; k++) {
            caps[i] += strcmp(rows[k].lease_id, name) == 0 ? rows[k].seconds : 0;
        }
    }
    sheet->objects = names;
    sheet->object_cap_s = caps;
    sheet->object_count = count;
    return OK;
}

/* What the operator allowed beyond the cap goes to the week, whatever terms it has. */
static enum err raise_caps(struct work *work, const struct sheet *sheet, struct sheet_part *parts,
                           size_t count)
{
    struct week_extension_sum_row more;

    TRY(week_extension_sum(
        work,
        &(struct week_extension_sum_args){.engagement_id = sheet->engagement_id,
                                          .organisation_id = work->organisation_id,
                                          .week_day = sheet->week_day},
        &more));
    for (size_t i = 0; i < count; i++) {
        if (parts[i].terms.week_cap_min != INT_ABSENT) {
            parts[i].terms.week_cap_min += more.extra_min;
        }
    }
    return OK;
}

/* Only this engagement's minutes, cut where its terms change. */
static enum err cut_parts(struct work *work, const struct line *line,
                          const struct engagement_terms_row *terms, size_t terms_count,
                          struct sheet *sheet)
{
    struct sheet_part *parts = arena_array(work->arena, struct sheet_part, terms_count);
    size_t size = strlen(sheet->engagement_id);
    int64_t until_us = sheet->to_us;

    for (size_t i = 0; i < terms_count; i++) { /* newest first: filled from the back */
        struct sheet_part *part = &parts[terms_count - 1 - i];
        const struct work_span *clipped;
        size_t count =
            work_clip(work->arena, line->spans, line->count, terms[i].since_at, until_us, &clipped);

        *part = (struct sheet_part){.terms_id = terms[i].id,
                                    .terms_number = terms[i].terms_number,
                                    .currency = terms[i].currency,
                                    .spans = arena_array(work->arena, struct work_span, count)};
        for (size_t k = 0; k < count; k++) {
            if (strncmp(map_key(line->objects, clipped[k].object).at, sheet->engagement_id, size) ==
                0) {
                part->spans[part->span_count++] = clipped[k];
            }
        }
        part->terms = (struct week_terms){.week_cap_min = terms[i].week_cap_min,
                                          .overtime_after_min = terms[i].overtime_after_min,
                                          .overtime_percent = terms[i].overtime_percent};
        TRY(engage_rates(work, terms[i].id, part->terms.class_minor));
        until_us = terms[i].since_at < until_us ? terms[i].since_at : until_us;
    }
    sheet->parts = parts;
    sheet->part_count = terms_count;
    return raise_caps(work, sheet, parts, terms_count);
}

static enum err price_parts(struct work *work, struct sheet *sheet)
{
    struct week_use use = {.object_us = arena_array(work->arena, int64_t, sheet->object_count)};
    struct sheet_part *parts = arena_array(work->arena, struct sheet_part, sheet->part_count);

    for (size_t i = 0; i < sheet->part_count; i++) {
        parts[i] = sheet->parts[i];
        TRY(week_price(&(struct week_work){.spans = parts[i].spans,
                                           .count = parts[i].span_count,
                                           .object_cap_s = sheet->object_cap_s},
                       &parts[i].terms, &use, &parts[i].pay, &work->fault));
    }
    sheet->parts = parts;
    return OK;
}

/* The terms that were in force at some moment of the week, newest first. */
static enum err terms_of_week(struct work *work, const struct sheet *sheet,
                              struct engagement_terms_row **out, size_t *count)
{
    struct engagement_terms_row *rows;
    size_t total;
    size_t kept = 0;

    TRY(terms_page(work,
                   &(struct terms_page_args){.engagement_id = sheet->engagement_id,
                                             .organisation_id = work->organisation_id},
                   &rows, &total));
    for (size_t i = 0; i < total; i++) {
        if (rows[i].since_at == INT_ABSENT || rows[i].since_at >= sheet->to_us) {
            continue;
        }
        rows[kept++] = rows[i];
        if (rows[i].since_at <= sheet->from_us) {
            break;
        }
    }
    *out = rows;
    *count = kept;
    return OK;
}

enum err sheet_load(struct work *work, const char *engagement_id, int64_t day, struct sheet *out)
{
    struct time_engagement_row engagement;
    struct engagement_terms_row *terms;
    const struct zone *zone;
    struct sheet sheet = {.engagement_id = engagement_id, .week_day = week_start_day(day)};
    struct line line;
    size_t terms_count;

    TRY(time_engagement(work, &(struct time_engagement_args){.id = engagement_id}, &engagement));
    TRY(pay_zone_of(work, engagement.person_id, &sheet.zone, &zone));
    sheet.organisation_id = engagement.organisation_id;
    sheet.campaign_id = engagement.campaign_id;
    sheet.campaign_name = engagement.campaign_name;
    sheet.person_id = engagement.person_id;
    sheet.from_us = zone_day_start(zone, sheet.week_day);
    sheet.to_us = zone_day_start(zone, sheet.week_day + WEEK_DAYS);
    TRY(load_line(work, engagement.person_id, sheet.from_us, sheet.to_us, &line));
    TRY(terms_of_week(work, &sheet, &terms, &terms_count));
    TRY(load_objects(work, &line, terms_count == 0 ? INT_ABSENT : terms[0].task_cap_s, &sheet));
    TRY(cut_parts(work, &line, terms, terms_count, &sheet));
    TRY(price_parts(work, &sheet));
    *out = sheet;
    return OK;
}

/* ------------------------------------------------------------------ to the ledger */

static enum err settle_class(struct work *work, const struct sheet *sheet,
                             const struct sheet_part *part, enum minute_class class,
                             int64_t *posted)
{
    const char *name = minute_class_name(class);
    const char *pays_id =
        arena_print(work->arena, "%s/%s/%" PRId64 "/%s", sheet->engagement_id,
                    time_day_text(work->arena, sheet->week_day), part->terms_number, name);
    int64_t due = part->pay.minor[class];
    struct paid_amount_row paid = {0};
    enum err err = paid_amount(work,
                               &(struct paid_amount_args){.kind = "minutes",
                                                          .pays_id = pays_id,
                                                          .organisation_id = work->organisation_id},
                               &paid);

    if (err != OK && err != ERR_NOT_FOUND) {
        return err;
    }
    int64_t now = err == OK ? paid.person_minor : 0;

    if (now == due) {
        return OK;
    }
    if (now != 0) {
        TRY(pay_item_undo(work, sheet->campaign_id, "minutes", pays_id,
                          "the minutes of the week changed"));
        (*posted)++;
    }
    if (due == 0) {
        return OK;
    }
    const char *id;

    (*posted)++;
    return pay_item_post(work,
                         &(struct pay_item){
                             .campaign_id = sheet->campaign_id,
                             .person_id = sheet->person_id,
                             .kind = "minutes",
                             .pays_id = pays_id,
                             .amount_minor = due,
                             .currency = part->currency,
                             .note = arena_print(work->arena, "%" PRId64 " min of %s, week of %s",
                                                 part->pay.paid_s[class] / 60, name,
                                                 time_day_text(work->arena, sheet->week_day)),
                         },
                         &id);
}

enum err sheet_settle(struct work *work, const char *engagement_id, int64_t day, int64_t *posted)
{
    struct sheet sheet;

    *posted = 0;
    TRY(sheet_load(work, engagement_id, day, &sheet));
    if (sheet.to_us > work->now_us) {
        return work_fail(work, ERR_CONFLICT, "the week of %s has not ended in %s yet",
                         time_day_text(work->arena, sheet.week_day), sheet.zone);
    }
    for (size_t i = 0; i < sheet.part_count; i++) {
        for (size_t class = 0; class < MINUTE_CLASS_COUNT; class ++) {
            TRY(settle_class(work, &sheet, &sheet.parts[i], (enum minute_class) class, posted));
        }
    }
    return OK;
}
