/* Seats that became free are filled from the last run, and nothing else moves. */

#include <string.h>

#include "base/arena.h"
#include "slice/account/account.h"
#include "slice/match/limit.h"
#include "slice/match/loaded.h"
#include "slice/match/match.h"
#include "slice/match/match_sql.h"
#include "slice/match/requirement.h"
#include "slice/match/run.h"
#include "slice/wall/wall.h"
#include "store/work.h"

enum { TRIES_MAX = 20 };

/* ------------------------------------------------------------------ refill */

struct filling {
    struct work *work;
    const char *house_id;
    const struct requirement_row *requirement;
    struct match_loaded loaded;
    uint32_t ask;
    uint32_t *gone;
    size_t gone_count;
};

static enum err collect_gone(struct filling *filling)
{
    struct work *work = filling->work;
    const struct match_instance *instance = &filling->loaded.instance;
    struct proposed_in_run_row *proposed;
    struct offers_about_row *offers;
    struct rejected_of_requirement_row *rejected;
    size_t counts[3];

    TRY(proposed_in_run(work, &(struct proposed_in_run_args){.run_id = filling->loaded.run_id},
                        &proposed, &counts[0]));
    TRY(offers_about(work,
                     &(struct offers_about_args){.requirement_id = filling->requirement->id,
                                                 .campaign_id = filling->requirement->campaign_id,
                                                 .organisation_id = work->organisation_id},
                     &offers, &counts[1]));
    TRY(rejected_of_requirement(
        work,
        &(struct rejected_of_requirement_args){.requirement_id = filling->requirement->id,
                                               .organisation_id = work->organisation_id},
        &rejected, &counts[2]));
    filling->gone =
        arena_array(work->arena, uint32_t, counts[0] + counts[1] + counts[2] + TRIES_MAX * 64);
    for (size_t i = 0; i < counts[0] + counts[1] + counts[2]; i++) {
        const char *person_id = i < counts[0] ? proposed[i].person_id
                                : i < counts[0] + counts[1]
                                    ? offers[i - counts[0]].person_id
                                    : rejected[i - counts[0] - counts[1]].person_id;
        uint32_t member = match_member_find(instance, person_id);

        if (member != MATCH_NONE) {
            filling->gone[filling->gone_count++] = member;
        }
    }
    return OK;
}

/* The best for the freed seats alone: no other ask has any. */
static enum err solve(struct filling *filling, uint32_t seats, struct match_outcome *out)
{
    struct work *work = filling->work;
    const struct match_instance *instance = &filling->loaded.instance;
    struct match_change *changes =
        arena_array(work->arena, struct match_change, instance->ask_count);
    struct match_revision revision = {.changes = changes,
                                      .change_count = instance->ask_count,
                                      .gone = filling->gone,
                                      .gone_count = filling->gone_count};
    struct match_instance emptied = *instance;
    struct match_before before = {.price = filling->loaded.before.price};

    emptied.asks = arena_array(work->arena, struct match_ask, instance->ask_count);
    memcpy(emptied.asks, instance->asks, instance->ask_count * sizeof(*emptied.asks));
    for (uint32_t i = 0; i < instance->ask_count; i++) {
        changes[i] = (struct match_change){.ask = i,
                                           .seats = i == filling->ask ? seats : 0,
                                           .rate = MATCH_NONE,
                                           .hours = MATCH_NONE};
        emptied.asks[i].seats = changes[i].seats;
    }
    TRY(limit_renew(work,
                    &(struct limit_place){.requirement_id = filling->requirement->id,
                                          .organisation_id = work->organisation_id,
                                          .waiting = true},
                    &filling->loaded.facts, filling->ask, &emptied));
    changes[filling->ask].seats = emptied.asks[filling->ask].seats;
    return match_revise(work->arena, &emptied, (uint64_t)filling->loaded.seed, &before, &revision,
                        out, &work->fault);
}

/* Has the person a seat of the campaign by now, or a proposal for one, or no wish for any? */
static enum err is_taken(struct filling *filling, const char *person_id, bool *out)
{
    struct person_stands_row person;
    struct seat_in_campaign_row row;

    TRY(person_stands(filling->work, &(struct person_stands_args){.person_id = person_id},
                      &person));
    if (person.is_closed || !person.is_looking) {
        *out = true;
        return OK;
    }
    enum err err = seat_in_campaign(
        filling->work,
        &(struct seat_in_campaign_args){.campaign_id = filling->requirement->campaign_id,
                                        .organisation_id = filling->work->organisation_id,
                                        .person_id = person_id,
                                        .proposal_id = ""},
        &row);

    *out = err == OK;
    return err == ERR_NOT_FOUND ? OK : err;
}

/* Whoever a wall or a seat of the campaign keeps away by now is gone too. `clean`: nobody was. */
static enum err drop_barred(struct filling *filling, const struct match_outcome *outcome,
                            bool *clean)
{
    *clean = true;
    for (uint32_t i = 0; i < outcome->seat_count && i < 64; i++) {
        uint32_t member = outcome->asked.choices[outcome->seats[i].choice].member;
        const char *person_id = outcome->asked.members[member].id;
        const struct wall *wall;
        bool taken;

        TRY(wall_find(filling->work,
                      &(struct wall_question){.organisation_id = filling->work->organisation_id,
                                              .campaign_id = filling->requirement->campaign_id,
                                              .person_id = person_id},
                      &wall));
        TRY(is_taken(filling, person_id, &taken));
        if (wall != NULL || taken) {
            filling->gone[filling->gone_count++] = member;
            *clean = false;
        }
    }
    return OK;
}

static enum err propose(struct filling *filling, const struct match_outcome *outcome)
{
    struct work *work = filling->work;
    struct proposal_insert_args *rows =
        arena_array(work->arena, struct proposal_insert_args, outcome->seat_count);

    uint32_t next = match_runner_up(outcome, filling->ask);

    for (uint32_t i = 0; i < outcome->seat_count; i++) {
        rows[i] = match_proposal_of(work, outcome, &outcome->seats[i], next);
        rows[i].run_id = filling->loaded.run_id;
        rows[i].campaign_id = filling->requirement->campaign_id;
        rows[i].origin = "repair";
    }
    TRY(proposal_insert(work, rows, outcome->seat_count));
    return outcome->seat_count == 0 ? OK
                                    : audit(work, "match.refill", filling->requirement->id, "{}");
}

enum err match_refill(struct work *work, const char *requirement_id, const char *house_id,
                      int64_t *proposed)
{
    struct requirement_row requirement;
    struct requirement_held_row held;
    struct match_run_of_requirement_row run;
    struct filling filling = {.work = work, .house_id = house_id, .requirement = &requirement};
    struct match_outcome outcome = {0};
    bool clean = false;

    *proposed = 0;
    TRY(requirement_find(work, requirement_id, &requirement));
    TRY(requirement_held(work,
                         &(struct requirement_held_args){.id = requirement_id,
                                                         .organisation_id = work->organisation_id},
                         &held));
    int64_t seats = requirement.seats - held.held_count - held.waiting_count;
    enum err err = match_run_of_requirement(
        work,
        &(struct match_run_of_requirement_args){.requirement_id = requirement_id,
                                                .organisation_id = work->organisation_id,
                                                .house_id = house_id},
        &run);

    if (err == ERR_NOT_FOUND || seats <= 0 || strcmp(requirement.state, "open") != 0) {
        return OK;
    }
    TRY(err);
    TRY(match_load(work, run.run_id, house_id, &filling.loaded));
    filling.ask = match_ask_find(&filling.loaded, requirement_id);
    TRY(collect_gone(&filling));
    for (int i = 0; i < TRIES_MAX && !clean; i++) {
        TRY(solve(&filling, (uint32_t)seats, &outcome));
        TRY(drop_barred(&filling, &outcome, &clean));
    }
    if (!clean) {
        return OK; /* too many walls have risen since: the next run sees them all at once */
    }
    *proposed = outcome.seat_count;
    return propose(&filling, &outcome);
}
