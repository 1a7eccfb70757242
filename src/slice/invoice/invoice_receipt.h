#pragma once

/* Money that came in, as a bank's statement says: matched by the invoice's number in what the payer
 * wrote.
 */

#include "base/err.h"
#include "base/shape.h"

struct call;

extern const struct shape receipt_outcome_shape;

enum err receipt_serve_bank(struct call *call);
