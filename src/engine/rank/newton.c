#include "engine/rank/newton.h"

#include <math.h>

#include "base/arena.h"
#include "engine/rank/link.h"

enum { SOLVE_ROUNDS_MAX = 200, LOGS_AT_ONCE = 16 };

static const double SCORE_MAX =
    20; /* beyond it single precision cannot tell; e^-20 is never seen */
static const double STEP_MAX = 2;
static const double TIE_STEP_MIN = 1e-4;
static const double TOLERANCE_MAX = 0.1;
static const double TOLERANCE_MIN = 0.001;

struct newton {
    const struct graph *graph;
    double precision;
    bool tells_ties;  /* else the tendency stays what half a comparison more would make it */
    double *diagonal; /* with the precision */
    float *root;
    float *single;
    double *step;
    struct slopes slopes;
    struct pcg pcg;
};

static double clamp(double x, double most)
{
    return fmax(-most, fmin(most, x));
}

static void times(void *context, const double *x, double *out)
{
    const struct newton *newton = context;

    graph_times(newton->graph, newton->diagonal, 0, x, newton->single, out);
}

/* Gradient and curvature of the log-posterior where we stand. */
static void look(struct newton *newton, const struct plain_fit *fit)
{
    uint32_t items = newton->graph->item_count;

    for (uint32_t i = 0; i < items; i++) {
        newton->root[i] = (float)exp(clamp(fit->score[i], SCORE_MAX) / 2);
    }
    graph_slopes(newton->graph, newton->root, fit->odds, &newton->slopes);
    for (uint32_t i = 0; i < items; i++) {
        newton->slopes.gradient[i] -= newton->precision * fit->score[i];
        newton->diagonal[i] = newton->slopes.diagonal[i] + newton->precision;
    }
}

static double largest(const double *x, uint32_t count)
{
    double most = 0;

    for (uint32_t i = 0; i < count; i++) {
        most = fmax(most, fabs(x[i]));
    }
    return most;
}

static void move(struct plain_fit *fit, const double *step, double length, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        fit->score[i] += length * step[i];
    }
}

/* How far the last step overshot: the slope along it, now, against that at its start. */
static bool overshot(const struct newton *newton, double promised)
{
    double slope = 0;

    for (uint32_t i = 0; i < newton->graph->item_count; i++) {
        slope += newton->slopes.gradient[i] * newton->step[i];
    }
    return slope < -promised / 2;
}

/* Whether some comparisons are ties and some are not: else their tendency has no bound. */
static bool tells_ties(const struct graph *graph)
{
    double count = 0;

    for (uint32_t item = 0; item < graph->item_count; item++) {
        count += graph->wins[item];
    }
    return graph->ties > 0 && count - graph->ties > 0.25;
}

/* The tie tendency is one number that hardly depends on the scores: a step of its own. */
static double step_ties(const struct newton *newton, struct plain_fit *fit)
{
    double gradient = newton->graph->ties - newton->slopes.ties_expected;
    double step = clamp(gradient / (newton->slopes.ties_variance + 1e-9), STEP_MAX / 2);

    if (fit->odds == 0 || !newton->tells_ties) {
        return 0;
    }
    fit->odds = exp(clamp(log(fit->odds) + step, SCORE_MAX));
    return fabs(step);
}

/* One Newton step; returns the largest move. Scores that would leap are held back alone. */
static double step(struct newton *newton, struct plain_fit *fit, double tolerance, double *promised)
{
    uint32_t items = newton->graph->item_count;
    struct hessian hessian = {
        .times = times, .context = newton, .diagonal = newton->diagonal, .item_count = items};

    pcg_solve(&newton->pcg, &hessian, newton->slopes.gradient, tolerance, SOLVE_ROUNDS_MAX,
              newton->step);
    *promised = 0;
    for (uint32_t i = 0; i < items; i++) {
        newton->step[i] = clamp(newton->step[i], STEP_MAX);
        *promised += newton->step[i] * newton->slopes.gradient[i];
    }
    move(fit, newton->step, 1, items);
    return largest(newton->step, items);
}

void newton_fit(struct arena *arena, const struct graph *graph, const struct rank_options *options,
                const uint32_t *component, uint32_t component_count, struct plain_fit *fit)
{
    struct arena_mark mark = arena_mark(arena);
    uint32_t items = graph->item_count;
    struct newton newton = {
        .graph = graph,
        .precision = options->precision,
        .tells_ties = tells_ties(graph),
        .diagonal = arena_array(arena, double, items),
        .root = arena_array(arena, float, items),
        .single = arena_array(arena, float, items),
        .step = arena_array(arena, double, items),
        .slopes = {.gradient = arena_array(arena, double, items),
                   .diagonal = arena_array(arena, double, items)},
        .pcg = pcg_new(arena, items),
    };
    double moved = STEP_MAX;
    double promised = 0;

    fit->converged = false;
    for (fit->rounds = 0; fit->rounds < options->rounds_max && !fit->converged; fit->rounds++) {
        look(&newton, fit);
        if (promised > 0 && overshot(&newton, promised)) {
            move(fit, newton.step, -0.5, items);
            promised /= 2;
            continue;
        }
        double tolerance = fmax(TOLERANCE_MIN, fmin(TOLERANCE_MAX, moved * moved / 8));
        double tie = step_ties(&newton, fit);

        /* slopes sum to zero; what rounding adds would shift all scores through the weak prior */
        rows_centre(arena, component, component_count, items, newton.slopes.gradient);
        moved = step(&newton, fit, tolerance, &promised);
        rows_centre(arena, component, component_count, items, fit->score);
        fit->converged =
            tie < TIE_STEP_MIN && moved * fmax(moved / 4, tolerance) < options->step_min;
    }
    arena_undo(arena, mark);
}

/* What the likelihood needs of an item, side by side. */
struct standing {
    double score;
    double root; /* exp(score / 2) */
};

/* Sixteen comparisons share one logarithm: the roots of two items, squared and crossed, are what
 * the outcomes' shares add up to. */
double plain_likelihood(struct arena *arena, const struct rows *rows, const double *score,
                        double odds)
{
    struct arena_mark mark = arena_mark(arena);
    struct standing *standings = arena_array(arena, struct standing, rows->item_count);
    double log_odds = odds > 0 ? log(odds) : 0;
    double sum = 0;
    double product = 1;

    for (uint32_t item = 0; item < rows->item_count; item++) {
        standings[item] =
            (struct standing){.score = score[item], .root = exp(clamp(score[item], SCORE_MAX) / 2)};
    }
    for (size_t i = 0; i < rows->count; i++) {
        const struct standing *left = &standings[rows->left[i]];
        const struct standing *right = &standings[rows->right[i]];
        double weight = row_weight(rows, i);
        double half_wins = rows->outcome[i];
        double total =
            left->root * left->root + right->root * right->root + odds * left->root * right->root;

        sum += weight * (left->score * half_wins + right->score * (2 - half_wins)) / 2;
        sum += rows->outcome[i] == RANK_TIE ? weight * log_odds : 0;
        if (weight != 1) {
            sum -= weight * log(total);
            continue;
        }
        product *= total;
        if (i % LOGS_AT_ONCE == 0) {
            sum -= log(product);
            product = 1;
        }
    }
    arena_undo(arena, mark);
    return sum - log(product);
}
