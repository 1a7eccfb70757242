/* Goal: a book names its first break, whatever it is, and keeps standing as it was before it. */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "engine/ledger/ledger.h"

static const struct ledger_posting PAY[] = {{"expenses:cost:c", 5}, {"liabilities:payable:p", -5}};
static const struct ledger_posting BACK[] = {{"liabilities:payable:p", 5}, {"expenses:cost:c", -5}};
static const struct ledger_posting LESS[] = {{"liabilities:payable:p", 4}, {"expenses:cost:c", -4}};

static struct ledger_entry pay(const char *id, const char *pays)
{
    return (struct ledger_entry){.id = id,
                                 .at_us = 1000,
                                 .currency = "EUR",
                                 .kind = "unit",
                                 .pays = pays,
                                 .postings = PAY,
                                 .posting_count = 2};
}

static struct ledger_entry undo(const char *id, const char *first, const struct ledger_posting *how)
{
    struct ledger_entry entry = pay(id, "s1");

    entry.corrects = first;
    entry.postings = how;
    return entry;
}

static bool breaks(struct ledger_book *book, struct ledger_entry entry, const char *field)
{
    struct fault fault = {0};

    return ledger_book_add(book, &entry, &fault) == ERR_INVALID && strcmp(fault.field, field) == 0;
}

static bool holds(struct ledger_book *book, struct ledger_entry entry)
{
    struct fault fault = {0};

    return ledger_book_add(book, &entry, &fault) == OK;
}

static void identifiers__grow(void)
{
    ARENA_SCOPE arena = arena_new();
    struct ledger_book *book = ledger_book_new(arena);

    CHECK(holds(book, pay("e2", "s1")));
    CHECK(breaks(book, pay("e2", "s2"), "entry"));
    CHECK(breaks(book, pay("e1", "s2"), "entry"));
    CHECK(holds(book, pay("e3", "s2")));
    CHECK(ledger_book_entries(book) == 2 && ledger_book_postings(book) == 4);
}

static void things__are_paid_once_until_corrected(void)
{
    ARENA_SCOPE arena = arena_new();
    struct ledger_book *book = ledger_book_new(arena);

    CHECK(holds(book, pay("e1", "s1")));
    CHECK(breaks(book, pay("e2", "s1"), "pays"));
    CHECK(breaks(book, undo("e2", "e0", BACK), "corrects"));
    CHECK(breaks(book, undo("e2", "e1", LESS), "corrects"));
    CHECK(breaks(book, undo("e2", "e1", PAY), "corrects"));
    CHECK(holds(book, undo("e2", "e1", BACK)));
    CHECK(breaks(book, undo("e3", "e1", BACK), "corrects"));
    CHECK(breaks(book, undo("e3", "e2", PAY), "corrects"));
    CHECK(holds(book, pay("e3", "s1")));
    CHECK(breaks(book, pay("e4", "s1"), "pays"));
}

static void periods__stay_closed(void)
{
    ARENA_SCOPE arena = arena_new();
    struct ledger_book *book = ledger_book_new(arena);
    struct fault fault;

    CHECK(holds(book, pay("e1", "s1")));
    CHECK(ledger_book_close(book, 1000, &fault) == OK);
    CHECK(ledger_book_close(book, 1000, &fault) == ERR_INVALID);
    CHECK(holds(book, pay("e2", "s2")));
    CHECK(ledger_book_close(book, 1001, &fault) == OK);
    CHECK(breaks(book, pay("e3", "s3"), "at"));
}

static void balances__do_not_wrap_around(void)
{
    static const struct ledger_posting MOST[] = {{"assets:a", INT64_MAX}, {"income:b", -INT64_MAX}};
    ARENA_SCOPE arena = arena_new();
    struct ledger_book *book = ledger_book_new(arena);
    const struct ledger_balance *balances;
    struct ledger_entry entry = pay("e1", "s1");

    entry.postings = MOST;
    CHECK(holds(book, entry));
    entry.id = "e2";
    entry.pays = "s2";
    CHECK(breaks(book, entry, "amount"));
    CHECK(ledger_book_balances(book, arena, &balances) == 2);
    CHECK(balances[0].amount == INT64_MAX && balances[1].amount == -INT64_MAX);
}

static void compare__names_the_account_that_differs(void)
{
    static const struct ledger_balance RIGHT[] = {{"expenses:cost:c", "EUR", 5},
                                                  {"liabilities:payable:p", "EUR", -5}};
    static const struct ledger_balance WRONG[] = {{"expenses:cost:c", "EUR", 5},
                                                  {"liabilities:payable:p", "EUR", -6}};
    static const struct ledger_balance TWICE[] = {{"expenses:cost:c", "EUR", 5},
                                                  {"expenses:cost:c", "EUR", 5}};
    static const struct ledger_balance OTHER[] = {{"expenses:cost:c", "USD", 5}};
    ARENA_SCOPE arena = arena_new();
    struct ledger_book *book = ledger_book_new(arena);
    struct fault fault;

    CHECK(ledger_book_compare(book, NULL, 0, &fault) == OK);
    CHECK(holds(book, pay("e1", "s1")));
    CHECK(ledger_book_compare(book, RIGHT, 2, &fault) == OK);
    CHECK(ledger_book_compare(book, WRONG, 2, &fault) == ERR_INVALID);
    CHECK(strstr(fault.text, "liabilities:payable:p") != NULL);
    CHECK(ledger_book_compare(book, RIGHT, 1, &fault) == ERR_INVALID);
    CHECK(ledger_book_compare(book, TWICE, 2, &fault) == ERR_INVALID);
    CHECK(ledger_book_compare(book, OTHER, 1, &fault) == ERR_INVALID);
}

static void names__are_bounded(void)
{
    ARENA_SCOPE arena = arena_new();
    struct ledger_book *book = ledger_book_new(arena);
    char text[400];

    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    CHECK(breaks(book, pay("e1", text), "pays"));
    CHECK(breaks(book, pay("e1", ""), "pays"));
}

TEST_MAIN(CASE(identifiers__grow), CASE(things__are_paid_once_until_corrected),
          CASE(periods__stay_closed), CASE(balances__do_not_wrap_around),
          CASE(compare__names_the_account_that_differs), CASE(names__are_bounded))
