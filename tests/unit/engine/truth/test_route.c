/* Goal: money goes where it tells most; bounds, targets and earlier labels are kept. */

#include "check.h"

#include "base/fault.h"
#include "engine/truth/planted.h"
#include "engine/truth/route.h"

struct scene {
    struct planted planted;
    struct truth_input input;
    struct truth_fit fit;
};

static bool set_scene(struct arena *arena, uint32_t labels_per_item, struct scene *scene)
{
    struct planted_shape shape = {.item_count = 400,
                                  .worker_count = 20,
                                  .class_count = 3,
                                  .labels_per_item = labels_per_item,
                                  .skill_low = .4,
                                  .skill_high = .95,
                                  .seed = 6};
    struct truth_options options = TRUTH_DEFAULTS;
    struct fault fault;

    options.method = "hierarchical";
    scene->planted = planted_new(arena, &shape);
    return truth_index(arena, &scene->planted.labels, &scene->input, &fault) == OK &&
           truth_fit(arena, &scene->input, &options, &scene->fit, &fault) == OK;
}

static struct route_setup setup_of(const struct scene *scene)
{
    return (struct route_setup){
        .input = &scene->input, .fit = &scene->fit, .target = .99, .seed = 1};
}

static void next__asks_nobody_twice_and_gains_less_and_less(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault;
    struct scene scene;
    struct route *route;
    struct route_pick pick;
    double gain_first = 0;
    uint8_t *asked = arena_array(arena, uint8_t, 400 * 20);

    CHECK(set_scene(arena, 3, &scene));
    for (uint32_t item = 0; item < 400; item++) {
        for (uint32_t i = scene.input.first[item]; i < scene.input.first[item + 1]; i++) {
            asked[item * 20 + scene.input.row[i] / 3] = 1;
        }
    }
    struct route_setup setup = setup_of(&scene);

    CHECK(route_new(arena, &setup, &route, &fault) == OK);
    double before = route_expected_accuracy(route);

    for (int i = 0; i < 300; i++) {
        CHECK(route_next(route, &pick));
        CHECK(!asked[pick.item * 20 + pick.worker]);
        asked[pick.item * 20 + pick.worker] = 1;
        CHECK(pick.gain > 0 && pick.cost == 1 && !pick.explores);
        gain_first = i == 0 ? pick.gain : gain_first;
        CHECK(pick.gain <= gain_first + .2);
    }
    CHECK(pick.gain < gain_first);
    CHECK(route_expected_accuracy(route) > before);
}

/* Answers are drawn from the planted workers as they are asked. */
static void answer__reaches_the_truth_with_less(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault;
    struct scene scene;
    struct route *route;
    struct route_pick pick;
    struct rng rng = rng_new(4);
    double *belief = arena_array(arena, double, 3);
    double right = 0;

    CHECK(set_scene(arena, 2, &scene));
    struct route_setup setup = setup_of(&scene);

    CHECK(route_new(arena, &setup, &route, &fault) == OK);
    for (int i = 0; i < 1200 && route_next(route, &pick); i++) {
        uint32_t truth = scene.planted.truth[pick.item];

        route_answer(route, pick.item, pick.worker,
                     planted_class(&rng, truth, 3, scene.planted.skill[pick.worker]));
    }
    for (uint32_t item = 0; item < 400; item++) {
        uint32_t truth = scene.planted.truth[item];

        route_belief(route, item, belief);
        right +=
            belief[truth] >= belief[(truth + 1) % 3] && belief[truth] >= belief[(truth + 2) % 3];
    }
    CHECK(right / 400 > .89);
    CHECK(right / 400 > planted_accuracy(&scene.planted, &scene.input, &scene.fit) + .1);
}

static void next__keeps_capacity_target_and_price(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault;
    struct scene scene;
    struct route *route;
    struct route_pick pick;
    double cost[20];
    uint32_t capacity[20];
    uint32_t taken[20] = {0};
    uint32_t all = 0;

    CHECK(set_scene(arena, 3, &scene));
    struct route_setup setup = setup_of(&scene);

    for (uint32_t worker = 0; worker < 20; worker++) {
        cost[worker] = worker % 2 == 0 ? 1 : 1000;
        capacity[worker] = 5;
    }
    setup.cost = cost;
    setup.capacity = capacity;
    CHECK(route_new(arena, &setup, &route, &fault) == OK);
    while (route_next(route, &pick)) {
        taken[pick.worker]++;
        all++;
        CHECK(all > 45 || pick.worker % 2 == 0);
    }
    CHECK(all == 100);
    for (uint32_t worker = 0; worker < 20; worker++) {
        CHECK(taken[worker] == 5);
    }
    setup.target = 1e-6;
    CHECK(route_new(arena, &setup, &route, &fault) == OK);
    CHECK(!route_next(route, &pick));
}

static void next__explores_the_share_asked_for(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault;
    struct scene scene;
    struct route *route;
    struct route_pick pick;
    uint32_t explored = 0;

    CHECK(set_scene(arena, 3, &scene));
    struct route_setup setup = setup_of(&scene);

    setup.explore = .25;
    CHECK(route_new(arena, &setup, &route, &fault) == OK);
    for (int i = 0; i < 200; i++) {
        CHECK(route_next(route, &pick));
        explored += pick.explores;
    }
    CHECK(explored == 50);
}

static void new__refuses_what_is_out_of_range(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault;
    struct scene scene;
    struct route *route;
    double cost[20] = {0};

    CHECK(set_scene(arena, 3, &scene));
    struct route_setup setup = setup_of(&scene);

    setup.target = 0;
    CHECK(route_new(arena, &setup, &route, &fault) == ERR_INVALID);
    setup.target = .9;
    setup.explore = 2;
    CHECK(route_new(arena, &setup, &route, &fault) == ERR_INVALID);
    setup.explore = 0;
    setup.cost = cost;
    CHECK(route_new(arena, &setup, &route, &fault) == ERR_INVALID);
}

TEST_MAIN(CASE(next__asks_nobody_twice_and_gains_less_and_less),
          CASE(answer__reaches_the_truth_with_less), CASE(next__keeps_capacity_target_and_price),
          CASE(next__explores_the_share_asked_for), CASE(new__refuses_what_is_out_of_range))
