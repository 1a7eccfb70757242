#include "command/assign_fair.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/json.h"
#include "command/assign_file.h"
#include "command/assign_lines.h"

enum { SHOWN_MAX = 10 };

struct intake {
    struct number_reader reader;
    struct assign_names rows;
    struct assign_names columns;
    uint16_t *seats;
    uint32_t *hours;
    uint32_t *row_hours;
    bool *row_named;
};

static enum err read_seats(struct intake *intake)
{
    uint32_t column = 0;
    int64_t seats = 0;

    TRY(assign_name_read(&intake->reader, &intake->columns, "column", &column));
    TRY(reader_number(&intake->reader, "seats", 1, UINT16_MAX, &seats));
    if (intake->seats[column] > 0) {
        return assign_line_twice(&intake->reader, "column");
    }
    intake->seats[column] = (uint16_t)seats;
    return OK;
}

static enum err read_hours(struct intake *intake)
{
    uint32_t column = 0;
    int64_t hours = 0;

    TRY(assign_name_read(&intake->reader, &intake->columns, "column", &column));
    TRY(reader_number(&intake->reader, "hours", 1, INT32_MAX, &hours));
    if (intake->hours[column] > 0) {
        return assign_line_twice(&intake->reader, "column");
    }
    intake->hours[column] = (uint32_t)hours;
    return OK;
}

static enum err read_row(struct intake *intake)
{
    uint32_t row = 0;
    int64_t hours = 0;

    TRY(assign_name_read(&intake->reader, &intake->rows, "row", &row));
    TRY(reader_number(&intake->reader, "hours", 0, INT32_MAX, &hours));
    if (intake->row_named[row]) {
        return assign_line_twice(&intake->reader, "row");
    }
    intake->row_named[row] = true;
    intake->row_hours[row] = (uint32_t)hours;
    return OK;
}

enum err fair_read(struct arena *arena, struct text text, const struct assign_file *file,
                   struct assign_floors *out, struct fault *fault)
{
    uint32_t rows = file->problem.row_count;
    size_t columns = file->problem.column_count + (size_t)1;
    struct intake intake = {
        .reader = {.at = text.at, .end = text.at + text.size, .line = 1, .fault = fault},
        .rows = assign_names_of(arena, file->row_name, rows),
        .columns = assign_names_of(arena, file->column_name, file->problem.column_count),
        .seats = arena_array(arena, uint16_t, columns),
        .hours = arena_array(arena, uint32_t, columns),
        .row_hours = arena_array(arena, uint32_t, rows),
        .row_named = arena_array(arena, bool, rows)};
    char kind = '\0';

    for (uint32_t row = 0; row < rows; row++) {
        intake.row_hours[row] = 1;
    }
    TRY(assign_line_begin(&intake.reader, "ehr", &kind));
    while (kind != '\0') {
        TRY(kind == 'e'   ? read_seats(&intake)
            : kind == 'h' ? read_hours(&intake)
                          : read_row(&intake));
        TRY(assign_line_end(&intake.reader));
        TRY(assign_line_begin(&intake.reader, "ehr", &kind));
    }
    *out = (struct assign_floors){intake.seats, intake.hours, intake.row_hours};
    return OK;
}

static void print_floor(FILE *to, const struct assign_file *file,
                        const struct assign_floors *floors, const struct assign_floor *floor)
{
    uint32_t hours = floors->hours[floor->column];

    fprintf(to, "  column %-7" PRIu32 " has %" PRIu32 " seat%s", file->column_name[floor->column],
            floor->seats, floor->seats == 1 ? "" : "s");
    if (hours > 0) {
        fprintf(to, " and %" PRIu64 " of %" PRIu32 " hours", floor->hours, hours);
    }
    if (floors->seats[floor->column] > 0) {
        fprintf(to, ", floor %" PRIu16, floors->seats[floor->column]);
    }
    fprintf(to, "%s", floor->met ? "" : " (NOT MET)");
    if (floor->tried) {
        fprintf(to, "; without its floor the cost would fall by %" PRId64, floor->cost);
    }
    if (floor->tried && floor->fewer_unmet > 0) {
        fprintf(to, ", and others lack %" PRId64 " fewer", floor->fewer_unmet);
    }
    fprintf(to, "\n");
}

void fair_print(FILE *to, const struct assign_file *file, const struct assign_floors *floors,
                const struct assign_fair *fair)
{
    size_t shown = 0;

    fprintf(to,
            "with floors\n  cost           %" PRId64 ", %" PRId64 " more than without\n"
            "  floors         %zu, %zu not met\n",
            fair->fit.cost, fair->fit.cost - fair->free_cost, fair->floor_count, fair->unmet);
    if (fair->unmet == 0) {
        fprintf(to,
                "  bound          %" PRId64 " (no answer that meets them costs less), gap %" PRId64
                "%s\n",
                fair->bound, fair->fit.cost - fair->bound,
                fair->fit.cost == fair->bound ? " (optimal)" : "");
    }
    for (size_t i = 0; i < fair->floor_count && shown < SHOWN_MAX; i++) {
        if (!fair->floors[i].met || fair->floors[i].tried) {
            print_floor(to, file, floors, &fair->floors[i]);
            shown++;
        }
    }
}

static void put_int(struct json_out *json, const char *name, int64_t value)
{
    json_name(json, name);
    json_int(json, value);
}

static void put_floor(struct json_out *json, const struct assign_file *file,
                      const struct assign_floors *floors, const struct assign_floor *floor)
{
    json_open(json, '{');
    put_int(json, "column", file->column_name[floor->column]);
    put_int(json, "seats_floor", floors->seats[floor->column]);
    put_int(json, "seats", floor->seats);
    put_int(json, "hours_floor", floors->hours[floor->column]);
    put_int(json, "hours", (int64_t)floor->hours);
    json_name(json, "met");
    json_bool(json, floor->met);
    put_int(json, "price", floor->price);
    if (floor->tried) {
        put_int(json, "cost", floor->cost);
        put_int(json, "fewer_unmet", floor->fewer_unmet);
    }
    json_close(json, '}');
}

void fair_put(struct json_out *json, const struct assign_file *file,
              const struct assign_floors *floors, const struct assign_fair *fair)
{
    json_open(json, '{');
    put_int(json, "cost", fair->fit.cost);
    put_int(json, "free_cost", fair->free_cost);
    put_int(json, "missing", (int64_t)fair->fit.missing);
    put_int(json, "unmet", (int64_t)fair->unmet);
    if (fair->unmet == 0) {
        put_int(json, "bound", fair->bound);
    }
    put_int(json, "rounds", fair->rounds);
    json_name(json, "floors");
    json_open(json, '[');
    for (size_t i = 0; i < fair->floor_count; i++) {
        put_floor(json, file, floors, &fair->floors[i]);
    }
    json_close(json, ']');
    json_close(json, '}');
}
