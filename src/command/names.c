#include "command/names.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "sys/spill.h"

enum { DIGITS_MAX = 9, DIRECT_FREE = 1 << 16, SLOTS_FIRST = 64, STEM_MAX = 32 };
static_assert(STEM_MAX + DIGITS_MAX <= NAME_PRINTED_MAX);

/* Where a name is kept: the number behind the stem, or its place and size among the bytes. */
struct place {
    uint64_t is_number : 1;
    uint64_t size : 23;
    uint64_t at : 40;
};

struct slot {
    uint32_t tag;    /* upper half of the hash */
    uint32_t number; /* plus one; zero is empty */
};

struct names {
    struct spill *spill;
    struct place *places;
    uint32_t count;
    uint32_t room;
    char *bytes;
    uint64_t byte_count;
    uint64_t byte_room;
    struct slot *slots;
    uint32_t slot_count; /* a power of two */
    uint32_t slots_used;
    char stem[STEM_MAX]; /* of the first name: what stands before its last digits */
    uint32_t stem_size;
    uint32_t digits;  /* of every number behind it; 0: as many as it takes, without leading zeros */
    uint32_t *direct; /* [direct_count]: number plus one of the name with this number */
    uint32_t direct_count;
    uint32_t last; /* the name added or found last: files often repeat it */
};

static void *resize(const struct names *names, void *old, size_t old_size, size_t size)
{
    return spill_resize(names->spill, old, old_size, size);
}

static void empty_slots(struct names *names, uint32_t count)
{
    names->slot_count = count;
    names->slots = spill_take(names->spill, count * sizeof(*names->slots));
}

static void free_slots(const struct names *names, struct slot *slots, uint32_t count)
{
    spill_give(names->spill, slots, count * sizeof(*slots));
}

struct names *names_new(struct spill *spill)
{
    struct names *names = calloc(1, sizeof(*names));

    assert(names != NULL);
    names->spill = spill;
    empty_slots(names, SLOTS_FIRST);
    return names;
}

static void free_lookup(struct names *names)
{
    free_slots(names, names->slots, names->slot_count);
    spill_give(names->spill, names->direct, names->direct_count * sizeof(*names->direct));
    names->slots = NULL;
    names->slot_count = 0;
    names->direct = NULL;
    names->direct_count = 0;
}

void names_free(struct names *names)
{
    if (names != NULL) {
        free_lookup(names);
        spill_give(names->spill, names->places, names->room * sizeof(*names->places));
        spill_give(names->spill, names->bytes, names->byte_room);
        free(names);
    }
}

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* What names have in common shows at the first. */
static void take_stem(struct names *names, struct text name)
{
    size_t from = name.size;

    while (from > 0 && name.size - from < DIGITS_MAX && is_digit(name.at[from - 1])) {
        from--;
    }
    if (from == name.size || from > STEM_MAX) {
        return;
    }
    names->stem_size = (uint32_t)from;
    names->digits = name.at[from] == '0' && name.size - from > 1 ? (uint32_t)(name.size - from) : 0;
    memcpy(names->stem, name.at, from);
}

static inline bool is_plain(const struct names *names)
{
    return names->stem_size == 0 && names->digits == 0;
}

/* The number behind the stem, written so that it gives the name back; else NAME_NO_NUMBER. */
static uint32_t number_of(const struct names *names, struct text name)
{
    size_t size = name.size - names->stem_size;
    const char *at = name.at + names->stem_size;
    uint32_t value = 0;

    if (name.size <= names->stem_size || size > DIGITS_MAX ||
        (names->digits > 0 ? size != names->digits : *at == '0' && size > 1) ||
        memcmp(name.at, names->stem, names->stem_size) != 0) {
        return NAME_NO_NUMBER;
    }
    for (size_t i = 0; i < size; i++) {
        if (!is_digit(at[i])) {
            return NAME_NO_NUMBER;
        }
        value = value * 10 + (uint32_t)(unsigned char)at[i] - '0';
    }
    return value;
}

static uint64_t hash_of(struct text name)
{
    uint64_t hash = 0x9E3779B97F4A7C15U ^ name.size;

    for (size_t i = 0; i < name.size; i += 8) {
        uint64_t part = 0;

        memcpy(&part, name.at + i, name.size - i < 8 ? name.size - i : 8);
        hash = (hash ^ part) * 0xD6E8FEB86659FD93U;
        hash ^= hash >> 32;
    }
    return hash * 0xD6E8FEB86659FD93U;
}

static bool is_at(const struct names *names, uint32_t number, struct text name)
{
    const struct place *place = &names->places[number];

    return !place->is_number && place->size == name.size &&
           memcmp(names->bytes + place->at, name.at, name.size) == 0;
}

/* The slot of a text name, or the empty one where it belongs. */
static struct slot *slot_of(const struct names *names, struct text name, uint64_t hash)
{
    uint32_t mask = names->slot_count - 1;
    uint32_t at = (uint32_t)hash & mask;

    while (names->slots[at].number != 0 && !(names->slots[at].tag == hash >> 32 &&
                                             is_at(names, names->slots[at].number - 1, name))) {
        at = (at + 1) & mask;
    }
    return &names->slots[at];
}

static struct text text_at(const struct names *names, uint32_t number)
{
    return (struct text){.at = names->bytes + names->places[number].at,
                         .size = names->places[number].size};
}

static void widen_slots(struct names *names)
{
    struct slot *old = names->slots;
    uint32_t old_count = names->slot_count;

    empty_slots(names, old_count * 2);
    for (uint32_t i = 0; i < old_count; i++) {
        if (old[i].number != 0) {
            struct text name = text_at(names, old[i].number - 1);

            *slot_of(names, name, hash_of(name)) = old[i];
        }
    }
    free_slots(names, old, old_count);
}

static void resize_places(struct names *names, uint32_t room)
{
    names->places = resize(names, names->places, names->room * sizeof(*names->places),
                           room * sizeof(*names->places));
    names->room = room;
}

static void resize_bytes(struct names *names, uint64_t room)
{
    names->bytes = resize(names, names->bytes, names->byte_room, room);
    names->byte_room = room;
}

static uint32_t append(struct names *names, struct place place)
{
    if (names->count == names->room) {
        assert(names->room < 1U << 31);
        resize_places(names, names->room == 0 ? 64 : names->room * 2);
    }
    names->places[names->count] = place;
    return names->count++;
}

static uint32_t append_text(struct names *names, struct text name)
{
    assert(name.size < 1U << 23);
    if (names->byte_count + name.size > names->byte_room) {
        resize_bytes(names, (names->byte_room + name.size) * 2);
    }
    memcpy(names->bytes + names->byte_count, name.at, name.size);
    names->byte_count += name.size;
    uint64_t from = names->byte_count - name.size;

    return append(names, (struct place){.size = (uint32_t)name.size & 0x7FFFFF,
                                        .at = from & ((1ULL << 40) - 1)});
}

/* Numbers get a direct table while it stays within a few times the names. */
static bool widen_direct(struct names *names, uint32_t value)
{
    uint64_t need = (uint64_t)value + 1;

    if (need <= names->direct_count) {
        return true;
    }
    if (need > 4 * (uint64_t)names->count + DIRECT_FREE) {
        return false;
    }
    uint32_t count = (uint32_t)(need + need / 2);

    names->direct = resize(names, names->direct, names->direct_count * sizeof(*names->direct),
                           count * sizeof(*names->direct));
    memset(names->direct + names->direct_count, 0,
           (count - names->direct_count) * sizeof(*names->direct));
    names->direct_count = count;
    return true;
}

void names_rest(struct names *names)
{
    if (names->slots == NULL) {
        return;
    }
    free_lookup(names);
    resize_places(names, names->count + 1);
    resize_bytes(names, names->byte_count + 1);
}

/* Make the ways to look up again, which a rest gave away. */
static void wake(struct names *names)
{
    if (names->slots != NULL) {
        return;
    }
    uint32_t slots = SLOTS_FIRST;

    while (slots < names->slots_used * 2) {
        slots *= 2;
    }
    empty_slots(names, slots);
    for (uint32_t i = 0; i < names->count; i++) {
        const struct place *place = &names->places[i];

        if (place->is_number) {
            bool wide = widen_direct(names, (uint32_t)place->at);

            assert(wide);
            names->direct[place->at] = i + 1;
        } else {
            struct text name = text_at(names, i);
            uint64_t hash = hash_of(name);

            *slot_of(names, name, hash) =
                (struct slot){.tag = (uint32_t)(hash >> 32), .number = i + 1};
        }
    }
}

bool names_find(struct names *names, struct text name, uint32_t *out)
{
    uint32_t value = number_of(names, name);

    wake(names);
    if (value < names->direct_count && names->direct[value] != 0) {
        *out = names->direct[value] - 1;
        return true;
    }
    uint32_t number = slot_of(names, name, hash_of(name))->number;

    if (number == 0) {
        return false;
    }
    *out = number - 1;
    return true;
}

static uint32_t add(struct names *names, struct text name, uint32_t value)
{
    bool is_number = value != NAME_NO_NUMBER;

    if (is_number && value < names->direct_count && names->direct[value] != 0) {
        return names->direct[value] - 1;
    }
    if (!is_number && names->count > 0 && is_at(names, names->last, name)) {
        return names->last;
    }
    uint64_t hash = hash_of(name);
    struct slot *slot = slot_of(names, name, hash);

    if (slot->number == 0 && is_number && widen_direct(names, value)) {
        names->direct[value] = append(names, (struct place){.is_number = 1, .at = value}) + 1;
        return names->count - 1;
    }
    if (slot->number == 0) {
        if (++names->slots_used * 2 > names->slot_count) {
            widen_slots(names);
            slot = slot_of(names, name, hash);
        }
        slot->number = append_text(names, name) + 1;
        slot->tag = (uint32_t)(hash >> 32);
    }
    names->last = slot->number - 1;
    return names->last;
}

uint32_t names_add(struct names *names, struct text name)
{
    wake(names);
    if (names->count == 0) {
        take_stem(names, name);
    }
    return add(names, name, number_of(names, name));
}

uint32_t names_add_number(struct names *names, struct text name, uint32_t value)
{
    if (__builtin_expect(names->count > 0 && names->slots != NULL && is_plain(names), 1)) {
        return add(names, name, value);
    }
    return names_add(names, name);
}

uint32_t names_count(const struct names *names)
{
    return names->count;
}

struct text names_at(const struct names *names, uint32_t number, char scratch[NAME_PRINTED_MAX])
{
    assert(number < names->count);
    if (!names->places[number].is_number) {
        return text_at(names, number);
    }
    char *const end = scratch + NAME_PRINTED_MAX;
    char *at = end;

    for (uint64_t value = names->places[number].at; value > 0 || at == end; value /= 10) {
        *--at = (char)('0' + value % 10);
    }
    while (end - at < (ptrdiff_t)names->digits) {
        *--at = '0';
    }
    at -= names->stem_size;
    memcpy(at, names->stem, names->stem_size);
    return (struct text){.at = at, .size = (size_t)(end - at)};
}
