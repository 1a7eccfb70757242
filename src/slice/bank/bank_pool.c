#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "engine/item/item.h"
#include "slice/bank/bank.h"
#include "slice/bank/bank_sql.h"
#include "store/work.h"

/* Parameters count for the version that they were fitted to. */
static enum err read_model(struct work *work, const struct pool_row *row, const struct item *item,
                           struct irt_item *out, const char **calibration_id)
{
    struct json *steps;

    *calibration_id = NULL;
    *out = item_prior(item);
    if (row->steps == NULL || row->fitted_version != row->version_number) {
        return OK;
    }
    TRY(json_parse(work->arena, text_of(row->steps), &steps, &work->fault));
    if (steps->kind != JSON_LIST || steps->count + 1 != out->category_count) {
        return OK; /* made by another version: what is expected by level will do */
    }
    *calibration_id = row->calibration_id;
    out->slope = row->slope;
    out->guess = row->guess;
    uint32_t k = 0;

    for (const struct json *one = steps->first; one != NULL; one = one->next) {
        out->intercept[k++] = one->real;
    }
    return OK;
}

enum err bank_pool(struct work *work, const char *domain, struct bank_entry **out, size_t *count)
{
    struct pool_row *rows;

    TRY(item_pool(work,
                  &(struct item_pool_args){.organisation_id = work->organisation_id,
                                           .domain = domain,
                                           .row_max = BANK_POOL_MAX},
                  &rows, count));
    struct bank_entry *entries = arena_array(work->arena, struct bank_entry, *count);

    for (size_t i = 0; i < *count; i++) {
        struct item *item = arena_new_of(work->arena, struct item);

        TRY(item_read(work->arena, text_of(rows[i].body), item, &work->fault));
        entries[i] = (struct bank_entry){.id = rows[i].id,
                                         .status = rows[i].item_status,
                                         .version = rows[i].version_number,
                                         .shown = rows[i].shown_count,
                                         .item = item};
        TRY(read_model(work, &rows[i], item, &entries[i].model, &entries[i].calibration_id));
    }
    *out = entries;
    return OK;
}
