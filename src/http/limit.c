#include "http/limit.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { ROWS = 2048, WAYS = 4, MINUTE_US = 60'000'000 };

struct bucket {
    uint64_t key;
    int64_t asked_us;
    double tokens;
};

struct limit {
    pthread_mutex_t lock;
    double per_us;
    double most;
    uint64_t seed;
    struct bucket rows[ROWS][WAYS];
};

struct limit *limit_new(int64_t per_minute, uint64_t seed)
{
    struct limit *limit = calloc(1, sizeof(*limit));

    if (limit == NULL) {
        fputs("out of memory for the rate limit\n", stderr);
        abort();
    }
    (void)pthread_mutex_init(&limit->lock, NULL);
    limit->per_us = (double)per_minute / MINUTE_US;
    limit->most = (double)per_minute;
    limit->seed = seed;
    return limit;
}

void limit_free(struct limit *limit)
{
    if (limit != NULL) {
        (void)pthread_mutex_destroy(&limit->lock);
        free(limit);
    }
}

/* The whole IPv4 address, or the first four groups of an IPv6 one as inet_ntop prints it. A "::"
 * inside them stops the count early, which merges neighbours and never splits a /64. */
static struct text network(const char *address)
{
    size_t size = strlen(address);
    int groups = 0;

    if (strchr(address, '.') != NULL) {
        return (struct text){.at = address, .size = size};
    }
    for (size_t i = 0; i < size; i++) {
        groups += address[i] == ':';
        if (groups == 4 || (i > 0 && address[i] == ':' && address[i - 1] == ':')) {
            return (struct text){.at = address, .size = i};
        }
    }
    return (struct text){.at = address, .size = size};
}

static struct bucket *find(struct limit *limit, uint64_t key, int64_t tick_us)
{
    struct bucket *row = limit->rows[key % ROWS];
    struct bucket *oldest = &row[0];

    for (int i = 0; i < WAYS; i++) {
        if (row[i].key == key) {
            return &row[i];
        }
        if (row[i].asked_us < oldest->asked_us) {
            oldest = &row[i];
        }
    }
    *oldest = (struct bucket){.key = key, .asked_us = tick_us, .tokens = limit->most};
    return oldest;
}

bool limit_take(struct limit *limit, const char *address, int64_t tick_us)
{
    uint64_t key = (text_hash(network(address)) ^ limit->seed) * UINT64_C(0x9e3779b97f4a7c15) | 1;

    key ^= key >> 29;
    (void)pthread_mutex_lock(&limit->lock);
    struct bucket *bucket = find(limit, key, tick_us);
    double tokens = bucket->tokens + (double)(tick_us - bucket->asked_us) * limit->per_us;

    tokens = tokens > limit->most ? limit->most : tokens;
    bool granted = tokens >= 1.0;

    bucket->tokens = granted ? tokens - 1.0 : tokens;
    bucket->asked_us = tick_us;
    (void)pthread_mutex_unlock(&limit->lock);
    return granted;
}
