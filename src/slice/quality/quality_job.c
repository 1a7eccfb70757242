#include "slice/quality/quality_job.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/map.h"
#include "job/job.h"
#include "slice/campaign/campaign.h"
#include "slice/quality/quality.h"
#include "slice/quality/quality_rule.h"
#include "slice/quality/quality_run.h"
#include "slice/type/type.h"
#include "store/store.h"
#include "store/work.h"

static bool has_expert(const struct quality_labels *labels)
{
    for (uint32_t i = 0; i < labels->rater_count; i++) {
        if (quality_is_expert(labels, i)) {
            return true;
        }
    }
    return false;
}

/* A task is as sure as its least sure label. One that no answer names says nothing. */
static enum err lower_certainty(struct work *work, const struct quality_run *run, struct map *tasks,
                                double *certainty)
{
    double *own = arena_array(work->arena, double, run->labels.task_count);

    TRY(quality_certainty(&run->labels, own, &work->fault));
    for (uint32_t task = 0; task < run->labels.task_count; task++) {
        uint32_t number;

        if (map_find(tasks, text_of(run->tasks[task].id), &number)) {
            certainty[number] = fmin(certainty[number], own[task]);
        }
    }
    return OK;
}

/* How sure each task's answer is, over the labels so far: numbered as the first label's tasks. */
struct sureness {
    struct map *tasks;
    double *certainty;
};

static enum err note_sureness(struct work *work, const struct quality_run *run,
                              struct sureness *sureness)
{
    uint32_t count = map_count(run->task_ids);

    if (sureness->tasks == NULL) {
        sureness->tasks = run->task_ids;
        sureness->certainty = arena_array(work->arena, double, count);
        for (uint32_t i = 0; i < count; i++) {
            sureness->certainty[i] = 1;
        }
    }
    return lower_certainty(work, run, sureness->tasks, sureness->certainty);
}

static enum err run_label(struct work *work, struct quality_run *run,
                          const struct type_label *label, struct sureness *sureness)
{
    run->label = label;
    TRY(quality_read(work, run));
    if (has_expert(&run->labels)) { /* else nothing can be inferred, and what was must go */
        TRY(quality_compute(work->arena, &run->labels, QUALITY_SEED, &run->result, &work->fault));
        TRY(note_sureness(work, run, sureness));
    }
    return quality_write(work, run);
}

static enum err load(struct work *work, void *context)
{
    return quality_load(work, context);
}

static enum err run_labels(struct work *work, struct quality_run *run, struct sureness *sureness)
{
    for (size_t i = 0; i < run->type->label_count; i++) {
        if (run->type->labels[i].class_count >= 2) {
            TRY(run_label(work, run, &run->type->labels[i], sureness));
        }
    }
    return OK;
}

static enum err run_quality(struct job_run *job)
{
    struct work *work = job->work;
    struct quality_run *run = arena_new_of(work->arena, struct quality_run);
    struct sureness sureness = {0};
    struct json *arguments = NULL;

    TRY(json_parse(work->arena, text_of(job->arguments), &arguments, &work->fault));
    run->campaign_id = json_text_of(arguments, "campaign_id");
    TRY(store_read(work, load, run));
    TRY(run_labels(work, run, &sureness));
    run->task_ids = sureness.tasks == NULL ? map_new(work->arena) : sureness.tasks;
    return quality_demand(work, run, sureness.certainty);
}

static enum err drop(struct work *work, void *context)
{
    const struct quality_run *run = context;

    return quality_drop(work, run->campaign_id);
}

enum err quality_rebuild(struct work *work, const char *campaign_id)
{
    struct quality_run *run = arena_new_of(work->arena, struct quality_run);
    struct sureness sureness = {0};

    run->campaign_id = campaign_id;
    TRY(store_read(work, load, run));
    TRY(store_write(work, drop, run));
    return run_labels(work, run, &sureness);
}

struct cursor {
    const char *id;
    bool more;
};

static enum err step(struct work *work, void *context)
{
    struct cursor *cursor = context;
    struct campaign_after_row row;
    enum err err = campaign_after(work, &(struct campaign_after_args){.id = cursor->id}, &row);

    cursor->more = err == OK;
    cursor->id = err == OK ? row.id : cursor->id;
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err quality_rebuild_all(struct work *work, int64_t *count)
{
    struct arena *outer = work->arena;
    struct cursor cursor = {.id = ""};

    *count = 0;
    for (;;) {
        TRY(store_read(work, step, &cursor));
        if (!cursor.more) {
            return OK;
        }
        ARENA_SCOPE inner = arena_new(); /* what one campaign takes is given back */

        work->arena = inner;
        enum err err = quality_rebuild(work, cursor.id);

        work->arena = outer;
        work->organisation_id = NULL;
        TRY(err);
        (*count)++;
    }
}

const struct job_kind quality_job = {.name = QUALITY_JOB, .run = run_quality, .attempt_max = 10};
