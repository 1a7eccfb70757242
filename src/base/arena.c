#include "base/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena_source.h"

enum { BLOCK_SIZE = 64 * 1024 };

struct block {
    struct block *older;
    size_t size;
    size_t used;
    alignas(max_align_t) char bytes[];
};

struct arena {
    struct block *newest;
    struct arena_source *source; /* of large blocks; NULL: malloc */
};

_Noreturn static void out_of_memory(size_t size)
{
    fprintf(stderr, "out of memory: %zu bytes\n", size);
    abort();
}

static size_t aligned(size_t size)
{
    size_t step = alignof(max_align_t);

    return (size + step - 1) / step * step;
}

/* A large block comes as zeros from the system, which writing them again would only touch. */
static struct block *new_large(const struct arena *arena, size_t size)
{
    return arena->source == NULL ? calloc(1, size) : arena->source->take(arena->source, size);
}

static void free_block(const struct arena *arena, struct block *block)
{
    if (arena->source != NULL && block->size > BLOCK_SIZE) {
        arena->source->give(arena->source, block, sizeof(*block) + block->size);
    } else {
        free(block);
    }
}

static void grow(struct arena *arena, size_t need)
{
    size_t size = need > BLOCK_SIZE ? need : BLOCK_SIZE;
    struct block *block =
        need > BLOCK_SIZE ? new_large(arena, sizeof(*block) + size) : malloc(sizeof(*block) + size);

    if (block == NULL) {
        out_of_memory(size);
    }
    *block = (struct block){.older = arena->newest, .size = size};
    arena->newest = block;
}

struct arena *arena_new(void)
{
    struct arena *arena = calloc(1, sizeof(*arena));

    if (arena == NULL) {
        out_of_memory(sizeof(*arena));
    }
    return arena;
}

struct arena *arena_new_from(struct arena_source *source)
{
    struct arena *arena = arena_new();

    arena->source = source;
    return arena;
}

void arena_free(struct arena *arena)
{
    if (arena == NULL) {
        return;
    }
    arena_undo(arena, (struct arena_mark){0});
    free(arena->newest);
    free(arena);
}

/* `need` bytes, which is aligned, of the newest block as they are; NULL: it has no room. */
static inline char *carve(struct arena *arena, size_t need)
{
    struct block *block = arena->newest;

    if (block == NULL || block->size - block->used < need) {
        return NULL;
    }
    char *taken = block->bytes + block->used;

    block->used += need;
    return taken;
}

void *arena_take(struct arena *arena, size_t count, size_t size)
{
    size_t need;

    if (__builtin_mul_overflow(count, size, &need) || need > PTRDIFF_MAX / 2) {
        out_of_memory(SIZE_MAX);
    }
    need = aligned(need);
    char *taken = carve(arena, need);

    if (taken == NULL) {
        grow(arena, need);
        taken = carve(arena, need);
        if (need > BLOCK_SIZE) {
            return taken;
        }
    }
    return memset(taken, 0, need);
}

void *arena_grow(struct arena *arena, void *last, size_t old_size, size_t new_size)
{
    struct block *block = arena->newest;

    assert(new_size >= old_size);
    if (last != NULL && (char *)last + aligned(old_size) == block->bytes + block->used &&
        aligned(new_size) - aligned(old_size) <= block->size - block->used) {
        memset(block->bytes + block->used, 0, aligned(new_size) - aligned(old_size));
        block->used += aligned(new_size) - aligned(old_size);
        return last;
    }

    void *moved = arena_take(arena, 1, new_size);

    if (old_size > 0) {
        memcpy(moved, last, old_size);
    }
    return moved;
}

void *arena_room(struct arena *arena, void *at, size_t used, size_t *room, size_t size)
{
    size_t before = *room;

    if (used < before) {
        return at;
    }
    *room = before * 2 + 64;
    return arena_grow(arena, at, before * size, *room * size);
}

char *arena_copy(struct arena *arena, const char *at, size_t size)
{
    size_t step = alignof(max_align_t);
    size_t need = aligned(size + 1);
    char *copy = carve(arena, need);

    if (copy == NULL) {
        copy = arena_take(arena, size + 1, 1);
    }
    /* what the text does not cover is zero, as everywhere, and lies in the last step */
    memset(copy + need - step, 0, step);
    if (size > 0) {
        memcpy(copy, at, size);
    }
    return copy;
}

char *arena_print(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_list again;

    va_start(arguments, format);
    va_copy(again, arguments);
    int size = vsnprintf(NULL, 0, format, arguments);

    assert(size >= 0);
    char *text = arena_take(arena, (size_t)size + 1, 1);

    (void)vsnprintf(text, (size_t)size + 1, format, again);
    va_end(again);
    va_end(arguments);
    return text;
}

struct arena_mark arena_mark(struct arena *arena)
{
    struct block *block = arena->newest;

    return (struct arena_mark){.block = block, .used = block == NULL ? 0 : block->used};
}

void arena_undo(struct arena *arena, struct arena_mark mark)
{
    /* a first block of the usual size stays, for loops that undo all of each round */
    while (arena->newest != mark.block &&
           (arena->newest->older != NULL || arena->newest->size > BLOCK_SIZE)) {
        struct block *older = arena->newest->older;

        free_block(arena, arena->newest);
        arena->newest = older;
    }
    if (arena->newest != NULL) {
        arena->newest->used = mark.used;
    }
}
