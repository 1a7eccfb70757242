#pragma once

/* What was found in one answer, as it is kept and shown. */

#include "base/shape.h"

struct criterion_view {
    const char *text;
    double points;
    const char *mark;
    double chance;
    const char *quote;
    const char *reason;
    const char *by;
};
extern const struct shape criterion_view_shape;

struct verdict_view {
    struct list criteria;
    double sure;
    const char *follow_up;
};
extern const struct shape verdict_view_shape;
