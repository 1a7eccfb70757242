#include <stdbool.h>
#include <string.h>

#include "base/arena.h"
#include "engine/retrieve/index.h"
#include "engine/retrieve/index_weight.h"
#include "engine/retrieve/simd.h"

enum {
    RANGE = 8192,     /* documents: 32 KB of sums */
    SPARSE = 16,      /* sums are scanned where more than one in so many is touched */
    LOOK_UP_COST = 8, /* of a search in a list, in additions of a posting */
};

/* A term of the query on its way through the ranges. */
struct cursor {
    uint64_t base; /* the term's first posting */
    uint64_t at;   /* first posting of the range */
    uint64_t stop; /* first posting behind the range */
    uint64_t end;  /* behind the term's last posting */
    const uint8_t *greatest;
    uint32_t weight;
    uint32_t bound; /* no document of the range gets more from this term */
};

struct candidates {
    uint32_t *document; /* within the range */
    size_t count;
};

struct walk {
    const struct retrieve_index *index;
    const struct retrieve_bitmap *among;
    struct cursor cursors[RETRIEVE_QUERY_TERMS_MAX];
    size_t cursor_count;
    uint32_t *sums;
    struct candidates found;
    size_t (*collect)(const uint32_t *sums, uint32_t above, uint32_t *out);
};

/* Places of sums above a bar, rising. */
static size_t collect_plain(const uint32_t *sums, uint32_t above, uint32_t *out)
{
    size_t count = 0;

    for (uint32_t i = 0; i < RANGE; i++) {
        out[count] = i;
        count += sums[i] > above;
    }
    return count;
}

#if RETRIEVE_X86
TARGET_AVX2 static size_t collect_avx2(const uint32_t *sums, uint32_t above, uint32_t *out)
{
    __m256i bar = _mm256_set1_epi32((int)above); /* sums stay below 2^31 */
    size_t count = 0;

    for (uint32_t i = 0; i < RANGE; i += 8) {
        const void *at = sums + i;
        __m256i more = _mm256_cmpgt_epi32(load_256(at), bar);

        for (unsigned bits = (unsigned)_mm256_movemask_ps(_mm256_castsi256_ps(more)); bits != 0;
             bits &= bits - 1) {
            out[count++] = i + (uint32_t)__builtin_ctz(bits);
        }
    }
    return count;
}

TARGET_AVX512 static size_t collect_avx512(const uint32_t *sums, uint32_t above, uint32_t *out)
{
    __m512i bar = _mm512_set1_epi32((int)above);
    size_t count = 0;

    for (uint32_t i = 0; i < RANGE; i += 64) {
        uint64_t bits = 0;

        for (unsigned k = 0; k < 64; k += 16) {
            bits |= (uint64_t)_mm512_cmpgt_epu32_mask(_mm512_loadu_si512(sums + i + k), bar) << k;
        }
        for (; bits != 0; bits &= bits - 1) {
            out[count++] = i + (uint32_t)__builtin_ctzll(bits);
        }
    }
    return count;
}
#endif

static void choose_path(struct walk *walk)
{
    walk->collect = collect_plain;
#if RETRIEVE_X86
    enum retrieve_simd here = retrieve_simd_here(RETRIEVE_BEST);

    walk->collect = here == RETRIEVE_AVX512 ? collect_avx512
                    : here == RETRIEVE_AVX2 ? collect_avx2
                                            : collect_plain;
#endif
}

/* Keep the rarest terms; they weigh most. */
static void add_cursor(struct walk *walk, uint32_t term)
{
    const struct retrieve_index *index = walk->index;
    struct cursor cursor = {.base = index->start[term],
                            .at = index->start[term],
                            .end = index->start[term + 1],
                            .greatest = index->greatest + index->block[term],
                            .weight = index_weight(index, term)};
    size_t lightest = 0;

    if (cursor.at == cursor.end && index->held == NULL) {
        return;
    }
    if (walk->cursor_count < RETRIEVE_QUERY_TERMS_MAX) {
        walk->cursors[walk->cursor_count++] = cursor;
        return;
    }
    for (size_t i = 1; i < walk->cursor_count; i++) {
        lightest = walk->cursors[i].weight < walk->cursors[lightest].weight ? i : lightest;
    }
    if (cursor.weight > walk->cursors[lightest].weight) {
        walk->cursors[lightest] = cursor;
    }
}

/* Where each term's postings of the range end, and what they can give at most; the strongest terms
 * come first afterwards. Returns the sum of the bounds. */
static uint32_t enter_range(struct walk *walk, uint32_t range_end)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < walk->cursor_count; i++) {
        struct cursor cursor = walk->cursors[i];
        uint8_t most = 0;
        size_t place = i;

        cursor.stop = index_seek(walk->index, cursor.at, cursor.end, range_end);
        for (uint64_t k = cursor.at; k < cursor.stop;
             k = cursor.base + ((k - cursor.base) / INDEX_BLOCK + 1) * INDEX_BLOCK) {
            uint8_t block = cursor.greatest[(k - cursor.base) / INDEX_BLOCK];

            most = block > most ? block : most;
        }
        cursor.bound = most * cursor.weight;
        sum += cursor.bound;
        for (; place > 0 && walk->cursors[place - 1].bound < cursor.bound; place--) {
            walk->cursors[place] = walk->cursors[place - 1];
        }
        walk->cursors[place] = cursor;
    }
    return sum;
}

static void accumulate(const struct walk *walk, const struct cursor *cursor, uint32_t range_start)
{
    const uint32_t *documents = walk->index->document;
    const uint8_t *impacts = walk->index->impact;

    for (uint64_t k = cursor->at; k < cursor->stop; k++) {
        walk->sums[documents[k] - range_start] += impacts[k] * cursor->weight;
    }
}

/* Terms that every candidate needs; the others together give at most `*rest`, which the bar holds.
 */
static size_t essential_count(const struct walk *walk, uint32_t bar, uint32_t *rest)
{
    size_t count = walk->cursor_count;

    *rest = 0;
    while (count > 0 && *rest + walk->cursors[count - 1].bound <= bar) {
        *rest += walk->cursors[--count].bound;
    }
    return count;
}

/* Add what a term gives to the candidates: by all its postings where they are few, else by looking
 * for each candidate. */
static void look_up(const struct walk *walk, struct cursor *cursor, uint32_t range_start)
{
    const struct retrieve_index *index = walk->index;

    if (cursor->stop - cursor->at <= LOOK_UP_COST * walk->found.count) {
        accumulate(walk, cursor, range_start);
        return;
    }
    for (size_t i = 0; i < walk->found.count; i++) {
        uint32_t place = walk->found.document[i];

        cursor->at = index_seek(index, cursor->at, cursor->stop, range_start + place);
        if (cursor->at < cursor->stop && index->document[cursor->at] == range_start + place) {
            walk->sums[place] += index->impact[cursor->at] * cursor->weight;
        }
    }
}

/* Drop candidates that cannot pass the bar any more. */
static void sift(struct walk *walk, uint32_t above)
{
    size_t kept = 0;

    for (size_t i = 0; i < walk->found.count; i++) {
        uint32_t place = walk->found.document[i];

        walk->found.document[kept] = place;
        kept += walk->sums[place] > above;
    }
    walk->found.count = kept;
}

/* Documents of the essential terms above a bar, rising: from their postings where those are few,
 * else from all sums of the range. */
static void collect(struct walk *walk, size_t essential, uint32_t range_start, uint32_t above)
{
    uint64_t places[RANGE / 64] = {0};
    uint64_t postings = 0;

    for (size_t i = 0; i < essential; i++) {
        postings += walk->cursors[i].stop - walk->cursors[i].at;
    }
    if (postings > RANGE / SPARSE) {
        walk->found.count = walk->collect(walk->sums, above, walk->found.document);
        return;
    }
    for (size_t i = 0; i < essential; i++) {
        for (uint64_t k = walk->cursors[i].at; k < walk->cursors[i].stop; k++) {
            uint32_t place = walk->index->document[k] - range_start;

            places[place / 64] |= (uint64_t)(walk->sums[place] > above) << place % 64;
        }
    }
    walk->found.count = 0;
    for (uint32_t word = 0; word < RANGE / 64; word++) {
        for (uint64_t bits = places[word]; bits != 0; bits &= bits - 1) {
            walk->found.document[walk->found.count++] = word * 64 + (uint32_t)__builtin_ctzll(bits);
        }
    }
}

static void search_range(struct walk *walk, uint32_t range_start, struct retrieve_top *top)
{
    uint32_t bar = (uint32_t)top->bar;
    uint32_t rest;
    size_t essential = essential_count(walk, bar, &rest);

    for (size_t i = 0; i < essential; i++) {
        accumulate(walk, &walk->cursors[i], range_start);
    }
    collect(walk, essential, range_start, bar - rest);
    for (size_t i = essential; i < walk->cursor_count && walk->found.count > 0; i++) {
        look_up(walk, &walk->cursors[i], range_start);
        rest -= walk->cursors[i].bound;
        sift(walk, bar - rest);
    }
    for (size_t i = 0; i < walk->found.count; i++) {
        uint32_t place = walk->found.document[i];

        if (walk->among == NULL || retrieve_bitmap_has(walk->among, range_start + place)) {
            retrieve_top_add(top, range_start + place, (int32_t)walk->sums[place]);
        }
    }
    memset(walk->sums, 0, RANGE * sizeof(*walk->sums));
}

/* No score is above this. */
static uint32_t most_of(const struct walk *walk)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < walk->cursor_count; i++) {
        sum += 255 * walk->cursors[i].weight;
    }
    return sum;
}

/* Terms that weigh by the collection, but that no document here holds. */
static void drop_empty(struct walk *walk)
{
    size_t kept = 0;

    for (size_t i = 0; i < walk->cursor_count; i++) {
        if (walk->cursors[i].at < walk->cursors[i].end) {
            walk->cursors[kept++] = walk->cursors[i];
        }
    }
    walk->cursor_count = kept;
}

struct retrieve_hits retrieve_index_search(struct arena *arena, const struct retrieve_index *index,
                                           const uint32_t *terms, size_t term_count,
                                           const struct retrieve_bitmap *among, size_t top)
{
    struct walk walk = {.index = index,
                        .among = among,
                        .sums = arena_array(arena, uint32_t, RANGE),
                        .found = {.document = arena_array(arena, uint32_t, RANGE + 1)}};
    struct retrieve_top best = retrieve_top_new(arena, top);

    choose_path(&walk);
    best.bar = top == 0 ? INT32_MAX : 0; /* a document without any term is no hit */
    for (size_t i = 0; i < term_count; i++) {
        bool again = i > 0 && terms[i] == terms[i - 1];

        if (!again && terms[i] < index->term_count) {
            add_cursor(&walk, terms[i]);
        }
    }
    drop_empty(&walk);
    retrieve_top_watch(arena, &best, most_of(&walk));
    for (uint32_t start = 0; start < index->document_count && walk.cursor_count > 0;) {
        uint32_t left = index->document_count - start;

        if (enter_range(&walk, left < RANGE ? index->document_count : start + RANGE) >
            (uint32_t)best.bar) {
            search_range(&walk, start, &best);
        }
        for (size_t i = 0; i < walk.cursor_count; i++) {
            walk.cursors[i].at = walk.cursors[i].stop;
        }
        start += left < RANGE ? left : RANGE;
    }
    return retrieve_top_finish(&best);
}
