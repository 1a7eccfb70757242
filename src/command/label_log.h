#pragma once

/*
 * A log of labels as they are read: eight bytes each, in blocks that are given back
 * while the log is indexed.
 */

#include <stdint.h>

#include "base/err.h"
#include "engine/truth/truth.h"

struct arena;
struct fault;
struct label_log;
struct spill;

struct label_log *label_log_new(struct spill *spill); /* where labels lie; NULL: in memory */
void label_log_free(struct label_log *log);           /* NULL is fine */

struct label_columns {
    const uint32_t *item;
    const uint32_t *worker;
    const uint32_t *class;
};

/* Append `count` labels. ERR_LIMIT: 2^32 labels, or 2^32 workers times classes (rounded up to twice
 * a power of four). */
enum err label_log_add(struct label_log *log, const struct label_columns *labels, size_t count,
                       struct fault *fault);

/* Fill `first` and `row` of `out`, whose counts are set; class k becomes to[k]. Empties the log. */
enum err label_log_index(struct label_log *log, struct arena *arena, const uint32_t *to,
                         struct truth_input *out, struct fault *fault);

static inline void label_log_freep(struct label_log **log)
{
    label_log_free(*log);
}
#define LABEL_LOG_SCOPE [[gnu::cleanup(label_log_freep)]] struct label_log *
