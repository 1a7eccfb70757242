#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "slice/account/account.h"
#include "slice/bank/bank.h"
#include "slice/fairness/fairness.h"
#include "slice/fairness/fairness_sql.h"
#include "store/work.h"

enum { RESPONSES_MAX = 200000 };

struct table {
    struct map *persons; /* interviews */
    struct map *items;
    uint8_t *focal; /* [person] */
    uint8_t *cells; /* [person][item] */
    const char **codes;
    int64_t *answers; /* [item] */
};

static const char *value_of(const struct response_row *row, const char *attribute)
{
    return strcmp(attribute, "sex") == 0         ? row->sex
           : strcmp(attribute, "ethnicity") == 0 ? row->ethnicity
           : strcmp(attribute, "age_band") == 0  ? row->age_band
                                                 : row->disability;
}

/* Persons of the two groups and items, numbered; then the table of categories. */
static void fill(struct arena *arena, const struct response_row *rows, size_t count,
                 const struct group_pair *pair, struct table *table)
{
    *table = (struct table){.persons = map_new(arena), .items = map_new(arena)};
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < count; i++) {
            const char *group = value_of(&rows[i], pair->attribute);
            bool is_focal = strcmp(group, pair->focal) == 0;

            if (!is_focal && strcmp(group, pair->reference) != 0) {
                continue;
            }
            uint32_t person = map_add(table->persons, text_of(rows[i].interview_id));
            uint32_t item = map_add(table->items, text_of(rows[i].item_id));

            if (pass == 1) {
                table->focal[person] = is_focal;
                table->codes[item] = rows[i].code;
                table->answers[item]++;
                table->cells[(size_t)person * map_count(table->items) + item] =
                    (uint8_t)rows[i].category;
            }
        }
        if (pass == 0) {
            size_t cells = (size_t)map_count(table->persons) * map_count(table->items);

            table->focal = arena_array(arena, uint8_t, map_count(table->persons) + 1);
            table->codes = arena_array(arena, const char *, map_count(table->items) + 1);
            table->answers = arena_array(arena, int64_t, map_count(table->items) + 1);
            table->cells = arena_array(arena, uint8_t, cells + 1);
            memset(table->cells, IRT_MISSING, cells);
        }
    }
}

static bool has_both(const struct table *table)
{
    uint32_t focal = 0;
    uint32_t count = map_count(table->persons);

    for (uint32_t i = 0; i < count; i++) {
        focal += table->focal[i];
    }
    return focal > 0 && focal < count;
}

static const char *const CLASSES[] = {"not enough data", "A", "B", "C"};
static const double Z90 = 1.6448536269514722;

const char *fairness_class_name(enum irt_dif_class class)
{
    return CLASSES[class];
}

double fairness_gap_low(const struct irt_dif *dif)
{
    return dif->mean_gap - Z90 * dif->gap_error;
}

double fairness_gap_high(const struct irt_dif *dif)
{
    return dif->mean_gap + Z90 * dif->gap_error;
}

/* For the item's page. Groups that are too small leave no trace. */
static enum err keep(struct work *work, const struct item_dif *item, const struct group_pair *pair)
{
    const struct irt_dif *dif = &item->dif;

    if (dif->class == IRT_DIF_NOT_ENOUGH) {
        return OK;
    }
    return item_dif_put(work, &(struct item_dif_put_args){.organisation_id = work->organisation_id,
                                                          .item_id = item->item_id,
                                                          .attribute = pair->attribute,
                                                          .focal = pair->focal,
                                                          .reference = pair->reference,
                                                          .dif_class = CLASSES[dif->class],
                                                          .mean_gap = dif->mean_gap,
                                                          .gap_low = fairness_gap_low(dif),
                                                          .gap_high = fairness_gap_high(dif),
                                                          .p = dif->p,
                                                          .focal_count = dif->count[1],
                                                          .reference_count = dif->count[0],
                                                          .is_suspended = item->suspended,
                                                          .computed_at = work->now_us});
}

static enum err suspend(struct work *work, struct item_dif *item, const struct group_pair *pair)
{
    item->suspended = item->dif.class == IRT_DIF_C && item->dif.p < pair->p_max;
    if (!item->suspended) {
        return OK;
    }
    return bank_set_status(work, item->item_id, "suspended",
                           arena_print(work->arena,
                                       "differential item functioning, class C: %s %s against %s",
                                       pair->attribute, pair->focal, pair->reference));
}

enum err fairness_dif(struct work *work, const char *domain, const struct group_pair *pair,
                      struct item_dif **out, size_t *count)
{
    struct response_row *rows;
    struct table table;
    size_t row_count;

    TRY(response_rows(work,
                      &(struct response_rows_args){.organisation_id = work->organisation_id,
                                                   .domain = domain,
                                                   .row_max = RESPONSES_MAX},
                      &rows, &row_count));
    fill(work->arena, rows, row_count, pair, &table);
    *count = 0;
    *out = NULL;
    if (!has_both(&table)) {
        return OK; /* nobody to compare */
    }
    uint32_t item_count = map_count(table.items);
    struct irt_dif *found = arena_array(work->arena, struct irt_dif, item_count);
    struct item_dif *items = arena_array(work->arena, struct item_dif, item_count);
    struct irt_responses responses = {
        .at = table.cells, .row_count = map_count(table.persons), .item_count = item_count};

    TRY(irt_dif(work->arena, &responses, table.focal, found, &work->fault));
    for (uint32_t i = 0; i < item_count; i++) {
        items[i] = (struct item_dif){.item_id = map_key(table.items, i).at,
                                     .code = table.codes[i],
                                     .answers = table.answers[i],
                                     .dif = found[i]};
        TRY(suspend(work, &items[i], pair));
        TRY(keep(work, &items[i], pair));
    }
    *out = items;
    *count = item_count;
    return OK;
}
