/* A suite is put to a model by a job. What is answered is kept as it comes; the answers are taken
 * in at the end, all at once, as a file of them would be. */

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "exam/exam.h"
#include "http/route.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/benchmark/benchmark_inside.h"
#include "slice/benchmark/benchmark_sql.h"
#include "slice/inquiry/inquiry.h"
#include "slice/installation.h"
#include "store/store.h"
#include "store/work.h"

#define TRIAL_JOB "benchmark.trial"

enum { ROUND_SEATS = 64, KEPT_FIELDS = 2, ANSWERS_MAX = 200'000 };

struct trial {
    const char *model;
    double budget;
    const char *part;
    int64_t runs;
    const char *system;
    double temperature;
    int64_t tokens;
    const char *marker;
    double relative;
    const char *judge;
    const char *release; /* this and the next are found when it is asked for */
    int64_t first_run;
};
static const struct trial trial_defaults = {.part = "all", .runs = 1};
static const struct field trial_fields[] = {
    INQUIRY_FIELDS(trial),
    TEXT(trial, part, .optional = true, .choices = "public|all", .doc = "Which tasks [all]"),
    INT(trial, runs, .optional = true, .min = 1, .max = 100, .doc = "Answers to each task [1]"),
    TEXT(trial, system, .optional = true, .max = 20000,
         .doc = "Said to the model before each task"),
    REAL(trial, temperature, .optional = true, .max = 2, .doc = "Of the model [0]"),
    INT(trial, tokens, .optional = true, .max = 1e7,
        .doc = "Most tokens of an answer; 0: the server's bound [0]"),
    TEXT(trial, marker, .optional = true, .max = 200,
         .doc = "The answer follows the last of these"),
    REAL(trial, relative, .optional = true, .max = 1, .doc = "Relative tolerance of numbers [0]"),
    TEXT(trial, judge, .optional = true, .min = 1, .max = 200,
         .doc = "Model that grades tasks with a rubric; the configured one unless said"),
    TEXT(trial, release, .doc = "SHA-256 of the file that is asked"),
    INT(trial, first_run, .doc = "Number of the first run"),
};
const struct shape trial_body_shape = {.name = "trial_body",
                                       .doc = "How a suite is put to a model",
                                       .fields = trial_fields,
                                       .field_count = COUNT(trial_fields) - KEPT_FIELDS,
                                       .size = sizeof(struct trial),
                                       .defaults = &trial_defaults};
static const struct shape trial_shape =
    SHAPE(trial, trial_fields, "A suite that is put to a model", .defaults = &trial_defaults);

enum err serve_trial(struct call *call)
{
    struct work *work = call->work;
    struct trial trial = *(const struct trial *)call->body;
    struct inquiry_made *made = arena_new_of(work->arena, struct inquiry_made);
    const struct inquiry_settings *settings = work->installation->inquiry;
    struct suite_row suite;
    struct suite_release release;
    struct benchmark_run_last_row last;
    const char *configured = settings == NULL ? "" : settings->server.model;

    TRY(suite_find(call, &suite));
    TRY(suite_release_keep(work, &suite, trial.part, &release));
    if (release.task_count * trial.runs > ANSWERS_MAX) {
        return work_fail_field(work, ERR_INVALID, "runs", "that is more than %d answers",
                               ANSWERS_MAX);
    }
    trial.judge = trial.judge == NULL ? configured : trial.judge;
    trial.model = trial.model == NULL ? configured : trial.model;
    TRY(benchmark_run_last(
        work,
        &(struct benchmark_run_last_args){
            .suite_id = suite.id, .organisation_id = work->organisation_id, .model = trial.model},
        &last));
    trial.release = release.content_hash;
    trial.first_run = last.number + 1; /* answers of another run are answers of their own */
    TRY(inquiry_start(work,
                      &(struct inquiry_draft){.kind = TRIAL_JOB,
                                              .subject_id = suite.id,
                                              .model = trial.model,
                                              .budget = trial.budget,
                                              .shape = &trial_shape,
                                              .options = &trial},
                      made));
    call->reply = made;
    return OK;
}

/* ------------------------------------------------------------------ the job */

struct hall {
    struct inquiry inquiry;
    struct trial trial;
    struct text file;
    struct exam exam;
    struct exam_seat *seats;
    size_t seat_count;
    int64_t answered;
    struct buffer lines;
};

static enum err load(struct work *work, void *context)
{
    struct hall *hall = context;
    struct release_text_find_row row;

    TRY(release_text_find(work,
                          &(struct release_text_find_args){.suite_id = hall->inquiry.subject_id,
                                                           .organisation_id = work->organisation_id,
                                                           .content_hash = hall->trial.release},
                          &row));
    hall->file = text_of(row.release_text);
    return OK;
}

static void seat_all(struct work *work, struct hall *hall)
{
    size_t tasks = hall->exam.task_count;

    hall->seat_count = tasks * (size_t)hall->trial.runs;
    hall->seats = arena_array(work->arena, struct exam_seat, hall->seat_count);
    for (size_t i = 0; i < hall->seat_count; i++) {
        hall->seats[i] = (struct exam_seat){.task = &hall->exam.tasks[i % tasks],
                                            .run = hall->trial.first_run + (int64_t)(i / tasks)};
    }
    hall->inquiry.total = (int64_t)hall->seat_count;
    hall->lines = buffer_new(work->arena);
}

static void receive(void *context, const struct exam_answer *answer)
{
    struct hall *hall = context;

    hall->answered += answer->reply->end == MODEL_ANSWERED;
    exam_put(&hall->exam, hall->inquiry.server.model, answer, &hall->lines);
}

static enum err sit_round(struct work *work, struct hall *hall, size_t first)
{
    size_t left = hall->seat_count - first;
    struct model_run run;
    struct model_totals totals;

    TRY(inquiry_run(&hall->inquiry, &run));
    TRY(exam_sit(&hall->exam, &run, hall->seats + first, left < ROUND_SEATS ? left : ROUND_SEATS,
                 receive, hall, &totals, &work->fault));
    TRY(inquiry_step(&hall->inquiry, &totals, hall->answered));
    return hall->lines.size <= SUITE_FILE_MAX
               ? OK
               : work_fail(work, ERR_INVALID, "the answers have more than %d bytes: ask for fewer",
                           SUITE_FILE_MAX);
}

/* Answers that came in meanwhile, from a file or another trial, may have taken the numbers. */
static enum err check_free(struct work *work, const struct hall *hall)
{
    struct benchmark_run_last_row last;

    TRY(benchmark_run_last(
        work,
        &(struct benchmark_run_last_args){.suite_id = hall->inquiry.subject_id,
                                          .organisation_id = work->organisation_id,
                                          .model = hall->inquiry.server.model},
        &last));
    return last.number < hall->trial.first_run
               ? OK
               : work_fail(work, ERR_CONFLICT,
                           "the model has answers of run %lld by now: try it anew",
                           (long long)hall->trial.first_run);
}

static enum err keep(struct work *work, void *context)
{
    struct hall *hall = context;
    struct benchmark_imported made;
    const struct trial *trial = &hall->trial;

    TRY(job_hold(hall->inquiry.job, work));
    if (inquiry_is_whole(&hall->inquiry)) {
        TRY(check_free(work, hall));
        TRY(answers_keep(work,
                         &(struct answer_file){
                             .suite_id = hall->inquiry.subject_id,
                             .provenance = arena_print(
                                 work->arena, "asked here (%s): temperature %g, runs %lld to %lld",
                                 hall->inquiry.id, trial->temperature, (long long)trial->first_run,
                                 (long long)(trial->first_run + trial->runs - 1)),
                             .lines = buffer_view(&hall->lines)},
                         &made));
    }
    return inquiry_settle(work, &hall->inquiry);
}

static enum err sit(struct work *work, struct hall *hall)
{
    struct arena *whole = work->arena;
    enum err err = OK;

    seat_all(work, hall);
    for (size_t first = 0; err == OK && first < hall->seat_count; first += ROUND_SEATS) {
        ARENA_SCOPE arena = arena_new();

        work->arena = arena;
        err = sit_round(work, hall, first);
        work->arena = whole;
    }
    return err == OK ? store_write(work, keep, hall) : err;
}

static enum err run_trial(struct job_run *job)
{
    struct work *work = job->work;
    struct hall hall = {0};
    struct trial *trial = &hall.trial;

    TRY(inquiry_open(job, &trial_shape, trial, &hall.inquiry));
    TRY(store_read(work, load, &hall));
    struct exam_options options = {.check = "exact",
                                   .marker = trial->marker,
                                   .system = trial->system,
                                   .relative = trial->relative,
                                   .temperature = trial->temperature,
                                   .tokens = trial->tokens,
                                   .judge = trial->judge};
    enum err err = exam_open(work->arena, hall.file, &options, &hall.exam, &work->fault);

    err = err == OK ? sit(work, &hall) : err;
    exam_close(&hall.exam);
    return err;
}

const struct job_kind trial_job = {.name = TRIAL_JOB, .run = run_trial, .attempt_max = 10};
