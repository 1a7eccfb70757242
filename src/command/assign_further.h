#pragma once

/* What the command assign solves after the plain problem: budgets, floors, groups, a lottery. */

#include <stdint.h>
#include <stdio.h>

#include "base/err.h"

struct assign_file;
struct assign_fit;
struct fault;
struct further;
struct invocation;
struct json_out;

struct further_wish {
    const char *budget; /* files; NULL: not asked for */
    const char *fair;
    const char *groups;
    double cap; /* zero: no lottery */
    double spread;
    int64_t parts;
    uint64_t seed;
};

/* ERR_INVALID: wishes that exclude each other. */
enum err further_check(const struct further_wish *wish, struct fault *fault);

/* Solve again with what is wished for. `fit` is the plain answer, and becomes the last one. */
enum err further_solve(struct invocation *call, const struct further_wish *wish,
                       const struct assign_file *file, struct assign_fit *fit,
                       struct further **out);

void further_print(FILE *to, const struct further *further);
void further_put(struct json_out *json, const struct further *further); /* members of an object */
