#include "slice/bonus/bonus_shape.h"

#include "http/page.h"
#include "slice/bonus/bonus.h"
#include "slice/bonus/bonus_sql.h"

#define MINOR_MAX 100000000

static const struct field accrual_fields[] = {
    TEXT(accrual, award_id, .optional = true, .doc = "The award; none: nothing of it stands yet"),
    TEXT(accrual, campaign_id, .optional = true, .doc = "The campaign; none: a referral"),
    TEXT(accrual, campaign_name, .optional = true, .doc = "Its name"),
    TEXT(accrual, engagement_id, .optional = true, .doc = "The engagement"),
    TEXT(accrual, kind, .doc = "What it is",
         .choices = "signing|completion|milestone|bonus|kill|notice|referral"),
    TEXT(accrual, currency, .doc = "ISO 4217 code"),
    INT(accrual, amount_minor, .doc = "In minor units"),
    TEXT(accrual, state, .choices = "promised|due|held|posted|undone",
         .doc =
             "promised: when it is reached; due: its entry comes; held: somebody decides; posted: "
             "it stands in the ledger; undone: taken back"),
    TEXT(accrual, reason, .doc = "Why"),
    TEXT(accrual, trouble, .optional = true, .doc = "Why there is no entry yet"),
    TEXT(accrual, decision, .optional = true, .doc = "What was said when it was decided"),
    INT(accrual, position, .optional = true, .doc = "Of a milestone that is not reached"),
    TIME(accrual, due_at, .optional = true, .doc = "By when, or since when"),
};
const struct shape accrual_shape =
    SHAPE(accrual, accrual_fields, "Something owed beside units and minutes");
static const struct field accrual_list_fields[] = {
    LIST(accrual_list, items, .of = &accrual_shape, .doc = "What is to come first"),
};
const struct shape accrual_list_shape =
    SHAPE(accrual_list, accrual_list_fields, "What is owed beside units and minutes");
static const struct field award_list_fields[] = PAGE_FIELDS(accrual_shape, "Oldest first");
const struct shape award_list_shape =
    PAGE_SHAPE(award_list, award_list_fields, "Awards that wait for somebody");

static const struct field milestone_approval_fields[] = {
    INT(milestone_approval, position, .min = 1, .max = 20,
        .doc = "Which, as the terms in force count them"),
    TEXT(milestone_approval, note, .optional = true, .max = 300, .doc = "What to say about it"),
};
const struct shape milestone_approval_shape =
    SHAPE(milestone_approval, milestone_approval_fields, "A milestone that was reached");

static const struct field bonus_body_fields[] = {
    INT(bonus_body, amount_minor, .min = 1, .max = MINOR_MAX,
        .doc = "In minor units of the terms' currency"),
    TEXT(bonus_body, reason, .min = 5, .max = 300, .doc = "Why, as the person will read it"),
    BOOL(bonus_body, is_charged, .optional = true,
         .doc = "Is the client charged for it? Not unless said"),
};
const struct shape bonus_body_shape = SHAPE(bonus_body, bonus_body_fields, "A bonus with a reason");

static const struct field award_decision_fields[] = {
    TEXT(award_decision, verdict, .choices = "release|undo",
         .doc = "release: one that is held is owed; undo: it is not owed, or not any more"),
    TEXT(award_decision, reason, .min = 5, .max = 300, .doc = "Why, as the person will read it"),
};
const struct shape award_decision_shape =
    SHAPE(award_decision, award_decision_fields, "A decision about an award");

static const struct field referral_body_fields[] = {
    TEXT(referral_body, person_id, .doc = "Who was brought"),
    TEXT(referral_body, referrer_id, .doc = "By whom"),
    TEXT(referral_body, source, .min = 5, .max = 300, .doc = "How that is known"),
    TEXT(referral_body, currency, .min = 3, .max = 3,
         .doc = "ISO 4217 code; what is earned in others does not count"),
    INT(referral_body, share_points, .min = 1, .max = 5000,
        .doc = "Hundredths of a percent of what the person earns by units and minutes"),
    INT(referral_body, cap_minor, .min = 1, .max = MINOR_MAX, .doc = "At most, in all"),
    TIME(referral_body, until_at, .doc = "What is earned later does not count"),
};
const struct shape referral_body_shape = SHAPE(referral_body, referral_body_fields, "A referral");

static const struct field referral_promise_fields[] = {
    TEXT(referral_promise, currency, .min = 3, .max = 3,
         .doc = "ISO 4217 code; what is earned in others does not count"),
    INT(referral_promise, share_points, .min = 0, .max = 5000,
        .doc = "Hundredths of a percent of what the person earns by units and minutes; 0: links "
               "that are made from now on pay nothing"),
    INT(referral_promise, cap_minor, .min = 1, .max = MINOR_MAX, .doc = "At most, for a person"),
    INT(referral_promise, earn_days, .min = 1, .max = 1830, .doc = "How many days it counts"),
};
const struct shape referral_promise_shape =
    SHAPE(referral_promise, referral_promise_fields, "What bringing somebody pays");

static const struct field referral_terms_fields[] = {
    TEXT(referral_terms_row, currency, .doc = "ISO 4217 code"),
    INT(referral_terms_row, share_points, .doc = "Hundredths of a percent; 0: nothing"),
    INT(referral_terms_row, cap_minor, .doc = "At most, for a person"),
    INT(referral_terms_row, earn_days, .doc = "How many days it counts"),
    TIME(referral_terms_row, since_at, .doc = "For links that are made from then on"),
};
static const struct shape referral_terms_shape =
    SHAPE(referral_terms_row, referral_terms_fields, "What bringing somebody pays, since when");
static const struct field referral_promise_list_fields[] = {
    LIST(referral_promise_list, items, .of = &referral_terms_shape, .doc = "Newest first"),
};
const struct shape referral_promise_list_shape = SHAPE(
    referral_promise_list, referral_promise_list_fields, "What bringing somebody pays and paid");

static const struct field referral_end_body_fields[] = {
    TEXT(referral_end_body, reason, .min = 5, .max = 300, .doc = "Why"),
};
const struct shape referral_end_body_shape =
    SHAPE(referral_end_body, referral_end_body_fields, "Why a referral ends");

static const struct field referral_view_fields[] = {
    TEXT(referral_view, id, .doc = "Identifier, `ref_` and 26 characters"),
    TEXT(referral_view, person_id, .doc = "Who was brought"),
    TEXT(referral_view, person_name, .doc = "Their name"),
    TEXT(referral_view, referrer_id, .doc = "By whom"),
    TEXT(referral_view, referrer_name, .doc = "Their name"),
    TEXT(referral_view, source, .doc = "How that is known"),
    TEXT(referral_view, link_id, .optional = true,
         .doc = "The link that they signed up by; none: recorded by hand"),
    TEXT(referral_view, currency, .doc = "ISO 4217 code"),
    INT(referral_view, share_points, .doc = "Hundredths of a percent"),
    INT(referral_view, cap_minor, .doc = "At most, in all"),
    INT(referral_view, earned_minor, .doc = "Made into awards so far"),
    INT(referral_view, open_minor, .doc = "Of the week that runs, not an award yet"),
    TIME(referral_view, since_at, .doc = "From when it counts"),
    TIME(referral_view, until_at, .doc = "Until when it counts"),
    TEXT(referral_view, end_reason, .optional = true, .doc = "Why it was ended early"),
};
static const struct shape referral_view_shape =
    SHAPE(referral_view, referral_view_fields, "Who brought whom");
static const struct field referral_list_fields[] =
    PAGE_FIELDS(referral_view_shape, "Oldest first: the whole graph");
const struct shape referral_list_shape =
    PAGE_SHAPE(referral_list, referral_list_fields, "Who brought whom");
