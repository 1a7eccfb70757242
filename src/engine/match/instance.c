#include "engine/match/instance.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

/* ------------------------------------------------------------------ from slates */

/* Number the experts that stand on any slate, in the order of their rows. */
static void number_members(struct arena *arena, struct arena *scratch,
                           const struct match_input *input, const struct match_slates *slates,
                           uint32_t **numbers, struct match_instance *out)
{
    const struct match_experts *experts = &input->experts;
    uint32_t *number = arena_array(scratch, uint32_t, experts->count + 1UL);

    for (uint32_t i = 0; i < input->requirement_count; i++) {
        const struct match_slate *slate = &slates->at[i];

        for (uint32_t k = 0; k < slate->candidate_count; k++) {
            number[slate->candidates[k].expert] = 1;
        }
        for (uint32_t k = 0; k < slate->near_count; k++) {
            number[slate->near[k].expert] = 1;
        }
        out->choice_count += slate->candidate_count + slate->near_count;
    }
    for (uint32_t row = 0; row < experts->count; row++) {
        number[row] = number[row] == 0 ? MATCH_NONE : out->member_count++;
    }
    out->members = arena_array(arena, struct match_member, out->member_count + 1UL);
    for (uint32_t row = 0; row < experts->count; row++) {
        if (number[row] != MATCH_NONE) {
            out->members[number[row]] = (struct match_member){.row = row,
                                                              .id = experts->id[row],
                                                              .rate = experts->rate[row],
                                                              .hours = experts->hours[row],
                                                              .seats = experts->seats[row],
                                                              .zone = experts->zone[row],
                                                              .country = MATCH_NONE};
        }
    }
    *numbers = number;
}

/* The number of a campaign is the place of its first requirement. */
static uint32_t campaign_of(const struct match_input *input, uint32_t number)
{
    const char *campaign = input->requirements[number].campaign;
    uint32_t first = 0;

    if (campaign == NULL) {
        return MATCH_NONE;
    }
    while (input->requirements[first].campaign == NULL ||
           strcmp(input->requirements[first].campaign, campaign) != 0) {
        first++;
    }
    return first;
}

static struct match_ask ask_of(const struct match_input *input, uint32_t number)
{
    const struct match_requirement *requirement = &input->requirements[number];
    struct match_ask ask = {.id = requirement->id,
                            .seats = requirement->seats,
                            .rate = requirement->rate,
                            .hours = requirement->hours,
                            .zone = requirement->zone,
                            .campaign = campaign_of(input, number),
                            .budget = MATCH_NONE};

    for (uint32_t i = 0; i < requirement->tag_count && ask.skill_count < MATCH_SKILLS_MAX; i++) {
        if (requirement->tags[i].skill) {
            ask.wanted[ask.skill_count++] = requirement->tags[i].level;
        }
    }
    return ask;
}

static struct match_choice choice_of(const struct match_input *input,
                                     const struct match_requirement *requirement,
                                     const struct match_candidate *candidate)
{
    struct match_choice choice = {.text = candidate->part[MATCH_PART_TEXT]};
    uint32_t used = 0;

    for (uint32_t i = 0; i < requirement->tag_count && used < MATCH_SKILLS_MAX; i++) {
        if (requirement->tags[i].skill) {
            choice.levels[used++] =
                match_level(&input->experts, candidate->expert, requirement->tags[i].tag);
        }
    }
    return choice;
}

static int compare_choice(const void *left, const void *right)
{
    const struct match_choice *a = left;
    const struct match_choice *b = right;

    if (a->member != b->member) {
        return a->member < b->member ? -1 : 1;
    }
    return a->near - b->near;
}

/* An expert may miss the rate and be near by level too: once is enough. */
static uint32_t drop_repeats(struct match_choice *choices, uint32_t count)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < count; i++) {
        if (i == 0 || choices[i].member != choices[i - 1].member) {
            choices[kept++] = choices[i];
        }
    }
    return kept;
}

void match_instance_of(struct arena *arena, const struct match_input *input,
                       const struct match_slates *slates, struct match_instance *out)
{
    ARENA_SCOPE scratch = arena_new();
    uint32_t *number;
    uint32_t used = 0;

    *out = (struct match_instance){.ask_count = input->requirement_count};
    number_members(arena, scratch, input, slates, &number, out);
    out->asks = arena_array(arena, struct match_ask, out->ask_count + 1UL);
    out->choices = arena_array(arena, struct match_choice, out->choice_count + 1UL);
    for (uint32_t i = 0; i < out->ask_count; i++) {
        const struct match_slate *slate = &slates->at[i];
        struct match_choice *choices = out->choices + used;
        uint32_t count = 0;

        out->asks[i] = ask_of(input, i);
        out->asks[i].choice_start = used;
        for (uint32_t k = 0; k < slate->candidate_count; k++) {
            choices[count] = choice_of(input, &input->requirements[i], &slate->candidates[k]);
            choices[count++].member = number[slate->candidates[k].expert];
        }
        for (uint32_t k = 0; k < slate->near_count; k++) {
            choices[count] = choice_of(input, &input->requirements[i], &slate->near[k]);
            choices[count].near = true;
            choices[count++].member = number[slate->near[k].expert];
        }
        qsort(choices, count, sizeof(*choices), compare_choice);
        out->asks[i].choice_count = drop_repeats(choices, count);
        used += out->asks[i].choice_count;
    }
    out->choice_count = used;
}

/* ------------------------------------------------------------------ choices */

uint32_t match_choice_find(const struct match_instance *instance, uint32_t ask, uint32_t member)
{
    uint32_t low = instance->asks[ask].choice_start;
    uint32_t end = low + instance->asks[ask].choice_count;
    uint32_t high = end;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (instance->choices[middle].member < member) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < end && instance->choices[low].member == member ? low : MATCH_NONE;
}

struct match_candidate match_choice_score(const struct match_instance *instance, uint32_t ask,
                                          uint32_t choice)
{
    const struct match_ask *asked = &instance->asks[ask];
    const struct match_choice *at = &instance->choices[choice];
    const struct match_member *member = &instance->members[at->member];
    struct match_candidate out = {.expert = at->member};

    match_score(&(struct match_terms){.levels = at->levels,
                                      .wanted = asked->wanted,
                                      .skill_count = asked->skill_count,
                                      .rate = member->rate,
                                      .ceiling = asked->rate,
                                      .zone = member->zone,
                                      .zone_wanted = asked->zone,
                                      .text = at->text},
                &out);
    return out;
}

int64_t match_week_cost(const struct match_instance *instance, uint32_t ask, uint32_t member)
{
    const struct match_member *at = &instance->members[member];
    uint32_t hours = instance->asks[ask].hours > 0 ? instance->asks[ask].hours : at->hours;

    return (int64_t)at->rate * hours;
}

bool match_choice_meets(const struct match_instance *instance, uint32_t ask, uint32_t choice)
{
    const struct match_ask *asked = &instance->asks[ask];
    const struct match_choice *at = &instance->choices[choice];
    const struct match_member *member = &instance->members[at->member];
    bool meets = member->rate <= asked->rate && member->hours >= asked->hours;

    for (uint32_t i = 0; i < asked->skill_count; i++) {
        meets = meets && at->levels[i] >= asked->wanted[i];
    }
    return meets;
}
