/* A payout run of a history: who is in it, what is sent, what comes back. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "base/time.h"
#include "history_sql.h"
#include "job/job.h"
#include "slice/pay/pay.h"
#include "slice/payout/history.h"
#include "slice/payout/payout.h"
#include "slice/payout/payout_job.h"

struct paying {
    struct history *history;
    size_t currency;
    const char *run_id;
    int64_t planned[PEOPLE]; /* zero: not in the run */
    struct history_line *lines;
    size_t line_count;
    const char *line_id; /* of whom somebody says what became of it */
    bool paid;
};

static size_t person_of(const struct history *history, const char *person_id)
{
    size_t person = 0;

    while (person < PEOPLE && strcmp(history->person_id[person], person_id) != 0) {
        person++;
    }
    return person;
}

/* Whoever the model says is due, may be paid, and nobody else. */
static size_t plan(struct paying *paying)
{
    const struct history *history = paying->history;
    const struct model *model = &history->model;
    int64_t now_us = history->world->now_us;
    size_t count = 0;

    for (size_t i = 0; i < PEOPLE; i++) {
        bool may = model->held_until_us[i] <= now_us && model->usable_us[i] <= now_us;
        int64_t owed = model->owed[i][paying->currency];

        paying->planned[i] = may && owed > 0 ? owed : 0;
        count += paying->planned[i] > 0;
    }
    return count;
}

static enum err make(struct work *work, void *context)
{
    struct paying *paying = context;
    static const char *const FROM[CURRENCIES] = {"pfr_0", "pfr_1", "pfr_2"};

    return payout_run_make(work,
                           &(struct run_draft){.paying_account_id = FROM[paying->currency],
                                               .until_at = work->now_us,
                                               .pay_day = work->now_us / TIME_DAY},
                           &paying->run_id);
}

static enum err approve(struct work *work, void *context)
{
    struct paying *paying = context;
    bool complete;

    work->organisation_id = HOUSE;
    return payout_run_approve(work, paying->run_id, &complete);
}

static enum err cancel(struct work *work, void *context)
{
    struct paying *paying = context;

    work->organisation_id = HOUSE;
    return payout_run_cancel(work, paying->run_id);
}

static enum err load_lines(struct work *work, void *context)
{
    struct paying *paying = context;

    return history_lines(
        work, &(struct history_lines_args){.run_id = paying->run_id, .organisation_id = HOUSE},
        &paying->lines, &paying->line_count);
}

static enum err settle(struct work *work, void *context)
{
    struct paying *paying = context;

    work->organisation_id = HOUSE;
    return payout_line_settle(work, paying->line_id, paying->paid, "the bank says so");
}

static bool done(struct paying *paying, struct arena *arena, store_body *body, size_t who)
{
    return world_do(paying->history->world,
                    &(struct doing){.body = body, .context = paying, .who = &FINANCE[who]},
                    arena) == OK;
}

static bool send(struct world *world, struct arena *arena, const char *run_id)
{
    struct work work = {.arena = arena, .store = world->store, .now_us = world->now_us};

    return payout_send_job.run(&(struct job_run){
               .work = &work, .arguments = arena_print(arena, "{\"run_id\":\"%s\"}", run_id)}) ==
           OK;
}

/* Paid, come back, first the one and then the other, or not known yet. */
static bool settle_line(struct paying *paying, struct arena *arena, size_t person)
{
    struct model *model = &paying->history->model;
    int64_t amount = paying->planned[person];
    uint32_t chance = rng_below(&paying->history->world->rng, 10);

    paying->paid = true;
    if (chance < 7 && !done(paying, arena, settle, 0)) {
        return false;
    }
    if (chance < 7 && done(paying, arena, settle, 0)) {
        return broken("it is paid twice", paying->history->number);
    }
    paying->paid = false;
    if (chance < 6 || chance == 9) {
        return true;
    }
    model->paid_out[person][paying->currency] -= amount;
    model->owed[person][paying->currency] += amount;
    return done(paying, arena, settle, 1);
}

static bool follow_lines(struct paying *paying, struct arena *arena, bool wild)
{
    struct history *history = paying->history;
    struct model *model = &history->model;

    if (!done(paying, arena, load_lines, 0)) {
        return false;
    }
    for (size_t i = 0; i < paying->line_count; i++) {
        const struct history_line *line = &paying->lines[i];
        size_t person = person_of(history, line->person_id);

        if (person == PEOPLE || line->amount_minor != paying->planned[person]) {
            return broken("a line that the model does not know", history->number);
        }
        bool sent = model->owed[person][paying->currency] >= line->amount_minor;

        if (strcmp(line->state, sent ? "sent" : "dropped") != 0) {
            return broken("a line is sent that must not be, or is not", history->number);
        }
        if (sent) {
            paying->line_id = line->id;
            model->owed[person][paying->currency] -= line->amount_minor;
            model->paid_out[person][paying->currency] += line->amount_minor;
            if (wild && !settle_line(paying, arena, person)) {
                return broken("a payout cannot be settled", history->number);
            }
        }
    }
    return true;
}

/* Between the run and its approval a unit may be taken back, so that less is due. */
static enum err take_back(struct work *work, void *context)
{
    struct paying *paying = context;
    struct history *history = paying->history;
    size_t unit = rng_below(&history->world->rng, UNITS);
    struct unit_model *now = &history->model.units[unit];

    history->model.owed[unit % PEOPLE][unit / PEOPLE % CURRENCIES] -= now->cost;
    history->model.charged -= now->charge;
    *now = (struct unit_model){0};
    return pay_reverse(work, &(struct unit_paid){.campaign_id = history->campaign_id,
                                                 .submission_id = arena_print(
                                                     work->arena, "sub_%llu_%zu",
                                                     (unsigned long long)history->number, unit)});
}

static bool meanwhile(struct paying *paying, struct arena *arena)
{
    paying->history->world->now_us += TIME_SECOND;
    return done(paying, arena, take_back, 0);
}

bool history_pay_out(struct history *history, size_t currency, bool wild)
{
    ARENA_SCOPE arena = arena_new();
    struct world *world = history->world;
    struct paying paying = {.history = history, .currency = currency};
    size_t count = plan(&paying);

    if (done(&paying, arena, make, 0) != (count > 0)) {
        return broken("a run of the wrong people", history->number);
    }
    if (count == 0) {
        return true;
    }
    if (wild && rng_below(&world->rng, 3) == 0 && !meanwhile(&paying, arena)) {
        return false;
    }
    if (!done(&paying, arena, approve, 0) || (wild && done(&paying, arena, approve, 0))) {
        return broken("the first approval, or the same one again", history->number);
    }
    if (wild && rng_below(&world->rng, 8) == 0) {
        return done(&paying, arena, cancel, 0);
    }
    return done(&paying, arena, approve, 1) && send(world, arena, paying.run_id) &&
           (!wild || send(world, arena, paying.run_id)) && follow_lines(&paying, arena, wild);
}

/* ------------------------------------------------------------------ after a kill */

struct resuming {
    struct history_run *runs;
    size_t count;
};

static enum err load_runs(struct work *work, void *context)
{
    struct resuming *resuming = context;

    return history_approved(work, &(struct history_approved_args){.organisation_id = HOUSE},
                            &resuming->runs, &resuming->count);
}

bool world_resume(struct world *world)
{
    ARENA_SCOPE arena = arena_new();
    struct resuming resuming;

    if (world_do(world, &(struct doing){.body = load_runs, .context = &resuming}, arena) != OK) {
        return false;
    }
    for (size_t i = 0; i < resuming.count; i++) {
        if (!send(world, arena, resuming.runs[i].id)) {
            return false;
        }
    }
    return true;
}
