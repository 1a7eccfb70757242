#include "engine/score/likeness.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"

static const double SAME_STEM = 0.98;
static const double MISSPELT = 0.85;
static const double LIKE_MIN = 0.6; /* less shared n-grams than that do not count as a partner */
static const double SOFTNESS = 1.2; /* exponent of soft cardinality */
static const double WEIGHT_SCALE = 10;

/* Dice's coefficient of two words' character n-grams. */
static double dice(const struct score_reading *left, const struct score_word *a,
                   const struct score_reading *right, const struct score_word *b)
{
    const uint32_t *one = left->pieces + a->piece_first;
    const uint32_t *two = right->pieces + b->piece_first;
    uint32_t shared = 0;
    uint32_t i = 0;
    uint32_t k = 0;

    if (a->stem == b->stem) {
        return 1;
    }
    while (i < a->piece_count && k < b->piece_count) {
        bool behind = one[i] < two[k];
        bool ahead = one[i] > two[k];

        shared += !behind && !ahead;
        i += !ahead;
        k += !behind;
    }
    return 2.0 * shared / (a->piece_count + b->piece_count);
}

/* One letter wrong, too many, too few, or two swapped; behind an equal first letter. */
static bool misspelt(const struct score_word *a, const struct score_word *b)
{
    const char *left = a->size <= b->size ? a->start : b->start;
    const char *right = a->size <= b->size ? b->start : a->start;
    size_t shorter = a->size <= b->size ? a->size : b->size;
    size_t longer = a->size <= b->size ? b->size : a->size;
    size_t i = 0;

    if (shorter < 4 || longer > sizeof(a->start) || longer - shorter > 1 || left[0] != right[0]) {
        return false;
    }
    while (i < shorter && left[i] == right[i]) {
        i++;
    }
    if (longer > shorter) {
        return memcmp(left + i, right + i + 1, shorter - i) == 0;
    }
    if (i == shorter || memcmp(left + i + 1, right + i + 1, shorter - i - 1) == 0) {
        return true;
    }
    return i + 1 < shorter && left[i] == right[i + 1] && left[i + 1] == right[i] &&
           memcmp(left + i + 2, right + i + 2, shorter - i - 2) == 0;
}

static double likeness_of(const struct score_reading *left, const struct score_word *a,
                          const struct score_reading *right, const struct score_word *b)
{
    if (a->form == b->form) {
        return 1;
    }
    if (a->stem == b->stem) {
        return SAME_STEM;
    }
    if (misspelt(a, b)) {
        return MISSPELT;
    }
    double like = dice(left, a, right, b);

    return like >= LIKE_MIN ? like : 0;
}

/* Distinct content words (all, where a text has none), as places in the reading. */
struct selection {
    const struct score_reading *of;
    uint32_t *word;
    uint32_t count;
};

static struct selection select_stems(struct arena *arena, const struct score_reading *reading)
{
    struct selection selection = {.of = reading,
                                  .word = arena_array(arena, uint32_t, reading->term_count)};

    for (int pass = 0; pass < 2 && selection.count == 0; pass++) {
        for (uint32_t i = 0; i < reading->term_count; i++) {
            if (reading->terms[i].content || pass == 1) {
                selection.word[selection.count++] = reading->terms[i].word;
            }
        }
    }
    return selection;
}

static const struct score_word *word_of(const struct selection *selection, uint32_t i)
{
    return &selection->of->words[selection->word[i]];
}

static double soft(double like)
{
    return like == 0 ? 0 : like == 1 ? 1 : pow(like, SOFTNESS);
}

/* Every word counts as one over how much of it the others repeat (Jimenez and others 2010). */
static void measure_softly(struct arena *arena, const struct selection *reference,
                           const struct selection *answer, struct score_likeness *out)
{
    uint32_t count = reference->count + answer->count;
    double *own = arena_array(arena, double, count);   /* repeats within the side */
    double *other = arena_array(arena, double, count); /* and by words that only the other has */
    bool *twin = arena_array(arena, bool, count);

    for (uint32_t i = 0; i < count; i++) {
        const struct selection *left = i < reference->count ? reference : answer;
        const struct score_word *a = word_of(left, i < reference->count ? i : i - reference->count);

        own[i] += 1;
        for (uint32_t k = i + 1; k < count; k++) {
            const struct selection *right = k < reference->count ? reference : answer;
            const struct score_word *b =
                word_of(right, k < reference->count ? k : k - reference->count);
            double like = soft(dice(left->of, a, right->of, b));

            if (left == right) {
                own[i] += like;
                own[k] += like;
            } else if (a->stem == b->stem) { /* one word of the union */
                twin[k] = true;
            } else {
                other[i] += like;
                other[k] += like;
            }
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        double single = 1 / own[i];

        *(i < reference->count ? &out->reference : &out->answer) += single;
        if (!twin[i]) {
            out->both += 1 / (own[i] + other[i]);
        }
    }
    out->shared = fmax(0, out->reference + out->answer - out->both);
}

static struct selection select_forms(struct arena *arena, const struct score_reading *reading)
{
    struct selection selection = {.of = reading,
                                  .word = arena_array(arena, uint32_t, reading->word_count)};

    for (uint32_t i = 0; i < reading->word_count; i++) {
        bool known = !reading->words[i].content;

        for (uint32_t k = 0; k < selection.count && !known; k++) {
            known = word_of(&selection, k)->form == reading->words[i].form;
        }
        if (!known) {
            selection.word[selection.count++] = i;
        }
    }
    return selection;
}

/* Sums of one direction of an alignment. */
struct tally {
    double weighted;
    double weight;
    double good;
    double count;
};

static void add_partner(struct tally *tally, double weight, double like)
{
    tally->weighted += weight * like;
    tally->weight += weight;
    tally->good += like >= LIKE_MIN;
    tally->count++;
}

static struct score_alignment alignment_of(const struct tally *tally)
{
    return (struct score_alignment){.weighted =
                                        tally->weight > 0 ? tally->weighted / tally->weight : 0,
                                    .share = tally->count > 0 ? tally->good / tally->count : 0};
}

/* One side of an alignment, and how like its words are to those of the other: both sides read the
 * same table, one by its rows, the other by its columns. */
struct side {
    const struct selection *own;
    const struct selection *other;
    const double *like;
    size_t own_step;
    size_t other_step;
};

static bool *find_fresh(struct arena *arena, const struct score_reading *question,
                        const struct selection *selection)
{
    bool *fresh = arena_array(arena, bool, selection->count);

    for (uint32_t i = 0; i < selection->count; i++) {
        fresh[i] = !score_has_stem(question, word_of(selection, i)->stem);
    }
    return fresh;
}

static double *compare_all(struct arena *arena, const struct selection *left,
                           const struct selection *right)
{
    double *like = arena_array(arena, double, (size_t)left->count * right->count);

    for (uint32_t i = 0; i < left->count; i++) {
        for (uint32_t k = 0; k < right->count; k++) {
            like[(size_t)i * right->count + k] =
                likeness_of(left->of, word_of(left, i), right->of, word_of(right, k));
        }
    }
    return like;
}

/* Each word of a side takes its best partner: among all of the other, and among those that the
 * question did not give away. Returns the weight of the rarest fresh word without a partner. */
static double align(const struct side *side, const bool *own_fresh, const bool *other_fresh,
                    struct score_alignment *all, struct score_alignment *fresh)
{
    struct tally sums = {0};
    struct tally fresh_sums = {0};
    double alone = 0;

    for (uint32_t i = 0; i < side->own->count; i++) {
        double weight = (double)word_of(side->own, i)->weight;
        double best = 0;
        double best_fresh = 0;

        for (uint32_t k = 0; k < side->other->count; k++) {
            double like = side->like[i * side->own_step + k * side->other_step];

            best = fmax(best, like);
            best_fresh = other_fresh[k] ? fmax(best_fresh, like) : best_fresh;
        }
        add_partner(&sums, weight, best);
        if (own_fresh[i]) {
            add_partner(&fresh_sums, weight, best_fresh);
            alone = best < LIKE_MIN ? fmax(alone, weight) : alone;
        }
    }
    *all = alignment_of(&sums);
    *fresh = alignment_of(&fresh_sums);
    return alone / WEIGHT_SCALE;
}

/* Both ways: the reference's words in the answer, and the answer's in the reference. */
static void align_both(struct arena *arena, const struct score_reading *question,
                       const struct score_reading *reference, const struct score_reading *answer,
                       struct score_likeness *out)
{
    struct selection left = select_forms(arena, reference);
    struct selection right = select_forms(arena, answer);
    const bool *left_fresh = find_fresh(arena, question, &left);
    const bool *right_fresh = find_fresh(arena, question, &right);
    const double *like = compare_all(arena, &left, &right);
    const struct side forth = {&left, &right, like, right.count, 1};
    const struct side back = {&right, &left, like, 1, right.count};

    out->missed_weight = align(&forth, left_fresh, right_fresh, &out->aligned[0], &out->aligned[2]);
    out->strange_weight = align(&back, right_fresh, left_fresh, &out->aligned[1], &out->aligned[3]);
}

struct score_likeness score_likeness(struct arena *arena, const struct score_reading *question,
                                     const struct score_reading *reference,
                                     const struct score_reading *answer)
{
    struct arena_mark mark = arena_mark(arena);
    struct score_likeness likeness = {0};
    struct selection left = select_stems(arena, reference);
    struct selection right = select_stems(arena, answer);

    measure_softly(arena, &left, &right, &likeness);
    align_both(arena, question, reference, answer, &likeness);
    arena_undo(arena, mark);
    return likeness;
}

/* Stems, so that forms of a word meet; each row is a pair of opposites. */
static const char *const OPPOSITES[][2] = {
    {"more", "less"},        {"more", "fewer"},
    {"increas", "decreas"},  {"high", "low"},
    {"higher", "lower"},     {"up", "down"},
    {"above", "below"},      {"same", "differ"},
    {"equal", "differ"},     {"hot", "cold"},
    {"warm", "cool"},        {"hotter", "colder"},
    {"warmer", "cooler"},    {"fast", "slow"},
    {"faster", "slower"},    {"quick", "slow"},
    {"big", "small"},        {"bigger", "smaller"},
    {"larg", "small"},       {"larger", "smaller"},
    {"long", "short"},       {"longer", "shorter"},
    {"heavi", "light"},      {"heavier", "lighter"},
    {"thick", "thin"},       {"thicker", "thinner"},
    {"wet", "dri"},          {"open", "close"},
    {"posit", "negat"},      {"attract", "repel"},
    {"push", "pull"},        {"before", "after"},
    {"insid", "outsid"},     {"in", "out"},
    {"on", "off"},           {"all", "none"},
    {"alway", "never"},      {"everi", "no"},
    {"yes", "no"},           {"true", "fals"},
    {"right", "wrong"},      {"correct", "incorrect"},
    {"hard", "soft"},        {"strong", "weak"},
    {"stronger", "weaker"},  {"left", "right"},
    {"north", "south"},      {"east", "west"},
    {"rise", "fall"},        {"gain", "lose"},
    {"absorb", "reflect"},   {"add", "remov"},
    {"begin", "end"},        {"start", "stop"},
    {"first", "last"},       {"connect", "disconnect"},
    {"dissolv", "insolubl"}, {"solubl", "insolubl"},
    {"live", "dead"},        {"aliv", "dead"},
    {"liquid", "solid"},     {"most", "least"},
    {"maximum", "minimum"},  {"with", "without"},
    {"expand", "contract"},  {"melt", "freez"},
    {"farther", "closer"},   {"far", "near"},
    {"steeper", "flatter"},  {"lawful", "unlaw"},
    {"legal", "illeg"},      {"valid", "invalid"},
    {"buy", "sell"},         {"asset", "liabil"},
    {"credit", "debit"},     {"profit", "loss"},
    {"malign", "benign"},    {"acut", "chronic"},
    {"safe", "danger"},      {"possibl", "imposs"},
};

struct score_opposites score_opposites(const struct score_reading *reference,
                                       const struct score_reading *answer)
{
    struct score_opposites found = {0};

    for (size_t i = 0; i < 2 * COUNT(OPPOSITES); i++) {
        uint64_t word = text_hash(text_of(OPPOSITES[i / 2][i % 2]));

        if (!score_has_stem(reference, word)) {
            continue;
        }
        uint64_t opposite = text_hash(text_of(OPPOSITES[i / 2][1 - i % 2]));

        found.wanted += found.wanted < 5;
        if (score_has_stem(answer, opposite) && !score_has_stem(answer, word) &&
            !score_has_stem(reference, opposite)) {
            found.against += found.against < 5;
        }
    }
    return found;
}
