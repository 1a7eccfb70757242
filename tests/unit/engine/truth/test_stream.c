/* Goal: labels one by one end where a batch does, and what is not allowed changes nothing. */

#include "check.h"

#include "base/fault.h"
#include "engine/truth/planted.h"
#include "engine/truth/stream.h"

static void stream_freep(struct truth_stream **stream)
{
    truth_stream_free(*stream);
}
#define STREAM_SCOPE [[gnu::cleanup(stream_freep)]] struct truth_stream *

static const struct planted_shape SHAPE = {.item_count = 3000,
                                           .worker_count = 60,
                                           .class_count = 3,
                                           .labels_per_item = 5,
                                           .skill_low = .4,
                                           .skill_high = .95,
                                           .seed = 2};

static double accuracy(struct truth_stream *stream, const struct planted *planted)
{
    double right = 0;

    for (uint32_t item = 0; item < planted->labels.item_count; item++) {
        const double *row = truth_stream_posterior(stream, item);
        uint32_t best = 0;

        for (uint32_t k = 1; k < planted->labels.class_count; k++) {
            best = row[k] > row[best] ? k : best;
        }
        right += best == planted->truth[item];
    }
    return right / planted->labels.item_count;
}

static bool add_shuffled(struct truth_stream *stream, const struct planted *planted)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault;
    struct rng rng = rng_new(3);
    uint32_t count = (uint32_t)planted->labels.count;
    uint32_t *order = arena_array(arena, uint32_t, count);

    for (uint32_t i = 0; i < count; i++) {
        uint32_t other = rng_below(&rng, i + 1);

        order[i] = order[other];
        order[other] = i;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (truth_stream_add(stream, &planted->labels.at[order[i]], &fault) != OK) {
            return false;
        }
    }
    return true;
}

static void stream__ends_where_the_batch_does(void)
{
    ARENA_SCOPE arena = arena_new();
    STREAM_SCOPE stream = truth_stream_new(3);
    struct fault fault;
    struct planted planted = planted_new(arena, &SHAPE);
    struct truth_options options = TRUTH_DEFAULTS;
    struct truth_input input;
    struct truth_fit batch;

    options.method = "ibcc";
    CHECK(add_shuffled(stream, &planted));
    double early = accuracy(stream, &planted);

    CHECK(truth_stream_refresh(stream, 200) < 200);
    CHECK(truth_index(arena, &planted.labels, &input, &fault) == OK);
    CHECK(truth_fit(arena, &input, &options, &batch, &fault) == OK);
    CHECK(early > planted_accuracy(&planted, &input, &batch) - .03);
    CHECK_NEAR(accuracy(stream, &planted), planted_accuracy(&planted, &input, &batch), .002);
    for (uint32_t worker = 0; worker < SHAPE.worker_count; worker++) {
        CHECK_NEAR(truth_stream_skill(stream, worker), batch.skill[worker], .05);
    }
}

static void stream__hands_out_every_label(void)
{
    ARENA_SCOPE arena = arena_new();
    STREAM_SCOPE stream = truth_stream_new(3);
    struct fault fault;
    struct planted planted = planted_new(arena, &SHAPE);
    struct truth_input want;

    for (size_t i = 0; i < planted.labels.count; i++) {
        CHECK(truth_stream_add(stream, &planted.labels.at[i], &fault) == OK);
    }
    struct truth_input got = truth_stream_input(stream);

    CHECK(truth_index(arena, &planted.labels, &want, &fault) == OK);
    CHECK(got.item_count == want.item_count && got.worker_count == want.worker_count);
    CHECK(memcmp(got.first, want.first, (want.item_count + 1) * sizeof(uint32_t)) == 0);
    CHECK(memcmp(got.row, want.row, truth_label_count(&want) * sizeof(uint32_t)) == 0);
}

static void stream__keeps_gold(void)
{
    STREAM_SCOPE stream = truth_stream_new(2);
    struct fault fault;
    const struct truth_label wrong = {0, 0, 0};

    CHECK(truth_stream_gold(stream, 0, 1, &fault) == OK);
    CHECK(truth_stream_posterior(stream, 0)[1] == 1);
    double before = truth_stream_skill(stream, 0);

    CHECK(truth_stream_add(stream, &wrong, &fault) == OK);
    CHECK(truth_stream_posterior(stream, 0)[1] == 1);
    CHECK(truth_stream_skill(stream, 0) < before);
    CHECK(truth_stream_gold(stream, 0, TRUTH_UNKNOWN, &fault) == OK);
    CHECK(truth_stream_posterior(stream, 0)[0] > .5);
}

static void stream__refuses_without_a_trace(void)
{
    STREAM_SCOPE stream = truth_stream_new(2);
    struct fault fault;
    const struct truth_label labels[] = {{3, 2, 1}, {3, 2, 0}, {0, 0, 2}, {1 << 28, 0, 0}};

    CHECK_NEAR(truth_stream_posterior(stream, 7)[0], .5, 1e-12);
    CHECK(truth_stream_add(stream, &labels[0], &fault) == OK);
    CHECK(truth_stream_add(stream, &labels[1], &fault) == ERR_CONFLICT);
    CHECK(truth_stream_add(stream, &labels[2], &fault) == ERR_INVALID);
    CHECK(truth_stream_add(stream, &labels[3], &fault) == ERR_LIMIT);
    CHECK(truth_stream_gold(stream, 0, 2, &fault) == ERR_INVALID);
    struct truth_input input = truth_stream_input(stream);

    CHECK(truth_label_count(&input) == 1 && input.item_count == 4);
    CHECK(truth_stream_posterior(stream, 0)[1] > .5);
    CHECK(truth_stream_refresh(stream, 10) > 0);
}

TEST_MAIN(CASE(stream__ends_where_the_batch_does), CASE(stream__hands_out_every_label),
          CASE(stream__keeps_gold), CASE(stream__refuses_without_a_trace))
