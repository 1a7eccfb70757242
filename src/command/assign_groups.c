#include "command/assign_groups.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "command/assign_file.h"
#include "command/assign_lines.h"

enum { GROUPS_MAX = 1000000, SHOWN_MAX = 10 };

struct intake {
    struct arena *arena;
    const struct assign_file *file;
    struct number_reader reader;
    struct assign_names rows;
    struct assign_names columns;
    struct assign_names groups;
    uint32_t group_count, group_room;
    uint32_t *group_name;
    uint32_t *parent;
    uint32_t *group;
    uint32_t bound_count, bound_room;
    struct assign_bound *bounds;
};

/* Room for one more. */
static void *longer(struct arena *arena, void *list, uint32_t count, uint32_t *room, size_t size)
{
    if (count < *room) {
        return list;
    }
    uint32_t before = *room;

    *room = 2 * before + 64;
    return arena_grow(arena, list, before * size, *room * size);
}

static enum err read_group(struct intake *intake)
{
    struct number_reader *reader = &intake->reader;
    uint32_t room = intake->group_room;
    uint32_t parent = ASSIGN_NO_GROUP;
    int64_t name = 0;

    TRY(reader_number(reader, "group", 0, GROUPS_MAX, &name));
    if (reader_skip_blanks(reader)) {
        TRY(assign_name_read(reader, &intake->groups, "group", &parent));
    }
    if (intake->groups.place[name] != 0) {
        return assign_line_twice(reader, "group");
    }
    intake->group_name =
        longer(intake->arena, intake->group_name, intake->group_count, &room, sizeof(uint32_t));
    intake->parent = longer(intake->arena, intake->parent, intake->group_count, &intake->group_room,
                            sizeof(uint32_t));
    intake->group_name[intake->group_count] = (uint32_t)name;
    intake->parent[intake->group_count] = parent;
    intake->groups.place[name] = ++intake->group_count;
    return OK;
}

static enum err read_member(struct intake *intake)
{
    uint32_t column = 0;
    uint32_t group = 0;

    TRY(assign_name_read(&intake->reader, &intake->columns, "column", &column));
    TRY(assign_name_read(&intake->reader, &intake->groups, "group", &group));
    if (intake->group[column] != ASSIGN_NO_GROUP) {
        return assign_line_twice(&intake->reader, "column");
    }
    intake->group[column] = group;
    return OK;
}

static enum err read_bound(struct intake *intake)
{
    struct number_reader *reader = &intake->reader;
    struct assign_bound bound = {.most = ASSIGN_NO_BOUND};
    int64_t least = 0;
    int64_t most = ASSIGN_NO_BOUND;

    TRY(assign_name_read(reader, &intake->rows, "row", &bound.row));
    TRY(assign_name_read(reader, &intake->groups, "group", &bound.group));
    TRY(reader_number(reader, "least", 0, UINT32_MAX - 1, &least));
    if (reader_skip_blanks(reader)) {
        TRY(reader_number(reader, "most", 0, UINT32_MAX - 1, &most));
    }
    if (least > most) {
        return fail_line(reader->fault, ERR_INVALID, reader->line, "most",
                         "at least %" PRId64 " but at most %" PRId64 " seats", least, most);
    }
    bound.least = (uint32_t)least;
    bound.most = (uint32_t)most;
    intake->bounds = longer(intake->arena, intake->bounds, intake->bound_count, &intake->bound_room,
                            sizeof(bound));
    intake->bounds[intake->bound_count++] = bound;
    return OK;
}

enum err groups_read(struct arena *arena, struct text text, const struct assign_file *file,
                     struct groups_file *out, struct fault *fault)
{
    uint32_t columns = file->problem.column_count;
    struct intake intake = {
        .arena = arena,
        .file = file,
        .reader = {.at = text.at, .end = text.at + text.size, .line = 1, .fault = fault},
        .rows = assign_names_of(arena, file->row_name, file->problem.row_count),
        .columns = assign_names_of(arena, file->column_name, columns),
        .groups = assign_names_new(arena, GROUPS_MAX),
        .group = arena_array(arena, uint32_t, columns + (size_t)1)};
    char kind = '\0';

    memset(intake.group, 0xff, columns * sizeof(*intake.group));
    TRY(assign_line_begin(&intake.reader, "gmb", &kind));
    while (kind != '\0') {
        TRY(kind == 'g'   ? read_group(&intake)
            : kind == 'm' ? read_member(&intake)
                          : read_bound(&intake));
        TRY(assign_line_end(&intake.reader));
        TRY(assign_line_begin(&intake.reader, "gmb", &kind));
    }
    *out = (struct groups_file){.groups = {.group_count = intake.group_count,
                                           .parent = intake.parent,
                                           .group = intake.group,
                                           .bound_count = intake.bound_count,
                                           .bounds = intake.bounds},
                                .group_name = intake.group_name};
    return assign_groups_check(&file->problem, &out->groups, fault);
}

/* Bounds that lack seats, then those whose relaxation could bring most. */
struct ranked {
    const struct assign_bounded *bound;
    uint32_t index;
};

static int64_t compare_first(const struct assign_bounded *left, const struct assign_bounded *right)
{
    return left->lacking != right->lacking ? (int64_t)right->lacking - left->lacking
           : left->fewer_missing != right->fewer_missing
               ? (int64_t)right->fewer_missing - left->fewer_missing
           : left->fewer_lacking != right->fewer_lacking
               ? (int64_t)right->fewer_lacking - left->fewer_lacking
               : right->saving - left->saving;
}

static int most_first(const void *left, const void *right)
{
    const struct ranked *a = left;
    const struct ranked *b = right;
    int64_t order = compare_first(a->bound, b->bound);

    return order != 0 ? (order > 0) - (order < 0) : (a->index > b->index) - (a->index < b->index);
}

static void print_bound(FILE *to, const struct assign_file *file, const struct groups_file *groups,
                        const struct ranked *ranked)
{
    const struct assign_bound *bound = &groups->groups.bounds[ranked->index];
    const struct assign_bounded *became = ranked->bound;
    bool minimum = became->lacking > 0 || became->price > 0;

    fprintf(to, "  row %" PRIu32 " group %" PRIu32 " has %" PRIu32, file->row_name[bound->row],
            groups->group_name[bound->group], became->given);
    if (became->lacking > 0) {
        fprintf(to, ", lacks %" PRIu32 " to %" PRIu32, became->lacking, bound->least);
    } else {
        fprintf(to, ", %s %" PRIu32, minimum ? "at least" : "at most",
                minimum ? bound->least : bound->most);
    }
    fprintf(to, "; one %s spares%s", minimum ? "less" : "more",
            became->lacking > 0 ? "" : " at most");
    if (became->fewer_missing > 0) {
        fprintf(to, " %" PRId32 " missing,", became->fewer_missing);
    }
    if (became->fewer_lacking > 0) {
        fprintf(to, " %" PRId32 " lacking,", became->fewer_lacking);
    }
    fprintf(to, " cost %" PRId64 "\n", became->saving);
}

void groups_print(FILE *to, const struct assign_file *file, const struct groups_file *groups,
                  const struct assign_group_fit *fit, const struct assign_proof *proof)
{
    ARENA_SCOPE arena = arena_new();
    uint32_t count = groups->groups.bound_count;
    struct ranked *ranked = arena_array(arena, struct ranked, count + (size_t)1);
    uint32_t kept = 0;

    fprintf(to,
            "within groups\n  cost           %" PRId64 ", %+" PRId64 " against no bounds\n"
            "  proof          %s, gap %" PRId64 "\n",
            fit->fit.cost, fit->fit.cost - fit->free_cost,
            proof->optimal ? "optimal" : "NOT PROVED", proof->gap);
    if (fit->fit.missing > 0) {
        fprintf(to, "  missing seats  %" PRIu64 " (%" PRIu64 " without bounds)\n", fit->fit.missing,
                fit->free_missing);
    }
    fprintf(to, "  bounds         %" PRIu32 ", %" PRIu64 " seats lacking to minima%s\n", count,
            fit->lacking, fit->lacking > 0 ? " (no answer lacks fewer)" : "");
    for (uint32_t i = 0; i < count; i++) {
        const struct assign_bounded *bound = &fit->bounds[i];

        if (bound->lacking > 0 || bound->fewer_missing > 0 || bound->fewer_lacking > 0 ||
            bound->saving > 0) {
            ranked[kept++] = (struct ranked){bound, i};
        }
    }
    if (kept > 0) {
        qsort(ranked, kept, sizeof(*ranked), most_first);
        fprintf(to, "to relax\n");
    }
    for (uint32_t i = 0; i < kept && i < SHOWN_MAX; i++) {
        print_bound(to, file, groups, &ranked[i]);
    }
    if (kept > SHOWN_MAX) {
        fprintf(to, "  and %d more (--json lists all)\n", (int)(kept - SHOWN_MAX));
    }
}

static void put_int(struct json_out *json, const char *name, int64_t value)
{
    json_name(json, name);
    json_int(json, value);
}

void groups_put(struct json_out *json, const struct assign_file *file,
                const struct groups_file *groups, const struct assign_group_fit *fit,
                const struct assign_proof *proof)
{
    json_open(json, '{');
    put_int(json, "cost", fit->fit.cost);
    put_int(json, "free_cost", fit->free_cost);
    put_int(json, "missing", (int64_t)fit->fit.missing);
    put_int(json, "free_missing", (int64_t)fit->free_missing);
    put_int(json, "lacking", (int64_t)fit->lacking);
    json_name(json, "optimal");
    json_bool(json, proof->optimal);
    put_int(json, "gap", proof->gap);
    json_name(json, "bounds");
    json_open(json, '[');
    for (uint32_t i = 0; i < groups->groups.bound_count; i++) {
        const struct assign_bound *bound = &groups->groups.bounds[i];
        const struct assign_bounded *became = &fit->bounds[i];

        json_open(json, '{');
        put_int(json, "row", file->row_name[bound->row]);
        put_int(json, "group", groups->group_name[bound->group]);
        put_int(json, "least", bound->least);
        if (bound->most != ASSIGN_NO_BOUND) {
            put_int(json, "most", bound->most);
        }
        put_int(json, "given", became->given);
        put_int(json, "lacking", became->lacking);
        put_int(json, "fewer_missing", became->fewer_missing);
        put_int(json, "fewer_lacking", became->fewer_lacking);
        put_int(json, "saving", became->saving);
        json_close(json, '}');
    }
    json_close(json, ']');
    json_close(json, '}');
}
