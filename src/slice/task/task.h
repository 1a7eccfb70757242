#pragma once

/*
 * Tasks: units of work, who holds one, and what was answered.
 *
 * A task is open while fewer answers stand or are being made than are wanted. A
 * lease is one person's claim on one stage of one task; it ends by a submission, a
 * skip, or time. An answer stands while it is pending or accepted; what is returned
 * keeps its place until it is revised; what is rejected gives its place back.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct campaign_row;
struct lease_row;
struct slice;
struct submission_row;
struct task_row;
struct work;

/* Owners, for routes whose first id is a task, batch or submission. */
enum err task_owner(struct work *work, const char *id, const char **organisation_id);
enum err batch_owner(struct work *work, const char *id, const char **organisation_id);
/* Also the author and the campaign's reviewers may see a submission. */
enum err submission_owner(struct work *work, const char *id, const char **organisation_id);
/* The holder alone. */
enum err lease_owner(struct work *work, const char *id, const char **organisation_id);

enum err task_find(struct work *work, const char *id, struct task_row *out);
enum err submission_find(struct work *work, const char *id, struct submission_row *out);

/* Take the next open task of a campaign on the person's own walk; a lease that the person holds
 * there already is given again. *lease_id NULL: nothing is left for them; ERR_FORBIDDEN: a wall, a
 * pause or no engagement, in words. */
enum err task_claim(struct work *work, const char *campaign_id, const char **lease_id);

/* The same for somebody who has just submitted and holds nothing there; who may not claim is told
 * why, and that is no failure. */
enum err task_claim_next(struct work *work, const struct campaign_row *campaign,
                         const char **lease_id, const char **why);

/* Take a returned submission up again. ERR_CONFLICT: it is not returned. */
enum err task_claim_revision(struct work *work, const char *submission_id, const char **lease_id);

struct lease_draft {
    const char *campaign_id;
    const char *task_id;
    const char *submission_id; /* NULL: none */
    const char *stage;         /* produce, review or appeal */
    const char *presentation;  /* JSON */
    int64_t lease_s;
};
enum err lease_take(struct work *work, const struct lease_draft *draft, const char **id);

/* The caller's own lease. ERR_NOT_FOUND: no such lease of theirs; ERR_CONFLICT: it has ended or its
 * time has run out. */
enum err lease_held_by_me(struct work *work, const char *id, struct lease_row *out);
/* submitted or skipped. ERR_CONFLICT: it has ended already. */
enum err lease_close(struct work *work, const struct lease_row *lease, const char *state);

/* Give back what nobody tends any more, at most `row_max` leases of any client; *count of them. */
enum err lease_sweep(struct work *work, int64_t row_max, int64_t *count);

struct answer_draft {
    const char *answer;    /* JSON */
    const char *ai_assist; /* none, grammar or declared */
    int64_t active_ms;     /* spent on the task, as the page saw it */
    bool next;             /* claim the next task of the campaign too */
};

#define NOTHING_LEFT "You have done or seen every task that is open here."

struct answer_made {
    const char *id;
    const char *next_lease_id; /* NULL: none was asked for, or none is left */
    const char *message;       /* why there is none; NULL: there is, or none was asked for */
};
/* ERR_INVALID names the member of the answer that does not fit the task type. */
enum err submission_add(struct work *work, const char *lease_id, const struct answer_draft *draft,
                        struct answer_made *out);

/* Check an answer by the campaign's task type, as submission_add does. */
enum err answer_check(struct work *work, const char *campaign_id, const char *answer);

/* What reviews do to a submission; each moves counts, pay and truth along. */
enum err submission_accept(struct work *work, const struct submission_row *submission,
                           const char *final_answer);
enum err submission_return(struct work *work, const struct submission_row *submission);
enum err submission_reject(struct work *work, const struct submission_row *submission);
enum err submission_restore(struct work *work, const struct submission_row *submission);

/* A submission that stands for nobody's work: its state alone moves, not counts, pay or truth. */
enum err submission_mark(struct work *work, const struct submission_row *submission,
                         const char *state);

/* When a lease was last taken or an answer given; zero: never. */
enum err task_latest_time(struct work *work, int64_t *us);

extern const struct slice task_slice;
