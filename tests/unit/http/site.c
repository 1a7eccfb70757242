#include "http/site.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/shape.h"
#include "http/outlet.h"
#include "http/route.h"

_Atomic int64_t site_served;
_Atomic bool site_gate;
_Atomic int64_t site_poured;
_Atomic int64_t site_unheard;

struct thing {
    const char *id;
    const char *note;
    int64_t amount;
};
static const struct field thing_fields[] = {
    TEXT(thing, id, .doc = "Identifier", .optional = true),
    TEXT(thing, note, .doc = "Words about it", .min = 1, .max = 8000),
    INT(thing, amount, .doc = "How much", .optional = true, .min = 0, .max = 1000),
};
static const struct shape thing_shape = SHAPE(thing, thing_fields, "A thing");

struct thing_query {
    const char *after;
    const char *order;
    int64_t limit;
    int64_t since;
    bool all;
};
static const struct field thing_query_fields[] = {
    TEXT(thing_query, after, .doc = "Cursor", .optional = true),
    TEXT(thing_query, order, .doc = "Order", .optional = true, .choices = "up|down"),
    INT(thing_query, limit, .doc = "Most rows", .optional = true, .min = 1, .max = 100),
    TIME(thing_query, since, .doc = "Not before", .optional = true),
    BOOL(thing_query, all, .doc = "The hidden ones too", .optional = true),
};
static const struct thing_query thing_query_defaults = {.limit = 50, .since = INT_ABSENT};
static const struct shape thing_query_shape =
    SHAPE(thing_query, thing_query_fields, "Which things", .defaults = &thing_query_defaults);

static struct thing *reply(struct call *call, const char *id, const char *note, int64_t amount)
{
    struct thing *thing = arena_new_of(call->work->arena, struct thing);

    *thing = (struct thing){.id = id, .note = note, .amount = amount};
    call->reply = thing;
    return thing;
}

static enum err serve_list(struct call *call)
{
    const struct thing_query *query = call->query;

    reply(call, query->after, query->all ? "all" : "some", query->limit);
    return OK;
}

static enum err serve_show(struct call *call)
{
    if (strcmp(call->ids[0], "none") == 0) {
        return work_fail(call->work, ERR_NOT_FOUND, "there is no thing none");
    }
    reply(call, call->ids[0], call->work->request_id, 7);
    call->version = "7";
    return OK;
}

static enum err serve_add(struct call *call)
{
    const struct thing *body = call->body;

    atomic_fetch_add(&site_served, 1);
    reply(call, arena_print(call->work->arena, "thing_%d", (int)atomic_load(&site_served)),
          body->note, body->amount == INT_ABSENT ? 0 : body->amount);
    call->version = "1";
    return OK;
}

static enum err serve_change(struct call *call)
{
    const struct thing *body = call->body;

    if (call->if_match != NULL && strcmp(call->if_match, "7") != 0) {
        return work_fail(call->work, ERR_CONFLICT, "it changed: it is at version 7");
    }
    reply(call, call->ids[0], body->note, 0);
    call->version = "8";
    return OK;
}

static enum err serve_remove(struct call *call)
{
    return OK;
}

static enum err serve_upload(struct call *call)
{
    reply(call, call->upload->content_type,
          access(call->upload->path, R_OK) == 0 ? "there" : "gone", (int64_t)call->upload->size);
    return OK;
}

static enum err serve_file(struct call *call)
{
    call->file_path = "/etc/hostname";
    call->file_name = "Mü \"x\".txt";
    call->file_type = "text/plain";
    call->version = "1";
    return OK;
}

static enum err serve_secret(struct call *call)
{
    reply(call, "secret", call->work->who == NULL ? "nobody" : "somebody", 0);
    return OK;
}

static enum err serve_sign_in(struct call *call)
{
    reply(call, "session", "signed in", 0);
    call->set_session = "good";
    return OK;
}

static enum err serve_slow(struct call *call)
{
    while (!atomic_load(&site_gate)) {
        (void)usleep(1000);
    }
    reply(call, "slow", "done", 0);
    return OK;
}

static enum err serve_big(struct call *call)
{
    char *note = arena_take(call->work->arena, 5001, 1);

    memset(note, 'x', 5000);
    reply(call, "big", note, 0);
    return OK;
}

static enum err serve_broken(struct call *call)
{
    return work_fail(call->work, ERR_INTERNAL, "the secret table is broken");
}

static enum err stream_count(struct call *call, struct stream *stream)
{
    int *count = stream->state != NULL ? stream->state : arena_new_of(stream->arena, int);

    stream->state = count;
    *count += 1;
    stream->event = "count";
    stream->data = reply(call, "n", "count", *count);
    stream->done = *count == 3;
    return OK;
}

static enum err stream_quiet(struct call *call, struct stream *stream)
{
    return OK;
}

/* `limit` pieces of 64 KiB; then "up": it fails, "down": it waits until nobody is there. */
static enum err pour_pieces(struct call *call, struct outlet *outlet)
{
    enum { PIECE = 64 * 1024 };
    const struct thing_query *query = call->query;
    char *piece = arena_take(call->work->arena, PIECE, 1);
    const char *order = query->order == NULL ? "" : query->order;

    memset(piece, 'x', PIECE - 1);
    piece[PIECE - 1] = '\n';
    for (int64_t i = 0; i < query->limit && !query->all; i++) {
        if (outlet_write(outlet, (struct text){.at = piece, .size = PIECE}, &call->work->fault) !=
            OK) {
            atomic_fetch_add(&site_unheard, 1);
            return ERR_UNAVAILABLE;
        }
        atomic_fetch_add(&site_poured, PIECE);
    }
    while (strcmp(order, "down") == 0 && outlet_heard(outlet)) {
        (void)usleep(5000);
    }
    if (strcmp(order, "down") == 0) {
        atomic_fetch_add(&site_unheard, 1);
    }
    return strcmp(order, "up") == 0 ? work_fail(call->work, ERR_INVALID, "the well is dry") : OK;
}

static const struct route routes[] = {
    {GET, "/v1/things", serve_list, 0, 200, .query = &thing_query_shape, .reply = &thing_shape,
     .summary = "List things", .command = "thing list"},
    {POST, "/v1/things", serve_add, 0, 201, ROUTE_WRITES, .body = &thing_shape,
     .reply = &thing_shape, .summary = "Add a thing", .command = "thing add"},
    {GET, "/v1/things/{thing_id}", serve_show, 0, 200, .reply = &thing_shape,
     .summary = "Show a thing", .command = "thing show"},
    {PUT, "/v1/things/{thing_id}", serve_change, 0, 200, ROUTE_WRITES, .body = &thing_shape,
     .reply = &thing_shape, .summary = "Change a thing"},
    {DELETE, "/v1/things/{thing_id}", serve_remove, 0, 204, ROUTE_WRITES,
     .summary = "Remove a thing"},
    {POST, "/v1/uploads", serve_upload, 0, 201, ROUTE_WRITES, .uploads = true, .body_max = 100'000,
     .reply = &thing_shape, .summary = "Upload a file"},
    {POST, "/v1/secret/uploads", serve_upload, 1, 201, ROUTE_WRITES, .uploads = true,
     .reply = &thing_shape, .summary = "Upload a secret"},
    {GET, "/v1/file", serve_file, 0, 200, .summary = "Download a file"},
    {GET, "/v1/secret", serve_secret, 1, 200, .reply = &thing_shape, .summary = "Show a secret"},
    {POST, "/v1/secret", serve_add, 1, 201, ROUTE_WRITES, .body = &thing_shape,
     .reply = &thing_shape, .summary = "Add a secret"},
    {POST, "/v1/session", serve_sign_in, 0, 200, ROUTE_FREE, .reply = &thing_shape,
     .summary = "Sign in"},
    {GET, "/v1/slow", serve_slow, 0, 200, ROUTE_FREE, .reply = &thing_shape, .summary = "Wait"},
    {GET, "/v1/big", serve_big, 0, 200, .reply = &thing_shape, .summary = "Say much"},
    {GET, "/v1/broken", serve_broken, 0, 200, .reply = &thing_shape, .summary = "Fail"},
    {GET, "/v1/count", NULL, 0, 200, .events = stream_count, .reply = &thing_shape,
     .summary = "Count to three"},
    {GET, "/v1/well", NULL, 0, 200, ROUTE_FREE, .query = &thing_query_shape, .pour = pour_pieces,
     .reply = &thing_shape, .summary = "Pour pieces"},
    {GET, "/v1/quiet", NULL, 0, 200, .events = stream_quiet, .reply = &thing_shape,
     .summary = "Say nothing"},
};

/* The hooks: one person, one key, one session; one kept answer. */
static pthread_mutex_t kept_lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    char key[64];
    char hash[80];
    char body[512];
    int64_t status;
} kept_answer;

/* The key is remembered, the session is not. */
static bool recognise(struct work *work, const struct http_credentials *credentials,
                      const struct principal **out)
{
    (void)work;
    if (credentials->bearer == NULL || strcmp(credentials->bearer, "pk_good") != 0) {
        return false;
    }
    *out = (const struct principal *)(uintptr_t) "ada";
    return true;
}

static enum err authenticate(struct work *work, const struct http_credentials *credentials,
                             const struct principal **out)
{
    bool good = (credentials->session != NULL && strcmp(credentials->session, "good") == 0) ||
                (credentials->bearer != NULL && strcmp(credentials->bearer, "pk_good") == 0);

    if (!good) {
        return work_fail(work, ERR_UNAUTHENTICATED, "the session or key does not hold");
    }
    *out = (const struct principal *)(uintptr_t) "ada";
    return OK;
}

static enum err authorise(struct work *work, const struct route *route, const char *const *ids)
{
    return OK;
}

static enum err recall(struct work *work, const char *key, struct http_kept *out)
{
    (void)pthread_mutex_lock(&kept_lock);
    bool found = strcmp(kept_answer.key, key) == 0;

    if (found) {
        *out = (struct http_kept){
            .request_hash = arena_print(work->arena, "%s", kept_answer.hash),
            .status = kept_answer.status,
            .body = arena_print(work->arena, "%s", kept_answer.body),
        };
    }
    (void)pthread_mutex_unlock(&kept_lock);
    return found ? OK : ERR_NOT_FOUND;
}

static enum err keep(struct work *work, const char *key, const struct http_kept *kept)
{
    (void)pthread_mutex_lock(&kept_lock);
    (void)snprintf(kept_answer.key, sizeof(kept_answer.key), "%s", key);
    (void)snprintf(kept_answer.hash, sizeof(kept_answer.hash), "%s", kept->request_hash);
    (void)snprintf(kept_answer.body, sizeof(kept_answer.body), "%s", kept->body);
    kept_answer.status = kept->status;
    (void)pthread_mutex_unlock(&kept_lock);
    return OK;
}

static enum err metrics(struct work *work, struct buffer *to)
{
    buffer_string(to, "product_things 5\n");
    return OK;
}

static const struct http_hooks hooks = {.recognise = recognise,
                                        .authenticate = authenticate,
                                        .authorise = authorise,
                                        .recall = recall,
                                        .keep = keep,
                                        .metrics = metrics};

/* printf '<p>hello</p>' | gzip -n */
static const unsigned char page[] = {
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0xb3, 0x29, 0xb0, 0xcb, 0x48, 0xcd,
    0xc9, 0xc9, 0xb7, 0xd1, 0x2f, 0xb0, 0x03, 0x00, 0x44, 0xfb, 0xae, 0xd2, 0x0c, 0x00, 0x00, 0x00,
};
static const struct http_asset assets[] = {
    {"/index.html", "text/html; charset=utf-8", page, sizeof(page), false},
    {"/assets/main-1a2b.js", "text/javascript", page, sizeof(page), true},
};

static const struct route *table[COUNT(routes)];
static struct http_site described = {.routes = table,
                                     .route_count = COUNT(routes),
                                     .assets = assets,
                                     .asset_count = COUNT(assets),
                                     .hooks = &hooks};

const struct http_site *site_table(void)
{
    for (size_t i = 0; i < COUNT(routes); i++) {
        table[i] = &routes[i];
    }
    return &described;
}

bool site_open(struct site *site, void (*change)(struct http_settings *settings))
{
    struct fault fault = {0};

    *site = (struct site){.settings = HTTP_DEFAULTS, .arena = arena_new()};
    site->settings.port = 0;
    site->settings.rate_per_minute = 0;
    site->settings.poll_ms = 20;
    if (!fixture_open(&site->fixture, NULL)) {
        return false;
    }
    site->settings.spool = site->fixture.folder[0] != '\0' ? site->fixture.folder : "/tmp";
    if (change != NULL) {
        change(&site->settings);
    }
    atomic_store(&site_served, 0);
    atomic_store(&site_gate, false);
    kept_answer.key[0] = '\0';
    return http_start(&site->settings, site_table(), site->fixture.store, &site->server, &fault) ==
           OK;
}

void site_close(struct site *site)
{
    atomic_store(&site_gate, true);
    if (site->server != NULL) {
        http_stop(site->server, 5);
    }
    fixture_free(&site->fixture);
    arena_free(site->arena);
}

int dial(const struct site *site)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)http_port(site->server)),
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (connect(descriptor, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        (void)close(descriptor);
        return -1;
    }
    return descriptor;
}

void send_all(int socket_, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t sent = send(socket_, bytes, size, MSG_NOSIGNAL);

        if (sent <= 0) {
            return;
        }
        bytes += sent;
        size -= (size_t)sent;
    }
}

const char *read_answer(struct site *site, int socket_, int wait_ms)
{
    struct buffer got = buffer_new(site->arena);
    char piece[4096];

    buffer_string(&got, "");
    while (poll(&(struct pollfd){.fd = socket_, .events = POLLIN}, 1, wait_ms) > 0) {
        ssize_t size = recv(socket_, piece, sizeof(piece), 0);

        if (size <= 0) {
            break;
        }
        buffer_put(&got, piece, (size_t)size);
    }
    return got.size == 0 ? "" : got.at;
}

const char *ask_raw(struct site *site, const char *bytes, size_t size, int wait_ms)
{
    int socket_ = dial(site);

    send_all(socket_, bytes, size);
    const char *answer = read_answer(site, socket_, wait_ms);

    (void)close(socket_);
    return answer;
}

const char *ask(struct site *site, const char *line, const char *headers, const char *body)
{
    struct buffer request = buffer_new(site->arena);

    buffer_print(&request, "%s HTTP/1.1\r\nHost: here\r\nConnection: close\r\n%s", line,
                 headers == NULL ? "" : headers);
    if (body != NULL) {
        buffer_print(&request, "Content-Type: application/json\r\nContent-Length: %zu\r\n",
                     strlen(body));
    }
    buffer_print(&request, "\r\n%s", body == NULL ? "" : body);
    return ask_raw(site, request.at, request.size, 5000);
}

int status_of(const char *answer)
{
    return strncmp(answer, "HTTP/1.1 ", 9) == 0 ? (int)strtol(answer + 9, NULL, 10) : 0;
}

bool has(const char *answer, const char *part)
{
    return strstr(answer, part) != NULL;
}

const char *header_of(struct site *site, const char *answer, const char *name)
{
    size_t size = strlen(name);

    for (const char *at = strstr(answer, "\r\n"); at != NULL && at[2] != '\r';
         at = strstr(at + 2, "\r\n")) {
        if (strncasecmp(at + 2, name, size) == 0 && at[2 + size] == ':') {
            const char *value = at + 2 + size + 1 + (at[2 + size + 1] == ' ');

            return arena_copy(site->arena, value, strcspn(value, "\r"));
        }
    }
    return NULL;
}

const char *body_of(const char *answer)
{
    const char *end = strstr(answer, "\r\n\r\n");

    return end == NULL ? "" : end + 4;
}
