#include "slice/match/limit.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/time.h"
#include "slice/expert/expert_sql.h"
#include "slice/expert/profile.h"
#include "slice/match/build.h"
#include "slice/match/facts.h"
#include "slice/match/loaded.h"
#include "slice/match/match_sql.h"
#include "store/work.h"

enum {
    FLOORS_MAX = 5000,
    WEEK_MIN = 40 * 60, /* of terms without a cap */
};

/* ------------------------------------------------------------------ what is left */

enum err limit_bound_held(struct work *work, const struct limit_place *place,
                          const struct demand *demand, struct bound_fact *fact)
{
    const struct demand_skill *skills = demand->skills.at;
    struct arena *arena = work->arena;
    struct bound_held_args asked = {
        .requirement_id = place->requirement_id,
        .organisation_id = place->organisation_id,
        .country = fact->country == NULL
                       ? ""
                       : arena_print(arena, "country %s", name_key(arena, fact->country)),
        .skill = "",
        .waiting = place->waiting,
    };
    struct bound_held_row row;

    if (fact->level != INT_ABSENT && demand->skills.count > 0) {
        asked.skill = arena_print(arena, "skill %s", skills[0].name);
        asked.least_level = fact->level;
    }
    TRY(bound_held(work, &asked, &row));
    fact->held = row.held_count;
    return OK;
}

/* What terms by the hour come to in a week. */
static int64_t week_of(int64_t hour_minor, int64_t week_min)
{
    return hour_minor * week_min / 60;
}

static enum err offer_week(struct work *work, const char *terms, int64_t *out)
{
    struct json *value = NULL;
    int64_t hour = 0;
    int64_t week = WEEK_MIN;

    TRY(json_parse(work->arena, text_of(terms), &value, &work->fault));
    const struct json *rate = json_member(value, "hour_minor");
    const struct json *cap = json_member(value, "week_cap_min");

    hour = rate != NULL && rate->kind == JSON_INT ? rate->integer : hour;
    week = cap != NULL && cap->kind == JSON_INT ? cap->integer : week;
    *out = week_of(hour, week);
    return OK;
}

/* What the team and the offers that stand come to in a week. */
static enum err committed(struct work *work, const char *campaign_id, const char *organisation_id,
                          int64_t *out)
{
    struct budget_team_row *team;
    struct budget_offers_row *offers;
    size_t team_count;
    size_t offer_count;

    TRY(budget_team(
        work,
        &(struct budget_team_args){.campaign_id = campaign_id, .organisation_id = organisation_id},
        &team, &team_count));
    TRY(budget_offers(work,
                      &(struct budget_offers_args){.campaign_id = campaign_id,
                                                   .organisation_id = organisation_id},
                      &offers, &offer_count));
    *out = 0;
    for (size_t i = 0; i < team_count; i++) {
        *out += week_of(team[i].hour_minor, team[i].week_min);
    }
    for (size_t i = 0; i < offer_count; i++) {
        int64_t week;

        TRY(offer_week(work, offers[i].offer_terms, &week));
        *out += week;
    }
    return OK;
}

/* A budget for the whole is spread over the weeks to the deadline, a part of one counts in full. */
static enum err week_of_whole(struct work *work, const struct match_budget_row *row,
                              const struct budget_paid_args *asked, int64_t *out)
{
    struct budget_paid_row paid;

    if (row->deadline_at <= work->now_us) {
        return work_fail(work, ERR_CONFLICT,
                         "a campaign's budget is for the whole, but its deadline %s; set another "
                         "one, or a budget by the week",
                         row->deadline_at == 0 ? "is missing" : "has passed");
    }
    int64_t weeks = (row->deadline_at - work->now_us + 7 * TIME_DAY - 1) / (7 * TIME_DAY);

    TRY(budget_paid(work, asked, &paid));
    *out = (row->whole_minor - paid.paid_minor) / weeks;
    return OK;
}

enum err limit_budget_left(struct work *work, const char *campaign_id, const char *organisation_id,
                           struct budget_fact *out)
{
    struct match_budget_row row;
    int64_t week;
    int64_t spent;

    TRY(match_budget_of(work,
                        &(struct match_budget_of_args){.campaign_id = campaign_id,
                                                       .organisation_id = organisation_id},
                        &row));
    week = row.week_minor;
    if (week == INT_ABSENT) {
        TRY(week_of_whole(work, &row,
                          &(struct budget_paid_args){.campaign_id = campaign_id,
                                                     .organisation_id = organisation_id,
                                                     .currency = row.currency,
                                                     .since_at = row.set_at},
                          &week));
    }
    TRY(committed(work, campaign_id, organisation_id, &spent));
    *out = (struct budget_fact){.campaign_id = campaign_id,
                                .week_minor = week > spent ? week - spent : 0,
                                .currency = row.currency};
    return OK;
}

/* ------------------------------------------------------------------ floors */

static int64_t seats_of(const struct match_facts *facts, const char *person_id)
{
    const struct load_fact *loads = facts->loads.at;

    for (size_t i = 0; i < facts->loads.count; i++) {
        if (strcmp(loads[i].person_id, person_id) == 0) {
            return loads[i].seats;
        }
    }
    return 0;
}

struct flooring {
    const struct match_options_view *options;
    const struct match_facts *facts;
    struct floor_fact *floors;
    size_t count;
    size_t room;
};

static enum err take_floor(struct work *work, void *context,
                           const struct expert_pool_member_at *row)
{
    struct flooring *flooring = context;
    int64_t left = flooring->options->floor_seats - seats_of(flooring->facts, row->person_id);

    if (left <= 0) {
        return OK;
    }
    if (flooring->count == FLOORS_MAX) {
        return work_fail(work, ERR_CONFLICT, "floors are for pools of %d experts at most",
                         FLOORS_MAX);
    }
    flooring->floors = arena_room(work->arena, flooring->floors, flooring->count, &flooring->room,
                                  sizeof(*flooring->floors));
    flooring->floors[flooring->count++] = (struct floor_fact){
        .person_id = arena_copy(work->arena, row->person_id, strlen(row->person_id)),
        .seats = left};
    return OK;
}

enum err limit_floors(struct work *work, const struct match_options_view *options,
                      int64_t pool_version, struct match_facts *facts)
{
    struct flooring flooring = {.options = options, .facts = facts};

    if (options->floor_pool_id == NULL) {
        return OK;
    }
    TRY(expert_pool_members(
        work,
        &(struct expert_pool_members_args){.pool_id = options->floor_pool_id,
                                           .organisation_id = work->organisation_id,
                                           .pool_version = pool_version},
        take_floor, &flooring));
    facts->floors = (struct list){.at = flooring.floors, .count = flooring.count};
    return OK;
}

/* ------------------------------------------------------------------ into an instance */

/* The number of a country is the place of the first bound that names it. */
static uint32_t country_number(struct arena *arena, const struct match_facts *facts, size_t bound)
{
    const struct bound_fact *bounds = facts->bounds.at;
    uint32_t i = 0;

    while (bounds[i].country == NULL || strcmp(name_key(arena, bounds[i].country),
                                               name_key(arena, bounds[bound].country)) != 0) {
        i++;
    }
    return i;
}

static uint32_t seats_left(int64_t asked, int64_t held)
{
    return asked > held ? (uint32_t)(asked - held) : 0;
}

static void set_countries(struct arena *arena, const struct match_facts *facts,
                          const struct match_input *input, struct match_instance *instance)
{
    const struct bound_fact *bounds = facts->bounds.at;

    for (size_t i = 0; i < facts->bounds.count; i++) {
        if (bounds[i].country == NULL || country_number(arena, facts, i) != i) {
            continue;
        }
        const char *name = arena_print(arena, "country %s", name_key(arena, bounds[i].country));
        uint32_t tag = 0;

        while (tag < input->tag_count && strcmp(input->tag_names[tag], name) != 0) {
            tag++;
        }
        for (uint32_t k = 0; tag < input->tag_count && k < instance->member_count; k++) {
            if (match_level(&input->experts, instance->members[k].row, tag) > 0) {
                instance->members[k].country = (uint32_t)i;
            }
        }
    }
}

static struct match_bound bound_of(struct arena *arena, const struct match_facts *facts, size_t at,
                                   int64_t held)
{
    const struct bound_fact *bound = &((const struct bound_fact *)facts->bounds.at)[at];

    return (struct match_bound){
        .ask = (uint32_t)bound->ask,
        .country = bound->country == NULL ? MATCH_ANY : country_number(arena, facts, at),
        .level = bound->level == INT_ABSENT ? 0 : (uint8_t)bound->level,
        .least = seats_left(bound->least, held),
        .most = bound->most == INT_ABSENT ? MATCH_ANY : seats_left(bound->most, held),
    };
}

static void set_bounds(struct arena *arena, const struct match_facts *facts,
                       struct match_limits *limits)
{
    const struct bound_fact *bounds = facts->bounds.at;

    limits->bounds = arena_array(arena, struct match_bound, facts->bounds.count + 1);
    for (size_t i = 0; i < facts->bounds.count; i++) {
        limits->bounds[limits->bound_count++] = bound_of(arena, facts, i, bounds[i].held);
    }
}

static void set_budgets(struct arena *arena, const struct match_facts *facts,
                        struct match_instance *instance)
{
    const struct budget_fact *budgets = facts->budgets.at;
    const struct ask_fact *asks = facts->asks.at;
    struct match_limits *limits = &instance->limits;

    limits->budgets = arena_array(arena, int64_t, facts->budgets.count + 1);
    for (size_t i = 0; i < facts->budgets.count; i++) {
        for (uint32_t k = 0; k < instance->ask_count; k++) {
            if (strcmp(asks[k].campaign_id, budgets[i].campaign_id) == 0) {
                instance->asks[k].budget = (uint32_t)i;
            }
        }
        limits->budgets[limits->budget_count++] = budgets[i].week_minor;
    }
}

static void set_floors(const struct match_facts *facts, struct match_instance *instance)
{
    const struct floor_fact *floors = facts->floors.at;

    for (size_t i = 0; i < facts->floors.count; i++) {
        uint32_t member = match_member_find(instance, floors[i].person_id);

        if (member != MATCH_NONE) {
            instance->members[member].floor = (uint16_t)floors[i].seats;
        }
    }
}

void limit_set(struct arena *arena, const struct match_facts *facts,
               const struct match_options_view *options, const struct match_input *input,
               struct match_instance *instance)
{
    instance->limits = (struct match_limits){.cap = options->cap, .spread = options->spread};
    set_countries(arena, facts, input, instance);
    set_bounds(arena, facts, &instance->limits);
    set_budgets(arena, facts, instance);
    set_floors(facts, instance);
}

/* ------------------------------------------------------------------ as they stand by now */

static enum err renew_bounds(struct work *work, const struct limit_place *place,
                             const struct match_facts *facts, uint32_t ask,
                             struct match_limits *limits)
{
    const struct bound_fact *bounds = facts->bounds.at;
    const struct ask_fact *asks = facts->asks.at;

    limits->bounds = arena_array(work->arena, struct match_bound, facts->bounds.count + 1);
    for (size_t i = 0; i < facts->bounds.count; i++) {
        struct bound_fact now = bounds[i];

        if (now.ask == ask) {
            TRY(limit_bound_held(work, place, &asks[ask].demand, &now));
            limits->bounds[limits->bound_count++] = bound_of(work->arena, facts, i, now.held);
        }
    }
    return OK;
}

/* What those come to a week who are proposed for a campaign and wait. */
static enum err waiting_week(struct work *work, const struct limit_place *place,
                             const struct ask_fact *fact, const struct match_instance *instance,
                             int64_t *out)
{
    struct budget_waiting_row *rows;
    size_t count;

    TRY(budget_waiting(work,
                       &(struct budget_waiting_args){.campaign_id = fact->campaign_id,
                                                     .organisation_id = place->organisation_id},
                       &rows, &count));
    *out = 0;
    for (size_t i = 0; i < count; i++) {
        uint32_t member = match_member_find(instance, rows[i].person_id);
        uint32_t ask = 0;

        while (ask < instance->ask_count &&
               strcmp(instance->asks[ask].id, rows[i].requirement_id) != 0) {
            ask++;
        }
        if (member != MATCH_NONE && ask < instance->ask_count) {
            *out += match_week_cost(instance, ask, member);
        }
    }
    return OK;
}

/* Beside bounds a budget cannot be kept by the engine: then one seat is filled, by somebody whom
 * it pays for. */
static void pay_for_one(struct match_instance *instance, uint32_t ask, int64_t left)
{
    for (uint32_t i = 0; i < instance->member_count; i++) {
        if (match_week_cost(instance, ask, i) > left) {
            instance->members[i].seats = 0;
        }
    }
    instance->asks[ask].seats = instance->asks[ask].seats > 0;
}

static enum err renew_budget(struct work *work, const struct limit_place *place,
                             const struct ask_fact *fact, uint32_t ask,
                             struct match_instance *instance)
{
    struct budget_fact budget = {0};
    int64_t waiting;
    enum err err = limit_budget_left(work, fact->campaign_id, place->organisation_id, &budget);

    if (err == ERR_NOT_FOUND) {
        return OK;
    }
    if (err != ERR_CONFLICT) { /* a budget without a deadline pays for nobody */
        TRY(err);
    }
    TRY(waiting_week(work, place, fact, instance, &waiting));
    int64_t left = budget.week_minor > waiting ? budget.week_minor - waiting : 0;

    if (instance->limits.bound_count > 0) {
        pay_for_one(instance, ask, left);
        return OK;
    }
    instance->limits.budgets = arena_array(work->arena, int64_t, 1);
    instance->limits.budgets[0] = left;
    instance->limits.budget_count = 1;
    instance->asks[ask].budget = 0;
    return OK;
}

enum err limit_renew(struct work *work, const struct limit_place *place,
                     const struct match_facts *facts, uint32_t ask, struct match_instance *instance)
{
    const struct ask_fact *asks = facts->asks.at;
    struct match_member *members =
        arena_array(work->arena, struct match_member, instance->member_count + 1UL);

    for (uint32_t i = 0; i < instance->member_count; i++) {
        members[i] = instance->members[i];
        members[i].floor = 0;
    }
    for (uint32_t i = 0; i < instance->ask_count; i++) {
        instance->asks[i].budget = MATCH_NONE;
    }
    instance->members = members;
    instance->limits = (struct match_limits){0};
    TRY(renew_bounds(work, place, facts, ask, &instance->limits));
    return renew_budget(work, place, &asks[ask], ask, instance);
}
