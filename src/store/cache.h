#pragma once

/* A connection's prepared statements, found by the address of their query. */

#include <stddef.h>

struct query;

struct cache {
    struct cache_slot *slots;
    size_t count;
    size_t room; /* a power of two, or zero */
};

/* The place for this query's statement; holds NULL when the query is new. Valid until the next
 * call. */
void **cache_find(struct cache *cache, const struct query *query);

/* Call `drop` for each statement and forget them all. */
void cache_clear(struct cache *cache, void (*drop)(void *statement));
