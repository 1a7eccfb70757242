#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/map.h"
#include "cli/command.h"
#include "command/benchmark.h"
#include "engine/verify/statistics.h"

struct show_options {
    double level;
    bool by_domain;
    bool json;
};

static const struct show_options show_defaults = {.level = .95};

static const struct field show_fields[] = {
    REAL(show_options, level, .doc = "Coverage of intervals [0.95]", .optional = true, .min = .5,
         .max = .999),
    BOOL(show_options, by_domain, .doc = "Also a line for each domain", .optional = true),
    BOOL(show_options, json, .doc = "Print a line of JSON for each model and pair",
         .optional = true),
};
const struct shape benchmark_show_shape =
    SHAPE(show_options, show_fields, "How to show a benchmark", .defaults = &show_defaults);

/* The answers of one model, or of one model in one domain. */
struct board {
    const char *model;
    const char *domain;     /* NULL: all */
    struct sample *samples; /* clusters are the numbers of tasks */
    size_t count;
    size_t unscored;
    double *task_mean; /* [task]; NaN: not done */
    int64_t *took;
    int64_t tokens[2];
    double spend;
    struct mean_estimate mean;
    double median;
    bool known; /* an interval could be given */
};

struct stage {
    struct invocation *call;
    struct benchmark_line *lines;
    size_t line_count;
    struct map *tasks;
    struct map *models;
    struct map *domains;
};

static enum err read_all(struct stage *stage)
{
    struct invocation *call = stage->call;
    struct arena *arena = call->arena;
    struct map *met = map_new(arena);
    struct benchmark_lines *files = arena_array(arena, struct benchmark_lines, call->word_count);
    size_t total = 0;

    for (size_t i = 0; i < call->word_count; i++) {
        TRY(benchmark_read(arena, call->words[i], &files[i], call->fault));
        total += files[i].count;
    }
    stage->lines = arena_array(arena, struct benchmark_line, total + 1);
    for (size_t i = 0; i < call->word_count; i++) {
        for (size_t k = 0; k < files[i].count; k++) {
            const struct benchmark_line *line = &files[i].at[k];
            uint32_t known = map_count(met);
            const char *name =
                arena_print(arena, "%s\n%" PRId64 "\n%s", line->model, line->run, line->task);

            if (!isnan(line->score) && map_add(met, text_of(name)) < known) {
                continue; /* the first scored one counts */
            }
            stage->lines[stage->line_count++] = *line;
            map_add(stage->tasks, text_of(line->task));
            map_add(stage->models, text_of(line->model));
            map_add(stage->domains, text_of(line->domain));
        }
    }
    return total > 0 ? OK : fail(call->fault, ERR_INVALID, "the files hold no answers");
}

static uint32_t number_of(struct map *map, const char *text)
{
    return map_add(map, text_of(text));
}

static void add_line(struct stage *stage, struct board *board, uint32_t *runs,
                     const struct benchmark_line *line)
{
    uint32_t task = number_of(stage->tasks, line->task);

    board->tokens[0] += line->input_tokens;
    board->tokens[1] += line->output_tokens;
    board->spend += line->spend;
    if (isnan(line->score)) {
        board->unscored++;
        return;
    }
    board->took[board->count] = line->took_ms;
    board->samples[board->count++] = (struct sample){task, line->score};
    board->task_mean[task] = (runs[task] == 0 ? 0 : board->task_mean[task]) + line->score;
    runs[task]++;
}

/* Clusters must be dense: tasks that this board did not see leave no gaps. */
static enum err estimate(struct stage *stage, struct board *board)
{
    struct arena *arena = stage->call->arena;
    const struct show_options *given = stage->call->options;
    uint32_t *dense = arena_array(arena, uint32_t, map_count(stage->tasks));
    uint32_t clusters = 0;

    for (size_t i = 0; i < board->count; i++) {
        uint32_t *number = &dense[board->samples[i].cluster];

        *number = *number == 0 ? ++clusters : *number;
        board->samples[i].cluster = *number - 1;
    }
    board->known = clusters > 1;
    if (board->count == 0) {
        return OK;
    }
    TRY(mean_of_runs(arena, board->samples, board->count, RUNS_MEDIAN, &board->median,
                     stage->call->fault));
    if (!board->known) {
        return mean_of_runs(arena, board->samples, board->count, RUNS_MEAN, &board->mean.mean,
                            stage->call->fault);
    }
    return mean_clustered(arena, board->samples, board->count, given->level, &board->mean,
                          stage->call->fault);
}

static enum err build(struct stage *stage, const char *model, const char *domain,
                      struct board *board)
{
    struct arena *arena = stage->call->arena;
    uint32_t tasks = map_count(stage->tasks);
    uint32_t *runs = arena_array(arena, uint32_t, tasks);

    *board = (struct board){.model = model,
                            .domain = domain,
                            .samples = arena_array(arena, struct sample, stage->line_count),
                            .took = arena_array(arena, int64_t, stage->line_count),
                            .task_mean = arena_array(arena, double, tasks)};
    for (size_t i = 0; i < stage->line_count; i++) {
        const struct benchmark_line *line = &stage->lines[i];

        if (strcmp(line->model, model) == 0 &&
            (domain == NULL || strcmp(line->domain, domain) == 0)) {
            add_line(stage, board, runs, line);
        }
    }
    for (uint32_t task = 0; task < tasks; task++) {
        board->task_mean[task] =
            runs[task] == 0 ? (double)NAN : board->task_mean[task] / runs[task];
    }
    return estimate(stage, board);
}

/* pass^k over tasks that have the most answers that any has, k being that number; only where every
 * score is 0 or 1. */
static bool pass_all(struct arena *arena, const struct board *board, uint32_t tasks, uint64_t *k,
                     double *out)
{
    uint64_t *runs = arena_array(arena, uint64_t, (size_t)tasks + 1);
    uint64_t *good = arena_array(arena, uint64_t, (size_t)tasks + 1);
    double sum = 0;
    size_t used = 0;

    *k = 0;
    for (size_t i = 0; i < board->count; i++) {
        const struct sample *one = &board->samples[i];

        if (one->value != 0 && one->value != 1) {
            return false;
        }
        runs[one->cluster]++;
        good[one->cluster] += one->value == 1;
        *k = runs[one->cluster] > *k ? runs[one->cluster] : *k;
    }
    for (uint32_t task = 0; task < tasks; task++) {
        used += *k > 0 && runs[task] == *k;
        sum += *k > 0 && runs[task] == *k && good[task] == *k;
    }
    *out = used == 0 ? 0 : sum / (double)used;
    return used > 0;
}

static int by_value(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left;
    int64_t b = *(const int64_t *)right;

    return (a > b) - (a < b);
}

static double median_seconds(struct board *board)
{
    if (board->count == 0) {
        return 0;
    }
    qsort(board->took, board->count, sizeof(*board->took), by_value);
    return (double)board->took[board->count / 2] / 1000;
}

static double clip(double value)
{
    return fmin(fmax(value, 0), 1);
}

static void print_board(struct stage *stage, struct board *board)
{
    FILE *to = stage->call->out;
    double all = 0;
    uint64_t k = 0;

    fprintf(to, "%s\t%s\t", board->model, board->domain == NULL ? "all" : board->domain);
    if (board->count == 0) {
        fprintf(to, "nothing scored\t\t\t\t");
    } else if (board->known) {
        fprintf(to, "%.4f [%.4f-%.4f]\t%.4f\t", board->mean.mean, clip(board->mean.interval.low),
                clip(board->mean.interval.high), board->median);
    } else {
        fprintf(to, "%.4f [no interval from one task]\t%.4f\t", board->mean.mean, board->median);
    }
    if (board->count > 0 &&
        pass_all(stage->call->arena, board, map_count(stage->tasks), &k, &all)) {
        fprintf(to, "%.4f\t%.4f (k %" PRIu64 ")\t", board->mean.mean, all, k);
    } else if (board->count > 0) {
        fprintf(to, "-\t-\t");
    }
    fprintf(to, "%zu\t%zu\t%" PRId64 "\t%" PRId64 "\t%.2f\t%.3f\n", board->count, board->unscored,
            board->tokens[0], board->tokens[1], board->spend, median_seconds(board));
}

static void put_board(struct stage *stage, struct board *board)
{
    struct buffer buffer = buffer_new(stage->call->arena);
    struct json_out out = json_to(&buffer);
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"mean", board->count == 0 ? (double)NAN : board->mean.mean},
                   {"low", board->known ? clip(board->mean.interval.low) : (double)NAN},
                   {"high", board->known ? clip(board->mean.interval.high) : (double)NAN},
                   {"median_of_runs", board->count == 0 ? (double)NAN : board->median},
                   {"scored", (double)board->count},
                   {"unscored", (double)board->unscored},
                   {"input_tokens", (double)board->tokens[0]},
                   {"output_tokens", (double)board->tokens[1]},
                   {"spend", board->spend},
                   {"median_seconds", median_seconds(board)}};

    json_open(&out, '{');
    json_name(&out, "model");
    json_text(&out, board->model);
    json_name(&out, "domain");
    json_text(&out, board->domain);
    for (size_t i = 0; i < COUNT(numbers); i++) {
        json_name(&out, numbers[i].name);
        json_real(&out, numbers[i].value);
    }
    json_close(&out, '}');
    fprintf(stage->call->out, "%s\n", buffer.at);
}

static void show_board(struct stage *stage, struct board *board)
{
    const struct show_options *given = stage->call->options;

    if (given->json) {
        put_board(stage, board);
    } else {
        print_board(stage, board);
    }
}

static void put_pair(struct stage *stage, const struct board *left, const struct board *right,
                     const struct mean_estimate *found)
{
    struct buffer buffer = buffer_new(stage->call->arena);
    struct json_out out = json_to(&buffer);

    json_open(&out, '{');
    json_name(&out, "left");
    json_text(&out, left->model);
    json_name(&out, "right");
    json_text(&out, right->model);
    json_name(&out, "difference");
    json_real(&out, found->mean);
    json_name(&out, "low");
    json_real(&out, found->interval.low);
    json_name(&out, "high");
    json_real(&out, found->interval.high);
    json_name(&out, "tasks");
    json_int(&out, (int64_t)found->count);
    json_close(&out, '}');
    fprintf(stage->call->out, "%s\n", buffer.at);
}

/* Left minus right on the tasks that both did. */
static enum err show_pair(struct stage *stage, const struct board *left, const struct board *right)
{
    const struct show_options *given = stage->call->options;
    struct arena *arena = stage->call->arena;
    uint32_t tasks = map_count(stage->tasks);
    struct sample *samples = arena_array(arena, struct sample, (size_t)tasks + 1);
    double *other = arena_array(arena, double, (size_t)tasks + 1);
    struct mean_estimate found;
    size_t count = 0;

    for (uint32_t task = 0; task < tasks; task++) {
        if (!isnan(left->task_mean[task]) && !isnan(right->task_mean[task])) {
            samples[count] = (struct sample){(uint32_t)count, left->task_mean[task]};
            other[count++] = right->task_mean[task];
        }
    }
    if (count < 2) {
        return OK;
    }
    TRY(mean_paired(arena, samples, other, count, given->level, &found, stage->call->fault));
    if (given->json) {
        put_pair(stage, left, right, &found);
    } else {
        fprintf(stage->call->out, "%s minus %s\t%+.4f [%+.4f to %+.4f]\t%zu tasks\n", left->model,
                right->model, found.mean, found.interval.low, found.interval.high, count);
    }
    return OK;
}

static int by_mean(const void *left, const void *right)
{
    const struct board *a = left;
    const struct board *b = right;

    return (a->mean.mean < b->mean.mean) - (a->mean.mean > b->mean.mean);
}

static enum err show_domains(struct stage *stage, const struct board *board)
{
    for (uint32_t i = 0; i < map_count(stage->domains); i++) {
        const char *domain = map_key(stage->domains, i).at;
        struct board part;

        TRY(build(stage, board->model, domain, &part));
        if (domain[0] != '\0' && part.count + part.unscored > 0) {
            show_board(stage, &part);
        }
    }
    return OK;
}

static enum err show_all(struct stage *stage, struct board *boards, uint32_t count)
{
    const struct show_options *given = stage->call->options;

    if (!given->json) {
        fprintf(stage->call->out,
                "model\tdomain\tmean [%g %%]\tmedian of runs\tpass@1\tpass^k\t"
                "answers\tunscored\ttokens read\twritten\tspent\tseconds\n",
                given->level * 100);
    }
    for (uint32_t i = 0; i < count; i++) {
        show_board(stage, &boards[i]);
        if (given->by_domain) {
            TRY(show_domains(stage, &boards[i]));
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = i + 1; k < count; k++) {
            TRY(show_pair(stage, &boards[i], &boards[k]));
        }
    }
    return OK;
}

enum err benchmark_show(struct invocation *call)
{
    struct stage stage = {.call = call,
                          .tasks = map_new(call->arena),
                          .models = map_new(call->arena),
                          .domains = map_new(call->arena)};

    TRY(read_all(&stage));
    uint32_t count = map_count(stage.models);
    struct board *boards = arena_array(call->arena, struct board, count);

    for (uint32_t i = 0; i < count; i++) {
        TRY(build(&stage, map_key(stage.models, i).at, NULL, &boards[i]));
    }
    qsort(boards, count, sizeof(*boards), by_mean);
    return show_all(&stage, boards, count);
}
