#pragma once

/* Runs: verdicts kept under a name, so that nothing is judged twice and nothing is lost. */

#include <stddef.h>

#include "base/err.h"

struct buffer;
struct load;
struct sheet;
struct verdict_tally;
struct work;

struct run_draft {
    const char *name;
    const char *environment_id; /* NULL: none */
    const char *verifier;       /* JSON, of rows that name none; "" for none */
};

/* The run of this name, made if there is none. ERR_CONFLICT: it is there with another environment
 * or verifier. Opens its own transactions. */
enum err run_open(struct work *work, const struct run_draft *draft, const char **id);

/* Take the rows off the load that were judged before, and write their lines instead. ERR_CONFLICT:
 * another row was judged under the same index. */
enum err run_recall(struct work *work, const char *run_id, struct load *load, struct buffer *lines,
                    struct verdict_tally *tally);

/* Durable when it returns. What the machine could not judge is not kept: asking again tries again.
 */
enum err run_keep(struct work *work, const char *run_id, const struct sheet *sheet);
