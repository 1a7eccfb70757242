#pragma once

/* Ratings written as the textbooks print them: a row a rater, a character a unit, '.' for none. */

#include "base/arena.h"
#include "engine/agree/agree.h"

struct grid {
    const char *const *rows; /* all of one length */
    uint32_t rater_count;
    uint32_t value_count; /* characters '1' and up */
};

/* Krippendorff 2011, section D, as Gwet prints it: four observers, twelve units, missing values. */
static const char *const KRIPPENDORFF_ROWS[] = {"123321412...", "1233224125..", ".33323422513",
                                                "12332441251."};

static inline struct agree_input grid_input(struct arena *arena, const struct grid *grid)
{
    uint32_t unit_count = (uint32_t)strlen(grid->rows[0]);
    struct agree_rating *ratings =
        arena_array(arena, struct agree_rating, (size_t)unit_count * grid->rater_count);
    size_t count = 0;

    for (uint32_t rater = 0; rater < grid->rater_count; rater++) {
        for (uint32_t unit = 0; unit < unit_count; unit++) {
            char value = grid->rows[rater][unit];

            if (value != '.') {
                ratings[count++] = (struct agree_rating){unit, rater, (uint32_t)(value - '1')};
            }
        }
    }
    return (struct agree_input){.ratings = ratings,
                                .rating_count = count,
                                .unit_count = unit_count,
                                .rater_count = grid->rater_count,
                                .value_count = grid->value_count};
}
