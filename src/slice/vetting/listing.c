#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "slice/account/account.h"
#include "slice/vetting/vetting.h"
#include "slice/vetting/vetting_sql.h"
#include "store/work.h"
#include "sys/secret.h"

#define LINK_LIFE (90 * TIME_DAY)

static enum err none(struct work *work)
{
    return work_fail(work, ERR_NOT_FOUND, "there is no such listing, or none you may see");
}

enum err listing_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct listing_row *row = arena_new_of(work->arena, struct listing_row);
    enum err err = listing_find(work, &(struct listing_find_args){.id = id}, row);

    if (err == OK) {
        err = account_may_reach(work, row->organisation_id);
    }
    if (err == ERR_NOT_FOUND) {
        return none(work);
    }
    TRY(err);
    *organisation_id = row->organisation_id;
    return OK;
}

enum err listing_to_apply(struct work *work, const char *id, const char **organisation_id)
{
    struct listing_row *row = arena_new_of(work->arena, struct listing_row);
    enum err err = listing_find(work, &(struct listing_find_args){.id = id}, row);

    if (err == ERR_NOT_FOUND || (err == OK && strcmp(row->listing_state, "draft") == 0) ||
        (err == OK && account_may_reach(work, row->organisation_id) != OK)) {
        return none(work);
    }
    TRY(err);
    *organisation_id = row->organisation_id;
    return OK;
}

enum err listing_add(struct work *work, const struct listing_draft *draft, const char **id)
{
    struct listing_insert_args row = {
        .id = work_new_id(work, "lst"),
        .organisation_id = work->who->organisation_id,
        .title = draft->title,
        .description = draft->description,
        .domain = draft->domain,
        .difficulty = draft->difficulty,
        .languages = draft->languages,
        .hours_week = draft->hours_week,
        .rate_low_minor = draft->rate_low_minor,
        .rate_high_minor = draft->rate_high_minor,
        .currency = draft->currency,
        .assessed = draft->assessed,
        .interview_min = draft->interview_min,
        .answer_days = draft->answer_days,
        .item_max = draft->item_max,
        .owner_id = work->who->person_id,
        .created_at = work->now_us,
        .created_by = work->who->person_id,
    };

    if (draft->rate_low_minor > draft->rate_high_minor) {
        return work_fail_field(work, ERR_INVALID, "rate_high_minor",
                               "the upper end of the rate is below the lower one");
    }
    TRY(listing_insert(work, &row));
    work->organisation_id = row.organisation_id;
    TRY(audit(work, "listing.add", row.id, "{}"));
    *id = row.id;
    return OK;
}

static enum err tell_waiting(struct work *work, const struct listing_row *listing)
{
    struct waiting_row *rows;
    size_t count;

    TRY(application_open_of_listing(
        work,
        &(struct application_open_of_listing_args){.listing_id = listing->id,
                                                   .organisation_id = work->organisation_id},
        &rows, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(notify(work,
                   &(struct notice_draft){
                       .person_id = rows[i].person_id,
                       .kind = "listing",
                       .title = arena_print(work->arena, "\"%s\" takes no more applications",
                                            listing->title),
                       .message = "Yours stays. An interview that you finish counts for every "
                                  "listing of the field.",
                       .link = "/applications",
                   }));
    }
    return OK;
}

enum err listing_set(struct work *work, const char *id, const char *state)
{
    struct listing_row listing;
    int64_t changed = 0;

    TRY(listing_find(work, &(struct listing_find_args){.id = id}, &listing));
    if (strcmp(listing.listing_state, state) == 0) {
        return OK;
    }
    TRY(listing_set_state(work,
                          &(struct listing_set_state_args){.id = id,
                                                           .organisation_id = work->organisation_id,
                                                           .listing_state = state,
                                                           .state_before = listing.listing_state},
                          &changed));
    if (strcmp(state, "closed") == 0) {
        TRY(tell_waiting(work, &listing));
    }
    return audit(work, strcmp(state, "open") == 0 ? "listing.open" : "listing.close", id, "{}");
}

enum err link_make(struct work *work, const char *listing_id, const char **token)
{
    bool is_office = (work->who->roles & ROLE_OPERATOR) != 0;
    const char *made = secret_token(work->arena, is_office ? "in_" : "re_");

    TRY(link_insert(work, &(struct link_insert_args){
                              .id = work_new_id(work, "lnk"),
                              .organisation_id = work->organisation_id,
                              .listing_id = listing_id,
                              .link_kind = is_office ? "invite" : "referral",
                              .token_hash = sha256_hex(work->arena, text_of(made)),
                              .person_id = work->who->person_id,
                              .created_at = work->now_us,
                              .expires_at = work->now_us + LINK_LIFE,
                          }));
    *token = made;
    return audit(work, "listing.link", listing_id, "{}");
}

enum err link_find(struct work *work, const char *listing_id, const char *token,
                   struct link_by_token_row *out)
{
    struct link_by_token_row link;
    enum err err = link_by_token(
        work, &(struct link_by_token_args){.token_hash = sha256_hex(work->arena, text_of(token))},
        &link);

    if (err == ERR_NOT_FOUND || (err == OK && strcmp(link.listing_id, listing_id) != 0) ||
        (err == OK && link.expires_at <= work->now_us)) {
        return work_fail_field(work, ERR_INVALID, "link",
                               "this link is not for this listing, or has ended; go on without it");
    }
    TRY(err);
    *out = link;
    return OK;
}
