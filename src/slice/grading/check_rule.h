#pragma once

/* The draw of second grades, pure. */

#include <stdbool.h>
#include <stdint.h>

/* Never fewer than this share of judgements. */
#define CHECK_SHARE_MIN 0.05

/* A number in [0, 1) that the seed alone decides; below the share, the judgement is checked. */
bool check_chosen(uint64_t seed, double share, double *drawn);
