#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/assign/groups.h"

enum { DEPTH_MAX = 64 };

static enum err check_families(const struct assign_problem *problem,
                               const struct assign_groups *groups, struct fault *fault)
{
    for (uint32_t group = 0; group < groups->group_count; group++) {
        uint32_t steps = 0;

        for (uint32_t at = group; at != ASSIGN_NO_GROUP; at = groups->parent[at]) {
            if (at >= groups->group_count) {
                return fail_field(fault, ERR_INVALID, "parent",
                                  "group %" PRIu32 " lies in a group that does not exist",
                                  group + 1);
            }
            if (++steps > DEPTH_MAX) {
                return fail_field(fault, ERR_INVALID, "parent",
                                  "group %" PRIu32
                                  " lies in a circle of groups, or more than %d deep",
                                  group + 1, DEPTH_MAX);
            }
        }
    }
    for (uint32_t column = 0; column < problem->column_count; column++) {
        uint32_t group = groups->group[column];

        if (group != ASSIGN_NO_GROUP && group >= groups->group_count) {
            return fail_field(fault, ERR_INVALID, "group",
                              "column %" PRIu32 " belongs to a group that does not exist",
                              column + 1);
        }
    }
    return OK;
}

static int by_row_and_group(const void *left, const void *right)
{
    const struct assign_bound *a = left;
    const struct assign_bound *b = right;

    return a->row != b->row ? (a->row > b->row) - (a->row < b->row)
                            : (a->group > b->group) - (a->group < b->group);
}

static enum err check_bounds(const struct assign_problem *problem,
                             const struct assign_groups *groups, struct assign_bound *sorted,
                             struct fault *fault)
{
    for (uint32_t i = 0; i < groups->bound_count; i++) {
        struct assign_bound bound = groups->bounds[i];

        if (bound.row >= problem->row_count || bound.group >= groups->group_count) {
            return fail_field(fault, ERR_INVALID, "bound",
                              "bound %" PRIu32 " names a row or group that does not exist", i + 1);
        }
        if (bound.least > bound.most) {
            return fail_field(fault, ERR_INVALID, "bound",
                              "row %" PRIu32 " and group %" PRIu32 ": at least %" PRIu32
                              " but at most %" PRIu32 " seats",
                              bound.row + 1, bound.group + 1, bound.least, bound.most);
        }
        sorted[i] = bound;
    }
    if (groups->bound_count > 0) {
        qsort(sorted, groups->bound_count, sizeof(*sorted), by_row_and_group);
    }
    for (uint32_t i = 1; i < groups->bound_count; i++) {
        if (by_row_and_group(&sorted[i - 1], &sorted[i]) == 0) {
            return fail_field(fault, ERR_INVALID, "bound",
                              "row %" PRIu32 " and group %" PRIu32 " are bounded twice",
                              sorted[i].row + 1, sorted[i].group + 1);
        }
    }
    return OK;
}

enum err assign_groups_check(const struct assign_problem *problem,
                             const struct assign_groups *groups, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    size_t bounds = groups->bound_count;

    TRY(check_families(problem, groups, fault));
    if (groups->bound_count >= ASSIGN_ABSENT) {
        return fail_field(fault, ERR_INVALID, "bound", "there are more than %d bounds",
                          ASSIGN_ABSENT);
    }
    return check_bounds(problem, groups, arena_array(arena, struct assign_bound, bounds + 1),
                        fault);
}
