#include "engine/agree/table.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"

static enum err check_rating(const struct agree_input *input, size_t index, struct fault *fault)
{
    const struct agree_rating *rating = &input->ratings[index];

    if (rating->unit >= input->unit_count || rating->rater >= input->rater_count ||
        rating->value >= input->value_count) {
        return fail(fault, ERR_INVALID,
                    "rating %zu names unit %u, rater %u, value %u, but there are only %u, %u, %u",
                    index, rating->unit, rating->rater, rating->value, input->unit_count,
                    input->rater_count, input->value_count);
    }
    return OK;
}

/* Where squares would leave the range of numbers, take scores in another unit: no coefficient
 * depends on it, and a power of two rounds nothing. */
static void rescale(double *scores, uint32_t count)
{
    double most = 0;
    int exponent = 0;

    for (uint32_t k = 0; k < count; k++) {
        most = fmax(most, fabs(scores[k]));
    }
    if (most > 0 && (most > 1e100 || most < 1e-100)) {
        (void)frexp(most, &exponent);
    }
    for (uint32_t k = 0; exponent != 0 && k < count; k++) {
        scores[k] = ldexp(scores[k], -exponent);
    }
}

static enum err take_scores(struct arena *arena, const struct agree_input *input,
                            const double **out, struct fault *fault)
{
    double *scores = arena_array(arena, double, input->value_count);

    for (uint32_t k = 0; k < input->value_count; k++) {
        scores[k] = input->scores == NULL ? k : input->scores[k];
        if (!isfinite(scores[k]) || (k > 0 && scores[k] <= scores[k - 1])) {
            return fail(fault, ERR_INVALID,
                        "the score of value %u is %g, but scores must be finite and ascend", k,
                        scores[k]);
        }
    }
    rescale(scores, input->value_count);
    *out = scores;
    return OK;
}

static int by_rater(const void *left, const void *right)
{
    const struct seat *a = left;
    const struct seat *b = right;

    return (a->rater > b->rater) - (a->rater < b->rater);
}

static int by_value(const void *left, const void *right)
{
    const struct seat *a = left;
    const struct seat *b = right;

    return a->value != b->value ? (a->value > b->value) - (a->value < b->value) : by_rater(a, b);
}

/* Most units have a handful of ratings, for which qsort is slow. */
static void sort_seats(struct seat *seats, uint32_t count,
                       int (*compare)(const void *left, const void *right))
{
    enum { FEW = 24 };

    if (count > FEW) {
        qsort(seats, count, sizeof(*seats), compare);
        return;
    }
    for (uint32_t i = 1; i < count; i++) {
        struct seat moved = seats[i];
        uint32_t at = i;

        for (; at > 0 && compare(&seats[at - 1], &moved) > 0; at--) {
            seats[at] = seats[at - 1];
        }
        seats[at] = moved;
    }
}

static enum err sort_unit(struct seat *seats, uint32_t count, uint32_t unit, struct fault *fault)
{
    sort_seats(seats, count, by_rater);
    for (uint32_t i = 1; i < count; i++) {
        if (seats[i].rater == seats[i - 1].rater) {
            return fail(fault, ERR_INVALID, "rater %u rated unit %u twice, but may do so once",
                        seats[i].rater, unit);
        }
    }
    sort_seats(seats, count, by_value);
    return OK;
}

static enum err bucket_by_unit(struct arena *arena, const struct agree_input *input,
                               struct agree_table *table, struct fault *fault)
{
    uint32_t *starts = arena_array(arena, uint32_t, (size_t)input->unit_count + 2);
    struct seat *seats = arena_array(arena, struct seat, input->rating_count);

    for (size_t i = 0; i < input->rating_count; i++) {
        TRY(check_rating(input, i, fault));
        starts[(size_t)input->ratings[i].unit + 2]++;
    }
    for (size_t unit = 2; unit <= input->unit_count; unit++) {
        starts[unit] += starts[unit - 1];
    }
    for (size_t i = 0; i < input->rating_count; i++) { /* afterwards starts[u + 1] ends unit u */
        const struct agree_rating *rating = &input->ratings[i];

        seats[starts[(size_t)rating->unit + 1]++] =
            (struct seat){.rater = rating->rater, .value = rating->value};
    }
    for (uint32_t unit = 0; unit < input->unit_count; unit++) {
        TRY(sort_unit(seats + starts[unit], starts[unit + 1] - starts[unit], unit, fault));
    }
    table->starts = starts;
    table->seats = seats;
    return OK;
}

static void count_rated(struct arena *arena, struct agree_table *table)
{
    struct arena_mark mark = arena_mark(arena);
    bool *seen = arena_array(arena, bool, table->rater_count);

    for (uint32_t unit = 0; unit < table->unit_count; unit++) {
        uint32_t size = table->starts[unit + 1] - table->starts[unit];

        table->rated_unit_count += size > 0;
        table->paired_count += size > 1;
        table->paired_ratings += size > 1 ? size : 0;
        table->widest = size > table->widest ? size : table->widest;
    }
    for (uint32_t i = 0; i < table->starts[table->unit_count]; i++) {
        table->rated_rater_count += !seen[table->seats[i].rater];
        seen[table->seats[i].rater] = true;
    }
    arena_undo(arena, mark);
}

enum err agree_table_build(struct arena *arena, const struct agree_input *input,
                           const struct agree_table **out, struct fault *fault)
{
    struct agree_table *table = arena_new_of(arena, struct agree_table);

    if (input->rating_count > UINT32_MAX - 1) {
        return fail(fault, ERR_LIMIT, "there are %zu ratings, but at most %u are taken",
                    input->rating_count, UINT32_MAX - 1);
    }
    table->unit_count = input->unit_count;
    table->rater_count = input->rater_count;
    table->value_count = input->value_count;
    TRY(take_scores(arena, input, &table->scores, fault));
    TRY(bucket_by_unit(arena, input, table, fault));
    count_rated(arena, table);
    *out = table;
    return OK;
}

static uint64_t hash_of(const struct pattern *pattern, bool by_rater)
{
    uint64_t hash = pattern->size;

    for (uint32_t i = 0; i < pattern->size; i++) {
        uint64_t word =
            pattern->seats[i].value | (by_rater ? (uint64_t)pattern->seats[i].rater << 32 : 0);

        hash = (hash ^ word) * 0x9e3779b97f4a7c15;
        hash ^= hash >> 29;
    }
    return hash;
}

static bool alike(const struct pattern *left, const struct pattern *right, bool by_rater)
{
    if (left->size != right->size) {
        return false;
    }
    for (uint32_t i = 0; i < left->size; i++) {
        if (left->seats[i].value != right->seats[i].value ||
            (by_rater && left->seats[i].rater != right->seats[i].rater)) {
            return false;
        }
    }
    return true;
}

struct patterns patterns_of(struct arena *arena, const struct agree_table *table, bool by_rater)
{
    struct pattern *patterns = arena_array(arena, struct pattern, table->rated_unit_count);
    uint32_t count = 0;
    size_t slot_count = 64;

    while (slot_count < (size_t)table->rated_unit_count * 2) {
        slot_count *= 2;
    }
    struct arena_mark mark = arena_mark(arena);
    uint32_t *slots = arena_array(arena, uint32_t, slot_count); /* pattern plus one; zero: empty */

    for (uint32_t unit = 0; unit < table->unit_count; unit++) {
        struct pattern pattern = {.seats = table->seats + table->starts[unit],
                                  .size = table->starts[unit + 1] - table->starts[unit],
                                  .multiplicity = 1};
        size_t slot = hash_of(&pattern, by_rater) & (slot_count - 1);

        if (pattern.size == 0) {
            continue;
        }
        while (slots[slot] != 0 && !alike(&patterns[slots[slot] - 1], &pattern, by_rater)) {
            slot = (slot + 1) & (slot_count - 1);
        }
        if (slots[slot] == 0) {
            patterns[count++] = pattern;
            slots[slot] = count;
        } else {
            patterns[slots[slot] - 1].multiplicity++;
        }
    }
    arena_undo(arena, mark);
    return (struct patterns){.at = patterns, .count = count};
}
