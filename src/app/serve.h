#pragma once

/* The commands that run the server and tend its store. */

struct command_group;

extern const struct command_group serve_group;
