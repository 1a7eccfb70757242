#include "command/comparison_file.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/map.h"
#include "command/table.h"

enum { LEFT, RIGHT, WINNER, RATER, SIDE, ROWS_MAX = INT32_MAX };

static const struct column columns[] = {{.name = "left"},
                                        {.name = "right"},
                                        {.name = "winner"},
                                        {.name = "rater", .optional = true},
                                        {.name = "side", .optional = true}};

/* The columns while they grow. */
struct growing {
    struct arena *arena;
    uint32_t *left;
    uint32_t *right;
    uint32_t *rater;
    uint8_t *outcome;
    int8_t *first;
    size_t count;
    size_t room;
};

static void *widen(const struct growing *rows, void *column, size_t size, size_t room)
{
    return arena_grow(rows->arena, column, rows->room * size, room * size);
}

static void make_room(struct growing *rows)
{
    size_t room = rows->room == 0 ? 4096 : rows->room * 2;

    if (rows->count < rows->room) {
        return;
    }
    rows->left = widen(rows, rows->left, sizeof(*rows->left), room);
    rows->right = widen(rows, rows->right, sizeof(*rows->right), room);
    rows->rater = widen(rows, rows->rater, sizeof(*rows->rater), room);
    rows->outcome = widen(rows, rows->outcome, sizeof(*rows->outcome), room);
    rows->first = widen(rows, rows->first, sizeof(*rows->first), room);
    rows->room = room;
}

static enum err read_winner(const struct table *table, const struct text *fields, uint8_t *out,
                            struct fault *fault)
{
    struct text winner = fields[WINNER];

    if (text_equal(winner, fields[LEFT])) {
        *out = RANK_LEFT;
    } else if (text_equal(winner, fields[RIGHT])) {
        *out = RANK_RIGHT;
    } else if (text_is(winner, "tie")) {
        *out = RANK_TIE;
    } else if (text_is(winner, "left")) {
        *out = RANK_LEFT;
    } else if (text_is(winner, "right")) {
        *out = RANK_RIGHT;
    } else {
        return fail_line(fault, ERR_INVALID, table_line(table), "winner",
                         "the winner \"%.*s\" is neither the left nor the right item, nor \"tie\"",
                         (int)(winner.size < 80 ? winner.size : 80), winner.at);
    }
    return OK;
}

static enum err read_side(const struct table *table, const struct text *fields, int8_t *out,
                          struct fault *fault)
{
    struct text side = fields[SIDE];

    if (side.size == 0) {
        *out = 0;
    } else if (text_equal(side, fields[LEFT]) || text_is(side, "left") || text_is(side, "first")) {
        *out = 1;
    } else if (text_equal(side, fields[RIGHT]) || text_is(side, "right") ||
               text_is(side, "second")) {
        *out = -1;
    } else {
        return fail_line(fault, ERR_INVALID, table_line(table), "side",
                         "the side \"%.*s\" must be left or right (which item was shown first), or "
                         "that item's name",
                         (int)(side.size < 80 ? side.size : 80), side.at);
    }
    return OK;
}

static enum err read_row(const struct table *table, const struct text *fields,
                         const struct comparison_file *file, struct growing *rows,
                         struct fault *fault)
{
    uint8_t outcome = 0;
    int8_t first = 0;

    if (text_equal(fields[LEFT], fields[RIGHT])) {
        return fail_line(fault, ERR_INVALID, table_line(table), "right",
                         "an item is compared with itself");
    }
    if (file->has_raters && fields[RATER].size == 0) {
        return fail_line(fault, ERR_INVALID, table_line(table), "rater",
                         "the field rater is empty");
    }
    TRY(read_winner(table, fields, &outcome, fault));
    TRY(read_side(table, fields, &first, fault));
    make_room(rows);
    rows->left[rows->count] = map_add(file->items, fields[LEFT]);
    rows->right[rows->count] = map_add(file->items, fields[RIGHT]);
    rows->rater[rows->count] = map_add(file->raters, fields[RATER]);
    rows->outcome[rows->count] = outcome;
    rows->first[rows->count++] = first;
    return OK;
}

enum err comparison_file_read(struct arena *arena, const char *path,
                              const struct comparison_file *names, struct comparison_file *out,
                              struct fault *fault)
{
    TABLE_SCOPE table = NULL;
    struct comparison_file file = {.items = names == NULL ? map_new(arena) : names->items,
                                   .raters = names == NULL ? map_new(arena) : names->raters};
    struct growing rows = {.arena = arena};
    const struct text *fields;
    bool more;

    TRY(table_open(path, columns, COUNT(columns), &table, fault));
    file.has_raters = table_has(table, RATER);
    file.has_sides = table_has(table, SIDE);
    for (;;) {
        TRY(table_next(table, &fields, &more, fault));
        if (!more) {
            break;
        }
        if (rows.count == ROWS_MAX) {
            return fail(fault, ERR_LIMIT, "%s has more than %d rows", path, ROWS_MAX);
        }
        TRY(read_row(table, fields, &file, &rows, fault));
    }
    if (rows.count == 0) {
        return fail(fault, ERR_INVALID, "%s has no rows below its header", path);
    }
    file.input = (struct rank_input){.left = rows.left,
                                     .right = rows.right,
                                     .outcome = rows.outcome,
                                     .rater = file.has_raters ? rows.rater : NULL,
                                     .first = file.has_sides ? rows.first : NULL,
                                     .count = rows.count,
                                     .item_count = map_count(file.items),
                                     .rater_count = map_count(file.raters)};
    *out = file;
    return OK;
}
