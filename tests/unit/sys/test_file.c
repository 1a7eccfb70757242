/* Goal: what is written is there whole, whatever was left behind before; what is no file of ours is
 * refused at once. */

#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "sys/file.h"

static struct arena *arena;
static struct fault fault;

static const char *folder_new(void)
{
    char *folder = arena_print(arena, "/tmp/periti-file-XXXXXX");

    return mkdtemp(folder) != NULL ? folder : "/nowhere";
}

static void written_replaces_what_was_there(void)
{
    ARENA_SCOPE own = arena_new();
    arena = own;
    const char *folder = folder_new();
    const char *path = arena_print(arena, "%s/key", folder);
    struct stat info;
    struct text got;

    CHECK(file_write(path, text_of("first, and longer"), 0600, &fault) == OK);
    CHECK(file_write(path, text_of("second"), 0600, &fault) == OK);
    CHECK(file_read(arena, path, 100, &got, &fault) == OK && text_equal(got, text_of("second")));
    CHECK(stat(path, &info) == 0 && (info.st_mode & 0777) == 0600);
    CHECK(unlink(path) == 0 && rmdir(folder) == 0);
}

/* Process numbers come again, in a container at the next start. */
static void left_by_a_power_cut_is_no_obstacle(void)
{
    ARENA_SCOPE own = arena_new();
    arena = own;
    const char *folder = folder_new();
    const char *path = arena_print(arena, "%s/key", folder);
    const char *beside = arena_print(arena, "%s.%d.new", path, (int)getpid());
    struct text got;

    CHECK(file_write(beside, text_of("half of what was to be writ"), 0644, &fault) == OK);
    CHECK(file_write(path, text_of("whole"), 0600, &fault) == OK);
    CHECK(file_read(arena, path, 100, &got, &fault) == OK && text_equal(got, text_of("whole")));
    CHECK(access(beside, F_OK) != 0);
    CHECK(unlink(path) == 0 && rmdir(folder) == 0);
}

static void larger_than_the_bound_is_refused(void)
{
    ARENA_SCOPE own = arena_new();
    arena = own;
    const char *folder = folder_new();
    const char *path = arena_print(arena, "%s/long", folder);
    struct text got;

    CHECK(file_write(path, text_of("eleven byte"), 0600, &fault) == OK);
    CHECK(file_read(arena, path, 11, &got, &fault) == OK && got.size == 11);
    CHECK(file_read(arena, path, 10, &got, &fault) == ERR_INVALID);
    CHECK(strstr(fault.text, "larger than 10 bytes") != NULL);
    CHECK(unlink(path) == 0 && rmdir(folder) == 0);
}

static void only_regular_files_are_mapped(void)
{
    ARENA_SCOPE own = arena_new();
    arena = own;
    const char *folder = folder_new();
    const char *pipe = arena_print(arena, "%s/pipe", folder);
    const char *empty = arena_print(arena, "%s/empty", folder);
    struct text got;

    CHECK(mkfifo(pipe, 0600) == 0);
    CHECK(file_map(pipe, &got, &fault) == ERR_INVALID);
    CHECK(strstr(fault.text, "not a regular file") != NULL);
    CHECK(file_map(folder, &got, &fault) == ERR_INVALID);
    CHECK(file_map(arena_print(arena, "%s/none", folder), &got, &fault) == ERR_INVALID);
    CHECK(file_write(empty, text_of(""), 0600, &fault) == OK);
    CHECK(file_map(empty, &got, &fault) == OK && got.size == 0 && got.at != NULL);
    file_unmap(got);
    CHECK(unlink(pipe) == 0 && unlink(empty) == 0 && rmdir(folder) == 0);
}

static void linked_has_both_names(void)
{
    ARENA_SCOPE own = arena_new();
    arena = own;
    const char *folder = folder_new();
    const char *path = arena_print(arena, "%s/one", folder);
    const char *name = arena_print(arena, "%s/two", folder);
    struct text got;

    CHECK(file_write(path, text_of("content"), 0600, &fault) == OK);
    CHECK(file_link(path, name, &fault) == OK);
    CHECK(file_link(path, name, &fault) == ERR_INVALID);
    CHECK(unlink(path) == 0);
    CHECK(file_read(arena, name, 100, &got, &fault) == OK && text_equal(got, text_of("content")));
    CHECK(unlink(name) == 0 && rmdir(folder) == 0);
}

TEST_MAIN(CASE(written_replaces_what_was_there), CASE(left_by_a_power_cut_is_no_obstacle),
          CASE(larger_than_the_bound_is_refused), CASE(only_regular_files_are_mapped),
          CASE(linked_has_both_names))
