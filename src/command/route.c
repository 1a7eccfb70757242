#include "engine/truth/route.h"
#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "cli/command.h"
#include "command/groups.h"
#include "command/label_file.h"
#include "command/table.h"
#include "sys/output.h"
#include "sys/threads.h"

struct route_command {
    double budget;
    double target;
    double explore;
    const char *costs;
    int64_t capacity;
    const char *gold;
    const char *method;
    const char *repeats;
    const char *out;
    int64_t seed;
    bool json;
};

static const struct field fields[] = {
    REAL(route_command, budget, .min = 1e-9, .max = 1e15,
         .doc = "Money to spend; a judgement costs 1 unless --costs says otherwise"),
    REAL(route_command, target, .min = 1e-6, .max = 1,
         .doc = "An item is done when its answer is this probable"),
    REAL(route_command, explore, .min = 0, .max = 1,
         .doc = "Share of the judgements that go to the workers least known"),
    TEXT(route_command, costs, .optional = true, .doc = "Price of a judgement: worker,cost"),
    INT(route_command, capacity, .min = 0, .max = 4e9,
        .doc = "Judgements that one worker can take; 0: no bound"),
    TEXT(route_command, gold, .optional = true, .doc = "Known answers item,truth"),
    TEXT(route_command, method, .choices = "dawid-skene|ibcc|hierarchical|one-coin|mace|ordinal",
         .doc = "How to infer what is believed now"),
    TEXT(route_command, repeats, .choices = "error|last|mean",
         .doc = "What to do when a worker labels an item again"),
    TEXT(route_command, out, .optional = true,
         .doc = "Write item,worker,gain,cost here, the most informative first"),
    INT(route_command, seed, .min = 0, .max = 9e15, .doc = "Seed of sampled futures"),
    BOOL(route_command, json, .optional = true, .doc = "Print one JSON object"),
};
static const struct route_command defaults = {.budget = 100,
                                              .target = .99,
                                              .explore = .02,
                                              .method = "hierarchical",
                                              .repeats = "error",
                                              .seed = 1};
static const struct shape shape =
    SHAPE(route_command, fields, "Options of route", .defaults = &defaults);

static const struct column cost_header[] = {{.name = "worker"}, {.name = "cost"}};

struct plan {
    uint32_t picks;
    uint32_t explored;
    uint32_t items;
    double spent;
    double gain;
    double before;
    double after;
    bool grounded; /* some worker's skill shows: beside another's label, or a known answer */
};

static enum err take_costs(struct table *rows, const struct label_file *file, double *cost,
                           struct fault *fault)
{
    const struct text *row;
    uint32_t worker;
    double value;

    for (;;) {
        bool more;

        TRY(table_next(rows, &row, &more, fault));
        if (!more) {
            return OK;
        }
        if (!text_real(row[1], &value) || value <= 0) {
            return fail_line(fault, ERR_INVALID, table_line(rows), "cost",
                             "the cost \"%.*s\" is not a number above zero", (int)row[1].size,
                             row[1].at);
        }
        if (names_find(file->workers, row[0], &worker)) {
            cost[worker] = value;
        }
    }
}

/* Workers that the file does not name cost one. */
static enum err read_costs(struct arena *arena, const char *path, const struct label_file *file,
                           double **out, struct fault *fault)
{
    double *cost = arena_array(arena, double, file->input.worker_count);
    TABLE_SCOPE rows = NULL;

    for (uint32_t worker = 0; worker < file->input.worker_count; worker++) {
        cost[worker] = 1;
    }
    TRY(table_open(path, cost_header, COUNT(cost_header), &rows, fault));
    TRY(take_costs(rows, file, cost, fault));
    *out = cost;
    return OK;
}

static void write_pick(struct output *output, struct buffer *line, const struct label_file *file,
                       const struct route_pick *pick)
{
    char scratch[NAME_PRINTED_MAX];

    buffer_reset(line);
    buffer_csv(line, names_at(file->items, pick->item, scratch));
    buffer_char(line, ',');
    buffer_csv(line, names_at(file->workers, pick->worker, scratch));
    buffer_print(line, ",%.6f,%.6g\n", pick->gain, pick->cost);
    (void)fwrite(line->at, 1, line->size, output->file);
}

/* Pick until the next judgement is not covered any more. */
static void spend(struct arena *arena, const struct label_file *file, struct route *route,
                  double budget, struct output *output, struct plan *plan)
{
    uint8_t *seen = arena_array(arena, uint8_t, file->input.item_count);
    struct buffer line = buffer_new(arena);
    struct route_pick pick;

    plan->before = route_expected_accuracy(route);
    while (plan->spent < budget && route_next(route, &pick) &&
           plan->spent + pick.cost <= budget * (1 + 1e-12)) {
        plan->spent += pick.cost;
        plan->gain += pick.gain;
        plan->picks++;
        plan->explored += pick.explores;
        plan->items += !seen[pick.item];
        seen[pick.item] = 1;
        if (output != NULL) {
            write_pick(output, &line, file, &pick);
        }
    }
    plan->after = route_expected_accuracy(route);
}

/* Without a known answer or an item with two labels, nothing tells how good anybody is. */
static bool is_grounded(const struct truth_input *input)
{
    bool grounded = input->gold != NULL;

    for (uint32_t item = 0; item < input->item_count && !grounded; item++) {
        grounded = input->first[item + 1] - input->first[item] > 1;
    }
    return grounded;
}

static void print_json(struct invocation *call, const struct plan *plan)
{
    struct buffer buffer = buffer_new(call->arena);
    struct json_out json = json_to(&buffer);

    json_open(&json, '{');
    json_name(&json, "judgements");
    json_int(&json, plan->picks);
    json_name(&json, "items");
    json_int(&json, plan->items);
    json_name(&json, "explored");
    json_int(&json, plan->explored);
    json_name(&json, "spent");
    json_real(&json, plan->spent);
    json_name(&json, "information");
    json_real(&json, plan->gain);
    json_name(&json, "expected_accuracy_before");
    json_real(&json, plan->before);
    json_name(&json, "expected_accuracy_after");
    json_real(&json, plan->after);
    json_name(&json, "skill_known");
    json_bool(&json, plan->grounded);
    json_close(&json, '}');
    fprintf(call->out, "%s\n", buffer.at);
}

static void print_plain(struct invocation *call, const struct plan *plan)
{
    fprintf(call->out, "judgements         %u on %u items (%u to get to know workers)\n",
            plan->picks, plan->items, plan->explored);
    fprintf(call->out, "spent              %.6g\n", plan->spent);
    fprintf(call->out, "information        %.4f nats\n", plan->gain);
    fprintf(call->out, "expected accuracy  %.4f now, %.4f afterwards\n", plan->before, plan->after);
    if (!plan->grounded) {
        fprintf(call->out, "no item has two labels, and none a known answer: how good the workers "
                           "are is not known, but taken as usual\n");
    }
    if (plan->picks == 0) {
        fprintf(call->out, "nothing is worth asking: every item has reached the target, or nobody "
                           "is left to ask\n");
    }
}

static enum err plan_file(struct invocation *call, const struct route_command *options,
                          struct route **route, struct label_file *file)
{
    struct truth_options how = TRUTH_DEFAULTS;
    struct truth_fit *fit = arena_new_of(call->arena, struct truth_fit);
    double *cost = NULL;
    uint32_t *capacity = NULL;

    how.method = options->method;
    how.seed = (uint64_t)options->seed;
    TRY(truth_fit(call->arena, &file->input, &how, fit, call->fault));
    if (options->costs != NULL) {
        TRY(read_costs(call->arena, options->costs, file, &cost, call->fault));
    }
    if (options->capacity > 0) {
        capacity = arena_array(call->arena, uint32_t, file->input.worker_count);
        for (uint32_t worker = 0; worker < file->input.worker_count; worker++) {
            capacity[worker] = (uint32_t)options->capacity;
        }
    }
    return route_new(call->arena,
                     &(struct route_setup){.input = &file->input,
                                           .fit = fit,
                                           .cost = cost,
                                           .capacity = capacity,
                                           .target = options->target,
                                           .explore = options->explore,
                                           .seed = (uint64_t)options->seed},
                     route, call->fault);
}

static enum err run_route(struct invocation *call)
{
    const struct route_command *options = call->options;
    LABEL_FILE_SCOPE file = {0};
    enum truth_repeats repeats = shape_allows("last", options->repeats)   ? TRUTH_REPEATS_LAST
                                 : shape_allows("mean", options->repeats) ? TRUTH_REPEATS_MEAN
                                                                          : TRUTH_REPEATS_REFUSE;
    struct route *route;
    struct output output;
    struct plan plan = {0};

    struct parallel threads = threads_new(0);

    TRY(label_file_read(call->arena,
                        &(struct label_source){.path = call->words[0],
                                               .gold = options->gold,
                                               .repeats = repeats,
                                               .parallel = &threads},
                        &file, call->fault));
    TRY(plan_file(call, options, &route, &file));
    plan.grounded = is_grounded(&file.input);
    if (options->out != NULL) {
        TRY(output_open(call->arena, options->out, &output, call->fault));
        fprintf(output.file, "item,worker,gain,cost\n");
        spend(call->arena, &file, route, options->budget, &output, &plan);
        TRY(output_finish(&output, call->fault));
    } else {
        spend(call->arena, &file, route, options->budget, NULL, &plan);
    }
    if (options->json) {
        print_json(call, &plan);
    } else {
        print_plain(call, &plan);
    }
    return OK;
}

static const struct command commands[] = {
    {.name = "route",
     .words = "LABELS.csv",
     .run = run_route,
     .options = &shape,
     .summary = "Say which judgements to buy next for a budget",
     .details = "Reads CSV with the header item,worker,label and plans, among the workers who\n"
                "appear in it, the judgements that tell most about the answers per unit of money.",
     .examples = "periti route labels.csv --budget 100 --out plan.csv\n"
                 "periti route labels.csv --budget 250 --costs costs.csv --target .95\n"},
};

const struct command_group route_group = {
    .name = "Quality", .commands = commands, .command_count = COUNT(commands)};
