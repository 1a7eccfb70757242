#include "slice/payout/hold_http.h"

#include "base/arena.h"
#include "base/time.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/payout/payout.h"
#include "slice/payout/payout_shape.h"
#include "slice/payout/payout_sql.h"
#include "store/work.h"

#define HOLD_MAX (90 * TIME_DAY)

static const struct nothing done = {.ok = true};

/* ------------------------------------------------------------------ who is owed */

struct owed {
    const char *person_id;
    const char *name;
    const char *currency;
    int64_t amount_minor;
    const char *standing;
    int64_t from_at;
};
static const struct field owed_fields[] = {
    TEXT(owed, person_id, .doc = "Who"),
    TEXT(owed, name, .doc = "The name"),
    TEXT(owed, currency, .doc = "ISO 4217 code"),
    INT(owed, amount_minor, .doc = "Owed now, in minor units"),
    TEXT(owed, standing, .choices = "ready|planned|held|new_account|unseen_account|no_account",
         .doc =
             "Ready: goes with the next run. Planned: is in one. Held: somebody said why it waits. "
             "The rest: of the account"),
    TIME(owed, from_at, .optional = true,
         .doc = "When the hold ends, or the new account can be used"),
};
static const struct shape owed_shape = SHAPE(owed, owed_fields, "What somebody is owed");
ITEMS_OF(owed_list, owed_shape, "Who is owed what, the most first; at most 500");

/* The first of what stands in the way, in the order in which a run asks. */
static struct owed standing_of(const struct payout_owed_page_row *row, int64_t now_us)
{
    struct owed owed = {.person_id = row->person_id,
                        .name = row->name,
                        .currency = row->currency,
                        .amount_minor = row->amount_minor,
                        .standing = "ready",
                        .from_at = INT_ABSENT};

    if (row->run_id != NULL) {
        owed.standing = "planned";
    } else if (row->held_until_at != INT_ABSENT) {
        owed.standing = "held";
        owed.from_at = row->held_until_at;
    } else if (row->usable_at == INT_ABSENT) {
        owed.standing = row->waiting_count > 0 ? "unseen_account" : "no_account";
    } else if (row->usable_at > now_us) {
        owed.standing = "new_account";
        owed.from_at = row->usable_at;
    }
    return owed;
}

enum err hold_serve_owed(struct call *call)
{
    struct work *work = call->work;
    struct items *list = arena_new_of(work->arena, struct items);
    struct payout_owed_page_row *rows;
    size_t count;

    TRY(payout_owed_page(work,
                         &(struct payout_owed_page_args){
                             .organisation_id = work->who->organisation_id, .now = work->now_us},
                         &rows, &count));
    struct owed *owed = arena_array(work->arena, struct owed, count);

    for (size_t i = 0; i < count; i++) {
        owed[i] = standing_of(&rows[i], work->now_us);
    }
    list->items = (struct list){.at = owed, .count = count};
    call->reply = list;
    return OK;
}

/* ------------------------------------------------------------------ holds */

struct payout_hold_body {
    const char *reason;
    int64_t until_at;
};
static const struct field payout_hold_body_fields[] = {
    TEXT(payout_hold_body, reason, .min = 3, .max = 500, .doc = "Why; the person reads it"),
    TIME(payout_hold_body, until_at, .doc = "Until when at most; within 90 days"),
};
const struct shape payout_hold_body_shape =
    SHAPE(payout_hold_body, payout_hold_body_fields, "A new hold");

static const struct field hold_fields[] = {
    TEXT(payout_hold_row, id, .doc = "Identifier, `hld_` and 26 characters"),
    TEXT(payout_hold_row, person_id, .doc = "Whose payouts wait"),
    TEXT(payout_hold_row, name, .doc = "The person's name"),
    TEXT(payout_hold_row, reason, .doc = "Why"),
    TIME(payout_hold_row, until_at, .doc = "Until when"),
    TIME(payout_hold_row, set_at, .doc = "Since when"),
    TEXT(payout_hold_row, set_by_name, .doc = "Who said so"),
    TIME(payout_hold_row, lifted_at, .optional = true, .doc = "When it was lifted"),
};
static const struct shape hold_shape = SHAPE(payout_hold_row, hold_fields, "A hold");
ITEMS_OF(payout_hold_list, hold_shape, "Holds, newest first");

static const struct field hold_page_fields[] = PAGE_FIELDS(hold_shape, "Newest first");
const struct shape payout_hold_page_shape =
    PAGE_SHAPE(payout_hold_page, hold_page_fields, "Everybody's holds");

enum err hold_serve_all(struct call *call)
{
    const struct page_query *query = call->query;
    struct payout_hold_row *rows;
    size_t count;

    TRY(payout_hold_page_of_all(call->work,
                                &(struct payout_hold_page_of_all_args){
                                    .organisation_id = call->work->who->organisation_id,
                                    .id = page_after(query->after, "~"),
                                    .row_max = query->limit,
                                },
                                &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

enum err hold_serve_list(struct call *call)
{
    struct items *list = arena_new_of(call->work->arena, struct items);
    struct payout_hold_row *rows;

    TRY(payout_check_person(call->work, call->ids[0]));
    TRY(payout_hold_page(call->work, &(struct payout_hold_page_args){.person_id = call->ids[0]},
                         &rows, &list->items.count));
    list->items.at = rows;
    call->reply = list;
    return OK;
}

enum err hold_serve_add(struct call *call)
{
    const struct payout_hold_body *body = call->body;
    struct work *work = call->work;
    struct made *made = arena_new_of(work->arena, struct made);

    if (body->until_at <= work->now_us || body->until_at > work->now_us + HOLD_MAX) {
        return work_fail_field(work, ERR_INVALID, "until_at",
                               "a hold ends, within 90 days; if it has to go on, say again why");
    }
    TRY(payout_check_person(work, call->ids[0]));
    made->id = work_new_id(work, "hld");
    TRY(payout_hold_insert(work, &(struct payout_hold_insert_args){.id = made->id,
                                                                   .person_id = call->ids[0],
                                                                   .reason = body->reason,
                                                                   .until_at = body->until_at,
                                                                   .set_by = work->who->person_id,
                                                                   .set_at = work->now_us}));
    TRY(audit(work, "payout_hold.add", made->id, "{}"));
    TRY(notify(work, &(struct notice_draft){.person_id = call->ids[0],
                                            .kind = "pay",
                                            .title = "Your payouts wait",
                                            .message = body->reason,
                                            .link = "/earnings"}));
    call->reply = made;
    return OK;
}

enum err hold_serve_lift(struct call *call)
{
    int64_t affected;

    TRY(payout_hold_lift(
        call->work,
        &(struct payout_hold_lift_args){.id = call->ids[0],
                                        .organisation_id = call->work->who->organisation_id,
                                        .lifted_at = call->work->now_us},
        &affected));
    if (affected == 0) {
        return work_fail(call->work, ERR_NOT_FOUND, "there is no such hold that still stands");
    }
    TRY(audit(call->work, "payout_hold.lift", call->ids[0], "{}"));
    call->reply = &done;
    return OK;
}
