#pragma once

/*
 * Pure rules of what is owed beside units and minutes.
 *
 * An engagement that begins owes the signing bonus, one that is completed the completion bonus. One
 * that the operator ends before it is completed, and before the day that the terms name, owes the
 * kill fee and each day of notice that was not kept. Who leaves, or whose terms have run out, is
 * owed neither. A referral pays a share of what the referred person earns by units and minutes, up
 * to a cap over all time.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct fault;

struct award_terms {
    int64_t signing_minor;
    int64_t completion_minor;
    int64_t kill_minor;
    int64_t notice_days;
    int64_t notice_minor; /* for each day that is not kept */
    int64_t ends_at;      /* INT_ABSENT: open */
};

struct award_event {
    const char *kind; /* as engagement events name it */
    int64_t happened_at;
    int64_t notice_at; /* INT_ABSENT: the end was not announced */
};

struct award_claim {
    const char *kind;
    int64_t amount_minor; /* above zero */
    int64_t days;         /* of notice that were not kept */
};

/* At most two; `out` has room for them. ERR_INVALID: an amount does not fit. */
enum { AWARD_CLAIMS_MAX = 2 };
enum err awards_of_event(const struct award_event *event, const struct award_terms *terms,
                         struct award_claim *out, size_t *count, struct fault *fault);

/* Whole days of notice that are still owed at an end: those of the terms, less those since it was
 * announced, and none beyond the day on which the terms end anyway. */
int64_t notice_owed_days(const struct award_event *event, const struct award_terms *terms);

/* The share of what somebody earned: in hundredths of a percent, up to the cap, never below zero.
 * ERR_INVALID: it does not fit. */
enum err referral_share(int64_t earned_minor, int64_t share_points, int64_t cap_minor, int64_t *out,
                        struct fault *fault);
