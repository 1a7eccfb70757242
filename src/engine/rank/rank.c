#include "engine/rank/rank.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/rng.h"
#include "engine/rank/graph.h"
#include "engine/rank/judge.h"
#include "engine/rank/link.h"
#include "engine/rank/newton.h"
#include "engine/rank/rows.h"
#include "engine/rank/spread.h"
#include "num/random.h"
#include "num/special.h"

/* What every fit and refit shares. */
struct ranking {
    const struct rank_input *input;
    const struct rank_options *options;
    struct rows rows;
    uint32_t *component;
    uint32_t component_count;
    bool plain;
};

static double odds_of(const struct rank_options *options, double tie)
{
    return options->ties == RANK_HALF ? 0 : exp(tie);
}

/* The tie tendency that would give the share of ties seen, were all items equal. */
static double starting_odds(const struct ranking *ranking, const struct graph *graph)
{
    double count = 1;

    for (uint32_t item = 0; item < graph->item_count; item++) {
        count += graph->wins[item];
    }
    return ranking->options->ties == RANK_HALF ? 0
                                               : 2 * (graph->ties + 0.5) / (count - graph->ties);
}

/* The score that would win as often against an average item; much nearer than zero. */
static void starting_scores(const struct graph *graph, double precision, double *score)
{
    for (uint32_t item = 0; item < graph->item_count; item++) {
        double edges = (double)(graph->starts[item + 1] - graph->starts[item]);
        double losses = edges - graph->wins[item];

        if (graph->weight == NULL && precision < 1) {
            score[item] = log((graph->wins[item] + 1) / (losses + 1));
        }
    }
}

static void fit_plain(struct arena *arena, const struct ranking *ranking, struct rank_fit *fit)
{
    struct arena_mark mark = arena_mark(arena);
    struct graph graph = graph_of(arena, &ranking->rows, ranking->options->parallel);
    struct plain_fit plain = {.score = fit->score, .odds = starting_odds(ranking, &graph)};

    starting_scores(&graph, ranking->options->precision, fit->score);
    newton_fit(arena, &graph, ranking->options, ranking->component, ranking->component_count,
               &plain);
    for (uint32_t item = 0; item < graph.item_count && graph.weight == NULL; item++) {
        fit->compared[item] = graph.starts[item + 1] - graph.starts[item];
    }
    arena_undo(arena, mark);
    fit->common = (struct rank_rater){.skill = 1, .tie = plain.odds > 0 ? log(plain.odds) : 0};
    fit->rounds = plain.rounds;
    fit->converged = plain.converged;
    fit->likelihood = plain_likelihood(arena, &ranking->rows, fit->score, plain.odds);
}

static void take_judges(struct rank_fit *fit, const struct judge_fit *judges)
{
    fit->raters = judges->raters;
    fit->common = judges->common;
    fit->style = judges->style;
    fit->style_error = judges->style_error;
    fit->likelihood = judges->likelihood;
    fit->rounds = judges->rounds;
    fit->converged = judges->converged;
}

/* Raters that were not told apart share what is common. */
static void share_common(const struct ranking *ranking, struct rank_fit *fit)
{
    const struct rank_input *input = ranking->input;
    bool told_apart = !ranking->plain && ranking->options->raters && input->rater_count > 1;
    struct rank_rater common = ranking->plain ? fit->common : fit->raters[0];

    for (uint32_t rater = 0; rater < input->rater_count && !told_apart; rater++) {
        fit->raters[rater] = common;
        fit->raters[rater].count = 0;
    }
    if (input->rater == NULL && !told_apart) {
        fit->raters[0].count = input->count;
    }
    for (size_t i = 0; i < input->count && input->rater != NULL && !told_apart; i++) {
        fit->raters[input->rater[i]].count++;
    }
}

static void plain_slopes(const struct ranking *ranking, const struct rank_fit *fit,
                         float *information, float *square)
{
    const struct rows *rows = &ranking->rows;
    double odds = odds_of(ranking->options, fit->common.tie);

    for (size_t i = 0; i < rows->count; i++) {
        struct link link = link_of(fit->score[rows->left[i]] - fit->score[rows->right[i]], odds);
        double slope = rows->outcome[i] / 2.0 - link.expected;

        information[i] = (float)link.information;
        square[i] = (float)(slope * slope * row_weight(rows, i));
    }
}

static void judge_squares(const struct ranking *ranking, const float *residual, float *square)
{
    for (size_t i = 0; i < ranking->rows.count; i++) {
        square[i] = residual[i] * residual[i];
    }
}

static void take_sandwich(struct arena *arena, const struct ranking *ranking,
                          const struct judge_fit *judges, struct rank_fit *fit)
{
    struct arena_mark mark = arena_mark(arena);
    size_t count = ranking->rows.count;
    float *information = judges->information;
    float *square = arena_array(arena, float, count);

    if (ranking->plain) {
        information = arena_array(arena, float, count);
        plain_slopes(ranking, fit, information, square);
    } else {
        judge_squares(ranking, judges->residual, square);
    }
    struct row_slopes slopes = {.rows = &ranking->rows,
                                .information = information,
                                .square = square,
                                .precision = ranking->options->precision};
    double quantile = num_normal_quantile((1 + ranking->options->level) / 2);

    sandwich_errors(arena, &slopes,
                    &(struct sandwich_options){.samples = ranking->options->replicates,
                                               .seed = ranking->options->seed},
                    fit->error);
    for (uint32_t item = 0; item < ranking->rows.item_count; item++) {
        fit->intervals[item] =
            (struct interval){.low = fit->score[item] - quantile * fit->error[item],
                              .high = fit->score[item] + quantile * fit->error[item]};
    }
    arena_undo(arena, mark);
}

/* Fit one replicate, starting from the fit of the data. */
static void refit(struct arena *arena, const struct ranking *ranking,
                  const struct judge_fit *judges, const struct rank_fit *fit, uint32_t replicate,
                  double *score)
{
    struct rng rng = rng_stream(ranking->options->seed, replicate);
    struct ranking again = *ranking;
    float *weight = arena_array(arena, float, ranking->rows.count);
    uint32_t items = ranking->rows.item_count;

    for (size_t i = 0; i < ranking->rows.count; i++) {
        weight[i] = (float)num_poisson(&rng, row_weight(&ranking->rows, i));
    }
    again.rows.weight = weight;
    memcpy(score, fit->score, items * sizeof(*score));
    if (ranking->plain) {
        struct rank_fit other = {.score = score};

        fit_plain(arena, &again, &other);
        return;
    }
    struct judge_fit other = judge_new(arena, ranking->input, ranking->options);

    memcpy(other.score, fit->score, items * sizeof(*score));
    memcpy(other.raters, judges->raters, ranking->input->rater_count * sizeof(*other.raters));
    memcpy(other.style, judges->style, ranking->input->style_count * sizeof(*other.style));
    judge_fit(arena, ranking->input, weight, ranking->options, ranking->component,
              ranking->component_count, &other);
    memcpy(score, other.score, items * sizeof(*score));
}

static int by_size(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

static void take_bootstrap(struct arena *arena, const struct ranking *ranking,
                           const struct judge_fit *judges, struct rank_fit *fit)
{
    struct arena_mark mark = arena_mark(arena);
    uint32_t items = ranking->rows.item_count;
    uint32_t replicates = ranking->options->replicates;
    double *scores = arena_array(arena, double, (size_t)items *replicates); /* [item][replicate] */
    double *score = arena_array(arena, double, items);

    for (uint32_t replicate = 0; replicate < replicates; replicate++) {
        struct arena_mark scratch = arena_mark(arena);

        refit(arena, ranking, judges, fit, replicate, score);
        for (uint32_t item = 0; item < items; item++) {
            scores[(size_t)item * replicates + replicate] = score[item];
        }
        arena_undo(arena, scratch);
    }
    for (uint32_t item = 0; item < items; item++) {
        double *own = scores + (size_t)item * replicates;
        double mean = 0;
        double square = 0;

        for (uint32_t k = 0; k < replicates; k++) {
            mean += own[k] / replicates;
        }
        for (uint32_t k = 0; k < replicates; k++) {
            square += (own[k] - mean) * (own[k] - mean);
        }
        qsort(own, replicates, sizeof(*own), by_size);
        fit->error[item] = sqrt(square / (replicates - 1));
        fit->intervals[item] = interval_of_sorted(own, replicates, ranking->options->level);
    }
    arena_undo(arena, mark);
}

static void count_compared(const struct rank_input *input, uint64_t *compared)
{
    for (size_t i = 0; i < input->count; i++) {
        compared[input->left[i]]++;
        compared[input->right[i]]++;
    }
}

static void take_errors(struct arena *arena, const struct ranking *ranking,
                        const struct judge_fit *judges, struct rank_fit *fit)
{
    if (ranking->options->error == RANK_NO_ERROR) {
        return;
    }
    fit->error = arena_array(arena, double, ranking->rows.item_count);
    fit->intervals = arena_array(arena, struct interval, ranking->rows.item_count);
    if (ranking->options->error == RANK_SANDWICH) {
        take_sandwich(arena, ranking, judges, fit);
    } else {
        take_bootstrap(arena, ranking, judges, fit);
    }
}

enum err rank_fit(struct arena *arena, const struct rank_input *input,
                  const struct rank_options *options, struct rank_fit *out, struct fault *fault)
{
    uint32_t items = input->item_count;
    struct judge_fit judges = {0};

    TRY(rows_check(input, options, fault));
    bool plain = rows_are_plain(input, options);
    struct ranking ranking = {.input = input,
                              .options = options,
                              .rows = rows_of(arena, input, plain),
                              .component = arena_array(arena, uint32_t, items),
                              .plain = plain};
    struct rank_fit fit = {.component = ranking.component,
                           .compared = arena_array(arena, uint64_t, items)};

    ranking.component_count = rows_components(&ranking.rows, ranking.component);
    fit.component_count = ranking.component_count;
    if (!plain || ranking.rows.weight != NULL) { /* else the graph will tell */
        count_compared(input, fit.compared);
    }
    if (plain) {
        fit.score = arena_array(arena, double, items);
        fit.raters = arena_array(arena, struct rank_rater, input->rater_count);
        fit_plain(arena, &ranking, &fit);
    } else {
        judges = judge_new(arena, input, options);
        judge_fit(arena, input, NULL, options, ranking.component, ranking.component_count, &judges);
        fit.score = judges.score;
        take_judges(&fit, &judges);
    }
    share_common(&ranking, &fit);
    take_errors(arena, &ranking, &judges, &fit);
    *out = fit;
    return OK;
}

void rank_predict(const struct rank_fit *fit, const struct rank_options *options,
                  const struct rank_input *input, size_t comparison, double out[static 3])
{
    const struct rank_rater *rater =
        &fit->raters[input->rater == NULL ? 0 : input->rater[comparison]];
    double eta = judge_eta(input, fit->score, rater, fit->style, comparison);
    struct link link = link_of(eta, odds_of(options, rater->tie));

    out[RANK_LEFT] = link.left;
    out[RANK_TIE] = link.tie;
    out[RANK_RIGHT] = link.right;
}
