#include "slice/campaign/guideline.h"

#include "base/arena.h"
#include "http/route.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "store/work.h"

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

enum err guideline_serves(struct call *call)
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

enum err guideline_serve(struct call *call)
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

enum err guideline_serve_add(struct call *call)
{
    const struct guideline_body *body = call->body;

    TRY(campaign_set_text(call->work, call->ids[0], body->body));
    return guideline_serve(call);
}
