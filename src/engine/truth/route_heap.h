#pragma once

/* A heap of items by key, largest first, in which an item's key can change. */

#include <stdbool.h>
#include <stdint.h>

struct arena;

struct route_entry {
    double key;
    uint32_t item;
    uint32_t worker;
};

struct route_heap {
    struct route_entry *at;
    uint32_t count;
    uint32_t *where; /* [item]: place in `at` plus one; zero: not in the heap */
};

struct route_heap route_heap_new(struct arena *arena, uint32_t item_count);

/* Put the item in, or move it to where its new key belongs. */
void route_heap_set(struct route_heap *heap, struct route_entry entry);
void route_heap_remove(struct route_heap *heap, uint32_t item); /* not in it: fine */
