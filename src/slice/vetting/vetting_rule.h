#pragma once

/* Decisions about applications, pure. */

#include <stdbool.h>

#define DECLINE_CODES "below_level|not_enough_evidence|listing_ended|other"

/* May an application in this state be withdrawn by its author? */
bool application_can_withdraw(const char *state);

/* Why it may not be decided so; NULL: it may. `state` is where it stands. */
const char *application_bars(const char *state, bool qualified, const char *reason_code);

/* May an application move so? The interview moves it, and only forward. */
bool application_may_advance(const char *from, const char *to);
