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

/* No name has a line feed in it, or it would not be a name. */
static struct text key_of(struct arena *arena, const struct noted *noted)
{
    struct buffer key = buffer_new(arena);

    buffer_put(&key, (const char *)&noted->serve, sizeof(noted->serve));
    buffer_string(&key, noted->total.organisation_id);
    buffer_char(&key, '\n');
    buffer_string(&key, noted->total.object_id);
    buffer_char(&key, '\n');
    buffer_string(&key, noted->total.name);
    return buffer_view(&key);
}

void totals_keep(struct totals *totals)
{
    for (size_t i = 0; i < totals->body.count; i++) {
        const struct noted *noted = &totals->body.at[i];

        if (totals->numbers == NULL) {
            totals->numbers = map_new(totals->arena);
        }
        uint32_t number = map_add(totals->numbers, key_of(totals->arena, noted));

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
