#include "slice/match/wall_rule.h"

#include <string.h>

#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/account/account_sql.h"
#include "slice/match/match_sql.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

#define KINDS "rival|employer|team|person"

static const struct field rule_fields[] = {
    TEXT(wall_rule_row, id, .doc = "Identifier, `wlr_` and 26 characters"),
    TEXT(wall_rule_row, campaign_id, .optional = true, .doc = "None: all campaigns of the client"),
    TEXT(wall_rule_row, kind, .choices = KINDS, .doc = "Whom it keeps away"),
    TEXT(wall_rule_row, subject, .doc = "The organisation, company, campaign or person"),
    TEXT(wall_rule_row, reason, .doc = "Why"),
    TEXT(wall_rule_row, set_by, .doc = "Who set it"),
    TIME(wall_rule_row, set_at, .doc = "Since when"),
    TIME(wall_rule_row, until_at, .optional = true, .doc = "Until when"),
    TIME(wall_rule_row, lifted_at, .optional = true, .doc = "When it was lifted"),
};
static const struct shape rule_shape = SHAPE(wall_rule_row, rule_fields, "A wall by rule");

struct wall_rule_list {
    struct list items;
};
static const struct field list_fields[] = {
    LIST(wall_rule_list, items, .of = &rule_shape, .doc = "Oldest first"),
};
const struct shape wall_rule_list_shape = SHAPE(wall_rule_list, list_fields, "A client's walls");

struct wall_rule_body {
    const char *kind;
    const char *subject;
    const char *of_campaign;
    const char *reason;
    int64_t until_at;
};
static const struct field body_fields[] = {
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
const struct shape wall_rule_body_shape = SHAPE(wall_rule_body, body_fields, "A new wall by rule");

enum err wall_rule_serve_list(struct call *call)
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
    struct rule_campaign_find_row row;

    return refuse_unknown(
        work, field, "campaign of this client", id,
        rule_campaign_find(
            work,
            &(struct rule_campaign_find_args){.id = id, .organisation_id = work->organisation_id},
            &row));
}

static enum err check_subject(struct work *work, const struct wall_rule_body *body)
{
    struct organisation_row organisation;
    struct match_person_name_row person;

    if (strcmp(body->kind, "rival") == 0) {
        if (strcmp(body->subject, work->organisation_id) == 0) {
            return work_fail_field(work, ERR_INVALID, "subject", "nobody is a rival of themselves");
        }
        return refuse_unknown(
            work, "subject", "organisation", body->subject,
            organisation_by_id(work, &(struct organisation_by_id_args){.id = body->subject},
                               &organisation));
    }
    if (strcmp(body->kind, "team") == 0) {
        return is_campaign(work, "subject", body->subject);
    }
    if (strcmp(body->kind, "person") == 0) {
        return refuse_unknown(
            work, "subject", "person", body->subject,
            match_person_name(work, &(struct match_person_name_args){.id = body->subject},
                              &person));
    }
    return OK;
}

enum err wall_rule_serve_add(struct call *call)
{
    const struct wall_rule_body *body = call->body;
    struct work *work = call->work;
    struct made *made = arena_new_of(work->arena, struct made);

    TRY(check_subject(work, body));
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
                                                         .reason = body->reason,
                                                         .set_by = work->who->person_id,
                                                         .set_at = work->now_us,
                                                         .until_at = body->until_at}));
    TRY(audit(work, "wall_rule.add", made->id, "{}"));
    call->reply = made;
    return OK;
}

enum err wall_rule_serve_lift(struct call *call)
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
