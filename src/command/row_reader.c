#include "command/row_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/fault.h"

enum { BLOCK = 4 * ROW_SIZE_MAX };

struct row_reader {
    struct arena *scratch; /* for the fields of one record with quotes */
    struct arena_mark empty;
    const char *path;
    const char *const *header;
    uint32_t width;
    int fd;
    bool ended;  /* nothing is left in the file */
    bool plain;  /* the block is ASCII without NUL and without quotes */
    bool shows;  /* progress */
    char *block; /* [BLOCK + 1] */
    char *at;
    char *end;
    uint64_t line;      /* of the row read last */
    uint64_t line_next; /* of the byte at `at` */
    uint64_t bytes;
    uint64_t bytes_all; /* zero: not known */
    time_t shown;
};

static void show_progress(struct row_reader *rows)
{
    time_t now = time(NULL);

    if (!rows->shows || now == rows->shown) {
        return;
    }
    rows->shown = now;
    if (rows->bytes_all > 0) {
        fprintf(stderr, "\r%s: %3.0f %% of %.0f MB", rows->path,
                100.0 * (double)rows->bytes / (double)rows->bytes_all,
                (double)rows->bytes_all / 1e6);
    } else {
        fprintf(stderr, "\r%s: %.0f MB", rows->path, (double)rows->bytes / 1e6);
    }
}

static bool is_plain(const char *at, size_t size)
{
    unsigned char high = 0;
    unsigned char special = 0;

    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)at[i];

        high |= c & 0x80;
        special |= (unsigned char)((c == 0) | (c == '"'));
    }
    return high == 0 && special == 0;
}

/* Move what is left to the front and read behind it until the block is full. */
static enum err refill(struct row_reader *rows, struct fault *fault)
{
    size_t left = (size_t)(rows->end - rows->at);

    memmove(rows->block, rows->at, left);
    rows->at = rows->block;
    rows->end = rows->block + left;
    while (!rows->ended && rows->end < rows->block + BLOCK) {
        ssize_t got = read(rows->fd, rows->end, (size_t)(rows->block + BLOCK - rows->end));

        if (got < 0 && errno != EINTR) {
            return fail(fault, ERR_INVALID, "cannot read %s: %s", rows->path, strerror(errno));
        }
        rows->ended = got == 0;
        rows->end += got > 0 ? got : 0;
        rows->bytes += got > 0 ? (uint64_t)got : 0;
    }
    *rows->end = '\n';
    rows->plain = is_plain(rows->block, (size_t)(rows->end - rows->block));
    show_progress(rows);
    return OK;
}

/* The end of the record at `at`: a line end outside quotes, or NULL if it is not in the block. */
static char *record_end(const struct row_reader *rows)
{
    bool quoted = false;

    if (rows->plain) {
        return memchr(rows->at, '\n', (size_t)(rows->end - rows->at));
    }
    for (char *at = rows->at; at < rows->end; at++) {
        if (*at == '\n' && !quoted) {
            return at;
        }
        if (*at == '"' && quoted && at[1] == '"') {
            at++;
        } else if (*at == '"' && (quoted || at == rows->at || at[-1] == ',')) {
            quoted = !quoted;
        }
    }
    return NULL;
}

static enum err wrong_count(const struct row_reader *rows, uint32_t count, struct fault *fault)
{
    const char *column = rows->header[count < rows->width ? count : rows->width - 1];

    return fail_line(fault, ERR_INVALID, rows->line, column,
                     "the row has %s%u field%s, but %u belong here (%s is %s)",
                     count > rows->width ? "more than " : "",
                     count > rows->width ? rows->width : count, count == 1 ? "" : "s", rows->width,
                     column, count < rows->width ? "missing" : "the last");
}

static enum err split_quoted(struct row_reader *rows, struct text record, struct text *fields,
                             struct fault *fault)
{
    struct csv csv = csv_open(record, ',');
    struct csv_record parsed;

    arena_undo(rows->scratch, rows->empty);
    enum err err = csv_next(&csv, rows->scratch, rows->width + 1, &parsed, fault);

    if (err != OK) {
        uint64_t line = rows->line + (fault->line > 0 ? fault->line - 1 : 0);
        char text[sizeof(fault->text)];
        char field[sizeof(fault->field)];

        memcpy(text, fault->text, sizeof(text));
        memcpy(field, fault->field, sizeof(field));
        return fail_line(fault, ERR_INVALID, line, field, "%s: %s", field, text);
    }
    if (parsed.count != rows->width) {
        return wrong_count(rows, (uint32_t)parsed.count, fault);
    }
    memcpy(fields, parsed.fields, rows->width * sizeof(*fields));
    return OK;
}

static enum err split_plain(const struct row_reader *rows, struct text record, struct text *fields,
                            struct fault *fault)
{
    const char *at = record.at;
    const char *end = at + record.size;
    uint32_t count = 0;

    for (const char *from = at;; at++) {
        if (at < end && *at != ',') {
            continue;
        }
        if (count == rows->width) {
            return wrong_count(rows, count + 1, fault);
        }
        fields[count++] = (struct text){.at = from, .size = (size_t)(at - from)};
        from = at + 1;
        if (at == end) {
            break;
        }
    }
    return count == rows->width ? OK : wrong_count(rows, count, fault);
}

static enum err check_fields(const struct row_reader *rows, const struct text *fields,
                             struct fault *fault)
{
    for (uint32_t i = 0; i < rows->width; i++) {
        if (fields[i].size == 0) {
            return fail_line(fault, ERR_INVALID, rows->line, rows->header[i],
                             "the field %s is empty", rows->header[i]);
        }
        if (!rows->plain && text_check(fields[i]) != fields[i].size) {
            return fail_line(fault, ERR_INVALID, rows->line, rows->header[i],
                             "the field %s is not valid UTF-8 text", rows->header[i]);
        }
    }
    return OK;
}

/* The text of the next record that is not blank, without its line end; empty at the end. */
static enum err next_record(struct row_reader *rows, struct text *out, struct fault *fault)
{
    for (;;) {
        char *end = rows->at < rows->end ? record_end(rows) : NULL;

        if (end == NULL && !rows->ended && rows->end - rows->at <= ROW_SIZE_MAX) {
            TRY(refill(rows, fault));
            end = record_end(rows);
        }
        if (end == NULL && !rows->ended) {
            return fail_line(fault, ERR_INVALID, rows->line_next, "",
                             "the record is longer than %d bytes; is a quote open?", ROW_SIZE_MAX);
        }
        end = end == NULL ? rows->end : end;
        size_t size = (size_t)(end - rows->at);
        struct text record = {.at = rows->at, .size = size};

        rows->line = rows->line_next;
        rows->at = end < rows->end ? end + 1 : end;
        rows->line_next++;
        for (const char *at = record.at; !rows->plain && at < end; at++) {
            rows->line_next += *at == '\n';
        }
        record.size -= size > 0 && record.at[size - 1] == '\r';
        if (record.size > 0 || rows->at == rows->end) {
            *out = record;
            if (record.size > 0 || rows->ended) {
                return OK;
            }
        }
    }
}

static enum err read_fields(struct row_reader *rows, struct text *fields, bool *done,
                            struct fault *fault)
{
    struct text record;

    TRY(next_record(rows, &record, fault));
    *done = record.size == 0;
    if (*done) {
        return OK;
    }
    if (!rows->plain && memchr(record.at, '"', record.size) != NULL) {
        return split_quoted(rows, record, fields, fault);
    }
    return split_plain(rows, record, fields, fault);
}

enum err rows_next(struct row_reader *rows, struct text *fields, bool *done, struct fault *fault)
{
    TRY(read_fields(rows, fields, done, fault));
    return *done ? OK : check_fields(rows, fields, fault);
}

static enum err check_header(struct row_reader *rows, struct fault *fault)
{
    struct text fields[ROW_FIELDS_MAX];
    bool done = false;

    TRY(refill(rows, fault));
    if (rows->end - rows->at >= 3 && memcmp(rows->at, "\xEF\xBB\xBF", 3) == 0) {
        rows->at += 3;
    }
    if (read_fields(rows, fields, &done, fault) != OK) {
        done = true;
    }
    for (uint32_t i = 0; i < rows->width; i++) {
        if (done || !text_is(text_trim(fields[i]), rows->header[i])) {
            char columns[128] = "";
            size_t used = 0;

            for (uint32_t k = 0; k < rows->width; k++) {
                used += (size_t)snprintf(columns + used, sizeof(columns) - used, "%s%s",
                                         k == 0 ? "" : ",", rows->header[k]);
            }
            return fail_line(fault, ERR_INVALID, 1, rows->header[i],
                             "the first line of %s must be the header %s", rows->path, columns);
        }
    }
    return OK;
}

enum err rows_open(struct arena *arena, const char *path, const char *const *header, uint32_t width,
                   struct row_reader **out, struct fault *fault)
{
    struct row_reader *rows = arena_new_of(arena, struct row_reader);
    struct stat info;
    bool standard = strcmp(path, "-") == 0;

    *rows = (struct row_reader){
        .path = path,
        .header = header,
        .width = width,
        .fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC),
        .line_next = 1,
        .shown = time(NULL),
    };
    if (rows->fd < 0) {
        return fail(fault, ERR_INVALID, "cannot open %s: %s", path, strerror(errno));
    }
    rows->shows = isatty(STDERR_FILENO) == 1;
    if (fstat(rows->fd, &info) == 0 && S_ISREG(info.st_mode)) {
        rows->bytes_all = (uint64_t)info.st_size;
    }
    rows->scratch = arena_new();
    (void)arena_take(rows->scratch, 1, 1);
    rows->empty = arena_mark(rows->scratch);
    rows->block = arena_take(arena, BLOCK + 1, 1);
    rows->at = rows->end = rows->block;
    enum err err = check_header(rows, fault);

    if (err != OK) {
        rows_close(rows);
        return err;
    }
    *out = rows;
    return OK;
}

uint64_t rows_line(const struct row_reader *rows)
{
    return rows->line;
}

void rows_close(struct row_reader *rows)
{
    if (rows->shows && rows->bytes > BLOCK) {
        fprintf(stderr, "\r\033[K");
    }
    if (rows->fd > STDIN_FILENO) {
        (void)close(rows->fd);
    }
    rows->fd = -1;
    arena_free(rows->scratch);
    rows->scratch = NULL;
}
