#pragma once

/* Pure decisions about terms and states. */

#include "slice/engage/engage.h"

struct fault;

/* Why an engagement is paused or ended. All but the last are the operator's own to give. */
#define ENGAGE_REASONS                                                                             \
    "project_ended|client_request|own_wish|budget|no_work|conflict|not_calibrated|quality"

/* ERR_INVALID: a pause or an end without a reason, or for the quality of the work, which only a
 * decision with its evidence, clause and appeal may do. */
enum err engage_state_check(const char *state, const char *reason_code, struct fault *fault);

/* What no terms may say: an unknown currency, pay for nothing, an end in the past. The bounds of
 * single amounts are the door's. ERR_INVALID names the field. */
enum err terms_check(const struct terms_draft *terms, int64_t now_us, struct fault *fault);

/* Rates that were not said follow from the hour. */
void terms_fill(struct terms_draft *terms);

/* The first term that is worse for the person than before, or NULL. Other currencies are not
 * compared: a change of currency counts as worse. */
const char *terms_cut(const struct terms_draft *before, const struct terms_draft *after);
