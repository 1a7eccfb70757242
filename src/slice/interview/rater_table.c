#include "slice/interview/rater_table.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "engine/irt/adapt.h"
#include "slice/interview/interview_rule.h"
#include "slice/interview/interview_sql.h"
#include "store/work.h"

enum { CELLS = ITEM_CATEGORIES * ITEM_CATEGORIES };

enum err rater_table_load(struct work *work, const char *domain, struct rater_table *out)
{
    struct confusion_row *rows;

    TRY(confusions_of(
        work,
        &(struct confusions_of_args){.organisation_id = work->organisation_id, .domain = domain},
        &rows, &out->count));
    out->work = work;
    out->rows = rows;
    return OK;
}

static enum err read_cells(struct work *work, const char *text, double *out)
{
    struct json *cells;
    size_t count = 0;

    TRY(json_parse(work->arena, text_of(text), &cells, &work->fault));
    for (const struct json *one = cells->first; one != NULL && count < CELLS; one = one->next) {
        out[count++] = one->real;
    }
    return count == CELLS
               ? OK
               : work_fail(work, ERR_INTERNAL, "a rater's confusion has %zu cells", count);
}

enum err rater_table_find(const struct rater_table *table, const char *rater,
                          double out[static CELLS])
{
    for (size_t i = 0; i < table->count; i++) {
        if (strcmp(table->rows[i].rater, rater) == 0) {
            return read_cells(table->work, table->rows[i].cells, out);
        }
    }
    irt_confusion_of(ITEM_CATEGORIES, interview_belief(rater).agreement, out);
    return OK;
}

struct rater_evidence rater_evidence_new(void)
{
    return (struct rater_evidence){.likelihood = {1, 1, 1}};
}

enum err rater_evidence_add(const struct rater_table *table, const char *rater, int64_t category,
                            struct rater_evidence *evidence)
{
    double cells[CELLS];

    TRY(rater_table_find(table, rater, cells));
    if (category < 0 || category >= ITEM_CATEGORIES) {
        return work_fail(table->work, ERR_INTERNAL, "a rater gave category %lld",
                         (long long)category);
    }
    for (size_t truth = 0; truth < ITEM_CATEGORIES; truth++) {
        evidence->likelihood[truth] *= cells[truth * ITEM_CATEGORIES + (size_t)category];
    }
    evidence->rater_count++;
    return OK;
}

const double *rater_evidence_confusion(struct work *work, const struct rater_evidence *evidence)
{
    double *cells = arena_array(work->arena, double, CELLS);

    for (size_t truth = 0; truth < ITEM_CATEGORIES; truth++) {
        double *row = &cells[truth * ITEM_CATEGORIES];

        row[0] = fmin(1, evidence->likelihood[truth]);
        row[1] = 1 - row[0];
    }
    return cells;
}
