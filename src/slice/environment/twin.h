#pragma once

/* Tasks that ask nearly the same: Broder's resemblance of their runs of words. Pure. */

#include <stddef.h>
#include <stdint.h>

struct arena;

struct twin {
    size_t other; /* index of the text that resembles it most; its own: none does */
    double resemblance;
};

/* For each of `count` texts another one whose resemblance is at least `least`. About linear. */
struct twin *twins_find(struct arena *arena, const char *const *texts, size_t count, double least);
