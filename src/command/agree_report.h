#pragma once

/* Reports of agreement: what was measured, and how it is printed. */

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "engine/agree/agree.h"

struct arena;
struct rating_file;

/* The coefficients of one part of the file: all of it, a stratum, or a pair of workers. */
struct agree_section {
    const char *stratum; /* NULL: no stratum */
    const char *left;    /* NULL: no pair */
    const char *right;
    const struct agree_result *results; /* [metric_count] */
};

struct agree_report {
    const struct rating_file *file;
    const char *level;
    const char *weights;
    const char *const *metrics; /* their names */
    size_t metric_count;
    size_t coefficient_count; /* corrected for chance: these come first, and for pairs alone */
    double confidence;
    uint32_t replicates; /* behind the intervals; 0: none were asked for */
    struct agree_section whole;
    const struct agree_section *pairs;
    size_t pair_count;
    const struct agree_section *strata;
    size_t stratum_count;
    uint64_t without_stratum; /* items that the file of strata does not name */
};

void agree_report_print(FILE *to, const struct agree_report *report);
void agree_report_json(FILE *to, struct arena *arena, const struct agree_report *report);
