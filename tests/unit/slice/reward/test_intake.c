/* Goal: every line of a file is one row once, in order, however long the file; too long a row is
 * refused by its line. */

#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "slice/reward/grader.h"
#include "slice/reward/intake.h"

static char path[] = "/tmp/periti-intake-XXXXXX";

static FILE *begin(void)
{
    (void)strcpy(path, "/tmp/periti-intake-XXXXXX");
    return fdopen(mkstemp(path), "w");
}

static void next__gives_each_line_once_and_in_order(void)
{
    enum { LINES = 50'000 };
    FILE *file = begin();
    struct intake *intake;
    struct fault fault;
    struct load *load;
    int64_t seen = 0;
    bool same = true;

    for (int i = 0; i < LINES; i++) {
        fprintf(file, "%s{\"n\": %d}%s", i % 7 == 0 ? "\n  \n" : "", i, i % 3 == 0 ? "\r\n" : "\n");
    }
    fprintf(file, "{\"n\": %d}", LINES); /* without its end */
    (void)fclose(file);
    CHECK(intake_open(path, &intake, &fault) == OK);
    for (;;) {
        CHECK(intake_next(intake, &load, &fault) == OK);
        if (load == NULL) {
            break;
        }
        for (size_t i = 0; i < load->row_count; i++) {
            char want[32];

            (void)snprintf(want, sizeof(want), "{\"n\": %lld}", (long long)seen);
            same = same && load->rows[i].index == seen && text_is(load->rows[i].line, want);
            seen++;
        }
        arena_free(load->arena);
    }
    intake_close(intake);
    (void)unlink(path);
    CHECK(same);
    CHECK(seen == LINES + 1);
}

static void next__takes_a_long_row_and_refuses_a_longer_one(void)
{
    for (int longer = 0; longer < 2; longer++) {
        FILE *file = begin();
        struct intake *intake;
        struct fault fault = {0};
        struct load *load = NULL;
        size_t size = longer == 1 ? ROW_SIZE_MAX + 2 * 64 * 1024 : ROW_SIZE_MAX - 1;

        fputs("first\n", file);
        for (size_t i = 0; i < size; i++) {
            (void)fputc('x', file);
        }
        fputs("\nlast\n", file);
        (void)fclose(file);
        CHECK(intake_open(path, &intake, &fault) == OK);
        enum err err = OK;
        size_t rows = 0;

        do {
            err = intake_next(intake, &load, &fault);
            rows += err == OK && load != NULL ? load->row_count : 0;
            if (err == OK && load != NULL) {
                arena_free(load->arena);
            }
        } while (err == OK && load != NULL);
        intake_close(intake);
        (void)unlink(path);
        CHECK(longer == 1 ? err == ERR_INVALID && fault.line == 2 : err == OK && rows == 3);
    }
}

static void next__of_nothing_is_the_end(void)
{
    struct intake *intake;
    struct fault fault;
    struct load *load = NULL;

    (void)fclose(begin());
    CHECK(intake_open(path, &intake, &fault) == OK);
    CHECK(intake_next(intake, &load, &fault) == OK && load == NULL);
    intake_close(intake);
    (void)unlink(path);
}

TEST_MAIN(CASE(next__gives_each_line_once_and_in_order),
          CASE(next__takes_a_long_row_and_refuses_a_longer_one), CASE(next__of_nothing_is_the_end))
