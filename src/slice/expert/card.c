#include "slice/expert/card.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"

enum { FORM = 1 };

static void put(struct buffer *to, uint64_t value)
{
    while (value >= 0x80) {
        buffer_char(to, (char)(value | 0x80));
        value >>= 7;
    }
    buffer_char(to, (char)value);
}

void expert_card_pack(struct buffer *to, const struct card *card)
{
    uint32_t last = 0;

    put(to, FORM);
    put(to, card->looking);
    put(to, card->hours);
    put(to, card->seats);
    put(to, card->rate);
    put(to, card->zone);
    put(to, card->window_count);
    for (uint32_t i = 0; i < card->window_count; i++) {
        put(to, card->windows[i].from_day);
        put(to, card->windows[i].to_day);
        put(to, card->windows[i].hours);
    }
    put(to, card->tag_count);
    for (uint32_t i = 0; i < card->tag_count; i++) {
        put(to, card->tags[i].name);
        put(to, card->tags[i].level);
        put(to, card->tags[i].until_day);
    }
    put(to, card->text.size);
    for (size_t i = 0; i < card->text.size; i++) {
        put(to, card->text.term[i] - last);
        put(to, card->text.count[i]);
        last = card->text.term[i];
    }
}

struct bytes {
    const unsigned char *at;
    const unsigned char *end;
    bool cut;
};

static uint32_t get_long(struct bytes *from)
{
    uint32_t value = 0;

    for (unsigned shift = 0; shift < 35 && from->at < from->end; shift += 7) {
        unsigned char byte = *from->at++;

        value |= (uint32_t)(byte & 0x7f) << shift;
        if (byte < 0x80) {
            return value;
        }
    }
    from->cut = true;
    return 0;
}

static inline uint32_t get(struct bytes *from)
{
    if (from->at < from->end && *from->at < 0x80) {
        return *from->at++;
    }
    return get_long(from);
}

/* The window that is open on the day, or the first that opens later. */
static void read_windows(struct bytes *from, uint16_t day, struct match_expert *out)
{
    uint32_t count = get(from);
    uint16_t weekly = out->hours;
    uint16_t best = MATCH_DAY_MAX;

    out->from_day = 0;
    out->to_day = count == 0 ? MATCH_DAY_MAX : 0;
    for (uint32_t i = 0; i < count && !from->cut; i++) {
        uint16_t first = (uint16_t)get(from);
        uint16_t last = (uint16_t)get(from);
        uint16_t hours = (uint16_t)get(from);

        if (last >= day && first < best) {
            best = first;
            out->from_day = first;
            out->to_day = last;
            out->hours = hours < weekly ? hours : weekly;
        }
    }
}

/* Its number among those that are wanted; false: it is not. */
static bool renumber(const uint32_t *numbers, uint32_t count, uint32_t *number)
{
    if (*number >= count || numbers[*number] == 0) {
        return false;
    }
    *number = numbers[*number] - 1;
    return true;
}

static void read_tags(struct arena *arena, struct bytes *from, uint16_t day,
                      const struct card_want *want, struct match_expert *out)
{
    uint32_t count = get(from);
    struct match_tag tags[CARD_TAGS_MAX];

    if (count > CARD_TAGS_MAX) {
        from->cut = true;
        return;
    }
    for (uint32_t i = 0; i < count && !from->cut; i++) {
        uint32_t name = get(from);
        uint8_t level = (uint8_t)get(from);
        uint32_t until = get(from);

        if ((until == 0 || until >= day) &&
            (want == NULL || want->all || renumber(want->tags, want->tag_count, &name))) {
            tags[out->tag_count++] = (struct match_tag){.tag = name, .level = level};
        }
    }
    if (out->tag_count > 0) {
        struct match_tag *kept = arena_array(arena, struct match_tag, out->tag_count);

        memcpy(kept, tags, out->tag_count * sizeof(*tags));
        out->tags = kept;
    }
}

/* A word and how often it stands there: nearly always a byte each. */
static inline void get_pair(struct bytes *from, uint32_t *first, uint32_t *second)
{
    const unsigned char *at = from->at;

    if (from->end - at >= 2 && at[0] < 0x80 && at[1] < 0x80) {
        *first = at[0];
        *second = at[1];
        from->at = at + 2;
        return;
    }
    *first = get(from);
    *second = get(from);
}

/* The length counts all words; room is taken with the first one that is wanted. */
static void read_words(struct arena *arena, struct bytes *from, const struct card_want *want,
                       struct text_bag *out)
{
    bool all = want == NULL || want->all;
    uint32_t size = get(from);
    uint32_t *terms = NULL;
    uint32_t *counts = NULL;
    uint32_t term = 0;

    if (size > (size_t)(from->end - from->at)) {
        from->cut = true;
        return;
    }
    for (uint32_t i = 0; i < size && !from->cut; i++) {
        uint32_t step;
        uint32_t count;

        get_pair(from, &step, &count);
        term += step;
        out->length += count;
        uint32_t number = term;

        if (!all && !renumber(want->terms, want->term_count, &number)) {
            continue;
        }
        if (terms == NULL) {
            terms = arena_array(arena, uint32_t, 2 * (size_t)(size - i));
            counts = terms + (size - i);
        }
        terms[out->size] = number;
        counts[out->size++] = count;
    }
    out->term = terms;
    out->count = counts;
}

bool expert_card_unpack(struct arena *arena, struct arena *scratch, struct text bytes, uint16_t day,
                        const struct card_want *want, struct match_expert *out)
{
    const unsigned char *at = (const unsigned char *)bytes.at;
    struct bytes from = {.at = at, .end = at + bytes.size};

    *out = (struct match_expert){0};
    if (get(&from) != FORM) {
        return false;
    }
    bool looking = get(&from) != 0;

    out->hours = (uint16_t)get(&from);
    out->seats = (uint16_t)get(&from);
    out->seats = looking ? out->seats : 0;
    out->rate = get(&from);
    out->zone = (uint8_t)get(&from);
    read_windows(&from, day, out);
    read_tags(scratch, &from, day, want, out);
    if (want != NULL && want->wordless) {
        return !from.cut;
    }
    read_words(arena, &from, want, &out->text);
    return !from.cut && from.at == from.end;
}
