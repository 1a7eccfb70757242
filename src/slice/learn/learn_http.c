#include "base/arena.h"
#include "http/route.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/bank/bank.h"
#include "slice/bank/bank_sql.h"
#include "slice/installation.h"
#include "slice/learn/learn.h"
#include "slice/learn/learn_rule.h"
#include "slice/learn/learn_sql.h"
#include "slice/slice.h"
#include "store/work.h"

enum { SHOWN_MAX = 100 };

static const struct field scorer_line_fields[] = {
    TEXT(scorer_line, id, .doc = "Identifier, `scv_` and 26 characters"),
    TEXT(scorer_line, content_hash, .doc = "SHA-256 of the scorer's bytes"),
    TEXT(scorer_line, scorer_state, .choices = "used|refused|replaced",
         .doc = "refused: people agreed with it less than with the shipped one"),
    INT(scorer_line, seed_count, .doc = "Graded answers of the bank that it learnt from"),
    INT(scorer_line, person_count, .doc = "Answers of interviews, graded by people"),
    REAL(scorer_line, agreement_before,
         .doc = "Share of these on which the shipped scorer gives the same category as people"),
    REAL(scorer_line, agreement, .doc = "The same of this one, on answers that it had not seen"),
    REAL(scorer_line, kappa_before, .doc = "Quadratic kappa of the shipped one with people"),
    REAL(scorer_line, kappa, .doc = "Of this one"),
    TIME(scorer_line, trained_at, .doc = "When"),
};
static const struct shape scorer_line_shape =
    SHAPE(scorer_line, scorer_line_fields, "A scorer that people have taught");

static const struct field rater_fields[] = {
    TEXT(rater_confusion_line, domain, .doc = "Field of expertise"),
    TEXT(rater_confusion_line, rater, .doc = "`scorer`, `model`, or a person"),
    TEXT(rater_confusion_line, name, .optional = true, .doc = "Of a person"),
    JSON(rater_confusion_line, cells,
         .doc = "Nine chances: true category by given category, row by row"),
    INT(rater_confusion_line, shared_count, .doc = "Answers that somebody else graded too"),
    TIME(rater_confusion_line, computed_at, .doc = "When"),
};
static const struct shape rater_shape =
    SHAPE(rater_confusion_line, rater_fields, "How a rater errs");

static const struct field calibration_fields[] = {
    TEXT(calibration_line, id, .doc = "Identifier, `cal_` and 26 characters"),
    TEXT(calibration_line, domain, .doc = "Field of expertise"),
    TEXT(calibration_line, engine, .doc = "Model and version"),
    INT(calibration_line, person_count, .doc = "Interviews"),
    INT(calibration_line, answer_count, .doc = "Answers that there were"),
    INT(calibration_line, item_count, .doc = "Items that interviews use as calibrated"),
    INT(calibration_line, held_count, .doc = "Items that the answers do not hold well enough"),
    REAL(calibration_line, likelihood, .doc = "Natural logarithm"),
    REAL(calibration_line, shift, .doc = "By which abilities were moved to keep the levels"),
    TEXT(calibration_line, content_hash, .doc = "SHA-256 of the parameters"),
    TIME(calibration_line, computed_at, .doc = "When"),
};
static const struct shape calibration_shape =
    SHAPE(calibration_line, calibration_fields, "A calibration of a field");

struct learning_view {
    const char *scorer_hash;
    bool is_shipped;
    int64_t lessons_min;
    int64_t answers_min;
    struct list scorers;
    struct list raters;
    struct list calibrations;
};
static const struct field learning_fields[] = {
    TEXT(learning_view, scorer_hash, .doc = "SHA-256 of the scorer that is in use"),
    BOOL(learning_view, is_shipped, .doc = "True: it is the one that the program came with"),
    INT(learning_view, lessons_min,
        .doc = "Answers that people must have graded before a scorer is taught"),
    INT(learning_view, answers_min, .doc = "Answers that an item needs to be calibrated"),
    LIST(learning_view, scorers, .of = &scorer_line_shape, .doc = "Newest first"),
    LIST(learning_view, raters, .of = &rater_shape, .doc = "By field"),
    LIST(learning_view, calibrations, .of = &calibration_shape, .doc = "Newest first"),
};
static const struct shape learning_shape =
    SHAPE(learning_view, learning_fields, "What was learnt from answers and grades");

static enum err serve_learning(struct call *call)
{
    struct work *work = call->work;
    struct learning_view *view = arena_new_of(work->arena, struct learning_view);
    struct scorer_used_row used;
    struct scorer_line *scorers;
    struct rater_confusion_line *raters;
    struct calibration_line *runs;

    work->organisation_id = work->who->organisation_id;
    enum err err = scorer_used(
        work, &(struct scorer_used_args){.organisation_id = work->organisation_id}, &used);

    if (err != OK && err != ERR_NOT_FOUND) {
        return err;
    }
    TRY(scorer_versions(work,
                        &(struct scorer_versions_args){.organisation_id = work->organisation_id,
                                                       .row_max = SHOWN_MAX},
                        &scorers, &view->scorers.count));
    TRY(rater_confusions(work,
                         &(struct rater_confusions_args){.organisation_id = work->organisation_id},
                         &raters, &view->raters.count));
    TRY(calibrations(
        work,
        &(struct calibrations_args){.organisation_id = work->organisation_id, .row_max = SHOWN_MAX},
        &runs, &view->calibrations.count));
    view->is_shipped = err == ERR_NOT_FOUND;
    view->scorer_hash = view->is_shipped ? work->installation->scorer_hash : used.content_hash;
    view->lessons_min = LEARN_LESSONS_MIN;
    view->answers_min = LEARN_ANSWERS_MIN;
    view->scorers.at = scorers;
    view->raters.at = raters;
    view->calibrations.at = runs;
    call->reply = view;
    return OK;
}

struct learn_asked {
    const char *job_id;
};
static const struct field learn_asked_fields[] = {
    TEXT(learn_asked, job_id, .doc = "The job that learns from what is known when it starts"),
};
static const struct shape learn_asked_shape =
    SHAPE(learn_asked, learn_asked_fields, "A job that learns");

static enum err serve_learn(struct call *call)
{
    struct work *work = call->work;
    struct learn_asked *asked = arena_new_of(work->arena, struct learn_asked);

    work->organisation_id = work->who->organisation_id;
    TRY(job_request(work, LEARN_JOB, "{\"force\":true}",
                    arena_print(work->arena, "%s now", work->organisation_id), &asked->job_id));
    TRY(audit(work, "learning.run", asked->job_id, "{}"));
    call->reply = asked;
    return OK;
}

static const struct route routes[] = {
    {GET, "/v1/learning", serve_learning, ROLE_OPERATOR | ROLE_AUDITOR, 200,
     .reply = &learning_shape, .summary = "Show what was learnt from answers and grades",
     .command = "learning show"},
    {POST, "/v1/learning", serve_learn, ROLE_OPERATOR, 202, ROUTE_WRITES,
     .reply = &learn_asked_shape, .fills = "/v1/jobs/{job_id}",
     .summary = "Learn now: raters, items and the scorer", .command = "learning run"},
};
static const struct job_kind *const jobs[] = {&learn_job};

const struct slice learn_slice = {.name = "learn",
                                  .routes = routes,
                                  .route_count = COUNT(routes),
                                  .jobs = jobs,
                                  .job_count = COUNT(jobs)};
