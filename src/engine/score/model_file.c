#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "engine/score/model.h"

/*
 * Little-endian throughout: 8 bytes of magic, version, checksum of all that follows, then the parts
 * of the model in the order of their encoders below. Arrays are preceded by their size.
 */

enum { VERSION = 4, HEAD_SIZE = 8 + 4 + 8, NAME_SIZE_MAX = 4096 };

static const char MAGIC[8] = {'P', 'S', 'C', 'O', 'R', 'E', '\r', '\n'};

static void put_number(struct buffer *out, uint64_t value, int size)
{
    unsigned char bytes[8];

    for (int i = 0; i < size; i++) {
        bytes[i] = (unsigned char)(value >> (8 * i));
    }
    buffer_put(out, bytes, (size_t)size);
}

static void put_float(struct buffer *out, float value)
{
    uint32_t bits;

    memcpy(&bits, &value, sizeof(bits));
    put_number(out, bits, 4);
}

static void put_double(struct buffer *out, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof(bits));
    put_number(out, bits, 8);
}

static void put_floats(struct buffer *out, const float *values, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        put_float(out, values[i]);
    }
}

static void put_keys(struct buffer *out, const uint64_t *keys, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        put_number(out, keys[i], 8);
    }
}

static void put_counts(struct buffer *out, const uint32_t *counts, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        put_number(out, counts[i], 4);
    }
}

static void put_forest(struct buffer *out, const struct score_forest *forest)
{
    size_t share_count = (size_t)forest->leaf_count * (forest->class_count - 1);

    put_number(out, forest->tree_count, 4);
    if (forest->tree_count == 0) {
        return;
    }
    put_number(out, forest->feature_count, 4);
    put_number(out, forest->node_count, 4);
    put_number(out, forest->leaf_count, 4);
    put_floats(out, forest->low, forest->feature_count);
    put_floats(out, forest->scale, forest->feature_count);
    put_counts(out, forest->roots, forest->tree_count);
    for (uint32_t i = 0; i < forest->node_count; i++) {
        put_number(out, forest->nodes[i].feature, 1);
        put_number(out, forest->nodes[i].cut, 1);
        put_number(out, forest->nodes[i].leaf, 1);
        put_number(out, forest->nodes[i].next, 4);
    }
    for (size_t i = 0; i < share_count; i++) {
        put_number(out, forest->shares[i], 2);
    }
}

static void put_linear(struct buffer *out, const struct score_linear *linear)
{
    uint32_t count = linear->class_count * linear->feature_count;

    put_floats(out, linear->mean, linear->feature_count);
    put_floats(out, linear->scale, linear->feature_count);
    put_floats(out, linear->dense, count);
    put_floats(out, linear->marks, linear->class_count * SCORE_MARK_BUCKETS);
    put_floats(out, linear->constant, linear->class_count);
}

static void put_judge(struct buffer *out, const struct score_judge *judge, uint32_t class_count)
{
    put_forest(out, &judge->forest);
    if (judge->forest.tree_count == 0) {
        return;
    }
    put_linear(out, &judge->linear);
    put_floats(out, judge->handicap, class_count);
    for (uint32_t k = 0; k < class_count; k++) {
        put_number(out, judge->calibrations[k].knot_count, 4);
        put_floats(out, judge->calibrations[k].at, judge->calibrations[k].knot_count);
        put_floats(out, judge->calibrations[k].value, judge->calibrations[k].knot_count);
    }
}

static void put_bank(struct buffer *out, const struct score_bank *bank, uint32_t class_count)
{
    put_number(out, bank->count, 4);
    for (uint32_t i = 0; i < bank->count; i++) {
        const struct score_question *question = &bank->questions[i];

        put_number(out, question->id, 8);
        put_number(out, question->count, 4);
        for (uint32_t k = 0; k < question->count; k++) {
            put_number(out, question->answers[k].class, 1);
            put_number(out, question->answers[k].count, 4);
            put_keys(out, question->answers[k].keys, question->answers[k].count);
            put_floats(out, question->answers[k].weights, question->answers[k].count);
            put_floats(out, question->answers[k].pull, score_bin_count(class_count));
        }
    }
}

static void put_guard(struct buffer *out, const struct score_guard *guard)
{
    put_number(out, guard->pair_count, 4);
    put_keys(out, guard->pairs, guard->pair_count);
    put_counts(out, guard->pair_counts, guard->pair_count);
    put_number(out, guard->word_count, 4);
    put_keys(out, guard->words, guard->word_count);
    put_counts(out, guard->word_counts, guard->word_count);
    put_double(out, guard->total);
    put_double(out, guard->disorder_max);
    for (int i = 0; i <= SCORE_ORDER_FEATURES; i++) {
        put_double(out, guard->weights[i]);
    }
}

void score_model_encode(const struct score_model *model, struct buffer *out)
{
    struct buffer body = buffer_new(out->arena);

    put_number(&body, model->class_count, 4);
    for (uint32_t k = 0; k < model->class_count; k++) {
        put_number(&body, strlen(model->classes[k]), 4);
        buffer_string(&body, model->classes[k]);
    }
    put_number(&body, model->answer_count, 4);
    put_number(&body, model->seed, 8);
    put_number(&body, model->lexicon.count, 4);
    put_keys(&body, model->lexicon.stems, model->lexicon.count);
    put_floats(&body, model->lexicon.weights, model->lexicon.count);
    put_float(&body, model->lexicon.unseen);
    put_judge(&body, &model->open, model->class_count);
    put_judge(&body, &model->known, model->class_count);
    put_judge(&body, &model->crowd, model->class_count);
    put_bank(&body, &model->bank, model->class_count);
    put_guard(&body, &model->guard);
    buffer_put(out, MAGIC, sizeof(MAGIC));
    put_number(out, VERSION, 4);
    put_number(out, text_hash(buffer_view(&body)), 8);
    buffer_text(out, buffer_view(&body));
}

/* Reading stops at the first thing that is wrong; `broken` says what. */
struct source {
    struct arena *arena;
    struct text rest;
    const char *broken; /* NULL: nothing yet */
};

static void refuse(struct source *source, const char *what)
{
    if (source->broken == NULL) {
        source->broken = what;
    }
    source->rest.size = 0;
}

static uint64_t take_number(struct source *source, size_t size)
{
    uint64_t value = 0;

    if (source->rest.size < size) {
        refuse(source, "it ends early");
        return 0;
    }
    for (size_t i = 0; i < size; i++) {
        value |= (uint64_t)(unsigned char)source->rest.at[i] << (8 * i);
    }
    source->rest.at += size;
    source->rest.size -= size;
    return value;
}

/* A size that is followed by at least `each` bytes for every one. */
static uint32_t take_count(struct source *source, size_t each)
{
    uint64_t count = take_number(source, 4);

    if (count * each > source->rest.size) {
        refuse(source, "an array is longer than the file");
        return 0;
    }
    return (uint32_t)count;
}

static float take_float(struct source *source)
{
    uint32_t bits = (uint32_t)take_number(source, 4);
    float value;

    memcpy(&value, &bits, sizeof(value));
    if (!isfinite(value)) {
        refuse(source, "a number is not finite");
        return 0;
    }
    return value;
}

static double take_double(struct source *source)
{
    uint64_t bits = take_number(source, 8);
    double value;

    memcpy(&value, &bits, sizeof(value));
    if (!isfinite(value)) {
        refuse(source, "a number is not finite");
        return 0;
    }
    return value;
}

static float *take_floats(struct source *source, uint32_t count)
{
    float *values = arena_array(source->arena, float, count);

    for (uint32_t i = 0; i < count; i++) {
        values[i] = take_float(source);
    }
    return values;
}

/* Keys that are searched must rise. */
static uint64_t *take_keys(struct source *source, uint32_t count, bool distinct)
{
    uint64_t *keys = arena_array(source->arena, uint64_t, count);

    for (uint32_t i = 0; i < count; i++) {
        keys[i] = take_number(source, 8);
        if (i > 0 && (keys[i] < keys[i - 1] || (distinct && keys[i] == keys[i - 1]))) {
            refuse(source, "keys are out of order");
        }
    }
    return keys;
}

static uint32_t *take_counts(struct source *source, uint32_t count)
{
    uint32_t *counts = arena_array(source->arena, uint32_t, count);

    for (uint32_t i = 0; i < count; i++) {
        counts[i] = (uint32_t)take_number(source, 4);
    }
    return counts;
}

/* A walk from any root must end: children stand behind their parent, and leaves exist. */
static void take_nodes(struct source *source, struct score_forest *forest)
{
    forest->nodes = arena_array(source->arena, struct score_node, forest->node_count);
    for (uint32_t i = 0; i < forest->node_count; i++) {
        struct score_node node = {.feature = (uint8_t)take_number(source, 1),
                                  .cut = (uint8_t)take_number(source, 1),
                                  .leaf = (uint16_t)take_number(source, 1),
                                  .next = (uint32_t)take_number(source, 4)};
        bool sound = node.leaf ? node.next < forest->leaf_count
                               : node.feature < forest->feature_count && node.next > i &&
                                     node.next + UINT64_C(1) < forest->node_count;

        if (!sound) {
            refuse(source, "a tree points nowhere");
            return;
        }
        forest->nodes[i] = node;
    }
}

static void take_forest(struct source *source, uint32_t class_count, uint32_t feature_count,
                        struct score_forest *forest)
{
    *forest =
        (struct score_forest){.class_count = class_count, .tree_count = take_count(source, 4)};
    if (forest->tree_count == 0) {
        return;
    }
    forest->feature_count = (uint32_t)take_number(source, 4);
    if (forest->feature_count != feature_count) {
        refuse(source, "it was learnt from other features");
        return;
    }
    forest->node_count = take_count(source, 7);
    forest->leaf_count = take_count(source, (size_t)2 * (class_count - 1));
    forest->low = take_floats(source, feature_count);
    forest->scale = take_floats(source, feature_count);
    forest->roots = take_counts(source, forest->tree_count);
    for (uint32_t t = 0; t < forest->tree_count; t++) {
        if (forest->roots[t] >= forest->node_count) {
            refuse(source, "a tree has no root");
            return;
        }
    }
    take_nodes(source, forest);
    size_t share_count = (size_t)forest->leaf_count * (class_count - 1);

    forest->shares = arena_array(source->arena, uint16_t, share_count);
    for (size_t i = 0; i < share_count; i++) {
        forest->shares[i] = (uint16_t)take_number(source, 2);
    }
}

static void take_linear(struct source *source, uint32_t class_count, uint32_t feature_count,
                        struct score_linear *linear)
{
    *linear = (struct score_linear){.class_count = class_count, .feature_count = feature_count};
    linear->mean = take_floats(source, feature_count);
    linear->scale = take_floats(source, feature_count);
    linear->dense = take_floats(source, class_count * feature_count);
    linear->marks = take_floats(source, class_count * SCORE_MARK_BUCKETS);
    linear->constant = take_floats(source, class_count);
}

static void take_judge(struct source *source, uint32_t class_count, uint32_t feature_count,
                       struct score_judge *judge)
{
    take_forest(source, class_count, feature_count, &judge->forest);
    if (judge->forest.tree_count == 0 || source->broken != NULL) {
        return;
    }
    take_linear(source, class_count, feature_count, &judge->linear);
    memcpy(judge->handicap, take_floats(source, class_count), class_count * sizeof(float));
    for (uint32_t k = 0; k < class_count; k++) {
        struct score_calibration *calibration = &judge->calibrations[k];
        uint32_t count = take_count(source, 8);

        if (count > SCORE_KNOT_MAX) {
            refuse(source, "a calibration has too many knots");
            return;
        }
        calibration->knot_count = count;
        memcpy(calibration->at, take_floats(source, count), count * sizeof(float));
        memcpy(calibration->value, take_floats(source, count), count * sizeof(float));
    }
}

static void take_question(struct source *source, uint32_t class_count,
                          struct score_question *question)
{
    question->id = take_number(source, 8);
    question->count = take_count(source, 5);
    struct score_graded *answers = arena_array(source->arena, struct score_graded, question->count);

    for (uint32_t i = 0; i < question->count; i++) {
        answers[i].class = (uint32_t)take_number(source, 1);
        answers[i].count = take_count(source, 12);
        answers[i].keys = take_keys(source, answers[i].count, false);
        answers[i].weights = take_floats(source, answers[i].count);
        answers[i].pull = take_floats(source, score_bin_count(class_count));
        if (answers[i].class >= class_count) {
            refuse(source, "a graded answer has an unknown label");
        }
    }
    question->answers = answers;
}

static void take_bank(struct source *source, uint32_t class_count, struct score_bank *bank)
{
    bank->count = take_count(source, 12);
    struct score_question *questions =
        arena_array(source->arena, struct score_question, bank->count);

    for (uint32_t i = 0; i < bank->count && source->broken == NULL; i++) {
        take_question(source, class_count, &questions[i]);
        if (i > 0 && questions[i].id < questions[i - 1].id) {
            refuse(source, "questions are out of order");
        }
    }
    bank->questions = questions;
}

static void take_guard(struct source *source, struct score_guard *guard)
{
    guard->pair_count = take_count(source, 12);
    guard->pairs = take_keys(source, guard->pair_count, true);
    guard->pair_counts = take_counts(source, guard->pair_count);
    guard->word_count = take_count(source, 12);
    guard->words = take_keys(source, guard->word_count, true);
    guard->word_counts = take_counts(source, guard->word_count);
    guard->total = take_double(source);
    guard->disorder_max = take_double(source);
    for (int i = 0; i <= SCORE_ORDER_FEATURES; i++) {
        guard->weights[i] = take_double(source);
    }
    if (!(guard->total >= 1)) {
        refuse(source, "the order of words was learnt from nothing");
    }
}

static void take_classes(struct source *source, struct score_model *model)
{
    model->class_count = (uint32_t)take_number(source, 4);
    if (model->class_count < 2 || model->class_count > SCORE_CLASS_MAX) {
        refuse(source, "the number of labels is out of range");
        model->class_count = 2;
    }
    model->classes = arena_array(source->arena, const char *, model->class_count);
    for (uint32_t k = 0; k < model->class_count; k++) {
        uint32_t size = take_count(source, 1);
        struct text name = {.at = source->rest.at, .size = size};

        if (size > NAME_SIZE_MAX || text_check(name) != size) {
            refuse(source, "a label is not valid text");
            size = 0;
        }
        model->classes[k] = arena_copy(source->arena, name.at, size);
        source->rest.at += size;
        source->rest.size -= size;
    }
}

static void take_model(struct source *source, struct score_model *model)
{
    take_classes(source, model);
    model->answer_count = (uint32_t)take_number(source, 4);
    model->seed = take_number(source, 8);
    model->lexicon.count = take_count(source, 12);
    model->lexicon.stems = take_keys(source, model->lexicon.count, true);
    model->lexicon.weights = take_floats(source, model->lexicon.count);
    model->lexicon.unseen = take_float(source);
    take_judge(source, model->class_count, SCORE_FEATURES, &model->open);
    take_judge(source, model->class_count,
               SCORE_FEATURES + score_evidence_count(model->class_count), &model->known);
    take_judge(source, model->class_count, SCORE_FEATURES + score_crowd_count(model->class_count),
               &model->crowd);
    take_bank(source, model->class_count, &model->bank);
    take_guard(source, &model->guard);
    if (model->open.forest.tree_count == 0) {
        refuse(source, "it has no trees");
    }
    if (source->rest.size > 0) {
        refuse(source, "bytes follow its end");
    }
}

enum err score_model_decode(struct arena *arena, struct text bytes, struct score_model *out,
                            struct fault *fault)
{
    struct source source = {.arena = arena, .rest = bytes};
    struct score_model model = {0};

    if (bytes.size < HEAD_SIZE || memcmp(bytes.at, MAGIC, sizeof(MAGIC)) != 0) {
        return fail(fault, ERR_INVALID, "this is no scoring model; make one with `score train`");
    }
    source.rest.at += sizeof(MAGIC);
    source.rest.size -= sizeof(MAGIC);
    uint64_t version = take_number(&source, 4);
    uint64_t checksum = take_number(&source, 8);

    if (version != VERSION) {
        return fail(fault, ERR_INVALID,
                    "the model has version %" PRIu64
                    ", but this program reads version %d: train it "
                    "again",
                    version, VERSION);
    }
    if (text_hash(source.rest) != checksum) {
        return fail(fault, ERR_INVALID,
                    "the model is damaged: its checksum does not match; copy or train it again");
    }
    take_model(&source, &model);
    if (source.broken != NULL) {
        return fail(fault, ERR_INVALID, "the model is damaged: %s", source.broken);
    }
    *out = model;
    return OK;
}
