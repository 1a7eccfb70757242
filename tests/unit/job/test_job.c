#include <stdatomic.h>
#include <time.h>

#include "base/shape.h"
#include "base/time.h"
#include "job/job.h"
#include "job/lease.h"
#include "store/fixture.h"
#include "sys/clock.h"

static atomic_int runs;
static atomic_int given_up;

static enum err count_to_three(struct job_run *run)
{
    runs++;
    for (int64_t i = 1; i <= 3; i++) {
        TRY(job_progress(run, i, 3, i == 3 ? "{\"sum\":6}" : NULL));
    }
    return OK;
}

static enum err refuse(struct job_run *run)
{
    return work_fail(run->work, ERR_INVALID, "the arguments %s make no sense", run->arguments);
}

static enum err stumble_once(struct job_run *run)
{
    return runs++ == 0 ? work_fail(run->work, ERR_UNAVAILABLE, "not yet") : OK;
}

static enum err never_ready(struct job_run *run)
{
    return work_fail(run->work, ERR_UNAVAILABLE, "never");
}

static void nap(void)
{
    (void)nanosleep(&(struct timespec){.tv_nsec = 5'000'000}, NULL);
}

static enum err go_on_and_on(struct job_run *run)
{
    runs++;
    for (int64_t i = 0;; i++) {
        TRY(job_progress(run, i, 0, NULL));
        nap();
    }
}

static enum err give_up(struct job_run *run)
{
    given_up++;
    return strcmp(run->arguments, "{\"n\":3}") == 0 ? OK : ERR_INTERNAL;
}

static const struct job_kind COUNT_KIND = {
    .name = "count", .run = count_to_three, .give_up = give_up};
static const struct job_kind REFUSE_KIND = {.name = "refuse", .run = refuse, .give_up = give_up};
static const struct job_kind STUMBLE_KIND = {
    .name = "stumble", .run = stumble_once, .attempt_max = 3, .give_up = give_up};
static const struct job_kind STEADY_KIND = {
    .name = "steady", .run = count_to_three, .attempt_max = 2};
static const struct job_kind NEVER_KIND = {.name = "never", .run = never_ready, .give_up = give_up};
static const struct job_kind ENDLESS_KIND = {
    .name = "endless", .run = go_on_and_on, .attempt_max = 2, .give_up = give_up};
static const struct job_kind *const KINDS[] = {&COUNT_KIND,  &REFUSE_KIND, &STUMBLE_KIND,
                                               &STEADY_KIND, &NEVER_KIND,  &ENDLESS_KIND};

struct request {
    const char *kind;
    const char *unique;
    const char *id;
    enum err outcome; /* of the body in the end */
};

static enum err request_body(struct work *work, void *context)
{
    struct request *request = context;

    TRY(job_request(work, request->kind, "{\"n\":3}", request->unique, &request->id));
    return request->outcome;
}

static const char *request(struct fixture *fixture, const char *kind, const char *unique)
{
    struct work work = fixture_work(fixture);
    struct request asked = {.kind = kind, .unique = unique};

    return store_write(&work, request_body, &asked) == OK ? asked.id : "none";
}

struct finding {
    const char *id;
    struct job job;
};

static enum err find_body(struct work *work, void *context)
{
    struct finding *finding = context;

    return job_find(work, finding->id, &finding->job);
}

static struct job find(struct fixture *fixture, const char *id)
{
    struct work work = fixture_work(fixture);
    struct finding finding = {.id = id, .job.state = "none"};

    return store_read(&work, find_body, &finding) == OK ? finding.job : (struct job){.state = ""};
}

/* Wait until the job is in the state; at most some seconds. */
static bool reaches(struct fixture *fixture, const char *id, const char *state)
{
    int64_t until = clock_tick_us() + 20'000'000;

    while (strcmp(find(fixture, id).state, state) != 0) {
        if (clock_tick_us() > until) {
            return false;
        }
        nap();
    }
    return true;
}

/* It is running as soon as the store says so, which is before its first line runs. */
static bool begins(struct fixture *fixture, const char *id)
{
    int64_t until = clock_tick_us() + 20'000'000;
    bool running = reaches(fixture, id, "running");

    while (running && runs == 0 && clock_tick_us() < until) {
        nap();
    }
    return running && runs > 0;
}

static bool start(struct fixture *fixture, struct job_runner **runner)
{
    const struct job_settings settings = {.runner_count = 2, .lease_s = 1, .poll_ms = 10};

    runs = 0;
    given_up = 0;
    return job_start(&settings, KINDS, COUNT(KINDS), fixture->store, runner, &fixture->fault) == OK;
}

static void a_job_runs_and_says_how_far_it_is(void)
{
    FIXTURE_SCOPE fixture;
    struct job_runner *runner = NULL;

    CHECK(fixture_open(&fixture, NULL) && start(&fixture, &runner));
    const char *id = request(&fixture, "count", NULL);
    bool done = reaches(&fixture, id, "done");

    job_stop(runner);
    struct job job = find(&fixture, id);

    CHECK(done && runs == 1 && job.done_count == 3 && job.total_count == 3);
    CHECK(strcmp(job.result, "{\"sum\":6}") == 0 && job.fault_text == NULL);
    CHECK(job.ended_us != INT_ABSENT);
}

static void a_job_whose_request_is_taken_back_does_not_run(void)
{
    FIXTURE_SCOPE fixture;
    struct job_runner *runner = NULL;
    struct request asked = {.kind = "count", .outcome = ERR_INVALID};

    CHECK(fixture_open(&fixture, NULL));
    struct work work = fixture_work(&fixture);

    CHECK(store_write(&work, request_body, &asked) == ERR_INVALID);
    CHECK(start(&fixture, &runner));
    bool done = reaches(&fixture, request(&fixture, "count", NULL), "done");

    job_stop(runner);
    CHECK(done && runs == 1);
}

static void a_second_one_with_the_same_mark_is_the_first(void)
{
    FIXTURE_SCOPE fixture;

    CHECK(fixture_open(&fixture, NULL));
    const char *first = request(&fixture, "count", "monday");

    CHECK(strcmp(first, request(&fixture, "count", "monday")) == 0);
    CHECK(strcmp(first, request(&fixture, "count", "tuesday")) != 0);
    CHECK(strcmp(first, request(&fixture, "refuse", "monday")) != 0);
    CHECK(strcmp(first, request(&fixture, "count", NULL)) != 0);
}

static void failures_end_jobs_and_their_words_stay(void)
{
    FIXTURE_SCOPE fixture;
    struct job_runner *runner = NULL;

    CHECK(fixture_open(&fixture, NULL) && start(&fixture, &runner));
    const char *refused = request(&fixture, "refuse", NULL);
    const char *unknown = request(&fixture, "no such kind", NULL);
    const char *never = request(&fixture, "never", NULL);
    bool ended = reaches(&fixture, refused, "failed") && reaches(&fixture, unknown, "failed") &&
                 reaches(&fixture, never, "failed");

    job_stop(runner);
    CHECK(ended && given_up == 2); /* an unknown kind has nothing to give up */
    CHECK(strcmp(find(&fixture, refused).fault_text, "the arguments {\"n\":3} make no sense") == 0);
    CHECK(strstr(find(&fixture, unknown).fault_text, "no such kind") != NULL);
    CHECK(strcmp(find(&fixture, never).fault_text, "never") == 0);
}

static void what_is_unavailable_is_tried_again(void)
{
    FIXTURE_SCOPE fixture;
    struct job_runner *runner = NULL;

    CHECK(fixture_open(&fixture, NULL) && start(&fixture, &runner));
    bool done = reaches(&fixture, request(&fixture, "stumble", NULL), "done");

    job_stop(runner);
    CHECK(done && runs == 2 && given_up == 0);
}

static enum err cancel_body(struct work *work, void *context)
{
    return job_cancel(work, context);
}

static enum err cancel(struct fixture *fixture, const char *id)
{
    struct work work = fixture_work(fixture);
    char *copy = arena_print(fixture->arena, "%s", id);

    return store_write(&work, cancel_body, copy);
}

static void a_cancelled_job_stops(void)
{
    FIXTURE_SCOPE fixture;
    struct job_runner *runner = NULL;

    CHECK(fixture_open(&fixture, NULL) && start(&fixture, &runner));
    const char *id = request(&fixture, "endless", NULL);
    bool running = begins(&fixture, id);
    enum err cancelled = cancel(&fixture, id);

    job_stop(runner); /* returns although the job would go on for ever */
    CHECK(running && cancelled == OK && runs == 1 && given_up == 1);
    CHECK(strcmp(find(&fixture, id).state, "cancelled") == 0);
    CHECK(cancel(&fixture, id) == ERR_CONFLICT);
    CHECK(cancel(&fixture, "job_none") == ERR_NOT_FOUND);
}

static void a_stopped_program_leaves_its_jobs_to_the_next(void)
{
    FIXTURE_SCOPE fixture;
    struct job_runner *runner = NULL;

    CHECK(fixture_open(&fixture, NULL) && start(&fixture, &runner));
    const char *id = request(&fixture, "endless", NULL);

    for (int i = 0; i < 4; i++) { /* more often than it may be started */
        bool running = reaches(&fixture, id, "running");

        job_stop(runner);
        CHECK(running && strcmp(find(&fixture, id).state, "waiting") == 0);
        CHECK(given_up == 0 && start(&fixture, &runner));
    }
    job_stop(runner);
}

static void a_lease_outlives_its_time_while_its_runner_lives(void)
{
    FIXTURE_SCOPE fixture;
    struct job_runner *runner = NULL;

    CHECK(fixture_open(&fixture, NULL) && start(&fixture, &runner));
    const char *id = request(&fixture, "endless", NULL);
    bool running = reaches(&fixture, id, "running");
    int64_t until = clock_tick_us() + 2'500'000; /* the lease is one second */

    while (clock_tick_us() < until) {
        nap();
    }
    int started = runs;

    job_stop(runner);
    CHECK(running && started == 1);
}

static void the_job_of_a_dead_runner_is_taken_over_but_not_for_ever(void)
{
    FIXTURE_SCOPE fixture;
    struct job_runner *runner = NULL;
    struct job_lease lease;

    CHECK(fixture_open(&fixture, NULL));
    const char *steady = request(&fixture, "steady", NULL);
    struct work work = fixture_work(&fixture);

    CHECK(job_lease_take(&work, 1, &lease) == OK && strcmp(lease.job_id, steady) == 0);
    CHECK(lease.attempt == 1 && job_lease_take(&work, 1, &lease) == ERR_NOT_FOUND);
    const char *count = request(&fixture, "count", NULL);
    struct job_lease second;

    work.now_us += 1;
    CHECK(job_lease_take(&work, 1, &second) == OK && strcmp(second.job_id, count) == 0);
    CHECK(start(&fixture, &runner));
    bool ended = reaches(&fixture, steady, "done") && reaches(&fixture, count, "failed");

    job_stop(runner);
    CHECK(ended && given_up == 1);
    CHECK(strstr(find(&fixture, count).fault_text, "started 1 times") != NULL);
    CHECK(job_lease_keep(&work, &lease) == ERR_CONFLICT && lease.lost);
    CHECK(job_lease_end(&work, &lease, OK, 1) == ERR_CONFLICT);
}

static void jobs_of_another_organisation_are_not_found(void)
{
    FIXTURE_SCOPE fixture;

    CHECK(fixture_open(&fixture, NULL));
    const char *id = request(&fixture, "count", NULL);
    struct work work = fixture_work(&fixture);
    struct finding finding = {.id = id};

    work.organisation_id = "org_other";
    CHECK(store_read(&work, find_body, &finding) == ERR_NOT_FOUND);
    char *copy = arena_print(fixture.arena, "%s", id);

    CHECK(store_write(&work, cancel_body, copy) == ERR_NOT_FOUND);
}

static void bad_settings_are_refused(void)
{
    FIXTURE_SCOPE fixture;
    struct job_runner *runner = NULL;
    struct job_settings settings = JOB_DEFAULTS;

    CHECK(fixture_open(&fixture, NULL));
    settings.runner_count = 65;
    CHECK(job_start(&settings, KINDS, 1, fixture.store, &runner, &fixture.fault) == ERR_INVALID);
    settings = JOB_DEFAULTS;
    settings.lease_s = 0;
    CHECK(job_start(&settings, KINDS, 1, fixture.store, &runner, &fixture.fault) == ERR_INVALID);
    CHECK(strcmp(fixture.fault.field, "lease_s") == 0 && runner == NULL);
    job_stop(NULL);
}

static enum err rested_body(struct work *work, void *context)
{
    return job_request_rested(work, "count", "{}", "mark", 9, context);
}

static enum err hasty_body(struct work *work, void *context)
{
    return job_request(work, "count", "{}", "mark", context);
}

static void a_rested_job_waits_as_often_as_long_as_the_last_one_ran(void)
{
    FIXTURE_SCOPE fixture;
    struct job_lease lease;
    const char *first = NULL;
    const char *second = NULL;
    const char *third = NULL;

    CHECK(fixture_open(&fixture, NULL));
    struct work work = fixture_work(&fixture);
    int64_t now_us = clock_now_us();

    work.now_us = now_us - 10 * TIME_SECOND;
    CHECK(store_write(&work, rested_body, &first) == OK);
    CHECK(job_lease_take(&work, TIME_MINUTE, &lease) == OK && strcmp(lease.job_id, first) == 0);
    work.now_us = now_us;
    CHECK(store_write(&work, rested_body, &second) == OK && strcmp(first, second) != 0);
    CHECK(job_lease_take(&work, TIME_MINUTE, &lease) == ERR_NOT_FOUND); /* the first still runs */
    CHECK(job_lease_end(&work, &lease, OK, 1) == OK);
    work.now_us = now_us + 80 * TIME_SECOND;
    CHECK(job_lease_take(&work, TIME_MINUTE, &lease) == ERR_NOT_FOUND);
    CHECK(store_write(&work, hasty_body, &third) == OK && strcmp(third, second) == 0);
    CHECK(job_lease_take(&work, TIME_MINUTE, &lease) == OK && strcmp(lease.job_id, second) == 0);
    CHECK(job_lease_end(&work, &lease, OK, 1) == OK);
}

static void two_of_one_mark_never_run_at_once(void)
{
    FIXTURE_SCOPE fixture;
    struct job_lease first;
    struct job_lease other;
    const char *id = NULL;

    CHECK(fixture_open(&fixture, NULL));
    struct work work = fixture_work(&fixture);

    CHECK(store_write(&work, hasty_body, &id) == OK);
    CHECK(job_lease_take(&work, TIME_MINUTE, &first) == OK);
    CHECK(store_write(&work, hasty_body, &id) == OK && strcmp(first.job_id, id) != 0);
    work.now_us += 1;
    CHECK(job_lease_take(&work, TIME_MINUTE, &other) == ERR_NOT_FOUND);
    const char *of_another_mark = request(&fixture, "count", "tuesday");

    work.now_us = clock_now_us();
    CHECK(job_lease_take(&work, TIME_MINUTE, &other) == OK);
    CHECK(strcmp(other.job_id, of_another_mark) == 0);
    CHECK(job_lease_end(&work, &first, OK, 1) == OK);
    CHECK(job_lease_take(&work, TIME_MINUTE, &other) == OK && strcmp(other.job_id, id) == 0);
}

/* Nine times a minute is the longest rest, whether the clock jumped while the last one ran, or when
 * one was asked for, or has gone back since. */
static void a_clock_that_jumps_holds_no_job_back(void)
{
    FIXTURE_SCOPE fixture;
    struct job_lease lease;
    const char *id = NULL;
    const char *same = NULL;
    const int64_t longest_us = 9 * TIME_MINUTE;

    CHECK(fixture_open(&fixture, NULL));
    struct work work = fixture_work(&fixture);
    int64_t now_us = clock_now_us();

    work.now_us = now_us - 30 * TIME_DAY;
    CHECK(store_write(&work, rested_body, &id) == OK);
    CHECK(job_lease_take(&work, 40 * TIME_DAY, &lease) == OK);
    CHECK(job_lease_end(&work, &lease, OK, 1) == OK); /* ends now: a run of thirty days */
    work.now_us = now_us;
    CHECK(store_write(&work, rested_body, &id) == OK);
    work.now_us = clock_now_us() + longest_us;
    CHECK(job_lease_take(&work, TIME_MINUTE, &lease) == OK && strcmp(lease.job_id, id) == 0);
    CHECK(job_lease_end(&work, &lease, OK, 1) == OK);

    work.now_us = now_us + 30 * TIME_DAY;
    CHECK(store_write(&work, rested_body, &id) == OK);
    work.now_us = now_us;
    CHECK(store_write(&work, rested_body, &same) == OK && strcmp(same, id) == 0);
    work.now_us = now_us + longest_us;
    CHECK(job_lease_take(&work, TIME_MINUTE, &lease) == OK && strcmp(lease.job_id, id) == 0);
    CHECK(job_lease_end(&work, &lease, OK, 1) == OK);
}

STORE_TEST_MAIN(CASE(a_job_runs_and_says_how_far_it_is),
                CASE(a_job_whose_request_is_taken_back_does_not_run),
                CASE(a_second_one_with_the_same_mark_is_the_first),
                CASE(failures_end_jobs_and_their_words_stay),
                CASE(what_is_unavailable_is_tried_again), CASE(a_cancelled_job_stops),
                CASE(a_stopped_program_leaves_its_jobs_to_the_next),
                CASE(a_lease_outlives_its_time_while_its_runner_lives),
                CASE(the_job_of_a_dead_runner_is_taken_over_but_not_for_ever),
                CASE(a_rested_job_waits_as_often_as_long_as_the_last_one_ran),
                CASE(two_of_one_mark_never_run_at_once), CASE(a_clock_that_jumps_holds_no_job_back),
                CASE(jobs_of_another_organisation_are_not_found), CASE(bad_settings_are_refused))
