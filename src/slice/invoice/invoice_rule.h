#pragma once

/* Which tax stands on an invoice: pure decisions after EN 16931-1:2017, of which the classes are.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct fault;

struct tax_class {
    const char *name;        /* as the API says */
    const char *code;        /* UNCL5305, as UBL says */
    const char *reason_code; /* VATEX; NULL: none */
    const char *reason;      /* in words; NULL: none, or to be said */
    bool taxes;              /* above zero */
};

/* standard, zero, exempt, reverse_charge or outside; NULL: there is no such class. */
const struct tax_class *tax_class_find(const char *name);

struct tax_choice {
    const char *class_name; /* NULL: standard for a tax above zero, else zero */
    const char *reason;     /* NULL: as the class says */
    int64_t tax_points;     /* hundredths of a percent */
    const char *country;    /* of the buyer */
    const char *tax_number; /* of the buyer, or NULL */
};

/* What holds for a choice. ERR_INVALID names the field: no such class, a tax that the class does
 * not have, an exemption without its reason, a reverse charge to a buyer without a VAT number. */
enum err tax_decide(const struct tax_choice *choice, const struct tax_class **out,
                    struct fault *fault);

/* A VAT number begins with its country: Greece writes EL there, Northern Ireland XI. */
bool is_vat_number(const char *tax_number, const char *country);
