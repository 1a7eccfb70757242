#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/shape.h"
#include "http/download.h"
#include "http/feed.h"
#include "http/inside.h"
#include "http/limit.h"
#include "http/outlet.h"
#include "http/pace.h"
#include "http/params.h"
#include "http/problem.h"
#include "http/serving.h"
#include "http/spool.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/clock.h"
#include "sys/secret.h"

/* A body up to this size is decoded by an event thread. */
enum { BODY_AT_ONCE = 16 * 1024 };

static struct http_credentials credentials_of(const struct request *request)
{
    return (struct http_credentials){
        .session = request->session, .bearer = request->bearer, .address = request->address};
}

/* False: only the store can say who this is. */
bool serving_recognise(struct serving *serving)
{
    struct http_credentials credentials = credentials_of(serving->request);

    return serving->hooks->recognise != NULL &&
           serving->hooks->recognise(&serving->work, &credentials, &serving->work.who);
}

static enum err authenticate(struct serving *serving, struct work *work)
{
    struct request *request = serving->request;
    struct http_credentials credentials = credentials_of(request);

    work->who = NULL;
    if (request->session == NULL && request->bearer == NULL) {
        return OK;
    }
    enum err err = serving->hooks->authenticate(work, &credentials, &work->who);

    /* A session that ended must not keep anybody from signing in again. */
    return err == ERR_UNAUTHENTICATED && serving->route->roles == 0 ? OK : err;
}

enum err serving_authorise(struct serving *serving, struct work *work)
{
    if (serving->route->roles != 0 && work->who == NULL) {
        return work_fail(work, ERR_UNAUTHENTICATED, "sign in, or send an API key");
    }
    return serving->hooks->authorise(work, serving->route, serving->request->match.ids);
}

enum err serving_admit(struct work *work, void *context)
{
    struct serving *serving = context;

    if (!serving_recognise(serving)) {
        TRY(authenticate(serving, work));
    }
    return serving_authorise(serving, work);
}

/* If-Match names one version, in quotes; "*" asks for none in particular. */
static enum err read_if_match(struct serving *serving, struct fault *fault)
{
    struct text tag = text_trim(text_of(serving->request->if_match));

    if (text_is(tag, "*")) {
        return OK;
    }
    if (tag.size < 2 || tag.at[0] != '"' ||
        memchr(tag.at + 1, '"', tag.size - 1) != tag.at + tag.size - 1) {
        return fail_field(fault, ERR_INVALID, "If-Match",
                          "If-Match must be one version in quotes, as ETag gave it");
    }
    serving->if_match = arena_copy(serving->work.arena, tag.at + 1, tag.size - 2);
    return OK;
}

static enum err decode_body(struct serving *serving, struct fault *fault)
{
    struct request *request = serving->request;
    const struct shape *shape = serving->route->body;
    struct json *tree;

    if (request->body.size == 0) {
        return fail(fault, ERR_INVALID, "a JSON body is missing");
    }
    TRY(json_parse(request->arena, buffer_view(&request->body), &tree, fault));
    void *body = arena_take(request->arena, 1, shape->size);

    TRY(json_decode(request->arena, tree, shape, body, fault));
    serving->body = body;
    return OK;
}

static void take_upload(struct serving *serving)
{
    struct request *request = serving->request;
    const char *type = request->content_type == NULL ? "" : request->content_type;
    struct text bare = text_trim((struct text){.at = type, .size = strcspn(type, ";")});

    serving->upload =
        (struct upload){.path = spool_path(request->spool),
                        .content_type = arena_copy(request->arena, bare.at, bare.size),
                        .size = request->body_size};
}

enum err serving_decode(struct serving *serving, struct fault *fault)
{
    const struct route *route = serving->route;
    struct arena *arena = serving->request->arena;
    void *query = route->query == NULL ? NULL : arena_take(arena, 1, route->query->size);

    TRY(params_read(arena, serving->request->query, route->query, query, fault));
    serving->query = query;
    if (serving->request->if_match != NULL) {
        TRY(read_if_match(serving, fault));
    }
    if (route->uploads) {
        take_upload(serving);
    }
    return route->body == NULL || route->uploads ? OK : decode_body(serving, fault);
}

static void renew_call(struct serving *serving)
{
    serving->call = (struct call){.work = &serving->work,
                                  .ids = serving->request->match.ids,
                                  .query = serving->query,
                                  .body = serving->body,
                                  .upload = serving->route->uploads ? &serving->upload : NULL,
                                  .if_match = serving->if_match,
                                  .address = serving->request->address,
                                  .session = serving->request->session};
}

enum err serving_call(struct serving *serving)
{
    renew_call(serving);
    return serving->route->serve(&serving->call);
}

/* No reply where one is declared, or the other way round, is a mistake of the handler. */
enum err serving_encode(struct serving *serving)
{
    const struct route *route = serving->route;
    struct buffer body = buffer_new(serving->work.arena);
    struct json_out out = json_to(&body);

    if (serving->call.file_text.at != NULL) {
        assert(route->reply == NULL);
        serving->encoded = serving->call.file_text;
        return OK;
    }
    if (serving->call.file_path != NULL || route->reply == NULL) {
        assert(serving->call.reply == NULL);
        return OK;
    }
    assert(serving->call.reply != NULL);
    json_encode(&out, route->reply, serving->call.reply);
    serving->encoded = buffer_view(&body);
    return OK;
}

static enum err read_all(struct work *work, void *context)
{
    struct serving *serving = context;

    TRY(serving_admit(work, serving));
    TRY(serving_decode(serving, &work->fault));
    return serving_call(serving);
}

static enum err run_free(struct serving *serving)
{
    TRY(store_read(&serving->work, serving_admit, serving));
    TRY(serving_decode(serving, &serving->work.fault));
    TRY(serving_call(serving));
    return serving_encode(serving);
}

static enum err admit_events(struct work *work, void *context)
{
    struct serving *serving = context;

    TRY(serving_admit(work, serving));
    return serving_decode(serving, &work->fault);
}

/* Someone who only asks for the headers gets them and no stream. */
static enum err run_events(struct serving *serving)
{
    struct request *request = serving->request;

    TRY(store_read(&serving->work, admit_events, serving));
    renew_call(serving);
    request->answer.status = 200;
    request->answer.type = "text/event-stream";
    if (request->head) {
        return OK;
    }
    request->answer.feed = feed_new(request, &serving->call);
    return request->answer.feed != NULL
               ? OK
               : work_fail(&serving->work, ERR_UNAVAILABLE,
                           "%lld event streams are open, and no more are taken; ask for the state "
                           "instead, or try again later",
                           (long long)request->server->settings.stream_max);
}

/* From its first write on, the request and its arena belong to the event thread. */
static enum err run_pour(struct serving *serving)
{
    struct request *request = serving->request;
    ARENA_SCOPE arena = arena_new();

    TRY(store_read(&serving->work, serving_admit, serving));
    TRY(serving_decode(serving, &serving->work.fault));
    request->answer.type =
        serving->route->media != NULL ? serving->route->media : "application/x-ndjson";
    if (request->head) {
        request->answer.status = serving->route->status;
        return OK;
    }
    struct outlet *outlet = outlet_new(request, serving->route->status, request->answer.type);

    renew_call(serving);
    serving->work.arena = arena;
    enum err err = serving->route->pour(&serving->call, outlet);

    serving->away = outlet_end(outlet, err, &serving->work.fault);
    if (!serving->away) {
        serving->work.arena = request->arena;
        request->answer.status = err == OK ? serving->route->status : 0;
    }
    return serving->away ? OK : err;
}

static enum err run(struct serving *serving)
{
    if (serving->route->pour != NULL) {
        return run_pour(serving);
    }
    if (serving->route->events != NULL) {
        return run_events(serving);
    }
    switch (serving->route->mode) {
    case ROUTE_READS:
        TRY(store_read(&serving->work, read_all, serving));
        return serving_encode(serving);
    case ROUTE_WRITES:
        return serving_write(serving);
    case ROUTE_FREE:
        return run_free(serving);
    }
    return fail(&serving->work.fault, ERR_INTERNAL, "unknown mode of a route");
}

static const char *session_cookie(const struct serving *serving)
{
    const char *value = serving->call.set_session;
    bool secure = serving->request->server->settings.secure_cookie;

    if (value == NULL) {
        return NULL;
    }
    return arena_print(serving->work.arena, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s; Max-Age=%d",
                       secure ? "__Host-periti" : "periti", value, secure ? "; Secure" : "",
                       value[0] == '\0' ? 0 : 30 * 86'400);
}

/* Is the version among those that the caller holds already? */
static bool is_fresh(const struct request *request, const char *etag)
{
    return request->method == GET && request->if_none_match != NULL &&
           (strstr(request->if_none_match, etag) != NULL ||
            strcmp(request->if_none_match, "*") == 0);
}

static void finish(struct serving *serving)
{
    struct request *request = serving->request;
    struct answer *answer = &request->answer;
    const char *version =
        serving->kept.request_hash != NULL ? serving->kept.etag : serving->call.version;

    answer->status = serving->route->status;
    answer->type = "application/json";
    answer->body = serving->encoded;
    answer->cookie = session_cookie(serving);
    if (version != NULL) {
        answer->etag = arena_print(request->arena, "\"%s\"", version);
    }
    if (answer->etag != NULL && is_fresh(request, answer->etag)) {
        answer->status = 304;
        answer->body = (struct text){0};
    } else if (serving->call.file_path != NULL || serving->call.file_text.at != NULL) {
        download_prepare(request, &serving->call);
    } else {
        answer_compress(request);
    }
}

/* Guessing keys and sessions costs the same tokens as asking without any. */
static bool guesses_too_often(const struct request *request)
{
    struct limit *limit = request->server->limit;

    return limit != NULL && !limit_take(limit, request->address, clock_tick_us());
}

static void refuse(struct serving *serving, enum err err)
{
    struct request *request = serving->request;
    struct fault *fault = &serving->work.fault;

    if (serving->key_reused) {
        request_refuse(request, &PROBLEM_KEY_REUSED, fault);
        return;
    }
    if (err == ERR_UNAUTHENTICATED && (request->bearer != NULL || request->session != NULL) &&
        guesses_too_often(request)) {
        err = fail(fault, ERR_LIMIT, "too many credentials from this address do not hold");
    }
    request_fail(request, err, fault);
}

static struct serving serving_of(struct request *request)
{
    return (struct serving){.request = request,
                            .route = request->match.route,
                            .hooks = request->server->site->hooks,
                            .work = {.arena = request->arena,
                                     .store = request->server->store,
                                     .installation = request->server->site->installation,
                                     .request_id = request->id,
                                     .now_us = clock_now_us()}};
}

static void settle(struct serving *serving, enum err err)
{
    if (err != OK) {
        refuse(serving, err);
    } else if (serving->request->answer.status == 0) {
        finish(serving);
    }
}

/* What is away may be gone, with its arena. */
bool serve_route(struct request *request)
{
    int64_t begun_us = clock_tick_us();
    struct pace *pace = &request->server->pace[request->match.index];
    struct serving serving = serving_of(request);
    enum err err = run(&serving);

    if (!serving.away) {
        settle(&serving, err);
    }
    pace_note(pace, clock_tick_us() - begun_us);
    return !serving.away;
}

bool serve_admission(struct request *request)
{
    struct serving serving = serving_of(request);
    enum err err = store_read(&serving.work, serving_admit, &serving);

    if (err == OK) {
        err = spool_new(request->server->settings.spool, &request->spool, &serving.work.fault);
    }
    if (err != OK) {
        refuse(&serving, err);
    }
    request->run = serve_route;
    door_hand_back(request, REQUEST_ADMITTED);
    return false;
}

enum serve_outcome serve_at_once(struct request *request)
{
    const struct route *route = request->match.route;
    bool fit = request->run == serve_route && request->spool == NULL && route->events == NULL &&
               route->pour == NULL && request->body.size <= BODY_AT_ONCE &&
               store_is_near(request->server->store);

    if (fit && route->mode == ROUTE_WRITES) {
        request->serving = arena_new_of(request->arena, struct serving);
        *request->serving = serving_of(request);
        return serving_queue(request->serving) ? SERVE_QUEUED : SERVE_LATER;
    }
    if (fit && route->mode == ROUTE_READS &&
        pace_is_quick(&request->server->pace[request->match.index])) {
        return serve_route(request) ? SERVE_DONE : SERVE_QUEUED;
    }
    return SERVE_LATER;
}

void serve_queued(struct request *request)
{
    struct serving *serving = request->serving;
    enum err err = serving->outcome;

    settle(serving, err == OK ? serving_written(serving) : err);
}
