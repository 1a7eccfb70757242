#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "engine/score/compare.h"

/* Places in a comparison that say which model answer is nearest: weighted overlap of content words,
 * cosine, soft overlap. */
enum { NEAR_HEAVY = 11, NEAR_COSINE = 15, NEAR_SOFT = 34 };

static double share(double above, double below)
{
    return below > 0 ? above / below : 0;
}

static bool says(const struct score_reading *reading, const char *const *words, size_t count)
{
    for (uint32_t i = 0; i < reading->word_count; i++) {
        for (size_t k = 0; k < count; k++) {
            if (reading->words[i].form == text_hash(text_of(words[k]))) {
                return true;
            }
        }
    }
    return false;
}

static bool gives_up(const struct score_reading *answer)
{
    static const char *const GIVING_UP[] = {"idk", "unsure", "dunno", "lost", "clue", "idea"};
    static const char *const KNOWING[] = {"know", "understand", "sure"};
    bool negates = false;

    for (uint32_t i = 0; i < answer->word_count; i++) {
        negates |= answer->words[i].negation;
    }
    return answer->word_count <= 12 && (says(answer, GIVING_UP, COUNT(GIVING_UP)) ||
                                        (negates && says(answer, KNOWING, COUNT(KNOWING))));
}

static bool gives_a_reason(const struct score_reading *answer)
{
    static const char *const REASONS[] = {"because", "since", "so", "therefore", "if", "when"};

    return says(answer, REASONS, COUNT(REASONS));
}

/* What the answer alone tells, and its distance from the question. */
static void describe(struct arena *arena, const struct score_reading *question,
                     const struct score_reading *answer, float *out)
{
    double words = answer->word_count;
    double content = 0;
    double fresh = 0;
    double weight = 0;
    double rare = 0;
    double letters = 0;
    double repeated = 0;

    for (uint32_t i = 0; i < answer->word_count; i++) {
        const struct score_word *word = &answer->words[i];
        bool given = score_has_stem(question, word->stem);

        letters += word->size;
        repeated += given;
        if (word->content) {
            content++;
            fresh += !given;
            weight += (double)word->weight;
            rare += word->weight > 7;
        }
    }
    struct score_common common = score_common(arena, question, answer);
    double values[SCORE_ANSWER_FEATURES] = {
        log1p(words),
        log1p(content),
        log1p(fresh),
        share(repeated, words),
        share(letters, words),
        share(fresh, content),
        share(weight, content),
        share(rare, content),
        gives_up(answer),
        gives_a_reason(answer),
        share(answer->term_count, words),
        words <= 2,
        share(common.subsequence, words),
        score_bag_cosine(&question->grams[1], &answer->grams[1]),
    };

    for (int i = 0; i < SCORE_ANSWER_FEATURES; i++) {
        out[i] = (float)values[i];
    }
}

void score_features(struct arena *arena, const struct score_reading *question,
                    const struct score_reading *references, uint32_t reference_count,
                    const struct score_reading *answer, float out[static SCORE_FEATURES])
{
    struct arena_mark mark = arena_mark(arena);
    float *nearest = out;
    float *most = out + SCORE_PAIR_FEATURES;
    float *mean = out + 2 * SCORE_PAIR_FEATURES;
    float best = -1;

    memset(out, 0, SCORE_FEATURES * sizeof(*out));
    for (uint32_t i = 0; i < reference_count; i++) {
        float pair[SCORE_PAIR_FEATURES];

        score_compare(arena, question, &references[i], answer, pair);
        float near = pair[NEAR_HEAVY] + pair[NEAR_COSINE] + pair[NEAR_SOFT];

        if (near > best) {
            best = near;
            memcpy(nearest, pair, sizeof(pair));
        }
        for (int k = 0; k < SCORE_PAIR_FEATURES; k++) {
            most[k] = i == 0 ? pair[k] : fmaxf(most[k], pair[k]);
            mean[k] += pair[k] / (float)reference_count;
        }
    }
    describe(arena, question, answer, out + 3 * SCORE_PAIR_FEATURES);
    out[SCORE_FEATURES - 1] = (float)reference_count;
    arena_undo(arena, mark);
}
