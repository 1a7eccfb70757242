#pragma once

/* Windows on the same money: what the client, the operator and the expert see of it. */

#include <stdint.h>

#include "base/err.h"

struct slice;
struct work;

/* Tell those whom it concerns that a budget runs out: once for each step of each budget. Inside a
 * write transaction; looks at no more than `row_max` campaigns behind `after`; *next is where to go
 * on, NULL at the end. */
enum err budget_tell(struct work *work, int64_t row_max, const char *after, const char **next);

/* Ask for samples of what work pays, where they are older than an hour. Inside a write transaction.
 */
enum err preview_wake(struct work *work);

extern const struct slice window_slice;
