#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "command/assign_file.h"
#include "sys/file.h"

/*
 * The binary form, little-endian: this header, then the arrays in the order of `struct
 * assign_problem`, each from a multiple of eight bytes. docs/engines/assign.md describes it for
 * other programs.
 */
static const char MAGIC[8] = "PERASG1\n";

enum { HAS_EMPTY = 1, HAS_LOAD = 2, IS_DENSE = 4, LOAD_MAX = 65535 };

struct csr_header {
    char magic[8];
    uint32_t flags;
    uint32_t row_count;
    uint32_t column_count;
    uint32_t sink_name;
    uint32_t load_count;
    uint32_t zero;
    uint64_t edge_count;
};

struct cursor {
    struct text text;
    size_t at;
};

/* The next array; NULL: the file is too short. */
static const void *take(struct cursor *cursor, uint64_t count, size_t size)
{
    size_t at = (cursor->at + 7) / 8 * 8;

    if (at > cursor->text.size || count > (cursor->text.size - at) / size) {
        return NULL;
    }
    cursor->at = at + count * size;
    return cursor->text.at + at;
}

static enum err cut_off(struct fault *fault, const char *array)
{
    return fail_field(fault, ERR_INVALID, array, "the file ends within %s; is it cut off?", array);
}

static enum err take_rows(struct cursor *cursor, const struct csr_header *header,
                          struct assign_file *out, struct fault *fault)
{
    struct assign_problem *problem = &out->problem;

    problem->demand = take(cursor, header->row_count, sizeof(uint32_t));
    problem->minimum = take(cursor, header->row_count, sizeof(uint32_t));
    out->row_name = take(cursor, header->row_count, sizeof(uint32_t));
    if (problem->demand == NULL || problem->minimum == NULL || out->row_name == NULL) {
        return cut_off(fault, "rows");
    }
    if (header->flags & HAS_EMPTY) {
        problem->empty_cost = take(cursor, header->row_count, sizeof(int32_t));
        if (problem->empty_cost == NULL) {
            return cut_off(fault, "empty_cost");
        }
    }
    return OK;
}

static enum err take_columns(struct cursor *cursor, const struct csr_header *header,
                             struct assign_file *out, struct fault *fault)
{
    struct assign_problem *problem = &out->problem;

    problem->capacity = take(cursor, header->column_count, sizeof(uint16_t));
    out->column_name = take(cursor, header->column_count, sizeof(uint32_t));
    if (problem->capacity == NULL || out->column_name == NULL) {
        return cut_off(fault, "columns");
    }
    if (header->flags & HAS_LOAD) {
        problem->load_cost = take(cursor, header->load_count, sizeof(int32_t));
        if (problem->load_cost == NULL) {
            return cut_off(fault, "load_cost");
        }
        for (uint32_t i = 0; i < header->column_count; i++) {
            if (problem->capacity[i] > header->load_count) {
                return fail_field(
                    fault, ERR_INVALID, "load_cost",
                    "column %" PRIu32 " can take more seats than there are load costs", i + 1);
            }
        }
    }
    return OK;
}

static enum err take_edges(struct cursor *cursor, const struct csr_header *header,
                           struct assign_problem *problem, struct fault *fault)
{
    if (!(header->flags & IS_DENSE)) {
        problem->start = take(cursor, header->column_count + UINT64_C(1), sizeof(uint64_t));
        problem->row = take(cursor, header->edge_count, sizeof(uint32_t));
        if (problem->start == NULL || problem->row == NULL) {
            return cut_off(fault, "edges");
        }
        if (problem->start[header->column_count] != header->edge_count) {
            return fail_field(fault, ERR_INVALID, "start",
                              "the columns have %" PRIu64 " edges, but the header says %" PRIu64,
                              problem->start[header->column_count], header->edge_count);
        }
    } else if (header->edge_count != (uint64_t)header->row_count * header->column_count) {
        return fail_field(fault, ERR_INVALID, "cost",
                          "a dense problem must have rows times columns costs");
    }
    problem->cost = take(cursor, header->edge_count, sizeof(int32_t));
    return problem->cost == NULL ? cut_off(fault, "cost") : OK;
}

enum err csr_read(struct arena *arena, struct text text, struct assign_file *out,
                  struct fault *fault)
{
    struct cursor cursor = {.text = text};
    const struct csr_header *header = take(&cursor, 1, sizeof(*header));
    struct assign_file file = {0};

    (void)arena;
    if (header == NULL || memcmp(header->magic, MAGIC, sizeof(MAGIC)) != 0) {
        return fail(fault, ERR_INVALID,
                    "the file does not begin as the binary form does; try "
                    "`periti assign convert`");
    }
    file.problem.row_count = header->row_count;
    file.problem.column_count = header->column_count;
    file.sink_name = header->sink_name;
    TRY(take_rows(&cursor, header, &file, fault));
    TRY(take_columns(&cursor, header, &file, fault));
    TRY(take_edges(&cursor, header, &file.problem, fault));
    *out = file;
    return OK;
}

static void put(struct buffer *buffer, const void *at, uint64_t count, size_t size)
{
    static const char zeros[8];

    buffer_put(buffer, zeros, (8 - buffer->size % 8) % 8);
    buffer_put(buffer, at, count * size);
}

enum err csr_write(const char *path, const struct assign_file *file, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    const struct assign_problem *problem = &file->problem;
    uint32_t columns = problem->column_count;
    uint32_t rows = problem->row_count;
    struct buffer buffer = buffer_new(arena);
    uint16_t *capacity = arena_array(arena, uint16_t, columns + (size_t)1);
    uint32_t *minimum = arena_array(arena, uint32_t, rows);
    struct csr_header header = {.flags = (problem->empty_cost != NULL ? HAS_EMPTY : 0u) |
                                         (problem->start == NULL ? IS_DENSE : 0u),
                                .row_count = rows,
                                .column_count = columns,
                                .sink_name = file->sink_name,
                                .edge_count = problem->start == NULL ? (uint64_t)rows * columns
                                                                     : problem->start[columns]};

    memcpy(header.magic, MAGIC, sizeof(MAGIC));
    for (uint32_t i = 0; i < columns; i++) {
        capacity[i] = problem->capacity == NULL ? 1 : problem->capacity[i];
    }
    for (uint32_t i = 0; i < rows; i++) {
        minimum[i] = problem->minimum != NULL      ? problem->minimum[i]
                     : problem->empty_cost == NULL ? problem->demand[i]
                                                   : 0;
    }
    put(&buffer, &header, 1, sizeof(header));
    put(&buffer, problem->demand, rows, sizeof(uint32_t));
    put(&buffer, minimum, rows, sizeof(uint32_t));
    put(&buffer, file->row_name, rows, sizeof(uint32_t));
    if (problem->empty_cost != NULL) {
        put(&buffer, problem->empty_cost, rows, sizeof(int32_t));
    }
    put(&buffer, capacity, columns, sizeof(uint16_t));
    put(&buffer, file->column_name, columns, sizeof(uint32_t));
    if (problem->start != NULL) {
        put(&buffer, problem->start, columns + UINT64_C(1), sizeof(uint64_t));
        put(&buffer, problem->row, header.edge_count, sizeof(uint32_t));
    }
    put(&buffer, problem->cost, header.edge_count, sizeof(int32_t));
    return file_write(path, buffer_view(&buffer), 0644, fault);
}
