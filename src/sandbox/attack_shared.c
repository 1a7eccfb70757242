/* What a job shares with the machine, with other jobs and with the next one: files that all may
 * read, descriptors that are handed from job to job, tables of the kernel, the cleaner. */
#include <fcntl.h>
#include <linux/fs.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sandbox/attack.h"

static const char PROGRAM[] = "/usr/bin/env"; /* the machine's, and read by all */
enum { DEPTH = 40, NAMES = 60, PAIRS = 200, TIMERS = 100'000, OUTPUT_MAX = 64 << 20 };

/* ---- files that the machine uses as well ---- */

static bool lock_programs(const struct attack_target *target)
{
    return syscall(SYS_flock, open(PROGRAM, O_RDONLY | O_CLOEXEC), LOCK_EX | LOCK_NB) == 0;
}

static bool lease_programs(const struct attack_target *target)
{
    int fd = open(PROGRAM, O_RDONLY | O_CLOEXEC);

    return fcntl(fd, F_SETLEASE, F_RDLCK) == 0 || fcntl(fd, F_NOTIFY, DN_ACCESS) == 0;
}

/* What is opened below /usr tells which programs the machine runs. */
static bool watch_programs(const struct attack_target *target)
{
    return inotify_add_watch(inotify_init1(IN_CLOEXEC), "/usr/bin", IN_OPEN | IN_ACCESS) >= 0;
}

static bool map_programs(const struct attack_target *target)
{
    int fd = open(PROGRAM, O_RDONLY | O_CLOEXEC);
    void *shared = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);

    return shared != MAP_FAILED && mprotect(shared, 4096, PROT_READ | PROT_WRITE) == 0;
}

/* A page of a file that was spliced into a pipe must not take what is written to the pipe. */
static bool write_through_pipe(const struct attack_target *target)
{
    int fd = open(PROGRAM, O_RDONLY | O_CLOEXEC);
    char before[64] = "";
    char after[64] = "";
    loff_t from = 1;
    int ends[2];

    if (pread(fd, before, sizeof(before), 0) <= 0 || pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) {
        return false;
    }
    char fill[4096] = "";

    while (write(ends[1], fill, sizeof(fill)) > 0) {
    }
    while (read(ends[0], fill, sizeof(fill)) > 0) {
    }
    (void)!splice(fd, &from, ends[1], NULL, 1, 0);
    (void)!write(ends[1], "attack", 6);
    return pread(fd, after, sizeof(after), 0) > 0 && memcmp(before, after, sizeof(before)) != 0;
}

/* ---- tables of the kernel ---- */

static bool writes(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);

    return fd >= 0 && write(fd, text, strlen(text)) > 0;
}

static bool own_tables(const struct attack_target *target)
{
    return writes("/proc/self/uid_map", "0 0 1") || writes("/proc/self/gid_map", "0 0 1") ||
           writes("/proc/self/setgroups", "allow") || writes("/proc/self/loginuid", "0") ||
           writes("/proc/self/autogroup", "-20") || writes("/proc/self/attr/current", "unconfined");
}

static bool spare_me(const struct attack_target *target)
{
    return writes("/proc/self/oom_score_adj", "-900") || writes("/proc/self/oom_adj", "-17");
}

static bool limits_of_others(const struct attack_target *target)
{
    struct rlimit nothing = {.rlim_cur = 1, .rlim_max = 1};

    return prlimit(target->victim, RLIMIT_CPU, &nothing, NULL) == 0 ||
           (getpid() != 1 && getppid() != 1 && prlimit(1, RLIMIT_CPU, &nothing, NULL) == 0);
}

static bool other_time(const struct attack_target *target)
{
    return unshare(0x80 /* CLONE_NEWTIME */) == 0 || writes("/proc/self/timens_offsets", "1 9 0") ||
           writes("/sys/class/rtc/rtc0/wakealarm", "1");
}

static bool odd_controls(const struct attack_target *target)
{
    static const unsigned long WHAT[] = {FS_IOC_SETFLAGS,
                                         FIFREEZE,
                                         FITRIM,
                                         FS_IOC_FSGETXATTR,
                                         0x8912 /* SIOCGIFCONF */,
                                         0xb701 /* NS_GET_USERNS */,
                                         0xb702 /* NS_GET_PARENT */,
                                         0x2401 /* a perf event's */};
    long room[64] = {0x30};
    int files[] = {0, 1, open("/tmp", O_RDONLY | O_CLOEXEC), -1, -1};

    (void)socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, files + 3);
    for (size_t i = 0; i < COUNT(files); i++) {
        for (size_t k = 0; k < COUNT(WHAT); k++) {
            if (ioctl(files[i], WHAT[k], room) >= 0) {
                return true;
            }
        }
    }
    return false;
}

static bool page_zero(const struct attack_target *target)
{
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
                0) != MAP_FAILED;
}

static bool many_timers(const struct attack_target *target)
{
    struct sigevent event = {.sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGUSR1};
    int count = 0;

    while (count < TIMERS) {
        timer_t timer;

        if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0) {
            break;
        }
        count++;
    }
    return count == TIMERS;
}

/* Descriptors that travel for ever are held by nobody's table. */
static bool passed_files(const struct attack_target *target)
{
    int count = 0;

    for (int i = 0; i < PAIRS * PAIRS; i++) {
        union {
            struct cmsghdr head;
            char room[CMSG_SPACE(sizeof(int) * 2)];
        } control = {.head = {.cmsg_len = CMSG_LEN(sizeof(int) * 2),
                              .cmsg_level = SOL_SOCKET,
                              .cmsg_type = SCM_RIGHTS}};
        struct iovec byte = {.iov_base = control.room, .iov_len = 1};
        struct msghdr message = {.msg_iov = &byte,
                                 .msg_iovlen = 1,
                                 .msg_control = control.room,
                                 .msg_controllen = sizeof(control.room)};
        int pair[2];

        if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair) != 0) {
            break;
        }
        memcpy(CMSG_DATA(&control.head), pair, sizeof(pair));
        if (sendmsg(pair[0], &message, MSG_DONTWAIT) < 0) {
            break;
        }
        (void)close(pair[0]);
        (void)close(pair[1]);
        count++;
    }
    return count == PAIRS * PAIRS;
}

/* ---- ends that do not come ---- */

static bool wait_at_pipe(const struct attack_target *target)
{
    int ends[2];
    char byte;

    (void)!mkfifo("/tmp/never", 0600);
    (void)open("/tmp/never", O_RDONLY | O_CLOEXEC);
    return pipe2(ends, O_CLOEXEC) == 0 && read(ends[0], &byte, 1) >= 0;
}

static bool wait_for_vfork(const struct attack_target *target)
{
    if (vfork() == 0) {
        for (;;) {
            (void)pause();
        }
    }
    return true;
}

/* Every execution forgets what the one before had done, but not its time. */
static bool execute_for_ever(const struct attack_target *target)
{
    (void)execl("/bin/sh", "sh", "-c", "exec /bin/sh -c \"$0\" \"$0\"",
                "exec /bin/sh -c \"$0\" \"$0\"", NULL);
    return true;
}

/* Calls that make a file longer without writing to it. */
static bool grow_output(const struct attack_target *target)
{
    struct stat info = {0};
    off_t from = 0;

    (void)signal(SIGXFSZ, SIG_IGN);
    (void)!ftruncate(1, (off_t)1 << 40);
    (void)fallocate(1, 0, 0, (off_t)1 << 32);
    (void)!pwrite(1, "x", 1, (off_t)1 << 36);
    for (int i = 0; i < 64; i++) {
        from = 0;
        (void)sendfile(1, open("/usr/bin/python3", O_RDONLY | O_CLOEXEC), &from, 8 << 20);
    }
    return fstat(1, &info) == 0 && info.st_size > OUTPUT_MAX;
}

/* ---- what the next job would find ---- */

/* The cleaner lifts folders to names of its own: these are taken. */
static bool leave_names_of_cleaner(const struct attack_target *target)
{
    char path[64];

    for (int i = 0; i < NAMES; i++) {
        (void)snprintf(path, sizeof(path), "/tmp/.lifted-%d", i);
        (void)mkdir(path, 0700);
        (void)strcat(path, "/d");
        (void)mkdir(path, 0700);
        (void)strcat(path, "/e");
        (void)mkdir(path, 0700);
    }
    return mkdir("/tmp/a", 0700) == 0 && mkdir("/tmp/a/b", 0700) == 0 && false;
}

static bool leave_odd_names(const struct attack_target *target)
{
    static const char *const NAMES_OF[] = {"\xff\xfe", "-rf",      "a\nb", "*",
                                           " ",        "\xc3\xa9", "...",  "\\"};
    char path[600];
    char wide[256];

    memset(wide, 'w', 255);
    wide[255] = '\0';
    for (size_t i = 0; i <= COUNT(NAMES_OF); i++) {
        const char *name = i == COUNT(NAMES_OF) ? wide : NAMES_OF[i];

        (void)snprintf(path, sizeof(path), "/tmp/%s", name);
        (void)mkdir(path, 0700);
        (void)snprintf(path, sizeof(path), "/tmp/%s/%s", name, name);
        (void)close(open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    }
    return false;
}

/* Links in circles, out of the folder and onto one file from everywhere. */
static bool leave_links(const struct attack_target *target)
{
    char path[64];

    (void)mkdir("/tmp/a", 0700);
    (void)!symlink("/tmp/a", "/tmp/a/circle");
    (void)!symlink("..", "/tmp/a/up");
    (void)!symlink("/", "/tmp/root");
    (void)!symlink("self", "/tmp/self");
    (void)close(open("/tmp/one", O_CREAT | O_WRONLY | O_CLOEXEC, 0));
    for (int i = 0; i < DEPTH; i++) {
        (void)snprintf(path, sizeof(path), "/tmp/a/%d", i);
        (void)!link("/tmp/one", path);
    }
    return false;
}

static bool finds_names(const struct attack_target *target)
{
    struct stat info;

    return stat("/tmp", &info) != 0 || info.st_nlink > 2 || lstat("/tmp/one", &info) == 0 ||
           lstat("/tmp/self", &info) == 0;
}

/* Descriptors are the same for the next job: flags and locks on them must do no harm. */
static bool leave_flags(const struct attack_target *target)
{
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

    for (int fd = 0; fd < 3; fd++) {
        (void)fcntl(fd, F_SETFL, O_APPEND | O_NONBLOCK | O_ASYNC);
        (void)fcntl(fd, F_SETOWN, getpid());
        (void)fcntl(fd, F_SETSIG, SIGKILL);
        (void)fcntl(fd, F_OFD_SETLK, &lock);
        (void)syscall(SYS_flock, fd, LOCK_EX);
        (void)lseek(fd, 1 << 20, SEEK_SET);
    }
    return false;
}

static bool finds_flags(const struct attack_target *target)
{
    bool kept = false;

    for (int fd = 0; fd < 3; fd++) {
        kept |= lseek(fd, 0, SEEK_CUR) != 0 ||
                (fcntl(fd, F_GETFL) & (O_APPEND | O_NONBLOCK | O_ASYNC)) != 0;
    }
    return kept;
}

static const struct attempt attempts[] = {
    {.name = "lock-programs", .aim = "lock a program of the system", .run = lock_programs},
    {.name = "lease-programs", .aim = "hold a lease on a program", .run = lease_programs},
    {.name = "watch-programs", .aim = "watch what the machine opens", .run = watch_programs},
    {.name = "map-programs", .aim = "write to a program's pages", .run = map_programs},
    {.name = "write-through-pipe",
     .aim = "write to a program by a pipe",
     .run = write_through_pipe},
    {.name = "own-tables", .aim = "change tables of its own process", .run = own_tables},
    {.name = "spare-me", .aim = "be the last to be killed for memory", .run = spare_me},
    {.name = "limits-of-others", .aim = "limit another process", .run = limits_of_others},
    {.name = "other-time", .aim = "have another clock, or wake the machine", .run = other_time},
    {.name = "odd-controls", .aim = "control files and sockets", .run = odd_controls},
    {.name = "page-zero", .aim = "map the first page", .run = page_zero},
    {.name = "many-timers", .aim = "make timers without end", .run = many_timers},
    {.name = "passed-files", .aim = "send descriptors without end", .run = passed_files},
    {.name = "wait-at-pipe",
     .aim = "wait for ever at a pipe",
     .judge = JUDGE_ENDS,
     .run = wait_at_pipe},
    {.name = "wait-for-vfork",
     .aim = "wait for ever for a child's memory",
     .judge = JUDGE_ENDS,
     .run = wait_for_vfork},
    {.name = "execute-for-ever",
     .aim = "execute itself for ever",
     .judge = JUDGE_ENDS,
     .run = execute_for_ever},
    {.name = "grow-output", .aim = "make the output longer than it may be", .run = grow_output},
    {.name = "names-of-cleaner",
     .aim = "take the names that the cleaner needs",
     .judge = JUDGE_NEXT,
     .run = leave_names_of_cleaner,
     .next = finds_names},
    {.name = "odd-names",
     .aim = "leave names that are hard to say",
     .judge = JUDGE_NEXT,
     .run = leave_odd_names,
     .next = finds_names},
    {.name = "link-farm",
     .aim = "leave links in circles and out",
     .judge = JUDGE_NEXT,
     .run = leave_links,
     .next = finds_names},
    {.name = "flags",
     .aim = "leave flags on shared descriptors",
     .judge = JUDGE_NEXT,
     .run = leave_flags,
     .next = finds_flags},
};

struct attempts attack_shared(void)
{
    return (struct attempts){.at = attempts, .count = COUNT(attempts)};
}
