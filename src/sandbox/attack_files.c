#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "sandbox/attack.h"

static bool reads(const char *path)
{
    char byte;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    return fd >= 0 && read(fd, &byte, 1) == 1;
}

static bool writes(const char *path)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    bool through = fd >= 0 && write(fd, "x", 1) == 1;

    if (through) {
        (void)unlink(path);
    }
    return through;
}

static bool any(const char *const *paths, bool (*reach)(const char *path))
{
    for (; *paths != NULL; paths++) {
        if (reach(*paths)) {
            return true;
        }
    }
    return false;
}

static bool lists(const char *path)
{
    DIR *list = opendir(path);

    return list != NULL && readdir(list) != NULL;
}

static bool opens_device(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC) >= 0;
}

static bool shadow(const struct attack_target *target)
{
    return reads("/etc/shadow");
}

static bool accounts(const struct attack_target *target)
{
    char text[4096] = {0};
    int fd = open("/etc/passwd", O_RDONLY | O_CLOEXEC);

    return fd >= 0 && read(fd, text, sizeof(text) - 1) > 0 && strstr(text, "root:") != NULL;
}

static bool secret(const struct attack_target *target)
{
    return reads(target->secret);
}

static bool homes(const struct attack_target *target)
{
    static const char *const PATHS[] = {"/root", "/home", "/var", "/srv", "/work", NULL};

    return any(PATHS, lists);
}

static bool other_roots(const struct attack_target *target)
{
    static const char *const PATHS[] = {"/proc/1/root/etc/shadow",
                                        "/proc/1/cwd/../etc/shadow",
                                        "/proc/self/root/../../etc/shadow",
                                        "/../../etc/shadow",
                                        "/old/etc/shadow",
                                        "/proc/1/root/root",
                                        NULL};

    return any(PATHS, reads);
}

static bool other_secrets(const struct attack_target *target)
{
    char path[64];
    static const char *const PATHS[] = {"/proc/1/environ", "/proc/1/maps", "/proc/1/mem",
                                        "/proc/1/stack", NULL};

    (void)snprintf(path, sizeof(path), "/proc/%d/environ", getppid());
    return any(PATHS, reads) || (getppid() != 0 && reads(path));
}

static bool other_memory(const struct attack_target *target)
{
    return open("/proc/1/mem", O_RDWR | O_CLOEXEC) >= 0 && getpid() != 1;
}

static bool programs(const struct attack_target *target)
{
    static const char *const PATHS[] = {"/usr/bin/.attack", "/usr/.attack",
                                        "/usr/local/bin/.attack", "/usr/lib/.attack", NULL};

    return any(PATHS, writes);
}

static bool overwrite(const struct attack_target *target)
{
    return open("/usr/bin/true", O_WRONLY | O_CLOEXEC) >= 0 || truncate("/usr/bin/true", 0) == 0 ||
           chmod("/usr/bin/true", 0777) == 0 || rename("/usr/bin/true", "/usr/bin/untrue") == 0;
}

static bool root_folder(const struct attack_target *target)
{
    static const char *const PATHS[] = {
        "/.attack", "/etc/.attack", "/dev/.attack", "/dev/shm/../.attack", "/proc/.attack", NULL};

    return any(PATHS, writes) || mkdir("/.attack-folder", 0755) == 0;
}

static bool disks(const struct attack_target *target)
{
    static const char *const PATHS[] = {
        "/dev/vda", "/dev/sda", "/dev/nvme0n1", "/dev/loop0", "/dev/mapper/control", NULL};

    return any(PATHS, opens_device);
}

static bool devices(const struct attack_target *target)
{
    static const char *const PATHS[] = {"/dev/kvm", "/dev/mem",  "/dev/kmsg",    "/dev/fuse",
                                        "/dev/tty", "/dev/ptmx", "/dev/console", NULL};

    return any(PATHS, opens_device);
}

static bool make_device(const struct attack_target *target)
{
    return mknod("/tmp/disk", S_IFBLK | 0666, makedev(254, 0)) == 0 ||
           mknod("/tmp/memory", S_IFCHR | 0666, makedev(1, 1)) == 0;
}

static bool kernel_settings(const struct attack_target *target)
{
    static const char *const PATHS[] = {"/proc/sys/kernel/core_pattern", "/proc/sysrq-trigger",
                                        "/proc/sys/vm/overcommit_memory",
                                        "/proc/sys/kernel/modprobe", NULL};

    for (const char *const *path = PATHS; *path != NULL; path++) {
        if (open(*path, O_WRONLY | O_CLOEXEC) >= 0) {
            return true;
        }
    }
    return false;
}

static bool kernel_tables(const struct attack_target *target)
{
    static const char *const PATHS[] = {"/proc/kcore",       "/proc/kallsyms", "/proc/modules",
                                        "/proc/version",     "/proc/cmdline",  "/proc/meminfo",
                                        "/sys/kernel/notes", "/boot/vmlinuz",  NULL};

    return any(PATHS, reads);
}

static bool groups(const struct attack_target *target)
{
    static const char *const PATHS[] = {"/sys/fs/cgroup/cgroup.procs",
                                        "/sys/fs/cgroup/memory/cgroup.procs",
                                        "/sys/fs/cgroup/memory/release_agent", NULL};

    return any(PATHS, reads) || any(PATHS, writes);
}

static bool leave_root(const struct attack_target *target)
{
    int up = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    (void)mkdir("/tmp/cell", 0755);
    if (chroot("/tmp/cell") != 0 || fchdir(up) != 0) {
        return false;
    }
    for (int i = 0; i < 32 && chdir("..") == 0; i++) {
    }
    return reads("etc/shadow");
}

/* Opens any file of a file system by number, where that is allowed. */
static bool handles(const struct attack_target *target)
{
    union {
        struct file_handle head;
        char room[sizeof(struct file_handle) + 128];
    } handle = {.head = {.handle_bytes = 128}};
    int mount_id;

    if (name_to_handle_at(AT_FDCWD, "/usr", &handle.head, &mount_id, 0) != 0) {
        return false;
    }
    return open_by_handle_at(open("/usr", O_RDONLY), &handle.head, O_RDONLY) >= 0;
}

static bool links(const struct attack_target *target)
{
    return link("/usr/bin/passwd", "/tmp/linked") == 0 ||
           (symlink("/proc/1/root", "/tmp/out") == 0 && reads("/tmp/out/etc/shadow"));
}

static bool inherited(const struct attack_target *target)
{
    for (int fd = 3; fd < 1024; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) {
            return true;
        }
    }
    return false;
}

static bool environment(const struct attack_target *target)
{
    return getenv("PERITI_ATTACK_SECRET") != NULL;
}

static const struct attempt attempts[] = {
    {.name = "shadow", .aim = "read the machine's password hashes", .run = shadow},
    {.name = "accounts", .aim = "read the machine's accounts", .run = accounts},
    {.name = "secret-file", .aim = "read a file that all on the machine may read", .run = secret},
    {.name = "homes", .aim = "list home folders and data", .run = homes},
    {.name = "other-roots", .aim = "reach another process's root", .run = other_roots},
    {.name = "other-secrets", .aim = "read another process's environment", .run = other_secrets},
    {.name = "other-memory", .aim = "open another process's memory", .run = other_memory},
    {.name = "write-programs", .aim = "add a program to the system", .run = programs},
    {.name = "overwrite", .aim = "change a program of the system", .run = overwrite},
    {.name = "write-root", .aim = "write outside the temporary folder", .run = root_folder},
    {.name = "disks", .aim = "open a disk", .run = disks},
    {.name = "devices", .aim = "open memory, terminals, virtual machines", .run = devices},
    {.name = "make-device", .aim = "make a device file", .run = make_device},
    {.name = "kernel-settings", .aim = "change a setting of the kernel", .run = kernel_settings},
    {.name = "kernel-tables", .aim = "read tables of the kernel", .run = kernel_tables},
    {.name = "control-groups", .aim = "reach control groups", .run = groups},
    {.name = "chroot", .aim = "leave by a second root", .run = leave_root},
    {.name = "file-handles", .aim = "open files by number", .run = handles},
    {.name = "links", .aim = "link to what is outside", .run = links},
    {.name = "inherited-files", .aim = "use files that were left open", .run = inherited},
    {.name = "environment", .aim = "read a secret of the owner's environment", .run = environment},
};

struct attempts attack_files(void)
{
    return (struct attempts){.at = attempts, .count = COUNT(attempts)};
}
