#pragma once

/* Private to the text index: units that building and searching share. */

#include <stdint.h>

struct retrieve_index;

enum { INDEX_BLOCK = 64, INDEX_IDF_SCALE = 2048 };

/* idf of a term in 1/2048, at least 1; at most 46,000 for 2^32 documents. */
uint32_t index_weight(const struct retrieve_index *index, uint32_t term);

/* First posting in [at, end) whose document is not below `document`; near ones are found sooner. */
uint64_t index_seek(const struct retrieve_index *index, uint64_t at, uint64_t end,
                    uint32_t document);
