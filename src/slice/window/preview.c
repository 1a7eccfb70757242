#include "slice/window/preview.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "http/route.h"
#include "job/job.h"
#include "num/interval.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/engage/engage.h"
#include "slice/engage/engage_sql.h"
#include "slice/time/time_rule.h"
#include "slice/window/window.h"
#include "slice/window/window_rule.h"
#include "slice/window/window_sql.h"
#include "store/store.h"
#include "store/work.h"

enum { CAMPAIGNS_AT_ONCE = 20 };

#define LOOK_BACK  (28 * TIME_DAY)
#define KEPT_FRESH TIME_HOUR

/* ------------------------------------------------------------------ samples */

struct sampling {
    struct job_run *run;
    struct sampling_stale_row *campaigns;
    struct sample_people_row *people;
    size_t campaign_count;
    size_t people_count;
    size_t campaign_at;
    size_t person_at;
};

static enum err find_stale(struct work *work, void *context)
{
    struct sampling *sampling = context;

    return sampling_stale(work,
                          &(struct sampling_stale_args){.before_at = work->now_us - KEPT_FRESH,
                                                        .row_max = CAMPAIGNS_AT_ONCE},
                          &sampling->campaigns, &sampling->campaign_count);
}

static enum err find_people(struct work *work, void *context)
{
    struct sampling *sampling = context;
    const struct sampling_stale_row *campaign = &sampling->campaigns[sampling->campaign_at];

    work->organisation_id = campaign->organisation_id;
    return sample_people(work,
                         &(struct sample_people_args){.campaign_id = campaign->id,
                                                      .organisation_id = campaign->organisation_id},
                         &sampling->people, &sampling->people_count);
}

static enum err worked(struct work *work, const struct sample_people_row *person, int64_t *out)
{
    struct engagement_terms_row terms;
    struct sample_events_row *rows;
    const struct work_span *spans;
    size_t count;

    *out = 0;
    enum err err = engage_terms_at(work, person->id, work->now_us, &terms);

    if (err == ERR_NOT_FOUND) {
        return OK;
    }
    TRY(err);
    TRY(sample_events(work,
                      &(struct sample_events_args){.person_id = person->person_id,
                                                   .since_at = work->now_us - LOOK_BACK,
                                                   .engagement_id = person->id,
                                                   .organisation_id = work->organisation_id},
                      &rows, &count));
    struct work_event *events = arena_array(work->arena, struct work_event, count);

    for (size_t i = 0; i < count; i++) {
        events[i] = (struct work_event){
            .at_us = rows[i].happened_at,
            .idle_s = terms.idle_s,
            .stops = strcmp(rows[i].kind, "pause") == 0 || strcmp(rows[i].kind, "submit") == 0,
        };
    }
    count = work_spans(work->arena, events, count, &spans);
    for (size_t i = 0; i < count; i++) {
        *out += spans[i].to_us - spans[i].from_us;
    }
    return OK;
}

static enum err take_one(struct work *work, void *context)
{
    struct sampling *sampling = context;
    const struct sampling_stale_row *campaign = &sampling->campaigns[sampling->campaign_at];
    const struct sample_people_row *person = &sampling->people[sampling->person_at];
    struct sample_paid_row paid;
    int64_t worked_us = 0;

    work->organisation_id = campaign->organisation_id;
    TRY(worked(work, person, &worked_us));
    TRY(sample_paid(work,
                    &(struct sample_paid_args){.person_id = person->person_id,
                                               .since_at = work->now_us - LOOK_BACK,
                                               .campaign_id = campaign->id,
                                               .organisation_id = campaign->organisation_id,
                                               .currency = campaign->currency},
                    &paid));
    return sample_put(work, &(struct sample_put_args){.campaign_id = campaign->id,
                                                      .organisation_id = campaign->organisation_id,
                                                      .person_id = person->person_id,
                                                      .domain = campaign->domain,
                                                      .currency = campaign->currency,
                                                      .paid_minor = paid.paid_minor,
                                                      .worked_us = worked_us});
}

static enum err mark_taken(struct work *work, void *context)
{
    struct sampling *sampling = context;
    const struct sampling_stale_row *campaign = &sampling->campaigns[sampling->campaign_at];

    work->organisation_id = campaign->organisation_id;
    return sampling_put(work,
                        &(struct sampling_put_args){.campaign_id = campaign->id,
                                                    .organisation_id = campaign->organisation_id,
                                                    .sampled_at = work->now_us});
}

static enum err take_campaign(struct sampling *sampling)
{
    struct work *work = sampling->run->work;

    TRY(store_read(work, find_people, sampling));
    for (sampling->person_at = 0; sampling->person_at < sampling->people_count;
         sampling->person_at++) {
        struct arena_mark mark = arena_mark(work->arena);

        TRY(store_write(work, take_one, sampling));
        arena_undo(work->arena, mark);
    }
    return store_write(work, mark_taken, sampling);
}

static enum err run(struct job_run *run)
{
    struct sampling sampling = {.run = run};
    int64_t done = 0;

    do {
        TRY(store_read(run->work, find_stale, &sampling));
        for (sampling.campaign_at = 0; sampling.campaign_at < sampling.campaign_count;
             sampling.campaign_at++) {
            TRY(take_campaign(&sampling));
        }
        done += (int64_t)sampling.campaign_count;
        TRY(job_progress(run, done, done, NULL));
    } while (sampling.campaign_count > 0);
    return OK;
}

const struct job_kind preview_job = {.name = "pay.preview", .run = run, .attempt_max = 5};

enum err preview_wake(struct work *work)
{
    struct sampling sampling = {0};
    const char *job_id;

    TRY(find_stale(work, &sampling));
    return sampling.campaign_count == 0
               ? OK
               : job_request(work, preview_job.name, "{}", "preview", &job_id);
}

enum err preview_serve_take(struct call *call)
{
    struct made *made = arena_new_of(call->work->arena, struct made);

    call->work->organisation_id = call->work->who->organisation_id;
    TRY(job_request(call->work, preview_job.name, "{}", "preview", &made->id));
    call->reply = made;
    return OK;
}

/* ------------------------------------------------------------------ what is shown */

struct pay_preview {
    const char *currency;
    int64_t people;
    int64_t people_min;
    int64_t low_minor;
    int64_t middle_minor;
    int64_t high_minor;
    int64_t accepted;
    int64_t judged;
    double acceptance;
    double acceptance_low;
    double acceptance_high;
    int64_t answers_left;
    int64_t minutes_left;
};
static const struct field pay_preview_fields[] = {
    TEXT(pay_preview, currency, .doc = "ISO 4217 code"),
    INT(pay_preview, people, .doc = "People who worked a quarter of an hour or more in four weeks"),
    INT(pay_preview, people_min, .doc = "Of fewer than these nothing is said"),
    INT(pay_preview, low_minor, .optional = true,
        .doc = "Pay for an hour of worked time, paid or not: a quarter of them had less"),
    INT(pay_preview, middle_minor, .optional = true, .doc = "Half of them had less"),
    INT(pay_preview, high_minor, .optional = true, .doc = "A quarter of them had more"),
    INT(pay_preview, accepted, .optional = true, .doc = "Answers accepted"),
    INT(pay_preview, judged, .optional = true, .doc = "Of so many that were accepted or rejected"),
    REAL(pay_preview, acceptance, .optional = true, .doc = "The part that was accepted"),
    REAL(pay_preview, acceptance_low, .optional = true, .doc = "95 % interval (Wilson), from"),
    REAL(pay_preview, acceptance_high, .optional = true, .doc = "to"),
    INT(pay_preview, answers_left, .optional = true, .doc = "Answers still wanted"),
    INT(pay_preview, minutes_left, .optional = true,
        .doc = "What they take at the pace of these people, in minutes"),
};
const struct shape pay_preview_shape =
    SHAPE(pay_preview, pay_preview_fields, "What work pays, as it was");

static void clear(struct pay_preview *view, const char *currency)
{
    shape_clear(&pay_preview_shape, view);
    view->currency = currency;
    view->people = 0;
    view->people_min = PREVIEW_PEOPLE_MIN;
}

static int compare(const void *left, const void *right)
{
    const int64_t *a = left;
    const int64_t *b = right;

    return (*a > *b) - (*a < *b);
}

static int64_t fill_pay(struct work *work, const struct pay_sum *rows, size_t count,
                        struct pay_preview *view)
{
    int64_t *hours = arena_array(work->arena, int64_t, count);
    int64_t worked_us = 0;
    size_t people = 0;

    for (size_t i = 0; i < count; i++) {
        int64_t hour = hourly_minor(rows[i].paid_minor, rows[i].worked_us);

        if (hour != INT_ABSENT) {
            hours[people++] = hour;
            worked_us += rows[i].worked_us;
        }
    }
    view->people = (int64_t)people;
    if (people < PREVIEW_PEOPLE_MIN) {
        return 0;
    }
    qsort(hours, people, sizeof(*hours), compare);
    view->low_minor = quantile_minor(hours, people, 250);
    view->middle_minor = quantile_minor(hours, people, 500);
    view->high_minor = quantile_minor(hours, people, 750);
    return worked_us;
}

/* Answers that were judged, what is still wanted, and how long it takes these people. */
static enum err fill_work(struct work *work, const char *campaign_id, int64_t worked_us,
                          struct pay_preview *view)
{
    struct campaign_count *counts;
    struct campaign_day_count *days;
    size_t count;
    int64_t accepted = 0;
    int64_t rejected = 0;
    int64_t left = 0;
    int64_t given = 0;

    TRY(campaign_counters(work,
                          &(struct campaign_counters_args){
                              .campaign_id = campaign_id, .organisation_id = work->organisation_id},
                          &counts, &count));
    for (size_t i = 0; i < count; i++) {
        const char *name = counts[i].counter;

        accepted += strcmp(name, "accepted") == 0 ? counts[i].amount : 0;
        rejected += strcmp(name, "rejected") == 0 ? counts[i].amount : 0;
        left += strcmp(name, "wanted") == 0 ? counts[i].amount : 0;
        left -= strcmp(name, "accepted") == 0 || strcmp(name, "pending") == 0 ||
                        strcmp(name, "returned") == 0
                    ? counts[i].amount
                    : 0;
    }
    TRY(campaign_days(work,
                      &(struct campaign_days_args){.campaign_id = campaign_id,
                                                   .organisation_id = work->organisation_id,
                                                   .day = (work->now_us - LOOK_BACK) / TIME_DAY},
                      &days, &count));
    for (size_t i = 0; i < count; i++) {
        given += strcmp(days[i].counter, "given") == 0 ? days[i].amount : 0;
    }
    view->answers_left = left > 0 ? left : 0;
    if (given > 0 && worked_us > 0) {
        view->minutes_left = view->answers_left * (worked_us / given / TIME_SECOND) / 60;
    }
    if (accepted + rejected >= PREVIEW_PEOPLE_MIN) {
        struct interval interval =
            interval_wilson((double)accepted, (double)(accepted + rejected), 0.95);

        view->accepted = accepted;
        view->judged = accepted + rejected;
        view->acceptance = (double)accepted / (double)(accepted + rejected);
        view->acceptance_low = interval.low;
        view->acceptance_high = interval.high;
    }
    return OK;
}

static enum err show_campaign(struct call *call, const char *campaign_id)
{
    struct work *work = call->work;
    struct pay_preview *view = arena_new_of(work->arena, struct pay_preview);
    struct campaign_row campaign;
    struct pay_sum *rows;
    size_t count;

    TRY(campaign_find(work, campaign_id, &campaign));
    clear(view, campaign.currency);
    TRY(sample_of_campaign(
        work,
        &(struct sample_of_campaign_args){.campaign_id = campaign_id,
                                          .organisation_id = work->organisation_id},
        &rows, &count));
    int64_t worked_us = fill_pay(work, rows, count, view);

    TRY(fill_work(work, campaign_id, worked_us, view));
    call->reply = view;
    return OK;
}

enum err preview_serve_campaign(struct call *call)
{
    return show_campaign(call, call->ids[0]);
}

enum err preview_serve_offer(struct call *call)
{
    struct work *work = call->work;
    struct preview_offer_row offer;
    enum err err = preview_offer(
        work, &(struct preview_offer_args){.id = call->ids[0], .person_id = work->who->person_id},
        &offer);

    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no offer %.40s, or none you may see", call->ids[0]);
    }
    TRY(err);
    work->organisation_id = offer.organisation_id;
    return show_campaign(call, offer.campaign_id);
}

enum err preview_serve_listing(struct call *call)
{
    struct work *work = call->work;
    struct pay_preview *view = arena_new_of(work->arena, struct pay_preview);
    struct preview_listing_row listing;
    struct pay_sum *rows;
    size_t count;
    enum err err =
        preview_listing(work, &(struct preview_listing_args){.id = call->ids[0]}, &listing);

    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no such open role");
    }
    TRY(err);
    clear(view, listing.currency);
    TRY(sample_of_domain(
        work,
        &(struct sample_of_domain_args){.domain = listing.domain, .currency = listing.currency},
        &rows, &count));
    (void)fill_pay(work, rows, count, view);
    call->reply = view;
    return OK;
}
