#include "engine/assign/scan.h"

#include <string.h>

#include "engine/assign/assign.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

enum { GATHER_MIN = 4 }; /* edges, from which gathering pays */

bool scan_vector_here(void)
{
#if defined(__x86_64__)
    return __builtin_cpu_supports("avx2");
#else
    return false;
#endif
}

struct scan_sizes scan_sizes_of(const struct assign_problem *problem)
{
    struct scan_sizes sizes = {0};

    for (uint32_t i = 0; i < problem->column_count; i++) {
        uint32_t degree = column_of(problem, i).degree;
        uint32_t capacity = column_capacity(problem, i);

        sizes.degree_max = degree > sizes.degree_max ? degree : sizes.degree_max;
        sizes.capacity_max = capacity > sizes.capacity_max ? capacity : sizes.capacity_max;
        sizes.capacity += capacity;
    }
    return sizes;
}

static uint32_t above_sparse(struct column column, const int64_t *price, int64_t floor,
                             struct offer *out)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < column.degree; i++) {
        uint32_t row = column.row[i];
        int64_t surplus = price[row] - column.cost[i];

        if (surplus > floor) {
            out[count++] = (struct offer){surplus, column.cost[i], row};
        }
    }
    return count;
}

static uint32_t above_dense(struct column column, const int64_t *price, int64_t floor,
                            uint32_t from, struct offer *out)
{
    uint32_t count = 0;

    for (uint32_t row = from; row < column.degree; row++) {
        int64_t surplus = price[row] - column.cost[row];

        if (surplus > floor && column.cost[row] != ASSIGN_ABSENT) {
            out[count++] = (struct offer){surplus, column.cost[row], row};
        }
    }
    return count;
}

#if defined(__x86_64__)

[[gnu::target("avx2")]] static inline uint32_t lanes(__m256i mask)
{
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(mask));
}

[[gnu::target("avx2")]] static inline __m256i surplus_of(const int32_t *price, const int32_t *cost)
{
    return _mm256_sub_epi32(_mm256_loadu_si256((const __m256i_u *)price),
                            _mm256_loadu_si256((const __m256i_u *)cost));
}

/* A bit for each of sixteen edges with a surplus above the floor. */
[[gnu::target("avx2")]] static inline uint32_t mark(const int32_t *price, const int32_t *cost,
                                                    __m256i floor)
{
    return lanes(_mm256_cmpgt_epi32(surplus_of(price, cost), floor)) |
           lanes(_mm256_cmpgt_epi32(surplus_of(price + 8, cost + 8), floor)) << 8;
}

[[gnu::target("avx2")]] static uint32_t above_vector(struct column column, const int32_t *price,
                                                     const int64_t *exact, int32_t floor,
                                                     struct offer *out)
{
    __m256i bound = _mm256_set1_epi32(floor);
    uint32_t count = 0;
    uint32_t row = 0;

    for (; row + 16 <= column.degree; row += 16) {
        uint32_t bits = mark(price + row, column.cost + row, bound);

        for (; bits != 0; bits &= bits - 1) {
            uint32_t at = row + (uint32_t)__builtin_ctz(bits);

            if (column.cost[at] != ASSIGN_ABSENT) {
                out[count++] = (struct offer){price[at] - column.cost[at], column.cost[at], at};
            }
        }
    }
    return count + above_dense(column, exact, floor, row, out + count);
}

/* Eight surpluses of a sparse column from place `at`; far below any floor where the column ends. */
[[gnu::target("avx2")]] static inline __m256i gather(struct column column, const int32_t *price,
                                                     uint32_t at)
{
    __m256i places = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    __m256i left = _mm256_set1_epi32((int32_t)(column.degree - at));
    __m256i inside = _mm256_cmpgt_epi32(left, places);
    __m256i rows = _mm256_maskload_epi32((const int32_t *)column.row + at, inside);
    __m256i costs = _mm256_maskload_epi32(column.cost + at, inside);
    __m256i prices = _mm256_mask_i32gather_epi32(_mm256_setzero_si256(), price, rows, inside, 4);

    return _mm256_blendv_epi8(_mm256_set1_epi32(-ASSIGN_ABSENT), _mm256_sub_epi32(prices, costs),
                              inside);
}

[[gnu::target("avx2")]] static uint32_t above_gather(struct column column, const int32_t *price,
                                                     int32_t floor, struct offer *out)
{
    __m256i bound = _mm256_set1_epi32(floor);
    uint32_t count = 0;

    for (uint32_t from = 0; from < column.degree; from += 8) {
        uint32_t bits = lanes(_mm256_cmpgt_epi32(gather(column, price, from), bound));

        for (; bits != 0; bits &= bits - 1) {
            uint32_t at = from + (uint32_t)__builtin_ctz(bits);
            uint32_t row = column.row[at];

            out[count++] = (struct offer){price[row] - column.cost[at], column.cost[at], row};
        }
    }
    return count;
}

#endif

uint32_t scan_above(struct column column, struct prices prices, int64_t floor, struct offer *out)
{
#if defined(__x86_64__)
    bool vector =
        prices.vector && prices.narrow != NULL && floor >= -ASSIGN_ABSENT && floor < INT32_MAX;

    if (column.row != NULL && vector && column.degree >= GATHER_MIN) {
        return above_gather(column, prices.narrow, (int32_t)floor, out);
    }
    if (column.row == NULL && vector) {
        return above_vector(column, prices.narrow, prices.exact, (int32_t)floor, out);
    }
#endif
    if (column.row != NULL) {
        return above_sparse(column, prices.exact, floor, out);
    }
    return above_dense(column, prices.exact, floor, 0, out);
}

/* The picks made so far; `floor` rises once they are full. */
struct podium {
    struct pick *pick;
    uint32_t count;
    uint32_t most;
    int32_t floor;
    int32_t top; /* the largest surplus, also if it is not above the floor */
};

static inline void climb(struct podium *podium, int32_t surplus, uint32_t row)
{
    uint32_t at = podium->count < podium->most ? podium->count++ : podium->count - 1;

    for (; at > 0 && podium->pick[at - 1].surplus < surplus; at--) {
        podium->pick[at] = podium->pick[at - 1];
    }
    podium->pick[at] = (struct pick){surplus, row};
    if (podium->count == podium->most) {
        podium->floor = podium->pick[podium->most - 1].surplus;
    }
}

static void best_dense(struct column column, const int32_t *price, uint32_t from,
                       struct podium *podium)
{
    for (uint32_t row = from; row < column.degree; row++) {
        int32_t surplus = price[row] - column.cost[row];

        podium->top = surplus > podium->top ? surplus : podium->top;
        if (surplus > podium->floor && column.cost[row] != ASSIGN_ABSENT) {
            climb(podium, surplus, row);
        }
    }
}

static void best_sparse(struct column column, const int32_t *price, struct podium *podium)
{
    for (uint32_t i = 0; i < column.degree; i++) {
        int32_t surplus = price[column.row[i]] - column.cost[i];

        podium->top = surplus > podium->top ? surplus : podium->top;
        if (surplus > podium->floor) {
            climb(podium, surplus, column.row[i]);
        }
    }
}

#if defined(__x86_64__)

[[gnu::target("avx2")]] static inline int32_t largest(__m256i values)
{
    __m128i four =
        _mm_max_epi32(_mm256_castsi256_si128(values), _mm256_extracti128_si256(values, 1));
    __m128i two = _mm_max_epi32(four, _mm_shuffle_epi32(four, 0x4e));

    return _mm_cvtsi128_si32(_mm_max_epi32(two, _mm_shuffle_epi32(two, 0xb1)));
}

[[gnu::target("avx2")]] static void best_vector(struct column column, const int32_t *price,
                                                struct podium *podium)
{
    __m256i bound = _mm256_set1_epi32(podium->floor);
    __m256i top = _mm256_set1_epi32(podium->top);
    uint32_t row = 0;

    for (; row + 16 <= column.degree; row += 16) {
        __m256i low = surplus_of(price + row, column.cost + row);
        __m256i high = surplus_of(price + row + 8, column.cost + row + 8);
        __m256i both = _mm256_max_epi32(low, high);

        top = _mm256_max_epi32(top, both);
        if (lanes(_mm256_cmpgt_epi32(both, bound)) == 0) {
            continue;
        }
        uint32_t bits =
            lanes(_mm256_cmpgt_epi32(low, bound)) | lanes(_mm256_cmpgt_epi32(high, bound)) << 8;

        for (; bits != 0; bits &= bits - 1) {
            uint32_t at = row + (uint32_t)__builtin_ctz(bits);
            int32_t surplus = price[at] - column.cost[at];

            if (surplus > podium->floor && column.cost[at] != ASSIGN_ABSENT) {
                climb(podium, surplus, at);
            }
        }
        bound = _mm256_set1_epi32(podium->floor);
    }
    podium->top = largest(top);
    best_dense(column, price, row, podium);
}

#else

static void best_vector(struct column column, const int32_t *price, struct podium *podium)
{
    best_dense(column, price, 0, podium);
}

#endif

struct best scan_best(struct column column, const int32_t *price, int32_t floor, uint32_t most,
                      bool vector, struct pick *out)
{
    struct podium podium = {.pick = out, .most = most, .floor = floor, .top = -ASSIGN_ABSENT};

    if (column.row != NULL) {
        best_sparse(column, price, &podium);
    } else if (vector) {
        best_vector(column, price, &podium);
    } else {
        best_dense(column, price, 0, &podium);
    }
    return (struct best){podium.count, podium.top};
}

static void widen_plain(const int32_t *cost, uint64_t count, int32_t *low, int32_t *high)
{
    for (uint64_t i = 0; i < count; i++) {
        bool there = cost[i] != ASSIGN_ABSENT;

        *low = there && cost[i] < *low ? cost[i] : *low;
        *high = there && cost[i] > *high ? cost[i] : *high;
    }
}

#if defined(__x86_64__)

[[gnu::target("avx2")]] static void widen_vector(const int32_t *cost, uint64_t count, int32_t *low,
                                                 int32_t *high)
{
    __m256i absent = _mm256_set1_epi32(ASSIGN_ABSENT);
    __m256i least = _mm256_set1_epi32(*low);
    __m256i most = _mm256_set1_epi32(*high);
    uint64_t i = 0;

    for (; i + 8 <= count; i += 8) {
        __m256i eight = _mm256_loadu_si256((const __m256i_u *)(cost + i));
        __m256i gone = _mm256_cmpeq_epi32(eight, absent);

        least = _mm256_min_epi32(least, eight); /* what is absent is above every cost */
        most = _mm256_max_epi32(most, _mm256_blendv_epi8(eight, most, gone));
    }
    *high = largest(most);
    *low = -largest(_mm256_sub_epi32(_mm256_setzero_si256(), least));
    widen_plain(cost + i, count - i, low, high);
}

#else

static void widen_vector(const int32_t *cost, uint64_t count, int32_t *low, int32_t *high)
{
    widen_plain(cost, count, low, high);
}

#endif

void scan_costs(const int32_t *cost, uint64_t count, bool vector, int32_t *low, int32_t *high)
{
    *low = INT32_MAX;
    *high = -INT32_MAX;
    if (vector) {
        widen_vector(cost, count, low, high);
    } else {
        widen_plain(cost, count, low, high);
    }
    if (*low > *high) {
        *low = *high = 0;
    }
}
