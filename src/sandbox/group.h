#pragma once

/*
 * Control groups, of either version: one below the owner's own for each slot. Made and removed by
 * the keeper; named after it, so that what a killed keeper left is found and removed by the next.
 */

#include <stdbool.h>
#include <stdint.h>

enum { GROUP_PATH = 512 };

/* Folders in which groups can be made; empty where they cannot. */
struct group_place {
    char memory[GROUP_PATH];
    char process[GROUP_PATH];
    bool unified; /* version 2: both are the same folder */
};

struct control_group {
    char memory[GROUP_PATH];
    char process[GROUP_PATH];
    int limit; /* descriptor of the file that sets the memory limit, or -1 */
    int event; /* descriptor of the file that counts kills, or -1 */
};

void group_find(struct group_place *out);
void group_sweep(const struct group_place *place); /* leftovers of keepers that are gone */

void group_make(const struct group_place *place, int keeper, unsigned serial,
                struct control_group *out);
void group_join(const struct control_group *group, int pid);
void group_remove(struct control_group *group); /* after all its processes are gone */

bool group_limit(const struct control_group *group, int64_t bytes);
int64_t group_kills(const struct control_group *group); /* 0 where nobody counts */
