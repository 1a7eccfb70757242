/*
 * Writes planted labels as CSV, row by row, so that files of any size need no memory.
 * Usage: make_labels LABELS CLASSES > FILE. Five workers an item, of skill .45 to .95, a few busy
 * and many not.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/rng.h"

enum { PER_ITEM = 5, DIGITS_MAX = 20, ROW_MAX = 3 * DIGITS_MAX + 8, BUFFER = 1 << 16 };

static char *put(char *at, uint32_t number, char end)
{
    char digits[DIGITS_MAX];
    int count = 0;

    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    while (count > 0) {
        *at++ = digits[--count];
    }
    *at++ = end;
    return at;
}

static uint32_t draw_worker(struct rng *rng, uint32_t worker_count, const uint32_t *taken,
                            uint32_t taken_count)
{
    double place = rng_unit(rng);
    uint32_t worker = (uint32_t)(place * place * place * worker_count);

    for (uint32_t k = 0; k < taken_count; k++) {
        if (taken[k] == worker) {
            worker = (worker + 1) % worker_count;
            k = UINT32_MAX; /* look through all again */
        }
    }
    return worker;
}

int main(int count, char **words)
{
    if (count != 3) {
        fprintf(stderr, "usage: make_labels LABELS CLASSES > FILE\n");
        return 2;
    }
    uint64_t labels = strtoull(words[1], NULL, 10);
    uint32_t classes = (uint32_t)strtoul(words[2], NULL, 10);
    uint32_t workers = (uint32_t)(labels / 1000) + 10;
    struct rng rng = rng_new(1);
    static char buffer[BUFFER];
    char *at = buffer;
    uint32_t taken[PER_ITEM];
    uint32_t truth = 0;

    printf("item,worker,label\n");
    for (uint64_t i = 0; i < labels; i++) {
        uint32_t rank = (uint32_t)(i % PER_ITEM);

        truth = rank == 0 ? rng_below(&rng, classes) : truth;
        taken[rank] = draw_worker(&rng, workers, taken, rank);
        double skill = .45 + .5 * (taken[rank] * 2654435761U >> 8) / 16777216.0;
        uint32_t class = truth;

        if (rng_unit(&rng) > skill) {
            class = (truth + 1 + rng_below(&rng, classes - 1)) % classes;
        }
        at = put(put(put(at, (uint32_t)(i / PER_ITEM), ','), taken[rank], ','), class, '\n');
        if (at > buffer + BUFFER - ROW_MAX || i + 1 == labels) {
            (void)fwrite(buffer, 1, (size_t)(at - buffer), stdout);
            at = buffer;
        }
    }
    return fflush(stdout) == 0 ? 0 : 1;
}
