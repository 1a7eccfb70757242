#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/map.h"
#include "cli/command.h"
#include "command/groups.h"
#include "command/table.h"
#include "engine/verify/statistics.h"

struct passk_options {
    int64_t seed;
    int64_t rounds;
    double level;
};

static const struct passk_options passk_defaults = {.seed = 1, .rounds = 1000, .level = .95};

static const struct field passk_fields[] = {
    REAL(passk_options, level, .doc = "Coverage of intervals [0.95]", .optional = true, .min = .5,
         .max = .999),
    INT(passk_options, rounds, .doc = "Rounds of the bootstrap [1000]", .optional = true,
        .min = 100, .max = 100'000),
    INT(passk_options, seed, .doc = "Seed of the bootstrap [1]", .optional = true, .min = 0,
        .max = 9e15),
};
static const struct shape passk_shape =
    SHAPE(passk_options, passk_fields, "How to estimate", .defaults = &passk_defaults);

struct runs {
    struct map *tasks;
    struct sample *samples;
    size_t count;
    size_t room;
    size_t unscored;
};

/* pass and fail, 1 and 0, or a score between; unscored and empty count for neither. */
static enum err read_verdict(struct text text, uint64_t line, double *out, struct fault *fault)
{
    *out = (double)NAN;
    if (text.size == 0 || text_is(text, "unscored") || text_is(text, "null")) {
        return OK;
    }
    if (text_is(text, "pass") || text_is(text, "true") || text_is(text, "True")) {
        *out = 1;
    } else if (text_is(text, "fail") || text_is(text, "false") || text_is(text, "False")) {
        *out = 0;
    } else if (!text_real(text, out) || !(*out >= 0 && *out <= 1)) {
        return fail_line(fault, ERR_INVALID, line, "verdict",
                         "\"%.*s\" is no verdict: pass, fail, unscored, or a number from 0 to 1",
                         (int)(text.size > 40 ? 40 : text.size), text.at);
    }
    return OK;
}

static void add(struct arena *arena, struct runs *runs, struct sample sample)
{
    if (runs->count == runs->room) {
        size_t room = runs->room * 2 + 1024;

        runs->samples = runs->room == 0
                            ? arena_array(arena, struct sample, room)
                            : arena_grow(arena, runs->samples, runs->room * sizeof(sample),
                                         room * sizeof(sample));
        runs->room = room;
    }
    runs->samples[runs->count++] = sample;
}

static enum err read_runs(struct invocation *call, struct arena *names, struct runs *runs)
{
    static const struct column COLUMNS[] = {{"task", false}, {"verdict", true}};
    TABLE_SCOPE table = NULL;
    const struct text *fields;
    bool more = true;

    runs->tasks = map_new(names);
    TRY(table_open(call->words[0], COLUMNS, COUNT(COLUMNS), &table, call->fault));
    if (!table_has(table, 1)) {
        return fail(call->fault, ERR_INVALID, "there is no column verdict");
    }
    for (;;) {
        double value;

        TRY(table_next(table, &fields, &more, call->fault));
        if (!more) {
            break;
        }
        TRY(read_verdict(text_trim(fields[1]), table_line(table), &value, call->fault));
        if (isnan(value)) {
            runs->unscored++;
        } else {
            add(call->arena, runs, (struct sample){map_add(runs->tasks, fields[0]), value});
        }
    }
    return runs->count > 0 ? OK : fail(call->fault, ERR_INVALID, "there is no scored verdict");
}

struct task {
    uint64_t runs;
    uint64_t passed;
};

static enum err print_draws(FILE *to, const struct task *tasks, size_t count, uint64_t k,
                            struct fault *fault)
{
    double any = 0;
    double all = 0;
    size_t used = 0;

    for (size_t i = 0; i < count; i++) {
        double one;

        if (tasks[i].runs < k) {
            continue;
        }
        TRY(pass_at_k(tasks[i].runs, tasks[i].passed, k, &one, fault));
        any += one;
        TRY(pass_all_k(tasks[i].runs, tasks[i].passed, k, &one, fault));
        all += one;
        used++;
    }
    if (used > 0) {
        fprintf(to, "pass@%llu\t%.12g\tof %zu tasks\n", (unsigned long long)k, any / (double)used,
                used);
        fprintf(to, "pass^%llu\t%.12g\tof %zu tasks\n", (unsigned long long)k, all / (double)used,
                used);
    }
    return OK;
}

/* A verdict lies between 0 and 1, and so does its mean, whatever the normal approximation says. */
static void print_interval(struct invocation *call, const char *kind,
                           const struct mean_estimate *found)
{
    fprintf(call->out, "mean of all runs\t%.12g\terror by %s %.6g\tinterval %.6g to %.6g\n",
            found->mean, kind, found->error, fmax(0, found->interval.low),
            fmin(1, found->interval.high));
}

static enum err print_means(struct invocation *call, const struct runs *runs)
{
    const struct passk_options *given = call->options;
    struct bootstrap_options bootstrap = {
        .seed = (uint64_t)given->seed, .rounds = (uint32_t)given->rounds, .level = given->level};
    struct mean_estimate found;
    double value;

    TRY(mean_of_runs(call->arena, runs->samples, runs->count, RUNS_MEAN, &value, call->fault));
    fprintf(call->out, "mean over tasks of the mean of runs\t%.12g\n", value);
    TRY(mean_of_runs(call->arena, runs->samples, runs->count, RUNS_MEDIAN, &value, call->fault));
    fprintf(call->out, "mean over tasks of the median of runs\t%.12g\n", value);
    if (map_count(runs->tasks) < 2) {
        fprintf(call->out, "interval\tnone: it needs at least two tasks\n");
        return OK;
    }
    TRY(mean_clustered(call->arena, runs->samples, runs->count, given->level, &found, call->fault));
    print_interval(call, "task", &found);
    TRY(mean_bootstrap(call->arena, runs->samples, runs->count, &bootstrap, &found, call->fault));
    print_interval(call, "bootstrap", &found);
    return OK;
}

static enum err run_passk(struct invocation *call)
{
    static const uint64_t DRAWS[] = {1, 2, 3, 4, 5, 8, 10, 16, 20, 32, 50, 64, 100, 200};
    ARENA_SCOPE names = arena_new();
    struct runs runs = {0};

    TRY(read_runs(call, names, &runs));
    size_t count = map_count(runs.tasks);
    struct task *tasks = arena_array(call->arena, struct task, count);
    bool binary = true;

    for (size_t i = 0; i < runs.count; i++) {
        tasks[runs.samples[i].cluster].runs++;
        tasks[runs.samples[i].cluster].passed += runs.samples[i].value == 1;
        binary &= runs.samples[i].value == 1 || runs.samples[i].value == 0;
    }
    fprintf(call->out, "tasks\t%zu\nscored runs\t%zu\nunscored runs\t%zu\n", count, runs.count,
            runs.unscored);
    for (size_t i = 0; binary && i < COUNT(DRAWS); i++) {
        TRY(print_draws(call->out, tasks, count, DRAWS[i], call->fault));
    }
    return print_means(call, &runs);
}

static const struct command commands[] = {
    {.name = "passk",
     .words = "VERDICTS.csv",
     .run = run_passk,
     .options = &passk_shape,
     .summary = "Estimate pass@k, pass^k and means with intervals",
     .details =
         "Columns task and verdict (pass, fail, unscored, or a score from 0 to 1), one row a "
         "run. Estimates are\nunbiased; runs of one task may be alike; unscored runs count "
         "for neither side and are reported."},
};

const struct command_group passk_group = {
    .name = "Statistics", .commands = commands, .command_count = COUNT(commands)};
