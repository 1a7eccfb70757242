#include <inttypes.h>
#include <math.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "cli/command.h"
#include "command/benchmark.h"
#include "engine/verify/leaderboard.h"

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

/* The lines of all files. */
static enum err read_all(struct invocation *call, const struct board_line **out, size_t *count)
{
    struct benchmark_lines *files =
        arena_array(call->arena, struct benchmark_lines, call->word_count);
    size_t total = 0;

    for (size_t i = 0; i < call->word_count; i++) {
        TRY(benchmark_read(call->arena, call->words[i], &files[i], call->fault));
        total += files[i].count;
    }
    struct board_line *lines = arena_array(call->arena, struct board_line, total + 1);

    *count = 0;
    for (size_t i = 0; i < call->word_count; i++) {
        for (size_t k = 0; k < files[i].count; k++) {
            lines[(*count)++] = files[i].at[k];
        }
    }
    *out = lines;
    return total > 0 ? OK : fail(call->fault, ERR_INVALID, "the files hold no answers");
}

static void print_board(FILE *to, const struct board *board)
{
    fprintf(to, "%s\t%s\t", board->model, board->domain == NULL ? "all" : board->domain);
    if (board->count == 0) {
        fprintf(to, "nothing scored\t\t\t\t");
    } else if (board->known) {
        fprintf(to, "%.4f [%.4f-%.4f]\t%.4f\t", board->mean, board->interval.low,
                board->interval.high, board->median);
    } else {
        fprintf(to, "%.4f [no interval from one task]\t%.4f\t", board->mean, board->median);
    }
    if (board->is_pass) {
        fprintf(to, "%.4f\t%.4f\t%.4f (k %" PRIu64 ")\t", board->mean, board->pass_at_k,
                board->pass_all_k, board->k);
    } else if (board->count > 0) {
        fprintf(to, "-\t-\t-\t");
    }
    fprintf(to, "%zu\t%zu\t%" PRId64 "\t%" PRId64 "\t%.2f\t%.3f\n", board->count, board->unscored,
            board->input_tokens, board->output_tokens, board->spend, board->median_seconds);
}

static void put_board(struct invocation *call, const struct board *board)
{
    struct buffer buffer = buffer_new(call->arena);
    struct json_out out = json_to(&buffer);
    double none = (double)NAN;
    const struct {
        const char *name;
        double value;
    } numbers[] = {{"mean", board->mean},
                   {"low", board->known ? board->interval.low : none},
                   {"high", board->known ? board->interval.high : none},
                   {"median_of_runs", board->median},
                   {"k", board->is_pass ? (double)board->k : none},
                   {"pass_at_k", board->is_pass ? board->pass_at_k : none},
                   {"pass_all_k", board->is_pass ? board->pass_all_k : none},
                   {"scored", (double)board->count},
                   {"unscored", (double)board->unscored},
                   {"input_tokens", (double)board->input_tokens},
                   {"output_tokens", (double)board->output_tokens},
                   {"spend", board->spend},
                   {"median_seconds", board->median_seconds}};

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
    fprintf(call->out, "%s\n", buffer.at);
}

static void show_board(struct invocation *call, const struct board *board)
{
    const struct show_options *given = call->options;

    if (given->json) {
        put_board(call, board);
    } else {
        print_board(call->out, board);
    }
}

static void put_pair(struct invocation *call, const struct board_pair *pair)
{
    struct buffer buffer = buffer_new(call->arena);
    struct json_out out = json_to(&buffer);

    json_open(&out, '{');
    json_name(&out, "left");
    json_text(&out, pair->left);
    json_name(&out, "right");
    json_text(&out, pair->right);
    json_name(&out, "difference");
    json_real(&out, pair->difference);
    json_name(&out, "low");
    json_real(&out, pair->interval.low);
    json_name(&out, "high");
    json_real(&out, pair->interval.high);
    json_name(&out, "tasks");
    json_int(&out, (int64_t)pair->task_count);
    json_close(&out, '}');
    fprintf(call->out, "%s\n", buffer.at);
}

static void show_pair(struct invocation *call, const struct board_pair *pair)
{
    const struct show_options *given = call->options;

    if (given->json) {
        put_pair(call, pair);
        return;
    }
    fprintf(call->out, "%s minus %s\t%+.4f [%+.4f to %+.4f]\t%zu tasks\n", pair->left, pair->right,
            pair->difference, pair->interval.low, pair->interval.high, pair->task_count);
}

enum err benchmark_show(struct invocation *call)
{
    const struct show_options *given = call->options;
    const struct board_line *lines;
    struct leaderboard found;
    size_t count;
    size_t slice = 0;

    TRY(read_all(call, &lines, &count));
    TRY(leaderboard_make(call->arena, lines, count, given->level, &found, call->fault));
    if (!given->json) {
        fprintf(call->out,
                "model\tdomain\tmean [%g %%]\tmedian of runs\tpass@1\tpass@k\tpass^k\t"
                "answers\tunscored\ttokens read\twritten\tspent\tseconds\n",
                given->level * 100);
    }
    for (size_t i = 0; i < found.model_count; i++) {
        show_board(call, &found.models[i]);
        for (; slice < found.slice_count && found.slices[slice].model == found.models[i].model;
             slice++) {
            if (given->by_domain) {
                show_board(call, &found.slices[slice]);
            }
        }
    }
    for (size_t i = 0; i < found.pair_count; i++) {
        show_pair(call, &found.pairs[i]);
    }
    return OK;
}
