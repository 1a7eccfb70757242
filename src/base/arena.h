#pragma once

/*
 * Arenas: memory with one lifetime.
 *
 * A request, a job or an engine run owns one arena; everything made for it is
 * carved from there and goes when it goes. Nothing carved is ever freed alone.
 * Blocks come zeroed. Running out of memory ends the process: what a caller may
 * ask for is bounded at the door, not here.
 */

#include <stddef.h>

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *arena); /* NULL is fine */

/* `count` elements of `size` bytes, zeroed, aligned for any type. */
void *arena_take(struct arena *arena, size_t count, size_t size);

/* Make the block that was taken last longer, in place if there is room; the new bytes are zero. */
void *arena_grow(struct arena *arena, void *last, size_t old_size, size_t new_size);

/* The array with a place behind its `used` elements of `size` bytes: `at` itself while *room is
 * larger, else twice as long. NULL with a room of zero is an empty one. */
void *arena_room(struct arena *arena, void *at, size_t used, size_t *room, size_t size);

/* A NUL-terminated copy of `size` bytes. */
char *arena_copy(struct arena *arena, const char *at, size_t size);

/* printf into the arena. */
[[gnu::format(printf, 2, 3)]] char *arena_print(struct arena *arena, const char *format, ...);

/* A mark lets scratch work be undone without a second arena. */
struct arena_mark {
    void *block;
    size_t used;
};
struct arena_mark arena_mark(struct arena *arena);
void arena_undo(struct arena *arena, struct arena_mark mark);

#define arena_new_of(arena, type)       ((type *)arena_take((arena), 1, sizeof(type)))
#define arena_array(arena, type, count) ((type *)arena_take((arena), (count), sizeof(type)))

static inline void arena_freep(struct arena **arena)
{
    arena_free(*arena);
}
#define ARENA_SCOPE [[gnu::cleanup(arena_freep)]] struct arena *
