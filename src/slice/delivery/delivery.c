#include "slice/delivery/delivery.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/shape.h"
#include "base/time.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/campaign/campaign.h"
#include "slice/delivery/delivery_job.h"
#include "slice/delivery/delivery_sql.h"
#include "slice/delivery/package.h"
#include "store/work.h"
#include "sys/secret.h"

enum err delivery_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct delivery_owner_find_row row;
    enum err err = delivery_owner_find(work, &(struct delivery_owner_find_args){.id = id}, &row);

    if (err == OK) {
        err = campaign_owner(work, row.campaign_id, organisation_id);
    }
    return err == ERR_NOT_FOUND
               ? work_fail(work, err, "there is no delivery %.40s, or none you may see", id)
               : err;
}

static enum err formats_json(struct work *work, const struct texts *formats, const char **out)
{
    struct buffer buffer = buffer_new(work->arena);
    struct json_out json = json_to(&buffer);

    json_open(&json, '[');
    for (size_t i = 0; i < formats->count; i++) {
        if (package_format_named(formats->at[i]) == NULL) {
            return work_fail_field(work, ERR_INVALID, "formats", "there is no format \"%.60s\"",
                                   formats->at[i]);
        }
        json_text(&json, formats->at[i]);
    }
    json_close(&json, ']');
    *out = buffer.at;
    return OK;
}

enum err delivery_add(struct work *work, const char *campaign_id, const struct texts *formats,
                      const char **id)
{
    struct delivery_last_row last;
    struct delivery_insert_args row = {
        .id = work_new_id(work, "dlv"),
        .organisation_id = work->organisation_id,
        .campaign_id = campaign_id,
        .created_at = work->now_us,
        .created_by = work->who->person_id,
    };
    const char *arguments = arena_print(work->arena, "{\"delivery_id\":\"%s\"}", row.id);

    TRY(formats_json(work, formats, &row.formats));
    TRY(delivery_last(work,
                      &(struct delivery_last_args){.campaign_id = campaign_id,
                                                   .organisation_id = work->organisation_id},
                      &last));
    row.number = last.number + 1;
    TRY(job_request(work, DELIVERY_JOB, arguments, NULL, &row.job_id));
    TRY(delivery_insert(work, &row));
    TRY(audit(work, "delivery.make", row.id, "{}"));
    *id = row.id;
    return OK;
}

enum err delivery_link(struct work *work, const char *delivery_id, int64_t hours,
                       const char **token, int64_t *expires_at)
{
    struct delivery_row delivery;

    TRY(delivery_by_id(
        work,
        &(struct delivery_by_id_args){.id = delivery_id, .organisation_id = work->organisation_id},
        &delivery));
    if (strcmp(delivery.state, "ready") != 0) {
        return work_fail(work, ERR_CONFLICT, "the delivery is %s", delivery.state);
    }
    *token = secret_token(work->arena, "dl_");
    *expires_at = work->now_us + hours * TIME_HOUR;
    TRY(download_link_insert(work, &(struct download_link_insert_args){
                                       .token_hash = sha256_hex(work->arena, text_of(*token)),
                                       .organisation_id = work->organisation_id,
                                       .delivery_id = delivery_id,
                                       .created_at = work->now_us,
                                       .created_by = work->who->person_id,
                                       .expires_at = *expires_at,
                                   }));
    return audit(work, "delivery.link", delivery_id, "{}");
}
