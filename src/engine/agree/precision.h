#pragma once

/* Analytic standard errors (Gwet 2014, chapters 5 and 6; 2021 for alpha). */

#include "engine/agree/tally.h"

struct arena;

/*
 * Each unit's influence on the coefficient is linear in its agreement and in the
 * marginals; the error is their spread. At ordinal alpha the ranks count as fixed.
 * `tally` must hold the plain data, `outcome` its outcome. False: fewer than two units.
 */
bool error_of(struct arena *arena, const struct measure *measure, const struct tally *tally,
              const struct outcome *outcome, double *out);
