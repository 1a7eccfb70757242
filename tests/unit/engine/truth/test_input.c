/* Goal: labels are indexed by item in their order, and repeats are treated as asked. */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "engine/truth/truth.h"

static const struct truth_label LABELS[] = {
    {1, 0, 0}, {0, 1, 1}, {1, 1, 0}, {1, 0, 1}, {1, 0, 1},
};

static enum err index_with(struct arena *arena, enum truth_repeats repeats,
                           struct truth_input *input, struct fault *fault)
{
    struct truth_labels labels = {.at = LABELS,
                                  .count = COUNT(LABELS),
                                  .item_count = 3,
                                  .worker_count = 2,
                                  .class_count = 2,
                                  .repeats = repeats};

    return truth_index(arena, &labels, input, fault);
}

static void index__settles_repeats(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault;
    struct truth_input input;

    CHECK(index_with(arena, TRUTH_REPEATS_REFUSE, &input, &fault) == ERR_INVALID);
    CHECK(fault.line == 4 && strcmp(fault.field, "worker") == 0);
    for (int i = 0; i < 2; i++) {
        CHECK(index_with(arena, i ? TRUTH_REPEATS_LAST : TRUTH_REPEATS_MEAN, &input, &fault) == OK);
        CHECK(truth_label_count(&input) == 3);
        CHECK(input.first[1] == 1 && input.first[2] == 3 && input.first[3] == 3);
        CHECK(input.row[0] == 3 && input.row[1] == 1 && input.row[2] == 2);
    }
}

static void index__refuses_what_is_out_of_range(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault;
    struct truth_input input;
    struct truth_labels labels = {
        .at = LABELS, .count = COUNT(LABELS), .item_count = 2, .worker_count = 2, .class_count = 1};

    CHECK(truth_index(arena, &labels, &input, &fault) == ERR_INVALID && fault.line == 2);
    labels.worker_count = UINT32_MAX;
    labels.class_count = 2;
    CHECK(truth_index(arena, &labels, &input, &fault) == ERR_LIMIT);
}

TEST_MAIN(CASE(index__settles_repeats), CASE(index__refuses_what_is_out_of_range))
