#pragma once

/* What the commands of scoring print. */

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "command/answer_file.h"
#include "engine/score/measure.h"

struct arena;
struct buffer;

enum { SCORE_REPORT_MAX = 64 };

struct score_report {
    const char *const *classes;
    uint32_t class_count;
    uint32_t answer_count; /* learnt from */
    uint32_t question_count;
    uint32_t domain_count;
    uint64_t seed;
    const char *names[SCORE_REPORT_MAX];
    struct score_measures measures[SCORE_REPORT_MAX];
    uint32_t count;
};

void score_report_add(struct score_report *report, const char *name,
                      struct score_measures measures); /* beyond the bound: left out */
void score_report_print(struct arena *arena, FILE *to, const struct score_report *report,
                        bool json);
void score_report_model(FILE *to, const char *path, const struct score_model *model, size_t size,
                        bool json);

/* One line an answer: tab-separated, or JSON. */
void score_report_predictions(struct buffer *to, const struct score_model *model,
                              const struct answer_file *file,
                              const struct score_prediction *predictions, bool json);
