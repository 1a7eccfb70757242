#include "http/feed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/time.h"
#include "http/inside.h"
#include "http/peers.h"
#include "http/problem.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/clock.h"

enum { THREADS = 4, BACKLOG_MAX = 64 * 1024, HEARTBEAT_US = 15'000'000, PIECE_SIZE = 4096 };

struct feed {
    struct request *request;
    struct arena *arena; /* of the feed and of its handler's state */
    struct call call;
    struct stream stream;
    const struct principal *who;
    const char *organisation_id;
    struct feed *next; /* in the queue, by the time at which it is due */
    int64_t due_us;
    int64_t heard_us;   /* when the client was last sent something */
    int64_t checked_us; /* when its credentials were last checked */
    bool enlisted;
    bool gone; /* the connection */
    /* What is to be sent; guarded by `lock`. */
    pthread_mutex_t lock;
    struct buffer out;
    size_t sent;
    bool suspended;
    bool done;
};

struct feeds {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    int64_t poll_us;
    struct feed *first;
    struct feed *last;
    size_t count; /* open, from feed_new to release */
    size_t count_max;
    bool closing;
    bool stopping;
    pthread_t threads[THREADS];
};

struct asking {
    struct feed *feed;
    struct work work;
    bool checks; /* is the caller still allowed to listen? */
};

static enum err check_again(struct asking *asking, struct work *work)
{
    struct request *request = asking->feed->request;
    const struct http_hooks *hooks = request->server->site->hooks;
    struct http_credentials credentials = {
        .session = request->session, .bearer = request->bearer, .address = request->address};

    if (credentials.session == NULL && credentials.bearer == NULL) {
        return OK;
    }
    TRY(hooks->authenticate(work, &credentials, &work->who));
    return hooks->authorise(work, request->match.route, request->match.ids);
}

static enum err ask_body(struct work *work, void *context)
{
    struct asking *asking = context;
    struct feed *feed = asking->feed;

    if (asking->checks) {
        TRY(check_again(asking, work));
    }
    feed->stream.event = NULL;
    feed->stream.data = NULL;
    feed->call.work = work;
    return feed->request->match.route->events(&feed->call, &feed->stream);
}

static void write_event(struct buffer *to, const struct feed *feed)
{
    const struct stream *stream = &feed->stream;
    struct json_out out = json_to(to);

    buffer_print(to, "event: %s\ndata: ", stream->event);
    if (stream->data != NULL) {
        json_encode(&out, feed->request->match.route->reply, stream->data);
    } else {
        buffer_string(to, "{}");
    }
    buffer_string(to, "\n\n");
}

static void write_failure(struct buffer *to, const struct feed *feed, enum err err,
                          const struct fault *fault)
{
    buffer_string(to, "event: problem\ndata: ");
    problem_write(to, problem_of(err), fault, feed->request->id);
    buffer_string(to, "\n\n");
}

/* Add bytes for the event thread, and wake it if it has run dry. */
static void pass(struct feed *feed, struct text bytes, bool done)
{
    (void)pthread_mutex_lock(&feed->lock);
    buffer_text(&feed->out, bytes);
    feed->done = feed->done || done;
    if (feed->suspended && (bytes.size > 0 || feed->done)) {
        feed->suspended = false;
        MHD_resume_connection(feed->request->connection);
    }
    (void)pthread_mutex_unlock(&feed->lock);
}

static bool is_behind(struct feed *feed)
{
    (void)pthread_mutex_lock(&feed->lock);
    bool behind = feed->out.size - feed->sent > BACKLOG_MAX || feed->done;

    (void)pthread_mutex_unlock(&feed->lock);
    return behind;
}

static void ask(struct feed *feed, int64_t tick_us)
{
    ARENA_SCOPE arena = arena_new();
    struct asking asking = {.feed = feed,
                            .checks = tick_us - feed->checked_us > HEARTBEAT_US,
                            .work = {.arena = arena,
                                     .store = feed->request->server->store,
                                     .installation = feed->request->server->site->installation,
                                     .who = feed->who,
                                     .organisation_id = feed->organisation_id,
                                     .request_id = feed->request->id,
                                     .now_us = clock_now_us()}};
    struct buffer bytes = buffer_new(arena);
    enum err err = store_read(&asking.work, ask_body, &asking);
    bool done = false;

    if (err == OK) {
        done = feed->stream.done;
        if (feed->stream.event != NULL) {
            write_event(&bytes, feed);
        }
    } else if (err != ERR_UNAVAILABLE) {
        write_failure(&bytes, feed, err, &asking.work.fault);
        done = true;
    }
    feed->checked_us = asking.checks ? tick_us : feed->checked_us;
    if (bytes.size == 0 && tick_us - feed->heard_us > HEARTBEAT_US) {
        buffer_string(&bytes, ": still here\n\n");
    }
    if (bytes.size > 0) {
        feed->heard_us = tick_us;
    }
    pass(feed, buffer_view(&bytes), done);
}

static void queue_locked(struct feeds *feeds, struct feed *feed)
{
    feed->next = NULL;
    if (feeds->last == NULL) {
        feeds->first = feed;
    } else {
        feeds->last->next = feed;
    }
    feeds->last = feed;
}

static void release(struct feed *feed)
{
    (void)pthread_mutex_destroy(&feed->lock);
    request_free(feed->request);
    arena_free(feed->out.arena);
    arena_free(feed->arena);
}

/* All streams wait equally long, so the queue is in order of time by itself. */
static struct feed *next_locked(struct feeds *feeds)
{
    while (!feeds->stopping) {
        struct feed *feed = feeds->first;
        int64_t wait_us = feed == NULL ? feeds->poll_us : feed->due_us - clock_tick_us();

        if (feed != NULL && (wait_us <= 0 || feeds->closing)) {
            feeds->first = feed->next;
            feeds->last = feeds->first == NULL ? NULL : feeds->last;
            return feed;
        }
        const struct timespec until = clock_until(wait_us);

        (void)pthread_cond_clockwait(&feeds->wake, &feeds->lock, CLOCK_MONOTONIC, &until);
    }
    return NULL;
}

static void *run(void *context)
{
    struct feeds *feeds = context;

    (void)pthread_mutex_lock(&feeds->lock);
    for (struct feed *feed = next_locked(feeds); feed != NULL; feed = next_locked(feeds)) {
        int64_t tick_us = clock_tick_us();
        bool gone = feed->gone;
        bool closing = feeds->closing;
        /* Asked with the lock held: until `gone` is set, the connection is there. */
        bool left = !gone && peer_left(feed->request->peer);

        (void)pthread_mutex_unlock(&feeds->lock);
        if (!gone && (closing || left)) {
            pass(feed, (struct text){0}, true);
        } else if (!gone && !is_behind(feed)) {
            ask(feed, tick_us);
        }
        (void)pthread_mutex_lock(&feeds->lock);
        if (feed->gone) {
            feeds->count--;
            release(feed);
        } else {
            /* When closing, nothing more is asked: look again soon whether it is gone. */
            feed->due_us = tick_us + feeds->poll_us;
            queue_locked(feeds, feed);
        }
        if (closing) {
            (void)pthread_mutex_unlock(&feeds->lock);
            (void)nanosleep(&(struct timespec){.tv_nsec = 1'000'000}, NULL);
            (void)pthread_mutex_lock(&feeds->lock);
        }
    }
    (void)pthread_mutex_unlock(&feeds->lock);
    return NULL;
}

struct feeds *feeds_new(int64_t poll_ms, int64_t feed_max)
{
    struct feeds *feeds = calloc(1, sizeof(*feeds));

    if (feeds == NULL) {
        fputs("out of memory for event streams\n", stderr);
        abort();
    }
    feeds->poll_us = poll_ms * 1'000;
    feeds->count_max = (size_t)feed_max;
    (void)pthread_mutex_init(&feeds->lock, NULL);
    (void)pthread_cond_init(&feeds->wake, NULL);
    for (int i = 0; i < THREADS; i++) {
        if (pthread_create(&feeds->threads[i], NULL, run, feeds) != 0) {
            fputs("the threads of event streams could not be started\n", stderr);
            abort();
        }
    }
    return feeds;
}

void feeds_close(struct feeds *feeds)
{
    (void)pthread_mutex_lock(&feeds->lock);
    feeds->closing = true;
    (void)pthread_cond_broadcast(&feeds->wake);
    (void)pthread_mutex_unlock(&feeds->lock);
}

void feeds_free(struct feeds *feeds)
{
    if (feeds == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&feeds->lock);
    feeds->stopping = true;
    (void)pthread_cond_broadcast(&feeds->wake);
    (void)pthread_mutex_unlock(&feeds->lock);
    for (int i = 0; i < THREADS; i++) {
        (void)pthread_join(feeds->threads[i], NULL);
    }
    while (feeds->first != NULL) {
        struct feed *feed = feeds->first;

        feeds->first = feed->next;
        release(feed);
    }
    (void)pthread_cond_destroy(&feeds->wake);
    (void)pthread_mutex_destroy(&feeds->lock);
    free(feeds);
}

size_t feeds_count(struct feeds *feeds)
{
    (void)pthread_mutex_lock(&feeds->lock);
    size_t count = feeds->count;

    (void)pthread_mutex_unlock(&feeds->lock);
    return count;
}

static bool take_place(struct feeds *feeds)
{
    (void)pthread_mutex_lock(&feeds->lock);
    bool room = feeds->count < feeds->count_max;

    feeds->count += room;
    (void)pthread_mutex_unlock(&feeds->lock);
    return room;
}

struct feed *feed_new(struct request *request, const struct call *call)
{
    if (!take_place(request->server->feeds)) {
        return NULL;
    }
    struct arena *arena = arena_new();
    struct feed *feed = arena_new_of(arena, struct feed);
    int64_t tick_us = clock_tick_us();

    *feed = (struct feed){.request = request,
                          .arena = arena,
                          .call = *call,
                          .who = call->work->who,
                          .organisation_id = call->work->organisation_id,
                          .due_us = tick_us,
                          .heard_us = tick_us,
                          .checked_us = tick_us,
                          .stream = {.arena = arena},
                          .out = buffer_new(arena_new())};
    (void)pthread_mutex_init(&feed->lock, NULL);
    buffer_string(&feed->out, "retry: 3000\n\n");
    return feed;
}

/* Begin to ask. New streams go first: they are due at once, and everybody else is due later. */
static void enlist(struct feed *feed)
{
    struct feeds *feeds = feed->request->server->feeds;

    (void)pthread_mutex_lock(&feeds->lock);
    feed->next = feeds->first;
    feeds->first = feed;
    feeds->last = feeds->last == NULL ? feed : feeds->last;
    feed->enlisted = true;
    (void)pthread_cond_signal(&feeds->wake);
    (void)pthread_mutex_unlock(&feeds->lock);
}

/* On an event thread: what is there; or sleep until a poller has more. */
static ssize_t send_piece(void *context, uint64_t position, char *to, size_t room)
{
    struct feed *feed = context;
    ssize_t size = 0;

    (void)pthread_mutex_lock(&feed->lock);
    size_t left = feed->out.size - feed->sent;

    if (left > 0) {
        size = (ssize_t)(left < room ? left : room);
        memcpy(to, feed->out.at + feed->sent, (size_t)size);
        feed->sent += (size_t)size;
        if (feed->sent == feed->out.size) {
            buffer_reset(&feed->out);
            feed->sent = 0;
        }
    } else if (feed->done) {
        size = MHD_CONTENT_READER_END_OF_STREAM;
    } else {
        feed->suspended = true;
        MHD_suspend_connection(feed->request->connection);
    }
    (void)pthread_mutex_unlock(&feed->lock);
    return size;
}

struct MHD_Response *feed_response(struct feed *feed)
{
    enlist(feed);
    return MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, PIECE_SIZE, send_piece, feed, NULL);
}

/* A stream that was enlisted is in the queue or in a poller's hands, and whoever has it frees it.
 */
void feed_end(struct feed *feed)
{
    struct feeds *feeds = feed->request->server->feeds;

    (void)pthread_mutex_lock(&feeds->lock);
    feed->gone = true;
    bool enlisted = feed->enlisted;

    feeds->count -= !enlisted;
    (void)pthread_mutex_unlock(&feeds->lock);
    if (!enlisted) {
        release(feed);
    }
}
