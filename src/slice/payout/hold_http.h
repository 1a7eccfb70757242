#pragma once

/* Who is owed what, and whose payouts wait: handlers for the slice's route table. */

#include "base/err.h"
#include "base/shape.h"

struct call;

extern const struct shape owed_list_shape;
extern const struct shape payout_hold_body_shape;
extern const struct shape payout_hold_list_shape;
extern const struct shape payout_hold_page_shape;

enum err hold_serve_owed(struct call *call);
enum err hold_serve_list(struct call *call);
enum err hold_serve_all(struct call *call);
enum err hold_serve_add(struct call *call);
enum err hold_serve_lift(struct call *call);
