#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "http/arenas.h"
#include "http/feed.h"
#include "http/inside.h"
#include "http/metric.h"
#include "http/outlet.h"
#include "http/peers.h"
#include "http/pool.h"
#include "http/problem.h"
#include "http/spool.h"
#include "sys/clock.h"
#include "sys/log.h"

/* A body may not come slower than this, in bytes a second. */
enum { BODY_RATE_MIN = 4 * 1024 };

/* "http://host/path" asks for the same as "/path" (RFC 9112 §3.2.2). */
static const char *skip_authority(const char *target, struct text *authority)
{
    size_t scheme = strncasecmp(target, "http://", 7) == 0    ? 7
                    : strncasecmp(target, "https://", 8) == 0 ? 8
                                                              : 0;

    if (scheme == 0) {
        return target;
    }
    *authority = (struct text){.at = target + scheme, .size = strcspn(target + scheme, "/?#")};
    return authority->at + authority->size;
}

void *door_begin(void *context, const char *target, struct MHD_Connection *connection)
{
    struct http_server *server = context;
    struct kept_arena *kept = arenas_take(server->arenas);
    struct arena *arena = kept_arena_of(kept);
    struct request *request = arena_new_of(arena, struct request);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct text authority = {0};

    target = skip_authority(target, &authority);
    size_t size = strlen(target);
    const char *mark = memchr(target, '?', size);
    size_t path_size = mark == NULL ? size : (size_t)(mark - target);

    request->server = server;
    request->connection = connection;
    request->kept_arena = kept;
    request->arena = arena;
    request->peer = info->socket_context;
    request->address = peer_address(request->peer);
    request->begun_us = clock_tick_us();
    request->authority = (struct text){.at = arena_copy(arena, authority.at, authority.size),
                                       .size = authority.size};
    request->target = arena_copy(arena, target, size);
    request->path = (struct text){.at = request->target, .size = path_size};
    request->metric_row = server->site->route_count + METRIC_NONE;
    request->id = "-";
    if (mark != NULL) {
        request->query =
            (struct text){.at = request->target + path_size + 1, .size = size - path_size - 1};
    }
    return request;
}

/* The target is unescaped by us, segment by segment. */
size_t door_unescape(void *server, struct MHD_Connection *connection, char *text)
{
    return strlen(text);
}

/* Time is earned by what has come, not by what is promised. */
static void expect_body(struct request *request)
{
    int64_t timeout_us = request->server->settings.timeout_s * 1'000'000;
    int64_t earned_us = (int64_t)(request->body_size * 1'000'000 / BODY_RATE_MIN);

    peer_expect(request->peer, request->begun_us + 2 * timeout_us + earned_us);
}

/* Too much of a body that did not say its size: the rest is dropped and the answer says so; if it
 * does not end soon, the connection does. */
static enum MHD_Result overflow(struct request *request)
{
    struct fault fault = {0};

    if (request->state == REQUEST_DRAIN) {
        return MHD_NO;
    }
    (void)fail(&fault, ERR_INVALID, "the body has more than %llu bytes",
               (unsigned long long)request->body_max);
    request_refuse(request, &PROBLEM_TOO_LARGE, &fault);
    request->answer.close = true;
    request->body_max *= 2;
    request->state = REQUEST_DRAIN;
    return MHD_YES;
}

static enum MHD_Result take(struct request *request, const char *at, size_t size)
{
    struct fault fault = {0};

    request->body_size += size;
    expect_body(request);
    if (request->body_size > request->body_max) {
        return overflow(request);
    }
    if (request->state == REQUEST_DRAIN) {
        return MHD_YES;
    }
    if (request->spool == NULL) {
        buffer_put(&request->body, at, size);
        return MHD_YES;
    }
    enum err err = spool_add(request->spool, (struct text){.at = at, .size = size}, &fault);

    if (err != OK) {
        request_fail(request, err, &fault);
        request->state = REQUEST_DRAIN;
    }
    return MHD_YES;
}

void door_suspend(struct request *request)
{
    peer_expect(request->peer, INT64_MAX);
    request->state = REQUEST_WORKING;
    MHD_suspend_connection(request->connection);
}

void door_hand_back(struct request *request, enum request_state state)
{
    struct MHD_Connection *connection = request->connection;

    request->state = state;
    MHD_resume_connection(connection);
}

static void push(struct request *request)
{
    struct fault fault = {0};

    door_suspend(request);
    if (!pool_push(request->server->pool, request)) {
        request_fail(request,
                     fail(&fault, ERR_UNAVAILABLE, "too many requests wait already; try again"),
                     &fault);
        door_hand_back(request, REQUEST_ANSWERED);
    }
}

/* An answer that needs no body; or the body. */
static enum MHD_Result go_on(struct request *request)
{
    if (request->state == REQUEST_ANSWERED) {
        return answer_send(request);
    }
    expect_body(request);
    return MHD_YES;
}

static enum MHD_Result start(struct request *request, const char *version)
{
    struct http_server *server = request->server;
    struct fault fault = {0};
    const char *refusal = headers_read(request, version);

    atomic_fetch_add(&server->active, 1);
    request->counted = true;
    request->body = buffer_new(request->arena);
    if (refusal != NULL) {
        (void)fail(&fault, ERR_INVALID, "%s", refusal);
        request_refuse(request, &PROBLEM_MALFORMED, &fault);
        request->answer.close = true;
        request->state = REQUEST_ANSWERED;
    } else if (atomic_load(&server->draining)) {
        request_fail(request, fail(&fault, ERR_UNAVAILABLE, "the server is stopping"), &fault);
        request->answer.close = true;
        request->state = REQUEST_ANSWERED;
    } else {
        intake(request);
    }
    if (request->state == REQUEST_UPLOAD) {
        push(request);
        return MHD_YES;
    }
    return go_on(request);
}

static enum MHD_Result take_up(struct request *request)
{
    if (request->answer.status == 0) {
        request->state = REQUEST_BODY;
    } else {
        intake_refuse(request);
    }
    return go_on(request);
}

static enum MHD_Result submit(struct request *request)
{
    struct fault fault = {0};

    if (request->spool != NULL && request->body_size == 0) {
        request_fail(request, fail(&fault, ERR_INVALID, "the body is empty: send the file"),
                     &fault);
        request->state = REQUEST_ANSWERED;
        return answer_send(request);
    }
    switch (serve_at_once(request)) {
    case SERVE_DONE:
        return answer_send(request);
    case SERVE_QUEUED:
        return MHD_YES;
    case SERVE_LATER:
        break;
    }
    push(request);
    return MHD_YES;
}

enum MHD_Result door_handle(void *server, struct MHD_Connection *connection, const char *url,
                            const char *method, const char *version, const char *upload,
                            size_t *upload_size, void **context)
{
    struct request *request = *context;
    size_t size = *upload_size;

    switch (request->state) {
    case REQUEST_NEW:
        request->method_text = method;
        return start(request, version);
    case REQUEST_ADMITTED:
        return take_up(request);
    case REQUEST_BODY:
    case REQUEST_DRAIN:
        if (size > 0) {
            *upload_size = 0;
            return take(request, upload, size);
        }
        return request->state == REQUEST_BODY ? submit(request) : answer_send(request);
    case REQUEST_UPLOAD:
    case REQUEST_WORKING:
        return MHD_YES;
    case REQUEST_WRITTEN:
        serve_queued(request);
        return answer_send(request);
    case REQUEST_ANSWERED:
        return answer_send(request);
    case REQUEST_SENDING:
        break;
    }
    return MHD_NO;
}

/* One line a request. The target's query, the headers and the bodies stay out: secrets travel in
 * them. */
static void write_line(const struct request *request, int64_t micros)
{
    struct buffer line = buffer_new(request->arena);
    struct json_out out = json_to(&line);
    bool routed = request->metric_row < request->server->site->route_count;

    json_open(&out, '{');
    json_name(&out, "time");
    json_time(&out, clock_now_us());
    json_name(&out, "request_id");
    json_text(&out, request->id);
    json_name(&out, "address");
    json_text(&out, request->address);
    json_name(&out, "method");
    json_text(&out, request->head ? "HEAD" : method_name(request->method));
    json_name(&out, "route");
    json_text(&out, routed ? request->match.route->path : NULL);
    json_name(&out, "status");
    json_int(&out, request->answer.status);
    json_name(&out, "micros");
    json_int(&out, micros);
    if (request->fault.kind != OK) {
        json_name(&out, "fault");
        json_text(&out, request->fault.text);
        json_name(&out, "at");
        json_text(&out, arena_print(request->arena, "%s:%d",
                                    request->fault.file == NULL ? "?" : request->fault.file,
                                    request->fault.at));
    }
    json_close(&out, '}');
    log_line(request->server->log, buffer_view(&line));
}

void request_free(struct request *request)
{
    spool_free(request->spool);
    arenas_give(request->server->arenas, request->kept_arena);
}

void door_end(void *context, struct MHD_Connection *connection, void **held,
              enum MHD_RequestTerminationCode code)
{
    struct http_server *server = context;
    struct request *request = *held;

    if (request == NULL) {
        return;
    }
    int64_t tick_us = clock_tick_us();
    int64_t micros = tick_us - request->begun_us;

    *held = NULL;
    if (request->answer.outlet != NULL) {
        outlet_leave(request->answer.outlet);
    }
    metric_count(server->metric, request->metric_row, request->answer.status, micros);
    write_line(request, micros);
    peer_expect(request->peer, tick_us + 2 * server->settings.timeout_s * 1'000'000);
    if (request->counted) {
        atomic_fetch_sub(&server->active, 1);
    }
    if (request->answer.feed != NULL) {
        feed_end(request->answer.feed);
    } else if (request->answer.outlet != NULL) {
        outlet_release(request->answer.outlet);
    } else {
        request_free(request);
    }
}
