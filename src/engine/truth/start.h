#pragma once

/*
 * What labels say before anything is known about their workers.
 *
 * Shares of votes, but that many who give one class whatever they see would outvote those who look,
 * and a model that begins there ends there. Such labels begin as saying nothing: they are spread
 * over the classes as the other labels are. What they are worth is then learnt as of all others.
 */

#include "engine/truth/method.h"

struct truth_silence {
    uint32_t *class; /* [worker]: the class of theirs that says nothing, or TRUTH_UNKNOWN */
    double *spread;  /* [class]: share among labels that say something */
};

/*
 * `labels` holds how many each row has. A class is silent when its worker gives others less than a
 * tenth as often as the rest of the crowd does, where that lets expect at least seven.
 */
struct truth_silence truth_find_silence(struct arena *arena, const struct truth_input *input,
                                        const double *labels);

/* Posterior [item][class] to begin with; gold is certain, no label is uniform. */
void truth_start(struct arena *scratch, const struct truth_input *input, double *posterior);
