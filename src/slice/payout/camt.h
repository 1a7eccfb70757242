#pragma once

/*
 * A bank's statements, camt.053 (ISO 20022, versions 02 to 10): what became of our payments. Pure.
 *
 * A file holds one statement or more; an entry is one movement, or as many as it has details, or
 * one for a whole batch of ours. What is only announced (pending, for information) is no movement.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;

struct camt_movement {
    size_t statement;      /* index */
    const char *reference; /* EndToEndId; NULL: none */
    const char *batch;     /* PmtInfId: the payment file that it is of; NULL: not said */
    const char *currency;
    int64_t amount_minor;
    bool credit;            /* it came in: money that came back, or a client's payment */
    bool returned;          /* the bank says that it is a return */
    const char *reason;     /* of a return, or NULL */
    const char *remittance; /* what the payer wrote, in all its lines, or NULL */
};

struct camt {
    const char *const *ids; /* of its statements */
    size_t id_count;
    const struct camt_movement *movements;
    size_t count;
};

/* ERR_INVALID: no XML, entities of its own, no camt.053, or an amount that is none; names the line.
 */
enum err camt_read(struct arena *arena, struct text xml, struct camt *out, struct fault *fault);
