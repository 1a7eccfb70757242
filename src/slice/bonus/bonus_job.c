#include <inttypes.h>

#include "base/arena.h"
#include "base/time.h"
#include "job/job.h"
#include "slice/bonus/award.h"
#include "slice/bonus/bonus_job.h"
#include "slice/bonus/bonus_sql.h"
#include "store/store.h"
#include "store/work.h"

enum { AT_ONCE = 100 };

/* Each step commits alone and marks what it did, so a run that dies is run again. */
struct round {
    struct award_event_row *events;
    struct referral_row *referrals;
    struct award_row *awards;
    size_t event_count;
    size_t referral_count;
    size_t award_count;
    size_t at;
    const char *trouble; /* why the award at hand has no entry yet */
};

static enum err find_due(struct work *work, void *context)
{
    struct round *round = context;

    TRY(award_events_new(work, &(struct award_events_new_args){.row_max = AT_ONCE}, &round->events,
                         &round->event_count));
    TRY(referral_uncounted(work,
                           &(struct referral_uncounted_args){
                               .week_at = referral_week_at(work->now_us), .row_max = AT_ONCE},
                           &round->referrals, &round->referral_count));
    return award_due_next(work,
                          &(struct award_due_next_args){.now = work->now_us, .row_max = AT_ONCE},
                          &round->awards, &round->award_count);
}

static enum err take_event(struct work *work, void *context)
{
    struct round *round = context;

    return award_take_event(work, &round->events[round->at]);
}

static enum err count_weeks(struct work *work, void *context)
{
    struct round *round = context;

    return referral_count_weeks(work, &round->referrals[round->at]);
}

static enum err post_award(struct work *work, void *context)
{
    struct round *round = context;

    return award_post(work, &round->awards[round->at]);
}

/* It stays due, says why there is no entry, and is tried again in an hour. */
static enum err let_wait(struct work *work, void *context)
{
    struct round *round = context;
    const struct award_row *award = &round->awards[round->at];

    return award_wait(
        work, &(struct award_wait_args){.id = award->id,
                                        .organisation_id = award->organisation_id,
                                        .trouble = round->trouble,
                                        .due_at = work->now_us + TIME_HOUR});
}

static enum err do_each(struct work *work, struct round *round, store_body *body, size_t count)
{
    for (round->at = 0; round->at < count; round->at++) {
        enum err err = store_write(work, body, round);

        if (err == ERR_CONFLICT && body == post_award) {
            round->trouble = arena_print(work->arena, "%s", work->fault.text);
            err = store_write(work, let_wait, round);
        }
        TRY(err);
    }
    return OK;
}

static enum err run(struct job_run *run)
{
    struct round round;
    int64_t done = 0;
    size_t found;

    do {
        round = (struct round){0};
        TRY(store_read(run->work, find_due, &round));
        found = round.event_count + round.referral_count + round.award_count;
        TRY(do_each(run->work, &round, take_event, round.event_count));
        TRY(do_each(run->work, &round, count_weeks, round.referral_count));
        TRY(do_each(run->work, &round, post_award, round.award_count));
        done += (int64_t)found;
        TRY(job_progress(run, done, done, NULL));
    } while (found > 0);
    return OK;
}

const struct job_kind bonus_post_job = {.name = "bonus.post", .run = run, .attempt_max = 100};

enum err bonus_request(struct work *work, const char **job_id)
{
    return job_request(work, bonus_post_job.name, "{}", "bonus", job_id);
}

enum err bonus_wake(struct work *work)
{
    struct round round = {0};
    const char *job_id;

    TRY(find_due(work, &round));
    return round.event_count + round.referral_count + round.award_count == 0
               ? OK
               : bonus_request(work, &job_id);
}
