#pragma once

/*
 * Truth inference: from many fallible labels to one answer per item, and how
 * good each worker is.
 *
 * Labels come as triplets of dense indices and are indexed once by item
 * (compressed rows). A method then estimates, for each item, how probable each
 * class is, and for each worker, how they confuse the classes. Known answers
 * (gold) are kept fixed and teach the workers' part.
 *
 * Pure: writes into the caller's arena only; the same input, options and seed
 * give the same bits, with any number of threads. No output is ever NaN.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct fault;
struct parallel;

#define TRUTH_UNKNOWN UINT32_MAX

/* One worker's label for one item; dense indices from zero. */
struct truth_label {
    uint32_t item;
    uint32_t worker;
    uint32_t class;
};

/* What to do when a worker has labelled an item more than once. */
enum truth_repeats {
    TRUTH_REPEATS_REFUSE, /* ERR_INVALID */
    TRUTH_REPEATS_LAST,   /* the label that stands last in the input counts */
    TRUTH_REPEATS_MEAN,   /* the most frequent one counts; among equals, the last */
    TRUTH_REPEATS_KEEP,   /* all count, as if others had given them */
};

struct truth_labels {
    const struct truth_label *at;
    size_t count;
    uint32_t item_count;
    uint32_t worker_count;
    uint32_t class_count;
    enum truth_repeats repeats;
};

/* Labels by item. An item without labels is allowed: it gets the prior. */
struct truth_input {
    uint32_t item_count;
    uint32_t worker_count;
    uint32_t class_count;
    const uint32_t *first; /* [item_count + 1]: where an item's labels start in `row` */
    const uint32_t *row;   /* [first[item_count]]: worker * class_count + class */
    const uint32_t *gold;  /* [item_count]: the known class or TRUTH_UNKNOWN; NULL: none known */
};

static inline uint32_t truth_label_count(const struct truth_input *input)
{
    return input->first[input->item_count];
}

/*
 * Index labels by item; labels of an item stay in their order, `gold` is left NULL.
 * ERR_INVALID: an index is out of range, or a repeat where repeats are refused (the fault's line is
 * then the number of the second label, from one). ERR_LIMIT: 2^32 labels or workers * classes.
 */
enum err truth_index(struct arena *arena, const struct truth_labels *labels,
                     struct truth_input *out, struct fault *fault);

/* The first repeat, item by item: true, with who labelled what again. */
bool truth_find_repeat(struct arena *scratch, const struct truth_input *input, uint32_t *item,
                       uint32_t *worker);

/* Keep one label of each worker and item; `first` and `row` of the input are rewritten in place. */
void truth_settle(struct arena *scratch, enum truth_repeats repeats, struct truth_input *input);

struct truth_options {
    const char *method;  /* a name of truth_method_at; NULL: "auto" */
    uint32_t rounds_max; /* upper bound on rounds of a method's main loop */
    double gain_min;     /* stop when a round gains less log-likelihood per label, in nats */
    double smoothing;    /* pseudo-count in every cell of a confusion matrix (Dawid-Skene) */
    uint64_t seed;       /* of restarts and sampling */
    const struct parallel *parallel; /* NULL: serial */
};
#define TRUTH_DEFAULTS                                                                             \
    {                                                                                              \
        .method = NULL, .rounds_max = 200, .gain_min = 1e-7, .smoothing = 0.01, .seed = 1,         \
        .parallel = NULL                                                                           \
    }

struct truth_fit {
    const char *method; /* that was used in the end */
    const char *reason; /* why, when it was chosen; else "" */
    double *posterior;  /* [item][class]; every row sums to one */
    double *confusion;  /* [worker][true class][given class]; every row sums to one */
    double *prior;      /* [class]; sums to one */
    double *skill;      /* [worker]: probability of a right label, classes weighted by the prior */
    double likelihood;  /* natural log of the labels' and gold's probability under these */
    uint32_t rounds;
    bool converged; /* false: stopped by rounds_max */
};

/*
 * Fit with the method that the options name.
 * ERR_INVALID: no such method, no item, no worker or no class, or gold that is no class.
 * ERR_LIMIT: workers * classes^2 above 2^27, items * classes above 2^32, or more than the method
 * can hold (minimax says how much).
 */
enum err truth_fit(struct arena *arena, const struct truth_input *input,
                   const struct truth_options *options, struct truth_fit *out, struct fault *fault);

/* The most probable class of an item; among equals the more frequent in the prior, then the first.
 */
uint32_t truth_best(const struct truth_input *input, const struct truth_fit *fit, uint32_t item);

/* How many classes share the item's highest probability (to one part in 10^9). */
uint32_t truth_tied(const struct truth_input *input, const struct truth_fit *fit, uint32_t item);

/* The methods, for help texts and loops; NULL behind the last. */
const char *truth_method_name(size_t index);
const char *truth_method_summary(size_t index);
