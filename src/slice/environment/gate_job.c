#include "slice/environment/gate.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"
#include "job/job.h"
#include "slice/environment/environment_sql.h"
#include "slice/environment/gate_rule.h"
#include "slice/environment/twin.h"
#include "slice/installation.h"
#include "slice/reward/grade.h"
#include "slice/reward/grader.h"
#include "slice/reward/reward.h"
#include "slice/reward/verifier.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/clock.h"

enum { PAGE_ROWS = 500, WAIT_MS = 500, LIMIT_MIN_MS = 400, LIMIT_FACTOR = 20, TASKS_MAX = 20'000 };

static const double TWIN_MIN = 0.9;

struct gating {
    struct job_run *job;
    const char *environment_id;
    bool again; /* those that were tried before, too */
    struct env_task_row *tasks;
    size_t task_count;
    struct twin *twins;
    struct docket *docket;
    size_t passed_count;
    size_t failed_count;
};

/* ------------------------------------------------------------------ loading */

static enum err load_page(struct gating *gating, struct work *work, size_t room)
{
    struct env_task_row *rows;
    size_t count;
    const char *after = gating->task_count == 0 ? "" : gating->tasks[gating->task_count - 1].name;

    TRY(env_task_page(work,
                      &(struct env_task_page_args){.environment_id = gating->environment_id,
                                                   .organisation_id = work->organisation_id,
                                                   .name = after,
                                                   .row_max = PAGE_ROWS},
                      &rows, &count));
    for (size_t i = 0; i < count && gating->task_count < room; i++) {
        gating->tasks[gating->task_count++] = rows[i];
    }
    return count < PAGE_ROWS || gating->task_count == room ? ERR_NOT_FOUND : OK;
}

static enum err load(struct work *work, void *context)
{
    struct gating *gating = context;
    enum err err = OK;

    gating->task_count = 0;
    while (err == OK) {
        err = load_page(gating, work, TASKS_MAX);
    }
    return err == ERR_NOT_FOUND ? OK : err;
}

static void find_twins(struct gating *gating)
{
    struct arena *arena = gating->job->work->arena;
    const char **texts = arena_array(arena, const char *, gating->task_count + 1);

    for (size_t i = 0; i < gating->task_count; i++) {
        texts[i] = gating->tasks[i].instruction;
    }
    gating->twins = twins_find(arena, texts, gating->task_count, TWIN_MIN);
}

/* ------------------------------------------------------------------ trying */

/* Trials of one task: its plans are rows of the same index. */
struct trial {
    struct gating *gating;
    const struct env_task_row *task;
    struct known *known;
    struct attempt_plan *plans;
    struct gate_outcome *outcomes;
    size_t plan_count;
    int64_t slowest_us; /* of the reference */
};

/* What loops for ever need not do so for the whole of the task's time. */
static void write_verifier(struct json_out *out, const struct trial *trial)
{
    struct sandbox_limits limits = trial->known->verifier.limits;
    int64_t most_ms = LIMIT_MIN_MS + LIMIT_FACTOR * trial->slowest_us / 1000;
    struct json *tree;
    struct fault ignored;

    limits.wall_ms = limits.wall_ms < most_ms ? limits.wall_ms : most_ms;
    json_name(out, "verifier");
    json_open(out, '{');
    if (json_parse(out->to->arena, text_of(trial->known->source), &tree, &ignored) == OK) {
        for (const struct json *member = tree->first; member != NULL; member = member->next) {
            if (strcmp(member->name, "limits") != 0) {
                json_name(out, member->name);
                buffer_text(out->to, member->source);
                out->comma = true;
            }
        }
    }
    json_name(out, "limits");
    json_encode(out, &sandbox_limits_shape, &limits);
    json_close(out, '}');
}

static struct text row_of(struct arena *arena, const struct trial *trial, size_t plan)
{
    struct buffer to = buffer_new(arena);
    struct json_out out = json_to(&to);

    json_open(&out, '{');
    json_name(&out, "task");
    json_text(&out, trial->task->name);
    json_name(&out, "answer");
    json_text(&out, trial->plans[plan].answer);
    if (trial->known->checker == NULL && trial->slowest_us > 0) {
        write_verifier(&out, trial);
    }
    json_close(&out, '}');
    return buffer_view(&to);
}

static void note(struct trial *trial, const struct sheet *sheet)
{
    for (size_t i = 0; i < sheet->row_count; i++) {
        const struct sheet_row *row = &sheet->rows[i];
        size_t plan = (size_t)row->row.index;

        trial->outcomes[plan] =
            (struct gate_outcome){.kind = row->kind, .reason = row->reason, .final = row->final};
        if (trial->plans[plan].kind == TRY_REFERENCE && row->micros > trial->slowest_us) {
            trial->slowest_us = row->micros;
        }
    }
}

/* The plans from `first` to before `end`, side by side. */
static void run_plans(struct trial *trial, size_t first, size_t end)
{
    struct docket *docket = trial->gating->docket;
    struct load *load = load_new();

    load->rows = arena_array(load->arena, struct load_row, end - first + 1);
    for (size_t i = first; i < end; i++) {
        load->rows[load->row_count++] =
            (struct load_row){.index = (int64_t)i, .line = row_of(load->arena, trial, i)};
    }
    docket_put(docket, load);
    while (!docket_is_idle(docket)) {
        struct sheet *sheet = docket_take(docket, WAIT_MS);

        if (sheet != NULL) {
            note(trial, sheet);
            sheet_free(sheet);
        }
    }
}

/* The reference first: it tells how long an honest answer takes. */
static enum gate try_task(struct trial *trial, const struct twin *twin, struct buffer *report)
{
    const struct gating *gating = trial->gating;
    size_t references = 0;
    bool has_twin = gating->tasks + twin->other != trial->task;

    while (references < trial->plan_count && trial->plans[references].kind == TRY_REFERENCE) {
        references++;
    }
    run_plans(trial, 0, references);
    run_plans(trial, references, trial->plan_count);
    return gate_judge(
        &(struct gate_facts){.verifier = &trial->known->verifier,
                             .plans = trial->plans,
                             .outcomes = trial->outcomes,
                             .plan_count = trial->plan_count,
                             .twin = has_twin ? gating->tasks[twin->other].name : NULL,
                             .resemblance = twin->resemblance},
        report);
}

/* ------------------------------------------------------------------ storing */

struct result {
    struct gating *gating;
    const struct env_task_row *task;
    enum gate gate;
    const char *report;
};

static enum err store(struct work *work, void *context)
{
    const struct result *result = context;
    int64_t affected;

    TRY(gate_result_insert(work, &(struct gate_result_insert_args){
                                     .id = work_new_id(work, "gat"),
                                     .organisation_id = work->organisation_id,
                                     .environment_id = result->gating->environment_id,
                                     .task_id = result->task->id,
                                     .job_id = result->gating->job->id,
                                     .passed = result->gate == GATE_PASSED,
                                     .report = result->report,
                                     .judged_at = work->now_us,
                                 }));
    if (result->gate == GATE_UNJUDGED) {
        return OK;
    }
    return gate_set(
        work,
        &(struct gate_set_args){.id = result->task->id,
                                .organisation_id = work->organisation_id,
                                .gate = result->gate == GATE_PASSED ? "passed" : "failed"},
        &affected);
}

static enum err gate_task(struct gating *gating, size_t index)
{
    struct work *work = gating->job->work;
    const struct env_task_row *task = &gating->tasks[index];
    struct trial trial = {.gating = gating, .task = task};
    struct buffer report = buffer_new(work->arena);

    TRY(known_new(text_of(task->verifier), &trial.known, &work->fault));
    const char *solution = task->solution != NULL         ? task->solution
                           : trial.known->checker != NULL ? task->reference
                                                          : NULL;

    trial.plan_count = gate_plan(work->arena, &trial.known->verifier, solution, &trial.plans);
    trial.outcomes = arena_array(work->arena, struct gate_outcome, trial.plan_count);
    struct result result = {.gating = gating, .task = task};

    result.gate = try_task(&trial, &gating->twins[index], &report);
    result.report = report.at;
    gating->passed_count += result.gate == GATE_PASSED;
    gating->failed_count += result.gate == GATE_FAILED;
    known_free(trial.known);
    work->now_us = clock_now_us();
    return store_write(work, store, &result);
}

static enum err gate_all(struct gating *gating)
{
    struct arena *whole = gating->job->work->arena;
    enum err err = OK;

    for (size_t i = 0; err == OK && i < gating->task_count; i++) {
        ARENA_SCOPE arena = arena_new();

        gating->job->work->arena = arena;
        if (gating->again || strcmp(gating->tasks[i].gate, "open") == 0) {
            err = gate_task(gating, i);
        }
        if (err == OK) {
            err = job_progress(gating->job, (int64_t)i + 1, (int64_t)gating->task_count,
                               arena_print(arena, "{\"passed_count\":%zu,\"failed_count\":%zu}",
                                           gating->passed_count, gating->failed_count));
        }
        gating->job->work->arena = whole;
    }
    return err;
}

static enum err run_gate(struct job_run *job)
{
    struct work *work = job->work;
    struct gating gating = {.job = job};
    struct json *arguments;

    TRY(json_parse(work->arena, text_of(job->arguments), &arguments, &work->fault));
    gating.environment_id = json_text_of(arguments, "environment_id");
    gating.again = json_member(arguments, "again")->yes;
    gating.tasks = arena_array(work->arena, struct env_task_row, TASKS_MAX);
    work->organisation_id = job->organisation_id;
    TRY(store_read(work, load, &gating));
    find_twins(&gating);
    struct task_source source = {.store = work->store,
                                 .installation = work->installation,
                                 .organisation_id = work->organisation_id,
                                 .environment_id = gating.environment_id};
    struct grading grading = {.find_task = task_source_find, .context = &source};

    TRY(docket_new(work->installation->grader, &grading, &gating.docket, &work->fault));
    enum err err = gate_all(&gating);

    docket_free(gating.docket);
    return err;
}

const struct job_kind gate_job = {.name = GATE_JOB, .run = run_gate, .attempt_max = 10};
