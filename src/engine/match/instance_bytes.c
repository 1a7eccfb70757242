/* Instances as bytes: little-endian, the same on all machines. */

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "engine/match/instance.h"

static const char MAGIC[4] = {'P', 'M', 'I', '3'};

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

static void put_real(struct buffer *to, double value)
{
    uint64_t bits;

    memcpy(&bits, &value, sizeof(bits));
    put(to, bits, 8);
}

static void put_limits(struct buffer *to, const struct match_limits *limits)
{
    put(to, limits->budget_count, 4);
    for (uint32_t i = 0; i < limits->budget_count; i++) {
        put(to, (uint64_t)limits->budgets[i], 8);
    }
    put(to, limits->bound_count, 4);
    for (uint32_t i = 0; i < limits->bound_count; i++) {
        put(to, limits->bounds[i].ask, 4);
        put(to, limits->bounds[i].country, 4);
        put(to, limits->bounds[i].level, 1);
        put(to, limits->bounds[i].least, 4);
        put(to, limits->bounds[i].most, 4);
    }
    put_real(to, limits->cap);
    put_real(to, limits->spread);
}

void match_instance_write(struct buffer *to, const struct match_instance *instance)
{
    buffer_put(to, MAGIC, sizeof(MAGIC));
    put(to, instance->member_count, 4);
    put(to, instance->ask_count, 4);
    put(to, instance->choice_count, 4);
    put_limits(to, &instance->limits);
    for (uint32_t i = 0; i < instance->member_count; i++) {
        const struct match_member *member = &instance->members[i];

        put_text(to, member->id);
        put(to, member->rate, 4);
        put(to, member->hours, 2);
        put(to, member->seats, 2);
        put(to, member->zone, 1);
        put(to, member->country, 4);
        put(to, member->floor, 2);
    }
    for (uint32_t i = 0; i < instance->ask_count; i++) {
        const struct match_ask *ask = &instance->asks[i];

        put_text(to, ask->id);
        put(to, ask->seats, 4);
        put(to, ask->rate, 4);
        put(to, ask->hours, 4);
        put(to, ask->zone, 1);
        put(to, ask->campaign, 4);
        put(to, ask->budget, 4);
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

static uint64_t get_wide(struct bytes *from)
{
    uint64_t low = get(from, 4);

    return low | (uint64_t)get(from, 4) << 32;
}

static double get_real(struct bytes *from)
{
    uint64_t bits = get_wide(from);
    double value;

    memcpy(&value, &bits, sizeof(value));
    return value;
}

static void read_limits(struct arena *arena, struct bytes *from, uint32_t ask_count,
                        struct match_limits *out)
{
    out->budget_count = get(from, 4);
    if (out->budget_count > from->left / 8) {
        from->cut = true;
        return;
    }
    out->budgets = arena_array(arena, int64_t, out->budget_count + 1UL);
    for (uint32_t i = 0; i < out->budget_count; i++) {
        out->budgets[i] = (int64_t)get_wide(from);
        from->cut |= out->budgets[i] < 0;
    }
    out->bound_count = get(from, 4);
    if (out->bound_count > from->left / 17) {
        from->cut = true;
        return;
    }
    out->bounds = arena_array(arena, struct match_bound, out->bound_count + 1UL);
    for (uint32_t i = 0; i < out->bound_count; i++) {
        out->bounds[i] = (struct match_bound){.ask = get(from, 4)};
        out->bounds[i].country = get(from, 4);
        out->bounds[i].level = (uint8_t)get(from, 1);
        out->bounds[i].least = get(from, 4);
        out->bounds[i].most = get(from, 4);
        from->cut |= out->bounds[i].ask >= ask_count;
    }
    out->cap = get_real(from);
    out->spread = get_real(from);
    from->cut |= !(out->cap >= 0 && out->cap <= 1 && out->spread >= 0);
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
        member->country = get(from, 4);
        member->floor = (uint16_t)get(from, 2);
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
        ask->campaign = get(from, 4);
        ask->budget = get(from, 4);
        from->cut |= ask->budget != MATCH_NONE && ask->budget >= out->limits.budget_count;
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
    read_limits(arena, &from, read.ask_count, &read.limits);
    read_members(arena, &from, &read);
    read_asks(arena, &from, &read);
    if (from.cut || from.left != 0) {
        return fail(fault, ERR_INVALID, "the stored match is damaged or was cut short");
    }
    *out = read;
    return OK;
}
