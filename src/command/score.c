#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/rng.h"
#include "cli/command.h"
#include "command/answer_file.h"
#include "command/groups.h"
#include "command/score_report.h"
#include "engine/score/measure.h"
#include "engine/score/model.h"
#include "engine/score/validate.h"
#include "sys/file.h"

static const size_t MODEL_SIZE_MAX = (size_t)1 << 30;

struct score_command {
    const char *model;
    const char *out;
    const char *test;
    const char *way;
    const char *corpus;
    const char *schemes;
    int64_t seed;
    int64_t trees;
    int64_t folds;
    bool alone;
    bool json;
};

#define COMMON_FIELDS                                                                              \
    TEXT(score_command, way, .optional = true,                                                     \
         .doc = "Keep rows of this way; else 2way where there are several"),                       \
        TEXT(score_command, corpus, .optional = true, .doc = "Keep rows of this corpus"),          \
        BOOL(score_command, json, .optional = true, .doc = "Print one JSON object")
#define ALONE_FIELD                                                                                \
    BOOL(score_command, alone, .optional = true,                                                   \
         .doc = "Grade each answer as if it were the only one; else ten or more answers to a "     \
                "question also tell about one another")
#define TRAIN_FIELDS                                                                               \
    INT(score_command, seed, .min = 0, .max = 9e15, .doc = "Seed of all that is random"),          \
        INT(score_command, trees, .min = 1, .max = SCORE_TREE_MAX, .doc = "Trees of the forest")

static const struct field train_fields[] = {
    TEXT(score_command, out, .doc = "Write the model here"),
    TRAIN_FIELDS,
    COMMON_FIELDS,
};
static const struct field predict_fields[] = {
    TEXT(score_command, model, .doc = "What `score train` wrote"),
    TEXT(score_command, out, .optional = true, .doc = "Write predictions here, not to the screen"),
    ALONE_FIELD,
    COMMON_FIELDS,
};
static const struct field evaluate_fields[] = {
    TEXT(score_command, test, .optional = true,
         .doc = "Learn from the file and predict this one, instead of cross-validation"),
    TEXT(score_command, schemes, .choices = "all|answers|questions|domains",
         .doc = "What is unseen in cross-validation"),
    INT(score_command, folds, .min = 2, .max = 100, .doc = "Folds of cross-validation"),
    ALONE_FIELD,
    TRAIN_FIELDS,
    COMMON_FIELDS,
};
static const struct score_command defaults = {.model = "score.model",
                                              .out = "score.model",
                                              .schemes = "all",
                                              .seed = 1,
                                              .trees = 300,
                                              .folds = 10};
static const struct score_command predict_defaults = {.model = "score.model"};
static const struct shape train_shape =
    SHAPE(score_command, train_fields, "Options of score train", .defaults = &defaults);
static const struct shape predict_shape =
    SHAPE(score_command, predict_fields, "Options of score predict", .defaults = &predict_defaults);
static const struct shape evaluate_shape =
    SHAPE(score_command, evaluate_fields, "Options of score evaluate", .defaults = &defaults);

static struct score_options options_of(const struct score_command *command)
{
    struct score_options options = SCORE_DEFAULTS;

    options.seed = (uint64_t)command->seed;
    options.tree_count = (uint32_t)command->trees;
    return options;
}

static struct score_examples examples_of(const struct answer_file *file)
{
    return (struct score_examples){.at = file->examples,
                                   .count = file->count,
                                   .classes = file->classes,
                                   .values = file->values,
                                   .class_count = file->class_count};
}

static enum err run_train(struct invocation *call)
{
    const struct score_command *options = call->options;
    struct answer_filter filter = {
        .way = options->way, .corpus = options->corpus, .need_labels = true};
    struct score_options how = options_of(options);
    struct buffer bytes = buffer_new(call->arena);
    struct score_model model;
    struct answer_file file;

    TRY(answer_file_read(call->arena, call->words[0], &filter, &file, call->fault));
    struct score_examples examples = examples_of(&file);

    TRY(score_train(call->arena, &examples, &how, NULL, &model, call->fault));
    score_model_encode(&model, &bytes);
    TRY(file_write(options->out, buffer_view(&bytes), 0644, call->fault));
    score_report_model(call->out, options->out, &model, bytes.size, options->json);
    return OK;
}

static enum err run_predict(struct invocation *call)
{
    const struct score_command *options = call->options;
    struct answer_filter filter = {.way = options->way, .corpus = options->corpus};
    struct buffer rows = buffer_new(call->arena);
    struct score_prediction *predictions;
    struct score_model model;
    struct answer_file file;
    struct text bytes;

    TRY(file_read(call->arena, options->model, MODEL_SIZE_MAX, &bytes, call->fault));
    TRY(score_model_decode(call->arena, bytes, &model, call->fault));
    filter.classes = model.classes;
    filter.class_count = model.class_count;
    TRY(answer_file_read(call->arena, call->words[0], &filter, &file, call->fault));
    predictions = arena_array(call->arena, struct score_prediction, file.count);
    TRY(score_predict_all(&model, file.examples, file.count, options->alone, predictions,
                          call->fault));
    score_report_predictions(&rows, &model, &file, predictions, options->json);
    if (options->out != NULL) {
        return file_write(options->out, buffer_view(&rows), 0644, call->fault);
    }
    fwrite(rows.at, 1, rows.size, call->out);
    return OK;
}

/* Measure predictions of the rows that `keep` marks (all where NULL). */
static struct score_measures measure(struct arena *arena, const struct answer_file *file,
                                     const double *values,
                                     const struct score_prediction *predictions,
                                     const uint32_t *split, uint32_t kept, uint64_t seed)
{
    double *probability = arena_array(arena, double, (size_t)file->count * file->class_count);
    uint32_t *chosen = arena_array(arena, uint32_t, file->count);
    uint32_t *truth = arena_array(arena, uint32_t, file->count);
    uint32_t *question = arena_array(arena, uint32_t, file->count);
    uint32_t count = 0;

    for (uint32_t i = 0; i < file->count; i++) {
        if (split != NULL && split[i] != kept) {
            continue;
        }
        for (uint32_t k = 0; k < file->class_count; k++) {
            probability[(size_t)count * file->class_count + k] = predictions[i].probability[k];
        }
        chosen[count] = predictions[i].class;
        truth[count] = file->examples[i].class;
        question[count++] = file->question[i];
    }
    struct score_graded_set set = {.probability = probability,
                                   .chosen = chosen,
                                   .truth = truth,
                                   .question = question,
                                   .values = values,
                                   .count = count,
                                   .class_count = file->class_count,
                                   .question_count = file->question_count};

    return score_measure(arena, &set, seed);
}

static void shuffle(uint32_t *numbers, uint32_t count, uint64_t seed)
{
    struct rng rng = rng_new(seed);

    for (uint32_t i = count; i > 1; i--) {
        uint32_t k = rng_below(&rng, i);
        uint32_t kept = numbers[i - 1];

        numbers[i - 1] = numbers[k];
        numbers[k] = kept;
    }
}

/* Deal `count` things into folds at random. */
static uint32_t *deal(struct arena *arena, uint32_t count, uint32_t fold_count, uint64_t seed)
{
    uint32_t *fold = arena_array(arena, uint32_t, count);

    for (uint32_t i = 0; i < count; i++) {
        fold[i] = i % fold_count;
    }
    shuffle(fold, count, seed);
    return fold;
}

/* Folds of answers, of whole questions, or one a domain. Zero: there is nothing to leave out. */
static uint32_t make_folds(struct arena *arena, const struct answer_file *file, const char *scheme,
                           const struct score_command *options, uint32_t *fold)
{
    bool answers = shape_allows("answers", scheme);
    bool questions = shape_allows("questions", scheme);
    uint32_t things = answers ? file->count : questions ? file->question_count : file->domain_count;
    uint32_t fold_count = answers || questions ? (uint32_t)options->folds : file->domain_count;

    if (things < 2) {
        return 0;
    }
    fold_count = fold_count < things ? fold_count : things;
    uint32_t *dealt = deal(arena, things, fold_count, (uint64_t)options->seed);

    for (uint32_t i = 0; i < file->count; i++) {
        fold[i] = answers ? dealt[i] : questions ? dealt[file->question[i]] : file->domain[i];
    }
    return fold_count;
}

static enum err cross_validate(struct invocation *call, const struct answer_file *file,
                               const char *corpus, struct score_report *report)
{
    static const char *const SCHEMES[] = {"answers", "questions", "domains"};
    const struct score_command *options = call->options;
    struct score_options how = options_of(options);
    struct score_examples examples = examples_of(file);
    struct score_prediction *predictions =
        arena_array(call->arena, struct score_prediction, file->count);
    uint32_t *fold = arena_array(call->arena, uint32_t, file->count);

    for (size_t k = 0; k < COUNT(SCHEMES); k++) {
        if (!shape_allows("all", options->schemes) && !shape_allows(SCHEMES[k], options->schemes)) {
            continue;
        }
        struct score_folds folds = {.fold = fold,
                                    .count =
                                        make_folds(call->arena, file, SCHEMES[k], options, fold),
                                    .alone = options->alone};

        if (folds.count == 0) {
            continue;
        }
        TRY(score_cross_validate(&examples, &folds, &how, NULL, predictions, call->fault));
        score_report_add(report, arena_print(call->arena, "%sunseen %s", corpus, SCHEMES[k]),
                         measure(call->arena, file, file->values, predictions, NULL, 0, how.seed));
    }
    return OK;
}

static enum err test(struct invocation *call, const struct answer_filter *learnt,
                     const struct answer_file *file, const char *corpus,
                     struct score_report *report)
{
    const struct score_command *options = call->options;
    struct answer_filter filter = *learnt;
    struct score_options how = options_of(options);
    struct score_examples examples = examples_of(file);
    struct score_prediction *predictions;
    struct answer_file unseen;
    struct score_model model;

    filter.classes = file->classes;
    filter.class_count = file->class_count;
    TRY(answer_file_read(call->arena, options->test, &filter, &unseen, call->fault));
    TRY(score_train(call->arena, &examples, &how, NULL, &model, call->fault));
    predictions = arena_array(call->arena, struct score_prediction, unseen.count);
    TRY(score_predict_all(&model, unseen.examples, unseen.count, options->alone, predictions,
                          call->fault));
    score_report_add(report, arena_print(call->arena, "%stest file", corpus),
                     measure(call->arena, &unseen, file->values, predictions, NULL, 0, how.seed));
    for (uint32_t k = 0; unseen.split_count > 1 && k < unseen.split_count; k++) {
        score_report_add(
            report, arena_print(call->arena, "%s%s", corpus, unseen.splits[k]),
            measure(call->arena, &unseen, file->values, predictions, unseen.split, k, how.seed));
    }
    return OK;
}

static bool has_corpus(const struct answer_file *file, const char *name)
{
    for (uint32_t i = 0; i < file->corpus_count; i++) {
        if (strcmp(file->corpora[i], name) == 0) {
            return true;
        }
    }
    return false;
}

/* Every corpus is a bank of its own: how strictly answers are graded does not carry over. */
static enum err evaluate_corpus(struct invocation *call, const char *name,
                                struct score_report *report)
{
    const struct score_command *options = call->options;
    struct answer_filter filter = {.way = options->way, .corpus = name, .need_labels = true};
    const char *corpus = name == NULL ? "" : arena_print(call->arena, "%s, ", name);
    struct answer_file file;

    TRY(answer_file_read(call->arena, call->words[0], &filter, &file, call->fault));
    report->answer_count += file.count;
    report->question_count += file.question_count;
    report->domain_count += file.domain_count;
    report->classes = file.classes;
    report->class_count = file.class_count;
    return options->test != NULL ? test(call, &filter, &file, corpus, report)
                                 : cross_validate(call, &file, corpus, report);
}

static enum err run_evaluate(struct invocation *call)
{
    const struct score_command *options = call->options;
    struct answer_filter filter = {
        .way = options->way, .corpus = options->corpus, .need_labels = true};
    struct score_report report = {.seed = (uint64_t)options->seed};
    struct answer_file file;
    struct answer_file unseen = {0};

    TRY(answer_file_read(call->arena, call->words[0], &filter, &file, call->fault));
    if (options->test != NULL) {
        TRY(answer_file_read(call->arena, options->test, &filter, &unseen, call->fault));
    }
    if (options->corpus != NULL || file.corpus_count < 2) {
        TRY(evaluate_corpus(call, options->corpus, &report));
    }
    for (uint32_t i = 0; options->corpus == NULL && file.corpus_count > 1 && i < file.corpus_count;
         i++) {
        if (options->test == NULL || has_corpus(&unseen, file.corpora[i])) {
            TRY(evaluate_corpus(call, file.corpora[i], &report));
        }
    }
    if (report.count == 0) {
        return fail(call->fault, ERR_INVALID,
                    "there is nothing to evaluate: no corpus of the test file is in the other, or "
                    "there are too few questions");
    }
    score_report_print(call->arena, call->out, &report, options->json);
    return OK;
}

#define COLUMNS                                                                                    \
    "Reads tab-separated text whose header names answer, question_id and label, in any order;\n"   \
    "references (`|||` between), question, answer_id, way, corpus, split and domain are used "     \
    "where\n"                                                                                      \
    "they are there."

static const struct command commands[] = {
    {.name = "score train",
     .words = "ANSWERS.tsv",
     .run = run_train,
     .options = &train_shape,
     .summary = "Learn to grade short answers from graded ones",
     .details = COLUMNS,
     .examples = "periti score train graded.tsv --out bank.model\n"},
    {.name = "score predict",
     .words = "ANSWERS.tsv",
     .run = run_predict,
     .options = &predict_shape,
     .summary = "Grade short answers with a model, and say which a person must see",
     .details = COLUMNS,
     .examples = "periti score predict new.tsv --model bank.model --out grades.tsv\n"},
    {.name = "score evaluate",
     .words = "ANSWERS.tsv",
     .run = run_evaluate,
     .options = &evaluate_shape,
     .summary = "Measure honestly how well short answers would be graded",
     .details =
         COLUMNS "\nWithout --test: cross-validation on unseen answers, questions and domains.",
     .examples = "periti score evaluate graded.tsv --corpus sciEntsBank --seed 7\n"
                 "periti score evaluate graded.tsv --test heldout.tsv --json\n"},
};

const struct command_group score_group = {
    .name = "Interviews", .commands = commands, .command_count = COUNT(commands)};
