#include <assert.h>

#include "base/arena.h"
#include "engine/score/bank.h"
#include "num/solve.h"

static const double RIDGE = 0.5;

double score_graded_cosine(const struct score_graded *left, const struct score_graded *right)
{
    double sum = 0;
    uint32_t i = 0;
    uint32_t k = 0;

    while (i < left->count && k < right->count) {
        uint64_t one = left->keys[i];
        uint64_t two = right->keys[k];

        if (one == two) {
            sum += (double)left->weights[i] * (double)right->weights[k];
        }
        i += one <= two; /* no branch: which key is lower cannot be foreseen */
        k += two <= one;
    }
    return sum;
}

/* Likenesses of all answers, with the ridge on the diagonal; the lower triangle. */
static void fill_matrix(const struct score_graded *answers, uint32_t count, double *matrix)
{
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k <= i; k++) {
            matrix[(size_t)i * count + k] = SCORE_LIKENESS_LEAST +
                                            score_graded_cosine(&answers[i], &answers[k]) +
                                            (i == k ? RIDGE : 0);
        }
    }
}

void score_regress(struct score_graded *answers, uint32_t count, uint32_t class_count, float *pulls)
{
    ARENA_SCOPE arena = arena_new();
    double *matrix = arena_array(arena, double, (size_t)count *count);
    double *right = arena_array(arena, double, count);
    double *inverse = arena_array(arena, double, count);
    uint32_t bins = score_bin_count(class_count);

    fill_matrix(answers, count, matrix);
    for (uint32_t i = 0; i < count; i++) {
        answers[i].own = (float)matrix[(size_t)i * count + i];
        answers[i].pull = pulls + (size_t)i * bins;
    }
    bool positive = num_cholesky(matrix, count);

    assert(positive); /* likenesses are products, and the ridge is added */
    num_cholesky_inverse_diagonal(matrix, count, right, inverse);
    for (uint32_t bin = 0; bin < bins; bin++) {
        for (uint32_t i = 0; i < count; i++) {
            right[i] = answers[i].class * bins / class_count == bin;
        }
        num_cholesky_solve(matrix, count, right);
        for (uint32_t i = 0; i < count; i++) {
            pulls[(size_t)i * bins + bin] = (float)right[i];
        }
    }
    /* The estimate without the answer itself, in closed form (Rasmussen and Williams 2006, 5.12),
     * is that of the others plus this share of its pull. */
    for (uint32_t i = 0; i < count; i++) {
        answers[i].own -= (float)(1 / inverse[i]);
    }
}
