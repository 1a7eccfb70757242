#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/resume/resume_inside.h"

/*
 * Rows of a page, and pages whose columns stand side by side. Such a page has headings on both
 * sides of a gutter that nearly no row crosses; its left column is then read before its right one.
 */

enum { APART_MIN = 12, WOBBLE = 2, HEADINGS_MAX = 200, CROSSING_PERCENT = 6, LEFT_ROWS_MIN = 2 };

/* Icons of icon fonts come as characters for private use; but one of them is Word's bullet. */
static bool is_icon(uint32_t code)
{
    return (code >= 0xe000 && code <= 0xf8ff && code != 0xf0b7) || code >= 0xf0000 ||
           code == 0xa0 || code == 0x200b || code == 0xfeff;
}

static struct text without_icons(struct arena *arena, struct text row)
{
    char *plain = arena_array(arena, char, row.size + 1);
    size_t size = 0;
    size_t at = 0;

    while (at < row.size) {
        size_t from = at;

        if (is_icon(text_next(row, &at))) {
            plain[size++] = ' ';
        } else {
            memcpy(plain + size, row.at + from, at - from);
            size += at - from;
        }
    }
    return (struct text){plain, size};
}

enum err resume_rows(struct arena *arena, struct text text, struct resume_row **out, size_t *count,
                     struct fault *fault)
{
    size_t size = text_lines(text);
    uint32_t page = 0;
    bool gap = false;
    struct text row;

    if (size > RESUME_LINE_MAX) {
        return fail(fault, ERR_INVALID, "more than %d lines: this is no résumé", RESUME_LINE_MAX);
    }
    struct resume_row *rows = arena_array(arena, struct resume_row, size);

    *count = 0;
    for (uint32_t number = 1; text_cut(&text, '\n', &row); number++) {
        while (row.size > 0 && row.at[0] == '\f') { /* the first row of a page */
            row = resume_after(row, 1);
            page++;
        }
        row = without_icons(arena, row);
        if (text_trim(row).size == 0) {
            gap = true;
            continue;
        }
        rows[(*count)++] =
            (struct resume_row){.text = row, .number = number, .page = page, .gap = gap};
        gap = false;
    }
    *out = rows;
    return OK;
}

/* The byte at which a column of characters begins; the size when the row is shorter. */
static size_t byte_of(struct text row, uint32_t column)
{
    size_t at = 0;

    for (uint32_t i = 0; i < column && at < row.size; i++) {
        (void)text_next(row, &at);
    }
    return at;
}

/* Where the row parts at the gutter, in bytes; its size when it ends before; false: it crosses. */
static bool part_at(struct text row, uint32_t column, size_t *out)
{
    static const int SHIFTS[] = {0, -1, 1, -2, 2};

    while (row.size > 0 && row.at[row.size - 1] == ' ') {
        row.size--;
    }
    for (size_t i = 0; i < sizeof(SHIFTS) / sizeof(SHIFTS[0]); i++) {
        size_t at = byte_of(row, (uint32_t)((int)column + SHIFTS[i]));

        if (at == row.size || (at >= 2 && row.at[at - 1] == ' ' && row.at[at - 2] == ' ')) {
            *out = at;
            return true;
        }
    }
    return false;
}

struct heading_place {
    uint32_t column;
    size_t row;
};

static size_t find_headings(const struct resume_row *rows, size_t count, struct heading_place *out)
{
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        struct resume_line line = resume_line_cut(&rows[i]);
        enum resume_section section;

        for (uint32_t k = 0; k < line.count && found < HEADINGS_MAX; k++) {
            if (!line.bullet && resume_heading(line.pieces[k].text, &section)) {
                out[found++] = (struct heading_place){line.pieces[k].column, i};
            }
        }
    }
    return found;
}

/* Do the rows hold to this gutter, with so many on its left that are no headings? */
static bool holds(const struct resume_row *rows, size_t count, uint32_t column, size_t left_min)
{
    size_t crossing = 0;
    size_t left = 0;
    size_t right = 0;

    for (size_t i = 0; i < count; i++) {
        size_t at;
        enum resume_section section;

        if (!part_at(rows[i].text, column, &at)) {
            crossing++;
            continue;
        }
        struct text before = text_trim((struct text){rows[i].text.at, at});

        left += before.size > 0 && !resume_heading(before, &section);
        right += text_trim(resume_after(rows[i].text, at)).size > 0;
    }
    return crossing * 100 <= count * CROSSING_PERCENT && left >= left_min && right > 0;
}

/* The column at which the right side begins, and the row from which on; zero: one column. */
static uint32_t find_gutter(const struct resume_row *rows, size_t count, size_t *top)
{
    struct heading_place headings[HEADINGS_MAX];
    size_t found = find_headings(rows, count, headings);
    uint32_t leftmost = UINT32_MAX;

    for (size_t i = 0; i < found; i++) {
        leftmost = headings[i].column < leftmost ? headings[i].column : leftmost;
    }
    for (size_t i = 0; i < found; i++) {
        uint32_t column = headings[i].column;

        if (column < leftmost + APART_MIN) {
            continue;
        }
        *top = headings[0].row;
        if (holds(rows + *top, count - *top, column, LEFT_ROWS_MIN)) {
            return column;
        }
    }
    return 0;
}

/* What came before the next row of a side. */
struct side_gap {
    uint32_t empty; /* rows that only the other side fills */
    bool seen;
};

struct unfolding {
    struct resume_row *out;
    size_t count;
    struct resume_row *right; /* of the pages since the gutter began */
    size_t right_count;
};

static void flush_right(struct unfolding *to)
{
    if (to->right_count > 0) {
        memcpy(to->out + to->count, to->right, to->right_count * sizeof(*to->right));
        to->out[to->count].fresh = true;
        to->count += to->right_count;
        to->right_count = 0;
    }
}

/* One side of a row. A single row that only the other side fills is no gap: the sides are seldom
 * level with each other. */
static void put_side(struct resume_row *rows, size_t *count, struct resume_row row,
                     struct side_gap *gap)
{
    bool empty = text_trim(row.text).size == 0;

    gap->empty = empty ? gap->empty + 1 : gap->empty;
    gap->seen |= row.gap || gap->empty > 1;
    if (!empty) {
        row.gap = gap->seen;
        rows[(*count)++] = row;
        *gap = (struct side_gap){0};
    }
}

/* The rows of a page part at the gutter. */
static void unfold_page(struct unfolding *to, const struct resume_row *rows, size_t count,
                        uint32_t column)
{
    struct side_gap left = {0};
    struct side_gap right = {0};

    for (size_t i = 0; i < count; i++) {
        struct resume_row row = rows[i];
        struct text whole = row.text;
        size_t at;

        if (!part_at(whole, column, &at)) {
            at = whole.size;
        }
        row.text = (struct text){whole.at, at};
        put_side(to->out, &to->count, row, &left);
        row.text = resume_after(whole, at);
        put_side(to->right, &to->right_count, row, &right);
    }
}

void resume_unfold(struct arena *arena, struct resume_row **rows, size_t *count)
{
    struct unfolding to = {.out = arena_array(arena, struct resume_row, 2 * *count + 1),
                           .right = arena_array(arena, struct resume_row, *count + 1)};
    uint32_t column = 0;

    for (size_t at = 0, end; at < *count; at = end) {
        const struct resume_row *page = *rows + at;
        size_t top = 0;

        for (end = at; end < *count && (*rows)[end].page == page->page; end++) {
        }
        uint32_t found = find_gutter(page, end - at, &top);
        bool goes_on = found == 0 && column > 0 && holds(page, end - at, column, 0);

        if (found == 0 && !goes_on) {
            flush_right(&to);
            top = end - at;
        }
        column = found > 0 ? found : goes_on ? column : 0;
        memcpy(to.out + to.count, page, top * sizeof(*page));
        to.count += top;
        unfold_page(&to, page + top, end - at - top, column);
    }
    flush_right(&to);
    *rows = to.out;
    *count = to.count;
}
