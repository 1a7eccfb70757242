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

struct document {
    const char *kind; /* invoice or credit */
    const char *number;
    const char *credits; /* the number of the invoice that it credits, or NULL */
    const char *currency;
    const char *seller;
    const char *buyer;
    const char *buyer_address;
    const char *buyer_country;
    const char *buyer_tax_number; /* or NULL */
    const char *campaign;
    int64_t from_us;
    int64_t until_us;
    int64_t issued_us;
    int64_t due_us;
    const struct document_line *lines; /* amounts above zero on both kinds */
    size_t count;
    int64_t net_minor;
    int64_t tax_points;
    int64_t tax_minor;
};

void document_write_ubl(const struct document *document, struct buffer *to);

/* ERR_UNAVAILABLE: it cannot be drawn. */
enum err document_draw_pdf(struct arena *arena, const struct document *document, struct text *out,
                           struct fault *fault);
