#pragma once

/*
 * How near is each expert's written work to each task?
 *
 * Works and tasks become tf-idf vectors over stemmed 1- and 2-grams (see engine/text/vocabulary.h);
 * a score is the mean of the squared cosines between the task and the expert's works. Squaring lets
 * the nearest works decide without reading only the single nearest one, which chance decides among
 * many. Document frequencies count each distinct text once, tasks included.
 */

#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;
struct parallel;

struct similarity_work {
    uint32_t expert;
    struct text text;
};

struct similarity_input {
    const struct similarity_work *works; /* in any order */
    size_t work_count;
    uint32_t expert_count;
    const struct text *tasks;
    uint32_t task_count;
    const char *language; /* ISO 639-1; NULL: English */
    const struct parallel *parallel;
};

/* scores[expert * task_count + task] in [0, 1]; 0 for an expert without works or an empty text.
 * ERR_INVALID: an expert out of range, an unknown language, or too many pairs for memory (2^31). */
enum err retrieve_similarity(struct arena *arena, const struct similarity_input *input,
                             double **scores, struct fault *fault);
