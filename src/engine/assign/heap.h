#pragma once

/* A binary heap of keys with values, smallest key first. Stale items are the caller's business. */

#include <stdint.h>

#include "base/arena.h"

struct heap_item {
    int64_t key;
    uint32_t value;
};

struct heap {
    struct arena *arena;
    struct heap_item *items;
    uint32_t count;
    uint32_t room;
};

static inline struct heap heap_new(struct arena *arena)
{
    return (struct heap){
        .arena = arena, .items = arena_array(arena, struct heap_item, 1024), .room = 1024};
}

static inline void heap_push(struct heap *heap, struct heap_item item)
{
    if (heap->count == heap->room) {
        size_t size = heap->room * sizeof(item);

        heap->items = (struct heap_item *)arena_grow(heap->arena, heap->items, size, 2 * size);
        heap->room *= 2;
    }
    uint32_t at = heap->count++;

    for (; at > 0 && heap->items[(at - 1) / 2].key > item.key; at = (at - 1) / 2) {
        heap->items[at] = heap->items[(at - 1) / 2];
    }
    heap->items[at] = item;
}

/* The heap must not be empty. */
static inline struct heap_item heap_pop(struct heap *heap)
{
    struct heap_item top = heap->items[0];
    struct heap_item last = heap->items[--heap->count];
    uint32_t at = 0;

    for (uint32_t child = 1; child < heap->count; child = 2 * at + 1) {
        child += child + 1 < heap->count && heap->items[child + 1].key < heap->items[child].key;
        if (heap->items[child].key >= last.key) {
            break;
        }
        heap->items[at] = heap->items[child];
        at = child;
    }
    heap->items[at] = last;
    return top;
}
