#include "slice/match/requirement.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/expert/expert_sql.h"
#include "slice/expert/profile.h"
#include "slice/expert/taxonomy.h"
#include "slice/match/bound_rule.h"
#include "slice/match/match_sql.h"
#include "store/work.h"

static const struct demand_skill skill_defaults = {.level = 1};
static const struct field skill_fields[] = {
    TEXT(demand_skill, name, .min = 1, .max = 120, .doc = "Name; normalised to the list of skills"),
    INT(demand_skill, level, .optional = true, .min = 1, .max = 10,
        .doc = "At this level or above"),
};
static const struct shape skill_shape =
    SHAPE(demand_skill, skill_fields, "A skill that is asked for", .defaults = &skill_defaults);

static const struct demand_bound bound_defaults = {.level = INT_ABSENT, .most = INT_ABSENT};
static const struct field bound_fields[] = {
    TEXT(demand_bound, country, .optional = true, .min = 2, .max = 60, .doc = "From here, as DE"),
    INT(demand_bound, level, .optional = true, .min = 1, .max = 10,
        .doc = "At this level of the first skill or above"),
    INT(demand_bound, least, .optional = true, .min = 0, .max = 10000, .doc = "Seats at least"),
    INT(demand_bound, most, .optional = true, .min = 0, .max = 10000, .doc = "Seats at most"),
};
static const struct shape bound_shape =
    SHAPE(demand_bound, bound_fields, "Seats for experts of a country, a level, or both",
          .defaults = &bound_defaults);

static const struct demand demand_defaults = {.zone = (double)NAN,
                                              .zone_shift = (double)NAN,
                                              .hours = INT_ABSENT,
                                              .rate_minor = INT_ABSENT,
                                              .starts_at = INT_ABSENT,
                                              .ends_at = INT_ABSENT};
static const struct field demand_fields[] = {
    LIST(demand, skills, .optional = true, .of = &skill_shape, .max = 16, .doc = "All of them"),
    TEXT(demand, domain, .optional = true, .max = 60, .doc = "Field of expertise"),
    TEXTS(demand, languages, .optional = true, .max = 16, .doc = "All of them, as en"),
    TEXTS(demand, credentials, .optional = true, .max = 16, .doc = "All of them, unexpired"),
    TEXTS(demand, countries, .optional = true, .max = 60, .doc = "One of them, as DE"),
    REAL(demand, zone, .optional = true, .min = -14, .max = 14, .doc = "Hours east of UTC"),
    REAL(demand, zone_shift, .optional = true, .min = 0, .max = 12,
         .doc = "Hours that clocks may differ; 4 unless said"),
    INT(demand, hours, .optional = true, .min = 0, .max = 168, .doc = "Hours a week, least"),
    INT(demand, rate_minor, .optional = true, .min = 0, .max = 10000000,
        .doc = "Ceiling of the hourly rate, in minor units"),
    TEXT(demand, currency, .optional = true, .min = 3, .max = 3,
         .doc = "Of the ceiling, ISO 4217; the campaign's unless said"),
    TEXT(demand, pool_id, .optional = true, .max = 40, .doc = "Only experts of this saved pool"),
    TIME(demand, starts_at, .optional = true, .doc = "When the work begins"),
    TIME(demand, ends_at, .optional = true, .doc = "When it must be done"),
    TEXT(demand, text, .optional = true, .max = 20000, .doc = "The work in words; ranks experts"),
    LIST(demand, bounds, .optional = true, .of = &bound_shape, .max = 32,
         .doc =
             "How many of the seats at least, and at most, for whom; by country, or by level, or "
             "by level within each country"),
};
const struct shape demand_shape =
    SHAPE(demand, demand_fields, "What an expert must have", .defaults = &demand_defaults);

enum err demand_read(struct work *work, const char *json, struct demand *out)
{
    struct json *value = NULL;

    TRY(json_parse(work->arena, text_of(json), &value, &work->fault));
    return json_decode(work->arena, value, &demand_shape, out, &work->fault);
}

struct requirement {
    const char *id;
    const char *campaign_id;
    const char *name;
    const char *state;
    int64_t seats;
    int64_t version_number;
    struct demand demand;
    int64_t created_at;
};
static const struct field requirement_fields[] = {
    TEXT(requirement, id, .doc = "Identifier, `req_` and 26 characters"),
    TEXT(requirement, campaign_id, .doc = "Where it belongs"),
    TEXT(requirement, name, .doc = "Name, unique in the campaign"),
    TEXT(requirement, state, .choices = "open|closed", .doc = "Closed: matches leave it out"),
    INT(requirement, seats, .doc = "Experts wanted"),
    INT(requirement, version_number, .doc = "Grows with every edit; for If-Match"),
    OBJECT(requirement, demand, demand, .of = &demand_shape, .doc = "What an expert must have"),
    TIME(requirement, created_at, .doc = "Since when"),
};
const struct shape requirement_shape =
    SHAPE(requirement, requirement_fields, "What a campaign asks for");

struct requirement_list {
    struct list items;
};
static const struct field list_fields[] = {
    LIST(requirement_list, items, .of = &requirement_shape, .doc = "Oldest first"),
};
const struct shape requirement_list_shape =
    SHAPE(requirement_list, list_fields, "A campaign's requirements");

struct requirement_body {
    const char *name;
    int64_t seats;
    struct demand demand;
};
static const struct field body_fields[] = {
    TEXT(requirement_body, name, .min = 1, .max = 120, .doc = "Name, unique in the campaign"),
    INT(requirement_body, seats, .min = 1, .max = 10000, .doc = "Experts wanted"),
    OBJECT(requirement_body, demand, demand, .of = &demand_shape,
           .doc = "What an expert must have"),
};
const struct shape requirement_body_shape =
    SHAPE(requirement_body, body_fields, "A new requirement");

struct requirement_edit {
    const char *name;
    const char *state;
    int64_t seats;
    struct demand demand;
};
static const struct requirement_edit edit_defaults = {.state = "open"};
static const struct field edit_fields[] = {
    TEXT(requirement_edit, name, .min = 1, .max = 120, .doc = "Name, unique in the campaign"),
    TEXT(requirement_edit, state, .optional = true, .choices = "open|closed",
         .doc = "Closed: matches leave it out"),
    INT(requirement_edit, seats, .min = 1, .max = 10000, .doc = "Experts wanted"),
    OBJECT(requirement_edit, demand, demand, .of = &demand_shape,
           .doc = "What an expert must have"),
};
const struct shape requirement_edit_shape =
    SHAPE(requirement_edit, edit_fields, "A requirement anew", .defaults = &edit_defaults);

/* ------------------------------------------------------------------ rules */

static enum err normalise_skills(struct work *work, struct demand *demand)
{
    TAXONOMY_SCOPE taxonomy = NULL;
    const struct demand_skill *given = demand->skills.at;
    struct demand_skill *skills =
        arena_array(work->arena, struct demand_skill, demand->skills.count);

    TRY(taxonomy_new(work->arena, &taxonomy, &work->fault));
    for (size_t i = 0; i < demand->skills.count; i++) {
        skills[i].name = taxonomy_link(work->arena, taxonomy, given[i].name).name;
        skills[i].level = given[i].level;
        for (size_t k = 0; k < i; k++) {
            if (strcmp(skills[k].name, skills[i].name) == 0) {
                return work_fail_field(work, ERR_INVALID,
                                       arena_print(work->arena, "demand.skills[%zu].name", i),
                                       "the skill %s is asked for twice", skills[i].name);
            }
        }
    }
    demand->skills.at = skills;
    return OK;
}

static enum err check_pool(struct work *work, const char *pool_id)
{
    struct expert_pool_row pool;

    if (pool_id == NULL) {
        return OK;
    }
    enum err err =
        expert_pool_by_id(work,
                          &(struct expert_pool_by_id_args){
                              .id = pool_id, .organisation_id = work->who->organisation_id},
                          &pool);

    return err == ERR_NOT_FOUND ? work_fail_field(work, ERR_INVALID, "demand.pool_id",
                                                  "there is no pool %.40s", pool_id)
                                : err;
}

/* What contradicts itself is refused here; what nobody can meet shows in the match. */
static enum err check_demand(struct work *work, struct demand *demand, int64_t seats)
{
    struct bound_refusal refusal;

    if (!isnan(demand->zone_shift) && isnan(demand->zone)) {
        return work_fail_field(work, ERR_INVALID, "demand.zone",
                               "zone_shift is given, so zone is needed too");
    }
    if (demand->currency != NULL && demand->rate_minor == INT_ABSENT) {
        return work_fail_field(work, ERR_INVALID, "demand.rate_minor",
                               "a currency is given, so a ceiling is needed too");
    }
    if (demand->starts_at != INT_ABSENT && demand->ends_at != INT_ABSENT &&
        demand->ends_at <= demand->starts_at) {
        return work_fail_field(work, ERR_INVALID, "demand.ends_at",
                               "the work must end after it begins");
    }
    if (!bounds_agree(work->arena, demand, seats, &refusal)) {
        return work_fail_field(work, ERR_INVALID, refusal.field, "%s", refusal.text);
    }
    TRY(check_pool(work, demand->pool_id));
    return normalise_skills(work, demand);
}

static const char *demand_text(struct work *work, const struct demand *demand)
{
    struct buffer text = buffer_new(work->arena);
    struct json_out out = json_to(&text);

    json_encode(&out, &demand_shape, demand);
    return arena_copy(work->arena, text.at, text.size);
}

/* ------------------------------------------------------------------ handlers */

enum err requirement_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct requirement_owner_find_row row;
    enum err err =
        requirement_owner_find(work, &(struct requirement_owner_find_args){.id = id}, &row);

    if (err == OK) {
        err = account_may_reach(work, row.organisation_id);
    }
    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no requirement %.40s, or none you may see", id);
    }
    TRY(err);
    *organisation_id = row.organisation_id;
    return OK;
}

enum err requirement_find(struct work *work, const char *id, struct requirement_row *out)
{
    enum err err = requirement_by_id(
        work, &(struct requirement_by_id_args){.id = id, .organisation_id = work->organisation_id},
        out);

    return err == ERR_NOT_FOUND
               ? work_fail(work, err, "there is no requirement %.40s, or none you may see", id)
               : err;
}

static enum err view(struct work *work, const struct requirement_row *row, struct requirement *out)
{
    *out = (struct requirement){.id = row->id,
                                .campaign_id = row->campaign_id,
                                .name = row->name,
                                .state = row->state,
                                .seats = row->seats,
                                .version_number = row->version_number,
                                .created_at = row->created_at};
    return demand_read(work, row->demand, &out->demand);
}

enum err requirement_serve_add(struct call *call)
{
    const struct requirement_body *body = call->body;
    struct work *work = call->work;
    struct made *made = arena_new_of(work->arena, struct made);
    struct demand demand = body->demand;

    TRY(check_demand(work, &demand, body->seats));
    made->id = work_new_id(work, "req");
    enum err err = requirement_insert(
        work, &(struct requirement_insert_args){.id = made->id,
                                                .organisation_id = work->organisation_id,
                                                .campaign_id = call->ids[0],
                                                .name = body->name,
                                                .seats = body->seats,
                                                .demand = demand_text(work, &demand),
                                                .created_at = work->now_us,
                                                .created_by = work->who->person_id});

    if (err == ERR_CONFLICT) {
        return work_fail_field(work, err, "name", "the campaign has a requirement \"%s\" already",
                               body->name);
    }
    TRY(err);
    TRY(audit(work, "requirement.add", made->id, "{}"));
    call->reply = made;
    return OK;
}

enum err requirement_serve_list(struct call *call)
{
    struct work *work = call->work;
    struct requirement_list *list = arena_new_of(work->arena, struct requirement_list);
    struct requirement_row *rows;
    size_t count;

    TRY(requirement_page(work,
                         &(struct requirement_page_args){.campaign_id = call->ids[0],
                                                         .organisation_id = work->organisation_id},
                         &rows, &count));
    struct requirement *items = arena_array(work->arena, struct requirement, count);

    for (size_t i = 0; i < count; i++) {
        TRY(view(work, &rows[i], &items[i]));
    }
    list->items = (struct list){.at = items, .count = count};
    call->reply = list;
    return OK;
}

enum err requirement_serve_show(struct call *call)
{
    struct work *work = call->work;
    struct requirement *out = arena_new_of(work->arena, struct requirement);
    struct requirement_row row;

    TRY(requirement_find(work, call->ids[0], &row));
    TRY(view(work, &row, out));
    call->version = arena_print(work->arena, "%lld", (long long)row.version_number);
    call->reply = out;
    return OK;
}

enum err requirement_serve_put(struct call *call)
{
    const struct requirement_edit *body = call->body;
    struct work *work = call->work;
    struct demand demand = body->demand;
    struct requirement_row row;
    int64_t affected;

    TRY(requirement_find(work, call->ids[0], &row));
    const char *version = arena_print(work->arena, "%lld", (long long)row.version_number);

    if (call->if_match != NULL && strcmp(call->if_match, version) != 0) {
        return work_fail(work, ERR_CONFLICT,
                         "somebody else changed the requirement meanwhile; reload and try again");
    }
    TRY(check_demand(work, &demand, body->seats));
    enum err err = requirement_change(work,
                                      &(struct requirement_change_args){
                                          .id = row.id,
                                          .organisation_id = work->organisation_id,
                                          .name = body->name,
                                          .state = body->state,
                                          .seats = body->seats,
                                          .demand = demand_text(work, &demand),
                                          .version_number = row.version_number,
                                      },
                                      &affected);

    if (err == ERR_CONFLICT) {
        return work_fail_field(work, err, "name", "the campaign has a requirement \"%s\" already",
                               body->name);
    }
    TRY(err);
    TRY(audit(work, "requirement.put", row.id, "{}"));
    return requirement_serve_show(call);
}
