/* Writes: once for each Idempotency-Key, whatever the network does. */

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/shape.h"
#include "http/inside.h"
#include "http/serving.h"
#include "http/spool.h"
#include "store/store.h"
#include "sys/secret.h"

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
    TRY(serving_authorise(serving, work));
    if (serving->request_hash != NULL) {
        enum err err = recall(serving, work);

        if (err != ERR_NOT_FOUND) {
            return err;
        }
    }
    TRY(serving_call(serving));
    if (serving->request_hash == NULL) {
        return OK;
    }
    TRY(serving_encode(serving));
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
    bool known = serving_recognise(serving);

    if (!known) {
        TRY(store_read(&serving->work, serving_admit, serving));
    }
    enum err err = serving_decode(serving, &fault);

    if (err != OK && known) {
        TRY(store_read(&serving->work, serving_admit, serving));
    }
    if (err != OK) {
        serving->work.fault = fault;
    }
    return err;
}

enum err serving_written(struct serving *serving)
{
    if (serving->kept.request_hash != NULL) {
        serving->encoded = text_of(serving->kept.body);
        return OK;
    }
    return serving->request_hash == NULL ? serving_encode(serving) : OK;
}

enum err serving_write(struct serving *serving)
{
    TRY(take_write(serving));
    hash_request(serving);
    TRY(store_write(&serving->work, write_all, serving));
    return serving_written(serving);
}

/* On the store's thread: others wait for it. */
static void hand_back(void *context, enum err err)
{
    struct serving *serving = context;
    struct http_server *server = serving->request->server;

    serving->outcome = err;
    door_hand_back(serving->request, REQUEST_WRITTEN);
    atomic_fetch_sub(&server->queued, 1);
}

bool serving_queue(struct serving *serving)
{
    struct request *request = serving->request;
    struct fault unused = {0};

    if (!serving_recognise(serving) || serving_decode(serving, &unused) != OK) {
        return false;
    }
    hash_request(serving);
    door_suspend(request);
    atomic_fetch_add(&request->server->queued, 1);
    store_write_later(&serving->work, write_all, serving, hand_back);
    return true;
}
