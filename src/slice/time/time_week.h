#pragma once

/* A week with more minutes than the terms allow: asked for with a reason, decided by the operator.
 */

#include "base/err.h"
#include "base/shape.h"

struct call;

extern const struct shape week_more_body_shape;
extern const struct shape week_more_list_shape;
extern const struct shape week_more_decision_shape;

enum err week_serve_list(struct call *call);
enum err week_serve_ask(struct call *call);
enum err week_serve_decide(struct call *call);
