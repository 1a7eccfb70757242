#pragma once

/*
 * Gold: tasks whose answer is known, mixed in among the others, and submissions with known
 * faults, mixed in among those that reviewers judge.
 *
 * Nobody who works can tell them from the rest: they are claimed, submitted, reviewed and
 * paid in the same way, and the known answer leaves by no route of an expert's. An expert
 * meets each at most once, is told of a missed one after a while, and may challenge it: a
 * challenge that is won retires the task and repairs everybody's scores.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct slice;
struct work;

struct gold_draft {
    const char *campaign_id;
    const char *task_id;
    const char *answer;      /* JSON */
    const char *clause_code; /* of the guideline in force, which settles the answer */
    const char *message;     /* why it is the answer */
};
/* ERR_INVALID: the answer does not fit or there is no such clause. ERR_CONFLICT: it is gold. */
enum err gold_add(struct work *work, const struct gold_draft *draft, const char **id);

/* active, resting (counts, but is not handed out) or retired (counts no more, is a task like any
 * other again). ERR_CONFLICT: a retired one stays retired. */
enum err gold_set_state(struct work *work, const char *campaign_id, const char *gold_id,
                        const char *state, const char *reason);

/* The author of a submission says that the gold is wrong. */
enum err gold_challenge_open(struct work *work, const char *submission_id, const char *message,
                             const char **id);

/* May the asker see and decide challenges of a campaign? ERR_FORBIDDEN, in words. */
enum err gold_may_decide(struct work *work, const char *campaign_id);

/* `overturn`: the gold is retired. By somebody who neither made the gold nor challenged it. */
enum err gold_challenge_settle(struct work *work, const char *id, bool overturn,
                               const char *decision);

struct plant_draft {
    const char *campaign_id;
    const char *task_id;
    const char *answer;
    const char *expected;    /* pass or fault */
    const char *clause_code; /* of a fault */
    const char *message;
};
/* Put a submission before the reviewers whose fault is known. */
enum err plant_add(struct work *work, const struct plant_draft *draft, const char **submission_id);

/* Does an answer say something else than the gold, by the labels of the campaign's task type? */
enum err gold_is_missed(struct work *work, const char *campaign_id, const char *gold_answer,
                        const char *answer, bool *out);

extern const struct slice gold_slice;
