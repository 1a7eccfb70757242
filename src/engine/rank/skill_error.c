#include "engine/rank/skill_error.h"

#include <math.h>

#include "base/arena.h"

/* Comparisons by rater; afterwards ends[r] ends rater r. */
static uint32_t *by_rater(struct arena *arena, const struct rank_input *input, size_t *ends)
{
    uint32_t *rows = arena_array(arena, uint32_t, input->count);
    size_t from = 0;

    for (size_t i = 0; i < input->count; i++) {
        ends[input->rater[i]]++;
    }
    for (uint32_t rater = 0; rater < input->rater_count; rater++) {
        size_t size = ends[rater];

        ends[rater] = from;
        from += size;
    }
    for (size_t i = 0; i < input->count; i++) {
        rows[ends[input->rater[i]]++] = (uint32_t)i;
    }
    return rows;
}

/* Information about a skill that is not there, times the skill's square: what the scores take up,
 * and what their errors add to the gaps. `cross` is [item], zero before and after. */
static double taken_up(const struct rank_input *input, const struct judge_fit *fit,
                       const double *diagonal, const uint32_t *rows, size_t count, double *cross)
{
    double sum = 0;

    for (size_t k = 0; k < count; k++) {
        uint32_t left = input->left[rows[k]];
        uint32_t right = input->right[rows[k]];
        double slope = (double)fit->information[rows[k]] * (fit->score[left] - fit->score[right]);

        cross[left] += slope;
        cross[right] -= slope;
        sum += (double)fit->information[rows[k]] * (1 / diagonal[left] + 1 / diagonal[right]);
    }
    for (size_t k = 0; k < 2 * count; k++) {
        uint32_t item = k % 2 == 0 ? input->left[rows[k / 2]] : input->right[rows[k / 2]];

        sum += cross[item] * cross[item] / diagonal[item];
        cross[item] = 0;
    }
    return sum;
}

void skill_errors_widen(struct arena *arena, const struct rank_input *input, const double *diagonal,
                        struct judge_fit *fit)
{
    struct arena_mark mark = arena_mark(arena);
    size_t *ends = arena_array(arena, size_t, input->rater_count);
    double *cross = arena_array(arena, double, input->item_count);
    uint32_t *rows = by_rater(arena, input, ends);

    for (uint32_t number = 0; number < input->rater_count; number++) {
        struct rank_rater *rater = &fit->raters[number];
        size_t from = number == 0 ? 0 : ends[number - 1];
        double taken = taken_up(input, fit, diagonal, rows + from, ends[number] - from, cross);
        double known = 1 / (rater->skill_error * rater->skill_error);

        /* the information of a comparison holds the skill twice, its slope in a score once */
        taken = fabs(rater->skill) > 0.01 ? taken / (rater->skill * rater->skill) : 0;
        rater->skill_error = 1 / sqrt(fmax(known - taken, known / 4));
    }
    arena_undo(arena, mark);
}
