#include "engine/irt/dif.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/irt/ordinal.h"
#include "num/special.h"

enum { STRATUM_LEAST = 15 }; /* rows that a stratum should have, on average */

static const double DELTA_SCALE = -2.35;
static const double B_DELTA = 1;
static const double C_DELTA = 1.5;
static const double B_GAP = 0.17; /* of graded items (Zwick, Thayer and Mazzeo 1997) */
static const double C_GAP = 0.25;
static const double LEVEL = 0.05;

static enum err check(const struct irt_responses *responses, const uint8_t *focal,
                      struct fault *fault)
{
    uint32_t counts[2] = {0};

    if (responses->row_count == 0 || responses->item_count < 2) {
        return fail(fault, ERR_INVALID, "there must be at least one person and two items");
    }
    for (uint32_t row = 0; row < responses->row_count; row++) {
        if (focal[row] > 1) {
            return fail(fault, ERR_INVALID, "row %u is in group %u, but must be in 0 or 1", row + 1,
                        focal[row]);
        }
        counts[focal[row]]++;
    }
    if (counts[0] == 0 || counts[1] == 0) {
        return fail(fault, ERR_INVALID, "the %s group has no persons",
                    counts[0] == 0 ? "reference" : "focal");
    }
    return OK;
}

/* Mean score over the items that a person answered, as a share of the most there is. */
static double *match_scores(struct arena *arena, const struct irt_responses *responses)
{
    double *scores = arena_array(arena, double, responses->row_count);
    uint8_t *most = arena_array(arena, uint8_t, responses->item_count);

    for (size_t i = 0; i < (size_t)responses->row_count * responses->item_count; i++) {
        uint8_t answer = responses->at[i];
        uint8_t *top = &most[i % responses->item_count];

        *top = answer != IRT_MISSING && answer > *top ? answer : *top;
    }
    for (uint32_t row = 0; row < responses->row_count; row++) {
        const uint8_t *answers = responses->at + (size_t)row * responses->item_count;
        double got = 0;
        double possible = 0;

        for (uint32_t i = 0; i < responses->item_count; i++) {
            if (answers[i] != IRT_MISSING) {
                got += answers[i];
                possible += most[i];
            }
        }
        scores[row] = possible > 0 ? got / possible : 0;
    }
    return scores;
}

static int compare_reals(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

/* Strata of about equal size that do not part equal scores. */
static uint8_t *stratify(struct arena *arena, const double *scores, uint32_t count)
{
    uint8_t *stratum = arena_array(arena, uint8_t, count);
    double *sorted = arena_array(arena, double, count);
    uint32_t strata = count / STRATUM_LEAST + 1;

    strata = strata < IRT_DIF_STRATUM_MAX ? strata : IRT_DIF_STRATUM_MAX;
    memcpy(sorted, scores, count * sizeof(*sorted));
    qsort(sorted, count, sizeof(*sorted), compare_reals);
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t k = 1; k < strata; k++) {
            stratum[i] =
                (uint8_t)(stratum[i] + (scores[i] >= sorted[(uint64_t)count * k / strata]));
        }
    }
    return stratum;
}

/* One stratum of one item: [group]. */
struct stratum {
    double count[2];
    double sum[2];
    double square; /* of both groups */
};

/* What the strata sum up to. */
struct mantel {
    double odds_above;
    double odds_below;
    double seen; /* focal score */
    double expected;
    double variance;
    double gap;
    double gap_variance;
    double focal;
};

static void add_stratum(const struct stratum *stratum, struct mantel *sums)
{
    double all = stratum->count[0] + stratum->count[1];
    double total = stratum->sum[0] + stratum->sum[1];

    if (stratum->count[0] == 0 || stratum->count[1] == 0) {
        return;
    }
    sums->odds_above += stratum->sum[0] * (stratum->count[1] - stratum->sum[1]) / all;
    sums->odds_below += (stratum->count[0] - stratum->sum[0]) * stratum->sum[1] / all;
    sums->seen += stratum->sum[1];
    sums->expected += stratum->count[1] * total / all;
    sums->variance += stratum->count[0] * stratum->count[1] *
                      (all * stratum->square - total * total) / (all * all * (all - 1));
    sums->gap += stratum->count[1] *
                 (stratum->sum[1] / stratum->count[1] - stratum->sum[0] / stratum->count[0]);
    sums->focal += stratum->count[1];
    double spread = (stratum->square - total * total / all) / (all - 1);

    sums->gap_variance += stratum->count[1] * stratum->count[1] * spread *
                          (1 / stratum->count[0] + 1 / stratum->count[1]);
}

static enum irt_dif_class classify(const struct irt_dif *dif, bool graded)
{
    double size = graded ? fabs(dif->mean_gap) : fabs(dif->delta);
    bool significant = dif->p < LEVEL;

    if (!significant || size < (graded ? B_GAP : B_DELTA)) {
        return IRT_DIF_A;
    }
    return size >= (graded ? C_GAP : C_DELTA) ? IRT_DIF_C : IRT_DIF_B;
}

/* Rows that answered one item, laid side by side. */
struct item_rows {
    uint8_t *answer;
    double *score;
    double *group;
    uint32_t count;
    uint32_t group_count[2];
    uint8_t most;
};

static struct item_rows rows_of(struct arena *arena, const struct irt_responses *responses,
                                const uint8_t *focal, const double *scores, uint32_t item)
{
    struct item_rows rows = {.answer = arena_array(arena, uint8_t, responses->row_count),
                             .score = arena_array(arena, double, responses->row_count),
                             .group = arena_array(arena, double, responses->row_count)};

    for (uint32_t row = 0; row < responses->row_count; row++) {
        uint8_t answer = responses->at[(size_t)row * responses->item_count + item];

        if (answer == IRT_MISSING) {
            continue;
        }
        rows.answer[rows.count] = answer;
        rows.score[rows.count] = scores[row];
        rows.group[rows.count++] = focal[row];
        rows.group_count[focal[row]]++;
        rows.most = answer > rows.most ? answer : rows.most;
    }
    return rows;
}

static void compare_strata(const struct irt_responses *responses, const uint8_t *focal,
                           const uint8_t *stratum, uint32_t item, struct irt_dif *out)
{
    struct stratum strata[IRT_DIF_STRATUM_MAX] = {0};
    struct mantel sums = {0};
    double count = 0;
    double sum = 0;
    double square = 0;
    bool graded = false;

    for (uint32_t row = 0; row < responses->row_count; row++) {
        double answer = responses->at[(size_t)row * responses->item_count + item];
        struct stratum *at = &strata[stratum[row]];

        if (answer == IRT_MISSING) {
            continue;
        }
        graded |= answer > 1;
        at->count[focal[row]]++;
        at->sum[focal[row]] += answer;
        at->square += answer * answer;
        count++;
        sum += answer;
        square += answer * answer;
    }
    for (int k = 0; k < IRT_DIF_STRATUM_MAX; k++) {
        add_stratum(&strata[k], &sums);
    }
    double deviation = sqrt(fmax(0, square / count - sum * sum / (count * count)));

    if (sums.variance <= 0 || sums.focal == 0 || deviation == 0) {
        return;
    }
    double correction = graded ? 0 : 0.5;
    double gap = fmax(0, fabs(sums.seen - sums.expected) - correction);
    bool has_odds = !graded && sums.odds_above > 0 && sums.odds_below > 0;

    out->odds = has_odds ? sums.odds_above / sums.odds_below : (double)NAN;
    out->delta = has_odds ? DELTA_SCALE * log(out->odds) : (double)NAN;
    out->mean_gap = sums.gap / sums.focal / deviation;
    out->gap_error = sqrt(sums.gap_variance) / sums.focal / deviation;
    out->chi2 = gap * gap / sums.variance;
    out->p = 1 - num_chi2_cdf(out->chi2, 1);
    out->class = classify(out, !has_odds);
}

static double rise(double larger, double smaller, double *p)
{
    double chi2 = fmax(0, 2 * (larger - smaller));

    *p = 1 - num_chi2_cdf(chi2, 1);
    return chi2;
}

/* Score alone, score and group, and both with their product. */
static void regress(struct arena *arena, const struct item_rows *rows, struct irt_dif *out)
{
    struct arena_mark mark = arena_mark(arena);
    double *columns = arena_array(arena, double, (size_t)rows->count * 3);
    double likelihood[3];

    for (uint32_t i = 0; i < rows->count; i++) {
        double score = 4 * (rows->score[i] - 0.5); /* of about unit spread */

        columns[3 * (size_t)i] = score;
        columns[3 * (size_t)i + 1] = rows->group[i];
        columns[3 * (size_t)i + 2] = score * rows->group[i];
    }
    for (uint32_t k = 0; k < 3; k++) {
        struct irt_ordinal problem = {.answers = rows->answer,
                                      .columns = columns,
                                      .row_count = rows->count,
                                      .stride = 3,
                                      .column_count = k + 1,
                                      .category_count = rows->most + 1U};

        likelihood[k] = irt_ordinal_fit(&problem, NULL);
    }
    out->uniform_chi2 = rise(likelihood[1], likelihood[0], &out->uniform_p);
    out->crossing_chi2 = rise(likelihood[2], likelihood[1], &out->crossing_p);
    arena_undo(arena, mark);
}

enum err irt_dif(struct arena *arena, const struct irt_responses *responses, const uint8_t *focal,
                 struct irt_dif *out, struct fault *fault)
{
    TRY(check(responses, focal, fault));
    struct arena_mark mark = arena_mark(arena);
    double *scores = match_scores(arena, responses);
    uint8_t *stratum = stratify(arena, scores, responses->row_count);

    for (uint32_t item = 0; item < responses->item_count; item++) {
        struct arena_mark inner = arena_mark(arena);
        struct item_rows rows = rows_of(arena, responses, focal, scores, item);

        out[item] = (struct irt_dif){.count = {rows.group_count[0], rows.group_count[1]},
                                     .odds = (double)NAN,
                                     .delta = (double)NAN,
                                     .p = 1,
                                     .uniform_p = 1,
                                     .crossing_p = 1};
        if (rows.group_count[0] >= IRT_DIF_GROUP_MIN && rows.group_count[1] >= IRT_DIF_GROUP_MIN) {
            compare_strata(responses, focal, stratum, item, &out[item]);
        }
        if (out[item].class != IRT_DIF_NOT_ENOUGH && rows.most < IRT_CATEGORY_MAX) {
            regress(arena, &rows, &out[item]);
        }
        arena_undo(arena, inner);
    }
    arena_undo(arena, mark);
    return OK;
}
