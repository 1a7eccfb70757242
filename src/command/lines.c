#include "command/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"

enum { BLOCK = 256 * 1024, LINE_MAX_SIZE = 16 * 1024 * 1024 };

struct lines {
    gzFile file;
    char *room;
    size_t capacity;
    size_t begin; /* of what was not handed out */
    size_t end;
    uint64_t number;
    bool ended;
};

enum err lines_open(const char *path, struct lines **out, struct fault *fault)
{
    gzFile file = strcmp(path, "-") == 0 ? gzdopen(dup(STDIN_FILENO), "rb") : gzopen(path, "rbe");

    if (file == NULL) {
        return fail(fault, ERR_INVALID, "cannot open %s: %s", path, strerror(errno));
    }
    (void)gzbuffer(file, BLOCK);
    struct lines *lines = calloc(1, sizeof(*lines));
    char *room = malloc(BLOCK);

    if (lines == NULL || room == NULL) {
        free(lines);
        free(room);
        (void)gzclose(file);
        return fail(fault, ERR_UNAVAILABLE, "no memory to read %s", path);
    }
    *lines = (struct lines){.file = file, .room = room, .capacity = BLOCK};
    *out = lines;
    return OK;
}

void lines_close(struct lines *lines)
{
    if (lines == NULL) {
        return;
    }
    (void)gzclose(lines->file);
    free(lines->room);
    free(lines);
}

/* More bytes behind what is there; makes room first. */
static enum err fill(struct lines *lines, struct fault *fault)
{
    size_t held = lines->end - lines->begin;

    memmove(lines->room, lines->room + lines->begin, held);
    lines->begin = 0;
    lines->end = held;
    if (held == lines->capacity) {
        if (lines->capacity >= LINE_MAX_SIZE) {
            return fail_line(fault, ERR_INVALID, lines->number + 1, "",
                             "a line is longer than %d bytes", LINE_MAX_SIZE);
        }
        char *larger = realloc(lines->room, lines->capacity * 2);

        if (larger == NULL) {
            return fail(fault, ERR_UNAVAILABLE, "no memory for a line of %zu bytes", held);
        }
        lines->room = larger;
        lines->capacity *= 2;
    }
    int got = gzread(lines->file, lines->room + held, (unsigned)(lines->capacity - held));

    if (got < 0) {
        return fail_line(fault, ERR_INVALID, lines->number + 1, "", "the file cannot be read on");
    }
    lines->ended = got == 0;
    lines->end += (size_t)got;
    return OK;
}

static enum err next_raw(struct lines *lines, struct text *out, bool *more, struct fault *fault)
{
    size_t searched = 0;

    for (;;) {
        char *at = lines->room + lines->begin;
        size_t held = lines->end - lines->begin;
        char *stop = memchr(at + searched, '\n', held - searched);

        if (stop != NULL || (lines->ended && held > 0)) {
            size_t size = stop == NULL ? held : (size_t)(stop - at);

            lines->begin += size + (stop != NULL);
            lines->number++;
            *out = (struct text){.at = at, .size = size};
            *more = true;
            return OK;
        }
        if (lines->ended) {
            *more = false;
            return OK;
        }
        searched = held;
        TRY(fill(lines, fault));
    }
}

enum err lines_next(struct lines *lines, struct text *out, bool *more, struct fault *fault)
{
    for (;;) {
        TRY(next_raw(lines, out, more, fault));
        if (!*more) {
            return OK;
        }
        size_t sound = text_check(*out);

        if (sound < out->size) {
            return fail_line(fault, ERR_INVALID, lines->number, "", "byte %zu is not valid UTF-8",
                             sound + 1);
        }
        if (text_trim(*out).size > 0) {
            return OK;
        }
    }
}

uint64_t lines_number(const struct lines *lines)
{
    return lines->number;
}

enum err lines_next_json(struct lines *lines, struct arena *arena, const struct json **out,
                         bool *more, struct fault *fault)
{
    struct text line;
    struct json *root = NULL;

    TRY(lines_next(lines, &line, more, fault));
    if (!*more) {
        return OK;
    }
    const char *copy = arena_copy(arena, line.at, line.size);
    enum err err = json_parse(arena, (struct text){copy, line.size}, &root, fault);

    if (err != OK) {
        fault->line = lines_number(lines);
    }
    *out = root;
    return err;
}
