#include "slice/match/budget.h"

#include "base/arena.h"
#include "base/shape.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/match/facts.h"
#include "slice/match/limit.h"
#include "slice/match/match_sql.h"
#include "store/work.h"

#define MONEY_MAX 1e15

struct budget_body {
    int64_t week_minor;
    int64_t whole_minor;
};
static const struct budget_body body_defaults = {.week_minor = INT_ABSENT,
                                                 .whole_minor = INT_ABSENT};
static const struct field body_fields[] = {
    INT(budget_body, week_minor, .optional = true, .min = 0, .max = MONEY_MAX,
        .doc = "What the team may be paid a week, in minor units of the campaign's currency"),
    INT(budget_body, whole_minor, .optional = true, .min = 0, .max = MONEY_MAX,
        .doc = "Or from now until the campaign's deadline, spread over its weeks"),
};
const struct shape budget_body_shape =
    SHAPE(budget_body, body_fields, "A budget that matches keep", .defaults = &body_defaults);

struct budget {
    int64_t week_minor;
    int64_t whole_minor;
    const char *currency;
    int64_t left_minor;
    const char *set_by_name;
    int64_t set_at;
};
static const struct field budget_fields[] = {
    INT(budget, week_minor, .optional = true, .doc = "By the week, in minor units"),
    INT(budget, whole_minor, .optional = true, .doc = "Or in all until the deadline"),
    TEXT(budget, currency, .doc = "The campaign's, ISO 4217"),
    INT(budget, left_minor, .optional = true,
        .doc = "What a match may still give away a week: less the team's terms by the hour and the "
               "offers that stand; none while a whole budget has no deadline ahead"),
    TEXT(budget, set_by_name, .optional = true, .doc = "Who set it; none: there is no budget"),
    TIME(budget, set_at, .optional = true, .doc = "When"),
};
const struct shape budget_shape = SHAPE(budget, budget_fields, "A campaign's budget for its team");

enum err budget_serve_show(struct call *call)
{
    struct work *work = call->work;
    struct budget *out = arena_new_of(work->arena, struct budget);
    struct budget_campaign_row campaign;
    struct match_budget_row row;
    struct budget_fact left;

    TRY(budget_campaign(work,
                        &(struct budget_campaign_args){.id = call->ids[0],
                                                       .organisation_id = work->organisation_id},
                        &campaign));
    *out = (struct budget){.week_minor = INT_ABSENT,
                           .whole_minor = INT_ABSENT,
                           .currency = campaign.currency,
                           .left_minor = INT_ABSENT,
                           .set_at = INT_ABSENT};
    call->reply = out;
    enum err err =
        match_budget_of(work,
                        &(struct match_budget_of_args){.campaign_id = call->ids[0],
                                                       .organisation_id = work->organisation_id},
                        &row);

    if (err == ERR_NOT_FOUND) {
        return OK;
    }
    TRY(err);
    *out = (struct budget){.week_minor = row.week_minor,
                           .whole_minor = row.whole_minor,
                           .currency = row.currency,
                           .left_minor = INT_ABSENT,
                           .set_by_name = row.set_by_name,
                           .set_at = row.set_at};
    err = limit_budget_left(work, call->ids[0], work->organisation_id, &left);
    if (err == OK) {
        out->left_minor = left.week_minor;
    }
    return err == ERR_CONFLICT ? OK : err;
}

enum err budget_serve_put(struct call *call)
{
    const struct budget_body *body = call->body;
    struct work *work = call->work;
    struct budget_campaign_row campaign;

    if ((body->week_minor == INT_ABSENT) == (body->whole_minor == INT_ABSENT)) {
        return work_fail_field(work, ERR_INVALID, "week_minor",
                               "say one of both: an amount a week, or an amount in all");
    }
    TRY(budget_campaign(work,
                        &(struct budget_campaign_args){.id = call->ids[0],
                                                       .organisation_id = work->organisation_id},
                        &campaign));
    if (body->whole_minor != INT_ABSENT && campaign.deadline_at <= work->now_us) {
        return work_fail_field(work, ERR_INVALID, "whole_minor",
                               "an amount in all is spread over the weeks to the campaign's "
                               "deadline: give the campaign one that lies ahead first");
    }
    TRY(match_budget_put(work,
                         &(struct match_budget_put_args){.campaign_id = call->ids[0],
                                                         .organisation_id = work->organisation_id,
                                                         .week_minor = body->week_minor,
                                                         .whole_minor = body->whole_minor,
                                                         .currency = campaign.currency,
                                                         .set_by = work->who->person_id,
                                                         .set_at = work->now_us}));
    TRY(audit(work, "campaign.team_budget", call->ids[0], "{}"));
    return budget_serve_show(call);
}

enum err budget_serve_remove(struct call *call)
{
    struct work *work = call->work;
    int64_t affected;

    TRY(match_budget_remove(
        work,
        &(struct match_budget_remove_args){.campaign_id = call->ids[0],
                                           .organisation_id = work->organisation_id},
        &affected));
    return affected == 0 ? work_fail(work, ERR_NOT_FOUND, "the campaign has no budget for its team")
                         : audit(work, "campaign.team_budget_end", call->ids[0], "{}");
}
