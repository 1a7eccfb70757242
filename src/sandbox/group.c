#include "sandbox/group.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PROCESS_MAX = 512, LINE_ROOM = 1024, NAME_ROOM = 64 };

static bool put(const char *folder, const char *file, const char *value)
{
    char path[GROUP_PATH + NAME_ROOM];

    (void)snprintf(path, sizeof(path), "%s/%s", folder, file);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool good = fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value);

    if (fd >= 0) {
        (void)close(fd);
    }
    return good;
}

static int open_in(const char *folder, const char *file, int mode)
{
    char path[GROUP_PATH + NAME_ROOM];

    (void)snprintf(path, sizeof(path), "%s/%s", folder, file);
    return open(path, mode | O_CLOEXEC);
}

static bool has(const char *folder, const char *file)
{
    char path[GROUP_PATH + NAME_ROOM];

    (void)snprintf(path, sizeof(path), "%s/%s", folder, file);
    return access(path, F_OK) == 0;
}

/* Our own folder in a hierarchy; the hierarchy's top where ours is not visible. */
static void place(char out[static GROUP_PATH], const char *mount, const char *own)
{
    int size = snprintf(out, GROUP_PATH, "%s%s", mount, strcmp(own, "/") == 0 ? "" : own);

    if (size >= GROUP_PATH || access(out, W_OK) != 0) {
        (void)snprintf(out, GROUP_PATH, "%s", mount);
    }
    if (access(out, W_OK) != 0) {
        out[0] = '\0';
    }
}

/* A line of /proc/self/cgroup: number:controllers:path. */
static void read_line(char *line, struct group_place *out)
{
    char *controllers = strchr(line, ':');
    char *path = controllers == NULL ? NULL : strchr(controllers + 1, ':');

    if (path == NULL) {
        return;
    }
    *path++ = '\0';
    path[strcspn(path, "\n")] = '\0';
    controllers++;
    if (strcmp(controllers, "memory") == 0) {
        place(out->memory, "/sys/fs/cgroup/memory", path);
    } else if (strcmp(controllers, "pids") == 0) {
        place(out->process, "/sys/fs/cgroup/pids", path);
    } else if (controllers[0] == '\0' && has("/sys/fs/cgroup", "cgroup.controllers")) {
        place(out->memory, "/sys/fs/cgroup", path);
        out->unified = true;
    }
}

/* Version 2 hands controllers down only from a group without processes of its own. */
static void settle_unified(struct group_place *out)
{
    if (out->memory[0] != '\0' && put(out->memory, "cgroup.subtree_control", "+memory +pids")) {
        (void)snprintf(out->process, sizeof(out->process), "%s", out->memory);
        return;
    }
    out->memory[0] = '\0';
    out->process[0] = '\0';
}

void group_find(struct group_place *out)
{
    FILE *file = fopen("/proc/self/cgroup", "re");
    char line[LINE_ROOM];

    *out = (struct group_place){0};
    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        read_line(line, out);
    }
    if (file != NULL) {
        (void)fclose(file);
    }
    if (out->unified) {
        settle_unified(out);
    }
}

static void sweep(const char *folder)
{
    DIR *list = folder[0] == '\0' ? NULL : opendir(folder);

    if (list == NULL) {
        return;
    }
    for (struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        int pid = 0;

        if (sscanf(entry->d_name, "periti-%d-", &pid) == 1 && pid > 0 && kill(pid, 0) != 0 &&
            errno == ESRCH) {
            (void)unlinkat(dirfd(list), entry->d_name, AT_REMOVEDIR);
        }
    }
    (void)closedir(list);
}

void group_sweep(const struct group_place *where)
{
    sweep(where->memory);
    if (!where->unified) {
        sweep(where->process);
    }
}

static bool make(const char *folder, int keeper, unsigned serial, char out[static GROUP_PATH])
{
    int size = folder[0] == '\0'
                   ? GROUP_PATH
                   : snprintf(out, GROUP_PATH, "%s/periti-%d-%u", folder, keeper, serial);

    if (size >= GROUP_PATH || (mkdir(out, 0755) != 0 && errno != EEXIST)) {
        out[0] = '\0';
        return false;
    }
    return true;
}

void group_make(const struct group_place *where, int keeper, unsigned serial,
                struct control_group *out)
{
    char count[NAME_ROOM];

    *out = (struct control_group){.limit = -1, .event = -1};
    if (make(where->memory, keeper, serial, out->memory)) {
        out->limit =
            open_in(out->memory, where->unified ? "memory.max" : "memory.limit_in_bytes", O_WRONLY);
        out->event =
            open_in(out->memory, where->unified ? "memory.events" : "memory.oom_control", O_RDONLY);
        (void)put(out->memory, where->unified ? "memory.swap.max" : "memory.swappiness", "0");
    }
    if (make(where->process, keeper, serial, out->process)) {
        (void)snprintf(count, sizeof(count), "%d", PROCESS_MAX);
        (void)put(out->process, "pids.max", count);
    }
}

void group_join(const struct control_group *group, int pid)
{
    char number[NAME_ROOM];

    (void)snprintf(number, sizeof(number), "%d", pid);
    if (group->memory[0] != '\0') {
        (void)put(group->memory, "cgroup.procs", number);
    }
    if (group->process[0] != '\0') {
        (void)put(group->process, "cgroup.procs", number);
    }
}

void group_remove(struct control_group *group)
{
    enum { TRIES = 50, PAUSE_US = 2000 };

    if (group->limit >= 0) {
        (void)close(group->limit);
    }
    if (group->event >= 0) {
        (void)close(group->event);
    }
    /* The kernel lets go of a dead process a moment after it was reaped. */
    for (int i = 0; i < TRIES; i++) {
        bool busy = group->memory[0] != '\0' && rmdir(group->memory) != 0 && errno == EBUSY;

        busy |= group->process[0] != '\0' && rmdir(group->process) != 0 && errno == EBUSY;
        if (!busy) {
            break;
        }
        (void)usleep(PAUSE_US);
    }
    *group = (struct control_group){.limit = -1, .event = -1};
}

bool group_limit(const struct control_group *group, int64_t bytes)
{
    char number[NAME_ROOM];
    int size = snprintf(number, sizeof(number), "%lld", (long long)bytes);

    return group->limit >= 0 && pwrite(group->limit, number, (size_t)size, 0) == size;
}

int64_t group_kills(const struct control_group *group)
{
    static const char LABEL[] = "oom_kill ";
    char text[LINE_ROOM];
    ssize_t size = group->event < 0 ? -1 : pread(group->event, text, sizeof(text) - 1, 0);

    if (size <= 0) {
        return 0;
    }
    text[size] = '\0';
    const char *at = strstr(text, LABEL);

    return at == NULL ? 0 : strtoll(at + sizeof(LABEL) - 1, NULL, 10);
}
