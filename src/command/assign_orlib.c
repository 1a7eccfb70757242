#include <inttypes.h>

#include "base/arena.h"
#include "base/fault.h"
#include "command/assign_file.h"
#include "command/number_reader.h"

enum { ORDER_MAX = 100000 };

/* Step to the next number, over line ends; false at the end of the file. */
static bool next_number(struct number_reader *reader)
{
    while (!reader_skip_blanks(reader)) {
        if (reader->at == reader->end) {
            return false;
        }
        reader_next_line(reader);
    }
    return true;
}

/* Between two numbers; anything else, be it unprintable, is taken for part of one, and refused. */
static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The numbers that follow, and how many of them share the first line that has any. */
struct tally {
    uint64_t count;
    uint64_t abreast;
    uint64_t line; /* of the last one */
};

static struct tally count_numbers(struct number_reader reader)
{
    struct tally tally = {.line = reader.line};
    uint64_t first = 0;

    while (next_number(&reader)) {
        while (reader.at < reader.end && !is_blank(*reader.at)) {
            reader.at++;
        }
        first = tally.count == 0 ? reader.line : first;
        tally.abreast += reader.line == first;
        tally.line = reader.line;
        tally.count++;
    }
    return tally;
}

static struct assign_problem square(struct arena *arena, uint32_t size)
{
    uint32_t *demand = arena_array(arena, uint32_t, size);

    for (uint32_t i = 0; i < size; i++) {
        demand[i] = 1;
    }
    return (struct assign_problem){.row_count = size, .column_count = size, .demand = demand};
}

/* size * size costs, row by row. */
static enum err read_matrix(struct arena *arena, struct number_reader *reader, uint32_t size,
                            struct assign_problem *out)
{
    int32_t *cost = arena_array(arena, int32_t, (size_t)size * size);

    for (size_t i = 0; i < (size_t)size * size; i++) {
        int64_t value = 0;

        next_number(reader);
        TRY(reader_number(reader, "cost", -ASSIGN_COST_MAX, ASSIGN_COST_MAX, &value));
        cost[i % size * size + i / size] = (int32_t)value;
    }
    *out = square(arena, size);
    out->cost = cost;
    return OK;
}

/*
 * Nothing in the file says how many triples there are. Where they come row by row, a file that
 * ends before the last row was cut off.
 */
struct course {
    int64_t last_row;
    bool falls;
};

static enum err check_end(struct number_reader *reader, struct course course, uint32_t size,
                          uint64_t line)
{
    if (course.falls || course.last_row == size) {
        return OK;
    }
    return fail_line(reader->fault, ERR_INVALID, line, "row",
                     "the file ends in row %" PRId64 " of %" PRIu32 "; is it cut off?",
                     course.last_row, size);
}

/* Lines of row, column, cost. Costs first go to their place in a list by column. */
static enum err read_triples(struct arena *arena, struct number_reader reader, uint32_t size,
                             struct tally tally, struct assign_problem *out)
{
    uint64_t count = tally.count / 3;
    uint64_t *start = arena_array(arena, uint64_t, size + (size_t)2);
    uint32_t *row = arena_array(arena, uint32_t, count + 1);
    int32_t *cost = arena_array(arena, int32_t, count + 1);
    uint32_t *seen = arena_array(arena, uint32_t, size);
    struct course course = {0};

    for (int round = 0; round < 2; round++) {
        struct number_reader again = reader;

        while (next_number(&again)) {
            int64_t i = 0;
            int64_t k = 0;
            int64_t value = 0;

            TRY(reader_number(&again, "row", 1, size, &i));
            TRY(reader_number(&again, "column", 1, size, &k));
            TRY(reader_number(&again, "cost", -ASSIGN_COST_MAX, ASSIGN_COST_MAX, &value));
            if (round == 0) {
                start[k + 1]++;
                course.falls = course.falls || i < course.last_row;
                course.last_row = i;
                continue;
            }
            uint64_t at = start[k]++;

            row[at] = (uint32_t)i - 1;
            cost[at] = (int32_t)value;
        }
        for (uint32_t k = 0; round == 0 && k < size; k++) {
            start[k + 2] += start[k + 1];
        }
    }
    TRY(check_end(&reader, course, size, tally.line));
    for (uint32_t k = 0; k < size; k++) {
        for (uint64_t i = start[k]; i < start[k + 1]; i++) {
            if (seen[row[i]] == k + 1) {
                return fail_field(reader.fault, ERR_INVALID, "column",
                                  "row %" PRIu32 " and column %" PRIu32 " are joined twice",
                                  row[i] + 1, k + 1);
            }
            seen[row[i]] = k + 1;
        }
    }
    *out = square(arena, size);
    out->start = start;
    out->row = row;
    out->cost = cost;
    return OK;
}

enum err orlib_read(struct arena *arena, struct text text, struct assign_file *out,
                    struct fault *fault)
{
    struct number_reader reader = {
        .at = text.at, .end = text.at + text.size, .line = 1, .fault = fault};
    struct assign_file file = {0};
    int64_t size = 0;

    if (!next_number(&reader)) {
        return fail(fault, ERR_INVALID, "the file is empty, but must begin with the size");
    }
    TRY(reader_number(&reader, "size", 1, ORDER_MAX, &size));
    uint64_t full = (uint64_t)size * (uint64_t)size;
    struct tally tally = count_numbers(reader);

    if (tally.count == full) {
        TRY(read_matrix(arena, &reader, (uint32_t)size, &file.problem));
    } else if (tally.abreast == 3 || tally.count == 0) {
        TRY(read_triples(arena, reader, (uint32_t)size, tally, &file.problem));
    } else {
        return fail_line(fault, ERR_INVALID, tally.line, "cost",
                         "%" PRIu64 " costs were read, but size %" PRId64 " needs %" PRIu64 "%s",
                         tally.count, size, full,
                         tally.count < full ? "; is the file cut off?" : "");
    }
    uint32_t *name = arena_array(arena, uint32_t, (size_t)size);

    for (uint32_t i = 0; i < size; i++) {
        name[i] = i + 1;
    }
    file.row_name = file.column_name = name;
    *out = file;
    return OK;
}
