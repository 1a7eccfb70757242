#include "store/totals.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/map.h"
#include "store/work.h"

enum { ROOM_FIRST = 32 };

struct noted {
    store_total *serve;
    struct total total;
};

struct list {
    struct noted *at;
    size_t count;
    size_t room;
};

struct totals {
    struct arena *arena; /* of the keys */
    struct map *numbers; /* from key to place in `sums`; NULL: nothing is kept */
    struct list sums;
    struct list body; /* of the body that runs */
};

struct totals *totals_new(void)
{
    struct totals *totals = calloc(1, sizeof(*totals));

    if (totals == NULL) {
        abort();
    }
    totals->arena = arena_new();
    return totals;
}

void totals_free(struct totals *totals)
{
    if (totals != NULL) {
        arena_free(totals->arena);
        free(totals->sums.at);
        free(totals->body.at);
        free(totals);
    }
}

void totals_reset(struct totals *totals)
{
    if (totals->numbers != NULL) {
        arena_undo(totals->arena, (struct arena_mark){0});
        totals->numbers = NULL;
    }
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

static bool is_same(const struct noted *noted, store_total *serve, const struct total *total)
{
    return noted->serve == serve && strcmp(noted->total.name, total->name) == 0 &&
           strcmp(noted->total.object_id, total->object_id) == 0 &&
           strcmp(noted->total.organisation_id, total->organisation_id) == 0;
}

/* No name has a line feed in it, or it would not be a name. */
static struct text key_of(struct arena *arena, store_total *serve, const struct total *total)
{
    struct buffer key = buffer_new(arena);

    buffer_put(&key, (const char *)&serve, sizeof(serve));
    buffer_string(&key, total->organisation_id);
    buffer_char(&key, '\n');
    buffer_string(&key, total->object_id);
    buffer_char(&key, '\n');
    buffer_string(&key, total->name);
    return buffer_view(&key);
}

/* What the bodies before this one have noted. */
static int64_t kept_amount(const struct totals *totals, store_total *serve,
                           const struct total *total)
{
    uint32_t number;

    if (totals->numbers == NULL) {
        return 0;
    }
    struct arena_mark mark = arena_mark(totals->arena);
    bool found = map_find(totals->numbers, key_of(totals->arena, serve, total), &number);

    arena_undo(totals->arena, mark);
    return found ? totals->sums.at[number].total.amount : 0;
}

int64_t totals_noted(const struct totals *totals, store_total *serve, const struct total *total)
{
    int64_t amount = kept_amount(totals, serve, total);

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
        const struct noted *noted = &totals->body.at[i];

        if (totals->numbers == NULL) {
            totals->numbers = map_new(totals->arena);
        }
        uint32_t number =
            map_add(totals->numbers, key_of(totals->arena, noted->serve, &noted->total));

        if (number == totals->sums.count) {
            append(&totals->sums, noted);
        } else {
            totals->sums.at[number].total.amount += noted->total.amount;
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
