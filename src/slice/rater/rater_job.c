#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/time.h"
#include "engine/item/item.h"
#include "job/job.h"
#include "model/judge.h"
#include "slice/bank/bank.h"
#include "slice/installation.h"
#include "slice/interview/interview.h"
#include "slice/interview/interview_rule.h"
#include "slice/interview/verdict_shape.h"
#include "slice/rater/rater.h"
#include "slice/rater/rater_sql.h"
#include "slice/slice.h"
#include "store/store.h"
#include "store/work.h"

enum { ANSWERS_AT_ONCE = 16, ROUNDS_MAX = 200, VOTES = 3 };

#define STALE_AFTER (15 * TIME_MINUTE)

/* One answer, and where its criteria stand among the calls. */
struct asked {
    const struct rater_waiting_row *row;
    struct item *item;
    size_t first;
    const char *missed; /* why it is not even asked; NULL: it is */
};

struct round {
    struct rater_waiting_row *rows;
    struct asked *asked;
    size_t count;
    double spent; /* in 24 hours, before */
    struct judge_item *calls;
    struct judgement *judgements;
    size_t call_count;
    double spend; /* of one answer of this round */
};

static enum err load(struct work *work, void *context)
{
    struct round *round = context;
    struct rater_spent_row spent;

    TRY(rater_waiting(work,
                      &(struct rater_waiting_args){.organisation_id = work->organisation_id,
                                                   .row_max = ANSWERS_AT_ONCE},
                      &round->rows, &round->count));
    TRY(rater_spent(work,
                    &(struct rater_spent_args){.organisation_id = work->organisation_id,
                                               .since_at = work->now_us - TIME_DAY},
                    &spent));
    round->spent = spent.spend;
    round->asked = arena_array(work->arena, struct asked, round->count + 1);
    for (size_t i = 0; i < round->count; i++) {
        struct asked *asked = &round->asked[i];

        *asked =
            (struct asked){.row = &round->rows[i], .item = arena_new_of(work->arena, struct item)};
        TRY(bank_version(work, asked->row->item_id, asked->row->version_number, asked->item));
    }
    return OK;
}

/* Why an answer is not asked about. */
static const char *bar(const struct work *work, const struct round *round, const struct asked *one)
{
    double budget = work->installation->rater->budget_day;

    if (one->row->answer == NULL || one->row->answer[0] == '\0') {
        return "there was nothing to grade";
    }
    if (one->row->asked_at < work->now_us - STALE_AFTER) {
        return "it had waited for too long";
    }
    return budget > 0 && round->spent >= budget ? "the budget of the day is spent" : NULL;
}

static void gather(struct work *work, struct round *round)
{
    size_t room = round->count * ITEM_CRITERION_MAX;

    round->calls = arena_array(work->arena, struct judge_item, room + 1);
    round->judgements = arena_array(work->arena, struct judgement, room + 1);
    for (size_t i = 0; i < round->count; i++) {
        struct asked *one = &round->asked[i];
        const char *added = one->row->follow_up_answer;
        const struct item *item = one->item;

        one->first = round->call_count;
        one->missed = bar(work, round, one);
        for (size_t c = 0; one->missed == NULL && c < item->criteria.count; c++) {
            round->calls[round->call_count++] = (struct judge_item){
                .prompt = item->prompt,
                .answer = added == NULL || added[0] == '\0'
                              ? one->row->answer
                              : arena_print(work->arena, "%s\n%s", one->row->answer, added),
                .criterion = item_criteria(item)[c].text,
                .reference = item->models.count > 0 ? item_models(item)[0].text : NULL};
        }
    }
}

/* As it is kept and shown; NULL: a criterion could not be graded, and `note` says why. */
static const char *verdict_of(struct work *work, const struct round *round, const struct asked *one,
                              int64_t *category, const char **note)
{
    size_t count = one->item->criteria.count;
    struct criterion_view *rows = arena_array(work->arena, struct criterion_view, count + 1);
    enum item_mark marks[ITEM_CRITERION_MAX] = {0};
    struct buffer buffer = buffer_new(work->arena);
    struct json_out out = json_to(&buffer);
    double max;

    for (size_t c = 0; c < count; c++) {
        const struct judgement *found = &round->judgements[one->first + c];

        if (found->verdict == JUDGE_COULD_NOT) {
            *note = found->reason;
            return NULL;
        }
        marks[c] = found->verdict == JUDGE_MET ? ITEM_MET : ITEM_NOT_MET;
        rows[c] = (struct criterion_view){.text = item_criteria(one->item)[c].text,
                                          .points = item_criteria(one->item)[c].points,
                                          .mark = item_mark_name(marks[c]),
                                          .chance = (double)NAN,
                                          .quote = found->quote[0] == '\0' ? NULL : found->quote,
                                          .reason = found->reason,
                                          .by = RATER_MODEL};
    }
    double points = item_points(one->item, marks, &max);
    struct verdict_view view = {.criteria = {rows, count}, .sure = (double)NAN};

    *category = item_category(points, max);
    json_encode(&out, &verdict_view_shape, &view);
    return buffer.at;
}

static enum err put_one(struct work *work, const struct round *round, const struct asked *one)
{
    const char *note = one->missed;
    const char *verdict = NULL;
    int64_t category = 0;
    int64_t changed = 0;

    if (note == NULL) {
        verdict = verdict_of(work, round, one, &category, &note);
    }
    if (verdict == NULL) {
        return rater_missed(
            work,
            &(struct rater_missed_args){.step_id = one->row->step_id,
                                        .organisation_id = work->organisation_id,
                                        .note = note,
                                        .spend = one->missed == NULL ? round->spend : 0,
                                        .ended_at = work->now_us},
            &changed);
    }
    TRY(rater_graded(work,
                     &(struct rater_graded_args){.step_id = one->row->step_id,
                                                 .organisation_id = work->organisation_id,
                                                 .category = category,
                                                 .verdict = verdict,
                                                 .spend = round->spend,
                                                 .ended_at = work->now_us},
                     &changed));
    return changed == 0 ? OK : interview_hear(work, one->row->interview_id);
}

static enum err put(struct work *work, void *context)
{
    const struct round *round = context;

    for (size_t i = 0; i < round->count; i++) {
        TRY(put_one(work, round, &round->asked[i]));
    }
    return OK;
}

/* Ask about all answers of the round at once. No connection at all is no failure of the job. */
static enum err judge(struct work *work, struct round *round)
{
    const struct rater_settings *settings = work->installation->rater;
    struct judge_options options = judge_defaults;
    struct model_run run = {.server = &settings->server,
                            .seed = (uint64_t)work->now_us,
                            .budget =
                                settings->budget_day > 0 ? settings->budget_day - round->spent : 0};
    struct model_totals totals;
    size_t asked = 0;

    options.vote_max = VOTES;
    gather(work, round);
    if (round->call_count == 0) {
        return OK;
    }
    enum err err = judge_all(work->arena, &run, &options, round->calls, round->call_count,
                             round->judgements, &totals, &work->fault);

    for (size_t i = 0; i < round->count; i++) {
        asked += round->asked[i].missed == NULL;
        if (err != OK && round->asked[i].missed == NULL) {
            round->asked[i].missed = "the server cannot be reached";
        }
    }
    round->spend = err == OK ? totals.spend / (double)asked : 0;
    return OK;
}

static enum err run_round(struct job_run *run, size_t *count)
{
    ARENA_SCOPE inner = arena_new();
    struct work *work = run->work;
    struct arena *outer = work->arena;
    struct round round = {0};

    work->arena = inner;
    enum err err = store_read(work, load, &round);

    if (err == OK && round.count > 0) {
        err = judge(work, &round);
    }
    if (err == OK && round.count > 0) {
        err = store_write(work, put, &round);
    }
    work->arena = outer;
    *count = round.count;
    return err;
}

static enum err run_rater(struct job_run *run)
{
    struct work *work = run->work;
    size_t count = 1;
    int64_t done = 0;

    if (work->installation == NULL || work->installation->rater == NULL) {
        return OK; /* the server was taken away since */
    }
    for (int round = 0; count > 0 && round < ROUNDS_MAX; round++) {
        TRY(run_round(run, &count));
        done += (int64_t)count;
        TRY(job_progress(run, done, 0, NULL));
    }
    return OK;
}

const struct job_kind rater_job = {.name = RATER_JOB, .run = run_rater, .attempt_max = 3};

static const struct job_kind *const jobs[] = {&rater_job};

const struct slice rater_slice = {.name = "rater", .jobs = jobs, .job_count = COUNT(jobs)};
