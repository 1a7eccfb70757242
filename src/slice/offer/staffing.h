#pragma once

/* A campaign's staffing by day: the handler and its shape. */

#include "base/err.h"
#include "base/shape.h"

struct call;

extern const struct shape staffing_shape;

enum err staffing_serve(struct call *call);
