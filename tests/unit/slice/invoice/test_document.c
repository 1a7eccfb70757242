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
    .seller = "Operator Ltd",
    .buyer = "Acme & S\xC3\xB6hne <GmbH>",
    .buyer_address = "Hauptstra\xC3\x9F"
                     "e 1, Berlin",
    .buyer_country = "DE",
    .buyer_tax_number = "DE123456789",
    .campaign = "Tickets",
    .from_us = 1772323200 * TIME_SECOND,
    .until_us = 1775001600 * TIME_SECOND,
    .issued_us = 1775001601 * TIME_SECOND,
    .due_us = 1776211200 * TIME_SECOND,
    .lines = LINES,
    .count = 2,
    .net_minor = 42345,
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

static void credit__names_its_invoice(void)
{
    ARENA_SCOPE arena = arena_new();
    struct buffer to = buffer_new(arena);
    struct document credit = INVOICE;

    credit.kind = "credit";
    credit.credits = "ACME-0001";
    document_write_ubl(&credit, &to);
    CHECK(strstr(to.at, "<CreditNote ") && !strstr(to.at, "DueDate"));
    CHECK(strstr(to.at, "<cbc:CreditNoteTypeCode>381</cbc:CreditNoteTypeCode>"));
    CHECK(strstr(to.at, "<cac:InvoiceDocumentReference><cbc:ID>ACME-0001</cbc:ID>"));
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

TEST_MAIN(CASE(ubl__adds_up_and_escapes), CASE(credit__names_its_invoice),
          CASE(pdf__is_the_same_again))
