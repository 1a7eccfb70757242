#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "store/sqlite.h"

/* Who holds the lock wrote their process into it. */
static void read_holder(int file, char *out, size_t size)
{
    ssize_t got = pread(file, out, size - 1, 0);

    out[got < 0 ? 0 : got] = '\0';
    out[strcspn(out, "\n")] = '\0';
}

static enum err take(int file, const char *path, struct fault *fault)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    char pid[32];

    /* Of the open file, not of the process: a second store in this process is refused as well. */
    if (fcntl(file, F_OFD_SETLK, &whole) != 0) {
        if (errno != EAGAIN && errno != EACCES) {
            return fail(fault, ERR_UNAVAILABLE, "cannot lock %s: %s", path, strerror(errno));
        }
        read_holder(file, pid, sizeof(pid));
        return fail(fault, ERR_CONFLICT,
                    "another server has %s open (process %s); stop it, or give this one a file of "
                    "its own",
                    path, pid);
    }
    int size = snprintf(pid, sizeof(pid), "%d\n", (int)getpid());

    if (ftruncate(file, 0) != 0 || pwrite(file, pid, (size_t)size, 0) != size) {
        /* Only the message to the next one is poorer: the lock itself holds. */
        errno = 0;
    }
    return OK;
}

enum err sqlite_lock(const char *path, int *lock_file, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    const char *lock_path = arena_print(arena, "%s.lock", path);
    int file = open(lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

    if (file < 0) {
        return fail(fault, ERR_UNAVAILABLE, "cannot open %s: %s", lock_path, strerror(errno));
    }
    enum err err = take(file, path, fault);

    if (err != OK) {
        (void)close(file);
        return err;
    }
    *lock_file = file;
    return OK;
}
