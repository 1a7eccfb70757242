#include <string.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/environment/environment_http.h"
#include "slice/environment/environment_sql.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

struct hack_body {
    const char *task;
    const char *answer;
    const char *note;
};
static const struct field hack_body_fields[] = {
    TEXT(hack_body, task, .min = 1, .max = 200, .doc = "The task, by name"),
    TEXT(hack_body, answer, .max = 200000, .doc = "The answer that was rewarded"),
    TEXT(hack_body, note, .min = 3, .max = 4000, .doc = "Why it does not deserve it"),
};
const struct shape hack_body_shape =
    SHAPE(hack_body, hack_body_fields, "An answer that games its verifier");

enum err serve_hack_add(struct call *call)
{
    struct work *work = call->work;
    const struct hack_body *body = call->body;
    struct made *made = arena_new_of(work->arena, struct made);
    struct task_current_row task;
    enum err err =
        task_current(work,
                     &(struct task_current_args){.environment_id = call->ids[0],
                                                 .organisation_id = work->organisation_id,
                                                 .name = body->task},
                     &task);

    if (err == ERR_NOT_FOUND) {
        return work_fail_field(work, ERR_INVALID, "task", "the environment has no task %.100s",
                               body->task);
    }
    TRY(err);
    made->id = work_new_id(work, "hck");
    TRY(hack_insert(work, &(struct hack_insert_args){
                              .id = made->id,
                              .organisation_id = work->organisation_id,
                              .environment_id = call->ids[0],
                              .task_name = body->task,
                              .task_version = task.content_hash,
                              .answer = body->answer,
                              .note = body->note,
                              .reported_by = work->who->person_id,
                              .reported_at = work->now_us,
                          }));
    call->reply = made;
    return audit(work, "hack.report", made->id, "{}");
}

static const struct field hack_fields[] = {
    TEXT(hack_row, id, .doc = "Identifier, `hck_` and 26 characters"),
    TEXT(hack_row, task_name, .doc = "The task"),
    TEXT(hack_row, task_version, .optional = true, .doc = "The version that was gamed"),
    TEXT(hack_row, answer, .doc = "The answer"),
    TEXT(hack_row, note, .doc = "Why it does not deserve its reward"),
    TEXT(hack_row, state, .choices = "open|confirmed|dismissed", .doc = "Where it stands"),
    TEXT(hack_row, decision, .optional = true, .doc = "Why it was decided so"),
    TIME(hack_row, reported_at, .doc = "When it was reported"),
    TIME(hack_row, decided_at, .optional = true, .doc = "When it was decided"),
};
static const struct shape hack_shape = SHAPE(hack_row, hack_fields, "A reported answer");

static const struct field hack_list_fields[] = PAGE_FIELDS(hack_shape, "Oldest first");
const struct shape hack_list_shape = PAGE_SHAPE(hack_list, hack_list_fields, "A page of reports");

enum err serve_hacks(struct call *call)
{
    const struct page_query *query = call->query;
    struct hack_row *rows;
    size_t count;

    TRY(hack_page(call->work,
                  &(struct hack_page_args){.environment_id = call->ids[0],
                                           .organisation_id = call->work->organisation_id,
                                           .id = page_after(query->after, ""),
                                           .row_max = query->limit},
                  &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

enum err hack_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct hack_owner_find_row owner;
    enum err err = hack_owner_find(work, &(struct hack_owner_find_args){.id = id}, &owner);

    if (err == OK) {
        err = account_may_reach(work, owner.organisation_id);
    }
    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no report %.60s, or none you may see", id);
    }
    TRY(err);
    *organisation_id = owner.organisation_id;
    return OK;
}

struct hack_decision {
    const char *state;
    const char *decision;
};
static const struct field hack_decision_fields[] = {
    TEXT(hack_decision, state, .choices = "confirmed|dismissed", .doc = "What it is"),
    TEXT(hack_decision, decision, .min = 3, .max = 4000, .doc = "Why"),
};
const struct shape hack_decision_shape =
    SHAPE(hack_decision, hack_decision_fields, "A decision about a report");

enum err serve_hack_decide(struct call *call)
{
    struct work *work = call->work;
    const struct hack_decision *body = call->body;
    int64_t affected;

    TRY(hack_decide(work,
                    &(struct hack_decide_args){.id = call->ids[0],
                                               .organisation_id = work->organisation_id,
                                               .state = body->state,
                                               .decision = body->decision,
                                               .decided_by = work->who->person_id,
                                               .decided_at = work->now_us},
                    &affected));
    if (affected == 0) {
        return work_fail(work, ERR_CONFLICT, "this report was decided before");
    }
    call->reply = &done;
    return audit(work, "hack.decide", call->ids[0], "{}");
}
