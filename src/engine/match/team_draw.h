#pragma once

/* One team drawn from a flow in parts. */

#include <stdbool.h>
#include <stdint.h>

struct arena;
struct team;

/*
 * [edge] held or not, each with its probability. Whatever passes a node of the network (seats of an
 * ask, of a bound, of a member, of a member in a campaign) is, in the draw, its expectation rounded
 * down or up.
 */
bool *team_draw(struct arena *arena, const struct team *team, uint64_t seed);
