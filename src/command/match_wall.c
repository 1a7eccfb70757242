#include "command/match_wall.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/map.h"
#include "command/table.h"

/* Pairs of requirement and expert, to be sorted. */
struct pairs {
    uint64_t *at;
    size_t count;
    size_t room;
};

struct walling {
    struct arena *scratch;
    struct fault *fault;
    const struct match_input *input;
    struct pairs pairs;
};

static void add_pair(struct arena *arena, struct pairs *pairs, uint32_t requirement,
                     uint32_t expert)
{
    if (pairs->count == pairs->room) {
        size_t wider = pairs->room * 2 + 256;

        pairs->at = arena_grow(arena, pairs->at, pairs->room * sizeof(*pairs->at),
                               wider * sizeof(*pairs->at));
        pairs->room = wider;
    }
    pairs->at[pairs->count++] = (uint64_t)requirement << 32 | expert;
}

static bool names(const char *name, struct text what)
{
    return name != NULL && text_is(what, name);
}

/* A wall stands against one requirement, or all of a campaign or client. */
static enum err take_conflict(struct walling *walling, const struct text *row, uint64_t line)
{
    const struct match_input *input = walling->input;
    bool met = false;
    uint32_t expert;

    if (!map_find(input->experts.ids, row[0], &expert)) {
        return fail_line(walling->fault, ERR_INVALID, line, "expert", "there is no expert %.*s",
                         (int)row[0].size, row[0].at);
    }
    for (uint32_t i = 0; i < input->requirement_count; i++) {
        const struct match_requirement *at = &input->requirements[i];

        if (names(at->id, row[1]) || names(at->campaign, row[1]) || names(at->client, row[1])) {
            add_pair(walling->scratch, &walling->pairs, i, expert);
            met = true;
        }
    }
    return met ? OK
               : fail_line(walling->fault, ERR_INVALID, line, "against",
                           "there is no requirement, campaign or client %.*s", (int)row[1].size,
                           row[1].at);
}

static enum err read_conflicts(struct walling *walling, const char *path)
{
    static const struct column columns[] = {{.name = "expert"}, {.name = "against"}};
    TABLE_SCOPE table = NULL;
    const struct text *row;
    bool more;

    TRY(table_open(path, columns, COUNT(columns), &table, walling->fault));
    for (;;) {
        TRY(table_next(table, &row, &more, walling->fault));
        if (!more) {
            return OK;
        }
        TRY(take_conflict(walling, row, table_line(table)));
    }
}

/* Nobody works for a client that employs them. */
static void wall_off_employers(struct walling *walling, const struct map *employed)
{
    const struct match_input *input = walling->input;

    for (uint32_t k = 0; k < map_count(employed); k++) {
        struct text pair = map_key(employed, k);
        const char *cut = memchr(pair.at, '\n', pair.size);
        struct text client = {.at = pair.at, .size = (size_t)(cut - pair.at)};
        struct text id = {.at = cut + 1, .size = pair.size - client.size - 1};
        uint32_t expert;

        for (uint32_t i = 0; i < input->requirement_count; i++) {
            if (names(input->requirements[i].client, client) &&
                map_find(input->experts.ids, id, &expert)) {
                add_pair(walling->scratch, &walling->pairs, i, expert);
            }
        }
    }
}

static int compare_pair(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

/* Sorted lists of experts, one a requirement. */
static void set_walls(struct arena *arena, struct pairs *pairs, struct match_input *input)
{
    uint32_t *rows = arena_array(arena, uint32_t, pairs->count + 1);
    size_t count = 0;

    if (pairs->count > 0) {
        qsort(pairs->at, pairs->count, sizeof(*pairs->at), compare_pair);
    }
    for (size_t i = 0; i < pairs->count; i++) {
        if (i > 0 && pairs->at[i] == pairs->at[i - 1]) {
            continue;
        }
        struct match_requirement *at = &input->requirements[pairs->at[i] >> 32];

        if (at->walls.count == 0) {
            at->walls.at = rows + count;
        }
        rows[count++] = (uint32_t)pairs->at[i];
        at->walls.count++;
    }
}

enum err match_walls_read(struct arena *arena, const char *conflicts, const struct map *employed,
                          struct match_input *input, struct fault *fault)
{
    ARENA_SCOPE scratch = arena_new();
    struct walling walling = {.scratch = scratch, .fault = fault, .input = input};

    if (conflicts != NULL) {
        TRY(read_conflicts(&walling, conflicts));
    }
    wall_off_employers(&walling, employed);
    set_walls(arena, &walling.pairs, input);
    return OK;
}
