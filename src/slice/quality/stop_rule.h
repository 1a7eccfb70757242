#pragma once

/* When a task has answers enough, pure. */

#include <stdint.h>

struct stop_rule {
    double target;   /* stop when the answer is this probable */
    int64_t minimum; /* answers before that is asked */
    int64_t maximum; /* answers at most */
};

/* How many answers to want of a task on which `given` stand with a certainty; *reason is one of
 * minimum, unsure, sure, cap. */
int64_t stop_wanted(const struct stop_rule *rule, int64_t given, double certainty,
                    const char **reason);

/* What is wrong with a rule, or NULL; `*field` is then the member. */
const char *stop_rule_fault(const struct stop_rule *rule, const char **field);
