/* Goal: each class of tax asks for what EN 16931 asks of it, and says which field lacks it. */

#include "check.h"

#include "base/fault.h"
#include "slice/invoice/invoice_rule.h"

static const struct tax_choice PLAIN = {.country = "DE", .tax_number = "DE123456789"};

static bool becomes(struct tax_choice choice, const char *name)
{
    const struct tax_class *class = NULL;
    struct fault fault;

    return tax_decide(&choice, &class, &fault) == OK && strcmp(class->name, name) == 0;
}

static bool refused(struct tax_choice choice, const char *field)
{
    const struct tax_class *class = NULL;
    struct fault fault = {0};

    return tax_decide(&choice, &class, &fault) == ERR_INVALID && strcmp(fault.field, field) == 0;
}

static void tax__follows_from_its_points_unless_said(void)
{
    struct tax_choice choice = PLAIN;

    CHECK(becomes(choice, "zero"));
    choice.tax_points = 1900;
    CHECK(becomes(choice, "standard"));
    choice.class_name = "zero";
    CHECK(refused(choice, "tax_points"));
    choice.class_name = "standard";
    choice.tax_points = 0;
    CHECK(refused(choice, "tax_points"));
    choice.class_name = "free";
    CHECK(refused(choice, "tax_class"));
}

static void tax__that_is_not_taken_says_why(void)
{
    struct tax_choice choice = PLAIN;

    choice.class_name = "exempt";
    CHECK(refused(choice, "tax_reason"));
    choice.reason = "Article 132 of Directive 2006/112/EC";
    CHECK(becomes(choice, "exempt"));
    choice.class_name = "outside";
    CHECK(becomes(choice, "outside"));
    choice.class_name = "zero";
    CHECK(refused(choice, "tax_reason"));
}

static void reverse_charge__needs_the_buyers_vat_number(void)
{
    struct tax_choice choice = PLAIN;

    choice.class_name = "reverse_charge";
    CHECK(becomes(choice, "reverse_charge"));
    choice.tax_number = "12/345/67890";
    CHECK(refused(choice, "tax_number"));
    choice.tax_number = NULL;
    CHECK(refused(choice, "tax_number"));
    choice.country = "GR";
    choice.tax_number = "EL123456789";
    CHECK(becomes(choice, "reverse_charge"));
    CHECK(is_vat_number("XI123456789", "GB") && !is_vat_number("EL123456789", "DE"));
}

TEST_MAIN(CASE(tax__follows_from_its_points_unless_said), CASE(tax__that_is_not_taken_says_why),
          CASE(reverse_charge__needs_the_buyers_vat_number))
