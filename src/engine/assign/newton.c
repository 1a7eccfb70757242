#include "engine/assign/newton.h"

#include <assert.h>
#include <math.h>

#include "base/arena.h"

enum { SPANS_MAX = 256, ITERATIONS_MAX = 40 };

static const double DAMPING = 0.5; /* links that every row has beside its own */
static const double ENOUGH = 0.05; /* of the residual, relative */

struct newton newton_new(struct arena *arena, uint32_t row_count)
{
    size_t size = (size_t)row_count + 1; /* one more: the ground */

    return (struct newton){.row_count = row_count,
                           .lack = arena_array(arena, double, size),
                           .fixed = arena_array(arena, bool, size),
                           .step = arena_array(arena, double, size),
                           .diagonal = arena_array(arena, double, size),
                           .residual = arena_array(arena, double, size),
                           .direction = arena_array(arena, double, size),
                           .image = arena_array(arena, double, size),
                           .spans = arena_array(arena, struct span, SPANS_MAX)};
}

void newton_begin(struct newton *newton)
{
    newton->span_count = 0;
}

void newton_add(struct newton *newton, const struct link *links, size_t count)
{
    assert(newton->span_count < SPANS_MAX);
    newton->spans[newton->span_count++] = (struct span){links, count};
}

static void build_diagonal(struct newton *newton, double weight)
{
    for (uint32_t i = 0; i <= newton->row_count; i++) {
        newton->diagonal[i] = DAMPING * weight;
    }
    for (size_t s = 0; s < newton->span_count; s++) {
        for (size_t i = 0; i < newton->spans[s].count; i++) {
            newton->diagonal[newton->spans[s].links[i].from] += weight;
            newton->diagonal[newton->spans[s].links[i].to] += weight;
        }
    }
}

/* Rows that must not move, and the ground, take no part. */
static void pin(const struct newton *newton, double *vector)
{
    for (uint32_t i = 0; i < newton->row_count; i++) {
        if (newton->fixed[i]) {
            vector[i] = 0;
        }
    }
    vector[newton->row_count] = 0;
}

static void apply(const struct newton *newton, double weight, const double *from, double *to)
{
    for (uint32_t i = 0; i <= newton->row_count; i++) {
        to[i] = newton->diagonal[i] * from[i];
    }
    for (size_t s = 0; s < newton->span_count; s++) {
        const struct link *links = newton->spans[s].links;

        for (size_t i = 0; i < newton->spans[s].count; i++) {
            to[links[i].from] -= weight * from[links[i].to];
            to[links[i].to] -= weight * from[links[i].from];
        }
    }
    pin(newton, to);
}

static double dot(const struct newton *newton, const double *left, const double *right)
{
    double sum = 0;

    for (uint32_t i = 0; i < newton->row_count; i++) {
        sum += left[i] * right[i];
    }
    return sum;
}

/* The inner product of the residual with itself, seen through the preconditioner. */
static double scaled_square(const struct newton *newton)
{
    double sum = 0;

    for (uint32_t i = 0; i < newton->row_count; i++) {
        sum += newton->residual[i] * newton->residual[i] / newton->diagonal[i];
    }
    return sum;
}

static double mean_step(const struct newton *newton)
{
    double sum = 0;
    double count = 0;

    for (uint32_t i = 0; i < newton->row_count; i++) {
        if (newton->lack[i] != 0) {
            sum += fabs(newton->step[i]);
            count++;
        }
    }
    return count == 0 ? 0 : sum / count;
}

double newton_solve(struct newton *newton, double weight)
{
    double *step = newton->step;
    double *residual = newton->residual;
    double *direction = newton->direction;

    build_diagonal(newton, weight);
    for (uint32_t i = 0; i < newton->row_count; i++) {
        step[i] = 0;
        residual[i] = newton->lack[i];
        direction[i] = residual[i] / newton->diagonal[i];
    }
    pin(newton, residual);
    pin(newton, direction);

    double square = scaled_square(newton);
    double enough = square * ENOUGH * ENOUGH;

    for (int k = 0; k < ITERATIONS_MAX && square > enough; k++) {
        apply(newton, weight, direction, newton->image);
        double length = square / dot(newton, direction, newton->image);

        for (uint32_t i = 0; i < newton->row_count; i++) {
            step[i] += length * direction[i];
            residual[i] -= length * newton->image[i];
        }
        double next = scaled_square(newton);

        for (uint32_t i = 0; i < newton->row_count; i++) {
            direction[i] = residual[i] / newton->diagonal[i] + next / square * direction[i];
        }
        square = next;
    }
    return mean_step(newton);
}
