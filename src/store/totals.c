#include "store/totals.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/work.h"

enum { ROOM_FIRST = 32, CHAINS = 64 };

struct noted {
    store_total *serve;
    struct total total;
    size_t next; /* number of the next sum of the chain, from one; zero: none */
};

struct list {
    struct noted *at;
    size_t count;
    size_t room;
};

struct totals {
    struct list sums;
    struct list body;      /* of the body that runs */
    size_t chains[CHAINS]; /* the newest sum of each, by what it is about */
};

struct totals *totals_new(void)
{
    struct totals *totals = calloc(1, sizeof(*totals));

    if (totals == NULL) {
        abort();
    }
    return totals;
}

void totals_free(struct totals *totals)
{
    if (totals != NULL) {
        free(totals->sums.at);
        free(totals->body.at);
        free(totals);
    }
}

void totals_reset(struct totals *totals)
{
    memset(totals->chains, 0, sizeof(totals->chains));
    totals->sums.count = totals->body.count = 0;
}

static void append(struct list *list, const struct noted *noted)
{
    if (list->count == list->room) {
        list->room = list->room == 0 ? ROOM_FIRST : 2 * list->room;
        list->at = realloc(list->at, list->room * sizeof(*list->at));
        if (list->at == NULL) {
            abort();
        }
    }
    list->at[list->count++] = *noted;
}

void totals_note(struct totals *totals, store_total *serve, const struct total *total)
{
    append(&totals->body, &(struct noted){.serve = serve, .total = *total});
}

static size_t chain_of(const struct total *total)
{
    return text_hash(text_of(total->object_id)) % CHAINS;
}

static bool is_same(const struct noted *noted, store_total *serve, const struct total *total)
{
    return noted->serve == serve && strcmp(noted->total.name, total->name) == 0 &&
           strcmp(noted->total.object_id, total->object_id) == 0 &&
           strcmp(noted->total.organisation_id, total->organisation_id) == 0;
}

/* The sum that this adds to; NULL: there is none yet. */
static struct noted *find_sum(const struct totals *totals, store_total *serve,
                              const struct total *total)
{
    for (size_t at = totals->chains[chain_of(total)]; at > 0; at = totals->sums.at[at - 1].next) {
        if (is_same(&totals->sums.at[at - 1], serve, total)) {
            return &totals->sums.at[at - 1];
        }
    }
    return NULL;
}

int64_t totals_noted(const struct totals *totals, store_total *serve, const struct total *total)
{
    const struct noted *sum = find_sum(totals, serve, total);
    int64_t amount = sum == NULL ? 0 : sum->total.amount;

    for (size_t i = 0; i < totals->body.count; i++) {
        if (is_same(&totals->body.at[i], serve, total)) {
            amount += totals->body.at[i].total.amount;
        }
    }
    return amount;
}

void totals_keep(struct totals *totals)
{
    for (size_t i = 0; i < totals->body.count; i++) {
        struct noted noted = totals->body.at[i];
        struct noted *sum = find_sum(totals, noted.serve, &noted.total);

        if (sum != NULL) {
            sum->total.amount += noted.total.amount;
        } else {
            size_t *chain = &totals->chains[chain_of(&noted.total)];

            noted.next = *chain;
            append(&totals->sums, &noted);
            *chain = totals->sums.count;
        }
    }
    totals->body.count = 0;
}

void totals_drop(struct totals *totals)
{
    totals->body.count = 0;
}

enum err totals_serve(struct totals *totals, struct work *work)
{
    for (size_t i = 0; i < totals->sums.count; i++) {
        const struct noted *sum = &totals->sums.at[i];

        work->organisation_id = sum->total.organisation_id;
        if (sum->total.amount != 0) {
            TRY(sum->serve(work, &sum->total));
            assert(totals->body.count == 0); /* what is served notes nothing itself */
        }
    }
    totals_reset(totals);
    return OK;
}
