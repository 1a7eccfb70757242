#pragma once

/*
 * Interviews: questions chosen as answers come, scored at once, explained, and never failed by a
 * machine alone.
 *
 * All that an interview is stands in the store after each answer: it goes on after a crash and on
 * another device. Answers carry the revision that they were given to, so that of two windows one is
 * told to reload. What a person needs (accommodations) is kept apart, and no scoring reads it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct interview_row;
struct slice;
struct step_row;
struct work;

/* Consent and begin, or go on with what is open. ERR_CONFLICT: it is done, or not the notice of
 * today. */
enum err interview_begin(struct work *work, const char *application_id, const char *notice_version,
                         const char **id);

/* The same on retired items, for nothing. */
enum err interview_practise(struct work *work, const char *domain, const char **id);

/* The caller's own. ERR_NOT_FOUND otherwise. */
enum err interview_own(struct work *work, const char *id, struct interview_row *out);
enum err interview_owner(struct work *work, const char *id, const char **organisation_id);

/* Keep what is being written. ERR_CONFLICT: the step is answered already. */
enum err interview_save(struct work *work, const char *id, int64_t revision, const char *draft);

struct interview_reply {
    int64_t revision;
    const char *answer; /* empty: no answer */
    int64_t pasted;     /* characters that came from elsewhere */
};
/* Grade it, then ask on, follow up or end. ERR_CONFLICT: another window was faster, or it ended. */
enum err interview_answer(struct work *work, const char *id, const struct interview_reply *draft);

/* Something technical went wrong: this one counts for nothing, the next is free. */
enum err interview_fail(struct work *work, const char *id, const char *message);

/* Erase the words, and take back what rested on them. */
enum err interview_erase(struct work *work, const char *id);

/* Estimate anew from the grades that count, and do what follows: a seat for a grader, a
 * qualification, the application's next state. */
enum err interview_settle(struct work *work, const char *id);

/* A model server was heard on an answer. What comes after the end may still let the person through
 * where a person was to look; it never takes anything back, nor speaks into a person's grading. */
enum err interview_hear(struct work *work, const char *id);

/* The name of the job that asks the model server (slice/rater). */
#define RATER_JOB "interview.model"

/* The steps in order. */
enum err interview_steps(struct work *work, const char *id, struct step_row **out, size_t *count);

/* Erase interviews that have been kept for as long as the installation says; at most so many. What
 * somebody waits for, or a qualification that counts, holds its interview. */
enum err interview_forget(struct work *work, int64_t row_max, int64_t *count);

extern const struct slice interview_slice;
