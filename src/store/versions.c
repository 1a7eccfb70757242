#include "store/versions.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

enum { COUNTERS = 256 }; /* an index has eight bits */

struct versions {
    bool marked[COUNTERS];
    uint8_t marks[COUNTERS]; /* the marked ones, each once */
    size_t mark_count;
    _Atomic uint64_t counters[COUNTERS];
};

struct versions *versions_new(void)
{
    struct versions *versions = calloc(1, sizeof(*versions));

    if (versions == NULL) {
        abort();
    }
    return versions;
}

void versions_free(struct versions *versions)
{
    free(versions);
}

/* Fowler, Noll and Vo (FNV-1a). */
static uint8_t index_of(const char *table)
{
    uint32_t hash = 2166136261U;

    for (const char *at = table; *at != '\0'; at++) {
        hash = (hash ^ (unsigned char)*at) * 16777619U;
    }
    return (uint8_t)(hash ^ hash >> 8 ^ hash >> 16 ^ hash >> 24);
}

void versions_mark(struct versions *versions, const char *table)
{
    if (versions == NULL) {
        return;
    }
    uint8_t index = index_of(table);

    if (!versions->marked[index]) {
        versions->marked[index] = true;
        versions->marks[versions->mark_count++] = index;
    }
}

void versions_count(struct versions *versions)
{
    for (size_t i = 0; i < versions->mark_count; i++) {
        versions->marked[versions->marks[i]] = false;
        (void)atomic_fetch_add(&versions->counters[versions->marks[i]], 1);
    }
    versions->mark_count = 0;
}

uint64_t versions_settled(const struct versions *versions, const char *const *tables, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (versions->marked[index_of(tables[i])]) {
            return 0;
        }
    }
    return versions_of(versions, tables, count);
}

uint64_t versions_of(const struct versions *versions, const char *const *tables, size_t count)
{
    uint64_t sum = 1;

    for (size_t i = 0; i < count; i++) {
        sum += atomic_load(&versions->counters[index_of(tables[i])]);
    }
    return sum;
}
