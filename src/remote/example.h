#pragma once

/* Examples of the commands that ask a server, made from the routes: what must be said, and no more.
 */

struct arena;
struct route;

/* Lines as in struct command: the plain use, and one with --wait, --all or --json. */
const char *example_of(struct arena *arena, const struct route *route);
