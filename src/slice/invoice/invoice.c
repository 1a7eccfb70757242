#include "slice/invoice/invoice.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/money.h"
#include "base/shape.h"
#include "base/time.h"
#include "slice/account/account.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/invoice/invoice_document.h"
#include "slice/invoice/invoice_party.h"
#include "slice/invoice/invoice_sql.h"
#include "slice/pay/book.h"
#include "store/work.h"

enum { WHOLE_POINTS = 10000, LINES_MAX = 32 };

/* What is being issued. */
struct issue {
    struct campaign_row campaign;
    struct seller_row seller;
    struct billing_profile_row buyer;
    int64_t from_at;
    int64_t until_at;
    struct invoice_sum *sums;
    size_t count;
    int64_t net_minor; /* below zero: a credit note */
    int64_t tax_minor;
    const char *tax_class;
    const char *tax_reason;
    int64_t tax_points;
    const char *credits_id;
};

static enum err load_period(struct work *work, int64_t until_at, struct issue *issue)
{
    struct invoice_last_row last;

    TRY(invoice_last(work,
                     &(struct invoice_last_args){.campaign_id = issue->campaign.id,
                                                 .organisation_id = work->organisation_id},
                     &last));
    issue->from_at = last.until_at == INT_ABSENT ? issue->campaign.created_at : last.until_at;
    issue->until_at = until_at;
    if (until_at > work->now_us) {
        return work_fail_field(work, ERR_INVALID, "until_at",
                               "what will be charged later cannot be invoiced yet");
    }
    if (until_at <= issue->from_at) {
        return work_fail_field(work, ERR_CONFLICT, "until_at",
                               "this period is invoiced already; what was wrong in it goes on the "
                               "next invoice or a credit note");
    }
    return OK;
}

static enum err load_sums(struct work *work, struct issue *issue)
{
    TRY(invoice_sums(work,
                     &(struct invoice_sums_args){.campaign_id = issue->campaign.id,
                                                 .organisation_id = work->organisation_id,
                                                 .from_at = issue->from_at,
                                                 .until_at = issue->until_at},
                     &issue->sums, &issue->count));
    for (size_t i = 0; i < issue->count; i++) {
        if (strcmp(issue->sums[i].currency, issue->campaign.currency) != 0 ||
            issue->count > LINES_MAX) {
            return work_fail(work, ERR_CONFLICT, "some entries are charged in %s, not in %s",
                             issue->sums[i].currency, issue->campaign.currency);
        }
        if (!money_add(issue->net_minor, issue->sums[i].amount_minor, &issue->net_minor)) {
            return work_fail(work, ERR_CONFLICT, "the total does not fit");
        }
    }
    return issue->net_minor == 0
               ? work_fail(work, ERR_CONFLICT, "nothing was charged in this period")
               : OK;
}

/* A credit note names the invoice before it, and takes back the tax that stood on that. */
static enum err find_credited(struct work *work, struct issue *issue)
{
    struct invoice_row *rows;
    size_t count;

    if (issue->net_minor > 0) {
        return OK;
    }
    TRY(invoice_page(work,
                     &(struct invoice_page_args){.campaign_id = issue->campaign.id,
                                                 .organisation_id = work->organisation_id,
                                                 .id = "~",
                                                 .row_max = 200},
                     &rows, &count));
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].kind, "invoice") == 0) {
            issue->credits_id = rows[i].id;
            issue->tax_class = rows[i].tax_class;
            issue->tax_reason = rows[i].tax_reason;
            issue->tax_points = rows[i].tax_points;
            return OK;
        }
    }
    return work_fail(work, ERR_CONFLICT, "there is no invoice that could be credited");
}

static enum err post(struct work *work, const struct issue *issue, const char *id)
{
    struct book_entry entry = {.campaign_id = issue->campaign.id,
                               .currency = issue->campaign.currency,
                               .kind = issue->net_minor > 0 ? "invoice" : "credit",
                               .pays_id = id};
    const char *entry_id;

    book_move(&entry, arena_print(work->arena, "assets:receivable:%s", work->organisation_id),
              issue->net_minor + issue->tax_minor);
    book_move(&entry,
              arena_print(work->arena, "assets:unbilled:%s:%s", work->organisation_id,
                          issue->campaign.id),
              -issue->net_minor);
    book_move(&entry, "liabilities:tax", -issue->tax_minor);
    return book_post(work, &entry, &entry_id);
}

static enum err write_lines(struct work *work, const struct issue *issue, const char *id)
{
    struct invoice_line_insert_args lines[LINES_MAX];
    int64_t sign = issue->net_minor > 0 ? 1 : -1;

    for (size_t i = 0; i < issue->count; i++) {
        lines[i] = (struct invoice_line_insert_args){
            .organisation_id = work->organisation_id,
            .invoice_id = id,
            .position = (int64_t)i + 1,
            .kind = issue->sums[i].kind,
            .entry_count = issue->sums[i].entry_count,
            .amount_minor = issue->sums[i].amount_minor * sign,
        };
    }
    return invoice_line_insert(work, lines, issue->count);
}

static enum err write_invoice(struct work *work, const struct issue *issue, const char *id)
{
    const char *number;
    int64_t sign = issue->net_minor > 0 ? 1 : -1;

    TRY(party_next_number(work, &issue->seller, &number));
    return invoice_insert(work, &(struct invoice_insert_args){
                                    .id = id,
                                    .organisation_id = work->organisation_id,
                                    .campaign_id = issue->campaign.id,
                                    .kind = issue->net_minor > 0 ? "invoice" : "credit",
                                    .invoice_number = number,
                                    .credits_id = issue->credits_id,
                                    .currency = issue->campaign.currency,
                                    .seller_id = work->who->organisation_id,
                                    .seller_name = issue->seller.legal_name,
                                    .seller_address = issue->seller.address,
                                    .seller_country = issue->seller.country,
                                    .seller_tax_number = issue->seller.tax_number,
                                    .seller_account_number = issue->seller.account_number,
                                    .seller_bank_code = issue->seller.bank_code,
                                    .buyer_name = issue->buyer.legal_name,
                                    .buyer_address = issue->buyer.address,
                                    .buyer_country = issue->buyer.country,
                                    .buyer_tax_number = issue->buyer.tax_number,
                                    .campaign_name = issue->campaign.name,
                                    .from_at = issue->from_at,
                                    .until_at = issue->until_at,
                                    .net_minor = issue->net_minor * sign,
                                    .tax_class = issue->tax_class,
                                    .tax_reason = issue->tax_reason,
                                    .tax_points = issue->tax_points,
                                    .tax_minor = issue->tax_minor * sign,
                                    .issued_at = work->now_us,
                                    .due_at = work->now_us + issue->buyer.due_days * TIME_DAY,
                                    .issued_by = work->who->person_id,
                                });
}

enum err invoice_issue(struct work *work, const char *campaign_id, int64_t until_at,
                       const char **id)
{
    struct issue issue = {0};

    TRY(campaign_find(work, campaign_id, &issue.campaign));
    TRY(party_seller(work, &issue.seller));
    enum err err = billing_profile_find(
        work, &(struct billing_profile_find_args){.organisation_id = work->organisation_id},
        &issue.buyer);

    if (err == ERR_NOT_FOUND) {
        return work_fail(work, ERR_CONFLICT, "say first whom the client's invoices go to");
    }
    TRY(err);
    issue.tax_class = issue.buyer.tax_class;
    issue.tax_reason = issue.buyer.tax_reason;
    issue.tax_points = issue.buyer.tax_points;
    TRY(load_period(work, until_at, &issue));
    TRY(load_sums(work, &issue));
    TRY(find_credited(work, &issue));
    if (!money_scale(issue.net_minor, issue.tax_points, WHOLE_POINTS, &issue.tax_minor)) {
        return work_fail(work, ERR_CONFLICT, "the tax does not fit");
    }
    *id = work_new_id(work, "inv");
    TRY(write_invoice(work, &issue, *id));
    TRY(write_lines(work, &issue, *id));
    TRY(post(work, &issue, *id));
    return audit(work, "invoice.issue", *id, "{}");
}

static enum err find(struct work *work, const char *id, struct invoice_row *out)
{
    enum err err = invoice_by_id(
        work, &(struct invoice_by_id_args){.id = id, .organisation_id = work->organisation_id},
        out);

    return err == ERR_NOT_FOUND ? work_fail(work, err, "there is no such invoice") : err;
}

enum err invoice_pay(struct work *work, const char *invoice_id, const struct payment_draft *draft,
                     const char **id)
{
    struct invoice_row invoice;
    const char *entry_id;

    TRY(find(work, invoice_id, &invoice));
    int64_t open =
        invoice.net_minor + invoice.tax_minor - invoice.paid_minor - invoice.credited_minor;

    if (strcmp(invoice.kind, "invoice") != 0 || draft->amount_minor > open) {
        return work_fail_field(work, ERR_INVALID, "amount_minor",
                               "%" PRId64 " minor units of this document are open",
                               strcmp(invoice.kind, "invoice") == 0 ? open : 0);
    }
    *id = work_new_id(work, "rcp");
    enum err err = invoice_payment_insert(work, &(struct invoice_payment_insert_args){
                                                    .id = *id,
                                                    .organisation_id = work->organisation_id,
                                                    .invoice_id = invoice_id,
                                                    .amount_minor = draft->amount_minor,
                                                    .reference = draft->reference,
                                                    .received_at = draft->received_at,
                                                    .recorded_by = work->who->person_id,
                                                });

    if (err == ERR_CONFLICT) {
        return work_fail_field(work, err, "reference", "this payment is recorded already");
    }
    TRY(err);
    struct book_entry entry = {.campaign_id = invoice.campaign_id,
                               .currency = invoice.currency,
                               .kind = "receipt",
                               .pays_id = *id};

    book_move(&entry, "assets:bank", draft->amount_minor);
    book_move(&entry, arena_print(work->arena, "assets:receivable:%s", work->organisation_id),
              -draft->amount_minor);
    TRY(book_post(work, &entry, &entry_id));
    return audit(work, "invoice.pay", *id, "{}");
}

enum err invoice_document(struct work *work, const char *invoice_id, struct document *out)
{
    struct invoice_row invoice;
    struct invoice_row credited = {0};
    struct invoice_line_row *rows;
    size_t count;

    TRY(find(work, invoice_id, &invoice));
    if (invoice.credits_id != NULL) {
        TRY(find(work, invoice.credits_id, &credited));
    }
    TRY(invoice_lines(work,
                      &(struct invoice_lines_args){.invoice_id = invoice_id,
                                                   .organisation_id = work->organisation_id},
                      &rows, &count));
    struct document_line *lines = arena_array(work->arena, struct document_line, count);

    for (size_t i = 0; i < count; i++) {
        lines[i] = (struct document_line){.kind = rows[i].kind,
                                          .count = rows[i].entry_count,
                                          .amount_minor = rows[i].amount_minor};
    }
    *out = (struct document){.kind = invoice.kind,
                             .number = invoice.invoice_number,
                             .credits = credited.invoice_number,
                             .credits_issued_us = credited.issued_at,
                             .currency = invoice.currency,
                             .seller = {.name = invoice.seller_name,
                                        .address = invoice.seller_address,
                                        .country = invoice.seller_country,
                                        .tax_number = invoice.seller_tax_number},
                             .buyer = {.name = invoice.buyer_name,
                                       .address = invoice.buyer_address,
                                       .country = invoice.buyer_country,
                                       .tax_number = invoice.buyer_tax_number},
                             .account_number = invoice.seller_account_number,
                             .bank_code = invoice.seller_bank_code,
                             .campaign = invoice.campaign_name,
                             .from_us = invoice.from_at,
                             .until_us = invoice.until_at,
                             .issued_us = invoice.issued_at,
                             .due_us = invoice.due_at,
                             .lines = lines,
                             .count = count,
                             .net_minor = invoice.net_minor,
                             .tax_class = invoice.tax_class,
                             .tax_reason = invoice.tax_reason,
                             .tax_points = invoice.tax_points,
                             .tax_minor = invoice.tax_minor};
    return OK;
}
