#pragma once

/* How somebody new comes in: an account of their own, to apply with. */

#include "base/err.h"
#include "base/shape.h"

struct call;

extern const struct shape sign_up_body_shape;
enum err sign_up_serve(struct call *call);

/* What a link to a listing promises to whoever gives it: told to everybody who looks. */
extern const struct shape promise_query_shape;
extern const struct shape promise_view_shape;
enum err referral_promise_serve(struct call *call);
