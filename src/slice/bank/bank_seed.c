#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "engine/item/item.h"
#include "slice/bank/bank.h"
#include "slice/bank/bank_inside.h"
#include "slice/bank/bank_sql.h"
#include "store/work.h"
#include "sys/embedded.h"

/* The item as the file has it, with the file's domain put in. */
static const char *body_of(struct work *work, const struct item *item)
{
    struct buffer buffer = buffer_new(work->arena);
    struct json_out out = json_to(&buffer);

    json_encode(&out, &item_shape, item);
    return buffer.at;
}

static enum err install_item(struct work *work, const struct item *item)
{
    struct item_by_code_row there;
    const char *id;
    enum err err = item_by_code(
        work,
        &(struct item_by_code_args){.organisation_id = work->organisation_id, .code = item->code},
        &there);

    if (err != ERR_NOT_FOUND) {
        return err;
    }
    return bank_write_item(work, item, body_of(work, item), &id);
}

enum err bank_install(struct work *work, const char *organisation_id)
{
    struct item_bank bank = {0};

    work->organisation_id = organisation_id;
    for (size_t i = 0; i < embedded_bank_count; i++) {
        TRY(item_bank_read(work->arena, text_of(embedded_bank[i].text), &bank, &work->fault));
    }
    for (size_t i = 0; i < bank.count; i++) {
        TRY(install_item(work, &bank.at[i]));
    }
    return OK;
}
