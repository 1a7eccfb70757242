#pragma once

/* Which decisions are possible, pure. */

#include <stdint.h>

#define DECISION_REASONS "incorrect|ignores_guideline|low_effort|copied|inconsistent|other"

/* Why a decision of this kind cannot be made about an engagement, or NULL. */
const char *decision_refusal(const char *action, const char *duty, const char *engagement_state);

/* Why one cannot appeal now, or NULL. */
const char *decision_appeal_refusal(const char *state, int64_t decided_at, int64_t now_us);

/* Why this person cannot decide the appeal, or NULL. */
const char *decision_settle_refusal(const char *state, const char *decided_by,
                                    const char *concerned, const char *asker);
