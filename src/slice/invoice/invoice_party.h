#pragma once

/* Whom invoices come from and go to: the seller, of an operator, and the buyer, of a client. */

#include "base/err.h"
#include "base/shape.h"

struct call;
struct seller_row;
struct work;

extern const struct shape billing_body_shape;
extern const struct shape billing_view_shape;
extern const struct shape seller_body_shape;
extern const struct shape seller_view_shape;

enum err party_serve_billing(struct call *call);
enum err party_serve_billing_set(struct call *call);
enum err party_serve_seller(struct call *call);
enum err party_serve_seller_set(struct call *call);

/* The organisation of who asks. ERR_CONFLICT: nobody has said yet what stands on its invoices. */
enum err party_seller(struct work *work, struct seller_row *out);

/* The seller's next number of the year in which the work is done: INV-2026-0001. */
enum err party_next_number(struct work *work, const struct seller_row *seller, const char **number);
