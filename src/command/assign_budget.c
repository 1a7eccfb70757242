#include "command/assign_budget.h"

#include <inttypes.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "command/assign_file.h"
#include "command/assign_lines.h"

enum { GROUPS_MAX = 100000, UNSET = -1 };

struct intake {
    const struct assign_problem *problem;
    struct number_reader reader;
    struct assign_names rows;
    struct assign_names columns;
    struct assign_names groups;
    uint32_t group_count;
    uint32_t *group_name;
    uint32_t *group;
    int64_t *limit;
    int32_t *spend;
};

static enum err read_group(struct intake *intake)
{
    int64_t name = 0;
    int64_t limit = 0;

    TRY(reader_number(&intake->reader, "group", 0, GROUPS_MAX, &name));
    TRY(reader_number(&intake->reader, "limit", 0, INT64_MAX / 4, &limit));
    if (intake->groups.place[name] != 0) {
        return assign_line_twice(&intake->reader, "group");
    }
    intake->group_name[intake->group_count] = (uint32_t)name;
    intake->limit[intake->group_count++] = limit;
    intake->groups.place[name] = intake->group_count;
    return OK;
}

static enum err read_row(struct intake *intake)
{
    uint32_t row;
    uint32_t group;

    TRY(assign_name_read(&intake->reader, &intake->rows, "row", &row));
    TRY(assign_name_read(&intake->reader, &intake->groups, "group", &group));
    if (intake->group[row] != UINT32_MAX) {
        return assign_line_twice(&intake->reader, "row");
    }
    intake->group[row] = group;
    return OK;
}

static enum err read_spend(struct intake *intake)
{
    const struct assign_problem *problem = intake->problem;
    int64_t spend = 0;
    uint32_t row;
    uint32_t column;

    TRY(assign_name_read(&intake->reader, &intake->rows, "row", &row));
    TRY(assign_name_read(&intake->reader, &intake->columns, "column", &column));
    TRY(reader_number(&intake->reader, "spend", 0, INT32_MAX, &spend));
    bool dense = problem->start == NULL;
    uint64_t edge = dense ? (uint64_t)column * problem->row_count + row : problem->start[column];
    uint64_t end = dense ? edge + 1 : problem->start[column + 1];

    while (!dense && edge < end && problem->row[edge] != row) {
        edge++;
    }
    if (edge == end || problem->cost[edge] == ASSIGN_ABSENT) {
        return fail_line(intake->reader.fault, ERR_INVALID, intake->reader.line, "column",
                         "no edge joins this row and this column");
    }
    if (intake->spend[edge] != UNSET) {
        return assign_line_twice(&intake->reader, "seat");
    }
    intake->spend[edge] = (int32_t)spend;
    return OK;
}

enum err budget_read(struct arena *arena, struct text text, const struct assign_file *file,
                     struct budget_file *out, struct fault *fault)
{
    const struct assign_problem *problem = &file->problem;
    uint64_t edges = problem->start == NULL ? (uint64_t)problem->row_count * problem->column_count
                                            : problem->start[problem->column_count];
    struct intake intake = {
        .problem = problem,
        .reader = {.at = text.at, .end = text.at + text.size, .line = 1, .fault = fault},
        .rows = assign_names_of(arena, file->row_name, problem->row_count),
        .columns = assign_names_of(arena, file->column_name, problem->column_count),
        .groups = assign_names_new(arena, GROUPS_MAX),
        .group_name = arena_array(arena, uint32_t, GROUPS_MAX + (size_t)1),
        .group = arena_array(arena, uint32_t, problem->row_count),
        .limit = arena_array(arena, int64_t, GROUPS_MAX + (size_t)1),
        .spend = arena_array(arena, int32_t, edges + 1)};
    char kind = '\0';

    for (uint32_t row = 0; row < problem->row_count; row++) {
        intake.group[row] = UINT32_MAX;
    }
    for (uint64_t i = 0; i < edges; i++) {
        intake.spend[i] = UNSET;
    }
    TRY(assign_line_begin(&intake.reader, "grs", &kind));
    while (kind != '\0') {
        TRY(kind == 'g'   ? read_group(&intake)
            : kind == 'r' ? read_row(&intake)
                          : read_spend(&intake));
        TRY(assign_line_end(&intake.reader));
        TRY(assign_line_begin(&intake.reader, "grs", &kind));
    }
    for (uint32_t row = 0; row < problem->row_count; row++) {
        intake.group[row] =
            intake.group[row] == UINT32_MAX ? intake.group_count : intake.group[row];
    }
    for (uint64_t i = 0; i < edges; i++) {
        intake.spend[i] = intake.spend[i] == UNSET ? 0 : intake.spend[i];
    }
    *out = (struct budget_file){.budget = {.group_count = intake.group_count,
                                           .group = intake.group,
                                           .limit = intake.limit,
                                           .spend = intake.spend},
                                .group_name = intake.group_name};
    return OK;
}

void budget_print(FILE *to, const struct budget_file *file, const struct assign_budget_fit *fit)
{
    fprintf(to, "within budgets\n  cost           %" PRId64 ", %zu seats filled\n", fit->fit.cost,
            fit->fit.seat_count);
    fprintf(to, "  bound          %" PRId64 " (no answer within the budgets costs less)\n",
            fit->bound);
    fprintf(to, "  gap            %" PRId64 "%s, %" PRIu32 " rounds\n", fit->gap,
            fit->gap == 0 ? " (optimal)" : "", fit->rounds);
    for (uint32_t group = 0; group < file->budget.group_count; group++) {
        fprintf(to,
                "  group %-8" PRIu32 " spends %" PRId64 " of %" PRId64
                "; one more would spare about %.4g\n",
                file->group_name[group], fit->spent[group], file->budget.limit[group],
                fit->multiplier[group]);
    }
}

static void put_int(struct json_out *json, const char *name, int64_t value)
{
    json_name(json, name);
    json_int(json, value);
}

void budget_put(struct json_out *json, const struct budget_file *file,
                const struct assign_budget_fit *fit)
{
    json_open(json, '{');
    put_int(json, "cost", fit->fit.cost);
    put_int(json, "seats", (int64_t)fit->fit.seat_count);
    put_int(json, "bound", fit->bound);
    put_int(json, "gap", fit->gap);
    put_int(json, "rounds", fit->rounds);
    json_name(json, "groups");
    json_open(json, '[');
    for (uint32_t group = 0; group < file->budget.group_count; group++) {
        json_open(json, '{');
        put_int(json, "group", file->group_name[group]);
        put_int(json, "limit", file->budget.limit[group]);
        put_int(json, "spent", fit->spent[group]);
        json_name(json, "multiplier");
        json_real(json, fit->multiplier[group]);
        json_close(json, '}');
    }
    json_close(json, ']');
    json_close(json, '}');
}
