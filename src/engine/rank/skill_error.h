#pragma once

/*
 * Standard errors of skill when scores are not known but fitted. A rater's own comparisons bend the
 * scores towards what the rater said, so the curvature with the scores held fixed knows too much:
 * the part that the scores take up is taken out (the Schur complement of the joint information,
 * with the diagonal for the scores' own part), and so is what errors of the scores add to the
 * squared gaps between them.
 */

#include "engine/rank/judge.h"

struct arena;

/* `diagonal`: [item] information of the scores. Widens skill_error of the fit's raters. */
void skill_errors_widen(struct arena *arena, const struct rank_input *input, const double *diagonal,
                        struct judge_fit *fit);
