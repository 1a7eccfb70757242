#include "command/table.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/fault.h"
#include "base/parallel.h"

enum {
    BLOCK_SIZE = 1 << 21,
    RECORD_SIZE_MAX = 1 << 22,
    PIECES_MAX = 8,
    PIECE_SIZE_MIN = 1 << 16,
};

/* Text with its pieces. Two take turns, so that one is worked on while the other is cut. */
struct block {
    char *text;
    size_t room; /* bytes, beside the padding */
    size_t size;
    size_t whole; /* bytes of whole records */
    size_t from;  /* where the first record begins */
    struct cell *cells;
    uint32_t *lines;
    size_t row_room;
    struct cut pieces[PIECES_MAX];
    uint64_t first_line[PIECES_MAX];
    uint32_t piece_count;
};

struct table {
    char *path;
    struct cut_plan plan;
    bool present[TABLE_COLUMNS_MAX];
    const struct parallel *parallel;
    struct block blocks[2];
    uint32_t current; /* the block cut last */
    int file;
    bool ended;         /* nothing is left in the file */
    uint64_t line_next; /* the first line that is not cut yet */
    bool batched;       /* the block that was cut with the header is handed out */
    /* row by row */
    uint32_t piece;
    uint32_t row;
    uint64_t line;
    struct text fields[TABLE_COLUMNS_MAX];
    /* progress */
    bool shows;
    uint64_t bytes;
    uint64_t bytes_all; /* zero: not known */
    time_t shown;
};

static void show_progress(struct table *table)
{
    time_t now = time(NULL);

    if (!table->shows || now == table->shown) {
        return;
    }
    table->shown = now;
    if (table->bytes_all > 0) {
        fprintf(stderr, "\r%s: %3.0f %% of %.0f MB", table->path,
                100.0 * (double)table->bytes / (double)table->bytes_all,
                (double)table->bytes_all / 1e6);
    } else {
        fprintf(stderr, "\r%s: %.0f MB", table->path, (double)table->bytes / 1e6);
    }
}

static enum err out_of_memory(const struct table *table, struct fault *fault)
{
    return fail(fault, ERR_UNAVAILABLE, "there is not enough memory to read %s", table->path);
}

static enum err make_room(const struct table *table, struct block *block, size_t room,
                          struct fault *fault)
{
    if (room <= block->room) {
        return OK;
    }
    char *wider = realloc(block->text, room + 1 + CUT_PADDING);

    if (wider == NULL) {
        return out_of_memory(table, fault);
    }
    block->text = wider;
    block->room = room;
    return OK;
}

static enum err make_rows(const struct table *table, struct block *block, size_t rows,
                          struct fault *fault)
{
    if (rows <= block->row_room) {
        return OK;
    }
    free(block->cells);
    free(block->lines);
    block->row_room = 0;
    block->cells = reallocarray(NULL, rows, table->plan.column_count * sizeof(*block->cells));
    block->lines = reallocarray(NULL, rows, sizeof(*block->lines));
    if (block->cells == NULL || block->lines == NULL) {
        return out_of_memory(table, fault);
    }
    block->row_room = rows;
    return OK;
}

/* Read until the block is full, or the file ends. */
static enum err fill(struct table *table, struct block *block, struct fault *fault)
{
    while (!table->ended && block->size < block->room) {
        ssize_t got = read(table->file, block->text + block->size, block->room - block->size);

        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return fail(fault, ERR_INVALID, "cannot read %s: %s", table->path, strerror(errno));
        }
        table->ended = got == 0;
        block->size += (size_t)got;
        table->bytes += (uint64_t)got;
    }
    return OK;
}

/* Whole records behind what the other block left over. */
static enum err refill(struct table *table, struct block *block, const struct block *before,
                       struct fault *fault)
{
    size_t left = before->size - before->whole;

    block->whole = block->size = block->from = 0;
    TRY(make_room(table, block, left > BLOCK_SIZE ? left : BLOCK_SIZE, fault));
    if (left > 0) {
        memcpy(block->text, before->text + before->whole, left);
    }
    block->size = left;
    for (;;) {
        TRY(fill(table, block, fault));
        if (table->ended && block->size > 0 && block->text[block->size - 1] != '\n') {
            block->text[block->size++] = '\n';
        }
        block->whole = table->ended ? block->size : cut_whole(block->text, block->size);
        if (block->whole > 0 || table->ended) {
            break;
        }
        if (block->room >= RECORD_SIZE_MAX) {
            return fail_line(fault, ERR_INVALID, table->line_next, "",
                             "the record is longer than %d bytes; is a quote left open?",
                             RECORD_SIZE_MAX);
        }
        TRY(make_room(table, block, block->room * 2, fault));
    }
    memset(block->text + block->size, 0, CUT_PADDING);
    show_progress(table);
    return OK;
}

/* Pieces end at line ends; where there are quotes, those may lie inside a field. */
static enum err divide(struct table *table, struct block *block, struct fault *fault)
{
    size_t size = block->whole - block->from;
    bool quoted = memchr(block->text + block->from, '"', size) != NULL;
    size_t count = quoted ? 1 : size / PIECE_SIZE_MIN + 1;
    size_t from = block->from;
    size_t rows = 0;

    count = count < PIECES_MAX ? count : PIECES_MAX;
    TRY(make_rows(table, block, cut_room_for(&table->plan, (uint32_t)size) + count, fault));
    block->piece_count = 0;
    for (size_t i = 0; i < count && from < block->whole; i++) {
        size_t aim = block->from + size * (i + 1) / count;
        struct cut *piece = &block->pieces[block->piece_count++];

        aim = aim > from ? aim : from;
        const char *end =
            i + 1 == count ? NULL : memchr(block->text + aim, '\n', block->whole - aim);
        size_t to = end == NULL ? block->whole : (size_t)(end - block->text) + 1;

        piece->plan = &table->plan;
        piece->text = block->text;
        piece->from = (uint32_t)from;
        piece->to = (uint32_t)to;
        piece->row_room = cut_room_for(&table->plan, (uint32_t)(to - from));
        piece->cells = block->cells + rows * table->plan.column_count;
        piece->lines = block->lines + rows;
        rows += piece->row_room;
        from = to;
    }
    return OK;
}

struct round {
    struct block *block;
    const struct table_work *work;
    size_t parts;
};

static void run_part(void *context, size_t part)
{
    const struct round *round = context;

    if (part < round->parts) {
        round->work->run(round->work->context, part);
    } else {
        cut_run(&round->block->pieces[part - round->parts]);
    }
}

static void count_lines(struct table *table, struct block *block)
{
    for (uint32_t i = 0; i < block->piece_count; i++) {
        block->first_line[i] = table->line_next;
        table->line_next += block->pieces[i].line_count;
    }
}

/* The next block, cut; the failure of a piece is left in it. */
static enum err advance(struct table *table, const struct table_work *work, struct fault *fault)
{
    struct block *before = &table->blocks[table->current];
    struct block *block = &table->blocks[1 - table->current];
    struct round round = {.block = block, .work = work, .parts = work == NULL ? 0 : work->parts};

    TRY(refill(table, block, before, fault));
    TRY(divide(table, block, fault));
    parallel_run(table->parallel, round.parts + block->piece_count, run_part, &round);
    count_lines(table, block);
    table->current = 1 - table->current;
    table->piece = table->row = 0;
    return OK;
}

static enum err failure_of(const struct block *block, uint32_t piece, struct fault *fault)
{
    const struct cut *cut = &block->pieces[piece];

    *fault = cut->fault;
    fault->line += block->first_line[piece];
    return cut->err;
}

/* The column's place at `from` or behind. */
static uint32_t place_of(const struct csv_record *header, const char *name, uint32_t from)
{
    for (uint32_t i = from; i < header->count; i++) {
        if (text_is(text_trim(header->fields[i]), name)) {
            return i;
        }
    }
    return CUT_FIELDS_MAX;
}

static enum err take_header(struct table *table, const struct csv_record *header,
                            struct fault *fault)
{
    struct cut_plan *plan = &table->plan;

    plan->width = (uint32_t)header->count;
    memset(plan->place, CUT_PASSED, sizeof(plan->place));
    for (uint32_t i = 0; i < plan->column_count; i++) {
        uint32_t place = place_of(header, plan->columns[i].name, 0);

        table->present[i] = place < CUT_FIELDS_MAX;
        if (table->present[i] && plan->place[place] != CUT_PASSED) {
            return fail_field(fault, ERR_INVALID, plan->columns[i].name,
                              "the column %s is asked for twice", plan->columns[i].name);
        }
        if (table->present[i] &&
            place_of(header, plan->columns[i].name, place + 1) < CUT_FIELDS_MAX) {
            return fail_line(fault, ERR_INVALID, 1, plan->columns[i].name,
                             "the first line of %s names the column %s twice", table->path,
                             plan->columns[i].name);
        }
        if (table->present[i]) {
            plan->place[place] = (uint8_t)i;
        } else if (!plan->columns[i].optional) {
            return fail_line(fault, ERR_INVALID, 1, plan->columns[i].name,
                             "the first line of %s must name the column %s", table->path,
                             plan->columns[i].name);
        }
    }
    return OK;
}

static enum err read_header(struct table *table, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    struct block *block = &table->blocks[table->current];
    struct csv_record header;

    TRY(refill(table, block, &table->blocks[1 - table->current], fault));
    struct csv csv = csv_open((struct text){.at = block->text, .size = block->whole}, ',');

    TRY(csv_next(&csv, arena, CUT_FIELDS_MAX, &header, fault));
    TRY(take_header(table, &header, fault));
    block->from = block->whole - csv.rest.size;
    table->line_next = csv.line_next;
    TRY(divide(table, block, fault));
    for (uint32_t i = 0; i < block->piece_count; i++) {
        cut_run(&block->pieces[i]);
    }
    count_lines(table, block);
    return OK;
}

static enum err open_file(struct table *table, struct fault *fault)
{
    struct stat info;

    table->file =
        strcmp(table->path, "-") == 0 ? STDIN_FILENO : open(table->path, O_RDONLY | O_CLOEXEC);
    if (table->file < 0) {
        return fail(fault, ERR_INVALID, "cannot open %s: %s", table->path, strerror(errno));
    }
    if (fstat(table->file, &info) == 0 && S_ISREG(info.st_mode)) {
        table->bytes_all = (uint64_t)info.st_size;
    }
    table->shows = isatty(STDERR_FILENO) == 1;
    table->shown = time(NULL);
    return OK;
}

enum err table_open(const char *path, const struct column *columns, size_t column_count,
                    struct table **out, struct fault *fault)
{
    struct table *table = calloc(1, sizeof(*table));

    assert(column_count <= TABLE_COLUMNS_MAX);
    if (table == NULL || (table->path = strdup(path)) == NULL) {
        free(table);
        return fail(fault, ERR_UNAVAILABLE, "there is not enough memory to read %s", path);
    }
    table->plan.columns = columns;
    table->plan.column_count = (uint32_t)column_count;
    table->file = -1;
    table->line_next = 1;
    enum err err = open_file(table, fault);

    if (err == OK) {
        err = read_header(table, fault);
    }
    if (err != OK) {
        table_close(table);
        return err;
    }
    *out = table;
    return OK;
}

void table_close(struct table *table)
{
    if (table == NULL) {
        return;
    }
    if (table->shows && table->bytes > BLOCK_SIZE) {
        fprintf(stderr, "\r\033[K");
    }
    if (table->file > STDIN_FILENO) {
        (void)close(table->file);
    }
    for (int i = 0; i < 2; i++) {
        free(table->blocks[i].text);
        free(table->blocks[i].cells);
        free(table->blocks[i].lines);
    }
    free(table->path);
    free(table);
}

void table_use(struct table *table, const struct parallel *parallel)
{
    table->parallel = parallel;
}

/* The piece that holds the next row; NULL at the end. */
static enum err find_row(struct table *table, const struct cut **out, struct fault *fault)
{
    for (;;) {
        struct block *block = &table->blocks[table->current];

        while (table->piece < block->piece_count) {
            const struct cut *cut = &block->pieces[table->piece];

            if (table->row < cut->row_count) {
                *out = cut;
                return OK;
            }
            if (cut->err != OK) {
                return failure_of(block, table->piece, fault);
            }
            table->piece++;
            table->row = 0;
        }
        if (table->ended && block->whole == block->size) {
            *out = NULL;
            return OK;
        }
        TRY(advance(table, NULL, fault));
    }
}

enum err table_next(struct table *table, const struct text **fields, bool *more,
                    struct fault *fault)
{
    const struct cut *cut = NULL;

    TRY(find_row(table, &cut, fault));
    *more = cut != NULL;
    for (uint32_t i = 0; cut != NULL && i < table->plan.column_count; i++) {
        table->fields[i] = table->present[i] ? cut_text(cut, cut_column(cut, i) + table->row)
                                             : (struct text){.at = ""};
    }
    if (cut != NULL) {
        table->line =
            table->blocks[table->current].first_line[table->piece] + cut->lines[table->row++];
    }
    *fields = table->fields;
    return OK;
}

enum err table_batch(struct table *table, const struct table_work *work, struct table_batch *out,
                     struct fault *fault)
{
    for (bool fresh = !table->batched;; fresh = false) {
        if (!fresh) {
            TRY(advance(table, work, fault));
            work = NULL;
        }
        const struct block *block = &table->blocks[table->current];
        struct table_batch batch = {.pieces = block->pieces, .piece_count = block->piece_count};

        table->batched = true;
        for (uint32_t i = 0; i < block->piece_count; i++) {
            if (block->pieces[i].err != OK) {
                return failure_of(block, i, fault);
            }
            batch.row_count += block->pieces[i].row_count;
        }
        if (batch.row_count > 0 || (table->ended && block->whole == block->size)) {
            *out = batch;
            return OK;
        }
    }
}

size_t table_rows_expected(const struct table *table)
{
    const struct block *block = &table->blocks[table->current];
    double rows = 0;

    for (uint32_t i = 0; i < block->piece_count; i++) {
        rows += block->pieces[i].row_count;
    }
    double share = (double)table->bytes_all / ((double)(block->whole - block->from) + 1);

    return (size_t)(rows * share * 1.05);
}

uint64_t table_line(const struct table *table)
{
    return table->line;
}

bool table_has(const struct table *table, size_t column)
{
    return table->present[column];
}
