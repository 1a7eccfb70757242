#pragma once

/*
 * Exact search over vectors of 8-bit components.
 *
 * Real vectors are scaled by one number for the whole set (127 over the largest magnitude) and
 * rounded; a score is the integer inner product of quantised vectors, so results are the same bits
 * on every machine and with any number of threads. Every row that may answer is looked at: there is
 * no graph to build, and filters cost nothing in recall. Memory bandwidth is the bound of a scan.
 *
 * The optional sketch (one bit a component: its sign) looks at 1/8 of the bytes and keeps the
 * nearest rows by Hamming distance, which are then scored exactly (Charikar 2002).
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/retrieve/bitmap.h"
#include "engine/retrieve/filter.h"
#include "engine/retrieve/top.h"

struct arena;
struct fault;
struct parallel;

struct retrieve_vectors {
    uint8_t *rows; /* [row][width], 128 added to each component; 64-byte aligned */
    uint64_t row_count;
    uint32_t size;    /* components, 1 to 4,096 */
    uint32_t width;   /* the size rounded up to a multiple of 64; the rest is zero (128) */
    float scale;      /* a component is (byte - 128) / scale */
    uint64_t *sketch; /* [row][width / 64], or NULL */
    uint8_t *high;    /* [row][width / 2]: the upper halves of the bytes, or NULL */
    double low_norm;  /* greatest length of a row's lower halves, each less 7.5 */
};

struct retrieve_query {
    const int8_t *at; /* width of them */
    int32_t bias;     /* what the added 128 contribute */
};

struct retrieve_scan {
    const struct retrieve_bitmap *among; /* NULL: all rows */
    size_t top;                          /* best hits wanted */
    size_t sketched;                     /* > 0: score only so many rows, nearest by sketch */
    enum retrieve_simd simd;
    const struct parallel *parallel;
};

/* Rows to be filled by `retrieve_vectors_set`; all zero. ERR_INVALID: the size is out of range or
 * `scale` is not positive. The scale is 127 over the largest magnitude that will come; larger ones
 * are clipped. */
enum err retrieve_vectors_new(struct arena *arena, uint64_t row_count, uint32_t size, float scale,
                              struct retrieve_vectors *out, struct fault *fault);

/* ERR_INVALID: a component is not finite. */
enum err retrieve_vectors_set(struct retrieve_vectors *vectors, uint64_t row, const float *from,
                              struct fault *fault);

/* Make the sketch of all rows; costs 1/8 of the vectors' memory. */
void retrieve_vectors_sketch(struct arena *arena, struct retrieve_vectors *vectors);

/*
 * Copy the upper halves of all rows, for half of the vectors' memory: a stream then reads only
 * these, and the whole row where the bound by Cauchy and Schwarz on the lower halves leaves it a
 * chance. The answer stays exact. To be made again after a row has changed. Without effect unless
 * the width is a multiple of 128.
 */
void retrieve_vectors_halve(struct arena *arena, struct retrieve_vectors *vectors);

/* The query has its own scale; only the order of the scores means something across queries.
 * ERR_INVALID: a component is not finite. */
enum err retrieve_query_of(struct arena *arena, const struct retrieve_vectors *vectors,
                           const float *from, struct retrieve_query *out, struct fault *fault);

/* The inner product of the query and one row. */
int32_t retrieve_vector_score(const struct retrieve_vectors *vectors,
                              const struct retrieve_query *query, uint64_t row);

/* The hits of highest inner product; ties go to lower rows. Reads each row among the wanted ones
 * once: alone where fewer than 3 % are wanted, else by the stream. */
struct retrieve_hits retrieve_vectors_search(struct arena *arena,
                                             const struct retrieve_vectors *vectors,
                                             const struct retrieve_query *query,
                                             const struct retrieve_scan *scan);
