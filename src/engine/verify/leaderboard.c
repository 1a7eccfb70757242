#include "engine/verify/leaderboard.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/map.h"
#include "engine/verify/statistics.h"

static const double SPREAD_LEAST = 1e-12;

static int64_t integer_of(const struct json *row, const char *name)
{
    const struct json *member = json_member(row, name);

    return member != NULL && member->kind == JSON_INT ? member->integer : 0;
}

static const char *word_of(const struct json *row, const char *name)
{
    const char *text = json_text_of(row, name);

    return text == NULL ? "" : text;
}

static double real_of(const struct json *row, const char *name)
{
    const struct json *member = json_member(row, name);
    bool number = member != NULL && (member->kind == JSON_INT || member->kind == JSON_REAL);

    return number ? member->real : (double)NAN;
}

enum err board_line_read(const struct json *row, struct board_line *out, struct fault *fault)
{
    if (row->kind != JSON_OBJECT || word_of(row, "task")[0] == '\0' ||
        word_of(row, "model")[0] == '\0') {
        return fail_field(fault, ERR_INVALID, "task", "the line names no task and model");
    }
    *out = (struct board_line){.task = word_of(row, "task"),
                               .model = word_of(row, "model"),
                               .domain = word_of(row, "domain"),
                               .suite = word_of(row, "suite"),
                               .run = integer_of(row, "run"),
                               .score = real_of(row, "score"),
                               .input_tokens = integer_of(row, "input_tokens"),
                               .output_tokens = integer_of(row, "output_tokens"),
                               .took_ms = integer_of(row, "took_ms"),
                               .spend = real_of(row, "spend")};
    if (isnan(out->spend)) {
        out->spend = 0;
    }
    if (out->score < 0 || out->score > 1) {
        return fail_field(fault, ERR_INVALID, "score", "a score lies between 0 and 1");
    }
    if (out->input_tokens < 0 || out->output_tokens < 0 || out->took_ms < 0 || out->spend < 0) {
        return fail_field(fault, ERR_INVALID, "spend",
                          "tokens, time and spending are not below zero");
    }
    return OK;
}

struct making {
    struct arena *arena;
    struct fault *fault;
    double level;
    const struct board_line *lines; /* those that count */
    size_t count;
    struct map *tasks;
    struct map *models;
    struct map *domains;
};

static void sift(struct making *making, const struct board_line *lines, size_t count)
{
    struct arena *arena = making->arena;
    struct board_line *kept = arena_array(arena, struct board_line, count + 1);
    struct map *met = map_new(arena);

    making->tasks = map_new(arena);
    making->models = map_new(arena);
    making->domains = map_new(arena);
    for (size_t i = 0; i < count; i++) {
        const struct board_line *line = &lines[i];
        uint32_t known = map_count(met);
        const char *name =
            arena_print(arena, "%s\n%" PRId64 "\n%s", line->model, line->run, line->task);

        if (!isnan(line->score) && map_add(met, text_of(name)) < known) {
            continue;
        }
        kept[making->count++] = *line;
        map_add(making->tasks, text_of(line->task));
        map_add(making->models, text_of(line->model));
        map_add(making->domains, text_of(line->domain));
    }
    making->lines = kept;
}

/* What a board is computed from. */
struct gathered {
    struct sample *samples; /* clusters are dense over the tasks that this board saw */
    double *seconds;
    size_t count;
};

/* Tasks that have the most answers that any has, k being that number. */
static enum err add_passes(struct making *making, const struct gathered *from, struct board *board)
{
    uint64_t *runs = arena_array(making->arena, uint64_t, board->task_count + 1);
    uint64_t *good = arena_array(making->arena, uint64_t, board->task_count + 1);
    double used = 0;
    double one;

    for (size_t i = 0; i < from->count; i++) {
        const struct sample *sample = &from->samples[i];

        if (sample->value != 0 && sample->value != 1) {
            return OK;
        }
        runs[sample->cluster]++;
        good[sample->cluster] += sample->value == 1;
        board->k = runs[sample->cluster] > board->k ? runs[sample->cluster] : board->k;
    }
    for (size_t task = 0; task < board->task_count; task++) {
        if (runs[task] == board->k) {
            TRY(pass_at_k(runs[task], good[task], board->k, &one, making->fault));
            board->pass_at_k += one;
            TRY(pass_all_k(runs[task], good[task], board->k, &one, making->fault));
            board->pass_all_k += one;
            used++;
        }
    }
    board->is_pass = used > 0;
    board->pass_at_k /= used > 0 ? used : 1;
    board->pass_all_k /= used > 0 ? used : 1;
    return OK;
}

/* Tasks that all come out alike show no spread, which does not make a few of them certain. A mean
 * of values between 0 and 1 spreads at most as one of noughts and ones, for which Wilson's interval
 * stands; differences are moved there and back. */
static struct interval without_spread(double mean, double low, size_t count, double level)
{
    double width = 1 - low;
    struct interval found =
        interval_wilson((mean - low) / width * (double)count, (double)count, level);

    return (struct interval){.low = low + found.low * width, .high = low + found.high * width};
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

static enum err estimate(struct making *making, const struct gathered *from, struct board *board)
{
    struct mean_estimate mean;

    board->mean = (double)NAN;
    board->median = (double)NAN;
    board->known = board->task_count > 1;
    if (from->count == 0) {
        return OK;
    }
    qsort(from->seconds, from->count, sizeof(*from->seconds), by_value);
    board->median_seconds = from->seconds[from->count / 2];
    TRY(mean_of_runs(making->arena, from->samples, from->count, RUNS_MEDIAN, &board->median,
                     making->fault));
    TRY(add_passes(making, from, board));
    if (!board->known) {
        return mean_of_runs(making->arena, from->samples, from->count, RUNS_MEAN, &board->mean,
                            making->fault);
    }
    TRY(mean_clustered(making->arena, from->samples, from->count, making->level, &mean,
                       making->fault));
    board->mean = mean.mean;
    board->interval =
        (struct interval){.low = fmax(mean.interval.low, 0), .high = fmin(mean.interval.high, 1)};
    if (mean.error < SPREAD_LEAST) {
        board->interval = without_spread(board->mean, 0, board->task_count, making->level);
    }
    return OK;
}

static enum err build(struct making *making, const char *model, const char *domain,
                      struct board *out)
{
    struct arena *arena = making->arena;
    uint32_t tasks = map_count(making->tasks);
    uint32_t *runs = arena_array(arena, uint32_t, (size_t)tasks + 1);
    uint32_t *dense = arena_array(arena, uint32_t, (size_t)tasks + 1);
    double *means = arena_array(arena, double, (size_t)tasks + 1);
    struct gathered from = {.samples = arena_array(arena, struct sample, making->count + 1),
                            .seconds = arena_array(arena, double, making->count + 1)};

    *out = (struct board){.model = model, .domain = domain, .task_mean = means};
    for (size_t i = 0; i < making->count; i++) {
        const struct board_line *line = &making->lines[i];

        if (strcmp(line->model, model) != 0 ||
            (domain != NULL && strcmp(line->domain, domain) != 0)) {
            continue;
        }
        out->input_tokens += line->input_tokens;
        out->output_tokens += line->output_tokens;
        out->spend += line->spend;
        if (isnan(line->score)) {
            out->unscored++;
            continue;
        }
        uint32_t task = map_add(making->tasks, text_of(line->task));

        if (runs[task]++ == 0) {
            dense[task] = (uint32_t)out->task_count++;
        }
        means[task] += line->score;
        from.seconds[from.count] = (double)line->took_ms / 1000;
        from.samples[from.count++] = (struct sample){dense[task], line->score};
    }
    for (uint32_t task = 0; task < tasks; task++) {
        means[task] = runs[task] == 0 ? (double)NAN : means[task] / runs[task];
    }
    out->count = from.count;
    return estimate(making, &from, out);
}

static int by_mean(const void *left, const void *right)
{
    const struct board *a = left;
    const struct board *b = right;

    if (isnan(a->mean) || isnan(b->mean)) {
        return isnan(a->mean) - isnan(b->mean);
    }
    return a->mean != b->mean ? (a->mean < b->mean) - (a->mean > b->mean)
                              : strcmp(a->model, b->model);
}

static enum err make_pair(struct making *making, const struct board *left,
                          const struct board *right, struct board_pair *out)
{
    uint32_t tasks = map_count(making->tasks);
    struct sample *samples = arena_array(making->arena, struct sample, (size_t)tasks + 1);
    double *other = arena_array(making->arena, double, (size_t)tasks + 1);
    struct mean_estimate found;
    size_t count = 0;

    for (uint32_t task = 0; task < tasks; task++) {
        if (!isnan(left->task_mean[task]) && !isnan(right->task_mean[task])) {
            samples[count] = (struct sample){(uint32_t)count, left->task_mean[task]};
            other[count++] = right->task_mean[task];
        }
    }
    *out = (struct board_pair){.left = left->model, .right = right->model, .task_count = count};
    if (count < 2) {
        return OK;
    }
    TRY(mean_paired(making->arena, samples, other, count, making->level, &found, making->fault));
    out->difference = found.mean;
    out->interval = found.error < SPREAD_LEAST
                        ? without_spread(found.mean, -1, count, making->level)
                        : found.interval;
    return OK;
}

static enum err make_pairs(struct making *making, struct leaderboard *out)
{
    size_t models = out->model_count;
    struct board_pair *pairs =
        arena_array(making->arena, struct board_pair, models * models / 2 + 1);

    for (size_t i = 0; i < models; i++) {
        for (size_t k = i + 1; k < models; k++) {
            TRY(make_pair(making, &out->models[i], &out->models[k], &pairs[out->pair_count]));
            out->pair_count += pairs[out->pair_count].task_count > 1;
        }
    }
    out->pairs = pairs;
    return OK;
}

static enum err make_slices(struct making *making, struct leaderboard *out)
{
    uint32_t domains = map_count(making->domains);
    struct board *slices = arena_array(making->arena, struct board, out->model_count * domains + 1);

    for (size_t i = 0; i < out->model_count; i++) {
        for (uint32_t k = 0; k < domains; k++) {
            struct board *slice = &slices[out->slice_count];
            const char *domain = map_key(making->domains, k).at;

            if (domain[0] != '\0') {
                TRY(build(making, out->models[i].model, domain, slice));
                out->slice_count += slice->count + slice->unscored > 0;
            }
        }
    }
    out->slices = slices;
    return OK;
}

enum err leaderboard_make(struct arena *arena, const struct board_line *lines, size_t count,
                          double level, struct leaderboard *out, struct fault *fault)
{
    struct making making = {.arena = arena, .fault = fault, .level = level};

    sift(&making, lines, count);
    uint32_t models = map_count(making.models);
    struct board *boards = arena_array(arena, struct board, (size_t)models + 1);
    struct leaderboard result = {.models = boards, .model_count = models};

    for (uint32_t i = 0; i < models; i++) {
        TRY(build(&making, map_key(making.models, i).at, NULL, &boards[i]));
    }
    qsort(boards, models, sizeof(*boards), by_mean);
    TRY(make_slices(&making, &result));
    TRY(make_pairs(&making, &result));
    *out = result;
    return OK;
}
