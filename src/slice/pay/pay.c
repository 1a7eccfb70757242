#include "slice/pay/pay.h"

#include "base/arena.h"
#include "base/shape.h"
#include "base/time.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/pay/pay_sql.h"
#include "slice/slice.h"
#include "store/work.h"

static enum err balance(struct work *work, const char *submission_id, int64_t *out)
{
    struct entry_balance_of_row row;

    TRY(entry_balance_of(work,
                         &(struct entry_balance_of_args){.pays_id = submission_id,
                                                         .organisation_id = work->organisation_id},
                         &row));
    *out = row.amount_minor;
    return OK;
}

static enum err post(struct work *work, const struct unit_paid *unit, const char *kind,
                     int64_t amount_minor)
{
    bool pays = kind[0] == 'u';
    const char *client = arena_print(work->arena, "client:%s", work->organisation_id);
    const char *expert = arena_print(work->arena, "expert:%s", unit->person_id);

    TRY(entry_insert(work, &(struct entry_insert_args){
                               .id = work_new_id(work, "ent"),
                               .organisation_id = work->organisation_id,
                               .campaign_id = unit->campaign_id,
                               .debit_account = pays ? client : expert,
                               .credit_account = pays ? expert : client,
                               .amount_minor = amount_minor,
                               .currency = unit->currency,
                               .pays_kind = kind,
                               .pays_id = unit->submission_id,
                               .person_id = unit->person_id,
                               .happened_at = work->now_us,
                           }));
    campaign_count(work, unit->campaign_id, "spend_minor", pays ? amount_minor : -amount_minor);
    return OK;
}

enum err pay_unit(struct work *work, const struct unit_paid *unit)
{
    int64_t paid = 0;

    TRY(balance(work, unit->submission_id, &paid));
    return paid > 0 || unit->amount_minor == 0 ? OK : post(work, unit, "unit", unit->amount_minor);
}

enum err pay_reverse(struct work *work, const struct unit_paid *unit)
{
    int64_t paid = 0;

    TRY(balance(work, unit->submission_id, &paid));
    return paid <= 0 ? OK : post(work, unit, "reversal", paid);
}

static const struct field entry_fields[] = {
    TEXT(entry_row, id, .doc = "Identifier, `ent_` and 26 characters"),
    TEXT(entry_row, debit_account, .doc = "Where the amount leaves"),
    TEXT(entry_row, credit_account, .doc = "Where it arrives"),
    INT(entry_row, amount_minor, .doc = "In minor units"),
    TEXT(entry_row, currency, .doc = "ISO 4217 code"),
    TEXT(entry_row, pays_kind, .doc = "Why", .choices = "unit|reversal"),
    TEXT(entry_row, pays_id, .doc = "The submission that it pays"),
    TIME(entry_row, happened_at, .doc = "When"),
};
static const struct shape entry_shape = SHAPE(entry_row, entry_fields, "An entry of the ledger");

struct entry_list {
    struct list items;
    const char *next;
};
static const struct field entry_list_fields[] = {
    LIST(entry_list, items, .of = &entry_shape, .doc = "Newest first"),
    TEXT(entry_list, next, .optional = true, .doc = "Cursor of the next page; none: the end"),
};
static const struct shape entry_list_shape =
    SHAPE(entry_list, entry_list_fields, "A page of entries");

static enum err serve_entries(struct call *call)
{
    const struct page_query *query = call->query;
    struct work *work = call->work;
    struct entry_list *list = arena_new_of(work->arena, struct entry_list);
    struct entry_row *rows;
    size_t count;

    TRY(entry_page(work,
                   &(struct entry_page_args){
                       .campaign_id = call->ids[0],
                       .organisation_id = work->organisation_id,
                       .id = query->after == NULL ? "~" : query->after,
                       .row_max = query->limit,
                   },
                   &rows, &count));
    list->items = (struct list){.at = rows, .count = count};
    list->next = count == (size_t)query->limit ? rows[count - 1].id : NULL;
    call->reply = list;
    return OK;
}

static const struct field earning_fields[] = {
    TEXT(earning_row, campaign_id, .doc = "Where it was earned"),
    TEXT(earning_row, name, .doc = "The campaign's name"),
    TEXT(earning_row, currency, .doc = "ISO 4217 code"),
    INT(earning_row, amount_minor, .doc = "In minor units"),
    INT(earning_row, unit_count, .doc = "Accepted units"),
};
static const struct shape earning_shape = SHAPE(earning_row, earning_fields, "What was earned");

struct earning_list {
    int64_t since_at;
    struct list items;
};
static const struct field earning_list_fields[] = {
    TIME(earning_list, since_at, .doc = "From when it is counted"),
    LIST(earning_list, items, .of = &earning_shape, .doc = "By campaign"),
};
static const struct shape earning_list_shape =
    SHAPE(earning_list, earning_list_fields, "A person's earnings");

struct earning_query {
    int64_t since_at;
};
static const struct field earning_query_fields[] = {
    TIME(earning_query, since_at, .optional = true,
         .doc = "From when; the last seven days unless said"),
};
static const struct shape earning_query_shape =
    SHAPE(earning_query, earning_query_fields, "Since when");

static enum err serve_earnings(struct call *call)
{
    const struct earning_query *query = call->query;
    struct work *work = call->work;
    struct earning_list *list = arena_new_of(work->arena, struct earning_list);
    struct earning_row *rows;
    size_t count;

    list->since_at = query->since_at == INT_ABSENT ? work->now_us - 7 * TIME_DAY : query->since_at;
    TRY(earning_by_campaign(work,
                            &(struct earning_by_campaign_args){.person_id = work->who->person_id,
                                                               .happened_at = list->since_at},
                            &rows, &count));
    list->items = (struct list){.at = rows, .count = count};
    call->reply = list;
    return OK;
}

static const struct route routes[] = {
    {GET, "/v1/campaigns/{campaign_id}/entries", serve_entries,
     ROLE_OPERATOR | ROLE_CLIENT | ROLE_FINANCE | ROLE_AUDITOR, 200, .owner = campaign_owner,
     .query = &page_query_shape, .reply = &entry_list_shape,
     .summary = "List a campaign's entries of the ledger", .command = "entry list"},
    {GET, "/v1/earnings", serve_earnings, ROLE_EXPERT | ROLE_REVIEWER, 200,
     .query = &earning_query_shape, .reply = &earning_list_shape,
     .summary = "Show the own earnings", .command = "earning list"},
};

const struct slice pay_slice = {.name = "pay", .routes = routes, .route_count = COUNT(routes)};
