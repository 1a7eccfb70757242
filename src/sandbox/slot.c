#include "sandbox/slot.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "sandbox/root.h"

enum { CAPABILITY_MAX = 63, PAGE = 4096 };

/* What a slot needs to start jobs and to clean up; meaningless outside its user namespace. */
enum {
    SLOT_CAPABILITIES = 1 << CAP_SYS_ADMIN | 1 << CAP_SETUID | 1 << CAP_SETGID | 1 << CAP_KILL |
                        1 << CAP_DAC_OVERRIDE | 1 << CAP_FOWNER | 1 << CAP_SYS_PTRACE,
};

int64_t slot_clock(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000) + now.tv_nsec / 1000;
}

static bool set_capabilities(uint32_t low, uint32_t inheritable)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {
        {.effective = low, .permitted = low, .inheritable = inheritable}, {0}};

    return syscall(SYS_capset, &header, data) == 0;
}

/* What may be handed on must be said while everything is still allowed. */
static bool allow_inheriting(uint32_t inheritable)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2];

    if (syscall(SYS_capget, &header, data) != 0) {
        return false;
    }
    data[0].inheritable = inheritable;
    data[1].inheritable = 0;
    return syscall(SYS_capset, &header, data) == 0;
}

/* An interpreter keeps across its execution what a slot has; jobs drop it all the same. */
static bool keep_across_execution(void)
{
    bool good = true;

    for (unsigned long i = 0; i < 32; i++) {
        if (((uint32_t)SLOT_CAPABILITIES >> i & 1) != 0) {
            good = good && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, i, 0, 0) == 0;
        }
    }
    return good;
}

static void drop_bounding(void)
{
    for (unsigned long i = 0; i <= CAPABILITY_MAX; i++) {
        (void)prctl(PR_CAPBSET_DROP, i, 0, 0, 0);
    }
    (void)prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
}

/* System calls, not the library's wrappers: jobs share memory with the slot until they execute. */
bool slot_drop(const struct slot_plan *plan)
{
    if (plan->own_ids && (syscall(SYS_setresgid, JOB_ID, JOB_ID, JOB_ID) != 0 ||
                          syscall(SYS_setresuid, JOB_ID, JOB_ID, JOB_ID) != 0)) {
        return false;
    }
    return set_capabilities(0, 0);
}

static bool keep_few(bool across_execution)
{
    uint32_t inheritable = across_execution ? SLOT_CAPABILITIES : 0;

    if (!allow_inheriting(inheritable)) {
        return false;
    }
    drop_bounding();
    return set_capabilities(SLOT_CAPABILITIES, inheritable) &&
           (!across_execution || keep_across_execution());
}

static bool become_slot(const struct slot_plan *plan)
{
    if (!plan->own_ids) {
        return true;
    }
    return setgroups(0, NULL) == 0 && setresgid(SLOT_ID, SLOT_ID, SLOT_ID) == 0 &&
           setresuid(SLOT_ID, SLOT_ID, SLOT_ID) == 0;
}

static const char *const MACHINE_READABLE[] = {"/usr",
                                               "/bin",
                                               "/sbin",
                                               "/lib",
                                               "/lib32",
                                               "/lib64",
                                               "/etc/ld.so.cache",
                                               "/etc/alternatives",
                                               "/dev/random",
                                               "/dev/urandom",
                                               NULL};

static bool restrict_self(const struct slot *slot)
{
    const struct slot_plan *plan = slot->plan;
    bool rooted = plan->level >= SANDBOX_NAMESPACE;
    const char *list[WORD_MAX / 8];
    size_t count = 0;

    for (const char *const *at = rooted ? root_readable : MACHINE_READABLE; *at != NULL; at++) {
        list[count++] = *at;
    }
    for (size_t i = 0; i < plan->options->readable.count && count + 1 < COUNT(list); i++) {
        list[count++] = plan->options->readable.at[i];
    }
    list[count] = NULL;
    if (plan->landlock > 0 &&
        !landlock_load(list, root_files, rooted ? "/tmp" : plan->folder, slot->proc)) {
        return false;
    }
    return filter_load(plan->filter);
}

/* Everything once; each step keeps less than the one before. */
static bool build(struct slot *slot, const char **failed)
{
    const struct slot_plan *plan = slot->plan;
    const struct sandbox_options *options = plan->options;
    struct root_plan root = {.disk_mib = options->disk_mib,
                             .inode_max = options->inode_max,
                             .readable = options->readable,
                             .with_proc = options->kind == SANDBOX_COMMANDS};

    *failed = "taking the slot's user";
    if (!become_slot(plan)) {
        return false;
    }
    if (plan->level >= SANDBOX_NAMESPACE) {
        if (!root_build(&root, &slot->proc, failed)) {
            return false;
        }
        if (sethostname("sandbox", 7) != 0) {
            return false;
        }
    }
    slot->space = slot->proc < 0 ? -1 : openat(slot->proc, "self/ns/pid", O_RDONLY | O_CLOEXEC);
    *failed = "opening the jobs' folder";
    const char *folder = plan->level >= SANDBOX_NAMESPACE ? "/tmp" : plan->folder;

    slot->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (slot->folder < 0 || chdir(folder) != 0) {
        return false;
    }
    *failed = "dropping capabilities";
    if (plan->level >= SANDBOX_NAMESPACE && !keep_few(options->kind == SANDBOX_PYTHON)) {
        return false;
    }
    (void)prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    *failed = "loading the filters";
    return plan->level < SANDBOX_FILTER || restrict_self(slot);
}

static int64_t resident_of(int proc, const char *name)
{
    char path[64];
    char text[128];

    (void)snprintf(path, sizeof(path), "%s/statm", name);
    int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);
    long total = 0;
    long resident = 0;

    if (fd >= 0) {
        (void)close(fd);
    }
    if (size <= 0) {
        return 0;
    }
    text[size] = '\0';
    return sscanf(text, "%ld %ld", &total, &resident) == 2 ? resident * (int64_t)PAGE : 0;
}

int64_t slot_resident(const struct slot *slot, int keep, bool kill_them)
{
    _Alignas(8) char list[PAGE];
    int64_t total = 0;

    if (slot->proc < 0) {
        return 0;
    }
    (void)lseek(slot->proc, 0, SEEK_SET);
    for (;;) {
        long size = syscall(SYS_getdents64, slot->proc, list, sizeof(list));

        if (size <= 0) {
            return total;
        }
        for (long at = 0; at < size;) {
            unsigned short step;

            memcpy(&step, list + at + 16, sizeof(step));
            const char *name = list + at + 19; /* struct linux_dirent64 */
            long pid = strtol(name, NULL, 10);

            at += step;
            if (pid > 1 && pid != keep) {
                total += resident_of(slot->proc, name);
                if (kill_them) {
                    (void)kill((pid_t)pid, SIGKILL);
                }
            }
        }
    }
}

/* Terminated strings of a request, checked: they come from our owner, but cost nothing to check. */
static bool sound(const struct slot_request *request, ssize_t size)
{
    size_t head = offsetof(struct slot_request, text);

    return size >= (ssize_t)head && request->text_size <= REQUEST_ROOM &&
           (size_t)size == head + request->text_size && request->argument_count > 0 &&
           request->argument_count + request->environment_count < WORD_MAX &&
           request->text_size > 0 && request->text[request->text_size - 1] == '\0';
}

static _Noreturn void serve(struct slot *slot)
{
    static const size_t ROOM = sizeof(struct slot_request);
    struct slot_request *request = malloc(ROOM);
    int control = slot->plan->file[SLOT_CONTROL];

    for (;;) {
        struct slot_reply reply = {0};
        ssize_t size = request == NULL ? 0 : recv(control, request, ROOM, 0);

        if (size < 0 && errno == EINTR) {
            continue;
        }
        if (size <= 0 || !sound(request, size)) {
            _exit(0);
        }
        slot_run(slot, request, &reply);
        if (send(control, &reply, sizeof(reply), MSG_NOSIGNAL) != (ssize_t)sizeof(reply)) {
            _exit(0);
        }
    }
}

void slot_main(const struct slot_plan *plan)
{
    struct slot slot = {.plan = plan, .folder = -1, .proc = -1, .space = -1};
    const char *failed = "waiting for the keeper";
    char word[128] = {0};

    if (read(plan->ready, word, 1) != 1 || !build(&slot, &failed)) {
        (void)snprintf(word, sizeof(word), "%s: %s", failed, strerror(errno));
        (void)send(plan->ready, word, strlen(word), MSG_NOSIGNAL);
        _exit(1);
    }
    (void)send(plan->ready, "", 1, MSG_NOSIGNAL);
    (void)close(plan->ready);
    if (plan->options->kind == SANDBOX_PYTHON) {
        slot_serve_python(&slot);
    }
    serve(&slot);
}
