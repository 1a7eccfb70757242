#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/map.h"
#include "cli/command.h"
#include "command/agree_report.h"
#include "command/groups.h"
#include "command/names.h"
#include "command/rating_file.h"
#include "command/table.h"
#include "command/within_memory.h"
#include "engine/agree/agree.h"
#include "engine/agree/scale.h"
#include "sys/spill.h"
#include "sys/threads.h"

enum { PAIRS_MAX = 1000000 };

struct agree_command {
    const char *metric;
    const char *level;
    const char *weights;
    const char *order;
    const char *by;
    const char *repeats;
    const char *memory;
    int64_t bootstrap;
    int64_t seed;
    int64_t threads;
    double confidence;
    bool pairs;
    bool json;
};

static const struct field fields[] = {
    TEXT(agree_command, metric,
         .choices =
             "all|percent|kappa|scott|fleiss|conger|brennan-prediger|ac1|ac2|alpha|icc|kendall",
         .doc = "Coefficient"),
    TEXT(agree_command, level, .choices = "nominal|ordinal|interval|ratio",
         .doc = "What the labels are; all but nominal need numbers, or --order"),
    TEXT(agree_command, weights, .optional = true,
         .choices = "identity|linear|quadratic|ordinal|ratio",
         .doc = "Of all but alpha; by level: identity, linear in ranks, quadratic, ratio"),
    TEXT(agree_command, order, .optional = true, .doc = "All labels from low to high: a,b,c"),
    TEXT(agree_command, by, .optional = true, .doc = "Strata item,stratum, each reported too"),
    TEXT(agree_command, repeats, .choices = "error|last|mean",
         .doc = "What to do when a worker labels an item again"),
    TEXT(agree_command, memory, .doc = SPILL_MEMORY_DOC),
    INT(agree_command, bootstrap, .max = 1000000, .doc = "Poisson replicates over items; 0: none"),
    INT(agree_command, seed, .max = 9e15, .doc = "Seed of the replicates"),
    REAL(agree_command, confidence, .min = 0.01, .max = 0.9999, .doc = "Coverage of the intervals"),
    INT(agree_command, threads, .min = 0, .max = 64, .doc = "Threads; 0: as many as processors"),
    BOOL(agree_command, pairs, .optional = true, .doc = "Each pair of workers too"),
    BOOL(agree_command, json, .optional = true, .doc = "Print one JSON object"),
};
static const struct agree_command defaults = {.metric = "all",
                                              .level = "nominal",
                                              .repeats = "error",
                                              .memory = SPILL_MEMORY_DEFAULT,
                                              .bootstrap = 1000,
                                              .seed = 1,
                                              .confidence = 0.95};
static const struct shape shape =
    SHAPE(agree_command, fields, "Options of agree", .defaults = &defaults);

struct metric_name {
    const char *name;
    enum agree_metric metric;
};

static const struct metric_name metric_names[] = {
    {"percent", AGREE_PERCENT}, {"kappa", AGREE_COHEN},   {"scott", AGREE_SCOTT},
    {"fleiss", AGREE_FLEISS},   {"conger", AGREE_CONGER}, {"brennan-prediger", AGREE_BRENNAN},
    {"ac1", AGREE_GWET},        {"alpha", AGREE_ALPHA},
};

static const char *const icc_names[AGREE_ICC_FORMS_] = {"icc1",  "icc2",  "icc3",
                                                        "icc1k", "icc2k", "icc3k"};

/* What to measure, as the options say. */
struct plan {
    struct agree_options options; /* metric and distance are set for each coefficient */
    const char *names[COUNT(metric_names) + COUNT(icc_names) + 1];
    enum agree_metric metrics[COUNT(metric_names)];
    size_t coefficient_count; /* these come first, and for pairs alone */
    size_t metric_count;
    bool icc;
    bool kendall;
    enum agree_distance alpha_distance;
    enum agree_distance distance; /* of all others */
    const char *weights;
    bool by_rank; /* all others see ranks only */
};

static size_t index_of(const char *choices, const char *name)
{
    size_t index = 0;

    for (const char *at = choices; *at != '\0'; index++) {
        size_t size = strcspn(at, "|");

        if (strlen(name) == size && memcmp(at, name, size) == 0) {
            return index;
        }
        at += size + (at[size] == '|');
    }
    return index;
}

static void take_metrics(const struct agree_command *options, struct plan *plan)
{
    bool all = strcmp(options->metric, "all") == 0;
    const char *wanted = strcmp(options->metric, "ac2") == 0 ? "ac1" : options->metric;

    for (size_t i = 0; i < COUNT(metric_names); i++) {
        const struct metric_name *name = &metric_names[i];

        if (!all && strcmp(name->name, wanted) != 0) {
            continue;
        }
        bool weighted = name->metric == AGREE_GWET && plan->distance != AGREE_NOMINAL;

        plan->names[plan->coefficient_count] = weighted ? "ac2" : name->name;
        plan->metrics[plan->coefficient_count++] = name->metric;
    }
    plan->metric_count = plan->coefficient_count;
    plan->icc = strcmp(options->metric, "icc") == 0 ||
                (all && shape_allows("interval|ratio", options->level));
    plan->kendall = strcmp(options->metric, "kendall") == 0 ||
                    (all && !shape_allows("nominal", options->level));
    for (size_t i = 0; plan->icc && i < COUNT(icc_names); i++) {
        plan->names[plan->metric_count++] = icc_names[i];
    }
    if (plan->kendall) {
        plan->names[plan->metric_count++] = "kendall-w";
    }
}

static struct plan plan_of(const struct agree_command *options)
{
    static const enum agree_distance by_level[] = {AGREE_NOMINAL, AGREE_ORDINAL, AGREE_QUADRATIC,
                                                   AGREE_RATIO};
    static const enum agree_distance by_weights[] = {AGREE_NOMINAL, AGREE_LINEAR, AGREE_QUADRATIC,
                                                     AGREE_ORDINAL, AGREE_RATIO};
    static const char *const weights[] = {"identity", "linear", "quadratic", "ratio"};
    size_t level = index_of("nominal|ordinal|interval|ratio", options->level);
    struct plan plan = {
        .options = {.bootstrap = (uint32_t)options->bootstrap,
                    .seed = (uint64_t)options->seed,
                    .level = options->confidence},
        .alpha_distance = by_level[level],
        .distance = level == 1 ? AGREE_LINEAR : by_level[level],
        .weights = weights[level],
        .by_rank = level == 1,
    };

    if (options->weights != NULL) {
        plan.weights = options->weights;
        plan.distance =
            by_weights[index_of("identity|linear|quadratic|ordinal|ratio", options->weights)];
    }
    take_metrics(options, &plan);
    return plan;
}

static struct agree_options options_for(const struct plan *plan, size_t i)
{
    struct agree_options options = plan->options;

    options.metric = plan->metrics[i];
    options.distance = options.metric == AGREE_ALPHA ? plan->alpha_distance : plan->distance;
    return options;
}

static enum err measure_all(struct invocation *call, const struct plan *plan,
                            const struct agree_input *input, const struct agree_result **out)
{
    struct agree_result *results =
        arena_array(call->arena, struct agree_result, plan->metric_count);
    const struct agree_table *table;

    TRY(agree_table_build(call->arena, input, &table, call->fault));
    for (size_t i = 0; i < plan->coefficient_count; i++) {
        struct agree_options options = options_for(plan, i);

        TRY(agree_measure(call->arena, table, &options, &results[i], call->fault));
    }
    if (plan->icc) {
        agree_icc(call->arena, table, plan->options.level, results + plan->coefficient_count);
    }
    if (plan->kendall) {
        struct agree_concordance concordance;

        agree_kendall(call->arena, table, &concordance);
        results[plan->metric_count - 1] = concordance.result;
    }
    *out = results;
    return OK;
}

static enum err measure_pairs(struct invocation *call, const struct plan *plan,
                              const struct agree_input *input, struct agree_report *report)
{
    const struct agree_table *table;
    struct agree_section *sections = NULL;
    struct agree_result *results = NULL; /* [pair][metric] */
    struct agree_pair *pairs;

    TRY(agree_table_build(call->arena, input, &table, call->fault));
    for (size_t i = 0; i < plan->coefficient_count; i++) {
        struct agree_options options = options_for(plan, i);

        TRY(agree_pairs(call->arena, table, &options, PAIRS_MAX, &pairs, &report->pair_count,
                        call->fault));
        if (i == 0) {
            sections = arena_array(call->arena, struct agree_section, report->pair_count);
            results = arena_array(call->arena, struct agree_result,
                                  report->pair_count * plan->coefficient_count);
        }
        for (size_t k = 0; k < report->pair_count; k++) {
            results[k * plan->coefficient_count + i] = pairs[k].result;
            sections[k] = (struct agree_section){
                .left = map_key(report->file->workers, pairs[k].left).at,
                .right = map_key(report->file->workers, pairs[k].right).at,
                .results = results + k * plan->coefficient_count,
            };
        }
    }
    report->pairs = sections;
    return OK;
}

/* Strata of items: [item] is a number in `names`, or NONE. */
struct strata {
    struct map *names;
    uint32_t *of_item;
};

static const uint32_t NONE = UINT32_MAX;

static enum err read_strata(struct invocation *call, const char *path,
                            const struct rating_file *file, struct strata *out)
{
    static const struct column columns[] = {{.name = "item"}, {.name = "stratum"}};
    TABLE_SCOPE table = NULL;
    struct strata strata = {.names = map_new(call->arena),
                            .of_item =
                                arena_array(call->arena, uint32_t, names_count(file->items))};
    const struct text *row;
    uint32_t item;
    bool more;

    memset(strata.of_item, 0xFF, names_count(file->items) * sizeof(uint32_t));
    TRY(table_open(path, columns, COUNT(columns), &table, call->fault));
    for (;;) {
        TRY(table_next(table, &row, &more, call->fault));
        if (!more) {
            break;
        }
        if (!names_find(file->items, row[0], &item)) {
            continue;
        }
        if (strata.of_item[item] != NONE) {
            return fail_line(call->fault, ERR_INVALID, table_line(table), "item",
                             "item %.*s has a stratum already",
                             (int)(row[0].size < 80 ? row[0].size : 80), row[0].at);
        }
        strata.of_item[item] = map_add(strata.names, row[1]);
    }
    *out = strata;
    return OK;
}

/* The ratings of each stratum side by side; `starts` gets where each begins, and the end. */
static struct agree_rating *bucket_ratings(struct arena *arena, const struct agree_input *input,
                                           const struct strata *strata, size_t *starts)
{
    uint32_t count = map_count(strata->names);
    struct agree_rating *ratings = arena_array(arena, struct agree_rating, input->rating_count);
    size_t *ends = arena_array(arena, size_t, (size_t)count + 1);

    for (size_t i = 0; i < input->rating_count; i++) {
        uint32_t stratum = strata->of_item[input->ratings[i].unit];

        ends[stratum == NONE ? count : stratum]++;
    }
    for (size_t k = 0, total = 0; k <= count; k++) {
        size_t size = ends[k];

        starts[k] = ends[k] = total;
        total += size;
    }
    for (size_t i = 0; i < input->rating_count; i++) {
        uint32_t stratum = strata->of_item[input->ratings[i].unit];

        ratings[ends[stratum == NONE ? count : stratum]++] = input->ratings[i];
    }
    return ratings;
}

static enum err measure_strata(struct invocation *call, const struct plan *plan, const char *path,
                               const struct agree_input *input, struct agree_report *report)
{
    struct strata strata = {0};

    TRY(read_strata(call, path, report->file, &strata));
    uint32_t count = map_count(strata.names);
    size_t *starts = arena_array(call->arena, size_t, (size_t)count + 1);
    struct agree_rating *ratings = bucket_ratings(call->arena, input, &strata, starts);
    struct agree_section *sections = arena_array(call->arena, struct agree_section, count);

    for (uint32_t k = 0; k < count; k++) {
        struct agree_input part = *input;

        part.ratings = ratings + starts[k];
        part.rating_count = starts[k + 1] - starts[k];
        sections[k].stratum = map_key(strata.names, k).at;
        TRY(measure_all(call, plan, &part, &sections[k].results));
    }
    for (uint32_t item = 0; item < input->unit_count; item++) {
        report->without_stratum += strata.of_item[item] == NONE;
    }
    report->strata = sections;
    report->stratum_count = count;
    return OK;
}

static enum repeats repeats_of(const char *name)
{
    static const enum repeats by_name[] = {REPEATS_REFUSE, REPEATS_LAST, REPEATS_MEAN};

    return by_name[index_of("error|last|mean", name)];
}

static struct rating_rules rules_of(const struct agree_command *options)
{
    bool weighted = options->weights != NULL && strcmp(options->weights, "identity") != 0;
    bool numbers = !shape_allows("nominal", options->level) || weighted ||
                   shape_allows("icc|kendall", options->metric);

    return (struct rating_rules){.repeats = repeats_of(options->repeats),
                                 .numbers = numbers && options->order == NULL,
                                 .order = options->order};
}

static enum err run_bounded(struct invocation *call, struct spill *spill)
{
    const struct agree_command *options = call->options;
    struct parallel threads = threads_new((size_t)options->threads);
    struct rating_rules rules = rules_of(options);
    struct plan plan = plan_of(options);
    RATING_FILE_SCOPE file = {0};

    rules.parallel = plan.options.parallel = &threads;
    rules.spill = spill;
    TRY(rating_file_read(call->arena, call->words[0], &rules, &file, call->fault));
    struct agree_input input = {.ratings = file.ratings,
                                .rating_count = file.rating_count,
                                .unit_count = names_count(file.items),
                                .rater_count = map_count(file.workers),
                                .value_count = file.label_count,
                                .scores = plan.by_rank ? NULL : file.scores};
    struct agree_report report = {.file = &file,
                                  .level = options->level,
                                  .weights = plan.weights,
                                  .metrics = plan.names,
                                  .metric_count = plan.metric_count,
                                  .coefficient_count = plan.coefficient_count,
                                  .confidence = options->confidence,
                                  .replicates = (uint32_t)options->bootstrap};

    TRY(measure_all(call, &plan, &input, &report.whole.results));
    if (options->by != NULL) {
        TRY(measure_strata(call, &plan, options->by, &input, &report));
    }
    if (options->pairs && plan.coefficient_count > 0) {
        TRY(measure_pairs(call, &plan, &input, &report));
    }
    if (options->json) {
        agree_report_json(call->out, call->arena, &report);
    } else {
        agree_report_print(call->out, &report);
    }
    return OK;
}

static enum err run_agree(struct invocation *call)
{
    const struct agree_command *command = call->options;

    return within_memory(call, command->memory, run_bounded);
}

static const struct command commands[] = {
    {.name = "agree",
     .words = "LABELS.csv",
     .run = run_agree,
     .options = &shape,
     .summary = "Measure how far workers agree beyond chance",
     .details =
         "Reads CSV with the columns item,worker,label (\"-\": standard input). A row that is not\n"
         "there is a missing value. Prints each coefficient with a bootstrap interval, and what "
         "was\n"
         "observed and expected by chance. kappa and scott of more than two workers are means "
         "over\n"
         "pairs. A coefficient that the labels leave undefined says why (null in JSON); an "
         "interval\n"
         "is unknown with fewer than two items of two labels, or where half of the replicates "
         "leave\n"
         "the coefficient undefined.",
     .examples = "periti agree labels.csv\n"
                 "periti agree labels.csv --metric kappa --pairs --json\n"
                 "periti agree scores.csv --metric alpha --level interval --by domains.csv\n"
                 "periti agree grades.csv --metric kappa --level ordinal --order poor,fair,good\n"},
};

const struct command_group agree_group = {
    .name = "Agreement", .commands = commands, .command_count = COUNT(commands)};
