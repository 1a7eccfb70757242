/* Goal: each tool gets the form that it reads, whatever stands in the names. */

#include "check.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/time.h"
#include "engine/ledger/ledger.h"

static const struct ledger_posting POSTINGS[] = {{"expenses:cost:cmp_1", 250},
                                                 {"liabilities:payable:per_1", -250}};
static const struct ledger_entry ENTRY = {.id = "ent_2",
                                          .at_us = 951782400 * TIME_SECOND,
                                          .currency = "EUR",
                                          .kind = "unit",
                                          .pays = "sub\"1;x\n",
                                          .corrects = "ent_1",
                                          .postings = POSTINGS,
                                          .posting_count = 2};

static bool writes(enum ledger_dialect dialect, const char *want)
{
    static const struct ledger_balance BALANCES[] = {{"assets:bank", "JPY", 0},
                                                     {"expenses:cost:cmp_1", "EUR", 0}};
    ARENA_SCOPE arena = arena_new();
    struct buffer to = buffer_new(arena);

    ledger_write_head(&to, dialect, BALANCES, 2, ENTRY.at_us);
    ledger_write_entry(&to, dialect, &ENTRY);
    if (strcmp(to.at, want) != 0) {
        printf("# %s\n", to.at);
        return false;
    }
    return true;
}

static void hledger__has_directives_and_comments(void)
{
    CHECK(writes(LEDGER_HLEDGER, "commodity 1000. JPY\ncommodity 1000.00 EUR\n"
                                 "account assets:bank\naccount expenses:cost:cmp_1\n\n"
                                 "2000-02-29 * unit sub_1_x_\n"
                                 "    ; entry: ent_2\n    ; corrects: ent_1\n"
                                 "    expenses:cost:cmp_1  2.50 EUR\n"
                                 "    liabilities:payable:per_1  -2.50 EUR\n\n"));
}

static void ledger__names_commodities_alone(void)
{
    CHECK(writes(LEDGER_LEDGER, "tag entry\ntag corrects\ncommodity JPY\ncommodity EUR\n"
                                "account assets:bank\naccount expenses:cost:cmp_1\n\n"
                                "2000-02-29 * unit sub_1_x_\n"
                                "    ; entry: ent_2\n    ; corrects: ent_1\n"
                                "    expenses:cost:cmp_1  2.50 EUR\n"
                                "    liabilities:payable:per_1  -2.50 EUR\n\n"));
}

static void beancount__has_capitals_and_metadata(void)
{
    CHECK(writes(LEDGER_BEANCOUNT, "2000-02-29 commodity JPY\n2000-02-29 commodity EUR\n"
                                   "2000-02-29 open Assets:Bank\n"
                                   "2000-02-29 open Expenses:Cost:Cmp-1\n\n"
                                   "2000-02-29 * \"unit sub_1_x_\"\n"
                                   "  entry: \"ent_2\"\n  corrects: \"ent_1\"\n"
                                   "    Expenses:Cost:Cmp-1  2.50 EUR\n"
                                   "    Liabilities:Payable:Per-1  -2.50 EUR\n\n"));
}

static void names__are_found(void)
{
    enum ledger_dialect dialect;

    CHECK(ledger_dialect_find("beancount", &dialect) && dialect == LEDGER_BEANCOUNT);
    CHECK(!ledger_dialect_find("gnucash", &dialect));
}

TEST_MAIN(CASE(hledger__has_directives_and_comments), CASE(ledger__names_commodities_alone),
          CASE(beancount__has_capitals_and_metadata), CASE(names__are_found))
