#pragma once

/* What waits for somebody's decision about a campaign's minutes. */

#include "base/err.h"
#include "base/shape.h"

struct call;

extern const struct shape minute_queue_shape;
enum err minute_queue_serve(struct call *call);
