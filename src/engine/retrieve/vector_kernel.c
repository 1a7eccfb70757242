#include "engine/retrieve/vector_kernel.h"

#include "engine/retrieve/simd.h"

static int32_t single_plain(const uint8_t *row, size_t width, const int8_t *query)
{
    int32_t sum = 0;

    for (size_t i = 0; i < width; i++) {
        sum += row[i] * query[i];
    }
    return sum;
}

static void group_plain(const uint8_t *rows, size_t width, const int8_t *query, int32_t *out)
{
    for (size_t i = 0; i < VECTOR_GROUP; i++) {
        out[i] = single_plain(rows + i * width, width, query);
    }
}

static void halves_plain(const uint8_t *high, size_t width, const int8_t *query, int32_t *out)
{
    for (size_t i = 0; i < VECTOR_GROUP; i++) {
        int32_t sum = 0;

        for (size_t k = 0; k < width / 2; k++) {
            size_t at = k / 64 * 128 + k % 64;
            uint8_t both = high[i * width / 2 + k];

            sum += (both & 15) * query[at] + (both >> 4) * query[at + 64];
        }
        out[i] = sum;
    }
}

static void hamming_plain(const uint64_t *sketches, size_t words, const uint64_t *query,
                          size_t count, uint16_t *out)
{
    for (size_t i = 0; i < count; i++) {
        unsigned bits = 0;

        for (size_t k = 0; k < words; k++) {
            bits += (unsigned)__builtin_popcountll(sketches[i * words + k] ^ query[k]);
        }
        out[i] = (uint16_t)bits;
    }
}

static const struct vector_kernels PLAIN = {group_plain, single_plain, halves_plain, hamming_plain};

#if RETRIEVE_X86

enum { AHEAD = 8192 }; /* bytes to fetch before their use */

TARGET_AVX2 ALWAYS_INLINE static int32_t sum_avx2(__m256i parts)
{
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(parts), _mm256_extracti128_si256(parts, 1));

    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1));
    return _mm_cvtsi128_si32(half);
}

/* Pairs of 16-bit products cannot overflow 32 bits; 8-bit pairs would saturate at 16. */
TARGET_AVX2 static int32_t single_avx2(const uint8_t *row, size_t width, const int8_t *query)
{
    __m256i sum = _mm256_setzero_si256();

    for (size_t i = 0; i < width; i += 16) {
        __m256i x = _mm256_cvtepu8_epi16(load_128(row + i));
        __m256i y = _mm256_cvtepi8_epi16(load_128(query + i));

        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(x, y));
    }
    return sum_avx2(sum);
}

/* Products of halves are small: pairs of them fit 16 bits. */
TARGET_AVX2 static int32_t half_avx2(const uint8_t *high, size_t width, const int8_t *query)
{
    __m256i low_bits = _mm256_set1_epi8(15);
    __m256i ones = _mm256_set1_epi16(1);
    __m256i sum = _mm256_setzero_si256();

    for (size_t i = 0; i < width / 2; i += 32) {
        size_t at = i / 64 * 128 + i % 64;
        __m256i both = load_256(high + i);
        __m256i upper = _mm256_and_si256(_mm256_srli_epi16(both, 4), low_bits);
        __m256i x = _mm256_maddubs_epi16(_mm256_and_si256(both, low_bits), load_256(query + at));
        __m256i y = _mm256_maddubs_epi16(upper, load_256(query + at + 64));

        sum = _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_add_epi16(x, y), ones));
    }
    return sum_avx2(sum);
}

TARGET_AVX2 static void halves_avx2(const uint8_t *high, size_t width, const int8_t *query,
                                    int32_t *out)
{
    for (size_t i = 0; i < VECTOR_GROUP; i++) {
        out[i] = half_avx2(high + i * width / 2, width, query);
    }
}

TARGET_AVX2 static void group_avx2(const uint8_t *rows, size_t width, const int8_t *query,
                                   int32_t *out)
{
    for (size_t i = 0; i < VECTOR_GROUP; i++) {
        out[i] = single_avx2(rows + i * width, width, query);
    }
}

static const struct vector_kernels AVX2 = {group_avx2, single_avx2, halves_avx2, hamming_plain};

TARGET_AVX512 ALWAYS_INLINE static __m512i products(const uint8_t *row, size_t width,
                                                    const int8_t *query)
{
    __m512i sum = _mm512_setzero_si512();

    for (size_t i = 0; i < width; i += 64) {
        sum = _mm512_dpbusd_epi32(sum, _mm512_loadu_si512(row + i), _mm512_loadu_si512(query + i));
    }
    return sum;
}

TARGET_AVX512 static int32_t single_avx512(const uint8_t *row, size_t width, const int8_t *query)
{
    return _mm512_reduce_add_epi32(products(row, width, query));
}

/* Four registers of 16 partial sums to one of 4 x 4: lane i holds parts of rows 0 to 3. */
TARGET_AVX512 ALWAYS_INLINE static __m512i fold_four(__m512i a, __m512i b, __m512i c, __m512i d)
{
    __m512i ab = _mm512_add_epi32(_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
    __m512i cd = _mm512_add_epi32(_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));

    return _mm512_add_epi32(_mm512_unpacklo_epi64(ab, cd), _mm512_unpackhi_epi64(ab, cd));
}

/* Add the four lanes of each register: a 4 x 4 transposition of lanes. */
TARGET_AVX512 ALWAYS_INLINE static void store_sums(const __m512i *four, int32_t *out)
{
    __m512i low01 = _mm512_shuffle_i64x2(four[0], four[1], 0x88);
    __m512i high01 = _mm512_shuffle_i64x2(four[0], four[1], 0xDD);
    __m512i low23 = _mm512_shuffle_i64x2(four[2], four[3], 0x88);
    __m512i high23 = _mm512_shuffle_i64x2(four[2], four[3], 0xDD);
    __m512i sum01 = _mm512_add_epi32(low01, high01);
    __m512i sum23 = _mm512_add_epi32(low23, high23);

    _mm512_storeu_si512(out, _mm512_add_epi32(_mm512_shuffle_i64x2(sum01, sum23, 0x88),
                                              _mm512_shuffle_i64x2(sum01, sum23, 0xDD)));
}

/* `width` is a constant where this is inlined for the usual sizes. */
TARGET_AVX512 ALWAYS_INLINE static void group_of(const uint8_t *rows, size_t width,
                                                 const int8_t *query, int32_t *out)
{
    __m512i four[4];

    for (size_t i = 0; i < 4; i++) {
        const uint8_t *at = rows + 4 * i * width;

        /* The machine's own prefetcher stops at the end of a page. */
        for (size_t k = 0; k < 4 * width; k += 64) {
            _mm_prefetch((const char *)at + k + AHEAD, _MM_HINT_T0);
        }

        four[i] = fold_four(products(at, width, query), products(at + width, width, query),
                            products(at + 2 * width, width, query),
                            products(at + 3 * width, width, query));
    }
    store_sums(four, out);
}

TARGET_AVX512 static void group_avx512(const uint8_t *rows, size_t width, const int8_t *query,
                                       int32_t *out)
{
    if (width == 128) {
        group_of(rows, 128, query, out);
    } else {
        group_of(rows, width, query, out);
    }
}

TARGET_AVX512 ALWAYS_INLINE static __m512i half_products(const uint8_t *high, size_t width,
                                                         const int8_t *query)
{
    __m512i low_bits = _mm512_set1_epi8(15);
    __m512i sum = _mm512_setzero_si512();

    for (size_t i = 0; i < width / 2; i += 64) {
        __m512i both = _mm512_loadu_si512(high + i);
        __m512i upper = _mm512_and_si512(_mm512_srli_epi16(both, 4), low_bits);

        sum = _mm512_dpbusd_epi32(sum, _mm512_and_si512(both, low_bits),
                                  _mm512_loadu_si512(query + 2 * i));
        sum = _mm512_dpbusd_epi32(sum, upper, _mm512_loadu_si512(query + 2 * i + 64));
    }
    return sum;
}

TARGET_AVX512 ALWAYS_INLINE static void halves_of(const uint8_t *high, size_t width,
                                                  const int8_t *query, int32_t *out)
{
    __m512i four[4];
    size_t step = width / 2;

    for (size_t i = 0; i < 4; i++) {
        const uint8_t *at = high + 4 * i * step;

        for (size_t k = 0; k < 4 * step; k += 64) {
            _mm_prefetch((const char *)at + k + AHEAD, _MM_HINT_T0);
        }
        four[i] = fold_four(half_products(at, width, query), half_products(at + step, width, query),
                            half_products(at + 2 * step, width, query),
                            half_products(at + 3 * step, width, query));
    }
    store_sums(four, out);
}

TARGET_AVX512 static void halves_avx512(const uint8_t *high, size_t width, const int8_t *query,
                                        int32_t *out)
{
    if (width == 128) {
        halves_of(high, 128, query, out);
    } else {
        halves_of(high, width, query, out);
    }
}

/* Two words a sketch, four sketches a register. */
TARGET_AVX512 static void hamming_pairs(const uint64_t *sketches, const uint64_t *query,
                                        size_t count, uint16_t *out)
{
    __m512i both = _mm512_broadcast_i64x2(load_128(query));
    size_t i = 0;

    for (; i + 4 <= count; i += 4) {
        __m512i bits =
            _mm512_popcnt_epi64(_mm512_xor_si512(_mm512_loadu_si512(sketches + 2 * i), both));
        __m512i sums = _mm512_add_epi64(bits, _mm512_shuffle_epi32(bits, 0x4E));
        __m128i narrow = _mm512_cvtepi64_epi16(_mm512_maskz_compress_epi64(0x55, sums));

        _mm_storel_epi64((__m128i *)(void *)(out + i), narrow);
    }
    hamming_plain(sketches + 2 * i, 2, query, count - i, out + i);
}

TARGET_AVX512 static void hamming_avx512(const uint64_t *sketches, size_t words,
                                         const uint64_t *query, size_t count, uint16_t *out)
{
    if (words == 2) {
        hamming_pairs(sketches, query, count, out);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        __m512i sum = _mm512_setzero_si512();

        for (size_t k = 0; k < words; k += 8) {
            __mmask8 mask = words - k >= 8 ? 0xFF : (__mmask8)((1U << (words - k)) - 1);
            __m512i x = _mm512_maskz_loadu_epi64(mask, sketches + i * words + k);
            __m512i y = _mm512_maskz_loadu_epi64(mask, query + k);

            sum = _mm512_add_epi64(sum, _mm512_popcnt_epi64(_mm512_xor_si512(x, y)));
        }
        out[i] = (uint16_t)_mm512_reduce_add_epi64(sum);
    }
}

static const struct vector_kernels AVX512 = {group_avx512, single_avx512, halves_avx512,
                                             hamming_avx512};

#endif

const struct vector_kernels *vector_kernels_for(enum retrieve_simd simd)
{
    static const struct vector_kernels *const kernels[] = BY_SIMD(&PLAIN, &AVX2, &AVX512);

    return kernels[retrieve_simd_here(simd)];
}
