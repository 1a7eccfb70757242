#pragma once

/* Proportional-odds logistic regression (McCullagh 1980), by Fisher scoring; inside the engine. */

#include <stdint.h>

enum { IRT_ORDINAL_COLUMN_MAX = 8 };

/* logit P(answer >= k) = cut[k - 1] + columns * slope. Categories that nobody chose are joined with
 * the one below. */
struct irt_ordinal {
    const uint8_t *answers; /* [row], below category_count */
    const double *columns;  /* [row][stride]: the first column_count are used */
    uint32_t row_count;
    uint32_t stride;
    uint32_t column_count;   /* at most IRT_ORDINAL_COLUMN_MAX */
    uint32_t category_count; /* 2 to 12 */
};

/* Returns the log-likelihood; slopes go to `slopes` unless it is NULL. A weak normal prior on the
 * slopes (deviation 10) keeps separated data finite. */
double irt_ordinal_fit(const struct irt_ordinal *problem, double *slopes);
