/* Goal: planted drift, spam and copying are found, honest workers are let alone, and the order of
 * workers does not matter. */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/watch/copying.h"
#include "engine/watch/drift.h"

enum { ITEMS = 600, WORKERS = 12, CLASSES = 4, PER_ITEM = 5, LABELS = ITEMS * PER_ITEM };

/* What worker 0 to 2 do; all others are right in four of five. */
enum act {
    HONEST,
    DRIFTS, /* worker 0 guesses in the last third */
    SPAMS,  /* worker 1 guesses always */
    COPIES, /* worker 2 copies worker 3 in seven of ten */
};

static struct watch_labels plant(struct arena *arena, uint64_t seed, enum act act)
{
    struct watch_label *labels = arena_array(arena, struct watch_label, LABELS);
    struct rng rng = rng_new(seed);
    size_t count = 0;

    for (uint32_t item = 0; item < ITEMS; item++) {
        uint32_t truth = rng_below(&rng, CLASSES);
        uint32_t start = rng_below(&rng, WORKERS);
        uint32_t given[WORKERS];

        for (uint32_t worker = 0; worker < WORKERS; worker++) {
            double right = (act == DRIFTS && worker == 0 && item > ITEMS * 2 / 3) ||
                                   (act == SPAMS && worker == 1)
                               ? 0.25
                               : 0.8;
            uint32_t wrong = (truth + 1 + rng_below(&rng, CLASSES - 1)) % CLASSES;

            given[worker] = rng_unit(&rng) < right ? truth : wrong;
        }
        if (act == COPIES && rng_unit(&rng) < 0.7) {
            given[2] = given[3];
        }
        for (uint32_t i = 0; i < PER_ITEM; i++) {
            uint32_t worker = act == COPIES && i < 2 ? 2 + i : (start + i) % WORKERS;

            if (act == COPIES && i >= 2) { /* three of the others */
                worker = 4 + (start + i) % (WORKERS - 4);
            }
            labels[count++] = (struct watch_label){item, worker, given[worker]};
        }
    }
    return (struct watch_labels){.at = labels,
                                 .count = count,
                                 .item_count = ITEMS,
                                 .worker_count = WORKERS,
                                 .class_count = CLASSES};
}

static struct watch_drift *drift_of(struct arena *arena, uint64_t seed, enum act act)
{
    struct watch_drift_options options = WATCH_DRIFT_DEFAULTS;
    struct watch_labels labels = plant(arena, seed, act);
    struct watch_drift *drifts = NULL;
    struct fault fault = {0};

    options.shuffles = 499;
    return watch_drift_find(arena, &labels, &options, &drifts, &fault) == OK ? drifts : NULL;
}

static void drift__is_found_where_it_begins(void)
{
    int found = 0;

    for (uint64_t seed = 1; seed <= 10; seed++) {
        ARENA_SCOPE arena = arena_new();
        struct watch_drift *drifts = drift_of(arena, seed, DRIFTS);

        CHECK(drifts != NULL);
        found += drifts[0].alarm;
        CHECK(drifts[0].within > drifts[0].before);
        CHECK(drifts[0].to <= drifts[0].used_count && drifts[0].from < drifts[0].to);
        CHECK((double)drifts[0].from / (double)drifts[0].used_count > 0.4);
    }
    CHECK(found >= 9);
}

static void drift__lets_honest_workers_alone(void)
{
    int alarms = 0;
    double sum = 0;

    for (uint64_t seed = 1; seed <= 20; seed++) {
        ARENA_SCOPE arena = arena_new();
        struct watch_drift *drifts = drift_of(arena, seed, HONEST);

        for (int worker = 0; worker < WORKERS; worker++) {
            alarms += drifts[worker].alarm;
            sum += drifts[worker].p;
            CHECK(drifts[worker].has_drift && drifts[worker].p > 0 && drifts[worker].p <= 1);
        }
    }
    CHECK(alarms <= 6); /* of 240, at one false alarm in ten alarms */
    CHECK_NEAR(sum / (20 * WORKERS), 0.5, 0.08);
}

static void spam__shows_in_the_score(void)
{
    ARENA_SCOPE arena = arena_new();
    struct watch_drift *drifts = drift_of(arena, 1, SPAMS);

    for (int worker = 0; worker < WORKERS; worker++) {
        CHECK(drifts[worker].spam >= 0 && drifts[worker].spam <= 1);
        if (worker != 1) {
            CHECK(drifts[worker].spam > 4 * drifts[1].spam);
            CHECK(drifts[worker].agreement > drifts[1].agreement + 0.1);
        }
    }
}

static void copying__is_found(void)
{
    for (uint64_t seed = 1; seed <= 10; seed++) {
        ARENA_SCOPE arena = arena_new();
        struct watch_copying_options options = WATCH_COPYING_DEFAULTS;
        struct watch_labels labels = plant(arena, seed, COPIES);
        struct watch_pair *pairs;
        struct fault fault = {0};
        size_t count;

        CHECK(watch_copying_find(arena, &labels, &options, &pairs, &count, &fault) == OK);
        CHECK(count > 0 && pairs[0].left == 2 && pairs[0].right == 3 && pairs[0].alarm);
        CHECK(pairs[0].copying > 0.3);
        CHECK(pairs[0].same_count > 1.5 * pairs[0].same_expected);
        for (size_t i = 1; i < count; i++) {
            CHECK(!pairs[i].alarm);
        }
    }
}

static void copying__lets_honest_workers_alone(void)
{
    int alarms = 0;

    for (uint64_t seed = 1; seed <= 40; seed++) {
        ARENA_SCOPE arena = arena_new();
        struct watch_copying_options options = WATCH_COPYING_DEFAULTS;
        struct watch_labels labels = plant(arena, seed, HONEST);
        struct watch_pair *pairs;
        struct fault fault = {0};
        size_t count;

        CHECK(watch_copying_find(arena, &labels, &options, &pairs, &count, &fault) == OK);
        for (size_t i = 0; i < count; i++) {
            alarms += pairs[i].alarm;
            CHECK(isfinite(pairs[i].log_evidence));
            CHECK(pairs[i].same_count <= pairs[i].telling_count);
        }
    }
    CHECK(alarms <= 3);
}

static void watch__refuses_nonsense(void)
{
    static const struct watch_label WILD[] = {{0, 0, 9}};
    ARENA_SCOPE arena = arena_new();
    struct watch_labels labels = {
        .at = WILD, .count = 1, .item_count = 1, .worker_count = 1, .class_count = 2};
    struct watch_labels none = {.item_count = 1};
    struct watch_drift_options options = WATCH_DRIFT_DEFAULTS;
    struct watch_copying_options copying = WATCH_COPYING_DEFAULTS;
    struct watch_drift *drifts;
    struct watch_pair *pairs;
    struct fault fault = {0};
    size_t count;

    CHECK(watch_drift_find(arena, &labels, &options, &drifts, &fault) == ERR_INVALID);
    CHECK(watch_copying_find(arena, &none, &copying, &pairs, &count, &fault) == ERR_INVALID);
    copying.sure = 2;
    CHECK(watch_copying_find(arena, &labels, &copying, &pairs, &count, &fault) == ERR_INVALID);
}

/* One class, one worker: nothing can be known, and nothing is said. */
static void watch__of_one_worker_is_silent(void)
{
    static const struct watch_label ALONE[] = {{0, 0, 0}, {1, 0, 0}};
    ARENA_SCOPE arena = arena_new();
    struct watch_labels labels = {
        .at = ALONE, .count = 2, .item_count = 2, .worker_count = 1, .class_count = 1};
    struct watch_drift_options options = WATCH_DRIFT_DEFAULTS;
    struct watch_copying_options copying = WATCH_COPYING_DEFAULTS;
    struct watch_drift *drifts;
    struct watch_pair *pairs;
    struct fault fault = {0};
    size_t count;

    CHECK(watch_drift_find(arena, &labels, &options, &drifts, &fault) == OK);
    CHECK(drifts[0].label_count == 2 && drifts[0].used_count == 0);
    CHECK(!drifts[0].has_drift && !drifts[0].has_spam);
    CHECK(watch_copying_find(arena, &labels, &copying, &pairs, &count, &fault) == OK);
    CHECK(count == 0);
}

TEST_MAIN(CASE(drift__is_found_where_it_begins), CASE(drift__lets_honest_workers_alone),
          CASE(spam__shows_in_the_score), CASE(copying__is_found),
          CASE(copying__lets_honest_workers_alone), CASE(watch__refuses_nonsense),
          CASE(watch__of_one_worker_is_silent))
