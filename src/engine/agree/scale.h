#pragma once

/*
 * Reliability of numeric ratings: intraclass correlations and Kendall's W.
 *
 * Both need units that every rater rated; others are left out and counted. They
 * read scores, so the table must have been built with them.
 */

#include "engine/agree/agree.h"

/* Shrout and Fleiss 1979: one random draw of raters a unit, raters at random, raters fixed; of a
 * single rating, and of the mean over all raters. */
enum agree_icc_form {
    AGREE_ICC_ONE_SINGLE,
    AGREE_ICC_TWO_SINGLE,
    AGREE_ICC_THREE_SINGLE,
    AGREE_ICC_ONE_MEAN,
    AGREE_ICC_TWO_MEAN,
    AGREE_ICC_THREE_MEAN,
    AGREE_ICC_FORMS_,
};

/* The six, with F intervals (McGraw and Wong 1996) of coverage `level`. Undefined: fewer than two
 * complete units or raters, or no variance where the form divides by it. */
void agree_icc(struct arena *arena, const struct agree_table *table, double level,
               struct agree_result out[static AGREE_ICC_FORMS_]);

struct agree_concordance {
    struct agree_result result; /* W in [0, 1], corrected for ties (Kendall and Smith 1939) */
    double chi2;                /* raters * (units - 1) * W */
    double freedom;             /* units - 1 */
    double p;                   /* of at least this W if all rankings are random; large samples */
};

/* Undefined: fewer than two complete units or raters, or every rater ties all units. */
void agree_kendall(struct arena *arena, const struct agree_table *table,
                   struct agree_concordance *out);
