#include "sandbox/root.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"

enum { PATH_ROOM = 4096 };

/* Any folder that exists everywhere; only this process sees it covered. */
static const char BASE[] = "/mnt";

const char *const root_readable[] = {"/usr",   "/bin", "/sbin", "/lib", "/lib32",
                                     "/lib64", "/etc", "/proc", "/dev", NULL};
const char *const root_files[] = {"/dev/null", "/dev/zero", "/dev/full", NULL};

static const char *const FOLDERS[] = {"/usr", "/etc", "/dev", "/proc", "/tmp", "/old"};
/* Where tasks of others look for their folders: they are in the job's own. */
static const char *const SHOWN[] = {"/app", "/tests", "/logs", "/solution"};
static const char *const SYSTEM[] = {"/bin", "/sbin", "/lib", "/lib32", "/lib64"};
static const char *const ETC[] = {"/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime"};
static const char *const DEVICES[] = {"/dev/null", "/dev/zero", "/dev/full", "/dev/random",
                                      "/dev/urandom"};

static bool below(char out[static PATH_ROOM], const char *path)
{
    return snprintf(out, PATH_ROOM, "%s%s", BASE, path) < PATH_ROOM;
}

/* Read-only, without devices and set-user-id, with all that is mounted below. */
static bool lock_down(const char *at)
{
    struct mount_attr {
        uint64_t set;
        uint64_t clear;
        uint64_t propagation;
        uint64_t userns;
    } wants = {.set = MS_RDONLY | MS_NOSUID | MS_NODEV};

    if (syscall(SYS_mount_setattr, AT_FDCWD, at, 0x8000 /* AT_RECURSIVE */, &wants,
                sizeof(wants)) == 0) {
        return true;
    }
    return errno == ENOSYS &&
           mount(NULL, at, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV | MS_REC,
                 NULL) == 0;
}

static bool make_parents(char *path)
{
    for (char *at = path + sizeof(BASE); (at = strchr(at, '/')) != NULL; at++) {
        *at = '\0';
        bool good = mkdir(path, 0755) == 0 || errno == EEXIST;

        *at = '/';
        if (!good) {
            return false;
        }
    }
    return true;
}

/* Show `path` of the machine at the same place. What is absent is left out. */
static bool show(const char *path, bool device)
{
    char to[PATH_ROOM];
    struct stat info;
    struct stat shown;

    if (stat(path, &info) != 0) {
        return true;
    }
    if (!below(to, path)) {
        return false;
    }
    if (stat(to, &shown) == 0 && shown.st_dev == info.st_dev && shown.st_ino == info.st_ino) {
        return true; /* within a folder that is there already */
    }
    if (!make_parents(to)) {
        return false;
    }
    if (S_ISDIR(info.st_mode)) {
        if (mkdir(to, 0755) != 0 && errno != EEXIST) {
            return false;
        }
    } else {
        int fd = open(to, O_CREAT | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0644);

        if (fd < 0) {
            return false;
        }
        (void)close(fd);
    }
    return mount(path, to, NULL, MS_BIND | MS_REC, NULL) == 0 && (device || lock_down(to));
}

/* /bin is a link to usr/bin on most systems, and a folder on others. */
static bool show_system(const char *path)
{
    char target[PATH_ROOM];
    char to[PATH_ROOM];
    ssize_t size = readlink(path, target, sizeof(target) - 1);

    if (size <= 0) {
        return show(path, false);
    }
    target[size] = '\0';
    return below(to, path) && symlink(target, to) == 0;
}

static bool write_file(const char *path, const char *content)
{
    char to[PATH_ROOM];
    int fd = below(to, path) ? open(to, O_CREAT | O_WRONLY | O_CLOEXEC, 0644) : -1;

    if (fd < 0) {
        return false;
    }
    bool good = write(fd, content, strlen(content)) == (ssize_t)strlen(content);

    (void)close(fd);
    return good;
}

static bool fill(const struct root_plan *plan, const char **failed)
{
    char to[PATH_ROOM];
    bool good = true;

    *failed = "showing the system's programs";
    for (size_t i = 0; i < COUNT(FOLDERS); i++) {
        good = good && below(to, FOLDERS[i]) && mkdir(to, 0755) == 0;
    }
    good = good && show("/usr", false);
    for (size_t i = 0; good && i < COUNT(SYSTEM); i++) {
        good = show_system(SYSTEM[i]);
    }
    for (size_t i = 0; good && i < COUNT(ETC); i++) {
        good = show(ETC[i], false);
    }
    good = good && write_file("/etc/passwd", "job:x:1000:1000::/tmp:/bin/sh\n") &&
           write_file("/etc/group", "job:x:1000:\n") &&
           write_file("/etc/hosts", "127.0.0.1 localhost\n");
    for (size_t i = 0; good && i < COUNT(DEVICES); i++) {
        good = show(DEVICES[i], true);
    }
    for (size_t i = 0; good && plan->with_proc && i < COUNT(SHOWN); i++) {
        char target[PATH_ROOM];

        good = below(to, SHOWN[i]) && snprintf(target, PATH_ROOM, "/tmp%s", SHOWN[i]) > 0 &&
               symlink(target, to) == 0;
    }
    good = good && symlink("/tmp", "/mnt/dev/shm") == 0 &&
           (!plan->with_proc || symlink("/proc/self/fd", "/mnt/dev/fd") == 0);
    for (size_t i = 0; good && i < plan->readable.count; i++) {
        *failed = plan->readable.at[i];
        good = show(plan->readable.at[i], false);
    }
    return good;
}

static bool add_disk(const struct root_plan *plan)
{
    char options[128];

    (void)snprintf(options, sizeof(options), "size=%lldm,nr_inodes=%lld,mode=1777",
                   (long long)plan->disk_mib, (long long)plan->inode_max);
    return mount("tmpfs", "/mnt/tmp", "tmpfs", MS_NOSUID | MS_NODEV, options) == 0;
}

/* A container may forbid a fresh /proc; then jobs do without. */
static int add_proc(bool keep)
{
    unsigned long flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;

    if (mount("proc", "/mnt/proc", "proc", flags, "hidepid=ptraceable,subset=pid") != 0 &&
        mount("proc", "/mnt/proc", "proc", flags, "hidepid=2") != 0) {
        return -1;
    }
    int fd = open("/mnt/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (!keep) {
        (void)umount2("/mnt/proc", MNT_DETACH); /* the descriptor keeps it alive for the slot */
    }
    return fd;
}

static bool swap_root(void)
{
    return chdir(BASE) == 0 && syscall(SYS_pivot_root, ".", ".") == 0 &&
           umount2(".", MNT_DETACH) == 0 &&
           mount(NULL, "/", NULL, MS_BIND | MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL) ==
               0 &&
           chdir("/tmp") == 0;
}

bool root_build(const struct root_plan *plan, int *proc, const char **failed)
{
    (void)umask(022);
    *failed = "making mounts private";
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        return false;
    }
    *failed = "mounting a temporary file system";
    if (mount("tmpfs", BASE, "tmpfs", MS_NOSUID | MS_NODEV, "size=1m,mode=755") != 0 ||
        !fill(plan, failed)) {
        return false;
    }
    *failed = "mounting the jobs' file system";
    if (!add_disk(plan)) {
        return false;
    }
    *proc = add_proc(plan->with_proc);
    *failed = "changing the root";
    return swap_root();
}
