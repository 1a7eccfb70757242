#include "engine/truth/pass.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/parallel.h"

enum {
    WIDTH = 4,           /* lanes of a vector */
    FLUSH_ITEMS = 16384, /* items summed in single precision */
    SHARDS_MAX = 16,
    SHARD_LABELS_MIN = 65536,
    SHARD_LABELS_PER_CELL = 4, /* so that the shards' tables stay small beside the labels */
};

typedef float vector __attribute__((vector_size(16)));
typedef int32_t integers __attribute__((vector_size(16)));

/* Bound of log-ratios in the exponential; far from the ends of single precision. */
static const float log_max = 80;

/* Sums above this may have met the bound: then the largest ratio is taken out first. */
static const float sum_max = 1e26F;

struct shard {
    struct truth_pass *pass;
    uint32_t from; /* items */
    uint32_t to;
    vector *table; /* [row][2][vectors]: log-ratios, then counts */
    double *given; /* [row][WIDTH * vectors] */
    double *mass;  /* [WIDTH * vectors] */
    vector *row;   /* [2][vectors]: scratch */
    double likelihood;
};

struct truth_pass {
    const struct truth_input *input;
    const struct parallel *parallel;
    uint32_t lane_count;
    uint32_t vectors;
    double *labels; /* [row] */
    float *ratio;   /* [row][WIDTH * vectors]: log-ratios of the tables */
    vector *prior;  /* [vectors] */
    double *posterior;
    uint32_t shard_count;
    struct shard *shards;
};

static size_t row_count(const struct truth_input *input)
{
    return (size_t)input->worker_count * input->class_count;
}

static void *aligned_rows(struct arena *arena, size_t rows, size_t size)
{
    uintptr_t at = (uintptr_t)arena_take(arena, rows * size + 64, 1);

    return (void *)((at + 63) & ~(uintptr_t)63);
}

static void take_scratch(struct arena *arena, struct truth_pass *pass, struct shard *shard)
{
    size_t rows = row_count(pass->input);

    shard->table = aligned_rows(arena, rows, 2 * pass->vectors * sizeof(vector));
    shard->given = arena_array(arena, double, rows * pass->vectors * WIDTH);
    shard->mass = arena_array(arena, double, (size_t)pass->vectors *WIDTH);
    shard->row = aligned_rows(arena, pass->vectors, 2 * sizeof(vector));
}

static uint32_t shards_for(const struct truth_input *input, uint32_t vectors)
{
    size_t labels = truth_label_count(input);
    size_t cells = row_count(input) * vectors * WIDTH;
    size_t count = labels / SHARD_LABELS_MIN;

    count = count < labels / (SHARD_LABELS_PER_CELL * cells)
                ? count
                : labels / (SHARD_LABELS_PER_CELL * cells);
    return count < 1 ? 1 : count > SHARDS_MAX ? SHARDS_MAX : (uint32_t)count;
}

/* Cut so that shards hold about as many labels and items each. */
static void cut(struct truth_pass *pass)
{
    const struct truth_input *input = pass->input;
    double all = (double)truth_label_count(input) + input->item_count;
    uint32_t item = 0;

    for (uint32_t i = 0; i < pass->shard_count; i++) {
        pass->shards[i].pass = pass;
        pass->shards[i].from = item;
        while (item < input->item_count &&
               (double)input->first[item] + item < all * (i + 1) / pass->shard_count) {
            item++;
        }
        pass->shards[i].to = item;
    }
    pass->shards[pass->shard_count - 1].to = input->item_count;
}

struct truth_pass *truth_pass_new(const struct truth_job *job, uint32_t lane_count)
{
    const struct truth_input *input = job->input;
    struct truth_pass *pass = arena_new_of(job->arena, struct truth_pass);

    pass->input = input;
    pass->parallel = job->options->parallel;
    pass->lane_count = lane_count;
    pass->vectors = lane_count < 2 ? 1 : (lane_count - 1 + WIDTH - 1) / WIDTH;
    pass->labels = arena_array(job->arena, double, row_count(input));
    pass->ratio = arena_array(job->arena, float, row_count(input) * pass->vectors * WIDTH);
    pass->prior = aligned_rows(job->arena, pass->vectors, sizeof(vector));
    pass->shard_count = shards_for(input, pass->vectors);
    pass->shards = arena_array(job->arena, struct shard, pass->shard_count);
    for (uint32_t i = 0; i < truth_label_count(input); i++) {
        pass->labels[input->row[i]]++;
    }
    cut(pass);
    for (uint32_t i = 0; i < pass->shard_count; i++) {
        if (i == 0 || pass->parallel != NULL) {
            take_scratch(job->arena, pass, &pass->shards[i]);
        } else {
            pass->shards[i] = (struct shard){.pass = pass,
                                             .from = pass->shards[i].from,
                                             .to = pass->shards[i].to,
                                             .table = pass->shards[0].table,
                                             .given = pass->shards[0].given,
                                             .mass = pass->shards[0].mass,
                                             .row = pass->shards[0].row};
        }
    }
    return pass;
}

/* e^x of each entry; x is at least -80. Relative error 2e-7. */
static inline vector exponential(vector x)
{
    const float shift = 12582912; /* 1.5 * 2^23: adding it rounds to an integer */
    vector scaled = x * 1.44269504F;
    vector rounded = (scaled + shift) - shift;
    vector rest = scaled - rounded;
    vector power =
        1.F +
        rest * (0.693147182F +
                rest * (0.240226462F +
                        rest * (0.0555030256F +
                                rest * (0.00961814F + rest * (0.00133336F + rest * 0.000154F)))));
    integers exponent = (__builtin_convertvector(rounded, integers) + 127) << 23;

    return power * (vector)exponent;
}

static inline vector within(vector x, float least, float most)
{
    vector low = {least, least, least, least};
    vector high = {most, most, most, most};
    integers below = x < low;

    x = (vector)(((integers)x & ~below) | ((integers)low & below));
    integers above = x > high;

    return (vector)(((integers)x & ~above) | ((integers)high & above));
}

static inline float sum_of(vector x)
{
    return (x[0] + x[1]) + (x[2] + x[3]);
}

/* Unnormalised probabilities of the lanes behind the first, the largest log-ratio taken out;
 * returns their sum with the first's. */
static float soften(vector *row, uint32_t vectors, double *likelihood)
{
    vector most = {0};

    for (uint32_t v = 0; v < vectors; v++) {
        integers above = row[v] > most;

        most = (vector)(((integers)row[v] & above) | ((integers)most & ~above));
    }
    float left = most[0] > most[1] ? most[0] : most[1];
    float right = most[2] > most[3] ? most[2] : most[3];
    float top = left > right ? left : right;
    float sum = expf(-top);

    for (uint32_t v = 0; v < vectors; v++) {
        row[v] = exponential(within(row[v] - top, -log_max, 0));
        sum += sum_of(row[v]);
    }
    *likelihood += (double)top;
    return sum;
}

/* Only the lanes of the known class may be. Scalar: gold is rare. */
static float soften_gold(const struct truth_pass *pass, uint32_t class, vector *row,
                         double *likelihood)
{
    uint32_t types = pass->lane_count / pass->input->class_count;
    float *lanes = (float *)row;
    double top = class == 0 ? 0 : -1e30;
    double sum = 0;

    for (uint32_t h = 1; h < pass->lane_count; h++) {
        top = h / types == class && (double)lanes[h - 1] > top ? (double)lanes[h - 1] : top;
    }
    for (uint32_t h = 0; h < WIDTH * pass->vectors + 1; h++) {
        bool may = h < pass->lane_count && h / types == class;
        double weight = may ? exp((h == 0 ? 0 : (double)lanes[h - 1]) - top) : 0;

        sum += weight;
        if (h > 0) {
            lanes[h - 1] = (float)weight;
        }
    }
    *likelihood += top;
    return (float)sum;
}

static void write_posterior(const struct truth_pass *pass, uint32_t item, const vector *row)
{
    const float *lanes = (const float *)row;
    uint32_t types = pass->lane_count / pass->input->class_count;
    double *out = pass->posterior + (size_t)item * pass->input->class_count;
    double rest = 1;
    double sum = 0;

    memset(out, 0, pass->input->class_count * sizeof(*out));
    for (uint32_t h = 1; h < pass->lane_count; h++) {
        out[h / types] += (double)lanes[h - 1];
        rest -= (double)lanes[h - 1];
    }
    out[0] += fmax(rest, 0);
    for (uint32_t k = 0; k < pass->input->class_count; k++) {
        sum += out[k];
    }
    for (uint32_t k = 0; k < pass->input->class_count; k++) {
        out[k] /= sum;
    }
}

static void flush(struct shard *shard)
{
    size_t rows = row_count(shard->pass->input);
    uint32_t lanes = shard->pass->vectors * WIDTH;

    for (size_t row = 0; row < rows; row++) {
        float *count = (float *)(shard->table + (2 * row + 1) * shard->pass->vectors);
        double *given = shard->given + row * lanes;

        for (uint32_t h = 0; h < lanes; h++) {
            given[h] += (double)count[h];
            count[h] = 0;
        }
    }
}

/* The items' sums are multiplied, and one log is taken of many. */
static inline double fold(double product, float sum, double *likelihood)
{
    product *= (double)sum;
    if (product < 1e200) {
        return product;
    }
    *likelihood += log(product);
    return 1;
}

static void add_mass(struct shard *shard, const vector *mass)
{
    for (uint32_t v = 0; v < shard->pass->vectors; v++) {
        for (uint32_t i = 0; i < WIDTH; i++) {
            shard->mass[v * WIDTH + i] += (double)mass[v][i];
        }
    }
}

/* Two to five lanes: one vector, which stays in a register. */
static void run_narrow(struct shard *shard, uint32_t from, uint32_t to)
{
    const struct truth_pass *pass = shard->pass;
    const uint32_t *row = pass->input->row;
    double likelihood = 0;
    double product = 1;
    vector mass = {0};

    for (uint32_t item = from; item < to; item++) {
        uint32_t first = pass->input->first[item];
        uint32_t end = pass->input->first[item + 1];
        vector sum = pass->prior[0];

        for (uint32_t i = first; i < end; i++) {
            sum += shard->table[(size_t)row[i] * 2];
        }
        vector weight = exponential(within(sum, -log_max, log_max));
        float all = 1 + sum_of(weight);

        if (__builtin_expect(truth_is_gold(pass->input, item), 0)) {
            weight = sum;
            all = soften_gold(pass, pass->input->gold[item], &weight, &likelihood);
        } else if (__builtin_expect(all > sum_max, 0)) {
            weight = sum;
            all = soften(&weight, 1, &likelihood);
        }
        weight *= 1 / all;
        mass += weight;
        product = fold(product, all, &likelihood);
        for (uint32_t i = first; i < end; i++) {
            shard->table[(size_t)row[i] * 2 + 1] += weight;
        }
        if (pass->posterior != NULL) {
            write_posterior(pass, item, &weight);
        }
    }
    add_mass(shard, &mass);
    shard->likelihood += likelihood + log(product);
}

static void run_wide(struct shard *shard, uint32_t from, uint32_t to)
{
    const struct truth_pass *pass = shard->pass;
    uint32_t vectors = pass->vectors;
    vector *row = shard->row;
    vector *mass = shard->row + vectors;
    double likelihood = 0;
    double product = 1;

    memset(mass, 0, vectors * sizeof(*mass));
    for (uint32_t item = from; item < to; item++) {
        uint32_t first = pass->input->first[item];
        uint32_t end = pass->input->first[item + 1];

        memcpy(row, pass->prior, vectors * sizeof(*row));
        for (uint32_t i = first; i < end; i++) {
            const vector *ratio = shard->table + (size_t)pass->input->row[i] * 2 * vectors;

            for (uint32_t v = 0; v < vectors; v++) {
                row[v] += ratio[v];
            }
        }
        float sum = truth_is_gold(pass->input, item)
                        ? soften_gold(pass, pass->input->gold[item], row, &likelihood)
                        : soften(row, vectors, &likelihood);

        product = fold(product, sum, &likelihood);
        for (uint32_t v = 0; v < vectors; v++) {
            row[v] *= 1 / sum;
            mass[v] += row[v];
        }
        for (uint32_t i = first; i < end; i++) {
            vector *count = shard->table + ((size_t)pass->input->row[i] * 2 + 1) * vectors;

            for (uint32_t v = 0; v < vectors; v++) {
                count[v] += row[v];
            }
        }
        if (pass->posterior != NULL) {
            write_posterior(pass, item, row);
        }
    }
    add_mass(shard, mass);
    shard->likelihood += likelihood + log(product);
}

static void run_shard(void *context, size_t chunk)
{
    struct truth_pass *pass = context;
    struct shard *shard = &pass->shards[chunk];
    size_t rows = row_count(pass->input);
    size_t size = pass->vectors * sizeof(vector);

    shard->likelihood = 0;
    memset(shard->given, 0, rows * pass->vectors * WIDTH * sizeof(double));
    memset(shard->mass, 0, pass->vectors * WIDTH * sizeof(double));
    for (size_t row = 0; row < rows; row++) {
        memcpy(shard->table + 2 * row * pass->vectors, (char *)pass->ratio + row * size, size);
        memset(shard->table + (2 * row + 1) * pass->vectors, 0, size);
    }
    for (uint32_t from = shard->from; from < shard->to; from += FLUSH_ITEMS) {
        uint32_t to = shard->to - from > FLUSH_ITEMS ? from + FLUSH_ITEMS : shard->to;

        if (pass->vectors == 1) {
            run_narrow(shard, from, to);
        } else {
            run_wide(shard, from, to);
        }
        flush(shard);
    }
}

/* Log-ratios against lane 0; lanes of padding are impossible. */
static void set_tables(struct truth_pass *pass, const struct truth_logs *logs)
{
    uint32_t lanes = pass->vectors * WIDTH;
    float *prior = (float *)pass->prior;

    for (size_t row = 0; row < row_count(pass->input); row++) {
        const double *given = logs->given + row * pass->lane_count;

        for (uint32_t h = 1; h < pass->lane_count; h++) {
            pass->ratio[row * lanes + h - 1] = (float)(given[h] - given[0]);
        }
    }
    for (uint32_t h = 1; h <= lanes; h++) {
        prior[h - 1] = h < pass->lane_count ? (float)(logs->prior[h] - logs->prior[0]) : -1e30F;
    }
}

/* Add one shard's sums; lane 0 is what the others leave, set at the end. */
static double reduce(const struct truth_pass *pass, const struct shard *shard,
                     struct truth_counts *counts)
{
    uint32_t lanes = pass->vectors * WIDTH;

    for (size_t row = 0; row < row_count(pass->input); row++) {
        for (uint32_t h = 1; h < pass->lane_count; h++) {
            counts->given[row * pass->lane_count + h] += shard->given[row * lanes + h - 1];
        }
    }
    for (uint32_t h = 1; h < pass->lane_count; h++) {
        counts->mass[h] += shard->mass[h - 1];
    }
    return shard->likelihood;
}

static void fill_lane_zero(const struct truth_pass *pass, struct truth_counts *counts)
{
    double mass = pass->input->item_count;

    for (size_t row = 0; row < row_count(pass->input); row++) {
        double *given = counts->given + row * pass->lane_count;
        double rest = pass->labels[row];

        for (uint32_t h = 1; h < pass->lane_count; h++) {
            rest -= given[h];
        }
        given[0] = fmax(rest, 0);
    }
    for (uint32_t h = 1; h < pass->lane_count; h++) {
        mass -= counts->mass[h];
    }
    counts->mass[0] = fmax(mass, 0);
}

double truth_pass_run(struct truth_pass *pass, const struct truth_logs *logs,
                      struct truth_counts *counts, double *posterior)
{
    double likelihood = pass->input->item_count * logs->prior[0];

    for (size_t row = 0; row < row_count(pass->input); row++) {
        likelihood += pass->labels[row] * logs->given[row * pass->lane_count];
    }
    pass->posterior = posterior;
    set_tables(pass, logs);
    memset(counts->given, 0, row_count(pass->input) * pass->lane_count * sizeof(double));
    memset(counts->mass, 0, pass->lane_count * sizeof(double));
    if (pass->parallel != NULL) {
        parallel_run(pass->parallel, pass->shard_count, run_shard, pass);
    }
    for (uint32_t i = 0; i < pass->shard_count; i++) {
        if (pass->parallel == NULL) {
            run_shard(pass, i);
        }
        likelihood += reduce(pass, &pass->shards[i], counts);
    }
    fill_lane_zero(pass, counts);
    return likelihood;
}
