#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/err.h"
#include "base/money.h"
#include "base/time.h"
#include "slice/invoice/invoice_document.h"
#include "slice/invoice/invoice_rule.h"

static void put_escaped(struct buffer *to, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '&':
            buffer_string(to, "&amp;");
            break;
        case '<':
            buffer_string(to, "&lt;");
            break;
        case '>':
            buffer_string(to, "&gt;");
            break;
        default:
            /* XML knows no control characters but these. */
            buffer_char(to,
                        (unsigned char)*text < ' ' && *text != '\n' && *text != '\t' ? ' ' : *text);
        }
    }
}

static void put_text(struct buffer *to, const char *name, const char *text)
{
    buffer_print(to, "<cbc:%s>", name);
    put_escaped(to, text);
    buffer_print(to, "</cbc:%s>", name);
}

static void put_date(struct buffer *to, const char *name, int64_t at_us)
{
    char text[TIME_TEXT_SIZE];

    time_print(at_us, text);
    buffer_print(to, "<cbc:%s>%.10s</cbc:%s>", name, text, name);
}

static void put_amount(struct buffer *to, const struct document *document, const char *name,
                       int64_t minor)
{
    buffer_print(to, "<cbc:%s currencyID=\"%s\">%s</cbc:%s>", name, document->currency,
                 money_print(to->arena, minor, document->currency), name);
}

static const char *percent(struct arena *arena, int64_t points)
{
    return arena_print(arena, "%" PRId64 ".%02" PRId64, points / 100, points % 100);
}

static bool is_outside(const struct document *document)
{
    return strcmp(document->tax_class, "outside") == 0;
}

/* What is outside of VAT has no rate, not even one of zero (BR-O-05); why there is none stands on
 * the sums alone. */
static void put_tax_class(struct buffer *to, const struct document *document, const char *element,
                          bool says_why)
{
    const struct tax_class *class = tax_class_find(document->tax_class);

    buffer_print(to, "<cac:%s><cbc:ID>%s</cbc:ID>", element, class->code);
    if (!is_outside(document)) {
        put_text(to, "Percent", percent(to->arena, document->tax_points));
    }
    if (says_why && class->reason_code != NULL) {
        put_text(to, "TaxExemptionReasonCode", class->reason_code);
    }
    if (says_why && document->tax_reason != NULL) {
        put_text(to, "TaxExemptionReason", document->tax_reason);
    }
    buffer_print(to, "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:%s>", element);
}

static void put_tax_scheme(struct buffer *to, const char *number, const char *scheme)
{
    buffer_string(to, "<cac:PartyTaxScheme>");
    put_text(to, "CompanyID", number);
    buffer_print(to, "<cac:TaxScheme><cbc:ID>%s</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>",
                 scheme);
}

/* A tax number that is no VAT number is the party's identifier (BT-29, BT-46), and the seller's
 * registration for tax as well (BT-32), which the buyer's side of the model does not know. Outside
 * of VAT nobody has a VAT number (BR-O-02). */
static void put_party(struct buffer *to, const char *element, const struct document *document,
                      bool sells)
{
    const struct document_party *party = sells ? &document->seller : &document->buyer;
    bool numbered = party->tax_number != NULL;
    bool vat =
        numbered && !is_outside(document) && is_vat_number(party->tax_number, party->country);

    buffer_print(to, "\n<cac:%s><cac:Party>", element);
    if (numbered && !vat) {
        buffer_string(to, "<cac:PartyIdentification>");
        put_text(to, "ID", party->tax_number);
        buffer_string(to, "</cac:PartyIdentification>");
    }
    buffer_string(to, "<cac:PostalAddress>");
    put_text(to, "StreetName", party->address);
    buffer_print(to,
                 "<cac:Country><cbc:IdentificationCode>%s</cbc:IdentificationCode></cac:Country>"
                 "</cac:PostalAddress>",
                 party->country);
    if (vat || (numbered && sells)) {
        put_tax_scheme(to, party->tax_number, vat ? "VAT" : "FC");
    }
    buffer_string(to, "<cac:PartyLegalEntity>");
    put_text(to, "RegistrationName", party->name);
    buffer_print(to, "</cac:PartyLegalEntity></cac:Party></cac:%s>", element);
}

/* A credit transfer to the seller's account (BG-16). What is owed back has no due date, so it says
 * its terms (BR-CO-25). */
static void put_payment(struct buffer *to, const struct document *document, bool credit)
{
    if (!credit && document->account_number != NULL) {
        buffer_string(to, "<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode>");
        put_text(to, "PaymentID", document->number);
        buffer_string(to, "<cac:PayeeFinancialAccount>");
        put_text(to, "ID", document->account_number);
        put_text(to, "Name", document->seller.name);
        if (document->bank_code != NULL) {
            buffer_string(to, "<cac:FinancialInstitutionBranch>");
            put_text(to, "ID", document->bank_code);
            buffer_string(to, "</cac:FinancialInstitutionBranch>");
        }
        buffer_string(to, "</cac:PayeeFinancialAccount></cac:PaymentMeans>\n");
    }
    if (credit) {
        buffer_string(to, "<cac:PaymentTerms>");
        put_text(to, "Note",
                 arena_print(to->arena, "Taken off what is open of invoice %s", document->credits));
        buffer_string(to, "</cac:PaymentTerms>\n");
    }
}

static void put_totals(struct buffer *to, const struct document *document)
{
    int64_t gross = document->net_minor + document->tax_minor;

    buffer_string(to, "<cac:TaxTotal>");
    put_amount(to, document, "TaxAmount", document->tax_minor);
    buffer_string(to, "<cac:TaxSubtotal>");
    put_amount(to, document, "TaxableAmount", document->net_minor);
    put_amount(to, document, "TaxAmount", document->tax_minor);
    put_tax_class(to, document, "TaxCategory", true);
    buffer_string(to, "</cac:TaxSubtotal></cac:TaxTotal>\n<cac:LegalMonetaryTotal>");
    put_amount(to, document, "LineExtensionAmount", document->net_minor);
    put_amount(to, document, "TaxExclusiveAmount", document->net_minor);
    put_amount(to, document, "TaxInclusiveAmount", gross);
    put_amount(to, document, "PayableAmount", gross);
    buffer_string(to, "</cac:LegalMonetaryTotal>\n");
}

const char *document_line_name(struct arena *arena, const struct document_line *line)
{
    return arena_print(arena, "%s, %" PRId64 " %s", line->kind, line->count,
                       line->count == 1 ? "entry" : "entries");
}

static void put_line(struct buffer *to, const struct document *document, size_t index,
                     const char *element, const char *quantity)
{
    const struct document_line *line = &document->lines[index];
    bool is_back = line->amount_minor < 0; /* a price is never below zero (BR-27) */

    buffer_print(to, "<cac:%s><cbc:ID>%zu</cbc:ID><cbc:%s unitCode=\"C62\">%s</cbc:%s>", element,
                 index + 1, quantity, is_back ? "-1" : "1", quantity);
    put_amount(to, document, "LineExtensionAmount", line->amount_minor);
    buffer_string(to, "<cac:Item>");
    put_text(to, "Name", document_line_name(to->arena, line));
    put_tax_class(to, document, "ClassifiedTaxCategory", false);
    buffer_string(to, "</cac:Item><cac:Price>");
    put_amount(to, document, "PriceAmount", is_back ? -line->amount_minor : line->amount_minor);
    buffer_print(to, "</cac:Price></cac:%s>\n", element);
}

void document_write_ubl(const struct document *document, struct buffer *to)
{
    bool credit = strcmp(document->kind, "credit") == 0;
    const char *root = credit ? "CreditNote" : "Invoice";

    buffer_print(
        to,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        "<%s xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:%s-2\" "
        "xmlns:cac=\"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2\" "
        "xmlns:cbc=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2\">\n"
        "<cbc:UBLVersionID>2.1</cbc:UBLVersionID>"
        "<cbc:CustomizationID>urn:cen.eu:en16931:2017</cbc:CustomizationID>",
        root, root);
    put_text(to, "ID", document->number);
    put_date(to, "IssueDate", document->issued_us);
    if (!credit) {
        put_date(to, "DueDate", document->due_us);
    }
    buffer_print(to, "<cbc:%sTypeCode>%s</cbc:%sTypeCode>", root, credit ? "381" : "380", root);
    put_text(to, "Note", document->campaign);
    buffer_print(to, "<cbc:DocumentCurrencyCode>%s</cbc:DocumentCurrencyCode>\n<cac:InvoicePeriod>",
                 document->currency);
    put_date(to, "StartDate", document->from_us);
    put_date(to, "EndDate", document->until_us - 1);
    buffer_string(to, "</cac:InvoicePeriod>");
    if (document->credits != NULL) {
        buffer_string(to, "<cac:BillingReference><cac:InvoiceDocumentReference>");
        put_text(to, "ID", document->credits);
        put_date(to, "IssueDate", document->credits_issued_us);
        buffer_string(to, "</cac:InvoiceDocumentReference></cac:BillingReference>");
    }
    put_party(to, "AccountingSupplierParty", document, true);
    put_party(to, "AccountingCustomerParty", document, false);
    buffer_char(to, '\n');
    put_payment(to, document, credit);
    put_totals(to, document);
    for (size_t i = 0; i < document->count; i++) {
        put_line(to, document, i, credit ? "CreditNoteLine" : "InvoiceLine",
                 credit ? "CreditedQuantity" : "InvoicedQuantity");
    }
    buffer_print(to, "</%s>\n", root);
}
