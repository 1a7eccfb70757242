#include "engine/text/shingle.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "base/arena.h"
#include "base/rng.h"

static int compare_hash(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

struct text_shingles text_shingles(struct arena *arena, struct text_words words, uint32_t width)
{
    assert(width >= 1);
    if (words.count == 0) {
        return (struct text_shingles){0};
    }
    uint32_t order = words.count < width ? (uint32_t)words.count : width;
    struct text_words runs = text_word_grams(arena, words, order, order);
    uint64_t *hashes = arena_array(arena, uint64_t, runs.count);
    size_t count = 0;

    for (size_t i = 0; i < runs.count; i++) {
        hashes[i] = XXH3_64bits(runs.at[i].at, runs.at[i].size);
    }
    qsort(hashes, runs.count, sizeof(*hashes), compare_hash);
    for (size_t i = 0; i < runs.count; i++) {
        if (count == 0 || hashes[count - 1] != hashes[i]) {
            hashes[count++] = hashes[i];
        }
    }
    return (struct text_shingles){.hash = hashes, .count = count};
}

size_t text_shared(struct text_shingles left, struct text_shingles right)
{
    size_t shared = 0;
    size_t i = 0;
    size_t k = 0;

    while (i < left.count && k < right.count) {
        uint64_t a = left.hash[i];
        uint64_t b = right.hash[k];

        shared += a == b;
        i += a <= b;
        k += b <= a;
    }
    return shared;
}

double text_resemblance(struct text_shingles left, struct text_shingles right)
{
    size_t shared = text_shared(left, right);
    size_t either = left.count + right.count - shared;

    return either == 0 ? 0 : (double)shared / (double)either;
}

double text_containment(struct text_shingles left, struct text_shingles right)
{
    size_t smaller = left.count < right.count ? left.count : right.count;

    return smaller == 0 ? 0 : (double)text_shared(left, right) / (double)smaller;
}

/* Multiply-shift over the already well mixed hash (Dietzfelbinger and others 1997). */
void text_minhash(struct text_shingles shingles, uint64_t seed, size_t count, uint32_t *out)
{
    struct rng rng = rng_new(seed);

    for (size_t i = 0; i < count; i++) {
        uint64_t factor = rng_next(&rng) | 1;
        uint64_t shift = rng_next(&rng);
        uint32_t least = UINT32_MAX;

        for (size_t k = 0; k < shingles.count; k++) {
            uint32_t value = (uint32_t)((shingles.hash[k] * factor + shift) >> 32);

            least = value < least ? value : least;
        }
        out[i] = least;
    }
}

double text_minhash_resemblance(const uint32_t *left, const uint32_t *right, size_t count)
{
    size_t equal = 0;

    for (size_t i = 0; i < count; i++) {
        equal += left[i] == right[i];
    }
    return count == 0 ? 0 : (double)equal / (double)count;
}

uint64_t text_minhash_band(const uint32_t *minima, size_t band, size_t rows)
{
    return XXH3_64bits_withSeed(minima + band * rows, rows * sizeof(*minima), band);
}

uint64_t text_simhash(struct text_words words)
{
    int64_t balance[64] = {0};
    uint64_t sketch = 0;

    for (size_t i = 0; i < words.count; i++) {
        uint64_t hash = XXH3_64bits(words.at[i].at, words.at[i].size);

        for (unsigned bit = 0; bit < 64; bit++) {
            balance[bit] += (hash >> bit & 1) != 0 ? 1 : -1;
        }
    }
    for (unsigned bit = 0; bit < 64; bit++) {
        sketch |= (uint64_t)(balance[bit] > 0) << bit;
    }
    return sketch;
}

uint32_t text_hamming(uint64_t left, uint64_t right)
{
    return (uint32_t)__builtin_popcountll(left ^ right);
}
