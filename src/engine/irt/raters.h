#pragma once

/*
 * How graders err, from answers that several of them graded.
 *
 * The true category of each answer is not seen; every rater gives it by a confusion matrix of their
 * own (Dawid and Skene 1979). Expectation-maximisation climbs to the posterior's maximum: what is
 * believed of a rater beforehand counts as so many answers, so that whoever graded little stays
 * near that belief, and a bad rater soon counts for little by itself.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct fault;

struct irt_rating {
    uint32_t answer; /* numbered from zero */
    uint32_t rater;
    uint32_t category;
};

/* What is believed beforehand: as irt_confusion_of with `agreement`, worth `weight` answers of each
 * category. */
struct irt_rater {
    double agreement; /* above 0, at most 1 */
    double weight;    /* above 0 */
};

struct irt_rater_input {
    const struct irt_rating *ratings; /* a rater grades an answer at most once */
    size_t rating_count;
    uint32_t answer_count;
    const struct irt_rater *raters;
    uint32_t rater_count;
    uint32_t category_count; /* 2 to IRT_CATEGORY_MAX */
};

struct irt_rater_fit {
    double *confusion;     /* [rater][true][given], rows sum to one */
    double *prevalence;    /* [category] */
    uint32_t *rated_count; /* [rater]: answers graded that somebody else graded too */
    uint32_t rounds;
};

/* ERR_INVALID: a number out of range. Answers that one rater alone graded tell how common
 * categories are, and hardly anything of the rater. */
enum err irt_raters_fit(struct arena *arena, const struct irt_rater_input *input,
                        struct irt_rater_fit *out, struct fault *fault);
