#include "engine/match/sieve.h"

#include <stdlib.h>

#include "base/arena.h"
#include "engine/match/slate.h"

/* A check that an expert fails alone. */
struct missed {
    uint32_t requirement;
    uint32_t check;
};

struct match_sieve {
    const struct match_input *input;
    struct missed *missed; /* by the expert at hand */
    struct retrieve_collection collection;
    uint64_t *held;
};

/* What an expert misses of a requirement. Checks are numbered as match_checks_of does. */
struct misses {
    uint32_t count;
    uint32_t last;   /* check that was missed last */
    uint32_t levels; /* skills among them */
    bool far;        /* a level by more than can be bargained about */
    bool dear;       /* the rate or the hours among them */
};

struct match_sieve *match_sieve_new(struct arena *arena, struct match_input *input)
{
    struct match_sieve *sieve = arena_new_of(arena, struct match_sieve);

    sieve->input = input;
    sieve->held = arena_array(arena, uint64_t, input->term_count + 1UL);
    sieve->missed = arena_array(arena, struct missed, input->requirement_count + 1UL);
    for (uint32_t i = 0; i < input->requirement_count; i++) {
        struct match_requirement *requirement = &input->requirements[i];

        requirement->alone =
            arena_array(arena, uint64_t, (size_t)requirement->tag_count + MATCH_POOL + 1);
    }
    return sieve;
}

static uint8_t level_of(const struct match_expert *expert, uint32_t tag)
{
    uint8_t level = 0;

    for (uint32_t i = 0; i < expert->tag_count; i++) {
        if (expert->tags[i].tag == tag && expert->tags[i].level > level) {
            level = expert->tags[i].level;
        }
    }
    return level;
}

static bool misses_zone(const struct match_requirement *requirement, uint8_t zone)
{
    if (requirement->zone == MATCH_ZONE_NONE) {
        return false;
    }
    int apart = abs((int)zone - (int)requirement->zone);

    apart = apart > MATCH_ZONE_DAY / 2 ? MATCH_ZONE_DAY - apart : apart;
    return zone == MATCH_ZONE_NONE || apart > requirement->zone_shift;
}

static bool misses_country(const struct match_requirement *requirement,
                           const struct match_expert *expert)
{
    for (uint32_t i = 0; i < requirement->country_count; i++) {
        if (level_of(expert, requirement->countries[i]) > 0) {
            return false;
        }
    }
    return requirement->country_count > 0;
}

static void note(struct misses *misses, uint32_t *check, bool missed)
{
    if (missed) {
        misses->count++;
        misses->last = *check;
    }
    ++*check;
}

/* What the columns say: cheap, and many experts are done after it. */
static void look_at_columns(const struct match_requirement *requirement,
                            const struct match_expert *expert, struct misses *misses,
                            uint32_t *check)
{
    note(misses, check, expert->seats == 0);
    if (requirement->hours > 0) {
        misses->dear |= expert->hours < requirement->hours;
        note(misses, check, expert->hours < requirement->hours);
    }
    if (requirement->rate != UINT32_MAX) {
        misses->dear |= expert->rate > requirement->rate;
        note(misses, check, expert->rate > requirement->rate);
    }
    if (requirement->zone != MATCH_ZONE_NONE) {
        note(misses, check, misses_zone(requirement, expert->zone));
    }
    if (requirement->start_day > 0) {
        note(misses, check,
             expert->from_day > requirement->start_day || expert->to_day < requirement->start_day);
    }
}

static void look_at_tags(const struct match_requirement *requirement,
                         const struct match_expert *expert, struct misses *misses, uint32_t *check)
{
    for (uint32_t i = 0; i < requirement->tag_count; i++) {
        struct match_tag wanted = requirement->tags[i];
        uint8_t level = level_of(expert, wanted.tag);
        bool missed = level < wanted.level;

        if (missed && wanted.skill) {
            misses->levels++;
            misses->far |= level == 0 || level + MATCH_BARGAIN_LEVELS < wanted.level;
        }
        note(misses, check, missed);
        if (misses->count > misses->levels + 1) {
            return; /* two that are no skill: nothing of it matters */
        }
    }
    if (requirement->country_count > 0) {
        note(misses, check, misses_country(requirement, expert));
    }
}

enum fate { FATE_NOTHING, FATE_COUNTS, FATE_MATTERS };

static enum fate fate_of(const struct match_requirement *requirement,
                         const struct match_expert *expert, struct missed *missed)
{
    struct misses misses = {0};
    uint32_t check = 0;

    look_at_columns(requirement, expert, &misses, &check);
    if (misses.count > 1) {
        return FATE_NOTHING;
    }
    look_at_tags(requirement, expert, &misses, &check);
    if (misses.count == misses.levels && !misses.far) {
        return FATE_MATTERS; /* misses nothing, or levels that can be bargained about */
    }
    if (misses.count != 1) {
        return FATE_NOTHING;
    }
    missed->check = misses.last;
    return misses.dear || expert->walled || requirement->from_pool ? FATE_MATTERS : FATE_COUNTS;
}

/* Only who is forgotten is counted: of the others the slates see all. */
static bool matters(struct match_sieve *sieve, const struct match_expert *expert)
{
    const struct match_input *input = sieve->input;
    uint32_t count = 0;

    for (uint32_t i = 0; i < input->requirement_count; i++) {
        struct missed missed = {.requirement = i};
        enum fate fate = fate_of(&input->requirements[i], expert, &missed);

        if (fate == FATE_MATTERS) {
            return true;
        }
        if (fate == FATE_COUNTS) {
            sieve->missed[count++] = missed;
        }
    }
    for (uint32_t i = 0; i < count; i++) {
        const struct missed *missed = &sieve->missed[i];

        input->requirements[missed->requirement].alone[missed->check]++;
    }
    return false;
}

bool match_sieve_take(struct match_sieve *sieve, const struct match_expert *expert)
{
    sieve->collection.document_count++;
    sieve->collection.length += expert->text.length;
    for (size_t i = 0; i < expert->text.size; i++) {
        sieve->held[expert->text.term[i]]++;
    }
    return matters(sieve, expert);
}

void match_sieve_close(const struct match_sieve *sieve, struct match_input *input)
{
    input->expert_total = sieve->collection.document_count;
    input->collection = sieve->collection;
    input->collection.held = sieve->held;
}
