#include "engine/irt/raters.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/irt/adapt.h"

enum { ROUNDS_MAX = 500 };

static const double CHANGE_MIN = 1e-9;
static const double PREVALENCE_WEIGHT = 1; /* answers of each category, before any was seen */
static const double CELL_MIN = 1e-6;       /* nobody is believed never to err in some way */

static enum err check(const struct irt_rater_input *input, struct fault *fault)
{
    if (input->category_count < 2 || input->category_count > IRT_CATEGORY_MAX) {
        return fail(fault, ERR_INVALID, "there are %u categories, but must be from 2 to %d",
                    input->category_count, IRT_CATEGORY_MAX);
    }
    for (uint32_t i = 0; i < input->rater_count; i++) {
        const struct irt_rater *rater = &input->raters[i];

        if (!(rater->agreement > 0 && rater->agreement <= 1 && rater->weight > 0 &&
              isfinite(rater->weight))) {
            return fail(fault, ERR_INVALID,
                        "rater %u is believed to be right with chance %g, worth %g answers: give a "
                        "chance up to 1 and a positive worth",
                        i + 1, rater->agreement, rater->weight);
        }
    }
    for (size_t i = 0; i < input->rating_count; i++) {
        const struct irt_rating *rating = &input->ratings[i];

        if (rating->answer >= input->answer_count || rating->rater >= input->rater_count ||
            rating->category >= input->category_count) {
            return fail(fault, ERR_INVALID,
                        "rating %zu names answer %u, rater %u and category %u, which are not all "
                        "there",
                        i + 1, rating->answer + 1, rating->rater + 1, rating->category);
        }
    }
    return OK;
}

struct climb {
    const struct irt_rater_input *input;
    struct irt_rater_fit *fit;
    double *belief; /* [rater][true][given]: answers */
    double *truth;  /* [answer][category] */
};

/* What the answers' true categories may be, given what is thought of the raters. */
static void expect(const struct climb *climb)
{
    const struct irt_rater_input *input = climb->input;
    uint32_t k_count = input->category_count;

    for (uint32_t i = 0; i < input->answer_count; i++) {
        memcpy(&climb->truth[(size_t)i * k_count], climb->fit->prevalence,
               k_count * sizeof(double));
    }
    for (size_t i = 0; i < input->rating_count; i++) {
        const struct irt_rating *rating = &input->ratings[i];
        double *truth = &climb->truth[(size_t)rating->answer * k_count];
        double sum = 0;

        for (uint32_t k = 0; k < k_count; k++) {
            truth[k] *=
                climb->fit
                    ->confusion[((size_t)rating->rater * k_count + k) * k_count + rating->category];
            sum += truth[k];
        }
        for (uint32_t k = 0; k < k_count; k++) {
            truth[k] /= sum;
        }
    }
}

/* What the raters are like, given that. Returns the largest change. */
static double maximise(const struct climb *climb)
{
    const struct irt_rater_input *input = climb->input;
    uint32_t k_count = input->category_count;
    size_t cell_count = (size_t)input->rater_count * k_count * k_count;
    double *cells = climb->fit->confusion + cell_count; /* behind, as room */
    double most = 0;
    double persons = 0;

    memcpy(cells, climb->belief, cell_count * sizeof(double));
    for (size_t i = 0; i < input->rating_count; i++) {
        const struct irt_rating *rating = &input->ratings[i];

        for (uint32_t k = 0; k < k_count; k++) {
            cells[((size_t)rating->rater * k_count + k) * k_count + rating->category] +=
                climb->truth[(size_t)rating->answer * k_count + k];
        }
    }
    for (size_t row = 0; row < cell_count; row += k_count) {
        double sum = 0;

        for (uint32_t k = 0; k < k_count; k++) {
            sum += cells[row + k];
        }
        for (uint32_t k = 0; k < k_count; k++) {
            double found = cells[row + k] / sum;

            most = fmax(most, fabs(found - climb->fit->confusion[row + k]));
            climb->fit->confusion[row + k] = found;
        }
    }
    for (uint32_t k = 0; k < k_count; k++) {
        climb->fit->prevalence[k] = PREVALENCE_WEIGHT;
        for (uint32_t i = 0; i < input->answer_count; i++) {
            climb->fit->prevalence[k] += climb->truth[(size_t)i * k_count + k];
        }
        persons += climb->fit->prevalence[k];
    }
    for (uint32_t k = 0; k < k_count; k++) {
        climb->fit->prevalence[k] /= persons;
    }
    return most;
}

static void believe(const struct climb *climb)
{
    uint32_t k_count = climb->input->category_count;
    size_t size = (size_t)k_count * k_count;

    for (uint32_t i = 0; i < climb->input->rater_count; i++) {
        double *confusion = climb->fit->confusion + i * size;

        irt_confusion_of(k_count, climb->input->raters[i].agreement, confusion);
        for (size_t k = 0; k < size; k++) {
            confusion[k] = (confusion[k] + CELL_MIN) / (1 + k_count * CELL_MIN);
            climb->belief[i * size + k] = confusion[k] * climb->input->raters[i].weight;
        }
    }
    for (uint32_t k = 0; k < k_count; k++) {
        climb->fit->prevalence[k] = 1.0 / k_count;
    }
}

static void count_shared(struct arena *arena, const struct irt_rater_input *input, uint32_t *out)
{
    uint32_t *raters = arena_array(arena, uint32_t, (size_t)input->answer_count + 1);

    for (size_t i = 0; i < input->rating_count; i++) {
        raters[input->ratings[i].answer]++;
    }
    for (size_t i = 0; i < input->rating_count; i++) {
        out[input->ratings[i].rater] += raters[input->ratings[i].answer] > 1;
    }
}

enum err irt_raters_fit(struct arena *arena, const struct irt_rater_input *input,
                        struct irt_rater_fit *out, struct fault *fault)
{
    TRY(check(input, fault));
    size_t size = (size_t)input->category_count * input->category_count;
    size_t answers = (size_t)input->answer_count * input->category_count;
    struct irt_rater_fit fit = {
        .confusion = arena_array(arena, double, 2 * input->rater_count * size + 1),
        .prevalence = arena_array(arena, double, input->category_count),
        .rated_count = arena_array(arena, uint32_t, input->rater_count + 1)};
    struct climb climb = {.input = input,
                          .fit = &fit,
                          .belief = arena_array(arena, double, input->rater_count *size + 1),
                          .truth = arena_array(arena, double, answers + 1)};

    believe(&climb);
    count_shared(arena, input, fit.rated_count);
    while (fit.rounds < ROUNDS_MAX) {
        expect(&climb);
        fit.rounds++;
        if (maximise(&climb) < CHANGE_MIN) {
            break;
        }
    }
    *out = fit;
    return OK;
}
