#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "cli/command.h"
#include "command/comparison_file.h"
#include "command/groups.h"
#include "command/rank_report.h"
#include "engine/rank/rank.h"
#include "sys/file.h"

struct rank_command {
    const char *ties;
    const char *error;
    const char *test;
    const char *out;
    const char *raters;
    double prior;
    double confidence;
    int64_t replicates;
    int64_t seed;
    int64_t top;
    bool alike;
    bool json;
};

static const struct field fields[] = {
    TEXT(rank_command, ties, .choices = "davidson|half",
         .doc = "Ties as an outcome of their own, or as half a win of each"),
    TEXT(rank_command, error, .choices = "sandwich|bootstrap|none", .doc = "Kind of intervals"),
    TEXT(rank_command, test, .optional = true,
         .doc = "Comparisons held out, to print the log-loss on"),
    TEXT(rank_command, out, .optional = true,
         .doc = "Write item,score,error,low,high,comparisons,component here"),
    TEXT(rank_command, raters, .optional = true, .doc = "Write one row a rater here"),
    REAL(rank_command, prior, .min = 1e-9, .max = 1e6,
         .doc = "Precision of the normal prior that holds scores near zero"),
    REAL(rank_command, confidence, .min = 0.01, .max = 0.9999, .doc = "Coverage of the intervals"),
    INT(rank_command, replicates, .min = 2, .max = 100000,
        .doc = "Of the bootstrap, or samples of the sandwich above 400 items"),
    INT(rank_command, seed, .max = 9e15, .doc = "Seed of these"),
    INT(rank_command, top, .max = 1e9, .doc = "Rows to print of each table; 0: all"),
    BOOL(rank_command, alike, .optional = true, .doc = "Take all raters for equally good"),
    BOOL(rank_command, json, .optional = true, .doc = "Print one JSON object"),
};
static const struct rank_command defaults = {.ties = "davidson",
                                             .error = "sandwich",
                                             .prior = 0.1,
                                             .confidence = 0.95,
                                             .replicates = 200,
                                             .seed = 1,
                                             .top = 50};
static const struct shape shape =
    SHAPE(rank_command, fields, "Options of rank", .defaults = &defaults);

static struct rank_options options_of(const struct rank_command *command)
{
    struct rank_options options = RANK_DEFAULTS;

    options.ties = strcmp(command->ties, "half") == 0 ? RANK_HALF : RANK_DAVIDSON;
    options.error = strcmp(command->error, "none") == 0       ? RANK_NO_ERROR
                    : strcmp(command->error, "sandwich") == 0 ? RANK_SANDWICH
                                                              : RANK_BOOTSTRAP;
    options.raters = !command->alike;
    options.precision = command->prior;
    options.level = command->confidence;
    options.replicates = (uint32_t)command->replicates;
    options.seed = (uint64_t)command->seed;
    return options;
}

/* Mean of minus the log of what was foretold for the outcome; where ties are halved, of a tie the
 * mean of both. */
static double log_loss(const struct rank_fit *fit, const struct rank_options *options,
                       const struct rank_input *test)
{
    double loss = 0;

    for (size_t i = 0; i < test->count; i++) {
        double foretold[3];

        rank_predict(fit, options, test, i, foretold);
        loss -= options->ties == RANK_HALF && test->outcome[i] == RANK_TIE
                    ? (log(foretold[RANK_LEFT]) + log(foretold[RANK_RIGHT])) / 2
                    : log(foretold[test->outcome[i]]);
    }
    return loss / (double)test->count;
}

static enum err write_files(struct invocation *call, const struct rank_command *command,
                            const struct rank_report *report)
{
    ARENA_SCOPE arena = arena_new();
    struct buffer buffer = buffer_new(arena);

    if (command->out != NULL) {
        rank_report_items(&buffer, report);
        TRY(file_write(command->out, buffer_view(&buffer), 0644, call->fault));
    }
    buffer_reset(&buffer);
    if (command->raters != NULL) {
        rank_report_raters(&buffer, report);
        TRY(file_write(command->raters, buffer_view(&buffer), 0644, call->fault));
    }
    return OK;
}

static enum err run_rank(struct invocation *call)
{
    const struct rank_command *command = call->options;
    struct rank_options options = options_of(command);
    struct comparison_file file;
    struct comparison_file test = {0};
    struct rank_fit fit;

    TRY(comparison_file_read(call->arena, call->words[0], NULL, &file, call->fault));
    if (command->test != NULL) { /* read first, so that its items and raters have numbers too */
        TRY(comparison_file_read(call->arena, command->test, &file, &test, call->fault));
        file.input.item_count = test.input.item_count;
        file.input.rater_count = test.input.rater_count;
        test.input.rater = file.input.rater == NULL ? NULL : test.input.rater;
    }
    TRY(rank_fit(call->arena, &file.input, &options, &fit, call->fault));
    struct rank_report report = {.file = &file,
                                 .fit = &fit,
                                 .options = &options,
                                 .top = (uint32_t)command->top,
                                 .tested = command->test != NULL};

    if (report.tested) {
        report.log_loss = log_loss(&fit, &options, &test.input);
        report.test_count = test.input.count;
    }
    rank_report_sort(call->arena, &report);
    TRY(write_files(call, command, &report));
    if (command->json) {
        rank_report_json(call->out, call->arena, &report);
    } else {
        rank_report_print(call->out, &report);
    }
    return OK;
}

static const struct command commands[] = {
    {.name = "rank",
     .words = "COMPARISONS.csv",
     .run = run_rank,
     .options = &shape,
     .summary = "Rank items by comparisons of two, and tell how good the raters are",
     .details =
         "Reads CSV with the columns left,right,winner and perhaps rater and side (\"-\": "
         "standard\n"
         "input). winner is the name in left or right, or tie (or the word left or right); side\n"
         "tells which item was shown first: left, right, or its name. Prints scores on the logit\n"
         "scale (zero is the mean) with intervals; with raters, how sharply each tells items "
         "apart\n"
         "(skill, 1 is the average), how gladly they call a tie, and what they give the first.",
     .examples = "periti rank battles.csv --out scores.csv\n"
                 "periti rank battles.csv --test later.csv --json\n"
                 "periti rank battles.csv --ties half --alike --error bootstrap\n"},
};

const struct command_group rank_group = {
    .name = "Ranking", .commands = commands, .command_count = COUNT(commands)};
