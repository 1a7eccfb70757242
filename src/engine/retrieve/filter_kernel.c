#include "engine/retrieve/filter_kernel.h"

#include "engine/retrieve/simd.h"

static bool passes32(uint32_t value, enum retrieve_test test, struct filter_range range)
{
    switch (test) {
    case RETRIEVE_ALL_BITS:
        return (value & range.low) == range.low;
    case RETRIEVE_ANY_BIT:
        return (value & range.low) != 0;
    case RETRIEVE_WITHIN:
        break;
    }
    return value - range.low <= range.span;
}

static void test8_plain(const uint8_t *values, struct filter_range range, uint64_t *words,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t passed = 0;

        for (unsigned k = 0; k < 64; k++) {
            passed |= (uint64_t)((uint8_t)(values[i * 64 + k] - range.low) <= range.span) << k;
        }
        words[i] &= passed;
    }
}

static void test16_plain(const uint16_t *values, struct filter_range range, uint64_t *words,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t passed = 0;

        for (unsigned k = 0; k < 64; k++) {
            passed |= (uint64_t)((uint16_t)(values[i * 64 + k] - range.low) <= range.span) << k;
        }
        words[i] &= passed;
    }
}

static void test32_plain(const uint32_t *values, enum retrieve_test test, struct filter_range range,
                         uint64_t *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t passed = 0;

        for (unsigned k = 0; words[i] != 0 && k < 64; k++) {
            passed |= (uint64_t)passes32(values[i * 64 + k], test, range) << k;
        }
        words[i] &= passed;
    }
}

static const struct filter_kernels PLAIN = {test8_plain, test16_plain, test32_plain};

#if RETRIEVE_X86

/* 256-bit registers: unsigned <= is min(x, y) == x; 16-bit masks are packed to bytes. */

TARGET_AVX2 static uint32_t within8_avx2(const uint8_t *at, __m256i low, __m256i span)
{
    __m256i value = _mm256_sub_epi8(load_256(at), low);

    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_min_epu8(value, span), value));
}

TARGET_AVX2 static void test8_avx2(const uint8_t *values, struct filter_range range,
                                   uint64_t *words, size_t count)
{
    __m256i low = _mm256_set1_epi8((char)range.low);
    __m256i span = _mm256_set1_epi8((char)range.span);

    for (size_t i = 0; i < count; i++) {
        uint64_t first = within8_avx2(values + i * 64, low, span);

        words[i] &= first | (uint64_t)within8_avx2(values + i * 64 + 32, low, span) << 32;
    }
}

TARGET_AVX2 static __m256i within16_avx2(const uint16_t *at, __m256i low, __m256i span)
{
    __m256i value = _mm256_sub_epi16(load_256(at), low);

    return _mm256_cmpeq_epi16(_mm256_min_epu16(value, span), value);
}

TARGET_AVX2 static void test16_avx2(const uint16_t *values, struct filter_range range,
                                    uint64_t *words, size_t count)
{
    __m256i low = _mm256_set1_epi16((short)range.low);
    __m256i span = _mm256_set1_epi16((short)range.span);

    for (size_t i = 0; i < count; i++) {
        uint64_t passed = 0;

        for (unsigned k = 0; words[i] != 0 && k < 64; k += 32) {
            const uint16_t *at = values + i * 64 + k;
            __m256i packed =
                _mm256_packs_epi16(within16_avx2(at, low, span), within16_avx2(at + 16, low, span));
            __m256i ordered = _mm256_permute4x64_epi64(packed, 0xD8);

            passed |= (uint64_t)(uint32_t)_mm256_movemask_epi8(ordered) << k;
        }
        words[i] &= passed;
    }
}

/* `test` is a constant where this is inlined, so each copy keeps one arm. */
TARGET_AVX2 ALWAYS_INLINE static void words32_avx2(const uint32_t *values, enum retrieve_test test,
                                                   struct filter_range range, uint64_t *words,
                                                   size_t count)
{
    __m256i low = _mm256_set1_epi32((int)range.low);
    __m256i span = _mm256_set1_epi32((int)range.span);

    for (size_t i = 0; i < count; i++) {
        uint64_t passed = 0;

        for (unsigned k = 0; words[i] != 0 && k < 64; k += 8) {
            const void *at = values + i * 64 + k;
            __m256i value = load_256(at);
            __m256i above = _mm256_sub_epi32(value, low);
            __m256i both = _mm256_and_si256(value, low);
            __m256i mask = test == RETRIEVE_WITHIN
                               ? _mm256_cmpeq_epi32(_mm256_min_epu32(above, span), above)
                           : test == RETRIEVE_ALL_BITS
                               ? _mm256_cmpeq_epi32(both, low)
                               : _mm256_cmpgt_epi32(_mm256_min_epu32(both, _mm256_set1_epi32(1)),
                                                    _mm256_setzero_si256());

            passed |= (uint64_t)(uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(mask)) << k;
        }
        words[i] &= passed;
    }
}

TARGET_AVX2 static void test32_avx2(const uint32_t *values, enum retrieve_test test,
                                    struct filter_range range, uint64_t *words, size_t count)
{
    if (test == RETRIEVE_WITHIN) {
        words32_avx2(values, RETRIEVE_WITHIN, range, words, count);
    } else if (test == RETRIEVE_ALL_BITS) {
        words32_avx2(values, RETRIEVE_ALL_BITS, range, words, count);
    } else {
        words32_avx2(values, RETRIEVE_ANY_BIT, range, words, count);
    }
}

static const struct filter_kernels AVX2 = {test8_avx2, test16_avx2, test32_avx2};

TARGET_AVX512 static void test8_avx512(const uint8_t *values, struct filter_range range,
                                       uint64_t *words, size_t count)
{
    __m512i low = _mm512_set1_epi8((char)range.low);
    __m512i span = _mm512_set1_epi8((char)range.span);

    for (size_t i = 0; i < count; i++) {
        __m512i value = _mm512_sub_epi8(_mm512_loadu_si512(values + i * 64), low);

        words[i] &= _mm512_cmple_epu8_mask(value, span);
    }
}

TARGET_AVX512 static void test16_avx512(const uint16_t *values, struct filter_range range,
                                        uint64_t *words, size_t count)
{
    __m512i low = _mm512_set1_epi16((short)range.low);
    __m512i span = _mm512_set1_epi16((short)range.span);

    for (size_t i = 0; i < count; i++) {
        const uint16_t *at = values + i * 64;
        __m512i first = _mm512_sub_epi16(_mm512_loadu_si512(at), low);
        __m512i second = _mm512_sub_epi16(_mm512_loadu_si512(at + 32), low);

        words[i] &= (uint64_t)_mm512_cmple_epu16_mask(first, span) |
                    (uint64_t)_mm512_cmple_epu16_mask(second, span) << 32;
    }
}

TARGET_AVX512 ALWAYS_INLINE static void words32_avx512(const uint32_t *values,
                                                       enum retrieve_test test,
                                                       struct filter_range range, uint64_t *words,
                                                       size_t count)
{
    __m512i low = _mm512_set1_epi32((int)range.low);
    __m512i span = _mm512_set1_epi32((int)range.span);

    for (size_t i = 0; i < count; i++) {
        uint64_t passed = 0;

        for (unsigned k = 0; words[i] != 0 && k < 64; k += 16) {
            __m512i value = _mm512_loadu_si512(values + i * 64 + k);
            uint64_t mask = test == RETRIEVE_WITHIN
                                ? _mm512_cmple_epu32_mask(_mm512_sub_epi32(value, low), span)
                            : test == RETRIEVE_ALL_BITS
                                ? _mm512_cmpeq_epi32_mask(_mm512_and_si512(value, low), low)
                                : _mm512_test_epi32_mask(value, low);

            passed |= mask << k;
        }
        words[i] &= passed;
    }
}

TARGET_AVX512 static void test32_avx512(const uint32_t *values, enum retrieve_test test,
                                        struct filter_range range, uint64_t *words, size_t count)
{
    if (test == RETRIEVE_WITHIN) {
        words32_avx512(values, RETRIEVE_WITHIN, range, words, count);
    } else if (test == RETRIEVE_ALL_BITS) {
        words32_avx512(values, RETRIEVE_ALL_BITS, range, words, count);
    } else {
        words32_avx512(values, RETRIEVE_ANY_BIT, range, words, count);
    }
}

static const struct filter_kernels AVX512 = {test8_avx512, test16_avx512, test32_avx512};

#endif

const struct filter_kernels *filter_kernels_for(enum retrieve_simd simd)
{
    static const struct filter_kernels *const kernels[] = BY_SIMD(&PLAIN, &AVX2, &AVX512);

    return kernels[retrieve_simd_here(simd)];
}
