#pragma once

/* Pure decisions about bounds of a requirement. */

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct demand;

struct bound_refusal {
    const char *field;
    const char *text;
};

/* Can the bounds be kept together, by so many seats and by what else is asked? False: why not. */
bool bounds_agree(struct arena *arena, const struct demand *demand, int64_t seats,
                  struct bound_refusal *out);

/* "at least 2 of level 7 or above from DE" */
struct bound_words {
    const char *country; /* NULL: any */
    int64_t level;       /* INT_ABSENT: any */
    int64_t least;
    int64_t most; /* INT_ABSENT: all */
};
const char *bound_words(struct arena *arena, const struct bound_words *bound);
