#pragma once

/* Shapes that several slices answer with. */

#include "base/shape.h"

struct made {
    const char *id;
};
extern const struct shape made_shape;

struct nothing {
    bool ok;
};
extern const struct shape nothing_shape;
