#pragma once

/* Inside the slice: choosing, scoring, looking for copies. */

#include <stddef.h>

#include "base/err.h"
#include "engine/irt/adapt.h"
#include "engine/item/grade.h"

struct interview_row;
struct item;
struct step_row;
struct work;

enum {
    INTERVIEW_ITEM_MIN = 4,
    PRACTICE_ITEM_MAX = 2,
    DETAIL_MAX = 400,
};

/* Ask the first or next item, if there is one and the rule to stop does not say so; else *stop
 * says why it ends. */
enum err interview_ask(struct work *work, const struct interview_row *interview, const char **stop);

/* What the answers so far say, people's grades before the machine's. */
struct interview_reading {
    double mean;
    double deviation;
    double low; /* 90 % */
    double high;
    double chance_above; /* of the cut */
    size_t counted;
    bool by_person;          /* every counted free-text answer was graded by a person */
    bool alarmed;            /* a guard wants a person to look */
    size_t by_model;         /* answers on which a model server was heard too */
    size_t calibrated;       /* items whose parameters were fitted to answers */
    const char *scorer_hash; /* of the scorer that was used last; NULL: of none */
};
enum err interview_read(struct work *work, const struct interview_row *interview,
                        struct interview_reading *out);

/* Grade the step's answer with what was added to it, and write it down. `follow_up` may be set to a
 * further question. */
struct grading_of {
    const struct interview_row *interview;
    const struct step_row *step;
    const struct item *item;
    const char *answer;
    const char *follow_up; /* as it was asked; NULL: not */
    const char *follow_up_answer;
    int64_t pasted;
};
enum err interview_grade(struct work *work, const struct grading_of *grading,
                         const char **follow_up);

/* Compare with what others answered to the item; what is found becomes a note. */
enum err interview_compare(struct work *work, const struct interview_row *interview,
                           const struct step_row *step, const char *answer);

/* Recordings of the interview are over: their sound goes then. */
enum err interview_hush(struct work *work, const char *id, int64_t delete_at);

enum err interview_note(struct work *work, const char *interview_id, const char *step_id,
                        const char *kind, const char *detail);

/* Today's notice, as this installation is. */
const char *notice_version(const struct work *work);
const char *notice_text(const struct work *work);
