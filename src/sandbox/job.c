#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/root.h"
#include "sandbox/slot.h"

enum { STACK = 64 * 1024, WATCH_MS = 10, MIB = 1024 * 1024 };

/* Shared with the new process until it executes: it says here what stopped it. */
struct launch {
    const struct slot *slot;
    const struct slot_request *request;
    char *arguments[WORD_MAX];
    char *environment[WORD_MAX];
    const char *failed;
    int error;
    _Alignas(16) char stack[STACK];
};

static void split_words(struct launch *launch, char *at)
{
    uint32_t count = launch->request->argument_count;

    for (uint32_t i = 0; i < count; i++) {
        launch->arguments[i] = at;
        at += strlen(at) + 1;
    }
    for (uint32_t i = 0; i < launch->request->environment_count; i++) {
        launch->environment[i] = at;
        at += strlen(at) + 1;
    }
    launch->arguments[count] = NULL;
    launch->environment[launch->request->environment_count] = NULL;
}

static bool limit(__rlimit_resource_t what, int64_t soft, int64_t hard)
{
    struct rlimit value = {.rlim_cur = (rlim_t)soft, .rlim_max = (rlim_t)hard};

    return setrlimit(what, &value) == 0;
}

static bool limit_all(const struct sandbox_limits *limits)
{
    int64_t address = limits->address_mib > 0 ? limits->address_mib : limits->memory_mib;
    int64_t seconds = (limits->cpu_ms + 999) / 1000;

    /* of one byte: a limit of none does not keep a core from a handler that the machine pipes it to
     */
    return limit(RLIMIT_CORE, 1, 1) && limit(RLIMIT_AS, address * MIB, address * MIB) &&
           limit(RLIMIT_CPU, seconds, seconds + 1) &&
           limit(RLIMIT_FSIZE, limits->file_mib * MIB, limits->file_mib * MIB) &&
           limit(RLIMIT_NOFILE, limits->open_max, limits->open_max) &&
           limit(RLIMIT_NPROC, limits->process_max, limits->process_max) &&
           limit(RLIMIT_MEMLOCK, 0, 0) && limit(RLIMIT_MSGQUEUE, 0, 0) &&
           limit(RLIMIT_SIGPENDING, 256, 256);
}

/* In the new process. */
static int start(void *context)
{
    struct launch *launch = context;
    const int *file = launch->slot->plan->file;

    launch->failed = "preparing the job";
    bool good = setsid() >= 0 && dup2(file[SLOT_INPUT], 0) == 0 &&
                dup2(file[SLOT_OUTPUT], 1) == 1 && dup2(file[SLOT_ERROR], 2) == 2 &&
                syscall(SYS_close_range, 3U, ~0U, 0U) == 0;

    /* User first: the number of processes counts against the job's user, not the slot's. */
    good = good && slot_drop(launch->slot->plan) && limit_all(&launch->request->limits);
    if (good) {
        launch->failed = "executing";
        (void)execve(launch->arguments[0], launch->arguments, launch->environment);
    }
    launch->error = errno;
    _exit(127);
}

/* The job before had the same open file: its place and its flags are undone. */
static bool rewind_file(int fd)
{
    return lseek(fd, 0, SEEK_SET) == 0 && fcntl(fd, F_SETFL, 0) == 0;
}

static bool rewind_files(const int *file)
{
    return rewind_file(file[SLOT_INPUT]) && rewind_file(file[SLOT_OUTPUT]) &&
           rewind_file(file[SLOT_ERROR]) && ftruncate(file[SLOT_OUTPUT], 0) == 0 &&
           ftruncate(file[SLOT_ERROR], 0) == 0;
}

/* Wait for the end or the deadline, watch memory where no group does, and follow the owner. */
static void wait_for(const struct slot *slot, int job, int64_t deadline_us, int64_t memory_bytes,
                     struct slot_reply *reply)
{
    bool watch = slot->plan->group->memory[0] == '\0';
    struct pollfd events[] = {{.fd = job, .events = POLLIN},
                              {.fd = slot->plan->file[SLOT_CONTROL], .events = POLLRDHUP}};

    for (;;) {
        int64_t left_us = deadline_us - slot_clock();
        int left_ms = left_us <= 0 ? 0 : (int)(left_us / 1000 + 1);

        if (poll(events, COUNT(events), watch && left_ms > WATCH_MS ? WATCH_MS : left_ms) < 0 &&
            errno != EINTR) {
            return;
        }
        if (events[1].revents != 0) {
            _exit(0); /* the owner is gone; everything below this process goes with it */
        }
        if (events[0].revents != 0) {
            return;
        }
        if (slot_clock() >= deadline_us) {
            reply->end = SANDBOX_TIMEOUT;
            return;
        }
        if (watch && slot_resident(slot, 0, false) > memory_bytes) {
            reply->end = SANDBOX_MEMORY;
            return;
        }
    }
}

/* Without a process namespace, whoever is left was adopted by the slot. */
static void reap_strays(void)
{
    while (waitpid(-1, NULL, WNOHANG) > 0) {
    }
}

static void read_end(int status, int64_t cpu_limit_us, struct slot_reply *reply)
{
    if (WIFEXITED(status)) {
        reply->exit_code = WEXITSTATUS(status);
        return;
    }
    reply->signal = WTERMSIG(status);
    if (reply->end != SANDBOX_EXITED) {
        return; /* we killed it, and know why */
    }
    bool cpu =
        reply->signal == SIGXCPU || (reply->signal == SIGKILL && reply->cpu_us >= cpu_limit_us);

    reply->end = cpu                        ? SANDBOX_TIMEOUT
                 : reply->signal == SIGXFSZ ? SANDBOX_OUTPUT
                                            : SANDBOX_SIGNALLED;
}

/* The first process of a namespace outlives the signal that a full file brings. */
static bool is_full(int fd, int64_t bytes)
{
    struct stat info;

    return fstat(fd, &info) == 0 && info.st_size >= bytes;
}

static int64_t microseconds(struct timeval time)
{
    return time.tv_sec * INT64_C(1000000) + time.tv_usec;
}

static void finish(struct slot *slot, pid_t pid, const struct slot_request *request,
                   int64_t kills_before, struct slot_reply *reply)
{
    struct rusage usage = {0};
    int status = 0;

    /* Process 1 of the job's namespace takes all others with it. */
    (void)kill(pid, SIGKILL);
    if (slot->plan->level < SANDBOX_NAMESPACE) {
        (void)kill(-pid, SIGKILL);
    }
    while (wait4(pid, &status, 0, &usage) < 0 && errno == EINTR) {
    }
    reply->cpu_us = microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
    reply->memory_kib = usage.ru_maxrss;
    read_end(status, request->limits.cpu_ms * 1000, reply);
    reap_strays();
    int64_t file_bytes = request->limits.file_mib * MIB;

    if (reply->end == SANDBOX_EXITED && (is_full(slot->plan->file[SLOT_OUTPUT], file_bytes) ||
                                         is_full(slot->plan->file[SLOT_ERROR], file_bytes))) {
        reply->end = SANDBOX_OUTPUT;
    }
    if ((reply->signal != 0 || reply->exit_code != 0) &&
        group_kills(slot->plan->group) > kills_before) {
        reply->end = SANDBOX_MEMORY;
    }
    /* Where jobs share the slot's user, the folder itself is theirs as well. */
    if (fchmod(slot->folder, 01777) != 0 || !root_empty(slot->folder)) {
        reply->spent = 1;
    }
}

static void set_memory(struct slot *slot, int64_t bytes)
{
    if (slot->plan->group->limit >= 0 && slot->memory_bytes != bytes &&
        group_limit(slot->plan->group, bytes)) {
        slot->memory_bytes = bytes;
    }
}

static void broken(struct slot_reply *reply, const char *what, int error)
{
    reply->end = SANDBOX_BROKEN;
    reply->spent = 1;
    (void)snprintf(reply->note, sizeof(reply->note), "%s: %s", what, strerror(error));
}

void slot_run(struct slot *slot, const struct slot_request *request, struct slot_reply *reply)
{
    struct launch launch = {.slot = slot, .request = request};
    int flags = CLONE_VM | CLONE_VFORK | CLONE_PIDFD | SIGCHLD |
                (slot->plan->level >= SANDBOX_NAMESPACE ? CLONE_NEWPID : 0);
    int64_t kills = group_kills(slot->plan->group);
    int job = -1;

    split_words(&launch, (char *)(uintptr_t)request->text);
    set_memory(slot, request->limits.memory_mib * MIB);
    if (!rewind_files(slot->plan->file)) {
        broken(reply, "rewinding the job's files", errno);
        return;
    }
    int64_t begin = slot_clock();
    pid_t pid = clone(start, launch.stack + STACK, flags, &launch, &job);

    if (pid < 0) {
        broken(reply, "starting a process", errno);
        return;
    }
    wait_for(slot, job, begin + request->limits.wall_ms * 1000, request->limits.memory_mib * MIB,
             reply);
    finish(slot, pid, request, kills, reply);
    (void)close(job);
    reply->wall_us = slot_clock() - begin;
    if (launch.error != 0 && strcmp(launch.failed, "executing") != 0) {
        broken(reply, launch.failed, launch.error);
    } else if (launch.error != 0) {
        (void)snprintf(reply->note, sizeof(reply->note), "cannot execute %.200s: %s", request->text,
                       strerror(launch.error));
    }
}
