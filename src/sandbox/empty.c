#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sandbox/root.h"

/*
 * Folders nest as deep as there are inodes, so neither recursion nor long paths will do. Each pass
 * removes what it can from every folder at the top and lifts inner folders up to the top; a pass
 * with nothing lifted empties the rest.
 */

struct entry {
    uint64_t inode;
    int64_t offset;
    unsigned short size;
    unsigned char type;
    char name[];
};

enum { LIST_ROOM = 4096, PASS_MAX = 1 << 20 };

static bool is_dots(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* A folder may forbid its owner to look; the removal that follows tells whether this helped. */
static void open_up(int folder, const char *name)
{
    if (fchmodat(folder, name, 0700, 0) != 0) {
        return;
    }
}

/* Remove the files of `folder` and move its folders to `top` under fresh names. */
static void flatten(int top, int folder, uint64_t *lifted)
{
    _Alignas(struct entry) char list[LIST_ROOM];
    bool progress = true;

    while (progress) {
        progress = false;
        (void)lseek(folder, 0, SEEK_SET);
        long size = syscall(SYS_getdents64, folder, list, sizeof(list));

        for (long at = 0; at < size;) {
            const struct entry *entry = (const void *)(list + at);
            char fresh[32];

            at += entry->size;
            if (is_dots(entry->name)) {
                continue;
            }
            if (unlinkat(folder, entry->name, 0) == 0 ||
                unlinkat(folder, entry->name, AT_REMOVEDIR) == 0) {
                progress = true;
                continue;
            }
            (void)snprintf(fresh, sizeof(fresh), ".lifted-%llu", (unsigned long long)++*lifted);
            open_up(folder, entry->name);
            progress |= renameat(folder, entry->name, top, fresh) == 0;
        }
    }
}

/* One folder at the top, if there is any: emptied and removed. False: the top is empty. */
static bool remove_one(int top, uint64_t *lifted)
{
    _Alignas(struct entry) char list[LIST_ROOM];

    (void)lseek(top, 0, SEEK_SET);
    long size = syscall(SYS_getdents64, top, list, sizeof(list));
    bool any = false;

    for (long at = 0; at < size;) {
        const struct entry *entry = (const void *)(list + at);

        at += entry->size;
        if (is_dots(entry->name)) {
            continue;
        }
        any = true;
        if (unlinkat(top, entry->name, 0) == 0) {
            continue;
        }
        open_up(top, entry->name);
        int folder = openat(top, entry->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

        if (folder >= 0) {
            flatten(top, folder, lifted);
            (void)close(folder);
        }
        (void)unlinkat(top, entry->name, AT_REMOVEDIR);
    }
    return any;
}

bool root_empty(int folder)
{
    uint64_t lifted = 0;

    for (int pass = 0; pass < PASS_MAX; pass++) {
        if (!remove_one(folder, &lifted)) {
            return true;
        }
    }
    return false;
}
