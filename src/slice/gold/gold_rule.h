#pragma once

/* Decisions about gold, pure. */

#include <stdbool.h>
#include <stdint.h>

struct json;
struct arena;
struct task_type;

/* Does an answer say something else than the gold in a label that both speak of? */
bool gold_differs(struct arena *arena, const struct task_type *type, const struct json *gold,
                  const struct json *answer);

/* May a gold task go from one state to another? */
bool gold_may_become(const char *state, const char *next);

/* Was a planted submission judged as it deserves? Mending counts as seeing a fault. */
bool plant_is_caught(const char *expected, const char *verdict);
