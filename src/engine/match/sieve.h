#pragma once

/*
 * Sieves: experts that cannot matter to any requirement are counted and forgotten.
 *
 * An answer looks at who passes every check, at who fails the rate or the hours alone, and at who
 * misses nothing but levels, by what can be bargained about. Of the others only numbers count: how
 * many fail one check alone (what relaxing it would bring), and what words weigh, which rests on
 * all texts. So slates made of what a sieve let through are those of the whole pool, to the bit.
 * Where a wall or a pool may decide, which it does not look at, it lets an expert through.
 */

#include <stdbool.h>

#include "engine/match/pool.h"

struct arena;
struct match_sieve;

/* The input's requirements and its number of terms must stand; the arena must outlive it. */
struct match_sieve *match_sieve_new(struct arena *arena, struct match_input *input);

/* Count an expert. True: it may matter, and has to be added. */
bool match_sieve_take(struct match_sieve *sieve, const struct match_expert *expert);

/* Say in the input what its experts are a part of. */
void match_sieve_close(const struct match_sieve *sieve, struct match_input *input);
