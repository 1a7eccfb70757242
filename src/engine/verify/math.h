#pragma once

/*
 * Equivalence of mathematical answers: tolerant of how a value is written, strict on the value.
 *
 * Both sides are read from plain text or LaTeX into a tree: numbers with separators, fractions,
 * roots, powers, percent, units, intervals, sets, tuples, matrices, ratios, equations,
 * inequalities, plus or minus. Two expressions are equal when they agree at several fixed points of
 * their variables (Schwartz 1980), equations when their sides differ by a constant factor,
 * inequalities when they describe the same interval. What cannot be read is compared as text.
 * docs/engines/verify.md lists the rules.
 */

#include <stdbool.h>

#include "base/text.h"

struct arena;

enum { MATH_TEXT_MAX = 4096, MATH_DEPTH_MAX = 24 };

/*
 * The part of an answer that states its result: what is boxed (all boxes of the last sentence that
 * has any), else what follows "answer is", else the last formula, else the whole when it is short,
 * else the last number. Empty when there is none.
 */
struct text math_extract(struct arena *arena, struct text answer);

/* Whether both state the same value; each side is extracted first. */
bool math_equal(struct arena *arena, struct text answer, struct text reference);
