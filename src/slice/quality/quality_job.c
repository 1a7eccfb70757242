#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/map.h"
#include "base/shape.h"
#include "job/job.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/quality/quality.h"
#include "slice/quality/quality_job.h"
#include "slice/quality/quality_sql.h"
#include "slice/task/task.h"
#include "slice/type/type.h"
#include "store/store.h"
#include "store/work.h"

enum { CHUNK = 1000, SEED = 1 };

#define ENGINE_VERSION "1"

/* What one run reads and writes, for one label of the task type after the other. */
struct run {
    struct campaign_row campaign;
    const struct task_type *type;
    const struct type_label *label;
    const char *campaign_id;
    const char *last_submission_id;
    struct map *tasks;
    struct map *rater_ids;
    struct map *classes;
    struct quality_rater *raters;
    size_t rater_room;
    struct quality_vote *votes;
    size_t vote_count;
    size_t vote_room;
    struct quality_result result;
    struct truth_put_args *changed;
    size_t changed_count;
    bool *kept; /* [task]: stands in the store already */
    struct truth_remove_args *gone;
    size_t gone_count;
};

/* ------------------------------------------------------------------ reading */

static uint32_t rater_number(struct arena *arena, struct run *run,
                             const struct quality_rater *rater)
{
    uint32_t number = map_add(run->rater_ids, text_of(rater->id));

    if (number == run->rater_room) {
        struct quality_rater *longer =
            arena_array(arena, struct quality_rater, run->rater_room * 2 + 16);

        if (number > 0) {
            memcpy(longer, run->raters, number * sizeof(*longer));
        }
        run->raters = longer;
        run->rater_room = run->rater_room * 2 + 16;
    }
    if (run->raters[number].id == NULL) {
        run->raters[number] = (struct quality_rater){
            .id = map_key(run->rater_ids, number).at,
            .name = arena_copy(arena, rater->name, strlen(rater->name)),
            .kind = arena_copy(arena, rater->kind, strlen(rater->kind)),
        };
    }
    return number;
}

static void add_vote(struct arena *arena, struct run *run, struct quality_vote vote)
{
    if (run->vote_count == run->vote_room) {
        struct quality_vote *longer =
            arena_array(arena, struct quality_vote, run->vote_room * 2 + 1024);

        if (run->vote_count > 0) {
            memcpy(longer, run->votes, run->vote_count * sizeof(*longer));
        }
        run->votes = longer;
        run->vote_room = run->vote_room * 2 + 1024;
    }
    run->votes[run->vote_count++] = vote;
}

/* The number of the class that an answer names. False: it names none. */
static bool class_of(struct arena *scratch, const struct run *run, const char *answer,
                     uint32_t *out)
{
    struct fault fault = {0};
    struct json *value = NULL;

    if (json_parse(scratch, text_of(answer), &value, &fault) != OK) {
        return false;
    }
    const char *class = type_label_value(scratch, run->label, value);

    return class != NULL && map_find(run->classes, text_of(class), out);
}

static enum err read_answer(struct work *work, void *context, const struct given_answers_row *row)
{
    struct run *run = context;
    ARENA_SCOPE scratch = arena_new();
    struct quality_vote vote;

    if (!class_of(scratch, run, row->answer, &vote.given) ||
        !class_of(scratch, run, row->final_answer, &vote.final)) {
        return OK;
    }
    vote.task = map_add(run->tasks, text_of(row->task_id));
    vote.rater = rater_number(
        work->arena, run, &(struct quality_rater){row->engagement_id, row->pseudonym, "expert"});
    add_vote(work->arena, run, vote);
    if (strcmp(row->id, run->last_submission_id) > 0) {
        run->last_submission_id = arena_copy(work->arena, row->id, strlen(row->id));
    }
    return OK;
}

static enum err read_judgement(struct work *work, void *context,
                               const struct given_judgements_row *row)
{
    struct run *run = context;
    ARENA_SCOPE scratch = arena_new();
    struct quality_vote vote;

    if (!class_of(scratch, run, row->answer, &vote.given)) {
        return OK;
    }
    vote.final = vote.given;
    vote.task = map_add(run->tasks, text_of(row->task_id));
    vote.rater = rater_number(work->arena, run,
                              &(struct quality_rater){row->rater_id, row->name, row->kind});
    add_vote(work->arena, run, vote);
    return OK;
}

/* Forget what an earlier try has read: a body may run more than once. */
static void begin_label(struct arena *arena, struct run *run)
{
    run->tasks = map_new(arena);
    run->rater_ids = map_new(arena);
    run->classes = map_new(arena);
    run->raters = NULL;
    run->rater_room = run->vote_count = run->vote_room = 0;
    run->changed_count = run->gone_count = 0;
    run->last_submission_id = "";
    for (size_t i = 0; i < run->label->class_count; i++) {
        (void)map_add(run->classes, text_of(run->label->classes[i]));
    }
}

static enum err read_votes(struct work *work, void *context)
{
    struct run *run = context;

    begin_label(work->arena, run);
    TRY(given_answers(work,
                      &(struct given_answers_args){.campaign_id = run->campaign_id,
                                                   .organisation_id = work->organisation_id},
                      read_answer, run));
    return given_judgements(
        work,
        &(struct given_judgements_args){.campaign_id = run->campaign_id,
                                        .organisation_id = work->organisation_id},
        read_judgement, run);
}

/* ------------------------------------------------------------------ what changed */

static struct truth_put_args truth_of(const struct work *work, const struct run *run, uint32_t task)
{
    const struct quality_truth *truth = &run->result.truths[task];

    return (struct truth_put_args){
        .organisation_id = work->organisation_id,
        .campaign_id = run->campaign_id,
        .task_id = map_key(run->tasks, task).at,
        .label = run->label->name,
        .value = run->label->classes[truth->class],
        .probability = truth->probability,
        .majority = run->label->classes[truth->majority],
        .label_count = truth->vote_count,
    };
}

static enum err compare(struct work *work, void *context, const struct truth_all_row *row)
{
    struct run *run = context;
    uint32_t task;

    if (!map_find(run->tasks, text_of(row->task_id), &task) || run->result.truths == NULL ||
        run->result.truths[task].vote_count == 0) {
        run->gone[run->gone_count++] = (struct truth_remove_args){
            .campaign_id = run->campaign_id,
            .organisation_id = work->organisation_id,
            .label = run->label->name,
            .task_id = arena_copy(work->arena, row->task_id, strlen(row->task_id)),
        };
        return OK;
    }
    struct truth_put_args now = truth_of(work, run, task);

    run->kept[task] = strcmp(now.value, row->value) == 0 &&
                      strcmp(now.majority, row->majority) == 0 &&
                      now.probability == row->probability && now.label_count == row->label_count;
    return OK;
}

static enum err count_truth(struct work *work, void *context, const struct truth_all_row *row)
{
    (*(size_t *)context)++;
    return OK;
}

static enum err find_changes(struct work *work, void *context)
{
    struct run *run = context;
    struct truth_all_args args = {.campaign_id = run->campaign_id,
                                  .organisation_id = work->organisation_id,
                                  .label = run->label->name};
    uint32_t task_count = map_count(run->tasks);
    size_t stored = 0;

    TRY(truth_all(work, &args, count_truth, &stored));
    run->kept = arena_array(work->arena, bool, task_count);
    run->gone = arena_array(work->arena, struct truth_remove_args, stored);
    run->gone_count = 0;
    TRY(truth_all(work, &args, compare, run));
    run->changed = arena_array(work->arena, struct truth_put_args, task_count);
    run->changed_count = 0;
    for (uint32_t task = 0; task < task_count; task++) {
        if (run->result.truths != NULL && !run->kept[task] &&
            run->result.truths[task].vote_count > 0) {
            run->changed[run->changed_count++] = truth_of(work, run, task);
        }
    }
    return OK;
}

/* ------------------------------------------------------------------ writing */

struct slab {
    const struct run *run;
    size_t first;
};

static enum err write_slab(struct work *work, void *context)
{
    const struct slab *slab = context;
    size_t left = slab->run->changed_count - slab->first;

    return truth_put(work, slab->run->changed + slab->first, left < CHUNK ? left : CHUNK);
}

static const char *name_of(const struct run *run, uint32_t rater)
{
    return rater == QUALITY_ALL ? "" : rater == QUALITY_TRUTH ? "truth" : run->raters[rater].name;
}

static const char *id_of(const struct run *run, uint32_t rater)
{
    return rater == QUALITY_ALL ? "" : rater == QUALITY_TRUTH ? "truth" : run->raters[rater].id;
}

static enum err write_skills(struct work *work, const struct run *run)
{
    uint32_t count = run->result.skills == NULL ? 0 : map_count(run->rater_ids);
    struct skill_insert_args *rows = arena_array(work->arena, struct skill_insert_args, count);

    for (uint32_t i = 0; i < count; i++) {
        const struct quality_skill *skill = &run->result.skills[i];

        rows[i] = (struct skill_insert_args){
            .organisation_id = work->organisation_id,
            .campaign_id = run->campaign_id,
            .label = run->label->name,
            .rater_id = run->raters[i].id,
            .rater_kind = run->raters[i].kind,
            .rater_name = run->raters[i].name,
            .label_count = skill->vote_count,
            .agreed_count = skill->agreed_count,
            .accuracy = skill->accuracy,
            .low = skill->low,
            .high = skill->high,
        };
    }
    TRY(skill_clear(work, &(struct skill_clear_args){.campaign_id = run->campaign_id,
                                                     .organisation_id = work->organisation_id,
                                                     .label = run->label->name}));
    return skill_insert(work, rows, count);
}

static enum err write_agreements(struct work *work, const struct run *run)
{
    size_t count = run->result.agreement_count;
    struct agreement_insert_args *rows =
        arena_array(work->arena, struct agreement_insert_args, count);

    for (size_t i = 0; i < count; i++) {
        const struct quality_agreement *one = &run->result.agreements[i];

        rows[i] = (struct agreement_insert_args){
            .organisation_id = work->organisation_id,
            .campaign_id = run->campaign_id,
            .label = run->label->name,
            .metric = one->metric,
            .left_id = id_of(run, one->left),
            .right_id = id_of(run, one->right),
            .left_name = name_of(run, one->left),
            .right_name = name_of(run, one->right),
            .estimate = one->estimate,
            .low = one->low,
            .high = one->high,
            .unit_count = (int64_t)one->unit_count,
        };
    }
    TRY(agreement_clear(work,
                        &(struct agreement_clear_args){.campaign_id = run->campaign_id,
                                                       .organisation_id = work->organisation_id,
                                                       .label = run->label->name}));
    return agreement_insert(work, rows, count);
}

static enum err write_summary(struct work *work, void *context)
{
    const struct run *run = context;

    TRY(truth_remove(work, run->gone, run->gone_count));
    TRY(write_skills(work, run));
    TRY(write_agreements(work, run));
    return quality_run_put(work, &(struct quality_run_put_args){
                                     .campaign_id = run->campaign_id,
                                     .organisation_id = work->organisation_id,
                                     .label = run->label->name,
                                     .level = run->label->level,
                                     .engine = run->result.method,
                                     .engine_version = ENGINE_VERSION,
                                     .options = "{\"replicates\":1000,\"level\":0.95}",
                                     .seed = SEED,
                                     .item_count = map_count(run->tasks),
                                     .rater_count = map_count(run->rater_ids),
                                     .label_count = (int64_t)run->vote_count,
                                     .rounds = run->result.rounds,
                                     .log_likelihood = run->result.log_likelihood,
                                     .last_submission_id = run->last_submission_id,
                                     .computed_at = work->now_us,
                                 });
}

/* ------------------------------------------------------------------ the job */

static bool has_expert(const struct run *run)
{
    for (uint32_t i = 0; i < map_count(run->rater_ids); i++) {
        if (strcmp(run->raters[i].kind, "expert") == 0) {
            return true;
        }
    }
    return false;
}

static enum err run_label(struct work *work, struct run *run, const struct type_label *label)
{
    run->label = label;
    TRY(store_read(work, read_votes, run));
    run->result = (struct quality_result){.method = "none"};
    struct quality_labels labels = {
        .label = label,
        .task_count = map_count(run->tasks),
        .raters = run->raters,
        .rater_count = map_count(run->rater_ids),
        .votes = run->votes,
        .vote_count = run->vote_count,
    };

    if (has_expert(run)) { /* else no answer stands, and what was inferred before must go */
        TRY(quality_compute(work->arena, &labels, SEED, &run->result, &work->fault));
    }
    TRY(store_read(work, find_changes, run));
    for (struct slab slab = {.run = run}; slab.first < run->changed_count; slab.first += CHUNK) {
        TRY(store_write(work, write_slab, &slab));
    }
    return store_write(work, write_summary, run);
}

static enum err load(struct work *work, void *context)
{
    struct run *run = context;
    struct campaign_owner_find_row owner;

    TRY(campaign_owner_find(work, &(struct campaign_owner_find_args){.id = run->campaign_id},
                            &owner));
    work->organisation_id = owner.organisation_id;
    TRY(campaign_find(work, run->campaign_id, &run->campaign));
    return campaign_type(work, &run->campaign, &run->type);
}

static enum err run_quality(struct job_run *job)
{
    struct work *work = job->work;
    struct run *run = arena_new_of(work->arena, struct run);
    struct json *arguments = NULL;

    TRY(json_parse(work->arena, text_of(job->arguments), &arguments, &work->fault));
    run->campaign_id = json_text_of(arguments, "campaign_id");
    TRY(store_read(work, load, run));
    for (size_t i = 0; i < run->type->label_count; i++) {
        if (run->type->labels[i].class_count >= 2) {
            TRY(run_label(work, run, &run->type->labels[i]));
        }
    }
    return OK;
}

const struct job_kind quality_job = {.name = QUALITY_JOB, .run = run_quality, .attempt_max = 10};
