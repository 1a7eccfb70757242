#pragma once

/*
 * Listings and applications: who may come, how, and what they were promised.
 *
 * A listing says beforehand what is assessed, how long it takes and when an answer comes; an
 * application past that day is put before the listing's owner. Nobody is declined before a person
 * has graded the interview, unless the listing itself ended.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct application_row;
struct link_by_token_row;
struct listing_row;
struct slice;
struct work;

struct listing_draft {
    const char *title;
    const char *description;
    const char *domain;
    int64_t difficulty;
    const char *languages; /* JSON list */
    int64_t hours_week;
    int64_t rate_low_minor;
    int64_t rate_high_minor;
    const char *currency;
    const char *assessed;
    int64_t interview_min;
    int64_t answer_days;
    int64_t item_max;
};
enum err listing_add(struct work *work, const struct listing_draft *draft, const char **id);

/* Open or close it. Whoever waits is told of an end; their interviews go on and count. */
enum err listing_set(struct work *work, const char *id, const char *state);

/* For routes that only the operator's office asks; and for those who may apply. */
enum err listing_owner(struct work *work, const char *id, const char **organisation_id);
enum err listing_to_apply(struct work *work, const char *id, const char **organisation_id);

/* A link that brings people to a listing; its token is told once. */
enum err link_make(struct work *work, const char *listing_id, const char **token);

/* Who gave it, if it still leads to that listing. ERR_INVALID: it does not. */
enum err link_find(struct work *work, const char *listing_id, const char *token,
                   struct link_by_token_row *out);

/* `token` may be NULL. Whoever holds the qualification already is qualified at once. */
enum err application_make(struct work *work, const char *listing_id, const char *note,
                          const char *token, const char **id);
enum err application_withdraw(struct work *work, const char *id);
enum err application_decide(struct work *work, const char *id, bool qualified,
                            const char *reason_code, const char *reason);

/* Whether the asker is the person, or of the house with leave to that organisation. ERR_NOT_FOUND:
 * neither. */
enum err vetting_may_see(struct work *work, const char *person_id, const char *organisation_id);
enum err application_owner(struct work *work, const char *id, const char **organisation_id);

/* For the interview: the caller's own application. ERR_NOT_FOUND: it is not theirs. */
enum err application_own(struct work *work, const char *id, struct application_row *out);

/* For the interview: how it went on. Wrong states are left as they are. */
enum err application_advance(struct work *work, const char *id, const char *state,
                             const char *event);

/* Put applications that wait too long before their owners; at most `row_max` at once. */
enum err vetting_escalate(struct work *work, int64_t row_max, int64_t *count);

/* Delete the words of applications that have been kept for as long as the installation says; what
 * was decided, when and by whom stays. */
enum err vetting_forget(struct work *work, int64_t row_max, int64_t *count);

extern const struct slice vetting_slice;
