#include "engine/verify/measure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"

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
static enum err correlate(struct arena *arena, const double *points, uint32_t criterion_count,
                          const struct rubric_grade *grades, size_t count,
                          struct criterion_measure *out, struct fault *fault)
{
    struct sums *sums = arena_array(arena, struct sums, criterion_count);
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
            total += item_of(points, &grades[end]);
        }
        for (size_t i = from; !grades[from].model && i < end; i++) {
            double item = item_of(points, &grades[i]);

            add_sums(&sums[grades[i].criterion], grades[i].met ? 1 : 0, total - item);
        }
    }
    for (uint32_t i = 0; i < criterion_count; i++) {
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

/* All who graded one criterion of one response, each with each. */
static void compare(const struct rubric_grade *grades, size_t count, struct criterion_measure *out)
{
    for (size_t i = 0; i < count; i++) {
        out->graded += !grades[i].model;
        out->met += !grades[i].model && grades[i].met;
        for (size_t k = 0; k < count; k++) {
            if (i != k && !grades[k].model) {
                count_pair(grades[i].model ? &out->judge : &out->people, grades[i].met,
                           grades[k].met);
            }
        }
    }
}

static enum err check(const double *points, uint32_t criterion_count,
                      const struct rubric_grade *grades, size_t count, struct fault *fault)
{
    for (uint32_t i = 0; i < criterion_count; i++) {
        if (!isfinite(points[i])) {
            return fail(fault, ERR_INVALID, "the points of a criterion are not finite");
        }
    }
    for (size_t i = 0; i < count; i++) {
        if (grades[i].criterion >= criterion_count) {
            return fail(fault, ERR_INVALID, "a grade names criterion %u of %u",
                        grades[i].criterion + 1, criterion_count);
        }
    }
    return OK;
}

enum err rubric_measure(struct arena *arena, const double *points, uint32_t criterion_count,
                        const struct rubric_grade *grades, size_t count, double level,
                        struct criterion_measure *out, struct fault *fault)
{
    struct rubric_grade *sorted = arena_array(arena, struct rubric_grade, count + 1);
    size_t end = 0;

    TRY(check(points, criterion_count, grades, count, fault));
    memset(out, 0, criterion_count * sizeof(*out));
    if (count > 0) {
        memcpy(sorted, grades, count * sizeof(*sorted));
    }
    qsort(sorted, count, sizeof(*sorted), by_grading);
    TRY(correlate(arena, points, criterion_count, sorted, count, out, fault));
    qsort(sorted, count, sizeof(*sorted), by_criterion);
    for (size_t from = 0; from < count; from = end) {
        for (end = from; end < count && sorted[end].criterion == sorted[from].criterion &&
                         sorted[end].response == sorted[from].response;
             end++) {
        }
        compare(sorted + from, end - from, &out[sorted[from].criterion]);
    }
    for (uint32_t i = 0; i < criterion_count; i++) {
        if (out[i].graded > 0) {
            out[i].pass = interval_wilson((double)out[i].met, (double)out[i].graded, level);
        }
    }
    return OK;
}
