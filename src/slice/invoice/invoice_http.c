#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/time.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/campaign/campaign.h"
#include "slice/invoice/invoice.h"
#include "slice/invoice/invoice_document.h"
#include "slice/invoice/invoice_party.h"
#include "slice/invoice/invoice_receipt.h"
#include "slice/invoice/invoice_sql.h"
#include "slice/slice.h"
#include "store/work.h"

struct invoice_view {
    const char *id;
    const char *kind;
    const char *invoice_number;
    const char *credits_id;
    const char *currency;
    const char *seller_name;
    const char *buyer_name;
    int64_t from_at;
    int64_t until_at;
    int64_t net_minor;
    const char *tax_class;
    const char *tax_reason;
    int64_t tax_points;
    int64_t tax_minor;
    int64_t paid_minor;
    int64_t credited_minor;
    int64_t open_minor;
    int64_t issued_at;
    int64_t due_at;
    int64_t overdue_days;
};
static const struct field invoice_view_fields[] = {
    TEXT(invoice_view, id, .doc = "Identifier, `inv_` and 26 characters"),
    TEXT(invoice_view, kind, .doc = "An invoice or a credit note", .choices = "invoice|credit"),
    TEXT(invoice_view, invoice_number, .doc = "What stands on it"),
    TEXT(invoice_view, credits_id, .optional = true, .doc = "The invoice that it credits"),
    TEXT(invoice_view, currency, .doc = "ISO 4217 code"),
    TEXT(invoice_view, seller_name, .doc = "Whom it comes from"),
    TEXT(invoice_view, buyer_name, .doc = "Whom it goes to"),
    TIME(invoice_view, from_at, .doc = "The period begins"),
    TIME(invoice_view, until_at, .doc = "The period ends"),
    INT(invoice_view, net_minor, .doc = "Without tax, in minor units"),
    TEXT(invoice_view, tax_class, .doc = "Which tax",
         .choices = "standard|zero|exempt|reverse_charge|outside"),
    TEXT(invoice_view, tax_reason, .optional = true, .doc = "Why there is none"),
    INT(invoice_view, tax_points, .doc = "Tax, in hundredths of a percent"),
    INT(invoice_view, tax_minor, .doc = "Tax, in minor units"),
    INT(invoice_view, paid_minor, .doc = "Of it paid"),
    INT(invoice_view, credited_minor, .doc = "Of it taken back by credit notes"),
    INT(invoice_view, open_minor, .doc = "Of it open"),
    TIME(invoice_view, issued_at, .doc = "When it was issued"),
    TIME(invoice_view, due_at, .doc = "When it is due"),
    INT(invoice_view, overdue_days, .doc = "Whole days that it is overdue; 0: it is not"),
};
static const struct shape invoice_view_shape =
    SHAPE(invoice_view, invoice_view_fields, "An invoice or a credit note");

static const struct field invoice_list_fields[] = PAGE_FIELDS(invoice_view_shape, "Newest first");
static const struct shape invoice_list_shape =
    PAGE_SHAPE(invoice_list, invoice_list_fields, "A campaign's invoices");

static struct invoice_view view_of(const struct invoice_row *row, int64_t now_us)
{
    bool is_invoice = strcmp(row->kind, "invoice") == 0;
    int64_t open =
        is_invoice ? row->net_minor + row->tax_minor - row->paid_minor - row->credited_minor : 0;

    return (struct invoice_view){
        .id = row->id,
        .kind = row->kind,
        .invoice_number = row->invoice_number,
        .credits_id = row->credits_id,
        .currency = row->currency,
        .seller_name = row->seller_name,
        .buyer_name = row->buyer_name,
        .from_at = row->from_at,
        .until_at = row->until_at,
        .net_minor = row->net_minor,
        .tax_class = row->tax_class,
        .tax_reason = row->tax_reason,
        .tax_points = row->tax_points,
        .tax_minor = row->tax_minor,
        .paid_minor = row->paid_minor,
        .credited_minor = row->credited_minor,
        .open_minor = open,
        .issued_at = row->issued_at,
        .due_at = row->due_at,
        .overdue_days = open > 0 && now_us > row->due_at ? (now_us - row->due_at) / TIME_DAY : 0,
    };
}

static enum err serve_list(struct call *call)
{
    const struct page_query *query = call->query;
    struct work *work = call->work;
    struct invoice_row *rows;
    size_t count;

    TRY(invoice_page(work,
                     &(struct invoice_page_args){
                         .campaign_id = call->ids[0],
                         .organisation_id = work->organisation_id,
                         .id = page_after(query->after, "~"),
                         .row_max = query->limit,
                     },
                     &rows, &count));
    struct invoice_view *views = arena_array(work->arena, struct invoice_view, count);

    for (size_t i = 0; i < count; i++) {
        views[i] = view_of(&rows[i], work->now_us);
    }
    return page_reply(call, views, count, query->limit, PAGE_LAST(rows, count, id));
}

static const struct field line_fields[] = {
    INT(invoice_line_row, position, .doc = "Its place on the document"),
    TEXT(invoice_line_row, kind, .doc = "What was charged"),
    INT(invoice_line_row, entry_count, .doc = "Entries behind it"),
    INT(invoice_line_row, amount_minor, .doc = "Without tax, in minor units"),
};
static const struct shape line_shape = SHAPE(invoice_line_row, line_fields, "A line of an invoice");

static const struct field payment_fields[] = {
    TEXT(invoice_payment_row, id, .doc = "Identifier, `rcp_` and 26 characters"),
    INT(invoice_payment_row, amount_minor, .doc = "In minor units"),
    TEXT(invoice_payment_row, reference, .doc = "As the bank's statement says"),
    TIME(invoice_payment_row, received_at, .doc = "When it came in"),
};
static const struct shape payment_shape =
    SHAPE(invoice_payment_row, payment_fields, "Money that came in for an invoice");

struct invoice_open {
    struct invoice_view invoice;
    struct list lines;
    struct list payments;
};
static const struct field invoice_open_fields[] = {
    OBJECT(invoice_open, invoice, invoice_view, .of = &invoice_view_shape, .doc = "The document"),
    LIST(invoice_open, lines, .of = &line_shape, .doc = "As they stand on it"),
    LIST(invoice_open, payments, .of = &payment_shape, .doc = "What came in, oldest first"),
};
static const struct shape invoice_open_shape =
    SHAPE(invoice_open, invoice_open_fields, "An invoice with its lines and payments");

static enum err serve_show(struct call *call)
{
    struct work *work = call->work;
    struct invoice_open *view = arena_new_of(work->arena, struct invoice_open);
    struct invoice_row row;
    struct invoice_line_row *lines;
    struct invoice_payment_row *payments;

    TRY(invoice_by_id(
        work,
        &(struct invoice_by_id_args){.id = call->ids[0], .organisation_id = work->organisation_id},
        &row));
    view->invoice = view_of(&row, work->now_us);
    TRY(invoice_lines(work,
                      &(struct invoice_lines_args){.invoice_id = row.id,
                                                   .organisation_id = work->organisation_id},
                      &lines, &view->lines.count));
    TRY(invoice_payments(work,
                         &(struct invoice_payments_args){.invoice_id = row.id,
                                                         .organisation_id = work->organisation_id},
                         &payments, &view->payments.count));
    view->lines.at = lines;
    view->payments.at = payments;
    call->reply = view;
    return OK;
}

struct issue_body {
    int64_t until_at;
};
static const struct field issue_body_fields[] = {
    TIME(issue_body, until_at, .doc = "Invoice what was charged before it"),
};
static const struct shape issue_body_shape = SHAPE(issue_body, issue_body_fields, "A period's end");

static enum err serve_issue(struct call *call)
{
    const struct issue_body *body = call->body;
    struct made *made = arena_new_of(call->work->arena, struct made);

    TRY(invoice_issue(call->work, call->ids[0], body->until_at, &made->id));
    call->reply = made;
    return OK;
}

static enum err owner(struct work *work, const char *id, const char **organisation_id)
{
    struct invoice_owner_find_row found;
    enum err err = invoice_owner_find(work, &(struct invoice_owner_find_args){.id = id}, &found);

    if (err == OK) {
        err = account_may_reach(work, found.organisation_id);
    }
    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no invoice %.40s, or none you may see", id);
    }
    TRY(err);
    *organisation_id = found.organisation_id;
    return OK;
}

static const struct field entry_fields[] = {
    TEXT(invoice_entry, id, .doc = "The entry"),
    TEXT(invoice_entry, kind, .doc = "Why"),
    TEXT(invoice_entry, pays_id, .doc = "What it is for: a submission, minutes …"),
    TEXT(invoice_entry, task_id, .optional = true, .doc = "The row that it belongs to"),
    TEXT(invoice_entry, corrects_id, .optional = true, .doc = "The entry that it undoes"),
    INT(invoice_entry, client_minor, .doc = "Charged, in minor units"),
    TIME(invoice_entry, happened_at, .doc = "When"),
};
static const struct shape entry_shape =
    SHAPE(invoice_entry, entry_fields, "What stands behind an invoice");
static const struct field entry_list_fields[] = PAGE_FIELDS(entry_shape, "Oldest first");
static const struct shape entry_list_shape =
    PAGE_SHAPE(invoice_entry_list, entry_list_fields, "What stands behind an invoice");

static enum err serve_entries(struct call *call)
{
    const struct page_query *query = call->query;
    struct work *work = call->work;
    struct invoice_row invoice;
    struct invoice_entry *rows;
    size_t count;

    TRY(invoice_by_id(
        work,
        &(struct invoice_by_id_args){.id = call->ids[0], .organisation_id = work->organisation_id},
        &invoice));
    TRY(invoice_entries(work,
                        &(struct invoice_entries_args){
                            .campaign_id = invoice.campaign_id,
                            .organisation_id = work->organisation_id,
                            .from_at = invoice.from_at,
                            .until_at = invoice.until_at,
                            .id = page_after(query->after, ""),
                            .row_max = query->limit,
                        },
                        &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

struct form_query {
    const char *format;
};
static const struct field form_query_fields[] = {
    TEXT(form_query, format, .optional = true, .choices = "pdf|ubl", .doc = "pdf unless said"),
};
static const struct shape form_query_shape = SHAPE(form_query, form_query_fields, "Which form");

static enum err serve_document(struct call *call)
{
    const struct form_query *query = call->query;
    struct document document;
    bool ubl = query->format != NULL && strcmp(query->format, "ubl") == 0;

    TRY(invoice_document(call->work, call->ids[0], &document));
    call->file_name = arena_print(call->work->arena, "%s.%s", document.number, ubl ? "xml" : "pdf");
    if (ubl) {
        struct buffer to = buffer_new(call->work->arena);

        document_write_ubl(&document, &to);
        call->file_text = buffer_view(&to);
        return OK;
    }
    return document_draw_pdf(call->work->arena, &document, &call->file_text, &call->work->fault);
}

struct receipt_body {
    int64_t amount_minor;
    const char *reference;
    int64_t received_at;
};
static const struct field receipt_body_fields[] = {
    INT(receipt_body, amount_minor, .min = 1, .max = 1e15, .doc = "In minor units"),
    TEXT(receipt_body, reference, .min = 1, .max = 100, .doc = "As the bank's statement says"),
    TIME(receipt_body, received_at, .doc = "When it came in"),
};
static const struct shape receipt_body_shape =
    SHAPE(receipt_body, receipt_body_fields, "Money that came in");

static enum err serve_pay(struct call *call)
{
    const struct receipt_body *body = call->body;
    struct made *made = arena_new_of(call->work->arena, struct made);

    if (body->received_at > call->work->now_us) {
        return work_fail_field(call->work, ERR_INVALID, "received_at",
                               "money cannot have come in later");
    }
    TRY(invoice_pay(call->work, call->ids[0],
                    &(struct payment_draft){.amount_minor = body->amount_minor,
                                            .reference = body->reference,
                                            .received_at = body->received_at},
                    &made->id));
    call->reply = made;
    return OK;
}

#define BOOKS (ROLE_OPERATOR | ROLE_CLIENT | ROLE_FINANCE | ROLE_AUDITOR)

static const struct route routes[] = {
    {PUT, "/v1/campaigns/{campaign_id}/billing", party_serve_billing_set, ROLE_FINANCE, 200,
     ROUTE_WRITES, .owner = campaign_owner, .body = &billing_body_shape, .reply = &nothing_shape,
     .summary = "Say whom the client's invoices go to", .command = "billing set"},
    {GET, "/v1/campaigns/{campaign_id}/billing", party_serve_billing, BOOKS, 200,
     .owner = campaign_owner, .reply = &billing_view_shape,
     .summary = "Show whom the client's invoices go to", .command = "billing show"},
    {PUT, "/v1/seller", party_serve_seller_set, ROLE_OPERATOR | ROLE_FINANCE, 200, ROUTE_WRITES,
     .body = &seller_body_shape, .reply = &nothing_shape,
     .summary = "Say what stands on your organisation's invoices about the seller",
     .command = "invoice seller-set"},
    {GET, "/v1/seller", party_serve_seller, ROLE_OPERATOR | ROLE_FINANCE, 200,
     .reply = &seller_view_shape,
     .summary = "Show what stands on your organisation's invoices about the seller",
     .command = "invoice seller"},
    {GET, "/v1/campaigns/{campaign_id}/invoices", serve_list, BOOKS, 200, .owner = campaign_owner,
     .query = &page_query_shape, .reply = &invoice_list_shape,
     .summary = "List a campaign's invoices, with what is open and overdue",
     .command = "invoice list"},
    {POST, "/v1/campaigns/{campaign_id}/invoices", serve_issue, ROLE_FINANCE, 201, ROUTE_WRITES,
     .owner = campaign_owner, .body = &issue_body_shape, .reply = &made_shape,
     .summary = "Invoice a period, or credit what was taken back", .command = "invoice issue"},
    {GET, "/v1/invoices/{invoice_id}", serve_show, BOOKS, 200, .owner = owner,
     .reply = &invoice_open_shape, .summary = "Show an invoice with its lines and payments",
     .command = "invoice show"},
    {POST, "/v1/invoice-receipts", receipt_serve_bank, ROLE_FINANCE, 201, ROUTE_FREE,
     .uploads = true, .reply = &receipt_outcome_shape,
     .summary = "Record what came in, as a bank's statement says (camt.053)",
     .command = "invoice bank"},
    {GET, "/v1/invoices/{invoice_id}/entries", serve_entries, BOOKS, 200, .owner = owner,
     .query = &page_query_shape, .reply = &entry_list_shape,
     .summary = "List what stands behind an invoice, down to the rows",
     .command = "invoice entries"},
    {GET, "/v1/invoices/{invoice_id}/document", serve_document, BOOKS, 200, .owner = owner,
     .query = &form_query_shape, .summary = "Draw an invoice as PDF, or write it as UBL 2.1",
     .command = "invoice document"},
    {POST, "/v1/invoices/{invoice_id}/payments", serve_pay, ROLE_FINANCE, 201, ROUTE_WRITES,
     .owner = owner, .body = &receipt_body_shape, .reply = &made_shape,
     .summary = "Record money that came in for an invoice", .command = "invoice pay"},
};

const struct slice invoice_slice = {
    .name = "invoice", .routes = routes, .route_count = COUNT(routes)};
