#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "base/time.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/pay/ledger_http.h"
#include "slice/pay/pay.h"
#include "slice/pay/pay_rule.h"
#include "slice/pay/pay_sql.h"
#include "slice/slice.h"
#include "store/work.h"

/* ------------------------------------------------------------------ entries */

static const struct field posting_fields[] = {
    TEXT(posting_row, account, .doc = "The account"),
    INT(posting_row, amount_minor, .doc = "In minor units; a debit is positive"),
};
static const struct shape posting_shape = SHAPE(posting_row, posting_fields, "A posting");

struct entry_view {
    const char *id;
    const char *campaign_id;
    const char *kind;
    const char *pays_id;
    const char *corrects_id;
    const char *currency;
    int64_t person_minor;
    int64_t client_minor;
    const char *note;
    int64_t happened_at;
    struct list postings;
};
static const struct field entry_view_fields[] = {
    TEXT(entry_view, id, .doc = "Identifier, `ent_` and 26 characters"),
    TEXT(entry_view, campaign_id, .optional = true, .doc = "The campaign that it belongs to"),
    TEXT(entry_view, kind, .doc = "Why: unit, minutes, bonus, invoice, payout …"),
    TEXT(entry_view, pays_id, .doc = "What it pays"),
    TEXT(entry_view, corrects_id, .optional = true, .doc = "The entry that it undoes"),
    TEXT(entry_view, currency, .doc = "ISO 4217 code"),
    INT(entry_view, person_minor, .optional = true,
        .doc = "What a person is owed more by it, in minor units"),
    INT(entry_view, client_minor, .optional = true, .doc = "What the client owes more by it"),
    TEXT(entry_view, note, .optional = true, .doc = "Why, in words"),
    TIME(entry_view, happened_at, .doc = "When"),
    LIST(entry_view, postings, .of = &posting_shape, .doc = "Those that this window shows"),
};
static const struct shape entry_view_shape =
    SHAPE(entry_view, entry_view_fields, "An entry of the ledger");

static const struct field entry_list_fields[] = PAGE_FIELDS(entry_view_shape, "Newest first");
static const struct shape entry_list_shape =
    PAGE_SHAPE(entry_list, entry_list_fields, "A page of entries");

/* The same entries through different windows. */
enum window { WINDOW_PERSON, WINDOW_CLIENT, WINDOW_ALL };

static bool shows(enum window window, const char *account)
{
    switch (window) {
    case WINDOW_PERSON:
        return strncmp(account, "liabilities:payable:", strlen("liabilities:payable:")) == 0;
    case WINDOW_CLIENT:
        return client_sees(account, false);
    case WINDOW_ALL:
        break;
    }
    return true;
}

static enum err view_entry(struct work *work, const struct entry_row *row, enum window window,
                           const char *organisation_id, struct entry_view *out)
{
    struct posting_row *postings;
    size_t count;
    size_t shown = 0;

    TRY(posting_of_entry(
        work,
        &(struct posting_of_entry_args){.entry_id = row->id, .organisation_id = organisation_id},
        &postings, &count));
    for (size_t i = 0; i < count; i++) {
        if (shows(window, postings[i].account)) {
            postings[shown++] = postings[i];
        }
    }
    *out = (struct entry_view){
        .id = row->id,
        .campaign_id = row->campaign_id,
        .kind = row->kind,
        .pays_id = row->pays_id,
        .corrects_id = row->corrects_id,
        .currency = row->currency,
        .person_minor = window == WINDOW_CLIENT ? INT_ABSENT : row->person_minor,
        .client_minor = window == WINDOW_PERSON ? INT_ABSENT : row->client_minor,
        .note = row->note,
        .happened_at = row->happened_at,
        .postings = {.at = postings, .count = shown},
    };
    return OK;
}

static enum err window_of(struct work *work, const char *campaign_id, enum window *out)
{
    struct charge_rule_row rule;

    *out = WINDOW_ALL;
    if ((work->who->roles & (ROLE_OPERATOR | ROLE_FINANCE | ROLE_AUDITOR)) != 0) {
        return OK;
    }
    enum err err = charge_rule_at(work,
                                  &(struct charge_rule_at_args){
                                      .campaign_id = campaign_id,
                                      .organisation_id = work->organisation_id,
                                      .since_at = work->now_us,
                                  },
                                  &rule);

    *out = err == OK && rule.discloses_share ? WINDOW_ALL : WINDOW_CLIENT;
    return err == ERR_NOT_FOUND ? OK : err;
}

static enum err serve_entries(struct call *call)
{
    const struct page_query *query = call->query;
    struct work *work = call->work;
    struct entry_row *rows;
    enum window window;
    size_t count;

    TRY(window_of(work, call->ids[0], &window));
    TRY(entry_page(work,
                   &(struct entry_page_args){
                       .campaign_id = call->ids[0],
                       .organisation_id = work->organisation_id,
                       .id = page_after(query->after, "~"),
                       .row_max = query->limit,
                   },
                   &rows, &count));
    struct entry_view *views = arena_array(work->arena, struct entry_view, count);

    for (size_t i = 0; i < count; i++) {
        TRY(view_entry(work, &rows[i], window, work->organisation_id, &views[i]));
    }
    return page_reply(call, views, count, query->limit, PAGE_LAST(rows, count, id));
}

/* ------------------------------------------------------------------ a person's earnings */

static const struct field earning_fields[] = {
    TEXT(earning_row, campaign_id, .optional = true,
         .doc = "Where it was earned; none: a referral"),
    TEXT(earning_row, name, .optional = true, .doc = "The campaign's name"),
    TEXT(earning_row, kind, .doc = "What for: unit, minutes, bonus …"),
    TEXT(earning_row, currency, .doc = "ISO 4217 code"),
    INT(earning_row, amount_minor, .doc = "In minor units"),
    INT(earning_row, unit_count, .doc = "Accepted units, or payments of another kind"),
};
static const struct shape earning_shape = SHAPE(earning_row, earning_fields, "What was earned");

struct due {
    const char *currency;
    int64_t amount_minor;
};
static const struct field due_fields[] = {
    TEXT(due, currency, .doc = "ISO 4217 code"),
    INT(due, amount_minor, .doc = "Owed and not paid out yet, in minor units"),
};
static const struct shape due_shape = SHAPE(due, due_fields, "What is due");

struct earning_list {
    int64_t since_at;
    struct list items;
    struct list due;
};
static const struct field earning_list_fields[] = {
    TIME(earning_list, since_at, .doc = "From when it is counted"),
    LIST(earning_list, items, .of = &earning_shape, .doc = "By campaign and kind"),
    LIST(earning_list, due, .of = &due_shape, .doc = "By currency"),
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

static enum err list_due(struct work *work, struct list *out)
{
    const char *account = arena_print(work->arena, "liabilities:payable:%s", work->who->person_id);
    struct balance_row *rows;

    TRY(balance_of_account(work, &(struct balance_of_account_args){.account = account}, &rows,
                           &out->count));
    struct due *due = arena_array(work->arena, struct due, out->count);

    for (size_t i = 0; i < out->count; i++) {
        due[i] = (struct due){rows[i].currency, -rows[i].amount_minor};
    }
    out->at = due;
    return OK;
}

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
    TRY(list_due(work, &list->due));
    call->reply = list;
    return OK;
}

#define BOOKS (ROLE_OPERATOR | ROLE_FINANCE | ROLE_AUDITOR)

static const struct route routes[] = {
    {GET, "/v1/campaigns/{campaign_id}/entries", serve_entries,
     ROLE_OPERATOR | ROLE_CLIENT | ROLE_FINANCE | ROLE_AUDITOR, 200, .owner = campaign_owner,
     .query = &page_query_shape, .reply = &entry_list_shape,
     .summary = "List a campaign's entries of the ledger", .command = "entry list"},
    {GET, "/v1/earnings", serve_earnings, ROLE_EXPERT | ROLE_REVIEWER, 200,
     .query = &earning_query_shape, .reply = &earning_list_shape,
     .summary = "Show the own earnings, and what is due", .command = "earning list"},
    {GET, "/v1/ledger/balances", ledger_serve_balances, ROLE_FINANCE | ROLE_AUDITOR, 200,
     .reply = &balance_list_shape, .summary = "List every account's balance",
     .command = "ledger balances"},
    {GET, "/v1/ledger/proof", ledger_serve_proof, BOOKS, 200, .reply = &proof_shape,
     .summary = "Prove the server's whole book and name the first break",
     .command = "ledger prove"},
    {GET, "/v1/ledger/book", ledger_serve_book, ROLE_FINANCE | ROLE_AUDITOR, 200,
     .query = &book_query_shape, .summary = "Write the server's whole book as text",
     .command = "ledger book"},
    {GET, "/v1/ledger/register", ledger_serve_register, ROLE_FINANCE | ROLE_AUDITOR, 200,
     .query = &register_query_shape, .reply = &register_list_shape,
     .summary = "List one account of the book, entry by entry", .command = "ledger register"},
    {GET, "/v1/ledger/periods", ledger_serve_periods, BOOKS, 200, .reply = &period_list_shape,
     .summary = "List the closed periods", .command = "period list"},
    {POST, "/v1/ledger/periods", ledger_serve_close, ROLE_FINANCE, 201, ROUTE_WRITES,
     .body = &period_body_shape, .reply = &made_shape, .summary = "Close the book until a moment",
     .command = "period close"},
    {GET, "/v1/exchange-rates", ledger_serve_rates, BOOKS, 200, .query = &page_query_shape,
     .reply = &exchange_rate_list_shape, .summary = "List exchange rates, newest first",
     .command = "rate list"},
    {POST, "/v1/exchange-rates", ledger_serve_rate_add, ROLE_FINANCE, 201, ROUTE_WRITES,
     .body = &exchange_rate_body_shape, .reply = &made_shape,
     .summary = "Record an exchange rate with its source", .command = "rate add"},
    {GET, "/v1/campaigns/{campaign_id}/charges", ledger_serve_charges, BOOKS, 200,
     .owner = campaign_owner, .reply = &charge_list_shape,
     .summary = "List what the client is charged, and since when", .command = "charge list"},
    {POST, "/v1/campaigns/{campaign_id}/charges", ledger_serve_charge_add,
     ROLE_OPERATOR | ROLE_FINANCE, 201, ROUTE_WRITES, .owner = campaign_owner,
     .body = &charge_body_shape, .reply = &made_shape,
     .summary = "Set what the client is charged from now on", .command = "charge set"},
};

const struct slice pay_slice = {.name = "pay", .routes = routes, .route_count = COUNT(routes)};
