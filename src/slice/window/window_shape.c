#include "slice/window/window_shape.h"

#define MINOR(type, member, text)         INT(type, member, .doc = (text))
#define MINOR_OR_NONE(type, member, text) INT(type, member, .optional = true, .doc = (text))
#define CURRENCY(type)                    TEXT(type, currency, .doc = "ISO 4217 code; amounts are in its minor units")

/* ------------------------------------------------------------------ receivables */

static const struct field claims_by_age_fields[] = {
    CURRENCY(claims_by_age),
    MINOR(claims_by_age, current_minor, "Not overdue by a whole day"),
    MINOR(claims_by_age, days_30_minor, "Overdue by 1 to 30 days"),
    MINOR(claims_by_age, days_60_minor, "Overdue by 31 to 60 days"),
    MINOR(claims_by_age, days_90_minor, "Overdue by 61 to 90 days"),
    MINOR(claims_by_age, older_minor, "Overdue by more than 90 days"),
    MINOR(claims_by_age, total_minor, "All of them"),
    INT(claims_by_age, claim_count, .doc = "Open invoices"),
};
static const struct shape claims_by_age_shape =
    SHAPE(claims_by_age, claims_by_age_fields, "What clients owe, by age");

static const struct field claim_view_fields[] = {
    TEXT(claim_view, invoice_id, .doc = "The invoice"),
    TEXT(claim_view, invoice_number, .doc = "What stands on it"),
    TEXT(claim_view, organisation_name, .doc = "The client"),
    TEXT(claim_view, campaign_id, .doc = "The campaign"),
    TEXT(claim_view, campaign_name, .doc = "Its name"),
    CURRENCY(claim_view),
    MINOR(claim_view, open_minor, "Open, with tax"),
    TIME(claim_view, due_at, .doc = "When it is due"),
    INT(claim_view, overdue_days, .doc = "Whole days that it is overdue"),
};
static const struct shape claim_view_shape =
    SHAPE(claim_view, claim_view_fields, "An open invoice");

static const struct field receivables_fields[] = {
    LIST(receivables, ages, .of = &claims_by_age_shape, .doc = "By currency"),
    LIST(receivables, items, .of = &claim_view_shape, .doc = "Open invoices, the oldest due first"),
};
const struct shape receivables_shape =
    SHAPE(receivables, receivables_fields, "What clients owe, of those whom you reach");

/* ------------------------------------------------------------------ the operator's */

static const struct field standing_view_fields[] = {
    CURRENCY(standing_view),
    MINOR(standing_view, receivable_minor, "Invoiced and open, with tax"),
    MINOR(standing_view, unbilled_minor, "Charged and not invoiced"),
    MINOR(standing_view, payable_minor, "Owed to people, by the whole house"),
    MINOR(standing_view, transit_minor, "Sent to the bank, and not confirmed"),
    INT(standing_view, pace_weeks,
        .doc = "Whole weeks behind the pace; fewer than two: none is said"),
    MINOR_OR_NONE(standing_view, week_low_minor, "Revenue of the weakest of these weeks"),
    MINOR_OR_NONE(standing_view, week_minor, "Revenue of a week, on average"),
    MINOR_OR_NONE(standing_view, week_high_minor, "Revenue of the strongest"),
    MINOR_OR_NONE(standing_view, run_rate_minor, "Fifty-two such weeks"),
};
static const struct shape standing_view_shape =
    SHAPE(standing_view, standing_view_fields, "How a currency stands");

static const struct field margin_view_fields[] = {
    TEXT(margin_view, campaign_id, .doc = "The campaign"),
    TEXT(margin_view, campaign_name, .doc = "Its name"),
    TEXT(margin_view, organisation_name, .doc = "The client"),
    CURRENCY(margin_view),
    MINOR(margin_view, revenue_minor, "Charged"),
    MINOR_OR_NONE(margin_view, cost_minor, "What the work cost; none: a part has no exchange rate"),
    MINOR_OR_NONE(margin_view, margin_minor, "The difference"),
    INT(margin_view, margin_points, .optional = true,
        .doc = "In hundredths of a percent of the revenue"),
    BOOL(margin_view, is_converted, .doc = "A part of the cost was converted at the newest rate"),
};
static const struct shape margin_view_shape =
    SHAPE(margin_view, margin_view_fields, "What a campaign leaves");

static const struct field month_view_fields[] = {
    TEXT(month_view, month, .doc = "As 2026-03, UTC"),
    CURRENCY(month_view),
    MINOR(month_view, revenue_minor, "Charged in it"),
    MINOR(month_view, cost_minor, "What the work of it cost, in this currency"),
};
static const struct shape month_view_shape = SHAPE(month_view, month_view_fields, "A month");

static const struct field cash_view_fields[] = {
    TEXT(cash_view, week, .doc = "Its Monday, UTC"),
    CURRENCY(cash_view),
    MINOR(cash_view, known_in_minor, "Open invoices due in it; overdue ones in the first week"),
    MINOR(cash_view, known_out_minor, "Owed to people now, in the first week"),
    MINOR_OR_NONE(cash_view, in_low_minor, "Expected beside it: the weakest of the last weeks"),
    MINOR_OR_NONE(cash_view, in_middle_minor, "on average"),
    MINOR_OR_NONE(cash_view, in_high_minor, "the strongest"),
    MINOR_OR_NONE(cash_view, out_low_minor,
                  "Expected to be paid for work: the least of the last weeks"),
    MINOR_OR_NONE(cash_view, out_middle_minor, "on average"),
    MINOR_OR_NONE(cash_view, out_high_minor, "the most"),
};
static const struct shape cash_view_shape = SHAPE(cash_view, cash_view_fields, "A week to come");

static const struct field operator_window_fields[] = {
    LIST(operator_window, standing, .of = &standing_view_shape, .doc = "By currency"),
    LIST(operator_window, ages, .of = &claims_by_age_shape, .doc = "What clients owe, by age"),
    LIST(operator_window, margins, .of = &margin_view_shape, .doc = "By campaign, of a year"),
    LIST(operator_window, months, .of = &month_view_shape, .doc = "Thirteen months, oldest first"),
    LIST(operator_window, cash, .of = &cash_view_shape, .doc = "Eight weeks to come"),
};
const struct shape operator_window_shape = SHAPE(
    operator_window, operator_window_fields, "The operator's money, for clients whom you reach");

/* ------------------------------------------------------------------ the client's */

static const struct field week_sum_fields[] = {
    TEXT(week_sum, week, .doc = "Its Monday"),
    CURRENCY(week_sum),
    MINOR(week_sum, amount_minor, "The sum"),
};
const struct shape week_sum_shape = SHAPE(week_sum, week_sum_fields, "A week");

static const struct field spend_window_fields[] = {
    CURRENCY(spend_window),
    MINOR_OR_NONE(spend_window, budget_minor, "To be spent at most"),
    MINOR(spend_window, spent_minor, "Charged so far, without tax"),
    MINOR(spend_window, committed_minor, "What answers that wait or are being given may cost"),
    INT(spend_window, committed_count, .doc = "How many these are"),
    MINOR_OR_NONE(spend_window, left_minor, "Of the budget, beside both"),
    INT(spend_window, accepted, .doc = "Answers accepted"),
    INT(spend_window, done, .doc = "Rows with as many accepted answers as wanted"),
    INT(spend_window, wanted, .doc = "Answers wanted in all"),
    MINOR_OR_NONE(spend_window, per_answer_minor, "Spent for each accepted answer"),
    MINOR_OR_NONE(spend_window, per_row_minor, "Spent for each finished row"),
    MINOR(spend_window, to_come_minor, "What the answers still wanted will cost at today's price"),
    MINOR(spend_window, total_minor, "Spent in the end, then"),
    MINOR_OR_NONE(spend_window, over_minor, "Of it beyond the budget"),
    INT(spend_window, pace_weeks,
        .doc = "Whole weeks behind the pace; fewer than two: none is said"),
    MINOR_OR_NONE(spend_window, week_low_minor, "Spent in the weakest of these weeks"),
    MINOR_OR_NONE(spend_window, week_minor, "Spent in a week, on average"),
    MINOR_OR_NONE(spend_window, week_high_minor, "Spent in the strongest"),
    TIME(spend_window, empty_early_at, .optional = true,
         .doc = "The budget ends then at the strongest pace"),
    TIME(spend_window, empty_late_at, .optional = true, .doc = "and then at the weakest"),
    MINOR(spend_window, invoiced_minor, "Invoiced, without tax"),
    MINOR(spend_window, open_minor, "Of the invoices not paid, with tax"),
    MINOR_OR_NONE(spend_window, cost_minor,
                  "What the people behind it are owed, where that is disclosed"),
    MINOR_OR_NONE(spend_window, share_minor, "The operator's share, where that is disclosed"),
    BOOL(spend_window, discloses_share, .doc = "Is the share disclosed to the client?"),
    LIST(spend_window, weeks, .of = &week_sum_shape, .doc = "Spent by week, UTC, oldest first"),
};
const struct shape spend_window_shape =
    SHAPE(spend_window, spend_window_fields, "What a campaign costs, cost and will cost");

/* ------------------------------------------------------------------ the expert's */

static const struct field running_view_fields[] = {
    TEXT(running_view, engagement_id, .doc = "The engagement"),
    TEXT(running_view, campaign_name, .doc = "Where"),
    CURRENCY(running_view),
    MINOR(running_view, amount_minor, "What the minutes of this week pay so far"),
    INT(running_view, paid_s, .doc = "Seconds that are paid"),
};
static const struct shape running_view_shape =
    SHAPE(running_view, running_view_fields, "Minutes of the week that runs");

static const struct field due_view_fields[] = {
    CURRENCY(due_view),
    MINOR(due_view, amount_minor, "Owed and not paid out"),
    MINOR(due_view, next_minor, "Of it, on the next pay day"),
};
static const struct shape due_view_shape = SHAPE(due_view, due_view_fields, "What is due");

static const struct field expert_window_fields[] = {
    TEXT(expert_window, zone, .doc = "Weeks begin on Monday there"),
    TEXT(expert_window, pay_day, .doc = "The next day on which payouts are made"),
    TIME(expert_window, pay_until_at, .doc = "What was owed then is paid on it"),
    TEXT(expert_window, obstacle, .optional = true, .doc = "Why you would not be paid on it"),
    LIST(expert_window, due, .of = &due_view_shape, .doc = "Owed now"),
    LIST(expert_window, running, .of = &running_view_shape,
         .doc = "Of the week that runs, not posted yet"),
    LIST(expert_window, weeks, .of = &week_sum_shape,
         .doc = "Earned in the last twelve weeks, oldest first"),
};
const struct shape expert_window_shape =
    SHAPE(expert_window, expert_window_fields, "What you earned, what is coming and when");
