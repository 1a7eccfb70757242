#include "slice/engage/engage_rule.h"

#include <string.h>

#include "base/fault.h"
#include "base/money.h"
#include "base/shape.h"

static const char *const CLASSES[MINUTE_CLASS_COUNT] = {
    [MINUTE_GUIDELINES] = "guidelines",   [MINUTE_TRAINING] = "training",
    [MINUTE_CALIBRATION] = "calibration", [MINUTE_WORK] = "work",
    [MINUTE_REWORK] = "rework",           [MINUTE_REVIEW] = "review",
    [MINUTE_WAITING] = "waiting",         [MINUTE_MEETING] = "meeting",
    [MINUTE_SKIPPED] = "skipped",         [MINUTE_ABANDONED] = "abandoned",
};

enum { IDLE_S = 300, PERCENT = 100 };

const char *minute_class_name(enum minute_class class)
{
    return CLASSES[class];
}

bool minute_class_find(const char *name, enum minute_class *out)
{
    for (size_t i = 0; i < COUNT(CLASSES); i++) {
        if (strcmp(CLASSES[i], name) == 0) {
            *out = (enum minute_class)i;
            return true;
        }
    }
    return false;
}

enum err engage_state_check(const char *state, const char *reason_code, struct fault *fault)
{
    if (strcmp(state, "active") == 0) {
        return OK;
    }
    if (reason_code == NULL) {
        return fail_field(fault, ERR_INVALID, "reason_code",
                          "say why it is %s: project_ended, client_request, own_wish, budget, "
                          "no_work, conflict or not_calibrated",
                          state);
    }
    if (strcmp(reason_code, "quality") == 0) {
        return fail_field(fault, ERR_INVALID, "reason_code",
                          "nobody is %s for the quality of the work by a reason alone: make a "
                          "decision (POST /v1/campaigns/{campaign_id}/decisions) that names the "
                          "answers and the clause, and can be appealed",
                          state);
    }
    return OK;
}

struct terms_draft terms_by_unit(const char *currency, int64_t unit_minor)
{
    struct terms_draft terms = {
        .currency = currency,
        .unit_minor = unit_minor,
        .week_cap_min = INT_ABSENT,
        .overtime_after_min = INT_ABSENT,
        .overtime_percent = PERCENT,
        .idle_s = IDLE_S,
        .task_cap_s = INT_ABSENT,
        .ends_at = INT_ABSENT,
    };

    for (size_t i = 0; i < MINUTE_CLASS_COUNT; i++) {
        terms.class_minor[i] = INT_ABSENT;
    }
    return terms;
}

static bool pays_minutes(const struct terms_draft *terms)
{
    if (terms->hour_minor > 0) {
        return true;
    }
    for (size_t i = 0; i < MINUTE_CLASS_COUNT; i++) {
        if (terms->class_minor[i] != INT_ABSENT && terms->class_minor[i] > 0) {
            return true;
        }
    }
    return false;
}

static enum err check_week(const struct terms_draft *terms, struct fault *fault)
{
    bool has_overtime = terms->overtime_after_min != INT_ABSENT;

    if (has_overtime && !pays_minutes(terms)) {
        return fail_field(fault, ERR_INVALID, "overtime_after_min",
                          "overtime is paid by the hour, but these terms pay no minutes");
    }
    if (has_overtime && terms->week_cap_min != INT_ABSENT &&
        terms->overtime_after_min >= terms->week_cap_min) {
        return fail_field(fault, ERR_INVALID, "overtime_after_min",
                          "overtime would begin after %lld minutes, but the week is capped at %lld",
                          (long long)terms->overtime_after_min, (long long)terms->week_cap_min);
    }
    if (!has_overtime && terms->overtime_percent != PERCENT) {
        return fail_field(fault, ERR_INVALID, "overtime_percent",
                          "say after how many minutes of a week overtime begins");
    }
    return OK;
}

enum err terms_check(const struct terms_draft *terms, int64_t now_us, struct fault *fault)
{
    if (currency_digits(terms->currency) < 0) {
        return fail_field(fault, ERR_INVALID, "currency",
                          "\"%.10s\" is no ISO 4217 code such as USD or EUR", terms->currency);
    }
    for (size_t i = 0; i < MINUTE_CLASS_COUNT; i++) {
        if (terms->class_minor[i] != INT_ABSENT && terms->class_minor[i] < 0) {
            return fail_field(fault, ERR_INVALID, "rates", "the rate of %s minutes is below zero",
                              CLASSES[i]);
        }
    }
    if (terms->notice_minor > 0 && terms->notice_days == 0) {
        return fail_field(
            fault, ERR_INVALID, "notice_days",
            "notice that is not kept is paid by the day: say how many days there are");
    }
    if (terms->ends_at != INT_ABSENT && terms->ends_at <= now_us) {
        return fail_field(fault, ERR_INVALID, "ends_at", "these terms would end in the past");
    }
    return check_week(terms, fault);
}

void terms_fill(struct terms_draft *terms)
{
    for (size_t i = 0; i < MINUTE_CLASS_COUNT; i++) {
        if (terms->class_minor[i] == INT_ABSENT) {
            terms->class_minor[i] = i == MINUTE_ABANDONED ? 0 : terms->hour_minor;
        }
    }
}

/* An absent cap counts as endless. */
static int64_t bound(int64_t cap)
{
    return cap == INT_ABSENT ? INT64_MAX : cap;
}

const char *terms_cut(const struct terms_draft *before, const struct terms_draft *after)
{
    const struct {
        const char *name;
        int64_t before;
        int64_t after;
    } TERMS[] = {
        {"unit_minor", before->unit_minor, after->unit_minor},
        {"hour_minor", before->hour_minor, after->hour_minor},
        {"completion_minor", before->completion_minor, after->completion_minor},
        {"kill_minor", before->kill_minor, after->kill_minor},
        {"notice_days", before->notice_days, after->notice_days},
        {"notice_minor", before->notice_minor, after->notice_minor},
        {"week_cap_min", bound(before->week_cap_min), bound(after->week_cap_min)},
        {"overtime_percent", before->overtime_percent, after->overtime_percent},
        {"overtime_after_min", bound(after->overtime_after_min), bound(before->overtime_after_min)},
        {"idle_s", before->idle_s, after->idle_s},
        {"task_cap_s", bound(before->task_cap_s), bound(after->task_cap_s)},
    };

    if (strcmp(before->currency, after->currency) != 0) {
        return "currency";
    }
    for (size_t i = 0; i < COUNT(TERMS); i++) {
        if (TERMS[i].after < TERMS[i].before) {
            return TERMS[i].name;
        }
    }
    for (size_t i = 0; i < MINUTE_CLASS_COUNT; i++) {
        if (after->class_minor[i] < before->class_minor[i]) {
            return CLASSES[i];
        }
    }
    return NULL;
}
