#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"
#include "base/map.h"
#include "engine/verify/leaderboard.h"
#include "http/outlet.h"
#include "http/route.h"
#include "num/interval.h"
#include "slice/benchmark/benchmark_inside.h"
#include "slice/benchmark/benchmark_sql.h"
#include "store/store.h"
#include "store/work.h"

static const double LEVEL = .95;

struct leaderboard_query {
    const char *part;
};
static const struct leaderboard_query query_defaults = {.part = "all"};
static const struct field query_fields[] = {
    TEXT(leaderboard_query, part, .optional = true, .choices = "all|public|held_out",
         .doc = "Which tasks; what a model knows by heart shows as a gap between the two parts"),
};
const struct shape leaderboard_query_shape =
    SHAPE(leaderboard_query, query_fields, "Which tasks", .defaults = &query_defaults);

struct board_view {
    const char *model;
    const char *domain;
    bool is_person;
    double mean;
    double low;
    double high;
    double median_of_runs;
    int64_t k;
    double pass_at_k;
    double pass_all_k;
    int64_t task_count;
    int64_t scored_count;
    int64_t unscored_count;
    int64_t input_tokens;
    int64_t output_tokens;
    double spend;
    double median_seconds;
    int64_t expert_count;
    double expert_agreement;
    double expert_low;
    double expert_high;
};
static const struct field board_fields[] = {
    TEXT(board_view, model, .doc = "The model, or whoever answered"),
    TEXT(board_view, domain, .optional = true, .doc = "Of a slice; none: all tasks"),
    BOOL(board_view, is_person, .doc = "Answers of people: the human baseline"),
    REAL(board_view, mean, .optional = true, .doc = "Of the scores"),
    REAL(board_view, low, .optional = true,
         .doc = "Lower end of its 95 % interval, clustered by task; none from one task"),
    REAL(board_view, high, .optional = true, .doc = "Upper end"),
    REAL(board_view, median_of_runs, .optional = true,
         .doc = "Mean over tasks of the median of their runs"),
    INT(board_view, k, .optional = true, .doc = "Answers of the tasks that have most"),
    REAL(board_view, pass_at_k, .optional = true, .doc = "Chance that one of k is right"),
    REAL(board_view, pass_all_k, .optional = true, .doc = "Chance that all of k are"),
    INT(board_view, task_count, .doc = "Tasks with a scored answer"),
    INT(board_view, scored_count, .doc = "Answers that were scored"),
    INT(board_view, unscored_count, .doc = "Answers that could not be"),
    INT(board_view, input_tokens, .doc = "Tokens read"),
    INT(board_view, output_tokens, .doc = "Tokens written"),
    REAL(board_view, spend, .doc = "Minor units"),
    REAL(board_view, median_seconds, .doc = "Of an answer"),
    INT(board_view, expert_count, .doc = "Scored answers that an expert judged as well"),
    REAL(board_view, expert_agreement, .optional = true,
         .doc = "Share of them on the same side of one half"),
    REAL(board_view, expert_low, .optional = true, .doc = "Lower end of its 95 % interval"),
    REAL(board_view, expert_high, .optional = true, .doc = "Upper end"),
};
static const struct shape board_shape = SHAPE(board_view, board_fields, "How a model did");

struct pair_view {
    const char *left;
    const char *right;
    double difference;
    double low;
    double high;
    int64_t task_count;
};
static const struct field pair_fields[] = {
    TEXT(pair_view, left, .doc = "One model"),
    TEXT(pair_view, right, .doc = "The other"),
    REAL(pair_view, difference, .doc = "Left minus right on the tasks that both did"),
    REAL(pair_view, low, .doc = "Lower end of its 95 % interval"),
    REAL(pair_view, high, .doc = "Upper end"),
    INT(pair_view, task_count, .doc = "Those tasks"),
};
static const struct shape pair_shape = SHAPE(pair_view, pair_fields, "Two models compared");

struct leaderboard_view {
    const char *part;
    int64_t answer_count;
    struct list models;
    struct list slices;
    struct list pairs;
};
static const struct field view_fields[] = {
    TEXT(leaderboard_view, part, .choices = "all|public|held_out", .doc = "Which tasks"),
    INT(leaderboard_view, answer_count, .doc = "Answers to tasks that count"),
    LIST(leaderboard_view, models, .of = &board_shape, .doc = "Best first"),
    LIST(leaderboard_view, slices, .of = &board_shape, .doc = "By domain, model after model"),
    LIST(leaderboard_view, pairs, .of = &pair_shape, .doc = "Paired differences"),
};
const struct shape leaderboard_view_shape =
    SHAPE(leaderboard_view, view_fields, "What models made of a suite");

/* How the check and experts agree about one model. */
struct agreement {
    int64_t count;
    int64_t same;
    bool is_person;
};

struct gathering {
    struct work *work;
    const char *part;
    struct board_line *lines;
    size_t count;
    size_t room;
    struct map *models;
    struct agreement *agreements;
    size_t agreement_room;
};

static const char *keep(struct work *work, const char *text)
{
    return arena_copy(work->arena, text, strlen(text));
}

static void count_agreement(struct gathering *all, const struct board_lines_row *row)
{
    uint32_t known = map_count(all->models);
    uint32_t model = map_add(all->models, text_of(row->model));

    all->agreements = arena_room(all->work->arena, all->agreements, model, &all->agreement_room,
                                 sizeof(*all->agreements));
    if (model == known) {
        all->agreements[model] = (struct agreement){0};
    }
    all->agreements[model].is_person |= row->is_person != 0;
    if (!isnan(row->score) && !isnan(row->expert_score)) {
        all->agreements[model].count++;
        all->agreements[model].same += (row->score >= .5) == (row->expert_score >= .5);
    }
}

static enum err take_line(struct work *work, void *context, const struct board_lines_row *row)
{
    struct gathering *all = context;

    if (strcmp(all->part, "all") != 0 && strcmp(all->part, row->part) != 0) {
        return OK;
    }
    all->lines = arena_room(work->arena, all->lines, all->count, &all->room, sizeof(*all->lines));
    all->lines[all->count++] = (struct board_line){.task = keep(work, row->name),
                                                   .model = keep(work, row->model),
                                                   .domain = keep(work, row->domain),
                                                   .suite = "",
                                                   .run = row->run_number,
                                                   .score = row->score,
                                                   .input_tokens = row->input_tokens,
                                                   .output_tokens = row->output_tokens,
                                                   .took_ms = row->took_ms,
                                                   .spend = row->spend};
    count_agreement(all, row);
    return OK;
}

static struct board_view view_of(const struct gathering *all, const struct board *board)
{
    double none = (double)NAN;
    struct agreement agreement = {0};
    uint32_t model;
    bool whole = board->domain == NULL;

    if (map_find(all->models, text_of(board->model), &model)) {
        agreement = all->agreements[model];
    }
    bool judged = whole && agreement.count > 0;
    struct interval interval = {none, none};

    if (judged) {
        interval = interval_wilson((double)agreement.same, (double)agreement.count, LEVEL);
    }
    return (struct board_view){
        .model = board->model,
        .domain = board->domain,
        .is_person = agreement.is_person,
        .mean = board->mean,
        .low = board->known && board->count > 0 ? board->interval.low : none,
        .high = board->known && board->count > 0 ? board->interval.high : none,
        .median_of_runs = board->median,
        .k = board->is_pass ? (int64_t)board->k : INT_ABSENT,
        .pass_at_k = board->is_pass ? board->pass_at_k : none,
        .pass_all_k = board->is_pass ? board->pass_all_k : none,
        .task_count = (int64_t)board->task_count,
        .scored_count = (int64_t)board->count,
        .unscored_count = (int64_t)board->unscored,
        .input_tokens = board->input_tokens,
        .output_tokens = board->output_tokens,
        .spend = board->spend,
        .median_seconds = board->median_seconds,
        .expert_count = judged ? agreement.count : 0,
        .expert_agreement = judged ? (double)agreement.same / (double)agreement.count : none,
        .expert_low = interval.low,
        .expert_high = interval.high};
}

static struct list boards_of(const struct gathering *all, const struct board *boards, size_t count)
{
    struct board_view *views = arena_array(all->work->arena, struct board_view, count + 1);

    for (size_t i = 0; i < count; i++) {
        views[i] = view_of(all, &boards[i]);
    }
    return (struct list){.at = views, .count = count};
}

static struct list pairs_of(struct work *work, const struct leaderboard *found)
{
    struct pair_view *views = arena_array(work->arena, struct pair_view, found->pair_count + 1);

    for (size_t i = 0; i < found->pair_count; i++) {
        const struct board_pair *pair = &found->pairs[i];

        views[i] = (struct pair_view){.left = pair->left,
                                      .right = pair->right,
                                      .difference = pair->difference,
                                      .low = pair->interval.low,
                                      .high = pair->interval.high,
                                      .task_count = (int64_t)pair->task_count};
    }
    return (struct list){.at = views, .count = found->pair_count};
}

static enum err make(struct work *work, const char *suite_id, const char *part,
                     struct leaderboard_view *out)
{
    struct gathering all = {.work = work, .part = part, .models = map_new(work->arena)};
    struct leaderboard found;

    TRY(board_lines(
        work,
        &(struct board_lines_args){.suite_id = suite_id, .organisation_id = work->organisation_id},
        take_line, &all));
    TRY(leaderboard_make(work->arena, all.lines, all.count, LEVEL, &found, &work->fault));
    *out = (struct leaderboard_view){.part = part,
                                     .answer_count = (int64_t)all.count,
                                     .models = boards_of(&all, found.models, found.model_count),
                                     .slices = boards_of(&all, found.slices, found.slice_count),
                                     .pairs = pairs_of(work, &found)};
    return OK;
}

enum err serve_leaderboard(struct call *call)
{
    const struct leaderboard_query *query = call->query;
    struct leaderboard_view *view = arena_new_of(call->work->arena, struct leaderboard_view);

    TRY(make(call->work, call->ids[0], query->part, view));
    call->reply = view;
    return OK;
}

/* ------------------------------------------------------------------ export */

struct leaderboard_export_query {
    const char *part;
    const char *format;
};
static const struct leaderboard_export_query export_defaults = {.part = "all", .format = "csv"};
static const struct field export_fields[] = {
    TEXT(leaderboard_export_query, part, .optional = true, .choices = "all|public|held_out",
         .doc = "Which tasks"),
    TEXT(leaderboard_export_query, format, .optional = true, .choices = "csv|jsonl",
         .doc = "Rows of models, then of their slices"),
};
const struct shape leaderboard_export_query_shape =
    SHAPE(leaderboard_export_query, export_fields, "How to export", .defaults = &export_defaults);

static void put_real(struct buffer *to, double value)
{
    if (!isnan(value)) {
        buffer_print(to, "%.17g", value);
    }
    buffer_char(to, ',');
}

static void put_csv_row(struct buffer *to, const struct board_view *row)
{
    const double reals[] = {row->mean,
                            row->low,
                            row->high,
                            row->median_of_runs,
                            row->pass_at_k,
                            row->pass_all_k,
                            row->expert_agreement,
                            row->expert_low,
                            row->expert_high,
                            row->spend,
                            row->median_seconds};
    const int64_t whole[] = {row->task_count,   row->scored_count,  row->unscored_count,
                             row->input_tokens, row->output_tokens, row->expert_count};

    buffer_csv(to, text_of(row->model));
    buffer_char(to, ',');
    buffer_csv(to, text_of(row->domain == NULL ? "" : row->domain));
    buffer_print(to, ",%s,", row->is_person ? "person" : "model");
    for (size_t i = 0; i < COUNT(reals); i++) {
        put_real(to, reals[i]);
    }
    if (row->k != INT_ABSENT) {
        buffer_print(to, "%" PRId64, row->k);
    }
    for (size_t i = 0; i < COUNT(whole); i++) {
        buffer_print(to, ",%" PRId64, whole[i]);
    }
    buffer_char(to, '\n');
}

static void put_rows(struct buffer *to, const char *format, const struct list *rows)
{
    const struct board_view *at = rows->at;

    for (size_t i = 0; i < rows->count; i++) {
        if (strcmp(format, "csv") == 0) {
            put_csv_row(to, &at[i]);
        } else {
            struct json_out out = json_to(to);

            json_encode(&out, &board_shape, &at[i]);
            buffer_char(to, '\n');
        }
    }
}

struct exporting {
    struct call *call;
    struct buffer to;
};

static enum err write_board(struct work *work, void *context)
{
    struct exporting *exporting = context;
    const struct leaderboard_export_query *query = exporting->call->query;
    struct leaderboard_view view;

    TRY(make(work, exporting->call->ids[0], query->part, &view));
    exporting->to = buffer_new(work->arena);
    if (strcmp(query->format, "csv") == 0) {
        buffer_string(&exporting->to,
                      "model,domain,kind,mean,low,high,median_of_runs,pass_at_k,pass_all_k,"
                      "expert_agreement,expert_low,expert_high,spend,median_seconds,k,task_count,"
                      "scored_count,unscored_count,input_tokens,output_tokens,expert_count\n");
    }
    put_rows(&exporting->to, query->format, &view.models);
    put_rows(&exporting->to, query->format, &view.slices);
    return OK;
}

enum err serve_leaderboard_export(struct call *call, struct outlet *outlet)
{
    struct exporting exporting = {.call = call};

    TRY(store_read(call->work, write_board, &exporting));
    return outlet_write(outlet, buffer_view(&exporting.to), &call->work->fault);
}
