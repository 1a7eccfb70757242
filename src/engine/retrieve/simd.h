#pragma once

/* Private to the room: which instructions this machine has, and which of a room's kernels they
 * choose. */

#include <stdbool.h>

#include "engine/retrieve/filter.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define RETRIEVE_X86  1
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define TARGET_AVX2   __attribute__((target("avx2")))
#define TARGET_AVX512                                                                              \
    __attribute__((target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,avx512vpopcntdq")))

TARGET_AVX2 ALWAYS_INLINE static __m128i load_128(const void *at)
{
    return _mm_loadu_si128((const __m128i *)at);
}

TARGET_AVX2 ALWAYS_INLINE static __m256i load_256(const void *at)
{
    return _mm256_loadu_si256((const __m256i *)at);
}

/* The best that is both here and allowed. */
static inline enum retrieve_simd retrieve_simd_here(enum retrieve_simd most)
{
    bool wide = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq") &&
                __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vpopcntdq");

    if (most == RETRIEVE_PLAIN || !__builtin_cpu_supports("avx2")) {
        return RETRIEVE_PLAIN;
    }
    return wide && most != RETRIEVE_AVX2 ? RETRIEVE_AVX512 : RETRIEVE_AVX2;
}

/* An array of three of a kind, for `retrieve_simd_here` to choose from. */
#define BY_SIMD(plain, avx2, avx512)                                                               \
    {                                                                                              \
        [RETRIEVE_PLAIN] = (plain), [RETRIEVE_AVX2] = (avx2), [RETRIEVE_AVX512] = (avx512)         \
    }
#else
#define RETRIEVE_X86  0
#define ALWAYS_INLINE inline __attribute__((always_inline))
#define BY_SIMD(plain, avx2, avx512)                                                               \
    {                                                                                              \
        [RETRIEVE_PLAIN] = (plain)                                                                 \
    }

static inline enum retrieve_simd retrieve_simd_here(enum retrieve_simd)
{
    return RETRIEVE_PLAIN;
}
#endif
