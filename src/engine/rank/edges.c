#include "engine/rank/edges.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { RUN = 4096 }; /* edges summed in single precision before they go to double */

static void add(struct edge_sums *to, const struct edge_sums *sums)
{
    to->expected += sums->expected;
    to->information += sums->information;
    to->ties += sums->ties;
    to->ties_variance += sums->ties_variance;
}

static struct edge_sums slopes_of(const struct edges *edges, const float *root, float inverse,
                                  float odds, size_t from, size_t to)
{
    struct edge_sums sums = {0};

    for (size_t k = from; k < to; k++) {
        float weight = edges->weight == NULL ? 1 : edges->weight[k];
        float r = root[edges->neighbour[k]] * inverse;
        float square = r * r;
        float level = odds * r;
        float scale = 1 / (1 + square + level);
        float tie = level * scale;
        float information = weight * scale * scale * (square + 0.25f * level * (1 + square));

        edges->information[k] = information;
        sums.expected += (double)(weight * (scale + 0.5f * tie));
        sums.information += (double)information;
        sums.ties += (double)(weight * tie);
        sums.ties_variance += (double)(weight * tie * (1 - tie));
    }
    return sums;
}

struct edge_sums edges_slopes(const struct edges *edges, const float *root, uint32_t item,
                              float odds)
{
    return slopes_of(edges, root, 1 / root[item], odds, 0, edges->count);
}

static double pull_of(const struct edges *edges, const float *x, size_t from, size_t to)
{
    double sum = 0;

    for (size_t k = from; k < to; k++) {
        sum += (double)(edges->information[k] * x[edges->neighbour[k]]);
    }
    return sum;
}

double edges_pull(const struct edges *edges, const float *x)
{
    return pull_of(edges, x, 0, edges->count);
}

#if defined(__x86_64__)

#define AVX2 __attribute__((target("avx2")))

bool edges_have_simd(void)
{
    return __builtin_cpu_supports("avx2");
}

AVX2 static double sum_of(__m256 lanes)
{
    float each[8];
    double sum = 0;

    _mm256_storeu_ps(each, lanes);
    for (int lane = 0; lane < 8; lane++) {
        sum += (double)each[lane];
    }
    return sum;
}

AVX2 static inline __m256 gather(const float *from, const uint32_t *places)
{
    const void *at = places;

    return _mm256_i32gather_ps(from, _mm256_loadu_si256(at), 4);
}

/* Whole vectors of eight edges. */
AVX2 static struct edge_sums slopes_run(const struct edges *edges, const float *root, float inverse,
                                        float odds, size_t from, size_t to)
{
    __m256 one = _mm256_set1_ps(1);
    __m256 half = _mm256_set1_ps(0.5f);
    __m256 quarter = _mm256_set1_ps(0.25f);
    __m256 expected = _mm256_setzero_ps();
    __m256 information = _mm256_setzero_ps();
    __m256 ties = _mm256_setzero_ps();
    __m256 ties_variance = _mm256_setzero_ps();

    for (size_t k = from; k < to; k += 8) {
        __m256 weight = edges->weight == NULL ? one : _mm256_loadu_ps(edges->weight + k);
        __m256 r = _mm256_mul_ps(gather(root, edges->neighbour + k), _mm256_set1_ps(inverse));
        __m256 square = _mm256_mul_ps(r, r);
        __m256 level = _mm256_mul_ps(_mm256_set1_ps(odds), r);
        __m256 decided = _mm256_add_ps(one, square);
        __m256 scale = _mm256_div_ps(one, _mm256_add_ps(decided, level));
        __m256 tie = _mm256_mul_ps(level, scale);
        __m256 curve = _mm256_add_ps(square, _mm256_mul_ps(quarter, _mm256_mul_ps(level, decided)));
        __m256 share = _mm256_mul_ps(_mm256_mul_ps(weight, scale), _mm256_mul_ps(scale, curve));
        __m256 weighted = _mm256_mul_ps(weight, tie);

        _mm256_storeu_ps(edges->information + k, share);
        information = _mm256_add_ps(information, share);
        ties = _mm256_add_ps(ties, weighted);
        ties_variance =
            _mm256_add_ps(ties_variance, _mm256_mul_ps(weighted, _mm256_sub_ps(one, tie)));
        expected = _mm256_add_ps(
            expected, _mm256_mul_ps(weight, _mm256_add_ps(scale, _mm256_mul_ps(half, tie))));
    }
    return (struct edge_sums){.expected = sum_of(expected),
                              .information = sum_of(information),
                              .ties = sum_of(ties),
                              .ties_variance = sum_of(ties_variance)};
}

AVX2 struct edge_sums edges_slopes_avx2(const struct edges *edges, const float *root, uint32_t item,
                                        float odds)
{
    size_t whole = edges->count / 8 * 8;
    float inverse = 1 / root[item];
    struct edge_sums sums = slopes_of(edges, root, inverse, odds, whole, edges->count);

    for (size_t from = 0; from < whole; from += RUN) {
        size_t to = from + RUN < whole ? from + RUN : whole;
        struct edge_sums run = slopes_run(edges, root, inverse, odds, from, to);

        add(&sums, &run);
    }
    return sums;
}

AVX2 static double pull_run(const struct edges *edges, const float *x, size_t from, size_t to)
{
    __m256 sum = _mm256_setzero_ps();

    for (size_t k = from; k < to; k += 8) {
        sum = _mm256_add_ps(sum, _mm256_mul_ps(_mm256_loadu_ps(edges->information + k),
                                               gather(x, edges->neighbour + k)));
    }
    return sum_of(sum);
}

AVX2 double edges_pull_avx2(const struct edges *edges, const float *x)
{
    size_t whole = edges->count / 8 * 8;
    double sum = pull_of(edges, x, whole, edges->count);

    for (size_t from = 0; from < whole; from += RUN) {
        sum += pull_run(edges, x, from, from + RUN < whole ? from + RUN : whole);
    }
    return sum;
}

#else

bool edges_have_simd(void)
{
    return false;
}

struct edge_sums edges_slopes_avx2(const struct edges *edges, const float *root, uint32_t item,
                                   float odds)
{
    return edges_slopes(edges, root, item, odds);
}

double edges_pull_avx2(const struct edges *edges, const float *x)
{
    return edges_pull(edges, x);
}

#endif
