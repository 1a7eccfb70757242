#include "slice/duplicate/duplicate_rule.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"
#include "engine/text/fold.h"
#include "engine/text/words.h"

enum { PHONE_MIN = 7, PHONE_KEPT = 9 };

static bool passes_over_dots(struct text domain)
{
    return text_is(domain, "gmail.com") || text_is(domain, "googlemail.com");
}

const char *duplicate_address_key(struct arena *arena, const char *address)
{
    struct text folded = text_trim(text_fold(arena, text_of(address), false));
    const char *sign = memrchr(folded.at, '@', folded.size);

    if (sign == NULL || sign == folded.at) {
        return arena_copy(arena, folded.at, folded.size);
    }
    struct text box = {.at = folded.at, .size = (size_t)(sign - folded.at)};
    struct text domain = {.at = sign + 1, .size = folded.size - box.size - 1};
    const char *plus = memchr(box.at, '+', box.size);
    bool dots = !passes_over_dots(domain);
    char *key = arena_take(arena, folded.size + 1, 1);
    size_t used = 0;

    if (plus != NULL && plus != box.at) {
        box.size = (size_t)(plus - box.at);
    }
    for (size_t i = 0; i < box.size; i++) {
        if (dots || box.at[i] != '.') {
            key[used++] = box.at[i];
        }
    }
    return arena_print(arena, "%.*s@%s", (int)used, key,
                       dots ? arena_copy(arena, domain.at, domain.size) : "gmail.com");
}

const char *duplicate_phone_key(struct arena *arena, const char *phone)
{
    char *digits = arena_take(arena, strlen(phone) + 1, 1);
    size_t count = 0;

    for (const char *at = phone; *at != '\0'; at++) {
        if (*at >= '0' && *at <= '9') {
            digits[count++] = *at;
        }
    }
    return count < PHONE_MIN ? NULL : count > PHONE_KEPT ? digits + count - PHONE_KEPT : digits;
}

static int compare_words(const void *left, const void *right)
{
    const struct text *a = left;
    const struct text *b = right;
    size_t shorter = a->size < b->size ? a->size : b->size;
    int order = memcmp(a->at, b->at, shorter);

    return order != 0 ? order : (a->size > b->size) - (a->size < b->size);
}

const char *duplicate_name_key(struct arena *arena, const char *name)
{
    struct text_words words = text_words(arena, text_fold(arena, text_of(name), true));
    struct text *sorted = arena_array(arena, struct text, words.count);
    const char *key = "";

    if (words.count > 0) {
        memcpy(sorted, words.at, words.count * sizeof(*sorted));
        qsort(sorted, words.count, sizeof(*sorted), compare_words);
    }
    for (size_t i = 0; i < words.count; i++) {
        key = arena_print(arena, "%s%s%.*s", key, i == 0 ? "" : " ", (int)sorted[i].size,
                          sorted[i].at);
    }
    return key;
}

const char *duplicate_masked(struct arena *arena, const char *address)
{
    const char *sign = strrchr(address, '@');
    size_t first = 1;

    if (sign == NULL || sign == address) {
        return "\xE2\x80\xA6";
    }
    while (((unsigned char)address[first] & 0xC0) == 0x80) { /* the rest of a first character */
        first++;
    }
    return arena_print(arena, "%.*s\xE2\x80\xA6%s", (int)first, address, sign);
}
