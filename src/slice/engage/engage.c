#include "slice/engage/engage.h"

#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "slice/account/account.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/engage/engage_rule.h"
#include "slice/engage/engage_sql.h"
#include "slice/wall/wall.h"
#include "store/work.h"

static enum err no_engagement(struct work *work, const char *id)
{
    return work_fail(work, ERR_NOT_FOUND, "there is no engagement %.40s, or none you may see", id);
}

enum err engage_owner(struct work *work, const char *id, const char **organisation_id)
{
    const uint32_t offices = ROLE_OPERATOR | ROLE_CLIENT | ROLE_FINANCE | ROLE_AUDITOR;
    struct engagement_owner_find_row owner;
    enum err err =
        engagement_owner_find(work, &(struct engagement_owner_find_args){.id = id}, &owner);

    if (err == OK && strcmp(owner.person_id, work->who->person_id) != 0) {
        err = (work->who->roles & offices) != 0 ? account_may_reach(work, owner.organisation_id)
                                                : ERR_NOT_FOUND;
    }
    if (err == ERR_NOT_FOUND) {
        return no_engagement(work, id);
    }
    TRY(err);
    *organisation_id = owner.organisation_id;
    return OK;
}

static enum err find(struct work *work, const char *id, struct engagement_found *out)
{
    enum err err = engagement_by_id(
        work, &(struct engagement_by_id_args){.id = id, .organisation_id = work->organisation_id},
        out);

    return err == ERR_NOT_FOUND ? no_engagement(work, id) : err;
}

static enum err insert_rates(struct work *work, const char *terms_id,
                             const struct terms_draft *terms)
{
    struct terms_rate_insert_args rows[MINUTE_CLASS_COUNT];

    for (size_t i = 0; i < MINUTE_CLASS_COUNT; i++) {
        rows[i] = (struct terms_rate_insert_args){
            .organisation_id = work->organisation_id,
            .terms_id = terms_id,
            .class = minute_class_name((enum minute_class)i),
            .hour_minor = terms->class_minor[i],
        };
    }
    return terms_rate_insert(work, rows, MINUTE_CLASS_COUNT);
}

static enum err insert_milestones(struct work *work, const char *terms_id,
                                  const struct terms_draft *terms)
{
    struct terms_milestone_insert_args *rows =
        arena_array(work->arena, struct terms_milestone_insert_args, terms->milestone_count);

    for (size_t i = 0; i < terms->milestone_count; i++) {
        rows[i] = (struct terms_milestone_insert_args){
            .organisation_id = work->organisation_id,
            .terms_id = terms_id,
            .position = (int64_t)i + 1,
            .title = terms->milestones[i].title,
            .amount_minor = terms->milestones[i].amount_minor,
            .due_at = terms->milestones[i].due_at,
        };
    }
    return terms_milestone_insert(work, rows, terms->milestone_count);
}

struct placing {
    const char *engagement_id;
    int64_t number;
    const char *side;
    const char *source; /* NULL: proposed, not in force yet */
};

static enum err insert_terms(struct work *work, const struct placing *placing,
                             struct terms_draft terms, const char **id)
{
    bool in_force = placing->source != NULL;

    TRY(terms_check(&terms, work->now_us, &work->fault));
    terms_fill(&terms);
    struct terms_insert_args row = {
        .id = work_new_id(work, "ter"),
        .organisation_id = work->organisation_id,
        .engagement_id = placing->engagement_id,
        .terms_number = placing->number,
        .state = in_force ? "in_force" : "proposed",
        .side = placing->side,
        .source = in_force ? placing->source : "change",
        .currency = terms.currency,
        .unit_minor = terms.unit_minor,
        .hour_minor = terms.hour_minor,
        .signing_minor = terms.signing_minor,
        .completion_minor = terms.completion_minor,
        .kill_minor = terms.kill_minor,
        .notice_days = terms.notice_days,
        .notice_minor = terms.notice_minor,
        .week_cap_min = terms.week_cap_min,
        .overtime_after_min = terms.overtime_after_min,
        .overtime_percent = terms.overtime_percent,
        .idle_s = terms.idle_s,
        .task_cap_s = terms.task_cap_s,
        .ends_at = terms.ends_at,
        .note = terms.note,
        .proposed_by = work->who->person_id,
        .proposed_at = work->now_us,
        .decided_by = in_force ? work->who->person_id : NULL,
        .decided_at = in_force ? work->now_us : INT_ABSENT,
        .since_at = in_force ? work->now_us : INT_ABSENT,
    };

    TRY(terms_insert(work, &row));
    TRY(insert_rates(work, row.id, &terms));
    TRY(insert_milestones(work, row.id, &terms));
    *id = row.id;
    return OK;
}

static enum err set_price(struct work *work, const char *engagement_id, int64_t unit_minor,
                          const char *currency)
{
    return engagement_set_price(work, &(struct engagement_set_price_args){
                                          .id = engagement_id,
                                          .organisation_id = work->organisation_id,
                                          .price_minor = unit_minor,
                                          .currency = currency,
                                          .changed_at = work->now_us,
                                      });
}

static enum err note_event(struct work *work, const char *engagement_id, const char *kind,
                           const char *message)
{
    return engagement_event_insert(work, &(struct engagement_event_insert_args){
                                             .id = work_new_id(work, "eev"),
                                             .organisation_id = work->organisation_id,
                                             .engagement_id = engagement_id,
                                             .kind = kind,
                                             .message = message,
                                             .done_by = work->who->person_id,
                                             .happened_at = work->now_us,
                                             .notice_at = INT_ABSENT,
                                         });
}

enum err engage_begin(struct work *work, const struct engage_draft *draft, const char **id)
{
    struct campaign_row campaign;
    struct terms_draft terms;
    const char *terms_id;
    const char *engagement_id;

    TRY(campaign_find(work, draft->campaign_id, &campaign));
    TRY(wall_refuse(work, draft->campaign_id, draft->person_id, "person_id"));
    terms = draft->terms == NULL ? terms_by_unit(campaign.currency, campaign.price_minor)
                                 : *draft->terms;
    TRY(engagement_add(work,
                       &(struct engagement_draft){.campaign_id = draft->campaign_id,
                                                  .person_id = draft->person_id,
                                                  .duty = draft->duty,
                                                  .price_minor = terms.unit_minor,
                                                  .hold = draft->hold},
                       &engagement_id));
    TRY(insert_terms(work,
                     &(struct placing){.engagement_id = engagement_id,
                                       .number = 1,
                                       .side = "operator",
                                       .source = draft->source == NULL ? "hand" : draft->source},
                     terms, &terms_id));
    if (strcmp(terms.currency, campaign.currency) != 0) {
        TRY(set_price(work, engagement_id, terms.unit_minor, terms.currency));
    }
    TRY(note_event(work, engagement_id, "began", draft->source == NULL ? "hand" : draft->source));
    *id = engagement_id;
    return OK;
}

static const char *event_kind(const struct engage_change *change)
{
    if (strcmp(change->state, "active") == 0) {
        return "resumed";
    }
    if (strcmp(change->state, "paused") == 0) {
        return "paused";
    }
    return change->ended_kind == NULL ? "ended_by_operator" : change->ended_kind;
}

enum err engage_turn(struct work *work, const struct engage_change *change)
{
    struct engagement_found found;
    const char *kind = event_kind(change);
    int64_t affected;

    TRY(find(work, change->engagement_id, &found));
    if (strcmp(found.state, "ended") == 0) {
        return work_fail(work, ERR_CONFLICT, "this engagement has ended already");
    }
    TRY(engagement_set_state(work,
                             &(struct engagement_set_state_args){
                                 .id = found.id,
                                 .campaign_id = found.campaign_id,
                                 .organisation_id = work->organisation_id,
                                 .state = change->state,
                                 .reason = change->message,
                                 .changed_at = work->now_us,
                             },
                             &affected));
    TRY(engagement_event_insert(work, &(struct engagement_event_insert_args){
                                          .id = work_new_id(work, "eev"),
                                          .organisation_id = work->organisation_id,
                                          .engagement_id = found.id,
                                          .kind = kind,
                                          .reason_code = change->reason_code,
                                          .message = change->message,
                                          .done_by = work->who->person_id,
                                          .happened_at = work->now_us,
                                          .notice_at = change->notice_at,
                                      }));
    campaign_measure(work, found.campaign_id); /* who can be asked has changed */
    return audit(work, "engagement.state", found.id,
                 arena_print(work->arena, "{\"kind\":\"%s\"}", kind));
}

/* Its own person speaks for one side, everybody else for the other. */
static const char *side_of(const struct work *work, const struct engagement_found *engagement)
{
    return strcmp(work->who->person_id, engagement->person_id) == 0 ? "person" : "operator";
}

static enum err history(struct work *work, const char *engagement_id,
                        struct engagement_terms_row **rows, size_t *count)
{
    return terms_page(work,
                      &(struct terms_page_args){.engagement_id = engagement_id,
                                                .organisation_id = work->organisation_id},
                      rows, count);
}

static enum err tell_person(struct work *work, const struct engagement_found *engagement,
                            const char *title, const char *message)
{
    return notify(work, &(struct notice_draft){.person_id = engagement->person_id,
                                               .kind = "engagement",
                                               .title = title,
                                               .message = message,
                                               .link = "/earnings"});
}

enum err engage_propose(struct work *work, const char *engagement_id,
                        const struct terms_draft *terms, const char **terms_id)
{
    struct engagement_found engagement;
    struct engagement_terms_row *rows;
    size_t count;

    TRY(find(work, engagement_id, &engagement));
    if (strcmp(engagement.state, "ended") == 0) {
        return work_fail(work, ERR_CONFLICT, "this engagement has ended; begin a new one");
    }
    TRY(history(work, engagement_id, &rows, &count));
    if (count > 0 && strcmp(rows[0].state, "proposed") == 0) {
        return work_fail(work, ERR_CONFLICT,
                         "proposed terms wait for an answer already: they have to be accepted, "
                         "declined or withdrawn first");
    }
    TRY(insert_terms(work,
                     &(struct placing){.engagement_id = engagement_id,
                                       .number = count == 0 ? 1 : rows[0].terms_number + 1,
                                       .side = side_of(work, &engagement)},
                     *terms, terms_id));
    TRY(audit(work, "terms.propose", *terms_id, "{}"));
    if (strcmp(side_of(work, &engagement), "person") == 0) {
        return OK;
    }
    return tell_person(
        work, &engagement,
        arena_print(work->arena, "New terms for %s wait for your answer", engagement.campaign_name),
        "Nothing changes unless you accept them.");
}

struct verdict {
    const char *name;
    const char *state;
    bool by_proposer;
};

static enum err pick_verdict(struct work *work, const char *name, bool is_proposer,
                             const struct verdict **out)
{
    static const struct verdict VERDICTS[] = {{"accept", "in_force", false},
                                              {"decline", "declined", false},
                                              {"withdraw", "withdrawn", true}};

    for (size_t i = 0; i < COUNT(VERDICTS); i++) {
        if (strcmp(VERDICTS[i].name, name) != 0) {
            continue;
        }
        *out = &VERDICTS[i];
        return VERDICTS[i].by_proposer == is_proposer ? OK
               : is_proposer                          ? work_fail(work, ERR_FORBIDDEN,
                                                                  "the other side has to agree to what you proposed; you "
                                                                                           "can only withdraw it")
                                                      : work_fail(work, ERR_FORBIDDEN,
                                                                  "only those who proposed terms can withdraw them");
    }
    return work_fail_field(work, ERR_INVALID, "verdict", "accept, decline or withdraw");
}

enum err engage_settle(struct work *work, const char *engagement_id, const char *terms_id,
                       const char *verdict_name)
{
    struct engagement_found engagement;
    struct engagement_terms_row terms;
    const struct verdict *verdict = NULL;
    int64_t affected;

    TRY(find(work, engagement_id, &engagement));
    enum err err = terms_by_id(work,
                               &(struct terms_by_id_args){.id = terms_id,
                                                          .engagement_id = engagement_id,
                                                          .organisation_id = work->organisation_id},
                               &terms);

    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "this engagement has no such terms");
    }
    TRY(err);
    bool is_proposer = strcmp(terms.side, side_of(work, &engagement)) == 0;

    TRY(pick_verdict(work, verdict_name, is_proposer, &verdict));
    bool in_force = strcmp(verdict->state, "in_force") == 0;

    TRY(terms_settle(work,
                     &(struct terms_settle_args){
                         .id = terms_id,
                         .engagement_id = engagement_id,
                         .organisation_id = work->organisation_id,
                         .state = verdict->state,
                         .decided_by = work->who->person_id,
                         .decided_at = work->now_us,
                         .since_at = in_force ? work->now_us : INT_ABSENT,
                     },
                     &affected));
    if (affected == 0) {
        return work_fail(work, ERR_CONFLICT, "these terms are settled already: %s", terms.state);
    }
    if (in_force) {
        TRY(set_price(work, engagement_id, terms.unit_minor, terms.currency));
    }
    return audit(work, "terms.settle", terms_id,
                 arena_print(work->arena, "{\"state\":\"%s\"}", verdict->state));
}

enum err engage_terms_at(struct work *work, const char *engagement_id, int64_t at,
                         struct engagement_terms_row *out)
{
    enum err err = terms_at(work,
                            &(struct terms_at_args){.engagement_id = engagement_id,
                                                    .organisation_id = work->organisation_id,
                                                    .since_at = at},
                            out);

    return err == ERR_NOT_FOUND
               ? work_fail(work, err, "no terms were in force then: the engagement began later")
               : err;
}

enum err engage_rates(struct work *work, const char *terms_id, int64_t out[MINUTE_CLASS_COUNT])
{
    struct terms_rates_row *rows;
    size_t count;

    TRY(terms_rates(
        work,
        &(struct terms_rates_args){.terms_id = terms_id, .organisation_id = work->organisation_id},
        &rows, &count));
    for (size_t i = 0; i < count; i++) {
        enum minute_class class;

        if (minute_class_find(rows[i].class, &class)) {
            out[class] = rows[i].hour_minor;
        }
    }
    return OK;
}
