#pragma once

/*
 * Random histories of money on a store, and plain arithmetic beside them.
 *
 * A world is one store with an operator, a client, two people in finance and an account to pay from
 * in each currency. A history is a campaign of it with three people, whose steps are drawn by
 * chance. What a committed step changes is counted in the model, which knows nothing of entries.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/rng.h"
#include "slice/account/account.h"
#include "store/store.h"
#include "store/work.h"

enum { PEOPLE = 3, CURRENCIES = 3, UNITS = 12, ID_SIZE = 32 };

#define HOUSE  "org_house"
#define CLIENT "org_client"

extern const char *const CODES[CURRENCIES];
extern const struct principal FINANCE[2];

struct world {
    struct store *store;
    struct rng rng;
    int64_t now_us;
    int64_t rate_nano[CURRENCIES][CURRENCIES];
};

struct unit_model {
    int64_t cost; /* zero: not paid */
    int64_t charge;
};

struct model {
    int64_t price[PEOPLE];
    int64_t unit_charge; /* INT_ABSENT: cost and markup */
    int64_t markup_points;
    struct unit_model units[UNITS];
    struct unit_model minutes[PEOPLE];
    int64_t owed[PEOPLE][CURRENCIES];
    int64_t paid_out[PEOPLE][CURRENCIES];
    int64_t charged; /* to the client, in the campaign's currency */
    int64_t invoiced;
    int64_t held_until_us[PEOPLE];
    int64_t usable_us[PEOPLE]; /* when the account can be used */
};

struct history {
    struct world *world;
    struct model model;
    uint64_t number;
    size_t currency; /* of the campaign */
    int64_t begun_us;
    uint32_t thing; /* makes identifiers of what is paid new */
    char campaign_id[ID_SIZE];
    char person_id[PEOPLE][ID_SIZE];
};

/* One transaction at the world's time; `fails`: at its end, so that nothing of it stays. */
struct doing {
    store_body *body;
    void *context;
    const struct principal *who;
    bool fails;
};
enum err world_do(struct world *world, const struct doing *doing, struct arena *arena);

/* Open it; a new one is furnished first. */
bool world_open(struct world *world, const char *url, uint64_t seed);

/* Amounts in another currency, rounded half to even, by the schoolbook. */
int64_t world_exchange(const struct world *world, size_t from, size_t to, int64_t amount);

/* What it and its people are called. */
void history_name(struct history *history, struct world *world, uint64_t number);

/* A history with its campaign and people, who have accounts. */
bool history_begin(struct history *history, struct world *world, uint64_t number);

/* All steps, then payouts until nobody who can be paid is owed anything. */
bool history_play(struct history *history);

/* Make, approve, send and settle one run; `wild`: with all that can happen on the way. */
bool history_pay_out(struct history *history, size_t currency, bool wild);

/* Send what was approved before the process was killed. */
bool world_resume(struct world *world);

/* A person's statements from the history's first week on: each opens as the one before closed, its
 * entries sum to its lines, payouts are those that were sent; what it closes with is in the book.
 * With a model, everything is what that says. */
bool history_holds(const struct history *history, bool has_model);

/* The proof holds, and each derived table is what the facts make of it. */
bool world_holds(struct world *world);

/* Say where it broke; returns false. */
bool broken(const char *what, uint64_t number);
