#include "slice/match/facts.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"
#include "slice/account/account_sql.h"
#include "slice/expert/profile.h"
#include "slice/match/limit.h"
#include "slice/match/match_sql.h"
#include "slice/wall/wall.h"
#include "slice/wall/wall_sql.h"
#include "store/work.h"

static const struct field ask_fields[] = {
    TEXT(ask_fact, id, .doc = "Requirement"),
    TEXT(ask_fact, name, .doc = "Its name"),
    INT(ask_fact, version_number, .doc = "Its version"),
    TEXT(ask_fact, organisation_id, .doc = "Client"),
    TEXT(ask_fact, organisation_name, .doc = "Its name"),
    TEXT(ask_fact, campaign_id, .doc = "Campaign"),
    TEXT(ask_fact, campaign_name, .doc = "Its name"),
    INT(ask_fact, seats, .doc = "Seats to fill"),
    OBJECT(ask_fact, demand, demand, .of = &demand_shape, .doc = "What is asked for"),
};
static const struct shape ask_shape = SHAPE(ask_fact, ask_fields, "A requirement in a match");
static const struct field bar_fields[] = {
    INT(bar_fact, ask, .doc = "Place of the requirement"),
    TEXT(bar_fact, person_id, .doc = "Who"),
    TEXT(bar_fact, reason, .doc = "Why"),
};
static const struct shape bar_shape = SHAPE(bar_fact, bar_fields, "Somebody who may not");
static const struct field name_fields[] = {
    INT(name_fact, ask, .doc = "Place of the requirement"),
    TEXT(name_fact, name, .doc = "Whose holders"),
    TEXT(name_fact, reason, .doc = "Why"),
};
static const struct shape name_shape =
    SHAPE(name_fact, name_fields, "A name whose holders may not");
static const struct field load_fields[] = {
    TEXT(load_fact, person_id, .doc = "Who"),
    INT(load_fact, seats, .doc = "Engagements"),
    INT(load_fact, hours, .doc = "Hours a week that they take"),
};
static const struct shape load_shape =
    SHAPE(load_fact, load_fields, "What an expert has given away");
static const struct bound_fact bound_defaults = {.level = INT_ABSENT, .most = INT_ABSENT};
static const struct field bound_fields[] = {
    INT(bound_fact, ask, .doc = "Place of the requirement"),
    TEXT(bound_fact, country, .optional = true, .doc = "From where"),
    INT(bound_fact, level, .optional = true, .doc = "Of the first skill, at least"),
    INT(bound_fact, least, .doc = "Seats at least"),
    INT(bound_fact, most, .optional = true, .doc = "Seats at most"),
    INT(bound_fact, held, .doc = "Seats that are taken already"),
};
static const struct shape bound_shape =
    SHAPE(bound_fact, bound_fields, "A bound", .defaults = &bound_defaults);
static const struct field budget_fields[] = {
    TEXT(budget_fact, campaign_id, .doc = "Campaign"),
    INT(budget_fact, week_minor, .doc = "What is left of it for a week"),
    TEXT(budget_fact, currency, .doc = "ISO 4217"),
};
static const struct shape budget_shape = SHAPE(budget_fact, budget_fields, "A budget");
static const struct field floor_fields[] = {
    TEXT(floor_fact, person_id, .doc = "Who"),
    INT(floor_fact, seats, .doc = "Seats at least"),
};
static const struct shape floor_shape = SHAPE(floor_fact, floor_fields, "A floor");
static const struct field facts_fields[] = {
    LIST(match_facts, asks, .of = &ask_shape, .doc = "Requirements"),
    LIST(match_facts, bars, .of = &bar_shape, .doc = "Who may not sit where"),
    LIST(match_facts, names, .of = &name_shape, .doc = "Whose holders may not sit where"),
    LIST(match_facts, loads, .of = &load_shape, .doc = "What experts have given away"),
    LIST(match_facts, bounds, .of = &bound_shape, .doc = "How many seats for whom"),
    LIST(match_facts, budgets, .of = &budget_shape, .doc = "What campaigns may spend"),
    LIST(match_facts, floors, .of = &floor_shape, .doc = "Who should get seats"),
};
const struct shape match_facts_shape =
    SHAPE(match_facts, facts_fields, "What a match knows beside the pool");

/* A list that grows. */
struct growing {
    char *at;
    size_t count;
    size_t room;
    size_t size;
};

static void *grown(struct arena *arena, struct growing *list)
{
    list->at = arena_room(arena, list->at, list->count, &list->room, list->size);
    return list->at + list->size * list->count++;
}

struct gathering {
    struct work *work;
    struct growing bars;
    struct growing names;
    struct growing loads;
    struct growing bounds;
    struct growing budgets;
    int64_t ask;
    const struct requirements_open_row *row;
};

static void bar(struct gathering *gathering, const char *person_id, const char *reason)
{
    *(struct bar_fact *)grown(gathering->work->arena, &gathering->bars) =
        (struct bar_fact){.ask = gathering->ask, .person_id = person_id, .reason = reason};
}

static void bar_name(struct gathering *gathering, const char *kind, const char *company,
                     const char *reason)
{
    struct arena *arena = gathering->work->arena;

    *(struct name_fact *)grown(arena, &gathering->names) =
        (struct name_fact){.ask = gathering->ask,
                           .name = arena_print(arena, "%s %s", kind, company_key(arena, company)),
                           .reason = reason};
}

static enum err bar_team(struct gathering *gathering, const char *campaign_id, const char *reason)
{
    struct team_of_campaign_row *rows;
    size_t count;

    TRY(team_of_campaign(
        gathering->work,
        &(struct team_of_campaign_args){.campaign_id = campaign_id,
                                        .organisation_id = gathering->row->organisation_id},
        &rows, &count));
    for (size_t i = 0; i < count; i++) {
        bar(gathering, rows[i].person_id, reason);
    }
    return OK;
}

/* Whom a company employs, or holds to confidence. */
static void bar_company(struct gathering *gathering, const char *company, const char *reason)
{
    bar_name(gathering, "employer", company, reason);
    bar_name(gathering, "duty", company, reason);
}

/* A rival's team stays away, and so does whom the rival employs or holds to confidence. */
static enum err bar_rival(struct gathering *gathering, const char *rival_id, const char *reason)
{
    struct work *work = gathering->work;
    struct organisation_row rival;
    struct team_of_client_row *rows;
    size_t count;

    TRY(organisation_by_id(work, &(struct organisation_by_id_args){.id = rival_id}, &rival));
    TRY(team_of_client(work, &(struct team_of_client_args){.organisation_id = rival_id}, &rows,
                       &count));
    for (size_t i = 0; i < count; i++) {
        bar(gathering, rows[i].person_id, reason);
    }
    bar_company(gathering, rival.name, reason);
    return OK;
}

static enum err bar_by_rule(struct gathering *gathering, const struct wall_rules_standing_row *rule)
{
    const char *reason =
        wall_words(gathering->work->arena, &(struct wall){.kind = rule->kind,
                                                          .reason = rule->reason,
                                                          .set_by = rule->set_by_name,
                                                          .set_at = rule->set_at,
                                                          .until_at = rule->until_at});

    if (strcmp(rule->kind, "rival") == 0) {
        return bar_rival(gathering, rule->subject, reason);
    }
    if (strcmp(rule->kind, "team") == 0) {
        return bar_team(gathering, rule->subject, reason);
    }
    if (strcmp(rule->kind, "person") == 0) {
        bar(gathering, rule->subject, reason);
    } else {
        bar_company(gathering, rule->subject, reason);
    }
    return OK;
}

/* The teams of clients that declared this one their rival. */
static enum err bar_from_beyond(struct gathering *gathering)
{
    struct work *work = gathering->work;
    struct teams_walled_off_row *rows;
    size_t count;

    TRY(teams_walled_off(
        work,
        &(struct teams_walled_off_args){.organisation_id = gathering->row->organisation_id,
                                        .now = work->now_us},
        &rows, &count));
    for (size_t i = 0; i < count; i++) {
        bar(gathering, rows[i].person_id,
            "works for a client that has walled itself off from this one");
    }
    return OK;
}

static enum err bar_by_rules(struct gathering *gathering)
{
    struct work *work = gathering->work;
    struct wall_rules_standing_row *rules;
    size_t count;

    TRY(wall_rules_standing(
        work,
        &(struct wall_rules_standing_args){.organisation_id = gathering->row->organisation_id,
                                           .now = work->now_us},
        &rules, &count));
    for (size_t i = 0; i < count; i++) {
        if (rules[i].campaign_id == NULL ||
            strcmp(rules[i].campaign_id, gathering->row->campaign_id) == 0) {
            TRY(bar_by_rule(gathering, &rules[i]));
        }
    }
    return bar_from_beyond(gathering);
}

static enum err bar_by_walls(struct gathering *gathering)
{
    struct work *work = gathering->work;
    struct walls_standing_row *rows;
    size_t count;

    TRY(walls_standing(
        work,
        &(struct walls_standing_args){.campaign_id = gathering->row->campaign_id,
                                      .organisation_id = gathering->row->organisation_id,
                                      .now = work->now_us},
        &rows, &count));
    for (size_t i = 0; i < count; i++) {
        bar(gathering, rows[i].person_id,
            wall_words(work->arena, &(struct wall){.kind = "manual",
                                                   .reason = rows[i].reason,
                                                   .set_by = rows[i].set_by_name,
                                                   .set_at = rows[i].set_at,
                                                   .until_at = rows[i].until_at}));
    }
    bar_name(gathering, "employer", gathering->row->organisation_name, "works for the client");
    bar_name(gathering, "hidden", gathering->row->organisation_name, "hides from the client");
    return OK;
}

/* Why an offer keeps its person away from the seats; NULL: it does not. */
static const char *why_offer_bars(struct arena *arena, const struct offers_about_row *offer)
{
    const char *state = offer->state;

    if (offer->elsewhere[0] != '\0') {
        return arena_print(arena, "has an offer for %s of this campaign", offer->elsewhere);
    }
    if (strcmp(state, "withdrawn") == 0 || strcmp(state, "undone") == 0) {
        return NULL;
    }
    if (strcmp(state, "declined") == 0 || strcmp(state, "expired") == 0) {
        return "did not take an offer for it";
    }
    return strcmp(state, "dropped") == 0 ? "left it before" : "has an offer for it already";
}

static enum err bar_by_history(struct gathering *gathering)
{
    struct work *work = gathering->work;
    const struct requirements_open_row *row = gathering->row;
    struct offers_about_row *offers;
    struct rejected_of_requirement_row *rejected;
    size_t count;

    TRY(offers_about(work,
                     &(struct offers_about_args){.requirement_id = row->id,
                                                 .campaign_id = row->campaign_id,
                                                 .organisation_id = row->organisation_id},
                     &offers, &count));
    for (size_t i = 0; i < count; i++) {
        const char *reason = why_offer_bars(work->arena, &offers[i]);

        if (reason != NULL) {
            bar(gathering, offers[i].person_id, reason);
        }
    }
    TRY(rejected_of_requirement(
        work,
        &(struct rejected_of_requirement_args){.requirement_id = row->id,
                                               .organisation_id = row->organisation_id},
        &rejected, &count));
    for (size_t i = 0; i < count; i++) {
        bar(gathering, rejected[i].person_id, "an operator decided for somebody else");
    }
    return bar_team(gathering, row->campaign_id, "is or was on the campaign's team");
}

static enum err bar_closed(struct gathering *gathering)
{
    struct people_closed_row *rows;
    size_t count;

    TRY(people_closed(gathering->work, &rows, &count));
    for (size_t i = 0; i < count; i++) {
        bar(gathering, rows[i].id, "the account is closed");
    }
    return OK;
}

static enum err take_bounds(struct gathering *gathering, const struct demand *demand)
{
    const struct demand_bound *bounds = demand->bounds.at;

    for (size_t i = 0; i < demand->bounds.count; i++) {
        struct bound_fact *fact = grown(gathering->work->arena, &gathering->bounds);

        *fact = (struct bound_fact){.ask = gathering->ask,
                                    .country = bounds[i].country,
                                    .level = bounds[i].level,
                                    .least = bounds[i].least,
                                    .most = bounds[i].most};
        TRY(limit_bound_held(gathering->work,
                             &(struct limit_place){
                                 .requirement_id = gathering->row->id,
                                 .organisation_id = gathering->row->organisation_id,
                             },
                             demand, fact));
    }
    return OK;
}

/* Where money is counted, rates must be in its currency, ceiling or not. */
static enum err take_budget(struct gathering *gathering, struct demand *demand)
{
    struct work *work = gathering->work;
    const char *campaign_id = gathering->row->campaign_id;
    const struct budget_fact *budgets = (const struct budget_fact *)(void *)gathering->budgets.at;
    struct budget_fact left;
    enum err err = OK;
    size_t i = 0;

    while (i < gathering->budgets.count && strcmp(budgets[i].campaign_id, campaign_id) != 0) {
        i++;
    }
    if (i == gathering->budgets.count) {
        err = limit_budget_left(work, campaign_id, gathering->row->organisation_id, &left);
        if (err == OK) {
            *(struct budget_fact *)grown(work->arena, &gathering->budgets) = left;
        }
    } else {
        left = budgets[i];
    }
    if (err == OK && demand->currency != NULL && strcmp(demand->currency, left.currency) != 0) {
        return work_fail(
            work, ERR_CONFLICT, "%s has a budget in %s, but \"%s\" asks for rates in %s",
            gathering->row->campaign_name, left.currency, gathering->row->name, demand->currency);
    }
    if (err == OK) {
        demand->currency = demand->currency == NULL ? left.currency : demand->currency;
    }
    return err == ERR_NOT_FOUND ? OK : err;
}

static enum err take_ask(struct gathering *gathering, struct ask_fact *out)
{
    const struct requirements_open_row *row = gathering->row;
    int64_t left = row->seats - row->held_count;

    *out = (struct ask_fact){.id = row->id,
                             .name = row->name,
                             .version_number = row->version_number,
                             .organisation_id = row->organisation_id,
                             .organisation_name = row->organisation_name,
                             .campaign_id = row->campaign_id,
                             .campaign_name = row->campaign_name,
                             .seats = left < 0 ? 0 : left};
    TRY(demand_read(gathering->work, row->demand, &out->demand));
    TRY(bar_by_walls(gathering));
    TRY(bar_by_rules(gathering));
    TRY(bar_closed(gathering));
    TRY(bar_by_history(gathering));
    TRY(take_bounds(gathering, &out->demand));
    return take_budget(gathering, &out->demand);
}

static enum err take_load(struct work *work, void *context, const struct load_row *row)
{
    struct gathering *gathering = context;

    *(struct load_fact *)grown(work->arena, &gathering->loads) = (struct load_fact){
        .person_id = arena_copy(work->arena, row->person_id, strlen(row->person_id)),
        .seats = row->seat_count,
        .hours = row->week_min / 60};
    return OK;
}

enum err match_facts_gather(struct work *work, const char *person_id, struct match_facts *out)
{
    struct gathering gathering = {.work = work,
                                  .bars.size = sizeof(struct bar_fact),
                                  .names.size = sizeof(struct name_fact),
                                  .loads.size = sizeof(struct load_fact),
                                  .bounds.size = sizeof(struct bound_fact),
                                  .budgets.size = sizeof(struct budget_fact)};
    struct requirements_open_row *rows;
    size_t count;

    TRY(requirements_open(work, &(struct requirements_open_args){.person_id = person_id}, &rows,
                          &count));
    struct ask_fact *asks = arena_array(work->arena, struct ask_fact, count);

    for (size_t i = 0; i < count; i++) {
        gathering.ask = (int64_t)i;
        gathering.row = &rows[i];
        TRY(take_ask(&gathering, &asks[i]));
    }
    TRY(loads(work, take_load, &gathering));
    *out = (struct match_facts){
        .asks = {.at = asks, .count = count},
        .bars = {.at = gathering.bars.at, .count = gathering.bars.count},
        .names = {.at = gathering.names.at, .count = gathering.names.count},
        .loads = {.at = gathering.loads.at, .count = gathering.loads.count},
        .bounds = {.at = gathering.bounds.at, .count = gathering.bounds.count},
        .budgets = {.at = gathering.budgets.at, .count = gathering.budgets.count},
    };
    return OK;
}

const char *match_facts_text(struct work *work, const struct match_facts *facts)
{
    struct buffer text = buffer_new(work->arena);
    struct json_out out = json_to(&text);

    json_encode(&out, &match_facts_shape, facts);
    return arena_copy(work->arena, text.at, text.size);
}

enum err match_facts_read(struct work *work, const char *text, struct match_facts *out)
{
    struct json *value = NULL;

    TRY(json_parse(work->arena, text_of(text), &value, &work->fault));
    return json_decode(work->arena, value, &match_facts_shape, out, &work->fault);
}
