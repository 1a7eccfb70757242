#include "slice/pay/ledger_http.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/pay/book.h"
#include "slice/pay/pay_rule.h"
#include "slice/pay/pay_sql.h"
#include "store/work.h"

/* ------------------------------------------------------------------ balances and proof */

static const struct field balance_fields[] = {
    TEXT(balance_row, account, .doc = "The account"),
    TEXT(balance_row, currency, .doc = "ISO 4217 code"),
    INT(balance_row, amount_minor, .doc = "In minor units; a debit is positive"),
};
static const struct shape balance_shape = SHAPE(balance_row, balance_fields, "A balance");

struct balance_list {
    struct list items;
};
static const struct field balance_list_fields[] = {
    LIST(balance_list, items, .of = &balance_shape, .doc = "By account and currency"),
};
const struct shape balance_list_shape =
    SHAPE(balance_list, balance_list_fields, "Every account's balance");

enum err ledger_serve_balances(struct call *call)
{
    struct balance_list *list = arena_new_of(call->work->arena, struct balance_list);
    struct balance_row *rows;

    TRY(balance_of_all(call->work, &rows, &list->items.count));
    list->items.at = rows;
    call->reply = list;
    return OK;
}

struct proof {
    bool holds;
    const char *broken;
    int64_t entries;
    int64_t postings;
    int64_t accounts;
    int64_t periods;
};
static const struct field proof_fields[] = {
    BOOL(proof, holds, .doc = "True: every invariant holds, and balances agree with their sums"),
    TEXT(proof, broken, .optional = true, .doc = "The first break"),
    INT(proof, entries, .doc = "Entries proven"),
    INT(proof, postings, .doc = "Postings proven"),
    INT(proof, accounts, .doc = "Accounts"),
    INT(proof, periods, .doc = "Closed periods"),
};
const struct shape proof_shape = SHAPE(proof, proof_fields, "The proof of the book");

enum err ledger_serve_proof(struct call *call)
{
    struct proof *proof = arena_new_of(call->work->arena, struct proof);
    struct book_proof found;

    call->work->organisation_id = call->work->who->organisation_id;
    TRY(book_prove(call->work, &found));
    *proof = (struct proof){.holds = found.broken == NULL,
                            .broken = found.broken,
                            .entries = found.entry_count,
                            .postings = found.posting_count,
                            .accounts = found.account_count,
                            .periods = found.period_count};
    call->reply = proof;
    return OK;
}

struct book_query {
    const char *format;
};
static const struct field book_query_fields[] = {
    TEXT(book_query, format, .optional = true, .choices = "csv|hledger|ledger|beancount",
         .doc = "csv unless said: what `ledger check` reads"),
};
const struct shape book_query_shape = SHAPE(book_query, book_query_fields, "Which form");

enum err ledger_serve_book(struct call *call)
{
    const struct book_query *query = call->query;
    const char *format = query->format == NULL ? "csv" : query->format;
    struct buffer to = buffer_new(call->work->arena);

    call->work->organisation_id = call->work->who->organisation_id;
    TRY(book_write(call->work, format, &to));
    call->file_text = buffer_view(&to);
    call->file_name = arena_print(call->work->arena, "book.%s", format);
    return OK;
}

/* ------------------------------------------------------------------ periods */

static const struct field period_fields[] = {
    TEXT(period_row, id, .doc = "Identifier, `prd_` and 26 characters"),
    TIME(period_row, until_at, .doc = "What lies before it is closed"),
    TEXT(period_row, closed_by, .doc = "Who closed it"),
    TEXT(period_row, closed_by_name, .doc = "The name"),
    TIME(period_row, closed_at, .doc = "When"),
};
static const struct shape period_shape = SHAPE(period_row, period_fields, "A closed period");

struct period_list {
    struct list items;
};
static const struct field period_list_fields[] = {
    LIST(period_list, items, .of = &period_shape, .doc = "Oldest first"),
};
const struct shape period_list_shape = SHAPE(period_list, period_list_fields, "The closed periods");

enum err ledger_serve_periods(struct call *call)
{
    struct period_list *list = arena_new_of(call->work->arena, struct period_list);
    struct period_row *rows;

    TRY(period_page(call->work,
                    &(struct period_page_args){.organisation_id = call->work->who->organisation_id},
                    &rows, &list->items.count));
    list->items.at = rows;
    call->reply = list;
    return OK;
}

struct period_body {
    int64_t until_at;
};
static const struct field period_body_fields[] = {
    TIME(period_body, until_at, .doc = "What lies before it is closed for good"),
};
const struct shape period_body_shape = SHAPE(period_body, period_body_fields, "A period's end");

enum err ledger_serve_close(struct call *call)
{
    const struct period_body *body = call->body;
    struct made *made = arena_new_of(call->work->arena, struct made);

    call->work->organisation_id = call->work->who->organisation_id;
    TRY(book_close(call->work, body->until_at, &made->id));
    call->reply = made;
    return OK;
}

/* ------------------------------------------------------------------ one account */

struct register_query {
    const char *account;
    const char *currency;
    const char *after;
    int64_t limit;
};
static const struct register_query register_query_defaults = {.limit = PAGE_DEFAULT};
static const struct field register_query_fields[] = {
    TEXT(register_query, account, .min = 3, .max = 200, .doc = "As liabilities:payable:per_…"),
    TEXT(register_query, currency, .min = 3, .max = 3, .doc = "ISO 4217 code"),
    TEXT(register_query, after, .optional = true, .max = 40, .doc = "`next` of the page before"),
    INT(register_query, limit, .optional = true, .min = 1, .max = PAGE_MAX, .doc = "Rows at most"),
};
const struct shape register_query_shape = SHAPE(
    register_query, register_query_fields, "Which account", .defaults = &register_query_defaults);

static const struct field register_row_fields[] = {
    TEXT(register_row, id, .doc = "The entry"),
    TEXT(register_row, campaign_id, .optional = true, .doc = "The campaign that it belongs to"),
    TEXT(register_row, person_id, .optional = true, .doc = "Whose pay it changes"),
    TEXT(register_row, kind, .doc = "Why"),
    TEXT(register_row, pays_id, .doc = "What it pays"),
    TEXT(register_row, corrects_id, .optional = true, .doc = "The entry that it undoes"),
    TEXT(register_row, note, .optional = true, .doc = "Why, in words"),
    TIME(register_row, happened_at, .doc = "When"),
    TEXT(register_row, currency, .doc = "ISO 4217 code"),
    INT(register_row, amount_minor, .doc = "In minor units; a debit is positive"),
};
static const struct shape register_row_shape =
    SHAPE(register_row, register_row_fields, "A posting of one account");
static const struct field register_list_fields[] = PAGE_FIELDS(register_row_shape, "Newest first");
const struct shape register_list_shape =
    PAGE_SHAPE(register_list, register_list_fields, "One account of the book");

enum err ledger_serve_register(struct call *call)
{
    const struct register_query *query = call->query;
    struct register_row *rows;
    size_t count;

    TRY(register_page(call->work,
                      &(struct register_page_args){.account = query->account,
                                                   .currency = query->currency,
                                                   .id = page_after(query->after, "~"),
                                                   .row_max = query->limit},
                      &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

/* ------------------------------------------------------------------ exchange rates */

static const struct field rate_fields[] = {
    TEXT(exchange_rate_row, id, .doc = "Identifier, `fxr_` and 26 characters"),
    TEXT(exchange_rate_row, from_currency, .doc = "One unit of this"),
    TEXT(exchange_rate_row, to_currency, .doc = "is worth so many of this"),
    INT(exchange_rate_row, rate_nano, .doc = "times 10^9"),
    TEXT(exchange_rate_row, source, .doc = "Who says so"),
    TIME(exchange_rate_row, quoted_at, .doc = "When it was quoted"),
    TIME(exchange_rate_row, recorded_at, .doc = "When it was recorded"),
};
static const struct shape rate_shape = SHAPE(exchange_rate_row, rate_fields, "An exchange rate");

static const struct field exchange_rate_list_fields[] = PAGE_FIELDS(rate_shape, "Newest first");
const struct shape exchange_rate_list_shape =
    PAGE_SHAPE(exchange_rate_list, exchange_rate_list_fields, "Exchange rates");

enum err ledger_serve_rates(struct call *call)
{
    const struct page_query *query = call->query;
    struct exchange_rate_row *rows;
    size_t count;

    TRY(exchange_rate_page(call->work,
                           &(struct exchange_rate_page_args){.id = page_after(query->after, "~"),
                                                             .row_max = query->limit},
                           &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

struct exchange_rate_body {
    const char *from_currency;
    const char *to_currency;
    int64_t rate_nano;
    const char *source;
    int64_t quoted_at;
};
static const struct field exchange_rate_body_fields[] = {
    TEXT(exchange_rate_body, from_currency, .min = 3, .max = 3, .doc = "One unit of this"),
    TEXT(exchange_rate_body, to_currency, .min = 3, .max = 3, .doc = "is worth so many of this"),
    INT(exchange_rate_body, rate_nano, .doc = "times 10^9"),
    TEXT(exchange_rate_body, source, .min = 2, .max = 200, .doc = "Who says so"),
    TIME(exchange_rate_body, quoted_at, .doc = "When it was quoted"),
};
const struct shape exchange_rate_body_shape =
    SHAPE(exchange_rate_body, exchange_rate_body_fields, "A new exchange rate");

enum err ledger_serve_rate_add(struct call *call)
{
    const struct exchange_rate_body *body = call->body;
    struct work *work = call->work;
    struct made *made = arena_new_of(work->arena, struct made);

    TRY(exchange_rate_check(body->from_currency, body->to_currency, body->rate_nano, &work->fault));
    if (body->quoted_at > work->now_us) {
        return work_fail_field(work, ERR_INVALID, "quoted_at",
                               "a rate cannot have been quoted in the future");
    }
    made->id = work_new_id(work, "fxr");
    enum err err = exchange_rate_insert(work, &(struct exchange_rate_insert_args){
                                                  .id = made->id,
                                                  .from_currency = body->from_currency,
                                                  .to_currency = body->to_currency,
                                                  .rate_nano = body->rate_nano,
                                                  .source = body->source,
                                                  .quoted_at = body->quoted_at,
                                                  .recorded_by = work->who->person_id,
                                                  .recorded_at = work->now_us,
                                              });

    if (err == ERR_CONFLICT) {
        return work_fail_field(work, err, "quoted_at",
                               "a rate of this pair was recorded for that moment already, and "
                               "stays as it is");
    }
    TRY(err);
    TRY(audit(work, "rate.add", made->id, "{}"));
    call->reply = made;
    return OK;
}

/* ------------------------------------------------------------------ charges */

static const struct field charge_fields[] = {
    TEXT(charge_rule_row, id, .doc = "Identifier, `chg_` and 26 characters"),
    INT(charge_rule_row, unit_minor, .optional = true,
        .doc = "For an accepted unit, in minor units; none: cost and markup"),
    INT(charge_rule_row, markup_points, .doc = "On the cost, in hundredths of a percent"),
    INT(charge_rule_row, discloses_share, .doc = "1: the client sees what the work costs"),
    TIME(charge_rule_row, since_at, .doc = "In force since"),
};
static const struct shape charge_shape = SHAPE(charge_rule_row, charge_fields, "A charge");

struct charge_list {
    struct list items;
};
static const struct field charge_list_fields[] = {
    LIST(charge_list, items, .of = &charge_shape,
         .doc = "Newest first; none: the client pays what the work costs"),
};
const struct shape charge_list_shape =
    SHAPE(charge_list, charge_list_fields, "What the client is charged");

enum err ledger_serve_charges(struct call *call)
{
    struct charge_list *list = arena_new_of(call->work->arena, struct charge_list);
    struct charge_rule_row *rows;

    TRY(charge_rule_page(
        call->work,
        &(struct charge_rule_page_args){.campaign_id = call->ids[0],
                                        .organisation_id = call->work->organisation_id},
        &rows, &list->items.count));
    list->items.at = rows;
    call->reply = list;
    return OK;
}

struct charge_body {
    int64_t unit_minor;
    int64_t markup_points;
    bool discloses_share;
};
static const struct field charge_body_fields[] = {
    INT(charge_body, unit_minor, .optional = true, .min = 0, .max = 100000000,
        .doc = "For an accepted unit, in minor units; cost and markup unless said"),
    INT(charge_body, markup_points, .optional = true, .min = 0, .max = 100000,
        .doc = "On the cost, in hundredths of a percent; 0 unless said"),
    BOOL(charge_body, discloses_share, .optional = true,
         .doc = "Show the client what the work costs"),
};
const struct shape charge_body_shape = SHAPE(charge_body, charge_body_fields, "A new charge");

enum err ledger_serve_charge_add(struct call *call)
{
    const struct charge_body *body = call->body;
    struct work *work = call->work;
    struct made *made = arena_new_of(work->arena, struct made);

    made->id = work_new_id(work, "chg");
    TRY(charge_rule_insert(
        work, &(struct charge_rule_insert_args){
                  .id = made->id,
                  .organisation_id = work->organisation_id,
                  .campaign_id = call->ids[0],
                  .unit_minor = body->unit_minor,
                  .markup_points = body->markup_points == INT_ABSENT ? 0 : body->markup_points,
                  .discloses_share = body->discloses_share,
                  .since_at = work->now_us,
                  .set_by = work->who->person_id,
              }));
    TRY(audit(work, "charge.set", made->id, "{}"));
    call->reply = made;
    return OK;
}
