#pragma once

/* Decisions about reviews, pure. */

#include <stddef.h>

struct review_draft;

#define REASON_CODES                                                                               \
    "incorrect|incomplete|ignores_guideline|unsupported|unclear|low_effort|wrong_format|other"

/* The field of the draft that is missing or must not be there, and why; NULL: it is complete. */
struct review_lack {
    const char *field;
    const char *why;
};
struct review_lack review_lacks(const struct review_draft *draft);

/* The state of a submission after a verdict. */
const char *review_state_after(const char *verdict);
