#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "cli/command.h"
#include "command/groups.h"
#include "command/label_file.h"
#include "num/interval.h"
#include "sys/file.h"

struct truth_command {
    const char *truth;
    const char *method;
    const char *gold;
    const char *out;
    const char *workers;
    const char *repeats;
    int64_t seed;
    int64_t rounds_max;
    bool json;
};

static const struct field fields[] = {
    TEXT(truth_command, truth, .optional = true, .doc = "Answers item,truth to score against"),
    TEXT(truth_command, method, .optional = true,
         .choices =
             "auto|plurality|majority|wawa|zero-based-skill|catd|pm|one-coin|dawid-skene|ibcc|"
             "ebcc|hierarchical|glad|mace|bwa|minimax|minimax-ordinal|ordinal",
         .doc = "How to infer (auto)"),
    TEXT(truth_command, gold, .optional = true,
         .doc = "Known answers item,truth that stay fixed and teach the rest"),
    TEXT(truth_command, out, .optional = true, .doc = "Write item,label,probability here"),
    TEXT(truth_command, workers, .optional = true, .doc = "Write one row a worker here"),
    TEXT(truth_command, repeats, .choices = "error|last|mean",
         .doc = "What to do when a worker labels an item again"),
    INT(truth_command, seed, .min = 0, .max = 9e15, .doc = "Seed of restarts and sampling"),
    INT(truth_command, rounds_max, .min = 1, .max = 100000, .doc = "Upper bound on rounds"),
    BOOL(truth_command, json, .optional = true, .doc = "Print one JSON object"),
};
static const struct truth_command defaults = {.repeats = "error", .seed = 1, .rounds_max = 200};
static const struct shape shape =
    SHAPE(truth_command, fields, "Options of truth", .defaults = &defaults);

/* Agreement with known answers; a tie counts as its share. */
struct score {
    uint32_t count;
    double right;
};

static struct score score_against(const struct label_file *file, const struct truth_fit *fit,
                                  const uint32_t *truth)
{
    struct score score = {0};

    for (uint32_t item = 0; item < file->input.item_count; item++) {
        uint32_t best = truth_best(&file->input, fit, item);
        const double *row = fit->posterior + (size_t)item * file->input.class_count;

        if (truth[item] == TRUTH_UNKNOWN) {
            continue;
        }
        score.count++;
        if (truth[item] < file->input.class_count && row[truth[item]] > row[best] - 1e-9) {
            score.right += 1.0 / truth_tied(&file->input, fit, item);
        }
    }
    return score;
}

static enum err write_answers(struct invocation *call, const char *path,
                              const struct label_file *file, const struct truth_fit *fit)
{
    ARENA_SCOPE arena = arena_new();
    char scratch[NAME_PRINTED_MAX];
    struct buffer buffer = buffer_new(arena);

    buffer_string(&buffer, "item,label,probability\n");
    for (uint32_t item = 0; item < file->input.item_count; item++) {
        uint32_t best = truth_best(&file->input, fit, item);

        buffer_csv(&buffer, names_at(file->items, item, scratch));
        buffer_char(&buffer, ',');
        buffer_csv(&buffer, text_of(file->classes[best]));
        buffer_print(&buffer, ",%.6f\n",
                     fit->posterior[(size_t)item * file->input.class_count + best]);
    }
    return file_write(path, buffer_view(&buffer), 0644, call->fault);
}

static enum err write_workers(struct invocation *call, const char *path,
                              const struct label_file *file, const struct truth_fit *fit)
{
    ARENA_SCOPE arena = arena_new();
    char scratch[NAME_PRINTED_MAX];
    struct buffer buffer = buffer_new(arena);
    uint32_t *given = arena_array(arena, uint32_t, file->input.worker_count);

    for (uint32_t i = 0; i < truth_label_count(&file->input); i++) {
        given[file->input.row[i] / file->input.class_count]++;
    }
    buffer_string(&buffer, "worker,labels,skill\n");
    for (uint32_t worker = 0; worker < file->input.worker_count; worker++) {
        buffer_csv(&buffer, names_at(file->workers, worker, scratch));
        buffer_print(&buffer, ",%u,%.6f\n", given[worker], fit->skill[worker]);
    }
    return file_write(path, buffer_view(&buffer), 0644, call->fault);
}

static void print_plain(struct invocation *call, const struct label_file *file,
                        const struct truth_fit *fit, const struct score *score)
{
    fprintf(call->out, "items           %u\n", file->input.item_count);
    fprintf(call->out, "workers         %u\n", file->input.worker_count);
    fprintf(call->out, "classes         %u\n", file->input.class_count);
    fprintf(call->out, "labels          %u\n", truth_label_count(&file->input));
    fprintf(call->out, "method          %s%s%s\n", fit->method, *fit->reason ? ": " : "",
            fit->reason);
    fprintf(call->out, "rounds          %u%s\n", fit->rounds,
            fit->converged ? "" : " (stopped at the bound)");
    fprintf(call->out, "log-likelihood  %.6f\n", fit->likelihood);
    if (score->count > 0) {
        struct interval interval = interval_wilson(score->right, score->count, .95);

        fprintf(call->out, "accuracy        %.4f (95%% interval %.4f to %.4f, %u items)\n",
                score->right / score->count, interval.low, interval.high, score->count);
    }
}

static void print_json(struct invocation *call, const struct label_file *file,
                       const struct truth_fit *fit, const struct score *score)
{
    struct buffer buffer = buffer_new(call->arena);
    struct json_out json = json_to(&buffer);

    json_open(&json, '{');
    json_name(&json, "items");
    json_int(&json, file->input.item_count);
    json_name(&json, "workers");
    json_int(&json, file->input.worker_count);
    json_name(&json, "classes");
    json_int(&json, file->input.class_count);
    json_name(&json, "labels");
    json_int(&json, truth_label_count(&file->input));
    json_name(&json, "method");
    json_text(&json, fit->method);
    json_name(&json, "reason");
    json_text(&json, fit->reason);
    json_name(&json, "rounds");
    json_int(&json, fit->rounds);
    json_name(&json, "converged");
    json_bool(&json, fit->converged);
    json_name(&json, "log_likelihood");
    json_real(&json, fit->likelihood);
    if (score->count > 0) {
        struct interval interval = interval_wilson(score->right, score->count, .95);

        json_name(&json, "accuracy");
        json_real(&json, score->right / score->count);
        json_name(&json, "accuracy_low");
        json_real(&json, interval.low);
        json_name(&json, "accuracy_high");
        json_real(&json, interval.high);
        json_name(&json, "accuracy_items");
        json_int(&json, score->count);
    }
    json_close(&json, '}');
    fprintf(call->out, "%s\n", buffer.at);
}

static enum truth_repeats repeats_of(const char *name)
{
    return shape_allows("last", name)   ? TRUTH_REPEATS_LAST
           : shape_allows("mean", name) ? TRUTH_REPEATS_MEAN
                                        : TRUTH_REPEATS_REFUSE;
}

static enum err run_truth(struct invocation *call)
{
    const struct truth_command *options = call->options;
    struct truth_options how = TRUTH_DEFAULTS;
    LABEL_FILE_SCOPE file = {0};
    struct truth_fit fit;
    struct score score = {0};
    uint32_t *truth;

    TRY(label_file_read(call->arena, call->words[0], options->gold, repeats_of(options->repeats),
                        &file, call->fault));
    how.method = options->method;
    how.seed = (uint64_t)options->seed;
    how.rounds_max = (uint32_t)options->rounds_max;
    TRY(truth_fit(call->arena, &file.input, &how, &fit, call->fault));
    if (options->truth != NULL) {
        TRY(label_file_truth(call->arena, options->truth, &file, &truth, call->fault));
        score = score_against(&file, &fit, truth);
    }
    if (options->out != NULL) {
        TRY(write_answers(call, options->out, &file, &fit));
    }
    if (options->workers != NULL) {
        TRY(write_workers(call, options->workers, &file, &fit));
    }
    if (options->json) {
        print_json(call, &file, &fit, &score);
    } else {
        print_plain(call, &file, &fit, &score);
    }
    return OK;
}

static const struct command commands[] = {
    {.name = "truth",
     .words = "LABELS.csv",
     .run = run_truth,
     .options = &shape,
     .summary = "Infer one answer per item from many fallible labels",
     .details = "Reads CSV with the header item,worker,label. Prints what was inferred and, with "
                "--truth,\nhow often it is right.",
     .examples = "periti truth labels.csv --out answers.csv --workers workers.csv\n"
                 "periti truth labels.csv --truth truth.csv --method majority\n"},
};

const struct command_group truth_group = {
    .name = "Quality", .commands = commands, .command_count = COUNT(commands)};
