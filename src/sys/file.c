#include "sys/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"

static void close_fd(const int *fd)
{
    if (*fd > STDERR_FILENO) {
        (void)close(*fd);
    }
}
#define FD_SCOPE [[gnu::cleanup(close_fd)]] int

static enum err cannot(struct fault *fault, const char *what, const char *path)
{
    return fail(fault, ERR_INVALID, "cannot %s %s: %s", what, path, strerror(errno));
}

static enum err open_file(const char *path, int flags, int *out, struct stat *info,
                          struct fault *fault)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | flags);

    if (fd < 0) {
        return cannot(fault, "open", path);
    }
    if (fstat(fd, info) != 0 || S_ISDIR(info->st_mode)) {
        (void)close(fd);
        return fail(fault, ERR_INVALID, "cannot read %s: it is not a file", path);
    }
    *out = fd;
    return OK;
}

enum err file_read(struct arena *arena, const char *path, size_t size_max, struct text *out,
                   struct fault *fault)
{
    enum { CHUNK = 64 * 1024 };
    FD_SCOPE fd = STDIN_FILENO;
    struct stat info = {0};
    struct buffer buffer = buffer_new(arena);
    char *chunk = arena_take(arena, CHUNK, 1);

    if (strcmp(path, "-") != 0) {
        TRY(open_file(path, 0, &fd, &info, fault));
    }
    for (;;) {
        ssize_t got = read(fd, chunk, CHUNK);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return cannot(fault, "read", path);
        }
        if (got == 0) {
            break;
        }
        buffer_put(&buffer, chunk, (size_t)got);
        if (buffer.size > size_max) {
            return fail(fault, ERR_INVALID, "%s is larger than %zu bytes", path, size_max);
        }
    }
    *out = buffer_view(&buffer);
    return OK;
}

enum err file_map(const char *path, struct text *out, struct fault *fault)
{
    FD_SCOPE fd = -1;
    struct stat info;

    /* A named pipe must be refused, not waited for. */
    TRY(open_file(path, O_NONBLOCK, &fd, &info, fault));
    if (!S_ISREG(info.st_mode)) {
        return fail(fault, ERR_INVALID, "cannot map %s: it is not a regular file", path);
    }
    if (info.st_size == 0) {
        *out = (struct text){.at = "", .size = 0};
        return OK;
    }
    void *at = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE, fd, 0);

    if (at == MAP_FAILED) {
        return cannot(fault, "map", path);
    }
    (void)madvise(at, (size_t)info.st_size, MADV_SEQUENTIAL);
    *out = (struct text){.at = at, .size = (size_t)info.st_size};
    return OK;
}

void file_unmap(struct text mapped)
{
    if (mapped.size > 0) {
        (void)munmap((void *)(uintptr_t)mapped.at, mapped.size);
    }
}

void file_forget(struct text mapped, size_t size)
{
    enum { PAGE = 4096 };

    if (size >= PAGE) {
        (void)madvise((void *)(uintptr_t)mapped.at, size / PAGE * PAGE, MADV_DONTNEED);
    }
}

static enum err write_all(int fd, struct text content, const char *path, struct fault *fault)
{
    for (size_t done = 0; done < content.size;) {
        ssize_t put = write(fd, content.at + done, content.size - done);

        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0) {
            return cannot(fault, "write", path);
        }
        done += (size_t)put;
    }
    return fsync(fd) == 0 ? OK : cannot(fault, "sync", path);
}

static enum err sync_folder_of(struct arena *arena, const char *path, struct fault *fault)
{
    const char *slash = strrchr(path, '/');
    const char *folder = slash == NULL   ? "."
                         : slash == path ? "/"
                                         : arena_copy(arena, path, (size_t)(slash - path));
    FD_SCOPE fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    return fd >= 0 && fsync(fd) == 0 ? OK : cannot(fault, "sync", folder);
}

enum err file_write(const char *path, struct text content, unsigned mode, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    const char *beside = arena_print(arena, "%s.%d.new", path, (int)getpid());

    /* A power cut may have left one, and process numbers come again (in a container at once). */
    (void)unlink(beside);
    FD_SCOPE fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

    if (fd < 0) {
        return cannot(fault, "create", beside);
    }
    enum err err = write_all(fd, content, beside, fault);

    if (err == OK && rename(beside, path) != 0) {
        err = cannot(fault, "rename", beside);
    }
    if (err != OK) {
        (void)unlink(beside);
        return err;
    }
    return sync_folder_of(arena, path, fault);
}

enum err file_link(const char *path, const char *name, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    FD_SCOPE fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fsync(fd) != 0) {
        return cannot(fault, "sync", path);
    }
    if (link(path, name) != 0) {
        return cannot(fault, "create", name);
    }
    enum err err = sync_folder_of(arena, name, fault);

    if (err != OK) {
        (void)unlink(name);
    }
    return err;
}
