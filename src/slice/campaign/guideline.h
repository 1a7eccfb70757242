#pragma once

/* A campaign's guideline: handlers and shapes for the slice's route table. */

#include "base/err.h"
#include "base/shape.h"

struct call;

extern const struct shape guideline_list_shape;
extern const struct shape guideline_view_shape;
extern const struct shape guideline_body_shape;

enum err guideline_serves(struct call *call);
enum err guideline_serve(struct call *call);
enum err guideline_serve_add(struct call *call);
