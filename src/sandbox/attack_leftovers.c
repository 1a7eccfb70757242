#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

#include <dirent.h>

#include "sandbox/attack.h"

static void bear_mark(const struct attack_target *target)
{
    char mark[ATTACK_MARK_ROOM];

    attack_mark(target, mark);
    (void)prctl(PR_SET_NAME, mark, 0, 0, 0);
}

/* Leaves its parent, its session and its terminal, and stays. */
static bool daemonise(const struct attack_target *target)
{
    if (fork() == 0) {
        (void)setsid();
        if (fork() == 0) {
            bear_mark(target);
            for (int fd = 0; fd < 64; fd++) {
                (void)close(fd);
            }
            for (;;) {
                (void)sleep(60);
            }
        }
        _exit(0);
    }
    (void)usleep(20'000);
    return false;
}

/* Many at once, each making the next before it ends: hard to kill one by one. */
static bool chain(const struct attack_target *target)
{
    if (fork() == 0) {
        bear_mark(target);
        (void)setsid();
        for (;;) {
            if (fork() > 0) {
                _exit(0);
            }
        }
    }
    (void)usleep(20'000);
    return false;
}

static bool stopped_child(const struct attack_target *target)
{
    if (fork() == 0) {
        bear_mark(target);
        (void)raise(SIGSTOP);
        for (;;) {
            (void)sleep(60);
        }
    }
    (void)usleep(20'000);
    return false;
}

static bool leave_files(const struct attack_target *target)
{
    (void)close(open("/tmp/left", O_CREAT | O_WRONLY, 0));
    (void)close(open("/tmp/.hidden", O_CREAT | O_WRONLY, 0400));
    (void)!symlink("/usr", "/tmp/link");
    (void)mkfifo("/tmp/pipe", 0600);
    return false;
}

static bool leave_depth(const struct attack_target *target)
{
    for (int i = 0; i < 3000 && mkdir("d", 0700) == 0 && chdir("d") == 0; i++) {
        (void)close(open("file", O_CREAT | O_WRONLY, 0600));
    }
    return false;
}

static bool leave_locked(const struct attack_target *target)
{
    (void)mkdir("/tmp/locked", 0700);
    (void)mkdir("/tmp/locked/inner", 0700);
    (void)close(open("/tmp/locked/inner/file", O_CREAT | O_WRONLY, 0));
    (void)chmod("/tmp/locked/inner", 0);
    (void)chmod("/tmp/locked", 0);
    (void)chmod("/tmp", 0);
    return false;
}

static bool leave_input(const struct attack_target *target)
{
    struct stat info;

    return fstat(0, &info) == 0 && S_ISREG(info.st_mode) &&
           (write(0, "left", 4) > 0 || ftruncate(0, 4096) == 0);
}

/* Files that are handed from job to job and can be sealed or locked are of no use to the next. */
static bool seal_files(const struct attack_target *target)
{
    bool through = false;

    for (int fd = 0; fd < 64; fd++) {
        through |= fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK) == 0;
    }
    return through;
}

static bool finds_files(const struct attack_target *target)
{
    DIR *list = opendir("/tmp");
    bool found = list == NULL;

    for (struct dirent *entry = found ? NULL : readdir(list); entry != NULL;
         entry = readdir(list)) {
        found |= strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    }
    return found;
}

static bool finds_input(const struct attack_target *target)
{
    char byte;

    return read(0, &byte, 1) == 1;
}

static const struct attempt attempts[] = {
    {.name = "daemon", .aim = "stay as a daemon", .judge = JUDGE_MARK, .run = daemonise},
    {.name = "fork-chain",
     .aim = "stay by forking faster than it is killed",
     .judge = JUDGE_MARK,
     .run = chain},
    {.name = "stopped-child",
     .aim = "stay as a stopped process",
     .judge = JUDGE_MARK,
     .run = stopped_child},
    {.name = "files",
     .aim = "leave files for the next job",
     .judge = JUDGE_NEXT,
     .run = leave_files,
     .next = finds_files},
    {.name = "deep-folders",
     .aim = "leave a tree too deep to walk",
     .judge = JUDGE_NEXT,
     .run = leave_depth,
     .next = finds_files},
    {.name = "locked-folders",
     .aim = "leave folders that nobody may enter",
     .judge = JUDGE_NEXT,
     .run = leave_locked,
     .next = finds_files},
    {.name = "seals", .aim = "seal what the next job is to write", .run = seal_files},
    {.name = "input",
     .aim = "write into the next job's input",
     .judge = JUDGE_NEXT,
     .run = leave_input,
     .next = finds_input},
};

struct attempts attack_leftovers(void)
{
    return (struct attempts){.at = attempts, .count = COUNT(attempts)};
}
