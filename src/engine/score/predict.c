#include "base/arena.h"
#include "engine/score/model.h"

struct score_asked score_ask(struct arena *arena, struct text_analyser *analyser,
                             const struct score_model *model, const struct score_example *example)
{
    uint32_t count = example->reference_count < SCORE_REFERENCE_MAX ? example->reference_count
                                                                    : SCORE_REFERENCE_MAX;
    struct score_asked asked = {
        .question = score_read(arena, analyser, &model->lexicon, example->question),
        .references = arena_array(arena, struct score_reading, count),
        .reference_count = count,
    };

    for (uint32_t i = 0; i < count; i++) {
        asked.references[i] = score_read(arena, analyser, &model->lexicon, example->references[i]);
    }
    if (model->known.forest.tree_count > 0) {
        asked.known = score_bank_find(&model->bank, text_hash(text_of(example->question_id)));
    }
    return asked;
}

void score_judge_raw(const struct score_judge *judge, const float *features,
                     const struct score_marks *marks, double *out)
{
    double linear[SCORE_CLASS_MAX];

    score_forest_predict(&judge->forest, features, out);
    score_linear_predict(&judge->linear, features, marks, linear);
    for (uint32_t k = 0; k < judge->forest.class_count; k++) {
        out[k] = (out[k] + linear[k]) / 2;
    }
}

uint32_t score_judge_final(const struct score_judge *judge, const double *raw,
                           double probability[static SCORE_CLASS_MAX])
{
    uint32_t class_count = judge->forest.class_count;
    uint32_t best = 0;
    double sum = 0;

    for (uint32_t k = 0; k < class_count; k++) {
        probability[k] = score_calibrated(&judge->calibrations[k], raw[k]) + 1e-6;
        sum += probability[k];
    }
    for (uint32_t k = 0; k < class_count; k++) {
        probability[k] /= sum;
        if (probability[k] * (double)judge->handicap[k] >
            probability[best] * (double)judge->handicap[best]) {
            best = k;
        }
    }
    return best;
}

void score_predict(struct arena *arena, struct text_analyser *analyser,
                   const struct score_model *model, const struct score_asked *asked,
                   struct text answer, struct score_prediction *out)
{
    struct arena_mark mark = arena_mark(arena);
    struct score_reading reading = score_read(arena, analyser, &model->lexicon, answer);
    float features[SCORE_FEATURES + SCORE_EVIDENCE_FEATURES] = {0};

    *out = (struct score_prediction){.cut = reading.cut, .graded = asked->known != NULL};
    score_features(arena, &asked->question, asked->references, asked->reference_count, &reading,
                   features);
    if (asked->known != NULL) {
        struct score_graded graded = score_grade(arena, &reading, 0);

        score_evidence(arena, asked->known, UINT32_MAX, &graded, model->class_count,
                       features + SCORE_FEATURES);
    }
    const struct score_judge *judge = asked->known != NULL ? &model->known : &model->open;
    struct score_marks marks =
        score_marks(arena, &asked->question, asked->references, asked->reference_count, &reading);
    double raw[SCORE_CLASS_MAX];

    score_judge_raw(judge, features, &marks, raw);
    out->class = score_judge_final(judge, raw, out->probability);
    out->alarm = score_alarm(arena, &model->guard, &asked->question, asked->references,
                             asked->reference_count, &reading);
    arena_undo(arena, mark);
}
