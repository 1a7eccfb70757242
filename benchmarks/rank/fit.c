/* Times the ranking of comparisons read as binary columns: 32-bit item and comparison counts, then
 * left, right (32 bits each) and outcome (8 bits). Usage: fit FILE half|davidson PRECISION
 * Prints seconds, mean log-likelihood, rounds, peak megabytes. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/rank/rank.h"

static double now(void)
{
    struct timespec time;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static bool read_input(struct arena *arena, const char *path, struct rank_input *input)
{
    FILE *file = fopen(path, "rb");
    uint32_t head[2];

    if (file == NULL || fread(head, sizeof(*head), 2, file) != 2) {
        return false;
    }
    uint32_t *left = arena_array(arena, uint32_t, head[1]);
    uint32_t *right = arena_array(arena, uint32_t, head[1]);
    uint8_t *outcome = arena_array(arena, uint8_t, head[1]);
    bool whole = fread(left, sizeof(*left), head[1], file) == head[1] &&
                 fread(right, sizeof(*right), head[1], file) == head[1] &&
                 fread(outcome, 1, head[1], file) == head[1];

    (void)fclose(file);
    *input = (struct rank_input){.left = left,
                                 .right = right,
                                 .outcome = outcome,
                                 .count = head[1],
                                 .item_count = head[0],
                                 .rater_count = 1};
    return whole;
}

/* Of this program alone: getrusage would count the one that started it. */
static long peak_megabytes(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[256];
    long kilobytes = 0;

    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, "VmHWM:", 6) == 0) {
            kilobytes = strtol(line + 6, NULL, 10);
        }
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    return kilobytes / 1024;
}

int main(int argc, char **argv)
{
    ARENA_SCOPE arena = arena_new();
    struct rank_options options = RANK_DEFAULTS;
    struct rank_input input;
    struct rank_fit fit;
    struct fault fault = {0};

    if (argc != 4 || !read_input(arena, argv[1], &input)) {
        fprintf(stderr, "usage: fit FILE half|davidson PRECISION\n");
        return 2;
    }
    options.ties = strcmp(argv[2], "half") == 0 ? RANK_HALF : RANK_DAVIDSON;
    options.precision = strtod(argv[3], NULL);
    options.error = RANK_NO_ERROR;
    double start = now();

    if (rank_fit(arena, &input, &options, &fit, &fault) != OK) {
        fprintf(stderr, "%s\n", fault.text);
        return 1;
    }
    double seconds = now() - start;

    printf("%.6f\t%.12f\t%u\t%ld\n", seconds, fit.likelihood / (double)input.count, fit.rounds,
           peak_megabytes());
    return fit.converged ? 0 : 1;
}
