#include "sandbox/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/fault.h"

/* Names, so that one list serves every architecture; a name that this one lacks is skipped. Not
 * here are locks of whole files and watches: they reach programs that the machine uses too. */
static const char *const ALLOWED[] = {
    /* files */
    "access", "chdir", "chmod", "close", "close_range", "copy_file_range", "creat", "dup", "dup2",
    "dup3", "faccessat", "faccessat2", "fadvise64", "fallocate", "fchdir", "fchmod", "fchmodat",
    "fchown", "fchownat", "chown", "lchown", "fcntl", "fdatasync", "fgetxattr", "flistxattr",
    "fstat", "fstatfs", "fsync", "ftruncate", "futimesat", "getcwd", "getdents", "getdents64",
    "getxattr", "lgetxattr", "link", "linkat", "listxattr", "llistxattr", "lseek", "lstat", "mkdir",
    "mkdirat", "newfstatat", "open", "openat", "openat2", "pipe", "pipe2", "pread64", "preadv",
    "preadv2", "pwrite64", "pwritev", "pwritev2", "read", "readahead", "readlink", "readlinkat",
    "readv", "rename", "renameat", "renameat2", "rmdir", "sendfile", "splice", "stat", "statfs",
    "statx", "symlink", "symlinkat", "sync_file_range", "tee", "truncate", "umask", "unlink",
    "unlinkat", "utime", "utimensat", "utimes", "write", "writev",
    /* memory */
    "brk", "madvise", "membarrier", "mincore", "mlock", "mlock2", "mmap", "mprotect", "mremap",
    "msync", "munlock", "munmap", "pkey_alloc", "pkey_free", "pkey_mprotect", "rseq",
    /* processes and threads */
    "arch_prctl", "execve", "execveat", "exit", "exit_group", "fork", "futex", "futex_waitv",
    "get_robust_list", "getpgid", "getpgrp", "getpid", "getppid", "getpriority", "getrlimit",
    "getrusage", "getsid", "gettid", "kill", "prctl", "prlimit64", "restart_syscall",
    "sched_get_priority_max", "sched_get_priority_min", "sched_getaffinity", "sched_getattr",
    "sched_getparam", "sched_getscheduler", "sched_rr_get_interval", "sched_yield",
    "set_robust_list", "set_tid_address", "setpgid", "setpriority", "setrlimit", "setsid", "tgkill",
    "times", "tkill", "vfork", "wait4", "waitid", "waitpid",
    /* identity: all of these need capabilities to change anything */
    "capget", "capset", "getegid", "geteuid", "getgid", "getgroups", "getresgid", "getresuid",
    "getuid", "setfsgid", "setfsuid", "setgid", "setregid", "setresgid", "setresuid", "setreuid",
    "setuid",
    /* signals, time, waiting */
    "alarm", "clock_getres", "clock_gettime", "clock_nanosleep", "epoll_create", "epoll_create1",
    "epoll_ctl", "epoll_pwait", "epoll_pwait2", "epoll_wait", "eventfd", "eventfd2", "getitimer",
    "gettimeofday", "nanosleep", "pause", "poll", "ppoll", "pselect6", "rt_sigaction",
    "rt_sigpending", "rt_sigprocmask", "rt_sigqueueinfo", "rt_sigreturn", "rt_sigsuspend",
    "rt_sigtimedwait", "rt_tgsigqueueinfo", "select", "setitimer", "sigaltstack", "signalfd",
    "signalfd4", "time", "timer_create", "timer_delete", "timer_getoverrun", "timer_gettime",
    "timer_settime", "timerfd_create", "timerfd_gettime", "timerfd_settime",
    /* unnamed pairs of sockets, made below; no socket that could reach anything */
    "getpeername", "getsockname", "getsockopt", "recvfrom", "recvmsg", "sendmsg", "sendto",
    "shutdown",
    /* information */
    "getcpu", "getrandom", "sysinfo", "uname"};

enum {
    NAMESPACES =
        CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWCGROUP
};

static bool allow_by_argument(scmp_filter_ctx context)
{
    const uint32_t terminal[] = {0x5401 /* TCGETS */,   0x5413 /* TIOCGWINSZ */,
                                 0x541b /* FIONREAD */, 0x5421 /* FIONBIO */,
                                 0x5450 /* FIONCLEX */, 0x5451 /* FIOCLEX */};
    int bad = seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                               SCMP_A0(SCMP_CMP_MASKED_EQ, NAMESPACES, 0));

    /* glibc falls back from clone3, whose arguments no filter can see, to clone. */
    bad |= seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(unshare), 1,
                            SCMP_A0(SCMP_CMP_EQ, CLONE_NEWPID));
    bad |= seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(setns), 1,
                            SCMP_A1(SCMP_CMP_EQ, CLONE_NEWPID));
    bad |= seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(socketpair), 1,
                            SCMP_A0(SCMP_CMP_EQ, 1 /* AF_UNIX */));
    bad |= seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(personality), 1,
                            SCMP_A0(SCMP_CMP_EQ, 0xffffffff));
    for (size_t i = 0; i < COUNT(terminal); i++) {
        bad |= seccomp_rule_add(context, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1,
                                SCMP_A1(SCMP_CMP_MASKED_EQ, 0xffffffff, terminal[i]));
    }
    return bad == 0;
}

static bool allow(scmp_filter_ctx context)
{
    for (size_t i = 0; i < COUNT(ALLOWED); i++) {
        int number = seccomp_syscall_resolve_name(ALLOWED[i]);

        if (number >= 0 && seccomp_rule_add(context, SCMP_ACT_ALLOW, number, 0) != 0) {
            return false;
        }
    }
    /* A balanced tree instead of a list of 250 comparisons. */
    return allow_by_argument(context) &&
           seccomp_attr_set(context, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0;
}

static bool export(scmp_filter_ctx context, struct filter *out)
{
    int fd = memfd_create("filter", MFD_CLOEXEC);
    bool good = fd >= 0 && seccomp_export_bpf(context, fd) == 0;
    ssize_t size = good ? pread(fd, out->code, sizeof(out->code), 0) : -1;

    good = size > 0 && (size_t)size < sizeof(out->code);
    if (good) {
        out->program = (struct sock_fprog){
            .len = (unsigned short)((size_t)size / sizeof(out->code[0])), .filter = out->code};
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    return good;
}

enum err filter_build(struct filter *out, struct fault *fault)
{
    scmp_filter_ctx context = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    bool good = context != NULL && allow(context) && export(context, out);

    if (context != NULL) {
        seccomp_release(context);
    }
    return good ? OK : fail(fault, ERR_UNAVAILABLE, "the system-call filter could not be compiled");
}

bool filter_load(const struct filter *filter)
{
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
           syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW,
                   &filter->program) == 0;
}
