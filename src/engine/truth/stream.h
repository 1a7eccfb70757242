#pragma once

/*
 * Truth as labels arrive: incremental expectation-maximisation (Neal and Hinton
 * 1998) of the Dawid-Skene model with priors that expect workers to beat chance.
 * A label moves its item's posterior, given every other item's share in the
 * workers' counts, and the counts of the item's workers; that is all, so that the
 * cost of a label is the number of labels of its item. A refresh repeats this for
 * every item until they settle, which is the batch answer.
 *
 * Labels lie in compressed rows by item with a chain of newer ones beside, which
 * is merged when it has grown to a tenth. The same labels in the same order give
 * the same bits.
 */

#include <stdint.h>

#include "engine/truth/truth.h"

struct truth_stream;

/* At least one class. Items and workers come into being when they are first named. */
struct truth_stream *truth_stream_new(uint32_t class_count);
void truth_stream_free(struct truth_stream *stream); /* NULL is fine */

/*
 * ERR_INVALID: no such class. ERR_CONFLICT: the worker has labelled the item. ERR_LIMIT: 2^32
 * labels, or an item or worker of 2^28 and more.
 */
enum err truth_stream_add(struct truth_stream *stream, const struct truth_label *label,
                          struct fault *fault);

/* The item's answer is known from now on (TRUTH_UNKNOWN: no longer). ERR_INVALID: no such class. */
enum err truth_stream_gold(struct truth_stream *stream, uint32_t item, uint32_t class,
                           struct fault *fault);

/* Go over all items until no probability moves more than 1e-4, at most `rounds_max` times;
 * returns the rounds. */
uint32_t truth_stream_refresh(struct truth_stream *stream, uint32_t rounds_max);

/* [class]; an item without labels has the prior. Valid until the next call that changes. */
const double *truth_stream_posterior(struct truth_stream *stream, uint32_t item);

/* Probability of a right label, classes weighted by the prior; a new worker has that of the
 * pseudo-counts. */
double truth_stream_skill(const struct truth_stream *stream, uint32_t worker);

/* All labels, for a batch fit; valid until the next call that changes. */
struct truth_input truth_stream_input(struct truth_stream *stream);
