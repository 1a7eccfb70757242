/* What must hold at the end of a history. */

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "base/time.h"
#include "history_sql.h"
#include "slice/pay/book.h"
#include "slice/payout/history.h"
#include "slice/payout/payout_shape.h"
#include "slice/payout/payout_sql.h"
#include "slice/payout/statement.h"

enum { PAGE = 5, DAY_SIZE = 11, WEEK = 7 };

struct reading {
    const struct history *history;
    size_t person;
    int64_t closing[CURRENCIES]; /* of the week before */
    int64_t paid_out[CURRENCIES];
    bool holds;
};

static size_t currency_of(const char *code)
{
    size_t currency = 0;

    while (currency < CURRENCIES && strcmp(CODES[currency], code) != 0) {
        currency++;
    }
    return currency;
}

/* Balances of a statement by currency; those that are not there are zero. */
static bool same(const struct list *balances, const int64_t *expected)
{
    const struct statement_balance *rows = balances->at;
    int64_t found[CURRENCIES] = {0};

    for (size_t i = 0; i < balances->count; i++) {
        found[currency_of(rows[i].currency)] += rows[i].amount_minor;
    }
    return memcmp(found, expected, sizeof(found)) == 0;
}

/* The entries of all pages, added up, and how many they are. */
static enum err add_entries(struct work *work, struct reading *reading, const char *week,
                            struct statement_view *view, int64_t *sums)
{
    const char *person_id = reading->history->person_id[reading->person];
    size_t left = 0;

    for (size_t i = 0; i < view->items.count; i++) {
        left += (size_t)((const struct statement_sum *)view->items.at)[i].entry_count;
    }
    for (;;) {
        const struct statement_entry *entries = view->entries.at;

        reading->holds = reading->holds && view->entries.count <= left;
        left -= view->entries.count;
        for (size_t i = 0; i < view->entries.count; i++) {
            sums[currency_of(entries[i].currency)] += entries[i].person_minor;
        }
        if (view->next == NULL) {
            reading->holds = reading->holds && left == 0;
            return OK;
        }
        TRY(statement_load(
            work, person_id,
            &(struct statement_query){.week = week, .after = view->next, .limit = PAGE}, view));
    }
}

static enum err read_week(struct work *work, struct reading *reading, int64_t day)
{
    const char *week = time_day_text(work->arena, day);
    struct statement_view view;
    int64_t lines[CURRENCIES] = {0};
    int64_t entries[CURRENCIES] = {0};

    TRY(statement_load(work, reading->history->person_id[reading->person],
                       &(struct statement_query){.week = week, .limit = PAGE}, &view));
    const struct statement_sum *sums = view.items.at;

    reading->holds = reading->holds && same(&view.opening, reading->closing);
    for (size_t i = 0; i < view.items.count; i++) {
        size_t currency = currency_of(sums[i].currency);

        lines[currency] += sums[i].amount_minor;
        reading->closing[currency] += sums[i].amount_minor;
        reading->paid_out[currency] -=
            strcmp(sums[i].kind, "payout") == 0 ? sums[i].amount_minor : 0;
    }
    reading->holds = reading->holds && same(&view.closing, reading->closing);
    TRY(add_entries(work, reading, week, &view, entries));
    reading->holds = reading->holds && memcmp(lines, entries, sizeof(lines)) == 0;
    return OK;
}

/* The last statement is the book's balance, and its payouts are the lines that were sent. */
static enum err compare_book(struct work *work, struct reading *reading)
{
    const char *person_id = reading->history->person_id[reading->person];
    struct history_sum *sent;
    size_t count;

    TRY(history_sent(work, &(struct history_sent_args){.person_id = person_id}, &sent, &count));
    for (size_t i = 0; i < count; i++) {
        reading->paid_out[currency_of(sent[i].currency)] -= sent[i].amount_minor;
    }
    for (size_t i = 0; i < CURRENCIES; i++) {
        int64_t balance;

        TRY(book_balance(work, arena_print(work->arena, "liabilities:payable:%s", person_id),
                         CODES[i], &balance));
        reading->holds =
            reading->holds && reading->paid_out[i] == 0 && balance == -reading->closing[i];
    }
    return OK;
}

static enum err read_person(struct work *work, void *context)
{
    struct reading *reading = context;
    int64_t first = reading->history->begun_us / TIME_DAY - WEEK;
    int64_t last = work->now_us / TIME_DAY + WEEK;

    reading->holds = true;
    for (int64_t day = first; day <= last; day += WEEK) {
        TRY(read_week(work, reading, day));
    }
    return compare_book(work, reading);
}

static enum err read_client(struct work *work, void *context)
{
    struct reading *reading = context;
    const struct history *history = reading->history;
    const struct model *model = &history->model;
    struct history_spent_row spent;
    int64_t unbilled;

    TRY(history_spent(work,
                      &(struct history_spent_args){.campaign_id = history->campaign_id,
                                                   .organisation_id = CLIENT},
                      &spent));
    TRY(book_balance(
        work, arena_print(work->arena, "assets:unbilled:%s:%s", CLIENT, history->campaign_id),
        CODES[history->currency], &unbilled));
    reading->holds =
        spent.amount_minor == model->charged && unbilled == model->charged - model->invoiced;
    return OK;
}

bool history_holds(const struct history *history, bool has_model)
{
    for (size_t i = 0; i < PEOPLE; i++) {
        ARENA_SCOPE arena = arena_new();
        struct reading reading = {.history = history, .person = i};

        if (world_do(history->world, &(struct doing){.body = read_person, .context = &reading},
                     arena) != OK ||
            !reading.holds) {
            return broken("a statement", history->number);
        }
        if (has_model &&
            memcmp(reading.closing, history->model.owed[i], sizeof(reading.closing)) != 0) {
            return broken("a statement closes with other sums than arithmetic", history->number);
        }
    }
    ARENA_SCOPE arena = arena_new();
    struct reading client = {.history = history};

    return !has_model ||
           (world_do(history->world, &(struct doing){.body = read_client, .context = &client},
                     arena) == OK &&
            client.holds) ||
           broken("what the client is charged", history->number);
}

/* ------------------------------------------------------------------ derived tables, made anew */

static enum err prove(struct work *work, void *context)
{
    struct book_proof proof;

    (void)context;
    work->organisation_id = HOUSE;
    TRY(book_prove(work, &proof));
    return proof.broken == NULL ? OK : work_fail(work, ERR_INTERNAL, "%s", proof.broken);
}

/* How many rows of derived tables differ from what the facts make of them. */
static enum err compare_derived(struct work *work, void *context)
{
    size_t *wrong = context;
    struct history_account *accounts;
    struct history_thing *things;
    struct history_campaign *campaigns;
    size_t counts[4];

    TRY(history_wrong_balance(work, &accounts, &counts[0]));
    TRY(history_wrong_day(work, &accounts, &counts[1]));
    TRY(history_wrong_paid(work, &things, &counts[2]));
    TRY(history_wrong_spend(work, &campaigns, &counts[3]));
    *wrong = counts[0] + counts[1] + counts[2] + counts[3];
    return OK;
}

bool world_holds(struct world *world)
{
    ARENA_SCOPE arena = arena_new();
    size_t wrong = 0;

    return (world_do(world, &(struct doing){.body = prove}, arena) == OK ||
            broken("the book does not prove", 0)) &&
           ((world_do(world, &(struct doing){.body = compare_derived, .context = &wrong}, arena) ==
                 OK &&
             wrong == 0) ||
            broken("a derived table is not what the facts say", 0));
}
