#include "engine/rank/judge.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "engine/rank/link.h"
#include "engine/rank/newton.h"
#include "engine/rank/skill_error.h"
#include "num/solve.h"

enum { TRAITS = 3, SKILL = 0, SIDE = 1, TIE = 2, STYLES_MAX = 32, SOLVE_ROUNDS_MAX = 200 };

static const double TRAIT_MAX = 8;    /* on the logit scale */
static const double STEP_MAX = 1;     /* of a trait or style in one round */
static const double POPULATION = 2;   /* raters that the prior of a variance counts for */
static const double FREE_SPREAD = 10; /* of what one rater alone has */
static const double SPREAD[TRAITS] = {0.3, 0.3, 1};

/* The slope and minus the curvature of one rater's traits, or of the styles. */
struct rater_sums {
    double gradient[TRAITS];
    double information[TRAITS][TRAITS];
};

struct judge {
    const struct rank_input *input;
    const float *weight;
    const struct rank_options *options;
    uint32_t rater_count;
    uint32_t style_count;
    bool skilled; /* raters have a skill of their own */
    struct rater_sums *raters;
    double style_gradient[STYLES_MAX];
    double style_information[STYLES_MAX * STYLES_MAX];
    double mean[TRAITS]; /* of the population of raters */
    double variance[TRAITS];
    double *gradient; /* [item] of the log-posterior */
    double *diagonal; /* [item] minus its curvature */
    double *step;
    struct pcg pcg;
};

static double clamp(double x, double most)
{
    return fmax(-most, fmin(most, x));
}

static uint32_t rater_of(const struct judge *judge, size_t i)
{
    return judge->rater_count > 1 ? judge->input->rater[i] : 0;
}

static double first_of(const struct rank_input *input, size_t i)
{
    return input->first == NULL ? 0 : input->first[i];
}

static const float *style_of(const struct rank_input *input, size_t i)
{
    return input->style + i * input->style_count;
}

double judge_eta(const struct rank_input *input, const double *score,
                 const struct rank_rater *rater, const double *style, size_t i)
{
    double eta = rater->skill * (score[input->left[i]] - score[input->right[i]]) +
                 rater->side * first_of(input, i);

    for (uint32_t k = 0; input->style != NULL && k < input->style_count; k++) {
        eta += style[k] * (double)style_of(input, i)[k];
    }
    return eta;
}

struct judge_fit judge_new(struct arena *arena, const struct rank_input *input,
                           const struct rank_options *options)
{
    struct judge_fit fit = {
        .score = arena_array(arena, double, input->item_count),
        .raters = arena_array(arena, struct rank_rater, input->rater_count),
        .common = {.skill = 1},
        .style = arena_array(arena, double, input->style_count),
        .style_error = arena_array(arena, double, input->style_count),
        .residual = arena_array(arena, float, input->count),
        .information = arena_array(arena, float, input->count),
    };

    for (uint32_t rater = 0; rater < input->rater_count; rater++) {
        fit.raters[rater].skill = 1;
    }
    return fit;
}

static void add_rater(struct rater_sums *sums, const struct link *link, const double slope[TRAITS],
                      double residual, double tie_residual, double weight)
{
    double cross = -link->tie * (link->left - link->right) / 2;

    sums->gradient[SKILL] += weight * slope[SKILL] * residual;
    sums->gradient[SIDE] += weight * slope[SIDE] * residual;
    sums->gradient[TIE] += weight * tie_residual;
    for (int a = 0; a < TIE; a++) {
        for (int b = 0; b < TIE; b++) {
            sums->information[a][b] += weight * slope[a] * slope[b] * link->information;
        }
        sums->information[a][TIE] += weight * slope[a] * cross;
        sums->information[TIE][a] += weight * slope[a] * cross;
    }
    sums->information[TIE][TIE] += weight * link->tie * (1 - link->tie);
}

static void add_style(struct judge *judge, size_t i, double residual, double information,
                      double weight)
{
    const float *style = style_of(judge->input, i);

    for (uint32_t a = 0; a < judge->style_count; a++) {
        judge->style_gradient[a] += weight * residual * (double)style[a];
        for (uint32_t b = 0; b <= a; b++) {
            judge->style_information[a * judge->style_count + b] +=
                weight * information * (double)style[a] * (double)style[b];
        }
    }
}

static double odds_of(const struct judge *judge, const struct rank_rater *rater)
{
    return judge->options->ties == RANK_HALF ? 0 : exp(rater->tie);
}

/* Everything that one comparison says, at the present values. */
static void look_at(struct judge *judge, struct judge_fit *fit, size_t i)
{
    const struct rank_input *input = judge->input;
    uint32_t number = rater_of(judge, i);
    const struct rank_rater *rater = &fit->raters[number];
    double weight = judge->weight == NULL ? 1 : (double)judge->weight[i];
    double gap = fit->score[input->left[i]] - fit->score[input->right[i]];
    double eta = judge_eta(input, fit->score, rater, fit->style, i);
    double odds = odds_of(judge, rater);
    struct link link = link_of(eta, odds);
    double residual = input->outcome[i] / 2.0 - link.expected;
    double slope[TRAITS] = {[SKILL] = gap, [SIDE] = first_of(input, i)};
    double own = rater->skill * residual;
    double curve = rater->skill * rater->skill * link.information;

    fit->residual[i] = (float)own;
    fit->information[i] = (float)curve;
    fit->likelihood += weight * link_log(eta, odds, input->outcome[i]);
    judge->gradient[input->left[i]] += weight * own;
    judge->gradient[input->right[i]] -= weight * own;
    judge->diagonal[input->left[i]] += weight * (double)fit->information[i];
    judge->diagonal[input->right[i]] += weight * (double)fit->information[i];
    add_rater(&judge->raters[number], &link, slope, residual,
              (input->outcome[i] == RANK_TIE) - link.tie, weight);
    if (judge->style_count > 0) {
        add_style(judge, i, residual, link.information, weight);
    }
}

static void look(struct judge *judge, struct judge_fit *fit)
{
    uint32_t items = judge->input->item_count;

    memset(judge->raters, 0, judge->rater_count * sizeof(*judge->raters));
    memset(judge->style_gradient, 0, sizeof(judge->style_gradient));
    memset(judge->style_information, 0, sizeof(judge->style_information));
    for (uint32_t item = 0; item < items; item++) {
        judge->gradient[item] = -judge->options->precision * fit->score[item];
        judge->diagonal[item] = judge->options->precision;
    }
    fit->likelihood = 0;
    for (size_t i = 0; i < judge->input->count; i++) {
        look_at(judge, fit, i);
    }
}

struct judge_times {
    const struct judge *judge;
    const struct judge_fit *fit;
};

static void times(void *context, const double *x, double *out)
{
    const struct judge_times *times = context;
    const struct rank_input *input = times->judge->input;
    const float *weight = times->judge->weight;

    for (uint32_t item = 0; item < input->item_count; item++) {
        out[item] = times->judge->options->precision * x[item];
    }
    for (size_t i = 0; i < input->count; i++) {
        double pull = (double)times->fit->information[i] * (x[input->left[i]] - x[input->right[i]]);

        pull *= weight == NULL ? 1 : (double)weight[i];
        out[input->left[i]] += pull;
        out[input->right[i]] -= pull;
    }
}

static void step_scores(struct judge *judge, struct judge_fit *fit)
{
    uint32_t items = judge->input->item_count;
    struct judge_times context = {judge, fit};
    struct hessian hessian = {
        .times = times, .context = &context, .diagonal = judge->diagonal, .item_count = items};

    pcg_solve(&judge->pcg, &hessian, judge->gradient, 0.01, SOLVE_ROUNDS_MAX, judge->step);
    for (uint32_t item = 0; item < items; item++) {
        fit->score[item] += clamp(judge->step[item], STEP_MAX);
    }
}

static double *trait_of(struct rank_rater *rater, int trait)
{
    return trait == SKILL ? &rater->skill : trait == SIDE ? &rater->side : &rater->tie;
}

/* The posterior's information of a rater, factored. A trait that is not estimated stands still. */
static void rater_factor(const struct judge *judge, const struct rater_sums *sums,
                         double factor[TRAITS * TRAITS])
{
    for (int a = 0; a < TRAITS; a++) {
        bool held =
            (a == SKILL && !judge->skilled) || (a == TIE && judge->options->ties == RANK_HALF);

        for (int b = 0; b < TRAITS; b++) {
            factor[a * TRAITS + b] =
                held || (b == SKILL && !judge->skilled) ? 0 : sums->information[a][b];
        }
        factor[a * TRAITS + a] = held ? 1e12 : sums->information[a][a] + 1 / judge->variance[a];
    }
    bool definite = num_cholesky(factor, TRAITS);

    for (int a = 0; a < TRAITS && !definite; a++) { /* rounding: fall back on the diagonal */
        for (int b = 0; b < TRAITS; b++) {
            factor[a * TRAITS + b] = 0;
        }
        factor[a * TRAITS + a] = sqrt(sums->information[a][a] + 1 / judge->variance[a]);
    }
}

static void step_rater(const struct judge *judge, uint32_t number, struct rank_rater *rater)
{
    const struct rater_sums *sums = &judge->raters[number];
    double factor[TRAITS * TRAITS];
    double scratch[TRAITS];
    double inverse[TRAITS];
    double step[TRAITS];

    rater_factor(judge, sums, factor);
    for (int a = 0; a < TRAITS; a++) {
        bool held = factor[a * TRAITS + a] >= 1e6;

        step[a] =
            held ? 0
                 : sums->gradient[a] - (*trait_of(rater, a) - judge->mean[a]) / judge->variance[a];
    }
    num_cholesky_solve(factor, TRAITS, step);
    num_cholesky_inverse_diagonal(factor, TRAITS, scratch, inverse);
    for (int a = 0; a < TRAITS; a++) {
        double *trait = trait_of(rater, a);

        *trait = clamp(*trait + clamp(step[a], STEP_MAX), TRAIT_MAX);
    }
    rater->skill_error = judge->skilled ? sqrt(inverse[SKILL]) : 0;
    rater->side_error = sqrt(inverse[SIDE]);
    rater->tie_error = judge->options->ties == RANK_HALF ? 0 : sqrt(inverse[TIE]);
}

/* Skill is measured in units of the average: the scores take up the rest. */
static void rescale(struct judge *judge, struct judge_fit *fit)
{
    double skill = 0;
    double count = 0;

    for (uint32_t rater = 0; rater < judge->rater_count; rater++) {
        skill += fit->raters[rater].skill * (double)fit->raters[rater].count;
        count += (double)fit->raters[rater].count;
    }
    skill /= count;
    if (!judge->skilled || !(skill > 0.1)) {
        return;
    }
    for (uint32_t rater = 0; rater < judge->rater_count; rater++) {
        fit->raters[rater].skill /= skill;
    }
    for (uint32_t item = 0; item < judge->input->item_count; item++) {
        fit->score[item] *= skill;
    }
}

/* The population of raters: means and variances as the raters' own, each with its error. */
static void update_population(struct judge *judge, struct judge_fit *fit)
{
    for (int a = 0; a < TRAITS && judge->rater_count > 1; a++) {
        double weight = 0;
        double sum = 0;
        double square = POPULATION * SPREAD[a] * SPREAD[a];

        for (uint32_t rater = 0; rater < judge->rater_count; rater++) {
            double information = judge->raters[rater].information[a][a];
            double share = information / (information + 1 / judge->variance[a]);

            weight += share;
            sum += share * *trait_of(&fit->raters[rater], a);
        }
        if (a != SKILL && weight > 0) {
            judge->mean[a] = sum / weight;
        }
        for (uint32_t rater = 0; rater < judge->rater_count; rater++) {
            double gap = *trait_of(&fit->raters[rater], a) - judge->mean[a];

            square +=
                gap * gap + 1 / (judge->raters[rater].information[a][a] + 1 / judge->variance[a]);
        }
        judge->variance[a] = fmax(1e-4, square / (judge->rater_count + POPULATION));
    }
}

static void step_styles(struct judge *judge, struct judge_fit *fit)
{
    uint32_t count = judge->style_count;
    double inverse[STYLES_MAX];
    double scratch[STYLES_MAX];

    for (uint32_t a = 0; a < count; a++) {
        judge->style_information[a * count + a] += 1 / (FREE_SPREAD * FREE_SPREAD);
        judge->style_gradient[a] -= fit->style[a] / (FREE_SPREAD * FREE_SPREAD);
    }
    if (count == 0 || !num_cholesky(judge->style_information, count)) {
        return;
    }
    num_cholesky_solve(judge->style_information, count, judge->style_gradient);
    num_cholesky_inverse_diagonal(judge->style_information, count, scratch, inverse);
    for (uint32_t a = 0; a < count; a++) {
        fit->style[a] += clamp(judge->style_gradient[a], STEP_MAX);
        fit->style_error[a] = sqrt(inverse[a]);
    }
}

static struct judge judge_start(struct arena *arena, const struct rank_input *input,
                                const float *weight, const struct rank_options *options)
{
    uint32_t items = input->item_count;
    bool rated = options->raters && input->rater != NULL && input->rater_count > 1;
    struct judge judge = {
        .input = input,
        .weight = weight,
        .options = options,
        .rater_count = rated ? input->rater_count : 1,
        .style_count = input->style == NULL ? 0 : input->style_count,
        .skilled = rated,
        .raters = arena_array(arena, struct rater_sums, rated ? input->rater_count : 1),
        .mean = {[SKILL] = 1},
        .gradient = arena_array(arena, double, items),
        .diagonal = arena_array(arena, double, items),
        .step = arena_array(arena, double, items),
        .pcg = pcg_new(arena, items),
    };

    for (int a = 0; a < TRAITS; a++) {
        double spread = rated ? SPREAD[a] : FREE_SPREAD;

        judge.variance[a] = spread * spread;
    }
    return judge;
}

static void count_raters(const struct judge *judge, struct judge_fit *fit)
{
    for (uint32_t rater = 0; rater < judge->rater_count; rater++) {
        fit->raters[rater].count = 0;
    }
    for (size_t i = 0; i < judge->input->count; i++) {
        fit->raters[rater_of(judge, i)].count++;
    }
}

static void step_raters(struct judge *judge, struct judge_fit *fit)
{
    for (uint32_t rater = 0; rater < judge->rater_count; rater++) {
        step_rater(judge, rater, &fit->raters[rater]);
    }
    update_population(judge, fit);
    rescale(judge, fit);
}

/* What a round has changed in all, after everything that it moved to and fro. */
struct snapshot {
    double *score;
    struct rank_rater *raters;
};

static void remember(const struct judge *judge, const struct judge_fit *fit, struct snapshot *at)
{
    memcpy(at->score, fit->score, judge->input->item_count * sizeof(double));
    memcpy(at->raters, fit->raters, judge->rater_count * sizeof(*at->raters));
}

static double changed(const struct judge *judge, struct judge_fit *fit, struct snapshot *since)
{
    double most = 0;

    for (uint32_t item = 0; item < judge->input->item_count; item++) {
        most = fmax(most, fabs(fit->score[item] - since->score[item]));
    }
    for (uint32_t rater = 0; rater < judge->rater_count; rater++) {
        for (int a = 0; a < TRAITS; a++) {
            most = fmax(most, fabs(*trait_of(&fit->raters[rater], a) -
                                   *trait_of(&since->raters[rater], a)));
        }
    }
    return most;
}

/* Scores and raters take turns, each from a fresh look at the data. */
void judge_fit(struct arena *arena, const struct rank_input *input, const float *weight,
               const struct rank_options *options, const uint32_t *component,
               uint32_t component_count, struct judge_fit *fit)
{
    struct arena_mark mark = arena_mark(arena);
    struct judge *judge = arena_new_of(arena, struct judge);
    struct snapshot last = {.score = arena_array(arena, double, input->item_count),
                            .raters = arena_array(arena, struct rank_rater, input->rater_count)};

    *judge = judge_start(arena, input, weight, options);
    count_raters(judge, fit);
    fit->converged = false;
    for (fit->rounds = 0; fit->rounds < options->rounds_max && !fit->converged; fit->rounds++) {
        remember(judge, fit, &last);
        look(judge, fit);
        step_scores(judge, fit);
        look(judge, fit);
        step_styles(judge, fit);
        step_raters(judge, fit);
        rows_centre(arena, component, component_count, input->item_count, fit->score);
        fit->converged = changed(judge, fit, &last) < 10 * options->step_min;
    }
    look(judge, fit);
    if (judge->skilled) {
        skill_errors_widen(arena, input, judge->diagonal, fit);
    }
    fit->common.skill = 1;
    fit->common.side = judge->rater_count > 1 ? judge->mean[SIDE] : fit->raters[0].side;
    fit->common.tie = judge->rater_count > 1 ? judge->mean[TIE] : fit->raters[0].tie;
    arena_undo(arena, mark);
}
