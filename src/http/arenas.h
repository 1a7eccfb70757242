#pragma once

/*
 * Arenas of requests that ended, for those that come: each keeps its first block, so that an
 * ordinary request asks the system for no memory. Any thread may take and give back.
 */

struct arena;
struct arenas;

/* An arena with what it needs to be emptied; lives in the arena itself. */
struct kept_arena;

struct arenas *arenas_new(void);
void arenas_free(struct arenas *arenas); /* with those that were given back; NULL is fine */

struct kept_arena *arenas_take(struct arenas *arenas);
void arenas_give(struct arenas *arenas, struct kept_arena *kept);

struct arena *kept_arena_of(const struct kept_arena *kept);
