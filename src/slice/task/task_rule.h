#pragma once

/* Decisions about tasks, pure. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct fault;
struct json;
struct task_type;

struct task_numbers {
    int64_t wanted;
    int64_t active;
    int64_t given;
    int64_t accepted;
};

/* open, full (every place is taken) or done (as many accepted as wanted). */
const char *task_state_of(const struct task_numbers *numbers);

/* Is it a gold task's turn? `random` is any 62 bits. */
bool gold_is_due(double rate, int64_t random);

/* How a task is shown: the sides in an order of chance, and the seed it came from, as JSON. */
const char *presentation_of(struct arena *arena, const struct task_type *type, uint64_t seed);

/* Must every task of this type have the field? */
bool field_is_required(const struct task_type *type, const char *field);

/* One pair of an import's mapping: the payload's field and the column it is read from. */
struct mapped {
    const char *field;
    const char *column;
};
struct mapping {
    const struct mapped *pairs;
    size_t count;
    const char *external_id; /* column of the caller's own identifier; NULL: none */
};

/* From JSON {"field": "column", …}; the field "external_id" names the identifier's column.
 * ERR_INVALID: a field that the type does not know, or a required one without a column. */
enum err mapping_read(struct arena *arena, const struct task_type *type, const char *json,
                      struct mapping *out, struct fault *fault);

/* Guess a mapping from the columns' names: equal ones, after case and punctuation. */
const char *mapping_guess(struct arena *arena, const struct task_type *type,
                          const char *const *columns, size_t column_count);

/* Does the budget pay for one more answer, beside what is spent and what may still cost a unit? */
bool budget_allows(int64_t budget_minor, int64_t spend_minor, int64_t committed_units,
                   int64_t unit_minor);
