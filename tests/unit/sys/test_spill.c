/* Goal: arrays beyond the bound keep their bytes outside of memory, and leave nothing behind. */

#include "check.h"

#include <dirent.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/arena_source.h"
#include "base/fault.h"
#include "sys/spill.h"

enum { MIB = 1 << 20, BLOCK = 8 * MIB, BLOCKS = 24 };

static uint64_t pattern(size_t block, size_t i)
{
    return (block + 1) * 0x9E3779B97F4A7C15U + i;
}

static bool is_zero(const char *at, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (at[i] != 0) {
            return false;
        }
    }
    return true;
}

static double resident_mib(void)
{
    double pages = 0;
    FILE *file = fopen("/proc/self/statm", "re");

    if (file != NULL) {
        if (fscanf(file, "%*s %lf", &pages) != 1) {
            pages = 0;
        }
        (void)fclose(file);
    }
    return pages * (double)sysconf(_SC_PAGESIZE) / MIB;
}

static void spill__keeps_bytes_beyond_the_bound(void)
{
    struct fault fault;
    SPILL_SCOPE spill = NULL;
    uint64_t *blocks[BLOCKS];
    const size_t count = BLOCK / sizeof(uint64_t);

    CHECK(spill_new("128M", &spill, &fault) == OK);
    for (size_t b = 0; b < BLOCKS; b++) {
        blocks[b] = spill_take(spill, BLOCK);
        CHECK(is_zero((const char *)blocks[b], BLOCK));
        for (size_t i = 0; i < count; i++) {
            blocks[b][i] = pattern(b, i);
        }
    }
    CHECK(spill_in_files(spill) == (uint64_t)(BLOCKS - 8) * BLOCK);
    for (size_t b = 0; b < BLOCKS; b++) {
        for (size_t i = 0; i < count; i++) {
            CHECK(blocks[b][i] == pattern(b, i));
        }
        spill_give(spill, blocks[b], BLOCK);
    }
    CHECK(spill_in_files(spill) == 0);
}

static void spill__lets_pages_leave_memory(void)
{
    struct fault fault;
    SPILL_SCOPE spill = NULL;
    double before = resident_mib();
    double most = 0;

    CHECK(spill_new("128M", &spill, &fault) == OK);
    char *at = spill_take(spill, (size_t)BLOCKS * BLOCK);

    for (size_t b = 0; b < BLOCKS; b++) {
        memset(at + b * BLOCK, (int)b + 1, BLOCK);
        (void)usleep(20000);
        most = fmax(most, resident_mib());
    }
    CHECK(most < before + 160);
    for (size_t b = 0; b < BLOCKS; b++) {
        CHECK(at[b * BLOCK] == (char)(b + 1) && at[b * BLOCK + BLOCK - 1] == (char)(b + 1));
    }
    spill_give(spill, at, (size_t)BLOCKS * BLOCK);
}

static void spill__resizes_through_every_kind_of_memory(void)
{
    struct fault fault;
    SPILL_SCOPE bounded = NULL;

    CHECK(spill_new("128M", &bounded, &fault) == OK);
    for (int round = 0; round < 2; round++) {
        struct spill *spill = round == 0 ? bounded : NULL;
        unsigned char *at = NULL;
        size_t size = 0;

        for (size_t next = 1000; next < 200 * MIB; next *= 3) {
            at = spill_resize(spill, at, size, next);
            CHECK(size == 0 || at[size - 1] == 7);
            memset(at, 7, next);
            size = next;
        }
        CHECK((spill_in_files(spill) > 0) == (spill != NULL));
        at = spill_resize(spill, at, size, 3 * MIB);
        CHECK(at[0] == 7 && at[3 * MIB - 1] == 7);
        at = spill_resize(spill, at, 3 * MIB, 100);
        CHECK(at[0] == 7 && at[99] == 7);
        spill_give(spill, at, 100);
    }
    CHECK(spill_in_files(bounded) == 0);
}

static void spill__feeds_an_arena(void)
{
    struct fault fault;
    SPILL_SCOPE spill = NULL;

    CHECK(spill_new("128M", &spill, &fault) == OK);
    {
        ARENA_SCOPE arena = arena_new_from(spill_source(spill));
        struct arena_mark mark = arena_mark(arena);

        for (int i = 0; i < 20; i++) {
            char *large = arena_array(arena, char, BLOCK);
            char *small = arena_array(arena, char, 100);

            CHECK(is_zero(large, BLOCK) && is_zero(small, 100));
            memset(large, 1, BLOCK);
            memset(small, 1, 100);
        }
        CHECK(spill_in_files(spill) > 8U * BLOCK);
        arena_undo(arena, mark);
        CHECK(spill_in_files(spill) == 0);
        CHECK(is_zero(arena_array(arena, char, BLOCK), BLOCK));
    }
    CHECK(spill_source(NULL) == NULL);
}

/* What a process that takes too much ends with, when `limit` was called in it. */
static int end_of(void (*limit)(void))
{
    pid_t child = fork();
    int status = 0;

    if (child == 0) {
        struct spill *spill = NULL;
        struct fault fault;

        (void)fclose(stderr);
        limit();
        if (spill_new("128M", &spill, &fault) != OK) {
            _exit(99);
        }
        (void)spill_take(spill, 128 * MIB);
        _exit(98);
    }
    (void)waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void name_no_folder(void)
{
    (void)setenv("TMPDIR", "/nonexistent/folder", 1);
}

static void forbid_large_files(void)
{
    (void)signal(SIGXFSZ, SIG_IGN);
    (void)setrlimit(RLIMIT_FSIZE, &(struct rlimit){.rlim_cur = 16 * MIB, .rlim_max = 16 * MIB});
}

static void spill__ends_the_process_where_there_is_no_room(void)
{
    CHECK(end_of(name_no_folder) == 1);
    CHECK(end_of(forbid_large_files) == 1);
}

static int entries_of(const char *path)
{
    DIR *folder = opendir(path);
    int count = 0;

    while (folder != NULL && readdir(folder) != NULL) {
        count++;
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
    return count - 2;
}

static void spill__leaves_nothing_behind(void)
{
    char path[] = "/tmp/periti-spill-XXXXXX";
    int ready[2];
    char byte = 0;

    CHECK(mkdtemp(path) != NULL && pipe(ready) == 0);
    pid_t child = fork();

    if (child == 0) {
        struct spill *spill = NULL;
        struct fault fault;

        (void)setenv("TMPDIR", path, 1);
        if (spill_new("128M", &spill, &fault) == OK) {
            memset(spill_take(spill, 128 * MIB), 1, 128 * MIB);
            (void)!write(ready[1], "", 1);
        }
        (void)pause();
    }
    CHECK(read(ready[0], &byte, 1) == 1);
    (void)kill(child, SIGKILL);
    (void)waitpid(child, NULL, 0);
    int left = entries_of(path);

    (void)rmdir(path);
    CHECK(left == 0);
}

static void spill__refuses_what_is_no_amount(void)
{
    static const char *const wrong[] = {
        "", "G", "1", "-1G", "1.5G", "1g", "1GB", "127M", "0G", " 1G", "99999999999999999999M"};
    struct spill *spill = NULL;
    struct fault fault;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        CHECK(spill_new(wrong[i], &spill, &fault) == ERR_INVALID);
        CHECK(strcmp(fault.field, "memory") == 0 && spill == NULL);
    }
    CHECK(spill_new("4G", &spill, &fault) == OK);
    spill_free(spill);
}

TEST_MAIN(CASE(spill__keeps_bytes_beyond_the_bound), CASE(spill__lets_pages_leave_memory),
          CASE(spill__resizes_through_every_kind_of_memory), CASE(spill__feeds_an_arena),
          CASE(spill__ends_the_process_where_there_is_no_room), CASE(spill__leaves_nothing_behind),
          CASE(spill__refuses_what_is_no_amount))
