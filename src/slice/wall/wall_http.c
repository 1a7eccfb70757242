#include <string.h>

#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/account/account_sql.h"
#include "slice/campaign/campaign.h"
#include "slice/expert/profile.h"
#include "slice/slice.h"
#include "slice/wall/wall.h"
#include "slice/wall/wall_sql.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

/* ------------------------------------------------------------------ by hand */

static const struct field wall_fields[] = {
    TEXT(wall_row, id, .doc = "Identifier, `wal_` and 26 characters"),
    TEXT(wall_row, person_id, .doc = "Who is kept away"),
    TEXT(wall_row, name, .doc = "The person's name"),
    TEXT(wall_row, reason, .doc = "Why"),
    TEXT(wall_row, set_by, .doc = "Who set it"),
    TEXT(wall_row, set_by_name, .doc = "That person's name"),
    TIME(wall_row, set_at, .doc = "Since when"),
    TIME(wall_row, until_at, .optional = true, .doc = "Until when"),
    TIME(wall_row, lifted_at, .optional = true, .doc = "When it was lifted"),
};
static const struct shape wall_shape = SHAPE(wall_row, wall_fields, "A wall");

struct wall_list {
    struct list items;
};
static const struct field wall_list_fields[] = {
    LIST(wall_list, items, .of = &wall_shape, .doc = "Oldest first"),
};
static const struct shape wall_list_shape =
    SHAPE(wall_list, wall_list_fields, "A campaign's walls");

struct wall_body {
    const char *person_id;
    const char *reason;
    int64_t until_at;
};
static const struct field wall_body_fields[] = {
    TEXT(wall_body, person_id, .doc = "Who shall be kept away", .min = 1, .max = 40),
    TEXT(wall_body, reason, .doc = "Why", .min = 3, .max = 500),
    TIME(wall_body, until_at, .optional = true, .doc = "Until when; none: until it is lifted"),
};
static const struct shape wall_body_shape = SHAPE(wall_body, wall_body_fields, "A new wall");

static enum err serve_walls(struct call *call)
{
    struct work *work = call->work;
    struct wall_list *list = arena_new_of(work->arena, struct wall_list);
    struct wall_row *rows;
    size_t count;

    TRY(wall_page(work,
                  &(struct wall_page_args){.campaign_id = call->ids[0],
                                           .organisation_id = work->organisation_id},
                  &rows, &count));
    list->items = (struct list){.at = rows, .count = count};
    call->reply = list;
    return OK;
}

static enum err serve_add(struct call *call)
{
    const struct wall_body *body = call->body;
    struct work *work = call->work;
    struct made *made = arena_new_of(work->arena, struct made);

    made->id = work_new_id(work, "wal");
    enum err err = wall_insert(work, &(struct wall_insert_args){
                                         .id = made->id,
                                         .organisation_id = work->organisation_id,
                                         .campaign_id = call->ids[0],
                                         .person_id = body->person_id,
                                         .reason = body->reason,
                                         .set_by = work->who->person_id,
                                         .set_at = work->now_us,
                                         .until_at = body->until_at,
                                     });

    if (err == ERR_CONFLICT) {
        return work_fail_field(work, ERR_INVALID, "person_id", "there is no person %s",
                               body->person_id);
    }
    TRY(err);
    TRY(audit(work, "wall.add", made->id, "{}"));
    call->reply = made;
    return OK;
}

static enum err serve_lift(struct call *call)
{
    struct work *work = call->work;
    int64_t affected;

    TRY(wall_lift(work,
                  &(struct wall_lift_args){.id = call->ids[1],
                                           .campaign_id = call->ids[0],
                                           .organisation_id = work->organisation_id,
                                           .lifted_at = work->now_us},
                  &affected));
    if (affected == 0) {
        return work_fail(work, ERR_NOT_FOUND, "there is no such wall that still stands");
    }
    TRY(audit(work, "wall.lift", call->ids[1], "{}"));
    call->reply = &done;
    return OK;
}

/* ------------------------------------------------------------------ by rule */

#define KINDS "rival|employer|team|person"

static const struct field rule_fields[] = {
    TEXT(wall_rule_row, id, .doc = "Identifier, `wlr_` and 26 characters"),
    TEXT(wall_rule_row, campaign_id, .optional = true, .doc = "None: all campaigns of the client"),
    TEXT(wall_rule_row, campaign_name, .optional = true, .doc = "That campaign's name"),
    TEXT(wall_rule_row, kind, .choices = KINDS, .doc = "Whom it keeps away"),
    TEXT(wall_rule_row, subject, .doc = "The organisation, company, campaign or person"),
    TEXT(wall_rule_row, subject_name, .doc = "The name of that"),
    TEXT(wall_rule_row, reason, .doc = "Why"),
    TEXT(wall_rule_row, set_by, .doc = "Who set it"),
    TEXT(wall_rule_row, set_by_name, .doc = "That person's name"),
    TIME(wall_rule_row, set_at, .doc = "Since when"),
    TIME(wall_rule_row, until_at, .optional = true, .doc = "Until when"),
    TIME(wall_rule_row, lifted_at, .optional = true, .doc = "When it was lifted"),
};
static const struct shape rule_shape = SHAPE(wall_rule_row, rule_fields, "A wall by rule");

struct wall_rule_list {
    struct list items;
};
static const struct field rule_list_fields[] = {
    LIST(wall_rule_list, items, .of = &rule_shape, .doc = "Oldest first"),
};
static const struct shape wall_rule_list_shape =
    SHAPE(wall_rule_list, rule_list_fields, "A client's walls");

struct wall_rule_body {
    const char *kind;
    const char *subject;
    const char *of_campaign;
    const char *reason;
    int64_t until_at;
};
static const struct field rule_body_fields[] = {
    TEXT(wall_rule_body, kind, .choices = KINDS,
         .doc = "rival: who works for that organisation's campaigns; employer: whom that company "
                "employs or holds to confidence; team: who is or was on that campaign's team; "
                "person: one expert"),
    TEXT(wall_rule_body, subject, .min = 1, .max = 200,
         .doc = "Organisation, company's name, campaign or person"),
    TEXT(wall_rule_body, of_campaign, .optional = true, .max = 40,
         .doc = "Only this campaign; all of the client unless said"),
    TEXT(wall_rule_body, reason, .min = 3, .max = 500, .doc = "Why; those kept away read it"),
    TIME(wall_rule_body, until_at, .optional = true, .doc = "Until when; none: until lifted"),
};
static const struct shape wall_rule_body_shape =
    SHAPE(wall_rule_body, rule_body_fields, "A new wall by rule");

static enum err serve_rules(struct call *call)
{
    struct work *work = call->work;
    struct wall_rule_list *list = arena_new_of(work->arena, struct wall_rule_list);
    struct wall_rule_row *rows;
    size_t count;

    TRY(wall_rule_page(work,
                       &(struct wall_rule_page_args){.organisation_id = work->organisation_id},
                       &rows, &count));
    list->items = (struct list){.at = rows, .count = count};
    call->reply = list;
    return OK;
}

static enum err refuse_unknown(struct work *work, const char *field, const char *what,
                               const char *id, enum err err)
{
    return err == ERR_NOT_FOUND
               ? work_fail_field(work, ERR_INVALID, field, "there is no %s %.60s", what, id)
               : err;
}

static enum err is_campaign(struct work *work, const char *field, const char *id)
{
    struct wall_campaign_find_row row;

    return refuse_unknown(
        work, field, "campaign of this client", id,
        wall_campaign_find(
            work,
            &(struct wall_campaign_find_args){.id = id, .organisation_id = work->organisation_id},
            &row));
}

/* Checks the subject, and gives the key by which companies are compared; NULL: it is none. */
static enum err check_subject(struct work *work, const struct wall_rule_body *body,
                              const char **key)
{
    struct organisation_row organisation;
    struct wall_person_find_row person;

    *key = NULL;
    if (strcmp(body->kind, "team") == 0) {
        return is_campaign(work, "subject", body->subject);
    }
    if (strcmp(body->kind, "person") == 0) {
        return refuse_unknown(
            work, "subject", "person", body->subject,
            wall_person_find(work, &(struct wall_person_find_args){.id = body->subject}, &person));
    }
    if (strcmp(body->kind, "employer") == 0) {
        *key = company_key(work->arena, body->subject);
        return OK;
    }
    if (strcmp(body->subject, work->organisation_id) == 0) {
        return work_fail_field(work, ERR_INVALID, "subject", "nobody is a rival of themselves");
    }
    TRY(refuse_unknown(work, "subject", "organisation", body->subject,
                       organisation_by_id(work,
                                          &(struct organisation_by_id_args){.id = body->subject},
                                          &organisation)));
    *key = company_key(work->arena, organisation.name);
    return OK;
}

static enum err serve_rule_add(struct call *call)
{
    const struct wall_rule_body *body = call->body;
    struct work *work = call->work;
    struct made *made = arena_new_of(work->arena, struct made);
    const char *key;

    TRY(check_subject(work, body, &key));
    if (body->of_campaign != NULL) {
        TRY(is_campaign(work, "of_campaign", body->of_campaign));
    }
    if (body->until_at != INT_ABSENT && body->until_at <= work->now_us) {
        return work_fail_field(work, ERR_INVALID, "until_at", "that moment has passed already");
    }
    made->id = work_new_id(work, "wlr");
    TRY(wall_rule_insert(work,
                         &(struct wall_rule_insert_args){.id = made->id,
                                                         .organisation_id = work->organisation_id,
                                                         .campaign_id = body->of_campaign,
                                                         .kind = body->kind,
                                                         .subject = body->subject,
                                                         .subject_key = key,
                                                         .reason = body->reason,
                                                         .set_by = work->who->person_id,
                                                         .set_at = work->now_us,
                                                         .until_at = body->until_at}));
    TRY(audit(work, "wall_rule.add", made->id, "{}"));
    call->reply = made;
    return OK;
}

static enum err serve_rule_lift(struct call *call)
{
    struct work *work = call->work;
    int64_t affected;

    TRY(wall_rule_lift(work,
                       &(struct wall_rule_lift_args){.id = call->ids[1],
                                                     .organisation_id = work->organisation_id,
                                                     .lifted_at = work->now_us},
                       &affected));
    if (affected == 0) {
        return work_fail(work, ERR_NOT_FOUND, "there is no such wall that still stands");
    }
    TRY(audit(work, "wall_rule.lift", call->ids[1], "{}"));
    call->reply = &done;
    return OK;
}

/* ------------------------------------------------------------------ routes */

/* A client that the asker may reach. */
static enum err client_owner(struct work *work, const char *id, const char **organisation_id)
{
    TRY(account_may_reach(work, id));
    *organisation_id = id;
    return OK;
}

static const struct route routes[] = {
    {GET, "/v1/campaigns/{campaign_id}/walls", serve_walls, ROLE_OPERATOR | ROLE_CLIENT, 200,
     .owner = campaign_owner, .reply = &wall_list_shape, .summary = "List a campaign's walls",
     .command = "wall list"},
    {POST, "/v1/campaigns/{campaign_id}/walls", serve_add, ROLE_OPERATOR, 201, ROUTE_WRITES,
     .owner = campaign_owner, .body = &wall_body_shape, .reply = &made_shape,
     .summary = "Keep a person away from a campaign", .command = "wall add"},
    {DELETE, "/v1/campaigns/{campaign_id}/walls/{wall_id}", serve_lift, ROLE_OPERATOR, 200,
     ROUTE_WRITES, .owner = campaign_owner, .reply = &nothing_shape, .summary = "Lift a wall",
     .command = "wall lift"},
    {GET, "/v1/organisations/{organisation_id}/wall-rules", serve_rules,
     ROLE_OPERATOR | ROLE_CLIENT, 200, .owner = client_owner, .reply = &wall_rule_list_shape,
     .summary = "List a client's walls by rule", .command = "wall rules"},
    {POST, "/v1/organisations/{organisation_id}/wall-rules", serve_rule_add, ROLE_OPERATOR, 201,
     ROUTE_WRITES, .owner = client_owner, .body = &wall_rule_body_shape, .reply = &made_shape,
     .summary = "Keep rivals' people, a company's, another team's or one person away",
     .command = "wall rule-add"},
    {DELETE, "/v1/organisations/{organisation_id}/wall-rules/{wall_rule_id}", serve_rule_lift,
     ROLE_OPERATOR, 200, ROUTE_WRITES, .owner = client_owner, .reply = &nothing_shape,
     .summary = "Lift a wall by rule", .command = "wall rule-lift"},
};

const struct slice wall_slice = {.name = "wall", .routes = routes, .route_count = COUNT(routes)};
