#include "base/arena.h"
#include "base/buffer.h"
#include "engine/verify/rubric.h"
#include "http/outlet.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/rubric/rubric_inside.h"
#include "slice/rubric/rubric_sql.h"
#include "store/store.h"
#include "store/work.h"

enum { CRITERIA_SHOWN_MAX = 2000 };

static const struct nothing done = {.ok = true};

struct rubric_numbered {
    int64_t number;
};
static const struct field numbered_fields[] = {
    INT(rubric_numbered, number, .min = 1, .max = 1e9, .doc = "Of the version"),
};
const struct shape rubric_confirm_shape =
    SHAPE(rubric_numbered, numbered_fields, "A draft that somebody has read");

enum err serve_confirm(struct call *call)
{
    struct work *work = call->work;
    const struct rubric_numbered *body = call->body;
    struct version version;
    int64_t affected;

    TRY(version_load(work, call->ids[0], body->number, &version));
    TRY(version_confirm(work,
                        &(struct version_confirm_args){.rubric_id = call->ids[0],
                                                       .organisation_id = work->organisation_id,
                                                       .number = body->number,
                                                       .confirmed_at = work->now_us,
                                                       .confirmed_by = work->who->person_id},
                        &affected));
    if (affected == 0) {
        return work_fail_field(work, ERR_CONFLICT, "number", "version %lld is no draft",
                               (long long)body->number);
    }
    call->reply = &done;
    return audit(work, "rubric.confirm", call->ids[0],
                 arena_print(work->arena, "{\"number\":%lld}", (long long)body->number));
}

struct rubric_criterion_view {
    const char *key;
    const char *task;
    const char *id;
    const char *text;
    double points;
    const char *kind;
    const char *evidence;
    bool secondary;
    bool hurdle;
    bool grounded;
    struct texts needs;
};
static const struct field criterion_fields[] = {
    TEXT(rubric_criterion_view, key, .doc = "The task and the id"),
    TEXT(rubric_criterion_view, task, .doc = "Whose answers it is for"),
    TEXT(rubric_criterion_view, id, .doc = "Its id there"),
    TEXT(rubric_criterion_view, text, .doc = "What it says"),
    REAL(rubric_criterion_view, points, .doc = "What it is worth; negative: the bad thing"),
    TEXT(rubric_criterion_view, kind, .optional = true, .doc = "factual, reasoning, style, …"),
    TEXT(rubric_criterion_view, evidence, .optional = true, .doc = "Where an expert finds it"),
    BOOL(rubric_criterion_view, secondary, .doc = "Serves a secondary objective"),
    BOOL(rubric_criterion_view, hurdle, .doc = "Not met: the whole is worth nothing"),
    BOOL(rubric_criterion_view, grounded, .doc = "Must also stand in the sources"),
    TEXTS(rubric_criterion_view, needs, .doc = "Ids that must be met first"),
};
static const struct shape criterion_shape =
    SHAPE(rubric_criterion_view, criterion_fields, "A criterion");
static const struct field finding_fields[] = {
    TEXT(rubric_finding_view, criterion, .doc = "Its key"),
    TEXT(rubric_finding_view, defect, .doc = "What is wrong"),
    TEXT(rubric_finding_view, detail, .doc = "The words at fault"),
};
static const struct shape finding_shape =
    SHAPE(rubric_finding_view, finding_fields, "A rubric_finding_view of the linter");

struct version_view {
    int64_t number;
    bool confirmed;
    int64_t criterion_count;
    struct list criteria;
    struct list findings;
};
static const struct field version_view_fields[] = {
    INT(version_view, number, .doc = "Counted from 1"),
    BOOL(version_view, confirmed, .doc = "false: a draft"),
    INT(version_view, criterion_count, .doc = "Criteria; at most 2,000 of them are shown"),
    LIST(version_view, criteria, .of = &criterion_shape, .doc = "In order"),
    LIST(version_view, findings, .of = &finding_shape, .doc = "Of the linter"),
};
const struct shape rubric_version_view_shape =
    SHAPE(version_view, version_view_fields, "What a version says");

enum err serve_version(struct call *call)
{
    struct work *work = call->work;
    const struct rubric_version_query *query = call->query;
    struct version_view *view = arena_new_of(work->arena, struct version_view);
    struct version version;

    TRY(version_load(work, call->ids[0], query->number, &version));
    size_t shown = version.count < CRITERIA_SHOWN_MAX ? version.count : CRITERIA_SHOWN_MAX;
    struct rubric_criterion_view *views =
        arena_array(work->arena, struct rubric_criterion_view, shown);

    for (size_t i = 0; i < shown; i++) {
        const struct criterion *one = version.criteria[i];

        views[i] =
            (struct rubric_criterion_view){.key = version.keys[i],
                                           .task = version.set.at[version.tasks[i]].id,
                                           .id = one->id,
                                           .text = one->text,
                                           .points = one->points,
                                           .kind = one->kind,
                                           .evidence = one->evidence,
                                           .secondary = one->secondary,
                                           .hurdle = one->hurdle,
                                           .grounded = one->grounded,
                                           .needs = {.at = one->needs, .count = one->need_count}};
    }
    *view = (struct version_view){.number = version.number,
                                  .confirmed = version.confirmed,
                                  .criterion_count = (int64_t)version.count,
                                  .criteria = {.at = views, .count = shown}};
    TRY(version_lint(work, &version.set, &view->findings));
    call->reply = view;
    return OK;
}

struct rubric_diff_query {
    int64_t before;
    int64_t now;
};
static const struct field diff_query_fields[] = {
    INT(rubric_diff_query, before, .min = 1, .max = 1e9, .doc = "Number of the older version"),
    INT(rubric_diff_query, now, .min = 1, .max = 1e9, .doc = "Of the newer one"),
};
const struct shape rubric_diff_query_shape =
    SHAPE(rubric_diff_query, diff_query_fields, "Which two versions");

struct rubric_change_view {
    const char *change;
    const char *task;
    const char *criterion;
    const char *what;
    const char *before;
    const char *now;
};
static const struct field change_fields[] = {
    TEXT(rubric_change_view, change, .choices = "added|removed|changed",
         .doc = "What became of it"),
    TEXT(rubric_change_view, task, .doc = "The task"),
    TEXT(rubric_change_view, criterion, .doc = "The criterion's id"),
    TEXT(rubric_change_view, what, .doc = "criterion, points, kind, evidence, needs or flags"),
    TEXT(rubric_change_view, before, .doc = "As it was"),
    TEXT(rubric_change_view, now, .doc = "As it is"),
};
static const struct shape change_shape = SHAPE(rubric_change_view, change_fields, "One change");
struct rubric_diff {
    struct list items;
};
static const struct field diff_fields[] = {
    LIST(rubric_diff, items, .of = &change_shape, .doc = "Removed, added, changed"),
};
const struct shape rubric_diff_shape =
    SHAPE(rubric_diff, diff_fields, "What changed between two versions");

enum err serve_diff(struct call *call)
{
    struct work *work = call->work;
    const struct rubric_diff_query *query = call->query;
    struct rubric_diff *view = arena_new_of(work->arena, struct rubric_diff);
    const struct rubric_change *changes;
    struct version before;
    struct version now;
    size_t count;

    TRY(version_load(work, call->ids[0], query->before, &before));
    TRY(version_load(work, call->ids[0], query->now, &now));
    rubric_set_diff(work->arena, &before.set, &now.set, &changes, &count);
    struct rubric_change_view *views =
        arena_array(work->arena, struct rubric_change_view, count + 1);

    for (size_t i = 0; i < count; i++) {
        views[i] = (struct rubric_change_view){.change = changes[i].sign == '+'   ? "added"
                                                         : changes[i].sign == '-' ? "removed"
                                                                                  : "changed",
                                               .task = changes[i].rubric,
                                               .criterion = changes[i].criterion,
                                               .what = changes[i].what,
                                               .before = changes[i].before,
                                               .now = changes[i].now};
    }
    view->items = (struct list){.at = views, .count = count};
    call->reply = view;
    return OK;
}

struct rubric_export_query {
    int64_t number;
    const char *form;
};
static const struct rubric_export_query export_defaults = {.number = INT_ABSENT, .form = "periti"};
static const struct field export_fields[] = {
    INT(rubric_export_query, number, .optional = true, .min = 1, .max = 1e9,
        .doc = "Of the version; the newest that is confirmed unless said"),
    TEXT(rubric_export_query, form, .optional = true,
         .choices = "periti|healthbench|apex|ace|archipelago|tree", .doc = "The form"),
};
const struct shape rubric_export_shape =
    SHAPE(rubric_export_query, export_fields, "How to export", .defaults = &export_defaults);

struct exporting {
    struct call *call;
    struct buffer to;
};

static enum err export_version(struct work *work, void *context)
{
    struct exporting *exporting = context;
    const struct rubric_export_query *query = exporting->call->query;
    struct version version;

    exporting->to = buffer_new(work->arena);
    TRY(version_load(work, exporting->call->ids[0], query->number, &version));
    return rubric_set_write(&version.set, query->form, &exporting->to, &work->fault);
}

enum err serve_export(struct call *call, struct outlet *outlet)
{
    struct exporting exporting = {.call = call};

    TRY(store_read(call->work, export_version, &exporting));
    return outlet_write(outlet, buffer_view(&exporting.to), &call->work->fault);
}
