#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "sandbox/pool.h"
#include "sandbox/zygote.h"

enum { WATCH_MS = 10, IDLE_MS = 1000, HIGH_FD = 100, TEXT_MAX = 1 << 20, NAMESPACE_FD = 7 };
enum { END_TRIES = 25, END_PAUSE_US = 2000 };

/* In the process that becomes the interpreter: files at the places that it knows. */
static _Noreturn void execute(const struct slot *slot)
{
    const struct slot_plan *plan = slot->plan;
    char isolated[16];
    char ids[8];
    const char *const arguments[] = {"python3",     "-s",     "-S", "-B", "-c",
                                     zygote_source, isolated, ids,  NULL};
    const char *const environment[] = {"PATH=/usr/bin:/bin", "LANG=C.UTF-8", "HOME=/tmp",
                                       "PYTHONHASHSEED=0",   "TZ=UTC",       NULL};
    int high[SLOT_FILES + 1];

    (void)strcpy(isolated, plan->level >= SANDBOX_NAMESPACE ? "namespaces" : "none");
    (void)strcpy(ids, plan->own_ids ? "ids" : "none");
    for (int i = 0; i < SLOT_FILES; i++) {
        high[i] = fcntl(plan->file[i], F_DUPFD, HIGH_FD);
    }
    high[SLOT_FILES] = slot->space >= 0 ? fcntl(slot->space, F_DUPFD, HIGH_FD) : -1;
    for (int i = 0; i <= SLOT_FILES; i++) {
        if (high[i] >= 0) {
            (void)dup2(high[i], 3 + i);
        }
    }
    (void)syscall(SYS_close_range, (unsigned)(high[SLOT_FILES] >= 0 ? 8 : 7), ~0U, 0U);
    (void)execve("/usr/bin/python3", (char *const *)(uintptr_t)arguments,
                 (char *const *)(uintptr_t)environment);
    _exit(127);
}

/* Without a job, the interpreter ends when its requests do, and what it used is accounted for. */
static void await_end(pid_t zygote)
{
    for (int i = 0; i < END_TRIES && waitpid(zygote, NULL, WNOHANG) == 0; i++) {
        (void)usleep(END_PAUSE_US);
    }
}

/* Stay as process 1 of the slot: follow the owner, watch memory where no group does. */
void slot_serve_python(struct slot *slot)
{
    const struct slot_plan *plan = slot->plan;
    bool watch = plan->group->memory[0] == '\0';
    pid_t zygote = fork();

    if (zygote == 0) {
        execute(slot);
    }
    struct pollfd event = {.fd = plan->file[SLOT_CONTROL], .events = POLLRDHUP};
    int64_t memory_bytes = plan->options->memory_mib << 20;

    while (zygote > 0) {
        int seen = poll(&event, 1, watch ? WATCH_MS : IDLE_MS);
        pid_t dead = waitpid(-1, NULL, WNOHANG);

        if ((seen > 0 && event.revents != 0) || dead == zygote) {
            break;
        }
        if (watch && slot_resident(slot, zygote, false) > memory_bytes) {
            (void)slot_resident(slot, zygote, true);
        }
    }
    await_end(zygote);
    _exit(0);
}

static enum err add_text(struct buffer *input, struct slot_request *request, const char *text,
                         struct fault *fault)
{
    size_t size = strlen(text);
    uint32_t wide = (uint32_t)size;

    if (size > TEXT_MAX) {
        return fail(fault, ERR_INVALID, "a program of %zu bytes; the most is %d", size, TEXT_MAX);
    }
    buffer_put(input, text, size);
    memcpy(request->text + request->text_size, &wide, sizeof(wide));
    request->text_size += (uint32_t)sizeof(wide);
    return OK;
}

enum err sandbox_check_python(struct sandbox *sandbox, const struct sandbox_check *check,
                              struct arena *arena, struct sandbox_outcome *out, struct fault *fault)
{
    struct slot_request *request = arena_new_of(arena, struct slot_request);
    struct buffer input = buffer_new(arena);
    struct slot_reply reply;

    request->limits = check->limits;
    request->kind = check->split ? 2 : 1;
    TRY(add_text(&input, request, check->prompt, fault));
    TRY(add_text(&input, request, check->solution, fault));
    TRY(add_text(&input, request, check->test, fault));
    TRY(add_text(&input, request, check->entry, fault));
    struct pool_slot *slot = pool_take(sandbox);

    pool_exchange(slot, request, buffer_view(&input), check->cancel, &reply);
    pool_outcome(slot, &check->limits, &reply, arena, out);
    pool_give(sandbox, slot, reply.spent != 0);
    return OK;
}
