#include "sandbox/keeper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/fault.h"
#include "sandbox/root.h"

enum {
    SLOT_MAX = 256,
    BUILD_MS = 20'000,
    ID_BASE = 61'000, /* of root's slots, outside; three each */
    ID_SLOTS = 1000,
    FIRST_FD = 3,
    HIGH_FD = 200,
    REAPED = -1, /* a slot whose process has ended by itself */
};

/* What one running slot left with its keeper. */
struct kept {
    pid_t pid;
    uint32_t serial;
    struct control_group group;
    char folder[64]; /* below SANDBOX_NAMESPACE */
};

struct keeper {
    int socket;
    const struct sandbox_options *options;
    struct group_place place;
    struct filter filter;
    struct sandbox_probe probe;
    struct kept kept[SLOT_MAX];
};

static bool write_proc(pid_t pid, const char *file, const char *content)
{
    char path[64];

    (void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, file);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    bool good = fd >= 0 && write(fd, content, strlen(content)) == (ssize_t)strlen(content);

    if (fd >= 0) {
        (void)close(fd);
    }
    return good;
}

/* Root gives the slot, its jobs and its tests ids that own nothing; others have only their own. */
static bool map_ids(pid_t pid, bool privileged, uint32_t serial)
{
    char users[128];
    char groups[128];
    unsigned base = ID_BASE + 3 * (serial % ID_SLOTS);

    if (privileged) {
        (void)snprintf(users, sizeof(users), "%d %u 1\n%d %u 1\n%d %u 1\n", SLOT_ID, base, JOB_ID,
                       base + 1, TEST_ID, base + 2);
        return write_proc(pid, "gid_map", users) && write_proc(pid, "uid_map", users);
    }
    (void)snprintf(users, sizeof(users), "%d %u 1\n", JOB_ID, (unsigned)geteuid());
    (void)snprintf(groups, sizeof(groups), "%d %u 1\n", JOB_ID, (unsigned)getegid());
    return write_proc(pid, "setgroups", "deny") && write_proc(pid, "uid_map", users) &&
           write_proc(pid, "gid_map", groups);
}

/* In the slot: only its own files stay, at known places. */
static void settle_files(struct slot_plan *plan, struct control_group *group)
{
    int *mine[] = {&plan->file[SLOT_CONTROL],
                   &plan->file[SLOT_INPUT],
                   &plan->file[SLOT_OUTPUT],
                   &plan->file[SLOT_ERROR],
                   &plan->ready,
                   &group->limit,
                   &group->event};

    for (size_t i = 0; i < COUNT(mine); i++) {
        if (*mine[i] >= 0) {
            *mine[i] = fcntl(*mine[i], F_DUPFD_CLOEXEC, HIGH_FD);
        }
    }
    (void)syscall(SYS_close_range, (unsigned)FIRST_FD, (unsigned)HIGH_FD - 1, 0U);
    for (size_t i = 0; i < COUNT(mine); i++) {
        if (*mine[i] >= 0) {
            int fd = FIRST_FD + (int)i;

            (void)dup3(*mine[i], fd, O_CLOEXEC);
            *mine[i] = fd;
        }
    }
    (void)syscall(SYS_close_range, (unsigned)FIRST_FD + (unsigned)COUNT(mine), ~0U, 0U);
}

static int namespaces(enum sandbox_level level)
{
    return level < SANDBOX_NAMESPACE ? 0
                                     : CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWNET |
                                           CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP;
}

/* A message of the slot within the time that building may take: empty text is good news. */
static bool await_ready(int ready, char *note, size_t room)
{
    struct pollfd event = {.fd = ready, .events = POLLIN};
    ssize_t size = poll(&event, 1, BUILD_MS) == 1 ? recv(ready, note, room - 1, 0) : -1;

    if (size == 1 && note[0] == '\0') {
        return true;
    }
    note[size > 0 ? size : 0] = '\0';
    if (size <= 0) {
        (void)snprintf(note, room, "the slot did not come up");
    }
    return false;
}

/* The slot's files: `inside` for the slot, `outside` for the owner. */
static bool make_files(int inside[SLOT_FILES], int outside[SLOT_FILES])
{
    int pair[2];
    char path[64];
    bool good = socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == 0;

    for (int i = 0; i < SLOT_FILES; i++) {
        inside[i] = -1;
        outside[i] = -1;
    }
    if (!good) {
        return false;
    }
    outside[SLOT_CONTROL] = pair[0];
    inside[SLOT_CONTROL] = pair[1];
    for (int i = SLOT_INPUT; i < SLOT_FILES; i++) {
        outside[i] = memfd_create("job", MFD_CLOEXEC);
        (void)snprintf(path, sizeof(path), "/proc/self/fd/%d", outside[i]);
        inside[i] = open(path, (i == SLOT_INPUT ? O_RDONLY : O_RDWR) | O_CLOEXEC);
        good = good && inside[i] >= 0;
    }
    return good;
}

static void close_files(const int file[SLOT_FILES])
{
    for (int i = 0; i < SLOT_FILES; i++) {
        if (file[i] >= 0) {
            (void)close(file[i]);
        }
    }
}

static void end_slot(struct kept *kept)
{
    if (kept->pid > 0) {
        (void)kill(kept->pid, SIGKILL);
        while (waitpid(kept->pid, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    group_remove(&kept->group);
    if (kept->folder[0] != '\0') {
        int folder = open(kept->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

        if (folder >= 0) {
            (void)root_empty(folder);
            (void)close(folder);
        }
        (void)rmdir(kept->folder);
    }
    *kept = (struct kept){.group = {.limit = -1, .event = -1}};
}

static bool start_slot(struct keeper *keeper, struct kept *kept, struct slot_plan *plan,
                       struct keeper_reply *reply)
{
    int ready[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ready) != 0) {
        return false;
    }
    /* Only this thread goes on in the new process; it owns a copy of our memory. */
    pid_t pid = (pid_t)syscall(SYS_clone, namespaces(plan->level) | SIGCHLD, 0, 0, 0, 0);

    if (pid == 0) {
        plan->ready = ready[1];
        settle_files(plan, &kept->group);
        slot_main(plan);
    }
    (void)close(ready[1]);
    if (pid < 0) {
        (void)snprintf(reply->note, sizeof(reply->note), "making namespaces: %s", strerror(errno));
        (void)close(ready[0]);
        return false;
    }
    kept->pid = pid;
    group_join(&kept->group, pid);
    bool good =
        plan->level < SANDBOX_NAMESPACE || map_ids(pid, keeper->probe.privileged, kept->serial);

    if (!good) {
        (void)snprintf(reply->note, sizeof(reply->note), "mapping user ids: %s", strerror(errno));
    } else {
        good = send(ready[0], "g", 1, MSG_NOSIGNAL) == 1 &&
               await_ready(ready[0], reply->note, sizeof(reply->note));
    }
    (void)close(ready[0]);
    return good;
}

static bool try_level(struct keeper *keeper, struct kept *kept, uint32_t serial,
                      enum sandbox_level level, int outside[SLOT_FILES], struct keeper_reply *reply)
{
    struct slot_plan plan = {.options = keeper->options,
                             .filter = &keeper->filter,
                             .level = level,
                             .group = &kept->group,
                             .folder = kept->folder,
                             .landlock = keeper->probe.landlock,
                             .own_ids = keeper->probe.privileged && level >= SANDBOX_NAMESPACE};

    *kept = (struct kept){.serial = serial, .group = {.limit = -1, .event = -1}};
    if (keeper->options->level_max == SANDBOX_FULL && level >= SANDBOX_NAMESPACE) {
        group_make(&keeper->place, getpid(), serial, &kept->group);
        (void)group_limit(&kept->group, keeper->options->memory_mib << 20);
    }
    if (level < SANDBOX_NAMESPACE) {
        (void)snprintf(kept->folder, sizeof(kept->folder), "/tmp/periti-%d-XXXXXX", (int)getpid());
        if (mkdtemp(kept->folder) == NULL) {
            return false;
        }
    }
    bool good = make_files(plan.file, outside) && start_slot(keeper, kept, &plan, reply);

    close_files(plan.file);
    if (!good) {
        close_files(outside);
        end_slot(kept);
    }
    return good;
}

static void describe(struct sandbox_probe *probe, enum sandbox_level level,
                     const struct control_group *group, const char *note)
{
    probe->namespaces = level >= SANDBOX_NAMESPACE;
    probe->filter = level >= SANDBOX_FILTER;
    probe->memory_group = group->memory[0] != '\0';
    probe->process_group = group->process[0] != '\0';
    probe->level = level == SANDBOX_NAMESPACE && probe->memory_group ? SANDBOX_FULL : level;
    if (probe->level < SANDBOX_NAMESPACE) {
        (void)snprintf(probe->why, sizeof(probe->why), "no namespaces: %.120s", note);
    } else if (probe->level < SANDBOX_FULL) {
        (void)snprintf(probe->why, sizeof(probe->why),
                       "no memory control group may be made here; a watcher stands in");
    }
}

static void make_slot(struct keeper *keeper, uint32_t serial, struct keeper_reply *reply,
                      int outside[SLOT_FILES])
{
    static const enum sandbox_level ORDER[] = {SANDBOX_NAMESPACE, SANDBOX_FILTER, SANDBOX_NONE};
    struct kept *kept = NULL;
    char why[NOTE_ROOM] = "not asked for";

    for (size_t i = 0; i < SLOT_MAX && kept == NULL; i++) {
        kept = keeper->kept[i].pid == 0 ? &keeper->kept[i] : NULL;
    }
    for (size_t i = 0; kept != NULL && i < COUNT(ORDER); i++) {
        bool enough = ORDER[i] >= keeper->options->level_min ||
                      (ORDER[i] == SANDBOX_NAMESPACE && keeper->options->level_min == SANDBOX_FULL);

        if (!enough || ORDER[i] > keeper->options->level_max ||
            (ORDER[i] == SANDBOX_FILTER && keeper->probe.landlock == 0)) {
            continue;
        }
        if (try_level(keeper, kept, serial, ORDER[i], outside, reply)) {
            reply->good = 1;
            reply->probe = keeper->probe;
            describe(&reply->probe, ORDER[i], &kept->group, why);
            return;
        }
        (void)snprintf(why, sizeof(why), "%s", reply->note);
    }
}

static void answer(int socket, const struct keeper_reply *reply, const int file[SLOT_FILES])
{
    struct iovec part = {.iov_base = (void *)(uintptr_t)reply, .iov_len = sizeof(*reply)};
    _Alignas(struct cmsghdr) char room[CMSG_SPACE(sizeof(int) * SLOT_FILES)] = {0};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};

    if (file != NULL) {
        message.msg_control = room;
        message.msg_controllen = sizeof(room);
        struct cmsghdr *head = CMSG_FIRSTHDR(&message);

        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(sizeof(int) * SLOT_FILES);
        memcpy(CMSG_DATA(head), file, sizeof(int) * SLOT_FILES);
    }
    (void)sendmsg(socket, &message, MSG_NOSIGNAL);
}

static void serve(struct keeper *keeper, const struct keeper_request *request)
{
    struct keeper_reply reply = {0};
    int outside[SLOT_FILES];

    if (request->order == KEEPER_NEW) {
        make_slot(keeper, request->serial, &reply, outside);
        answer(keeper->socket, &reply, reply.good ? outside : NULL);
        if (reply.good) {
            close_files(outside);
        }
        return;
    }
    for (size_t i = 0; i < SLOT_MAX; i++) {
        if (keeper->kept[i].pid > 0 && keeper->kept[i].serial == request->serial) {
            end_slot(&keeper->kept[i]);
            reply.good = 1;
        }
    }
    answer(keeper->socket, &reply, NULL);
}

/* The owner's terminal, signals, files and environment are none of ours. */
static int detach(int socket)
{
    sigset_t none;
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);

    (void)setsid();
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    for (int i = 1; i < NSIG; i++) {
        (void)signal(i, SIG_DFL);
    }
    for (int i = 0; i < FIRST_FD && nothing >= 0; i++) {
        (void)dup2(nothing, i);
    }
    int kept = fcntl(socket, F_DUPFD_CLOEXEC, HIGH_FD);

    (void)syscall(SYS_close_range, (unsigned)FIRST_FD, (unsigned)kept - 1, 0U);
    (void)syscall(SYS_close_range, (unsigned)kept + 1, ~0U, 0U);
    (void)clearenv();
    if (chdir("/") != 0) {
        _exit(1);
    }
    (void)prctl(PR_SET_NAME, "periti-keeper", 0, 0, 0);
    return kept;
}

/* An idle slot ends by itself when its owner is gone, and then what its jobs used is accounted for;
 * any other is ended by force. */
static void await_ends(struct keeper *keeper)
{
    enum { TRIES = 50, PAUSE_US = 2000 };
    bool waits = true;

    for (int i = 0; i < TRIES && waits; i++) {
        waits = false;
        for (size_t k = 0; k < SLOT_MAX; k++) {
            struct kept *kept = &keeper->kept[k];

            if (kept->pid > 0 && waitpid(kept->pid, NULL, WNOHANG) == kept->pid) {
                kept->pid = REAPED;
            }
            waits = waits || kept->pid > 0;
        }
        if (waits) {
            (void)usleep(PAUSE_US);
        }
    }
}

void keeper_main(int socket, const struct sandbox_options *options)
{
    struct fault fault;
    struct keeper *keeper = calloc(1, sizeof(*keeper));
    struct keeper_request request;

    if (keeper == NULL || filter_build(&keeper->filter, &fault) != OK) {
        _exit(1);
    }
    keeper->socket = detach(socket);
    keeper->options = options;
    keeper->probe.privileged = geteuid() == 0;
    keeper->probe.landlock = landlock_version();
    group_find(&keeper->place);
    group_sweep(&keeper->place);
    for (;;) {
        ssize_t size = recv(keeper->socket, &request, sizeof(request), 0);

        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size != (ssize_t)sizeof(request)) {
            break;
        }
        serve(keeper, &request);
    }
    await_ends(keeper);
    for (size_t i = 0; i < SLOT_MAX; i++) {
        if (keeper->kept[i].pid != 0) {
            end_slot(&keeper->kept[i]);
        }
    }
    _exit(0);
}
