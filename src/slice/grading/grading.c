#include "slice/grading/grading.h"

#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "engine/item/item.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/bank/bank.h"
#include "slice/grading/grading_inside.h"
#include "slice/grading/grading_sql.h"
#include "slice/interview/interview.h"
#include "slice/interview/interview_sql.h"
#include "store/work.h"

#define HOLD_FOR   (2 * TIME_HOUR)
#define APPEAL_DUE (10 * TIME_DAY)

enum { APPEAL_SEATS = 2 };

static enum err none(struct work *work)
{
    return work_fail(work, ERR_NOT_FOUND, "there is no such grading, or none you may see");
}

enum err grading_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct seat_row *row = arena_new_of(work->arena, struct seat_row);
    enum err err = seat_find(work, &(struct seat_find_args){.id = id}, row);

    if (err == ERR_NOT_FOUND ||
        (err == OK &&
         (row->grader_id == NULL || strcmp(row->grader_id, work->who->person_id) != 0))) {
        return none(work);
    }
    TRY(err);
    *organisation_id = row->organisation_id;
    return OK;
}

enum err grading_claim(struct work *work, const char **id)
{
    struct seat_held_row held;
    struct seat_next_row next;
    int64_t changed;

    work->organisation_id = work->who->organisation_id;
    enum err err = seat_held(work,
                             &(struct seat_held_args){.organisation_id = work->organisation_id,
                                                      .grader_id = work->who->person_id,
                                                      .held_until = work->now_us},
                             &held);

    if (err == OK) {
        *id = held.id;
        return OK;
    }
    if (err != ERR_NOT_FOUND) {
        return err;
    }
    err = seat_next(work,
                    &(struct seat_next_args){.organisation_id = work->organisation_id,
                                             .grader_id = work->who->person_id,
                                             .held_until = work->now_us},
                    &next);
    if (err == ERR_NOT_FOUND) {
        *id = NULL;
        return OK;
    }
    TRY(err);
    TRY(seat_take(work,
                  &(struct seat_take_args){.id = next.id,
                                           .organisation_id = work->organisation_id,
                                           .grader_id = work->who->person_id,
                                           .held_until = work->now_us + HOLD_FOR,
                                           .now_at = work->now_us},
                  &changed));
    *id = next.id;
    return audit(work, "grading.claim", next.id, "{}");
}

/* ------------------------------------------------------------------ marks */

static const struct grade_draft *find_draft(const struct grading_draft *draft, const char *step_id)
{
    for (size_t i = 0; i < draft->grade_count; i++) {
        if (strcmp(draft->grades[i].step_id, step_id) == 0) {
            return &draft->grades[i];
        }
    }
    return NULL;
}

static enum err read_marks(struct work *work, const struct item *item, const char *letters,
                           int64_t step_number, enum item_mark marks[static ITEM_CRITERION_MAX])
{
    if (strlen(letters) != item->criteria.count) {
        return work_fail_field(work, ERR_INVALID, "grades",
                               "answer %lld has %zu criteria: give each a letter, m, p or n",
                               (long long)step_number, item->criteria.count);
    }
    for (size_t i = 0; i < item->criteria.count; i++) {
        if (!item_mark_of(letters[i], &marks[i])) {
            return work_fail_field(work, ERR_INVALID, "grades",
                                   "answer %lld: \"%.8s\" is none of m (met), p (partly), n (not "
                                   "met)",
                                   (long long)step_number, letters);
        }
    }
    return OK;
}

static enum err grade_step(struct work *work, const char *grading_id, const struct step_row *step,
                           const struct item *item, const struct grading_draft *draft)
{
    const struct grade_draft *found = find_draft(draft, step->id);
    enum item_mark marks[ITEM_CRITERION_MAX] = {0};
    double max;

    if (found == NULL) {
        return work_fail_field(work, ERR_INVALID, "grades", "answer %lld has no marks yet",
                               (long long)step->step_number);
    }
    TRY(read_marks(work, item, found->marks, step->step_number, marks));
    double points = item_points(item, marks, &max);

    return grade_insert(work, &(struct grade_insert_args){
                                  .id = work_new_id(work, "grd"),
                                  .organisation_id = work->organisation_id,
                                  .grading_id = grading_id,
                                  .step_id = step->id,
                                  .grader_id = work->who->person_id,
                                  .marks = found->marks,
                                  .category = item_category(points, max),
                                  .points = points,
                                  .graded_at = work->now_us,
                              });
}

static enum err grade_all(struct work *work, const struct seat_row *seat,
                          const struct grading_draft *draft)
{
    struct step_row *steps;
    size_t count;

    TRY(interview_steps(work, seat->interview_id, &steps, &count));
    for (size_t i = 0; i < count; i++) {
        struct item item;

        TRY(bank_version(work, steps[i].item_id, steps[i].version_number, &item));
        if (item_is_free(&item) && steps[i].answered_at != INT_ABSENT) {
            TRY(grade_step(work, seat->id, &steps[i], &item, draft));
        }
    }
    return OK;
}

/* When both have spoken: the interview is settled with their grades. */
static enum err end_appeal(struct work *work, const char *interview_id)
{
    struct seats_missing_row missing;
    struct interview_row interview;
    int64_t changed;

    TRY(seats_missing(work,
                      &(struct seats_missing_args){.interview_id = interview_id,
                                                   .organisation_id = work->organisation_id},
                      &missing));
    if (missing.amount > 0) {
        return OK;
    }
    TRY(interview_settle(work, interview_id));
    TRY(interview_find(work, &(struct interview_find_args){.id = interview_id}, &interview));
    bool overturned = strcmp(interview.outcome, "passed") == 0;

    TRY(interview_appeal_end(
        work,
        &(struct interview_appeal_end_args){.interview_id = interview_id,
                                            .organisation_id = work->organisation_id,
                                            .appeal_state = overturned ? "overturned" : "upheld",
                                            .decided_at = work->now_us},
        &changed));
    return notify(work, &(struct notice_draft){
                            .person_id = interview.person_id,
                            .kind = "appeal",
                            .title = overturned ? "Your appeal changed the result"
                                                : "Two people came to the same result",
                            .message = "The result's page shows their grades.",
                            .link = arena_print(work->arena, "/interviews/%s/result", interview_id),
                        });
}

enum err grading_finish(struct work *work, const char *id, const struct grading_draft *draft)
{
    const char *job_id;
    struct seat_row seat;
    int64_t changed;

    TRY(seat_find(work, &(struct seat_find_args){.id = id}, &seat));
    TRY(seat_finish(work,
                    &(struct seat_finish_args){.id = id,
                                               .organisation_id = work->organisation_id,
                                               .grader_id = work->who->person_id,
                                               .done_at = work->now_us,
                                               .clarity = draft->clarity,
                                               .remark = draft->remark},
                    &changed));
    if (changed == 0) {
        return work_fail(work, ERR_CONFLICT, "this grading is finished already");
    }
    TRY(grade_all(work, &seat, draft));
    TRY(audit(work, "grading.finish", id, "{}"));
    TRY(job_request_rested(work, LEARN_JOB, "{}", work->organisation_id, LEARN_REST, &job_id));
    if (strcmp(seat.purpose, "check") == 0) {
        return OK;
    }
    if (strcmp(seat.purpose, "appeal") == 0) {
        return end_appeal(work, seat.interview_id);
    }
    TRY(grading_draw_check(work, &seat));
    return interview_settle(work, seat.interview_id);
}

/* ------------------------------------------------------------------ appeals */

enum err grading_appeal(struct work *work, const char *interview_id, const char *message,
                        const char **id)
{
    const char *made = work_new_id(work, "iap");
    struct interview_row interview;

    TRY(interview_own(work, interview_id, &interview));
    if (interview.outcome == NULL || strcmp(interview.outcome, "below") != 0) {
        return work_fail(work, ERR_CONFLICT,
                         "only a result that a person found below can be "
                         "appealed");
    }
    enum err err = interview_appeal_insert(
        work, &(struct interview_appeal_insert_args){.id = made,
                                                     .organisation_id = work->organisation_id,
                                                     .interview_id = interview_id,
                                                     .person_id = work->who->person_id,
                                                     .message = message,
                                                     .opened_at = work->now_us,
                                                     .due_at = work->now_us + APPEAL_DUE});

    if (err == ERR_CONFLICT) {
        return work_fail(work, err, "there was an appeal already");
    }
    TRY(err);
    for (int seat = 1; seat <= APPEAL_SEATS; seat++) {
        TRY(seat_insert(work, &(struct seat_insert_args){.id = work_new_id(work, "grg"),
                                                         .organisation_id = work->organisation_id,
                                                         .interview_id = interview_id,
                                                         .purpose = "appeal",
                                                         .seat = seat,
                                                         .opened_at = work->now_us,
                                                         .due_at = work->now_us + APPEAL_DUE}));
    }
    *id = made;
    return audit(work, "interview.appeal", interview_id, "{}");
}
