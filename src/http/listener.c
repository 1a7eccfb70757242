#include "http/listener.h"

#include <errno.h>
#include <microhttpd.h>
#include <netdb.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/fault.h"
#include "http/peers.h"

enum { BACKLOG = 1024, REST_MS = 20 };

struct listener {
    int descriptor;
    int stop; /* an eventfd: readable when nothing more is to be taken */
    int64_t port;
    struct MHD_Daemon *daemon;
    struct peers *peers;
    size_t connection_max;
    pthread_t thread;
    bool runs;
};

static enum err bind_to(const struct addrinfo *found, int *out)
{
    int one = 1;
    int descriptor = socket(found->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (descriptor < 0) {
        return ERR_UNAVAILABLE;
    }
    (void)setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    if (bind(descriptor, found->ai_addr, found->ai_addrlen) != 0 ||
        listen(descriptor, BACKLOG) != 0) {
        int error = errno;

        (void)close(descriptor);
        errno = error;
        return ERR_UNAVAILABLE;
    }
    *out = descriptor;
    return OK;
}

static enum err listen_at(const char *address, int64_t wanted, int *out, struct fault *fault)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV | AI_PASSIVE};
    struct addrinfo *found;
    char port[24];

    (void)snprintf(port, sizeof(port), "%lld", (long long)wanted);
    if (getaddrinfo(address, port, &hints, &found) != 0) {
        return fail(fault, ERR_UNAVAILABLE, "%s port %s is no address to listen on", address, port);
    }
    enum err err = bind_to(found, out);
    int error = errno;

    freeaddrinfo(found);
    return err == OK ? OK
                     : fail(fault, ERR_UNAVAILABLE, "%s port %s cannot be listened on: %s", address,
                            port, strerror(error));
}

static int64_t port_of(int descriptor)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof(address);
    char port[16] = "0";

    (void)getsockname(descriptor, (struct sockaddr *)&address, &size);
    (void)getnameinfo((struct sockaddr *)&address, size, NULL, 0, port, sizeof(port),
                      NI_NUMERICSERV);
    return strtoll(port, NULL, 10);
}

enum err listener_new(const char *address, int64_t port, struct listener **out, struct fault *fault)
{
    int descriptor = -1;

    TRY(listen_at(address, port, &descriptor, fault));
    struct listener *listener = calloc(1, sizeof(*listener));

    if (listener == NULL) {
        abort();
    }
    *listener = (struct listener){.descriptor = descriptor,
                                  .stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK),
                                  .port = port_of(descriptor)};
    *out = listener;
    return OK;
}

int64_t listener_port(const struct listener *listener)
{
    return listener->port;
}

/* Where there is no room or no descriptor, those who connect wait a little. */
static void rest(void)
{
    (void)nanosleep(&(struct timespec){.tv_nsec = REST_MS * 1'000'000}, NULL);
}

/* The library chooses the event thread by the descriptor's number, and closes what it does not
 * take. What goes wrong with one connection is its own affair. */
static void take_one(struct listener *listener)
{
    struct sockaddr_storage address;
    socklen_t size = sizeof(address);

    if (peers_count(listener->peers) >= listener->connection_max) {
        rest();
        return;
    }
    int taken = accept4(listener->descriptor, (struct sockaddr *)&address, &size,
                        SOCK_NONBLOCK | SOCK_CLOEXEC);

    if (taken >= 0) {
        (void)MHD_add_connection(listener->daemon, taken, (struct sockaddr *)&address, size);
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
        rest();
    }
}

static void *take_all(void *context)
{
    struct listener *listener = context;
    struct pollfd events[] = {{.fd = listener->descriptor, .events = POLLIN},
                              {.fd = listener->stop, .events = POLLIN}};

    for (;;) {
        (void)poll(events, COUNT(events), -1);
        if (events[1].revents != 0) {
            return NULL;
        }
        take_one(listener);
    }
}

bool listener_start(struct listener *listener, struct MHD_Daemon *daemon, struct peers *peers,
                    size_t connection_max)
{
    sigset_t all;
    sigset_t before;

    listener->daemon = daemon;
    listener->peers = peers;
    listener->connection_max = connection_max;
    (void)sigfillset(&all);
    (void)pthread_sigmask(SIG_BLOCK, &all, &before); /* signals are for the program's own threads */
    listener->runs = pthread_create(&listener->thread, NULL, take_all, listener) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    return listener->runs;
}

void listener_stop(struct listener *listener)
{
    if (listener->runs) {
        (void)eventfd_write(listener->stop, 1);
        (void)pthread_join(listener->thread, NULL);
        listener->runs = false;
    }
}

void listener_free(struct listener *listener)
{
    if (listener != NULL) {
        (void)close(listener->stop);
        (void)close(listener->descriptor);
        free(listener);
    }
}
