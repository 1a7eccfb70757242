#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/time.h"
#include "engine/score/guard.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/bank/bank.h"
#include "slice/installation.h"
#include "slice/interview/interview.h"
#include "slice/interview/interview_inside.h"
#include "slice/interview/interview_rule.h"
#include "slice/interview/interview_sql.h"
#include "slice/vetting/vetting.h"
#include "store/work.h"

#define JUDGE_WITHIN (5 * TIME_DAY)
#define VALID_FOR    (365 * TIME_DAY)

enum { PASTED_NOTABLE = 200 };

/* "2 1 3", by the places in which the parts were shown, becomes the order of the item itself. */
static const char *unshuffle(struct work *work, const char *presentation, const char *answer)
{
    struct buffer buffer = buffer_new(work->arena);
    int64_t places[ITEM_PART_MAX];
    size_t count = 0;
    struct json *list;

    if (json_parse(work->arena, text_of(presentation), &list, &work->fault) != OK) {
        return answer;
    }
    for (const struct json *one = list->first; one != NULL && count < ITEM_PART_MAX;
         one = one->next) {
        places[count++] = one->integer;
    }
    for (const char *at = answer; *at != '\0';) {
        size_t width = strspn(at, "0123456789");
        int64_t shown;

        if (width == 0) {
            at++;
            continue;
        }
        bool known =
            text_int((struct text){at, width}, &shown) && shown >= 1 && shown <= (int64_t)count;

        buffer_print(&buffer, "%lld ", known ? (long long)places[shown - 1] : 0LL);
        at += width;
    }
    return buffer.at == NULL ? "" : buffer.at;
}

static enum err note_paste(struct work *work, const char *interview_id, const struct step_row *step,
                           int64_t pasted)
{
    if (pasted < PASTED_NOTABLE) {
        return OK;
    }
    return interview_note(
        work, interview_id, step->id, "paste",
        arena_print(work->arena, "%lld characters were pasted", (long long)pasted));
}

/* ------------------------------------------------------------------ the end */

static enum err qualify(struct work *work, const struct interview_row *interview,
                        const struct interview_reading *reading)
{
    struct qualification_of_interview_row there;
    enum err err = qualification_of_interview(
        work,
        &(struct qualification_of_interview_args){.person_id = interview->person_id,
                                                  .organisation_id = work->organisation_id,
                                                  .interview_id = interview->id},
        &there);

    if (err != ERR_NOT_FOUND) {
        return err;
    }
    return qualification_insert(
        work, &(struct qualification_insert_args){
                  .id = work_new_id(work, "qlf"),
                  .organisation_id = work->organisation_id,
                  .person_id = interview->person_id,
                  .domain = interview->domain,
                  .difficulty = interview->difficulty,
                  .interview_id = interview->id,
                  .estimate = reading->mean,
                  .interval_low = reading->low,
                  .interval_high = reading->high,
                  .item_count = (int64_t)reading->counted,
                  .reliability = 1 - reading->deviation * reading->deviation,
                  .issued_at = work->now_us,
                  .issued_by = reading->by_person ? work->who->person_id : "scorer",
                  .expires_at = work->now_us + VALID_FOR,
              });
}

static enum err open_seat(struct work *work, const struct interview_row *interview)
{
    enum err err =
        seat_insert(work, &(struct seat_insert_args){.id = work_new_id(work, "grg"),
                                                     .organisation_id = work->organisation_id,
                                                     .interview_id = interview->id,
                                                     .purpose = "judgement",
                                                     .seat = 1,
                                                     .opened_at = work->now_us,
                                                     .due_at = work->now_us + JUDGE_WITHIN});

    return err == ERR_CONFLICT ? OK : err; /* there is a seat already */
}

static enum err follow(struct work *work, const struct interview_row *interview,
                       const struct interview_reading *reading, enum interview_outcome outcome)
{
    const char *application = interview->application_id;

    if (interview->is_practice) {
        return OK;
    }
    if (outcome == OUTCOME_PASSED) {
        TRY(qualify(work, interview, reading));
        return application == NULL ? OK
                                   : application_advance(work, application, "qualified",
                                                         "qualified by the interview");
    }
    if (outcome == OUTCOME_WAITING) {
        return open_seat(work, interview);
    }
    TRY(notify(work, &(struct notice_draft){
                         .person_id = interview->person_id,
                         .kind = "interview",
                         .title = "A person has graded your interview",
                         .message = "The result is below what the listing asks for. You see the "
                                    "grades, and can appeal.",
                         .link = arena_print(work->arena, "/interviews/%s/result", interview->id),
                     }));
    return application == NULL
               ? OK
               : application_advance(work, application, "judged", "graded by a person");
}

/* The versions behind a result, in words. */
static const char *scored_with(struct work *work, const struct interview_reading *reading)
{
    const char *hash = reading->scorer_hash == NULL ? "none" : reading->scorer_hash;
    struct buffer text = buffer_new(work->arena);

    buffer_print(&text, "Periti %s; scorer %.12s; %zu of %zu questions calibrated", PERITI_VERSION,
                 hash, reading->calibrated, reading->counted);
    if (reading->by_model > 0) {
        buffer_print(&text, "; a model server heard on %zu answers", reading->by_model);
    }
    return text.at;
}

enum err interview_settle(struct work *work, const char *id)
{
    struct interview_row interview;
    struct interview_reading reading;

    TRY(interview_find(work, &(struct interview_find_args){.id = id}, &interview));
    TRY(interview_read(work, &interview, &reading));
    enum interview_outcome outcome = interview_outcome_of(
        reading.mean, interview_cut(interview.difficulty), reading.alarmed, reading.by_person);

    TRY(interview_estimate(work, &(struct interview_estimate_args){
                                     .id = id,
                                     .organisation_id = work->organisation_id,
                                     .outcome = interview_outcome_name(outcome),
                                     .estimate = reading.mean,
                                     .deviation = reading.deviation,
                                     .interval_low = reading.low,
                                     .interval_high = reading.high,
                                     .chance_above = reading.chance_above,
                                     .item_count = (int64_t)reading.counted,
                                     .scored_by = reading.by_person ? "person" : "scorer",
                                     .scorer = scored_with(work, &reading),
                                 }));
    return follow(work, &interview, &reading, outcome);
}

enum err interview_hear(struct work *work, const char *id)
{
    struct interview_row interview;
    struct interview_reading reading;
    struct seat_untaken_row seat;
    int64_t changed;

    TRY(interview_find(work, &(struct interview_find_args){.id = id}, &interview));
    if (strcmp(interview.interview_state, "done") != 0 || interview.outcome == NULL ||
        strcmp(interview.outcome, "waiting") != 0) {
        return OK;
    }
    enum err err = seat_untaken(
        work,
        &(struct seat_untaken_args){.interview_id = id, .organisation_id = work->organisation_id},
        &seat);

    if (err == ERR_NOT_FOUND) {
        return OK; /* somebody is at it */
    }
    TRY(err);
    TRY(interview_read(work, &interview, &reading));
    if (interview_outcome_of(reading.mean, interview_cut(interview.difficulty), reading.alarmed,
                             false) == OUTCOME_PASSED) {
        TRY(seat_drop(
            work, &(struct seat_drop_args){.id = seat.id, .organisation_id = work->organisation_id},
            &changed));
    }
    return interview_settle(work, id);
}

static enum err finish(struct work *work, const struct interview_row *interview, const char *stop)
{
    const char *job_id;
    int64_t changed;

    TRY(interview_end(work,
                      &(struct interview_end_args){.id = interview->id,
                                                   .organisation_id = work->organisation_id,
                                                   .interview_state = "done",
                                                   .ended_at = work->now_us,
                                                   .stop_reason = stop,
                                                   .state_before = "open"},
                      &changed));
    if (!interview->is_practice) {
        TRY(job_request_rested(work, LEARN_JOB, "{}", work->organisation_id, LEARN_REST, &job_id));
    }
    return interview_settle(work, interview->id);
}

/* ------------------------------------------------------------------ one answer */

enum err interview_hush(struct work *work, const char *id, int64_t delete_at)
{
    TRY(recordings_close(work,
                         &(struct recordings_close_args){.interview_id = id,
                                                         .organisation_id = work->organisation_id,
                                                         .delete_at = delete_at}));
    return recordings_hush(work,
                           &(struct recordings_hush_args){.organisation_id = work->organisation_id,
                                                          .interview_id = id,
                                                          .now_at = work->now_us});
}

static enum err take_turn(struct work *work, const struct interview_row *interview,
                          int64_t revision)
{
    int64_t changed;

    if (strcmp(interview->interview_state, "open") != 0) {
        return work_fail(work, ERR_CONFLICT, "this interview has ended");
    }
    TRY(interview_turn(work,
                       &(struct interview_turn_args){.id = interview->id,
                                                     .organisation_id = work->organisation_id,
                                                     .revision_before = revision},
                       &changed));
    return changed == 1
               ? OK
               : work_fail_field(work, ERR_CONFLICT, "revision",
                                 "this question was answered in another window: load the page "
                                 "again");
}

/* One more rater, behind the answer's back. */
static enum err ask_model(struct work *work, const struct interview_row *interview,
                          const struct step_row *step)
{
    const char *job_id;

    if (work->installation->rater == NULL) {
        return OK;
    }
    TRY(model_ask(work, &(struct model_ask_args){.step_id = step->id,
                                                 .organisation_id = work->organisation_id,
                                                 .interview_id = interview->id,
                                                 .model = work->installation->rater_name,
                                                 .asked_at = work->now_us}));
    return job_request(work, RATER_JOB, "{}", work->organisation_id, &job_id);
}

static enum err grade_step(struct work *work, const struct interview_row *interview,
                           const struct step_row *step, const struct interview_reply *draft,
                           bool *goes_on)
{
    struct item item;
    const char *follow_up;
    bool second = step->answer != NULL;

    TRY(bank_version(work, step->item_id, step->version_number, &item));
    bool order = item_kind_of(&item) == ITEM_ORDER;
    const char *answer = order ? unshuffle(work, step->presentation, draft->answer) : draft->answer;

    TRY(interview_grade(work,
                        &(struct grading_of){.interview = interview,
                                             .step = step,
                                             .item = &item,
                                             .answer = second ? step->answer : answer,
                                             .follow_up = second ? step->follow_up : NULL,
                                             .follow_up_answer = second ? draft->answer : NULL,
                                             .pasted = step->pasted_count + draft->pasted},
                        &follow_up));
    *goes_on = follow_up == NULL;
    if (!*goes_on) {
        return OK;
    }
    TRY(note_paste(work, interview->id, step, step->pasted_count + draft->pasted));
    if (!item_is_free(&item) || interview->is_practice) {
        return OK;
    }
    TRY(ask_model(work, interview, step));
    return interview_compare(work, interview, step, second ? step->answer : answer);
}

enum err interview_answer(struct work *work, const char *id, const struct interview_reply *draft)
{
    struct interview_row interview;
    struct step_row *steps;
    const char *stop;
    bool goes_on;
    size_t count;

    TRY(interview_own(work, id, &interview));
    TRY(take_turn(work, &interview, draft->revision));
    TRY(interview_steps(work, id, &steps, &count));
    TRY(grade_step(work, &interview, &steps[count - 1], draft, &goes_on));
    TRY(interview_hush(work, id, work->now_us + work->installation->speech_keep_us));
    if (!goes_on) {
        return OK;
    }
    TRY(interview_ask(work, &interview, &stop));
    return stop == NULL ? OK : finish(work, &interview, stop);
}
