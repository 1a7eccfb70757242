#include "slice/campaign/team.h"

#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

/* ------------------------------------------------------------------ guideline */

static const struct field clause_fields[] = {
    TEXT(guideline_clause_row, code, .doc = "What reviews name, as 2.1"),
    TEXT(guideline_clause_row, title, .doc = "The heading"),
    TEXT(guideline_clause_row, body, .doc = "Markdown"),
};
static const struct shape clause_shape =
    SHAPE(guideline_clause_row, clause_fields, "A clause of a guideline");

struct guideline_view {
    const char *id;
    int64_t version;
    const char *body;
    const char *content_hash;
    int64_t created_at;
    struct list clauses;
};
static const struct field guideline_view_fields[] = {
    TEXT(guideline_view, id, .doc = "Identifier, `gdl_` and 26 characters"),
    INT(guideline_view, version, .doc = "Counts from 1"),
    TEXT(guideline_view, body, .doc = "Markdown"),
    TEXT(guideline_view, content_hash, .doc = "SHA-256 of the Markdown"),
    TIME(guideline_view, created_at, .doc = "In force since"),
    LIST(guideline_view, clauses, .of = &clause_shape, .doc = "In order"),
};
const struct shape guideline_view_shape =
    SHAPE(guideline_view, guideline_view_fields, "A version of a guideline");

struct guideline_list {
    struct list items;
};
static const struct field guideline_list_fields[] = {
    LIST(guideline_list, items, .of = &guideline_view_shape,
         .doc = "Newest first, without clauses"),
};
const struct shape guideline_list_shape =
    SHAPE(guideline_list, guideline_list_fields, "The versions of a guideline");

struct guideline_body {
    const char *body;
};
static const struct field guideline_body_fields[] = {
    TEXT(guideline_body, body, .min = 1, .max = 200000,
         .doc = "Guideline in Markdown; each heading is a clause"),
};
const struct shape guideline_body_shape =
    SHAPE(guideline_body, guideline_body_fields, "A new version of the guideline");

static struct guideline_view view_of(const struct guideline_row *row)
{
    return (struct guideline_view){.id = row->id,
                                   .version = row->guideline_number,
                                   .body = row->body,
                                   .content_hash = row->content_hash,
                                   .created_at = row->created_at};
}

enum err team_serve_guidelines(struct call *call)
{
    struct work *work = call->work;
    struct guideline_list *list = arena_new_of(work->arena, struct guideline_list);
    struct guideline_row *rows;
    size_t count;

    TRY(guideline_page(work,
                       &(struct guideline_page_args){.campaign_id = call->ids[0],
                                                     .organisation_id = work->organisation_id},
                       &rows, &count));
    struct guideline_view *views = arena_array(work->arena, struct guideline_view, count);

    for (size_t i = 0; i < count; i++) {
        views[i] = view_of(&rows[i]);
    }
    list->items = (struct list){.at = views, .count = count};
    call->reply = list;
    return OK;
}

enum err team_serve_guideline(struct call *call)
{
    struct work *work = call->work;
    struct guideline_view *view = arena_new_of(work->arena, struct guideline_view);
    struct campaign_row campaign;
    struct guideline_row row;
    struct guideline_clause_row *clauses;
    size_t count;

    TRY(campaign_find(work, call->ids[0], &campaign));
    if (campaign.guideline_id == NULL) {
        return work_fail(work, ERR_NOT_FOUND, "the campaign has no guideline yet");
    }
    TRY(guideline_by_id(work,
                        &(struct guideline_by_id_args){.id = campaign.guideline_id,
                                                       .organisation_id = work->organisation_id},
                        &row));
    TRY(guideline_clauses(work,
                          &(struct guideline_clauses_args){
                              .guideline_id = row.id, .organisation_id = work->organisation_id},
                          &clauses, &count));
    *view = view_of(&row);
    view->clauses = (struct list){.at = clauses, .count = count};
    call->reply = view;
    return OK;
}

enum err team_serve_guideline_add(struct call *call)
{
    const struct guideline_body *body = call->body;

    TRY(campaign_set_text(call->work, call->ids[0], body->body));
    return team_serve_guideline(call);
}

/* ------------------------------------------------------------------ walls */

static const struct field wall_fields[] = {
    TEXT(wall_row, id, .doc = "Identifier, `wal_` and 26 characters"),
    TEXT(wall_row, person_id, .doc = "Who is kept away"),
    TEXT(wall_row, name, .doc = "The person's name"),
    TEXT(wall_row, reason, .doc = "Why"),
    TEXT(wall_row, set_by, .doc = "Who set it"),
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
const struct shape wall_list_shape = SHAPE(wall_list, wall_list_fields, "A campaign's walls");

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
const struct shape wall_body_shape = SHAPE(wall_body, wall_body_fields, "A new wall");

enum err team_serve_walls(struct call *call)
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

enum err team_serve_wall_add(struct call *call)
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

enum err team_serve_wall_lift(struct call *call)
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
