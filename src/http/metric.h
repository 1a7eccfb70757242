#pragma once

/* What the door counts, and prints in Prometheus' text format. Any thread may count. */

#include <stddef.h>
#include <stdint.h>

struct buffer;
struct metric;
struct route;

/* Beside the routes, three rows count what has none. */
enum metric_row { METRIC_ASSET, METRIC_PROBE, METRIC_NONE, METRIC_ROW_COUNT };

struct metric *metric_new(const struct route *const *routes, size_t count);
void metric_free(struct metric *metric); /* NULL is fine */

/* `row` is the route's index, or the count of routes plus an enum metric_row. */
void metric_count(struct metric *metric, size_t row, int status, int64_t micros);

void metric_print(const struct metric *metric, struct buffer *to);
