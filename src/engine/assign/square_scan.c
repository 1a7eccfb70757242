#include "engine/assign/square_scan.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static struct square_pair pair_from(struct square_pair pair, const int32_t *cost,
                                    const int32_t *price, uint32_t from, uint32_t count)
{
    for (uint32_t row = from; row < count; row++) {
        int32_t surplus = price[row] - cost[row];

        if (surplus > pair.first) {
            pair.second = pair.first;
            pair.first = surplus;
            pair.row = row;
        } else if (surplus > pair.second) {
            pair.second = surplus;
        }
    }
    return pair;
}

static uint32_t relax_from(const struct square_step *step, int32_t *distance, uint32_t *way,
                           uint32_t from, uint32_t least)
{
    for (uint32_t row = from; row < step->count; row++) {
        int32_t next = step->base + (step->cost[row] - step->price[row]);

        if (next < distance[row]) {
            distance[row] = next;
            way[row] = step->column;
        }
        least = (uint32_t)distance[row] < least ? (uint32_t)distance[row] : least;
    }
    return least;
}

#if defined(__x86_64__)

enum { LANES = 8 };

[[gnu::target("avx2")]] static inline __m256i load(const void *at)
{
    return _mm256_loadu_si256((const __m256i_u *)at);
}

[[gnu::target("avx2")]] static struct square_pair pair_vector(const int32_t *cost,
                                                              const int32_t *price, uint32_t count)
{
    __m256i first = _mm256_set1_epi32(INT32_MIN);
    __m256i second = first;
    __m256i row = _mm256_setzero_si256();
    __m256i here = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    uint32_t at = 0;

    for (; at + LANES <= count; at += LANES) {
        __m256i surplus = _mm256_sub_epi32(load(price + at), load(cost + at));
        __m256i more = _mm256_cmpgt_epi32(surplus, first);

        second = _mm256_max_epi32(second, _mm256_min_epi32(surplus, first));
        first = _mm256_max_epi32(first, surplus);
        row = _mm256_blendv_epi8(row, here, more);
        here = _mm256_add_epi32(here, _mm256_set1_epi32(LANES));
    }
    int32_t firsts[LANES];
    int32_t seconds[LANES];
    uint32_t rows[LANES];
    struct square_pair pair = {INT32_MIN, INT32_MIN, 0};

    _mm256_storeu_si256((__m256i_u *)firsts, first);
    _mm256_storeu_si256((__m256i_u *)seconds, second);
    _mm256_storeu_si256((__m256i_u *)rows, row);
    for (uint32_t lane = 0; at > 0 && lane < LANES; lane++) {
        bool better =
            firsts[lane] > pair.first || (firsts[lane] == pair.first && rows[lane] < pair.row);
        int32_t other = better ? pair.first : firsts[lane];

        pair.second = other > pair.second ? other : pair.second;
        pair.second = seconds[lane] > pair.second ? seconds[lane] : pair.second;
        pair.row = better ? rows[lane] : pair.row;
        pair.first = better ? firsts[lane] : pair.first;
    }
    return pair_from(pair, cost, price, at, count);
}

[[gnu::target("avx2")]] static uint32_t relax_vector(const struct square_step *step,
                                                     int32_t *distance, uint32_t *way)
{
    __m256i base = _mm256_set1_epi32(step->base);
    __m256i column = _mm256_set1_epi32((int32_t)step->column);
    __m256i least = _mm256_set1_epi32(-1);
    uint32_t leasts[LANES];
    uint32_t result = UINT32_MAX;
    uint32_t at = 0;

    for (; at + LANES <= step->count; at += LANES) {
        __m256i cost = _mm256_sub_epi32(load(step->cost + at), load(step->price + at));
        __m256i next = _mm256_add_epi32(base, cost);
        __m256i before = load(distance + at);
        __m256i shorter = _mm256_cmpgt_epi32(before, next);

        before = _mm256_blendv_epi8(before, next, shorter);
        _mm256_storeu_si256((__m256i_u *)(distance + at), before);
        if (!_mm256_testz_si256(shorter, shorter)) {
            _mm256_maskstore_epi32((int32_t *)way + at, shorter, column);
        }
        least = _mm256_min_epu32(least, before);
    }
    _mm256_storeu_si256((__m256i_u *)leasts, least);
    for (uint32_t lane = 0; lane < LANES; lane++) {
        result = leasts[lane] < result ? leasts[lane] : result;
    }
    return relax_from(step, distance, way, at, result);
}

#endif

struct square_pair square_pair_of(const int32_t *cost, const int32_t *price, uint32_t count,
                                  bool vector)
{
#if defined(__x86_64__)
    if (vector) {
        return pair_vector(cost, price, count);
    }
#endif
    return pair_from((struct square_pair){INT32_MIN, INT32_MIN, 0}, cost, price, 0, count);
}

uint32_t square_relax(const struct square_step *step, int32_t *distance, uint32_t *way, bool vector)
{
#if defined(__x86_64__)
    if (vector) {
        return relax_vector(step, distance, way);
    }
#endif
    return relax_from(step, distance, way, 0, UINT32_MAX);
}
