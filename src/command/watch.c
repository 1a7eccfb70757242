#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/map.h"
#include "cli/command.h"
#include "command/groups.h"
#include "command/names.h"
#include "command/rating_file.h"
#include "engine/watch/copying.h"
#include "engine/watch/drift.h"

struct drift_command {
    const char *repeats;
    int64_t label_min;
    int64_t shuffles;
    int64_t seed;
    double slack;
    double false_found;
    bool json;
};

static const struct field drift_fields[] = {
    TEXT(drift_command, repeats, .choices = "error|last|mean",
         .doc = "What to do when a worker labels an item again"),
    INT(drift_command, label_min, .min = 2, .max = 1e9,
        .doc = "Labels that a worker must have to be judged"),
    INT(drift_command, shuffles, .min = 19, .max = 1000000, .doc = "To reckon chance by"),
    INT(drift_command, seed, .max = 9e15, .doc = "Seed of the shuffles"),
    REAL(drift_command, slack, .min = 0, .max = 10,
         .doc = "Surprise above the worker's mean that is let pass, in deviations"),
    REAL(drift_command, false_found, .min = 1e-6, .max = 0.9999,
         .doc = "Share of false alarms among all alarms"),
    BOOL(drift_command, json, .optional = true, .doc = "Print one JSON object"),
};
static const struct drift_command drift_defaults = {.repeats = "error",
                                                    .label_min = 20,
                                                    .shuffles = 999,
                                                    .seed = 1,
                                                    .slack = 0.25,
                                                    .false_found = 0.1};
static const struct shape drift_shape =
    SHAPE(drift_command, drift_fields, "Options of drift", .defaults = &drift_defaults);

struct collude_command {
    const char *repeats;
    int64_t shared_min;
    int64_t top;
    double false_alarm;
    bool json;
};

static const struct field collude_fields[] = {
    TEXT(collude_command, repeats, .choices = "error|last|mean",
         .doc = "What to do when a worker labels an item again"),
    INT(collude_command, shared_min, .min = 1, .max = 1e9,
        .doc = "Telling items that a pair must share to be judged"),
    INT(collude_command, top, .max = 1e9, .doc = "Pairs to print; 0: all"),
    REAL(collude_command, false_alarm, .min = 1e-9, .max = 0.9999,
         .doc = "Chance of any false alarm, over all pairs"),
    BOOL(collude_command, json, .optional = true, .doc = "Print one JSON object"),
};
static const struct collude_command collude_defaults = {
    .repeats = "error", .shared_min = 5, .top = 50, .false_alarm = 0.05};
static const struct shape collude_shape =
    SHAPE(collude_command, collude_fields, "Options of collude", .defaults = &collude_defaults);

static enum err read_labels(struct invocation *call, const char *repeats, struct rating_file *file,
                            struct watch_labels *out)
{
    struct rating_rules rules = {.repeats = shape_allows("last", repeats)   ? REPEATS_LAST
                                            : shape_allows("mean", repeats) ? REPEATS_MEAN
                                                                            : REPEATS_REFUSE};

    TRY(rating_file_read(call->arena, call->words[0], &rules, file, call->fault));
    struct watch_label *labels = arena_array(call->arena, struct watch_label, file->rating_count);

    for (size_t i = 0; i < file->rating_count; i++) {
        labels[i] = (struct watch_label){.item = file->ratings[i].unit,
                                         .worker = file->ratings[i].rater,
                                         .class = file->ratings[i].value};
    }
    *out = (struct watch_labels){.at = labels,
                                 .count = file->rating_count,
                                 .item_count = names_count(file->items),
                                 .worker_count = map_count(file->workers),
                                 .class_count = file->label_count};
    return OK;
}

/* Alarms first, then by the chance, then by the worker's number. */
struct drift_row {
    const struct watch_drift *drift;
    uint32_t worker;
};

static int most_suspect_first(const void *left, const void *right)
{
    const struct drift_row *a = left;
    const struct drift_row *b = right;
    double p_a = a->drift->has_drift ? a->drift->p : 2;
    double p_b = b->drift->has_drift ? b->drift->p : 2;

    return p_a != p_b ? (p_a > p_b) - (p_a < p_b)
                      : (a->worker > b->worker) - (a->worker < b->worker);
}

/* Why drift cannot be judged. */
static void print_unjudged(FILE *to, const struct watch_drift *drift, int64_t label_min)
{
    if (drift->used_count == 0) {
        fprintf(to, "  not known: nobody else has labelled these items\n");
    } else if (drift->used_count < (uint64_t)label_min) {
        fprintf(to,
                "  not judged: %" PRIu64 " of %" PRId64
                " labels that others' can be held against\n",
                drift->used_count, label_min);
    } else {
        fprintf(to, "  not judged: no label surprises more than another\n");
    }
}

static void print_share(FILE *to, int width, int digits, bool known, double value)
{
    if (known) {
        fprintf(to, " %*.*f", width, digits, value);
    } else {
        fprintf(to, " %*s", width, "-");
    }
}

static void drift_print(FILE *to, const struct rating_file *file, const struct drift_row *rows,
                        uint32_t count, int64_t label_min)
{
    fprintf(to, "%-24s %8s %9s %6s %7s %17s %15s %8s\n", "worker", "labels", "agreement", "spam",
            "cusum", "worst run", "surprise", "p");
    for (uint32_t i = 0; i < count; i++) {
        const struct watch_drift *drift = rows[i].drift;

        fprintf(to, "%-24s %8" PRIu64, map_key(file->workers, rows[i].worker).at,
                drift->label_count);
        print_share(to, 9, 4, drift->used_count > 0, drift->agreement);
        print_share(to, 6, 3, drift->has_spam, drift->spam);
        if (!drift->has_drift) {
            print_unjudged(to, drift, label_min);
            continue;
        }
        fprintf(to, " %7.2f %8" PRIu64 "-%-8" PRIu64 " %7.3f %7.3f %8.4f%s\n", drift->cusum,
                drift->from + 1, drift->to, drift->before, drift->within, drift->p,
                drift->alarm ? "  ALARM" : "");
    }
}

static void write_real(struct json_out *json, const char *name, bool known, double value)
{
    json_name(json, name);
    if (known) {
        json_real(json, value);
    } else {
        json_null(json);
    }
}

static void write_int(struct json_out *json, const char *name, bool known, uint64_t value)
{
    json_name(json, name);
    if (known) {
        json_int(json, (int64_t)value);
    } else {
        json_null(json);
    }
}

static void write_drift(struct json_out *json, const struct rating_file *file,
                        const struct drift_row *row)
{
    const struct watch_drift *drift = row->drift;
    bool used = drift->used_count > 0;

    json_open(json, '{');
    json_name(json, "worker");
    json_view(json, map_key(file->workers, row->worker));
    write_int(json, "labels", true, drift->label_count);
    write_int(json, "labels_used", true, drift->used_count);
    write_real(json, "agreement", used, drift->agreement);
    write_real(json, "surprise", used, drift->surprise);
    write_real(json, "spam", drift->has_spam, drift->spam);
    write_real(json, "cusum", drift->has_drift, drift->cusum);
    write_int(json, "from", drift->has_drift, drift->from + 1);
    write_int(json, "to", drift->has_drift, drift->to);
    write_real(json, "before", drift->has_drift, drift->before);
    write_real(json, "within", drift->has_drift, drift->within);
    write_real(json, "p", drift->has_drift, drift->p);
    json_name(json, "alarm");
    json_bool(json, drift->alarm);
    json_close(json, '}');
}

static void drift_json(struct invocation *call, const struct rating_file *file,
                       const struct drift_row *rows, uint32_t count)
{
    struct buffer buffer = buffer_new(call->arena);
    struct json_out json = json_to(&buffer);

    json_open(&json, '{');
    json_name(&json, "workers");
    json_open(&json, '[');
    for (uint32_t i = 0; i < count; i++) {
        write_drift(&json, file, &rows[i]);
    }
    json_close(&json, ']');
    json_close(&json, '}');
    fprintf(call->out, "%s\n", buffer.at);
}

static enum err run_drift(struct invocation *call)
{
    const struct drift_command *command = call->options;
    struct watch_drift_options options = {.label_min = (uint32_t)command->label_min,
                                          .slack = command->slack,
                                          .shuffles = (uint32_t)command->shuffles,
                                          .false_found = command->false_found,
                                          .seed = (uint64_t)command->seed};
    RATING_FILE_SCOPE file = {0};
    struct watch_labels labels;
    struct watch_drift *drifts;

    TRY(read_labels(call, command->repeats, &file, &labels));
    TRY(watch_drift_find(call->arena, &labels, &options, &drifts, call->fault));
    struct drift_row *rows = arena_array(call->arena, struct drift_row, labels.worker_count);

    for (uint32_t worker = 0; worker < labels.worker_count; worker++) {
        rows[worker] = (struct drift_row){.drift = &drifts[worker], .worker = worker};
    }
    qsort(rows, labels.worker_count, sizeof(*rows), most_suspect_first);
    if (command->json) {
        drift_json(call, &file, rows, labels.worker_count);
    } else {
        drift_print(call->out, &file, rows, labels.worker_count, command->label_min);
    }
    return OK;
}

static void collude_print(FILE *to, const struct rating_file *file, const struct watch_pair *pairs,
                          size_t count, size_t shown)
{
    fprintf(to, "%-20s %-20s %7s %8s %6s %9s %8s %12s\n", "left", "right", "shared", "telling",
            "same", "expected", "copying", "log evidence");
    for (size_t i = 0; i < shown; i++) {
        const struct watch_pair *pair = &pairs[i];

        fprintf(to, "%-20s %-20s %7u %8u", map_key(file->workers, pair->left).at,
                map_key(file->workers, pair->right).at, pair->shared_count, pair->telling_count);
        fprintf(to, " %6u %9.2f %8.2f %12.3f%s\n", pair->same_count, pair->same_expected,
                pair->copying, pair->log_evidence, pair->alarm ? "  ALARM" : "");
    }
    if (shown < count) {
        fprintf(to, "and %zu pairs less suspect (--top 0 prints all)\n", count - shown);
    }
    if (count == 0) {
        fprintf(to, "no pair of workers shares telling items enough to be judged\n");
    }
}

static void collude_json(struct invocation *call, const struct rating_file *file,
                         const struct watch_pair *pairs, size_t count, size_t shown)
{
    struct buffer buffer = buffer_new(call->arena);
    struct json_out json = json_to(&buffer);

    json_open(&json, '{');
    write_int(&json, "pairs_judged", true, count);
    json_name(&json, "pairs");
    json_open(&json, '[');
    for (size_t i = 0; i < shown; i++) {
        json_open(&json, '{');
        json_name(&json, "left");
        json_view(&json, map_key(file->workers, pairs[i].left));
        json_name(&json, "right");
        json_view(&json, map_key(file->workers, pairs[i].right));
        write_int(&json, "shared", true, pairs[i].shared_count);
        write_int(&json, "telling", true, pairs[i].telling_count);
        write_int(&json, "same", true, pairs[i].same_count);
        write_real(&json, "same_expected", true, pairs[i].same_expected);
        write_real(&json, "copying", true, pairs[i].copying);
        write_real(&json, "log_evidence", true, pairs[i].log_evidence);
        json_name(&json, "alarm");
        json_bool(&json, pairs[i].alarm);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_close(&json, '}');
    fprintf(call->out, "%s\n", buffer.at);
}

static enum err run_collude(struct invocation *call)
{
    const struct collude_command *command = call->options;
    struct watch_copying_options options = WATCH_COPYING_DEFAULTS;
    RATING_FILE_SCOPE file = {0};
    struct watch_labels labels;
    struct watch_pair *pairs;
    size_t count;

    options.shared_min = (uint32_t)command->shared_min;
    options.false_alarm = command->false_alarm;
    TRY(read_labels(call, command->repeats, &file, &labels));
    TRY(watch_copying_find(call->arena, &labels, &options, &pairs, &count, call->fault));
    size_t top = (size_t)command->top;
    size_t shown = top == 0 || top > count ? count : top;

    if (command->json) {
        collude_json(call, &file, pairs, count, shown);
    } else {
        collude_print(call->out, &file, pairs, count, shown);
    }
    return OK;
}

static const struct command commands[] = {
    {.name = "drift",
     .words = "LABELS.csv",
     .run = run_drift,
     .options = &drift_shape,
     .summary = "Find workers who have become worse, or who answer without regard to the item",
     .details =
         "Reads CSV with the columns item,worker,label (\"-\": standard input), each worker's rows "
         "in\n"
         "the order of time. A label surprises as far as the others disagree; the worst run is\n"
         "where surprise rose most above the worker's mean (cusum), p the chance of such a run if\n"
         "the order meant nothing. spam: 1 tells all classes apart, 0 answers without regard.\n"
         "What cannot be known of a worker is - (null in JSON), with the reason.\n"
         "This is evidence for a person to look at, not a verdict.",
     .examples = "periti drift labels.csv --json\n"},
    {.name = "collude",
     .words = "LABELS.csv",
     .run = run_collude,
     .options = &collude_shape,
     .summary = "Find pairs of workers who share errors that they should not",
     .details =
         "Reads CSV with the columns item,worker,label (\"-\": standard input). A pair's items "
         "tell\n"
         "where not both gave the class that all others make likeliest. Prints how often they "
         "gave\n"
         "the same other class, how often independent workers would, the likeliest share of "
         "copied\n"
         "answers, and the log of the evidence for copying (an e-value: by chance it exceeds x "
         "with\n"
         "probability 1/x at most). This is evidence for a person to look at, not a verdict.",
     .examples = "periti collude labels.csv --top 20\n"},
};

const struct command_group watch_group = {
    .name = "Monitoring", .commands = commands, .command_count = COUNT(commands)};
