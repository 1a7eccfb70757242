#include "http/arenas.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"

enum { IDLE_MAX = 64 }; /* beyond it memory goes back to the system */

struct kept_arena {
    struct arena *arena;
    struct arena_mark begin; /* behind this struct, in the first block */
    struct kept_arena *next;
};

struct arenas {
    pthread_mutex_t lock;
    struct kept_arena *idle; /* the last one first, as its memory is warm; guarded, as the next */
    size_t idle_count;
};

struct arenas *arenas_new(void)
{
    struct arenas *arenas = calloc(1, sizeof(*arenas));

    if (arenas == NULL) {
        fputs("out of memory for requests\n", stderr);
        abort();
    }
    (void)pthread_mutex_init(&arenas->lock, NULL);
    return arenas;
}

void arenas_free(struct arenas *arenas)
{
    if (arenas == NULL) {
        return;
    }
    while (arenas->idle != NULL) {
        struct kept_arena *next = arenas->idle->next;

        arena_free(arenas->idle->arena);
        arenas->idle = next;
    }
    (void)pthread_mutex_destroy(&arenas->lock);
    free(arenas);
}

static struct kept_arena *make(void)
{
    struct arena *arena = arena_new();
    struct kept_arena *kept = arena_take(arena, 1, sizeof(*kept));

    kept->arena = arena;
    kept->begin = arena_mark(arena);
    return kept;
}

struct kept_arena *arenas_take(struct arenas *arenas)
{
    (void)pthread_mutex_lock(&arenas->lock);
    struct kept_arena *idle = arenas->idle;

    if (idle != NULL) {
        arenas->idle = idle->next;
        arenas->idle_count--;
    }
    (void)pthread_mutex_unlock(&arenas->lock);
    return idle == NULL ? make() : idle;
}

void arenas_give(struct arenas *arenas, struct kept_arena *kept)
{
    arena_undo(kept->arena, kept->begin);
    (void)pthread_mutex_lock(&arenas->lock);
    bool room = arenas->idle_count < IDLE_MAX;

    if (room) {
        kept->next = arenas->idle;
        arenas->idle = kept;
        arenas->idle_count++;
    }
    (void)pthread_mutex_unlock(&arenas->lock);
    if (!room) {
        arena_free(kept->arena);
    }
}

struct arena *kept_arena_of(const struct kept_arena *kept)
{
    return kept->arena;
}
