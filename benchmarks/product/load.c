/*
 * Load on a running server: many clients, each with its own key and its own kept connection, who
 * claim a task and then submit an answer and claim the next one in the same step, without a pause.
 *
 * usage: load PORT CAMPAIGN SECONDS KEYS      KEYS: a file with a key a line; a client each
 * Prints: submissions, seconds, milliseconds of a submission (p50, p99) and of a claim (p50, p99),
 * and what was refused.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CLIENT_MAX = 1024, ANSWER_MAX = 16384, SAMPLE_MAX = 1 << 20 };

#define ANSWER "{\"answer\":{\"class\":\"yes\"},\"active_ms\":1000}"

enum step { CLAIM, SUBMIT };

struct client {
    int socket;
    char key[128];
    enum step step;
    int64_t since_us;
    uint64_t number; /* of the request, for its Idempotency-Key */
    size_t got;
    char answer[ANSWER_MAX];
};

struct samples {
    uint32_t *us;
    size_t count;
};

struct load {
    int port;
    const char *campaign;
    struct client *clients;
    size_t client_count;
    struct samples taken[2]; /* [step] */
    uint64_t refused;
    uint64_t dry; /* claims that found no task */
    bool ending;
};

static int64_t now_us(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static _Noreturn void stop(const char *why)
{
    fprintf(stderr, "load: %s: %s\n", why, strerror(errno));
    exit(1);
}

static int dial(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int one = 1;
    int made = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (made < 0 || connect(made, (struct sockaddr *)&address, sizeof(address)) != 0) {
        stop("cannot connect");
    }
    (void)setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    return made;
}

static void ask(struct client *client, const char *path, const char *body)
{
    char text[1024];
    int size = snprintf(text, sizeof(text),
                        "POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
                        "Idempotency-Key: load-%d-%llu\r\nContent-Type: application/json\r\n"
                        "Content-Length: %zu\r\n\r\n%s",
                        path, client->key, getpid(), (unsigned long long)++client->number,
                        strlen(body), body);

    client->got = 0;
    client->since_us = now_us();
    if (write(client->socket, text, (size_t)size) != size) {
        stop("cannot send");
    }
}

static void claim(const struct load *load, struct client *client)
{
    char path[256];

    (void)snprintf(path, sizeof(path), "/v1/campaigns/%s/claims", load->campaign);
    client->step = CLAIM;
    ask(client, path, "");
}

static void submit(struct client *client, const char *lease)
{
    char path[256];

    (void)snprintf(path, sizeof(path), "/v1/leases/%.*s/submission?next=true",
                   (int)strcspn(lease, "\""), lease);
    client->step = SUBMIT;
    ask(client, path, ANSWER);
}

/* The answer is whole when as many bytes follow its head as that says. NULL: not yet. */
static const char *whole_body(const struct client *client)
{
    const char *end = strstr(client->answer, "\r\n\r\n");
    const char *length = strcasestr(client->answer, "\r\nContent-Length:");

    if (end == NULL || length == NULL) {
        return NULL;
    }
    size_t wanted = strtoul(length + 17, NULL, 10);

    return client->got >= (size_t)(end + 4 - client->answer) + wanted ? end + 4 : NULL;
}

static void note(struct load *load, const struct client *client)
{
    struct samples *samples = &load->taken[client->step];

    if (samples->count < SAMPLE_MAX) {
        samples->us[samples->count] = (uint32_t)(now_us() - client->since_us);
    }
    samples->count++;
}

static void go_on(struct load *load, struct client *client, const char *body)
{
    const char *lease = strstr(body, "lease_id\":\""); /* or next_lease_id */
    bool good = strncmp(client->answer, "HTTP/1.1 201", 12) == 0;

    if (!good) {
        load->refused++;
        if (load->refused == 1) {
            fprintf(stderr, "load: the first refusal: %.400s\n", client->answer);
        }
    } else {
        note(load, client);
    }
    if (load->ending) {
        return;
    }
    if (good && lease != NULL) {
        submit(client, lease + strlen("lease_id\":\""));
    } else if (good && client->step == CLAIM) {
        load->dry++; /* this client has nothing more to do */
    } else {
        claim(load, client);
    }
}

static void take(struct load *load, struct client *client)
{
    ssize_t size = read(client->socket, client->answer + client->got, ANSWER_MAX - 1 - client->got);

    if (size <= 0) {
        stop("the server closed a connection");
    }
    client->got += (size_t)size;
    client->answer[client->got] = '\0';
    const char *body = whole_body(client);

    if (body != NULL) {
        go_on(load, client, body);
    }
}

static void read_keys(struct load *load, const char *path)
{
    FILE *file = fopen(path, "re");

    load->clients = calloc(CLIENT_MAX, sizeof(struct client));
    if (file == NULL || load->clients == NULL) {
        stop(path);
    }
    while (load->client_count < CLIENT_MAX &&
           fscanf(file, "%127s", load->clients[load->client_count].key) == 1) {
        load->client_count++;
    }
    (void)fclose(file);
}

static double run(struct load *load, double seconds)
{
    int loop = epoll_create1(EPOLL_CLOEXEC);
    int64_t begun = now_us();
    struct epoll_event events[64];

    for (size_t i = 0; i < load->client_count; i++) {
        struct client *client = &load->clients[i];
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};

        client->socket = dial(load->port);
        (void)epoll_ctl(loop, EPOLL_CTL_ADD, client->socket, &event);
        claim(load, client);
    }
    while ((double)(now_us() - begun) < seconds * 1e6 && load->dry < load->client_count) {
        int count = epoll_wait(loop, events, 64, 100);

        for (int i = 0; i < count; i++) {
            take(load, events[i].data.ptr);
        }
    }
    return (double)(now_us() - begun) / 1e6;
}

static int by_size(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;

    return (a > b) - (a < b);
}

static void print_quantiles(struct samples *samples)
{
    size_t count = samples->count < SAMPLE_MAX ? samples->count : SAMPLE_MAX;

    qsort(samples->us, count, sizeof(uint32_t), by_size);
    printf(" %.2f %.2f", count == 0 ? 0 : samples->us[count / 2] / 1e3,
           count == 0 ? 0 : samples->us[count * 99 / 100] / 1e3);
}

int main(int count, char **words)
{
    if (count != 5) {
        fprintf(stderr, "usage: load PORT CAMPAIGN SECONDS KEYS\n");
        return 2;
    }
    struct load load = {.port = atoi(words[1]), .campaign = words[2]};

    for (int i = 0; i < 2; i++) {
        load.taken[i].us = calloc(SAMPLE_MAX, sizeof(uint32_t));
        if (load.taken[i].us == NULL) {
            stop("out of memory");
        }
    }
    read_keys(&load, words[4]);
    double seconds = run(&load, strtod(words[3], NULL));

    printf("%zu %.3f", load.taken[SUBMIT].count, seconds);
    print_quantiles(&load.taken[SUBMIT]);
    print_quantiles(&load.taken[CLAIM]);
    printf(" %llu\n", (unsigned long long)load.refused);
    return 0;
}
