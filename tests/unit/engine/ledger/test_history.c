/*
 * Goal: over random histories (rates that change, appeals, corrections, two currencies, failed
 * payouts, kills in the middle) money is conserved to the cent, the book equals an account kept by
 * plain arithmetic beside it, a second pass gives the same bytes, and one planted break is found
 * exactly where it was planted.
 *
 * PERITI_HISTORIES says how many; a million take about a minute.
 */

#include "check.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/money.h"
#include "base/rng.h"
#include "engine/ledger/ledger.h"

enum { PEOPLE = 3, CURRENCIES = 2, STEPS = 24, ENTRIES_MAX = STEPS * 2, UNITS = 12 };

static const char *const CODES[CURRENCIES] = {"EUR", "JPY"};
static const char *const PAYABLE[PEOPLE] = {"liabilities:payable:p0", "liabilities:payable:p1",
                                            "liabilities:payable:p2"};

struct event {
    struct ledger_entry entry;
    struct ledger_posting postings[PEOPLE + 1];
    char id[12];
    char pays[12];
    int64_t close_us; /* above zero: the book is closed until then, before this entry */
};

/* What plain arithmetic says. */
struct model {
    int64_t payable[PEOPLE][CURRENCIES];
    int64_t bank[CURRENCIES];
    int64_t cost[CURRENCIES];
    int64_t transit[CURRENCIES];
    int64_t rate[PEOPLE];
    int64_t closed_us;
    int64_t now_us;
    size_t unit_entry[UNITS]; /* where a unit was paid, plus one; zero: it is not */
};

struct history {
    struct rng rng;
    struct model model;
    struct event events[ENTRIES_MAX];
    size_t count;
    uint32_t thing; /* makes each payment's identifier new */
};

static struct event *open_event(struct history *history, const char *kind, size_t currency)
{
    struct event *event = &history->events[history->count];

    *event = (struct event){0};
    (void)snprintf(event->id, sizeof(event->id), "e%06zu", history->count);
    (void)snprintf(event->pays, sizeof(event->pays), "t%06u", history->thing++);
    event->entry = (struct ledger_entry){.id = event->id,
                                         .at_us = history->model.now_us,
                                         .currency = CODES[currency],
                                         .kind = kind,
                                         .pays = event->pays,
                                         .postings = event->postings};
    history->count++;
    return event;
}

static void post(struct event *event, const char *account, int64_t amount)
{
    event->postings[event->entry.posting_count++] =
        (struct ledger_posting){.account = account, .amount = amount};
}

static void pay(struct history *history, const char *kind, size_t person, size_t currency,
                int64_t amount)
{
    struct event *event = open_event(history, kind, currency);

    post(event, "expenses:cost", amount);
    post(event, PAYABLE[person], -amount);
    history->model.payable[person][currency] += amount;
    history->model.cost[currency] += amount;
}

/* A unit of the kind that each person always does: person and currency follow from its number. */
static void accept_unit(struct history *history, size_t unit)
{
    size_t person = unit % PEOPLE;

    if (history->model.unit_entry[unit] != 0) {
        return;
    }
    pay(history, "unit", person, unit % CURRENCIES, history->model.rate[person]);
    struct event *event = &history->events[history->count - 1];

    (void)snprintf(event->pays, sizeof(event->pays), "u%06zu", unit);
    history->model.unit_entry[unit] = history->count;
}

static struct event *correct(struct history *history, size_t first)
{
    const struct event *wrong = &history->events[first];
    size_t currency = strcmp(wrong->entry.currency, CODES[1]) == 0;
    struct event *event = open_event(history, wrong->entry.kind, currency);

    memcpy(event->pays, wrong->pays, sizeof(event->pays));
    event->entry.corrects = wrong->id;
    for (size_t i = 0; i < wrong->entry.posting_count; i++) {
        post(event, wrong->postings[i].account, -wrong->postings[i].amount);
    }
    return event;
}

static void reject_unit(struct history *history, size_t unit)
{
    size_t first = history->model.unit_entry[unit];

    if (first == 0) {
        return;
    }
    struct event *event = correct(history, first - 1);

    history->model.payable[unit % PEOPLE][unit % CURRENCIES] -= event->postings[1].amount;
    history->model.cost[unit % CURRENCIES] -= event->postings[1].amount;
    history->model.unit_entry[unit] = 0;
}

/* Shared by hours: the shares sum to the bonus. */
static void share_bonus(struct history *history, size_t currency)
{
    int64_t weights[PEOPLE];
    int64_t shares[PEOPLE];
    int64_t total = 1 + (int64_t)rng_below(&history->rng, 100000);
    struct fault fault;

    for (size_t i = 0; i < PEOPLE; i++) {
        weights[i] = 1 + (int64_t)rng_below(&history->rng, 500);
    }
    struct event *event = open_event(history, "bonus", currency);

    post(event, "expenses:cost", total);
    history->model.cost[currency] += total;
    if (ledger_split(total, weights, PEOPLE, shares, &fault) != OK) {
        abort();
    }
    for (size_t i = 0; i < PEOPLE; i++) {
        if (shares[i] != 0) {
            post(event, PAYABLE[i], -shares[i]);
            history->model.payable[i][currency] += shares[i];
        }
    }
}

static void pay_out(struct history *history, size_t person, size_t currency)
{
    int64_t due = history->model.payable[person][currency];

    if (due <= 0) {
        return;
    }
    struct event *event = open_event(history, "payout", currency);

    post(event, PAYABLE[person], due);
    post(event, "liabilities:transit", -due);
    if (rng_below(&history->rng, 3) == 0) { /* it comes back */
        (void)correct(history, history->count - 1);
        return;
    }
    history->model.payable[person][currency] = 0;
    history->model.transit[currency] += due;
}

static void settle(struct history *history, size_t currency)
{
    int64_t due = history->model.transit[currency];

    if (due == 0) {
        return;
    }
    struct event *event = open_event(history, "bank", currency);

    post(event, "liabilities:transit", due);
    post(event, "assets:bank", -due);
    history->model.transit[currency] = 0;
    history->model.bank[currency] -= due;
}

static void step(struct history *history)
{
    struct model *model = &history->model;
    size_t person = rng_below(&history->rng, PEOPLE);
    size_t currency = rng_below(&history->rng, CURRENCIES);
    size_t unit = rng_below(&history->rng, UNITS);
    int64_t seconds = 1 + (int64_t)rng_below(&history->rng, 20000);
    size_t before = history->count;
    int64_t earned = 0;

    model->now_us += (int64_t)rng_below(&history->rng, 1000);
    switch (rng_below(&history->rng, 9)) {
    case 0:
        model->rate[person] = 1 + (int64_t)rng_below(&history->rng, 50000);
        break;
    case 1:
    case 2:
        accept_unit(history, unit);
        break;
    case 3:
        reject_unit(history, unit);
        break;
    case 4:
        if (money_scale(model->rate[person], seconds, 3600, &earned) && earned > 0) {
            pay(history, "minutes", person, currency, earned);
        }
        break;
    case 5:
        share_bonus(history, currency);
        break;
    case 6:
        pay_out(history, person, currency);
        break;
    case 7:
        settle(history, currency);
        break;
    default:
        pay(history, "kill", person, currency, model->rate[person]);
        break;
    }
    if (history->count > before && rng_below(&history->rng, 12) == 0 &&
        model->now_us > model->closed_us) {
        history->events[before].close_us = model->now_us;
        model->closed_us = model->now_us;
    }
}

static void play(struct history *history, uint64_t seed)
{
    history->rng = rng_stream(20261122, seed);
    history->count = 0;
    history->thing = 0;
    history->model = (struct model){.now_us = 1};
    for (size_t i = 0; i < PEOPLE; i++) {
        history->model.rate[i] = 1 + (int64_t)rng_below(&history->rng, 50000);
    }
    for (size_t i = 0; i < STEPS; i++) {
        step(history);
    }
}

/* Where the book breaks; the count when it holds. */
static size_t run(const struct history *history, struct ledger_book *book)
{
    struct fault fault;

    for (size_t i = 0; i < history->count; i++) {
        const struct event *event = &history->events[i];

        if (event->close_us > 0 && ledger_book_close(book, event->close_us, &fault) != OK) {
            return i;
        }
        if (ledger_book_add(book, &event->entry, &fault) != OK) {
            return i;
        }
    }
    return history->count;
}

static int64_t sum_of(const struct ledger_balance *balances, size_t count, const char *account,
                      const char *currency)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(balances[i].account, account) == 0 &&
            strcmp(balances[i].currency, currency) == 0) {
            return balances[i].amount;
        }
    }
    return 0;
}

static bool agrees(const struct history *history, const struct ledger_balance *balances,
                   size_t count)
{
    const struct model *model = &history->model;

    for (size_t k = 0; k < CURRENCIES; k++) {
        int64_t total = 0;

        for (size_t i = 0; i < count; i++) {
            total += strcmp(balances[i].currency, CODES[k]) == 0 ? balances[i].amount : 0;
        }
        for (size_t i = 0; i < PEOPLE; i++) {
            if (sum_of(balances, count, PAYABLE[i], CODES[k]) != -model->payable[i][k]) {
                return false;
            }
        }
        if (total != 0 || sum_of(balances, count, "assets:bank", CODES[k]) != model->bank[k] ||
            sum_of(balances, count, "expenses:cost", CODES[k]) != model->cost[k] ||
            sum_of(balances, count, "liabilities:transit", CODES[k]) != -model->transit[k]) {
            return false;
        }
    }
    return true;
}

/* Break one entry; false: this one cannot be broken in that way. */
static bool plant(struct history *history, size_t at)
{
    struct event *event = &history->events[at];

    switch (rng_below(&history->rng, 5)) {
    case 0: /* a cent is lost */
        event->postings[0].amount += event->postings[0].amount == -1 ? -1 : 1;
        return true;
    case 1: /* the same identifier again */
        memcpy(event->id, history->events[at == 0 ? 0 : at - 1].id, sizeof(event->id));
        return at > 0;
    case 2: /* both sides of a correction are off by one: it balances, but undoes something else */
        event->postings[0].amount += event->postings[0].amount == -1 ? -1 : 1;
        event->postings[1].amount -= event->postings[0].amount == -2 ? -1 : 1;
        return event->entry.corrects != NULL && event->postings[1].amount != 0 &&
               event->postings[0].amount + event->postings[1].amount == 0;
    case 3: /* into a closed period */
        event->entry.at_us = -1;
        for (size_t i = 0; i <= at; i++) {
            if (history->events[i].close_us > 0) {
                return true;
            }
        }
        return false;
    default: /* an account that is none */
        event->postings[0].account = "payable";
        return true;
    }
}

static bool history_holds(struct history *history, uint64_t seed)
{
    ARENA_SCOPE arena = arena_new();
    struct ledger_book *book = ledger_book_new(arena);
    struct ledger_book *again = ledger_book_new(arena);
    const struct ledger_balance *balances;
    const struct ledger_balance *rebuilt;
    struct fault fault;

    play(history, seed);
    if (run(history, book) != history->count || run(history, again) != history->count) {
        return false;
    }
    size_t count = ledger_book_balances(book, arena, &balances);

    if (ledger_book_balances(again, arena, &rebuilt) != count ||
        !agrees(history, balances, count) ||
        ledger_book_compare(again, balances, count, &fault) != OK) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(balances[i].account, rebuilt[i].account) != 0 ||
            balances[i].amount != rebuilt[i].amount) {
            return false;
        }
    }
    if (history->count == 0) {
        return true;
    }
    size_t at = rng_below(&history->rng, (uint32_t)history->count);

    return !plant(history, at) || run(history, ledger_book_new(arena)) == at;
}

static void histories__conserve_money_and_show_what_was_planted(void)
{
    static struct history history;
    const char *wanted = getenv("PERITI_HISTORIES");
    uint64_t count = wanted == NULL ? 20000 : strtoull(wanted, NULL, 10);

    for (uint64_t i = 0; i < count; i++) {
        if (!history_holds(&history, i)) {
            printf("# history %llu\n", (unsigned long long)i);
            CHECK(false);
        }
    }
    printf("# %llu histories\n", (unsigned long long)count);
}

TEST_MAIN(CASE(histories__conserve_money_and_show_what_was_planted))
