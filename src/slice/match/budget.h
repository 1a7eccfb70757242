#pragma once

/* What a campaign's team may be paid, as matches keep it. Handlers and shapes. */

#include "base/err.h"
#include "base/shape.h"

struct call;

extern const struct shape budget_body_shape;
extern const struct shape budget_shape;

enum err budget_serve_show(struct call *call);
enum err budget_serve_put(struct call *call);
enum err budget_serve_remove(struct call *call);
