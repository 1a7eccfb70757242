#include "slice/invoice/invoice_party.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/invoice/invoice_rule.h"
#include "slice/invoice/invoice_sql.h"
#include "slice/payout/payout_file.h"
#include "store/work.h"

#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static const struct nothing done = {.ok = true};

static enum err check_country(struct work *work, const char *country)
{
    return strspn(country, CAPITALS) == 2
               ? OK
               : work_fail_field(work, ERR_INVALID, "country", "two capitals, such as DE");
}

/* ------------------------------------------------------------------ whom they go to */

struct billing_body {
    const char *legal_name;
    const char *address;
    const char *country;
    const char *tax_number;
    const char *tax_class;
    const char *tax_reason;
    int64_t tax_points;
    int64_t due_days;
};
#define TAX_CLASSES "standard|zero|exempt|reverse_charge|outside"
static const struct field billing_body_fields[] = {
    TEXT(billing_body, legal_name, .min = 1, .max = 200, .doc = "The client's legal name"),
    TEXT(billing_body, address, .min = 1, .max = 500, .doc = "Street and place"),
    TEXT(billing_body, country, .min = 2, .max = 2, .doc = "ISO 3166-1, two capitals"),
    TEXT(billing_body, tax_number, .optional = true, .max = 40, .doc = "As the tax office says"),
    TEXT(billing_body, tax_class, .optional = true, .choices = TAX_CLASSES,
         .doc = "Which tax; standard for one above zero, else zero, unless said"),
    TEXT(billing_body, tax_reason, .optional = true, .min = 3, .max = 200,
         .doc = "Why there is none: needed where it is exempt, such as the article of the law"),
    INT(billing_body, tax_points, .min = 0, .max = 10000,
        .doc = "Tax on top, in hundredths of a percent"),
    INT(billing_body, due_days, .min = 0, .max = 365, .doc = "Days to pay"),
};
const struct shape billing_body_shape =
    SHAPE(billing_body, billing_body_fields, "Whom a client's invoices go to");

enum err party_serve_billing_set(struct call *call)
{
    const struct billing_body *body = call->body;
    struct work *work = call->work;
    const struct tax_class *class;

    TRY(check_country(work, body->country));
    TRY(tax_decide(&(struct tax_choice){.class_name = body->tax_class,
                                        .reason = body->tax_reason,
                                        .tax_points = body->tax_points,
                                        .country = body->country,
                                        .tax_number = body->tax_number},
                   &class, &work->fault));
    TRY(billing_profile_put(
        work, &(struct billing_profile_put_args){
                  .organisation_id = work->organisation_id,
                  .legal_name = body->legal_name,
                  .address = body->address,
                  .country = body->country,
                  .tax_number = body->tax_number,
                  .tax_class = class->name,
                  .tax_reason = body->tax_reason == NULL ? class->reason : body->tax_reason,
                  .tax_points = body->tax_points,
                  .due_days = body->due_days,
                  .changed_at = work->now_us,
              }));
    TRY(audit(work, "billing.put", work->organisation_id, "{}"));
    call->reply = &done;
    return OK;
}

static const struct field billing_view_fields[] = {
    TEXT(billing_body, legal_name, .optional = true,
         .doc = "The client's legal name; none: nobody has said yet whom invoices go to"),
    TEXT(billing_body, address, .optional = true, .doc = "Street and place"),
    TEXT(billing_body, country, .optional = true, .doc = "ISO 3166-1, two capitals"),
    TEXT(billing_body, tax_number, .optional = true, .doc = "As the tax office says"),
    TEXT(billing_body, tax_class, .optional = true, .choices = TAX_CLASSES, .doc = "Which tax"),
    TEXT(billing_body, tax_reason, .optional = true, .doc = "Why there is none"),
    INT(billing_body, tax_points, .optional = true, .doc = "Tax in hundredths of a percent"),
    INT(billing_body, due_days, .optional = true, .doc = "Days to pay"),
};
const struct shape billing_view_shape = {
    .name = "billing_view",
    .doc = "Whom a client's invoices go to, when that was said",
    .fields = billing_view_fields,
    .size = sizeof(struct billing_body),
    .field_count = COUNT(billing_view_fields),
};

enum err party_serve_billing(struct call *call)
{
    struct billing_body *view = arena_new_of(call->work->arena, struct billing_body);
    struct billing_profile_row row;
    enum err err = billing_profile_find(
        call->work,
        &(struct billing_profile_find_args){.organisation_id = call->work->organisation_id}, &row);

    if (err == ERR_NOT_FOUND) {
        *view = (struct billing_body){.tax_points = INT_ABSENT, .due_days = INT_ABSENT};
        call->reply = view;
        return OK;
    }
    TRY(err);
    *view = (struct billing_body){.legal_name = row.legal_name,
                                  .address = row.address,
                                  .country = row.country,
                                  .tax_number = row.tax_number,
                                  .tax_class = row.tax_class,
                                  .tax_reason = row.tax_reason,
                                  .tax_points = row.tax_points,
                                  .due_days = row.due_days};
    call->reply = view;
    return OK;
}

/* ------------------------------------------------------------------ whom they come from */

static const struct field seller_body_fields[] = {
    TEXT(seller_row, legal_name, .min = 1, .max = 200, .doc = "The seller's legal name"),
    TEXT(seller_row, address, .min = 1, .max = 500, .doc = "Street and place"),
    TEXT(seller_row, country, .min = 2, .max = 2, .doc = "ISO 3166-1, two capitals"),
    TEXT(seller_row, tax_number, .min = 1, .max = 40,
         .doc = "As the tax office says; a VAT number with its country, such as DE123456789"),
    TEXT(seller_row, number_prefix, .optional = true, .min = 1, .max = 10,
         .doc = "What invoice numbers begin with, capitals and digits; INV unless said"),
    TEXT(seller_row, account_number, .optional = true, .min = 4, .max = 34,
         .doc = "Where clients pay to: an IBAN without blanks, or as the country writes it"),
    TEXT(seller_row, bank_code, .optional = true, .min = 8, .max = 11,
         .doc = "Of its bank: a BIC or routing number"),
};
const struct shape seller_body_shape = {
    .name = "seller_body",
    .doc = "What stands on invoices about the seller",
    .fields = seller_body_fields,
    .size = sizeof(struct seller_row),
    .field_count = COUNT(seller_body_fields),
};

static const struct field seller_view_fields[] = {
    TEXT(seller_row, legal_name, .optional = true,
         .doc = "The seller's legal name; none: nobody has said yet who sells"),
    TEXT(seller_row, address, .optional = true, .doc = "Street and place"),
    TEXT(seller_row, country, .optional = true, .doc = "ISO 3166-1, two capitals"),
    TEXT(seller_row, tax_number, .optional = true, .doc = "As the tax office says"),
    TEXT(seller_row, number_prefix, .optional = true, .doc = "What invoice numbers begin with"),
    TEXT(seller_row, account_number, .optional = true, .doc = "Where clients pay to"),
    TEXT(seller_row, bank_code, .optional = true, .doc = "Of its bank"),
};
const struct shape seller_view_shape = {
    .name = "seller_view",
    .doc = "What stands on invoices about the seller, when that was said",
    .fields = seller_view_fields,
    .size = sizeof(struct seller_row),
    .field_count = COUNT(seller_view_fields),
};

enum err party_serve_seller_set(struct call *call)
{
    const struct seller_row *body = call->body;
    struct work *work = call->work;
    const char *prefix = body->number_prefix == NULL ? "INV" : body->number_prefix;

    TRY(check_country(work, body->country));
    if (prefix[strspn(prefix, CAPITALS "0123456789")] != '\0') {
        return work_fail_field(work, ERR_INVALID, "number_prefix",
                               "capitals and digits, such as INV");
    }
    if (body->account_number != NULL && strspn(body->account_number, CAPITALS) >= 2 &&
        !iban_is_sound(body->account_number)) {
        return work_fail_field(work, ERR_INVALID, "account_number",
                               "this is no IBAN: its length, characters or check digits are wrong "
                               "(write it without blanks, in capitals)");
    }
    work->organisation_id = work->who->organisation_id;
    TRY(seller_put(work, &(struct seller_put_args){
                             .organisation_id = work->organisation_id,
                             .legal_name = body->legal_name,
                             .address = body->address,
                             .country = body->country,
                             .tax_number = body->tax_number,
                             .number_prefix = prefix,
                             .account_number = body->account_number,
                             .bank_code = body->bank_code,
                             .changed_at = work->now_us,
                         }));
    TRY(audit(work, "seller.put", work->organisation_id, "{}"));
    call->reply = &done;
    return OK;
}

static enum err find_seller(struct work *work, struct seller_row *out)
{
    return seller_find(
        work, &(struct seller_find_args){.organisation_id = work->who->organisation_id}, out);
}

enum err party_serve_seller(struct call *call)
{
    struct seller_row *view = arena_new_of(call->work->arena, struct seller_row);
    enum err err = find_seller(call->work, view);

    if (err != OK && err != ERR_NOT_FOUND) {
        return err;
    }
    call->reply = view;
    return OK;
}

enum err party_seller(struct work *work, struct seller_row *out)
{
    enum err err = find_seller(work, out);

    return err == ERR_NOT_FOUND
               ? work_fail(work, ERR_CONFLICT,
                           "say first who sells: an invoice needs your organisation's legal name, "
                           "address, country and tax number (page Payouts, or periti invoice "
                           "seller-set)")
               : err;
}

enum err party_next_number(struct work *work, const struct seller_row *seller, const char **number)
{
    struct invoice_counter_find_row counter;
    int64_t year;
    unsigned month;
    unsigned day;

    time_date(work->now_us / TIME_DAY, &year, &month, &day);
    TRY(invoice_counter_step(
        work, &(struct invoice_counter_step_args){.organisation_id = work->who->organisation_id,
                                                  .issue_year = year}));
    TRY(invoice_counter_find(work,
                             &(struct invoice_counter_find_args){
                                 .organisation_id = work->who->organisation_id, .issue_year = year},
                             &counter));
    *number = arena_print(work->arena, "%s-%" PRId64 "-%04" PRId64, seller->number_prefix, year,
                          counter.last_number);
    return OK;
}
