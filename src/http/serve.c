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
#include "http/params.h"
#include "http/problem.h"
#include "http/spool.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/clock.h"
#include "sys/secret.h"

/* One request being served. The store may run a transaction again, so each run begins with a call
 * made anew from what does not change. */
struct serving {
    struct request *request;
    const struct route *route;
    const struct http_hooks *hooks;
    struct work work;
    struct call call;
    const void *query;
    const void *body;
    struct upload upload;
    const char *if_match;
    const char *request_hash; /* NULL: nothing is kept */
    bool key_reused;
    struct http_kept kept;
    struct text encoded;
    bool away; /* the answer left already, and the request may be gone */
};

static struct http_credentials credentials_of(const struct request *request)
{
    return (struct http_credentials){
        .session = request->session, .bearer = request->bearer, .address = request->address};
}

/* False: only the store can say who this is. */
static bool recognise(struct serving *serving)
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

static enum err authorise(struct serving *serving, struct work *work)
{
    if (serving->route->roles != 0 && work->who == NULL) {
        return work_fail(work, ERR_UNAUTHENTICATED, "sign in, or send an API key");
    }
    return serving->hooks->authorise(work, serving->route, serving->request->match.ids);
}

static enum err admit(struct work *work, void *context)
{
    struct serving *serving = context;

    if (!recognise(serving)) {
        TRY(authenticate(serving, work));
    }
    return authorise(serving, work);
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

static enum err decode(struct serving *serving, struct fault *fault)
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

static enum err serve(struct serving *serving)
{
    renew_call(serving);
    return serving->route->serve(&serving->call);
}

/* No reply where one is declared, or the other way round, is a mistake of the handler. */
static enum err encode(struct serving *serving)
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

    TRY(admit(work, serving));
    TRY(decode(serving, &work->fault));
    return serve(serving);
}

/* Does the shape show something that must not be kept? */
static bool shows_secret(const struct shape *shape)
{
    for (size_t i = 0; shape != NULL && i < shape->field_count; i++) {
        if (shape->fields[i].secret || shows_secret(shape->fields[i].of)) {
            return true;
        }
    }
    return false;
}

/* The answer that this principal got under this key, if it was for the same request.
 * ERR_NOT_FOUND: there is none. */
static enum err recall(struct serving *serving, struct work *work)
{
    TRY(serving->hooks->recall(work, serving->request->idempotency_key, &serving->kept));
    serving->key_reused = strcmp(serving->kept.request_hash, serving->request_hash) != 0;
    if (serving->key_reused) {
        return work_fail_field(work, ERR_INVALID, "Idempotency-Key",
                               "this Idempotency-Key was used for another request");
    }
    if (shows_secret(serving->route->reply)) {
        return work_fail(work, ERR_CONFLICT,
                         "this was done already under the same Idempotency-Key; what it showed was "
                         "shown once and is not kept");
    }
    return OK;
}

static enum err keep(struct serving *serving, struct work *work)
{
    struct http_kept kept = {.request_hash = serving->request_hash,
                             .status = serving->route->status,
                             .body =
                                 serving->encoded.size == 0 || shows_secret(serving->route->reply)
                                     ? ""
                                     : serving->encoded.at,
                             .etag = serving->call.version};

    return serving->hooks->keep(work, serving->request->idempotency_key, &kept);
}

static enum err write_all(struct work *work, void *context)
{
    struct serving *serving = context;

    serving->kept = (struct http_kept){0};
    serving->key_reused = false;
    TRY(authorise(serving, work));
    if (serving->request_hash != NULL) {
        enum err err = recall(serving, work);

        if (err != ERR_NOT_FOUND) {
            return err;
        }
    }
    TRY(serve(serving));
    if (serving->request_hash == NULL) {
        return OK;
    }
    TRY(encode(serving));
    return keep(serving, work);
}

static void hash_request(struct serving *serving)
{
    struct request *request = serving->request;
    struct buffer whole = buffer_new(request->arena);

    if (request->idempotency_key == NULL || serving->work.who == NULL) {
        return;
    }
    buffer_print(&whole, "%s %s\n", request->method_text, request->target);
    if (request->spool != NULL) {
        buffer_string(&whole, spool_hash(request->spool, request->arena));
    } else {
        buffer_text(&whole, buffer_view(&request->body));
    }
    serving->request_hash = sha256_hex(request->arena, buffer_view(&whole));
}

/* Strangers are turned away by a reader, as is whoever sends what cannot be read and may not know
 * why; the writer's time is for the others. */
static enum err take_write(struct serving *serving)
{
    struct fault fault = {0};
    bool known = recognise(serving);

    if (!known) {
        TRY(store_read(&serving->work, admit, serving));
    }
    enum err err = decode(serving, &fault);

    if (err != OK && known) {
        TRY(store_read(&serving->work, admit, serving));
    }
    if (err != OK) {
        serving->work.fault = fault;
    }
    return err;
}

static enum err run_write(struct serving *serving)
{
    struct work *work = &serving->work;

    TRY(take_write(serving));
    hash_request(serving);
    TRY(store_write(work, write_all, serving));
    if (serving->kept.request_hash != NULL) {
        serving->encoded = text_of(serving->kept.body);
        return OK;
    }
    return serving->request_hash == NULL ? encode(serving) : OK;
}

static enum err run_free(struct serving *serving)
{
    TRY(store_read(&serving->work, admit, serving));
    TRY(decode(serving, &serving->work.fault));
    TRY(serve(serving));
    return encode(serving);
}

static enum err admit_events(struct work *work, void *context)
{
    struct serving *serving = context;

    TRY(admit(work, serving));
    return decode(serving, &work->fault);
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

    TRY(store_read(&serving->work, admit, serving));
    TRY(decode(serving, &serving->work.fault));
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
        return encode(serving);
    case ROUTE_WRITES:
        return run_write(serving);
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

bool serve_route(struct request *request)
{
    struct serving serving = {.request = request,
                              .route = request->match.route,
                              .hooks = request->server->site->hooks,
                              .work = {.arena = request->arena,
                                       .store = request->server->store,
                                       .installation = request->server->site->installation,
                                       .request_id = request->id,
                                       .now_us = clock_now_us()}};
    enum err err = run(&serving);

    if (serving.away) {
        return false;
    }
    if (err != OK) {
        refuse(&serving, err);
    } else if (request->answer.status == 0) {
        finish(&serving);
    }
    return true;
}
