#pragma once

/* When payouts are made: the operator's setting, and the days that follow from it. */

#include "base/err.h"
#include "base/shape.h"

struct call;

extern const struct shape pay_days_body_shape;
extern const struct shape pay_days_view_shape;

enum err pay_day_serve(struct call *call);
enum err pay_day_serve_set(struct call *call);

/* The next twelve as iCalendar (RFC 5545). */
enum err pay_day_serve_calendar(struct call *call);
