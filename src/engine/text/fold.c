#include "engine/text/fold.h"

#include <assert.h>
#include <utf8proc.h>

#include "base/arena.h"

/* Compatibility mappings leave these apart, but nobody means a difference by them. */
static int32_t plain_punctuation(int32_t code)
{
    if (code == 0x2018 || code == 0x2019 || code == 0x02BC) {
        return '\'';
    }
    return (code >= 0x2010 && code <= 0x2015) || code == 0x2212 ? '-' : code;
}

static bool is_ascii(struct text text)
{
    unsigned char all = 0;

    for (size_t i = 0; i < text.size; i++) {
        all |= (unsigned char)text.at[i];
    }
    return all < 0x80;
}

static struct text fold_ascii(struct arena *arena, struct text in)
{
    char *to = arena_copy(arena, in.at, in.size);

    for (size_t i = 0; i < in.size; i++) {
        to[i] = to[i] >= 'A' && to[i] <= 'Z' ? (char)(to[i] + 32) : to[i];
    }
    return (struct text){.at = to, .size = in.size};
}

static struct text fold_unicode(struct arena *arena, struct text in, utf8proc_option_t how)
{
    const utf8proc_uint8_t *bytes = (const utf8proc_uint8_t *)in.at;
    utf8proc_ssize_t size = (utf8proc_ssize_t)in.size;
    utf8proc_ssize_t room = utf8proc_decompose(bytes, size, NULL, 0, how);

    assert(room >= 0); /* the text was checked at the door */
    utf8proc_int32_t *codes = arena_array(arena, utf8proc_int32_t, (size_t)room + 1);

    room = utf8proc_decompose(bytes, size, codes, room, how);
    for (utf8proc_ssize_t i = 0; i < room; i++) {
        codes[i] = plain_punctuation(codes[i]);
    }
    room = utf8proc_reencode(codes, room, how);
    assert(room >= 0);
    return (struct text){.at = (const char *)codes, .size = (size_t)room};
}

struct text text_fold(struct arena *arena, struct text in, bool strip_marks)
{
    int how = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD |
              UTF8PROC_IGNORE | (strip_marks ? UTF8PROC_STRIPMARK : 0);

    return is_ascii(in) ? fold_ascii(arena, in) : fold_unicode(arena, in, (utf8proc_option_t)how);
}
