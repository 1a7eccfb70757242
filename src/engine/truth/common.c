#include "engine/truth/method.h"

#include <math.h>
#include <string.h>

void truth_certain(double *row, uint32_t count, uint32_t class)
{
    memset(row, 0, count * sizeof(*row));
    row[class] = 1;
}

static void vote_item(const struct truth_input *input, uint32_t item, double *row)
{
    uint32_t class_count = input->class_count;
    uint32_t label_count = input->first[item + 1] - input->first[item];

    if (truth_is_gold(input, item)) {
        truth_certain(row, class_count, input->gold[item]);
        return;
    }
    for (uint32_t k = 0; k < class_count; k++) {
        row[k] = label_count == 0 ? 1.0 / class_count : 0;
    }
    for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
        row[input->row[i] % class_count] += 1.0 / label_count;
    }
}

void truth_vote(const struct truth_input *input, double *posterior)
{
    for (uint32_t item = 0; item < input->item_count; item++) {
        vote_item(input, item, posterior + (size_t)item * input->class_count);
    }
}

void truth_count(const struct truth_input *input, const double *posterior, double *counts)
{
    uint32_t class_count = input->class_count;

    memset(counts, 0, (size_t)input->worker_count * class_count * class_count * sizeof(*counts));
    for (uint32_t item = 0; item < input->item_count; item++) {
        const double *weight = posterior + (size_t)item * class_count;

        for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
            double *cell = counts + (size_t)input->row[i] * class_count;

            for (uint32_t k = 0; k < class_count; k++) {
                cell[k] += weight[k];
            }
        }
    }
}

void truth_mass(const struct truth_input *input, const double *posterior, double *mass)
{
    memset(mass, 0, input->class_count * sizeof(*mass));
    for (uint32_t item = 0; item < input->item_count; item++) {
        for (uint32_t k = 0; k < input->class_count; k++) {
            mass[k] += posterior[(size_t)item * input->class_count + k];
        }
    }
}

double truth_normalise(double *logs, uint32_t count)
{
    double top = logs[0];
    double sum = 0;

    for (uint32_t k = 1; k < count; k++) {
        top = fmax(top, logs[k]);
    }
    for (uint32_t k = 0; k < count; k++) {
        logs[k] = exp(logs[k] - top);
        sum += logs[k];
    }
    for (uint32_t k = 0; k < count; k++) {
        logs[k] /= sum;
    }
    return top + log(sum);
}
