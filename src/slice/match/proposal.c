#include "slice/match/proposal.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/match/loaded.h"
#include "slice/match/match.h"
#include "slice/match/match_sql.h"
#include "slice/match/run.h"
#include "slice/wall/wall.h"
#include "store/work.h"

#define STATES "proposed|accepted|rejected|superseded"

static const struct field proposal_fields[] = {
    TEXT(proposal_row, id, .doc = "Identifier, `prp_` and 26 characters"),
    TEXT(proposal_row, run_id, .doc = "The run that says why"),
    TEXT(proposal_row, campaign_id, .doc = "Campaign"),
    TEXT(proposal_row, requirement_id, .doc = "Whose seat"),
    TEXT(proposal_row, person_id, .doc = "Who"),
    TEXT(proposal_row, name, .doc = "Name"),
    TEXT(proposal_row, origin, .choices = "match|override|repair",
         .doc = "By the match, by an operator instead, or for a seat that became free"),
    TEXT(proposal_row, state, .choices = STATES, .doc = "Where it stands"),
    REAL(proposal_row, match_score, .doc = "0 to 1"),
    JSON(proposal_row, score_parts, .doc = "What the score is made of"),
    TEXT(proposal_row, runner_up_id, .optional = true, .doc = "Who comes in if the seat is freed"),
    TEXT(proposal_row, runner_up_name, .optional = true, .doc = "Name"),
    REAL(proposal_row, runner_up_score, .optional = true, .doc = "0 to 1"),
    TEXT(proposal_row, bound, .doc = "The check that shut out most others by itself"),
    TEXT(proposal_row, limited_by, .optional = true,
         .doc = "The limit without which somebody else would be proposed, in words"),
    REAL(proposal_row, chance, .optional = true, .doc = "With which the seat was drawn"),
    TEXT(proposal_row, reason, .optional = true, .doc = "Why it was decided so"),
    TEXT(proposal_row, decided_by, .optional = true, .doc = "Who decided"),
    TIME(proposal_row, decided_at, .optional = true, .doc = "When"),
    TIME(proposal_row, created_at, .doc = "Since when"),
};
const struct shape proposal_shape = SHAPE(proposal_row, proposal_fields, "An expert for a seat");

struct proposal_query {
    const char *state;
    const char *after;
    int64_t limit;
};
static const struct proposal_query query_defaults = {.state = "proposed", .limit = PAGE_DEFAULT};
static const struct field query_fields[] = {
    TEXT(proposal_query, state, .optional = true, .choices = STATES, .doc = "Only these"),
    TEXT(proposal_query, after, .optional = true, .max = 40,
         .doc = "Cursor: `next` of the page before"),
    INT(proposal_query, limit, .optional = true, .min = 1, .max = PAGE_MAX, .doc = "Rows at most"),
};
const struct shape proposal_query_shape =
    SHAPE(proposal_query, query_fields, "A page of proposals", .defaults = &query_defaults);

static const struct field list_fields[] = PAGE_FIELDS(proposal_shape, "Oldest first");
const struct shape proposal_list_shape =
    PAGE_SHAPE(proposal_list, list_fields, "A page of proposals");

enum err proposal_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct proposal_owner_find_row row;
    enum err err = proposal_owner_find(work, &(struct proposal_owner_find_args){.id = id}, &row);

    if (err == OK) {
        err = account_may_reach(work, row.organisation_id);
    }
    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no proposal %.40s, or none you may see", id);
    }
    TRY(err);
    *organisation_id = row.organisation_id;
    return OK;
}

enum err proposal_find(struct work *work, const char *id, struct proposal_row *out)
{
    enum err err = proposal_by_id(
        work, &(struct proposal_by_id_args){.id = id, .organisation_id = work->organisation_id},
        out);

    return err == ERR_NOT_FOUND
               ? work_fail(work, err, "there is no proposal %.40s, or none you may see", id)
               : err;
}

enum err proposal_refuse_seat(struct work *work, const struct proposal_row *row,
                              const char *person_id, const char *field)
{
    struct person_stands_row person;
    struct seat_in_campaign_row seat;

    TRY(person_stands(work, &(struct person_stands_args){.person_id = person_id}, &person));
    if (person.is_closed) {
        return work_fail_field(work, ERR_CONFLICT, field, "the account of this expert is closed");
    }
    enum err err =
        seat_in_campaign(work,
                         &(struct seat_in_campaign_args){.campaign_id = row->campaign_id,
                                                         .organisation_id = work->organisation_id,
                                                         .person_id = person_id,
                                                         .proposal_id = row->id},
                         &seat);

    if (err == OK) {
        return work_fail_field(
            work, ERR_CONFLICT, field,
            "an expert sits once in a campaign, and this one %s %s already; free "
            "that seat first",
            seat.standing, seat.requirement_name);
    }
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err proposal_settle(struct work *work, const char *id, const char *state, const char *reason)
{
    int64_t affected;

    TRY(proposal_decide(work,
                        &(struct proposal_decide_args){.id = id,
                                                       .organisation_id = work->organisation_id,
                                                       .state = state,
                                                       .reason = reason,
                                                       .decided_by = work->who->person_id,
                                                       .decided_at = work->now_us},
                        &affected));
    return affected == 0 ? work_fail(work, ERR_CONFLICT,
                                     "this proposal was decided already; reload to see how")
                         : OK;
}

enum err proposal_serve_list(struct call *call)
{
    const struct proposal_query *query = call->query;
    struct work *work = call->work;
    struct proposal_row *rows;
    size_t count;

    TRY(proposal_page(work,
                      &(struct proposal_page_args){.campaign_id = call->ids[0],
                                                   .organisation_id = work->organisation_id,
                                                   .state = query->state,
                                                   .id = page_after(query->after, ""),
                                                   .row_max = query->limit},
                      &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

enum err proposal_serve_show(struct call *call)
{
    struct proposal_row *row = arena_new_of(call->work->arena, struct proposal_row);

    TRY(proposal_find(call->work, call->ids[0], row));
    call->reply = row;
    return OK;
}

/* ------------------------------------------------------------------ no */

struct reject_body {
    const char *reason;
};
static const struct field reject_fields[] = {
    TEXT(reject_body, reason, .min = 3, .max = 500, .doc = "Why"),
};
const struct shape reject_body_shape = SHAPE(reject_body, reject_fields, "A refusal");

struct rejected {
    int64_t proposed;
};
static const struct field rejected_fields[] = {
    INT(rejected, proposed, .doc = "Others who are proposed for the seat instead"),
};
const struct shape rejected_shape = SHAPE(rejected, rejected_fields, "A refused proposal");

enum err proposal_serve_reject(struct call *call)
{
    const struct reject_body *body = call->body;
    struct work *work = call->work;
    struct rejected *reply = arena_new_of(work->arena, struct rejected);
    struct proposal_row row;

    TRY(proposal_find(work, call->ids[0], &row));
    TRY(proposal_settle(work, row.id, "rejected", body->reason));
    TRY(audit(work, "proposal.reject", row.id, "{}"));
    TRY(match_refill(work, row.requirement_id, work->who->organisation_id, &reply->proposed));
    call->reply = reply;
    return OK;
}

/* ------------------------------------------------------------------ somebody else */

struct override_body {
    const char *expert;
    const char *reason;
};
static const struct field override_fields[] = {
    TEXT(override_body, expert, .min = 1, .max = 40, .doc = "Who sits there instead"),
    TEXT(override_body, reason, .min = 3, .max = 500, .doc = "Why; it is kept with both"),
};
const struct shape override_body_shape =
    SHAPE(override_body, override_fields, "Somebody else for a seat");

struct override {
    const char *id;
    double score_before;
    double score_after;
};
static const struct field override_reply_fields[] = {
    TEXT(override, id, .doc = "The new proposal"),
    REAL(override, score_before, .doc = "Score of who was proposed"),
    REAL(override, score_after, .doc = "Score of who is now"),
};
const struct shape override_shape = SHAPE(override, override_reply_fields, "A seat given by hand");

static enum err refuse_busy(struct work *work, const struct match_loaded *loaded, uint32_t member)
{
    struct proposed_in_run_row *rows;
    size_t count;

    if (loaded->instance.members[member].seats > 1) {
        return OK; /* the offer checks what is left */
    }
    TRY(proposed_in_run(work, &(struct proposed_in_run_args){.run_id = loaded->run_id}, &rows,
                        &count));
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].person_id, loaded->instance.members[member].id) == 0) {
            return work_fail_field(work, ERR_CONFLICT, "expert",
                                   "this expert is proposed for a seat already and takes one; "
                                   "free that seat first");
        }
    }
    return OK;
}

enum err proposal_serve_override(struct call *call)
{
    const struct override_body *body = call->body;
    struct work *work = call->work;
    struct override *reply = arena_new_of(work->arena, struct override);
    struct proposal_row row;
    struct match_loaded loaded;

    TRY(proposal_find(work, call->ids[0], &row));
    TRY(match_load(work, row.run_id, work->who->organisation_id, &loaded));
    uint32_t ask = match_ask_find(&loaded, row.requirement_id);
    uint32_t member = match_member_find(&loaded.instance, body->expert);
    uint32_t choice = ask == MATCH_NONE || member == MATCH_NONE
                          ? MATCH_NONE
                          : match_choice_find(&loaded.instance, ask, member);

    if (choice == MATCH_NONE) {
        return work_fail_field(work, ERR_INVALID, "expert",
                               "%.40s stands on no slate of this requirement: a wall or a check "
                               "that cannot be bargained about is in the way",
                               body->expert);
    }
    TRY(wall_refuse(work, row.campaign_id, body->expert, "expert"));
    TRY(proposal_refuse_seat(work, &row, body->expert, "expert"));
    TRY(refuse_busy(work, &loaded, member));
    TRY(proposal_settle(work, row.id, "rejected", body->reason));
    struct match_candidate scored = match_choice_score(&loaded.instance, ask, choice);
    struct proposal_insert_args made = {
        .id = work_new_id(work, "prp"),
        .organisation_id = work->organisation_id,
        .run_id = row.run_id,
        .campaign_id = row.campaign_id,
        .requirement_id = row.requirement_id,
        .person_id = body->expert,
        .origin = "override",
        .match_score = match_rounded((double)scored.score),
        .score_parts = match_parts_text(work, &scored),
        .runner_up_id = row.person_id,
        .runner_up_score = row.match_score,
        .bound = row.bound,
        .chance = (double)NAN,
        .reason = body->reason,
        .created_at = work->now_us,
    };

    TRY(proposal_insert(work, &made, 1));
    TRY(audit(work, "proposal.override", row.id, "{}"));
    *reply = (struct override){
        .id = made.id, .score_before = row.match_score, .score_after = made.match_score};
    call->reply = reply;
    return OK;
}
