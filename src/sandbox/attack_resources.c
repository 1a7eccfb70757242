#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/attack.h"

/* What a job of the suite may at most get hold of; its limits are below these. */
enum { MIB = 1 << 20, PROCESSES = 200, MEMORY_MIB = 450, DISK_MIB = 200, FILES = 20'000 };

static bool fork_bomb(const struct attack_target *target)
{
    int count = 0;

    for (; count < 2000; count++) {
        pid_t child = fork();

        if (child == 0) {
            (void)sleep(60);
            _exit(0);
        }
        if (child < 0) {
            break;
        }
    }
    return count > PROCESSES;
}

/* Every process forks on, for ever. */
static bool wild_fork_bomb(const struct attack_target *target)
{
    for (;;) {
        (void)fork();
    }
    return true;
}

static void *sleeper(void *nothing)
{
    (void)sleep(60);
    return nothing;
}

static bool thread_bomb(const struct attack_target *target)
{
    pthread_attr_t small;
    pthread_t thread;
    int count = 0;

    (void)pthread_attr_init(&small);
    (void)pthread_attr_setstacksize(&small, 16 * 1024);
    while (count < 4000 && pthread_create(&thread, &small, sleeper, NULL) == 0) {
        count++;
    }
    return count > PROCESSES;
}

/* MiB that could be taken and touched. */
static int take(int wanted, int flags)
{
    for (int i = 0; i < wanted; i++) {
        char *at = mmap(NULL, MIB, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);

        if (at == MAP_FAILED) {
            return i;
        }
        memset(at, 1, MIB);
    }
    return wanted;
}

static bool memory_one(const struct attack_target *target)
{
    return take(4096, MAP_PRIVATE) > MEMORY_MIB;
}

/* Each child below the limit of one process, together far above that of the job. */
static bool take_in_children(int flags)
{
    enum { CHILDREN = 8, EACH = 180 };
    int pipes[2];
    int total = 0;
    char got;

    if (pipe(pipes) != 0) {
        return false;
    }
    for (int i = 0; i < CHILDREN; i++) {
        if (fork() == 0) {
            for (int k = 0; k < EACH && take(1, flags) == 1; k++) {
                (void)!write(pipes[1], "m", 1);
            }
            (void)close(pipes[1]);
            (void)sleep(60);
            _exit(0);
        }
    }
    (void)close(pipes[1]);
    while (read(pipes[0], &got, 1) == 1) {
        total++;
        if (total > MEMORY_MIB) {
            /* What a child held that was killed for it does not count. */
            return waitpid(-1, NULL, WNOHANG) == 0;
        }
    }
    return false;
}

static bool memory_many(const struct attack_target *target)
{
    return take_in_children(MAP_PRIVATE);
}

static bool memory_shared(const struct attack_target *target)
{
    return take_in_children(MAP_SHARED);
}

static bool memory_mapped(const struct attack_target *target)
{
    void *at = mmap(NULL, (size_t)64 << 30, PROT_READ | PROT_WRITE,
                    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    return at != MAP_FAILED;
}

static bool memory_locked(const struct attack_target *target)
{
    void *at = mmap(NULL, 16 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return at != MAP_FAILED && (mlock(at, 16 * MIB) == 0 || mlockall(MCL_FUTURE) == 0);
}

/* Buffers of the kernel count as memory too. */
static bool memory_in_pipes(const struct attack_target *target)
{
    static char block[64 * 1024];
    long total = 0;

    for (int i = 0; i < 2000; i++) {
        int pair[2];
        ssize_t put;

        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair) != 0) {
            break;
        }
        while ((put = write(pair[0], block, sizeof(block))) > 0) {
            total += put;
        }
    }
    return total > (long)MEMORY_MIB * MIB;
}

static bool disk(const struct attack_target *target)
{
    static char block[MIB];
    long total = 0;
    char name[32];

    (void)signal(SIGXFSZ, SIG_IGN);
    for (int i = 0; i < 100; i++) {
        (void)snprintf(name, sizeof(name), "/tmp/fill-%d", i);
        int fd = open(name, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
        ssize_t put;

        while (fd >= 0 && (put = write(fd, block, sizeof(block))) > 0) {
            total += put;
        }
        (void)close(fd);
    }
    return total > (long)DISK_MIB * MIB;
}

static bool many_files(const struct attack_target *target)
{
    char name[32];
    int count = 0;

    for (; count < 1'000'000; count++) {
        (void)snprintf(name, sizeof(name), "/tmp/%d", count);
        int fd = open(name, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

        if (fd < 0) {
            break;
        }
        (void)close(fd);
    }
    return count > FILES;
}

static bool huge_file(const struct attack_target *target)
{
    int fd = open("/tmp/huge", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);

    (void)signal(SIGXFSZ, SIG_IGN);
    return ftruncate(fd, (off_t)1 << 40) == 0 || posix_fallocate(fd, 0, (off_t)1 << 33) == 0;
}

static bool open_files(const struct attack_target *target)
{
    int count = 0;

    while (count < 100'000 && open("/dev/null", O_RDONLY | O_CLOEXEC) >= 0) {
        count++;
    }
    return count > 4096;
}

static bool flood(const struct attack_target *target)
{
    static char block[64 * 1024];

    memset(block, 'x', sizeof(block));
    for (;;) {
        (void)!write(1, block, sizeof(block));
    }
    return true;
}

static bool spin(const struct attack_target *target)
{
    for (volatile unsigned i = 0;; i++) {
    }
    return true;
}

static bool oversleep(const struct attack_target *target)
{
    for (;;) {
        (void)sleep(60);
    }
    return true;
}

static bool ignore_signals(const struct attack_target *target)
{
    sigset_t all;

    (void)sigfillset(&all);
    (void)sigprocmask(SIG_BLOCK, &all, NULL);
    for (int i = 1; i < NSIG; i++) {
        (void)signal(i, SIG_IGN);
    }
    return oversleep(target);
}

static bool stop_self(const struct attack_target *target)
{
    (void)kill(getpid(), SIGSTOP);
    return oversleep(target);
}

static bool spin_in_children(const struct attack_target *target)
{
    for (int i = 0; i < 16; i++) {
        if (fork() == 0) {
            return spin(target);
        }
    }
    return oversleep(target);
}

static const struct attempt attempts[] = {
    {.name = "fork-bomb", .aim = "make processes without end", .run = fork_bomb},
    {.name = "wild-fork-bomb",
     .aim = "fork in every process",
     .judge = JUDGE_ENDS,
     .run = wild_fork_bomb},
    {.name = "thread-bomb", .aim = "make threads without end", .run = thread_bomb},
    {.name = "memory-one", .aim = "take all memory in one process", .run = memory_one},
    {.name = "memory-many", .aim = "take all memory in many processes", .run = memory_many},
    {.name = "memory-shared", .aim = "take all memory as shared memory", .run = memory_shared},
    {.name = "memory-mapped", .aim = "reserve addresses without end", .run = memory_mapped},
    {.name = "memory-locked", .aim = "lock memory", .run = memory_locked},
    {.name = "memory-sockets", .aim = "take all memory as buffers", .run = memory_in_pipes},
    {.name = "disk", .aim = "fill the disk", .run = disk},
    {.name = "many-files", .aim = "make a million files", .run = many_files},
    {.name = "huge-file", .aim = "make a file of a terabyte", .run = huge_file},
    {.name = "open-files", .aim = "open files without end", .run = open_files},
    {.name = "flood", .aim = "write output without end", .judge = JUDGE_ENDS, .run = flood},
    {.name = "spin", .aim = "compute for ever", .judge = JUDGE_ENDS, .run = spin},
    {.name = "oversleep", .aim = "sleep for ever", .judge = JUDGE_ENDS, .run = oversleep},
    {.name = "ignore-signals",
     .aim = "sleep and ignore all signals",
     .judge = JUDGE_ENDS,
     .run = ignore_signals},
    {.name = "stop-self", .aim = "stop and never wake", .judge = JUDGE_ENDS, .run = stop_self},
    {.name = "spin-in-children",
     .aim = "compute for ever in children",
     .judge = JUDGE_ENDS,
     .run = spin_in_children},
};

struct attempts attack_resources(void)
{
    return (struct attempts){.at = attempts, .count = COUNT(attempts)};
}
