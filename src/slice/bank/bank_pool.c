#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "engine/item/item.h"
#include "slice/bank/bank.h"
#include "slice/bank/bank_sql.h"
#include "store/work.h"

/* Parameters count for the version that they were fitted to. */
static enum err read_model(struct work *work, const struct pool_row *row, struct bank_entry *entry)
{
    struct irt_item *out = &entry->model;
    struct json *steps;

    *out = entry->prior;
    if (row->steps == NULL || row->fitted_version != row->version_number) {
        return OK;
    }
    TRY(json_parse(work->arena, text_of(row->steps), &steps, &work->fault));
    if (steps->kind != JSON_LIST || steps->count + 1 != out->category_count) {
        return OK; /* made by another version: what is expected by level will do */
    }
    entry->calibration_id = row->calibration_id;
    out->slope = row->slope;
    out->guess = row->guess;
    uint32_t k = 0;

    for (const struct json *one = steps->first; one != NULL; one = one->next) {
        out->intercept[k++] = one->real;
    }
    return OK;
}

static struct texts lines_of(struct arena *arena, const char *lines)
{
    struct text rest = text_of(lines);
    const char **at = arena_array(arena, const char *, text_lines(rest) + 1);
    struct texts texts = {.at = at};
    struct text line;

    while (text_cut(&rest, '\n', &line)) {
        at[texts.count++] = arena_copy(arena, line.at, line.size);
    }
    return texts;
}

/* Chosen is by what the rows say: no item's text is read. */
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
        const struct item known = {.kind = rows[i].item_kind,
                                   .level = rows[i].difficulty,
                                   .parts = {.count = (size_t)rows[i].part_count}};

        entries[i] = (struct bank_entry){.id = rows[i].id,
                                         .code = rows[i].code,
                                         .block = rows[i].block,
                                         .kind = rows[i].item_kind,
                                         .status = rows[i].item_status,
                                         .part_count = known.parts.count,
                                         .enemies = lines_of(work->arena, rows[i].enemies),
                                         .version = rows[i].version_number,
                                         .shown = rows[i].shown_count,
                                         .prior = item_prior(&known)};
        TRY(read_model(work, &rows[i], &entries[i]));
    }
    *out = entries;
    return OK;
}
