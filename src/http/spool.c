#include "http/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "sys/secret.h"

struct spool {
    struct arena *arena;
    char *path;
    int descriptor;
    struct sha256 *hash;
};

enum err spool_new(const char *folder, struct spool **out, struct fault *fault)
{
    struct arena *arena = arena_new();
    struct spool *spool = arena_new_of(arena, struct spool);

    spool->arena = arena;
    spool->path = arena_print(arena, "%s/upload-XXXXXX", folder);
    spool->descriptor = mkostemp(spool->path, O_CLOEXEC);
    if (spool->descriptor < 0) {
        int error = errno;

        arena_free(arena);
        return fail(fault, ERR_UNAVAILABLE, "uploads cannot be kept now: %s", strerror(error));
    }
    spool->hash = sha256_new();
    *out = spool;
    return OK;
}

enum err spool_add(struct spool *spool, struct text bytes, struct fault *fault)
{
    sha256_add(spool->hash, bytes);
    while (bytes.size > 0) {
        ssize_t wrote = write(spool->descriptor, bytes.at, bytes.size);

        if (wrote < 0 && errno != EINTR) {
            return fail(fault, ERR_UNAVAILABLE, "the upload cannot be kept now: %s",
                        strerror(errno));
        }
        if (wrote > 0) {
            bytes = (struct text){.at = bytes.at + wrote, .size = bytes.size - (size_t)wrote};
        }
    }
    return OK;
}

const char *spool_path(const struct spool *spool)
{
    return spool->path;
}

const char *spool_hash(struct spool *spool, struct arena *arena)
{
    const char *hash = sha256_end_hex(spool->hash, arena);

    spool->hash = NULL;
    return hash;
}

void spool_free(struct spool *spool)
{
    if (spool == NULL) {
        return;
    }
    if (spool->hash != NULL) {
        (void)sha256_end_hex(spool->hash, spool->arena);
    }
    (void)close(spool->descriptor);
    (void)unlink(spool->path);
    arena_free(spool->arena);
}
