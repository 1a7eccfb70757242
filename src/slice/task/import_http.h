#pragma once

/* Importing over HTTP: handlers and shapes for the slice's route table. */

#include "base/err.h"
#include "base/shape.h"

struct call;

extern const struct shape import_query_shape;
extern const struct shape import_begun_shape;
extern const struct shape preview_query_shape;
extern const struct shape preview_shape;
extern const struct shape batch_shape;
extern const struct shape batch_list_shape;
extern const struct shape line_query_shape;
extern const struct shape batch_error_list_shape;

enum err import_serve_begin(struct call *call);
enum err import_serve_preview(struct call *call);
enum err import_serve_batches(struct call *call);
enum err import_serve_batch(struct call *call);
enum err import_serve_errors(struct call *call);
