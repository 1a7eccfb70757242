#include "num/lbfgs.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"

enum { MEMORY = 6, HALVINGS_MAX = 30 };

struct search {
    const struct lbfgs *problem;
    double *step[MEMORY];   /* x after minus before */
    double *change[MEMORY]; /* the same of the gradient */
    double inverse[MEMORY]; /* 1 / (step . change) */
    uint32_t kept;
    uint32_t next;
    double *gradient;
    double *direction;
    double *x_new;
    double *gradient_new;
};

static double dot(const double *left, const double *right, size_t count)
{
    double sum = 0;

    for (size_t i = 0; i < count; i++) {
        sum += left[i] * right[i];
    }
    return sum;
}

static void add(double *to, double scale, const double *from, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        to[i] += scale * from[i];
    }
}

static struct search search_new(struct arena *arena, const struct lbfgs *problem)
{
    struct search search = {.problem = problem};

    for (int i = 0; i < MEMORY; i++) {
        search.step[i] = arena_array(arena, double, problem->count);
        search.change[i] = arena_array(arena, double, problem->count);
    }
    search.gradient = arena_array(arena, double, problem->count);
    search.direction = arena_array(arena, double, problem->count);
    search.x_new = arena_array(arena, double, problem->count);
    search.gradient_new = arena_array(arena, double, problem->count);
    return search;
}

/* The two-loop recursion: minus the approximate inverse Hessian times the gradient. */
static void choose_direction(struct search *search)
{
    size_t count = search->problem->count;
    double weight[MEMORY];

    for (size_t i = 0; i < count; i++) {
        search->direction[i] = -search->gradient[i];
    }
    for (uint32_t i = 0; i < search->kept; i++) {
        uint32_t at = (search->next + MEMORY - 1 - i) % MEMORY;

        weight[at] = search->inverse[at] * dot(search->step[at], search->direction, count);
        add(search->direction, -weight[at], search->change[at], count);
    }
    if (search->kept > 0) {
        uint32_t last = (search->next + MEMORY - 1) % MEMORY;
        double scale =
            1 / (search->inverse[last] * dot(search->change[last], search->change[last], count));

        for (size_t i = 0; i < count; i++) {
            search->direction[i] *= scale;
        }
    }
    for (uint32_t i = search->kept; i-- > 0;) {
        uint32_t at = (search->next + MEMORY - 1 - i) % MEMORY;
        double turn = search->inverse[at] * dot(search->change[at], search->direction, count);

        add(search->direction, weight[at] - turn, search->step[at], count);
    }
}

static double largest(const double *values, size_t count)
{
    double most = 0;

    for (size_t i = 0; i < count; i++) {
        most = fmax(most, fabs(values[i]));
    }
    return most;
}

/* Halve until the value falls enough (Armijo); returns the new value, or NaN when it never did. */
static double walk(struct search *search, const double *x, double value)
{
    const struct lbfgs *problem = search->problem;
    double slope = dot(search->direction, search->gradient, problem->count);
    double length = search->kept > 0 ? 1 : fmin(1, 1 / largest(search->gradient, problem->count));

    for (int i = 0; i < HALVINGS_MAX && slope < 0; i++) {
        memcpy(search->x_new, x, problem->count * sizeof(*x));
        add(search->x_new, length, search->direction, problem->count);
        double value_new = problem->value(problem->context, search->x_new, search->gradient_new);

        if (value_new <= value + 1e-4 * length * slope) {
            return value_new;
        }
        length /= 2;
    }
    return (double)NAN;
}

static void remember(struct search *search, const double *x)
{
    size_t count = search->problem->count;
    double *step = search->step[search->next];
    double *change = search->change[search->next];

    for (size_t i = 0; i < count; i++) {
        step[i] = search->x_new[i] - x[i];
        change[i] = search->gradient_new[i] - search->gradient[i];
    }
    double curve = dot(step, change, count);

    if (curve > 1e-12) {
        search->inverse[search->next] = 1 / curve;
        search->next = (search->next + 1) % MEMORY;
        search->kept += search->kept < MEMORY;
    }
}

double lbfgs_minimise(struct arena *arena, const struct lbfgs *problem, double *x)
{
    struct arena_mark mark = arena_mark(arena);
    struct search search = search_new(arena, problem);
    double value = problem->value(problem->context, x, search.gradient);

    for (uint32_t round = 0; round < problem->rounds_max; round++) {
        if (largest(search.gradient, problem->count) <= problem->gradient_min) {
            break;
        }
        choose_direction(&search);
        double value_new = walk(&search, x, value);

        if (isnan(value_new)) {
            break;
        }
        remember(&search, x);
        memcpy(x, search.x_new, problem->count * sizeof(*x));
        memcpy(search.gradient, search.gradient_new, problem->count * sizeof(*x));
        value = value_new;
    }
    arena_undo(arena, mark);
    return value;
}
