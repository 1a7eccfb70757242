#pragma once

/* Decisions about verdicts that were given twice, pure. */

#include <stdbool.h>

#include "engine/verify/verdict.h"

enum reverify { REVERIFY_SAME, REVERIFY_FLIP, REVERIFY_UNSCORED };

/* `before` is the name of a verdict, with its score or NaN. A verdict that is not final says
 * nothing about the answer: the machine could not judge it this time. */
enum reverify reverify_compare(const char *before, double score_before, enum verdict_kind now,
                               double score_now, bool final);
