#include "command/label_intake.h"

#include <assert.h>

#include "base/arena.h"

struct intake {
    struct names *const *names;
    struct table_batch batch;
    uint32_t *numbers[LABEL_COLUMNS]; /* [room] */
    size_t room;
};

/* One column of the batch. Neighbours often share a name, which then is looked up once. */
static void name_column(void *context, size_t column)
{
    const struct intake *intake = context;
    uint32_t *number = intake->numbers[column];

    for (uint32_t i = 0; i < intake->batch.piece_count; i++) {
        const struct cut *cut = &intake->batch.pieces[i];
        const struct cell *cells = cut_column(cut, (uint32_t)column);

        for (uint32_t row = 0; row < cut->row_count; row++) {
            *number++ = names_add_number(intake->names[column], cut_text(cut, &cells[row]),
                                         cells[row].number);
        }
    }
}

static void make_room(struct arena *arena, struct intake *intake)
{
    if (intake->batch.row_count > intake->room) {
        intake->room = (size_t)intake->batch.row_count * 2;
        for (int column = 0; column < LABEL_COLUMNS; column++) {
            intake->numbers[column] = arena_array(arena, uint32_t, intake->room);
        }
    }
}

enum err label_intake(struct table *table, struct names *const names[LABEL_COLUMNS],
                      struct label_log *log, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    struct intake intake = {.names = names};
    struct table_work work = {.run = name_column, .context = &intake, .parts = LABEL_COLUMNS};
    struct table_batch next;

    static_assert(CELL_NO_NUMBER == NAME_NO_NUMBER);
    TRY(table_batch(table, NULL, &intake.batch, fault));
    while (intake.batch.row_count > 0) {
        make_room(arena, &intake);
        TRY(table_batch(table, &work, &next, fault));
        TRY(label_log_add(log,
                          &(struct label_columns){.item = intake.numbers[LABEL_ITEM],
                                                  .worker = intake.numbers[LABEL_WORKER],
                                                  .class = intake.numbers[LABEL_CLASS]},
                          intake.batch.row_count, fault));
        intake.batch = next;
    }
    return OK;
}
