#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/money.h"
#include "base/text.h"
#include "engine/ledger/ledger.h"

enum { ACCOUNT_SIZE_MAX = 200 };

#define NANO INT64_C(1000000000)

static bool is_part(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
}

bool ledger_account_is_sound(const char *account)
{
    static const char *const CLASSES[] = {
        "assets:", "liabilities:", "equity:", "income:", "expenses:"};
    const char *part = NULL;

    for (size_t i = 0; i < COUNT(CLASSES) && part == NULL; i++) {
        if (strncmp(account, CLASSES[i], strlen(CLASSES[i])) == 0) {
            part = account + strlen(CLASSES[i]);
        }
    }
    if (part == NULL || strlen(account) > ACCOUNT_SIZE_MAX) {
        return false;
    }
    for (const char *at = part; *at != '\0'; at++) {
        if (!is_part(*at) && (*at != ':' || at == part || at[-1] == ':')) {
            return false;
        }
    }
    return *part != '\0' && part[strlen(part) - 1] != ':';
}

static enum err check_posting(const struct ledger_entry *entry, size_t index, struct fault *fault)
{
    const struct ledger_posting *posting = &entry->postings[index];

    if (!ledger_account_is_sound(posting->account)) {
        return fail_field(fault, ERR_INVALID, "account",
                          "entry %.40s: \"%.60s\" is no account: one begins with assets, "
                          "liabilities, equity, income or expenses, and has parts behind colons",
                          entry->id, posting->account);
    }
    if (posting->amount == 0) {
        return fail_field(fault, ERR_INVALID, "amount", "entry %.40s posts nothing to %.80s",
                          entry->id, posting->account);
    }
    return OK;
}

enum err ledger_entry_check(const struct ledger_entry *entry, struct fault *fault)
{
    int64_t sum = 0;

    if (currency_digits(entry->currency) < 0) {
        return fail_field(fault, ERR_INVALID, "currency",
                          "entry %.40s: \"%.10s\" is no ISO 4217 code", entry->id, entry->currency);
    }
    if (entry->posting_count < 2 || entry->posting_count > LEDGER_POSTINGS_MAX) {
        return fail_field(fault, ERR_INVALID, "postings",
                          "entry %.40s has %zu postings; there have to be 2 to %d", entry->id,
                          entry->posting_count, LEDGER_POSTINGS_MAX);
    }
    for (size_t i = 0; i < entry->posting_count; i++) {
        TRY(check_posting(entry, i, fault));
        if (!money_add(sum, entry->postings[i].amount, &sum)) {
            return fail_field(fault, ERR_INVALID, "amount",
                              "entry %.40s: its amounts do not fit into 64 bits", entry->id);
        }
    }
    if (sum != 0) {
        return fail_field(fault, ERR_INVALID, "amount",
                          "entry %.40s does not balance: its postings sum to %lld minor units",
                          entry->id, (long long)sum);
    }
    return OK;
}

const struct ledger_posting *ledger_opposite(struct arena *arena, const struct ledger_entry *entry)
{
    struct ledger_posting *postings =
        arena_array(arena, struct ledger_posting, entry->posting_count);

    for (size_t i = 0; i < entry->posting_count; i++) {
        postings[i] = (struct ledger_posting){.account = entry->postings[i].account,
                                              .amount = -entry->postings[i].amount};
    }
    return postings;
}

enum err ledger_split(int64_t total, const int64_t *weights, size_t count, int64_t *shares,
                      struct fault *fault)
{
    int64_t sum = 0;
    int64_t seen = 0;
    int64_t given = 0;

    for (size_t i = 0; i < count; i++) {
        if (weights[i] < 0 || !money_add(sum, weights[i], &sum)) {
            return fail_field(fault, ERR_INVALID, "weights",
                              "weight %zu is below zero, or the weights do not fit into 64 bits",
                              i + 1);
        }
    }
    if (sum == 0) {
        return fail_field(
            fault, ERR_INVALID, "weights",
            "at least one weight has to be above zero, or nobody would get the total");
    }
    for (size_t i = 0; i < count; i++) {
        int64_t due = 0;

        seen += weights[i];
        if (!money_scale(total, seen, sum, &due)) { /* seen <= sum: |due| <= |total| */
            return fail_field(fault, ERR_INTERNAL, "total", "a share does not fit");
        }
        shares[i] = due - given;
        given = due;
    }
    return OK;
}

static int64_t power_of_ten(int digits)
{
    int64_t power = 1;

    for (int i = 0; i < digits; i++) {
        power *= 10;
    }
    return power;
}

enum err ledger_convert(int64_t amount, const char *from, const char *to, int64_t rate_nano,
                        int64_t *out, struct fault *fault)
{
    int from_digits = currency_digits(from);
    int to_digits = currency_digits(to);
    int64_t numerator;

    if (from_digits < 0 || to_digits < 0) {
        return fail_field(fault, ERR_INVALID, "currency", "\"%.10s\" is no ISO 4217 code",
                          from_digits < 0 ? from : to);
    }
    if (rate_nano <= 0) {
        return fail_field(fault, ERR_INVALID, "rate", "an exchange rate has to be above zero");
    }
    if (__builtin_mul_overflow(rate_nano, power_of_ten(to_digits), &numerator) ||
        !money_scale(amount, numerator, NANO * power_of_ten(from_digits), out)) {
        return fail_field(fault, ERR_INVALID, "amount",
                          "%lld minor units of %s are too many to be told in %s", (long long)amount,
                          from, to);
    }
    return OK;
}
