#include <string.h>

#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/duplicate/duplicate.h"
#include "slice/duplicate/duplicate_rule.h"
#include "slice/duplicate/duplicate_sql.h"
#include "slice/slice.h"
#include "store/store.h"
#include "store/work.h"

#define ANSWERS  "mine|another|explanation"
#define FINDINGS "same|different|unclear"

static const struct nothing done = {.ok = true};

static const struct field evidence_fields[] = {
    TEXT(duplicate_evidence, kind, .choices = "address|phone|answers|name", .doc = "What is alike"),
    TEXT(duplicate_evidence, detail, .doc = "In words"),
};
static const struct shape evidence_shape =
    SHAPE(duplicate_evidence, evidence_fields, "Why two accounts look like one person's");

static const struct field reply_fields[] = {
    TEXT(duplicate_reply, person_id, .doc = "Who says so"),
    TEXT(duplicate_reply, answer, .choices = ANSWERS, .doc = "Whose the other account is"),
    TEXT(duplicate_reply, message, .optional = true, .doc = "In their words"),
    TIME(duplicate_reply, replied_at, .doc = "When they said so last"),
};
static const struct shape reply_shape =
    SHAPE(duplicate_reply, reply_fields, "What one of the two people says about it");

/* Two accounts, and what was said about them. */
struct duplicate_case {
    const char *id;
    const char *left_id;
    const char *left_name;
    const char *left_address;
    const char *right_id;
    const char *right_name;
    const char *right_address;
    struct list evidence;
    struct list replies;
    const char *finding;
    const char *reason;
    int64_t found_at;
};
static const struct field case_fields[] = {
    TEXT(duplicate_case, id, .doc = "Of the pair, the same each time"),
    TEXT(duplicate_case, left_id, .doc = "The elder account"),
    TEXT(duplicate_case, left_name, .doc = "Its name"),
    TEXT(duplicate_case, left_address, .doc = "Its address"),
    TEXT(duplicate_case, right_id, .doc = "The younger account"),
    TEXT(duplicate_case, right_name, .doc = "Its name"),
    TEXT(duplicate_case, right_address, .doc = "Its address"),
    LIST(duplicate_case, evidence, .of = &evidence_shape, .doc = "Why; no verdict"),
    LIST(duplicate_case, replies, .of = &reply_shape, .doc = "What the two people say"),
    TEXT(duplicate_case, finding, .optional = true, .choices = FINDINGS,
         .doc = "What an operator found: one person, two, or no telling"),
    TEXT(duplicate_case, reason, .optional = true, .doc = "Why; both people read it"),
    TIME(duplicate_case, found_at, .optional = true, .doc = "When it was found"),
};
static const struct shape case_shape =
    SHAPE(duplicate_case, case_fields, "Two accounts that may be one person's");

struct duplicate_list {
    struct list items;
};
static const struct field list_fields[] = {
    LIST(duplicate_list, items, .of = &case_shape, .doc = "At most 500"),
};
static const struct shape list_shape =
    SHAPE(duplicate_list, list_fields, "Accounts that may be one person's");

static enum err load_finding(struct work *work, struct duplicate_case *of)
{
    struct duplicate_found_row found;
    enum err err = duplicate_found(
        work,
        &(struct duplicate_found_args){.organisation_id = work->who->organisation_id,
                                       .left_id = of->left_id,
                                       .right_id = of->right_id},
        &found);

    of->found_at = INT_ABSENT;
    if (err == OK) {
        of->finding = found.finding;
        of->reason = found.reason;
        of->found_at = found.found_at;
    }
    return err == ERR_NOT_FOUND ? OK : err;
}

static enum err load_case(struct work *work, const struct duplicate_pair *pair,
                          struct duplicate_case *out)
{
    struct duplicate_reply *replies;

    *out = (struct duplicate_case){.id = pair->id,
                                   .left_id = pair->left_id,
                                   .left_name = pair->left_name,
                                   .left_address = pair->left_address,
                                   .right_id = pair->right_id,
                                   .right_name = pair->right_name,
                                   .right_address = pair->right_address,
                                   .evidence = pair->evidence};
    TRY(duplicate_replies(
        work,
        &(struct duplicate_replies_args){.organisation_id = work->who->organisation_id,
                                         .left_id = pair->left_id,
                                         .right_id = pair->right_id,
                                         .row_max = 2},
        &replies, &out->replies.count));
    out->replies.at = replies;
    return load_finding(work, out);
}

static enum err load_cases(struct work *work, const char *person_id, struct duplicate_case **out,
                           size_t *count)
{
    struct duplicate_pair *pairs;

    TRY(duplicate_find(work, work->who->organisation_id, person_id, &pairs, count));
    *out = arena_array(work->arena, struct duplicate_case, *count);
    for (size_t i = 0; i < *count; i++) {
        TRY(load_case(work, &pairs[i], &(*out)[i]));
    }
    return OK;
}

static enum err serve_list(struct call *call)
{
    struct work *work = call->work;
    struct duplicate_list *list = arena_new_of(work->arena, struct duplicate_list);
    struct duplicate_case *cases;

    TRY(load_cases(work, NULL, &cases, &list->items.count));
    list->items.at = cases;
    call->reply = list;
    return OK;
}

struct duplicate_of_me {
    const char *id;
    const char *address;
    struct list evidence;
    const char *answer;
    const char *message;
    int64_t replied_at;
    const char *finding;
    const char *reason;
    int64_t found_at;
};
static const struct field mine_fields[] = {
    TEXT(duplicate_of_me, id, .doc = "Of the pair, to reply to"),
    TEXT(duplicate_of_me, address, .doc = "The other account's address, veiled"),
    LIST(duplicate_of_me, evidence, .of = &evidence_shape, .doc = "Why; no verdict"),
    TEXT(duplicate_of_me, answer, .optional = true, .choices = ANSWERS, .doc = "One's own reply"),
    TEXT(duplicate_of_me, message, .optional = true, .doc = "And its words"),
    TIME(duplicate_of_me, replied_at, .optional = true, .doc = "When one replied last"),
    TEXT(duplicate_of_me, finding, .optional = true, .choices = FINDINGS,
         .doc = "What the office found: one person, two, or no telling"),
    TEXT(duplicate_of_me, reason, .optional = true, .doc = "Why it found so"),
    TIME(duplicate_of_me, found_at, .optional = true, .doc = "When it found so"),
};
static const struct shape mine_shape =
    SHAPE(duplicate_of_me, mine_fields, "An account that looks like one's own");

struct duplicate_own_list {
    struct list items;
};
static const struct field own_fields[] = {
    LIST(duplicate_own_list, items, .of = &mine_shape, .doc = "What the office sees of oneself"),
};
static const struct shape own_shape =
    SHAPE(duplicate_own_list, own_fields, "Accounts that look like one's own");

/* The same evidence as the office sees; of the other person neither name, address nor words. */
static struct duplicate_of_me seen_by(struct arena *arena, const struct duplicate_case *both,
                                      const char *person_id)
{
    const struct duplicate_reply *replies = both->replies.at;
    bool left = strcmp(both->left_id, person_id) == 0;
    struct duplicate_of_me mine = {
        .id = both->id,
        .address = duplicate_masked(arena, left ? both->right_address : both->left_address),
        .evidence = both->evidence,
        .replied_at = INT_ABSENT,
        .finding = both->finding,
        .reason = both->reason,
        .found_at = both->found_at};

    for (size_t i = 0; i < both->replies.count; i++) {
        if (strcmp(replies[i].person_id, person_id) == 0) {
            mine.answer = replies[i].answer;
            mine.message = replies[i].message;
            mine.replied_at = replies[i].replied_at;
        }
    }
    return mine;
}

static enum err serve_mine(struct call *call)
{
    struct work *work = call->work;
    const char *person_id = work->who->person_id;
    struct duplicate_own_list *list = arena_new_of(work->arena, struct duplicate_own_list);
    struct duplicate_case *cases;

    TRY(load_cases(work, person_id, &cases, &list->items.count));
    struct duplicate_of_me *mine =
        arena_array(work->arena, struct duplicate_of_me, list->items.count);

    for (size_t i = 0; i < list->items.count; i++) {
        mine[i] = seen_by(work->arena, &cases[i], person_id);
    }
    list->items.at = mine;
    call->reply = list;
    return OK;
}

/* What is said about a pair. The pair is found before the write begins: that reads everybody, and
 * nobody else's write should wait for it. So the door keeps no answer for a call that is made
 * again; the same word said twice changes nothing and tells nobody. */
struct saying {
    struct call *call;
    const char *person_id; /* whose pairs alone it may be about; NULL: anybody's */
    struct duplicate_pair pair;
};

static enum err find_pair(struct work *work, void *context)
{
    struct saying *saying = context;
    struct duplicate_pair *pairs;
    size_t count;

    TRY(duplicate_find(work, work->who->organisation_id, saying->person_id, &pairs, &count));
    for (size_t i = 0; i < count; i++) {
        if (strcmp(pairs[i].id, saying->call->ids[0]) == 0) {
            saying->pair = pairs[i];
            return OK;
        }
    }
    return work_fail(work, ERR_NOT_FOUND, "there is no such pair of accounts");
}

static enum err say(struct call *call, const char *person_id, store_body *put)
{
    struct work *work = call->work;
    struct saying saying = {.call = call, .person_id = person_id};

    TRY(store_read(work, find_pair, &saying));
    work->organisation_id = work->who->organisation_id;
    TRY(store_write(work, put, &saying));
    call->reply = &done;
    return OK;
}

struct duplicate_reply_body {
    const char *answer;
    const char *message;
};
static const struct field reply_body_fields[] = {
    TEXT(duplicate_reply_body, answer, .choices = ANSWERS, .doc = "Whose the other account is"),
    TEXT(duplicate_reply_body, message, .optional = true, .min = 1, .max = 500,
         .doc = "In one's own words; an explanation needs them"),
};
static const struct shape reply_body_shape =
    SHAPE(duplicate_reply_body, reply_body_fields,
          "What one says about an account that looks like one's own");

static enum err put_reply(struct work *work, void *context)
{
    const struct saying *saying = context;
    const struct duplicate_reply_body *body = saying->call->body;

    int64_t changed;

    TRY(duplicate_reply_put(
        work,
        &(struct duplicate_reply_put_args){.organisation_id = work->organisation_id,
                                           .left_id = saying->pair.left_id,
                                           .right_id = saying->pair.right_id,
                                           .person_id = work->who->person_id,
                                           .answer = body->answer,
                                           .message = body->message,
                                           .replied_at = work->now_us},
        &changed));
    if (changed == 0) {
        return OK;
    }
    return audit_reason(work, arena_print(work->arena, "duplicate.reply.%s", body->answer),
                        saying->pair.id, body->message == NULL ? "" : body->message);
}

static enum err serve_reply(struct call *call)
{
    const struct duplicate_reply_body *body = call->body;

    if (strcmp(body->answer, "explanation") == 0 && body->message == NULL) {
        return work_fail_field(call->work, ERR_INVALID, "message",
                               "an explanation needs words, from 1 to 500 characters");
    }
    return say(call, call->work->who->person_id, put_reply);
}

struct duplicate_finding_body {
    const char *finding;
    const char *reason;
};
static const struct field finding_body_fields[] = {
    TEXT(duplicate_finding_body, finding, .choices = FINDINGS,
         .doc = "One person, two, or no telling"),
    TEXT(duplicate_finding_body, reason, .min = 3, .max = 500, .doc = "Why; both people read it"),
};
static const struct shape finding_body_shape =
    SHAPE(duplicate_finding_body, finding_body_fields, "What an operator finds about two accounts");

static enum err tell_of_finding(struct work *work, const char *person_id, const char *reason)
{
    return notify(work, &(struct notice_draft){.person_id = person_id,
                                               .kind = "duplicate",
                                               .title = "An account that looks like yours",
                                               .message = reason,
                                               .link = "/resume"});
}

static enum err put_finding(struct work *work, void *context)
{
    const struct saying *saying = context;
    const struct duplicate_finding_body *body = saying->call->body;
    const struct duplicate_pair *pair = &saying->pair;
    const char *asker = work->who->person_id;
    int64_t changed;

    if (strcmp(pair->left_id, asker) == 0 || strcmp(pair->right_id, asker) == 0) {
        return work_fail(work, ERR_CONFLICT,
                         "nobody finds about their own account: ask another operator");
    }
    TRY(duplicate_finding_put(
        work,
        &(struct duplicate_finding_put_args){.organisation_id = work->organisation_id,
                                             .left_id = pair->left_id,
                                             .right_id = pair->right_id,
                                             .finding = body->finding,
                                             .reason = body->reason,
                                             .found_by = asker,
                                             .found_at = work->now_us},
        &changed));
    if (changed == 0) {
        return OK;
    }
    TRY(tell_of_finding(work, pair->left_id, body->reason));
    TRY(tell_of_finding(work, pair->right_id, body->reason));
    return audit_reason(work, arena_print(work->arena, "duplicate.find.%s", body->finding),
                        pair->id, body->reason);
}

static enum err serve_finding(struct call *call)
{
    return say(call, NULL, put_finding);
}

static const struct route routes[] = {
    {GET, "/v1/duplicates", serve_list, ROLE_OPERATOR | ROLE_AUDITOR, 200, .reply = &list_shape,
     .summary = "List accounts that may be one person's, with the evidence and what was said",
     .command = "duplicate list"},
    {POST, "/v1/duplicates/{pair_id}/finding", serve_finding, ROLE_OPERATOR, 200, ROUTE_FREE,
     .body = &finding_body_shape, .reply = &nothing_shape,
     .summary = "Record whether two accounts are one person's; nothing happens to them by it",
     .command = "duplicate find"},
    {GET, "/v1/duplicates-of-me", serve_mine, ROLE_EXPERT, 200, .reply = &own_shape,
     .summary = "Show which accounts look like one's own, and why", .command = "duplicate mine"},
    {POST, "/v1/duplicates-of-me/{pair_id}/reply", serve_reply, ROLE_EXPERT, 200, ROUTE_FREE,
     .body = &reply_body_shape, .reply = &nothing_shape,
     .summary = "Say whose an account is that looks like one's own", .command = "duplicate reply"},
};

const struct slice duplicate_slice = {
    .name = "duplicate", .routes = routes, .route_count = COUNT(routes)};
