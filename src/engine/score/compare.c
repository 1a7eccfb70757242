#include "engine/score/compare.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "engine/score/likeness.h"

/* Features are written one after the other. */
struct sheet {
    float *at;
    uint32_t used;
    uint32_t room;
};

static void put(struct sheet *sheet, double value)
{
    assert(sheet->used < sheet->room && isfinite(value));
    sheet->at[sheet->used++] = (float)value;
}

static double ratio(double above, double below)
{
    return below > 0 ? above / below : 0;
}

/* Recall, precision and their harmonic mean. */
static void put_overlap(struct sheet *sheet, double shared, double reference, double answer)
{
    put(sheet, ratio(shared, reference));
    put(sheet, ratio(shared, answer));
    put(sheet, ratio(2 * shared, reference + answer));
}

/* Sums over the stems of both sides and of each. */
struct overlap {
    double shared;
    double reference;
    double answer;
};

struct overlaps {
    struct overlap all;           /* distinct stems */
    struct overlap content;       /* without stop words */
    struct overlap fresh;         /* and without the words of the question */
    struct overlap content_heavy; /* weighted by rarity */
    struct overlap fresh_heavy;
    struct overlap product; /* of weighted counts, for the cosine */
    struct overlap fresh_product;
};

enum side { SIDE_REFERENCE, SIDE_ANSWER, SIDE_BOTH };

static void add_to(struct overlap *overlap, enum side side, double value)
{
    overlap->reference += side != SIDE_ANSWER ? value : 0;
    overlap->answer += side != SIDE_REFERENCE ? value : 0;
    overlap->shared += side == SIDE_BOTH ? value : 0;
}

static void add_term(struct overlaps *sums, const struct score_term *term, enum side side,
                     bool fresh)
{
    add_to(&sums->all, side, 1);
    if (!term->content) {
        return;
    }
    add_to(&sums->content, side, 1);
    add_to(&sums->content_heavy, side, (double)term->weight);
    if (fresh) {
        add_to(&sums->fresh, side, 1);
        add_to(&sums->fresh_heavy, side, (double)term->weight);
    }
}

static void add_square(struct overlap *product, double reference, double answer)
{
    product->reference += reference * reference;
    product->answer += answer * answer;
    product->shared += reference * answer;
}

/* Merge the sorted stems of both sides. */
static struct overlaps overlaps_of(const struct score_reading *question,
                                   const struct score_reading *reference,
                                   const struct score_reading *answer)
{
    struct overlaps sums = {0};
    uint32_t r = 0;
    uint32_t a = 0;

    while (r < reference->term_count || a < answer->term_count) {
        const struct score_term *left = &reference->terms[r];
        const struct score_term *right = &answer->terms[a];
        bool has_left =
            r < reference->term_count && (a == answer->term_count || left->stem <= right->stem);
        bool has_right =
            a < answer->term_count && (r == reference->term_count || right->stem <= left->stem);
        const struct score_term *term = has_left ? left : right;
        bool fresh = !score_has_stem(question, term->stem);
        double weighted_left = has_left ? (double)left->count * (double)left->weight : 0;
        double weighted_right = has_right ? (double)right->count * (double)right->weight : 0;

        add_term(&sums, term,
                 has_left && has_right ? SIDE_BOTH
                 : has_left            ? SIDE_REFERENCE
                                       : SIDE_ANSWER,
                 fresh);
        add_square(&sums.product, weighted_left, weighted_right);
        if (fresh) {
            add_square(&sums.fresh_product, weighted_left, weighted_right);
        }
        r += has_left;
        a += has_right;
    }
    return sums;
}

static double cosine(const struct overlap *product)
{
    return ratio(product->shared, sqrt(product->reference * product->answer));
}

static void put_words(struct sheet *sheet, const struct overlaps *sums)
{
    const struct overlap *overlaps[] = {&sums->all, &sums->content, &sums->fresh,
                                        &sums->content_heavy, &sums->fresh_heavy};

    for (size_t i = 0; i < sizeof(overlaps) / sizeof(overlaps[0]); i++) {
        put_overlap(sheet, overlaps[i]->shared, overlaps[i]->reference, overlaps[i]->answer);
    }
    put(sheet, cosine(&sums->product));
    put(sheet, cosine(&sums->fresh_product));
}

/* Over two bags: keys in both, the smaller counts, and the products of counts. */
struct meeting {
    double keys;
    double counts;
    double product;
};

static struct meeting meet(const struct score_bag *left, const struct score_bag *right)
{
    struct meeting meeting = {0};
    uint32_t i = 0;
    uint32_t k = 0;

    while (i < left->size && k < right->size) {
        if (left->keys[i] == right->keys[k]) {
            uint32_t a = left->counts[i++];
            uint32_t b = right->counts[k++];

            meeting.keys++;
            meeting.counts += a < b ? a : b;
            meeting.product += (double)a * b;
        } else if (left->keys[i] < right->keys[k]) {
            i++;
        } else {
            k++;
        }
    }
    return meeting;
}

static double square_of(const struct score_bag *bag)
{
    double sum = 0;

    for (uint32_t i = 0; i < bag->size; i++) {
        sum += (double)bag->counts[i] * bag->counts[i];
    }
    return sum;
}

double score_bag_cosine(const struct score_bag *left, const struct score_bag *right)
{
    return ratio(meet(left, right).product, sqrt(square_of(left) * square_of(right)));
}

static void put_runs(struct sheet *sheet, const struct score_reading *reference,
                     const struct score_reading *answer)
{
    for (uint32_t k = 0; k < SCORE_GRAM_ORDERS; k++) {
        const struct score_bag *left = &reference->grams[k];
        const struct score_bag *right = &answer->grams[k];
        struct meeting meeting = meet(left, right);

        put(sheet, ratio(meeting.product, sqrt(square_of(left) * square_of(right))));
        put(sheet, ratio(meeting.counts, left->total));
        put(sheet, ratio(meeting.counts, right->total));
    }
    put_overlap(sheet, meet(&reference->pairs, &answer->pairs).keys, reference->pairs.size,
                answer->pairs.size);
    put_overlap(sheet, meet(&reference->triples, &answer->triples).keys, reference->triples.size,
                answer->triples.size);
}

struct score_common score_common(struct arena *arena, const struct score_reading *left,
                                 const struct score_reading *right)
{
    struct arena_mark mark = arena_mark(arena);
    uint32_t *longest = arena_array(arena, uint32_t, right->word_count + 1);
    uint32_t *run = arena_array(arena, uint32_t, right->word_count + 1);
    struct score_common common = {0};

    for (uint32_t i = 0; i < left->word_count; i++) {
        uint32_t diagonal = 0;
        uint32_t run_diagonal = 0;

        for (uint32_t k = 1; k <= right->word_count; k++) {
            bool same = left->words[i].stem == right->words[k - 1].stem;
            uint32_t above = longest[k];
            uint32_t run_above = run[k];
            uint32_t beside = longest[k - 1] > above ? longest[k - 1] : above;

            longest[k] = same ? diagonal + 1 : beside;
            run[k] = same ? run_diagonal + 1 : 0;
            common.run = run[k] > common.run ? run[k] : common.run;
            diagonal = above;
            run_diagonal = run_above;
        }
    }
    common.subsequence = longest[right->word_count];
    arena_undo(arena, mark);
    return common;
}

static void put_order(struct arena *arena, struct sheet *sheet,
                      const struct score_reading *reference, const struct score_reading *answer)
{
    struct score_common common = score_common(arena, reference, answer);

    put_overlap(sheet, common.subsequence, reference->word_count, answer->word_count);
    put(sheet, ratio(common.run, reference->word_count));
    put(sheet, ratio(common.run, answer->word_count));
}

static bool has_form(const struct score_reading *reading, uint64_t form)
{
    for (uint32_t i = 0; i < reading->word_count; i++) {
        if (reading->words[i].form == form) {
            return true;
        }
    }
    return false;
}

/* Numbers of the model answer that the answer has, and numbers that come from nowhere. */
static void put_numbers(struct sheet *sheet, const struct score_reading *question,
                        const struct score_reading *reference, const struct score_reading *answer)
{
    uint32_t wanted = 0;
    uint32_t met = 0;
    uint32_t strange = 0;

    for (uint32_t i = 0; i < reference->word_count; i++) {
        wanted += reference->words[i].number;
        met += reference->words[i].number && has_form(answer, reference->words[i].form);
    }
    for (uint32_t i = 0; i < answer->word_count; i++) {
        uint64_t form = answer->words[i].form;

        strange +=
            answer->words[i].number && !has_form(reference, form) && !has_form(question, form);
    }
    put(sheet, wanted > 0 ? (double)met / wanted : 1);
    put(sheet, strange < 5 ? strange : 5);
}

static uint32_t count_negations(const struct score_reading *reading)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < reading->word_count; i++) {
        count += reading->words[i].negation;
    }
    return count;
}

static void put_sense(struct sheet *sheet, const struct score_reading *reference,
                      const struct score_reading *answer)
{
    uint32_t left = count_negations(reference);
    uint32_t right = count_negations(answer);

    put(sheet, (left ^ right) & 1);
    put(sheet, right < 3 ? right : 3);
    put(sheet, left < 3 ? left : 3);
    struct score_opposites opposites = score_opposites(reference, answer);

    put(sheet, opposites.against);
    put(sheet, opposites.wanted);
    put(sheet, log((answer->word_count + 1.0) / (reference->word_count + 1.0)));
}

void score_compare(struct arena *arena, const struct score_reading *question,
                   const struct score_reading *reference, const struct score_reading *answer,
                   float out[static SCORE_PAIR_FEATURES])
{
    struct sheet sheet = {.at = out, .room = SCORE_PAIR_FEATURES};
    struct overlaps sums = overlaps_of(question, reference, answer);
    struct score_likeness likeness = score_likeness(arena, question, reference, answer);

    put_words(&sheet, &sums);
    put_runs(&sheet, reference, answer);
    put_overlap(&sheet, likeness.shared, likeness.reference, likeness.answer);
    put(&sheet, ratio(likeness.shared, likeness.both));
    put_order(arena, &sheet, reference, answer);
    for (size_t i = 0; i < sizeof(likeness.aligned) / sizeof(likeness.aligned[0]); i++) {
        put(&sheet, likeness.aligned[i].weighted);
        put(&sheet, likeness.aligned[i].share);
    }
    put_numbers(&sheet, question, reference, answer);
    put_sense(&sheet, reference, answer);
    put(&sheet, likeness.missed_weight);
    put(&sheet, likeness.strange_weight);
    assert(sheet.used == SCORE_PAIR_FEATURES);
}
