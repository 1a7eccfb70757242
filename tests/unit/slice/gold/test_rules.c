/* Rules of gold: when it is mixed in, what misses it, what it may become. */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/rng.h"
#include "slice/gold/gold_rule.h"
#include "slice/task/task_rule.h"
#include "slice/type/type.h"

static const char *const CHOICES[] = {"a", "b", "tie"};
static const char *const STARS[] = {"1", "2", "3"};
static const struct type_label LABELS[] = {
    {.name = "choice", .path = "/choice", .level = "nominal", .classes = CHOICES, .class_count = 3},
    {.name = "stars", .path = "/stars", .level = "ordinal", .classes = STARS, .class_count = 3}};
static const struct task_type TYPE = {.labels = LABELS, .label_count = 2};

static bool differs(const char *gold, const char *answer)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct json *left = NULL;
    struct json *right = NULL;

    if (json_parse(arena, text_of(gold), &left, &fault) != OK ||
        json_parse(arena, text_of(answer), &right, &fault) != OK) {
        return false;
    }
    return gold_differs(arena, &TYPE, left, right);
}

static void differs__looks_at_what_the_gold_says(void)
{
    CHECK(!differs("{\"choice\":\"a\"}", "{\"choice\":\"a\",\"stars\":2,\"why\":\"so\"}"));
    CHECK(differs("{\"choice\":\"a\"}", "{\"choice\":\"b\"}"));
    CHECK(differs("{\"choice\":\"a\",\"stars\":2}", "{\"choice\":\"a\",\"stars\":3}"));
    CHECK(differs("{\"choice\":\"a\",\"stars\":2}", "{\"choice\":\"a\"}"));
    CHECK(!differs("{}", "{\"choice\":\"b\"}"));
}

static void due__keeps_its_rate(void)
{
    struct rng rng = rng_new(1);
    int served = 0;

    for (int i = 0; i < 20000; i++) {
        served += gold_is_due(0.1, (int64_t)(rng_next(&rng) >> 2));
    }
    CHECK(served > 1850 && served < 2150);
    CHECK(!gold_is_due(0, 0));
}

static void retired__is_for_good(void)
{
    CHECK(gold_may_become("active", "resting") && gold_may_become("resting", "active"));
    CHECK(gold_may_become("active", "retired") && !gold_may_become("active", "active"));
    CHECK(!gold_may_become("retired", "active"));
}

static void caught__is_a_fault_seen_or_a_good_one_passed(void)
{
    CHECK(plant_is_caught("fault", "reject") && plant_is_caught("fault", "return"));
    CHECK(plant_is_caught("fault", "fix") && !plant_is_caught("fault", "accept"));
    CHECK(plant_is_caught("pass", "accept") && !plant_is_caught("pass", "reject"));
}

TEST_MAIN(CASE(differs__looks_at_what_the_gold_says), CASE(due__keeps_its_rate),
          CASE(retired__is_for_good), CASE(caught__is_a_fault_seen_or_a_good_one_passed))
