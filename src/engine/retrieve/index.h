#pragma once

/*
 * Text search: an inverted index with quantised impacts.
 *
 * A document's score is BM25 (Robertson and others 1994): the sum over the distinct query terms of
 * idf * tf (k1 + 1) / (tf + k1 (1 - b + b length / mean length)), idf = ln(1 + (N - n + .5) / (n +
 * .5)). The part behind the idf is stored in 8 bits (Anh and Moffat 2005), idf in 1/2048, so sums
 * are integers and the answer has the same bits everywhere. Documents are searched in ranges that
 * fit the first-level cache; a range whose block maxima cannot reach the k-th best score is
 * skipped, and within a range terms that cannot lift a document over it by themselves are only
 * looked up for candidates (MaxScore, Turtle and Flood 1995; block maxima, Ding and Suel 2011). The
 * pruning is exact.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/retrieve/bitmap.h"
#include "engine/retrieve/top.h"
#include "engine/text/vocabulary.h"

struct arena;
struct fault;

struct retrieve_index {
    const uint64_t *start; /* of a term's postings; term_count + 1 of them */
    const uint64_t *block; /* of a term's first block maximum */
    const uint32_t *document;
    const uint8_t *impact;   /* of each posting, 1 to 255 */
    const uint8_t *greatest; /* impact in each block of 64 postings */
    uint32_t document_count;
    uint32_t term_count;
    uint64_t weighed_count; /* documents that weights rest on */
    const uint64_t *held;   /* [term] how many of those hold it; NULL: as many as have postings */
    double unit;            /* a hit's score times this is its BM25 */
};

/* What the documents are a part of. */
struct retrieve_collection {
    uint64_t document_count;
    uint64_t length;      /* of all documents */
    const uint64_t *held; /* [term] documents that hold it; must outlive the index */
};

struct retrieve_index_options {
    double k1; /* saturation of term frequency, 0 to 10 */
    double b;  /* normalisation by length, 0 to 1 */
    /* Scores are those of an index of all of it, whatever the part; NULL: the documents are all. */
    const struct retrieve_collection *collection;
};

extern const struct retrieve_index_options RETRIEVE_BM25; /* k1 1.2, b .75 */

enum { RETRIEVE_QUERY_TERMS_MAX = 64 };

/* Index `count` documents, numbered in their order, over terms below `term_count`. Five bytes a
 * posting. ERR_INVALID: options out of range, or a term is. */
enum err retrieve_index_new(struct arena *arena, const struct text_bag *documents, uint32_t count,
                            uint32_t term_count, const struct retrieve_index_options *options,
                            struct retrieve_index *out, struct fault *fault);

/* The best `top` documents that share a term with the query (rising term numbers; unknown ones are
 * passed over), among those of the bitmap unless it is NULL. Of a query with more than 64 known
 * terms the rarest 64 count. Ties go to lower documents. */
struct retrieve_hits retrieve_index_search(struct arena *arena, const struct retrieve_index *index,
                                           const uint32_t *terms, size_t term_count,
                                           const struct retrieve_bitmap *among, size_t top);

/* Contribution of one term to one document's score, in the same unit as hits. For explanations. */
int32_t retrieve_index_part(const struct retrieve_index *index, uint32_t term, uint32_t document);
