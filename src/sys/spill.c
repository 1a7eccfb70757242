#include "sys/spill.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/arena_source.h"
#include "base/fault.h"
#include "sys/clock.h"

enum { LOOK_US = 5000, MEMORY_MIN_MIB = 128 };

struct mapped {
    void *at;
    size_t size;
};

struct spill {
    struct arena_source source;
    uint64_t memory_max;
    uint64_t plain; /* bytes of blocks that are plain memory */
    struct mapped *files;
    size_t file_count;
    size_t file_room;
    pthread_mutex_t lock;
    pthread_cond_t leaving;
    pthread_t watcher; /* while there are files */
    bool watched;
    bool leaves;
};

static const char *folder(void)
{
    const char *named = getenv("TMPDIR");

    return named != NULL && *named != '\0' ? named : "/var/tmp";
}

_Noreturn static void stop(size_t size, const char *why)
{
    fprintf(stderr, "periti: cannot get %.0f MB more %s\n", (double)size / 1e6, why);
    _exit(1);
}

_Noreturn static void stop_folder(size_t size, int error)
{
    char why[512];

    (void)snprintf(why, sizeof(why),
                   "in the temporary folder %s: %s; make room there, name another in TMPDIR, or "
                   "allow more memory",
                   folder(), strerror(error));
    stop(size, why);
}

static void *map(size_t size, int flags, int file)
{
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, file, 0);

    if (at == MAP_FAILED) {
        stop(size, "of memory");
    }
    return at;
}

/* A file without a name, where the file system knows such; else one that loses it at once. */
static int open_nameless(size_t size)
{
    char path[4096];
    int file = open(folder(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);

    if (file < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == EINVAL) &&
        snprintf(path, sizeof(path), "%s/periti-XXXXXX", folder()) < (int)sizeof(path)) {
        file = mkostemp(path, O_CLOEXEC);
        if (file >= 0) {
            (void)unlink(path);
        }
    }
    if (file < 0) {
        stop_folder(size, errno);
    }
    return file;
}

static uint64_t resident(void)
{
    unsigned long long pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");

    if (file != NULL) {
        if (fscanf(file, "%*u %llu", &pages) != 1) {
            pages = 0;
        }
        (void)fclose(file);
    }
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

/* Pages of a shared file may leave the process at any time: what was written stays in the file. */
static void leave_memory(const struct spill *spill)
{
    for (size_t i = 0; i < spill->file_count; i++) {
        (void)madvise(spill->files[i].at, spill->files[i].size, MADV_DONTNEED);
    }
}

static void *watch(void *context)
{
    struct spill *spill = context;

    (void)pthread_mutex_lock(&spill->lock);
    while (!spill->leaves) {
        struct timespec until = clock_until(LOOK_US);

        if (resident() > spill->memory_max / 4 * 3) {
            leave_memory(spill);
        }
        (void)pthread_cond_timedwait(&spill->leaving, &spill->lock, &until);
    }
    (void)pthread_mutex_unlock(&spill->lock);
    return NULL;
}

static void note_file(struct spill *spill, void *at, size_t size)
{
    if (spill->file_count == spill->file_room) {
        spill->file_room = spill->file_room * 2 + 16;
        spill->files = reallocarray(spill->files, spill->file_room, sizeof(*spill->files));
        assert(spill->files != NULL);
    }
    spill->files[spill->file_count++] = (struct mapped){.at = at, .size = size};
    /* without a watcher the kernel alone decides when pages leave */
    spill->watched = spill->watched || pthread_create(&spill->watcher, NULL, watch, spill) == 0;
}

static void *map_file(struct spill *spill, size_t size)
{
    int file = open_nameless(size);
    int error = posix_fallocate(file, 0, (off_t)size);

    if (error != 0) {
        stop_folder(size, error);
    }
    void *at = map(size, MAP_SHARED, file);

    (void)close(file);
    note_file(spill, at, size);
    return at;
}

/* True when the block was a file's, which is forgotten. */
static bool forget_file(struct spill *spill, const void *at)
{
    for (size_t i = spill->file_count; i-- > 0;) {
        if (spill->files[i].at == at) {
            spill->files[i] = spill->files[--spill->file_count];
            return true;
        }
    }
    return false;
}

static bool is_plain(const struct spill *spill, const void *at)
{
    for (size_t i = 0; i < spill->file_count; i++) {
        if (spill->files[i].at == at) {
            return false;
        }
    }
    return true;
}

static void *map_plain(size_t size)
{
    return map(size, MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

/* Plain memory while that stays within a share of the bound. */
static void *take(struct spill *spill, size_t size, unsigned share)
{
    void *at;

    if (size < SPILL_BLOCK_MIN) {
        at = calloc(1, size);
        if (at == NULL) {
            stop(size, "of memory");
        }
        return at;
    }
    if (spill == NULL) {
        return map_plain(size);
    }
    (void)pthread_mutex_lock(&spill->lock);
    if (spill->plain + size <= spill->memory_max / share) {
        at = map_plain(size);
        spill->plain += size;
    } else {
        at = map_file(spill, size);
    }
    (void)pthread_mutex_unlock(&spill->lock);
    return at;
}

void *spill_take(struct spill *spill, size_t size)
{
    return take(spill, size, 2);
}

void *spill_take_once(struct spill *spill, size_t size)
{
    return take(spill, size, 8);
}

void spill_give(struct spill *spill, void *at, size_t size)
{
    if (at == NULL || size < SPILL_BLOCK_MIN) {
        free(at);
        return;
    }
    if (spill != NULL) {
        (void)pthread_mutex_lock(&spill->lock);
        size_t plain = forget_file(spill, at) ? 0 : size;

        assert(plain <= spill->plain);
        spill->plain -= plain;
    }
    (void)munmap(at, size);
    if (spill != NULL) {
        (void)pthread_mutex_unlock(&spill->lock);
    }
}

/* Pages of plain memory change their place without being copied; NULL: the block must move. */
static void *resize_plain(struct spill *spill, void *at, size_t old_size, size_t new_size)
{
    if (spill == NULL) {
        void *moved = mremap(at, old_size, new_size, MREMAP_MAYMOVE);

        return moved == MAP_FAILED ? NULL : moved;
    }
    void *moved = NULL;

    (void)pthread_mutex_lock(&spill->lock);
    if (is_plain(spill, at) && spill->plain - old_size + new_size <= spill->memory_max / 2) {
        moved = resize_plain(NULL, at, old_size, new_size);
        spill->plain += moved == NULL ? 0 : new_size - old_size;
    }
    (void)pthread_mutex_unlock(&spill->lock);
    return moved;
}

void *spill_resize(struct spill *spill, void *at, size_t old_size, size_t new_size)
{
    size_t kept = old_size < new_size ? old_size : new_size;
    void *moved = NULL;

    if (old_size < SPILL_BLOCK_MIN && new_size < SPILL_BLOCK_MIN) {
        moved = realloc(at, new_size);
    } else if (kept >= SPILL_BLOCK_MIN) {
        moved = resize_plain(spill, at, old_size, new_size);
    }
    if (moved == NULL) {
        moved = spill_take(spill, new_size);
        if (kept > 0) {
            memcpy(moved, at, kept);
        }
        spill_give(spill, at, old_size);
    }
    return moved;
}

static void *take_of(struct arena_source *self, size_t size)
{
    return spill_take((struct spill *)self, size);
}

static void give_of(struct arena_source *self, void *at, size_t size)
{
    spill_give((struct spill *)self, at, size);
}

struct arena_source *spill_source(struct spill *spill)
{
    return spill == NULL ? NULL : &spill->source;
}

uint64_t spill_in_files(struct spill *spill)
{
    uint64_t size = 0;

    if (spill != NULL) {
        (void)pthread_mutex_lock(&spill->lock);
        for (size_t i = 0; i < spill->file_count; i++) {
            size += spill->files[i].size;
        }
        (void)pthread_mutex_unlock(&spill->lock);
    }
    return size;
}

enum err spill_new(const char *memory, struct spill **out, struct fault *fault)
{
    char *unit;
    uint64_t mib = strtoull(memory, &unit, 10);
    bool giga = strcmp(unit, "G") == 0;

    if (*memory < '0' || *memory > '9' || (!giga && strcmp(unit, "M") != 0) || mib > 1 << 20) {
        return fail_field(fault, ERR_INVALID, "memory",
                          "\"%s\" is no amount of memory; write a whole number of M or G, as 512M",
                          memory);
    }
    mib *= giga ? 1024 : 1;
    if (mib < MEMORY_MIN_MIB) {
        return fail_field(fault, ERR_INVALID, "memory", "%s of memory is too little; allow %dM",
                          memory, MEMORY_MIN_MIB);
    }
    struct spill *spill = calloc(1, sizeof(*spill));
    pthread_condattr_t clock;

    assert(spill != NULL);
    *spill = (struct spill){.source = {.take = take_of, .give = give_of}, .memory_max = mib << 20};
    (void)pthread_mutex_init(&spill->lock, NULL);
    (void)pthread_condattr_init(&clock);
    (void)pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&spill->leaving, &clock);
    (void)pthread_condattr_destroy(&clock);
    *out = spill;
    return OK;
}

void spill_free(struct spill *spill)
{
    if (spill == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&spill->lock);
    spill->leaves = true;
    (void)pthread_cond_signal(&spill->leaving);
    (void)pthread_mutex_unlock(&spill->lock);
    if (spill->watched) {
        (void)pthread_join(spill->watcher, NULL);
    }
    (void)pthread_cond_destroy(&spill->leaving);
    (void)pthread_mutex_destroy(&spill->lock);
    free(spill->files);
    free(spill);
}
