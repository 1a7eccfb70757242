#pragma once

/*
 * Matches: requirements and walls of campaigns, the run that fills all open seats at once, why each
 * seat went to whom, what another question would change, and the proposals that operators decide.
 */

#include <stdint.h>

#include "base/err.h"

struct slice;
struct work;

/* Somebody left seats of a requirement, or did not take them: propose others for just those seats,
 * from the last run and its prices. `gone` will not be proposed again. Inside a write transaction
 * of the client's organisation. Without a run, or without anybody left, nothing is proposed. */
enum err match_refill(struct work *work, const char *requirement_id, const char *house_id,
                      int64_t *proposed);

extern const struct slice match_slice;
