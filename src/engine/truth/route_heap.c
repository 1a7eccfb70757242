#include "engine/truth/route_heap.h"

#include "base/arena.h"

struct route_heap route_heap_new(struct arena *arena, uint32_t item_count)
{
    return (struct route_heap){.at = arena_array(arena, struct route_entry, item_count),
                               .where = arena_array(arena, uint32_t, item_count)};
}

/* Equal keys by item, so that the order does not hang on history. */
static bool is_above(const struct route_entry *left, const struct route_entry *right)
{
    return left->key > right->key || (left->key == right->key && left->item < right->item);
}

static void swap(struct route_heap *heap, uint32_t left, uint32_t right)
{
    struct route_entry moved = heap->at[left];

    heap->at[left] = heap->at[right];
    heap->at[right] = moved;
    heap->where[heap->at[left].item] = left + 1;
    heap->where[heap->at[right].item] = right + 1;
}

static void sink(struct route_heap *heap, uint32_t at)
{
    for (;;) {
        uint32_t top = at;

        for (uint32_t child = 2 * at + 1; child <= 2 * at + 2 && child < heap->count; child++) {
            top = is_above(&heap->at[child], &heap->at[top]) ? child : top;
        }
        if (top == at) {
            return;
        }
        swap(heap, at, top);
        at = top;
    }
}

static uint32_t rise(struct route_heap *heap, uint32_t at)
{
    while (at > 0 && is_above(&heap->at[at], &heap->at[(at - 1) / 2])) {
        swap(heap, at, (at - 1) / 2);
        at = (at - 1) / 2;
    }
    return at;
}

void route_heap_set(struct route_heap *heap, struct route_entry entry)
{
    uint32_t at = heap->where[entry.item];

    if (at == 0) {
        at = ++heap->count;
        heap->where[entry.item] = at;
    }
    heap->at[at - 1] = entry;
    sink(heap, rise(heap, at - 1));
}

void route_heap_remove(struct route_heap *heap, uint32_t item)
{
    uint32_t at = heap->where[item];

    if (at == 0) {
        return;
    }
    swap(heap, at - 1, heap->count - 1);
    heap->count--;
    heap->where[item] = 0;
    if (at - 1 < heap->count) {
        sink(heap, rise(heap, at - 1));
    }
}
