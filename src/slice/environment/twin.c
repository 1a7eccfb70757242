#include "slice/environment/twin.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/text.h"
#include "engine/text/fold.h"
#include "engine/text/shingle.h"
#include "engine/text/words.h"

/* Pairs at .9 meet in some band with probability 1 - (1 - .9^4)^16 > .9999. */
enum { BANDS = 16, BAND_ROWS = 4, MINIMA = BANDS * BAND_ROWS, WIDTH = 3, NEIGHBOURS_MAX = 50 };

static const uint64_t SEED = 20240501;

struct meeting {
    uint64_t key;
    size_t text;
};

static int by_key(const void *left, const void *right)
{
    const struct meeting *a = left;
    const struct meeting *b = right;

    return a->key != b->key ? (a->key > b->key) - (a->key < b->key)
                            : (a->text > b->text) - (a->text < b->text);
}

/* Both learn of each other if they are closer than whom they know. */
static void compare(struct twin *twins, const struct text_shingles *shingles, size_t left,
                    size_t right, double least)
{
    double resemblance = text_resemblance(shingles[left], shingles[right]);

    if (resemblance >= least && resemblance > twins[left].resemblance) {
        twins[left] = (struct twin){.other = right, .resemblance = resemblance};
    }
    if (resemblance >= least && resemblance > twins[right].resemblance) {
        twins[right] = (struct twin){.other = left, .resemblance = resemblance};
    }
}

struct twin *twins_find(struct arena *arena, const char *const *texts, size_t count, double least)
{
    struct twin *twins = arena_array(arena, struct twin, count + 1);
    struct text_shingles *shingles = arena_array(arena, struct text_shingles, count + 1);
    struct meeting *meetings = arena_array(arena, struct meeting, count * BANDS + 1);
    uint32_t minima[MINIMA];

    for (size_t i = 0; i < count; i++) {
        shingles[i] = text_shingles(
            arena, text_words(arena, text_fold(arena, text_of(texts[i]), true)), WIDTH);
        text_minhash(shingles[i], SEED, MINIMA, minima);
        twins[i].other = i;
        for (size_t band = 0; band < BANDS; band++) {
            meetings[i * BANDS + band] =
                (struct meeting){.key = text_minhash_band(minima, band, BAND_ROWS), .text = i};
        }
    }
    qsort(meetings, count * BANDS, sizeof(*meetings), by_key);
    for (size_t i = 0; i < count * BANDS; i++) {
        for (size_t k = i + 1;
             k < count * BANDS && k - i <= NEIGHBOURS_MAX && meetings[k].key == meetings[i].key;
             k++) {
            if (meetings[i].text != meetings[k].text) {
                compare(twins, shingles, meetings[i].text, meetings[k].text, least);
            }
        }
    }
    return twins;
}
