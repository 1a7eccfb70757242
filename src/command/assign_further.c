#include "command/assign_further.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "cli/command.h"
#include "command/assign_budget.h"
#include "command/assign_fair.h"
#include "command/assign_file.h"
#include "command/assign_groups.h"
#include "command/assign_lottery.h"
#include "sys/file.h"

struct further {
    const struct further_wish *wish;
    struct assign_file file;
    struct budget_file budget_file;
    struct assign_budget_fit budget;
    struct assign_floors floors;
    struct assign_fair fair;
    struct groups_file groups_file;
    struct assign_group_fit groups;
    struct assign_proof groups_proof;
    struct assign_lottery_options lottery_options;
    struct assign_lottery lottery;
};

enum err further_check(const struct further_wish *wish, struct fault *fault)
{
    if (wish->budget != NULL && (wish->fair != NULL || wish->groups != NULL || wish->cap > 0)) {
        return fail_field(fault, ERR_INVALID, "budget",
                          "budgets cannot be kept together with floors, groups or a cap");
    }
    if (wish->groups != NULL && wish->cap > 0) {
        return fail_field(fault, ERR_INVALID, "cap",
                          "a cap on probabilities cannot be kept together with groups");
    }
    if (wish->spread > 0 && !(wish->cap > 0)) {
        return fail_field(fault, ERR_INVALID, "spread",
                          "a spread needs a cap on probabilities: --cap 1 caps nothing");
    }
    return OK;
}

static enum err solve_budget(struct invocation *call, struct further *further,
                             struct assign_fit *fit)
{
    struct text text;

    TRY(file_map(further->wish->budget, &text, call->fault));
    TRY(budget_read(call->arena, text, &further->file, &further->budget_file, call->fault));
    TRY(assign_budget(call->arena, &further->file.problem, &further->budget_file.budget,
                      &assign_budget_defaults, &further->budget, call->fault));
    *fit = further->budget.fit;
    return OK;
}

/* What follows keeps the floors too, as they were raised. */
static enum err solve_fair(struct invocation *call, struct further *further, struct assign_fit *fit)
{
    struct text text;

    TRY(file_map(further->wish->fair, &text, call->fault));
    TRY(fair_read(call->arena, text, &further->file, &further->floors, call->fault));
    TRY(assign_fair(call->arena, &further->file.problem, &further->floors, &assign_defaults,
                    FAIR_TRIED_MAX, &further->fair, call->fault));
    further->file.problem.floor = further->fair.raised;
    *fit = further->fair.fit;
    return OK;
}

static enum err solve_groups(struct invocation *call, struct further *further,
                             struct assign_fit *fit)
{
    struct text text;

    TRY(file_map(further->wish->groups, &text, call->fault));
    TRY(groups_read(call->arena, text, &further->file, &further->groups_file, call->fault));
    TRY(assign_groups(call->arena, &further->file.problem, &further->groups_file.groups,
                      &assign_defaults, &further->groups, call->fault));
    TRY(assign_groups_prove(call->arena, &further->file.problem, &further->groups_file.groups,
                            &further->groups, &further->groups_proof, call->fault));
    *fit = further->groups.fit;
    return OK;
}

static enum err solve_lottery(struct invocation *call, struct further *further,
                              struct assign_fit *fit)
{
    struct assign_lottery_options *options = &further->lottery_options;
    const struct assign_lottery *lottery = &further->lottery;

    *options = assign_lottery_defaults;
    options->assign.seed = further->wish->seed;
    options->cap = further->wish->cap;
    options->spread = further->wish->spread;
    options->parts = (uint32_t)further->wish->parts;
    TRY(assign_lottery(call->arena, &further->file.problem, options, &further->lottery,
                       call->fault));
    *fit = (struct assign_fit){.seats = lottery->seats,
                               .seat_count = lottery->seat_count,
                               .empty = lottery->empty,
                               .cost = lottery->drawn_cost,
                               .missing = lottery->drawn_missing};
    return OK;
}

enum err further_solve(struct invocation *call, const struct further_wish *wish,
                       const struct assign_file *file, struct assign_fit *fit, struct further **out)
{
    struct further *further = arena_array(call->arena, struct further, 1);

    further->wish = wish;
    further->file = *file;
    TRY(wish->budget == NULL ? OK : solve_budget(call, further, fit));
    TRY(wish->fair == NULL ? OK : solve_fair(call, further, fit));
    TRY(wish->groups == NULL ? OK : solve_groups(call, further, fit));
    TRY(wish->cap > 0 ? solve_lottery(call, further, fit) : OK);
    *out = further;
    return OK;
}

void further_print(FILE *to, const struct further *further)
{
    const struct further_wish *wish = further->wish;

    if (wish->budget != NULL) {
        budget_print(to, &further->budget_file, &further->budget);
    }
    if (wish->fair != NULL) {
        fair_print(to, &further->file, &further->floors, &further->fair);
    }
    if (wish->groups != NULL) {
        groups_print(to, &further->file, &further->groups_file, &further->groups,
                     &further->groups_proof);
    }
    if (wish->cap > 0) {
        lottery_print(to, &further->lottery_options, &further->lottery);
    }
}

void further_put(struct json_out *json, const struct further *further)
{
    const struct further_wish *wish = further->wish;

    if (wish->budget != NULL) {
        json_name(json, "budget");
        budget_put(json, &further->budget_file, &further->budget);
    }
    if (wish->fair != NULL) {
        json_name(json, "fair");
        fair_put(json, &further->file, &further->floors, &further->fair);
    }
    if (wish->groups != NULL) {
        json_name(json, "groups");
        groups_put(json, &further->file, &further->groups_file, &further->groups,
                   &further->groups_proof);
    }
    if (wish->cap > 0) {
        json_name(json, "lottery");
        lottery_put(json, &further->file, &further->lottery_options, &further->lottery);
    }
}
