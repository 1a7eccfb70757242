#include "http/metric.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/err.h"
#include "http/match.h"

static const int STATUSES[] = {200, 201, 202, 204, 206, 304, 400, 401, 403, 404,
                               405, 409, 413, 415, 422, 429, 500, 503, 0};
static const int64_t BOUNDS_US[] = {500,    1'000,   2'500,   5'000,     10'000,    25'000,
                                    50'000, 100'000, 250'000, 1'000'000, 5'000'000, INT64_MAX};
static const char *const BOUNDS[] = {"0.0005", "0.001", "0.0025", "0.005", "0.01", "0.025",
                                     "0.05",   "0.1",   "0.25",   "1",     "5",    "+Inf"};

struct row {
    _Atomic uint64_t by_status[COUNT(STATUSES)];
    _Atomic uint64_t by_time[COUNT(BOUNDS_US)];
    _Atomic uint64_t micros;
};

struct metric {
    const struct route *const *routes;
    size_t route_count;
    struct row rows[];
};

struct metric *metric_new(const struct route *const *routes, size_t count)
{
    struct metric *metric =
        calloc(1, sizeof(*metric) + (count + METRIC_ROW_COUNT) * sizeof(metric->rows[0]));

    if (metric == NULL) {
        fputs("out of memory for the metrics\n", stderr);
        abort();
    }
    metric->routes = routes;
    metric->route_count = count;
    return metric;
}

void metric_free(struct metric *metric)
{
    free(metric);
}

static void add(_Atomic uint64_t *to, uint64_t value)
{
    atomic_fetch_add_explicit(to, value, memory_order_relaxed);
}

static uint64_t read(const _Atomic uint64_t *from)
{
    return atomic_load_explicit(from, memory_order_relaxed);
}

void metric_count(struct metric *metric, size_t row, int status, int64_t micros)
{
    size_t at = 0;
    size_t bound = 0;

    while (STATUSES[at] != status && STATUSES[at] != 0) {
        at++;
    }
    while (micros > BOUNDS_US[bound]) {
        bound++;
    }
    add(&metric->rows[row].by_status[at], 1);
    add(&metric->rows[row].by_time[bound], 1);
    add(&metric->rows[row].micros, (uint64_t)micros);
}

static void print_labels(const struct metric *metric, size_t row, struct buffer *to)
{
    static const char *const OTHERS[] = {"asset", "probe", "none"};

    if (row < metric->route_count) {
        const struct route *route = metric->routes[row];

        buffer_print(to, "{method=\"%s\",route=\"%s\"", method_name(route->method), route->path);
    } else {
        buffer_print(to, "{method=\"\",route=\"%s\"", OTHERS[row - metric->route_count]);
    }
}

static void print_statuses(const struct metric *metric, struct buffer *to)
{
    buffer_string(to, "# HELP periti_http_requests_total Requests answered, by route and status.\n"
                      "# TYPE periti_http_requests_total counter\n");
    for (size_t row = 0; row < metric->route_count + METRIC_ROW_COUNT; row++) {
        for (size_t i = 0; i < COUNT(STATUSES); i++) {
            uint64_t count = read(&metric->rows[row].by_status[i]);

            if (count > 0) {
                buffer_string(to, "periti_http_requests_total");
                print_labels(metric, row, to);
                buffer_print(to, ",status=\"%d\"} %llu\n", STATUSES[i], (unsigned long long)count);
            }
        }
    }
}

static void print_times_of(const struct metric *metric, size_t row, struct buffer *to)
{
    const struct row *counts = &metric->rows[row];
    uint64_t sum = 0;

    for (size_t i = 0; i < COUNT(BOUNDS_US); i++) {
        sum += read(&counts->by_time[i]);
    }
    if (sum == 0) {
        return;
    }
    sum = 0;
    for (size_t i = 0; i < COUNT(BOUNDS_US); i++) {
        sum += read(&counts->by_time[i]);
        buffer_string(to, "periti_http_request_seconds_bucket");
        print_labels(metric, row, to);
        buffer_print(to, ",le=\"%s\"} %llu\n", BOUNDS[i], (unsigned long long)sum);
    }
    buffer_string(to, "periti_http_request_seconds_sum");
    print_labels(metric, row, to);
    buffer_print(to, "} %.6f\n", (double)read(&counts->micros) / 1e6);
    buffer_string(to, "periti_http_request_seconds_count");
    print_labels(metric, row, to);
    buffer_print(to, "} %llu\n", (unsigned long long)sum);
}

void metric_print(const struct metric *metric, struct buffer *to)
{
    print_statuses(metric, to);
    buffer_string(to, "# HELP periti_http_request_seconds From the first byte to the last.\n"
                      "# TYPE periti_http_request_seconds histogram\n");
    for (size_t row = 0; row < metric->route_count + METRIC_ROW_COUNT; row++) {
        print_times_of(metric, row, to);
    }
}
