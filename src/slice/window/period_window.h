#pragma once

/* Before a period is closed: what of the time before its end is not finished yet. */

#include "base/err.h"
#include "base/shape.h"

struct call;

extern const struct shape period_query_shape;
extern const struct shape period_window_shape;

enum err period_serve_window(struct call *call);
