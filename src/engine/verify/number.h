#pragma once

/*
 * Numbers as people write them: thousands separators, currencies, percent, fractions, mixed
 * numbers, powers of ten, \boxed{}.
 */

#include <stdbool.h>

#include "base/text.h"

struct number {
    double value;
    int decimals; /* places behind the point; -1: a whole number or a fraction */
    bool percent;
    bool hedged;      /* "or" stands between it and the number before */
    struct text unit; /* the word that followed, empty if none */
};

/* The last number of the text; false: there is none. */
bool number_last(struct text text, struct number *out);

/* The text is one number, with a currency, percent sign or unit at most. */
bool number_whole(struct text text, struct number *out);
