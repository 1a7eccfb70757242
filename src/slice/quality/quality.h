#pragma once

/*
 * Quality: the inferred answer of each task, how good everybody is, and what to check next.
 *
 * All of it is derived: a job reads the answers that stand and the gold, runs the engines
 * `truth`, `agree` and `watch` on plain indices, and writes what changed; nothing in it comes
 * from a clock, so that it can be dropped and remade to the bit. Judgements of models and people
 * outside are compared with the truth; they do not take part in it.
 */

#include <stdint.h>

#include "base/err.h"

struct slice;
struct work;

/* Drop what is derived of every campaign and remake it from the facts; opens its own transactions.
 * Facts, and the demand for answers, stay as they are. *count: campaigns. */
enum err quality_rebuild_all(struct work *work, int64_t *count);

extern const struct slice quality_slice;
