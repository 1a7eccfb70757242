#include "slice/interview/interview.h"

#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/bank/bank.h"
#include "slice/installation.h"
#include "slice/interview/interview_inside.h"
#include "slice/interview/interview_sql.h"
#include "slice/vetting/vetting.h"
#include "slice/vetting/vetting_sql.h"
#include "store/work.h"
#include "sys/secret.h"

#define RETAKE_AFTER (30 * TIME_DAY)

static enum err none(struct work *work)
{
    return work_fail(work, ERR_NOT_FOUND, "there is no such interview, or none you may see");
}

enum err interview_own(struct work *work, const char *id, struct interview_row *out)
{
    struct interview_row row;
    enum err err = interview_find(work, &(struct interview_find_args){.id = id}, &row);

    if (err == ERR_NOT_FOUND || (err == OK && strcmp(row.person_id, work->who->person_id) != 0)) {
        return none(work);
    }
    TRY(err);
    *out = row;
    return OK;
}

enum err interview_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct interview_row *row = arena_new_of(work->arena, struct interview_row);
    enum err err = interview_find(work, &(struct interview_find_args){.id = id}, row);

    if (err == OK) {
        err = vetting_may_see(work, row->person_id, row->organisation_id);
    }
    if (err == ERR_NOT_FOUND) {
        return none(work);
    }
    TRY(err);
    *organisation_id = row->organisation_id;
    return OK;
}

static enum err agree(struct work *work, const char *version, const char **id)
{
    if (strcmp(version, notice_version(work)) != 0) {
        return work_fail_field(work, ERR_CONFLICT, "notice_version",
                               "the notice has changed to %s: read it before you begin",
                               notice_version(work));
    }
    *id = work_new_id(work, "cns");
    return consent_insert(work,
                          &(struct consent_insert_args){
                              .id = *id,
                              .organisation_id = work->organisation_id,
                              .person_id = work->who->person_id,
                              .notice_version = version,
                              .notice_hash = sha256_hex(work->arena, text_of(notice_text(work))),
                              .given_at = work->now_us,
                          });
}

/* Make it and ask the first item. */
static enum err make(struct work *work, struct interview_insert_args *row, const char **id)
{
    struct interview_row made;
    const char *stop;

    row->id = work_new_id(work, "ivw");
    row->organisation_id = work->organisation_id;
    row->person_id = work->who->person_id;
    row->chance_seed = work_random(work);
    row->started_at = work->now_us;
    TRY(interview_insert(work, row));
    TRY(interview_find(work, &(struct interview_find_args){.id = row->id}, &made));
    TRY(interview_ask(work, &made, &stop));
    if (stop != NULL) {
        return work_fail(work, ERR_CONFLICT, "there are no questions left in the field %s for you",
                         row->domain);
    }
    *id = row->id;
    return OK;
}

/* What there is already: go on with it, or say why not. *id NULL: begin. */
static enum err look_for(struct work *work, const char *application_id, const char **id)
{
    struct interview_of_application_row there;
    enum err err = interview_of_application(
        work,
        &(struct interview_of_application_args){.application_id = application_id,
                                                .organisation_id = work->organisation_id},
        &there);

    *id = NULL;
    if (err == ERR_NOT_FOUND) {
        return OK;
    }
    TRY(err);
    if (strcmp(there.interview_state, "open") == 0) {
        *id = there.id;
        return OK;
    }
    if (work->now_us < there.started_at + RETAKE_AFTER) {
        char when[TIME_TEXT_SIZE];

        time_print(there.started_at + RETAKE_AFTER, when);
        return work_fail(work, ERR_CONFLICT,
                         "this interview is done; a retake with other questions is open from %.10s",
                         when);
    }
    return OK;
}

enum err interview_begin(struct work *work, const char *application_id, const char *notice,
                         const char **id)
{
    struct application_row application;
    const char *consent_id = NULL;

    TRY(application_own(work, application_id, &application));
    TRY(look_for(work, application_id, id));
    if (*id != NULL) {
        return OK;
    }
    if (strcmp(application.application_state, "withdrawn") == 0) {
        return work_fail(work, ERR_CONFLICT, "this application was withdrawn");
    }
    TRY(agree(work, notice, &consent_id));
    TRY(make(work,
             &(struct interview_insert_args){.application_id = application_id,
                                             .consent_id = consent_id,
                                             .domain = application.domain,
                                             .difficulty = application.difficulty,
                                             .item_max = application.item_max},
             id));
    return application_advance(work, application_id, "interviewing", "interview begun");
}

enum err interview_practise(struct work *work, const char *domain, const char **id)
{
    struct interview_practice_open_row open;

    work->organisation_id = work->who->organisation_id;
    enum err err = interview_practice_open(
        work,
        &(struct interview_practice_open_args){.person_id = work->who->person_id, .domain = domain},
        &open);

    if (err == OK) {
        *id = open.id;
        return OK;
    }
    if (err != ERR_NOT_FOUND) {
        return err;
    }
    return make(
        work,
        &(struct interview_insert_args){
            .domain = domain, .difficulty = 2, .is_practice = 1, .item_max = PRACTICE_ITEM_MAX},
        id);
}

enum err interview_steps(struct work *work, const char *id, struct step_row **out, size_t *count)
{
    return steps_of(
        work, &(struct steps_of_args){.interview_id = id, .organisation_id = work->organisation_id},
        out, count);
}

enum err interview_save(struct work *work, const char *id, int64_t revision, const char *draft)
{
    struct interview_row interview;
    struct step_row *steps;
    size_t count;

    TRY(interview_own(work, id, &interview));
    if (strcmp(interview.interview_state, "open") != 0 || interview.revision != revision) {
        return work_fail(work, ERR_CONFLICT,
                         "this question was answered in another window: load the page again");
    }
    TRY(interview_steps(work, id, &steps, &count));
    return step_draft(work, &(struct step_draft_args){.id = steps[count - 1].id,
                                                      .organisation_id = work->organisation_id,
                                                      .draft = draft});
}

enum err interview_fail(struct work *work, const char *id, const char *message)
{
    struct interview_row interview;
    int64_t changed;

    TRY(interview_own(work, id, &interview));
    TRY(interview_end(work,
                      &(struct interview_end_args){.id = id,
                                                   .organisation_id = work->organisation_id,
                                                   .interview_state = "failed",
                                                   .ended_at = work->now_us,
                                                   .stop_reason = message,
                                                   .state_before = "open"},
                      &changed));
    if (changed == 0) {
        return work_fail(work, ERR_CONFLICT, "this interview is not running");
    }
    return audit(work, "interview.fail", id, "{}");
}

/* Words, and what can be read off them, go; categories stay, for what was learnt about the items.
 */
static enum err erase_words(struct work *work, const char *id)
{
    const char *house = work->organisation_id;

    TRY(step_erase(work, &(struct step_erase_args){.interview_id = id, .organisation_id = house}));
    TRY(bands_erase(work,
                    &(struct bands_erase_args){.interview_id = id, .organisation_id = house}));
    TRY(notes_erase(work,
                    &(struct notes_erase_args){.interview_id = id, .organisation_id = house}));
    TRY(appeal_erase(work,
                     &(struct appeal_erase_args){.interview_id = id, .organisation_id = house}));
    TRY(remarks_erase(work,
                      &(struct remarks_erase_args){.interview_id = id, .organisation_id = house}));
    TRY(interview_hush(work, id, work->now_us));
    return model_erase(work,
                       &(struct model_erase_args){.interview_id = id, .organisation_id = house});
}

static enum err erase(struct work *work, const char *id, const char *state, const char *why)
{
    const char *job_id;
    int64_t changed;

    TRY(interview_end(work,
                      &(struct interview_end_args){.id = id,
                                                   .organisation_id = work->organisation_id,
                                                   .interview_state = "erased",
                                                   .ended_at = work->now_us,
                                                   .stop_reason = why,
                                                   .state_before = state},
                      &changed));
    TRY(erase_words(work, id));
    return job_request_rested(work, LEARN_JOB, "{}", work->organisation_id, LEARN_REST, &job_id);
}

enum err interview_erase(struct work *work, const char *id)
{
    struct interview_row interview;

    TRY(interview_own(work, id, &interview));
    TRY(erase(work, id, interview.interview_state, "erased by the person"));
    TRY(qualification_revoke_of(
        work, &(struct qualification_revoke_of_args){.person_id = interview.person_id,
                                                     .organisation_id = work->organisation_id,
                                                     .interview_id = id,
                                                     .revoked_at = work->now_us,
                                                     .revoked_by = interview.person_id,
                                                     .reason = "the person erased the interview"}));
    return audit(work, "interview.erase", id, "{}");
}

enum err interview_forget(struct work *work, int64_t row_max, int64_t *count)
{
    int64_t kept_us = work->installation->keep.answers_us;
    struct interview_past_row *rows;
    size_t found = 0;

    if (kept_us > 0) {
        TRY(interviews_past(work,
                            &(struct interviews_past_args){.before_at = work->now_us - kept_us,
                                                           .now_at = work->now_us,
                                                           .row_max = row_max},
                            &rows, &found));
    }
    for (size_t i = 0; i < found; i++) {
        work->organisation_id = rows[i].organisation_id;
        TRY(erase(work, rows[i].id, rows[i].interview_state, "kept for as long as was promised"));
        TRY(audit(work, "interview.forget", rows[i].id, "{}"));
    }
    work->organisation_id = NULL;
    *count = (int64_t)found;
    return OK;
}
