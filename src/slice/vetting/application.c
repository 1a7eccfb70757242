#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "slice/account/account.h"
#include "slice/installation.h"
#include "slice/vetting/vetting.h"
#include "slice/vetting/vetting_rule.h"
#include "slice/vetting/vetting_sql.h"
#include "store/work.h"
#include "sys/secret.h"

static enum err none(struct work *work)
{
    return work_fail(work, ERR_NOT_FOUND, "there is no such application, or none you may see");
}

static enum err log_event(struct work *work, const char *id, const char *event, const char *detail)
{
    return application_event_insert(
        work, &(struct application_event_insert_args){
                  .id = work_new_id(work, "ape"),
                  .organisation_id = work->organisation_id,
                  .application_id = id,
                  .event = event,
                  .detail = detail,
                  .person_id = work->who == NULL ? NULL : work->who->person_id,
                  .happened_at = work->now_us,
              });
}

enum err vetting_may_see(struct work *work, const char *person_id, const char *organisation_id)
{
    const uint32_t offices = ROLE_OPERATOR | ROLE_AUDITOR;

    if (strcmp(person_id, work->who->person_id) == 0) {
        return OK;
    }
    return (work->who->roles & offices) != 0 ? account_may_reach(work, organisation_id)
                                             : ERR_NOT_FOUND;
}

enum err application_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct application_row *row = arena_new_of(work->arena, struct application_row);
    enum err err = application_find(work, &(struct application_find_args){.id = id}, row);

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

enum err application_own(struct work *work, const char *id, struct application_row *out)
{
    struct application_row row;
    enum err err = application_find(work, &(struct application_find_args){.id = id}, &row);

    if (err == ERR_NOT_FOUND || (err == OK && strcmp(row.person_id, work->who->person_id) != 0)) {
        return none(work);
    }
    TRY(err);
    *out = row;
    return OK;
}

static enum err take_link(struct work *work, const char *listing_id, const char *token,
                          const char **out)
{
    struct link_by_token_row link;

    TRY(link_find(work, listing_id, token, &link));
    if (strcmp(link.person_id, work->who->person_id) == 0) {
        return work_fail_field(work, ERR_INVALID, "link", "nobody refers themselves");
    }
    *out = link.id;
    return link_use(
        work, &(struct link_use_args){.id = link.id, .organisation_id = work->organisation_id});
}

/* One result serves many listings. */
static enum err is_qualified(struct work *work, const struct listing_row *listing, bool *out)
{
    struct qualification_current_row found;
    enum err err = qualification_current(
        work,
        &(struct qualification_current_args){.person_id = work->who->person_id,
                                             .domain = listing->domain,
                                             .difficulty = listing->difficulty,
                                             .expires_at = work->now_us},
        &found);

    *out = err == OK;
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err application_make(struct work *work, const char *listing_id, const char *note,
                          const char *token, const char **id)
{
    struct listing_row listing;
    const char *link_id = NULL;
    bool qualified;

    TRY(listing_find(work, &(struct listing_find_args){.id = listing_id}, &listing));
    if (strcmp(listing.listing_state, "open") != 0) {
        return work_fail(work, ERR_CONFLICT, "this listing takes no more applications");
    }
    if (token != NULL) {
        TRY(take_link(work, listing_id, token, &link_id));
    }
    TRY(is_qualified(work, &listing, &qualified));
    struct application_insert_args row = {
        .id = work_new_id(work, "apn"),
        .organisation_id = listing.organisation_id,
        .listing_id = listing_id,
        .person_id = work->who->person_id,
        .application_state = qualified ? "qualified" : "applied",
        .link_id = link_id,
        .note = note,
        .applied_at = work->now_us,
        .due_at = work->now_us + listing.answer_days * TIME_DAY,
    };
    enum err err = application_insert(work, &row);

    if (err == ERR_CONFLICT) {
        return work_fail(work, err, "you have applied to this listing already");
    }
    TRY(err);
    TRY(log_event(work, row.id, qualified ? "qualified by an earlier result" : "applied", ""));
    *id = row.id;
    return OK;
}

enum err application_withdraw(struct work *work, const char *id)
{
    struct application_row row;
    int64_t changed;

    TRY(application_own(work, id, &row));
    if (!application_can_withdraw(row.application_state)) {
        return work_fail(work, ERR_CONFLICT, "it is decided already, or withdrawn");
    }
    TRY(application_move(work,
                         &(struct application_move_args){.id = id,
                                                         .organisation_id = row.organisation_id,
                                                         .application_state = "withdrawn",
                                                         .state_before = row.application_state},
                         &changed));
    return log_event(work, id, "withdrawn", "");
}

static enum err tell(struct work *work, const struct application_row *row, const char *title,
                     const char *message)
{
    return notify(work, &(struct notice_draft){
                            .person_id = row->person_id,
                            .kind = "application",
                            .title = title,
                            .message = message,
                            .link = arena_print(work->arena, "/applications/%s", row->id),
                        });
}

/* Who decides has opened what it rests on; *detail says when, for the log. */
static enum err prove_opened(struct work *work, const char *application_id, const char **detail)
{
    struct judged_interview_row interview;
    struct opening_of_row opening;
    enum err err =
        judged_interview(work,
                         &(struct judged_interview_args){.application_id = application_id,
                                                         .organisation_id = work->organisation_id},
                         &interview);

    *detail = "{}";
    if (err == ERR_NOT_FOUND) {
        return OK; /* decided without an interview */
    }
    TRY(err);
    err = opening_of(work,
                     &(struct opening_of_args){.interview_id = interview.id,
                                               .person_id = work->who->person_id,
                                               .organisation_id = work->organisation_id},
                     &opening);
    if (err == ERR_NOT_FOUND || (err == OK && opening.opened_at < interview.ended_at)) {
        return work_fail(work, ERR_CONFLICT,
                         "open the interview's result first: who decides has seen what it rests "
                         "on, and the log shows it");
    }
    TRY(err);
    *detail = arena_print(work->arena, "{\"opened\":\"%s\"}", opening.id);
    return OK;
}

enum err application_decide(struct work *work, const char *id, bool qualified,
                            const char *reason_code, const char *reason)
{
    struct application_row row;
    const char *detail;
    int64_t changed;

    TRY(application_find(work, &(struct application_find_args){.id = id}, &row));
    const char *bar = application_bars(row.application_state, qualified, reason_code);

    if (bar != NULL) {
        return work_fail(work, ERR_CONFLICT, "%s", bar);
    }
    TRY(prove_opened(work, id, &detail));
    TRY(application_settle(work,
                           &(struct application_settle_args){
                               .id = id,
                               .organisation_id = work->organisation_id,
                               .application_state = qualified ? "qualified" : "declined",
                               .decided_at = work->now_us,
                               .decided_by = work->who->person_id,
                               .reason_code = reason_code,
                               .reason = reason,
                               .state_before = row.application_state,
                           },
                           &changed));
    TRY(log_event(work, id, qualified ? "qualified" : "declined", reason));
    TRY(audit(work, qualified ? "application.qualify" : "application.decline", id, detail));
    return tell(work, &row,
                arena_print(work->arena,
                            qualified ? "You are qualified for \"%s\"" : "\"%s\": not this time",
                            row.title),
                qualified
                    ? reason
                    : arena_print(work->arena, "%s You can appeal on the result's page.", reason));
}

enum err application_advance(struct work *work, const char *id, const char *state,
                             const char *event)
{
    struct application_row row;
    int64_t changed;

    TRY(application_find(work, &(struct application_find_args){.id = id}, &row));
    if (!application_may_advance(row.application_state, state)) {
        return OK;
    }
    TRY(application_move(work,
                         &(struct application_move_args){.id = id,
                                                         .organisation_id = row.organisation_id,
                                                         .application_state = state,
                                                         .state_before = row.application_state},
                         &changed));
    TRY(log_event(work, id, event, ""));
    if (strcmp(state, "qualified") == 0) {
        return tell(work, &row, arena_print(work->arena, "You are qualified for \"%s\"", row.title),
                    "The result's page shows what it rests on.");
    }
    return OK;
}

enum err vetting_escalate(struct work *work, int64_t row_max, int64_t *count)
{
    struct late_row *rows;
    size_t found;

    TRY(application_late(
        work, &(struct application_late_args){.due_at = work->now_us, .row_max = row_max}, &rows,
        &found));
    for (size_t i = 0; i < found; i++) {
        int64_t changed;

        work->organisation_id = rows[i].organisation_id;
        TRY(application_escalate(
            work,
            &(struct application_escalate_args){.id = rows[i].id,
                                                .organisation_id = rows[i].organisation_id,
                                                .escalated_at = work->now_us},
            &changed));
        TRY(log_event(work, rows[i].id, "escalated", "past the promised day"));
        TRY(notify(work,
                   &(struct notice_draft){
                       .person_id = rows[i].owner_id,
                       .kind = "application",
                       .title = "An application waits beyond its promised day",
                       .message = arena_print(work->arena, "It is for \"%s\".", rows[i].title),
                       .link = arena_print(work->arena, "/applications/%s", rows[i].id),
                   }));
    }
    *count = (int64_t)found;
    return OK;
}

enum err vetting_forget(struct work *work, int64_t row_max, int64_t *count)
{
    int64_t kept_us = work->installation->keep.applications_us;
    struct application_past_row *rows;
    size_t found = 0;

    if (kept_us > 0) {
        TRY(applications_past(work,
                              &(struct applications_past_args){.before_at = work->now_us - kept_us,
                                                               .row_max = row_max},
                              &rows, &found));
    }
    for (size_t i = 0; i < found; i++) {
        work->organisation_id = rows[i].organisation_id;
        TRY(application_hush(
            work, &(struct application_hush_args){.id = rows[i].id,
                                                  .organisation_id = work->organisation_id}));
        TRY(application_events_hush(
            work, &(struct application_events_hush_args){
                      .application_id = rows[i].id, .organisation_id = work->organisation_id}));
        TRY(audit(work, "application.forget", rows[i].id, "{}"));
    }
    work->organisation_id = NULL;
    *count = (int64_t)found;
    return OK;
}
