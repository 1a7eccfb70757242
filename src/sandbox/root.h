#pragma once

/* The private file system of a slot. All of it runs in the slot, after clone and without memory of
 * its own, and answers whether it worked; `*failed` then names the step. */

#include <stdbool.h>
#include <stdint.h>

#include "base/shape.h"

struct root_plan {
    int64_t disk_mib;
    int64_t inode_max;
    struct texts readable;
    bool with_proc; /* jobs see /proc of their slot */
};

/* Replace the root. `*proc` is a descriptor of the slot's own /proc for the slot's use, or -1. */
bool root_build(const struct root_plan *plan, int *proc, const char **failed);

/* What a job may read and write once the root is built; for Landlock. Ends with NULL. */
extern const char *const root_readable[];
extern const char *const root_files[];

/* Remove everything in a folder, however deep, in bounded memory; false: something would not go. */
bool root_empty(int folder);
