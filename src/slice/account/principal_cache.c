#include "slice/account/principal_cache.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "slice/account/account.h"
#include "store/store.h"
#include "store/work.h"

enum { SLOTS = 4096, LOCKS = 64, HASH_SIZE = 64 };

struct slot {
    char kind; /* zero: free */
    char hash[HASH_SIZE + 1];
    uint64_t version;
    int64_t until_us;
    struct principal principal; /* its texts lie in `texts` */
    char *texts;
};

struct principal_cache {
    pthread_mutex_t locks[LOCKS];
    struct slot slots[SLOTS]; /* each guarded by the lock of its number modulo LOCKS */
};

struct principal_cache *principal_cache_new(void)
{
    struct principal_cache *cache = calloc(1, sizeof(*cache));

    if (cache == NULL) {
        abort();
    }
    for (size_t i = 0; i < LOCKS; i++) {
        (void)pthread_mutex_init(&cache->locks[i], NULL);
    }
    return cache;
}

void principal_cache_free(struct principal_cache *cache)
{
    if (cache == NULL) {
        return;
    }
    for (size_t i = 0; i < SLOTS; i++) {
        free(cache->slots[i].texts);
    }
    for (size_t i = 0; i < LOCKS; i++) {
        (void)pthread_mutex_destroy(&cache->locks[i]);
    }
    free(cache);
}

uint64_t principal_version(const struct work *work)
{
    static const char *const TABLES[] = {"credential", "session", "person", "membership",
                                         "organisation"};

    return store_version(work->store, TABLES, COUNT(TABLES));
}

/* The hash is even already. */
static size_t number_of(const char *hash)
{
    char digits[9] = "";

    (void)snprintf(digits, sizeof(digits), "%.8s", hash);
    return strtoul(digits, NULL, 16) % SLOTS;
}

/* The same with its texts, one after the other, at `to`. */
static struct principal move_to(char *to, const struct principal *principal)
{
    struct principal moved = *principal;
    const char **const places[] = {&moved.person_id,
                                   &moved.name,
                                   &moved.email,
                                   &moved.organisation_id,
                                   &moved.organisation_name,
                                   &moved.organisation_kind,
                                   &moved.scope};

    for (size_t i = 0; i < COUNT(places); i++) {
        size_t size = strlen(*places[i]) + 1;

        *places[i] = memcpy(to, *places[i], size);
        to += size;
    }
    return moved;
}

static size_t size_of(const struct principal *principal)
{
    return strlen(principal->person_id) + strlen(principal->name) + strlen(principal->email) +
           strlen(principal->organisation_id) + strlen(principal->organisation_name) +
           strlen(principal->organisation_kind) + strlen(principal->scope) + 7;
}

bool principal_recall(struct principal_cache *cache, struct work *work, struct proof proof,
                      struct principal *out)
{
    uint64_t version = cache == NULL ? 0 : principal_version(work);

    if (version == 0) {
        return false;
    }
    size_t number = number_of(proof.hash);
    const struct slot *slot = &cache->slots[number];

    (void)pthread_mutex_lock(&cache->locks[number % LOCKS]);
    bool known = slot->version == version && slot->kind == proof.kind &&
                 strcmp(slot->hash, proof.hash) == 0 &&
                 (slot->until_us == INT_ABSENT || slot->until_us > work->now_us);

    if (known) {
        *out = move_to(arena_take(work->arena, 1, size_of(&slot->principal)), &slot->principal);
    }
    (void)pthread_mutex_unlock(&cache->locks[number % LOCKS]);
    return known;
}

void principal_remember(struct principal_cache *cache, uint64_t version, struct proof proof,
                        const struct principal *principal, int64_t until_us)
{
    if (cache == NULL || version == 0 || strlen(proof.hash) != HASH_SIZE) {
        return;
    }
    size_t number = number_of(proof.hash);
    struct slot *slot = &cache->slots[number];
    char *texts = malloc(size_of(principal));

    if (texts == NULL) {
        abort();
    }
    (void)pthread_mutex_lock(&cache->locks[number % LOCKS]);
    free(slot->texts);
    slot->kind = proof.kind;
    memcpy(slot->hash, proof.hash, HASH_SIZE + 1);
    slot->version = version;
    slot->until_us = until_us;
    slot->principal = move_to(texts, principal);
    slot->texts = texts;
    (void)pthread_mutex_unlock(&cache->locks[number % LOCKS]);
}
