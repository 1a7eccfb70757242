/*
 * How long it takes to read every candidate from the store, and nothing else: the yardstick of a
 * match run.
 *
 *   read_cards URL ORGANISATION
 *
 * Prints: milliseconds count bytes
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "cards_sql.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/clock.h"

struct sum {
    const char *organisation_id;
    uint64_t count;
    uint64_t bytes;
};

static enum err add(struct work *work, void *context, const struct bench_card *row)
{
    struct sum *sum = context;

    sum->count++;
    sum->bytes += row->card.size + strlen(row->person_id);
    return OK;
}

static enum err read_all(struct work *work, void *context)
{
    struct sum *sum = context;

    sum->count = sum->bytes = 0;
    return bench_cards(work,
                       &(struct bench_cards_args){.organisation_id = sum->organisation_id,
                                                  .pool_version = INT64_MAX - 1},
                       add, sum);
}

int main(int count, char **words)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct store *store = NULL;
    struct store_settings settings = STORE_DEFAULTS;

    if (count != 3) {
        fprintf(stderr, "usage: read_cards URL ORGANISATION\n");
        return 2;
    }
    settings.url = words[1];
    if (store_open(&settings, &store, &fault) != OK) {
        fprintf(stderr, "%s\n", fault.text);
        return 1;
    }
    struct work work = {.arena = arena, .store = store, .now_us = clock_now_us()};
    struct sum sum = {.organisation_id = words[2]};
    int64_t best = INT64_MAX;

    for (int i = 0; i < 3; i++) { /* the first warms the cache */
        int64_t start = clock_now_us();

        if (store_read(&work, read_all, &sum) != OK) {
            fprintf(stderr, "%s\n", work.fault.text);
            store_close(store);
            return 1;
        }
        int64_t took = clock_now_us() - start;

        best = took < best ? took : best;
    }
    printf("%.1f %llu %llu\n", (double)best / 1e3, (unsigned long long)sum.count,
           (unsigned long long)sum.bytes);
    store_close(store);
    return 0;
}
