/* Cutting CSV: cells lie in the text, rows agree with the record reader, and pieces with the whole.
 */

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "command/csv_cut.h"
#include "fuzz.h"

static const struct column columns[] = {{.name = "a"}, {.name = "b", .optional = true}};

static struct cut cut_of(struct arena *arena, const struct cut_plan *plan, char *text, size_t from,
                         size_t to)
{
    uint32_t room = cut_room_for(plan, (uint32_t)(to - from));

    return (struct cut){.plan = plan,
                        .text = text,
                        .from = (uint32_t)from,
                        .to = (uint32_t)to,
                        .row_room = room,
                        .cells = arena_array(arena, struct cell, (size_t)room * 2),
                        .lines = arena_array(arena, uint32_t, room)};
}

/* Fields in the order of the file against what the record reader says. */
static void compare(struct arena *arena, const struct cut *cut, const char *original, size_t size)
{
    struct csv csv = {.rest = {original, size}, .separator = ',', .line_next = 0};
    struct csv_record record;
    struct fault fault = {0};

    for (uint32_t row = 0; row < cut->row_count; row++) {
        assert(csv_next(&csv, arena, CUT_FIELDS_MAX, &record, &fault) == OK && record.count == 3);
        assert(cut->lines[row] == csv.line);
        for (uint32_t column = 0; column < 2; column++) {
            const struct cell *cell = &cut->cells[(size_t)column * cut->row_room + row];
            const struct text *want = &record.fields[column == 0 ? 2 : 0];

            assert(cell->at + (size_t)cell->size <= cut->to && cell->size == want->size);
            assert(memcmp(cut->text + cell->at, want->at, want->size) == 0);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE arena = arena_new();
    struct cut_plan plan = {.columns = columns, .column_count = 2, .width = 3};
    char *text = malloc(size + 1 + CUT_PADDING);
    bool lone = false; /* a return inside a line ends a record for one reader only */

    assert(text != NULL);
    memset(plan.place, CUT_PASSED, sizeof(plan.place));
    plan.place[2] = 0;
    plan.place[0] = 1;
    memcpy(text, data, size);
    text[size] = '\n';
    memset(text + size + 1, 0, CUT_PADDING);
    for (size_t i = 0; i < size; i++) {
        lone = lone || (text[i] == '\r' && text[i + 1] != '\n');
    }
    char *original = arena_copy(arena, text, size + 1);
    size_t whole = cut_whole(text, size + 1);
    bool quoted = memchr(text, '"', size) != NULL;
    struct cut cut = cut_of(arena, &plan, text, 0, size + 1);

    assert(whole <= size + 1);
    cut_run(&cut);
    assert(cut.err == OK || cut.fault.text[0] != '\0');
    if (!lone) {
        compare(arena, &cut, original, size + 1);
    }
    char *middle = quoted ? NULL : memchr(original + size / 2, '\n', size + 1 - size / 2);

    if (middle != NULL && cut.err == OK) {
        size_t at = (size_t)(middle - original) + 1;
        struct cut left = cut_of(arena, &plan, text, 0, at);
        struct cut right = cut_of(arena, &plan, text, at, size + 1);

        cut_run(&left);
        cut_run(&right);
        assert(left.err == OK && right.err == OK);
        assert(left.row_count + right.row_count == cut.row_count);
        assert(left.line_count + right.line_count == cut.line_count);
    }
    free(text);
    return 0;
}
