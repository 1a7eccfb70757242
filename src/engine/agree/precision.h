#pragma once

/* Analytic standard errors (Gwet 2014, chapters 5 and 6; 2021 for alpha). */

#include "engine/agree/tally.h"

struct arena;

/*
 * Each unit's influence on the coefficient is linear in its agreement and in the
 * marginals; the error is their spread. At ordinal alpha the ranks count as fixed.
 * `sums` must be those of the plain data, `outcome` its outcome. False: fewer than two units.
 */
bool error_of(struct arena *arena, const struct measure *measure, const struct sums *sums,
              const struct outcome *outcome, double *out);
