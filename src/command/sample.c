#include <inttypes.h>
#include <math.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/map.h"
#include "cli/command.h"
#include "command/groups.h"
#include "command/table.h"
#include "engine/watch/sampling.h"
#include "engine/watch/sequential.h"

enum { CURVE_POINTS = 6 };

struct plan_command {
    double fine;
    double poor;
    double false_alarm;
    double missed;
    int64_t lot;
    bool json;
};

#define RATE_FIELDS(type)                                                                          \
    REAL(type, fine, .min = 0, .max = 1, .doc = "Share of errors that is acceptable"),             \
        REAL(type, poor, .min = 0, .max = 1, .doc = "Share of errors that must be found out"),     \
        REAL(type, false_alarm, .min = 1e-9, .max = 0.4999,                                        \
             .doc = "Chance to reject at the acceptable share"),                                   \
        REAL(type, missed, .min = 1e-9, .max = 0.4999, .doc = "Chance to accept at the other")

static const struct field plan_fields[] = {
    RATE_FIELDS(plan_command),
    INT(plan_command, lot, .max = 1e15, .doc = "Items in the lot; 0: so many that it is no matter"),
    BOOL(plan_command, json, .optional = true, .doc = "Print one JSON object"),
};
static const struct plan_command plan_defaults = {
    .fine = 0.02, .poor = 0.08, .false_alarm = 0.05, .missed = 0.1};
static const struct shape plan_shape =
    SHAPE(plan_command, plan_fields, "Options of sample plan", .defaults = &plan_defaults);

static void plan_print(FILE *to, const struct watch_plan *plan, const struct watch_lot *lot)
{
    fprintf(to, "check %" PRIu64 " items at random; accept with at most %" PRIu64 " errors\n",
            plan->sample, plan->most);
    fprintf(to, "a lot with %g of errors is rejected with chance %.4f\n", lot->fine,
            plan->producer);
    fprintf(to, "a lot with %g of errors is accepted with chance %.4f\n\n", lot->poor,
            plan->consumer);
    fprintf(to, "%10s  %s\n", "errors", "accepted");
    for (int i = 0; i <= CURVE_POINTS; i++) {
        double rate = lot->poor * 1.5 * i / CURVE_POINTS;

        rate = fmin(rate, 1);
        fprintf(to, "%10.4f  %.4f\n", rate, watch_plan_accepts(plan, lot, rate));
    }
}

static void plan_json(struct invocation *call, const struct watch_plan *plan,
                      const struct watch_lot *lot)
{
    struct buffer buffer = buffer_new(call->arena);
    struct json_out json = json_to(&buffer);

    json_open(&json, '{');
    json_name(&json, "sample");
    json_int(&json, (int64_t)plan->sample);
    json_name(&json, "most");
    json_int(&json, (int64_t)plan->most);
    json_name(&json, "false_alarm");
    json_real(&json, plan->producer);
    json_name(&json, "missed");
    json_real(&json, plan->consumer);
    json_name(&json, "curve");
    json_open(&json, '[');
    for (int i = 0; i <= CURVE_POINTS; i++) {
        double rate = fmin(1, lot->poor * 1.5 * i / CURVE_POINTS);

        json_open(&json, '{');
        json_name(&json, "rate");
        json_real(&json, rate);
        json_name(&json, "accepted");
        json_real(&json, watch_plan_accepts(plan, lot, rate));
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_close(&json, '}');
    fprintf(call->out, "%s\n", buffer.at);
}

static enum err run_plan(struct invocation *call)
{
    const struct plan_command *command = call->options;
    struct watch_lot lot = {.size = (uint64_t)command->lot,
                            .fine = command->fine,
                            .poor = command->poor,
                            .false_alarm = command->false_alarm,
                            .missed = command->missed};
    struct watch_plan plan;

    TRY(watch_plan_make(&lot, &plan, call->fault));
    if (command->json) {
        plan_json(call, &plan, &lot);
    } else {
        plan_print(call->out, &plan, &lot);
    }
    return OK;
}

struct decide_command {
    double fine;
    double poor;
    double false_alarm;
    double missed;
    double confidence;
    bool json;
};

static const struct field decide_fields[] = {
    RATE_FIELDS(decide_command),
    REAL(decide_command, confidence, .min = 0.01, .max = 0.9999,
         .doc = "Coverage of the interval of the error rate"),
    BOOL(decide_command, json, .optional = true, .doc = "Print one JSON object"),
};
static const struct decide_command decide_defaults = {
    .fine = 0.05, .poor = 0.15, .false_alarm = 0.05, .missed = 0.05, .confidence = 0.95};
static const struct shape decide_shape =
    SHAPE(decide_command, decide_fields, "Options of sample decide", .defaults = &decide_defaults);

static enum err read_right(const struct table *table, struct text field, bool *out,
                           struct fault *fault)
{
    static const char *const YES[] = {"1", "true", "yes", "right", "pass", "ok"};
    static const char *const NO[] = {"0", "false", "no", "wrong", "fail"};

    for (size_t i = 0; i < COUNT(YES); i++) {
        if (text_is(field, YES[i]) || (i < COUNT(NO) && text_is(field, NO[i]))) {
            *out = text_is(field, YES[i]);
            return OK;
        }
    }
    return fail_line(fault, ERR_INVALID, table_line(table), "right",
                     "the field right is \"%.*s\", but must be 1 or 0, yes or no, pass or fail",
                     (int)(field.size < 40 ? field.size : 40), field.at);
}

/* The checks of each worker, one after the other as the file has them. */
struct checks {
    struct map *workers;
    struct watch_sequential *states;
    size_t room;
};

static struct watch_sequential *state_of(struct arena *arena, struct checks *checks,
                                         struct text worker)
{
    uint32_t number = map_add(checks->workers, worker);

    if (number >= checks->room) {
        size_t room = checks->room == 0 ? 64 : checks->room * 2;

        checks->states = arena_grow(arena, checks->states, checks->room * sizeof(*checks->states),
                                    room * sizeof(*checks->states));
        checks->room = room;
    }
    return &checks->states[number];
}

static enum err read_checks(struct invocation *call, const struct watch_rates *rates,
                            struct checks *checks)
{
    static const struct column columns[] = {{.name = "right"},
                                            {.name = "worker", .optional = true}};
    TABLE_SCOPE table = NULL;
    const struct text *fields;
    bool right = false;
    bool more;

    TRY(table_open(call->words[0], columns, COUNT(columns), &table, call->fault));
    for (;;) {
        TRY(table_next(table, &fields, &more, call->fault));
        if (!more) {
            break;
        }
        TRY(read_right(table, fields[0], &right, call->fault));
        watch_sequential_add(rates, state_of(call->arena, checks, fields[1]), !right);
    }
    if (map_count(checks->workers) == 0) {
        return fail(call->fault, ERR_INVALID, "%s has no rows below its header", call->words[0]);
    }
    return OK;
}

static const char *verdict_name(enum watch_verdict verdict)
{
    static const char *const NAMES[] = {"continue", "accept", "reject"};

    return NAMES[verdict];
}

static void decide_print(FILE *to, const struct checks *checks, double level)
{
    fprintf(to, "%-24s %8s %8s %20s  %-10s %8s %10s %8s\n", "worker", "checks", "errors",
            "error rate", "verdict", "after", "p", "alarm");
    for (uint32_t i = 0; i < map_count(checks->workers); i++) {
        const struct watch_sequential *state = &checks->states[i];
        struct interval rate = watch_rate_interval(state->count, state->errors, level);
        struct text name = map_key(checks->workers, i);

        fprintf(to, "%-24s %8" PRIu64 " %8" PRIu64 "    [%.4f, %.4f]  %-10s",
                name.size == 0 ? "(all)" : name.at, state->count, state->errors, rate.low,
                rate.high, verdict_name(state->verdict));
        fprintf(to, " %8" PRIu64 " %10.3g %8" PRIu64 "\n", state->decided_at, state->p,
                state->alarmed_at);
    }
}

static void write_number(struct json_out *json, const char *name, double value)
{
    json_name(json, name);
    json_real(json, value);
}

static void write_place(struct json_out *json, const char *name, uint64_t place)
{
    json_name(json, name);
    if (place == 0) {
        json_null(json);
    } else {
        json_int(json, (int64_t)place);
    }
}

static void decide_json(struct invocation *call, const struct checks *checks, double level)
{
    struct buffer buffer = buffer_new(call->arena);
    struct json_out json = json_to(&buffer);

    json_open(&json, '{');
    json_name(&json, "workers");
    json_open(&json, '[');
    for (uint32_t i = 0; i < map_count(checks->workers); i++) {
        const struct watch_sequential *state = &checks->states[i];
        struct interval rate = watch_rate_interval(state->count, state->errors, level);

        json_open(&json, '{');
        json_name(&json, "worker");
        json_view(&json, map_key(checks->workers, i));
        json_name(&json, "checks");
        json_int(&json, (int64_t)state->count);
        json_name(&json, "errors");
        json_int(&json, (int64_t)state->errors);
        write_number(&json, "rate_low", rate.low);
        write_number(&json, "rate_high", rate.high);
        json_name(&json, "verdict");
        json_text(&json, verdict_name(state->verdict));
        write_place(&json, "decided_at", state->decided_at);
        write_number(&json, "log_ratio", state->log_ratio);
        write_number(&json, "p", state->p);
        write_place(&json, "alarmed_at", state->alarmed_at);
        json_close(&json, '}');
    }
    json_close(&json, ']');
    json_close(&json, '}');
    fprintf(call->out, "%s\n", buffer.at);
}

static enum err run_decide(struct invocation *call)
{
    const struct decide_command *command = call->options;
    struct watch_rates rates = {.fine = command->fine,
                                .poor = command->poor,
                                .false_alarm = command->false_alarm,
                                .missed = command->missed};
    struct checks checks = {.workers = map_new(call->arena)};

    if (!watch_rates_are_sound(&rates)) {
        return fail_field(call->fault, ERR_INVALID, "poor",
                          "fine is %g and poor %g, but 0 < fine < poor < 1 is needed", rates.fine,
                          rates.poor);
    }
    TRY(read_checks(call, &rates, &checks));
    if (command->json) {
        decide_json(call, &checks, command->confidence);
    } else {
        decide_print(call->out, &checks, command->confidence);
    }
    return OK;
}

static const struct command commands[] = {
    {.name = "sample plan",
     .run = run_plan,
     .options = &plan_shape,
     .summary = "Tell how many items of a lot to check, and how many may be wrong",
     .details = "The smallest single sample that keeps both chances of error, and the chance to\n"
                "accept a lot by its share of errors.",
     .examples = "periti sample plan --fine 0.01 --poor 0.05\n"
                 "periti sample plan --fine 0.01 --poor 0.05 --lot 500 --json\n"},
    {.name = "sample decide",
     .words = "CHECKS.csv",
     .run = run_decide,
     .options = &decide_shape,
     .summary = "Decide from checks, one by one, whether error rates are acceptable",
     .details =
         "Reads CSV with the column right (1 or 0, yes or no, pass or fail) and perhaps worker, "
         "in\n"
         "the order of the checks. For each worker prints the verdict of Wald's test (accept,\n"
         "reject, continue) and after how many checks it fell; p, valid however often one looks,\n"
         "that the rate is no more than --fine; and when it passed --false-alarm (0: never).",
     .examples = "periti sample decide checks.csv --fine 0.05 --poor 0.15\n"},
};

const struct command_group sample_group = {
    .name = "Sampling", .commands = commands, .command_count = COUNT(commands)};
