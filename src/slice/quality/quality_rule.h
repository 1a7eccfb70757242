#pragma once

/* Measures of a campaign's answers, pure: the engines on one label. Each part reads `labels` and
 * what the parts before it left in `out`. */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "slice/quality/quality_label.h"
#include "slice/quality/quality_result.h"

struct arena;
struct fault;
struct truth_fit;
struct truth_input;

bool quality_is_expert(const struct quality_labels *labels, uint32_t rater);

/* Experts' answers for the engine, with gold; as given, or as they stand. QUALITY_ALL: on all
 * tasks; else those of one domain, the others then have no answers. */
enum err quality_index(struct arena *arena, const struct quality_labels *labels, uint32_t stratum,
                       bool as_given, struct truth_input *out, struct fault *fault);

/* All of the below, in order. */
enum err quality_compute(struct arena *arena, const struct quality_labels *labels, uint64_t seed,
                         struct quality_result *out, struct fault *fault);

/* Agreement over all experts, by domain, pair by pair, and of others with the truth. */
enum err quality_agree(struct arena *arena, const struct quality_labels *labels, uint64_t seed,
                       struct quality_result *out, struct fault *fault);

/*
 * How good each rater is. An expert's accuracy is the hierarchical posterior of the engine
 * (95 %), moved on the log-odds scale by how often two others agree on the same tasks against
 * how often any two agree: whoever got the hard tasks is not marked down for them. The top group
 * is at most a fifth, and named only where its lowest bound lies above all others' highest.
 */
enum err quality_skills(struct arena *arena, const struct quality_labels *labels, uint64_t seed,
                        struct quality_result *out, struct fault *fault);

/* The accuracy of somebody on whose `count` tasks two others agree with the chance `others_agree`,
 * as it would be on tasks where they do with the chance `all_agree`. */
double quality_adjust(double accuracy, uint32_t count, double others_agree, double all_agree);

/* Mark the top group among skills of one domain; low and high are the bounds. */
void quality_name_top(struct quality_skill *skills, size_t count);

void quality_confuse(struct arena *arena, const struct quality_labels *labels,
                     struct quality_result *out);

/* Position, length and self-consistency; drift and copying. Evidence for a person, no verdict. */
void quality_biases(struct arena *arena, const struct quality_labels *labels,
                    struct quality_result *out);
enum err quality_alerts(struct arena *arena, const struct quality_labels *labels, uint64_t seed,
                        struct quality_result *out, struct fault *fault);

/* What more judgements would bring, and which hundred to ask for first. */
enum err quality_plan(struct arena *arena, const struct quality_labels *labels,
                      const struct truth_input *input, const struct truth_fit *fit, uint64_t seed,
                      struct quality_result *out, struct fault *fault);

/* The probability of each task's answer as labels arrive: the engine's stream of experts'
 * standing answers, refreshed; [task]. Tasks without answers get that of the prior. */
enum err quality_certainty(const struct quality_labels *labels, double *out, struct fault *fault);
