#include "engine/verify/verdict.h"

#include <assert.h>
#include <math.h>

static const char *const KINDS[] = {"pass", "fail", "partial", "unscored"};
static const char *const REASONS[] = {"none",       "wrong",       "format",   "timeout",
                                      "crash",      "memory",      "output",   "sandbox",
                                      "transport",  "unparseable", "verifier", "unchecked",
                                      "dependency", "cancelled",   "request"};
static_assert(COUNT(REASONS) == REASON_COUNT);

const char *verdict_name(enum verdict_kind kind)
{
    return KINDS[kind];
}

const char *reason_name(enum verdict_reason reason)
{
    return REASONS[reason];
}

bool reason_of_model(enum verdict_reason reason)
{
    return reason >= REASON_WRONG && reason <= REASON_OUTPUT;
}

struct verdict verdict_pass(void)
{
    return (struct verdict){.kind = VERDICT_PASS, .score = 1};
}

struct verdict verdict_fail(enum verdict_reason reason, const char *note)
{
    return (struct verdict){.kind = VERDICT_FAIL, .reason = reason, .note = note};
}

struct verdict verdict_unscored(enum verdict_reason reason, const char *note)
{
    return (struct verdict){
        .kind = VERDICT_UNSCORED, .reason = reason, .score = (double)NAN, .note = note};
}

struct verdict verdict_of_score(double score)
{
    if (!(score >= 0 && score <= 1)) {
        return verdict_unscored(REASON_VERIFIER, "a score must be a number from 0 to 1");
    }
    if (score == 0) {
        return verdict_fail(REASON_WRONG, NULL);
    }
    return score == 1 ? verdict_pass() : (struct verdict){.kind = VERDICT_PARTIAL, .score = score};
}

void verdict_count(struct verdict_tally *tally, struct verdict verdict)
{
    tally->kind[verdict.kind]++;
    if (verdict.kind == VERDICT_FAIL || verdict.kind == VERDICT_UNSCORED) {
        tally->reason[verdict.reason]++;
    }
    if (verdict.kind != VERDICT_UNSCORED) {
        tally->score_sum += verdict.score;
    }
}

double verdict_mean(const struct verdict_tally *tally)
{
    uint64_t scored =
        tally->kind[VERDICT_PASS] + tally->kind[VERDICT_FAIL] + tally->kind[VERDICT_PARTIAL];

    return scored == 0 ? (double)NAN : tally->score_sum / (double)scored;
}
