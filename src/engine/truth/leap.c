#include "engine/truth/leap.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"

static const double contraction_min = .9;
static const double gain_ratio_min = .7; /* of rounds that are worth watching: .81 is .9 squared */
static const double length_least = 1.01; /* a length of one is the plain step */
static const double length_most = 1024;
static const double length_factor = 4;
static const double log_least = -30;

struct truth_leap {
    const struct truth_model *model;
    uint32_t class_count;
    size_t table_size;   /* cells of the tables; the prior stands behind them */
    size_t size;         /* of `place`s */
    double *place[2];    /* the two before; place[0] is the older */
    double *saved;       /* what the plain step gave, while a leap is judged */
    uint32_t steps;      /* places that are known */
    double length_bound; /* of the next leap */
    double value;        /* log-posterior of the tables judged last */
    double likelihood;   /* of the round before, and what it gained, */
    double gain;         /* until rounds are slow */
    uint32_t rounds;
    bool slow;
    bool in_air;
};

struct truth_leap *truth_leap_new(const struct truth_job *job, const struct truth_model *model,
                                  uint32_t lane_count)
{
    size_t cells = truth_cells(job->input);

    if (!(model->smoothing > 0) || lane_count != job->input->class_count ||
        cells > truth_label_count(job->input)) {
        return NULL;
    }
    struct truth_leap *leap = arena_new_of(job->arena, struct truth_leap);

    leap->model = model;
    leap->class_count = lane_count;
    leap->table_size = cells;
    leap->size = cells + lane_count;
    leap->place[0] = arena_array(job->arena, double, leap->size);
    leap->place[1] = arena_array(job->arena, double, leap->size);
    leap->saved = arena_array(job->arena, double, leap->size);
    leap->length_bound = length_factor;
    return leap;
}

static void load(const struct truth_leap *leap, const struct truth_logs *logs, double *to)
{
    memcpy(to, logs->given, leap->table_size * sizeof(*to));
    memcpy(to + leap->table_size, logs->prior, leap->class_count * sizeof(*to));
}

static void store(const struct truth_leap *leap, const double *from, struct truth_logs *logs)
{
    memcpy(logs->given, from, leap->table_size * sizeof(*from));
    memcpy(logs->prior, from + leap->table_size, leap->class_count * sizeof(*from));
}

static void remember(struct truth_leap *leap, const struct truth_logs *logs)
{
    double *older = leap->place[0];

    leap->place[0] = leap->place[1];
    leap->place[1] = older;
    load(leap, logs, older);
    leap->steps += leap->steps < 2;
}

/* How far to go; zero: no leap. `now` is the place that the plain step gave. */
static double length_of(const struct truth_leap *leap, const double *now)
{
    double first = 0;
    double second = 0;
    double bend = 0;

    for (size_t i = 0; i < leap->size; i++) {
        double before = leap->place[1][i] - leap->place[0][i];
        double after = now[i] - leap->place[1][i];

        first += before * before;
        second += after * after;
        bend += (after - before) * (after - before);
    }
    bool slow = second > contraction_min * contraction_min * first && bend > 0;
    double length = slow ? fmin(sqrt(first / bend), leap->length_bound) : 0;

    return length > length_least ? length : 0;
}

/* Scale `count` logs, `stride` apart, to probabilities that sum to one. */
static void normalise(double *logs, uint32_t count, size_t stride)
{
    double sum = 0;

    for (uint32_t k = 0; k < count; k++) {
        logs[k * stride] = fmin(fmax(logs[k * stride], log_least), 0);
        sum += exp(logs[k * stride]);
    }
    for (uint32_t k = 0; k < count; k++) {
        logs[k * stride] -= log(sum);
    }
}

static void extrapolate(const struct truth_leap *leap, double length, struct truth_logs *logs)
{
    uint32_t class_count = leap->class_count;
    size_t block = (size_t)class_count * class_count;

    for (size_t i = 0; i < leap->size; i++) {
        double before = leap->place[1][i] - leap->place[0][i];
        double bend = leap->saved[i] - leap->place[1][i] - before;
        double at = leap->place[0][i] + 2 * length * before + length * length * bend;

        if (i < leap->table_size) {
            logs->given[i] = at;
        } else {
            logs->prior[i - leap->table_size] = at;
        }
    }
    for (size_t from = 0; from < leap->table_size; from += block) {
        for (uint32_t k = 0; k < class_count; k++) {
            normalise(logs->given + from + k, class_count, class_count);
        }
    }
    normalise(logs->prior, class_count, 1);
}

/* Tables are not worth a copy as long as each round gains much less than the one before. */
static void watch_gain(struct truth_leap *leap, double likelihood)
{
    double gain = likelihood - leap->likelihood;

    leap->slow = leap->rounds > 1 && gain > gain_ratio_min * leap->gain;
    leap->gain = gain;
    leap->likelihood = likelihood;
    leap->rounds++;
}

bool truth_leap_try(struct truth_leap *leap, struct truth_logs *logs)
{
    if (leap == NULL || !leap->slow) {
        return false;
    }
    double length = 0;

    if (leap->steps == 2) {
        load(leap, logs, leap->saved);
        length = length_of(leap, leap->saved);
    }
    leap->in_air = length > 0;
    if (leap->in_air) {
        extrapolate(leap, length, logs);
        leap->steps = 0;
        if (length >= leap->length_bound && leap->length_bound < length_most) {
            leap->length_bound *= length_factor;
        }
    }
    remember(leap, logs);
    return leap->in_air;
}

bool truth_leap_judge(struct truth_leap *leap, double likelihood, struct truth_logs *logs)
{
    if (leap == NULL) {
        return true;
    }
    if (!leap->slow) {
        watch_gain(leap, likelihood);
        return true;
    }
    double value = likelihood;

    for (size_t i = 0; i < leap->size; i++) {
        value += leap->model->smoothing * leap->place[1][i];
    }
    if (leap->in_air && !(value >= leap->value)) {
        leap->in_air = false;
        leap->length_bound = fmax(leap->length_bound / length_factor / length_factor, 2);
        store(leap, leap->saved, logs);
        leap->steps = 0;
        remember(leap, logs);
        return false;
    }
    leap->value = value;
    return true;
}
