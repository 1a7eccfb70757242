#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "cli/command.h"
#include "command/bank_file.h"
#include "command/bank_trial.h"
#include "command/groups.h"
#include "command/score_report.h"
#include "engine/item/grade.h"
#include "engine/item/lint.h"
#include "engine/text/analyser.h"
#include "sys/file.h"
#include "sys/threads.h"

static const size_t MODEL_SIZE_MAX = (size_t)1 << 30;

struct bank_command {
    const char *out;
    const char *model;
    const char *bank;
    const char *item;
    const char *schemes;
    int64_t seed;
    int64_t trees;
    int64_t folds;
    bool json;
    bool warnings;
};

static const struct field lint_fields[] = {
    BOOL(bank_command, warnings, .optional = true, .doc = "Let warnings fail as errors do"),
    BOOL(bank_command, json, .optional = true, .doc = "Print one JSON object a finding"),
};
static const struct shape lint_shape = SHAPE(bank_command, lint_fields, "Options of bank lint");

#define TRAIN_FIELDS                                                                               \
    INT(bank_command, seed, .min = 0, .max = 9e15, .doc = "Seed of all that is random"),           \
        INT(bank_command, trees, .min = 1, .max = SCORE_TREE_MAX, .doc = "Trees of the forest")

static const struct field evaluate_fields[] = {
    TEXT(bank_command, schemes, .choices = "all|items|answers|domains",
         .doc = "What is unseen in cross-validation"),
    INT(bank_command, folds, .min = 2, .max = 100, .doc = "Folds of cross-validation"),
    TRAIN_FIELDS,
    BOOL(bank_command, json, .optional = true, .doc = "Print one JSON object"),
};
static const struct field train_fields[] = {
    TEXT(bank_command, out, .doc = "Write the scorer here"),
    TRAIN_FIELDS,
};
static const struct field grade_fields[] = {
    TEXT(bank_command, item, .doc = "Code of the item"),
    TEXT(bank_command, bank, .optional = true, .doc = "A bank's file; else the seed bank"),
    TEXT(bank_command, model, .doc = "What `bank train` wrote"),
};
static const struct bank_command defaults = {.out = "bank.model",
                                             .model = "bank.model",
                                             .schemes = "all",
                                             .seed = 1,
                                             .trees = 300,
                                             .folds = 10};
static const struct shape evaluate_shape =
    SHAPE(bank_command, evaluate_fields, "Options of bank evaluate", .defaults = &defaults);
static const struct shape train_shape =
    SHAPE(bank_command, train_fields, "Options of bank train", .defaults = &defaults);
static const struct shape grade_shape =
    SHAPE(bank_command, grade_fields, "Options of bank grade", .defaults = &defaults);

static struct score_options options_of(const struct bank_command *command)
{
    struct score_options options = SCORE_DEFAULTS;

    options.seed = (uint64_t)command->seed;
    options.tree_count = (uint32_t)command->trees;
    return options;
}

/* ------------------------------------------------------------------ lint */

static void print_finding(struct invocation *call, const struct item *item,
                          const struct item_finding *finding, bool json)
{
    if (!json) {
        fprintf(call->out, "%s: %s: %s: %s\n", item->code, finding->is_error ? "error" : "warning",
                finding->place, finding->text);
        return;
    }
    struct buffer buffer = buffer_new(call->arena);
    struct json_out out = json_to(&buffer);

    json_open(&out, '{');
    json_name(&out, "item");
    json_text(&out, item->code);
    json_name(&out, "level");
    json_text(&out, finding->is_error ? "error" : "warning");
    json_name(&out, "place");
    json_text(&out, finding->place);
    json_name(&out, "text");
    json_text(&out, finding->text);
    json_close(&out, '}');
    fprintf(call->out, "%s\n", buffer.at);
}

static enum err run_lint(struct invocation *call)
{
    const struct bank_command *options = call->options;
    struct item_findings findings;
    struct item_bank bank;

    TRY(bank_file_read(call->arena, call->words, call->word_count, &bank, call->fault));
    TRY(item_lint(call->arena, bank.at, bank.count, &findings, call->fault));
    for (size_t i = 0; i < findings.count; i++) {
        print_finding(call, &bank.at[findings.at[i].item], &findings.at[i], options->json);
    }
    size_t grave = options->warnings ? findings.count : findings.error_count;

    if (grave > 0) {
        return fail(call->fault, ERR_INVALID, "%zu of %zu findings must be mended", grave,
                    findings.count);
    }
    if (!options->json) {
        fprintf(call->out, "%zu items: no errors, %zu warnings\n", bank.count, findings.count);
    }
    return OK;
}

/* ------------------------------------------------------------------ what a bank holds */

static enum err run_list(struct invocation *call)
{
    struct item_bank bank;

    TRY(bank_file_read(call->arena, call->words, call->word_count, &bank, call->fault));
    fprintf(call->out, "code\tdomain\tblock\tkind\tlevel\tstatus\tcriteria\tanswers\n");
    for (size_t i = 0; i < bank.count; i++) {
        const struct item *item = &bank.at[i];

        fprintf(call->out, "%s\t%s\t%s\t%s\t%lld\t%s\t%zu\t%zu\n", item->code, item->domain,
                item->block, item->kind, (long long)item->level, item->status, item->criteria.count,
                item->answers.count);
    }
    return OK;
}

/* ------------------------------------------------------------------ learning */

static enum err run_train(struct invocation *call)
{
    const struct bank_command *options = call->options;
    struct score_options how = options_of(options);
    struct parallel threads = threads_new(0);
    struct buffer bytes = buffer_new(call->arena);
    struct score_model model;
    struct item_bank bank;

    TRY(bank_file_read(call->arena, call->words, call->word_count, &bank, call->fault));
    TRY(item_train(call->arena, bank.at, bank.count, &how, &threads, &model, call->fault));
    score_model_encode(&model, &bytes);
    TRY(file_write(options->out, buffer_view(&bytes), 0644, call->fault));
    score_report_model(call->out, options->out, &model, bytes.size, false);
    return OK;
}

static enum err run_evaluate(struct invocation *call)
{
    static const char *const SCHEMES[] = {"items", "answers", "domains"};
    const struct bank_command *options = call->options;
    struct score_report report = {.seed = (uint64_t)options->seed};
    struct parallel threads = threads_new(0);
    struct item_bank bank;

    TRY(bank_file_read(call->arena, call->words, call->word_count, &bank, call->fault));
    struct bank_trial trial = {.arena = call->arena,
                               .bank = &bank,
                               .options = options_of(options),
                               .parallel = &threads,
                               .fold_count = (uint32_t)options->folds};

    TRY(bank_trial_prepare(&trial, &report, call->fault));
    for (size_t i = 0; i < COUNT(SCHEMES); i++) {
        if (strcmp(options->schemes, "all") == 0 || strcmp(options->schemes, SCHEMES[i]) == 0) {
            TRY(bank_trial_run(&trial, SCHEMES[i], &report, call->fault));
        }
    }
    if (report.count == 0) {
        return fail(call->fault, ERR_INVALID,
                    "there is nothing to evaluate: two items, or two domains, are needed");
    }
    score_report_print(call->arena, call->out, &report, options->json);
    return OK;
}

/* ------------------------------------------------------------------ one answer */

static enum err find_item(const struct item_bank *bank, const char *code, const struct item **out,
                          struct fault *fault)
{
    for (size_t i = 0; i < bank->count; i++) {
        if (strcmp(bank->at[i].code, code) == 0) {
            *out = &bank->at[i];
            return OK;
        }
    }
    return fail_field(fault, ERR_INVALID, "item", "the bank has no item %s", code);
}

static void print_verdict(struct invocation *call, const struct item *item,
                          const struct item_verdict *verdict)
{
    for (size_t i = 0; i < verdict->criterion_count; i++) {
        const struct item_finding_of *found = &verdict->criteria[i];

        fprintf(call->out, "%-8s %3.0f %%  %s\n", item_mark_name(found->mark),
                100 * found->probability[found->mark], item_criteria(item)[i].text);
        if (found->quote.size > 0) {
            fprintf(call->out, "               \"%.*s\"\n", (int)found->quote.size,
                    found->quote.at);
        }
    }
    fprintf(call->out, "%g of %g points\n", verdict->points, verdict->points_max);
    if (verdict->alarm != SCORE_CALM) {
        fprintf(call->out, "for a person to look at: %s\n", score_alarm_reason(verdict->alarm));
    }
}

static enum err run_grade(struct invocation *call)
{
    const struct bank_command *options = call->options;
    TEXT_ANALYSER_SCOPE analyser = NULL;
    struct item_verdict verdict;
    const struct item *item = NULL;
    struct score_model model;
    struct item_bank bank;
    struct text answer;
    struct text bytes;

    TRY(bank_file_read(call->arena, &options->bank, options->bank != NULL, &bank, call->fault));
    TRY(find_item(&bank, options->item, &item, call->fault));
    TRY(file_read(call->arena, options->model, MODEL_SIZE_MAX, &bytes, call->fault));
    TRY(score_model_decode(call->arena, bytes, &model, call->fault));
    TRY(file_read(call->arena, call->words[0], SCORE_TEXT_SIZE_MAX, &answer, call->fault));
    if (text_check(answer) != answer.size) {
        return fail(call->fault, ERR_INVALID, "the answer is no UTF-8 text");
    }
    TRY(text_analyser_new(&TEXT_ENGLISH, &analyser, call->fault));
    TRY(item_grade(call->arena, analyser, &model, item, answer, &verdict, call->fault));
    print_verdict(call, item, &verdict);
    return OK;
}

#define PATHS                                                                                      \
    "Reads JSON files of one domain each, or folders of them; without any, the seed bank of "      \
    "this\n"                                                                                       \
    "program. docs/engines/item.md has the format."

static const struct command commands[] = {
    {.name = "bank lint",
     .words = "[PATH]...",
     .run = run_lint,
     .options = &lint_shape,
     .summary = "Find what is wrong with the items of a question bank",
     .details = PATHS "\nFails when an item could not be graded.",
     .examples = "  periti bank lint bank/\n"},
    {.name = "bank list",
     .words = "[PATH]...",
     .run = run_list,
     .summary = "Print the items of a question bank, one a line",
     .details = PATHS},
    {.name = "bank train",
     .words = "[PATH]...",
     .run = run_train,
     .options = &train_shape,
     .summary = "Teach a scorer with the graded answers of a bank",
     .details = PATHS},
    {.name = "bank evaluate",
     .words = "[PATH]...",
     .run = run_evaluate,
     .options = &evaluate_shape,
     .summary = "Measure the scorer of a bank on answers that it did not learn from",
     .details = PATHS "\nCross-validation that leaves out whole items, single answers, or whole "
                      "domains.\nIntervals are over items.",
     .examples = "  periti bank evaluate\n  periti bank evaluate my-bank/ --schemes items\n"},
    {.name = "bank grade",
     .words = "ANSWER.txt",
     .run = run_grade,
     .options = &grade_shape,
     .summary = "Grade one answer to one item, criterion by criterion",
     .examples = "  periti bank train && echo 'By chance.' | periti bank grade - --item "
                 "stat-p-value\n"},
};

const struct command_group bank_group = {
    .name = "Question banks", .commands = commands, .command_count = COUNT(commands)};
