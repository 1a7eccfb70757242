#pragma once

/* How raters err, as it is known now, and what several of them say of one answer together. */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "engine/item/item.h"

struct confusion_row;
struct work;

struct rater_table {
    struct work *work;
    const struct confusion_row *rows;
    size_t count;
};
enum err rater_table_load(struct work *work, const char *domain, struct rater_table *out);

/* [true][given]: what was learnt, or what is believed of one who is not known yet. */
enum err rater_table_find(const struct rater_table *table, const char *rater,
                          double out[static ITEM_CATEGORIES * ITEM_CATEGORIES]);

/* How likely it is, for each true category, that raters say what they said. */
struct rater_evidence {
    double likelihood[ITEM_CATEGORIES];
    size_t rater_count;
};
struct rater_evidence rater_evidence_new(void);
enum err rater_evidence_add(const struct rater_table *table, const char *rater, int64_t category,
                            struct rater_evidence *evidence);

/* The same as a confusion matrix in which they together gave category 0. */
const double *rater_evidence_confusion(struct work *work, const struct rater_evidence *evidence);
