#pragma once

/* How the command assign words a shortage: which rows ask for too much, and what would help. */

#include <stdio.h>

struct assign_file;
struct assign_shortage;
struct json_out;

enum {
    SHORTAGE_TRIED_MAX = 10, /* rows and columns whose effect is worked out by a repair each */
    SHORTAGE_SHOWN_MAX = 20, /* rows in text; JSON has all */
};

void shortage_print(FILE *to, const struct assign_file *file,
                    const struct assign_shortage *shortage);
void shortage_put(struct json_out *json, const struct assign_file *file,
                  const struct assign_shortage *shortage);
