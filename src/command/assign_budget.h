#pragma once

/*
 * Budgets for the command assign. A text file, numbers as in the problem's file:
 *
 *   c a comment
 *   g GROUP LIMIT        the seats of a group spend at most this
 *   r ROW GROUP          a row belongs to a group that a line before names
 *   s ROW COLUMN SPEND   what this seat spends; nothing, where no line says so
 */

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"
#include "base/text.h"
#include "engine/assign/budget.h"

struct arena;
struct assign_file;
struct fault;
struct json_out;

struct budget_file {
    struct assign_budget budget;
    const uint32_t *group_name; /* [group] */
};

enum err budget_read(struct arena *arena, struct text text, const struct assign_file *file,
                     struct budget_file *out, struct fault *fault);

void budget_print(FILE *to, const struct budget_file *file, const struct assign_budget_fit *fit);
void budget_put(struct json_out *json, const struct budget_file *file,
                const struct assign_budget_fit *fit);
