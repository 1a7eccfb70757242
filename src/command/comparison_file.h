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
struct parallel;

enum { COMPARISON_STYLES_MAX = 32 };

struct comparison_file {
    struct map *items;
    struct map *raters; /* one nameless where the file has no such column */
    bool has_raters;
    bool has_sides;
    const char *const *styles; /* [input.style_count], as the source names them */
    struct rank_input input;   /* item_count and rater_count as the maps stand after this file */
};

struct comparison_source {
    const char *path;
    const struct comparison_file *names; /* whose maps to share; NULL: new ones */
    const char *const *styles; /* [style_count]: columns of numbers, what left has more of */
    uint32_t style_count;
    const struct parallel *parallel; /* NULL: one thread */
};

/*
 * `winner` is a name that stands in left or right,
 * or `tie`, or else the word left or right; `side` tells which item was shown first: its name, or
 * left, first, right, second, or empty where it is not known. ERR_INVALID names line and field.
 */
enum err comparison_file_read(struct arena *arena, const struct comparison_source *source,
                              struct comparison_file *out, struct fault *fault);
