/* Goal: terms that contradict themselves are refused, and a worse one is recognised as a cut. */

#include "check.h"

#include "base/fault.h"
#include "base/shape.h"
#include "slice/engage/engage_rule.h"

static struct terms_draft hourly(void)
{
    struct terms_draft terms = terms_by_unit("EUR", 0);

    terms.hour_minor = 4000;
    return terms;
}

static bool is_refused(const struct terms_draft *terms, const char *field)
{
    struct fault fault = {0};

    return terms_check(terms, 1000, &fault) == ERR_INVALID && strcmp(fault.field, field) == 0;
}

static void check__refuses_contradictions(void)
{
    struct fault fault = {0};
    struct terms_draft terms = hourly();

    CHECK(terms_check(&terms, 1000, &fault) == OK);
    terms.currency = "XXX";
    CHECK(is_refused(&terms, "currency"));
    terms = hourly();
    terms.ends_at = 1000;
    CHECK(is_refused(&terms, "ends_at"));
    terms = hourly();
    terms.notice_minor = 5;
    CHECK(is_refused(&terms, "notice_days"));
    terms = hourly();
    terms.class_minor[MINUTE_WORK] = -1;
    CHECK(is_refused(&terms, "rates"));
    terms = hourly();
    terms.overtime_percent = 150;
    CHECK(is_refused(&terms, "overtime_percent"));
    terms.overtime_after_min = 2400;
    terms.week_cap_min = 2400;
    CHECK(is_refused(&terms, "overtime_after_min"));
    terms.week_cap_min = 2401;
    CHECK(terms_check(&terms, 1000, &fault) == OK);
    terms.hour_minor = 0;
    CHECK(is_refused(&terms, "overtime_after_min"));
}

static void fill__pays_all_classes_but_abandoned(void)
{
    struct terms_draft terms = hourly();

    terms.class_minor[MINUTE_WAITING] = 1000;
    terms_fill(&terms);
    CHECK(terms.class_minor[MINUTE_WORK] == 4000);
    CHECK(terms.class_minor[MINUTE_SKIPPED] == 4000);
    CHECK(terms.class_minor[MINUTE_WAITING] == 1000);
    CHECK(terms.class_minor[MINUTE_ABANDONED] == 0);
}

static void cut__names_the_worse_term(void)
{
    struct terms_draft before = hourly();
    struct terms_draft after;

    terms_fill(&before);
    after = before;
    CHECK(terms_cut(&before, &after) == NULL);
    after.hour_minor = 3999;
    CHECK(strcmp(terms_cut(&before, &after), "hour_minor") == 0);
    after = before;
    after.week_cap_min = 60;
    CHECK(strcmp(terms_cut(&before, &after), "week_cap_min") == 0);
    CHECK(terms_cut(&after, &before) == NULL);
    after = before;
    after.class_minor[MINUTE_MEETING] = 0;
    CHECK(strcmp(terms_cut(&before, &after), "meeting") == 0);
    after = before;
    after.overtime_after_min = 100;
    CHECK(terms_cut(&before, &after) == NULL);
    CHECK(strcmp(terms_cut(&after, &before), "overtime_after_min") == 0);
    after = before;
    after.currency = "USD";
    CHECK(strcmp(terms_cut(&before, &after), "currency") == 0);
}

static void state__takes_no_quality_for_a_reason(void)
{
    static const char *const CODES[] = {"project_ended", "client_request", "own_wish",
                                        "budget",        "no_work",        "conflict",
                                        "not_calibrated"};
    struct fault fault = {0};

    for (size_t i = 0; i < COUNT(CODES); i++) {
        CHECK(shape_allows(ENGAGE_REASONS, CODES[i]));
        CHECK(engage_state_check("paused", CODES[i], &fault) == OK);
    }
    CHECK(engage_state_check("active", NULL, &fault) == OK);
    CHECK(engage_state_check("ended", NULL, &fault) == ERR_INVALID);
    CHECK(engage_state_check("ended", "quality", &fault) == ERR_INVALID);
    CHECK(strstr(fault.text, "/decisions") != NULL);
}

static void classes__have_names(void)
{
    enum minute_class class;

    for (size_t i = 0; i < MINUTE_CLASS_COUNT; i++) {
        CHECK(minute_class_find(minute_class_name((enum minute_class)i), &class) && class == i);
        CHECK(shape_allows(MINUTE_CLASSES, minute_class_name((enum minute_class)i)));
    }
    CHECK(!minute_class_find("leisure", &class));
}

TEST_MAIN(CASE(check__refuses_contradictions), CASE(fill__pays_all_classes_but_abandoned),
          CASE(cut__names_the_worse_term), CASE(state__takes_no_quality_for_a_reason),
          CASE(classes__have_names))
