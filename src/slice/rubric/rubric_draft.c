/* A model drafts a rubric: a version that is a draft until somebody has read and confirmed it. */

#include "model/draft.h"

#include <string.h>

#include "base/arena.h"
#include "engine/verify/rubric.h"
#include "http/route.h"
#include "job/job.h"
#include "slice/inquiry/inquiry.h"
#include "slice/rubric/rubric_inside.h"
#include "slice/rubric/rubric_models.h"
#include "slice/rubric/rubric_sql.h"
#include "store/store.h"
#include "store/work.h"

#define DRAFT_JOB "rubric.draft"

enum { TASKS_MAX = 200, TEXT_MAX = 100'000, NAME_MAX = 200 };

struct drafting_task {
    const char *id;
    const char *prompt;
    const char *reference;
    const char *domain;
};
static const struct drafting_task task_defaults = {.domain = ""};
static const struct field task_fields[] = {
    TEXT(drafting_task, id, .min = 1, .max = NAME_MAX,
         .doc = "Name of the task; criteria of a task of this name are replaced in the draft"),
    TEXT(drafting_task, prompt, .min = 1, .max = TEXT_MAX, .doc = "What is asked"),
    TEXT(drafting_task, reference, .optional = true, .max = TEXT_MAX,
         .doc = "A model answer by an expert"),
    TEXT(drafting_task, domain, .optional = true, .max = NAME_MAX, .doc = "Of the task"),
};
static const struct shape task_shape =
    SHAPE(drafting_task, task_fields, "A task that wants criteria", .defaults = &task_defaults);

struct drafting {
    const char *model;
    double budget;
    struct list tasks;
};
static const struct field drafting_fields[] = {
    INQUIRY_FIELDS(drafting),
    LIST(drafting, tasks, .of = &task_shape, .min = 1, .max = TASKS_MAX,
         .doc = "The tasks; the other tasks of the newest version stay as they are"),
};
const struct shape drafting_shape = SHAPE(drafting, drafting_fields, "What a model shall draft");

enum err serve_draft(struct call *call)
{
    const struct drafting *body = call->body;
    struct inquiry_made *made = arena_new_of(call->work->arena, struct inquiry_made);

    TRY(inquiry_start(call->work,
                      &(struct inquiry_draft){.kind = DRAFT_JOB,
                                              .subject_id = call->ids[0],
                                              .model = body->model,
                                              .budget = body->budget,
                                              .shape = &drafting_shape,
                                              .options = body},
                      made));
    call->reply = made;
    return OK;
}

/* ------------------------------------------------------------------ the job */

struct desk {
    struct inquiry inquiry;
    struct drafting options;
    struct draft *drafts;
};

static const struct drafting_task *task_at(const struct desk *desk, size_t index)
{
    return (const struct drafting_task *)desk->options.tasks.at + index;
}

static struct rubric rubric_from(struct work *work, const struct drafting_task *task,
                                 const struct draft *draft)
{
    struct criterion *criteria = arena_array(work->arena, struct criterion, draft->count);

    for (size_t i = 0; i < draft->count; i++) {
        criteria[i] = (struct criterion){.id = arena_print(work->arena, "c%zu", i + 1),
                                         .text = draft->criteria[i].text,
                                         .kind = draft->criteria[i].kind,
                                         .points = draft->criteria[i].points};
    }
    return (struct rubric){.id = task->id,
                           .prompt = task->prompt,
                           .domain = task->domain,
                           .criteria = criteria,
                           .count = draft->count};
}

/* In its place, or behind the others. */
static void put_rubric(struct rubric_set *set, struct rubric rubric)
{
    for (size_t i = 0; i < set->count; i++) {
        if (strcmp(set->at[i].id, rubric.id) == 0) {
            set->at[i] = rubric;
            return;
        }
    }
    set->at[set->count++] = rubric;
}

/* The newest version, draft or not: two drafts in a row add up. */
static enum err newest_set(struct work *work, const struct desk *desk, struct rubric_set *out)
{
    struct version_last_row last;
    struct version version = {0};
    enum err err =
        version_last(work,
                     &(struct version_last_args){.rubric_id = desk->inquiry.subject_id,
                                                 .organisation_id = work->organisation_id},
                     &last);

    if (err == OK) {
        err = version_load(work, desk->inquiry.subject_id, last.number, &version);
    }
    if (err != OK && err != ERR_NOT_FOUND) {
        return err;
    }
    *out = (struct rubric_set){.at = arena_array(work->arena, struct rubric,
                                                 version.set.count + desk->options.tasks.count),
                               .count = version.set.count};
    for (size_t i = 0; i < version.set.count; i++) {
        out->at[i] = version.set.at[i];
    }
    return OK;
}

static enum err keep_drafts(struct work *work, void *context)
{
    const struct desk *desk = context;
    struct version_draft draft = {.rubric_id = desk->inquiry.subject_id, .origin = "model"};
    struct version_made made;
    size_t drafted = 0;

    TRY(job_hold(desk->inquiry.job, work));
    TRY(newest_set(work, desk, &draft.set));
    for (size_t i = 0; i < desk->options.tasks.count; i++) {
        if (desk->drafts[i].count > 0) {
            put_rubric(&draft.set, rubric_from(work, task_at(desk, i), &desk->drafts[i]));
            drafted++;
        }
    }
    if (drafted > 0 && inquiry_is_whole(&desk->inquiry)) {
        TRY(version_add(work, &draft, &made));
    }
    return inquiry_settle(work, &desk->inquiry);
}

static enum err run_draft(struct job_run *job)
{
    struct work *work = job->work;
    struct desk desk = {0};
    struct model_run run;
    struct model_totals totals;

    TRY(inquiry_open(job, &drafting_shape, &desk.options, &desk.inquiry));
    size_t count = desk.options.tasks.count;
    struct draft_task *tasks = arena_array(work->arena, struct draft_task, count);

    for (size_t i = 0; i < count; i++) {
        tasks[i] = (struct draft_task){task_at(&desk, i)->prompt, task_at(&desk, i)->reference};
    }
    desk.inquiry.total = (int64_t)count;
    desk.drafts = arena_array(work->arena, struct draft, count);
    TRY(inquiry_run(&desk.inquiry, &run));
    TRY(draft_all(work->arena, &run, tasks, count, desk.drafts, &totals, &work->fault));
    TRY(inquiry_step(&desk.inquiry, &totals, (int64_t)totals.ends[MODEL_ANSWERED]));
    return store_write(work, keep_drafts, &desk);
}

const struct job_kind draft_job = {.name = DRAFT_JOB, .run = run_draft, .attempt_max = 10};
