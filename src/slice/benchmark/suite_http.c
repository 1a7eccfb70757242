#include <string.h>

#include "base/arena.h"
#include "http/outlet.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/benchmark/benchmark_inside.h"
#include "slice/benchmark/benchmark_sql.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/file.h"

enum { TASKS_MAX = 50'000 };

static const struct nothing done = {.ok = true};

enum err suite_find(struct call *call, struct suite_row *out)
{
    return suite_by_id(call->work,
                       &(struct suite_by_id_args){.id = call->ids[0],
                                                  .organisation_id = call->work->organisation_id},
                       out);
}

/* ------------------------------------------------------------------ suites */

static const struct field item_fields[] = {
    TEXT(suite_page_row, id, .doc = "Identifier, `sui_` and 26 characters"),
    TEXT(suite_page_row, organisation_id, .doc = "Whose it is"),
    TEXT(suite_page_row, name, .doc = "Its name"),
    TEXT(suite_page_row, summary, .doc = "What it measures"),
    TIME(suite_page_row, created_at, .doc = "Since when it is here"),
    INT(suite_page_row, task_count, .doc = "Tasks that count"),
    INT(suite_page_row, run_count, .doc = "Files of answers"),
};
static const struct shape item_shape = SHAPE(suite_page_row, item_fields, "A suite in a list");
static const struct field list_fields[] = PAGE_FIELDS(item_shape, "Oldest first");
const struct shape suite_list_shape = PAGE_SHAPE(suite_list, list_fields, "A page of suites");

enum err serve_suites(struct call *call)
{
    const struct page_query *query = call->query;
    struct suite_page_row *rows;
    size_t count;

    TRY(suite_page(call->work,
                   &(struct suite_page_args){.own_id = call->work->who->organisation_id,
                                             .person_id = call->work->who->person_id,
                                             .id = page_after(query->after, ""),
                                             .row_max = query->limit},
                   &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

struct suite_body {
    const char *organisation_id;
    const char *name;
    const char *summary;
};
static const struct suite_body body_defaults = {.summary = ""};
static const struct field body_fields[] = {
    TEXT(suite_body, organisation_id, .optional = true, .max = 40,
         .doc = "Whose it shall be; the asker's own unless said"),
    TEXT(suite_body, name, .min = 1, .max = 120, .doc = "Name, unique there"),
    TEXT(suite_body, summary, .optional = true, .max = 4000, .doc = "What it measures"),
};
const struct shape suite_body_shape =
    SHAPE(suite_body, body_fields, "A new suite", .defaults = &body_defaults);

enum err serve_suite_add(struct call *call)
{
    struct work *work = call->work;
    const struct suite_body *body = call->body;
    struct made *made = arena_new_of(work->arena, struct made);
    struct suite_named_row found;

    work->organisation_id = work->who->organisation_id;
    if (body->organisation_id != NULL) {
        TRY(account_may_reach(work, body->organisation_id));
        work->organisation_id = body->organisation_id;
    }
    enum err err = suite_named(
        work,
        &(struct suite_named_args){.organisation_id = work->organisation_id, .name = body->name},
        &found);

    if (err != ERR_NOT_FOUND) {
        return err != OK ? err
                         : work_fail_field(work, ERR_CONFLICT, "name",
                                           "there is a suite %.100s already", body->name);
    }
    made->id = work_new_id(work, "sui");
    TRY(suite_insert(work, &(struct suite_insert_args){
                               .id = made->id,
                               .organisation_id = work->organisation_id,
                               .name = body->name,
                               .summary = body->summary,
                               .canary = work_new_id(work, "canary"),
                               .created_at = work->now_us,
                               .created_by = work->who->person_id,
                           }));
    call->reply = made;
    return audit(work, "suite.add", made->id, "{}");
}

static const struct field release_fields[] = {
    TEXT(release_row, content_hash, .doc = "SHA-256 of the file; answers name it"),
    TEXT(release_row, release_part, .choices = "public|all", .doc = "What it holds"),
    INT(release_row, task_count, .doc = "Tasks"),
    TIME(release_row, released_at, .doc = "When it was made"),
};
static const struct shape release_shape = SHAPE(release_row, release_fields, "A file of tasks");
static const struct field run_fields[] = {
    TEXT(benchmark_run_row, id, .doc = "Identifier, `bmr_` and 26 characters"),
    TEXT(benchmark_run_row, file_hash, .doc = "SHA-256 of the file as it came"),
    TEXT(benchmark_run_row, provenance, .doc = "Where it comes from"),
    INT(benchmark_run_row, answer_count, .doc = "Answers"),
    TIME(benchmark_run_row, imported_at, .doc = "When it came"),
};
static const struct shape run_shape = SHAPE(benchmark_run_row, run_fields, "A file of answers");

struct suite_view {
    const char *id;
    const char *organisation_id;
    const char *name;
    const char *summary;
    const char *canary;
    int64_t created_at;
    struct list releases;
    struct list runs;
};
static const struct field view_fields[] = {
    TEXT(suite_view, id, .doc = "Identifier, `sui_` and 26 characters"),
    TEXT(suite_view, organisation_id, .doc = "Whose it is"),
    TEXT(suite_view, name, .doc = "Its name"),
    TEXT(suite_view, summary, .doc = "What it measures"),
    TEXT(suite_view, canary, .doc = "Stands in every file of it"),
    TIME(suite_view, created_at, .doc = "Since when it is here"),
    LIST(suite_view, releases, .of = &release_shape, .doc = "Newest first"),
    LIST(suite_view, runs, .of = &run_shape, .doc = "Newest first"),
};
const struct shape suite_view_shape =
    SHAPE(suite_view, view_fields, "A suite with its releases and runs");

enum err serve_suite(struct call *call)
{
    struct work *work = call->work;
    struct suite_view *view = arena_new_of(work->arena, struct suite_view);
    struct suite_row row;
    struct release_row *releases;
    struct benchmark_run_row *runs;
    size_t release_count;
    size_t run_count;

    TRY(suite_find(call, &row));
    TRY(release_list(
        work,
        &(struct release_list_args){.suite_id = row.id, .organisation_id = work->organisation_id},
        &releases, &release_count));
    TRY(benchmark_run_list(work,
                           &(struct benchmark_run_list_args){
                               .suite_id = row.id, .organisation_id = work->organisation_id},
                           &runs, &run_count));
    *view = (struct suite_view){.id = row.id,
                                .organisation_id = row.organisation_id,
                                .name = row.name,
                                .summary = row.summary,
                                .canary = row.canary,
                                .created_at = row.created_at,
                                .releases = {.at = releases, .count = release_count},
                                .runs = {.at = runs, .count = run_count}};
    call->reply = view;
    return OK;
}

/* ------------------------------------------------------------------ tasks */

static const struct field task_fields[] = {
    TEXT(suite_task_row, name, .doc = "Its id in files"),
    INT(suite_task_row, number, .doc = "Version, counted from 1"),
    TEXT(suite_task_row, part, .choices = "public|held_out", .doc = "Who may see it"),
    TEXT(suite_task_row, domain, .doc = "For slices; empty: none"),
    TEXT(suite_task_row, prompt, .doc = "What is asked"),
    TEXT(suite_task_row, reference, .doc = "What an answer is held against"),
    TEXT(suite_task_row, check_kind, .doc = "How"),
    TEXT(suite_task_row, content_hash, .doc = "Hash of the version"),
    TIME(suite_task_row, added_at, .doc = "When it came"),
};
static const struct shape task_shape = SHAPE(suite_task_row, task_fields, "A task of a suite");
static const struct field tasks_fields[] = PAGE_FIELDS(task_shape, "By name");
const struct shape suite_tasks_shape =
    PAGE_SHAPE(suite_task_page_view, tasks_fields, "A page of tasks");

enum err serve_suite_tasks(struct call *call)
{
    const struct page_query *query = call->query;
    struct suite_task_row *rows;
    size_t count;

    TRY(suite_task_page(
        call->work,
        &(struct suite_task_page_args){.suite_id = call->ids[0],
                                       .organisation_id = call->work->organisation_id,
                                       .name = page_after(query->after, ""),
                                       .row_max = query->limit},
        &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, name));
}

struct suite_taken {
    int64_t new_count;
    int64_t changed_count;
    int64_t same_count;
};
static const struct field taken_fields[] = {
    INT(suite_taken, new_count, .doc = "Tasks that were not there"),
    INT(suite_taken, changed_count, .doc = "Tasks with a new version; the old one is retired"),
    INT(suite_taken, same_count, .doc = "Tasks that were there already"),
};
const struct shape suite_taken_shape = SHAPE(suite_taken, taken_fields, "What was taken");

struct taking {
    struct call *call;
    struct text file;
    struct suite_taken *taken;
};

static enum err take_task(struct work *work, void *context, const struct json *row,
                          struct text line, uint64_t number)
{
    struct taking *taking = context;
    struct suite_task_draft draft;
    enum suite_change change;
    int64_t *counts[] = {&taking->taken->new_count, &taking->taken->changed_count,
                         &taking->taken->same_count};

    (void)line;
    (void)number;
    TRY(suite_task_draft_read(work, row, &draft));
    TRY(suite_task_put(work, taking->call->ids[0], &draft, &change));
    ++*counts[change];
    return OK;
}

/* All of them or none. */
static enum err keep_tasks(struct work *work, void *context)
{
    struct taking *taking = context;

    *taking->taken = (struct suite_taken){0};
    TRY(suite_each_line(work, taking->file, TASKS_MAX, take_task, taking));
    return audit(work, "suite.import", taking->call->ids[0], "{}");
}

enum err serve_suite_import(struct call *call)
{
    struct work *work = call->work;
    struct taking taking = {.call = call, .taken = arena_new_of(work->arena, struct suite_taken)};

    TRY(file_read(work->arena, call->upload->path, SUITE_FILE_MAX, &taking.file, &work->fault));
    TRY(store_write(work, keep_tasks, &taking));
    call->reply = taking.taken;
    return OK;
}

struct suite_retire {
    const char *task;
    const char *reason;
};
static const struct field retire_fields[] = {
    TEXT(suite_retire, task, .min = 1, .max = 200, .doc = "The task, by name"),
    TEXT(suite_retire, reason, .min = 3, .max = 1000, .doc = "Why; it stands in the changelog"),
};
const struct shape suite_retire_shape =
    SHAPE(suite_retire, retire_fields, "A task that shall count no more");

enum err serve_suite_retire(struct call *call)
{
    struct work *work = call->work;
    const struct suite_retire *body = call->body;
    int64_t affected;

    TRY(suite_task_retire(work,
                          &(struct suite_task_retire_args){.suite_id = call->ids[0],
                                                           .organisation_id = work->organisation_id,
                                                           .name = body->task,
                                                           .retired_at = work->now_us,
                                                           .retired_by = work->who->person_id,
                                                           .retired_reason = body->reason},
                          &affected));
    if (affected == 0) {
        return work_fail_field(work, ERR_CONFLICT, "task", "no task %.100s counts here",
                               body->task);
    }
    call->reply = &done;
    return audit(work, "suite.retire", call->ids[0], "{}");
}

static const struct field change_fields[] = {
    TEXT(suite_change_row, name, .doc = "The task"),
    INT(suite_change_row, number, .doc = "The version that counts no more"),
    TEXT(suite_change_row, part, .choices = "public|held_out", .doc = "Of which part it was"),
    TIME(suite_change_row, added_at, .doc = "Since when it counted"),
    TIME(suite_change_row, retired_at, .doc = "Until when"),
    TEXT(suite_change_row, retired_reason, .doc = "Why"),
};
static const struct shape change_shape =
    SHAPE(suite_change_row, change_fields, "A line of the changelog");
struct suite_changes {
    struct list items;
};
static const struct field changes_fields[] = {
    LIST(suite_changes, items, .of = &change_shape, .doc = "Newest first"),
};
const struct shape suite_changes_shape =
    SHAPE(suite_changes, changes_fields, "What was retired or replaced");

enum err serve_suite_changes(struct call *call)
{
    struct suite_changes *view = arena_new_of(call->work->arena, struct suite_changes);
    struct suite_change_row *rows;
    size_t count;

    TRY(suite_change_list(
        call->work,
        &(struct suite_change_list_args){.suite_id = call->ids[0],
                                         .organisation_id = call->work->organisation_id},
        &rows, &count));
    view->items = (struct list){.at = rows, .count = count};
    call->reply = view;
    return OK;
}

/* ------------------------------------------------------------------ releases */

struct suite_release_body {
    const char *part;
};
static const struct field release_body_fields[] = {
    TEXT(suite_release_body, part, .choices = "public|all",
         .doc = "public: without the tasks held out"),
};
const struct shape suite_release_body_shape =
    SHAPE(suite_release_body, release_body_fields, "What a file of tasks shall hold");

struct suite_released {
    const char *content_hash;
    int64_t task_count;
};
static const struct field released_fields[] = {
    TEXT(suite_released, content_hash, .doc = "SHA-256 of the file"),
    INT(suite_released, task_count, .doc = "Tasks"),
};
const struct shape suite_released_shape =
    SHAPE(suite_released, released_fields, "A file of tasks was made");

enum err serve_suite_release(struct call *call)
{
    struct work *work = call->work;
    const struct suite_release_body *body = call->body;
    struct suite_released *made = arena_new_of(work->arena, struct suite_released);
    struct suite_release release;
    struct suite_row suite;

    TRY(suite_find(call, &suite));
    TRY(suite_release_keep(work, &suite, body->part, &release));
    *made = (struct suite_released){release.content_hash, release.task_count};
    call->reply = made;
    return OK;
}

struct suite_file_query {
    const char *hash;
};
static const struct field file_query_fields[] = {
    TEXT(suite_file_query, hash, .min = 64, .max = 64, .doc = "SHA-256 of the file"),
};
const struct shape suite_file_query_shape =
    SHAPE(suite_file_query, file_query_fields, "Which release");

struct fetching {
    struct call *call;
    struct text file;
};

static enum err fetch(struct work *work, void *context)
{
    struct fetching *fetching = context;
    const struct suite_file_query *query = fetching->call->query;
    struct release_text_find_row row;
    enum err err =
        release_text_find(work,
                          &(struct release_text_find_args){.suite_id = fetching->call->ids[0],
                                                           .organisation_id = work->organisation_id,
                                                           .content_hash = query->hash},
                          &row);

    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "the suite has no release %.64s", query->hash);
    }
    TRY(err);
    fetching->file = text_of(row.release_text);
    return OK;
}

enum err serve_suite_file(struct call *call, struct outlet *outlet)
{
    struct fetching fetching = {.call = call};

    TRY(store_read(call->work, fetch, &fetching));
    return outlet_write(outlet, fetching.file, &call->work->fault);
}
