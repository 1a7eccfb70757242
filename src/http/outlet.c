#include "http/outlet.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "base/arena.h"
#include "base/fault.h"
#include "http/inside.h"

enum { BACKLOG_MAX = 256 * 1024, PIECE_SIZE = 32 * 1024, LOOK_MS = 200 };

struct outlet {
    struct request *request;
    struct arena *arena;
    pthread_mutex_t lock;
    pthread_cond_t moved; /* something left, or the client did */
    struct buffer out;
    size_t sent;
    int socket;
    int status;
    const char *type;
    bool begun;     /* the event thread has the request */
    bool suspended; /* the connection sleeps: there is nothing to send */
    bool lost;      /* nobody listens */
    bool gone;      /* the connection has ended */
    bool released;  /* and its event thread needs nothing more of it */
    bool done;      /* the handler has */
    bool cut;       /* and it failed */
};

struct outlet *outlet_new(struct request *request, int status, const char *type)
{
    struct arena *arena = arena_new();
    struct outlet *outlet = arena_new_of(arena, struct outlet);
    pthread_condattr_t monotonic;

    *outlet = (struct outlet){
        .request = request,
        .arena = arena,
        .out = buffer_new(arena_new()),
        .socket = MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CONNECTION_FD)
                      ->connect_fd,
        .status = status,
        .type = type};
    (void)pthread_mutex_init(&outlet->lock, NULL);
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&outlet->moved, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    return outlet;
}

static void discard(struct outlet *outlet)
{
    (void)pthread_cond_destroy(&outlet->moved);
    (void)pthread_mutex_destroy(&outlet->lock);
    arena_free(outlet->out.arena);
    arena_free(outlet->arena);
}

static void wake_locked(struct outlet *outlet)
{
    if (outlet->suspended) {
        outlet->suspended = false;
        MHD_resume_connection(outlet->request->connection);
    }
}

static void begin_locked(struct outlet *outlet)
{
    outlet->begun = true;
    outlet->request->answer.status = outlet->status;
    outlet->request->answer.type = outlet->type;
    outlet->request->answer.outlet = outlet;
    door_hand_back(outlet->request, REQUEST_ANSWERED);
}

/* A connection that sleeps is watched by nobody else; one that does not is the event thread's. */
static void look_locked(struct outlet *outlet)
{
    struct pollfd event = {.fd = outlet->socket, .events = POLLRDHUP};

    if (atomic_load(&outlet->request->server->stopping)) {
        outlet->lost = true;
    } else if (!outlet->gone && (!outlet->begun || outlet->suspended) && poll(&event, 1, 0) == 1) {
        outlet->lost = true;
    }
    if (outlet->lost) {
        wake_locked(outlet);
    }
}

static void wait_locked(struct outlet *outlet)
{
    struct timespec until;

    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += LOOK_MS * 1'000'000L;
    until.tv_sec += until.tv_nsec / 1'000'000'000;
    until.tv_nsec %= 1'000'000'000;
    (void)pthread_cond_timedwait(&outlet->moved, &outlet->lock, &until);
}

bool outlet_heard(struct outlet *outlet)
{
    (void)pthread_mutex_lock(&outlet->lock);
    look_locked(outlet);
    bool heard = !outlet->gone && !outlet->lost;

    (void)pthread_mutex_unlock(&outlet->lock);
    return heard;
}

/* A reader that is never quite done must not make the buffer grow. */
static void compact_locked(struct outlet *outlet)
{
    size_t left = outlet->out.size - outlet->sent;

    if (outlet->sent > left) {
        memmove(outlet->out.at, outlet->out.at + outlet->sent, left);
        outlet->out.size = left;
        outlet->sent = 0;
    }
}

bool outlet_begun(struct outlet *outlet)
{
    (void)pthread_mutex_lock(&outlet->lock);
    bool begun = outlet->begun;

    (void)pthread_mutex_unlock(&outlet->lock);
    return begun;
}

enum err outlet_write(struct outlet *outlet, struct text bytes, struct fault *fault)
{
    (void)pthread_mutex_lock(&outlet->lock);
    while (!outlet->gone && !outlet->lost && outlet->out.size - outlet->sent > BACKLOG_MAX) {
        wait_locked(outlet);
        look_locked(outlet);
    }
    bool heard = !outlet->gone && !outlet->lost;

    if (heard && bytes.size > 0) {
        compact_locked(outlet);
        buffer_text(&outlet->out, bytes);
        if (outlet->begun) {
            wake_locked(outlet);
        } else {
            begin_locked(outlet);
        }
    }
    (void)pthread_mutex_unlock(&outlet->lock);
    if (heard) {
        return OK;
    }
    return atomic_load(&outlet->request->server->stopping)
               ? fail(fault, ERR_UNAVAILABLE, "the server is stopping")
               : fail(fault, ERR_UNAVAILABLE, "whoever asked is gone");
}

bool outlet_end(struct outlet *outlet, enum err err, const struct fault *fault)
{
    (void)pthread_mutex_lock(&outlet->lock);
    if (!outlet->begun) {
        (void)pthread_mutex_unlock(&outlet->lock);
        discard(outlet);
        return false;
    }
    outlet->done = true;
    outlet->cut = err != OK;
    if (!outlet->gone) {
        if (err == ERR_INTERNAL) {
            outlet->request->fault = *fault;
        }
        wake_locked(outlet);
    }
    bool last = outlet->released;

    (void)pthread_mutex_unlock(&outlet->lock);
    if (last) {
        request_free(outlet->request);
        discard(outlet);
    }
    return true;
}

/* On an event thread: what is there, or sleep until there is more. */
static ssize_t send_piece(void *context, uint64_t position, char *to, size_t room)
{
    struct outlet *outlet = context;
    ssize_t size = 0;

    (void)pthread_mutex_lock(&outlet->lock);
    size_t left = outlet->out.size - outlet->sent;

    if (outlet->lost || (left == 0 && outlet->done && outlet->cut)) {
        size = MHD_CONTENT_READER_END_WITH_ERROR;
    } else if (left > 0) {
        size = (ssize_t)(left < room ? left : room);
        memcpy(to, outlet->out.at + outlet->sent, (size_t)size);
        outlet->sent += (size_t)size;
        if (outlet->sent == outlet->out.size) {
            buffer_reset(&outlet->out);
            outlet->sent = 0;
        }
        (void)pthread_cond_signal(&outlet->moved);
    } else if (outlet->done) {
        size = MHD_CONTENT_READER_END_OF_STREAM;
    } else {
        outlet->suspended = true;
        MHD_suspend_connection(outlet->request->connection);
    }
    (void)pthread_mutex_unlock(&outlet->lock);
    return size;
}

struct MHD_Response *outlet_response(struct outlet *outlet)
{
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PIECE_SIZE, send_piece, outlet,
                                             NULL);
}

void outlet_leave(struct outlet *outlet)
{
    (void)pthread_mutex_lock(&outlet->lock);
    outlet->gone = true;
    (void)pthread_cond_signal(&outlet->moved);
    (void)pthread_mutex_unlock(&outlet->lock);
}

void outlet_release(struct outlet *outlet)
{
    (void)pthread_mutex_lock(&outlet->lock);
    outlet->released = true;
    bool last = outlet->done;

    (void)pthread_mutex_unlock(&outlet->lock);
    if (last) {
        request_free(outlet->request);
        discard(outlet);
    }
}
