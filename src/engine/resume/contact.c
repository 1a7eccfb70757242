#include <string.h>

#include "base/arena.h"
#include "engine/resume/resume_inside.h"

static bool is_blank(char c)
{
    return strchr(" |,;:()<>[]", c) != NULL;
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
    for (size_t i = 0; i < COUNT(ENDINGS); i++) {
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

static const char PLACE_LABELS[] = "address|location|city|residence|lives in|based in|adresse|ort";
static const char LABELS[] =
    "email|e-mail|mail|phone|telephone|tel|mobile|cell|web|website|homepage|url|linkedin|github|"
    "name|telefon|téléphone|teléfono|correo|courriel|twitter|profile|portfolio";

/* Without "Phone:" or "E-mail" before it. */
static struct text without_label(struct text piece, bool *place)
{
    size_t size = resume_word_at(piece, 0, PLACE_LABELS);

    *place = size > 0;
    size = size > 0 ? size : resume_word_at(piece, 0, LABELS);
    if (size == 0 || (size < piece.size && piece.at[size] != ':' && piece.at[size] != '.' &&
                      piece.at[size] != ' ')) {
        return piece;
    }
    return resume_strip(resume_after(piece, size), ":. ");
}

static bool read_email(struct resume_out *out, struct text piece, uint32_t line)
{
    const char *sign = piece.size == 0 ? NULL : memchr(piece.at, '@', piece.size);

    if (sign == NULL) {
        return false;
    }
    struct text word = word_at(piece, (size_t)(sign - piece.at));
    size_t after = (size_t)(word.at + word.size - sign);

    if (sign == word.at || memchr(sign, '.', after) == NULL) {
        return false;
    }
    resume_add(out, "email", 0, word, 0.99, line);
    return true;
}

/* A town with its country or state; after a label, any. */
static bool reads_as_place(struct text piece, bool labelled)
{
    struct text place;

    return (labelled && piece.size > 1) || resume_is_place(piece) ||
           (resume_cut_place(piece, &place).size == 0 && place.size > 0);
}

static void read_piece(struct resume_out *out, struct text piece, uint32_t line, bool labelled)
{
    bool place = false;

    piece = without_label(piece, &place);
    if (read_email(out, piece, line)) {
        return;
    }
    if (is_web(piece)) {
        resume_add(out, "url", 0, piece, 0.95, line);
        return;
    }
    struct resume_span span;
    bool dates = resume_span_find(out->arena, piece, &span) && piece.at[0] != '+';
    struct text phone = dates ? (struct text){0} : find_phone(piece);

    if (phone.size > 0) {
        resume_add(out, "phone", 0, phone, 0.9, line);
    } else if (reads_as_place(piece, labelled || place)) {
        resume_add(out, "location", 0, piece, 0.8, line);
    }
}

/* Pieces that are parted by signs of their own: "a • b", "a | b", "a · b". */
static bool cut_sign(struct text *rest, struct text *part)
{
    static const char *const SIGNS[] = {"•", "|", "·", " – ", "◆", " / ", "; "};
    size_t end = rest->size;
    size_t skip = 0;

    if (rest->size == 0) {
        return false;
    }
    for (size_t i = 0; i < COUNT(SIGNS); i++) {
        const char *hit = memmem(rest->at, rest->size, SIGNS[i], strlen(SIGNS[i]));

        if (hit != NULL && (size_t)(hit - rest->at) < end) {
            end = (size_t)(hit - rest->at);
            skip = strlen(SIGNS[i]);
        }
    }
    *part = text_trim((struct text){rest->at, end});
    *rest = resume_after(*rest, end + skip);
    return true;
}

void resume_contact(struct resume_out *out, const struct resume_line *line)
{
    bool labelled = false;

    for (uint32_t i = 0; i < line->count; i++) {
        struct text rest = line->pieces[i].text;
        struct text part;

        if (resume_is_word(rest, PLACE_LABELS)) { /* what stands in the next column */
            labelled = true;
            continue;
        }
        while (cut_sign(&rest, &part)) {
            read_piece(out, part, line->number, labelled);
        }
        labelled = false;
    }
}

void resume_contact_aside(struct resume_out *out, const struct resume_line *line)
{
    size_t before = out->count;

    resume_contact(out, line);
    for (size_t i = before; i < out->count; i++) { /* prose has towns and addresses of its own */
        const char *field = out->fields[i].field;

        if (strcmp(field, "email") != 0 && strcmp(field, "phone") != 0) {
            out->fields[i--] = out->fields[--out->count];
        }
    }
}
