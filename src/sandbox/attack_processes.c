#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/attack.h"

static bool signal_victim(const struct attack_target *target)
{
    return kill(target->victim, 0) == 0 || kill(target->victim, SIGKILL) == 0 ||
           syscall(SYS_tgkill, target->victim, target->victim, SIGKILL) == 0;
}

static bool signal_everybody(const struct attack_target *target)
{
    (void)signal(SIGTERM, SIG_IGN);
    (void)kill(-1, SIGTERM);
    (void)kill(-1, SIGKILL);
    (void)kill(0, SIGTERM);
    return false;
}

static bool signal_parent(const struct attack_target *target)
{
    return (getppid() > 0 && kill(getppid(), 0) == 0) ||
           (getpid() != 1 && kill(1, SIGKILL) == 0 && getppid() != 1);
}

static bool trace(pid_t pid)
{
    return ptrace(PTRACE_SEIZE, pid, 0, 0) == 0 || ptrace(PTRACE_ATTACH, pid, 0, 0) == 0;
}

static bool trace_others(const struct attack_target *target)
{
    return trace(target->victim) || (getppid() > 0 && trace(getppid()));
}

static bool peek(pid_t pid)
{
    char here[16];
    struct iovec mine = {.iov_base = here, .iov_len = sizeof(here)};
    struct iovec theirs = {.iov_base = here, .iov_len = sizeof(here)};

    return process_vm_readv(pid, &mine, 1, &theirs, 1, 0) > 0;
}

static bool read_others(const struct attack_target *target)
{
    return peek(target->victim) || (getppid() > 0 && peek(getppid()));
}

static bool opens(pid_t pid, const char *name)
{
    char path[64];

    (void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd >= 0) {
        (void)close(fd);
    }
    return fd >= 0;
}

/* What /proc gives away of whoever started this. As its own first process there is none. */
static bool read_files_of_others(const struct attack_target *target)
{
    static const char *const NAMES[] = {"mem", "maps", "environ", "root/etc", "fd/0", "auxv"};
    const pid_t others[] = {target->victim, getppid()};
    bool through = false;

    for (size_t i = 0; i < COUNT(NAMES); i++) {
        for (size_t k = 0; k < COUNT(others); k++) {
            through |= others[k] > 0 && opens(others[k], NAMES[i]);
        }
    }
    return through;
}

/* The kernel sends a signal of our choice when a pipe becomes ready: to a process of our choice? */
static bool signal_by_pipe(const struct attack_target *target)
{
    const pid_t others[] = {target->victim, getppid()};
    bool through = false;
    int ends[2];

    if (pipe(ends) != 0) {
        return false;
    }
    for (size_t i = 0; i < COUNT(others); i++) {
        through |= others[i] > 1 && fcntl(ends[0], F_SETOWN, others[i]) == 0 &&
                   fcntl(ends[0], F_SETSIG, SIGKILL) == 0 &&
                   fcntl(ends[0], F_SETFL, O_ASYNC) == 0 && write(ends[1], "x", 1) == 1 &&
                   kill(others[i], 0) == 0;
    }
    return through;
}

static bool handle_others(const struct attack_target *target)
{
    return syscall(SYS_pidfd_open, target->victim, 0) >= 0 || syscall(SYS_pidfd_open, 1, 0) >= 0;
}

static bool slow_others(const struct attack_target *target)
{
    return setpriority(PRIO_PROCESS, (id_t)target->victim, 19) == 0 ||
           setpriority(PRIO_PROCESS, 0, -5) == 0;
}

/* Processes of /proc that are neither this one nor its own. */
static bool see_others(const struct attack_target *target)
{
    DIR *list = opendir("/proc");
    char link[32] = {0};
    int strangers = 0;

    if (list == NULL || readlink("/proc/self", link, sizeof(link) - 1) <= 0) {
        return false;
    }
    for (struct dirent *entry = readdir(list); entry != NULL; entry = readdir(list)) {
        long pid = strtol(entry->d_name, NULL, 10);

        strangers += pid > 0 && strcmp(entry->d_name, link) != 0;
    }
    (void)closedir(list);
    return strangers > 0;
}

static const struct attempt attempts[] = {
    {.name = "signal-victim",
     .aim = "kill a process of the machine",
     .judge = JUDGE_VICTIM,
     .run = signal_victim},
    {.name = "signal-all",
     .aim = "kill everything in reach",
     .judge = JUDGE_VICTIM,
     .run = signal_everybody},
    {.name = "signal-parent", .aim = "signal whoever started it", .run = signal_parent},
    {.name = "trace", .aim = "trace another process", .run = trace_others},
    {.name = "read-memory", .aim = "read another process's memory", .run = read_others},
    {.name = "process-files",
     .aim = "read another process's files in /proc",
     .run = read_files_of_others},
    {.name = "signal-by-pipe",
     .aim = "have the kernel signal another process",
     .judge = JUDGE_VICTIM,
     .run = signal_by_pipe},
    {.name = "process-handles", .aim = "hold another process by a handle", .run = handle_others},
    {.name = "priority", .aim = "change a priority", .run = slow_others},
    {.name = "see-processes", .aim = "see processes of others", .run = see_others},
};

struct attempts attack_processes(void)
{
    return (struct attempts){.at = attempts, .count = COUNT(attempts)};
}
