#include "slice/bonus/bonus_rule.h"

#include <string.h>

#include "base/fault.h"
#include "base/money.h"
#include "base/shape.h"
#include "base/time.h"

enum { WHOLE_POINTS = 10000 };

static void claim(struct award_claim *out, size_t *count, const char *kind, int64_t amount_minor)
{
    if (amount_minor > 0) {
        out[(*count)++] = (struct award_claim){.kind = kind, .amount_minor = amount_minor};
    }
}

int64_t notice_owed_days(const struct award_event *event, const struct award_terms *terms)
{
    int64_t kept = event->notice_at == INT_ABSENT || event->notice_at > event->happened_at
                       ? 0
                       : (event->happened_at - event->notice_at) / TIME_DAY;
    int64_t owed = terms->notice_days > kept ? terms->notice_days - kept : 0;

    if (terms->ends_at != INT_ABSENT) {
        int64_t left = terms->ends_at <= event->happened_at
                           ? 0
                           : (terms->ends_at - event->happened_at + TIME_DAY - 1) / TIME_DAY;

        owed = left < owed ? left : owed;
    }
    return owed;
}

enum err awards_of_event(const struct award_event *event, const struct award_terms *terms,
                         struct award_claim *out, size_t *count, struct fault *fault)
{
    bool is_early = terms->ends_at == INT_ABSENT || event->happened_at < terms->ends_at;
    int64_t notice_minor = 0;

    *count = 0;
    if (strcmp(event->kind, "began") == 0) {
        claim(out, count, "signing", terms->signing_minor);
        return OK;
    }
    if (strcmp(event->kind, "completed") == 0) {
        claim(out, count, "completion", terms->completion_minor);
        return OK;
    }
    if (strcmp(event->kind, "ended_by_operator") != 0 || !is_early) {
        return OK;
    }
    int64_t days = notice_owed_days(event, terms);

    if (!money_scale(terms->notice_minor, days, 1, &notice_minor)) {
        return fail(fault, ERR_INVALID, "the pay for %lld days of notice does not fit",
                    (long long)days);
    }
    claim(out, count, "kill", terms->kill_minor);
    claim(out, count, "notice", notice_minor);
    if (notice_minor > 0) {
        out[*count - 1].days = days;
    }
    return OK;
}

enum err referral_share(int64_t earned_minor, int64_t share_points, int64_t cap_minor, int64_t *out,
                        struct fault *fault)
{
    int64_t share = 0;

    if (earned_minor > 0 && !money_scale(earned_minor, share_points, WHOLE_POINTS, &share)) {
        return fail(fault, ERR_INVALID, "the share of %lld minor units does not fit",
                    (long long)earned_minor);
    }
    *out = share < cap_minor ? share : cap_minor;
    return OK;
}
