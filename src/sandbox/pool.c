#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "sandbox/pool.h"

enum { REPLY_MS = 60'000, GRACE_MS = 3000, STARTS_MAX = 3, CANCEL_MS = 50 };

struct sandbox {
    struct sandbox_options options;
    struct sandbox_probe probe;
    pid_t keeper;
    int socket;
    uint32_t serial_next;
    pthread_mutex_t lock; /* of everything here, and of the keeper's socket */
    pthread_cond_t freed;
    struct pool_slot *slots;
};

const struct sandbox_probe *sandbox_reached(const struct sandbox *sandbox)
{
    return &sandbox->probe;
}

static bool receive(int socket, struct keeper_reply *reply, int file[SLOT_FILES])
{
    struct iovec part = {.iov_base = reply, .iov_len = sizeof(*reply)};
    _Alignas(struct cmsghdr) char room[CMSG_SPACE(sizeof(int) * SLOT_FILES)] = {0};
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof(room)};
    struct pollfd event = {.fd = socket, .events = POLLIN};

    if (poll(&event, 1, REPLY_MS) != 1 ||
        recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != (ssize_t)sizeof(*reply)) {
        return false;
    }
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);

    if (head != NULL && head->cmsg_len == CMSG_LEN(sizeof(int) * SLOT_FILES)) {
        memcpy(file, CMSG_DATA(head), sizeof(int) * SLOT_FILES);
    }
    return true;
}

static bool ask(struct sandbox *sandbox, enum keeper_order order, uint32_t serial,
                struct keeper_reply *reply, int file[SLOT_FILES])
{
    struct keeper_request request = {.order = (int32_t)order, .serial = serial};

    return send(sandbox->socket, &request, sizeof(request), MSG_NOSIGNAL) ==
               (ssize_t)sizeof(request) &&
           receive(sandbox->socket, reply, file) && reply->good;
}

static void end_slot(struct sandbox *sandbox, struct pool_slot *slot)
{
    struct keeper_reply reply = {0};

    if (!slot->alive) {
        return;
    }
    for (int i = 0; i < SLOT_FILES; i++) {
        (void)close(slot->file[i]);
    }
    slot->alive = false;
    (void)ask(sandbox, KEEPER_END, slot->serial, &reply, slot->file);
}

static bool start_slot(struct sandbox *sandbox, struct pool_slot *slot, struct keeper_reply *reply)
{
    slot->serial = sandbox->serial_next++;
    slot->jobs = 0;
    slot->alive = ask(sandbox, KEEPER_NEW, slot->serial, reply, slot->file);
    if (slot->alive) {
        sandbox->probe = reply->probe;
        slot->level = reply->probe.level;
    }
    return slot->alive;
}

static enum err start_keeper(struct sandbox *sandbox, struct fault *fault)
{
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0) {
        return fail(fault, ERR_UNAVAILABLE, "no socket for the sandbox: %s", strerror(errno));
    }
    (void)fflush(NULL);
    sandbox->keeper = fork();
    if (sandbox->keeper == 0) {
        keeper_main(pair[1], &sandbox->options);
    }
    (void)close(pair[1]);
    sandbox->socket = pair[0];
    if (sandbox->keeper < 0) {
        return fail(fault, ERR_UNAVAILABLE, "no process for the sandbox: %s", strerror(errno));
    }
    return OK;
}

static enum err start_all(struct sandbox *sandbox, struct fault *fault)
{
    struct keeper_reply reply = {0};

    TRY(start_keeper(sandbox, fault));
    for (size_t i = 0; !sandbox->options.lazy && i < sandbox->options.slot_count; i++) {
        if (!start_slot(sandbox, &sandbox->slots[i], &reply)) {
            return fail(fault, ERR_UNAVAILABLE,
                        "this machine does not reach the level \"%s\" (%s); a weaker one must be "
                        "asked for by name",
                        sandbox_level_name(sandbox->options.level_min),
                        reply.note[0] == '\0' ? "the sandbox did not start" : reply.note);
        }
        if (sandbox->probe.level < sandbox->options.level_min) {
            return fail(fault, ERR_UNAVAILABLE,
                        "this machine reaches the level \"%s\", but \"%s\" was asked for: %s",
                        sandbox_level_name(sandbox->probe.level),
                        sandbox_level_name(sandbox->options.level_min), sandbox->probe.why);
        }
    }
    return OK;
}

enum err sandbox_new(const struct sandbox_options *options, struct sandbox **out,
                     struct fault *fault)
{
    if (options->slot_count < 1 || options->slot_count > SANDBOX_SLOTS_MAX) {
        return fail(fault, ERR_INVALID, "a sandbox has from 1 to %d slots, not %zu",
                    SANDBOX_SLOTS_MAX, options->slot_count);
    }
    struct sandbox *sandbox = calloc(1, sizeof(*sandbox));
    struct pool_slot *slots = calloc(options->slot_count, sizeof(*slots));

    if (sandbox == NULL || slots == NULL) {
        free(sandbox);
        free(slots);
        return fail(fault, ERR_UNAVAILABLE, "no memory for the sandbox");
    }
    *sandbox = (struct sandbox){.options = *options, .slots = slots, .socket = -1};
    (void)pthread_mutex_init(&sandbox->lock, NULL);
    (void)pthread_cond_init(&sandbox->freed, NULL);
    enum err err = start_all(sandbox, fault);

    if (err != OK) {
        sandbox_free(sandbox);
        return err;
    }
    *out = sandbox;
    return OK;
}

void sandbox_free(struct sandbox *sandbox)
{
    if (sandbox == NULL) {
        return;
    }
    for (size_t i = 0; i < sandbox->options.slot_count; i++) {
        for (int k = 0; sandbox->slots[i].alive && k < SLOT_FILES; k++) {
            (void)close(sandbox->slots[i].file[k]);
        }
    }
    if (sandbox->socket >= 0) {
        (void)close(sandbox->socket); /* the keeper cleans up and ends */
    }
    while (sandbox->keeper > 0 && waitpid(sandbox->keeper, NULL, 0) < 0 && errno == EINTR) {
    }
    (void)pthread_cond_destroy(&sandbox->freed);
    (void)pthread_mutex_destroy(&sandbox->lock);
    free(sandbox->slots);
    free(sandbox);
}

struct pool_slot *pool_take(struct sandbox *sandbox)
{
    struct pool_slot *found = NULL;

    (void)pthread_mutex_lock(&sandbox->lock);
    while (found == NULL) {
        for (size_t i = 0; i < sandbox->options.slot_count && found == NULL; i++) {
            found = sandbox->slots[i].taken ? NULL : &sandbox->slots[i];
        }
        if (found == NULL) {
            (void)pthread_cond_wait(&sandbox->freed, &sandbox->lock);
        }
    }
    found->taken = true;
    for (int i = 0; !found->alive && i < STARTS_MAX; i++) {
        struct keeper_reply reply = {0};

        (void)start_slot(sandbox, found, &reply);
    }
    (void)pthread_mutex_unlock(&sandbox->lock);
    return found;
}

void pool_give(struct sandbox *sandbox, struct pool_slot *slot, bool spent)
{
    (void)pthread_mutex_lock(&sandbox->lock);
    slot->jobs++;
    if (spent || slot->jobs >= sandbox->options.jobs_max) {
        struct keeper_reply reply = {0};

        end_slot(sandbox, slot);
        (void)start_slot(sandbox, slot, &reply); /* again when it is taken, if this fails */
    }
    slot->taken = false;
    (void)pthread_cond_signal(&sandbox->freed);
    (void)pthread_mutex_unlock(&sandbox->lock);
}

static bool put_input(int fd, struct text input)
{
    if (ftruncate(fd, 0) != 0) {
        return false;
    }
    for (size_t done = 0; done < input.size;) {
        ssize_t put = pwrite(fd, input.at + done, input.size - done, (off_t)done);

        if (put <= 0) {
            return false;
        }
        done += (size_t)put;
    }
    return true;
}

static bool await_reply(int fd, int64_t wait_ms, const _Atomic bool *cancel,
                        struct slot_reply *reply)
{
    struct pollfd event = {.fd = fd, .events = POLLIN};
    int64_t until_us = slot_clock() + wait_ms * 1000;

    for (;;) {
        int64_t left_ms = (until_us - slot_clock() + 999) / 1000;
        bool looks = cancel != NULL && left_ms > CANCEL_MS;
        int seen = poll(&event, 1, looks ? CANCEL_MS : left_ms > 0 ? (int)left_ms : 0);

        if (seen == 1) {
            return recv(fd, reply, sizeof(*reply), 0) == (ssize_t)sizeof(*reply);
        }
        if ((seen < 0 && errno != EINTR) || slot_clock() >= until_us ||
            (cancel != NULL && atomic_load(cancel))) {
            return false;
        }
    }
}

void pool_exchange(struct pool_slot *slot, const struct slot_request *request, struct text input,
                   const _Atomic bool *cancel, struct slot_reply *reply)
{
    size_t size = offsetof(struct slot_request, text) + request->text_size;
    int control = slot->file[SLOT_CONTROL];

    *reply = (struct slot_reply){.end = SANDBOX_BROKEN, .spent = 1};
    (void)snprintf(reply->note, sizeof(reply->note), "the slot could not be started");
    if (!slot->alive || !put_input(slot->file[SLOT_INPUT], input)) {
        return;
    }
    (void)snprintf(reply->note, sizeof(reply->note), "the slot did not answer");
    if (send(control, request, size, MSG_NOSIGNAL) != (ssize_t)size) {
        return;
    }
    struct slot_reply got;

    if (await_reply(control, request->limits.wall_ms + GRACE_MS, cancel, &got)) {
        *reply = got;
    }
}

struct text pool_output(int fd, int64_t size_max, struct arena *arena, bool *cut)
{
    struct stat info = {0};
    struct text none = {.at = "", .size = 0};

    if (fstat(fd, &info) != 0 || info.st_size <= 0) {
        return none;
    }
    *cut |= info.st_size > size_max;
    size_t size = (size_t)(info.st_size > size_max ? size_max : info.st_size);
    char *copy = arena_array(arena, char, size + 1);
    ssize_t got = pread(fd, copy, size, 0);

    return got <= 0 ? none : (struct text){.at = copy, .size = (size_t)got};
}
