#pragma once

/*
 * Files of ratings, `item,worker,label`, as the agreement engine takes them. Names become dense
 * numbers in order of appearance; labels are sorted, as numbers if all are numbers.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/agree/agree.h"

struct arena;
struct fault;
struct map;
struct names;
struct parallel;
struct spill;

struct rating_file {
    struct names *items;
    struct map *workers;
    const char *const *labels; /* [label_count], sorted */
    const double *scores;      /* [label_count]; NULL: not all labels are numbers */
    uint32_t label_count;
    struct agree_rating *ratings;
    size_t rating_count;
};

enum repeats {
    REPEATS_REFUSE, /* the same worker and item twice: ERR_INVALID */
    REPEATS_LAST,   /* the last row counts */
    REPEATS_MEAN,   /* the most frequent label counts; among equals the last */
};

struct rating_rules {
    enum repeats repeats;
    bool numbers; /* labels must be numbers; equal numbers are one label however written */
    const struct parallel *parallel; /* NULL: one thread */
    struct spill *spill;             /* where names of items lie; NULL: in memory */
    const char *order; /* "low,middle,high": every label, in this order; NULL: as sorted */
};

/* ERR_INVALID names line and field. */
enum err rating_file_read(struct arena *arena, const char *path, const struct rating_rules *rules,
                          struct rating_file *out, struct fault *fault);

void rating_file_free(struct rating_file *file); /* an empty one is fine */
#define RATING_FILE_SCOPE [[gnu::cleanup(rating_file_free)]] struct rating_file
