#include "engine/truth/method.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"

void truth_certain(double *row, uint32_t count, uint32_t class)
{
    memset(row, 0, count * sizeof(*row));
    row[class] = 1;
}

void truth_vote_item(const struct truth_input *input, uint32_t item, const double *weight,
                     double *row)
{
    uint32_t class_count = input->class_count;
    double sum = 0;

    if (truth_is_gold(input, item)) {
        truth_certain(row, class_count, input->gold[item]);
        return;
    }
    memset(row, 0, class_count * sizeof(*row));
    for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
        double add = weight == NULL ? 1 : weight[input->row[i] / class_count];

        row[input->row[i] % class_count] += add;
        sum += add;
    }
    for (uint32_t k = 0; k < class_count; k++) {
        row[k] = sum > 0 ? row[k] / sum : 1.0 / class_count;
    }
}

void truth_vote(const struct truth_input *input, double *posterior)
{
    truth_vote_weighted(input, NULL, posterior);
}

void truth_vote_weighted(const struct truth_input *input, const double *weight, double *posterior)
{
    for (uint32_t item = 0; item < input->item_count; item++) {
        truth_vote_item(input, item, weight, truth_row(input, posterior, item));
    }
}

void truth_sharpen(const struct truth_input *input, double *posterior)
{
    for (uint32_t item = 0; item < input->item_count; item++) {
        double *row = truth_row(input, posterior, item);
        double top = 0;
        uint32_t tied = 0;

        for (uint32_t k = 0; k < input->class_count; k++) {
            top = fmax(top, row[k]);
        }
        for (uint32_t k = 0; k < input->class_count; k++) {
            tied += row[k] > top - 1e-9;
        }
        for (uint32_t k = 0; k < input->class_count; k++) {
            row[k] = row[k] > top - 1e-9 ? 1.0 / tied : 0;
        }
    }
}

void truth_rescale(const struct truth_input *input, double *posterior)
{
    for (uint32_t item = 0; item < input->item_count; item++) {
        double *row = truth_row(input, posterior, item);
        double sum = 0;

        for (uint32_t k = 0; k < input->class_count; k++) {
            sum += row[k];
        }
        for (uint32_t k = 0; k < input->class_count; k++) {
            row[k] = sum > 0 ? row[k] / sum : 1.0 / input->class_count;
        }
    }
}

void truth_labels_of_workers(const struct truth_input *input, double *count)
{
    memset(count, 0, input->worker_count * sizeof(*count));
    for (uint32_t i = 0; i < truth_label_count(input); i++) {
        count[input->row[i] / input->class_count]++;
    }
}

void truth_hits(const struct truth_input *input, const double *posterior, double *hits)
{
    uint32_t class_count = input->class_count;

    memset(hits, 0, input->worker_count * sizeof(*hits));
    for (uint32_t item = 0; item < input->item_count; item++) {
        for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
            hits[input->row[i] / class_count] +=
                posterior[(size_t)item * class_count + input->row[i] % class_count];
        }
    }
}

double truth_change(const struct truth_input *input, const double *left, const double *right)
{
    size_t size = (size_t)input->item_count * input->class_count;
    double most = 0;

    for (size_t i = 0; i < size; i++) {
        most = fmax(most, fabs(left[i] - right[i]));
    }
    return most;
}

double *truth_copy(struct arena *arena, const double *from, size_t count)
{
    double *copy = arena_array(arena, double, count);

    memcpy(copy, from, count * sizeof(*copy));
    return copy;
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
