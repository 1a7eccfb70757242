#pragma once

/*
 * Files of comparisons, `left,right,winner[,rater[,side]]`, as the ranking engine takes them.
 * Names become dense numbers in order of appearance; a second file may share them.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/rank/rank.h"

struct arena;
struct fault;
struct map;

struct comparison_file {
    struct map *items;
    struct map *raters; /* one nameless where the file has no such column */
    bool has_raters;
    bool has_sides;
    struct rank_input input; /* item_count and rater_count as the maps stand after this file */
};

/*
 * `names` gives the maps to share, NULL: new ones. `winner` is a name that stands in left or right,
 * or `tie`, or else the word left or right; `side` tells which item was shown first: its name, or
 * left, first, right, second, or empty where it is not known. ERR_INVALID names line and field.
 */
enum err comparison_file_read(struct arena *arena, const char *path,
                              const struct comparison_file *names, struct comparison_file *out,
                              struct fault *fault);
