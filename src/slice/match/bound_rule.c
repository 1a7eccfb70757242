#include "slice/match/bound_rule.h"

#include <inttypes.h>
#include <string.h>

#include "base/arena.h"
#include "slice/expert/profile.h"
#include "slice/match/requirement.h"

static bool refuse(struct arena *arena, size_t at, const char *member, const char *text,
                   struct bound_refusal *out)
{
    *out = (struct bound_refusal){.field = arena_print(arena, "demand.bounds[%zu].%s", at, member),
                                  .text = text};
    return false;
}

static bool same_place(struct arena *arena, const char *left, const char *right)
{
    return left == NULL || right == NULL
               ? left == right
               : strcmp(name_key(arena, left), name_key(arena, right)) == 0;
}

static bool is_asked(struct arena *arena, const struct demand *demand, const char *country)
{
    bool asked = demand->countries.count == 0;

    for (size_t i = 0; i < demand->countries.count; i++) {
        asked = asked || same_place(arena, demand->countries.at[i], country);
    }
    return asked;
}

/* One bound by itself. */
static bool is_sound(struct arena *arena, const struct demand *demand, int64_t seats, size_t at,
                     struct bound_refusal *out)
{
    const struct demand_bound *bound = &((const struct demand_bound *)demand->bounds.at)[at];

    if (bound->country == NULL && bound->level == INT_ABSENT) {
        return refuse(arena, at, "country", "say for whom: a country, a level, or both", out);
    }
    if (bound->level != INT_ABSENT && demand->skills.count == 0) {
        return refuse(arena, at, "level",
                      "a level is one of the first skill, and no skill is asked for", out);
    }
    if (bound->least == 0 && bound->most == INT_ABSENT) {
        return refuse(arena, at, "least", "say how many seats: at least, at most, or both", out);
    }
    if (bound->least > seats || (bound->most != INT_ABSENT && bound->most < bound->least)) {
        return refuse(arena, at, "least", "more seats at least than there are, or than at most",
                      out);
    }
    if (bound->least > 0 && bound->country != NULL && !is_asked(arena, demand, bound->country)) {
        return refuse(arena, at, "country", "countries shut out whom this bound asks for", out);
    }
    return true;
}

/* Two bounds beside each other. */
static bool agree(struct arena *arena, const struct demand_bound *bounds, size_t at, size_t before,
                  struct bound_refusal *out)
{
    if ((bounds[at].country == NULL) != (bounds[before].country == NULL)) {
        return refuse(arena, at, "country",
                      "bounds by country and bounds by level alone cross each other: name the "
                      "country with each level",
                      out);
    }
    if (bounds[at].level == bounds[before].level &&
        same_place(arena, bounds[at].country, bounds[before].country)) {
        return refuse(arena, at, "country", "bounded twice: put both into one bound", out);
    }
    return true;
}

bool bounds_agree(struct arena *arena, const struct demand *demand, int64_t seats,
                  struct bound_refusal *out)
{
    const struct demand_bound *bounds = demand->bounds.at;
    int64_t least = 0; /* of bounds that share nobody */

    for (size_t i = 0; i < demand->bounds.count; i++) {
        if (!is_sound(arena, demand, seats, i, out)) {
            return false;
        }
        for (size_t k = 0; k < i; k++) {
            if (!agree(arena, bounds, i, k, out)) {
                return false;
            }
        }
        least += bounds[i].level == INT_ABSENT ? bounds[i].least : 0;
    }
    return least <= seats ||
           refuse(arena, demand->bounds.count - 1, "least",
                  "the countries together want more seats at least than there are", out);
}

const char *bound_words(struct arena *arena, const struct bound_words *bound)
{
    const char *level = bound->level == INT_ABSENT
                            ? ""
                            : arena_print(arena, " of level %" PRId64 " or above", bound->level);
    const char *place =
        bound->country == NULL ? "" : arena_print(arena, " from %s", bound->country);

    if (bound->most == INT_ABSENT) {
        return arena_print(arena, "at least %" PRId64 "%s%s", bound->least, level, place);
    }
    if (bound->least == 0) {
        return arena_print(arena, "at most %" PRId64 "%s%s", bound->most, level, place);
    }
    return arena_print(arena, "from %" PRId64 " to %" PRId64 "%s%s", bound->least, bound->most,
                       level, place);
}
