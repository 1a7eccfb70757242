#pragma once

/*
 * Commands about the commands: completion for shells and a manual page, both made from the tables
 * of all groups, so that they cannot drift from what the binary does.
 */

#include <stddef.h>
#include <stdio.h>

struct arena;
struct command_group;

struct command_table {
    const struct command_group *const *groups;
    size_t group_count;
};

/* The group may be part of the table that it speaks of. */
const struct command_group *terminal_commands(struct arena *arena,
                                              const struct command_table *table);

void completion_bash(FILE *to, const struct command_table *table);
void completion_zsh(FILE *to, const struct command_table *table);
void completion_fish(FILE *to, const struct command_table *table);

/* A page for man(1), section 1, in the man macros of roff. */
void manual_page(FILE *to, const struct command_table *table);
