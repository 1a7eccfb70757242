/* Times Krippendorff's alpha with bootstrap replicates on ratings read as binary triplets of
 * 32-bit numbers. Usage: alpha FILE VALUES REPLICATES LEVEL; prints seconds, value, low, high. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/agree/agree.h"

static double now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static struct agree_rating *read_ratings(struct arena *arena, const char *path, size_t *count)
{
    FILE *file = fopen(path, "rb");
    struct agree_rating *ratings;

    if (file == NULL || fseek(file, 0, SEEK_END) != 0) {
        return NULL;
    }
    *count = (size_t)ftell(file) / sizeof(*ratings);
    rewind(file);
    ratings = arena_array(arena, struct agree_rating, *count);
    *count = fread(ratings, sizeof(*ratings), *count, file);
    (void)fclose(file);
    return ratings;
}

static uint32_t one_more_than_largest(const struct agree_rating *ratings, size_t count, bool unit)
{
    uint32_t largest = 0;

    for (size_t i = 0; i < count; i++) {
        uint32_t number = unit ? ratings[i].unit : ratings[i].rater;

        largest = number > largest ? number : largest;
    }
    return largest + 1;
}

int main(int argc, char **argv)
{
    ARENA_SCOPE arena = arena_new();
    struct agree_options options = AGREE_DEFAULTS;
    const struct agree_table *table;
    struct agree_result result;
    struct fault fault = {0};
    size_t count = 0;
    struct agree_rating *ratings = argc == 5 ? read_ratings(arena, argv[1], &count) : NULL;

    if (ratings == NULL) {
        fprintf(stderr, "usage: alpha FILE VALUES REPLICATES nominal|interval\n");
        return 2;
    }
    struct agree_input input = {.ratings = ratings,
                                .rating_count = count,
                                .unit_count = one_more_than_largest(ratings, count, true),
                                .rater_count = one_more_than_largest(ratings, count, false),
                                .value_count = (uint32_t)strtoul(argv[2], NULL, 10)};
    double start = now();

    options.bootstrap = (uint32_t)strtoul(argv[3], NULL, 10);
    options.distance = strcmp(argv[4], "interval") == 0 ? AGREE_QUADRATIC : AGREE_NOMINAL;
    if (agree_table_build(arena, &input, &table, &fault) != OK ||
        agree_measure(arena, table, &options, &result, &fault) != OK) {
        fprintf(stderr, "%s\n", fault.text);
        return 1;
    }
    printf("%.6f\t%.12f\t%.6f\t%.6f\n", now() - start, result.value, result.interval.low,
           result.interval.high);
    return 0;
}
