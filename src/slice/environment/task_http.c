#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/base64.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/environment/environment.h"
#include "slice/environment/environment_http.h"
#include "slice/environment/environment_sql.h"
#include "store/work.h"

enum { GLANCE_SIZE = 200 };

struct env_task_item {
    const char *id;
    const char *name;
    int64_t number;
    const char *content_hash;
    const char *glance;
    const char *gate;
    int64_t created_at;
};
static const struct field env_task_item_fields[] = {
    TEXT(env_task_item, id, .doc = "Identifier, `etk_` and 26 characters"),
    TEXT(env_task_item, name, .doc = "Its name, as rows of rewards call it"),
    INT(env_task_item, number, .doc = "Its version, counted from 1"),
    TEXT(env_task_item, content_hash, .doc = "Hash of the version"),
    TEXT(env_task_item, glance, .doc = "How its instruction begins"),
    TEXT(env_task_item, gate, .choices = "open|passed|failed", .doc = "What the gate says"),
    TIME(env_task_item, created_at, .doc = "Since when"),
};
static const struct shape env_task_item_shape =
    SHAPE(env_task_item, env_task_item_fields, "A task at a glance");

static const struct field env_task_list_fields[] = PAGE_FIELDS(env_task_item_shape, "By name");
const struct shape env_task_list_shape =
    PAGE_SHAPE(env_task_list, env_task_list_fields, "A page of tasks");

static const char *glance(struct arena *arena, const char *text)
{
    struct text cut = {.at = text, .size = strnlen(text, GLANCE_SIZE)};

    cut.size = text_check(cut);
    return arena_copy(arena, cut.at, cut.size);
}

enum err serve_tasks(struct call *call)
{
    struct work *work = call->work;
    const struct page_query *query = call->query;
    struct env_task_row *rows;
    size_t count;

    TRY(env_task_page(work,
                      &(struct env_task_page_args){.environment_id = call->ids[0],
                                                   .organisation_id = work->organisation_id,
                                                   .name = page_after(query->after, ""),
                                                   .row_max = query->limit},
                      &rows, &count));
    struct env_task_item *items = arena_array(work->arena, struct env_task_item, count);

    for (size_t i = 0; i < count; i++) {
        items[i] = (struct env_task_item){.id = rows[i].id,
                                          .name = rows[i].name,
                                          .number = rows[i].number,
                                          .content_hash = rows[i].content_hash,
                                          .glance = glance(work->arena, rows[i].instruction),
                                          .gate = rows[i].gate,
                                          .created_at = rows[i].created_at};
    }
    return page_reply(call, items, count, query->limit, PAGE_LAST(rows, count, name));
}

struct task_file {
    const char *path;
    const char *content_base64;
    int64_t mode;
};
static const struct task_file task_file_defaults = {.mode = 0644};
static const struct field task_file_fields[] = {
    TEXT(task_file, path, .min = 1, .max = 400, .doc = "Below the world's folder"),
    TEXT(task_file, content_base64, .doc = "What it holds, in base 64"),
    INT(task_file, mode, .optional = true, .max = 0777, .doc = "Permissions; 420 is rw-r--r--"),
};
static const struct shape task_file_shape =
    SHAPE(task_file, task_file_fields, "A file of a world", .defaults = &task_file_defaults);

struct task_body {
    const char *name;
    const char *instruction;
    const char *verifier;
    const char *reference;
    const char *solution;
    const char *metadata;
    struct list files;
};
static const struct task_body task_body_defaults = {.metadata = "{}"};
static const struct field task_body_fields[] = {
    TEXT(task_body, name, .min = 1, .max = 200, .doc = "Its name, as rows of rewards call it"),
    TEXT(task_body, instruction, .min = 1, .max = 200000, .doc = "What is asked"),
    JSON(task_body, verifier, .doc = "How answers are judged: a verifier"),
    TEXT(task_body, reference, .optional = true, .max = 200000,
         .doc = "What an answer is held against"),
    TEXT(task_body, solution, .optional = true, .max = 200000, .doc = "An answer that passes"),
    JSON(task_body, metadata, .optional = true, .doc = "Whatever else is known of it"),
    LIST(task_body, files, .of = &task_file_shape, .optional = true, .max = 1000,
         .doc = "The world that an answer finds"),
};
const struct shape task_body_shape =
    SHAPE(task_body, task_body_fields, "A version of a task", .defaults = &task_body_defaults);

struct task_made {
    const char *id;
    const char *change;
    const char *job_id;
};
static const struct field task_made_fields[] = {
    TEXT(task_made, id, .doc = "The version"),
    TEXT(task_made, change, .choices = "new|changed|same", .doc = "What became of it"),
    TEXT(task_made, job_id, .optional = true, .doc = "The gate that tries it"),
};
const struct shape task_made_shape = SHAPE(task_made, task_made_fields, "A version that was made");

static int by_path(const void *left, const void *right)
{
    return strcmp(((const struct world_file *)left)->path,
                  ((const struct world_file *)right)->path);
}

static enum err read_files(struct work *work, const struct list *given, struct task_draft *draft)
{
    const struct task_file *files = given->at;
    struct world_file *world = arena_array(work->arena, struct world_file, given->count + 1);

    for (size_t i = 0; i < given->count; i++) {
        world[i] = (struct world_file){.path = files[i].path, .mode = files[i].mode};
        if (!base64_read(work->arena, text_of(files[i].content_base64), &world[i].content)) {
            return work_fail_field(work, ERR_INVALID, "files", "%.200s is no base 64",
                                   files[i].path);
        }
    }
    qsort(world, given->count, sizeof(*world), by_path);
    draft->files = world;
    draft->file_count = given->count;
    return OK;
}

enum err serve_task_put(struct call *call)
{
    static const char *const CHANGES[] = {"new", "changed", "same"};
    struct work *work = call->work;
    const struct task_body *body = call->body;
    struct task_made *made = arena_new_of(work->arena, struct task_made);
    struct task_draft draft = {.name = body->name,
                               .instruction = body->instruction,
                               .verifier = body->verifier,
                               .reference = body->reference,
                               .solution = body->solution,
                               .metadata = body->metadata};
    enum task_change change = TASK_SAME;

    TRY(read_files(work, &body->files, &draft));
    TRY(task_put(work, call->ids[0], &draft, &change, &made->id));
    made->change = CHANGES[change];
    if (change != TASK_SAME) {
        TRY(gate_request(work, call->ids[0], false, &made->job_id));
        TRY(audit(work, "task.put", made->id, "{}"));
    }
    call->reply = made;
    return OK;
}

/* ------------------------------------------------------------------ one task */

struct task_version {
    const char *id;
    int64_t number;
    const char *content_hash;
    const char *gate;
    int64_t created_at;
};
static const struct field task_version_fields[] = {
    TEXT(task_version, id, .doc = "Identifier"),
    INT(task_version, number, .doc = "Counted from 1"),
    TEXT(task_version, content_hash, .doc = "Hash of the version"),
    TEXT(task_version, gate, .choices = "open|passed|failed", .doc = "What the gate says"),
    TIME(task_version, created_at, .doc = "Since when"),
};
static const struct shape task_version_shape =
    SHAPE(task_version, task_version_fields, "A version of a task");

struct world_entry {
    const char *path;
    int64_t mode;
    const char *sha256;
    int64_t size_bytes;
};
static const struct field world_entry_fields[] = {
    TEXT(world_entry, path, .doc = "Below the world's folder"),
    INT(world_entry, mode, .doc = "Permissions"),
    TEXT(world_entry, sha256, .doc = "Hash of what it holds"),
    INT(world_entry, size_bytes, .doc = "Bytes"),
};
static const struct shape world_entry_shape =
    SHAPE(world_entry, world_entry_fields, "A file of a world");

struct env_task_view {
    const char *id;
    const char *environment_id;
    const char *name;
    int64_t number;
    const char *content_hash;
    const char *instruction;
    const char *verifier;
    const char *reference;
    const char *solution;
    const char *metadata;
    const char *gate;
    const char *report;
    int64_t judged_at;
    struct list files;
    struct list versions;
};
static const struct field env_task_view_fields[] = {
    TEXT(env_task_view, id, .doc = "Identifier, `etk_` and 26 characters"),
    TEXT(env_task_view, environment_id, .doc = "Where it belongs"),
    TEXT(env_task_view, name, .doc = "Its name"),
    INT(env_task_view, number, .doc = "Its version, counted from 1"),
    TEXT(env_task_view, content_hash, .doc = "Hash of the version"),
    TEXT(env_task_view, instruction, .doc = "What is asked"),
    JSON(env_task_view, verifier, .doc = "How answers are judged"),
    TEXT(env_task_view, reference, .optional = true, .doc = "What an answer is held against"),
    TEXT(env_task_view, solution, .optional = true, .doc = "An answer that passes"),
    JSON(env_task_view, metadata, .doc = "Whatever else is known of it"),
    TEXT(env_task_view, gate, .choices = "open|passed|failed", .doc = "What the gate says"),
    JSON(env_task_view, report, .optional = true, .doc = "What the gate found last"),
    TIME(env_task_view, judged_at, .optional = true, .doc = "When"),
    LIST(env_task_view, files, .of = &world_entry_shape, .doc = "The world that an answer finds"),
    LIST(env_task_view, versions, .of = &task_version_shape, .doc = "Newest first"),
};
const struct shape env_task_view_shape =
    SHAPE(env_task_view, env_task_view_fields, "A task with what the gate found");

enum err env_task_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct env_task_owner_find_row owner;
    enum err err = env_task_owner_find(work, &(struct env_task_owner_find_args){.id = id}, &owner);

    if (err == OK) {
        err = account_may_reach(work, owner.organisation_id);
    }
    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no task %.60s, or none you may see", id);
    }
    TRY(err);
    *organisation_id = owner.organisation_id;
    return OK;
}

static enum err add_versions(struct work *work, struct env_task_view *view)
{
    struct env_task_versions_row *rows;
    size_t count;

    TRY(env_task_versions(work,
                          &(struct env_task_versions_args){.environment_id = view->environment_id,
                                                           .organisation_id = work->organisation_id,
                                                           .name = view->name},
                          &rows, &count));
    struct task_version *versions = arena_array(work->arena, struct task_version, count);

    for (size_t i = 0; i < count; i++) {
        versions[i] = (struct task_version){.id = rows[i].id,
                                            .number = rows[i].number,
                                            .content_hash = rows[i].content_hash,
                                            .gate = rows[i].gate,
                                            .created_at = rows[i].created_at};
    }
    view->versions = (struct list){.at = versions, .count = count};
    return OK;
}

static enum err add_world(struct work *work, const char *world_hash, struct env_task_view *view)
{
    struct world_listing_row *rows;
    size_t count;

    if (world_hash == NULL) {
        return OK;
    }
    TRY(world_listing(work,
                      &(struct world_listing_args){.organisation_id = work->organisation_id,
                                                   .world_hash = world_hash},
                      &rows, &count));
    struct world_entry *entries = arena_array(work->arena, struct world_entry, count);

    for (size_t i = 0; i < count; i++) {
        entries[i] = (struct world_entry){.path = rows[i].path,
                                          .mode = rows[i].mode,
                                          .sha256 = rows[i].sha256,
                                          .size_bytes = rows[i].size_bytes};
    }
    view->files = (struct list){.at = entries, .count = count};
    return OK;
}

static enum err add_report(struct work *work, struct env_task_view *view)
{
    struct gate_result_last_row row;
    enum err err =
        gate_result_last(work,
                         &(struct gate_result_last_args){.task_id = view->id,
                                                         .organisation_id = work->organisation_id},
                         &row);

    view->judged_at = INT_ABSENT;
    if (err == OK) {
        view->report = row.report;
        view->judged_at = row.judged_at;
    }
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err serve_task(struct call *call)
{
    struct work *work = call->work;
    struct env_task_view *view = arena_new_of(work->arena, struct env_task_view);
    struct env_task_owner_find_row owner;
    struct env_task_row row;

    TRY(env_task_owner_find(work, &(struct env_task_owner_find_args){.id = call->ids[0]}, &owner));
    TRY(env_task_by_id(
        work,
        &(struct env_task_by_id_args){.id = call->ids[0], .organisation_id = work->organisation_id},
        &row));
    *view = (struct env_task_view){.id = row.id,
                                   .environment_id = owner.environment_id,
                                   .name = row.name,
                                   .number = row.number,
                                   .content_hash = row.content_hash,
                                   .instruction = row.instruction,
                                   .verifier = row.verifier,
                                   .reference = row.reference,
                                   .solution = row.solution,
                                   .metadata = row.metadata,
                                   .gate = row.gate};
    TRY(add_world(work, row.world_hash, view));
    TRY(add_report(work, view));
    TRY(add_versions(work, view));
    call->reply = view;
    return OK;
}
