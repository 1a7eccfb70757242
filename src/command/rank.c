#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "cli/command.h"
#include "command/comparison_file.h"
#include "command/groups.h"
#include "command/rank_bias.h"
#include "command/rank_follow.h"
#include "command/rank_report.h"
#include "command/within_memory.h"
#include "engine/rank/rank.h"
#include "sys/file.h"
#include "sys/spill.h"
#include "sys/threads.h"

struct rank_command {
    const char *ties;
    const char *error;
    const char *test;
    const char *follow;
    const char *style;
    const char *out;
    const char *raters;
    const char *memory;
    double prior;
    double confidence;
    double fade;
    int64_t replicates;
    int64_t seed;
    int64_t top;
    int64_t threads;
    bool alike;
    bool bias;
    bool json;
};

static const struct field fields[] = {
    TEXT(rank_command, ties, .choices = "davidson|half",
         .doc = "Ties as an outcome of their own, or as half a win of each"),
    TEXT(rank_command, error, .choices = "sandwich|bootstrap|none", .doc = "Kind of intervals"),
    TEXT(rank_command, test, .optional = true,
         .doc = "Comparisons held out, to print the log-loss on"),
    TEXT(rank_command, follow, .optional = true,
         .doc = "Comparisons that came later: scores follow them one by one, without a new fit"),
    TEXT(rank_command, style, .optional = true,
         .doc =
             "Columns of numbers, a,b: what left has more of than right; their weight is fitted"),
    TEXT(rank_command, out, .optional = true,
         .doc = "Write item,score,error,low,high,comparisons,component here"),
    TEXT(rank_command, raters, .optional = true, .doc = "Write one row a rater here"),
    TEXT(rank_command, memory, .doc = SPILL_MEMORY_DOC),
    REAL(rank_command, prior, .min = 1e-9, .max = 1e6,
         .doc = "Precision of the normal prior that holds scores near zero"),
    REAL(rank_command, confidence, .min = 0.01, .max = 0.9999, .doc = "Coverage of the intervals"),
    REAL(rank_command, fade, .min = 0, .max = 100,
         .doc = "Variance that an item gains with each comparison of --follow"),
    INT(rank_command, replicates, .min = 2, .max = 100000,
        .doc = "Of the bootstrap, or samples of the sandwich above 400 items"),
    INT(rank_command, seed, .max = 9e15, .doc = "Seed of these"),
    INT(rank_command, top, .max = 1e9, .doc = "Rows to print of each table; 0: all"),
    INT(rank_command, threads, .min = 0, .max = 64, .doc = "Threads; 0: as many as processors"),
    BOOL(rank_command, alike, .optional = true, .doc = "Take all raters for equally good"),
    BOOL(rank_command, bias, .optional = true,
         .doc = "Tell how raters lean to the first, and whether they say the same again"),
    BOOL(rank_command, json, .optional = true, .doc = "Print one JSON object"),
};
static const struct rank_command defaults = {.ties = "davidson",
                                             .error = "sandwich",
                                             .memory = SPILL_MEMORY_DEFAULT,
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

static double log_loss(const struct rank_fit *fit, const struct rank_options *options,
                       const struct rank_input *test)
{
    double loss = 0;

    for (size_t i = 0; i < test->count; i++) {
        loss += rank_surprise(fit, options, test, i);
    }
    return loss / (double)test->count;
}

/* The names in a list with commas. */
static enum err take_styles(struct invocation *call, const char *list,
                            struct comparison_source *source)
{
    const char **styles = arena_array(call->arena, const char *, COMPARISON_STYLES_MAX);

    source->styles = styles;
    for (const char *at = list; at != NULL && *at != '\0';) {
        size_t size = strcspn(at, ",");
        struct text name = text_trim((struct text){.at = at, .size = size});

        if (name.size == 0 || source->style_count == COMPARISON_STYLES_MAX) {
            return fail_field(call->fault, ERR_INVALID, "style",
                              "\"%s\" has an empty name, or more than %d of them", list,
                              COMPARISON_STYLES_MAX);
        }
        styles[source->style_count++] = arena_copy(call->arena, name.at, name.size);
        at += size;
        at += *at == ',';
    }
    return OK;
}

/* A file beside the first; its items and raters get numbers behind those of `file`. */
static enum err read_beside(struct invocation *call, const struct comparison_source *source,
                            const char *path, struct comparison_file *file,
                            struct comparison_file *out)
{
    struct comparison_source beside = *source;

    beside.path = path;
    beside.names = file;
    TRY(comparison_file_read(call->arena, &beside, out, call->fault));
    file->input.item_count = out->input.item_count;
    file->input.rater_count = out->input.rater_count;
    out->input.rater = file->input.rater == NULL ? NULL : out->input.rater;
    return OK;
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

static enum err read_files(struct invocation *call, const struct rank_command *command,
                           const struct parallel *threads, struct comparison_file files[3])
{
    struct comparison_source source = {.path = call->words[0], .parallel = threads};

    TRY(take_styles(call, command->style, &source));
    TRY(comparison_file_read(call->arena, &source, &files[0], call->fault));
    files[0].styles = source.styles;
    if (command->test != NULL) {
        TRY(read_beside(call, &source, command->test, &files[0], &files[1]));
    }
    if (command->follow != NULL) {
        TRY(read_beside(call, &source, command->follow, &files[0], &files[2]));
        files[1].input.item_count = files[0].input.item_count;
    }
    return OK;
}

static enum err run_bounded(struct invocation *call, struct spill *)
{
    const struct rank_command *command = call->options;
    struct parallel threads = threads_new((size_t)command->threads);
    struct rank_options options = options_of(command);
    struct comparison_file files[3] = {0}; /* to fit, to test, to follow */
    struct rank_fit fit;

    options.parallel = &threads;
    TRY(read_files(call, command, &threads, files));
    TRY(rank_fit(call->arena, &files[0].input, &options, &fit, call->fault));
    struct rank_report report = {.file = &files[0],
                                 .fit = &fit,
                                 .options = &options,
                                 .top = (uint32_t)command->top,
                                 .tested = command->test != NULL};

    if (command->bias) {
        report.bias = rank_bias_of(call->arena, &files[0].input, options.level);
    }
    if (command->follow != NULL) {
        TRY(rank_follow(call->arena, &files[2].input, &options, command->fade, &fit,
                        &report.followed, call->fault));
    }
    if (report.tested) {
        report.log_loss = log_loss(&fit, &options, &files[1].input);
        report.test_count = files[1].input.count;
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

static enum err run_rank(struct invocation *call)
{
    const struct rank_command *command = call->options;

    return within_memory(call, command->memory, run_bounded);
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
                 "periti rank battles.csv --ties half --alike --error bootstrap\n"
                 "periti rank battles.csv --style length,lists --bias\n"
                 "periti rank battles.csv --follow today.csv --fade 0.01\n"},
};

const struct command_group rank_group = {
    .name = "Ranking", .commands = commands, .command_count = COUNT(commands)};
