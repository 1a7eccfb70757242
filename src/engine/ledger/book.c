#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/map.h"
#include "base/money.h"
#include "base/text.h"
#include "engine/ledger/ledger.h"

enum { ROOM_FIRST = 64, NAMES_SIZE_MAX = 254 };

#define UNKNOWN UINT32_MAX

/* What is kept of an entry, to check its correction. */
struct kept {
    const char *id;
    uint64_t opposite; /* digest of what corrects it */
    uint32_t paid;     /* number of what it pays */
    bool is_correction;
    bool is_corrected;
};

struct ledger_book {
    struct arena *arena;
    struct kept *entries; /* by id, as they grow */
    size_t count;
    size_t room;
    struct map *accounts; /* "EUR assets:bank" */
    int64_t *sums;        /* of each account */
    size_t sum_room;
    struct map *paid; /* "kind\tid" */
    uint8_t *is_paid; /* of each: an entry pays it that is not corrected */
    size_t paid_room;
    uint64_t postings;
    int64_t closed_us;
    uint32_t numbers[LEDGER_POSTINGS_MAX]; /* of the accounts of the entry at hand */
};

struct ledger_book *ledger_book_new(struct arena *arena)
{
    struct ledger_book *book = arena_new_of(arena, struct ledger_book);

    book->arena = arena;
    book->accounts = map_new(arena);
    book->paid = map_new(arena);
    book->closed_us = INT64_MIN;
    return book;
}

uint64_t ledger_book_entries(const struct ledger_book *book)
{
    return book->count;
}

uint64_t ledger_book_postings(const struct ledger_book *book)
{
    return book->postings;
}

/* Room for one more of `size` bytes; old blocks stay in the arena, twice the last at most. */
static void *widen(struct arena *arena, void *at, size_t need, size_t *room, size_t size)
{
    if (need <= *room) {
        return at;
    }
    size_t wide = *room == 0 ? ROOM_FIRST : *room * 2;
    void *wider = arena_take(arena, wide, size);

    if (*room > 0) {
        memcpy(wider, at, *room * size);
    }
    *room = wide;
    return wider;
}

static struct text joined(const char *first, char between, const char *second, char *to,
                          size_t room)
{
    size_t left = strlen(first);
    size_t right = strlen(second);

    assert(left + 1 + right < room);
    memcpy(to, first, left);
    to[left] = between;
    memcpy(to + left + 1, second, right + 1);
    return (struct text){.at = to, .size = left + 1 + right};
}

static uint64_t mixed(uint64_t value)
{
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9;
    value = (value ^ value >> 27) * 0x94d049bb133111eb;
    return value ^ value >> 31;
}

/* A sum of hashes does not depend on the order of the postings; a number stands for an account and
 * its currency. */
static uint64_t digest(const struct ledger_book *book, const struct ledger_entry *entry,
                       bool opposite)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < entry->posting_count; i++) {
        uint64_t amount = (uint64_t)entry->postings[i].amount;

        sum += mixed(mixed(book->numbers[i]) + (opposite ? 0 - amount : amount));
    }
    return sum;
}

static struct text account_key(const struct ledger_entry *entry, size_t index, char *to,
                               size_t room)
{
    return joined(entry->currency, ' ', entry->postings[index].account, to, room);
}

static void find_accounts(struct ledger_book *book, const struct ledger_entry *entry)
{
    char name[256];

    for (size_t i = 0; i < entry->posting_count; i++) {
        if (!map_find(book->accounts, account_key(entry, i, name, sizeof(name)),
                      &book->numbers[i])) {
            book->numbers[i] = UNKNOWN;
        }
    }
}

static struct kept *find(const struct ledger_book *book, const char *id)
{
    size_t low = 0;
    size_t high = book->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(book->entries[middle].id, id);

        if (order == 0) {
            return &book->entries[middle];
        }
        if (order < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return NULL;
}

static enum err check_correction(const struct ledger_book *book, const struct ledger_entry *entry,
                                 uint64_t content, struct kept **out, struct fault *fault)
{
    struct kept *first = find(book, entry->corrects);

    if (first == NULL) {
        return fail_field(fault, ERR_INVALID, "corrects",
                          "entry %.40s corrects %.40s, which is not before it in the book",
                          entry->id, entry->corrects);
    }
    if (first->is_corrected) {
        return fail_field(fault, ERR_INVALID, "corrects",
                          "entry %.40s corrects %.40s, which was corrected already", entry->id,
                          entry->corrects);
    }
    if (first->is_correction) {
        return fail_field(
            fault, ERR_INVALID, "corrects",
            "entry %.40s corrects %.40s, which is a correction itself: post the first "
            "entry anew instead",
            entry->id, entry->corrects);
    }
    if (first->opposite != content) {
        return fail_field(fault, ERR_INVALID, "corrects",
                          "entry %.40s is not the opposite of %.40s, which it corrects", entry->id,
                          entry->corrects);
    }
    *out = first;
    return OK;
}

/* The number of what it pays. */
static enum err check_paid(struct ledger_book *book, const struct ledger_entry *entry,
                           uint32_t *number, struct fault *fault)
{
    char name[256];

    *number = map_add(book->paid, joined(entry->kind, '\t', entry->pays, name, sizeof(name)));
    book->is_paid = widen(book->arena, book->is_paid, (size_t)*number + 1, &book->paid_room, 1);
    if (entry->corrects == NULL && book->is_paid[*number]) {
        return fail_field(fault, ERR_INVALID, "pays",
                          "entry %.40s pays the %.40s %.60s a second time", entry->id, entry->kind,
                          entry->pays);
    }
    return OK;
}

static enum err check_place(const struct ledger_book *book, const struct ledger_entry *entry,
                            struct fault *fault)
{
    const char *last = book->count == 0 ? "" : book->entries[book->count - 1].id;

    if (strcmp(last, entry->id) >= 0) {
        return fail_field(fault, ERR_INVALID, "entry",
                          "entry \"%.40s\" comes after \"%.40s\": identifiers have to grow, each "
                          "stands once",
                          entry->id, last);
    }
    if (entry->at_us < book->closed_us) {
        return fail_field(fault, ERR_INVALID, "at",
                          "entry %.40s counts for a moment in a period that was closed before it "
                          "was posted",
                          entry->id);
    }
    return OK;
}

static void number_accounts(struct ledger_book *book, const struct ledger_entry *entry)
{
    char name[256];

    for (size_t i = 0; i < entry->posting_count; i++) {
        if (book->numbers[i] == UNKNOWN) {
            book->numbers[i] = map_add(book->accounts, account_key(entry, i, name, sizeof(name)));
            book->sums = widen(book->arena, book->sums, (size_t)book->numbers[i] + 1,
                               &book->sum_room, sizeof(*book->sums));
        }
    }
}

static enum err add_sums(struct ledger_book *book, const struct ledger_entry *entry,
                         struct fault *fault)
{
    for (size_t i = 0; i < entry->posting_count; i++) {
        int64_t *sum = &book->sums[book->numbers[i]];

        if (money_add(*sum, entry->postings[i].amount, sum)) {
            continue;
        }
        while (i-- > 0) { /* as if it had not been asked */
            book->sums[book->numbers[i]] -= entry->postings[i].amount;
        }
        return fail_field(fault, ERR_INVALID, "amount",
                          "with entry %.40s a balance would not fit into 64 bits", entry->id);
    }
    return OK;
}

static void keep(struct ledger_book *book, const struct ledger_entry *entry, uint32_t paid)
{
    book->entries =
        widen(book->arena, book->entries, book->count + 1, &book->room, sizeof(*book->entries));
    book->entries[book->count++] =
        (struct kept){.id = arena_copy(book->arena, entry->id, strlen(entry->id)),
                      .opposite = digest(book, entry, true),
                      .paid = paid,
                      .is_correction = entry->corrects != NULL};
    book->postings += entry->posting_count;
}

enum err ledger_book_add(struct ledger_book *book, const struct ledger_entry *entry,
                         struct fault *fault)
{
    struct kept *first = NULL;
    uint32_t paid;

    if (strlen(entry->kind) + strlen(entry->pays) > NAMES_SIZE_MAX || entry->kind[0] == '\0' ||
        entry->pays[0] == '\0') {
        return fail_field(fault, ERR_INVALID, "pays",
                          "entry %.40s does not say in 250 bytes what it pays", entry->id);
    }
    TRY(ledger_entry_check(entry, fault));
    TRY(check_place(book, entry, fault));
    TRY(check_paid(book, entry, &paid, fault));
    find_accounts(book, entry);
    if (entry->corrects != NULL) {
        TRY(check_correction(book, entry, digest(book, entry, false), &first, fault));
    }
    number_accounts(book, entry);
    TRY(add_sums(book, entry, fault));
    if (first != NULL) {
        first->is_corrected = true;
        book->is_paid[first->paid] = false;
    } else {
        book->is_paid[paid] = true;
    }
    keep(book, entry, paid);
    return OK;
}

enum err ledger_book_close(struct ledger_book *book, int64_t until_us, struct fault *fault)
{
    if (until_us <= book->closed_us) {
        return fail_field(fault, ERR_INVALID, "until", "the book was closed until then already");
    }
    book->closed_us = until_us;
    return OK;
}

static int by_account(const void *left, const void *right)
{
    const struct ledger_balance *a = left;
    const struct ledger_balance *b = right;
    int order = strcmp(a->account, b->account);

    return order != 0 ? order : strcmp(a->currency, b->currency);
}

size_t ledger_book_balances(const struct ledger_book *book, struct arena *arena,
                            const struct ledger_balance **out)
{
    uint32_t count = map_count(book->accounts);
    struct ledger_balance *balances = arena_array(arena, struct ledger_balance, count);

    for (uint32_t i = 0; i < count; i++) {
        const char *name = map_key(book->accounts, i).at;

        balances[i] = (struct ledger_balance){
            .account = name + 4, .currency = arena_copy(arena, name, 3), .amount = book->sums[i]};
    }
    if (count > 0) {
        qsort(balances, count, sizeof(*balances), by_account);
    }
    *out = balances;
    return count;
}

enum err ledger_book_compare(const struct ledger_book *book, const struct ledger_balance *claimed,
                             size_t count, struct fault *fault)
{
    struct arena *arena = arena_new();
    struct map *seen = map_new(arena);
    char name[256];
    enum err err = OK;

    for (size_t i = 0; i < count && err == OK; i++) {
        uint32_t number;
        int64_t sum = 0;

        if (strlen(claimed[i].account) > 240 || strlen(claimed[i].currency) != 3) {
            err = fail_field(fault, ERR_INVALID, "account", "balance %zu names no account", i + 1);
            break;
        }
        struct text key = joined(claimed[i].currency, ' ', claimed[i].account, name, sizeof(name));

        if (map_find(book->accounts, key, &number)) {
            sum = book->sums[number];
        }
        if (sum != claimed[i].amount || map_add(seen, key) != map_count(seen) - 1) {
            err = fail_field(fault, ERR_INVALID, "balance",
                             "%.120s in %s is said to hold %lld minor units; its postings sum to "
                             "%lld",
                             claimed[i].account, claimed[i].currency, (long long)claimed[i].amount,
                             (long long)sum);
        }
    }
    for (uint32_t i = 0; i < map_count(book->accounts) && err == OK; i++) {
        uint32_t number;

        if (book->sums[i] != 0 && !map_find(seen, map_key(book->accounts, i), &number)) {
            err = fail_field(fault, ERR_INVALID, "balance",
                             "%.120s in %.3s is said to hold nothing; its postings sum to %lld",
                             map_key(book->accounts, i).at + 4, map_key(book->accounts, i).at,
                             (long long)book->sums[i]);
        }
    }
    arena_free(arena);
    return err;
}
