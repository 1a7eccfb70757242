#include "slice/reward/intake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "slice/reward/grader.h"

enum { LOAD_SIZE = 64 * 1024 };

struct intake {
    int descriptor;
    size_t held;
    uint64_t line;
    int64_t index;
    bool ended;
    char held_bytes[ROW_SIZE_MAX + LOAD_SIZE];
};

enum err intake_open(const char *path, struct intake **out, struct fault *fault)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    struct intake *rows = descriptor < 0 ? NULL : malloc(sizeof(*rows));

    if (rows == NULL) {
        int error = errno;

        if (descriptor >= 0) {
            (void)close(descriptor);
        }
        return fail(fault, ERR_UNAVAILABLE, "the rows cannot be read: %s", strerror(error));
    }
    rows->descriptor = descriptor;
    rows->held = 0;
    rows->line = 0;
    rows->index = 0;
    rows->ended = false;
    *out = rows;
    return OK;
}

void intake_close(struct intake *rows)
{
    if (rows != NULL) {
        (void)close(rows->descriptor);
        free(rows);
    }
}

static enum err fill(struct intake *rows, size_t wanted, struct fault *fault)
{
    while (!rows->ended && rows->held < wanted) {
        ssize_t got = read(rows->descriptor, rows->held_bytes + rows->held, wanted - rows->held);

        if (got < 0 && errno != EINTR) {
            return fail(fault, ERR_UNAVAILABLE, "the rows cannot be read: %s", strerror(errno));
        }
        rows->ended = got == 0;
        rows->held += got > 0 ? (size_t)got : 0;
    }
    return OK;
}

/* How much of what is held is whole lines; more is read until there is one. */
static enum err whole_lines(struct intake *rows, size_t *out, struct fault *fault)
{
    for (size_t wanted = LOAD_SIZE;; wanted *= 2) {
        bool most = wanted >= sizeof(rows->held_bytes);

        TRY(fill(rows, most ? sizeof(rows->held_bytes) : wanted, fault));
        const char *end = memrchr(rows->held_bytes, '\n', rows->held);

        if (end != NULL || rows->ended) {
            *out = rows->ended ? rows->held : (size_t)(end - rows->held_bytes) + 1;
            return OK;
        }
        if (most) {
            return fail_line(fault, ERR_INVALID, rows->line + 1, "", "a row has more than %d bytes",
                             ROW_SIZE_MAX);
        }
    }
}

static void add_rows(struct intake *rows, struct load *load, struct text lines)
{
    struct text line;

    while (text_cut(&lines, '\n', &line)) {
        line = text_trim(line);
        rows->line++;
        if (line.size > 0) {
            load->rows[load->row_count++] = (struct load_row){.index = rows->index++, .line = line};
        }
    }
}

enum err intake_next(struct intake *rows, struct load **out, struct fault *fault)
{
    *out = NULL;
    while (*out == NULL && (!rows->ended || rows->held > 0)) {
        size_t size = 0;

        TRY(whole_lines(rows, &size, fault));
        if (size == 0) {
            break;
        }
        struct load *load = load_new();
        struct text lines = {.at = arena_copy(load->arena, rows->held_bytes, size), .size = size};

        load->rows = arena_array(load->arena, struct load_row, text_lines(lines));
        add_rows(rows, load, lines);
        rows->held -= size;
        memmove(rows->held_bytes, rows->held_bytes + size, rows->held);
        if (load->row_count > 0) {
            *out = load;
        } else {
            arena_free(load->arena);
        }
    }
    return OK;
}
