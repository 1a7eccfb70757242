/* Raters who do not work here: models and people outside, and their judgements. */

#include <string.h>

#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/quality/quality_http.h"
#include "slice/quality/quality_sql.h"
#include "slice/task/task.h"
#include "slice/task/task_sql.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

struct rater_body {
    const char *name;
    const char *kind;
};
static const struct rater_body rater_defaults = {.kind = "model"};
static const struct field rater_body_fields[] = {
    TEXT(rater_body, name, .doc = "Name, unique in the campaign", .min = 1, .max = 120),
    TEXT(rater_body, kind, .optional = true, .choices = "model|outside", .doc = "What it is"),
};
const struct shape rater_body_shape = SHAPE(
    rater_body, rater_body_fields, "A rater who does not work here", .defaults = &rater_defaults);

enum err quality_serve_rater_add(struct call *call)
{
    const struct rater_body *body = call->body;
    struct work *work = call->work;
    struct made *made = arena_new_of(work->arena, struct made);

    made->id = work_new_id(work, "rat");
    enum err err = rater_insert(work, &(struct rater_insert_args){
                                          .id = made->id,
                                          .organisation_id = work->organisation_id,
                                          .campaign_id = call->ids[0],
                                          .name = body->name,
                                          .kind = body->kind,
                                          .created_at = work->now_us,
                                          .created_by = work->who->person_id,
                                      });

    if (err == ERR_CONFLICT) {
        return work_fail_field(work, err, "name", "this campaign has a rater \"%s\" already",
                               body->name);
    }
    TRY(err);
    call->reply = made;
    return OK;
}

struct judgement_item {
    const char *task_id;
    const char *external_id;
    const char *answer;
};
static const struct field judgement_item_fields[] = {
    TEXT(judgement_item, task_id, .optional = true, .max = 40, .doc = "The task, or"),
    TEXT(judgement_item, external_id, .optional = true, .max = 200,
         .doc = "the client's own identifier of it"),
    JSON(judgement_item, answer, .min = 2, .max = 200000,
         .doc = "The answer, by the task type's schema"),
};
static const struct shape judgement_item_shape =
    SHAPE(judgement_item, judgement_item_fields, "A judgement");

struct judgements_body {
    struct list items;
};
static const struct field judgements_body_fields[] = {
    LIST(judgements_body, items, .of = &judgement_item_shape, .min = 1, .max = 1000,
         .doc = "Judgements; those that are there already are left alone"),
};
const struct shape judgements_body_shape =
    SHAPE(judgements_body, judgements_body_fields, "Judgements of one rater");

/* What belongs to another campaign sounds like what does not exist. */
static enum err check_task(struct work *work, const char *campaign_id, const char *task_id)
{
    struct task_row task = {0};
    enum err err = task_find(work, task_id, &task);

    if (err == ERR_NOT_FOUND || (err == OK && strcmp(task.campaign_id, campaign_id) != 0)) {
        return work_fail_field(work, ERR_INVALID, "items", "the campaign has no task %.40s",
                               task_id);
    }
    return err;
}

static enum err task_of(struct work *work, const char *campaign_id,
                        const struct judgement_item *item, const char **task_id)
{
    struct judged_task_row row;

    if (item->task_id != NULL) {
        *task_id = item->task_id;
        return check_task(work, campaign_id, item->task_id);
    }
    if (item->external_id == NULL) {
        return work_fail_field(work, ERR_INVALID, "items",
                               "name the task by task_id or external_id");
    }
    enum err err = judged_task(work,
                               &(struct judged_task_args){.campaign_id = campaign_id,
                                                          .organisation_id = work->organisation_id,
                                                          .external_id = item->external_id},
                               &row);

    if (err == ERR_NOT_FOUND) {
        return work_fail_field(work, ERR_INVALID, "items",
                               "the campaign has no task with the identifier \"%.60s\"",
                               item->external_id);
    }
    TRY(err);
    *task_id = row.id;
    return OK;
}

enum err quality_serve_judgements(struct call *call)
{
    const struct judgements_body *body = call->body;
    const struct judgement_item *items = body->items.at;
    struct work *work = call->work;
    struct rater_find_row rater;

    TRY(rater_find(work,
                   &(struct rater_find_args){.id = call->ids[1],
                                             .campaign_id = call->ids[0],
                                             .organisation_id = work->organisation_id},
                   &rater));
    for (size_t i = 0; i < body->items.count; i++) {
        const char *task_id = NULL;

        TRY(task_of(work, call->ids[0], &items[i], &task_id));
        TRY(answer_check(work, call->ids[0], items[i].answer));
        TRY(judgement_put(work, &(struct judgement_put_args){
                                    .id = work_new_id(work, "jud"),
                                    .organisation_id = work->organisation_id,
                                    .campaign_id = call->ids[0],
                                    .task_id = task_id,
                                    .rater_id = call->ids[1],
                                    .answer = items[i].answer,
                                    .happened_at = work->now_us,
                                }));
    }
    campaign_measure(work, call->ids[0]);
    call->reply = &done;
    return OK;
}
