#include "engine/truth/pass.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/parallel.h"
#include "engine/truth/pass_kernel.h"

enum {
    LINE = 64, /* bytes of a cache line */
    SHARDS_MAX = 16,
    CHUNK_ITEMS_MIN = 1 << 16,
    CHUNK_ITEMS_MAX = 1 << 19,
    SHARD_LABELS_MIN = 65536,
    SHARD_LABELS_PER_ROW = 32, /* so that the shards' tables cost little beside the labels */
};

static size_t row_count(const struct truth_input *input)
{
    return (size_t)input->worker_count * input->class_count;
}

static float *aligned_floats(struct arena *arena, size_t count)
{
    uintptr_t at = (uintptr_t)arena_take(arena, count * sizeof(float) + LINE, 1);

    return (float *)((at + LINE - 1) / LINE * LINE);
}

/* Whether some shard is summed in more than one chunk. */
static bool has_chunks(const struct truth_pass *pass)
{
    bool found = false;

    for (uint32_t i = 0; i < pass->shard_count; i++) {
        found = found || pass->shards[i].to - pass->shards[i].from > pass->chunk_items;
    }
    return found;
}

static void take_scratch(struct arena *arena, const struct truth_pass *pass,
                         struct truth_shard *shard)
{
    size_t rows = row_count(pass->input);

    shard->table = aligned_floats(arena, rows * 2 * pass->width);
    shard->row = aligned_floats(arena, (size_t)2 * pass->width);
    if (has_chunks(pass)) {
        shard->given = arena_array(arena, double, rows * pass->width);
    }
    shard->mass = arena_array(arena, double, pass->width);
}

static uint32_t shards_for(const struct truth_input *input)
{
    size_t labels = truth_label_count(input);
    size_t count = labels / SHARD_LABELS_MIN;
    size_t most = labels / SHARD_LABELS_PER_ROW / row_count(input);

    count = count < most ? count : most;
    return count < 1 ? 1 : count > SHARDS_MAX ? SHARDS_MAX : (uint32_t)count;
}

/* Chunks that cost little to flush beside their labels. */
static uint32_t chunk_for(const struct truth_input *input)
{
    double items = (double)SHARD_LABELS_PER_ROW * (double)row_count(input) * input->item_count /
                   ((double)truth_label_count(input) + 1);

    return items < CHUNK_ITEMS_MIN   ? CHUNK_ITEMS_MIN
           : items > CHUNK_ITEMS_MAX ? CHUNK_ITEMS_MAX
                                     : (uint32_t)items + CHUNK_ITEMS_MIN;
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

/* Lanes behind the first, padded to what vectors hold. */
static uint32_t width_of(uint32_t lane_count)
{
    uint32_t lanes = lane_count - 1;

    if (lanes <= NARROW_WIDTH) {
        return lanes < 2 ? 1 : lanes == 2 ? 2 : NARROW_WIDTH;
    }
    return (lanes + OCTET - 1) / OCTET * OCTET;
}

struct truth_pass *truth_pass_new(const struct truth_job *job, uint32_t lane_count)
{
    const struct truth_input *input = job->input;
    struct truth_pass *pass = arena_new_of(job->arena, struct truth_pass);

    pass->input = input;
    pass->parallel = job->options->parallel;
    pass->lane_count = lane_count;
    pass->width = width_of(lane_count);
    pass->labels = arena_array(job->arena, double, row_count(input));
    pass->ratio = arena_array(job->arena, float, row_count(input) * pass->width);
    pass->prior = aligned_floats(job->arena, pass->width);
    pass->shard_count = shards_for(input);
    pass->shards = arena_array(job->arena, struct truth_shard, pass->shard_count);
    for (uint32_t i = 0; i < truth_label_count(input); i++) {
        pass->labels[input->row[i]]++;
    }
    pass->silence = truth_find_silence(job->arena, input, pass->labels);
    pass->chunk_items = chunk_for(input);
    cut(pass);
    for (uint32_t i = 0; i < pass->shard_count; i++) {
        struct truth_shard *shard = &pass->shards[i];

        if (i == 0 || pass->parallel != NULL) {
            take_scratch(job->arena, pass, shard);
        } else {
            *shard = (struct truth_shard){.pass = pass,
                                          .from = shard->from,
                                          .to = shard->to,
                                          .table = pass->shards[0].table,
                                          .row = pass->shards[0].row,
                                          .given = pass->shards[0].given,
                                          .mass = pass->shards[0].mass};
        }
    }
    return pass;
}

void truth_pass_plain(struct truth_pass *pass)
{
    pass->plain = true;
}

static void set_table(const struct truth_shard *shard)
{
    const struct truth_pass *pass = shard->pass;
    const float *ratio = pass->ratio;
    float *at = shard->table;

    for (size_t row = 0; row < row_count(pass->input); row++) {
        for (uint32_t h = 0; h < pass->width; h++) {
            at[h] = ratio[h];
        }
        at += 2 * pass->width;
        ratio += pass->width;
    }
}

/* Take the chunk's counts out of single precision. */
static void flush(struct truth_shard *shard)
{
    uint32_t width = shard->pass->width;

    for (size_t row = 0; row < row_count(shard->pass->input); row++) {
        float *count = shard->table + (2 * row + 1) * width;
        double *given = shard->given + row * width;

        for (uint32_t h = 0; h < width; h++) {
            given[h] += (double)count[h];
            count[h] = 0;
        }
    }
    shard->flushed = true;
}

/* Counts in the table and in `given` are zero before and after a pass. */
static void run_shard(void *context, size_t chunk)
{
    struct truth_pass *pass = context;
    struct truth_shard *shard = &pass->shards[chunk];

    shard->likelihood = 0;
    shard->flushed = false;
    memset(shard->mass, 0, pass->width * sizeof(double));
    if (chunk == 0 || pass->parallel != NULL) {
        set_table(shard);
    }
    for (uint32_t from = shard->from; from < shard->to;) {
        uint32_t to = shard->to - from > pass->chunk_items ? from + pass->chunk_items : shard->to;

        truth_kernel_run(shard, from, to);
        if (to < shard->to) {
            flush(shard);
        }
        from = to;
    }
}

/* Log-ratios against lane 0; lanes of padding are impossible. */
static void set_ratios(struct truth_pass *pass, const struct truth_logs *logs)
{
    for (size_t row = 0; row < row_count(pass->input); row++) {
        const double *given = logs->given + row * pass->lane_count;
        float *ratio = pass->ratio + row * pass->width;

        for (uint32_t h = 1; h <= pass->width; h++) {
            ratio[h - 1] = h < pass->lane_count ? (float)(given[h] - given[0]) : 0;
        }
    }
    for (uint32_t h = 1; h <= pass->width; h++) {
        pass->prior[h - 1] =
            h < pass->lane_count ? (float)(logs->prior[h] - logs->prior[0]) : TRUTH_IMPOSSIBLE;
    }
}

/* Add one shard's counts, and clear them; `lanes` behind the first. */
static inline __attribute__((always_inline)) void
reduce_rows(const struct truth_shard *shard, double *to, uint32_t width, uint32_t lanes)
{
    size_t rows = row_count(shard->pass->input);
    float *count = shard->table + width;

    for (size_t row = 0; row < rows; row++) {
        to++;
        for (uint32_t h = 0; h < lanes; h++) {
            to[h] += (double)count[h];
        }
        for (uint32_t h = 0; shard->flushed && h < lanes; h++) {
            to[h] += shard->given[row * width + h];
            shard->given[row * width + h] = 0;
        }
        for (uint32_t h = 0; h < width; h++) {
            count[h] = 0;
        }
        to += lanes;
        count += 2 * width;
    }
}

/* Lane 0 is what the others leave, set at the end. */
static double reduce(const struct truth_pass *pass, const struct truth_shard *shard,
                     struct truth_counts *counts)
{
    uint32_t lanes = pass->lane_count - 1;

    if (lanes == 4) { /* the compiler lays four out as vectors */
        reduce_rows(shard, counts->given, 4, 4);
    } else {
        reduce_rows(shard, counts->given, pass->width, lanes);
    }
    for (uint32_t h = 0; h < lanes; h++) {
        counts->mass[h + 1] += shard->mass[h];
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

static double run_shards(struct truth_pass *pass, struct truth_counts *counts)
{
    double likelihood = 0;

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

double truth_pass_run(struct truth_pass *pass, const struct truth_logs *logs,
                      struct truth_counts *counts, double *posterior)
{
    double likelihood = pass->input->item_count * logs->prior[0];

    for (size_t row = 0; row < row_count(pass->input); row++) {
        likelihood += pass->labels[row] * logs->given[row * pass->lane_count];
    }
    pass->posterior = posterior;
    pass->votes = false;
    set_ratios(pass, logs);
    return likelihood + run_shards(pass, counts);
}

/* What a label of this row votes for, behind the first class. */
static void set_vote(const struct truth_pass *pass, size_t row, float *ratio)
{
    uint32_t class_count = pass->input->class_count;
    uint32_t class = (uint32_t)(row % class_count);
    bool silent = pass->silence.class[row / class_count] == class;

    for (uint32_t k = 1; k < class_count; k++) {
        ratio[k - 1] = silent ? (float)pass->silence.spread[k] : k == class;
    }
}

void truth_pass_votes(struct truth_pass *pass, struct truth_counts *counts)
{
    pass->posterior = NULL;
    pass->votes = true;
    memset(pass->prior, 0, pass->width * sizeof(float));
    memset(pass->ratio, 0, row_count(pass->input) * pass->width * sizeof(float));
    for (size_t row = 0; row < row_count(pass->input); row++) {
        set_vote(pass, row, pass->ratio + row * pass->width);
    }
    (void)run_shards(pass, counts);
}
