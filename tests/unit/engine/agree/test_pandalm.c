/* Goal: the published agreement of the three annotators of PandaLM's test set is met. */

#include "check.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "engine/agree/agree.h"

static char *read_whole(struct arena *arena, const char *path)
{
    enum { SIZE_MAX_ = 16 << 20 };
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        return NULL;
    }
    char *text = arena_take(arena, SIZE_MAX_ + 1, 1);
    size_t size = fread(text, 1, SIZE_MAX_, file);

    (void)fclose(file);
    return size > 0 ? text : NULL;
}

static struct json *read_set(struct arena *arena)
{
    const char *folder = getenv("PERITI_SHARED_DATA");
    char *text = read_whole(arena, arena_print(arena, "%s/pandalm/testset-v1.json",
                                               folder == NULL ? "../shared/data" : folder));
    struct json *set = NULL;
    struct fault fault = {0};

    if (text == NULL || json_parse(arena, text_of(text), &set, &fault) != OK) {
        printf("# skipped: no shared data\n");
        return NULL;
    }
    return set;
}

static void annotators__agree_as_published(void)
{
    static const double KAPPA[] = {0.8520, 0.8789, 0.8617};
    ARENA_SCOPE arena = arena_new();
    struct json *set = read_set(arena);
    struct agree_options options = AGREE_DEFAULTS;
    const struct agree_table *table;
    struct agree_result alpha;
    struct agree_pair *pairs;
    struct fault fault = {0};
    size_t pair_count;

    if (set == NULL) {
        return;
    }
    struct agree_rating *ratings = arena_array(arena, struct agree_rating, 3 * (size_t)set->count);
    struct agree_input input = {
        .ratings = ratings, .unit_count = set->count, .rater_count = 3, .value_count = 3};
    uint32_t unit = 0;

    for (const struct json *row = set->first; row != NULL; row = row->next, unit++) {
        for (uint32_t rater = 0; rater < 3; rater++) {
            const struct json *given =
                json_member(row, arena_print(arena, "annotator%u", rater + 1));

            ratings[input.rating_count++] =
                (struct agree_rating){unit, rater, (uint32_t)given->integer};
        }
    }
    options.bootstrap = 0;
    CHECK(agree_table_build(arena, &input, &table, &fault) == OK);
    CHECK(agree_measure(arena, table, &options, &alpha, &fault) == OK);
    CHECK(set->count == 999);
    CHECK_NEAR(alpha.value, 0.8642, 5e-5);
    options.metric = AGREE_COHEN;
    CHECK(agree_pairs(arena, table, &options, 3, &pairs, &pair_count, &fault) == OK);
    for (size_t i = 0; i < 3; i++) {
        CHECK_NEAR(pairs[i].result.value, KAPPA[i], 5e-5);
    }
}

TEST_MAIN(CASE(annotators__agree_as_published))
