#include "engine/retrieve/vector.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/parallel.h"
#include "engine/retrieve/filter_kernel.h"
#include "engine/retrieve/vector_kernel.h"

enum {
    SIZE_MAX_COMPONENTS = 4096,
    CHUNK_ROWS = 1 << 20, /* of a parallel run; a multiple of 64 */
    AHEAD = 8,            /* rows fetched ahead when they are read one by one */
};

static const double STREAM_SHARE = 0.03; /* of the rows wanted, from which a stream is cheaper */

enum err retrieve_vectors_new(struct arena *arena, uint64_t row_count, uint32_t size, float scale,
                              struct retrieve_vectors *out, struct fault *fault)
{
    if (size < 1 || size > SIZE_MAX_COMPONENTS) {
        return fail(fault, ERR_INVALID, "vectors have %u components; 1 to %d are possible", size,
                    SIZE_MAX_COMPONENTS);
    }
    if (!(scale > 0) || !isfinite(scale) || row_count > UINT32_MAX) {
        return fail(fault, ERR_INVALID,
                    "the scale of the vectors must be positive, the rows below "
                    "2^32");
    }
    uint32_t width = (size + 63) / 64 * 64;
    uint8_t *raw = arena_take(arena, (size_t)row_count * width + 64, 1);
    uint8_t *rows = raw + (64 - (uintptr_t)raw % 64) % 64;

    memset(rows, 128, (size_t)row_count * width);
    *out = (struct retrieve_vectors){
        .rows = rows, .row_count = row_count, .size = size, .width = width, .scale = scale};
    return OK;
}

/* Nearest integer within [-127, 127], ties to even. */
static int quantised(float value, float scale)
{
    double scaled = (double)value * (double)scale;

    return (int)rint(scaled > 127 ? 127 : scaled < -127 ? -127 : scaled);
}

static enum err check_finite(const float *from, uint32_t size, struct fault *fault)
{
    for (uint32_t i = 0; i < size; i++) {
        if (!isfinite(from[i])) {
            return fail(fault, ERR_INVALID, "component %u of the vector is not a finite number", i);
        }
    }
    return OK;
}

enum err retrieve_vectors_set(struct retrieve_vectors *vectors, uint64_t row, const float *from,
                              struct fault *fault)
{
    uint8_t *to = vectors->rows + row * vectors->width;

    assert(row < vectors->row_count);
    TRY(check_finite(from, vectors->size, fault));
    for (uint32_t i = 0; i < vectors->size; i++) {
        to[i] = (uint8_t)(quantised(from[i], vectors->scale) + 128);
    }
    return OK;
}

/* Bit i is set where component i is negative. */
static void sketch_row(const uint8_t *row, uint32_t width, uint64_t *out)
{
    for (uint32_t i = 0; i < width; i += 64) {
        uint64_t bits = 0;

        for (uint32_t k = 0; k < 64; k++) {
            bits |= (uint64_t)(row[i + k] < 128) << k;
        }
        out[i / 64] = bits;
    }
}

void retrieve_vectors_sketch(struct arena *arena, struct retrieve_vectors *vectors)
{
    size_t words = vectors->width / 64;

    vectors->sketch = arena_array(arena, uint64_t, vectors->row_count * words + 8);
    for (uint64_t i = 0; i < vectors->row_count; i++) {
        sketch_row(vectors->rows + i * vectors->width, vectors->width, vectors->sketch + i * words);
    }
}

static double low_norm_of(const uint8_t *row, uint32_t width)
{
    double sum = 0;

    for (uint32_t i = 0; i < width; i++) {
        double low = (row[i] & 15) - 7.5;

        sum += low * low;
    }
    return sqrt(sum);
}

void retrieve_vectors_halve(struct arena *arena, struct retrieve_vectors *vectors)
{
    uint32_t width = vectors->width;

    if (width % 128 != 0) {
        return;
    }
    uint8_t *raw = arena_take(arena, (size_t)vectors->row_count * width / 2 + 64, 1);

    vectors->high = raw + (64 - (uintptr_t)raw % 64) % 64;
    vectors->low_norm = 0;
    for (uint64_t row = 0; row < vectors->row_count; row++) {
        const uint8_t *from = vectors->rows + row * width;
        uint8_t *to = vectors->high + row * width / 2;

        for (uint32_t i = 0; i < width / 2; i++) {
            uint32_t at = i / 64 * 128 + i % 64;

            to[i] = (uint8_t)((from[at] >> 4) | (from[at + 64] & 0xF0));
        }
        vectors->low_norm = fmax(vectors->low_norm, low_norm_of(from, width));
    }
}

enum err retrieve_query_of(struct arena *arena, const struct retrieve_vectors *vectors,
                           const float *from, struct retrieve_query *out, struct fault *fault)
{
    int8_t *query = arena_array(arena, int8_t, vectors->width);
    float largest = 0;
    int32_t sum = 0;

    TRY(check_finite(from, vectors->size, fault));
    for (uint32_t i = 0; i < vectors->size; i++) {
        largest = fabsf(from[i]) > largest ? fabsf(from[i]) : largest;
    }
    for (uint32_t i = 0; i < vectors->size && largest > 0; i++) {
        query[i] = (int8_t)rint((double)from[i] / (double)largest * 127);
        sum += query[i];
    }
    *out = (struct retrieve_query){.at = query, .bias = 128 * sum};
    return OK;
}

int32_t retrieve_vector_score(const struct retrieve_vectors *vectors,
                              const struct retrieve_query *query, uint64_t row)
{
    assert(row < vectors->row_count);
    return vector_kernels_for(RETRIEVE_BEST)
               ->single(vectors->rows + row * vectors->width, vectors->width, query->at) -
           query->bias;
}

struct search {
    const struct retrieve_vectors *vectors;
    const struct retrieve_query *query;
    const struct vector_kernels *kernels;
    const struct retrieve_bitmap *among;
    struct retrieve_top *tops; /* one a chunk */
    bool stream;
    int32_t slack; /* what lower halves and bias can add to 16 times a product of upper halves */
};

static uint64_t wanted_word(const struct search *search, uint64_t word)
{
    return search->among == NULL ? UINT64_MAX : search->among->words[word];
}

static void score_single(const struct search *search, uint64_t row, struct retrieve_top *top)
{
    size_t width = search->vectors->width;
    int32_t score =
        search->kernels->single(search->vectors->rows + row * width, width, search->query->at);

    retrieve_top_add(top, (uint32_t)row, score - search->query->bias);
}

/* Rows that are fetched ahead of their use: their places are known, but no machine guesses them. */
struct queue {
    uint64_t rows[AHEAD];
    uint64_t used;
};

static void queue_row(const struct search *search, struct queue *queue, uint64_t row,
                      struct retrieve_top *top)
{
    size_t width = search->vectors->width;

    for (size_t i = 0; i < width; i += 64) {
        __builtin_prefetch(search->vectors->rows + row * width + i);
    }
    if (queue->used >= AHEAD) {
        score_single(search, queue->rows[queue->used % AHEAD], top);
    }
    queue->rows[queue->used++ % AHEAD] = row;
}

static void finish_queue(const struct search *search, struct queue *queue, struct retrieve_top *top)
{
    for (uint64_t i = queue->used > AHEAD ? queue->used - AHEAD : 0; i < queue->used; i++) {
        score_single(search, queue->rows[i % AHEAD], top);
    }
    queue->used = 0;
}

/* The same by upper halves first: whole rows are read only where they may pass the bar. */
static void score_halves(const struct search *search, uint64_t start, uint32_t wanted,
                         struct queue *queue, struct retrieve_top *top)
{
    size_t width = search->vectors->width;
    int32_t scores[VECTOR_GROUP];

    search->kernels->halves(search->vectors->high + start * width / 2, width, search->query->at,
                            scores);
    for (unsigned i = 0; i < VECTOR_GROUP; i++) {
        int64_t most = (int64_t)16 * scores[i] + search->slack;

        if (most > top->bar && (wanted >> i & 1) != 0) {
            queue_row(search, queue, start + i, top);
        }
    }
}

/* Rows from `start` on; those not wanted and those behind `end` are left out. */
static void score_group(const struct search *search, uint64_t start, uint32_t wanted,
                        struct retrieve_top *top)
{
    size_t width = search->vectors->width;
    int32_t scores[VECTOR_GROUP];

    search->kernels->group(search->vectors->rows + start * width, width, search->query->at, scores);
    for (unsigned i = 0; i < VECTOR_GROUP; i++) {
        int32_t score = scores[i] - search->query->bias;

        if (score > top->bar && (wanted >> i & 1) != 0) {
            retrieve_top_add(top, (uint32_t)(start + i), score);
        }
    }
}

static void stream_chunk(const struct search *search, uint64_t start, uint64_t end,
                         struct retrieve_top *top)
{
    struct queue queue = {.used = 0};
    uint64_t at = start;

    for (; at + VECTOR_GROUP <= end; at += VECTOR_GROUP) {
        uint32_t wanted = (uint32_t)(wanted_word(search, at / 64) >> at % 64) & 0xFFFF;

        if (wanted != 0 && search->vectors->high != NULL) {
            score_halves(search, at, wanted, &queue, top);
        } else if (wanted != 0) {
            score_group(search, at, wanted, top);
        }
    }
    finish_queue(search, &queue, top);
    for (; at < end; at++) {
        if ((wanted_word(search, at / 64) >> at % 64 & 1) != 0) {
            score_single(search, at, top);
        }
    }
}

static void gather_chunk(const struct search *search, uint64_t start, uint64_t end,
                         struct retrieve_top *top)
{
    struct queue queue = {.used = 0};

    for (uint64_t word = start / 64; word < (end + 63) / 64; word++) {
        for (uint64_t bits = search->among->words[word]; bits != 0; bits &= bits - 1) {
            queue_row(search, &queue, word * 64 + (uint64_t)__builtin_ctzll(bits), top);
        }
    }
    finish_queue(search, &queue, top);
}

static void search_chunk(void *context, size_t chunk)
{
    const struct search *search = context;
    uint64_t start = (uint64_t)chunk * CHUNK_ROWS;
    uint64_t end = start + CHUNK_ROWS;

    end = end < search->vectors->row_count ? end : search->vectors->row_count;
    if (search->stream) {
        stream_chunk(search, start, end, &search->tops[chunk]);
    } else {
        gather_chunk(search, start, end, &search->tops[chunk]);
    }
}

/* Chunks in their order, so that rows rise within equal scores. */
static struct retrieve_hits merge(struct arena *arena, struct retrieve_top *tops, size_t count,
                                  size_t keep)
{
    struct retrieve_top all = retrieve_top_new(arena, keep);

    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < tops[i].count; k++) {
            retrieve_top_add(&all, tops[i].at[k].row, tops[i].at[k].score);
        }
    }
    return retrieve_top_finish(&all);
}

struct nearness {
    const struct retrieve_vectors *vectors;
    const struct vector_kernels *kernels;
    const uint64_t *query;
    uint16_t *distances;
};

static void measure_chunk(void *context, size_t chunk)
{
    const struct nearness *nearness = context;
    size_t words = nearness->vectors->width / 64;
    uint64_t start = (uint64_t)chunk * CHUNK_ROWS;
    uint64_t left = nearness->vectors->row_count - start;

    nearness->kernels->hamming(nearness->vectors->sketch + start * words, words, nearness->query,
                               left < CHUNK_ROWS ? left : CHUNK_ROWS, nearness->distances + start);
}

/* The distance up to which at least `wanted` rows lie. Four tables, since equal distances follow
 * one another and would wait for each other's count. */
static uint32_t reach_of(struct arena *arena, const struct nearness *nearness,
                         const struct retrieve_bitmap *among, size_t wanted)
{
    size_t bins = (size_t)nearness->vectors->width + 1;
    uint32_t *counts = arena_array(arena, uint32_t, bins * 4);
    uint32_t reach = 0;
    uint64_t total = 0;

    for (uint64_t i = 0; i < nearness->vectors->row_count; i++) {
        counts[i % 4 * bins + nearness->distances[i]] +=
            among == NULL || retrieve_bitmap_has(among, i);
    }
    for (; reach + 1 < bins; reach++) {
        for (size_t k = 0; k < 4; k++) {
            total += counts[k * bins + reach];
        }
        if (total >= wanted) {
            break;
        }
    }
    return reach;
}

/* Rows that are wanted and near by sketch. */
static struct retrieve_bitmap near_rows(struct arena *arena, const struct retrieve_vectors *vectors,
                                        const struct retrieve_query *query,
                                        const struct retrieve_scan *scan)
{
    struct retrieve_bitmap rows = retrieve_bitmap_new(arena, vectors->row_count);
    uint64_t *bits = arena_array(arena, uint64_t, vectors->width / 64 + 1);
    struct nearness nearness = {.vectors = vectors,
                                .kernels = vector_kernels_for(scan->simd),
                                .query = bits,
                                .distances = arena_array(arena, uint16_t, vectors->row_count + 8)};

    for (uint32_t i = 0; i < vectors->size; i++) {
        bits[i / 64] |= (uint64_t)(query->at[i] < 0) << i % 64;
    }
    parallel_run(scan->parallel, (size_t)((vectors->row_count + CHUNK_ROWS - 1) / CHUNK_ROWS),
                 measure_chunk, &nearness);
    uint32_t reach = reach_of(arena, &nearness, scan->among, scan->sketched);

    size_t whole = (size_t)(vectors->row_count / 64);

    retrieve_bitmap_fill(&rows);
    filter_kernels_for(scan->simd)
        ->test16(nearness.distances, (struct filter_range){.span = reach}, rows.words, whole);
    for (uint64_t i = whole * 64; i < vectors->row_count; i++) {
        rows.words[whole] &= ~((uint64_t)(nearness.distances[i] > reach) << i % 64);
    }
    if (scan->among != NULL) {
        retrieve_bitmap_and(&rows, scan->among);
    }
    return rows;
}

/* Lower halves l give at most 7.5 times the query's sum and |query| |l - 7.5|. */
static int32_t slack_of(const struct retrieve_vectors *vectors, const struct retrieve_query *query)
{
    double squares = 0;
    double sum = 0;

    for (uint32_t i = 0; i < vectors->width; i++) {
        squares += query->at[i] * query->at[i];
        sum += query->at[i];
    }
    return (int32_t)ceil(7.5 * sum + sqrt(squares) * vectors->low_norm) + 1 - query->bias;
}

/* No score is above this: a component is at most 127. */
static uint32_t most_of(const struct retrieve_vectors *vectors, const struct retrieve_query *query)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < vectors->width; i++) {
        sum += (uint32_t)(127 * abs(query->at[i]));
    }
    return sum;
}

struct retrieve_hits retrieve_vectors_search(struct arena *arena,
                                             const struct retrieve_vectors *vectors,
                                             const struct retrieve_query *query,
                                             const struct retrieve_scan *scan)
{
    size_t chunks = (size_t)((vectors->row_count + CHUNK_ROWS - 1) / CHUNK_ROWS);
    struct search search = {.vectors = vectors,
                            .query = query,
                            .kernels = vector_kernels_for(scan->simd),
                            .among = scan->among,
                            .slack = slack_of(vectors, query),
                            .tops = arena_array(arena, struct retrieve_top, chunks + 1)};
    struct retrieve_bitmap near;

    assert(scan->among == NULL || scan->among->row_count == vectors->row_count);
    assert(scan->sketched == 0 || vectors->sketch != NULL);
    if (scan->sketched > 0) {
        near = near_rows(arena, vectors, query, scan);
        search.among = &near;
    }
    search.stream = search.among == NULL || (double)retrieve_bitmap_count(search.among) >=
                                                STREAM_SHARE * (double)vectors->row_count;
    uint32_t most = most_of(vectors, query);

    for (size_t i = 0; i < chunks; i++) {
        search.tops[i] = retrieve_top_new(arena, scan->top);
        retrieve_top_watch(arena, &search.tops[i], most);
    }
    parallel_run(scan->parallel, chunks, search_chunk, &search);
    for (size_t i = 0; i < chunks; i++) {
        (void)retrieve_top_finish(&search.tops[i]);
    }
    return merge(arena, search.tops, chunks, scan->top);
}
