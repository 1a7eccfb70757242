/* Items one by one, where no vector helps: rare ones, and what is done once a fit. */

#include "engine/truth/pass_kernel.h"

#include <math.h>
#include <string.h>

double truth_item_soften(const struct truth_pass *pass, uint32_t item, float *lanes)
{
    uint32_t types = pass->lane_count / pass->input->class_count;
    bool known = truth_is_gold(pass->input, item);
    uint32_t class = known ? pass->input->gold[item] : 0;
    bool first_may = !known || class == 0;
    double top = first_may ? 0 : (double)TRUTH_IMPOSSIBLE;

    for (uint32_t h = 1; h < pass->lane_count; h++) {
        bool may = !known || h / types == class;

        top = may && (double)lanes[h - 1] > top ? (double)lanes[h - 1] : top;
    }
    double sum = first_may ? exp(-top) : 0;

    for (uint32_t h = 1; h <= pass->width; h++) {
        bool may = h < pass->lane_count && (!known || h / types == class);
        double weight = may ? exp((double)lanes[h - 1] - top) : 0;

        sum += weight;
        lanes[h - 1] = (float)weight;
    }
    for (uint32_t h = 0; h < pass->width; h++) {
        lanes[h] = (float)((double)lanes[h] / sum);
    }
    return top + log(sum);
}

void truth_item_share(const struct truth_pass *pass, uint32_t item, float *lanes)
{
    const struct truth_input *input = pass->input;
    uint32_t labels = input->first[item + 1] - input->first[item];

    for (uint32_t h = 1; h <= pass->width; h++) {
        float even = h < input->class_count ? 1.F / (float)input->class_count : 0;

        lanes[h - 1] = truth_is_gold(input, item) ? input->gold[item] == h
                       : labels > 0               ? lanes[h - 1] / (float)labels
                                                  : even;
    }
}

/* The first lane's probability is what the others leave. */
/* One lane a class: nothing to add up. */
static double spread_lanes(const struct truth_pass *pass, const float *lanes, double *out)
{
    double sum = 0;

    for (uint32_t h = 1; h < pass->lane_count; h++) {
        out[h] = (double)lanes[h - 1];
        sum += out[h];
    }
    out[0] = sum < 1 ? 1 - sum : 0;
    return out[0] + sum;
}

static double add_lanes(const struct truth_pass *pass, const float *lanes, double *out)
{
    uint32_t types = pass->lane_count / pass->input->class_count;
    double sum = 0;

    memset(out, 0, pass->input->class_count * sizeof(*out));
    for (uint32_t h = 1; h < pass->lane_count; h++) {
        out[h / types] += (double)lanes[h - 1];
        sum += (double)lanes[h - 1];
    }
    out[0] += sum < 1 ? 1 - sum : 0;
    return sum < 1 ? 1 : sum;
}

void truth_item_posterior(const struct truth_pass *pass, uint32_t item, const float *lanes)
{
    uint32_t class_count = pass->input->class_count;
    double *out = pass->posterior + (size_t)item * class_count;
    double sum = pass->lane_count == class_count ? spread_lanes(pass, lanes, out)
                                                 : add_lanes(pass, lanes, out);

    for (uint32_t k = 0; k < class_count; k++) {
        out[k] *= 1 / sum;
    }
}

bool truth_item_known(const struct truth_input *input, uint32_t from, uint32_t count)
{
    for (uint32_t j = 0; input->gold != NULL && j < count; j++) {
        if (input->gold[from + j] != TRUTH_UNKNOWN) {
            return true;
        }
    }
    return false;
}
