#include "slice/invoice/invoice_rule.h"

#include <string.h>

#include "base/fault.h"
#include "base/shape.h"

static const struct tax_class CLASSES[] = {
    {.name = "standard", .code = "S", .taxes = true},
    {.name = "zero", .code = "Z"},
    {.name = "exempt", .code = "E"},
    {.name = "reverse_charge",
     .code = "AE",
     .reason_code = "VATEX-EU-AE",
     .reason = "Reverse charge: the buyer owes the tax"},
    {.name = "outside", .code = "O", .reason_code = "VATEX-EU-O", .reason = "Not subject to VAT"},
};

const struct tax_class *tax_class_find(const char *name)
{
    for (size_t i = 0; i < COUNT(CLASSES); i++) {
        if (strcmp(CLASSES[i].name, name) == 0) {
            return &CLASSES[i];
        }
    }
    return NULL;
}

bool is_vat_number(const char *tax_number, const char *country)
{
    static const char *const OTHERS[][2] = {{"GR", "EL"}, {"GB", "XI"}};

    for (size_t i = 0; i < COUNT(OTHERS); i++) {
        if (strcmp(country, OTHERS[i][0]) == 0 && strncmp(tax_number, OTHERS[i][1], 2) == 0) {
            return true;
        }
    }
    return strncmp(tax_number, country, 2) == 0;
}

enum err tax_decide(const struct tax_choice *choice, const struct tax_class **out,
                    struct fault *fault)
{
    const char *otherwise = choice->tax_points > 0 ? "standard" : "zero";
    const struct tax_class *class =
        tax_class_find(choice->class_name == NULL ? otherwise : choice->class_name);

    if (class == NULL) {
        return fail_field(fault, ERR_INVALID, "tax_class",
                          "standard, zero, exempt, reverse_charge or outside");
    }
    if (class->taxes != (choice->tax_points > 0)) {
        return fail_field(fault, ERR_INVALID, "tax_points",
                          class->taxes ? "a standard tax is above zero; say zero, exempt, "
                                         "reverse_charge or outside where there is none"
                                       : "only a standard tax is above zero");
    }
    if (strcmp(class->name, "exempt") == 0 && choice->reason == NULL) {
        return fail_field(fault, ERR_INVALID, "tax_reason",
                          "an exemption says why, such as the article of the law");
    }
    if (strcmp(class->name, "reverse_charge") == 0 &&
        (choice->tax_number == NULL || !is_vat_number(choice->tax_number, choice->country))) {
        return fail_field(fault, ERR_INVALID, "tax_number",
                          "a reverse charge needs the buyer's VAT number, which begins with its "
                          "country");
    }
    if (strcmp(class->name, "standard") == 0 || strcmp(class->name, "zero") == 0) {
        if (choice->reason != NULL) {
            return fail_field(fault, ERR_INVALID, "tax_reason",
                              "only what is exempt, reversed or outside has a reason");
        }
    }
    *out = class;
    return OK;
}
