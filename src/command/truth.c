#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "cli/command.h"
#include "command/groups.h"
#include "command/label_file.h"
#include "command/progress.h"
#include "command/truth_numeric.h"
#include "command/truth_report.h"
#include "command/within_memory.h"
#include "engine/truth/skill.h"
#include "sys/spill.h"
#include "sys/threads.h"

struct truth_command {
    const char *truth;
    const char *method;
    const char *gold;
    const char *order;
    const char *out;
    const char *workers;
    const char *repeats;
    int64_t seed;
    int64_t rounds_max;
    int64_t threads;
    const char *memory;
    bool json;
};

static const struct field fields[] = {
    TEXT(truth_command, truth, .optional = true, .doc = "Answers item,truth to score against"),
    TEXT(truth_command, method,
         .choices = "auto|plurality|majority|wawa|zero-based-skill|catd|pm|one-coin|dawid-skene|"
                    "ibcc|ebcc|hierarchical|glad|mace|bwa|minimax|minimax-ordinal|ordinal|numeric",
         .doc = "How to infer"),
    TEXT(truth_command, gold, .optional = true,
         .doc = "Known answers item,truth that stay fixed, teach the rest and choose the method"),
    TEXT(truth_command, order, .optional = true,
         .doc = "Classes from low to high, as low,middle,high, where they are no numbers"),
    TEXT(truth_command, out, .optional = true, .doc = "Write item,label,probability here"),
    TEXT(truth_command, workers, .optional = true,
         .doc = "Write one row a worker here: skill with 95 % credible interval, confusion"),
    TEXT(truth_command, repeats, .choices = "error|last|mean",
         .doc = "What to do when a worker labels an item again"),
    INT(truth_command, seed, .min = 0, .max = 9e15, .doc = "Seed of restarts and sampling"),
    INT(truth_command, rounds_max, .min = 1, .max = 100000, .doc = "Upper bound on rounds"),
    INT(truth_command, threads, .min = 0, .max = 64, .doc = "Threads; 0: as many as processors"),
    TEXT(truth_command, memory, .doc = SPILL_MEMORY_DOC),
    BOOL(truth_command, json, .optional = true, .doc = "Print one JSON object"),
};
static const struct truth_command defaults = {.method = "auto",
                                              .repeats = "error",
                                              .seed = 1,
                                              .rounds_max = 200,
                                              .memory = SPILL_MEMORY_DEFAULT};
static const struct shape shape =
    SHAPE(truth_command, fields, "Options of truth", .defaults = &defaults);

static enum truth_repeats repeats_of(const char *name)
{
    return shape_allows("last", name)   ? TRUTH_REPEATS_LAST
           : shape_allows("mean", name) ? TRUTH_REPEATS_MEAN
                                        : TRUTH_REPEATS_REFUSE;
}

static enum err put_in_order(struct invocation *call, const struct truth_command *options,
                             struct label_file *file)
{
    if (options->order != NULL) {
        return label_file_order(call->arena, options->order, file, call->fault);
    }
    if (!file->numeric && shape_allows("ordinal|minimax-ordinal", options->method)) {
        return fail_field(call->fault, ERR_INVALID, "order",
                          "the classes are no numbers; say --order from low to high");
    }
    return OK;
}

static enum err infer(struct invocation *call, const struct truth_command *options,
                      const struct parallel *threads, const struct label_file *file,
                      struct truth_fit *out)
{
    struct truth_options how = TRUTH_DEFAULTS;
    PROGRESS_SCOPE progress = progress_new(threads, "inferring");

    how.method = options->method;
    how.seed = (uint64_t)options->seed;
    how.rounds_max = (uint32_t)options->rounds_max;
    how.parallel = threads->thread_count > 1 ? &progress.parallel : NULL;
    return truth_fit(call->arena, &file->input, &how, out, call->fault);
}

static enum err write_workers(struct invocation *call, const struct truth_command *options,
                              const struct label_file *file, const struct truth_fit *fit)
{
    struct truth_skill_options how = TRUTH_SKILL_DEFAULTS;
    struct truth_skill skill;

    how.seed = (uint64_t)options->seed;
    TRY(truth_skill(call->arena, &file->input, &how, &skill, call->fault));
    return truth_write_workers(call, options->workers, file, fit, &skill);
}

static enum err run_classes(struct invocation *call, const struct truth_command *options,
                            struct spill *spill)
{
    LABEL_FILE_SCOPE file = {0};
    struct truth_fit fit;
    struct truth_score score = {0};
    struct parallel threads = threads_new((size_t)options->threads);
    uint32_t *truth;

    TRY(label_file_read(call->arena,
                        &(struct label_source){.path = call->words[0],
                                               .gold = options->gold,
                                               .repeats = repeats_of(options->repeats),
                                               .parallel = &threads,
                                               .spill = spill},
                        &file, call->fault));
    TRY(put_in_order(call, options, &file));
    TRY(infer(call, options, &threads, &file, &fit));
    if (options->truth != NULL) {
        TRY(label_file_truth(call->arena, options->truth, &file, &truth, call->fault));
        score = truth_score_against(&file, &fit, truth);
    }
    if (options->out != NULL) {
        TRY(truth_write_answers(call, options->out, &file, &fit));
    }
    if (options->workers != NULL) {
        TRY(write_workers(call, options, &file, &fit));
    }
    if (options->json) {
        truth_print_json(call, &file, &fit, &score);
    } else {
        truth_print(call, &file, &fit, &score);
    }
    return OK;
}

static enum err run_bounded(struct invocation *call, struct spill *spill)
{
    const struct truth_command *options = call->options;

    if (strcmp(options->method, "numeric") != 0) {
        return run_classes(call, options, spill);
    }
    return truth_numeric_run(call, &(struct truth_numeric){.labels = call->words[0],
                                                           .truth = options->truth,
                                                           .gold = options->gold,
                                                           .out = options->out,
                                                           .workers = options->workers,
                                                           .repeats = options->repeats,
                                                           .threads = (size_t)options->threads,
                                                           .spill = spill,
                                                           .json = options->json});
}

static enum err run_truth(struct invocation *call)
{
    const struct truth_command *options = call->options;

    return within_memory(call, options->memory, run_bounded);
}

static const struct command commands[] = {
    {.name = "truth",
     .words = "LABELS.csv",
     .run = run_truth,
     .options = &shape,
     .summary = "Infer one answer per item from many fallible labels",
     .details =
         "Reads CSV with the header item,worker,label; - is standard input. Prints what was\n"
         "inferred, by which method and why, and with --truth how often it is right.",
     .examples = "periti truth labels.csv --out answers.csv --workers workers.csv\n"
                 "periti truth labels.csv --gold gold.csv --truth truth.csv\n"
                 "periti truth scores.csv --method numeric --out values.csv\n"},
};

const struct command_group truth_group = {
    .name = "Quality", .commands = commands, .command_count = COUNT(commands)};
