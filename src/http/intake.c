#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/fault.h"
#include "http/asset.h"
#include "http/inside.h"
#include "http/limit.h"
#include "http/metric.h"
#include "http/origin.h"
#include "http/problem.h"
#include "sys/clock.h"

/* A body that is refused is read and dropped up to this size, so that the caller gets its answer
 * and keeps its connection. */
enum { DRAIN_MAX = 1024 * 1024 };

static bool method_read(struct request *request)
{
    const char *text = request->method_text;

    request->head = strcmp(text, "HEAD") == 0;
    if (request->head) {
        request->method = GET;
        return true;
    }
    for (int method = 0; method < METHOD_COUNT; method++) {
        if (strcmp(text, method_name((enum method)method)) == 0) {
            request->method = (enum method)method;
            return true;
        }
    }
    return false;
}

static const char *allowed(struct arena *arena, uint32_t methods)
{
    struct buffer list = buffer_new(arena);

    for (int method = 0; method < METHOD_COUNT; method++) {
        if ((methods & (UINT32_C(1) << method)) != 0) {
            buffer_print(&list, "%s%s", list.size > 0 ? ", " : "",
                         method_name((enum method)method));
            if (method == GET) {
                buffer_string(&list, ", HEAD");
            }
        }
    }
    return list.at;
}

static bool is_json(const char *type)
{
    static const char JSON_TYPE[] = "application/json";
    size_t size = sizeof(JSON_TYPE) - 1;

    return type != NULL && strncasecmp(type, JSON_TYPE, size) == 0 &&
           (type[size] == '\0' || type[size] == ';' || type[size] == ' ');
}

static void refuse_method(struct request *request)
{
    struct fault fault = {0};

    (void)fail(&fault, ERR_INVALID, "%.*s answers %s", (int)request->path.size, request->path.at,
               allowed(request->arena, request->match.methods));
    request_refuse(request, &PROBLEM_NO_METHOD, &fault);
    request->answer.allow = allowed(request->arena, request->match.methods);
}

/* What is no route: a probe, a file of the page, or nothing. */
static void take_other(struct request *request)
{
    struct fault fault = {0};

    if (request->method == GET && (probe_match(request) || asset_match(request))) {
        return;
    }
    request_fail(request, fail(&fault, ERR_NOT_FOUND, "there is nothing at this path"), &fault);
}

static bool find_route(struct request *request)
{
    struct http_server *server = request->server;
    struct fault fault = {0};
    bool known = method_read(request);

    switch (match_find(server->table, request->arena, request->path, known ? request->method : GET,
                       &request->match)) {
    case MATCH_FOUND:
        if (known) {
            request->metric_row = request->match.index;
            return true;
        }
        refuse_method(request);
        return false;
    case MATCH_NO_METHOD:
        refuse_method(request);
        return false;
    case MATCH_NO_PATH:
        if (!known) {
            request->method = POST; /* neither a page nor a probe */
        }
        take_other(request);
        return false;
    case MATCH_BAD_PATH:
        break;
    }
    (void)fail(&fault, ERR_INVALID, "the path has a broken escape or is not valid UTF-8");
    request_refuse(request, &PROBLEM_MALFORMED, &fault);
    return false;
}

static bool bad_key(const char *key)
{
    size_t size = strlen(key);

    for (size_t i = 0; i < size; i++) {
        if (key[i] < 0x21 || key[i] > 0x7e) {
            return true;
        }
    }
    return size == 0 || size > 255;
}

/* What can be said before the body is there. */
static bool check_headers(struct request *request)
{
    const struct http_server *server = request->server;
    struct fault fault = {0};
    bool writes = request->method != GET;

    if (request->bad_authorization) {
        request_fail(request,
                     fail(&fault, ERR_UNAUTHENTICATED, "Authorization must be: Bearer and a key"),
                     &fault);
        return false;
    }
    if (writes && request->bearer == NULL &&
        !origin_is_ours(request->fetch_site, request->origin, request->host,
                        server->settings.origin)) {
        (void)fail(&fault, ERR_FORBIDDEN, "this was sent by a page of another origin");
        request_refuse(request, &PROBLEM_FOREIGN_ORIGIN, &fault);
        return false;
    }
    if (writes && request->idempotency_key != NULL && bad_key(request->idempotency_key)) {
        request_fail(request,
                     fail_field(&fault, ERR_INVALID, "Idempotency-Key",
                                "Idempotency-Key must have 1 to 255 visible ASCII characters"),
                     &fault);
        return false;
    }
    if (server->limit != NULL && request->bearer == NULL && request->session == NULL &&
        !limit_take(server->limit, request->address, clock_tick_us())) {
        request_fail(request,
                     fail(&fault, ERR_LIMIT, "this address asks more than %lld times a minute",
                          (long long)server->settings.rate_per_minute),
                     &fault);
        return false;
    }
    return true;
}

static uint64_t body_bound(const struct request *request)
{
    const struct http_settings *settings = &request->server->settings;

    if (request->match.route->body_max != 0) {
        return request->match.route->body_max;
    }
    return (uint64_t)(request->match.route->uploads ? settings->upload_max : settings->body_max);
}

static bool check_body(struct request *request)
{
    const struct route *route = request->match.route;
    struct fault fault = {0};

    if (request->has_body && route->body == NULL && !route->uploads) {
        (void)fail(&fault, ERR_INVALID, "this request takes no body");
        request_refuse(request, &PROBLEM_MALFORMED, &fault);
        return false;
    }
    if (request->has_body && route->body != NULL && !route->uploads &&
        !is_json(request->content_type)) {
        (void)fail(&fault, ERR_INVALID,
                   "the body must be JSON, and say so: Content-Type: application/json");
        request_refuse(request, &PROBLEM_NOT_JSON, &fault);
        return false;
    }
    request->body_max = body_bound(request);
    if (request->length > request->body_max) {
        (void)fail(&fault, ERR_INVALID, "the body has %llu bytes, but at most %llu are taken",
                   (unsigned long long)request->length, (unsigned long long)request->body_max);
        request_refuse(request, &PROBLEM_TOO_LARGE, &fault);
        return false;
    }
    return true;
}

/* Read what was sent if it is little, so that the connection stays in step. An upload that does not
 * say its size is seldom little. */
void intake_refuse(struct request *request)
{
    bool upload = request->match.route != NULL && request->match.route->uploads;
    bool little =
        request->length <= DRAIN_MAX && request->expect == NULL && !(upload && request->chunked);

    if (!request->has_body) {
        request->state = REQUEST_ANSWERED;
    } else if (little) {
        request->body_max = DRAIN_MAX;
        request->state = REQUEST_DRAIN;
    } else {
        request->answer.close = true;
        request->state = REQUEST_ANSWERED;
    }
}

void intake(struct request *request)
{
    bool routed = find_route(request);

    if (routed && check_headers(request) && check_body(request)) {
        bool uploads = request->match.route->uploads;

        request->run = uploads ? serve_admission : serve_route;
        request->state = uploads ? REQUEST_UPLOAD : REQUEST_BODY;
    } else if (!routed && request->run != NULL) {
        request->body_max = DRAIN_MAX; /* a probe or a file: whatever body there is is dropped */
        request->state = REQUEST_BODY;
    } else {
        intake_refuse(request);
    }
}
