/* Goal: the fast pass equals the formula, and threads do not change a bit. */

#include "check.h"

#include "base/fault.h"
#include "base/parallel.h"
#include "engine/truth/pass.h"
#include "engine/truth/planted.h"

static struct truth_logs random_logs(struct arena *arena, const struct truth_input *input,
                                     uint32_t lane_count, double scale)
{
    struct rng rng = rng_new(11);
    struct truth_logs logs = truth_logs_new(arena, input, lane_count);
    size_t cells = (size_t)input->worker_count * input->class_count * lane_count;

    for (size_t i = 0; i < cells; i++) {
        logs.given[i] = -scale * rng_unit(&rng);
    }
    for (uint32_t h = 0; h < lane_count; h++) {
        logs.prior[h] = -scale * rng_unit(&rng);
    }
    return logs;
}

/* The formula, label by label. */
static double slow_pass(const struct truth_input *input, const struct truth_logs *logs,
                        double *given, double *posterior)
{
    uint32_t lanes = logs->lane_count;
    uint32_t types = lanes / input->class_count;
    double sum = 0;
    double row[64];

    for (uint32_t item = 0; item < input->item_count; item++) {
        double all = 0;
        double top = -1e300;

        for (uint32_t h = 0; h < lanes; h++) {
            row[h] = logs->prior[h];
            for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
                row[h] += logs->given[(size_t)input->row[i] * lanes + h];
            }
            if (truth_is_gold(input, item) && h / types != input->gold[item]) {
                row[h] = -1e300;
            }
            top = fmax(top, row[h]);
        }
        for (uint32_t h = 0; h < lanes; h++) {
            row[h] = exp(row[h] - top);
            all += row[h];
        }
        sum += top + log(all);
        for (uint32_t h = 0; h < lanes; h++) {
            posterior[(size_t)item * input->class_count + h / types] += row[h] / all;
            for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
                given[(size_t)input->row[i] * lanes + h] += row[h] / all;
            }
        }
    }
    return sum;
}

static void run_backwards(const struct parallel *self, size_t chunk_count,
                          void (*work)(void *context, size_t chunk), void *context)
{
    (void)self;
    for (size_t chunk = chunk_count; chunk > 0; chunk--) {
        work(context, chunk - 1);
    }
}

static const struct parallel backwards = {.run = run_backwards, .thread_count = 2};

struct sizes {
    uint32_t class_count;
    uint32_t lane_count;
    double scale;
};

static bool is_close(const double *left, const double *right, size_t count, double slack)
{
    for (size_t i = 0; i < count; i++) {
        if (!(fabs(left[i] - right[i]) <= slack * (1 + fabs(right[i])))) {
            return false;
        }
    }
    return true;
}

static void pass__equals_the_formula(void)
{
    static const struct sizes sizes[] = {
        {1, 1, 2},    {2, 2, 3},   {2, 2, 60},   {3, 3, 5},  {5, 5, 90},  {6, 6, 3}, {9, 9, 3},
        {12, 12, 40}, {20, 20, 9}, {33, 33, 20}, {2, 20, 5}, {5, 50, 60}, {3, 6, 4}};

    for (size_t i = 0; i < COUNT(sizes); i++) {
        ARENA_SCOPE arena = arena_new();
        struct planted_shape shape = {.item_count = 500,
                                      .worker_count = 9,
                                      .class_count = sizes[i].class_count,
                                      .labels_per_item = 6,
                                      .skill_low = .3,
                                      .skill_high = .9,
                                      .seed = i};
        struct planted planted = planted_new(arena, &shape);
        struct truth_options options = TRUTH_DEFAULTS;
        struct truth_input input;
        struct fault fault;

        CHECK(truth_index(arena, &planted.labels, &input, &fault) == OK);
        uint32_t *gold = arena_array(arena, uint32_t, shape.item_count);

        for (uint32_t item = 0; item < shape.item_count; item++) {
            gold[item] = item % 9 == 0 ? planted.truth[item] : TRUTH_UNKNOWN;
        }
        input.gold = gold;
        struct truth_job job = {
            .arena = arena, .input = &input, .options = &options, .fault = &fault};
        struct truth_logs logs = random_logs(arena, &input, sizes[i].lane_count, sizes[i].scale);
        struct truth_counts counts = truth_counts_new(arena, &input, sizes[i].lane_count);
        size_t size = (size_t)shape.item_count * shape.class_count;
        size_t cells = (size_t)9 * shape.class_count * sizes[i].lane_count;
        double *posterior = arena_array(arena, double, size);
        double *want_posterior = arena_array(arena, double, size);
        double *want = arena_array(arena, double, cells);
        double sum =
            truth_pass_run(truth_pass_new(&job, sizes[i].lane_count), &logs, &counts, posterior);

        printf("# %u classes, %u lanes\n", sizes[i].class_count, sizes[i].lane_count);
        CHECK_NEAR(sum / slow_pass(&input, &logs, want, want_posterior), 1, 1e-6);
        CHECK(is_close(posterior, want_posterior, size, 2e-5));
        CHECK(is_close(counts.given, want, cells, 1e-3));
    }
}

static void pass__is_the_same_with_threads(void)
{
    ARENA_SCOPE arena = arena_new();
    struct planted_shape shape = {.item_count = 60000,
                                  .worker_count = 30,
                                  .class_count = 3,
                                  .labels_per_item = 5,
                                  .skill_low = .3,
                                  .skill_high = .9,
                                  .seed = 1};
    struct planted planted = planted_new(arena, &shape);
    struct truth_options options = TRUTH_DEFAULTS;
    struct truth_input input;
    struct truth_fit serial;
    struct truth_fit threaded;
    struct fault fault;

    options.method = "dawid-skene";
    CHECK(truth_index(arena, &planted.labels, &input, &fault) == OK);
    CHECK(truth_fit(arena, &input, &options, &serial, &fault) == OK);
    options.parallel = &backwards;
    CHECK(truth_fit(arena, &input, &options, &threaded, &fault) == OK);
    CHECK(serial.likelihood == threaded.likelihood && serial.rounds == threaded.rounds);
    CHECK(memcmp(serial.posterior, threaded.posterior,
                 (size_t)shape.item_count * 3 * sizeof(double)) == 0);
}

static void pass__is_the_same_without_simd(void)
{
    static const uint32_t lanes[] = {1, 2, 3, 4, 5, 6, 9, 17, 20, 30, 40};

    for (size_t i = 0; i < COUNT(lanes); i++) {
        ARENA_SCOPE arena = arena_new();
        struct planted_shape shape = {.item_count = 3001,
                                      .worker_count = 20,
                                      .class_count = lanes[i],
                                      .labels_per_item = 7,
                                      .skill_low = .3,
                                      .skill_high = .9,
                                      .seed = i};
        struct planted planted = planted_new(arena, &shape);
        struct truth_options options = TRUTH_DEFAULTS;
        struct truth_input input;
        struct fault fault;

        CHECK(truth_index(arena, &planted.labels, &input, &fault) == OK);
        struct truth_job job = {
            .arena = arena, .input = &input, .options = &options, .fault = &fault};
        struct truth_logs logs = random_logs(arena, &input, lanes[i], 4);
        struct truth_counts fast = truth_counts_new(arena, &input, lanes[i]);
        struct truth_counts slow = truth_counts_new(arena, &input, lanes[i]);
        size_t size = truth_cells(&input) * sizeof(double);
        struct truth_pass *pass = truth_pass_new(&job, lanes[i]);
        double fast_sum = truth_pass_run(pass, &logs, &fast, NULL);

        truth_pass_plain(pass);
        CHECK(truth_pass_run(pass, &logs, &slow, NULL) == fast_sum);
        CHECK(memcmp(fast.given, slow.given, size) == 0);
        CHECK(memcmp(fast.mass, slow.mass, lanes[i] * sizeof(double)) == 0);
    }
}

static void pass__counts_votes(void)
{
    for (uint32_t class_count = 1; class_count < 12; class_count++) {
        ARENA_SCOPE arena = arena_new();
        struct truth_label labels[] = {{0, 0, 0}, {0, 1, class_count - 1}, {2, 1, class_count / 2}};
        struct truth_labels all = {.at = labels,
                                   .count = COUNT(labels),
                                   .item_count = 4,
                                   .worker_count = 2,
                                   .class_count = class_count};
        struct truth_options options = TRUTH_DEFAULTS;
        struct truth_input input;
        struct fault fault;
        uint32_t gold[] = {TRUTH_UNKNOWN, TRUTH_UNKNOWN, 0, class_count - 1};

        CHECK(truth_index(arena, &all, &input, &fault) == OK);
        input.gold = gold;
        struct truth_job job = {
            .arena = arena, .input = &input, .options = &options, .fault = &fault};
        struct truth_counts counts = truth_counts_new(arena, &input, class_count);
        double *share = arena_array(arena, double, 4 * (size_t)class_count);
        double *want = arena_array(arena, double, truth_cells(&input));

        truth_pass_votes(truth_pass_new(&job, class_count), &counts);
        truth_vote(&input, share);
        truth_count(&input, share, want);
        CHECK(is_close(counts.given, want, truth_cells(&input), 1e-6));
        truth_mass(&input, share, want);
        CHECK(is_close(counts.mass, want, class_count, 1e-6));
    }
}

TEST_MAIN(CASE(pass__equals_the_formula), CASE(pass__is_the_same_with_threads),
          CASE(pass__is_the_same_without_simd), CASE(pass__counts_votes))
