#include <math.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "cli/command.h"
#include "command/groups.h"
#include "command/response_file.h"
#include "engine/irt/adapt.h"
#include "engine/irt/fit.h"
#include "sys/file.h"

struct irt_fit_command {
    const char *model;
    const char *out;
    int64_t nodes;
    int64_t rounds_max;
    bool without_errors;
    bool json;
};

static const struct field fit_fields[] = {
    TEXT(irt_fit_command, model, .choices = "auto|1pl|2pl|3pl|grm",
         .doc = "The model; auto is 2pl, or grm where answers go beyond 1"),
    TEXT(irt_fit_command, out, .optional = true, .doc = "Write the parameters here, as CSV"),
    INT(irt_fit_command, nodes, .min = 0, .max = IRT_NODE_MAX,
        .doc = "Nodes of the ability grid, a multiple of 8; 0: by the number of items"),
    INT(irt_fit_command, rounds_max, .min = 2, .max = 100000, .doc = "Upper bound on rounds"),
    BOOL(irt_fit_command, without_errors, .optional = true, .doc = "Skip the standard errors"),
    BOOL(irt_fit_command, json, .optional = true, .doc = "Print one JSON object"),
};
static const struct irt_fit_command fit_defaults = {.model = "auto", .rounds_max = 2000};
static const struct shape fit_shape =
    SHAPE(irt_fit_command, fit_fields, "Options of irt fit", .defaults = &fit_defaults);

static enum irt_model model_of(const char *name, const struct irt_responses *responses)
{
    if (shape_allows("1pl", name)) {
        return IRT_1PL;
    }
    if (shape_allows("2pl", name)) {
        return IRT_2PL;
    }
    if (shape_allows("3pl", name)) {
        return IRT_3PL;
    }
    size_t cell_count = (size_t)responses->row_count * responses->item_count;

    for (size_t i = 0; shape_allows("auto", name) && i < cell_count; i++) {
        if (responses->at[i] > 1 && responses->at[i] != IRT_MISSING) {
            return IRT_GRADED;
        }
    }
    return shape_allows("auto", name) ? IRT_2PL : IRT_GRADED;
}

static const char *name_of(enum irt_model model)
{
    static const char *const NAMES[] = {"1pl", "2pl", "3pl", "grm"};

    return NAMES[model];
}

static void print_item(FILE *to, const char *name, const struct irt_fit *fit, uint32_t i)
{
    const struct irt_item *item = &fit->items[i];

    for (uint32_t k = 0; k + 1 < item->category_count; k++) {
        fprintf(to, "%-20s %4u %10.5f %10.5f", k == 0 ? name : "", k + 1, item->slope,
                item->intercept[k]);
        if (fabs(item->slope) > 1e-6) {
            fprintf(to, " %10.5f", irt_item_difficulty(item, k));
        } else {
            fprintf(to, " %10s", "-");
        }
        fprintf(to, " %8.5f", item->guess);
        if (fit->errors != NULL) {
            fprintf(to, " %8.5f %8.5f", fit->errors[i].slope, fit->errors[i].intercept[k]);
        }
        fputc('\n', to);
    }
}

static void print_fit(FILE *to, const struct irt_responses *responses, enum irt_model model,
                      const struct irt_fit *fit)
{
    fprintf(to, "model           %s\n", name_of(model));
    fprintf(to, "persons         %.15g\n", fit->person_count);
    fprintf(to, "items           %u\n", responses->item_count);
    fprintf(to, "rounds          %u%s\n", fit->rounds,
            fit->converged ? "" : " (stopped at the bound)");
    fprintf(to, "log-likelihood  %.5f\n", fit->likelihood);
    fprintf(to, "parameters      %u\n", fit->parameter_count);
    fprintf(to, "AIC             %.3f\n", fit->aic);
    fprintf(to, "BIC             %.3f\n", fit->bic);
    if (fit->freedom > 0) {
        fprintf(to, "G-squared       %.3f (%.0f degrees of freedom, p %.4f)\n", fit->deviance,
                fit->freedom, fit->deviance_p);
        fprintf(to, "X-squared       %.3f (p %.4f)\n", fit->pearson, fit->pearson_p);
    }
    if (fit->bounded) {
        fprintf(to, "warning         a parameter stands at its bound: the data do not hold it\n");
    }
    fprintf(to, "\n%-20s %4s %10s %10s %10s %8s%s\n", "item", "step", "slope", "intercept",
            "difficulty", "guess", fit->errors == NULL ? "" : " slope-se inter-se");
    for (uint32_t i = 0; i < responses->item_count; i++) {
        print_item(to, responses->names[i], fit, i);
    }
}

static void json_reals(struct json_out *json, const char *name, const double *values,
                       uint32_t count)
{
    json_name(json, name);
    json_open(json, '[');
    for (uint32_t k = 0; k < count; k++) {
        json_real(json, values[k]);
    }
    json_close(json, ']');
}

static void item_as_json(struct json_out *json, const char *name, const struct irt_fit *fit,
                         uint32_t i)
{
    const struct irt_item *item = &fit->items[i];
    double difficulty[IRT_STEP_MAX];

    for (uint32_t k = 0; k + 1 < item->category_count; k++) {
        difficulty[k] = fabs(item->slope) > 1e-6 ? irt_item_difficulty(item, k) : (double)NAN;
    }
    json_open(json, '{');
    json_name(json, "item");
    json_text(json, name);
    json_name(json, "slope");
    json_real(json, item->slope);
    json_name(json, "guess");
    json_real(json, item->guess);
    json_reals(json, "intercepts", item->intercept, item->category_count - 1);
    json_reals(json, "difficulties", difficulty, item->category_count - 1);
    if (fit->errors != NULL) {
        json_name(json, "slope_se");
        json_real(json, fit->errors[i].slope);
        json_name(json, "guess_se");
        json_real(json, fit->errors[i].guess);
        json_reals(json, "intercepts_se", fit->errors[i].intercept, item->category_count - 1);
    }
    json_close(json, '}');
}

static void named_real(struct json_out *json, const char *name, double value)
{
    json_name(json, name);
    json_real(json, value);
}

static void fit_as_json(struct invocation *call, const struct irt_responses *responses,
                        enum irt_model model, const struct irt_fit *fit)
{
    struct buffer buffer = buffer_new(call->arena);
    struct json_out json = json_to(&buffer);

    json_open(&json, '{');
    json_name(&json, "model");
    json_text(&json, name_of(model));
    named_real(&json, "persons", fit->person_count);
    json_name(&json, "rounds");
    json_int(&json, fit->rounds);
    json_name(&json, "converged");
    json_bool(&json, fit->converged);
    json_name(&json, "bounded");
    json_bool(&json, fit->bounded);
    named_real(&json, "log_likelihood", fit->likelihood);
    json_name(&json, "parameters");
    json_int(&json, fit->parameter_count);
    named_real(&json, "aic", fit->aic);
    named_real(&json, "bic", fit->bic);
    if (fit->freedom > 0) {
        named_real(&json, "g_squared", fit->deviance);
        named_real(&json, "g_squared_p", fit->deviance_p);
        named_real(&json, "x_squared", fit->pearson);
        named_real(&json, "x_squared_p", fit->pearson_p);
        named_real(&json, "freedom", fit->freedom);
    }
    json_name(&json, "items");
    json_open(&json, '[');
    for (uint32_t i = 0; i < responses->item_count; i++) {
        item_as_json(&json, responses->names[i], fit, i);
    }
    json_close(&json, ']');
    json_close(&json, '}');
    fprintf(call->out, "%s\n", buffer.at);
}

static enum err run_fit(struct invocation *call)
{
    const struct irt_fit_command *options = call->options;
    struct irt_fit_options how = IRT_FIT_DEFAULTS;
    struct irt_responses responses;
    struct irt_fit fit;

    TRY(response_file_read(call->arena, call->words[0], &responses, call->fault));
    how.model = model_of(options->model, &responses);
    how.node_count = (uint32_t)options->nodes;
    how.rounds_max = (uint32_t)options->rounds_max;
    how.without_errors = options->without_errors;
    TRY(irt_fit(call->arena, &responses, &how, NULL, &fit, call->fault));
    if (options->out != NULL) {
        struct buffer buffer = buffer_new(call->arena);

        parameter_file_write(&buffer, responses.names, &fit, responses.item_count);
        TRY(file_write(options->out, buffer_view(&buffer), 0644, call->fault));
    }
    if (options->json) {
        fit_as_json(call, &responses, how.model, &fit);
    } else {
        print_fit(call->out, &responses, how.model, &fit);
    }
    return OK;
}

struct irt_simulate_command {
    const char *order;
    int64_t persons;
    int64_t seed;
    int64_t count_min;
    int64_t count_max;
    double error_max;
    double cut;
    double cut_level;
    int64_t top;
    double exposure_max;
    double agreement;
    bool trust_grader;
    bool json;
};

static const struct field simulate_fields[] = {
    TEXT(irt_simulate_command, order, .choices = "adaptive|random", .doc = "How items are chosen"),
    INT(irt_simulate_command, persons, .min = 1, .max = 10000000, .doc = "Simulated persons"),
    INT(irt_simulate_command, seed, .min = 0, .max = 9e15, .doc = "Seed of the simulation"),
    INT(irt_simulate_command, count_min, .min = 0, .max = IRT_ITEM_MAX,
        .doc = "Never stop before so many items"),
    INT(irt_simulate_command, count_max, .min = 0, .max = IRT_ITEM_MAX,
        .doc = "Stop after so many items; 0: when the bank is empty"),
    REAL(irt_simulate_command, error_max, .min = 0, .max = 10,
         .doc = "Stop when the standard error is no larger"),
    REAL(irt_simulate_command, cut, .optional = true, .min = -6, .max = 6,
         .doc = "Stop when the interval leaves out this ability"),
    REAL(irt_simulate_command, cut_level, .min = 0.5, .max = 0.9999,
         .doc = "Mass of the interval about the cut"),
    INT(irt_simulate_command, top, .min = 1, .max = IRT_TOP_MAX,
        .doc = "Draw among so many of the best items"),
    REAL(irt_simulate_command, exposure_max, .min = 0.001, .max = 1,
         .doc = "Share of persons that may see one item"),
    REAL(irt_simulate_command, agreement, .min = 0.01, .max = 1,
         .doc = "Chance that a grader gives the true score"),
    BOOL(irt_simulate_command, trust_grader, .optional = true,
         .doc = "Score as though graders never erred, to see what that does to intervals"),
    BOOL(irt_simulate_command, json, .optional = true, .doc = "Print one JSON object"),
};
static const struct irt_simulate_command simulate_defaults = {.order = "adaptive",
                                                              .persons = 1000,
                                                              .seed = 1,
                                                              .count_min = 3,
                                                              .error_max = 0.3,
                                                              .cut = (double)NAN,
                                                              .cut_level = 0.95,
                                                              .top = 5,
                                                              .exposure_max = 1,
                                                              .agreement = 1};
static const struct shape simulate_shape =
    SHAPE(irt_simulate_command, simulate_fields, "Options of irt simulate",
          .defaults = &simulate_defaults);

static void print_simulation(FILE *to, const struct irt_simulation *result)
{
    fprintf(to, "items a person       %.3f\n", result->items_mean);
    fprintf(to, "bias                 %.4f\n", result->bias);
    fprintf(to, "root mean sq. error  %.4f\n", result->rmse);
    fprintf(to, "mean standard error  %.4f\n", result->deviation_mean);
    fprintf(to, "95%% coverage         %.4f\n", result->coverage);
    fprintf(to, "reliability          %.4f\n", result->reliability);
    fprintf(to, "largest exposure     %.4f\n", result->exposure_most);
    fprintf(to, "items ever used      %.4f\n", result->used_share);
    fprintf(to, "stopped: precise %u, clear of the cut %u, count %u, bank empty %u\n",
            result->stops[IRT_STOP_PRECISE], result->stops[IRT_STOP_CLEAR],
            result->stops[IRT_STOP_COUNT], result->stops[IRT_STOP_EMPTY]);
}

static void simulation_as_json(struct invocation *call, const struct irt_simulation *result)
{
    struct buffer buffer = buffer_new(call->arena);
    struct json_out json = json_to(&buffer);

    json_open(&json, '{');
    named_real(&json, "items_mean", result->items_mean);
    named_real(&json, "bias", result->bias);
    named_real(&json, "rmse", result->rmse);
    named_real(&json, "standard_error_mean", result->deviation_mean);
    named_real(&json, "coverage", result->coverage);
    named_real(&json, "reliability", result->reliability);
    named_real(&json, "exposure_most", result->exposure_most);
    named_real(&json, "used_share", result->used_share);
    named_real(&json, "stopped_precise", result->stops[IRT_STOP_PRECISE]);
    named_real(&json, "stopped_clear", result->stops[IRT_STOP_CLEAR]);
    named_real(&json, "stopped_count", result->stops[IRT_STOP_COUNT]);
    named_real(&json, "stopped_empty", result->stops[IRT_STOP_EMPTY]);
    json_close(&json, '}');
    fprintf(call->out, "%s\n", buffer.at);
}

/* Blocks get shares as large as their part of the bank. */
static const double *shares_of(struct arena *arena, const struct parameter_file *file)
{
    double *shares = arena_array(arena, double, file->block_count);

    for (uint32_t i = 0; i < file->item_count; i++) {
        shares[file->entries[i].block] += 1.0 / file->item_count;
    }
    return file->block_count > 1 ? shares : NULL;
}

static enum err run_simulate(struct invocation *call)
{
    const struct irt_simulate_command *options = call->options;
    struct irt_simulation result;
    struct parameter_file file;
    struct irt_bank bank;

    TRY(parameter_file_read(call->arena, call->words[0], &file, call->fault));
    for (uint32_t i = 0; options->agreement < 1 && i < file.item_count; i++) {
        uint32_t count = file.entries[i].item.category_count;
        double *confusion = arena_array(call->arena, double, (size_t)count *count);

        irt_confusion_of(count, options->agreement, confusion);
        file.entries[i].confusion = confusion;
    }
    TRY(irt_bank_new(call->arena, file.entries, file.item_count, &bank, call->fault));
    struct irt_simulation_options how = {
        .seed = (uint64_t)options->seed,
        .person_count = (uint32_t)options->persons,
        .deviation = 1,
        .stop = {.count_min = (uint32_t)options->count_min,
                 .count_max = options->count_max == 0 ? UINT32_MAX : (uint32_t)options->count_max,
                 .deviation_max = options->error_max,
                 .cut = options->cut,
                 .cut_level = options->cut_level},
        .shares = shares_of(call->arena, &file),
        .exposure_max = options->exposure_max,
        .top_count = (uint32_t)options->top,
        .random_order = shape_allows("random", options->order),
        .trust_grader = options->trust_grader,
    };

    TRY(irt_simulate(call->arena, &bank, &how, &result, call->fault));
    if (options->json) {
        simulation_as_json(call, &result);
    } else {
        print_simulation(call->out, &result);
    }
    return OK;
}

static const struct command commands[] = {
    {.name = "irt fit",
     .words = "RESPONSES.csv",
     .run = run_fit,
     .options = &fit_shape,
     .summary = "Calibrate items: 1-, 2- and 3-parameter logistic and graded response",
     .details =
         "Reads CSV: a header of item names and one row a person with categories from 0; "
         "empty\nfields are gaps. A column `count` says how many persons answered so. Prints "
         "parameters\nwith standard errors, log-likelihood and fit.",
     .examples = "periti irt fit answers.csv --model 2pl --out items.csv\n"},
    {.name = "irt simulate",
     .words = "ITEMS.csv",
     .run = run_simulate,
     .options = &simulate_shape,
     .summary = "Simulate adaptive interviews with calibrated items",
     .details = "Reads what `irt fit --out` writes, with an optional column `block`. Prints how "
                "many items a\nperson needs, how far off the estimates are, and whether intervals "
                "hold what they promise.",
     .examples = "periti irt simulate items.csv --error-max 0.3 --agreement 0.8\n"
                 "periti irt simulate items.csv --order random\n"},
};

const struct command_group irt_group = {
    .name = "Interviews", .commands = commands, .command_count = COUNT(commands)};
