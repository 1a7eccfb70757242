#include <string.h>

#include "base/fault.h"
#include "http/feed.h"
#include "http/inside.h"
#include "http/metric.h"
#include "http/peers.h"
#include "http/pool.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/clock.h"

static struct work work_of(struct request *request)
{
    return (struct work){.arena = request->arena,
                         .store = request->server->store,
                         .installation = request->server->site->installation,
                         .request_id = request->id,
                         .now_us = clock_now_us()};
}

static void answer_text(struct request *request, const char *type, struct text body)
{
    request->answer = (struct answer){.status = 200, .type = type, .body = body};
}

static enum err nothing(struct work *work, void *context)
{
    return OK;
}

static bool ready(struct request *request)
{
    struct work work = work_of(request);
    enum err err = atomic_load(&request->server->draining)
                       ? work_fail(&work, ERR_UNAVAILABLE, "the server is stopping")
                       : store_read(&work, nothing, NULL);

    if (err == OK) {
        err = store_writable(work.store, &work.fault);
    }
    if (err != OK) {
        request_fail(request, ERR_UNAVAILABLE, &work.fault);
        return true;
    }
    answer_text(request, "text/plain; charset=utf-8", text_of("ready\n"));
    return true;
}

static void gauge(struct buffer *to, const char *name, const char *help, const char *type,
                  uint64_t value)
{
    buffer_print(to, "# HELP periti_%s %s\n# TYPE periti_%s %s\nperiti_%s %llu\n", name, help, name,
                 type, name, (unsigned long long)value);
}

static void print_store(struct store *store, struct buffer *to)
{
    struct store_statistics got;

    store_statistics(store, &got);
    gauge(to, "store_reads_total", "Read transactions.", "counter", got.reads);
    gauge(to, "store_writes_total", "Write transactions committed.", "counter", got.writes);
    gauge(to, "store_commits_total", "Syncs; several writes may share one.", "counter",
          got.commits);
    gauge(to, "store_refused_total", "Writes refused because the queue was full.", "counter",
          got.refused);
    gauge(to, "store_retried_total", "Transactions run again.", "counter", got.retried);
    gauge(to, "store_queue_length", "Writes that wait.", "gauge", got.queue_length);
    gauge(to, "store_schema_version", "Migrations applied.", "gauge", (uint64_t)got.schema_version);
}

static enum err print_product(struct work *work, void *context)
{
    struct request *request = context;
    struct buffer lines = buffer_new(work->arena);

    TRY(request->server->site->hooks->metrics(work, &lines));
    request->answer.body = buffer_view(&lines);
    return OK;
}

/* Without the store the door's own numbers are still there: that is when they are wanted. */
static bool metrics(struct request *request)
{
    struct http_server *server = request->server;
    struct work work = work_of(request);
    struct buffer to = buffer_new(request->arena);

    metric_print(server->metric, &to);
    gauge(&to, "http_connections", "Open connections.", "gauge", peers_count(server->peers));
    gauge(&to, "http_queue_length", "Requests that wait for a worker.", "gauge",
          pool_queued(server->pool));
    gauge(&to, "http_workers_busy", "Workers that run a request.", "gauge",
          pool_busy(server->pool));
    gauge(&to, "http_streams", "Open event streams.", "gauge", feeds_count(server->feeds));
    print_store(server->store, &to);
    if (server->site->hooks->metrics != NULL && store_read(&work, print_product, request) == OK) {
        buffer_text(&to, request->answer.body);
    }
    answer_text(request, "text/plain; version=0.0.4; charset=utf-8", buffer_view(&to));
    answer_compress(request);
    return true;
}

bool probe_match(struct request *request)
{
    size_t row = request->server->site->route_count + METRIC_PROBE;

    if (text_is(request->path, "/healthz")) {
        answer_text(request, "text/plain; charset=utf-8", text_of("ok\n"));
    } else if (text_is(request->path, "/readyz")) {
        request->run = ready;
    } else if (text_is(request->path, "/metrics")) {
        request->run = metrics;
    } else {
        return false;
    }
    request->metric_row = row;
    return true;
}
