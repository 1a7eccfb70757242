#include "http/server.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/time.h"
#include "http/arenas.h"
#include "http/asset.h"
#include "http/feed.h"
#include "http/inside.h"
#include "http/limit.h"
#include "http/listener.h"
#include "http/metric.h"
#include "http/pace.h"
#include "http/peers.h"
#include "http/pool.h"
#include "sys/clock.h"
#include "sys/log.h"
#include "sys/secret.h"

enum {
    EVENT_THREADS_MIN = 2,
    EVENT_THREADS_MAX = 16,
    HEADER_MEMORY = 32 * 1024,
    OTHER_FILES = 512
};

const struct http_settings HTTP_DEFAULTS = {
    .address = "127.0.0.1",
    .port = 8080,
    .worker_count = 64,
    .queue_max = 1024,
    .connection_max = 4096,
    .connection_max_per_address = 2048,
    .stream_max = 2000,
    .body_max = INT64_C(1) << 20,
    .upload_max = INT64_C(1) << 30,
    .timeout_s = 30,
    .rate_per_minute = 600,
    .poll_ms = 1000,
    .spool = "/tmp",
};

static void connection_changed(void *context, struct MHD_Connection *connection, void **held,
                               enum MHD_ConnectionNotificationCode code)
{
    struct http_server *server = context;
    char address[INET6_ADDRSTRLEN] = "";

    if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
        peer_remove(server->peers, *held);
        *held = NULL;
        return;
    }
    int descriptor =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd;
    const struct sockaddr *peer =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr;
    socklen_t size =
        peer->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);

    (void)getnameinfo(peer, size, address, sizeof(address), NULL, 0, NI_NUMERICHOST);
    *held = peer_add(server->peers, descriptor, address);
    peer_expect(*held, clock_tick_us() + 2 * server->settings.timeout_s * TIME_SECOND);
}

/* A connection needs a descriptor; where the limit is low, ask for what we may have. */
static void raise_file_limit(int64_t connections)
{
    struct rlimit limit;
    rlim_t wanted = (rlim_t)connections + OTHER_FILES;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < wanted) {
        limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static void serve(struct request *request)
{
    if (request->run(request)) {
        door_hand_back(request, REQUEST_ANSWERED);
    }
}

/* They also serve what is quick, so there is one for each processor. */
static unsigned event_threads(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);

    return (unsigned)(count < EVENT_THREADS_MIN   ? EVENT_THREADS_MIN
                      : count > EVENT_THREADS_MAX ? EVENT_THREADS_MAX
                                                  : count);
}

static struct MHD_Daemon *start_daemon(struct http_server *server)
{
    const struct http_settings *settings = &server->settings;

    return MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ITC |
            MHD_USE_NO_LISTEN_SOCKET,
        0, NULL, NULL, door_handle, server, MHD_OPTION_THREAD_POOL_SIZE, event_threads(),
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HEADER_MEMORY, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)settings->connection_max, MHD_OPTION_PER_IP_CONNECTION_LIMIT,
        (unsigned)settings->connection_max_per_address, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)settings->timeout_s, MHD_OPTION_STRICT_FOR_CLIENT, 1,
        MHD_OPTION_NOTIFY_CONNECTION, connection_changed, server, MHD_OPTION_NOTIFY_COMPLETED,
        door_end, server, MHD_OPTION_URI_LOG_CALLBACK, door_begin, server,
        MHD_OPTION_UNESCAPE_CALLBACK, door_unescape, server, MHD_OPTION_END);
}

static struct http_server *server_new(const struct http_settings *settings,
                                      const struct http_site *site, struct store *store)
{
    struct arena *arena = arena_new();
    struct http_server *server = arena_new_of(arena, struct http_server);
    uint64_t seed;
    uint64_t first_id;

    secret_random(&seed, sizeof(seed));
    secret_random(&first_id, sizeof(first_id));
    server->arena = arena;
    server->arenas = arenas_new();
    server->settings = *settings;
    atomic_store(&server->next_id, first_id);
    server->site = site;
    server->store = store;
    server->table = match_new(arena, site->routes, site->route_count);
    server->assets = asset_table_new(arena, site->assets, site->asset_count);
    server->pace = arena_array(arena, struct pace, site->route_count);
    server->metric = metric_new(site->routes, site->route_count);
    server->limit =
        settings->rate_per_minute > 0 ? limit_new(settings->rate_per_minute, seed) : NULL;
    server->log = log_new(STDERR_FILENO);
    server->peers = peers_new();
    server->feeds = feeds_new(settings->poll_ms, settings->stream_max);
    return server;
}

static void server_free(struct http_server *server)
{
    listener_free(server->listener);
    pool_free(server->pool);
    feeds_free(server->feeds);
    peers_free(server->peers);
    log_free(server->log);
    limit_free(server->limit);
    metric_free(server->metric);
    arenas_free(server->arenas);
    arena_free(server->arena);
}

static bool start_threads(struct http_server *server)
{
    const struct http_settings *settings = &server->settings;

    server->pool = pool_new((size_t)settings->worker_count, (size_t)settings->queue_max, serve);
    server->daemon = server->pool == NULL ? NULL : start_daemon(server);
    if (server->daemon == NULL) {
        return false;
    }
    if (!listener_start(server->listener, server->daemon, server->peers,
                        (size_t)settings->connection_max)) {
        MHD_stop_daemon(server->daemon);
        return false;
    }
    return true;
}

enum err http_start(const struct http_settings *settings, const struct http_site *site,
                    struct store *store, struct http_server **out, struct fault *fault)
{
    struct listener *listener;

    TRY(listener_new(settings->address, settings->port, &listener, fault));
    raise_file_limit(settings->connection_max);
    struct http_server *server = server_new(settings, site, store);

    server->listener = listener;
    if (!start_threads(server)) {
        server_free(server);
        return fail(fault, ERR_UNAVAILABLE, "the threads of the server cannot be started");
    }
    *out = server;
    return OK;
}

int64_t http_port(const struct http_server *server)
{
    return listener_port(server->listener);
}

static bool is_idle(struct http_server *server)
{
    return atomic_load(&server->active) == 0;
}

static void wait_until_idle(struct http_server *server, int64_t until_us)
{
    while (!is_idle(server) && clock_tick_us() < until_us) {
        (void)nanosleep(&(struct timespec){.tv_nsec = 5 * 1'000'000}, NULL);
    }
}

/* Those that no worker has begun are told to come back. */
static void turn_away_waiting(struct http_server *server)
{
    struct fault fault = {0};

    (void)fail(&fault, ERR_UNAVAILABLE, "the server is stopping");
    for (struct request *request = pool_withdraw(server->pool); request != NULL;
         request = pool_withdraw(server->pool)) {
        request_fail(request, ERR_UNAVAILABLE, &fault);
        door_hand_back(request, REQUEST_ANSWERED);
    }
}

void http_stop(struct http_server *server, int64_t grace_s)
{
    atomic_store(&server->draining, true);
    listener_stop(server->listener);
    feeds_close(server->feeds);
    wait_until_idle(server, clock_tick_us() + grace_s * TIME_SECOND);
    turn_away_waiting(server);
    atomic_store(&server->stopping, true);
    wait_until_idle(server, clock_tick_us() + 2 * TIME_SECOND);
    if (pool_busy(server->pool) > 0 || atomic_load(&server->queued) > 0 ||
        feeds_count(server->feeds) > 0) {
        return; /* what still runs cannot be cut; it ends with the process */
    }
    MHD_stop_daemon(server->daemon);
    server_free(server);
}
