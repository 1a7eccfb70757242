#pragma once

/* Walls of the command `match`: who may not work where, by declared conflict or as an employee. */

#include "command/match_file.h"

/* Set `walls` of each requirement. `employed` holds "client", a line end, "expert". ERR_INVALID: a
 * conflict names somebody or something that is not there. */
enum err match_walls_read(struct arena *arena, const char *conflicts, const struct map *employed,
                          struct match_files *files, struct fault *fault);
