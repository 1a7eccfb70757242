#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"
#include "http/outlet.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/environment/environment.h"
#include "slice/environment/environment_http.h"
#include "slice/environment/environment_sql.h"
#include "slice/environment/format.h"
#include "slice/environment/harbor.h"
#include "slice/reward/grader.h"
#include "slice/reward/intake.h"
#include "slice/reward/reward.h"
#include "slice/reward/reward_sql.h"
#include "store/store.h"
#include "store/work.h"

enum { TASKS_MAX = 20'000, PAGE_ROWS = 200 };

/* ------------------------------------------------------------------ import */

struct task_import_query {
    const char *format;
};
static const struct task_import_query import_defaults = {.format = "periti"};
static const struct field import_query_fields[] = {
    TEXT(task_import_query, format, .optional = true, .choices = ROW_FORMATS "|harbor",
         .doc = "Rows of JSON, or an archive of Harbor folders"),
};
const struct shape task_import_query_shape =
    SHAPE(task_import_query, import_query_fields, "How to import", .defaults = &import_defaults);

struct task_import {
    int64_t new_count;
    int64_t changed_count;
    int64_t same_count;
    const char *job_id;
};
static const struct field import_fields[] = {
    INT(task_import, new_count, .doc = "Tasks that were not there"),
    INT(task_import, changed_count, .doc = "Tasks that have a new version"),
    INT(task_import, same_count, .doc = "Tasks that were there already"),
    TEXT(task_import, job_id, .optional = true, .doc = "The gate that tries them"),
};
const struct shape task_import_shape = SHAPE(task_import, import_fields, "What was imported");

struct importing {
    struct call *call;
    struct task_draft *drafts;
    size_t count;
    struct task_import *result;
};

static enum err read_load(struct importing *importing, const struct load *load, const char *format)
{
    struct work *work = importing->call->work;

    for (size_t i = 0; i < load->row_count; i++) {
        struct text line = {
            .at = arena_copy(work->arena, load->rows[i].line.at, load->rows[i].line.size),
            .size = load->rows[i].line.size};
        uint64_t number = (uint64_t)load->rows[i].index + 1;
        struct json *row;
        enum err err = json_parse(work->arena, line, &row, &work->fault);

        if (err != OK) {
            work->fault.line = number;
            return err;
        }
        if (importing->count == TASKS_MAX) {
            return work_fail(work, ERR_INVALID, "more than %d tasks: import them in parts",
                             TASKS_MAX);
        }
        TRY(format_read(work->arena, format, row, number, &importing->drafts[importing->count++],
                        &work->fault));
    }
    return OK;
}

static enum err read_rows(struct importing *importing, const char *format)
{
    struct work *work = importing->call->work;
    struct intake *rows;
    struct load *load = NULL;
    enum err err;

    importing->drafts = arena_array(work->arena, struct task_draft, TASKS_MAX);
    TRY(intake_open(importing->call->upload->path, &rows, &work->fault));
    do {
        err = intake_next(rows, &load, &work->fault);
        if (err == OK && load != NULL) {
            err = read_load(importing, load, format);
            arena_free(load->arena);
        }
    } while (err == OK && load != NULL);
    intake_close(rows);
    return err;
}

/* All of them or none: a file that is half in would be nobody's. */
static enum err store_drafts(struct work *work, void *context)
{
    struct importing *importing = context;
    struct task_import *result = importing->result;
    int64_t *counts[] = {&result->new_count, &result->changed_count, &result->same_count};

    *result = (struct task_import){0};
    for (size_t i = 0; i < importing->count; i++) {
        enum task_change change = TASK_SAME;
        const char *id;

        TRY(task_put(work, importing->call->ids[0], &importing->drafts[i], &change, &id));
        ++*counts[change];
    }
    if (result->new_count + result->changed_count > 0) {
        TRY(gate_request(work, importing->call->ids[0], false, &result->job_id));
    }
    return audit(work, "environment.import", importing->call->ids[0], "{}");
}

enum err serve_task_import(struct call *call)
{
    const struct task_import_query *query = call->query;
    struct importing importing = {.call = call,
                                  .result = arena_new_of(call->work->arena, struct task_import)};

    if (strcmp(query->format, "harbor") == 0) {
        TRY(harbor_read(call->work->arena, call->upload->path, &importing.drafts, &importing.count,
                        &call->work->fault));
    } else {
        TRY(read_rows(&importing, query->format));
    }
    if (importing.count == 0) {
        return work_fail(call->work, ERR_INVALID, "the file holds no task");
    }
    TRY(store_write(call->work, store_drafts, &importing));
    call->reply = importing.result;
    return OK;
}

/* ------------------------------------------------------------------ export */

struct task_export_query {
    const char *format;
};
static const struct task_export_query export_defaults = {.format = "periti"};
static const struct field export_query_fields[] = {
    TEXT(task_export_query, format, .optional = true, .choices = ROW_FORMATS,
         .doc = "The form of the rows"),
};
const struct shape task_export_query_shape =
    SHAPE(task_export_query, export_query_fields, "How to export", .defaults = &export_defaults);

struct exporting {
    struct call *call;
    const char *after;
    struct buffer to;
    bool ended;
};

static enum err export_page(struct work *work, void *context)
{
    struct exporting *exporting = context;
    const struct task_export_query *query = exporting->call->query;
    struct env_task_row *rows;
    size_t count;

    TRY(env_task_page(work,
                      &(struct env_task_page_args){.environment_id = exporting->call->ids[0],
                                                   .organisation_id = work->organisation_id,
                                                   .name = exporting->after,
                                                   .row_max = PAGE_ROWS},
                      &rows, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(format_write(&exporting->to, query->format, &rows[i], &work->fault));
    }
    exporting->ended = count < PAGE_ROWS;
    if (count > 0) {
        exporting->after =
            arena_copy(work->arena, rows[count - 1].name, strlen(rows[count - 1].name));
    }
    return OK;
}

enum err serve_task_export(struct call *call, struct outlet *outlet)
{
    struct work *work = call->work;
    struct exporting exporting = {.call = call, .after = ""};

    while (!exporting.ended) {
        exporting.to = buffer_new(work->arena);
        TRY(store_read(work, export_page, &exporting));
        TRY(outlet_write(outlet, buffer_view(&exporting.to), &work->fault));
    }
    return OK;
}

struct packing {
    struct call *call;
    struct text bytes;
};

static enum err pack(struct work *work, void *context)
{
    struct packing *packing = context;
    struct world_file_row *rows = NULL;
    struct env_task_row task;
    size_t count = 0;

    TRY(env_task_by_id(work,
                       &(struct env_task_by_id_args){.id = packing->call->ids[0],
                                                     .organisation_id = work->organisation_id},
                       &task));
    if (task.world_hash != NULL) {
        TRY(world_files(work,
                        &(struct world_files_args){.organisation_id = work->organisation_id,
                                                   .world_hash = task.world_hash},
                        &rows, &count));
    }
    struct world_file *files = arena_array(work->arena, struct world_file, count + 1);

    for (size_t i = 0; i < count; i++) {
        files[i] = (struct world_file){
            .path = rows[i].path, .content = rows[i].content, .mode = rows[i].mode};
    }
    return harbor_write(work->arena, &task, files, count, &packing->bytes, &work->fault);
}

enum err serve_harbor(struct call *call, struct outlet *outlet)
{
    struct packing packing = {.call = call};

    TRY(store_read(call->work, pack, &packing));
    return outlet_write(outlet, packing.bytes, &call->work->fault);
}
