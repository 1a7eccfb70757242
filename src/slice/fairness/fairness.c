#include "slice/fairness/fairness.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "slice/account/account.h"
#include "slice/fairness/fairness_sql.h"
#include "store/work.h"

enum { ROWS_AT_ONCE = 2000, ROUNDS_MAX = 500, ATTRIBUTES = 5, GROUPS_MAX = 400 };

static const char *const NAMES[ATTRIBUTES] = {"sex", "ethnicity", "age_band", "disability",
                                              "sex and ethnicity"};

struct gathering {
    struct work *work;
    struct judged_row *rows;
    size_t count;
    size_t room;
};

static enum err gather(struct gathering *all, const char *domain)
{
    const char *after = "";

    for (int round = 0; round < ROUNDS_MAX; round++) {
        struct judged_row *rows;
        size_t count;

        TRY(judged_rows(
            all->work,
            &(struct judged_rows_args){.organisation_id = all->work->who->organisation_id,
                                       .domain = domain,
                                       .id = after,
                                       .row_max = ROWS_AT_ONCE},
            &rows, &count));
        if (all->count + count > all->room) {
            size_t room = (all->count + count) * 2;
            struct judged_row *larger = arena_array(all->work->arena, struct judged_row, room);

            for (size_t i = 0; i < all->count; i++) {
                larger[i] = all->rows[i];
            }
            all->rows = larger;
            all->room = room;
        }
        for (size_t i = 0; i < count; i++) {
            all->rows[all->count++] = rows[i];
        }
        if (count < ROWS_AT_ONCE) {
            return OK;
        }
        after = rows[count - 1].id;
    }
    return OK;
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

static double median_of(struct arena *arena, const struct gathering *all)
{
    double *estimates = arena_array(arena, double, all->count + 1);
    size_t count = 0;

    for (size_t i = 0; i < all->count; i++) {
        if (isfinite(all->rows[i].estimate)) {
            estimates[count++] = all->rows[i].estimate;
        }
    }
    qsort(estimates, count, sizeof(*estimates), by_value);
    return count == 0 ? (double)NAN : estimates[count / 2];
}

/* What a person said, as the name of a group; NULL: nothing, or not to say. */
static const char *group_of(struct arena *arena, const struct judged_row *row, size_t attribute)
{
    const char *const values[] = {row->sex, row->ethnicity, row->age_band, row->disability};

    if (attribute == 4) {
        const char *sex = group_of(arena, row, 0);
        const char *ethnicity = group_of(arena, row, 1);

        return sex == NULL || ethnicity == NULL ? NULL
                                                : arena_print(arena, "%s, %s", sex, ethnicity);
    }
    const char *value = values[attribute];

    return value == NULL || value[0] == '\0' || strcmp(value, "not said") == 0 ? NULL : value;
}

/* Ratios of all groups of one attribute. */
static enum err weigh(struct work *work, struct group_rate *groups, size_t count)
{
    struct irt_group_rate *rates = arena_array(work->arena, struct irt_group_rate, count);
    struct irt_impact *impacts = arena_array(work->arena, struct irt_impact, count);
    uint32_t reference;

    if (count == 0) {
        return OK;
    }
    for (int scoring = 1; scoring >= 0; scoring--) {
        for (size_t i = 0; i < count; i++) {
            rates[i].persons = (double)groups[i].persons;
            rates[i].passed = (double)(scoring ? groups[i].above_median : groups[i].passed);
        }
        TRY(irt_impact(rates, (uint32_t)count, impacts, &reference, &work->fault));
        for (size_t i = 0; i < count; i++) {
            *(scoring ? &groups[i].scoring : &groups[i].impact) = impacts[i];
        }
    }
    groups[reference].reference = true;
    return OK;
}

static void count_groups(struct arena *arena, const struct gathering *all, size_t attribute,
                         double median, struct fairness_report *report)
{
    struct map *names = map_new(arena);
    size_t first = report->count;

    for (size_t i = 0; i < all->count; i++) {
        const struct judged_row *row = &all->rows[i];
        const char *name = group_of(arena, row, attribute);

        if (name == NULL || (map_count(names) >= GROUPS_MAX / ATTRIBUTES &&
                             !map_find(names, text_of(name), &(uint32_t){0}))) {
            continue;
        }
        uint32_t number = map_add(names, text_of(name));
        struct group_rate *group = &report->groups[first + number];

        group->attribute = NAMES[attribute];
        group->group = map_key(names, number).at;
        group->persons++;
        group->passed += row->outcome != NULL && strcmp(row->outcome, "passed") == 0;
        group->above_median += row->estimate > median;
    }
    report->count = first + map_count(names);
}

enum err fairness_report(struct work *work, const char *domain, struct fairness_report *out)
{
    struct gathering all = {.work = work};
    struct fairness_report report = {
        .groups = arena_array(work->arena, struct group_rate, GROUPS_MAX + ATTRIBUTES)};

    TRY(gather(&all, domain));
    double median = median_of(work->arena, &all);

    report.interviews = (int64_t)all.count;
    for (size_t i = 0; i < all.count; i++) {
        report.unknown += all.rows[i].sex == NULL;
    }
    for (size_t attribute = 0; attribute < ATTRIBUTES; attribute++) {
        size_t first = report.count;

        count_groups(work->arena, &all, attribute, median, &report);
        TRY(weigh(work, &report.groups[first], report.count - first));
    }
    *out = report;
    return OK;
}
