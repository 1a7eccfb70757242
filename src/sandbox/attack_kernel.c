#include <errno.h>
#include <linux/capability.h>
#include <linux/keyctl.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ipc.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/attack.h"

/* In a child, so that success does not carry over; the child's exit code tells. */
static bool child_can(bool (*attempt)(void))
{
    pid_t child = fork();
    int status = 0;

    if (child == 0) {
        _exit(attempt() ? 7 : 0);
    }
    return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
           WEXITSTATUS(status) == 7;
}

static bool make_user(void)
{
    return unshare(CLONE_NEWUSER) == 0;
}

static bool make_any(void)
{
    static const int KINDS[] = {CLONE_NEWNS,  CLONE_NEWNET, CLONE_NEWIPC,
                                CLONE_NEWUTS, CLONE_NEWPID, CLONE_NEWCGROUP};

    for (size_t i = 0; i < COUNT(KINDS); i++) {
        if (unshare(KINDS[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool user_namespace(const struct attack_target *target)
{
    return child_can(make_user);
}

static bool other_namespaces(const struct attack_target *target)
{
    return child_can(make_any);
}

static bool clone_with(uint64_t flags)
{
    long child = syscall(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0);

    if (child == 0) {
        _exit(0);
    }
    return child > 0;
}

static bool clone_user(const struct attack_target *target)
{
    return clone_with(CLONE_NEWUSER) || clone_with(CLONE_NEWUSER | CLONE_NEWPID) ||
           clone_with(CLONE_NEWPID) || clone_with(CLONE_NEWNS);
}

static bool clone3_user(const struct attack_target *target)
{
    struct clone_args args = {.flags = CLONE_NEWUSER, .exit_signal = SIGCHLD};
    long child = syscall(SYS_clone3, &args, sizeof(args));

    if (child == 0) {
        _exit(0);
    }
    return child > 0;
}

static bool join_namespace(const struct attack_target *target)
{
    FILE *file = fopen("/proc/1/ns/pid", "re");

    return (file != NULL && setns(fileno(file), 0) == 0) || setns(0, CLONE_NEWPID) == 0;
}

static bool mounts(const struct attack_target *target)
{
    return mount("tmpfs", "/tmp", "tmpfs", 0, "") == 0 ||
           mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND, NULL) == 0 ||
           mount("/usr", "/tmp", NULL, MS_BIND, NULL) == 0 || umount2("/tmp", MNT_DETACH) == 0 ||
           syscall(SYS_pivot_root, ".", ".") == 0;
}

static bool new_mounts(const struct attack_target *target)
{
    return syscall(SYS_fsopen, "tmpfs", 0) >= 0 || syscall(SYS_open_tree, -100, "/", 1) >= 0 ||
           syscall(SYS_mount_setattr, -100, "/", 0, NULL, 0) == 0;
}

static bool become_root(const struct attack_target *target)
{
    uid_t before = geteuid();

    return (setuid(0) == 0 || setreuid(0, 0) == 0 || setresuid(0, 0, 0) == 0 || setgid(0) == 0 ||
            setuid(999) == 0 || setuid(1001) == 0) &&
           geteuid() != before;
}

static bool regain(const struct attack_target *target)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[2] = {{0}};

    if (syscall(SYS_capget, &header, data) == 0 &&
        (data[0].permitted | data[1].permitted | data[0].inheritable) != 0) {
        return true;
    }
    data[0] = (struct __user_cap_data_struct){.effective = ~0U, .permitted = ~0U};
    return syscall(SYS_capset, &header, data) == 0 ||
           prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SYS_ADMIN, 0, 0) == 0 ||
           prctl(PR_CAPBSET_READ, CAP_SYS_ADMIN, 0, 0, 0) == 1;
}

static bool shake_off(const struct attack_target *target)
{
    return prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1 ||
           prctl(PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0 || prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != 2;
}

static bool raise_limits(const struct attack_target *target)
{
    static const __rlimit_resource_t WHAT[] = {RLIMIT_AS,     RLIMIT_CPU,   RLIMIT_FSIZE,
                                               RLIMIT_NOFILE, RLIMIT_NPROC, RLIMIT_CORE};
    struct rlimit free = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};

    for (size_t i = 0; i < COUNT(WHAT); i++) {
        if (setrlimit(WHAT[i], &free) == 0) {
            return true;
        }
    }
    return false;
}

static bool type_for_others(const struct attack_target *target)
{
    return ioctl(0, TIOCSTI, "x") == 0 || ioctl(1, TIOCSTI, "x") == 0 ||
           ioctl(0, 0x541c /* TIOCLINUX */, "\2") == 0;
}

/* The first attempt that a filter of 64-bit calls could miss: the same call by another number. */
static bool other_entry(void)
{
    long result = 0;

#if defined(__x86_64__)
    /* getuid by the 32-bit entry */
    __asm__ volatile("int $0x80" : "=a"(result) : "a"(24L) : "memory", "r8", "r9", "r10", "r11");
    if ((int)result >= 0) {
        return true;
    }
    result = syscall(0x40000000 + SYS_getpid);
    return result > 0;
#else
    return result != 0;
#endif
}

static bool other_abi(const struct attack_target *target)
{
    return child_can(other_entry);
}

static bool any_call(const struct attack_target *target);

/* Doors of the kernel that no judged program needs. Arguments are such that a kernel which lets
 * the call in does no harm, or fails for another reason than not having it. */
static const struct {
    const char *name;
    long number;
    long arguments[5];
} CALLS[] = {
    {"io_uring_setup", SYS_io_uring_setup, {1}},
    {"keyctl", SYS_keyctl, {KEYCTL_GET_KEYRING_ID, KEY_SPEC_SESSION_KEYRING, 0}},
    {"add_key", SYS_add_key, {0}},
    {"request_key", SYS_request_key, {0}},
    {"userfaultfd", SYS_userfaultfd, {1}},
    {"bpf", SYS_bpf, {0}},
    {"perf_event_open", SYS_perf_event_open, {0, 0, -1, -1, 0}},
    {"init_module", SYS_init_module, {0}},
    {"finit_module", SYS_finit_module, {-1}},
    {"delete_module", SYS_delete_module, {0}},
    {"kexec_load", SYS_kexec_load, {0, 0, 0, 1}},
    {"reboot", SYS_reboot, {0}},
    {"swapon", SYS_swapon, {0}},
    {"swapoff", SYS_swapoff, {0}},
    {"settimeofday", SYS_settimeofday, {0, 1}},
    {"clock_settime", SYS_clock_settime, {0, 1}},
    {"adjtimex", SYS_adjtimex, {1}},
    {"sethostname", SYS_sethostname, {0, 1}},
    {"setdomainname", SYS_setdomainname, {0, 1}},
    {"acct", SYS_acct, {1}},
    {"syslog", SYS_syslog, {3, 0, 0}},
    {"quotactl", SYS_quotactl, {0}},
    {"personality", SYS_personality, {0x0040000}},
    {"ptrace", SYS_ptrace, {0}},
    {"process_vm_readv", SYS_process_vm_readv, {1}},
    {"process_vm_writev", SYS_process_vm_writev, {1}},
    {"process_madvise", SYS_process_madvise, {-1}},
    {"pidfd_getfd", SYS_pidfd_getfd, {-1}},
    {"kcmp", SYS_kcmp, {1, 1, 0}},
    {"fanotify_init", SYS_fanotify_init, {0}},
    {"memfd_create", SYS_memfd_create, {0}},
    {"memfd_secret", SYS_memfd_secret, {-1}},
    {"shmget", SYS_shmget, {IPC_PRIVATE, 4096, 0600 | IPC_CREAT}},
    {"msgget", SYS_msgget, {IPC_PRIVATE, 0600 | IPC_CREAT}},
    {"semget", SYS_semget, {IPC_PRIVATE, 1, 0600 | IPC_CREAT}},
    {"mq_open", SYS_mq_open, {0}},
    {"move_pages", SYS_move_pages, {0}},
    {"lookup_dcookie", SYS_lookup_dcookie, {0}},
    {"vhangup", SYS_vhangup, {0}},
    {"sched_setaffinity", SYS_sched_setaffinity, {1}},
    {"ioprio_set", SYS_ioprio_set, {1, 1, 0}},
    {"io_uring_register", SYS_io_uring_register, {-1}},
    {"seccomp", SYS_seccomp, {2, 0, 0}},
    {"landlock", 444, {0, 0, 1}},
    {"pidfd_open", SYS_pidfd_open, {1, 0}},
    {"process_mrelease", 448, {-1}},
    {"mbind", SYS_mbind, {0}},
    {"migrate_pages", SYS_migrate_pages, {0}},
    {"set_mempolicy", SYS_set_mempolicy, {0}},
    {"vmsplice", SYS_vmsplice, {-1}},
    {"sync", SYS_sync, {0}},
    {"syncfs", SYS_syncfs, {-1}},
    {"setxattr", SYS_setxattr, {0}},
    {"fspick", SYS_fspick, {-1}},
    {"move_mount", SYS_move_mount, {-1}},
    {"cachestat", 451, {-1}},
    {"listmount", 458, {0}},
    {"sched_setscheduler", SYS_sched_setscheduler, {0}},
    {"sched_setattr", SYS_sched_setattr, {0}},
#if defined(__x86_64__)
    {"iopl", SYS_iopl, {3}},
    {"ioperm", SYS_ioperm, {0, 1, 1}},
    {"modify_ldt", SYS_modify_ldt, {0}},
#endif
};

/* Anything but "no such call" means that the door is there. */
static bool any_call(const struct attack_target *target)
{
    bool through = false;

    for (size_t i = 0; i < COUNT(CALLS); i++) {
        const long *a = CALLS[i].arguments;

        if (syscall(CALLS[i].number, a[0], a[1], a[2], a[3], a[4]) >= 0 || errno != ENOSYS) {
            printf("%s ", CALLS[i].name);
            through = true;
        }
    }
    return through;
}

static const struct attempt attempts[] = {
    {.name = "user-namespace", .aim = "make a user namespace", .run = user_namespace},
    {.name = "namespaces", .aim = "make any other namespace", .run = other_namespaces},
    {.name = "clone-user", .aim = "make namespaces by clone", .run = clone_user},
    {.name = "clone3-user", .aim = "make namespaces by clone3", .run = clone3_user},
    {.name = "setns", .aim = "join a namespace", .run = join_namespace},
    {.name = "mount", .aim = "mount, remount, unmount, swap roots", .run = mounts},
    {.name = "new-mount", .aim = "mount by the newer calls", .run = new_mounts},
    {.name = "become-root", .aim = "change the user", .run = become_root},
    {.name = "capabilities", .aim = "have or regain a capability", .run = regain},
    {.name = "shake-off", .aim = "be without the filter", .run = shake_off},
    {.name = "raise-limits", .aim = "raise a resource limit", .run = raise_limits},
    {.name = "terminal", .aim = "type into the owner's terminal", .run = type_for_others},
    {.name = "other-abi", .aim = "call the kernel by another entry", .run = other_abi},
    {.name = "kernel-calls", .aim = "use a needless system call", .run = any_call},
};

struct attempts attack_kernel(void)
{
    return (struct attempts){.at = attempts, .count = COUNT(attempts)};
}
