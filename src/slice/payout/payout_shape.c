#include "slice/payout/payout_shape.h"

#include "http/page.h"
#include "slice/payout/payout.h"
#include "slice/payout/payout_sql.h"

/* ------------------------------------------------------------------ accounts */

static const struct field account_fields[] = {
    TEXT(payout_account_row, id, .doc = "Identifier, `pac_` and 26 characters"),
    TEXT(payout_account_row, person_id, .doc = "Whose it is"),
    TEXT(payout_account_row, kind, .doc = "Of what kind", .choices = "iban|us"),
    TEXT(payout_account_row, holder, .doc = "Whose name the bank knows"),
    TEXT(payout_account_row, account_number, .doc = "The IBAN or account number"),
    TEXT(payout_account_row, bank_code, .doc = "The BIC or routing number"),
    TEXT(payout_account_row, state, .doc = "Where it stands",
         .choices = "waiting|active|refused|replaced"),
    TIME(payout_account_row, made_at, .doc = "When it was named"),
    TIME(payout_account_row, usable_at, .doc = "Not used before then"),
    TIME(payout_account_row, looked_at, .optional = true, .doc = "When finance looked at it"),
};
static const struct shape account_shape =
    SHAPE(payout_account_row, account_fields, "An account to pay to");
ITEMS_OF(payout_account_list, account_shape, "Accounts to pay to, newest first");

static const struct field payout_account_body_fields[] = {
    TEXT(payout_account_body, kind, .choices = "iban|us", .doc = "Of what kind"),
    TEXT(payout_account_body, holder, .min = 1, .max = 70, .doc = "Whose name the bank knows"),
    TEXT(payout_account_body, account_number, .min = 1, .max = 34,
         .doc = "The IBAN without blanks, or the account number"),
    TEXT(payout_account_body, bank_code, .min = 8, .max = 11, .doc = "The BIC or routing number"),
};
const struct shape payout_account_body_shape =
    SHAPE(payout_account_body, payout_account_body_fields, "An account to be paid to");

static const struct field verdict_body_fields[] = {
    TEXT(verdict_body, verdict, .choices = "accept|refuse", .doc = "May it be used?"),
};
const struct shape verdict_body_shape =
    SHAPE(verdict_body, verdict_body_fields, "A second look at an account");

static const struct field paying_account_fields[] = {
    TEXT(paying_account_row, id, .doc = "Identifier, `pfr_` and 26 characters"),
    TEXT(paying_account_row, kind, .doc = "Of what kind", .choices = "iban|us"),
    TEXT(paying_account_row, holder, .doc = "Whose name the bank knows"),
    TEXT(paying_account_row, currency, .doc = "ISO 4217 code"),
    TEXT(paying_account_row, account_number, .doc = "The IBAN or account number"),
    TEXT(paying_account_row, bank_code, .doc = "The BIC or routing number"),
    TEXT(paying_account_row, company_code, .doc = "As the bank knows the payer"),
};
static const struct shape paying_account_shape =
    SHAPE(paying_account_row, paying_account_fields, "An account to pay from");
ITEMS_OF(paying_account_list, paying_account_shape, "Accounts to pay from, newest first");

static const struct field paying_account_body_fields[] = {
    TEXT(paying_account_body, kind, .choices = "iban|us", .doc = "Of what kind"),
    TEXT(paying_account_body, holder, .min = 1, .max = 70, .doc = "Whose name the bank knows"),
    TEXT(paying_account_body, currency, .min = 3, .max = 3, .doc = "ISO 4217 code"),
    TEXT(paying_account_body, account_number, .min = 1, .max = 34,
         .doc = "The IBAN without blanks, or the account number"),
    TEXT(paying_account_body, bank_code, .min = 8, .max = 11, .doc = "The BIC or routing number"),
    TEXT(paying_account_body, company_code, .min = 1, .max = 10,
         .doc = "As the bank knows the payer: capitals and digits"),
};
const struct shape paying_account_body_shape =
    SHAPE(paying_account_body, paying_account_body_fields, "A new account to pay from");

/* ------------------------------------------------------------------ runs */

static const struct field run_fields[] = {
    TEXT(payout_run_row, id, .doc = "Identifier, `pyr_` and 26 characters"),
    TEXT(payout_run_row, currency, .doc = "ISO 4217 code"),
    TEXT(payout_run_row, state, .doc = "Where it stands",
         .choices = "planned|approved|sent|cancelled"),
    TIME(payout_run_row, until_at, .doc = "What counts for a moment before it is paid"),
    INT(payout_run_row, pay_day, .doc = "Days since 1970-01-01"),
    INT(payout_run_row, line_count, .doc = "Payouts"),
    INT(payout_run_row, total_minor, .doc = "In minor units"),
    TIME(payout_run_row, made_at, .doc = "When it was made"),
    TIME(payout_run_row, sent_at, .optional = true, .doc = "When it was sent"),
};
static const struct shape run_shape = SHAPE(payout_run_row, run_fields, "A payout run");

static const struct field payout_run_list_fields[] = PAGE_FIELDS(run_shape, "Newest first");
const struct shape payout_run_list_shape =
    PAGE_SHAPE(payout_run_list, payout_run_list_fields, "Payout runs");

static const struct field payout_run_body_fields[] = {
    TEXT(payout_run_body, paying_account_id, .min = 1, .max = 40, .doc = "Where to pay from"),
    TIME(payout_run_body, until_at, .doc = "Pay what counts for a moment before it"),
    TEXT(payout_run_body, pay_day, .min = 10, .max = 10, .doc = "When to pay, as 2026-03-06"),
};
const struct shape payout_run_body_shape =
    SHAPE(payout_run_body, payout_run_body_fields, "A new payout run");

static const struct field approval_fields[] = {
    TEXT(payout_approval_row, person_id, .doc = "Who"),
    TEXT(payout_approval_row, name, .doc = "The name"),
    TIME(payout_approval_row, approved_at, .doc = "When"),
};
static const struct shape approval_shape =
    SHAPE(payout_approval_row, approval_fields, "An approval");

static const struct field line_fields[] = {
    TEXT(payout_line_row, id, .doc = "Identifier, and reference at the bank"),
    TEXT(payout_line_row, person_id, .doc = "Who is paid"),
    TEXT(payout_line_row, name, .doc = "The name"),
    TEXT(payout_line_row, holder, .doc = "The account's holder"),
    TEXT(payout_line_row, account_number, .doc = "The account"),
    INT(payout_line_row, amount_minor, .doc = "In minor units"),
    TEXT(payout_line_row, state, .doc = "Where it stands",
         .choices = "planned|sent|paid|failed|dropped"),
    TEXT(payout_line_row, message, .optional = true, .doc = "Why it failed or was dropped"),
    TIME(payout_line_row, settled_at, .optional = true, .doc = "When the bank said so"),
};
static const struct shape line_shape = SHAPE(payout_line_row, line_fields, "A payout");

static const struct field payout_run_view_fields[] = {
    TEXT(payout_run_view, id, .doc = "Identifier, `pyr_` and 26 characters"),
    TEXT(payout_run_view, currency, .doc = "ISO 4217 code"),
    TEXT(payout_run_view, state, .doc = "Where it stands",
         .choices = "planned|approved|sent|cancelled"),
    TIME(payout_run_view, until_at, .doc = "What counts for a moment before it is paid"),
    INT(payout_run_view, pay_day, .doc = "Days since 1970-01-01"),
    INT(payout_run_view, line_count, .doc = "Payouts"),
    INT(payout_run_view, total_minor, .doc = "In minor units"),
    TIME(payout_run_view, sent_at, .optional = true, .doc = "When it was sent"),
    LIST(payout_run_view, approvals, .of = &approval_shape, .doc = "Two people have to"),
    LIST(payout_run_view, lines, .of = &line_shape, .doc = "Each payout"),
};
const struct shape payout_run_view_shape =
    SHAPE(payout_run_view, payout_run_view_fields, "A payout run with its payouts");

static const struct field approval_view_fields[] = {
    BOOL(approval_view, complete, .doc = "True: it was the second approval, and the run is sent"),
};
const struct shape approval_view_shape =
    SHAPE(approval_view, approval_view_fields, "What became of an approval");

static const struct field file_query_fields[] = {
    TEXT(file_query, format, .optional = true, .choices = "csv|pain.001|nacha",
         .doc = "csv unless said"),
};
const struct shape file_query_shape = SHAPE(file_query, file_query_fields, "Which form");

static const struct field outcome_body_fields[] = {
    TEXT(outcome_body, outcome, .choices = "paid|failed", .doc = "What became of it"),
    TEXT(outcome_body, message, .min = 3, .max = 500,
         .doc = "How that is known, or why it failed; the person reads it"),
};
const struct shape outcome_body_shape =
    SHAPE(outcome_body, outcome_body_fields, "What became of a payout");

static const struct field bank_outcome_fields[] = {
    INT(bank_outcome, paid, .doc = "Payouts that the bank made"),
    INT(bank_outcome, failed, .doc = "Payouts that came back"),
    INT(bank_outcome, known, .doc = "Marked so already"),
    INT(bank_outcome, other, .doc = "Movements that are no payouts of ours"),
};
const struct shape bank_outcome_shape =
    SHAPE(bank_outcome, bank_outcome_fields, "What a bank's statement said");

/* ------------------------------------------------------------------ a person's own */

static const struct field payout_own_fields[] = {
    TEXT(payout_own_row, id, .doc = "Identifier, and reference at the bank"),
    TEXT(payout_own_row, currency, .doc = "ISO 4217 code"),
    INT(payout_own_row, amount_minor, .doc = "In minor units"),
    TEXT(payout_own_row, state, .doc = "Where it stands", .choices = "sent|paid|failed"),
    TEXT(payout_own_row, message, .optional = true, .doc = "Why it failed"),
    INT(payout_own_row, pay_day, .doc = "Days since 1970-01-01"),
    TIME(payout_own_row, settled_at, .optional = true, .doc = "When the bank said so"),
};
static const struct shape payout_own_shape = SHAPE(payout_own_row, payout_own_fields, "A payout");
ITEMS_OF(payout_own_list, payout_own_shape, "The own payouts, newest first");

static const struct field pay_profile_body_fields[] = {
    TEXT(pay_profile_body, zone, .min = 1, .max = 60, .doc = "A time zone such as Europe/Berlin"),
    TEXT(pay_profile_body, tax_form, .optional = true,
         .choices = "none|w9|w8ben|w8bene|self_certified",
         .doc = "Which form was handed in; the form itself is not kept here"),
    TIME(pay_profile_body, tax_form_until, .optional = true, .doc = "When it expires"),
};
const struct shape pay_profile_body_shape =
    SHAPE(pay_profile_body, pay_profile_body_fields, "How a person is paid");

static const struct field pay_profile_view_fields[] = {
    TEXT(pay_profile_view, zone, .doc = "Pay weeks begin on Monday there"),
    TEXT(pay_profile_view, tax_form, .doc = "Which form was handed in",
         .choices = "none|w9|w8ben|w8bene|self_certified"),
    TIME(pay_profile_view, tax_form_until, .optional = true, .doc = "When it expires"),
};
const struct shape pay_profile_view_shape =
    SHAPE(pay_profile_view, pay_profile_view_fields, "How a person is paid");

static const struct field statement_query_fields[] = {
    TEXT(statement_query, week, .optional = true, .min = 10, .max = 10,
         .doc = "A day of the week, as 2026-03-02; today unless said"),
    TEXT(statement_query, after, .optional = true, .max = 64, .doc = "`next` of the page before"),
    INT(statement_query, limit, .optional = true, .min = 1, .max = 1000,
        .doc = "Entries a page; 200 unless said"),
};
const struct shape statement_query_shape =
    SHAPE(statement_query, statement_query_fields, "Which statement");

static const struct field balance_fields[] = {
    TEXT(statement_balance, currency, .doc = "ISO 4217 code"),
    INT(statement_balance, amount_minor, .doc = "In minor units"),
};
static const struct shape balance_shape = SHAPE(statement_balance, balance_fields, "A balance");

static const struct field sum_fields[] = {
    TEXT(statement_sum, campaign_id, .optional = true, .doc = "Where it was earned"),
    TEXT(statement_sum, campaign_name, .optional = true, .doc = "Its name"),
    TEXT(statement_sum, kind, .doc = "unit, minutes, bonus, payout …"),
    TEXT(statement_sum, currency, .doc = "ISO 4217 code"),
    INT(statement_sum, amount_minor, .doc = "In minor units"),
    INT(statement_sum, entry_count, .doc = "Entries"),
};
static const struct shape sum_shape = SHAPE(statement_sum, sum_fields, "A line of a statement");

static const struct field entry_fields[] = {
    TEXT(statement_entry, id, .doc = "Identifier, `ent_` and 26 characters"),
    TEXT(statement_entry, campaign_id, .optional = true, .doc = "The campaign"),
    TEXT(statement_entry, kind, .doc = "Why"),
    TEXT(statement_entry, pays_id, .doc = "What it pays"),
    TEXT(statement_entry, corrects_id, .optional = true, .doc = "The entry that it undoes"),
    TEXT(statement_entry, currency, .doc = "ISO 4217 code"),
    INT(statement_entry, person_minor, .doc = "What is owed more by it"),
    TEXT(statement_entry, note, .optional = true, .doc = "In words"),
    TIME(statement_entry, happened_at, .doc = "When"),
};
static const struct shape entry_shape = SHAPE(statement_entry, entry_fields, "An entry");

static const struct field statement_view_fields[] = {
    TEXT(statement_view, week, .doc = "Its Monday"),
    TEXT(statement_view, zone, .doc = "The person's time zone"),
    TIME(statement_view, from_at, .doc = "The week begins"),
    TIME(statement_view, to_at, .doc = "The week ends"),
    LIST(statement_view, opening, .of = &balance_shape,
         .doc = "Owed when the week began; sums are on the first page"),
    LIST(statement_view, items, .of = &sum_shape, .doc = "By kind and campaign"),
    LIST(statement_view, closing, .of = &balance_shape, .doc = "Owed when it ended"),
    LIST(statement_view, entries, .of = &entry_shape, .doc = "Each entry, oldest first"),
    TEXT(statement_view, next, .optional = true, .doc = "Cursor of the next page; none: the end"),
};
const struct shape statement_view_shape =
    SHAPE(statement_view, statement_view_fields, "A pay week's statement");
