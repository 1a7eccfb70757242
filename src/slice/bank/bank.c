#include "slice/bank/bank.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"
#include "engine/item/item.h"
#include "engine/item/lint.h"
#include "slice/account/account.h"
#include "slice/bank/bank_inside.h"
#include "slice/bank/bank_sql.h"
#include "slice/installation.h"
#include "store/work.h"
#include "sys/secret.h"

static enum err none(struct work *work)
{
    return work_fail(work, ERR_NOT_FOUND, "there is no such item, or none you may see");
}

enum err bank_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct item_owner_find_row owner;
    enum err err = item_owner_find(work, &(struct item_owner_find_args){.id = id}, &owner);

    if (err == OK) {
        err = account_may_reach(work, owner.organisation_id);
    }
    if (err == ERR_NOT_FOUND) {
        return none(work);
    }
    TRY(err);
    *organisation_id = owner.organisation_id;
    return OK;
}

enum err bank_check(struct work *work, struct text body, struct item *out)
{
    struct item_findings findings;
    struct item item;

    TRY(item_read(work->arena, body, &item, &work->fault));
    TRY(item_lint(work->arena, &item, 1, &findings, &work->fault));
    for (size_t i = 0; i < findings.count; i++) {
        const struct item_finding *found = &findings.at[i];

        if (found->is_error &&
            strcmp(found->place, "enemies") != 0) { /* other items are in the store */
            return work_fail_field(work, ERR_INVALID, found->place, "%s", found->text);
        }
    }
    if (item.domain[0] == '\0') {
        return work_fail_field(work, ERR_INVALID, "domain", "name the field of expertise");
    }
    *out = item;
    return OK;
}

enum err bank_write_version(struct work *work, const char *id, int64_t version, const char *body)
{
    const char *author = work->who == NULL ? NULL : work->who->person_id;
    const char *hash = sha256_hex(work->arena, text_of(body));

    return item_version_insert(
        work,
        &(struct item_version_insert_args){
            .organisation_id = work->organisation_id,
            .item_id = id,
            .version_number = version,
            .body = body,
            .content_hash = hash,
            .signature = signature_hex(work->arena, &work->installation->signing, text_of(hash)),
            .created_at = work->now_us,
            .created_by = author,
        });
}

/* Codes have no line ends. */
static const char *lines_of(struct arena *arena, const struct texts *texts)
{
    struct buffer buffer = buffer_new(arena);

    for (size_t i = 0; i < texts->count; i++) {
        buffer_print(&buffer, "%s%s", i == 0 ? "" : "\n", texts->at[i]);
    }
    return texts->count == 0 ? "" : arena_copy(arena, buffer.at, buffer.size);
}

enum err bank_write_item(struct work *work, const struct item *item, const char *body,
                         const char **id)
{
    const char *made = work_new_id(work, "itm");
    enum err err =
        item_insert(work, &(struct item_insert_args){
                              .id = made,
                              .organisation_id = work->organisation_id,
                              .code = item->code,
                              .domain = item->domain,
                              .block = item->block,
                              .item_kind = item->kind,
                              .difficulty = item->level,
                              .part_count = (int64_t)item->parts.count,
                              .enemies = lines_of(work->arena, &item->enemies),
                              .item_status = item->status,
                              .version_number = 1,
                              .created_at = work->now_us,
                              .created_by = work->who == NULL ? NULL : work->who->person_id,
                          });

    if (err == ERR_CONFLICT) {
        return work_fail_field(work, err, "code", "there is an item %s already", item->code);
    }
    TRY(err);
    TRY(bank_write_version(work, made, 1, body));
    *id = made;
    return OK;
}

enum err bank_add(struct work *work, const char *body, const char **id)
{
    struct item item;

    work->organisation_id = work->who->organisation_id;
    TRY(bank_check(work, text_of(body), &item));
    TRY(bank_write_item(work, &item, body, id));
    return audit(work, "item.add", *id, "{}");
}

enum err bank_revise(struct work *work, const char *id, const char *body, int64_t before)
{
    struct item_row row;
    struct item item;
    int64_t changed;
    enum err err = item_by_id(
        work, &(struct item_by_id_args){.id = id, .organisation_id = work->organisation_id}, &row);

    if (err == ERR_NOT_FOUND) {
        return none(work);
    }
    TRY(err);
    TRY(bank_check(work, text_of(body), &item));
    if (strcmp(item.code, row.code) != 0 || strcmp(item.kind, row.item_kind) != 0 ||
        strcmp(item.domain, row.domain) != 0) {
        return work_fail_field(work, ERR_CONFLICT, "code",
                               "code, kind and domain stay as they are: add a new item instead");
    }
    TRY(item_revise(work,
                    &(struct item_revise_args){.id = id,
                                               .organisation_id = work->organisation_id,
                                               .block = item.block,
                                               .difficulty = item.level,
                                               .part_count = (int64_t)item.parts.count,
                                               .enemies = lines_of(work->arena, &item.enemies),
                                               .version_number = before + 1,
                                               .version_before = before},
                    &changed));
    if (changed == 0) {
        return work_fail_field(work, ERR_CONFLICT, "version_number",
                               "somebody else has revised it: version %lld is current",
                               (long long)row.version_number);
    }
    TRY(bank_write_version(work, id, before + 1, body));
    return audit(work, "item.revise", id, "{}");
}

enum err bank_set_status(struct work *work, const char *id, const char *status, const char *reason)
{
    int64_t changed;

    if (strcmp(status, "suspended") == 0 && (reason == NULL || reason[0] == '\0')) {
        return work_fail_field(work, ERR_INVALID, "reason", "say why it is suspended");
    }
    TRY(item_set_status(work,
                        &(struct item_set_status_args){.id = id,
                                                       .organisation_id = work->organisation_id,
                                                       .item_status = status,
                                                       .status_reason = reason},
                        &changed));
    if (changed == 0) {
        return none(work);
    }
    return audit(work, "item.status", id, arena_print(work->arena, "{\"status\":\"%s\"}", status));
}

enum err bank_version(struct work *work, const char *id, int64_t version, struct item *out)
{
    struct item_version_find_row row;

    TRY(item_version_find(work,
                          &(struct item_version_find_args){.item_id = id,
                                                           .organisation_id = work->organisation_id,
                                                           .version_number = version},
                          &row));
    return item_read(work->arena, text_of(row.body), out, &work->fault);
}

enum err bank_shown(struct work *work, const char *id)
{
    return item_show(work,
                     &(struct item_show_args){.id = id, .organisation_id = work->organisation_id});
}
