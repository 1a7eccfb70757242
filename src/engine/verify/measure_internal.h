#pragma once

#include "engine/verify/measure.h"

/* `out->pairs` is the sum of the pairs of each answer, in `answers`, whose order is not kept. */
void measure_agreement(struct arena *arena, struct confusion *answers, size_t count,
                       const struct measure_options *options, uint64_t stream,
                       struct measured_agreement *out);
