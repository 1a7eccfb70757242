/*
 * Keeps beside a data folder what a loss of power would leave of it. Preloaded into the server
 * under test; what it keeps is put together again by power.py. As long as there is a file "broken"
 * beside it, the disk keeps nothing: each sync fails.
 *
 * The strictest reading of POSIX: the content of a file lasts as it was at its last fsync, its name
 * as it was at the last fsync of its folder. Each file and folder is known by its inode and birth
 * time, since inodes are used again.
 *
 * POWER_ROOT names the data folder, POWER_SHADOW where it is kept: f-KEY holds a file's content,
 * d-KEY a folder's names, one line "KEY MODE KIND NAME" each, and "root" the data folder's key.
 */

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { KEY_SIZE = 64 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX];
static char shadow[PATH_MAX];

/* For power.py too: the key of what is open or named. False: it is not there. */
bool power_key(int fd, const char *path, char key[KEY_SIZE]);
bool power_key(int fd, const char *path, char key[KEY_SIZE])
{
    struct statx known;

    if (statx(fd, path, AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW, STATX_INO | STATX_BTIME, &known) !=
        0) {
        return false;
    }
    (void)snprintf(key, KEY_SIZE, "%" PRIu64 "-%" PRId64 "-%u", (uint64_t)known.stx_ino,
                   (int64_t)known.stx_btime.tv_sec, known.stx_btime.tv_nsec);
    return true;
}

/* Whatever fails here makes the test worthless, so it ends at once. */
static void must(bool right, const char *what)
{
    if (!right) {
        perror(what);
        abort();
    }
}

static void place(char path[PATH_MAX], char kind, const char *key)
{
    must(snprintf(path, PATH_MAX, "%s/%c-%s", shadow, kind, key) < PATH_MAX, "place");
}

static void put(const char *beside, char kind, const char *key)
{
    char path[PATH_MAX];

    place(path, kind, key);
    must(rename(beside, path) == 0, "rename");
}

static void keep_file(int fd, const char *key)
{
    char beside[PATH_MAX];
    off_t at = 0;

    place(beside, 'n', key);
    int to = open(beside, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);

    must(to >= 0, beside);
    for (ssize_t moved = 1; moved > 0;) {
        moved = sendfile(to, fd, &at, 1 << 30);
        must(moved >= 0, "sendfile");
    }
    must(close(to) == 0, "close");
    put(beside, 'f', key);
}

static void keep_folder(int fd, const char *key)
{
    char beside[PATH_MAX];

    place(beside, 'n', key);
    FILE *to = fopen(beside, "we");
    DIR *folder = fdopendir(openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));

    must(to != NULL && folder != NULL, beside);
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        char entry_key[KEY_SIZE];
        struct stat known;

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            fstatat(fd, entry->d_name, &known, AT_SYMLINK_NOFOLLOW) != 0 ||
            !power_key(fd, entry->d_name, entry_key)) {
            continue; /* gone meanwhile */
        }
        (void)fprintf(to, "%s %o %c %s\n", entry_key, known.st_mode & 07777,
                      S_ISDIR(known.st_mode) ? 'd' : 'f', entry->d_name);
    }
    must(closedir(folder) == 0 && fclose(to) == 0, "close");
    put(beside, 'd', key);
}

static bool is_ours(int fd)
{
    char link[64];
    char path[PATH_MAX] = "";
    size_t size = strlen(root);

    (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    return size > 0 && readlink(link, path, sizeof(path) - 1) > 0 &&
           strncmp(path, root, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

static void keep(int fd)
{
    char key[KEY_SIZE];
    struct stat known;

    must(fstat(fd, &known) == 0 && power_key(fd, "", key), "stat");
    if (S_ISDIR(known.st_mode)) {
        keep_folder(fd, key);
    } else if (S_ISREG(known.st_mode)) {
        char link[64];

        (void)snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
        int from = open(link, O_RDONLY | O_CLOEXEC); /* the caller's may be for writing only */

        must(from >= 0, link);
        keep_file(from, key);
        (void)close(from);
    }
}

/* What is there at the start lasts. */
static void keep_all(int folder)
{
    DIR *entries = fdopendir(dup(folder));

    must(entries != NULL, "fdopendir");
    keep(folder);
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;) {
        bool is_folder = entry->d_type == DT_DIR;

        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
            (!is_folder && entry->d_type != DT_REG)) {
            continue;
        }
        int fd =
            openat(folder, entry->d_name, O_RDONLY | O_CLOEXEC | (is_folder ? O_DIRECTORY : 0));

        must(fd >= 0, entry->d_name);
        is_folder ? keep_all(fd) : keep(fd);
        (void)close(fd);
    }
    (void)closedir(entries);
}

__attribute__((constructor)) static void begin(void)
{
    const char *wanted = getenv("POWER_ROOT");
    const char *kept = getenv("POWER_SHADOW");
    char path[PATH_MAX];
    char key[KEY_SIZE];

    if (wanted == NULL || kept == NULL || realpath(wanted, root) == NULL ||
        realpath(kept, shadow) == NULL) {
        root[0] = '\0';
        return;
    }
    must(snprintf(path, sizeof(path), "%s/root", shadow) < PATH_MAX, "path");
    if (access(path, F_OK) == 0) {
        return; /* the server's own children */
    }
    int fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    FILE *to = fopen(path, "we");

    must(fd >= 0 && to != NULL && power_key(fd, "", key), root);
    keep_all(fd);
    (void)fputs(key, to);
    must(fclose(to) == 0 && close(fd) == 0, "close");
}

static bool is_broken(void)
{
    char path[PATH_MAX];

    must(snprintf(path, sizeof(path), "%s/broken", shadow) < PATH_MAX, "path");
    return access(path, F_OK) == 0;
}

/* What is written while a sync runs may miss it, so what is there before it is what is kept. */
static int synced(long call, int fd)
{
    int result = -1;

    (void)pthread_mutex_lock(&lock);
    if (!is_ours(fd)) {
        result = (int)syscall(call, fd);
    } else if (is_broken()) {
        errno = EIO;
    } else {
        keep(fd);
        result = (int)syscall(call, fd);
    }
    (void)pthread_mutex_unlock(&lock);
    return result;
}

int fsync(int fd)
{
    return synced(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return synced(SYS_fdatasync, fd);
}
