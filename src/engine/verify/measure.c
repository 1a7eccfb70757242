#include "engine/verify/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/verify/measure_internal.h"

enum { CORRELATED_MIN = 3 };

/* Sums for one correlation. */
struct sums {
    double count;
    double item;
    double item_item;
    double rest;
    double rest_rest;
    double item_rest;
};

static int by_grading(const void *left, const void *right)
{
    const struct rubric_grade *a = left;
    const struct rubric_grade *b = right;

    if (a->response != b->response) {
        return a->response < b->response ? -1 : 1;
    }
    if (a->grader != b->grader) {
        return a->grader < b->grader ? -1 : 1;
    }
    return (a->criterion > b->criterion) - (a->criterion < b->criterion);
}

static int by_criterion(const void *left, const void *right)
{
    const struct rubric_grade *a = left;
    const struct rubric_grade *b = right;

    if (a->criterion != b->criterion) {
        return a->criterion < b->criterion ? -1 : 1;
    }
    if (a->response != b->response) {
        return a->response < b->response ? -1 : 1;
    }
    return (a->grader > b->grader) - (a->grader < b->grader);
}

static double item_of(const double *points, const struct rubric_grade *grade)
{
    return grade->met ? points[grade->criterion] : 0;
}

static void add_sums(struct sums *sums, double item, double rest)
{
    sums->count += 1;
    sums->item += item;
    sums->item_item += item * item;
    sums->rest += rest;
    sums->rest_rest += rest * rest;
    sums->item_rest += item * rest;
}

static double correlation_of(const struct sums *sums)
{
    double n = sums->count;
    double item = n * sums->item_item - sums->item * sums->item;
    double rest = n * sums->rest_rest - sums->rest * sums->rest;
    double slack = 1e-9 * n * (sums->item_item + sums->rest_rest);

    if (n < CORRELATED_MIN || item <= slack || rest <= slack) {
        return (double)NAN;
    }
    return (n * sums->item_rest - sums->item * sums->rest) / sqrt(item * rest);
}

/* Each person's grading of a response: every item against the points of the others. */
static enum err correlate(struct arena *arena, const struct measure_input *input,
                          const struct rubric_grade *grades, struct criterion_measure *out,
                          struct fault *fault)
{
    struct sums *sums = arena_array(arena, struct sums, input->criterion_count + 1);
    size_t count = input->count;
    size_t end = 0;

    for (size_t from = 0; from < count; from = end) {
        double total = 0;

        for (end = from; end < count && grades[end].response == grades[from].response &&
                         grades[end].grader == grades[from].grader;
             end++) {
            if (end > from && grades[end].criterion == grades[end - 1].criterion) {
                return fail(fault, ERR_INVALID,
                            "a grader graded one criterion of one response twice");
            }
            total += item_of(input->points, &grades[end]);
        }
        for (size_t i = from; !grades[from].model && i < end; i++) {
            double item = item_of(input->points, &grades[i]);

            add_sums(&sums[grades[i].criterion], grades[i].met ? 1 : 0, total - item);
        }
    }
    for (uint32_t i = 0; i < input->criterion_count; i++) {
        out[i].total_correlation = correlation_of(&sums[i]);
    }
    return OK;
}

static void count_pair(struct confusion *to, bool left, bool right)
{
    to->both += left && right;
    to->judge_only += left && !right;
    to->expert_only += !left && right;
    to->neither += !left && !right;
}

/* What one criterion is gathered from: the pairs of each answer. */
struct gathering {
    struct confusion *people;
    struct confusion *judge;
    size_t people_count;
    size_t judge_count;
};

static uint64_t total_of(const struct confusion *counts)
{
    return counts->both + counts->judge_only + counts->expert_only + counts->neither;
}

static void keep_pairs(const struct confusion *pairs, struct confusion *list, size_t *count,
                       struct confusion *sum)
{
    if (total_of(pairs) > 0) {
        list[(*count)++] = *pairs;
        sum->both += pairs->both;
        sum->judge_only += pairs->judge_only;
        sum->expert_only += pairs->expert_only;
        sum->neither += pairs->neither;
    }
}

/* All who graded one criterion of one response, each with each. */
static void compare(const struct rubric_grade *grades, size_t count, struct gathering *gathering,
                    struct criterion_measure *out)
{
    struct confusion people = {0};
    struct confusion judge = {0};

    for (size_t i = 0; i < count; i++) {
        out->graded += !grades[i].model;
        out->met += !grades[i].model && grades[i].met;
        for (size_t k = 0; k < count; k++) {
            if (i != k && !grades[k].model) {
                count_pair(grades[i].model ? &judge : &people, grades[i].met, grades[k].met);
            }
        }
    }
    keep_pairs(&people, gathering->people, &gathering->people_count, &out->people.pairs);
    keep_pairs(&judge, gathering->judge, &gathering->judge_count, &out->judge.pairs);
}

/* One criterion, all of whose grades these are, by response. */
static void measure_one(struct arena *arena, const struct rubric_grade *grades, size_t count,
                        const struct measure_options *options, struct criterion_measure *out)
{
    struct arena_mark mark = arena_mark(arena);
    struct gathering gathering = {.people = arena_array(arena, struct confusion, count),
                                  .judge = arena_array(arena, struct confusion, count)};
    uint64_t stream = 2 * (uint64_t)grades[0].criterion;
    size_t end = 0;

    for (size_t from = 0; from < count; from = end) {
        for (end = from; end < count && grades[end].response == grades[from].response; end++) {
        }
        compare(grades + from, end - from, &gathering, out);
    }
    measure_agreement(arena, gathering.people, gathering.people_count, options, stream,
                      &out->people);
    measure_agreement(arena, gathering.judge, gathering.judge_count, options, stream + 1,
                      &out->judge);
    if (out->graded > 0) {
        out->pass = interval_wilson((double)out->met, (double)out->graded, options->level);
    }
    arena_undo(arena, mark);
}

static enum err check(const struct measure_input *input, struct fault *fault)
{
    for (uint32_t i = 0; i < input->criterion_count; i++) {
        if (!isfinite(input->points[i])) {
            return fail(fault, ERR_INVALID, "the points of a criterion are not finite");
        }
    }
    for (size_t i = 0; i < input->count; i++) {
        if (input->grades[i].criterion >= input->criterion_count) {
            return fail(fault, ERR_INVALID, "a grade names criterion %u of %u",
                        input->grades[i].criterion + 1, input->criterion_count);
        }
    }
    return OK;
}

enum err rubric_measure(struct arena *arena, const struct measure_input *input,
                        const struct measure_options *options, struct criterion_measure *out,
                        struct fault *fault)
{
    struct rubric_grade *sorted = arena_array(arena, struct rubric_grade, input->count + 1);
    size_t end = 0;

    TRY(check(input, fault));
    for (uint32_t i = 0; i < input->criterion_count; i++) {
        out[i] = (struct criterion_measure){0};
        measure_agreement(arena, NULL, 0, options, 0, &out[i].people);
        measure_agreement(arena, NULL, 0, options, 0, &out[i].judge);
    }
    if (input->count > 0) {
        memcpy(sorted, input->grades, input->count * sizeof(*sorted));
    }
    qsort(sorted, input->count, sizeof(*sorted), by_grading);
    TRY(correlate(arena, input, sorted, out, fault));
    qsort(sorted, input->count, sizeof(*sorted), by_criterion);
    for (size_t from = 0; from < input->count; from = end) {
        for (end = from; end < input->count && sorted[end].criterion == sorted[from].criterion;
             end++) {
        }
        measure_one(arena, sorted + from, end - from, options, &out[sorted[from].criterion]);
    }
    return OK;
}

const char *measure_advice(const struct criterion_measure *measure, uint64_t least)
{
    if (measure->graded < least) {
        return "not enough gradings yet";
    }
    if (measure->met == 0 || measure->met == measure->graded) {
        return "tells no answers apart so far";
    }
    if (measure->total_correlation < 0) {
        return "runs against the rest";
    }
    return total_of(&measure->people.pairs) >= 2 * least && measure->people.kappa < .4
               ? "graders read it differently"
               : "";
}
