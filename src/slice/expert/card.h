#pragma once

/*
 * Cards: what a match reads of a profile, packed into about a hundred bytes. Pure.
 *
 * Names and words are numbers that the store keeps. A name may count until a day: an expired one
 * is not there any more when the card is opened.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "engine/match/pool.h"

struct arena;
struct buffer;

enum { CARD_WINDOWS_MAX = 12, CARD_TAGS_MAX = 256 };

struct card_tag {
    uint32_t name;
    uint8_t level;
    uint16_t until_day; /* since 1970; 0: open */
};

struct card_window {
    uint16_t from_day;
    uint16_t to_day;
    uint16_t hours;
};

struct card {
    bool looking;
    uint16_t hours;
    uint16_t seats;
    uint32_t rate;
    uint8_t zone;
    struct card_window windows[CARD_WINDOWS_MAX];
    uint32_t window_count;
    struct card_tag tags[CARD_TAGS_MAX];
    uint32_t tag_count;
    struct text_bag text;
};

void expert_card_pack(struct buffer *to, const struct card *card);

/* What a reader asks for, and the numbers that it gets: [number] its new one plus one; 0: passed
 * over. New numbers rise with the old ones of words. */
struct card_want {
    bool all;      /* tags and words as they are, */
    bool wordless; /* but words not at all */
    const uint32_t *tags;
    uint32_t tag_count;
    const uint32_t *terms;
    uint32_t term_count;
};

/* The card as an expert on a day: expired names are gone, who does not look for work takes no
 * seat, and the hours are those of the window that is open, or opens next. `want` NULL: all tags
 * and words, else those alone; the text's length counts all words either way. False: these bytes
 * are no card. Words live in the arena, tags in the scratch one (which may be the same). */
bool expert_card_unpack(struct arena *arena, struct arena *scratch, struct text bytes, uint16_t day,
                        const struct card_want *want, struct match_expert *out);
