#pragma once

/*
 * Campaigns: one client's data need, the guideline it is worked under, and the people on it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct campaign_row;
struct slice;
struct task_type;
struct work;

/* The owner of a campaign, for routes whose first id is one. ERR_NOT_FOUND: there is none, or the
 * asker neither has a grant for the client nor is engaged on it. */
enum err campaign_owner(struct work *work, const char *id, const char **organisation_id);

/* Within the organisation of the work. ERR_NOT_FOUND: none. */
enum err campaign_find(struct work *work, const char *id, struct campaign_row *out);

/* The campaign's task type with its parameters filled in. */
enum err campaign_type(struct work *work, const struct campaign_row *campaign,
                       const struct task_type **out);

struct campaign_draft {
    const char *organisation_id;
    const char *name;
    const char *domain;
    const char *task_type;
    const char *parameters; /* JSON */
    const char *guideline;  /* Markdown; NULL: none yet */
    int64_t redundancy;
    int64_t review_layers;
    int64_t price_minor;
    const char *currency;
    int64_t budget_minor;
    int64_t deadline_at;
    int64_t lease_s;
    bool is_sample;
};
enum err campaign_add(struct work *work, const struct campaign_draft *draft, const char **id);

/* A new version of the guideline, split into clauses at its headings. */
enum err campaign_set_text(struct work *work, const char *campaign_id, const char *markdown);

/* draft → open ⇄ paused → closed. ERR_CONFLICT: the step is not allowed, or a guideline is missing.
 */
enum err campaign_change_state(struct work *work, const char *campaign_id, const char *state);

struct engagement_draft {
    const char *campaign_id;
    const char *person_id;
    const char *duty;    /* expert or reviewer */
    int64_t price_minor; /* INT_ABSENT: the campaign's */
    const char *hold;    /* why it is paused at first; NULL: it is not */
};
enum err engagement_add(struct work *work, const struct engagement_draft *draft, const char **id);

/* Add to one of the campaign's counts, and to the count of the day, when the transaction ends. */
void campaign_count(struct work *work, const char *campaign_id, const char *counter,
                    int64_t amount);

/* Add to the count "active": the places that are in somebody's hands. */
void campaign_hold(struct work *work, const char *campaign_id, int64_t change);

/* What this transaction has added to a count, which the store shows only when it ends. */
int64_t campaign_counted(struct work *work, const char *campaign_id, const char *counter);

/* Tasks of the campaign became open again. */
enum err campaign_woke(struct work *work, const char *campaign_id);

/* Ask for truth and agreement of a campaign to be computed again, once for all that ask: the more
 * answers there are to read, the more of them wait for one another. */
void campaign_measure(struct work *work, const char *campaign_id);
#define QUALITY_JOB "quality"

extern const struct slice campaign_slice;
