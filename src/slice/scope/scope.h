#pragma once

/* Scoping: how many experts, hours, how much money and time a need will take, from the pool. */

struct slice;

extern const struct slice scope_slice;
