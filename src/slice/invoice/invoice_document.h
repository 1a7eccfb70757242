#pragma once

/* An invoice on paper (PDF) and as data (UBL 2.1): pure of the store, the same bytes each time. */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct arena;
struct buffer;
struct fault;

struct document_line {
    const char *kind;
    int64_t count;
    int64_t amount_minor;
};

struct document_party {
    const char *name;
    const char *address;    /* street and place */
    const char *country;    /* ISO 3166-1 alpha-2 */
    const char *tax_number; /* or NULL; a VAT number begins with its country */
};

struct document {
    const char *kind; /* invoice or credit */
    const char *number;
    const char *credits; /* the number of the invoice that it credits, or NULL */
    int64_t credits_issued_us;
    const char *currency;
    struct document_party seller;
    struct document_party buyer;
    const char *account_number; /* where to pay to, or NULL */
    const char *bank_code;      /* or NULL */
    const char *campaign;
    int64_t from_us;
    int64_t until_us;
    int64_t issued_us;
    int64_t due_us;
    const struct document_line *lines; /* below zero: what the document takes back */
    size_t count;
    int64_t net_minor;
    const char *tax_class;  /* of invoice_rule.h */
    const char *tax_reason; /* why there is no tax, or NULL */
    int64_t tax_points;
    int64_t tax_minor;
};

/* What a line is for, as both say it: "unit, 3 entries". */
const char *document_line_name(struct arena *arena, const struct document_line *line);

/* As the core of EN 16931-1:2017 wants it. */
void document_write_ubl(const struct document *document, struct buffer *to);

/* ERR_UNAVAILABLE: it cannot be drawn. */
enum err document_draw_pdf(struct arena *arena, const struct document *document, struct text *out,
                           struct fault *fault);
