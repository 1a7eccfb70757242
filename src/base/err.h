#pragma once

/*
 * Outcomes.
 *
 * Every function that can fail returns an enum err and nothing else; results
 * leave through `out` parameters, which stay untouched on failure. The enum is
 * [[nodiscard]], so a dropped outcome does not compile.
 *
 * A kind says who has to act: the caller (INVALID .. LIMIT), time (UNAVAILABLE)
 * or us (INTERNAL). Broken invariants are not outcomes: they are asserted.
 */

enum [[nodiscard]] err{
    OK = 0,
    ERR_INVALID,         /* input breaks a documented rule: 422 */
    ERR_UNAUTHENTICATED, /* nobody is signed in: 401 */
    ERR_FORBIDDEN,       /* signed in, but not allowed: 403 */
    ERR_NOT_FOUND,       /* no such thing, or none you may see: 404 */
    ERR_CONFLICT,        /* the thing changed, or exists already: 409 */
    ERR_LIMIT,           /* a documented bound was reached: 429 */
    ERR_UNAVAILABLE,     /* try again later: 503 */
    ERR_INTERNAL,        /* our fault; details are in the log only: 500 */
};

/* Leave with the same outcome unless the call went well. The one macro of the
 * house that hides a return. */
#define TRY(call)                                                                                  \
    do {                                                                                           \
        enum err try_ = (call);                                                                    \
        if (try_ != OK) {                                                                          \
            return try_;                                                                           \
        }                                                                                          \
    } while (0)

/* Elements of a true array. */
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
