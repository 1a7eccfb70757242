#pragma once

/* Reports of a ranking: the best first, then the raters and what they have in common. */

#include <stdio.h>

#include "command/rank_bias.h"
#include "command/rank_follow.h"

struct arena;
struct buffer;
struct comparison_file;

struct rank_report {
    const struct comparison_file *file;
    const struct rank_fit *fit;
    const struct rank_options *options;
    const uint32_t *order;    /* items that were compared, best first */
    uint32_t item_count;      /* of these */
    uint32_t component_count; /* likewise */
    uint32_t top;             /* items to print; 0: all */
    bool tested;
    double log_loss; /* on the comparisons of the test file */
    size_t test_count;
    struct rank_followed followed; /* count zero: not asked for */
    struct rank_bias bias;
};

/* Fills `order`, `item_count` and `component_count`. */
void rank_report_sort(struct arena *arena, struct rank_report *report);

void rank_report_print(FILE *to, const struct rank_report *report);
void rank_report_json(FILE *to, struct arena *arena, const struct rank_report *report);

/* CSV: item,score,error,low,high,comparisons,component; errors empty where not asked for. */
void rank_report_items(struct buffer *to, const struct rank_report *report);

/* CSV: rater,comparisons,skill,skill_error,tie,tie_error,side,side_error. */
void rank_report_raters(struct buffer *to, const struct rank_report *report);
