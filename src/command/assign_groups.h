#pragma once

/*
 * Minima and maxima for groups, for the command assign. A text file, numbers as in the problem's
 * file, groups by numbers of their own:
 *
 *   c a comment
 *   g GROUP                    a group
 *   g GROUP PARENT             a group within a group that a line before names
 *   m COLUMN GROUP             a column belongs to a group (and to those around it)
 *   b ROW GROUP LEAST          of the seats of a row, at least so many for the group
 *   b ROW GROUP LEAST MOST     and at most so many
 */

#include <stdio.h>

#include "base/err.h"
#include "base/text.h"
#include "engine/assign/groups.h"

struct arena;
struct assign_file;
struct fault;
struct json_out;

struct groups_file {
    struct assign_groups groups;
    const uint32_t *group_name; /* [group] */
};

enum err groups_read(struct arena *arena, struct text text, const struct assign_file *file,
                     struct groups_file *out, struct fault *fault);

void groups_print(FILE *to, const struct assign_file *file, const struct groups_file *groups,
                  const struct assign_group_fit *fit, const struct assign_proof *proof);
void groups_put(struct json_out *json, const struct assign_file *file,
                const struct groups_file *groups, const struct assign_group_fit *fit,
                const struct assign_proof *proof);
