#include <string.h>

#include "base/arena.h"
#include "engine/resume/resume_inside.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '|' || c == ',' || c == ';' || c == '(' || c == ')' || c == '<' ||
           c == '>';
}

/* A word around a place, between blanks. */
static struct text word_at(struct text text, size_t at)
{
    size_t start = at;
    size_t end = at;

    while (start > 0 && !is_blank(text.at[start - 1])) {
        start--;
    }
    while (end < text.size && !is_blank(text.at[end])) {
        end++;
    }
    return (struct text){text.at + start, end - start};
}

static bool is_web(struct text word)
{
    static const char *const ENDINGS[] = {".com", ".org", ".net",   ".io", ".dev", ".edu",
                                          ".me",  ".ai",  ".co.uk", ".de", ".fr"};
    const char *slash = memchr(word.at, '/', word.size);
    struct text host = {word.at, slash == NULL ? word.size : (size_t)(slash - word.at)};

    if (word.size > 8 &&
        (memcmp(word.at, "https://", 8) == 0 || memcmp(word.at, "http://", 7) == 0)) {
        return true;
    }
    for (size_t i = 0; i < sizeof(ENDINGS) / sizeof(ENDINGS[0]); i++) {
        size_t size = strlen(ENDINGS[i]);

        if (host.size > size + 1 && memcmp(host.at + host.size - size, ENDINGS[i], size) == 0) {
            return true;
        }
    }
    return false;
}

/* Digits with the signs of a telephone number around them. */
static struct text find_phone(struct text text)
{
    for (size_t at = 0; at < text.size; at++) {
        size_t end = at;
        size_t digits = 0;

        while (end < text.size && strchr("+0123456789 ().-", text.at[end]) != NULL) {
            digits += text.at[end] >= '0' && text.at[end] <= '9';
            end++;
        }
        if (digits >= 8 && digits <= 15 && strchr("+(0123456789", text.at[at]) != NULL) {
            return text_trim((struct text){text.at + at, end - at});
        }
    }
    return (struct text){0};
}

/* Icons of icon fonts come as characters for private use, before what they stand for. */
static struct text without_icons(struct text piece)
{
    size_t at = 0;

    while (at < piece.size) {
        size_t next = at;
        uint32_t code = text_next(piece, &next);

        if (!(code >= 0xe000 && code <= 0xf8ff) && code < 0xf0000 && code != 0xa0 && code != ' ' &&
            code != 0x200b) {
            break;
        }
        at = next;
    }
    return (struct text){piece.at + at, piece.size - at};
}

static void read_piece(struct resume_out *out, struct text piece, uint32_t line)
{
    piece = without_icons(piece);
    const char *sign = memchr(piece.at, '@', piece.size);

    if (sign != NULL) {
        struct text word = word_at(piece, (size_t)(sign - piece.at));

        if (memchr(sign, '.', word.size - (size_t)(sign - word.at)) != NULL) {
            resume_add(out, "email", 0, word, 0.99, line);
            return;
        }
    }
    if (is_web(piece)) {
        resume_add(out, "url", 0, piece, 0.95, line);
        return;
    }
    struct text phone = find_phone(piece);

    if (phone.size > 0) {
        resume_add(out, "phone", 0, phone, 0.9, line);
    } else if (resume_is_place(piece)) {
        resume_add(out, "location", 0, piece, 0.8, line);
    }
}

/* Pieces that are parted by signs of their own: "a • b", "a | b", "a · b". */
void resume_contact(struct resume_out *out, const struct resume_line *line)
{
    static const char *const SIGNS[] = {" • ", " | ", " · ", " – ", " ◆ "};

    for (uint32_t i = 0; i < line->count; i++) {
        struct text rest = line->pieces[i];

        while (rest.size > 0) {
            size_t end = rest.size;
            size_t skip = 0;

            for (size_t k = 0; k < sizeof(SIGNS) / sizeof(SIGNS[0]); k++) {
                const char *hit = memmem(rest.at, rest.size, SIGNS[k], strlen(SIGNS[k]));

                if (hit != NULL && (size_t)(hit - rest.at) < end) {
                    end = (size_t)(hit - rest.at);
                    skip = strlen(SIGNS[k]);
                }
            }
            read_piece(out, text_trim((struct text){rest.at, end}), line->number);
            rest = (struct text){rest.at + end + skip, rest.size - end - skip};
        }
    }
}

bool resume_is_language(struct text word)
{
    static const char *const LANGUAGES[] = {
        "english",   "german",   "french",    "spanish",   "italian",  "portuguese", "dutch",
        "polish",    "russian",  "turkish",   "arabic",    "hebrew",   "hindi",      "urdu",
        "bengali",   "mandarin", "chinese",   "cantonese", "japanese", "korean",     "vietnamese",
        "thai",      "swedish",  "norwegian", "danish",    "finnish",  "greek",      "czech",
        "hungarian", "romanian", "ukrainian", "persian",   "swahili",  "indonesian", NULL};

    return resume_has_word(word, LANGUAGES);
}
