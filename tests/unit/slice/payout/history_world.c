/* The place where histories happen. */

#include "slice/payout/history.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/shape.h"
#include "base/time.h"
#include "history_sql.h"
#include "slice/payout/payout.h"

__extension__ typedef __int128 wide;

#define BEGIN_US (INT64_C(1772323200) * TIME_SECOND) /* 2026-03-01 */
#define IBAN     "DE89370400440532013000"
#define BIC      "COBADEFFXXX"

const char *const CODES[CURRENCIES] = {"EUR", "JPY", "KWD"};
static const int64_t MINOR[CURRENCIES] = {100, 1, 1000};
static const char *const PAYING[CURRENCIES] = {"pfr_0", "pfr_1", "pfr_2"};

const struct principal FINANCE[2] = {
    {.person_id = "per_fay", .roles = ROLE_FINANCE, .organisation_id = HOUSE},
    {.person_id = "per_fin", .roles = ROLE_FINANCE, .organisation_id = HOUSE},
};

bool broken(const char *what, uint64_t number)
{
    printf("# history %llu: %s\n", (unsigned long long)number, what);
    return false;
}

static enum err run_body(struct work *work, void *context)
{
    const struct doing *doing = context;

    work->organisation_id = CLIENT;
    TRY(doing->body(work, doing->context));
    return doing->fails ? work_fail(work, ERR_CONFLICT, "it failed at its end") : OK;
}

enum err world_do(struct world *world, const struct doing *doing, struct arena *arena)
{
    struct doing copy = *doing;
    struct work work = {.arena = arena,
                        .store = world->store,
                        .who = doing->who == NULL ? &FINANCE[0] : doing->who,
                        .now_us = world->now_us};

    return store_write(&work, run_body, &copy);
}

int64_t world_exchange(const struct world *world, size_t from, size_t to, int64_t amount)
{
    if (from == to) {
        return amount;
    }
    wide above = (wide)amount * world->rate_nano[from][to] * MINOR[to];
    wide below = (wide)1000000000 * MINOR[from];
    wide whole = above / below;
    wide rest = above % below * 2;

    return (int64_t)(whole + (rest > below || (rest == below && whole % 2 == 1)));
}

static enum err add_house(struct work *work)
{
    TRY(history_add_house(work, &(struct history_add_house_args){.id = HOUSE, .kind = "operator"}));
    TRY(history_add_house(work, &(struct history_add_house_args){.id = CLIENT, .kind = "client"}));
    for (size_t i = 0; i < COUNT(FINANCE); i++) {
        TRY(history_add_person(work,
                               &(struct history_add_person_args){.id = FINANCE[i].person_id}));
    }
    TRY(history_add_seller(work, &(struct history_add_seller_args){.organisation_id = HOUSE}));
    return history_add_buyer(work, &(struct history_add_buyer_args){.organisation_id = CLIENT});
}

static enum err furnish(struct work *work, void *context)
{
    const struct world *world = context;

    TRY(add_house(work));
    for (size_t i = 0; i < CURRENCIES; i++) {
        TRY(history_add_paying_account(
            work, &(struct history_add_paying_account_args){
                      .id = PAYING[i], .organisation_id = HOUSE, .currency = CODES[i]}));
        for (size_t k = 0; k < CURRENCIES; k++) {
            if (i != k) {
                TRY(history_add_rate(work, &(struct history_add_rate_args){
                                               .id = work_new_id(work, "fxr"),
                                               .from_currency = CODES[i],
                                               .to_currency = CODES[k],
                                               .rate_nano = world->rate_nano[i][k],
                                               .quoted_at = work->now_us,
                                           }));
            }
        }
    }
    return OK;
}

bool world_open(struct world *world, const char *url, uint64_t seed)
{
    ARENA_SCOPE arena = arena_new();
    struct store_settings settings = STORE_DEFAULTS;
    struct fault fault;
    size_t applied = 0;

    *world = (struct world){.rng = rng_stream(20261122, seed), .now_us = BEGIN_US};
    for (size_t i = 0; i < CURRENCIES * CURRENCIES; i++) {
        world->rate_nano[i / CURRENCIES][i % CURRENCIES] =
            1 + (int64_t)rng_below(&world->rng, 1 << 30);
    }
    settings.url = url;
    settings.reader_max = 1;
    if (store_open(&settings, &world->store, &fault) != OK ||
        store_migrate(world->store, BEGIN_US, &applied, &fault) != OK) {
        return broken(fault.text, seed);
    }
    return applied == 0 ||
           world_do(world, &(struct doing){.body = furnish, .context = world}, arena) == OK ||
           broken("the world cannot be furnished", seed);
}

static enum err add_person(struct work *work, const struct history *history, size_t person)
{
    static const char *const ZONES[PEOPLE] = {"Europe/Berlin", "Asia/Kolkata", "America/New_York"};
    const char *id = history->person_id[person];
    struct principal who = {.person_id = id, .organisation_id = HOUSE};
    const struct principal *finance = work->who;
    const char *account_id;

    TRY(history_add_person(work, &(struct history_add_person_args){.id = id}));
    TRY(history_add_zone(work,
                         &(struct history_add_zone_args){.person_id = id, .zone = ZONES[person]}));
    work->who = &who;
    TRY(payout_account_set(
        work,
        &(struct account_draft){
            .kind = "iban", .holder = "Expert", .account_number = IBAN, .bank_code = BIC},
        &account_id));
    work->who = finance;
    return payout_account_decide(work, account_id, true);
}

static enum err add_all(struct work *work, void *context)
{
    const struct history *history = context;

    TRY(history_add_campaign(work, &(struct history_add_campaign_args){
                                       .id = history->campaign_id,
                                       .organisation_id = CLIENT,
                                       .currency = CODES[history->currency],
                                       .created_at = work->now_us,
                                   }));
    for (size_t i = 0; i < PEOPLE; i++) {
        TRY(add_person(work, history, i));
    }
    return OK;
}

void history_name(struct history *history, struct world *world, uint64_t number)
{
    *history = (struct history){.world = world,
                                .number = number,
                                .begun_us = world->now_us,
                                .model = {.unit_charge = INT_ABSENT}};
    (void)snprintf(history->campaign_id, ID_SIZE, "cmp_%llu", (unsigned long long)number);
    for (size_t i = 0; i < PEOPLE; i++) {
        (void)snprintf(history->person_id[i], ID_SIZE, "per_%llu_%zu", (unsigned long long)number,
                       i);
    }
}

bool history_begin(struct history *history, struct world *world, uint64_t number)
{
    ARENA_SCOPE arena = arena_new();

    world->rng = rng_stream(1122, number);
    history_name(history, world, number);
    history->currency = rng_below(&world->rng, CURRENCIES);
    for (size_t i = 0; i < PEOPLE; i++) {
        history->model.price[i] = 1 + (int64_t)rng_below(&world->rng, 50000);
    }
    return world_do(world, &(struct doing){.body = add_all, .context = history}, arena) == OK ||
           broken("it cannot begin", number);
}
