#include "slice/conflict/conflict.h"

#include <string.h>

#include "base/arena.h"
#include "http/route.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/conflict/conflict_sql.h"
#include "slice/engage/engage.h"
#include "slice/expert/expert.h"
#include "slice/wall/wall.h"
#include "store/store.h"
#include "store/work.h"

enum { AT_ONCE = 100 };

static enum err tell_operators(struct work *work, const char *person_id,
                               const struct declared_engagements_row *row, const char *words)
{
    struct conflict_audience_row *people;
    struct conflict_person_row person;
    size_t count;

    TRY(conflict_person(work, &(struct conflict_person_args){.id = person_id}, &person));
    TRY(conflict_audience(work,
                          &(struct conflict_audience_args){.organisation_id = row->organisation_id},
                          &people, &count));
    for (size_t i = 0; i < count; i++) {
        TRY(notify(work,
                   &(struct notice_draft){
                       .person_id = people[i].person_id,
                       .kind = "engagement",
                       .title = arena_print(work->arena, "A conflict came up: %s on %s",
                                            person.name, row->campaign_name),
                       .message = arena_print(work->arena,
                                              "%s. Decide whether the engagement goes on.", words),
                       .link = arena_print(work->arena, "/campaigns/%s/team", row->campaign_id)}));
    }
    return OK;
}

static enum err tell_person(struct work *work, const char *person_id,
                            const struct declared_engagements_row *row, const char *words)
{
    return notify(work,
                  &(struct notice_draft){
                      .person_id = person_id,
                      .kind = "engagement",
                      .title = arena_print(work->arena, "%s is paused: a conflict came up",
                                           row->campaign_name),
                      .message = arena_print(work->arena,
                                             "What your profile declares puts a wall between you "
                                             "and this campaign (%s). Your operator decides "
                                             "whether it goes on, and tells you why.",
                                             words),
                      .link = "/work"});
}

/* The declaration itself pauses: it stands in the history under the name of who declared. */
static enum err pause(struct work *work, const char *person_id, const char *engagement_id,
                      const char *words)
{
    const struct principal *before = work->who;
    struct principal self = {.person_id = person_id};

    work->who = &self;
    enum err err = engage_turn(
        work,
        &(struct engage_change){.engagement_id = engagement_id,
                                .state = "paused",
                                .reason_code = "conflict",
                                .message = arena_print(work->arena, "a wall came up: %s", words),
                                .notice_at = INT_ABSENT});

    work->who = before;
    return err;
}

static enum err look_at(struct work *work, const char *person_id,
                        const struct declared_engagements_row *row)
{
    const struct wall *wall;
    int64_t is_new;

    work->organisation_id = row->organisation_id;
    TRY(wall_find(work,
                  &(struct wall_question){.organisation_id = row->organisation_id,
                                          .campaign_id = row->campaign_id,
                                          .person_id = person_id},
                  &wall));
    if (wall == NULL) {
        return OK;
    }
    const char *words = wall_words(work->arena, wall);
    bool active = strcmp(row->state, "active") == 0;

    TRY(conflict_insert(work,
                        &(struct conflict_insert_args){.id = work_new_id(work, "cnf"),
                                                       .organisation_id = row->organisation_id,
                                                       .campaign_id = row->campaign_id,
                                                       .engagement_id = row->id,
                                                       .person_id = person_id,
                                                       .kind = wall->kind,
                                                       .words = words,
                                                       .did_pause = active,
                                                       .raised_at = work->now_us},
                        &is_new));
    if (is_new == 0) {
        return OK; /* somebody decided about this wall, or is about to */
    }
    TRY(active ? pause(work, person_id, row->id, words) : OK);
    TRY(tell_person(work, person_id, row, words));
    return tell_operators(work, person_id, row, words);
}

static enum err look(struct work *work, void *context)
{
    size_t *found = context;
    struct declarations_row *people;

    TRY(declarations(work, &(struct declarations_args){.row_max = AT_ONCE}, &people, found));
    for (size_t i = 0; i < *found; i++) {
        struct declared_engagements_row *rows;
        size_t engaged;

        TRY(declared_engagements(
            work, &(struct declared_engagements_args){.person_id = people[i].person_id}, &rows,
            &engaged));
        for (size_t k = 0; k < engaged; k++) {
            TRY(look_at(work, people[i].person_id, &rows[k]));
        }
        TRY(declaration_done(
            work, &(struct declaration_done_args){.person_id = people[i].person_id,
                                                  .declared_at = people[i].declared_at}));
    }
    return OK;
}

static enum err run(struct job_run *job)
{
    size_t found = AT_ONCE;

    while (found == AT_ONCE) {
        struct arena_mark mark = arena_mark(job->work->arena);

        TRY(store_write(job->work, look, &found));
        arena_undo(job->work->arena, mark);
    }
    return OK;
}

const struct job_kind conflict_job = {.name = EXPERT_DECLARED_JOB, .run = run, .attempt_max = 3};
