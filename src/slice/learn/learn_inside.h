#pragma once

/* Inside the slice: the three things that the job learns. Each opens its own transactions. */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct learnt;
struct work;

enum { LEARN_ROWS_MAX = 500000 };

/* How the scorer, the model server and each grader err in a domain, from answers that people
 * graded.
 */
enum err learn_raters(struct work *work, const char *domain, struct learnt *learnt);

/* Calibrate the items of a domain, if enough is new or `force`. */
enum err learn_items(struct work *work, const char *domain, bool force, struct learnt *learnt);

/* Teach the scorer, if enough is new or `force`; not more than once a day otherwise. */
enum err learn_scorer(struct work *work, bool force, struct learnt *learnt);
