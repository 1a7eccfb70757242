#pragma once

/*
 * How often one address may ask: a token bucket each, in a table of fixed size.
 * When the table's row is full, the bucket that was asked longest ago goes; so
 * memory is bounded, and a flood of addresses costs at most forgotten debts.
 * IPv6 addresses count by their /64. Any thread may ask.
 */

#include <stdbool.h>
#include <stdint.h>

struct limit;

/* `per_minute` tokens flow in a minute; a minute's worth may be saved. */
struct limit *limit_new(int64_t per_minute, uint64_t seed);
void limit_free(struct limit *limit); /* NULL is fine */

/* Take a token at time `tick_us`; false: there is none. */
bool limit_take(struct limit *limit, const char *address, int64_t tick_us);
