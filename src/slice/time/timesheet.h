#pragma once

/* A week of an engagement: its minutes by class, what each is about, and what it pays. */

#include "slice/time/time.h"
#include "slice/time/time_rule.h"

struct engagement_terms_row;

/* Minutes under one version of the terms. */
struct sheet_part {
    const char *terms_id;
    int64_t terms_number;
    const char *currency;
    struct week_terms terms;
    struct work_span *spans;
    size_t span_count;
    struct week_pay pay;
};

struct sheet {
    const char *engagement_id;
    const char *organisation_id;
    const char *campaign_id;
    const char *campaign_name;
    const char *person_id;
    const char *zone;
    int64_t week_day; /* the Monday, days since 1970 */
    int64_t from_us;
    int64_t to_us;
    const char *const *objects; /* lease identifiers; "" for time without a task */
    const int64_t *object_cap_s;
    size_t object_count;
    const struct sheet_part *parts; /* in order */
    size_t part_count;
};

/* The week in which `day` lies. The work's organisation is the engagement's. */
enum err sheet_load(struct work *work, const char *engagement_id, int64_t day, struct sheet *out);

/* Post what the week pays as far as it is not posted, and undo what is posted otherwise. Counts the
 * entries. ERR_CONFLICT: the week has not ended. */
enum err sheet_settle(struct work *work, const char *engagement_id, int64_t day, int64_t *posted);

/* Does [from, to) lie on minutes that count already, for any engagement of the person? */
enum err sheet_overlaps(struct work *work, const char *person_id, int64_t from_us, int64_t to_us,
                        bool *out);
