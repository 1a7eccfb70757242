#pragma once

/*
 * Money: whole minor units beside an ISO 4217 code, never a fraction in binary.
 *
 * One rounding rule for the whole house: to the nearest minor unit, halves to the even
 * neighbour. Nothing wraps around: what does not fit into 64 bits is refused.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct arena;

/* Digits behind the point: 2 for EUR, 0 for JPY, 3 for KWD; -1: no currency in use has this code
 * (ISO 4217 as of 2024; precious metals, funds and test codes are none). */
int currency_digits(const char *code);

/* "-12.34" for -1234 EUR. An unknown code prints whole minor units. */
const char *money_print(struct arena *arena, int64_t minor, const char *code);

/* Reads "12.34", "-5", "0.5"; false: no number, more digits than the currency has, or too large. */
bool money_parse(struct text text, const char *code, int64_t *out);

/* amount × numerator ÷ denominator, rounded half to even; false: it does not fit, or the
 * denominator is not positive. */
bool money_scale(int64_t amount, int64_t numerator, int64_t denominator, int64_t *out);

/* left + right; false: it does not fit. */
bool money_add(int64_t left, int64_t right, int64_t *out);
