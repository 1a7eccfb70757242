#include "http/peers.h"

#include <errno.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/time.h"
#include "sys/clock.h"

struct peer {
    struct peer *next;
    struct peer *previous;
    _Atomic int64_t until_us;
    int descriptor;
    char address[INET6_ADDRSTRLEN];
};

struct peers {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    pthread_t thread;
    bool closing;
    uint64_t count;
    struct peer *first;
};

static void cut_late(struct peers *peers, int64_t tick_us)
{
    for (struct peer *peer = peers->first; peer != NULL; peer = peer->next) {
        if (atomic_load(&peer->until_us) < tick_us) {
            (void)shutdown(peer->descriptor, SHUT_RDWR);
            atomic_store(&peer->until_us, INT64_MAX);
        }
    }
}

static void *watch(void *context)
{
    struct peers *peers = context;

    (void)pthread_mutex_lock(&peers->lock);
    while (!peers->closing) {
        const struct timespec until = clock_until(TIME_SECOND);

        (void)pthread_cond_clockwait(&peers->wake, &peers->lock, CLOCK_MONOTONIC, &until);
        cut_late(peers, clock_tick_us());
    }
    (void)pthread_mutex_unlock(&peers->lock);
    return NULL;
}

static void *taken(size_t size)
{
    void *block = calloc(1, size);

    if (block == NULL) {
        fputs("out of memory for connections\n", stderr);
        abort();
    }
    return block;
}

struct peers *peers_new(void)
{
    struct peers *peers = taken(sizeof(*peers));

    (void)pthread_mutex_init(&peers->lock, NULL);
    (void)pthread_cond_init(&peers->wake, NULL);
    if (pthread_create(&peers->thread, NULL, watch, peers) != 0) {
        fputs("the watch over connections could not be started\n", stderr);
        abort();
    }
    return peers;
}

void peers_free(struct peers *peers)
{
    if (peers == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&peers->lock);
    peers->closing = true;
    (void)pthread_cond_signal(&peers->wake);
    (void)pthread_mutex_unlock(&peers->lock);
    (void)pthread_join(peers->thread, NULL);
    (void)pthread_cond_destroy(&peers->wake);
    (void)pthread_mutex_destroy(&peers->lock);
    free(peers);
}

struct peer *peer_add(struct peers *peers, int descriptor, const char *address)
{
    struct peer *peer = taken(sizeof(*peer));

    peer->descriptor = descriptor;
    atomic_store(&peer->until_us, INT64_MAX);
    (void)snprintf(peer->address, sizeof(peer->address), "%s", address);
    (void)pthread_mutex_lock(&peers->lock);
    peer->next = peers->first;
    if (peers->first != NULL) {
        peers->first->previous = peer;
    }
    peers->first = peer;
    peers->count++;
    (void)pthread_mutex_unlock(&peers->lock);
    return peer;
}

void peer_remove(struct peers *peers, struct peer *peer)
{
    (void)pthread_mutex_lock(&peers->lock);
    if (peer->previous != NULL) {
        peer->previous->next = peer->next;
    } else {
        peers->first = peer->next;
    }
    if (peer->next != NULL) {
        peer->next->previous = peer->previous;
    }
    peers->count--;
    (void)pthread_mutex_unlock(&peers->lock);
    free(peer);
}

void peer_expect(struct peer *peer, int64_t tick_us)
{
    atomic_store(&peer->until_us, tick_us);
}

const char *peer_address(const struct peer *peer)
{
    return peer->address;
}

bool peer_left(const struct peer *peer)
{
    char byte;
    ssize_t got = recv(peer->descriptor, &byte, sizeof(byte), MSG_PEEK | MSG_DONTWAIT);

    return got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR);
}

uint64_t peers_count(struct peers *peers)
{
    (void)pthread_mutex_lock(&peers->lock);
    uint64_t count = peers->count;

    (void)pthread_mutex_unlock(&peers->lock);
    return count;
}
