#pragma once

/* Jobs over HTTP: their progress, and how to cancel them. */

struct slice;

extern const struct slice progress_slice;
