#include "slice/bonus/award.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/money.h"
#include "base/shape.h"
#include "slice/account/account.h"
#include "slice/bonus/bonus_rule.h"
#include "slice/bonus/bonus_sql.h"
#include "slice/engage/engage.h"
#include "slice/engage/engage_sql.h"
#include "slice/pay/book.h"
#include "slice/pay/pay.h"
#include "store/work.h"

enum err award_add(struct work *work, const struct award_draft *draft, const char **id)
{
    const char *new_id = work_new_id(work, "awd");
    int64_t affected;

    *id = NULL;
    TRY(award_insert(work,
                     &(struct award_insert_args){
                         .id = new_id,
                         .organisation_id = work->organisation_id,
                         .campaign_id = draft->campaign_id,
                         .engagement_id = draft->engagement_id,
                         .person_id = draft->person_id,
                         .kind = draft->kind,
                         .cause_id = draft->cause_id,
                         .currency = draft->currency,
                         .amount_minor = draft->amount_minor,
                         .is_charged = draft->is_charged,
                         .reason = draft->reason,
                         .made_by = work->who == NULL ? NULL : work->who->person_id,
                         .made_at = work->now_us,
                         .due_at = work->now_us,
                         .state = draft->trouble == NULL ? "due" : "held",
                         .trouble = draft->trouble,
                     },
                     &affected));
    *id = affected == 0 ? NULL : new_id;
    return OK;
}

/* ------------------------------------------------------------------ from events */

enum err award_claims(struct work *work, const struct award_event_row *event,
                      struct award_claim *claims, size_t *count, const char **currency)
{
    struct engagement_terms_row terms;
    enum err err = engage_terms_at(work, event->engagement_id, event->happened_at, &terms);

    *count = 0;
    if (err == ERR_NOT_FOUND) {
        return OK;
    }
    TRY(err);
    *currency = terms.currency;
    return awards_of_event(&(struct award_event){.kind = event->kind,
                                                 .happened_at = event->happened_at,
                                                 .notice_at = event->notice_at},
                           &(struct award_terms){.signing_minor = terms.signing_minor,
                                                 .completion_minor = terms.completion_minor,
                                                 .kill_minor = terms.kill_minor,
                                                 .notice_days = terms.notice_days,
                                                 .notice_minor = terms.notice_minor,
                                                 .ends_at = terms.ends_at},
                           claims, count, &work->fault);
}

const char *award_reason(struct work *work, const struct award_claim *claim)
{
    if (strcmp(claim->kind, "signing") == 0) {
        return "You began.";
    }
    if (strcmp(claim->kind, "completion") == 0) {
        return "The work was completed.";
    }
    if (strcmp(claim->kind, "kill") == 0) {
        return "The operator ended it before it was completed.";
    }
    return arena_print(work->arena, "%" PRId64 " %s of notice %s not kept.", claim->days,
                       claim->days == 1 ? "day" : "days", claim->days == 1 ? "was" : "were");
}

enum err award_take_event(struct work *work, const struct award_event_row *event)
{
    struct award_claim claims[AWARD_CLAIMS_MAX];
    const char *currency = NULL;
    const char *id;
    int64_t affected;
    size_t count;

    work->organisation_id = event->organisation_id;
    TRY(award_event_insert(
        work,
        &(struct award_event_insert_args){.event_id = event->id,
                                          .organisation_id = event->organisation_id,
                                          .happened_at = event->happened_at},
        &affected));
    if (affected == 0) {
        return OK;
    }
    TRY(award_claims(work, event, claims, &count, &currency));
    for (size_t i = 0; i < count; i++) {
        TRY(award_add(work,
                      &(struct award_draft){
                          .campaign_id = event->campaign_id,
                          .engagement_id = event->engagement_id,
                          .person_id = event->person_id,
                          .kind = claims[i].kind,
                          .cause_id = event->id,
                          .currency = currency,
                          .amount_minor = claims[i].amount_minor,
                          .is_charged = strcmp(claims[i].kind, "signing") != 0,
                          .reason = award_reason(work, &claims[i]),
                      },
                      &id));
    }
    return OK;
}

/* ------------------------------------------------------------------ by the operator */

static enum err find(struct work *work, const char *engagement_id, struct engagement_found *out)
{
    TRY(engagement_by_id(work,
                         &(struct engagement_by_id_args){.id = engagement_id,
                                                         .organisation_id = work->organisation_id},
                         out));
    if (strcmp(out->person_id, work->who->person_id) == 0) {
        return work_fail(work, ERR_FORBIDDEN, "somebody else has to decide what you are paid");
    }
    return OK;
}

const char *milestone_cause(struct work *work, const char *engagement_id,
                            const struct milestone_row *rows, size_t at)
{
    int64_t same = 1;

    for (size_t i = 0; i < at; i++) {
        same += strcmp(rows[i].title, rows[at].title) == 0;
    }
    return arena_print(work->arena, "%s/%" PRId64 "/%s", engagement_id, same, rows[at].title);
}

enum err bonus_approve_milestone(struct work *work, const char *engagement_id, int64_t position,
                                 const char *note, const char **award_id)
{
    struct engagement_found engagement;
    struct engagement_terms_row terms;
    struct milestone_row *rows;
    size_t count;
    size_t at = 0;

    TRY(find(work, engagement_id, &engagement));
    TRY(engage_terms_at(work, engagement_id, work->now_us, &terms));
    TRY(terms_milestones(work,
                         &(struct terms_milestones_args){.terms_id = terms.id,
                                                         .organisation_id = work->organisation_id},
                         &rows, &count));
    while (at < count && rows[at].position != position) {
        at++;
    }
    if (at == count) {
        return work_fail_field(work, ERR_NOT_FOUND, "position",
                               "the terms in force have no milestone %" PRId64 "; they have %zu",
                               position, count);
    }
    const char *reason =
        note == NULL ? rows[at].title : arena_print(work->arena, "%s: %s", rows[at].title, note);

    TRY(award_add(work,
                  &(struct award_draft){
                      .campaign_id = engagement.campaign_id,
                      .engagement_id = engagement_id,
                      .person_id = engagement.person_id,
                      .kind = "milestone",
                      .cause_id = milestone_cause(work, engagement_id, rows, at),
                      .currency = terms.currency,
                      .amount_minor = rows[at].amount_minor,
                      .is_charged = true,
                      .reason = reason,
                  },
                  award_id));
    if (*award_id == NULL) {
        return work_fail(work, ERR_CONFLICT, "the milestone \"%.60s\" was approved before",
                         rows[at].title);
    }
    return audit(work, "milestone.approve", *award_id, "{}");
}

enum err bonus_give(struct work *work, const char *engagement_id, const struct bonus_draft *draft,
                    const char **award_id)
{
    struct engagement_found engagement;
    struct engagement_terms_row terms;

    TRY(find(work, engagement_id, &engagement));
    TRY(engage_terms_at(work, engagement_id, work->now_us, &terms));
    TRY(award_add(work,
                  &(struct award_draft){
                      .campaign_id = engagement.campaign_id,
                      .engagement_id = engagement_id,
                      .person_id = engagement.person_id,
                      .kind = "bonus",
                      .cause_id = work_new_id(work, "cau"),
                      .currency = terms.currency,
                      .amount_minor = draft->amount_minor,
                      .is_charged = draft->is_charged,
                      .reason = draft->reason,
                  },
                  award_id));
    return audit(work, "bonus.give", *award_id, "{}");
}

/* ------------------------------------------------------------------ to the ledger */

static enum err tell(struct work *work, const struct award_row *award, const char *title)
{
    return notify(work, &(struct notice_draft){
                            .person_id = award->person_id,
                            .kind = "pay",
                            .title = title,
                            .message = arena_print(
                                work->arena, "%s %s: %s",
                                money_print(work->arena, award->amount_minor, award->currency),
                                award->currency, award->reason),
                            .link = "/earnings"});
}

/* The house's own cost. */
static enum err post_uncharged(struct work *work, const struct award_row *award, const char **id)
{
    struct book_entry entry = {.campaign_id = award->campaign_id,
                               .person_id = award->person_id,
                               .currency = award->currency,
                               .kind = award->kind,
                               .pays_id = award->id,
                               .note = award->reason};

    book_move(&entry,
              award->campaign_id == NULL
                  ? "expenses:referral"
                  : arena_print(work->arena, "expenses:cost:%s", award->campaign_id),
              award->amount_minor);
    book_move(&entry, arena_print(work->arena, "liabilities:payable:%s", award->person_id),
              -award->amount_minor);
    return book_post(work, &entry, id);
}

enum err award_post(struct work *work, const struct award_row *award)
{
    const char *id = NULL;
    int64_t affected;

    work->organisation_id = award->organisation_id;
    TRY(award_posted(
        work,
        &(struct award_posted_args){.id = award->id, .organisation_id = award->organisation_id},
        &affected));
    if (affected == 0) {
        return OK;
    }
    if (award->is_charged) {
        TRY(pay_item_post(work,
                          &(struct pay_item){.campaign_id = award->campaign_id,
                                             .person_id = award->person_id,
                                             .kind = award->kind,
                                             .pays_id = award->id,
                                             .amount_minor = award->amount_minor,
                                             .currency = award->currency,
                                             .note = award->reason},
                          &id));
    } else {
        TRY(post_uncharged(work, award, &id));
    }
    if (id == NULL) {
        return work_fail(work, ERR_INTERNAL, "the award %s was posted before it was due",
                         award->id);
    }
    return tell(work, award, "Something was added to your pay");
}

enum err bonus_decide(struct work *work, const char *award_id, bool release, const char *reason)
{
    struct award_row award;
    int64_t affected;

    TRY(award_by_id(
        work, &(struct award_by_id_args){.id = award_id, .organisation_id = work->organisation_id},
        &award));
    if (strcmp(award.person_id, work->who->person_id) == 0) {
        return work_fail(work, ERR_FORBIDDEN, "somebody else has to decide what you are paid");
    }
    if (release ? strcmp(award.state, "held") != 0 : strcmp(award.state, "undone") == 0) {
        return work_fail(work, ERR_CONFLICT, "this award is %s", award.state);
    }
    TRY(award_move(work,
                   &(struct award_move_args){.id = award_id,
                                             .organisation_id = work->organisation_id,
                                             .state = award.state,
                                             .next = release ? "due" : "undone",
                                             .decided_by = work->who->person_id,
                                             .decided_at = work->now_us,
                                             .decision = reason},
                   &affected));
    if (affected == 0) {
        return work_fail(work, ERR_CONFLICT, "this award has changed; look again");
    }
    if (!release && strcmp(award.state, "posted") == 0) {
        TRY(pay_item_undo(work, award.campaign_id, award.kind, award.id, reason));
    }
    TRY(audit(work, release ? "award.release" : "award.undo", award_id, "{}"));
    return release ? OK
                   : tell(work, &award,
                          arena_print(work->arena, "A payment was taken back: %s", reason));
}
