#include "slice/match/run.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"
#include "base/time.h"
#include "job/job.h"
#include "slice/expert/expert.h"
#include "slice/match/build.h"
#include "slice/match/limit.h"
#include "slice/match/match_sql.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/secret.h"

#define ENGINE_VERSION "match 3"

enum { STEPS = 3 };

/* One run from its arguments to its rows. */
struct run {
    struct job_run *job;
    const char *id;
    const char *person_id; /* who asked: their grants say which clients */
    struct match_options_view options;
    int64_t pool_version;
    uint16_t day;
    struct match_facts facts;
    struct match_made made;
    bool stands; /* an earlier try has written it */
};

double match_rounded(double score)
{
    return round(score * MATCH_SCORE_UNIT) / MATCH_SCORE_UNIT;
}

const char *match_parts_text(struct work *work, const struct match_candidate *candidate)
{
    struct buffer text = buffer_new(work->arena);
    struct json_out out = json_to(&text);

    json_open(&out, '{');
    for (int i = 0; i < MATCH_PARTS_; i++) {
        if (candidate->part[i] >= 0) {
            json_name(&out, match_part_names[i]);
            json_real(&out, match_rounded((double)candidate->part[i]));
        }
    }
    json_close(&out, '}');
    return arena_copy(work->arena, text.at, text.size);
}

struct proposal_insert_args match_proposal_of(struct work *work,
                                              const struct match_outcome *outcome,
                                              const struct match_seat *seat, uint32_t next)
{
    const struct match_instance *asked = &outcome->asked;
    struct match_candidate scored = match_choice_score(asked, seat->ask, seat->choice);
    struct proposal_insert_args row = {
        .id = work_new_id(work, "prp"),
        .organisation_id = work->organisation_id,
        .requirement_id = asked->asks[seat->ask].id,
        .person_id = asked->members[scored.expert].id,
        .match_score = match_rounded((double)scored.score),
        .score_parts = match_parts_text(work, &scored),
        .runner_up_score = (double)NAN,
        .bound = "",
        .chance = (double)NAN,
        .created_at = work->now_us,
    };

    if (next != MATCH_NONE) {
        row.runner_up_id = asked->members[asked->choices[next].member].id;
        row.runner_up_score =
            match_rounded((double)match_choice_score(asked, seat->ask, next).score);
    }
    return row;
}

/* ------------------------------------------------------------------ reading */

static enum err read_arguments(struct run *run)
{
    struct work *work = run->job->work;
    struct json *arguments = NULL;
    const struct json *options;

    TRY(json_parse(work->arena, text_of(run->job->arguments), &arguments, &work->fault));
    run->id = json_text_of(arguments, "run_id");
    run->person_id = json_text_of(arguments, "person_id");
    work->organisation_id = run->job->organisation_id;
    options = json_member(arguments, "options");
    return options == NULL ? OK
                           : json_decode(work->arena, options, &match_options_shape, &run->options,
                                         &work->fault);
}

static enum err read_now(struct work *work, void *context)
{
    struct run *run = context;
    struct match_run_row before;
    enum err err = match_run_by_id(
        work,
        &(struct match_run_by_id_args){.id = run->id, .organisation_id = work->organisation_id},
        &before);

    run->stands = err == OK;
    if (err != ERR_NOT_FOUND) {
        return err;
    }
    run->day = (uint16_t)(work->now_us / TIME_DAY);
    TRY(match_facts_gather(work, run->person_id, &run->facts));
    TRY(expert_version(work, &run->pool_version));
    if (run->facts.asks.count == 0) {
        return work_fail(work, ERR_CONFLICT,
                         "no campaign that you may reach has an open requirement");
    }
    TRY(limit_floors(work, &run->options, run->pool_version, &run->facts));
    return match_read_pool(work, run->pool_version, run->day, &run->facts, NULL, &run->made.input);
}

/* ------------------------------------------------------------------ writing */

/* Checks by how many experts they shut out alone, the most first, as JSON; `first` is its name. */
static const char *relaxed_text(struct work *work, const struct run *run, uint32_t ask,
                                const char **first)
{
    const struct match_slate *slate = &run->made.slates.at[ask];
    struct buffer text = buffer_new(work->arena);
    struct json_out out = json_to(&text);
    uint64_t below = UINT64_MAX;

    *first = "";
    json_open(&out, '[');
    for (uint64_t most = 1; most > 0; below = most) {
        most = 0;
        for (uint32_t i = 0; i < slate->check_count; i++) {
            if (slate->relaxed[i] < below && slate->relaxed[i] > most) {
                most = slate->relaxed[i];
            }
        }
        for (uint32_t i = 0; most > 0 && i < slate->check_count; i++) {
            if (slate->relaxed[i] == most) {
                const char *name = match_check_name(&run->made.slates.columns, &slate->checks[i]);

                *first = (*first)[0] == '\0' ? name : *first;
                json_open(&out, '{');
                json_name(&out, "check");
                json_text(&out, name);
                json_name(&out, "experts");
                json_int(&out, (int64_t)most);
                json_close(&out, '}');
            }
        }
    }
    json_close(&out, ']');
    return arena_copy(work->arena, text.at, text.size);
}

static enum err write_run(struct work *work, const struct run *run)
{
    const struct match_outcome *outcome = &run->made.outcome;
    const char *input = match_facts_text(work, &run->facts);
    struct buffer instance = buffer_new(work->arena);
    int64_t wanted = 0;

    match_instance_write(&instance, &run->made.instance);
    for (uint32_t i = 0; i < run->made.instance.ask_count; i++) {
        wanted += run->made.instance.asks[i].seats;
    }
    return match_run_insert(work, &(struct match_run_insert_args){
                                      .id = run->id,
                                      .organisation_id = work->organisation_id,
                                      .pool_version = run->pool_version,
                                      .run_day = run->day,
                                      .seed = run->options.seed,
                                      .options = match_options_text(work, &run->options),
                                      .engine_version = ENGINE_VERSION,
                                      .input = input,
                                      .input_hash = sha256_hex(work->arena, text_of(input)),
                                      .instance = buffer_view(&instance),
                                      .result_hash = match_result_hash(work, outcome),
                                      .expert_count = (int64_t)run->made.input.expert_total,
                                      .wanted_count = wanted,
                                      .filled_count = outcome->seat_count,
                                      .total_score = match_rounded(outcome->score),
                                      .free_score = match_rounded(outcome->free_score),
                                      .is_optimal = outcome->optimal,
                                      .gap = outcome->gap,
                                      .requested_by = run->person_id,
                                      .created_at = work->now_us,
                                  });
}

static enum err write_ask(struct work *work, const struct run *run, uint32_t ask)
{
    const struct match_outcome *outcome = &run->made.outcome;
    const struct ask_fact *fact = &((const struct ask_fact *)run->facts.asks.at)[ask];
    uint32_t first = outcome->seat_start[ask];
    uint32_t count = outcome->seat_start[ask + 1] - first;
    struct proposal_insert_args *rows =
        arena_array(work->arena, struct proposal_insert_args, count);
    struct match_ask_insert_args row = {
        .organisation_id = fact->organisation_id,
        .run_id = run->id,
        .position = ask,
        .campaign_id = fact->campaign_id,
        .requirement_id = fact->id,
        .requirement_version = fact->version_number,
        .wanted_count = fact->seats,
        .filled_count = count,
        .eligible_count = (int64_t)run->made.slates.at[ask].eligible,
        .considered_count = run->made.slates.at[ask].candidate_count,
        .price = outcome->price[ask],
    };
    const char *bound;

    uint32_t next = match_runner_up(outcome, ask);

    row.relaxed = relaxed_text(work, run, ask, &bound);
    TRY(match_ask_insert(work, &row, 1));
    TRY(proposal_supersede(
        work, &(struct proposal_supersede_args){.requirement_id = fact->id,
                                                .organisation_id = fact->organisation_id}));
    for (uint32_t i = 0; i < count; i++) {
        rows[i] = match_proposal_of(work, outcome, &outcome->seats[first + i], next);
        rows[i].organisation_id = fact->organisation_id;
        rows[i].run_id = run->id;
        rows[i].campaign_id = fact->campaign_id;
        rows[i].origin = "match";
        rows[i].bound = bound;
        rows[i].limited_by = limit_of_seat(work->arena, &run->facts, outcome, first + i);
        if (outcome->chance != NULL) {
            rows[i].chance = match_rounded((double)outcome->chance[first + i]);
        }
    }
    return proposal_insert(work, rows, count);
}

/* All of it or nothing; and nothing if the job was cancelled or taken over meanwhile. */
static enum err write_body(struct work *work, void *context)
{
    const struct run *run = context;

    TRY(job_hold(run->job, work));
    TRY(write_run(work, run));
    for (uint32_t i = 0; i < run->made.instance.ask_count; i++) {
        TRY(write_ask(work, run, i));
    }
    return limit_write(work, run->id, &run->facts, &run->made.outcome);
}

static enum err run_match(struct job_run *job)
{
    struct work *work = job->work;
    struct run *run = arena_new_of(work->arena, struct run);

    run->job = job;
    TRY(read_arguments(run));
    const char *result = arena_print(work->arena, "{\"run_id\":\"%s\"}", run->id);

    TRY(job_progress(job, 0, STEPS, NULL));
    TRY(store_read(work, read_now, run));
    if (run->stands) {
        return OK;
    }
    TRY(job_progress(job, 1, STEPS, NULL));
    TRY(match_compute(work, &run->options, &run->facts, &run->made));
    TRY(job_progress(job, 2, STEPS, result));
    TRY(store_write(work, write_body, run));
    return job_progress(job, STEPS, STEPS, result);
}

const struct job_kind match_job = {.name = MATCH_JOB, .run = run_match, .attempt_max = 3};

/* ------------------------------------------------------------------ replay */

struct replay {
    struct run *run;
    struct match_run_row before;
};

static enum err read_then(struct work *work, void *context)
{
    struct replay *replay = context;
    struct run *run = replay->run;
    struct match_run_inside_row inside;
    struct json *options = NULL;

    TRY(match_run_by_id(
        work,
        &(struct match_run_by_id_args){.id = run->id, .organisation_id = work->organisation_id},
        &replay->before));
    TRY(match_run_inside(
        work,
        &(struct match_run_inside_args){.id = run->id, .organisation_id = work->organisation_id},
        &inside));
    if (strcmp(sha256_hex(work->arena, text_of(inside.input)), replay->before.input_hash) != 0) {
        return work_fail(work, ERR_INTERNAL, "the stored input of %s was changed", run->id);
    }
    TRY(json_parse(work->arena, text_of(replay->before.options), &options, &work->fault));
    TRY(json_decode(work->arena, options, &match_options_shape, &run->options, &work->fault));
    TRY(match_facts_read(work, inside.input, &run->facts));
    return match_read_pool(work, replay->before.pool_version, (uint16_t)replay->before.run_day,
                           &run->facts, NULL, &run->made.input);
}

static enum err run_replay(struct job_run *job)
{
    struct work *work = job->work;
    struct replay replay = {.run = arena_new_of(work->arena, struct run)};

    replay.run->job = job;
    TRY(read_arguments(replay.run));
    TRY(job_progress(job, 0, 2, NULL));
    TRY(store_read(work, read_then, &replay));
    TRY(job_progress(job, 1, 2, NULL));
    TRY(match_compute(work, &replay.run->options, &replay.run->facts, &replay.run->made));
    const char *hash = match_result_hash(work, &replay.run->made.outcome);

    TRY(job_progress(job, 2, 2,
                     arena_print(work->arena,
                                 "{\"run_id\":\"%s\",\"result_hash\":\"%s\",\"same\":%s}",
                                 replay.run->id, hash,
                                 strcmp(hash, replay.before.result_hash) == 0 ? "true" : "false")));
    return strcmp(hash, replay.before.result_hash) == 0
               ? OK
               : work_fail(work, ERR_INTERNAL, "the replay of %s gives %s, not %s", replay.run->id,
                           hash, replay.before.result_hash);
}

const struct job_kind match_replay_job = {
    .name = MATCH_REPLAY_JOB, .run = run_replay, .attempt_max = 3};
