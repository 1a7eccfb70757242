#pragma once

/* A slice is one business capability, whole: its tables, rules, routes, jobs and commands. It
 * offers them as data; app/ gathers them. */

#include <stddef.h>

struct command_group;
struct job_kind;
struct route;

struct slice {
    const char *name;
    const struct route *routes;
    size_t route_count;
    const struct job_kind *const *jobs;
    size_t job_count;
    const struct command_group *commands; /* beyond those that routes name; or NULL */
};
