#include "slice/reward/reverify.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"
#include "http/page.h"
#include "http/route.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/installation.h"
#include "slice/reward/grade.h"
#include "slice/reward/grader.h"
#include "slice/reward/reverify_rule.h"
#include "slice/reward/reward.h"
#include "slice/reward/reward_sql.h"
#include "store/store.h"
#include "store/work.h"

#define REVERIFY_JOB "reward.reverify"

enum { STEP_ROWS = 200, WAIT_MS = 500 };

/* ------------------------------------------------------------------ asking for it */

struct reverify_begun {
    const char *reverification_id;
    const char *job_id;
};
static const struct field begun_fields[] = {
    TEXT(reverify_begun, reverification_id, .doc = "What will be found"),
    TEXT(reverify_begun, job_id, .doc = "The job that judges"),
};
const struct shape reverify_begun_shape =
    SHAPE(reverify_begun, begun_fields, "Judging anew has begun");

enum err serve_reverify(struct call *call)
{
    struct work *work = call->work;
    struct reverify_begun *begun = arena_new_of(work->arena, struct reverify_begun);

    begun->reverification_id = work_new_id(work, "rvf");
    TRY(job_request(
        work, REVERIFY_JOB,
        arena_print(work->arena, "{\"reverification_id\":\"%s\"}", begun->reverification_id), NULL,
        &begun->job_id));
    TRY(reverification_insert(work, &(struct reverification_insert_args){
                                        .id = begun->reverification_id,
                                        .organisation_id = work->organisation_id,
                                        .run_id = call->ids[0],
                                        .job_id = begun->job_id,
                                        .created_at = work->now_us,
                                        .created_by = work->who->person_id,
                                    }));
    call->reply = begun;
    return audit(work, "run.reverify", call->ids[0], "{}");
}

enum err reverification_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct reverification_owner_find_row owner;
    enum err err =
        reverification_owner_find(work, &(struct reverification_owner_find_args){.id = id}, &owner);

    if (err == OK) {
        err = account_may_reach(work, owner.organisation_id);
    }
    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no reverification %.60s, or none you may see", id);
    }
    TRY(err);
    *organisation_id = owner.organisation_id;
    return OK;
}

static const struct field reverification_fields[] = {
    TEXT(reverification_row, id, .doc = "Identifier, `rvf_` and 26 characters"),
    TEXT(reverification_row, run_id, .doc = "The run"),
    TEXT(reverification_row, job_id, .doc = "The job that judges"),
    TEXT(reverification_row, state, .choices = "running|done", .doc = "Where it stands"),
    INT(reverification_row, row_count, .doc = "Answers judged anew"),
    INT(reverification_row, same_count, .doc = "Verdicts that hold"),
    INT(reverification_row, flip_count, .doc = "Verdicts that turned"),
    INT(reverification_row, unscored_count, .doc = "Could not be judged this time"),
    TIME(reverification_row, created_at, .doc = "When it was asked for"),
};
const struct shape reverification_shape =
    SHAPE(reverification_row, reverification_fields, "Kept answers judged anew");

static enum err find(struct work *work, const char *id, struct reverification_row *out)
{
    return reverification_by_id(
        work,
        &(struct reverification_by_id_args){.id = id, .organisation_id = work->organisation_id},
        out);
}

enum err serve_reverification(struct call *call)
{
    struct reverification_row *row = arena_new_of(call->work->arena, struct reverification_row);

    TRY(find(call->work, call->ids[0], row));
    call->reply = row;
    return OK;
}

struct flip_query {
    int64_t after;
    int64_t limit;
};
static const struct flip_query flip_query_defaults = {.after = -1, .limit = PAGE_DEFAULT};
static const struct field flip_query_fields[] = {
    INT(flip_query, after, .optional = true, .min = -1, .max = 1e15,
        .doc = "Index of the last row seen"),
    INT(flip_query, limit, .optional = true, .min = 1, .max = PAGE_MAX, .doc = "Rows at most"),
};
const struct shape flip_query_shape =
    SHAPE(flip_query, flip_query_fields, "Which rows", .defaults = &flip_query_defaults);

static const struct field flip_fields[] = {
    INT(flip_row, row_index, .doc = "The row, counted from zero"),
    JSON(flip_row, line_before, .doc = "The verdict that was kept"),
    JSON(flip_row, line_after, .doc = "The verdict now"),
};
static const struct shape flip_shape = SHAPE(flip_row, flip_fields, "A verdict that turned");

struct flip_list {
    struct list items;
    int64_t next;
};
static const struct field flip_list_fields[] = {
    LIST(flip_list, items, .of = &flip_shape, .doc = "By index"),
    INT(flip_list, next, .optional = true, .doc = "Cursor of the next page; none: the end"),
};
const struct shape flip_list_shape = SHAPE(flip_list, flip_list_fields, "A page of flips");

enum err serve_flips(struct call *call)
{
    const struct flip_query *query = call->query;
    struct flip_list *list = arena_new_of(call->work->arena, struct flip_list);
    struct flip_row *rows;
    size_t count;

    TRY(flip_page(call->work,
                  &(struct flip_page_args){.reverification_id = call->ids[0],
                                           .organisation_id = call->work->organisation_id,
                                           .row_index = query->after,
                                           .row_max = query->limit},
                  &rows, &count));
    list->items = (struct list){.at = rows, .count = count};
    list->next = count == (size_t)query->limit ? rows[count - 1].row_index : INT_ABSENT;
    call->reply = list;
    return OK;
}

/* ------------------------------------------------------------------ the job */

struct reverifying {
    struct job_run *job;
    const char *id;
    struct reverification_row at; /* how far it is */
    struct reward_run_row run;
    struct verdict_row *rows; /* of this step */
    size_t row_count;
    const char **lines; /* their new verdicts; NULL: the old one holds */
};

static enum err load(struct work *work, void *context)
{
    struct reverifying *state = context;

    TRY(find(work, state->id, &state->at));
    return reward_run_by_id(work,
                            &(struct reward_run_by_id_args){
                                .id = state->at.run_id, .organisation_id = work->organisation_id},
                            &state->run);
}

static enum err load_step(struct work *work, void *context)
{
    struct reverifying *state = context;

    return verdict_page(work,
                        &(struct verdict_page_args){.run_id = state->at.run_id,
                                                    .organisation_id = work->organisation_id,
                                                    .row_index = state->at.next_index,
                                                    .row_max = STEP_ROWS},
                        &state->rows, &state->row_count);
}

static void compare(struct reverifying *state, const struct sheet *sheet)
{
    struct arena *arena = state->job->work->arena;

    for (size_t i = 0; i < sheet->row_count; i++) {
        const struct sheet_row *now = &sheet->rows[i];
        size_t at = 0;

        while (state->rows[at].row_index != now->row.index) {
            at++;
        }
        state->at.row_count++;
        switch (reverify_compare(state->rows[at].kind, state->rows[at].score, now->kind, now->score,
                                 now->final)) {
        case REVERIFY_SAME:
            state->at.same_count++;
            break;
        case REVERIFY_UNSCORED:
            state->at.unscored_count++;
            break;
        case REVERIFY_FLIP:
            state->at.flip_count++;
            state->lines[at] =
                arena_copy(arena, sheet->lines.at + now->line_begin, now->line_size - 1);
            break;
        }
    }
}

static struct load *load_of(const struct reverifying *state)
{
    struct load *load = load_new();

    load->rows = arena_array(load->arena, struct load_row, state->row_count);
    load->row_count = state->row_count;
    for (size_t i = 0; i < state->row_count; i++) {
        load->rows[i] = (struct load_row){.index = state->rows[i].row_index,
                                          .line = text_of(state->rows[i].row_text)};
    }
    return load;
}

static void judge(struct reverifying *state, struct docket *docket)
{
    docket_put(docket, load_of(state));
    while (!docket_is_idle(docket)) {
        struct sheet *sheet = docket_take(docket, WAIT_MS);

        if (sheet != NULL) {
            compare(state, sheet);
            sheet_free(sheet);
        }
    }
}

static enum err write_step(struct work *work, void *context)
{
    struct reverifying *state = context;
    int64_t affected;

    for (size_t i = 0; i < state->row_count; i++) {
        if (state->lines[i] != NULL) {
            TRY(flip_insert(work, &(struct flip_insert_args){
                                      .organisation_id = work->organisation_id,
                                      .reverification_id = state->id,
                                      .row_index = state->rows[i].row_index,
                                      .line_before = state->rows[i].verdict_text,
                                      .line_after = state->lines[i],
                                  }));
        }
    }
    return reverification_advance(work,
                                  &(struct reverification_advance_args){
                                      .id = state->id,
                                      .organisation_id = work->organisation_id,
                                      .state = state->row_count < STEP_ROWS ? "done" : "running",
                                      .row_count = state->at.row_count,
                                      .same_count = state->at.same_count,
                                      .flip_count = state->at.flip_count,
                                      .unscored_count = state->at.unscored_count,
                                      .next_index = state->at.next_index,
                                  },
                                  &affected);
}

static enum err step(struct reverifying *state, struct docket *docket)
{
    struct work *work = state->job->work;

    TRY(store_read(work, load_step, state));
    state->lines = arena_array(work->arena, const char *, state->row_count + 1);
    if (state->row_count > 0) {
        judge(state, docket);
        state->at.next_index = state->rows[state->row_count - 1].row_index + 1;
    }
    TRY(store_write(work, write_step, state));
    return job_progress(state->job, state->at.row_count, 0, NULL);
}

static enum err run_steps(struct reverifying *state, struct docket *docket)
{
    struct arena *whole = state->job->work->arena;
    enum err err = OK;

    do {
        ARENA_SCOPE arena = arena_new();

        state->job->work->arena = arena;
        err = step(state, docket);
        state->job->work->arena = whole;
    } while (err == OK && state->row_count == STEP_ROWS);
    return err;
}

static enum err run_reverify(struct job_run *job)
{
    struct work *work = job->work;
    struct reverifying state = {.job = job};
    struct json *arguments;
    struct docket *docket;

    TRY(json_parse(work->arena, text_of(job->arguments), &arguments, &work->fault));
    state.id = json_text_of(arguments, "reverification_id");
    work->organisation_id = job->organisation_id;
    TRY(store_read(work, load, &state));
    struct task_source source = {.store = work->store,
                                 .installation = work->installation,
                                 .organisation_id = work->organisation_id,
                                 .environment_id = state.run.environment_id};
    struct grading grading = {.verifier = text_of(state.run.verifier),
                              .find_task = source.environment_id == NULL ? NULL : task_source_find,
                              .context = &source};

    TRY(docket_new(work->installation->grader, &grading, &docket, &work->fault));
    enum err err = run_steps(&state, docket);

    docket_free(docket);
    return err;
}

const struct job_kind reverify_job = {.name = REVERIFY_JOB, .run = run_reverify, .attempt_max = 10};
