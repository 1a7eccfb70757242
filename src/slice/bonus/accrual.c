#include "slice/bonus/accrual.h"

#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "slice/bonus/award.h"
#include "slice/bonus/bonus_rule.h"
#include "slice/bonus/bonus_shape.h"
#include "slice/bonus/bonus_sql.h"
#include "slice/engage/engage.h"
#include "slice/engage/engage_sql.h"
#include "store/work.h"

enum { ENGAGEMENTS_MAX = 200, ITEMS_MAX = 400 };

/* A list that grows up to a bound. */
struct gathering {
    struct accrual *items;
    size_t count;
};

static void add(struct gathering *to, struct accrual item)
{
    if (to->count < ITEMS_MAX) {
        to->items[to->count++] = item;
    }
}

struct accrual accrual_of_award(const struct award_row *award, const char *campaign_name)
{
    return (struct accrual){.award_id = award->id,
                            .campaign_id = award->campaign_id,
                            .campaign_name = campaign_name,
                            .engagement_id = award->engagement_id,
                            .kind = award->kind,
                            .currency = award->currency,
                            .amount_minor = award->amount_minor,
                            .state = award->state,
                            .reason = award->reason,
                            .trouble = award->trouble,
                            .decision = award->decision,
                            .position = INT_ABSENT,
                            .due_at = award->made_at};
}

/* Of an engagement that goes on. */
static struct accrual promise(const struct engagement_found *engagement, const char *kind,
                              const char *currency, int64_t amount_minor)
{
    return (struct accrual){.campaign_id = engagement->campaign_id,
                            .campaign_name = engagement->campaign_name,
                            .engagement_id = engagement->id,
                            .kind = kind,
                            .currency = currency,
                            .amount_minor = amount_minor,
                            .state = "promised",
                            .position = INT_ABSENT,
                            .due_at = INT_ABSENT};
}

static bool is_reached(const struct award_row *awards, size_t count, const char *cause)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(awards[i].kind, "milestone") == 0 && strcmp(awards[i].cause_id, cause) == 0) {
            return true;
        }
    }
    return false;
}

static enum err add_promises(struct work *work, const struct engagement_found *engagement,
                             const struct award_row *awards, size_t award_count,
                             struct gathering *to)
{
    struct engagement_terms_row terms;
    struct milestone_row *rows;
    size_t count;
    enum err err = engage_terms_at(work, engagement->id, work->now_us, &terms);

    if (err == ERR_NOT_FOUND || strcmp(engagement->state, "ended") == 0) {
        return OK;
    }
    TRY(err);
    TRY(terms_milestones(work,
                         &(struct terms_milestones_args){.terms_id = terms.id,
                                                         .organisation_id = work->organisation_id},
                         &rows, &count));
    for (size_t i = 0; i < count; i++) {
        struct accrual item =
            promise(engagement, "milestone", terms.currency, rows[i].amount_minor);

        item.reason = rows[i].title;
        item.position = rows[i].position;
        item.due_at = rows[i].due_at;
        if (!is_reached(awards, award_count, milestone_cause(work, engagement->id, rows, i))) {
            add(to, item);
        }
    }
    if (terms.completion_minor > 0) {
        struct accrual item =
            promise(engagement, "completion", terms.currency, terms.completion_minor);

        item.reason = "When the work is completed.";
        item.due_at = terms.ends_at;
        add(to, item);
    }
    return OK;
}

/* What happened and no job has looked at yet. */
static enum err add_unseen(struct work *work, const struct engagement_found *engagement,
                           struct gathering *to)
{
    struct award_event_row *events;
    size_t count;

    TRY(award_events_unseen(
        work,
        &(struct award_events_unseen_args){.engagement_id = engagement->id,
                                           .organisation_id = work->organisation_id},
        &events, &count));
    for (size_t i = 0; i < count; i++) {
        struct award_claim claims[AWARD_CLAIMS_MAX];
        const char *currency = NULL;
        size_t claim_count;

        TRY(award_claims(work, &events[i], claims, &claim_count, &currency));
        for (size_t k = 0; k < claim_count; k++) {
            struct accrual item =
                promise(engagement, claims[k].kind, currency, claims[k].amount_minor);

            item.state = "due";
            item.reason = award_reason(work, &claims[k]);
            item.due_at = events[i].happened_at;
            add(to, item);
        }
    }
    return OK;
}

static enum err gather(struct work *work, const char *engagement_id, struct gathering *to)
{
    struct engagement_found engagement;
    struct award_row *awards;
    size_t count;

    TRY(engagement_by_id(work,
                         &(struct engagement_by_id_args){.id = engagement_id,
                                                         .organisation_id = work->organisation_id},
                         &engagement));
    TRY(award_of_engagement(
        work,
        &(struct award_of_engagement_args){.engagement_id = engagement_id,
                                           .organisation_id = work->organisation_id},
        &awards, &count));
    TRY(add_promises(work, &engagement, awards, count, to));
    TRY(add_unseen(work, &engagement, to));
    for (size_t i = 0; i < count; i++) {
        add(to, accrual_of_award(&awards[i], engagement.campaign_name));
    }
    return OK;
}

enum err accruals_of_engagement(struct work *work, const char *engagement_id,
                                struct accrual_list *out)
{
    struct gathering to = {.items = arena_array(work->arena, struct accrual, ITEMS_MAX)};

    TRY(gather(work, engagement_id, &to));
    out->items = (struct list){.at = to.items, .count = to.count};
    return OK;
}

enum err referral_view_of(struct work *work, const struct referral_row *row,
                          struct referral_view *out)
{
    struct referral_awarded_row awarded;
    int64_t open_minor;

    TRY(referral_open(work, row, INT64_MAX, &open_minor));
    TRY(referral_awarded(
        work,
        &(struct referral_awarded_args){.prefix_low = arena_print(work->arena, "%s/", row->id),
                                        .prefix_high = arena_print(work->arena, "%s0", row->id),
                                        .organisation_id = row->organisation_id},
        &awarded));
    *out = (struct referral_view){.id = row->id,
                                  .person_id = row->person_id,
                                  .person_name = row->person_name,
                                  .referrer_id = row->referrer_id,
                                  .referrer_name = row->referrer_name,
                                  .source = row->source,
                                  .link_id = row->link_id,
                                  .currency = row->currency,
                                  .share_points = row->share_points,
                                  .cap_minor = row->cap_minor,
                                  .earned_minor = awarded.amount_minor,
                                  .open_minor = open_minor,
                                  .since_at = row->since_at,
                                  .until_at = row->until_at,
                                  .end_reason = row->end_reason};
    return OK;
}

/* The week that runs. Whom somebody brought is named; what they earn is not. */
static enum err add_referrals(struct work *work, const char *person_id, struct gathering *to)
{
    struct referral_row *rows;
    struct award_row *awards;
    size_t count;

    TRY(referral_of_referrer(work, &(struct referral_of_referrer_args){.referrer_id = person_id},
                             &rows, &count));
    for (size_t i = 0; i < count; i++) {
        struct accrual item = {.kind = "referral",
                               .currency = rows[i].currency,
                               .state = "due",
                               .position = INT_ABSENT,
                               .due_at = INT_ABSENT};

        TRY(referral_open(work, &rows[i], INT64_MAX, &item.amount_minor));
        item.reason = arena_print(work->arena, "Work of %s this week", rows[i].person_name);
        if (item.amount_minor != 0) {
            add(to, item);
        }
    }
    TRY(award_referral_of_person(
        work, &(struct award_referral_of_person_args){.person_id = person_id}, &awards, &count));
    for (size_t i = 0; i < count; i++) {
        add(to, accrual_of_award(&awards[i], NULL));
    }
    return OK;
}

enum err accruals_of_person(struct work *work, const char *person_id, struct accrual_list *out)
{
    struct gathering to = {.items = arena_array(work->arena, struct accrual, ITEMS_MAX)};
    const char *before = work->organisation_id;
    struct engagement_own_row *rows;
    size_t count;

    TRY(engagement_own(
        work,
        &(struct engagement_own_args){.person_id = person_id, .id = "", .row_max = ENGAGEMENTS_MAX},
        &rows, &count));
    for (size_t i = 0; i < count; i++) {
        struct engagement_owner_find_row owner;

        TRY(engagement_owner_find(work, &(struct engagement_owner_find_args){.id = rows[i].id},
                                  &owner));
        work->organisation_id = owner.organisation_id;
        TRY(gather(work, rows[i].id, &to));
    }
    work->organisation_id = before;
    TRY(add_referrals(work, person_id, &to));
    out->items = (struct list){.at = to.items, .count = to.count};
    return OK;
}
