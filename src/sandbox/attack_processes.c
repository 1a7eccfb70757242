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
    {.name = "process-handles", .aim = "hold another process by a handle", .run = handle_others},
    {.name = "priority", .aim = "change a priority", .run = slow_others},
    {.name = "see-processes", .aim = "see processes of others", .run = see_others},
};

struct attempts attack_processes(void)
{
    return (struct attempts){.at = attempts, .count = COUNT(attempts)};
}
