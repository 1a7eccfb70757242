#pragma once

/*
 * Linking titles: which of many known titles mean the same as a free one?
 *
 * Three views are averaged with equal weight, each in [0, 1]: cosine of tf-idf over character
 * n-grams inside words (spelling, compounds, endings), cosine of tf-idf over stems (which words),
 * and edit similarity of the stems' characters (order and completeness; for the leading candidates
 * only). A coordinated title is compared as a whole and by the titles that it coordinates, half
 * each.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;
struct retrieve_linker;

struct retrieve_link {
    uint32_t row; /* of the corpus */
    double score;
};

struct retrieve_links {
    const struct retrieve_link *at;
    size_t count;
};

/* `titles` need not outlive the linker, the arena must. `language` as in text_options.
 * ERR_INVALID: the language is unknown, or there are more than 2^31 titles. */
enum err retrieve_linker_new(struct arena *arena, const struct text *titles, size_t count,
                             const char *language, struct retrieve_linker **out,
                             struct fault *fault);
void retrieve_linker_free(struct retrieve_linker *linker); /* NULL is fine */

/* The best `top` titles, best first; ties go to the lower row. Titles that share nothing with the
 * query are left out. */
struct retrieve_links retrieve_link(struct arena *arena, struct retrieve_linker *linker,
                                    struct text title, size_t top);

static inline void retrieve_linker_freep(struct retrieve_linker **linker)
{
    retrieve_linker_free(*linker);
}
#define RETRIEVE_LINKER_SCOPE [[gnu::cleanup(retrieve_linker_freep)]] struct retrieve_linker *
