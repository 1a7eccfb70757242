/* Goal: an entry that does not hold is refused by name, and no split or conversion loses a cent. */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/ledger/ledger.h"

static struct ledger_entry entry_of(const struct ledger_posting *postings, size_t count)
{
    return (struct ledger_entry){.id = "ent_1",
                                 .currency = "EUR",
                                 .kind = "unit",
                                 .pays = "sub_1",
                                 .postings = postings,
                                 .posting_count = count};
}

static bool breaks(const struct ledger_entry *entry, const char *field)
{
    struct fault fault = {0};

    return ledger_entry_check(entry, &fault) == ERR_INVALID && strcmp(fault.field, field) == 0;
}

static void check__names_what_is_wrong(void)
{
    static const struct ledger_posting GOOD[] = {{"expenses:cost:a", 5}, {"assets:bank", -5}};
    static const struct ledger_posting UNEVEN[] = {{"expenses:cost:a", 5}, {"assets:bank", -4}};
    static const struct ledger_posting ZERO[] = {
        {"expenses:a", 5}, {"assets:bank", -5}, {"income:x", 0}};
    static const struct ledger_posting NAMELESS[] = {{"cost:a", 5}, {"assets:bank", -5}};
    static const struct ledger_posting LARGE[] = {
        {"expenses:a", INT64_MAX}, {"expenses:b", 1}, {"assets:bank", INT64_MIN}};
    struct fault fault;
    struct ledger_entry entry = entry_of(GOOD, 2);

    CHECK(ledger_entry_check(&entry, &fault) == OK);
    entry.currency = "XXX";
    CHECK(breaks(&entry, "currency"));
    entry = entry_of(GOOD, 1);
    CHECK(breaks(&entry, "postings"));
    entry = entry_of(UNEVEN, 2);
    CHECK(breaks(&entry, "amount"));
    entry = entry_of(ZERO, 3);
    CHECK(breaks(&entry, "amount"));
    entry = entry_of(NAMELESS, 2);
    CHECK(breaks(&entry, "account"));
    entry = entry_of(LARGE, 3);
    CHECK(breaks(&entry, "amount"));
}

static void accounts__are_paths_of_five_classes(void)
{
    CHECK(ledger_account_is_sound("assets:receivable:org_01K9"));
    CHECK(ledger_account_is_sound("income:a.b-c"));
    CHECK(!ledger_account_is_sound("assets"));
    CHECK(!ledger_account_is_sound("assets:"));
    CHECK(!ledger_account_is_sound("assets::x"));
    CHECK(!ledger_account_is_sound("assets:x:"));
    CHECK(!ledger_account_is_sound("assets:a b"));
    CHECK(!ledger_account_is_sound("assets:a\nb"));
    CHECK(!ledger_account_is_sound("other:x"));
    CHECK(!ledger_account_is_sound(""));
}

static void split__gives_the_whole_total(void)
{
    struct rng rng = rng_new(7);
    struct fault fault;
    int64_t weights[12];
    int64_t shares[12];

    for (int round = 0; round < 20000; round++) {
        size_t count = 1 + rng_below(&rng, 12);
        int64_t total = (int64_t)rng_below(&rng, 2000000) - 1000000;
        int64_t sum = 0;
        int64_t given = 0;

        for (size_t i = 0; i < count; i++) {
            weights[i] = rng_below(&rng, 4) == 0 ? 0 : (int64_t)rng_below(&rng, 100000);
            sum += weights[i];
        }
        if (sum == 0) {
            CHECK(ledger_split(total, weights, count, shares, &fault) == ERR_INVALID);
            continue;
        }
        CHECK(ledger_split(total, weights, count, shares, &fault) == OK);
        for (size_t i = 0; i < count; i++) {
            double exact = (double)total * (double)weights[i] / (double)sum;

            given += shares[i];
            CHECK(fabs((double)shares[i] - exact) <= 1.0);
            CHECK(weights[i] > 0 || shares[i] == 0);
        }
        CHECK(given == total);
    }
}

static void split__stands_the_largest_amounts(void)
{
    static const int64_t WEIGHTS[] = {INT64_MAX / 2, INT64_MAX / 2, 1};
    static const int64_t TOO_LARGE[] = {INT64_MAX, 1};
    static const int64_t NEGATIVE[] = {2, -1};
    int64_t shares[3];
    struct fault fault;

    CHECK(ledger_split(INT64_MAX, WEIGHTS, 3, shares, &fault) == OK);
    CHECK(shares[0] + shares[1] + shares[2] == INT64_MAX);
    CHECK(ledger_split(INT64_MIN, WEIGHTS, 3, shares, &fault) == OK);
    CHECK(shares[0] + shares[1] + shares[2] == INT64_MIN);
    CHECK(ledger_split(100, TOO_LARGE, 2, shares, &fault) == ERR_INVALID);
    CHECK(ledger_split(100, NEGATIVE, 2, shares, &fault) == ERR_INVALID);
}

static void convert__minds_the_digits(void)
{
    int64_t out;
    struct fault fault;

    CHECK(ledger_convert(1000, "EUR", "USD", 1085000000, &out, &fault) == OK && out == 1085);
    CHECK(ledger_convert(1000, "USD", "JPY", 150250000000, &out, &fault) == OK && out == 1502);
    CHECK(ledger_convert(1500, "JPY", "KWD", 2050000, &out, &fault) == OK && out == 3075);
    CHECK(ledger_convert(1, "EUR", "JPY", 150000000000, &out, &fault) == OK && out == 2);
    CHECK(ledger_convert(1, "EUR", "USD", 0, &out, &fault) == ERR_INVALID);
    CHECK(ledger_convert(1, "EUR", "XYZ", 1, &out, &fault) == ERR_INVALID);
    CHECK(ledger_convert(INT64_MAX, "EUR", "USD", 2000000000, &out, &fault) == ERR_INVALID);
}

static void opposite__balances_the_entry(void)
{
    static const struct ledger_posting POSTINGS[] = {{"expenses:a", 5}, {"assets:bank", -5}};
    ARENA_SCOPE arena = arena_new();
    struct ledger_entry entry = entry_of(POSTINGS, 2);
    const struct ledger_posting *opposite = ledger_opposite(arena, &entry);

    CHECK(opposite[0].amount == -5 && opposite[1].amount == 5);
    CHECK(strcmp(opposite[0].account, "expenses:a") == 0);
}

TEST_MAIN(CASE(check__names_what_is_wrong), CASE(accounts__are_paths_of_five_classes),
          CASE(split__gives_the_whole_total), CASE(split__stands_the_largest_amounts),
          CASE(convert__minds_the_digits), CASE(opposite__balances_the_entry))
