#include "engine/score/guard.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "engine/score/compare.h"
#include "engine/score/likeness.h"

enum {
    VERBATIM_WORD_MIN = 6,
    COPY_WORD_MIN = 4,
    SPARE_WORD_MAX = 1, /* fresh content words beside a copy */
};

static const double COPY_SHARE = 0.8;
static const double VERBATIM_SHARE = 0.85;
static const double NEGATED_SHARE = 0.7;

/* Content stems of the answer that neither text has; `other` may be the same. */
static uint32_t count_fresh(const struct score_reading *text, const struct score_reading *other,
                            const struct score_reading *answer)
{
    uint32_t fresh = 0;

    for (uint32_t i = 0; i < answer->term_count; i++) {
        uint64_t stem = answer->terms[i].stem;

        fresh +=
            answer->terms[i].content && !score_has_stem(text, stem) && !score_has_stem(other, stem);
    }
    return fresh;
}

static bool is_copy(struct arena *arena, const struct score_reading *question,
                    const struct score_reading *answer)
{
    struct score_common common = score_common(arena, question, answer);

    return common.run >= COPY_WORD_MIN && common.subsequence >= COPY_SHARE * answer->word_count &&
           count_fresh(question, question, answer) <= SPARE_WORD_MAX;
}

/* The model answer in its order, whole but for a word or two, and hardly anything else. */
static bool is_verbatim(struct arena *arena, const struct score_reading *question,
                        const struct score_reading *reference, const struct score_reading *answer)
{
    struct score_common common = score_common(arena, reference, answer);

    return reference->word_count >= VERBATIM_WORD_MIN &&
           common.subsequence >= VERBATIM_SHARE * reference->word_count &&
           3 * common.run >= reference->word_count &&
           count_fresh(reference, question, answer) <= SPARE_WORD_MAX;
}

/* Share of the content stems of the model answer that the answer has. */
static double share_met(const struct score_reading *reference, const struct score_reading *answer)
{
    double wanted = 0;
    double met = 0;

    for (uint32_t i = 0; i < reference->term_count; i++) {
        if (reference->terms[i].content) {
            wanted++;
            met += score_has_stem(answer, reference->terms[i].stem);
        }
    }
    return wanted > 0 ? met / wanted : 0;
}

static uint32_t count_denials(const struct score_reading *reading)
{
    static const char *const DENIALS[] = {"false", "wrong", "incorrect", "untrue", "opposite"};
    uint32_t count = 0;

    for (uint32_t i = 0; i < reading->word_count; i++) {
        count += reading->words[i].negation;
        for (size_t k = 0; k < sizeof(DENIALS) / sizeof(DENIALS[0]); k++) {
            count += reading->words[i].form == text_hash(text_of(DENIALS[k]));
        }
    }
    return count;
}

/* Every model answer that is met stands the other way round: by a negation, or by an opposite. */
static bool is_negated(const struct score_reading *references, uint32_t reference_count,
                       const struct score_reading *answer)
{
    uint32_t denials = count_denials(answer);
    bool met = false;

    for (uint32_t i = 0; i < reference_count; i++) {
        if (share_met(&references[i], answer) < NEGATED_SHARE) {
            continue;
        }
        uint32_t turns = count_denials(&references[i]) + denials +
                         score_opposites(&references[i], answer).against;

        if (turns % 2 == 0) {
            return false;
        }
        met = true;
    }
    return met;
}

enum score_alarm score_alarm(struct arena *arena, const struct score_guard *guard,
                             const struct score_reading *question,
                             const struct score_reading *references, uint32_t reference_count,
                             const struct score_reading *answer)
{
    if (answer->word_count == 0) {
        return SCORE_EMPTY;
    }
    if (answer->cut) {
        return SCORE_CUT;
    }
    if (is_copy(arena, question, answer)) {
        return SCORE_COPY;
    }
    if (is_negated(references, reference_count, answer)) {
        return SCORE_NEGATED;
    }
    for (uint32_t i = 0; i < reference_count; i++) {
        if (is_verbatim(arena, question, &references[i], answer)) {
            return SCORE_VERBATIM;
        }
    }
    return score_disorder(guard, answer) > guard->disorder_max ? SCORE_SALAD : SCORE_CALM;
}

const char *score_alarm_name(enum score_alarm alarm)
{
    static const char *const NAMES[] = {"none",    "empty", "copied-question", "verbatim-reference",
                                        "negated", "salad", "too-long"};

    return NAMES[alarm];
}

const char *score_alarm_reason(enum score_alarm alarm)
{
    static const char *const REASONS[] = {
        "",
        "the answer has no words",
        "most of the answer repeats the question",
        "the answer is a model answer word for word",
        "the answer has the words of a model answer, but the opposite negation",
        "the words stand in no usual order",
        "the answer is longer than what is compared",
    };

    return REASONS[alarm];
}
