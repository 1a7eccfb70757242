#pragma once

/* Every command group of the binary, gathered from above. */

#include <stddef.h>

struct command_group;

extern const struct command_group *const app_commands[];
extern const size_t app_command_count;
