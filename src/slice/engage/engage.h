#pragma once

/*
 * Engagements: what was agreed with each person on a campaign's team.
 *
 * Terms are a history that is never rewritten: a change is a new row, comes into force when the
 * other side agrees, and pays nothing that was begun before. Amounts are minor units of the
 * terms' currency. Each class of minute has its own rate, fixed before the first minute.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct engagement_terms_row;
struct slice;
struct work;

/* The classes of minutes, in the order of the page. */
enum minute_class {
    MINUTE_GUIDELINES,
    MINUTE_TRAINING,
    MINUTE_CALIBRATION,
    MINUTE_WORK,
    MINUTE_REWORK,
    MINUTE_REVIEW,
    MINUTE_WAITING,
    MINUTE_MEETING,
    MINUTE_SKIPPED,
    MINUTE_ABANDONED,
    MINUTE_CLASS_COUNT,
};
const char *minute_class_name(enum minute_class class);
#define MINUTE_CLASSES                                                                             \
    "guidelines|training|calibration|work|rework|review|waiting|meeting|skipped|abandoned"
bool minute_class_find(const char *name, enum minute_class *out);

struct milestone {
    const char *title;
    int64_t amount_minor;
    int64_t due_at; /* INT_ABSENT: any time */
};

struct terms_draft {
    const char *currency; /* ISO 4217 */
    int64_t unit_minor;   /* for an accepted unit; zero: units are not paid as such */
    int64_t hour_minor;   /* for an hour of work; zero: minutes are not paid as such */
    int64_t class_minor[MINUTE_CLASS_COUNT]; /* an hour of each class; INT_ABSENT: hour_minor, and
                                                nothing for abandoned minutes */
    const struct milestone *milestones;
    size_t milestone_count;
    int64_t signing_minor;
    int64_t completion_minor;
    int64_t kill_minor;         /* when the operator ends it before it is completed */
    int64_t notice_days;        /* that the operator gives before an end */
    int64_t notice_minor;       /* for each day of notice that is not kept */
    int64_t week_cap_min;       /* INT_ABSENT: none */
    int64_t overtime_after_min; /* of a week; INT_ABSENT: there is no overtime */
    int64_t overtime_percent;
    int64_t idle_s;     /* after so long without an event the clock stops */
    int64_t task_cap_s; /* INT_ABSENT: none */
    int64_t ends_at;    /* INT_ABSENT: open */
    const char *note;   /* or NULL */
};

/* So much for each accepted unit, and nothing else. */
struct terms_draft terms_by_unit(const char *currency, int64_t unit_minor);

struct engage_draft {
    const char *campaign_id;
    const char *person_id;
    const char *duty;                /* expert or reviewer */
    const struct terms_draft *terms; /* both sides agreed to them; NULL: the campaign's price */
    const char *source;              /* the offer that was accepted; NULL: made by hand */
    const char *hold;                /* why it is paused at first; NULL: it is not */
};

/* Put a person on a team under terms that are in force at once. The work's organisation is the
 * campaign's. ERR_CONFLICT: walled off, no such person, or on the team already; ERR_INVALID names
 * the term that cannot be. */
enum err engage_begin(struct work *work, const struct engage_draft *draft, const char **id);

struct engage_change {
    const char *engagement_id;
    const char *state;       /* active, paused or ended */
    const char *reason_code; /* or NULL */
    const char *message;
    const char *ended_kind; /* of an end; NULL: ended_by_operator */
    int64_t notice_at;      /* INT_ABSENT: now */
};

/* Pause, resume or end an engagement, and keep its history. ERR_CONFLICT: it has ended. */
enum err engage_turn(struct work *work, const struct engage_change *change);

/* Its own person ends an engagement. ERR_NOT_FOUND: it is not the asker's; ERR_CONFLICT: it has
 * ended. */
enum err engage_leave(struct work *work, const char *engagement_id, const char *message);

/* Propose new terms; they wait for the other side. ERR_CONFLICT: others wait already. */
enum err engage_propose(struct work *work, const char *engagement_id,
                        const struct terms_draft *terms, const char **terms_id);

/* The other side agrees, or not; the proposing side may withdraw (`verdict` accept, decline or
 * withdraw). From now on, never backwards. */
enum err engage_settle(struct work *work, const char *engagement_id, const char *terms_id,
                       const char *verdict);

/* The terms in force at a moment. ERR_NOT_FOUND: before the engagement began. */
enum err engage_terms_at(struct work *work, const char *engagement_id, int64_t at,
                         struct engagement_terms_row *out);

/* An hour of each class under these terms, in minor units. */
enum err engage_rates(struct work *work, const char *terms_id, int64_t out[MINUTE_CLASS_COUNT]);

/* The owner of an engagement, for routes whose first id is one: the engaged person, or an office
 * with a grant. */
enum err engage_owner(struct work *work, const char *id, const char **organisation_id);

extern const struct slice engage_slice;
