#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/err.h"
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

/* A VAT number begins with its country: Greece writes EL there, Northern Ireland XI. */
static bool is_vat_number(const struct document_party *party)
{
    static const char *const OTHERS[][2] = {{"GR", "EL"}, {"GB", "XI"}};
    const char *number = party->tax_number;

    for (size_t i = 0; i < COUNT(OTHERS); i++) {
        if (strcmp(party->country, OTHERS[i][0]) == 0 && strncmp(number, OTHERS[i][1], 2) == 0) {
            return true;
        }
    }
    return strncmp(number, party->country, 2) == 0;
}

static void put_tax_scheme(struct buffer *to, const char *number, const char *scheme)
{
    buffer_string(to, "<cac:PartyTaxScheme>");
    put_text(to, "CompanyID", number);
    buffer_print(to, "<cac:TaxScheme><cbc:ID>%s</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>",
                 scheme);
}

/* A tax number that is no VAT number is the party's identifier (BT-29, BT-46), and the seller's
 * registration for tax as well (BT-32), which the buyer's side of the model does not know. */
static void put_party(struct buffer *to, const char *element, const struct document_party *party,
                      bool sells)
{
    bool numbered = party->tax_number != NULL;
    bool vat = numbered && is_vat_number(party);

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

const char *document_line_name(struct arena *arena, const struct document_line *line)
{
    return arena_print(arena, "%s, %" PRId64 " %s", line->kind, line->count,
                       line->count == 1 ? "entry" : "entries");
}

static void put_line(struct buffer *to, const struct document *document, size_t index,
                     const char *element, const char *quantity)
{
    const struct document_line *line = &document->lines[index];

    buffer_print(to, "<cac:%s><cbc:ID>%zu</cbc:ID><cbc:%s unitCode=\"C62\">1</cbc:%s>", element,
                 index + 1, quantity, quantity);
    put_amount(to, document, "LineExtensionAmount", line->amount_minor);
    buffer_string(to, "<cac:Item>");
    put_text(to, "Name", document_line_name(to->arena, line));
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
        buffer_string(to, "</cac:InvoiceDocumentReference></cac:BillingReference>");
    }
    put_party(to, "AccountingSupplierParty", &document->seller, true);
    put_party(to, "AccountingCustomerParty", &document->buyer, false);
    buffer_char(to, '\n');
    put_totals(to, document);
    for (size_t i = 0; i < document->count; i++) {
        put_line(to, document, i, credit ? "CreditNoteLine" : "InvoiceLine",
                 credit ? "CreditedQuantity" : "InvoicedQuantity");
    }
    buffer_print(to, "</%s>\n", root);
}
