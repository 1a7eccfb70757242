#pragma once

/* Refusals as documents: problem+json (RFC 9457), with types that stay. */

#include "base/buffer.h"
#include "base/err.h"

struct fault;

/* A kind of refusal. `type` is "/problems/<slug>", stable. */
struct problem {
    int status;
    const char *slug;
    const char *title;
};

/* What each outcome becomes; `err` is not OK. */
const struct problem *problem_of(enum err err);

/* What only HTTP knows. */
extern const struct problem PROBLEM_MALFORMED; /* 400 */
extern const struct problem PROBLEM_NO_METHOD;
extern const struct problem PROBLEM_BEYOND;     /* 405 */
extern const struct problem PROBLEM_TOO_LARGE;  /* 413 */
extern const struct problem PROBLEM_NOT_JSON;   /* 415 */
extern const struct problem PROBLEM_KEY_REUSED; /* 422: another request had this Idempotency-Key */
extern const struct problem PROBLEM_FOREIGN_ORIGIN; /* 403: a page of another site sent it */

/* `fault` says the detail; for our own faults it stays in the log. */
void problem_write(struct buffer *to, const struct problem *problem, const struct fault *fault,
                   const char *request_id);
