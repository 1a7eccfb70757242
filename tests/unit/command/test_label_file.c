/* Goal: label files are read as written, in blocks of any cut, and every refusal names its place.
 */

#include "check.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "command/label_file.h"
#include "command/table.h"
#include "sys/spill.h"
#include "sys/threads.h"

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

    return label_file_read(arena, &(struct label_source){.path = file.path, .repeats = repeats},
                           out, fault);
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
        {"item,worker\n", 1, "label"},
        {"item,labels,worker\na,b,c\n", 1, "label"},
        {"item,worker,label\n", 2, "item"},
        {"item,worker,label\na,b\n", 2, "label"},
        {"item,worker,label\na,b,c\na,b2,c,d\n", 3, "label"},
        {"item,worker,label\n\n\na,,c\n", 4, "worker"},
        {"item,worker,label\na,b,\xC3\n", 2, "label"},
        {"item,worker,label\na,b,\"c\n", 2, "label"},
        {"item,worker,label\na,b,\"c\"d\n", 2, "label"},
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
static void check_blocks(struct spill *spill)
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

    CHECK(label_file_read(arena, &(struct label_source){.path = saved.path, .spill = spill}, &file,
                          &fault) == OK);
    CHECK((spill_in_files(spill) > 0) == (spill != NULL));
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

static void read__is_the_same_over_many_blocks(void)
{
    check_blocks(NULL);
}

/* With the bound used up before, all that is large lies in files. */
static void read__is_the_same_within_a_bound(void)
{
    enum { HALF = 64 << 20 };
    SPILL_SCOPE spill = NULL;
    struct fault fault;

    CHECK(spill_new("128M", &spill, &fault) == OK);
    void *used = spill_take(spill, HALF);

    check_blocks(spill);
    spill_give(spill, used, HALF);
    CHECK(spill_in_files(spill) == 0);
}

/* Threads do not change a number, and lines are counted across pieces and blocks. */
static void read__is_the_same_with_threads(void)
{
    enum { ROWS = 300000 };
    ARENA_SCOPE arena = arena_new();
    LABEL_FILE_SCOPE serial = {0};
    LABEL_FILE_SCOPE threaded = {0};
    LABEL_FILE_SCOPE broken = {0};
    struct parallel threads = threads_new(3);
    struct fault fault;
    char scratch[NAME_PRINTED_MAX];
    char again[NAME_PRINTED_MAX];
    size_t room = (size_t)ROWS * 48;
    char *text = arena_take(arena, room, 1);
    size_t used = (size_t)snprintf(text, room, "worker,label,note,item\r\n");

    for (uint32_t i = 0; i < ROWS; i++) {
        used += (size_t)snprintf(text + used, room - used, "%u,%s,,%s%u%s\n", i % 7,
                                 i % 2 == 0 ? "caf\xC3\xA9" : "tea", i % 5 == 0 ? "n" : "", i / 7,
                                 i % 1000 == 0  ? "\r"
                                 : i % 777 == 0 ? "\n"
                                                : "");
    }
    TEMPORARY_SCOPE saved = temporary_of(text, used);
    struct label_source source = {.path = saved.path, .repeats = TRUTH_REPEATS_KEEP};

    CHECK(label_file_read(arena, &source, &serial, &fault) == OK);
    source.parallel = &threads;
    CHECK(label_file_read(arena, &source, &threaded, &fault) == OK);
    CHECK(truth_label_count(&serial.input) == ROWS && truth_label_count(&threaded.input) == ROWS);
    CHECK(memcmp(serial.input.row, threaded.input.row, ROWS * sizeof(uint32_t)) == 0);
    CHECK(serial.input.item_count == threaded.input.item_count);
    for (uint32_t item = 0; item < serial.input.item_count; item++) {
        CHECK(text_equal(names_at(serial.items, item, scratch),
                         names_at(threaded.items, item, again)));
    }
    used += (size_t)snprintf(text + used, room - used, "1,tea,\"never closed,2\n3,tea,,4\n");
    TEMPORARY_SCOPE bad = temporary_of(text, used);

    source.path = bad.path;
    CHECK(label_file_read(arena, &source, &broken, &fault) == ERR_INVALID);
    CHECK(fault.line == 1 + ROWS + 1 + (ROWS + 776) / 777 - (ROWS + 776999) / 777000);
}

/* A row at a time: optional columns, and what was read before a bad record is handed out. */
static void table__hands_out_rows_up_to_the_failure(void)
{
    static const struct column columns[] = {{.name = "b"}, {.name = "z", .optional = true}};
    static const char text[] = "a,b\n1,2\n\n\"x, y\",\"say \"\"hi\"\"\"\n3,\n4,5";
    TEMPORARY_SCOPE saved = temporary_of(text, strlen(text));
    TABLE_SCOPE table = NULL;
    struct fault fault = {0};
    const struct text *fields;
    bool more = false;

    CHECK(table_open(saved.path, columns, COUNT(columns), &table, &fault) == OK);
    CHECK(table_has(table, 0) && !table_has(table, 1));
    CHECK(table_next(table, &fields, &more, &fault) == OK && more);
    CHECK(text_is(fields[0], "2") && fields[1].size == 0 && table_line(table) == 2);
    CHECK(table_next(table, &fields, &more, &fault) == OK && more);
    CHECK(text_is(fields[0], "say \"hi\"") && table_line(table) == 4);
    CHECK(table_next(table, &fields, &more, &fault) == ERR_INVALID);
    CHECK(fault.line == 5 && strcmp(fault.field, "b") == 0);
}

static void table__takes_records_longer_than_a_block(void)
{
    static const struct column columns[] = {{.name = "a"}, {.name = "b"}};
    enum { LONG = 3 << 20, TOO_LONG = 5 << 20 };
    ARENA_SCOPE arena = arena_new();
    char *text = arena_take(arena, TOO_LONG + 64, 1);
    struct fault fault = {0};

    for (size_t size = LONG; size <= TOO_LONG; size += TOO_LONG - LONG) {
        TABLE_SCOPE table = NULL;
        const struct text *fields;
        bool more = false;

        memset(text, 'x', size + 64);
        memcpy(text, "a,b\n1,", 6);
        memcpy(text + size, "\n3,4\n", 5);
        TEMPORARY_SCOPE saved = temporary_of(text, size + 5);
        enum err err = table_open(saved.path, columns, COUNT(columns), &table, &fault);

        err = err == OK ? table_next(table, &fields, &more, &fault) : err;
        CHECK(err == (size == LONG ? OK : ERR_INVALID));
        if (err == OK) {
            CHECK(fields[1].size == size - 6);
            CHECK(table_next(table, &fields, &more, &fault) == OK && more);
            CHECK(text_is(fields[0], "3") && text_is(fields[1], "4") && table_line(table) == 3);
            CHECK(table_next(table, &fields, &more, &fault) == OK && !more);
        } else {
            CHECK(fault.line == 2);
        }
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
          CASE(read__is_the_same_within_a_bound), CASE(read__is_the_same_with_threads),
          CASE(table__hands_out_rows_up_to_the_failure),
          CASE(table__takes_records_longer_than_a_block), CASE(order__renames_the_classes))
