#include "base/arena.h"
#include "engine/score/model.h"

struct score_asked score_ask(struct arena *arena, struct text_analyser *analyser,
                             const struct score_model *model, const struct score_example *example)
{
    struct score_reading question = score_read(arena, analyser, &model->lexicon, example->question);

    return score_ask_read(arena, analyser, model, &question, example);
}

struct score_asked score_ask_read(struct arena *arena, struct text_analyser *analyser,
                                  const struct score_model *model,
                                  const struct score_reading *question,
                                  const struct score_example *example)
{
    uint32_t count = example->reference_count < SCORE_REFERENCE_MAX ? example->reference_count
                                                                    : SCORE_REFERENCE_MAX;
    struct score_asked asked = {
        .question = *question,
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

void score_hear_read(struct arena *arena, const struct score_model *model,
                     const struct score_asked *asked, const struct score_reading *answer,
                     struct score_heard *out)
{
    const struct score_judge *judge = asked->known != NULL ? &model->known : &model->open;
    struct score_prediction *prediction = &out->prediction;

    *out = (struct score_heard){.words = score_grade(arena, answer, 0)};
    prediction->cut = answer->cut;
    prediction->graded = asked->known != NULL;
    score_features(arena, &asked->question, asked->references, asked->reference_count, answer,
                   out->features);
    if (asked->known != NULL) {
        score_evidence(arena, asked->known, UINT32_MAX, &out->words, model->class_count,
                       out->features + SCORE_FEATURES);
    }
    out->marks =
        score_marks(arena, &asked->question, asked->references, asked->reference_count, answer);
    score_judge_raw(judge, out->features, &out->marks, out->raw);
    prediction->class = score_judge_final(judge, out->raw, prediction->probability);
}

void score_hear(struct arena *arena, struct text_analyser *analyser,
                const struct score_model *model, const struct score_asked *asked,
                struct text answer, struct score_heard *out)
{
    struct score_reading reading = score_read(arena, analyser, &model->lexicon, answer);

    score_hear_read(arena, model, asked, &reading, out);
    out->prediction.alarm = score_alarm(arena, &model->guard, &asked->question, asked->references,
                                        asked->reference_count, &reading);
}

void score_compare_peers(struct arena *arena, const struct score_model *model,
                         struct score_heard *heard, uint32_t count)
{
    if (count < SCORE_CROWD_MIN || heard[0].prediction.graded ||
        model->crowd.forest.tree_count == 0) {
        return;
    }
    struct arena_mark mark = arena_mark(arena);
    struct score_peer *peers = arena_array(arena, struct score_peer, count);
    float **out = arena_array(arena, float *, count);

    for (uint32_t i = 0; i < count; i++) {
        peers[i] = (struct score_peer){
            .words = heard[i].words, .features = heard[i].features, .shares = heard[i].raw};
        out[i] = heard[i].features + SCORE_FEATURES;
    }
    score_crowd(arena, peers, count, model->class_count, out);
    for (uint32_t i = 0; i < count; i++) {
        double raw[SCORE_CLASS_MAX];
        struct score_prediction *prediction = &heard[i].prediction;

        score_judge_raw(&model->crowd, heard[i].features, &heard[i].marks, raw);
        prediction->class = score_judge_final(&model->crowd, raw, prediction->probability);
        prediction->together = true;
    }
    arena_undo(arena, mark);
}

void score_predict(struct arena *arena, struct text_analyser *analyser,
                   const struct score_model *model, const struct score_asked *asked,
                   struct text answer, struct score_prediction *out)
{
    struct arena_mark mark = arena_mark(arena);
    struct score_heard heard;

    score_hear(arena, analyser, model, asked, answer, &heard);
    *out = heard.prediction;
    arena_undo(arena, mark);
}
