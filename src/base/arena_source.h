#pragma once

/*
 * Arenas whose large blocks come from elsewhere than malloc, as from files that are mapped where
 * memory is bounded.
 */

#include <stddef.h>

struct arena;

/* Gives zeroed bytes, aligned for any type, and takes them back. `take` never fails: it may end the
 * process, as an arena does. */
struct arena_source {
    void *(*take)(struct arena_source *self, size_t size);
    void (*give)(struct arena_source *self, void *at, size_t size);
};

/* An arena that takes blocks of more than 64 KiB from the source, which outlives it. */
struct arena *arena_new_from(struct arena_source *source);
