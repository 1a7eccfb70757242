#pragma once

/* The commands that run the server and tend its store. */

#include "base/err.h"

struct command_group;
struct invocation;
struct settings;
struct store;

extern const struct command_group serve_group;

/* For commands on the store: read the settings from the options and open it; it must be there. */
enum err serve_open_store(struct invocation *call, struct settings *settings, struct store **out);
