#pragma once

/* The campaign board: progress, quality, spend and a forecast at one glance. */

struct slice;

extern const struct slice board_slice;
