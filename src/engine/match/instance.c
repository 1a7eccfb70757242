#include "engine/match/instance.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"

static const char MAGIC[4] = {'P', 'M', 'I', '1'};

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
                                                              .zone = experts->zone[row]};
        }
    }
    *numbers = number;
}

static struct match_ask ask_of(const struct match_requirement *requirement)
{
    struct match_ask ask = {.id = requirement->id,
                            .seats = requirement->seats,
                            .rate = requirement->rate,
                            .hours = requirement->hours,
                            .zone = requirement->zone};

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

        out->asks[i] = ask_of(&input->requirements[i]);
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

/* ------------------------------------------------------------------ as bytes */

static void put(struct buffer *to, uint64_t value, size_t size)
{
    unsigned char bytes[8];

    for (size_t i = 0; i < size; i++) {
        bytes[i] = (unsigned char)(value >> 8 * i);
    }
    buffer_put(to, bytes, size);
}

static void put_text(struct buffer *to, const char *text)
{
    size_t size = strlen(text);

    put(to, size, 2);
    buffer_put(to, text, size);
}

void match_instance_write(struct buffer *to, const struct match_instance *instance)
{
    buffer_put(to, MAGIC, sizeof(MAGIC));
    put(to, instance->member_count, 4);
    put(to, instance->ask_count, 4);
    put(to, instance->choice_count, 4);
    for (uint32_t i = 0; i < instance->member_count; i++) {
        const struct match_member *member = &instance->members[i];

        put_text(to, member->id);
        put(to, member->rate, 4);
        put(to, member->hours, 2);
        put(to, member->seats, 2);
        put(to, member->zone, 1);
    }
    for (uint32_t i = 0; i < instance->ask_count; i++) {
        const struct match_ask *ask = &instance->asks[i];

        put_text(to, ask->id);
        put(to, ask->seats, 4);
        put(to, ask->rate, 4);
        put(to, ask->hours, 4);
        put(to, ask->zone, 1);
        put(to, ask->skill_count, 1);
        buffer_put(to, ask->wanted, ask->skill_count);
        put(to, ask->choice_count, 4);
        for (uint32_t k = 0; k < ask->choice_count; k++) {
            const struct match_choice *choice = &instance->choices[ask->choice_start + k];
            uint32_t text;

            memcpy(&text, &choice->text, sizeof(text));
            put(to, choice->member, 4);
            put(to, text, 4);
            put(to, choice->near, 1);
            buffer_put(to, choice->levels, ask->skill_count);
        }
    }
}

/* What is left to read; `cut` once something was missing or out of range. */
struct bytes {
    const unsigned char *at;
    size_t left;
    bool cut;
};

static uint32_t get(struct bytes *from, size_t size)
{
    uint32_t value = 0;

    if (from->left < size) {
        from->cut = true;
        return 0;
    }
    for (size_t i = 0; i < size; i++) {
        value |= (uint32_t)from->at[i] << 8 * i;
    }
    from->at += size;
    from->left -= size;
    return value;
}

static void get_bytes(struct bytes *from, uint8_t *to, size_t size)
{
    if (from->left < size) {
        from->cut = true;
        return;
    }
    memcpy(to, from->at, size);
    from->at += size;
    from->left -= size;
}

static const char *get_text(struct arena *arena, struct bytes *from)
{
    size_t size = get(from, 2);

    if (from->left < size) {
        from->cut = true;
        return "";
    }
    const char *text = arena_copy(arena, (const char *)from->at, size);

    from->at += size;
    from->left -= size;
    return text;
}

static void read_members(struct arena *arena, struct bytes *from, struct match_instance *out)
{
    for (uint32_t i = 0; i < out->member_count && !from->cut; i++) {
        struct match_member *member = &out->members[i];

        member->row = MATCH_NONE;
        member->id = get_text(arena, from);
        member->rate = get(from, 4);
        member->hours = (uint16_t)get(from, 2);
        member->seats = (uint16_t)get(from, 2);
        member->zone = (uint8_t)get(from, 1);
    }
}

static void read_choices(struct bytes *from, struct match_instance *out,
                         const struct match_ask *ask)
{
    for (uint32_t k = 0; k < ask->choice_count && !from->cut; k++) {
        struct match_choice *choice = &out->choices[ask->choice_start + k];

        choice->member = get(from, 4);
        uint32_t text = get(from, 4);

        memcpy(&choice->text, &text, sizeof(text));
        choice->near = get(from, 1) != 0;
        get_bytes(from, choice->levels, ask->skill_count);
        from->cut |= choice->member >= out->member_count || !(choice->text <= 1) ||
                     (k > 0 && choice[-1].member >= choice->member);
    }
}

static void read_asks(struct arena *arena, struct bytes *from, struct match_instance *out)
{
    uint32_t used = 0;

    for (uint32_t i = 0; i < out->ask_count && !from->cut; i++) {
        struct match_ask *ask = &out->asks[i];

        ask->id = get_text(arena, from);
        ask->seats = get(from, 4);
        ask->rate = get(from, 4);
        ask->hours = get(from, 4);
        ask->zone = (uint8_t)get(from, 1);
        ask->skill_count = (uint8_t)get(from, 1);
        if (ask->skill_count > MATCH_SKILLS_MAX) {
            from->cut = true;
            return;
        }
        get_bytes(from, ask->wanted, ask->skill_count);
        ask->choice_start = used;
        ask->choice_count = get(from, 4);
        if (ask->choice_count > out->choice_count - used) {
            from->cut = true;
            return;
        }
        used += ask->choice_count;
        read_choices(from, out, ask);
    }
    from->cut |= used != out->choice_count;
}

enum err match_instance_read(struct arena *arena, struct text bytes, struct match_instance *out,
                             struct fault *fault)
{
    struct bytes from = {.at = (const unsigned char *)bytes.at, .left = bytes.size};
    struct match_instance read = {0};
    bool named = bytes.size >= sizeof(MAGIC) && memcmp(bytes.at, MAGIC, sizeof(MAGIC)) == 0;

    (void)get(&from, sizeof(MAGIC));
    read.member_count = get(&from, 4);
    read.ask_count = get(&from, 4);
    read.choice_count = get(&from, 4);
    /* Each takes more than eight bytes, so counts beyond that are no counts. */
    if (!named || from.cut || read.member_count > bytes.size / 8 ||
        read.ask_count > bytes.size / 8 || read.choice_count > bytes.size / 8) {
        return fail(fault, ERR_INVALID, "these bytes are no stored match");
    }
    read.members = arena_array(arena, struct match_member, read.member_count + 1UL);
    read.asks = arena_array(arena, struct match_ask, read.ask_count + 1UL);
    read.choices = arena_array(arena, struct match_choice, read.choice_count + 1UL);
    read_members(arena, &from, &read);
    read_asks(arena, &from, &read);
    if (from.cut || from.left != 0) {
        return fail(fault, ERR_INVALID, "the stored match is damaged or was cut short");
    }
    *out = read;
    return OK;
}
