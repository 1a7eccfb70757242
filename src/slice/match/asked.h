#pragma once

/*
 * What a match asks of the pool: names and words get dense numbers of their own, and all others
 * are passed over when profiles are read.
 *
 * Nothing is lost by that. A check looks at the names that it names. What a word weighs follows
 * from its holders, the number of texts and their lengths, and all of those are still counted, so
 * that every score is what it would be with all words in hand.
 */

#include <stdint.h>

#include "base/err.h"
#include "slice/expert/card.h"

struct arena;
struct map;
struct match_input;
struct work;

struct match_asked {
    const char **names; /* [number] */
    uint32_t count;
    uint32_t room;
    struct map *numbers; /* of names */
    uint32_t *of_name;   /* [the store's number] ours + 1 */
    uint32_t name_count; /* that the store has */
    uint32_t *of_word;   /* [the store's number] ours + 1 */
    uint32_t word_count; /* that the store has */
    uint32_t words;      /* that are asked for */
};

/* Its tables live in the scratch arena, the names in the work's. */
enum err match_asked_open(struct work *work, struct arena *scratch, struct match_asked *out);

/* The number of a name ("skill law"), old or new. */
enum err match_asked_name(struct work *work, struct match_asked *asked, const char *name,
                          uint32_t *out);

/* The number of a name that has one. */
uint32_t match_asked_number(const struct match_asked *asked, const char *name);

/* Number the words of all requirements, in the store's order, so that each requirement's rise as
 * they did. Once, when all requirements stand. */
void match_asked_number_words(struct arena *arena, struct match_asked *asked,
                              struct match_input *input);

struct card_want match_asked_want(const struct match_asked *asked);
