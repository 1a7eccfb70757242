/* What a run says of its limits. */

#include <string.h>

#include "base/arena.h"
#include "base/money.h"
#include "slice/match/bound_rule.h"
#include "slice/match/facts.h"
#include "slice/match/limit.h"
#include "slice/match/match_sql.h"
#include "store/work.h"

static const char *const KINDS[] = {[MATCH_BUDGET] = "budget",
                                    [MATCH_BOUND] = "bound",
                                    [MATCH_FLOOR] = "floor",
                                    [MATCH_CAP] = "cap",
                                    [MATCH_ONCE] = "once"};

const char *limit_words(struct arena *arena, const struct match_facts *facts,
                        const struct match_outcome *outcome, const struct match_kept *kept)
{
    const struct budget_fact *budgets = facts->budgets.at;
    const struct bound_fact *bounds = facts->bounds.at;

    switch (kept->kind) {
    case MATCH_BUDGET:
        return arena_print(
            arena, "%s a week left of the campaign's budget",
            money_print(arena, budgets[kept->index].week_minor, budgets[kept->index].currency));
    case MATCH_BOUND:
        return bound_words(arena, &(struct bound_words){.country = bounds[kept->index].country,
                                                        .level = bounds[kept->index].level,
                                                        .least = bounds[kept->index].least,
                                                        .most = bounds[kept->index].most});
    case MATCH_FLOOR:
        return arena_print(arena, "a floor of %u more for this expert",
                           outcome->asked.members[kept->index].floor);
    case MATCH_CAP:
        return arena_print(arena, "no chance above %g", outcome->asked.limits.cap);
    case MATCH_ONCE:
        return "an expert sits once in a campaign";
    }
    return "";
}

/* Does a limit have a say in a seat? */
static bool concerns(const struct match_outcome *outcome, const struct match_kept *kept,
                     const struct match_seat *seat)
{
    const struct match_instance *asked = &outcome->asked;

    switch (kept->kind) {
    case MATCH_BUDGET:
        return asked->asks[seat->ask].budget == kept->index;
    case MATCH_BOUND:
        return asked->limits.bounds[kept->index].ask == seat->ask;
    case MATCH_FLOOR:
        return asked->choices[seat->choice].member == kept->index;
    case MATCH_CAP:
    case MATCH_ONCE:
        return true;
    }
    return false;
}

const char *limit_of_seat(struct arena *arena, const struct match_facts *facts,
                          const struct match_outcome *outcome, uint32_t seat)
{
    if (!outcome->moved[seat]) {
        return NULL;
    }
    for (uint32_t i = 0; i < outcome->kept_count; i++) {
        const struct match_kept *kept = &outcome->kept[i];

        if (kept->binds && concerns(outcome, kept, &outcome->seats[seat])) {
            return limit_words(arena, facts, outcome, kept);
        }
    }
    return "a limit of another requirement";
}

/* Seats that a bound's group held before the run count with those of the run. */
static int64_t given_of(const struct match_facts *facts, const struct match_kept *kept)
{
    const struct bound_fact *bounds = facts->bounds.at;

    return kept->given + (kept->kind == MATCH_BOUND ? bounds[kept->index].held : 0);
}

enum err limit_write(struct work *work, const char *run_id, const struct match_facts *facts,
                     const struct match_outcome *outcome)
{
    const struct budget_fact *budgets = facts->budgets.at;
    const struct bound_fact *bounds = facts->bounds.at;
    const struct ask_fact *asks = facts->asks.at;
    struct match_limit_insert_args *rows =
        arena_array(work->arena, struct match_limit_insert_args, outcome->kept_count + 1UL);

    for (uint32_t i = 0; i < outcome->kept_count; i++) {
        const struct match_kept *kept = &outcome->kept[i];
        const struct ask_fact *ask = NULL;

        rows[i] = (struct match_limit_insert_args){
            .organisation_id = work->organisation_id,
            .run_id = run_id,
            .position = i,
            .kind = KINDS[kept->kind],
            .words = limit_words(work->arena, facts, outcome, kept),
            .given = given_of(facts, kept),
            .lacking = kept->lacking,
            .does_bind = kept->binds,
            /* of money, by hundred minor units */
            .worth = kept->worth * (kept->kind == MATCH_BUDGET ? 100 : 1),
        };
        if (kept->kind == MATCH_BOUND) {
            ask = &asks[bounds[kept->index].ask];
            rows[i].requirement_id = ask->id;
        } else if (kept->kind == MATCH_FLOOR) {
            rows[i].person_id = outcome->asked.members[kept->index].id;
        }
        for (size_t k = 0; kept->kind == MATCH_BUDGET && k < facts->asks.count; k++) {
            ask =
                strcmp(asks[k].campaign_id, budgets[kept->index].campaign_id) == 0 ? &asks[k] : ask;
        }
        if (ask != NULL) {
            rows[i].organisation_id = ask->organisation_id;
            rows[i].campaign_id = ask->campaign_id;
        }
    }
    return match_limit_insert(work, rows, outcome->kept_count);
}
