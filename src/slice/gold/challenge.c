/* Challenges: an expert says that a gold task's answer is wrong, and somebody else decides. */

#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "slice/account/account.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/gold/gold.h"
#include "slice/gold/gold_sql.h"
#include "store/work.h"

#define CHALLENGE_DUE (5 * TIME_DAY)

enum err gold_challenge_open(struct work *work, const char *submission_id, const char *message,
                             const char **id)
{
    struct check_row check;
    bool missed = false;
    enum err err = check_of_submission(
        work,
        &(struct check_of_submission_args){.submission_id = submission_id,
                                           .organisation_id = work->organisation_id,
                                           .now = work->now_us},
        &check);

    if (err == OK && strcmp(check.person_id, work->who->person_id) == 0 && check.told == 1) {
        TRY(gold_is_missed(work, check.campaign_id, check.final_answer, check.answer, &missed));
    } else if (err != OK && err != ERR_NOT_FOUND) {
        return err;
    }
    if (!missed) { /* the same words whether it is gold or not: asking tells nothing */
        return work_fail(work, ERR_CONFLICT, "no check of this answer is known to you");
    }
    *id = work_new_id(work, "chl");
    err = gold_challenge_insert(
        work, &(struct gold_challenge_insert_args){.id = *id,
                                                   .organisation_id = work->organisation_id,
                                                   .campaign_id = check.campaign_id,
                                                   .gold_id = check.gold_id,
                                                   .submission_id = submission_id,
                                                   .person_id = work->who->person_id,
                                                   .message = message,
                                                   .opened_at = work->now_us,
                                                   .due_at = work->now_us + CHALLENGE_DUE});
    if (err == ERR_CONFLICT) {
        return work_fail(work, err, "you have challenged this check already");
    }
    TRY(err);
    return audit(work, "gold.challenge", *id, "{}");
}

/* A reviewer decides who reviews the campaign and does not work on it; an operator may always. */
enum err gold_may_decide(struct work *work, const char *campaign_id)
{
    struct engagement_of found;
    struct engagement_find_args args = {.campaign_id = campaign_id,
                                        .organisation_id = work->organisation_id,
                                        .person_id = work->who->person_id,
                                        .duty = "reviewer"};

    if ((work->who->roles & ROLE_OPERATOR) != 0) {
        return OK;
    }
    enum err err = engagement_find(work, &args, &found);

    if (err == OK && strcmp(found.state, "active") == 0) {
        args.duty = "expert";
        err = engagement_find(work, &args, &found);
        if (err == ERR_NOT_FOUND) {
            return OK;
        }
    }
    return err == OK || err == ERR_NOT_FOUND
               ? work_fail(work, ERR_FORBIDDEN, "you do not review this campaign")
               : err;
}

static enum err tell(struct work *work, const char *person_id, const char *title,
                     const char *message)
{
    return notify(work, &(struct notice_draft){.person_id = person_id,
                                               .kind = "quality",
                                               .title = title,
                                               .message = message,
                                               .link = "/skill"});
}

/* Everybody who was held against it hears that it counts no more. */
static enum err tell_answerers(struct work *work, const struct challenge_by_id_row *challenge)
{
    struct gold_answerers_row *people;
    size_t count;

    TRY(gold_answerers(work,
                       &(struct gold_answerers_args){.id = challenge->gold_id,
                                                     .organisation_id = work->organisation_id},
                       &people, &count));
    for (size_t i = 0; i < count; i++) {
        if (strcmp(people[i].person_id, challenge->person_id) != 0) {
            TRY(tell(
                work, people[i].person_id, "A check was withdrawn",
                "Its answer was challenged and did not hold. Your figures no longer count it."));
        }
    }
    return OK;
}

static enum err check_decider(struct work *work, const struct challenge_by_id_row *challenge)
{
    const char *me = work->who->person_id;

    if (strcmp(me, challenge->added_by) == 0 || strcmp(me, challenge->person_id) == 0) {
        return work_fail(work, ERR_FORBIDDEN,
                         "somebody else decides: neither who made the gold nor who challenged it");
    }
    return OK;
}

enum err gold_challenge_settle(struct work *work, const char *id, bool overturn,
                               const char *decision)
{
    struct challenge_by_id_row challenge;
    int64_t affected;

    TRY(challenge_by_id(
        work, &(struct challenge_by_id_args){.id = id, .organisation_id = work->organisation_id},
        &challenge));
    TRY(gold_may_decide(work, challenge.campaign_id));
    TRY(check_decider(work, &challenge));
    TRY(challenge_decide(
        work,
        &(struct challenge_decide_args){.id = id,
                                        .organisation_id = work->organisation_id,
                                        .state = overturn ? "overturned" : "upheld",
                                        .decided_by = work->who->person_id,
                                        .decided_at = work->now_us,
                                        .decision = decision},
        &affected));
    if (affected == 0) {
        return work_fail(work, ERR_CONFLICT, "this challenge is %s already", challenge.state);
    }
    TRY(audit(work, overturn ? "gold.overturn" : "gold.uphold", id, "{}"));
    if (!overturn) {
        return tell(work, challenge.person_id, "Your challenge was decided: the check stands",
                    decision);
    }
    enum err err =
        gold_set_state(work, challenge.campaign_id, challenge.gold_id, "retired", decision);

    if (err != OK && err != ERR_CONFLICT) { /* another challenge has retired it before */
        return err;
    }
    TRY(tell(work, challenge.person_id, "Your challenge was won: the check counts no more",
             decision));
    return tell_answerers(work, &challenge);
}
