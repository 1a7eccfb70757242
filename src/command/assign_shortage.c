#include "command/assign_shortage.h"

#include <inttypes.h>

#include "base/json.h"
#include "command/assign_file.h"
#include "engine/assign/relax.h"

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

static uint32_t tight_count(const struct assign_file *file, const struct assign_shortage *shortage)
{
    uint32_t count = 0;

    for (uint32_t row = 0; row < file->problem.row_count; row++) {
        count += shortage->tight[row];
    }
    return count;
}

void shortage_print(FILE *to, const struct assign_file *file,
                    const struct assign_shortage *shortage)
{
    uint32_t tight = tight_count(file, shortage);

    fprintf(to,
            "shortage\n  %" PRIu32 " row%s must fill %" PRIu64 " seat%s, but all columns together "
            "can take %" PRIu64 " there\n",
            tight, plural(tight), shortage->asked, plural(shortage->asked), shortage->given);
    fprintf(to, "to relax: ask for one seat less, or add a candidate for it\n");
    for (size_t i = 0; i < shortage->row_count && i < SHORTAGE_SHOWN_MAX; i++) {
        const struct assign_less *less = &shortage->rows[i];

        fprintf(to,
                "  row %" PRIu32 " lacks %" PRIu32 "; one less spares %" PRIu64
                " missing, cost %+" PRId64 "\n",
                file->row_name[less->row], less->missing, less->fewer, less->cost);
    }
    if (shortage->row_count > SHORTAGE_SHOWN_MAX) {
        fprintf(to, "  and %zu more (--json lists all)\n",
                shortage->row_count - SHORTAGE_SHOWN_MAX);
    }
    if (shortage->column_count > 0) {
        fprintf(to, "to relax: let a column take one seat more\n");
    }
    for (size_t i = 0; i < shortage->column_count; i++) {
        const struct assign_more *more = &shortage->columns[i];

        fprintf(to, "  column %" PRIu32 ": spares %" PRIu64 " missing, cost %+" PRId64 "\n",
                file->column_name[more->column], more->fewer, more->cost);
    }
}

static void put_int(struct json_out *json, const char *name, uint64_t value)
{
    json_name(json, name);
    json_int(json, (int64_t)value);
}

static void put_effect(struct json_out *json, uint64_t fewer, int64_t cost)
{
    put_int(json, "fewer_missing", fewer);
    json_name(json, "cost_change");
    json_int(json, cost);
}

void shortage_put(struct json_out *json, const struct assign_file *file,
                  const struct assign_shortage *shortage)
{
    json_open(json, '{');
    json_name(json, "tight_rows");
    json_open(json, '[');
    for (uint32_t row = 0; row < file->problem.row_count; row++) {
        if (shortage->tight[row]) {
            json_int(json, file->row_name[row]);
        }
    }
    json_close(json, ']');
    put_int(json, "asked", shortage->asked);
    put_int(json, "given", shortage->given);
    json_name(json, "one_seat_less");
    json_open(json, '[');
    for (size_t i = 0; i < shortage->row_count; i++) {
        json_open(json, '{');
        put_int(json, "row", file->row_name[shortage->rows[i].row]);
        put_int(json, "missing", shortage->rows[i].missing);
        put_effect(json, shortage->rows[i].fewer, shortage->rows[i].cost);
        json_close(json, '}');
    }
    json_close(json, ']');
    json_name(json, "one_seat_more");
    json_open(json, '[');
    for (size_t i = 0; i < shortage->column_count; i++) {
        json_open(json, '{');
        put_int(json, "column", file->column_name[shortage->columns[i].column]);
        put_effect(json, shortage->columns[i].fewer, shortage->columns[i].cost);
        json_close(json, '}');
    }
    json_close(json, ']');
    json_close(json, '}');
}
