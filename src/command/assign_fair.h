#pragma once

/*
 * Floors for the command assign. A text file, numbers as in the problem's file:
 *
 *   c a comment
 *   e COLUMN SEATS       a column gets at least so many seats
 *   h COLUMN HOURS       a column gets at least so many hours
 *   r ROW HOURS          what a seat of this row takes; one hour, where no line says so
 */

#include <stdio.h>

#include "base/err.h"
#include "base/text.h"
#include "engine/assign/fair.h"

struct arena;
struct assign_file;
struct fault;
struct json_out;

enum { FAIR_TRIED_MAX = 10 };

enum err fair_read(struct arena *arena, struct text text, const struct assign_file *file,
                   struct assign_floors *out, struct fault *fault);

void fair_print(FILE *to, const struct assign_file *file, const struct assign_floors *floors,
                const struct assign_fair *fair);
void fair_put(struct json_out *json, const struct assign_file *file,
              const struct assign_floors *floors, const struct assign_fair *fair);
