#include <string.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/conflict/conflict.h"
#include "slice/conflict/conflict_sql.h"
#include "slice/engage/engage.h"
#include "slice/slice.h"
#include "store/work.h"

static enum err conflict_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct conflict_owner_find_row row;
    enum err err = conflict_owner_find(work, &(struct conflict_owner_find_args){.id = id}, &row);

    if (err == OK) {
        err = account_may_reach(work, row.organisation_id);
    }
    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no conflict %.40s, or none you may see", id);
    }
    TRY(err);
    *organisation_id = row.organisation_id;
    return OK;
}

static const struct field conflict_fields[] = {
    TEXT(conflict_row, id, .doc = "Identifier, `cnf_` and 26 characters"),
    TEXT(conflict_row, campaign_id, .doc = "Campaign"),
    TEXT(conflict_row, engagement_id, .doc = "Engagement"),
    TEXT(conflict_row, person_id, .doc = "Who"),
    TEXT(conflict_row, name, .doc = "Name"),
    TEXT(conflict_row, engagement_state, .choices = "active|paused|ended",
         .doc = "How the engagement stands"),
    TEXT(conflict_row, kind, .doc = "Kind of the wall"),
    TEXT(conflict_row, words, .doc = "Which wall, since when and why"),
    TEXT(conflict_row, state, .choices = "open|kept|ended",
         .doc = "open: nobody has decided; kept: the engagement goes on"),
    TIME(conflict_row, raised_at, .doc = "When it came up"),
    TEXT(conflict_row, decided_by_name, .optional = true, .doc = "Who decided"),
    TIME(conflict_row, decided_at, .optional = true, .doc = "When"),
    TEXT(conflict_row, reason, .optional = true, .doc = "Why so"),
};
static const struct shape conflict_shape =
    SHAPE(conflict_row, conflict_fields, "A wall that came up after somebody had joined");

static const struct field list_fields[] = PAGE_FIELDS(conflict_shape, "Newest first");
static const struct shape list_shape =
    PAGE_SHAPE(conflict_list, list_fields, "A page of conflicts");

static enum err serve_list(struct call *call)
{
    const struct page_query *query = call->query;
    struct work *work = call->work;
    struct conflict_row *rows;
    size_t count;

    TRY(conflict_page(work,
                      &(struct conflict_page_args){.campaign_id = call->ids[0],
                                                   .organisation_id = work->organisation_id,
                                                   .id = page_after(query->after, "~"),
                                                   .row_max = query->limit},
                      &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

struct conflict_decision {
    const char *verdict;
    const char *reason;
};
static const struct field decision_fields[] = {
    TEXT(conflict_decision, verdict, .choices = "keep|end",
         .doc = "keep: the engagement goes on as it was; end: it ends"),
    TEXT(conflict_decision, reason, .min = 3, .max = 500, .doc = "Why; the person reads it"),
};
static const struct shape decision_shape =
    SHAPE(conflict_decision, decision_fields, "A decision about a conflict");

/* What was paused for conflicts goes on once the last is kept; a pause for other reasons stays. */
static enum err turn(struct work *work, const struct conflict_row *row,
                     const struct conflict_decision *decision)
{
    bool keeps = strcmp(decision->verdict, "keep") == 0;
    struct conflicts_beside_row beside;

    TRY(conflicts_beside(work,
                         &(struct conflicts_beside_args){.engagement_id = row->engagement_id,
                                                         .organisation_id = work->organisation_id},
                         &beside));
    bool waits =
        beside.did_pause && beside.open_count == 0 && strcmp(row->engagement_state, "paused") == 0;

    if (strcmp(row->engagement_state, "ended") == 0 || (keeps && !waits)) {
        return OK;
    }
    return engage_turn(work, &(struct engage_change){.engagement_id = row->engagement_id,
                                                     .state = keeps ? "active" : "ended",
                                                     .reason_code = "conflict",
                                                     .message = decision->reason,
                                                     .notice_at = INT_ABSENT});
}

static enum err serve_decide(struct call *call)
{
    const struct conflict_decision *body = call->body;
    struct work *work = call->work;
    struct conflict_row *row = arena_new_of(work->arena, struct conflict_row);
    struct conflict_by_id_args key = {.id = call->ids[0], .organisation_id = work->organisation_id};
    int64_t affected;

    TRY(conflict_by_id(work, &key, row));
    TRY(conflict_decide(work,
                        &(struct conflict_decide_args){
                            .id = row->id,
                            .organisation_id = work->organisation_id,
                            .state = strcmp(body->verdict, "keep") == 0 ? "kept" : "ended",
                            .decided_by = work->who->person_id,
                            .decided_at = work->now_us,
                            .reason = body->reason},
                        &affected));
    if (affected == 0) {
        return work_fail(work, ERR_CONFLICT, "this conflict was decided already: %s by %s",
                         row->state, row->decided_by_name);
    }
    TRY(turn(work, row, body));
    TRY(notify(work, &(struct notice_draft){.person_id = row->person_id,
                                            .kind = "engagement",
                                            .title = strcmp(body->verdict, "keep") == 0
                                                         ? "Your engagement goes on"
                                                         : "Your engagement has ended",
                                            .message = body->reason,
                                            .link = "/work"}));
    TRY(audit(work, "conflict.decide", row->id,
              arena_print(work->arena, "{\"verdict\":\"%s\"}", body->verdict)));
    TRY(conflict_by_id(work, &key, row));
    call->reply = row;
    return OK;
}

static const struct route routes[] = {
    {GET, "/v1/campaigns/{campaign_id}/conflicts", serve_list, ROLE_OPERATOR, 200,
     .owner = campaign_owner, .query = &page_query_shape, .reply = &list_shape,
     .summary = "List walls that came up after people had joined", .command = "conflict list"},
    {POST, "/v1/conflicts/{conflict_id}/decision", serve_decide, ROLE_OPERATOR, 200, ROUTE_WRITES,
     .owner = conflict_owner, .body = &decision_shape, .reply = &conflict_shape,
     .summary = "Decide whether an engagement goes on in spite of a wall",
     .command = "conflict decide"},
};

static const struct job_kind *const jobs[] = {&conflict_job};

const struct slice conflict_slice = {.name = "conflict",
                                     .routes = routes,
                                     .route_count = COUNT(routes),
                                     .jobs = jobs,
                                     .job_count = COUNT(jobs)};
