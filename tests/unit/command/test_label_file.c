/* Goal: label files are read as written, in blocks of any cut, and every refusal names its place.
 */

#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "command/label_file.h"
#include "command/row_reader.h"

/* A file that lasts as long as its scope. */
struct temporary {
    char path[32];
};

static void temporary_remove(struct temporary *file)
{
    (void)unlink(file->path);
}
#define TEMPORARY_SCOPE [[gnu::cleanup(temporary_remove)]] struct temporary

static struct temporary temporary_of(const char *text, size_t size)
{
    struct temporary file = {.path = "/tmp/periti-labels-XXXXXX"};
    int fd = mkstemp(file.path);

    if (fd >= 0) {
        if (write(fd, text, size) != (ssize_t)size) {
            file.path[0] = '\0';
        }
        (void)close(fd);
    }
    return file;
}

static enum err read_text(struct arena *arena, const char *text, enum truth_repeats repeats,
                          struct label_file *out, struct fault *fault)
{
    TEMPORARY_SCOPE file = temporary_of(text, strlen(text));

    return label_file_read(arena, file.path, NULL, repeats, out, fault);
}

static void read__takes_quotes_line_ends_and_a_mark(void)
{
    ARENA_SCOPE arena = arena_new();
    LABEL_FILE_SCOPE file = {0};
    struct fault fault;
    char scratch[NAME_PRINTED_MAX];

    CHECK(read_text(arena,
                    "\xEF\xBB\xBFitem,worker,label\r\n\"a,1\",w,10\r\n\r\n007,\"w \"\"2\"\"\",9\n"
                    "7,w,10\n\"two\nlines\",w,9",
                    TRUTH_REPEATS_REFUSE, &file, &fault) == OK);
    CHECK(file.input.item_count == 4 && file.input.worker_count == 2);
    CHECK(file.numeric && file.input.class_count == 2);
    CHECK(strcmp(file.classes[0], "9") == 0 && strcmp(file.classes[1], "10") == 0);
    CHECK(text_is(names_at(file.items, 0, scratch), "a,1"));
    CHECK(text_is(names_at(file.items, 1, scratch), "007"));
    CHECK(text_is(names_at(file.items, 2, scratch), "7"));
    CHECK(text_is(names_at(file.items, 3, scratch), "two\nlines"));
    CHECK(text_is(names_at(file.workers, 1, scratch), "w \"2\""));
}

static void read__keeps_quotes_inside_a_plain_field(void)
{
    ARENA_SCOPE arena = arena_new();
    LABEL_FILE_SCOPE file = {0};
    struct fault fault;
    char scratch[NAME_PRINTED_MAX];

    CHECK(read_text(arena, "item,worker,label\n5\" pipe,w,x\nb,w,\"y, \"\"z\"\"\"\nc,w,x\n",
                    TRUTH_REPEATS_REFUSE, &file, &fault) == OK);
    CHECK(file.input.item_count == 3);
    CHECK(text_is(names_at(file.items, 0, scratch), "5\" pipe"));
    CHECK(strcmp(file.classes[1], "y, \"z\"") == 0);
}

struct refusal {
    const char *text;
    uint64_t line;
    const char *field;
};

static void read__refuses_with_line_and_field(void)
{
    static const struct refusal refusals[] = {
        {"", 1, "item"},
        {"item,worker\n", 1, "item"},
        {"item,label,worker\na,b,c\n", 1, "worker"},
        {"item,worker,label\n", 2, "item"},
        {"item,worker,label\na,b\n", 2, "label"},
        {"item,worker,label\na,b,c\na,b2,c,d\n", 3, "label"},
        {"item,worker,label\n\n\na,,c\n", 4, "worker"},
        {"item,worker,label\na,b,\xC3\n", 2, "label"},
        {"item,worker,label\na,b,\"c\n", 2, "field 3"},
        {"item,worker,label\na,b,\"c\"d\n", 2, "field 3"},
        {"item,worker,label\na,b,c\nx,b,c\na,b,d\n", 4, "worker"},
    };

    for (size_t i = 0; i < COUNT(refusals); i++) {
        ARENA_SCOPE arena = arena_new();
        LABEL_FILE_SCOPE file = {0};
        struct fault fault = {0};

        printf("# %zu\n", i);
        CHECK(read_text(arena, refusals[i].text, TRUTH_REPEATS_REFUSE, &file, &fault) ==
              ERR_INVALID);
        CHECK(fault.line == refusals[i].line && strcmp(fault.field, refusals[i].field) == 0);
    }
}

static void read__settles_repeats(void)
{
    for (int i = 0; i < 2; i++) {
        ARENA_SCOPE arena = arena_new();
        LABEL_FILE_SCOPE file = {0};
        struct fault fault;

        CHECK(read_text(arena, "item,worker,label\na,w,x\na,w,x\na,w,y\n",
                        i == 0 ? TRUTH_REPEATS_LAST : TRUTH_REPEATS_MEAN, &file, &fault) == OK);
        CHECK(truth_label_count(&file.input) == 1);
        CHECK(file.input.row[0] == (i == 0 ? 1 : 0));
    }
}

/* Rows longer than a block, many of them, and more classes than the first guess. */
static void read__is_the_same_over_many_blocks(void)
{
    enum { ROWS = 400000, CLASSES = 40 };
    ARENA_SCOPE arena = arena_new();
    LABEL_FILE_SCOPE file = {0};
    struct fault fault;
    char scratch[NAME_PRINTED_MAX];
    size_t room = (size_t)ROWS * 48;
    char *text = arena_take(arena, room, 1);
    size_t used = (size_t)snprintf(text, room, "item,worker,label\n");

    for (uint32_t i = 0; i < ROWS; i++) {
        used += (size_t)snprintf(text + used, room - used, "%s%u,worker %u,c%02u\n",
                                 i % 3 == 0 ? "item " : "", i / 3 * 7, i % 3, i % CLASSES);
    }
    TEMPORARY_SCOPE saved = temporary_of(text, used);

    CHECK(label_file_read(arena, saved.path, NULL, TRUTH_REPEATS_REFUSE, &file, &fault) == OK);
    CHECK(truth_label_count(&file.input) == ROWS && file.input.class_count == CLASSES);
    for (uint32_t i = 0; i < ROWS; i += 997) {
        char name[32];
        uint32_t item;

        (void)snprintf(name, sizeof(name), "%s%u", i % 3 == 0 ? "item " : "", i / 3 * 7);
        CHECK(names_find(file.items, text_of(name), &item));
        CHECK(text_is(names_at(file.items, item, scratch), name));
        bool found = false;

        for (uint32_t at = file.input.first[item]; at < file.input.first[item + 1]; at++) {
            found = found || file.input.row[at] == i % 3 * CLASSES + i % CLASSES;
        }
        CHECK(found);
    }
}

static void order__renames_the_classes(void)
{
    ARENA_SCOPE arena = arena_new();
    LABEL_FILE_SCOPE file = {0};
    struct fault fault;

    CHECK(read_text(arena, "item,worker,label\na,w,low\nb,w,high\n", TRUTH_REPEATS_REFUSE, &file,
                    &fault) == OK);
    CHECK(!file.numeric && file.input.row[0] == 1 && file.input.row[1] == 0);
    CHECK(label_file_order(arena, "low,middle", &file, &fault) == ERR_INVALID);
    CHECK(label_file_order(arena, "low,middle,high", &file, &fault) == OK);
    CHECK(strcmp(file.classes[0], "low") == 0 && file.input.row[0] == 0 && file.input.row[1] == 1);
}

TEST_MAIN(CASE(read__takes_quotes_line_ends_and_a_mark),
          CASE(read__keeps_quotes_inside_a_plain_field), CASE(read__refuses_with_line_and_field),
          CASE(read__settles_repeats), CASE(read__is_the_same_over_many_blocks),
          CASE(order__renames_the_classes))
