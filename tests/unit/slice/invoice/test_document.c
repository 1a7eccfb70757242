/* Goal: the same document gives the same bytes, adds up, and says names as they are. */

#include "check.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/time.h"
#include "slice/invoice/invoice_document.h"

static const struct document_line LINES[] = {{"unit", 120, 30000}, {"minutes", 3, 12345}};
static const struct document INVOICE = {
    .kind = "invoice",
    .number = "ACME-0001",
    .currency = "EUR",
    .seller = {.name = "Operator Ltd",
               .address = "Dame Street 1, Dublin",
               .country = "IE",
               .tax_number = "IE6388047V"},
    .buyer = {.name = "Acme & S\xC3\xB6hne <GmbH>",
              .address = "Hauptstra\xC3\x9F"
                         "e 1, Berlin",
              .country = "DE",
              .tax_number = "DE123456789"},
    .campaign = "Tickets",
    .from_us = 1772323200 * TIME_SECOND,
    .until_us = 1775001600 * TIME_SECOND,
    .issued_us = 1775001601 * TIME_SECOND,
    .due_us = 1776211200 * TIME_SECOND,
    .lines = LINES,
    .count = 2,
    .net_minor = 42345,
    .tax_class = "standard",
    .tax_points = 1900,
    .tax_minor = 8046,
};

static void ubl__adds_up_and_escapes(void)
{
    ARENA_SCOPE arena = arena_new();
    struct buffer first = buffer_new(arena);
    struct buffer second = buffer_new(arena);

    document_write_ubl(&INVOICE, &first);
    document_write_ubl(&INVOICE, &second);
    CHECK(text_equal(buffer_view(&first), buffer_view(&second)));
    CHECK(strstr(first.at, "<cbc:PayableAmount currencyID=\"EUR\">503.91</cbc:PayableAmount>"));
    CHECK(strstr(first.at, "<cbc:TaxAmount currencyID=\"EUR\">80.46</cbc:TaxAmount>"));
    CHECK(strstr(first.at, "Acme &amp; S\xC3\xB6hne &lt;GmbH&gt;"));
    CHECK(strstr(first.at, "<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>"));
    CHECK(strstr(first.at, "<cbc:StartDate>2026-03-01</cbc:StartDate>"));
    CHECK(strstr(first.at, "<cbc:EndDate>2026-03-31</cbc:EndDate>"));
}

static bool has_party(const struct buffer *to, const char *element, const char *inner)
{
    return strstr(to->at, arena_print(to->arena, "<cac:%s><cac:Party>%s</cac:Party></cac:%s>",
                                      element, inner, element)) != NULL;
}

/* The elements of a party in the order of UBL 2.1. */
static void ubl__says_who_sells_and_buys(void)
{
    ARENA_SCOPE arena = arena_new();
    struct buffer to = buffer_new(arena);

    document_write_ubl(&INVOICE, &to);
    CHECK(strstr(to.at, "</cbc:UBLVersionID><cbc:CustomizationID>urn:cen.eu:en16931:2017"
                        "</cbc:CustomizationID><cbc:ID>ACME-0001</cbc:ID>"));
    CHECK(has_party(&to, "AccountingSupplierParty",
                    "<cac:PostalAddress><cbc:StreetName>Dame Street 1, Dublin</cbc:StreetName>"
                    "<cac:Country><cbc:IdentificationCode>IE</cbc:IdentificationCode></cac:Country>"
                    "</cac:PostalAddress>"
                    "<cac:PartyTaxScheme><cbc:CompanyID>IE6388047V</cbc:CompanyID>"
                    "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTaxScheme>"
                    "<cac:PartyLegalEntity><cbc:RegistrationName>Operator Ltd"
                    "</cbc:RegistrationName></cac:PartyLegalEntity>"));
    CHECK(strstr(to.at, "<cbc:CompanyID>DE123456789</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT<"));
}

/* What does not begin with its country is not passed off as a VAT number. */
static void ubl__tells_vat_numbers_from_others(void)
{
    ARENA_SCOPE arena = arena_new();
    struct buffer to = buffer_new(arena);
    struct document other = INVOICE;

    other.seller.tax_number = "12/345/67890";
    other.buyer.country = "US";
    other.buyer.tax_number = "12-3456789";
    document_write_ubl(&other, &to);
    CHECK(strstr(to.at, "<cac:AccountingSupplierParty><cac:Party><cac:PartyIdentification><cbc:ID>"
                        "12/345/67890</cbc:ID></cac:PartyIdentification><cac:PostalAddress>"));
    CHECK(strstr(to.at, "<cbc:CompanyID>12/345/67890</cbc:CompanyID><cac:TaxScheme><cbc:ID>FC<"));
    CHECK(strstr(to.at, "<cac:AccountingCustomerParty><cac:Party><cac:PartyIdentification><cbc:ID>"
                        "12-3456789</cbc:ID></cac:PartyIdentification><cac:PostalAddress>"));
    CHECK(!strstr(to.at, "<cbc:CompanyID>12-3456789"));

    struct buffer greek = buffer_new(arena);

    other.seller.country = "GR";
    other.seller.tax_number = "EL123456789";
    other.buyer.tax_number = NULL;
    document_write_ubl(&other, &greek);
    CHECK(strstr(greek.at, "<cbc:CompanyID>EL123456789</cbc:CompanyID><cac:TaxScheme><cbc:ID>VAT"));
    CHECK(strstr(greek.at, "<cac:AccountingCustomerParty><cac:Party><cac:PostalAddress>"));
}

static void credit__names_its_invoice(void)
{
    ARENA_SCOPE arena = arena_new();
    struct buffer to = buffer_new(arena);
    struct document credit = INVOICE;

    credit.kind = "credit";
    credit.credits = "ACME-0001";
    credit.credits_issued_us = INVOICE.issued_us;
    document_write_ubl(&credit, &to);
    CHECK(strstr(to.at, "<CreditNote ") && !strstr(to.at, "DueDate"));
    CHECK(strstr(to.at, "<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>"));
    CHECK(strstr(to.at, "<cac:InvoiceDocumentReference><cbc:ID>ACME-0001</cbc:ID>"
                        "<cbc:IssueDate>2026-04-01</cbc:IssueDate>"));
    CHECK(strstr(to.at, "<cac:PaymentTerms><cbc:Note>Taken off what is open of invoice ACME-0001"));
    CHECK(!strstr(to.at, "PaymentMeans"));
}

static const char *ubl_of(struct arena *arena, const char *class, const char *reason)
{
    struct buffer to = buffer_new(arena);
    struct document document = INVOICE;

    document.tax_class = class;
    document.tax_reason = reason;
    document.tax_points = 0;
    document.tax_minor = 0;
    document_write_ubl(&document, &to);
    return to.at;
}

#define SCHEME "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"

static void ubl__tells_why_there_is_no_tax(void)
{
    ARENA_SCOPE arena = arena_new();

    CHECK(strstr(ubl_of(arena, "zero", NULL), "<cac:TaxCategory><cbc:ID>Z</cbc:ID><cbc:Percent>0.00"
                                              "</cbc:Percent>" SCHEME "</cac:TaxCategory>"));
    CHECK(strstr(ubl_of(arena, "exempt", "Article 132"),
                 "<cac:TaxCategory><cbc:ID>E</cbc:ID><cbc:Percent>0.00</cbc:Percent>"
                 "<cbc:TaxExemptionReason>Article 132</cbc:TaxExemptionReason>" SCHEME));
    CHECK(strstr(ubl_of(arena, "reverse_charge", "Reverse charge"),
                 "<cbc:ID>AE</cbc:ID><cbc:Percent>0.00</cbc:Percent><cbc:TaxExemptionReasonCode>"
                 "VATEX-EU-AE</cbc:TaxExemptionReasonCode><cbc:TaxExemptionReason>Reverse charge"));

    const char *outside = ubl_of(arena, "outside", "Not subject to VAT");

    CHECK(strstr(outside, "<cac:ClassifiedTaxCategory><cbc:ID>O</cbc:ID>" SCHEME));
    CHECK(strstr(outside, "<cac:TaxCategory><cbc:ID>O</cbc:ID><cbc:TaxExemptionReasonCode>"
                          "VATEX-EU-O</cbc:TaxExemptionReasonCode>"));
    CHECK(!strstr(outside, "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:PartyTax"));
    CHECK(strstr(outside, "<cac:PartyIdentification><cbc:ID>IE6388047V</cbc:ID>"));
}

static void ubl__says_where_to_pay_to(void)
{
    ARENA_SCOPE arena = arena_new();
    struct buffer to = buffer_new(arena);
    struct document document = INVOICE;

    document.account_number = "IE29AIBK93115212345678";
    document.bank_code = "AIBKIE2D";
    document_write_ubl(&document, &to);
    CHECK(strstr(to.at, "<cac:PaymentMeans><cbc:PaymentMeansCode>30</cbc:PaymentMeansCode>"
                        "<cbc:PaymentID>ACME-0001</cbc:PaymentID><cac:PayeeFinancialAccount>"
                        "<cbc:ID>IE29AIBK93115212345678</cbc:ID>"));
}

/* A price is never below zero: what is taken back is a quantity of minus one. */
static void ubl__takes_back_by_quantity(void)
{
    ARENA_SCOPE arena = arena_new();
    struct buffer to = buffer_new(arena);
    struct document_line lines[] = {LINES[0], {"minutes", 1, -1200}};
    struct document document = INVOICE;

    document.lines = lines;
    document.net_minor = 28800;
    document.tax_minor = 5472;
    document_write_ubl(&document, &to);
    CHECK(strstr(to.at, "<cbc:InvoicedQuantity unitCode=\"C62\">-1</cbc:InvoicedQuantity>"
                        "<cbc:LineExtensionAmount currencyID=\"EUR\">-12.00<"));
    CHECK(strstr(to.at, "<cbc:PriceAmount currencyID=\"EUR\">12.00<"));
}

static void pdf__is_the_same_again(void)
{
    ARENA_SCOPE arena = arena_new();
    struct document_line many[200];
    struct document document = INVOICE;
    struct text first;
    struct text second;
    struct fault fault;

    CHECK(document_draw_pdf(arena, &document, &first, &fault) == OK);
    CHECK(document_draw_pdf(arena, &document, &second, &fault) == OK);
    CHECK(text_equal(first, second) && text_starts(first, "%PDF-1."));
    for (size_t i = 0; i < 200; i++) {
        many[i] = LINES[0];
    }
    document.lines = many;
    document.count = 200;
    CHECK(document_draw_pdf(arena, &document, &second, &fault) == OK && second.size > first.size);
}

/* A name without blanks, and an address with all kinds of breaks, as long as the door lets in. */
static void pdf__takes_the_longest_party(void)
{
    ARENA_SCOPE arena = arena_new();
    struct document document = INVOICE;
    struct text first;
    struct text second;
    struct fault fault;
    char name[600 + 1];
    char address[500 + 1];

    for (size_t i = 0; i < 600; i += 3) {
        memcpy(name + i, "\xE6\xA0\xAA", 3);
    }
    for (size_t i = 0; i < 500; i++) {
        address[i] = " \nab c,\n"[i % 8];
    }
    name[600] = '\0';
    address[500] = '\0';
    document.seller.name = name;
    document.seller.address = address;
    CHECK(document_draw_pdf(arena, &document, &first, &fault) == OK);
    CHECK(document_draw_pdf(arena, &document, &second, &fault) == OK);
    CHECK(text_equal(first, second));
}

TEST_MAIN(CASE(ubl__adds_up_and_escapes), CASE(ubl__says_who_sells_and_buys),
          CASE(ubl__tells_vat_numbers_from_others), CASE(credit__names_its_invoice),
          CASE(ubl__tells_why_there_is_no_tax), CASE(ubl__says_where_to_pay_to),
          CASE(ubl__takes_back_by_quantity), CASE(pdf__is_the_same_again),
          CASE(pdf__takes_the_longest_party))
