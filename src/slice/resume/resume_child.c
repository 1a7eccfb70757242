#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "slice/resume/resume_slice.h"
#include "sys/clock.h"

enum { WAIT_MAX_S = 30, OUTPUT_MAX = 4 * 1024 * 1024, BLOCK = 16384 };

struct child {
    pid_t pid;
    int output;
    int error;
};

static enum err start(const char *path, struct child *out, struct fault *fault)
{
    char *const arguments[] = {(char[]){"periti"}, (char[]){"resume"}, (char[]){"read"},
                               (char[]){"--json"}, strdup(path),       NULL};
    char *const environment[] = {NULL};
    posix_spawn_file_actions_t actions;
    int output[2];
    int error[2];

    if (arguments[4] == NULL || pipe2(output, O_CLOEXEC) != 0) {
        return fail(fault, ERR_UNAVAILABLE, "cannot begin to read the file: %s", strerror(errno));
    }
    if (pipe2(error, O_CLOEXEC) != 0) {
        (void)close(output[0]);
        (void)close(output[1]);
        return fail(fault, ERR_UNAVAILABLE, "cannot begin to read the file: %s", strerror(errno));
    }
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    (void)posix_spawn_file_actions_adddup2(&actions, output[1], 1);
    (void)posix_spawn_file_actions_adddup2(&actions, error[1], 2);
    int failed = posix_spawn(&out->pid, "/proc/self/exe", &actions, NULL, arguments, environment);

    (void)posix_spawn_file_actions_destroy(&actions);
    free(arguments[4]);
    (void)close(output[1]);
    (void)close(error[1]);
    out->output = output[0];
    out->error = error[0];
    if (failed != 0) {
        (void)close(output[0]);
        (void)close(error[0]);
        return fail(fault, ERR_UNAVAILABLE, "cannot begin to read the file: %s", strerror(failed));
    }
    return OK;
}

/* Take what waits in one pipe; false: it is at its end. */
static bool drain(int from, struct buffer *to)
{
    char block[BLOCK];
    ssize_t got = read(from, block, sizeof(block));

    if (got > 0 && to->size < OUTPUT_MAX) {
        buffer_put(to, block, (size_t)got);
    }
    return got > 0 || (got < 0 && errno == EINTR);
}

/* Both pipes until they end or time is up; false: time is up. */
static bool listen_to(const struct child *child, struct buffer *output, struct buffer *error)
{
    int64_t until = clock_now_us() + WAIT_MAX_S * INT64_C(1000000);
    struct pollfd files[] = {{.fd = child->output, .events = POLLIN},
                             {.fd = child->error, .events = POLLIN}};

    while (files[0].fd >= 0 || files[1].fd >= 0) {
        if (clock_now_us() > until) {
            return false;
        }
        if (poll(files, 2, 200) <= 0) {
            continue;
        }
        for (int i = 0; i < 2; i++) {
            if (files[i].revents != 0 && !drain(files[i].fd, i == 0 ? output : error)) {
                files[i].fd = -1;
            }
        }
    }
    return true;
}

static enum err read_lines(struct arena *arena, struct text text, struct resume_found **out,
                           size_t *count, struct fault *fault)
{
    struct resume_found *found = arena_array(arena, struct resume_found, text_lines(text));
    struct json_lines lines = {.rest = text};
    struct json *tree;

    *count = 0;
    TRY(json_next(arena, &lines, &tree, fault));
    while (tree != NULL) {
        const struct json *group = json_member(tree, "group");
        const struct json *sure = json_member(tree, "confidence");
        const struct json *line = json_member(tree, "line");

        found[(*count)++] = (struct resume_found){.field = json_text_of(tree, "field"),
                                                  .value = json_text_of(tree, "value"),
                                                  .group = group == NULL ? 0 : group->integer,
                                                  .confidence = sure == NULL ? 0 : sure->real,
                                                  .line = line == NULL ? 0 : line->integer};
        TRY(json_next(arena, &lines, &tree, fault));
    }
    *out = found;
    return OK;
}

/* "periti resume read: the PDF is encrypted": what the child said, without its name. */
static const char *said(struct arena *arena, const struct buffer *error)
{
    struct text text = text_trim(buffer_view(error));
    const char *colon = memmem(text.at, text.size, ": ", 2);

    if (colon != NULL) {
        size_t skip = (size_t)(colon - text.at) + 2;

        text = (struct text){text.at + skip, text.size - skip};
    }
    return text.size == 0 || text_check(text) != text.size
               ? "it could not be read"
               : arena_copy(arena, text.at, text.size > 300 ? 300 : text.size);
}

enum err resume_child_read(struct arena *arena, const char *path, struct resume_found **out,
                           size_t *count, struct fault *fault)
{
    struct buffer output = buffer_new(arena);
    struct buffer error = buffer_new(arena);
    struct child child;
    int status = 0;

    TRY(start(path, &child, fault));
    bool ended = listen_to(&child, &output, &error);

    if (!ended) {
        (void)kill(child.pid, SIGKILL);
    }
    (void)close(child.output);
    (void)close(child.error);
    while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (!ended || output.size >= OUTPUT_MAX) {
        return fail(fault, ERR_INVALID, "the file could not be read within the bounds");
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        return fail(fault, ERR_INVALID, "%s", said(arena, &error));
    }
    return read_lines(arena, buffer_view(&output), out, count, fault);
}
