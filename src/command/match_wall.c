#include "command/match_wall.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/map.h"
#include "command/table.h"

struct walling {
    struct arena *scratch;
    struct fault *fault;
    const struct match_files *files;
    struct match_wall *walls;
    size_t count;
    size_t room;
};

static void add_wall(struct walling *walling, uint32_t requirement, uint32_t number)
{
    uint32_t expert = walling->files->rows[number];

    if (expert == MATCH_NONE) {
        return; /* could sit nowhere anyway */
    }
    if (walling->count == walling->room) {
        size_t wider = walling->room * 2 + 256;

        walling->walls =
            arena_grow(walling->scratch, walling->walls, walling->room * sizeof(*walling->walls),
                       wider * sizeof(*walling->walls));
        walling->room = wider;
    }
    walling->walls[walling->count++] =
        (struct match_wall){.requirement = requirement, .expert = expert};
}

static bool names(const char *name, struct text what)
{
    return name != NULL && text_is(what, name);
}

/* A wall stands against one requirement, or all of a campaign or client. */
static enum err take_conflict(struct walling *walling, const struct text *row, uint64_t line)
{
    const struct match_input *input = &walling->files->input;
    bool met = false;
    uint32_t expert;

    if (!map_find(walling->files->ids, row[0], &expert)) {
        return fail_line(walling->fault, ERR_INVALID, line, "expert", "there is no expert %.*s",
                         (int)row[0].size, row[0].at);
    }
    for (uint32_t i = 0; i < input->requirement_count; i++) {
        const struct match_requirement *at = &input->requirements[i];

        if (names(at->id, row[1]) || names(at->campaign, row[1]) || names(at->client, row[1])) {
            add_wall(walling, i, expert);
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
    const struct match_input *input = &walling->files->input;

    for (uint32_t k = 0; k < map_count(employed); k++) {
        struct text pair = map_key(employed, k);
        const char *cut = memchr(pair.at, '\n', pair.size);
        struct text client = {.at = pair.at, .size = (size_t)(cut - pair.at)};
        struct text id = {.at = cut + 1, .size = pair.size - client.size - 1};
        uint32_t expert;

        for (uint32_t i = 0; i < input->requirement_count; i++) {
            if (names(input->requirements[i].client, client) &&
                map_find(walling->files->ids, id, &expert)) {
                add_wall(walling, i, expert);
            }
        }
    }
}

enum err match_walls_read(struct arena *arena, const char *conflicts, const struct map *employed,
                          struct match_files *files, struct fault *fault)
{
    ARENA_SCOPE scratch = arena_new();
    struct walling walling = {.scratch = scratch, .fault = fault, .files = files};

    if (conflicts != NULL) {
        TRY(read_conflicts(&walling, conflicts));
    }
    wall_off_employers(&walling, employed);
    match_walls_set(arena, &files->input, walling.walls, walling.count);
    return OK;
}
