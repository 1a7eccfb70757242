#pragma once

/*
 * Fairness: do groups pass at like rates, and is a question harder for one of them?
 *
 * What people say of themselves is voluntary, stands in a table that this slice alone reads (held
 * by tools/private.py), and reaches no score. Small groups get no verdict.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/irt/dif.h"
#include "engine/irt/impact.h"
#include "slice/fairness/grader_rule.h"

struct buffer;
struct job_kind;
struct slice;
struct work;

/* One group of one attribute ("sex", "ethnicity", "age_band", "disability", "sex and ethnicity").
 */
struct group_rate {
    const char *attribute;
    const char *group;
    int64_t persons;
    int64_t passed;
    int64_t above_median; /* scored above the median of all */
    struct irt_impact impact;
    struct irt_impact scoring; /* the same of scoring above the median */
    bool reference;
};

struct fairness_report {
    struct group_rate *groups;
    size_t count;
    int64_t interviews;
    int64_t unknown; /* of people who said nothing of themselves */
};

/* `domain` empty: all. */
enum err fairness_report(struct work *work, const char *domain, struct fairness_report *out);

struct item_dif {
    const char *item_id;
    const char *code;
    struct irt_dif dif;
    int64_t answers;
    bool suspended; /* by this run */
};

/* Compare one group with another on every item of a domain of the work's organisation; items of
 * class C whose p is below `p_max` are suspended. Inside a write transaction. */
struct group_pair {
    const char *attribute; /* sex, ethnicity, age_band, disability */
    const char *focal;
    const char *reference;
    double p_max;
};
const char *fairness_class_name(enum irt_dif_class class);

/* The 90 % interval of the gap. */
double fairness_gap_low(const struct irt_dif *dif);
double fairness_gap_high(const struct irt_dif *dif);

enum err fairness_dif(struct work *work, const char *domain, const struct group_pair *pair,
                      struct item_dif **out, size_t *count);

/* Every group of every attribute against the largest of that attribute, in every domain: what the
 * job does after each calibration. The level is shared among the comparisons of a domain. */
extern const struct job_kind fairness_job;

/* What second grades, drawn by chance, say of those who grade. */
struct grader_line {
    const char *id;
    const char *name;
    struct grader_bias bias;
};
struct grader_report {
    int64_t draws;  /* judgements that were drawn for */
    int64_t chosen; /* of these, for a second grader */
    int64_t done;
    struct grader_agreement agreement;
    struct grader_line *graders;
    size_t count;
};
enum err fairness_graders(struct work *work, struct grader_report *out);
void fairness_graders_csv(const struct grader_report *report, struct buffer *out);
void fairness_graders_html(const struct grader_report *report, struct buffer *out);

/* In the layout of a bias audit under New York City's Local Law 144. */
void fairness_csv(const struct fairness_report *report, struct buffer *out);
void fairness_html(const struct fairness_report *report, const char *date, struct buffer *out);

extern const struct slice fairness_slice;
