#include "engine/retrieve/link.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "engine/retrieve/sparse.h"
#include "engine/text/analyser.h"
#include "engine/text/distance.h"
#include "engine/text/fold.h"
#include "engine/text/title.h"

enum { CANDIDATES_MIN = 200, CHAR_LOW = 2, CHAR_HIGH = 5 };

/* One way to look at titles. */
struct view {
    struct text_vocabulary *vocabulary;
    struct retrieve_sparse set;
};

/* A title, ready to be compared. */
struct form {
    struct text_words stems;
    struct text_words grams;
    struct text_symbols letters; /* stems joined by blanks */
};

struct retrieve_linker {
    struct text_analyser *analyser;
    const char *language;
    struct view stems;
    struct view grams;
    struct text_symbols *letters; /* of each row */
    uint32_t row_count;
};

/* Words that carry meaning, as they stand. */
static struct text_words content_of(struct arena *arena, const char *language,
                                    struct text_words words)
{
    struct text *kept = arena_array(arena, struct text, words.count + 1);
    size_t count = 0;

    for (size_t i = 0; i < words.count; i++) {
        if (!text_is_stop_word(language, words.at[i])) {
            kept[count++] = words.at[i];
        }
    }
    return count > 0 ? (struct text_words){.at = kept, .count = count} : words;
}

static struct text_symbols letters_of(struct arena *arena, struct text_words stems)
{
    struct buffer joined = buffer_new(arena);

    for (size_t i = 0; i < stems.count; i++) {
        if (i > 0) {
            buffer_char(&joined, ' ');
        }
        buffer_text(&joined, stems.at[i]);
    }
    return text_symbols(arena, buffer_view(&joined));
}

static struct form form_of(struct arena *arena, struct retrieve_linker *linker, struct text folded)
{
    struct text_words words = text_words(arena, folded);

    if (words.count == 0) {
        return (struct form){0};
    }
    struct text_words content = content_of(arena, linker->language, words);
    struct text *stems = arena_array(arena, struct text, content.count + 1);

    for (size_t i = 0; i < content.count; i++) {
        stems[i] = text_stem(linker->analyser, arena, content.at[i]);
    }
    struct form form = {
        .stems = {.at = stems, .count = content.count},
        .grams = text_char_grams(arena, content, CHAR_LOW, CHAR_HIGH),
    };

    form.letters = letters_of(arena, form.stems);
    return form;
}

static struct view view_of(struct arena *arena, struct text_vocabulary *vocabulary,
                           const struct text_bag *bags, uint32_t count)
{
    struct text_vector *vectors = arena_array(arena, struct text_vector, (size_t)count + 1);

    for (uint32_t i = 0; i < count; i++) {
        vectors[i] = text_weigh(vocabulary, arena, bags[i]);
    }
    return (struct view){
        .vocabulary = vocabulary,
        .set = retrieve_sparse_new(arena, vectors, count, text_vocabulary_size(vocabulary))};
}

static struct text_symbols keep_symbols(struct arena *arena, struct text_symbols symbols)
{
    uint32_t *copy = arena_array(arena, uint32_t, symbols.count + 1);

    for (size_t i = 0; i < symbols.count; i++) {
        copy[i] = symbols.at[i];
    }
    return (struct text_symbols){.at = copy, .count = symbols.count};
}

static void read_titles(struct arena *arena, struct retrieve_linker *linker,
                        const struct text *titles)
{
    struct text_vocabulary *stems = text_vocabulary_new(arena);
    struct text_vocabulary *grams = text_vocabulary_new(arena);
    struct text_bag *stem_bags = arena_array(arena, struct text_bag, linker->row_count + 1UL);
    struct text_bag *gram_bags = arena_array(arena, struct text_bag, linker->row_count + 1UL);

    linker->letters = arena_array(arena, struct text_symbols, linker->row_count + 1UL);
    for (uint32_t i = 0; i < linker->row_count; i++) {
        ARENA_SCOPE scratch = arena_new();
        struct form form = form_of(scratch, linker, text_fold(scratch, titles[i], true));

        stem_bags[i] = text_vocabulary_learn(stems, arena, form.stems);
        gram_bags[i] = text_vocabulary_learn(grams, arena, form.grams);
        linker->letters[i] = keep_symbols(arena, form.letters);
    }
    linker->stems = view_of(arena, stems, stem_bags, linker->row_count);
    linker->grams = view_of(arena, grams, gram_bags, linker->row_count);
}

enum err retrieve_linker_new(struct arena *arena, const struct text *titles, size_t count,
                             const char *language, struct retrieve_linker **out,
                             struct fault *fault)
{
    struct text_options options = {.language = language, .word_low = 1, .word_high = 1};
    struct retrieve_linker *linker = arena_new_of(arena, struct retrieve_linker);

    if (count >= (size_t)1 << 31) {
        return fail(fault, ERR_INVALID, "there are %zu titles; fewer than 2^31 can be linked to",
                    count);
    }
    TRY(text_analyser_new(&options, &linker->analyser, fault));
    linker->language = language;
    linker->row_count = (uint32_t)count;
    read_titles(arena, linker, titles);
    *out = linker;
    return OK;
}

void retrieve_linker_free(struct retrieve_linker *linker)
{
    if (linker != NULL) {
        text_analyser_free(linker->analyser);
        linker->analyser = NULL;
    }
}

static void compare(struct arena *arena, const struct view *view, struct text_words terms,
                    float *out)
{
    struct text_bag bag = text_vocabulary_look(view->vocabulary, arena, terms);
    struct text_vector query = text_weigh(view->vocabulary, arena, bag);

    retrieve_sparse_products(&view->set, query, out);
}

/* Sum of the two cosines of a form with each row. */
static float *products_of(struct arena *arena, const struct retrieve_linker *linker,
                          struct form form)
{
    float *sum = arena_array(arena, float, linker->row_count + 1UL);
    float *other = arena_array(arena, float, linker->row_count + 1UL);

    compare(arena, &linker->stems, form.stems, sum);
    compare(arena, &linker->grams, form.grams, other);
    for (uint32_t i = 0; i < linker->row_count; i++) {
        sum[i] += other[i];
    }
    return sum;
}

static int compare_link(const void *left, const void *right)
{
    const struct retrieve_link *a = left;
    const struct retrieve_link *b = right;

    return a->score != b->score ? (a->score < b->score) - (a->score > b->score)
                                : (a->row > b->row) - (a->row < b->row);
}

/* A whole title and the titles that it coordinates, with their products. */
struct query {
    struct form forms[TEXT_TITLE_VARIANTS_MAX + 1]; /* the whole first */
    const float *products[TEXT_TITLE_VARIANTS_MAX + 1];
    size_t count;
};

static struct query query_of(struct arena *arena, struct retrieve_linker *linker, struct text title)
{
    struct text folded = text_fold(arena, title, true);
    struct text_words variants = text_title_variants(arena, folded);
    struct query query = {0};

    query.forms[query.count++] = form_of(arena, linker, folded);
    for (size_t i = 0; i < variants.count; i++) {
        query.forms[query.count++] = form_of(arena, linker, variants.at[i]);
    }
    for (size_t i = 0; i < query.count; i++) {
        query.products[i] = products_of(arena, linker, query.forms[i]);
    }
    return query;
}

/* Half the whole, half the best of its parts. */
static double blend(const double *scores, size_t count)
{
    double best = count > 1 ? scores[1] : scores[0];

    for (size_t i = 2; i < count; i++) {
        best = scores[i] > best ? scores[i] : best;
    }
    return (scores[0] + best) / 2;
}

static double full_score(struct arena *arena, const struct retrieve_linker *linker,
                         const struct query *query, uint32_t row)
{
    double scores[TEXT_TITLE_VARIANTS_MAX + 1];

    for (size_t i = 0; i < query->count; i++) {
        double edit = text_edit_similarity(arena, query->forms[i].letters, linker->letters[row]);

        scores[i] = ((double)query->products[i][row] + edit) / 3;
    }
    return blend(scores, query->count);
}

struct retrieve_links retrieve_link(struct arena *arena, struct retrieve_linker *linker,
                                    struct text title, size_t top)
{
    struct query query = query_of(arena, linker, title);
    struct retrieve_link *links = arena_array(arena, struct retrieve_link, linker->row_count + 1UL);
    size_t candidates = top > CANDIDATES_MIN ? top : CANDIDATES_MIN;
    size_t count = 0;

    for (uint32_t row = 0; row < linker->row_count; row++) {
        double scores[TEXT_TITLE_VARIANTS_MAX + 1];

        for (size_t i = 0; i < query.count; i++) {
            scores[i] = (double)query.products[i][row];
        }
        double score = blend(scores, query.count);

        if (score > 0) {
            links[count++] = (struct retrieve_link){.row = row, .score = score};
        }
    }
    qsort(links, count, sizeof(*links), compare_link);
    count = count < candidates ? count : candidates;
    for (size_t i = 0; i < count; i++) {
        links[i].score = full_score(arena, linker, &query, links[i].row);
    }
    qsort(links, count, sizeof(*links), compare_link);
    return (struct retrieve_links){.at = links, .count = count < top ? count : top};
}
