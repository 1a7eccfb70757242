#pragma once

/* Capped randomness for the command assign. */

#include <stdio.h>

#include "base/err.h"
#include "engine/assign/lottery.h"

struct assign_file;
struct fault;
struct json_out;

void lottery_print(FILE *to, const struct assign_lottery_options *options,
                   const struct assign_lottery *lottery);
void lottery_put(struct json_out *json, const struct assign_file *file,
                 const struct assign_lottery_options *options,
                 const struct assign_lottery *lottery);
