#pragma once

/*
 * Invoices: what a client owes for a campaign's period, each line open to its entries and rows.
 *
 * An invoice covers what was charged since the last one until a moment. When more was taken back
 * than charged, it is a credit note for the last invoice instead. What stands on a document never
 * changes; PDF and UBL are drawn from it, the same bytes each time. Invoices and credit notes of a
 * seller share one sequence of numbers a year, over all clients and without gaps.
 */

#include <stdint.h>

#include "base/err.h"

struct document;
struct slice;
struct work;

/* ERR_INVALID: the moment is to come; ERR_CONFLICT: invoiced until then already, nothing to
 * invoice, no seller or buyer named yet, or other currencies than the campaign's. */
enum err invoice_issue(struct work *work, const char *campaign_id, int64_t until_at,
                       const char **id);

struct payment_draft {
    int64_t amount_minor;
    const char *reference; /* as the bank's statement says */
    int64_t received_at;
};

/* ERR_INVALID: more than is open; ERR_CONFLICT: this reference is recorded already. */
enum err invoice_pay(struct work *work, const char *invoice_id, const struct payment_draft *draft,
                     const char **id);

/* As it was issued. */
enum err invoice_document(struct work *work, const char *invoice_id, struct document *out);

extern const struct slice invoice_slice;
