#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/money.h"
#include "base/time.h"
#include "slice/invoice/invoice_document.h"

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

/* Standard rate, or zero-rated. */
static void put_tax_class(struct buffer *to, const struct document *document, const char *element)
{
    buffer_print(to, "<cac:%s><cbc:ID>%s</cbc:ID><cbc:Percent>%s</cbc:Percent>", element,
                 document->tax_points > 0 ? "S" : "Z", percent(to->arena, document->tax_points));
    buffer_print(to, "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:%s>", element);
}

static void put_parties(struct buffer *to, const struct document *document)
{
    buffer_string(to, "\n<cac:AccountingSupplierParty><cac:Party><cac:PartyLegalEntity>");
    put_text(to, "RegistrationName", document->seller);
    buffer_string(to, "</cac:PartyLegalEntity></cac:Party></cac:AccountingSupplierParty>\n"
                      "<cac:AccountingCustomerParty><cac:Party><cac:PostalAddress>");
    put_text(to, "StreetName", document->buyer_address);
    buffer_print(to,
                 "<cac:Country><cbc:IdentificationCode>%s</cbc:IdentificationCode></cac:Country>"
                 "</cac:PostalAddress>",
                 document->buyer_country);
    if (document->buyer_tax_number != NULL) {
        buffer_string(to, "<cac:PartyTaxScheme>");
        put_text(to, "CompanyID", document->buyer_tax_number);
        buffer_string(to,
                      "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>");
    }
    buffer_string(to, "<cac:PartyLegalEntity>");
    put_text(to, "RegistrationName", document->buyer);
    buffer_string(to, "</cac:PartyLegalEntity></cac:Party></cac:AccountingCustomerParty>\n");
}

static void put_totals(struct buffer *to, const struct document *document)
{
    int64_t gross = document->net_minor + document->tax_minor;

    buffer_string(to, "<cac:TaxTotal>");
    put_amount(to, document, "TaxAmount", document->tax_minor);
    buffer_string(to, "<cac:TaxSubtotal>");
    put_amount(to, document, "TaxableAmount", document->net_minor);
    put_amount(to, document, "TaxAmount", document->tax_minor);
    put_tax_class(to, document, "TaxCategory");
    buffer_string(to, "</cac:TaxSubtotal></cac:TaxTotal>\n<cac:LegalMonetaryTotal>");
    put_amount(to, document, "LineExtensionAmount", document->net_minor);
    put_amount(to, document, "TaxExclusiveAmount", document->net_minor);
    put_amount(to, document, "TaxInclusiveAmount", gross);
    put_amount(to, document, "PayableAmount", gross);
    buffer_string(to, "</cac:LegalMonetaryTotal>\n");
}

static void put_line(struct buffer *to, const struct document *document, size_t index,
                     const char *element, const char *quantity)
{
    const struct document_line *line = &document->lines[index];

    buffer_print(to, "<cac:%s><cbc:ID>%zu</cbc:ID><cbc:%s unitCode=\"C62\">1</cbc:%s>", element,
                 index + 1, quantity, quantity);
    put_amount(to, document, "LineExtensionAmount", line->amount_minor);
    buffer_string(to, "<cac:Item>");
    put_text(to, "Name",
             arena_print(to->arena, "%s, %" PRId64 " entries", line->kind, line->count));
    put_tax_class(to, document, "ClassifiedTaxCategory");
    buffer_string(to, "</cac:Item><cac:Price>");
    put_amount(to, document, "PriceAmount", line->amount_minor);
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
        "<cbc:UBLVersionID>2.1</cbc:UBLVersionID>",
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
        buffer_string(to, "</cac:InvoiceDocumentReference></cac:BillingReference>");
    }
    put_parties(to, document);
    put_totals(to, document);
    for (size_t i = 0; i < document->count; i++) {
        put_line(to, document, i, credit ? "CreditNoteLine" : "InvoiceLine",
                 credit ? "CreditedQuantity" : "InvoicedQuantity");
    }
    buffer_print(to, "</%s>\n", root);
}
