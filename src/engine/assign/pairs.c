#include "engine/assign/pairs.h"

#include "engine/assign/assign.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum pairs_path pairs_path_here(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) {
        return PAIRS_AVX512;
    }
#endif
    return scan_vector_here() ? PAIRS_AVX2 : PAIRS_PLAIN;
}

static const struct pair NONE = {{{.surplus = -ASSIGN_ABSENT}, {.surplus = -ASSIGN_ABSENT}}};

static struct pair find_plain(struct column column, const int32_t *price)
{
    struct pair pair = NONE;

    for (uint32_t i = 0; i < column.degree; i++) {
        struct pick pick = {price[column.row[i]] - column.cost[i], column.row[i]};

        if (pick.surplus > pair.best[0].surplus) {
            pair.best[1] = pair.best[0];
            pair.best[0] = pick;
        } else if (pick.surplus > pair.best[1].surplus) {
            pair.best[1] = pick;
        }
    }
    return pair;
}

/* The list's next edges but a few; at its end those that are read at once. */
static inline void fetch(const struct assign_problem *problem, const uint32_t *index, size_t i,
                         size_t count)
{
    column_fetch(problem, index[i + SCAN_AHEAD < count ? i + SCAN_AHEAD : i]);
}

static void find_all_plain(const struct assign_problem *problem, const uint32_t *column,
                           size_t count, const int32_t *price, struct pair *out)
{
    for (size_t i = 0; i < count; i++) {
        fetch(problem, column, i, count);
        out[i] = find_plain(column_of(problem, column[i]), price);
    }
}

#if defined(__x86_64__)

/* A column's surpluses in two halves, -ASSIGN_ABSENT where it ends. */
struct halves {
    __m256i low;
    __m256i high;
};

[[gnu::target("avx2")]] static inline __m256i eight(struct column column, const int32_t *price,
                                                    uint32_t from)
{
    __m256i places = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    __m256i left = _mm256_set1_epi32((int32_t)column.degree - (int32_t)from);
    __m256i inside = _mm256_cmpgt_epi32(left, places);
    __m256i rows = _mm256_maskload_epi32((const int32_t *)column.row + from, inside);
    __m256i costs = _mm256_maskload_epi32(column.cost + from, inside);
    __m256i prices = _mm256_mask_i32gather_epi32(_mm256_setzero_si256(), price, rows, inside, 4);

    return _mm256_blendv_epi8(_mm256_set1_epi32(-ASSIGN_ABSENT), _mm256_sub_epi32(prices, costs),
                              inside);
}

/* Take the largest surplus out. */
[[gnu::target("avx2")]] static inline struct pick take_halves(struct halves *halves,
                                                              const uint32_t *row)
{
    __m256i both = _mm256_max_epi32(halves->low, halves->high);
    __m128i four = _mm_max_epi32(_mm256_castsi256_si128(both), _mm256_extracti128_si256(both, 1));
    __m128i two = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0x4e));
    __m128i one = _mm_max_epi32(two, _mm_shuffle_epi32(two, 0xb1));
    __m256i most = _mm256_broadcastd_epi32(one);
    __m256i low = _mm256_cmpeq_epi32(halves->low, most);
    __m256i high = _mm256_cmpeq_epi32(halves->high, most);
    uint32_t at =
        (uint32_t)__builtin_ctz((uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(low)) |
                                (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(high)) << 8);
    __m256i places = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    __m256i outside = _mm256_set1_epi32(-ASSIGN_ABSENT);

    low = _mm256_cmpeq_epi32(places, _mm256_set1_epi32((int32_t)at));
    high = _mm256_cmpeq_epi32(places, _mm256_set1_epi32((int32_t)at - 8));
    halves->low = _mm256_blendv_epi8(halves->low, outside, low);
    halves->high = _mm256_blendv_epi8(halves->high, outside, high);
    return (struct pick){_mm_cvtsi128_si32(one), row[at]};
}

[[gnu::target("avx2")]] static void find_all_avx2(const struct assign_problem *problem,
                                                  const uint32_t *index, size_t count,
                                                  const int32_t *price, struct pair *out)
{
    for (size_t i = 0; i < count; i++) {
        struct column column = column_of(problem, index[i]);

        fetch(problem, index, i, count);
        if (column.degree == 0) {
            out[i] = NONE;
            continue;
        }
        struct halves halves = {.low = eight(column, price, 0), .high = eight(column, price, 8)};

        out[i].best[0] = take_halves(&halves, column.row);
        out[i].best[1] = take_halves(&halves, column.row);
    }
}

[[gnu::target("avx512f")]] static inline struct pick take_sixteen(__m512i *surplus,
                                                                  const uint32_t *row)
{
    int32_t most = _mm512_reduce_max_epi32(*surplus);
    uint32_t same = _mm512_cmpeq_epi32_mask(*surplus, _mm512_set1_epi32(most));
    uint32_t first = same & -same;

    *surplus = _mm512_mask_mov_epi32(*surplus, (__mmask16)first, _mm512_set1_epi32(-ASSIGN_ABSENT));
    return (struct pick){most, row[__builtin_ctz(first)]};
}

[[gnu::target("avx512f")]] static void find_all_avx512(const struct assign_problem *problem,
                                                       const uint32_t *index, size_t count,
                                                       const int32_t *price, struct pair *out)
{
    for (size_t i = 0; i < count; i++) {
        struct column column = column_of(problem, index[i]);
        __mmask16 inside = (__mmask16)((1U << column.degree) - 1);

        fetch(problem, index, i, count);
        if (column.degree == 0) {
            out[i] = NONE;
            continue;
        }
        __m512i rows = _mm512_maskz_loadu_epi32(inside, column.row);
        __m512i costs = _mm512_maskz_loadu_epi32(inside, column.cost);
        __m512i prices =
            _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), inside, rows, price, 4);
        __m512i surplus =
            _mm512_mask_sub_epi32(_mm512_set1_epi32(-ASSIGN_ABSENT), inside, prices, costs);

        out[i].best[0] = take_sixteen(&surplus, column.row);
        out[i].best[1] = take_sixteen(&surplus, column.row);
    }
}

#endif

void pairs_find(const struct assign_problem *problem, const uint32_t *column, size_t count,
                const int32_t *price, enum pairs_path path, struct pair *out)
{
#if defined(__x86_64__)
    if (path == PAIRS_AVX512) {
        find_all_avx512(problem, column, count, price, out);
        return;
    }
    if (path == PAIRS_AVX2) {
        find_all_avx2(problem, column, count, price, out);
        return;
    }
#endif
    find_all_plain(problem, column, count, price, out);
}
