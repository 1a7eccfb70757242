#pragma once

/* Walls of all kinds between experts and a client's campaigns: handlers and shapes. */

#include "base/err.h"
#include "base/shape.h"

struct call;

extern const struct shape wall_rule_list_shape;
extern const struct shape wall_rule_body_shape;

enum err wall_rule_serve_list(struct call *call);
enum err wall_rule_serve_add(struct call *call);
enum err wall_rule_serve_lift(struct call *call);
