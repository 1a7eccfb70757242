#pragma once

/*
 * Numbers in running text, as a reader means them.
 *
 * Digits with an optional sign, thousands separated by commas (only in groups of three), a decimal
 * point, an exponent and a percent sign; the English words zero to twenty, the tens, and hundred,
 * thousand, million, billion behind a number. "1,000", "-2.5e3", "12 %", "three hundred", "2
 * million".
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

struct arena;

struct text_number {
    double value; /* as written: 12 for "12 %" */
    bool percent;
    size_t start; /* bytes into the text */
    size_t end;
};

struct text_numbers {
    const struct text_number *at;
    size_t count;
};

/* Numbers in folded text, in their order; finite always. A sign counts only where no letter or
 * digit stands before it, so "3-4" is 3 and 4. Linear. */
struct text_numbers text_numbers(struct arena *arena, struct text folded);
