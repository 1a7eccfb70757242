/* What a quality run writes. Truth and votes may be many and change little: only what differs is
 * touched. The rest is small, and is made anew. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/map.h"
#include "slice/quality/quality_run.h"
#include "slice/type/type.h"
#include "store/store.h"
#include "store/work.h"

struct changes {
    const struct quality_run *run;
    struct truth_put_args *truths;
    size_t truth_count;
    struct truth_remove_args *truths_gone;
    size_t truth_gone_count;
    struct vote_put_args *votes;
    size_t vote_count;
    struct vote_remove_args *votes_gone;
    size_t vote_gone_count;
    bool *truth_kept;     /* [task]: stands in the store already */
    bool *vote_kept;      /* [vote] */
    const uint32_t *sort; /* vote numbers by task and rater */
};

static const char *kept(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_copy(arena, text, strlen(text));
}

static bool same(const char *left, const char *right)
{
    return left == right || (left != NULL && right != NULL && strcmp(left, right) == 0);
}

/* ------------------------------------------------------------------ truth */

static bool has_truth(const struct quality_run *run, uint32_t task)
{
    return run->result.truths != NULL && run->result.truths[task].vote_count > 0;
}

static struct truth_put_args truth_of(const struct work *work, const struct quality_run *run,
                                      uint32_t task)
{
    const struct quality_truth *truth = &run->result.truths[task];

    return (struct truth_put_args){
        .organisation_id = work->organisation_id,
        .campaign_id = run->campaign_id,
        .task_id = run->tasks[task].id,
        .label = run->label->name,
        .value = run->label->classes[truth->class],
        .probability = truth->probability,
        .majority = run->label->classes[truth->majority],
        .label_count = truth->vote_count,
        .stratum = map_key(run->strata, run->tasks[task].stratum).at,
        .is_gold = run->tasks[task].gold != UINT32_MAX,
    };
}

static enum err compare_truth(struct work *work, void *context, const struct truth_all_row *row)
{
    struct changes *changes = context;
    const struct quality_run *run = changes->run;
    uint32_t task;

    if (!map_find(run->task_ids, text_of(row->task_id), &task) || !has_truth(run, task)) {
        changes->truths_gone[changes->truth_gone_count++] = (struct truth_remove_args){
            .campaign_id = run->campaign_id,
            .organisation_id = work->organisation_id,
            .label = run->label->name,
            .task_id = kept(work->arena, row->task_id),
        };
        return OK;
    }
    struct truth_put_args now = truth_of(work, run, task);

    changes->truth_kept[task] = same(now.value, row->value) && same(now.majority, row->majority) &&
                                now.probability == row->probability &&
                                now.label_count == row->label_count &&
                                same(now.stratum, row->stratum) && now.is_gold == row->is_gold;
    return OK;
}

static enum err count_truth(struct work *work, void *context, const struct truth_all_row *row)
{
    (*(size_t *)context)++;
    return OK;
}

static enum err find_truths(struct work *work, struct changes *changes)
{
    const struct quality_run *run = changes->run;
    struct truth_all_args args = {.campaign_id = run->campaign_id,
                                  .organisation_id = work->organisation_id,
                                  .label = run->label->name};
    size_t stored = 0;

    TRY(truth_all(work, &args, count_truth, &stored));
    changes->truth_kept = arena_array(work->arena, bool, run->labels.task_count);
    changes->truths_gone = arena_array(work->arena, struct truth_remove_args, stored);
    changes->truth_gone_count = changes->truth_count = 0;
    TRY(truth_all(work, &args, compare_truth, changes));
    changes->truths = arena_array(work->arena, struct truth_put_args, run->labels.task_count);
    for (uint32_t task = 0; task < run->labels.task_count; task++) {
        if (has_truth(run, task) && !changes->truth_kept[task]) {
            changes->truths[changes->truth_count++] = truth_of(work, run, task);
        }
    }
    return OK;
}

/* ------------------------------------------------------------------ votes */

static int by_task_and_rater(const void *left, const void *right, void *context)
{
    const struct quality_vote *votes = context;
    const struct quality_vote *a = &votes[*(const uint32_t *)left];
    const struct quality_vote *b = &votes[*(const uint32_t *)right];

    if (a->task != b->task) {
        return a->task < b->task ? -1 : 1;
    }
    return (a->rater > b->rater) - (a->rater < b->rater);
}

static const uint32_t *sorted(struct arena *arena, const struct quality_run *run)
{
    uint32_t *sort = arena_array(arena, uint32_t, run->vote_count);

    for (uint32_t i = 0; i < run->vote_count; i++) {
        sort[i] = i;
    }
    qsort_r(sort, run->vote_count, sizeof(*sort), by_task_and_rater, run->votes);
    return sort;
}

static bool find_vote(const struct changes *changes, uint32_t task, uint32_t rater, uint32_t *out)
{
    const struct quality_vote *votes = changes->run->votes;
    size_t low = 0;
    size_t high = changes->run->vote_count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        const struct quality_vote *vote = &votes[changes->sort[middle]];

        if (vote->task < task || (vote->task == task && vote->rater < rater)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if (low == changes->run->vote_count) {
        return false;
    }
    *out = changes->sort[low];
    return votes[*out].task == task && votes[*out].rater == rater;
}

static struct vote_put_args vote_of(const struct work *work, const struct quality_run *run,
                                    uint32_t number)
{
    const struct quality_vote *vote = &run->votes[number];

    return (struct vote_put_args){
        .organisation_id = work->organisation_id,
        .campaign_id = run->campaign_id,
        .label = run->label->name,
        .task_id = run->tasks[vote->task].id,
        .rater_id = run->raters[vote->rater].id,
        .said = run->label->classes[vote->given],
        .final = run->label->classes[vote->final],
        .submission_id = vote->submission_id,
    };
}

static enum err compare_vote(struct work *work, void *context, const struct vote_all_row *row)
{
    struct changes *changes = context;
    const struct quality_run *run = changes->run;
    uint32_t task;
    uint32_t rater;
    uint32_t number;

    if (!map_find(run->task_ids, text_of(row->task_id), &task) ||
        !map_find(run->rater_ids, text_of(row->rater_id), &rater) ||
        !find_vote(changes, task, rater, &number)) {
        changes->votes_gone[changes->vote_gone_count++] = (struct vote_remove_args){
            .campaign_id = run->campaign_id,
            .organisation_id = work->organisation_id,
            .label = run->label->name,
            .task_id = kept(work->arena, row->task_id),
            .rater_id = kept(work->arena, row->rater_id),
        };
        return OK;
    }
    struct vote_put_args now = vote_of(work, run, number);

    changes->vote_kept[number] = same(now.said, row->said) && same(now.final, row->final) &&
                                 same(now.submission_id, row->submission_id);
    return OK;
}

static enum err count_vote(struct work *work, void *context, const struct vote_all_row *row)
{
    (*(size_t *)context)++;
    return OK;
}

static enum err find_votes(struct work *work, struct changes *changes)
{
    const struct quality_run *run = changes->run;
    struct vote_all_args args = {.campaign_id = run->campaign_id,
                                 .organisation_id = work->organisation_id,
                                 .label = run->label->name};
    size_t stored = 0;

    TRY(vote_all(work, &args, count_vote, &stored));
    changes->sort = sorted(work->arena, run);
    changes->vote_kept = arena_array(work->arena, bool, run->vote_count);
    changes->votes_gone = arena_array(work->arena, struct vote_remove_args, stored);
    changes->vote_gone_count = changes->vote_count = 0;
    TRY(vote_all(work, &args, compare_vote, changes));
    changes->votes = arena_array(work->arena, struct vote_put_args, run->vote_count);
    for (uint32_t i = 0; i < run->vote_count; i++) {
        if (!changes->vote_kept[i]) {
            changes->votes[changes->vote_count++] = vote_of(work, run, i);
        }
    }
    return OK;
}

static enum err find_changes(struct work *work, void *context)
{
    TRY(find_truths(work, context));
    return find_votes(work, context);
}

/* ------------------------------------------------------------------ writing */

struct slab {
    const struct changes *changes;
    size_t first;
};

static enum err write_truths(struct work *work, void *context)
{
    const struct slab *slab = context;
    size_t left = slab->changes->truth_count - slab->first;

    return truth_put(work, slab->changes->truths + slab->first,
                     left < QUALITY_CHUNK ? left : QUALITY_CHUNK);
}

static enum err write_votes(struct work *work, void *context)
{
    const struct slab *slab = context;
    size_t left = slab->changes->vote_count - slab->first;

    return vote_put(work, slab->changes->votes + slab->first,
                    left < QUALITY_CHUNK ? left : QUALITY_CHUNK);
}

static enum err write_summary(struct work *work, void *context)
{
    const struct changes *changes = context;
    const struct quality_run *run = changes->run;

    TRY(truth_remove(work, changes->truths_gone, changes->truth_gone_count));
    TRY(vote_remove(work, changes->votes_gone, changes->vote_gone_count));
    TRY(quality_write_measures(work, run));
    return quality_run_put(work,
                           &(struct quality_run_put_args){
                               .campaign_id = run->campaign_id,
                               .organisation_id = work->organisation_id,
                               .label = run->label->name,
                               .level = run->label->level,
                               .engine = run->result.method,
                               .engine_version = QUALITY_ENGINE_VERSION,
                               .options = "{\"replicates\":1000,\"level\":0.95,\"shown_from\":30}",
                               .seed = QUALITY_SEED,
                               .item_count = (int64_t)run->labels.task_count,
                               .rater_count = (int64_t)run->labels.rater_count,
                               .label_count = (int64_t)run->vote_count,
                               .rounds = run->result.rounds,
                               .log_likelihood = run->result.log_likelihood,
                               .gold_count = run->result.gold_count,
                               .facts_at = run->facts_at,
                           });
}

enum err quality_write(struct work *work, struct quality_run *run)
{
    struct changes changes = {.run = run};

    TRY(store_read(work, find_changes, &changes));
    for (struct slab slab = {.changes = &changes}; slab.first < changes.truth_count;
         slab.first += QUALITY_CHUNK) {
        TRY(store_write(work, write_truths, &slab));
    }
    for (struct slab slab = {.changes = &changes}; slab.first < changes.vote_count;
         slab.first += QUALITY_CHUNK) {
        TRY(store_write(work, write_votes, &slab));
    }
    return store_write(work, write_summary, &changes);
}

enum err quality_drop(struct work *work, const char *campaign_id)
{
    const char *organisation = work->organisation_id;

    TRY(truth_drop(work, &(struct truth_drop_args){campaign_id, organisation}));
    TRY(vote_drop(work, &(struct vote_drop_args){campaign_id, organisation}));
    TRY(skill_drop(work, &(struct skill_drop_args){campaign_id, organisation}));
    TRY(agreement_drop(work, &(struct agreement_drop_args){campaign_id, organisation}));
    TRY(confusion_drop(work, &(struct confusion_drop_args){campaign_id, organisation}));
    TRY(bias_drop(work, &(struct bias_drop_args){campaign_id, organisation}));
    TRY(alert_drop(work, &(struct alert_drop_args){campaign_id, organisation}));
    TRY(forecast_drop(work, &(struct forecast_drop_args){campaign_id, organisation}));
    TRY(routing_drop(work, &(struct routing_drop_args){campaign_id, organisation}));
    return quality_run_drop(work, &(struct quality_run_drop_args){campaign_id, organisation});
}
