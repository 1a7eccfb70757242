#include "engine/rank/newton.h"

#include <string.h>

#include "base/arena.h"

struct pcg pcg_new(struct arena *arena, uint32_t item_count)
{
    return (struct pcg){.residual = arena_array(arena, double, item_count),
                        .scaled = arena_array(arena, double, item_count),
                        .direction = arena_array(arena, double, item_count),
                        .image = arena_array(arena, double, item_count)};
}

static double dot(const double *left, const double *right, uint32_t count)
{
    double sum = 0;

    for (uint32_t i = 0; i < count; i++) {
        sum += left[i] * right[i];
    }
    return sum;
}

static double precondition(const struct pcg *pcg, const struct hessian *hessian)
{
    for (uint32_t i = 0; i < hessian->item_count; i++) {
        pcg->scaled[i] = pcg->residual[i] / hessian->diagonal[i];
    }
    return dot(pcg->residual, pcg->scaled, hessian->item_count);
}

void pcg_solve(const struct pcg *pcg, const struct hessian *hessian, const double *right,
               double tolerance, uint32_t rounds_max, double *x)
{
    uint32_t count = hessian->item_count;

    memset(x, 0, count * sizeof(*x));
    memcpy(pcg->residual, right, count * sizeof(*right));
    double size = precondition(pcg, hessian);
    double enough = size * tolerance * tolerance;

    memcpy(pcg->direction, pcg->scaled, count * sizeof(double));
    for (uint32_t round = 0; round < rounds_max && size > enough; round++) {
        hessian->times(hessian->context, pcg->direction, pcg->image);
        double curve = dot(pcg->direction, pcg->image, count);

        if (!(curve > 0)) {
            return; /* no more than rounding is left */
        }
        for (uint32_t i = 0; i < count; i++) {
            x[i] += size / curve * pcg->direction[i];
            pcg->residual[i] -= size / curve * pcg->image[i];
        }
        double next = precondition(pcg, hessian);

        for (uint32_t i = 0; i < count; i++) {
            pcg->direction[i] = pcg->scaled[i] + next / size * pcg->direction[i];
        }
        size = next;
    }
}
