#include "engine/agree/agree.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/agree/table.h"

/* Units by rater: where each rater sits. */
struct seating {
    const uint32_t *starts; /* [rater_count + 1] */
    const uint32_t *units;
};

/* What two raters said of one shared unit. */
struct shared {
    uint32_t left;
    uint32_t right;
};

/* For one rater: the units shared with each later rater, bucketed. */
struct company {
    uint32_t *others; /* the later raters met, ascending */
    uint32_t other_count;
    uint32_t *ends;        /* [rater] where the bucket of a met rater ends; zero before and after */
    struct shared *shared; /* buckets in the order of `others` */
    size_t room;
};

static struct seating seat_raters(struct arena *arena, const struct agree_table *table)
{
    size_t count = table->starts[table->unit_count];
    uint32_t *starts = arena_array(arena, uint32_t, (size_t)table->rater_count + 2);
    uint32_t *units = arena_array(arena, uint32_t, count);

    for (size_t i = 0; i < count; i++) {
        starts[(size_t)table->seats[i].rater + 2]++;
    }
    for (size_t rater = 2; rater <= table->rater_count; rater++) {
        starts[rater] += starts[rater - 1];
    }
    for (uint32_t unit = 0; unit < table->unit_count; unit++) {
        for (uint32_t i = table->starts[unit]; i < table->starts[unit + 1]; i++) {
            units[starts[(size_t)table->seats[i].rater + 1]++] = unit;
        }
    }
    return (struct seating){.starts = starts, .units = units};
}

static uint32_t value_by(const struct agree_table *table, uint32_t unit, uint32_t rater)
{
    uint32_t i = table->starts[unit];

    while (table->seats[i].rater != rater) {
        i++;
    }
    return table->seats[i].value;
}

static int by_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;

    return (a > b) - (a < b);
}

/* Leaves in `ends` where each bucket begins. */
static size_t count_company(const struct agree_table *table, const struct seating *seating,
                            uint32_t rater, struct company *company)
{
    uint32_t total = 0;

    company->other_count = 0;
    for (uint32_t at = seating->starts[rater]; at < seating->starts[rater + 1]; at++) {
        uint32_t unit = seating->units[at];

        for (uint32_t i = table->starts[unit]; i < table->starts[unit + 1]; i++) {
            uint32_t other = table->seats[i].rater;

            if (other > rater && company->ends[other]++ == 0) {
                company->others[company->other_count++] = other;
            }
        }
    }
    qsort(company->others, company->other_count, sizeof(*company->others), by_number);
    for (uint32_t i = 0; i < company->other_count; i++) {
        uint32_t size = company->ends[company->others[i]];

        company->ends[company->others[i]] = total;
        total += size;
    }
    return total;
}

static void collect_company(struct arena *arena, const struct agree_table *table,
                            const struct seating *seating, uint32_t rater, struct company *company)
{
    size_t total = count_company(table, seating, rater, company);

    if (total > company->room) {
        company->room = total * 2;
        company->shared = arena_array(arena, struct shared, company->room);
    }
    for (uint32_t at = seating->starts[rater]; at < seating->starts[rater + 1]; at++) {
        uint32_t unit = seating->units[at];
        uint32_t own = value_by(table, unit, rater);

        for (uint32_t i = table->starts[unit]; i < table->starts[unit + 1]; i++) {
            const struct seat *seat = &table->seats[i];

            if (seat->rater > rater) {
                company->shared[company->ends[seat->rater]++] =
                    (struct shared){.left = own, .right = seat->value};
            }
        }
    }
}

static enum err measure_pair(struct arena *arena, const struct agree_table *table,
                             const struct agree_options *options, const struct shared *shared,
                             uint32_t count, struct agree_result *out, struct fault *fault)
{
    struct arena_mark mark = arena_mark(arena);
    struct agree_rating *ratings = arena_array(arena, struct agree_rating, 2 * (size_t)count);
    const struct agree_table *two;

    for (uint32_t unit = 0; unit < count; unit++) {
        ratings[2 * (size_t)unit] = (struct agree_rating){unit, 0, shared[unit].left};
        ratings[2 * (size_t)unit + 1] = (struct agree_rating){unit, 1, shared[unit].right};
    }
    TRY(agree_table_build(arena,
                          &(struct agree_input){.ratings = ratings,
                                                .rating_count = 2 * (size_t)count,
                                                .unit_count = count,
                                                .rater_count = 2,
                                                .value_count = table->value_count,
                                                .scores = table->scores},
                          &two, fault));
    TRY(agree_measure(arena, two, options, out, fault));
    arena_undo(arena, mark);
    return OK;
}

struct pair_list {
    struct agree_pair *at;
    size_t count;
    size_t room;
    size_t max;
};

static enum err add_pair(struct arena *arena, struct pair_list *list, const struct agree_pair *pair,
                         struct fault *fault)
{
    if (list->count == list->max) {
        return fail(fault, ERR_LIMIT, "more than %zu pairs of raters share a unit", list->max);
    }
    if (list->count == list->room) {
        size_t room = list->room == 0 ? 16 : list->room * 2;

        list->at = arena_grow(arena, list->at, list->room * sizeof(*pair), room * sizeof(*pair));
        list->room = room;
    }
    list->at[list->count++] = *pair;
    return OK;
}

enum err agree_pairs(struct arena *arena, const struct agree_table *table,
                     const struct agree_options *options, size_t pair_max, struct agree_pair **out,
                     size_t *count, struct fault *fault)
{
    ARENA_SCOPE scratch = arena_new();
    ARENA_SCOPE work = arena_new();
    struct seating seating = seat_raters(scratch, table);
    struct company company = {.others = arena_array(scratch, uint32_t, table->rater_count),
                              .ends = arena_array(scratch, uint32_t, table->rater_count)};
    struct pair_list list = {.max = pair_max};

    for (uint32_t rater = 0; rater < table->rater_count; rater++) {
        uint32_t start = 0;

        collect_company(scratch, table, &seating, rater, &company);
        for (uint32_t i = 0; i < company.other_count; i++) {
            uint32_t other = company.others[i];
            struct agree_pair pair = {.left = rater, .right = other};

            TRY(measure_pair(work, table, options, company.shared + start,
                             company.ends[other] - start, &pair.result, fault));
            TRY(add_pair(arena, &list, &pair, fault));
            start = company.ends[other];
            company.ends[other] = 0;
        }
    }
    *out = list.at;
    *count = list.count;
    return OK;
}
