#pragma once

/* Data for the benchmarks: the same for ours and for the peers, from one seed. C and C++. */

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

enum {
    DIMENSIONS = 128,
    WORDS = 20,
    VOCABULARY = 100000,
    QUERY_COUNT = 6,
    QUERY_TERMS = 6,
    TOP_VECTORS = 100,
    TOP_TEXT = 1000
};

static inline uint64_t draw(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    return *state ^= *state << 17;
}

static inline double cpu_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec * 1e-6;
}

/* A sum of four uniform numbers: near enough to normal, and the same everywhere. */
static inline float draw_normal(uint64_t *state)
{
    uint64_t bits = draw(state);

    return (float)(bits & 0xFFFF) + (float)(bits >> 16 & 0xFFFF) + (float)(bits >> 32 & 0xFFFF) +
           (float)(bits >> 48) - 2 * 65535.0F;
}

/* Row `row` of the set, of length one. Rows share one of 1,000 latent directions. */
static inline void make_vector(uint64_t row, float *out)
{
    uint64_t own = row * 0x9E3779B97F4A7C15u + 1;
    uint64_t shared = (row % 1000) * 0xD1B54A32D192ED03u + 7;
    float sum = 0;

    for (int i = 0; i < 4; i++) {
        (void)draw(&own);
        (void)draw(&shared);
    }
    for (int i = 0; i < DIMENSIONS; i++) {
        out[i] = draw_normal(&own) + 0.7F * draw_normal(&shared);
        sum += out[i] * out[i];
    }
    for (int i = 0; i < DIMENSIONS; i++) {
        out[i] /= sqrtf(sum);
    }
}

/* Terms by Zipf's law with exponent 1.05, from a table of a million draws. */
struct zipf {
    uint32_t *table;
};

static inline struct zipf make_zipf(void)
{
    struct zipf zipf = {(uint32_t *)malloc(sizeof(uint32_t) << 20)};
    double *sums = (double *)malloc(sizeof(double) * VOCABULARY);
    double total = 0;
    uint32_t term = 0;

    for (int i = 0; i < VOCABULARY; i++) {
        total += 1 / pow(i + 3, 1.05);
        sums[i] = total;
    }
    for (uint32_t i = 0; i < 1u << 20; i++) {
        while (sums[term] < total * (i + 0.5) / (1 << 20)) {
            term++;
        }
        zipf.table[i] = term;
    }
    free(sums);
    return zipf;
}

/* The words of document `document`: 10 to 30. Returns their number. */
static inline int make_document(const struct zipf *zipf, uint64_t document, uint32_t *out)
{
    uint64_t state = document * 0x9E3779B97F4A7C15u + 3;

    (void)draw(&state);
    (void)draw(&state);
    int count = WORDS / 2 + (int)(draw(&state) % (WORDS + 1));

    for (int i = 0; i < count; i++) {
        out[i] = zipf->table[draw(&state) >> 20 & 0xFFFFF];
    }
    return count;
}

/* Ranks of terms, rising; frequent, middling and rare ones as in requirements. */
static const uint32_t QUERIES[QUERY_COUNT][QUERY_TERMS] = {
    {50, 200, 700, 1500, 3000, 9000},    {30, 100, 400, 2500, 4000, 8000},
    {500, 800, 1200, 4000, 6000, 12000}, {20, 60, 90, 150, 300, 5000},
    {150, 350, 900, 2000, 20000, 50000}, {10, 1000, 2000, 3000, 4000, 5000}};
