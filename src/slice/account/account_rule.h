#pragma once

/* Decisions about accounts, pure. */

#include <stdbool.h>
#include <stdint.h>

struct arena;

/* The bit of a role's name; zero if there is no such role. */
uint32_t role_bit(const char *role);

/* Clients' people are clients; a vendor's work or review, and never reach the operator's offices or
 * its books; the operator's are anything else. */
bool role_fits(const char *role, const char *organisation_kind);

/* Lower case, trimmed; NULL when it is no address (one @, something on both sides, at most 254
 * bytes). */
const char *email_normal(struct arena *arena, const char *email);

/* How long a new sign-in must wait, given the failures in the last quarter of an hour. */
bool sign_in_is_throttled(int64_t failures_by_email, int64_t failures_by_address);
