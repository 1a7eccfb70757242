#include "command/comparison_file.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/map.h"
#include "command/table.h"

enum { LEFT, RIGHT, WINNER, RATER, SIDE, STYLES, ROWS_MAX = INT32_MAX };

static const struct column fixed_columns[STYLES] = {{.name = "left"},
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
    float *style;
    uint32_t style_count;
    size_t count;
    size_t room;
};

static void *widen(const struct growing *rows, void *column, size_t size, size_t room)
{
    return arena_grow(rows->arena, column, rows->room * size, room * size);
}

static void take_room(struct growing *rows, size_t room)
{
    rows->left = widen(rows, rows->left, sizeof(*rows->left), room);
    rows->right = widen(rows, rows->right, sizeof(*rows->right), room);
    rows->rater = widen(rows, rows->rater, sizeof(*rows->rater), room);
    rows->outcome = widen(rows, rows->outcome, sizeof(*rows->outcome), room);
    rows->first = widen(rows, rows->first, sizeof(*rows->first), room);
    rows->style = widen(rows, rows->style, rows->style_count * sizeof(*rows->style), room);
    rows->room = room;
}

static enum err read_styles(const struct table *table, const struct column *columns,
                            const struct text *fields, struct growing *rows, struct fault *fault)
{
    for (uint32_t k = 0; k < rows->style_count; k++) {
        double value = 0;
        struct text text = fields[STYLES + k];

        if (!text_real(text, &value) || !isfinite((float)value)) {
            return fail_line(fault, ERR_INVALID, table_line(table), columns[STYLES + k].name,
                             "\"%.*s\" is not a finite number",
                             (int)(text.size < 80 ? text.size : 80), text.at);
        }
        rows->style[rows->count * rows->style_count + k] = (float)value;
    }
    return OK;
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
                         const struct comparison_file *file, const struct column *columns,
                         struct growing *rows, struct fault *fault)
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
    if (rows->count == rows->room) {
        take_room(rows, rows->room * 2 + 4096);
    }
    TRY(read_styles(table, columns, fields, rows, fault));
    rows->left[rows->count] = map_add(file->items, fields[LEFT]);
    rows->right[rows->count] = map_add(file->items, fields[RIGHT]);
    uint32_t rater = map_add(file->raters, fields[RATER]);

    if (file->has_raters) { /* pages that nobody writes to cost nothing */
        rows->rater[rows->count] = rater;
    }
    rows->outcome[rows->count] = outcome;
    if (file->has_sides) {
        rows->first[rows->count] = first;
    }
    rows->count++;
    return OK;
}

enum err comparison_file_read(struct arena *arena, const struct comparison_source *source,
                              struct comparison_file *out, struct fault *fault)
{
    TABLE_SCOPE table = NULL;
    struct column columns[STYLES + COMPARISON_STYLES_MAX];
    const struct comparison_file *names = source->names;
    struct comparison_file file = {.items = names == NULL ? map_new(arena) : names->items,
                                   .raters = names == NULL ? map_new(arena) : names->raters};
    struct growing rows = {.arena = arena, .style_count = source->style_count};
    const struct text *fields;
    bool more;

    memcpy(columns, fixed_columns, sizeof(fixed_columns));
    for (uint32_t k = 0; k < source->style_count; k++) {
        columns[STYLES + k] = (struct column){.name = source->styles[k]};
    }
    TRY(table_open(source->path, columns, STYLES + source->style_count, &table, fault));
    table_use(table, source->parallel);
    take_room(&rows, table_rows_expected(table));
    file.has_raters = table_has(table, RATER);
    file.has_sides = table_has(table, SIDE);
    for (;;) {
        TRY(table_next(table, &fields, &more, fault));
        if (!more) {
            break;
        }
        if (rows.count == ROWS_MAX) {
            return fail(fault, ERR_LIMIT, "%s has more than %d rows", source->path, ROWS_MAX);
        }
        TRY(read_row(table, fields, &file, columns, &rows, fault));
    }
    if (rows.count == 0) {
        return fail(fault, ERR_INVALID, "%s has no rows below its header", source->path);
    }
    file.input = (struct rank_input){.left = rows.left,
                                     .right = rows.right,
                                     .outcome = rows.outcome,
                                     .rater = file.has_raters ? rows.rater : NULL,
                                     .first = file.has_sides ? rows.first : NULL,
                                     .style = rows.style_count > 0 ? rows.style : NULL,
                                     .style_count = rows.style_count,
                                     .count = rows.count,
                                     .item_count = map_count(file.items),
                                     .rater_count = map_count(file.raters)};
    *out = file;
    return OK;
}
