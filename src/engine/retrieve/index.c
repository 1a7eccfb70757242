#include "engine/retrieve/index.h"

#include <math.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/retrieve/index_weight.h"

const struct retrieve_index_options RETRIEVE_BM25 = {.k1 = 1.2, .b = 0.75};

static enum err check(const struct text_bag *documents, uint32_t count, uint32_t term_count,
                      const struct retrieve_index_options *options, struct fault *fault)
{
    if (!(options->k1 >= 0 && options->k1 <= 10 && options->b >= 0 && options->b <= 1)) {
        return fail(fault, ERR_INVALID, "k1 is %g and b %g, but must be in 0..10 and 0..1",
                    options->k1, options->b);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (documents[i].size > 0 && documents[i].term[documents[i].size - 1] >= term_count) {
            return fail(fault, ERR_INVALID, "document %u holds term %u, but there are %u terms", i,
                        documents[i].term[documents[i].size - 1], term_count);
        }
    }
    return OK;
}

/* Offsets of postings and block maxima by term; start[term + 1] is where filling begins. */
static void count_postings(const struct text_bag *documents, uint32_t count, uint32_t term_count,
                           uint64_t *start, uint64_t *block)
{
    for (uint32_t i = 0; i < count; i++) {
        for (size_t k = 0; k < documents[i].size; k++) {
            start[documents[i].term[k] + 2]++;
        }
    }
    for (uint32_t term = 0; term < term_count; term++) {
        uint64_t held = start[term + 2];

        block[term + 1] = block[term] + (held + INDEX_BLOCK - 1) / INDEX_BLOCK;
        start[term + 2] += start[term + 1];
    }
}

static double mean_length(const struct text_bag *documents, uint32_t count,
                          const struct retrieve_collection *collection)
{
    double sum = 0;

    if (collection != NULL) {
        sum = (double)collection->length;
        return sum > 0 ? sum / (double)collection->document_count : 1;
    }
    for (uint32_t i = 0; i < count; i++) {
        sum += (double)documents[i].length;
    }
    return sum > 0 ? sum / count : 1;
}

/* tf / (tf + k1 (1 - b + b length / mean)), below one, in 255 steps. */
static uint8_t quantised(uint32_t frequency, double norm)
{
    double part = frequency / (frequency + norm);

    return (uint8_t)fmax(1, rint(part * 255));
}

static void find_greatest(const uint64_t *start, const uint64_t *block, uint32_t term_count,
                          const uint8_t *impacts, uint8_t *greatest)
{
    for (uint32_t term = 0; term < term_count; term++) {
        for (uint64_t at = start[term]; at < start[term + 1]; at++) {
            uint8_t *most = &greatest[block[term] + (at - start[term]) / INDEX_BLOCK];

            *most = impacts[at] > *most ? impacts[at] : *most;
        }
    }
}

enum err retrieve_index_new(struct arena *arena, const struct text_bag *documents, uint32_t count,
                            uint32_t term_count, const struct retrieve_index_options *options,
                            struct retrieve_index *out, struct fault *fault)
{
    TRY(check(documents, count, term_count, options, fault));
    uint64_t *start = arena_array(arena, uint64_t, (size_t)term_count + 2);
    uint64_t *block = arena_array(arena, uint64_t, (size_t)term_count + 1);

    count_postings(documents, count, term_count, start, block);
    uint64_t total = start[(size_t)term_count + 1];
    uint32_t *to = arena_array(arena, uint32_t, total + 1);
    uint8_t *impacts = arena_array(arena, uint8_t, total + 1);
    uint8_t *greatest = arena_array(arena, uint8_t, block[term_count] + 1);
    double mean = mean_length(documents, count, options->collection);

    for (uint32_t i = 0; i < count; i++) {
        double relative = (double)documents[i].length / mean;
        double norm = options->k1 * (1 - options->b + options->b * relative);

        for (size_t k = 0; k < documents[i].size; k++) {
            uint32_t term = documents[i].term[k];
            uint64_t at = start[term + 1]++;

            to[at] = i;
            impacts[at] = quantised(documents[i].count[k], norm);
        }
    }
    find_greatest(start, block, term_count, impacts, greatest);
    const struct retrieve_collection *collection = options->collection;

    *out = (struct retrieve_index){.start = start,
                                   .block = block,
                                   .document = to,
                                   .impact = impacts,
                                   .greatest = greatest,
                                   .document_count = count,
                                   .term_count = term_count,
                                   .weighed_count =
                                       collection == NULL ? count : collection->document_count,
                                   .held = collection == NULL ? NULL : collection->held,
                                   .unit = (options->k1 + 1) / 255 / INDEX_IDF_SCALE};
    return OK;
}

uint32_t index_weight(const struct retrieve_index *index, uint32_t term)
{
    double held = (double)(index->held == NULL ? index->start[term + 1] - index->start[term]
                                               : index->held[term]);
    double idf = log1p(((double)index->weighed_count - held + 0.5) / (held + 0.5));

    return (uint32_t)fmax(1, rint(idf * INDEX_IDF_SCALE));
}

uint64_t index_seek(const struct retrieve_index *index, uint64_t at, uint64_t end,
                    uint32_t document)
{
    uint64_t step = 1;

    while (at + step < end && index->document[at + step] < document) {
        at += step;
        step *= 2;
    }
    uint64_t high = at + step < end ? at + step : end;

    while (at < high) {
        uint64_t middle = at + (high - at) / 2;

        if (index->document[middle] < document) {
            at = middle + 1;
        } else {
            high = middle;
        }
    }
    return at;
}

int32_t retrieve_index_part(const struct retrieve_index *index, uint32_t term, uint32_t document)
{
    if (term >= index->term_count) {
        return 0;
    }
    uint64_t end = index->start[term + 1];
    uint64_t at = index_seek(index, index->start[term], end, document);

    return at < end && index->document[at] == document
               ? (int32_t)(index->impact[at] * index_weight(index, term))
               : 0;
}
