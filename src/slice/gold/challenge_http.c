/* Checks and challenges over HTTP: what an expert hears of gold, and who decides about it. */

#include <string.h>

#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/gold/gold.h"
#include "slice/gold/gold_http.h"
#include "slice/gold/gold_sql.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

/* ------------------------------------------------------------------ what an expert sees of it */

struct check_view {
    const char *submission_id;
    const char *campaign_id;
    const char *campaign_name;
    const char *clause_code;
    int64_t submitted_at;
    const char *challenge_state;
    const char *challenge_message;
    const char *decision;
};
static const struct field check_fields[] = {
    TEXT(check_view, submission_id, .doc = "The own answer that missed"),
    TEXT(check_view, campaign_id, .doc = "The campaign"),
    TEXT(check_view, campaign_name, .doc = "Its name"),
    TEXT(check_view, clause_code, .doc = "The clause that settles the answer"),
    TIME(check_view, submitted_at, .doc = "When it was given"),
    TEXT(check_view, challenge_state, .optional = true, .choices = "open|upheld|overturned",
         .doc = "Where the own challenge stands; none: not challenged"),
    TEXT(check_view, challenge_message, .optional = true, .doc = "What one has said against it"),
    TEXT(check_view, decision, .optional = true, .doc = "Why it was decided so"),
};
static const struct shape check_shape =
    SHAPE(check_view, check_fields, "A check that an answer did not meet");

struct check_list {
    int64_t checked;
    int64_t met;
    struct list missed;
};
static const struct field check_list_fields[] = {
    INT(check_list, checked, .doc = "Own answers to tasks whose answer was known"),
    INT(check_list, met, .doc = "Those that met it"),
    LIST(check_list, missed, .of = &check_shape, .doc = "Those that did not, newest first"),
};
const struct shape gold_check_list_shape =
    SHAPE(check_list, check_list_fields, "How the own answers fared against known ones");

static enum err weigh_check(struct work *work, const struct own_check_row *row, bool *missed)
{
    const char *before = work->organisation_id;

    work->organisation_id = row->organisation_id;
    enum err err = gold_is_missed(work, row->campaign_id, row->final_answer, row->answer, missed);

    work->organisation_id = before;
    return err;
}

enum err gold_serve_checks(struct call *call)
{
    struct work *work = call->work;
    struct check_list *list = arena_new_of(work->arena, struct check_list);
    struct own_check_row *rows;
    size_t count;

    TRY(own_checks(
        work, &(struct own_checks_args){.person_id = work->who->person_id, .now = work->now_us},
        &rows, &count));
    struct check_view *views = arena_array(work->arena, struct check_view, count);

    for (size_t i = 0; i < count; i++) {
        bool missed = false;
        bool stands =
            rows[i].challenge_state == NULL || strcmp(rows[i].challenge_state, "overturned") != 0;

        TRY(weigh_check(work, &rows[i], &missed));
        list->checked += stands;
        list->met += stands && !missed;
        if (missed) {
            views[list->missed.count++] =
                (struct check_view){.submission_id = rows[i].submission_id,
                                    .campaign_id = rows[i].campaign_id,
                                    .campaign_name = rows[i].campaign_name,
                                    .clause_code = rows[i].clause_code,
                                    .submitted_at = rows[i].submitted_at,
                                    .challenge_state = rows[i].challenge_state,
                                    .challenge_message = rows[i].challenge_message,
                                    .decision = rows[i].decision};
        }
    }
    list->missed.at = views;
    call->reply = list;
    return OK;
}

struct challenge_body {
    const char *message;
};
static const struct field challenge_body_fields[] = {
    TEXT(challenge_body, message, .min = 10, .max = 4000, .doc = "Why the check is wrong"),
};
const struct shape gold_challenge_body_shape =
    SHAPE(challenge_body, challenge_body_fields, "A challenge of a check");

enum err gold_serve_challenge(struct call *call)
{
    const struct challenge_body *body = call->body;
    struct made *made = arena_new_of(call->work->arena, struct made);

    TRY(gold_challenge_open(call->work, call->ids[0], body->message, &made->id));
    call->reply = made;
    return OK;
}

/* ------------------------------------------------------------------ deciding a challenge */

static const struct field challenge_fields[] = {
    TEXT(challenge_row, id, .doc = "Identifier, `chl_` and 26 characters"),
    TEXT(challenge_row, gold_id, .doc = "The gold"),
    TEXT(challenge_row, task_id, .doc = "Its task"),
    TEXT(challenge_row, submission_id, .doc = "The answer that missed"),
    TEXT(challenge_row, pseudonym, .doc = "Its author"),
    JSON(challenge_row, payload, .doc = "What the task shows"),
    JSON(challenge_row, answer, .doc = "What the author answered"),
    JSON(challenge_row, final_answer, .doc = "The answer that is held to be known"),
    TEXT(challenge_row, clause_code, .doc = "The clause that is said to settle it"),
    TEXT(challenge_row, message, .doc = "Why it is held to be the answer"),
    TEXT(challenge_row, challenge_message, .doc = "Why the author says that it is not"),
    TEXT(challenge_row, state, .doc = "Where it stands", .choices = "open|upheld|overturned"),
    TIME(challenge_row, opened_at, .doc = "When it was opened"),
    TIME(challenge_row, due_at, .doc = "When it will be decided at the latest"),
    TIME(challenge_row, decided_at, .optional = true, .doc = "When it was decided"),
    TEXT(challenge_row, decision, .optional = true, .doc = "Why it was decided so"),
};
static const struct shape challenge_shape =
    SHAPE(challenge_row, challenge_fields, "A challenge of a gold task");

struct challenge_list {
    struct list items;
};
static const struct field challenge_list_fields[] = {
    LIST(challenge_list, items, .of = &challenge_shape, .doc = "Those that wait first"),
};
const struct shape gold_challenge_list_shape =
    SHAPE(challenge_list, challenge_list_fields, "A campaign's challenges");

enum err gold_serve_challenges(struct call *call)
{
    struct work *work = call->work;
    struct challenge_list *list = arena_new_of(work->arena, struct challenge_list);
    struct challenge_row *rows;
    size_t count;

    TRY(gold_may_decide(work, call->ids[0]));
    TRY(challenge_page(work,
                       &(struct challenge_page_args){.campaign_id = call->ids[0],
                                                     .organisation_id = work->organisation_id},
                       &rows, &count));
    list->items = (struct list){.at = rows, .count = count};
    call->reply = list;
    return OK;
}

enum err gold_challenge_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct challenge_owner_find_row row;
    enum err err = challenge_owner_find(work, &(struct challenge_owner_find_args){.id = id}, &row);

    if (err == OK) {
        err = campaign_owner(work, row.campaign_id, organisation_id);
    }
    return err == ERR_NOT_FOUND
               ? work_fail(work, err, "there is no challenge %.40s, or none you may see", id)
               : err;
}

struct challenge_settle_body {
    const char *verdict;
    const char *message;
};
static const struct field challenge_settle_body_fields[] = {
    TEXT(challenge_settle_body, verdict, .choices = "uphold|overturn",
         .doc = "overturn: the known answer does not hold; the task is gold no more"),
    TEXT(challenge_settle_body, message, .min = 3, .max = 4000, .doc = "Why, for the author"),
};
const struct shape gold_settle_body_shape =
    SHAPE(challenge_settle_body, challenge_settle_body_fields, "A decision about a challenge");

enum err gold_serve_settle(struct call *call)
{
    const struct challenge_settle_body *body = call->body;

    TRY(gold_challenge_settle(call->work, call->ids[0], strcmp(body->verdict, "overturn") == 0,
                              body->message));
    call->reply = &done;
    return OK;
}
