/* Who brought whom. The graph is a forest: everybody has one referrer at most, and no walk upwards
 * comes back. */

#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/arena.h"
#include "base/money.h"
#include "base/shape.h"
#include "base/time.h"
#include "base/zone.h"
#include "slice/account/account.h"
#include "slice/bonus/award.h"
#include "slice/bonus/bonus_rule.h"
#include "slice/bonus/bonus_sql.h"
#include "store/work.h"

enum { CHAIN_MAX = 10000 };

#define GRACE TIME_HOUR

static enum err check_person(struct work *work, const char *field, const char *person_id)
{
    struct award_person_row row;
    enum err err =
        award_person(work,
                     &(struct award_person_args){.person_id = person_id,
                                                 .organisation_id = work->organisation_id},
                     &row);

    return err == ERR_NOT_FOUND
               ? work_fail_field(work, err, field, "there is no person %.40s in your organisation",
                                 person_id)
               : err;
}

/* Walk up from the referrer: whoever stands above must not be brought by those below. */
static enum err check_circle(struct work *work, const struct referral_draft *draft)
{
    const char *above = draft->referrer_id;

    for (int step = 0; step < CHAIN_MAX; step++) {
        struct referral_row row;

        if (strcmp(above, draft->person_id) == 0) {
            return work_fail_field(work, ERR_INVALID, "referrer_id",
                                   step == 0 ? "nobody earns on themselves"
                                             : "that would close a circle: this referrer was "
                                               "brought, by others, by the same person");
        }
        enum err err =
            referral_of_person(work,
                               &(struct referral_of_person_args){
                                   .person_id = above, .organisation_id = work->organisation_id},
                               &row);

        if (err != OK) {
            return err == ERR_NOT_FOUND ? OK : err;
        }
        above = row.referrer_id;
    }
    return work_fail(work, ERR_LIMIT, "this chain of referrals is longer than %d", CHAIN_MAX);
}

static enum err check_currency(struct work *work, const char *currency)
{
    return currency_digits(currency) < 0
               ? work_fail_field(work, ERR_INVALID, "currency", "\"%.10s\" is no ISO 4217 code",
                                 currency)
               : OK;
}

static enum err add(struct work *work, const struct referral_draft *draft, const char *link_id,
                    const char **id)
{
    *id = work_new_id(work, "ref");
    TRY(referral_insert(work, &(struct referral_insert_args){
                                  .id = *id,
                                  .organisation_id = work->organisation_id,
                                  .person_id = draft->person_id,
                                  .referrer_id = draft->referrer_id,
                                  .share_points = draft->share_points,
                                  .cap_minor = draft->cap_minor,
                                  .currency = draft->currency,
                                  .source = draft->source,
                                  .link_id = link_id,
                                  .since_at = work->now_us,
                                  .until_at = draft->until_at,
                                  .counted_until = work->now_us,
                                  .recorded_by = work->who == NULL ? NULL : work->who->person_id,
                                  .recorded_at = work->now_us}));
    TRY(audit(work, "referral.record", *id, "{}"));
    return notify(work, &(struct notice_draft){.person_id = draft->referrer_id,
                                               .kind = "pay",
                                               .title = "A referral of yours is recorded",
                                               .message = draft->source,
                                               .link = "/earnings"});
}

enum err referral_record(struct work *work, const struct referral_draft *draft, const char **id)
{
    work->organisation_id = work->who->organisation_id;
    TRY(check_currency(work, draft->currency));
    if (draft->until_at <= work->now_us) {
        return work_fail_field(work, ERR_INVALID, "until_at",
                               "it would end before it begins: name a time to come");
    }
    TRY(check_person(work, "person_id", draft->person_id));
    TRY(check_person(work, "referrer_id", draft->referrer_id));
    TRY(check_circle(work, draft));
    enum err err = add(work, draft, NULL, id);

    return err == ERR_CONFLICT
               ? work_fail_field(work, err, "person_id", "somebody brought this person already")
               : err;
}

/* ------------------------------------------------------------------ by links */

enum err referral_promise_set(struct work *work, const struct referral_promise *promise)
{
    work->organisation_id = work->who->organisation_id;
    TRY(check_currency(work, promise->currency));
    TRY(referral_terms_insert(
        work, &(struct referral_terms_insert_args){.id = work_new_id(work, "rft"),
                                                   .organisation_id = work->organisation_id,
                                                   .currency = promise->currency,
                                                   .share_points = promise->share_points,
                                                   .cap_minor = promise->cap_minor,
                                                   .earn_days = promise->earn_days,
                                                   .set_by = work->who->person_id,
                                                   .since_at = work->now_us}));
    return audit(work, "referral.terms", work->organisation_id, "{}");
}

enum err referral_promise_at(struct work *work, const char *organisation_id, int64_t at_us,
                             struct referral_promise *out)
{
    struct referral_terms_row row;
    enum err err = referral_terms_at(
        work,
        &(struct referral_terms_at_args){.organisation_id = organisation_id, .since_at = at_us},
        &row);

    if (err == ERR_NOT_FOUND) {
        *out = (struct referral_promise){0};
        return OK;
    }
    TRY(err);
    *out = (struct referral_promise){.currency = row.currency,
                                     .share_points = row.share_points,
                                     .cap_minor = row.cap_minor,
                                     .earn_days = row.earn_days};
    return OK;
}

/* A person who is new has brought nobody: no circle can close here. */
enum err referral_by_link(struct work *work, const struct referral_link *link,
                          const char *person_id)
{
    struct referral_promise promise;
    const char *id;

    TRY(referral_promise_at(work, work->organisation_id, link->made_at, &promise));
    if (promise.share_points == 0) {
        return OK;
    }
    return add(work,
               &(struct referral_draft){
                   .person_id = person_id,
                   .referrer_id = link->referrer_id,
                   .source = arena_print(work->arena, "Signed up by a link that %s made on %s",
                                         link->referrer_name,
                                         time_day_text(work->arena, link->made_at / TIME_DAY)),
                   .currency = promise.currency,
                   .share_points = promise.share_points,
                   .cap_minor = promise.cap_minor,
                   .until_at = work->now_us + promise.earn_days * TIME_DAY},
               link->id, &id);
}

enum err referral_stop(struct work *work, const char *id, const char *reason)
{
    struct referral_row row;
    int64_t affected;

    work->organisation_id = work->who->organisation_id;
    enum err err = referral_by_id(
        work, &(struct referral_by_id_args){.id = id, .organisation_id = work->organisation_id},
        &row);

    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no such referral");
    }
    TRY(err);
    TRY(referral_end(work,
                     &(struct referral_end_args){
                         .id = id,
                         .organisation_id = work->organisation_id,
                         .until_at = row.until_at < work->now_us ? row.until_at : work->now_us,
                         .ended_by = work->who->person_id,
                         .end_reason = reason},
                     &affected));
    if (affected == 0) {
        return work_fail(work, ERR_CONFLICT, "this referral was ended before");
    }
    return audit(work, "referral.end", id, "{}");
}

/* ------------------------------------------------------------------ what it pays */

int64_t referral_week_at(int64_t now_us)
{
    return week_start_day((now_us - GRACE) / TIME_DAY) * TIME_DAY;
}

enum err referral_open(struct work *work, const struct referral_row *referral, int64_t until_us,
                       int64_t *out)
{
    struct referral_earned_row earned;
    struct referral_awarded_row awarded;
    int64_t share;

    TRY(referral_earned(work,
                        &(struct referral_earned_args){
                            .person_id = referral->person_id,
                            .from_at = referral->since_at,
                            .to_at = referral->until_at < until_us ? referral->until_at : until_us,
                            .currency = referral->currency},
                        &earned));
    TRY(referral_awarded(
        work,
        &(struct referral_awarded_args){
            .prefix_low = arena_print(work->arena, "%s/", referral->id),
            .prefix_high = arena_print(work->arena, "%s0", referral->id), /* what follows a slash */
            .organisation_id = referral->organisation_id},
        &awarded));
    TRY(referral_share(earned.amount_minor, referral->share_points, referral->cap_minor, &share,
                       &work->fault));
    *out = share - awarded.amount_minor;
    return OK;
}

/* Behaviour is evidence for a person, who decides: it does not decide by itself. */
static enum err find_doubt(struct work *work, const struct referral_row *referral,
                           const char **doubt)
{
    struct referral_same_account_row row;
    enum err err = referral_same_account(
        work,
        &(struct referral_same_account_args){.person_id = referral->person_id,
                                             .other_id = referral->referrer_id},
        &row);

    *doubt = err == OK ? "both people have named the same account to be paid to; finance decides"
             : strcasecmp(referral->person_name, referral->referrer_name) == 0
                 ? "both people bear the same name; finance decides"
                 : NULL;
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err referral_count_weeks(struct work *work, const struct referral_row *referral)
{
    int64_t week_at = referral_week_at(work->now_us);
    int64_t amount_minor;
    int64_t affected;
    const char *doubt;
    const char *id;

    work->organisation_id = referral->organisation_id;
    TRY(referral_counted(work,
                         &(struct referral_counted_args){.id = referral->id,
                                                         .organisation_id = work->organisation_id,
                                                         .counted_until = week_at,
                                                         .before_at = referral->counted_until},
                         &affected));
    if (affected == 0) {
        return OK;
    }
    TRY(referral_open(work, referral, week_at, &amount_minor));
    if (amount_minor == 0) {
        return OK;
    }
    TRY(find_doubt(work, referral, &doubt));
    return award_add(
        work,
        &(struct award_draft){
            .person_id = referral->referrer_id,
            .kind = "referral",
            .cause_id = arena_print(work->arena, "%s/%s", referral->id,
                                    time_day_text(work->arena, week_at / TIME_DAY)),
            .currency = referral->currency,
            .amount_minor = amount_minor,
            .reason = arena_print(work->arena, "Work of %s until %s", referral->person_name,
                                  time_day_text(work->arena, week_at / TIME_DAY)),
            .trouble = doubt,
        },
        &id);
}
