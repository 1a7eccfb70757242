#include <math.h>
#include <string.h>

#include <utf8proc.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/err.h"
#include "base/map.h"
#include "engine/verify/check_internal.h"
#include "engine/verify/number.h"

bool check_close(const struct check_options *options, double left, double right)
{
    double slack = fmax(options->absolute, options->relative * fabs(right));

    return left == right || fabs(left - right) <= slack;
}

/* ---- numeric ---- */

struct verdict check_numeric(const struct check_options *options, struct text answer,
                             struct text reference)
{
    struct number got;
    struct number want;

    if (!number_last(reference, &want)) {
        return verdict_unscored(REASON_VERIFIER, "the reference holds no number");
    }
    if (!number_last(answer, &got)) {
        return verdict_fail(REASON_FORMAT, "the answer holds no number");
    }
    if (got.hedged && !want.hedged) {
        return verdict_fail(REASON_FORMAT, "the answer names two numbers with \"or\" between");
    }
    /* 28 % is 0.28 and also 28: the question asked for one of them. */
    if (got.percent != want.percent &&
        check_close(options, got.percent ? got.value / 100 : got.value,
                    want.percent ? want.value / 100 : want.value)) {
        return verdict_pass();
    }
    if (options->round && want.decimals >= -1 && got.decimals > want.decimals) {
        double scale = pow(10, want.decimals < 0 ? 0 : want.decimals);

        got.value = round(got.value * scale) / scale;
    }
    return check_close(options, got.value, want.value) ? verdict_pass()
                                                       : verdict_fail(REASON_WRONG, NULL);
}

/* ---- multiple choice ---- */

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static char letter_at(struct text text, size_t at)
{
    bool alone = (at == 0 || !is_word(text.at[at - 1])) &&
                 (at + 1 == text.size || !is_word(text.at[at + 1]));

    return alone && text.at[at] >= 'A' && text.at[at] <= 'Z' ? text.at[at] : '\0';
}

static size_t skip_of(struct text text, size_t at, const char *skipped)
{
    while (at < text.size && strchr(skipped, text.at[at]) != NULL) {
        at++;
    }
    return at;
}

/* "A or B", "(A), (C)": another letter is named beside the one at `at`. I is a word. */
static bool names_another(struct text text, size_t at)
{
    static const char *const JOINTS[] = {"or ", "and ", "& ", "/", ","};
    size_t from = skip_of(text, at + 1, ")]} ");

    for (size_t i = 0; i < COUNT(JOINTS); i++) {
        struct text rest = {.at = text.at + from, .size = text.size - from};

        if (!text_starts(rest, JOINTS[i])) {
            continue;
        }
        size_t next = skip_of(text, from + strlen(JOINTS[i]), " ([{");
        char letter = next < text.size ? letter_at(text, next) : '\0';
        size_t end = skip_of(text, next + 1, ")]}");
        /* behind a comma a sentence may go on: "B, A is wrong" */
        bool listed =
            *JOINTS[i] != ',' || end >= text.size || strchr(",.;\n", text.at[end]) != NULL;

        return letter != '\0' && letter != 'I' && letter != text.at[at] && listed;
    }
    return false;
}

/* After the last announcement; else a letter with its bracket or point; else the last lone letter
 * but I and A, which are words; else any. */
static char choice_of(struct text text)
{
    static const char *const WORDS[] = {"answer is", "Answer is", "answer:",   "Answer:",
                                        "boxed{",    "ANSWER:",   "choice is", "option is"};
    size_t from = 0;
    char weak = '\0';

    for (size_t i = 0; i < COUNT(WORDS); i++) {
        size_t size = strlen(WORDS[i]);

        for (size_t at = from; at + size <= text.size; at++) {
            if (memcmp(text.at + at, WORDS[i], size) == 0) {
                from = at + size;
            }
        }
    }
    for (size_t at = from; at < text.size; at++) {
        char letter = letter_at(text, at);
        bool marked = letter != '\0' &&
                      (from > 0 || (at + 1 < text.size && strchr(").:", text.at[at + 1]) != NULL) ||
                       (at > 0 && text.at[at - 1] == '('));

        if (marked) {
            return names_another(text, at) ? '\0' : letter;
        }
    }
    for (size_t at = text.size; at-- > 0;) {
        char letter = letter_at(text, at);

        if (letter != '\0' && letter != 'I' && letter != 'A') {
            return letter;
        }
        weak = letter != '\0' ? letter : weak;
    }
    return weak;
}

struct verdict check_choice(struct text answer, struct text reference)
{
    char want = choice_of(reference);
    struct text trimmed = text_trim(answer);
    char got = trimmed.size == 1 && trimmed.at[0] >= 'a' && trimmed.at[0] <= 'z'
                   ? (char)(trimmed.at[0] - 'a' + 'A')
                   : choice_of(answer);

    if (want == '\0') {
        return verdict_unscored(REASON_VERIFIER, "the reference names no letter");
    }
    if (got == '\0') {
        return verdict_fail(REASON_FORMAT, "the answer names no letter");
    }
    return got == want ? verdict_pass() : verdict_fail(REASON_WRONG, NULL);
}

/* ---- exact and sets ---- */

static bool is_ascii(struct text text)
{
    unsigned char all = 0;

    for (size_t i = 0; i < text.size; i++) {
        all |= (unsigned char)text.at[i];
    }
    return all < 0x80;
}

/* What Unicode says of ASCII: it is composed already, and folds to lower case. */
static struct text fold_ascii(struct arena *scratch, struct text text)
{
    char *out = arena_array(scratch, char, text.size + 1);

    for (size_t i = 0; i < text.size; i++) {
        char c = text.at[i];

        out[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    return (struct text){.at = out, .size = text.size};
}

static struct text fold_unicode(struct arena *scratch, struct text text, bool compatible, bool fold)
{
    int options = UTF8PROC_STABLE | UTF8PROC_COMPOSE | (compatible ? UTF8PROC_COMPAT : 0) |
                  (fold ? UTF8PROC_CASEFOLD : 0);
    size_t room = text.size * 4 + 16;

    if (is_ascii(text)) {
        return fold ? fold_ascii(scratch, text) : text;
    }
    utf8proc_int32_t *codes = arena_array(scratch, utf8proc_int32_t, room);
    utf8proc_ssize_t count =
        utf8proc_decompose((const utf8proc_uint8_t *)text.at, (utf8proc_ssize_t)text.size, codes,
                           (utf8proc_ssize_t)room, (utf8proc_option_t)options);

    if (count < 0 || (size_t)count > room) {
        return text;
    }
    count = utf8proc_reencode(codes, count, (utf8proc_option_t)options);
    return count < 0 ? text : (struct text){.at = (const char *)codes, .size = (size_t)count};
}

static bool is_article(struct text word)
{
    return text_is(word, "a") || text_is(word, "an") || text_is(word, "the");
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Punctuation of ASCII goes, articles go, blanks become one. */
static struct text rewrite(struct arena *scratch, struct text text, unsigned normal)
{
    bool punctuation = (normal & NORMAL_PUNCTUATION) != 0;
    bool articles = (normal & NORMAL_ARTICLES) != 0;
    bool space = (normal & (NORMAL_SPACE | NORMAL_ARTICLES)) != 0;
    char *out = arena_array(scratch, char, text.size + 1);
    size_t size = 0;

    for (size_t at = 0; at < text.size; at++) {
        char c = text.at[at];

        if (punctuation && c > ' ' && (unsigned char)c < 0x7f && !is_word(c)) {
            continue;
        }
        if (articles && (at == 0 || !is_word(text.at[at - 1])) && is_word(c)) {
            size_t end = at;

            while (end < text.size && is_word(text.at[end])) {
                end++;
            }
            if (is_article((struct text){.at = text.at + at, .size = end - at})) {
                at = end - 1;
                continue;
            }
        }
        if (space && is_blank(c)) {
            if (size > 0 && out[size - 1] != ' ') {
                out[size++] = ' ';
            }
            continue;
        }
        out[size++] = c;
    }
    return (struct text){.at = out, .size = size};
}

unsigned check_normals(const char *list)
{
    static const struct {
        const char *word;
        unsigned bit;
    } WORDS[] = {{"trim", NORMAL_TRIM},         {"space", NORMAL_SPACE},
                 {"case", NORMAL_CASE},         {"punctuation", NORMAL_PUNCTUATION},
                 {"articles", NORMAL_ARTICLES}, {"unicode", NORMAL_UNICODE}};
    unsigned normal = 0;

    for (size_t i = 0; list != NULL && i < COUNT(WORDS); i++) {
        normal |= strstr(list, WORDS[i].word) != NULL ? WORDS[i].bit : 0;
    }
    return normal;
}

static bool trims(unsigned normal)
{
    return (normal & (NORMAL_TRIM | NORMAL_SPACE | NORMAL_ARTICLES)) != 0;
}

static struct text normalise(unsigned normal, struct arena *scratch, struct text text)
{
    if ((normal & (NORMAL_UNICODE | NORMAL_CASE)) != 0) {
        text = fold_unicode(scratch, text, (normal & NORMAL_UNICODE) != 0,
                            (normal & NORMAL_CASE) != 0);
    }
    if ((normal & (NORMAL_SPACE | NORMAL_PUNCTUATION | NORMAL_ARTICLES)) != 0) {
        text = rewrite(scratch, text, normal);
    }
    return trims(normal) ? text_trim(text) : text;
}

static size_t skip_blanks(struct text text, size_t at)
{
    while (at < text.size && is_blank(text.at[at])) {
        at++;
    }
    return at;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

/* Where case and runs of blanks alone may differ, two ASCII texts are compared as they are read. */
static bool same_plain(unsigned normal, struct text left, struct text right)
{
    bool space = (normal & NORMAL_SPACE) != 0;
    bool fold = (normal & NORMAL_CASE) != 0;
    size_t i = 0;
    size_t k = 0;

    while (i < left.size && k < right.size) {
        char a = left.at[i];
        char b = right.at[k];

        if (space && is_blank(a) && is_blank(b)) {
            i = skip_blanks(left, i);
            k = skip_blanks(right, k);
            continue;
        }
        if (a != b && !(fold && lower(a) == lower(b))) {
            return false;
        }
        i++;
        k++;
    }
    return i == left.size && k == right.size;
}

static bool same_normal(unsigned normal, struct arena *scratch, struct text left, struct text right)
{
    bool plain = (normal & ~(unsigned)(NORMAL_TRIM | NORMAL_SPACE | NORMAL_CASE)) == 0;

    if (plain && ((normal & NORMAL_CASE) == 0 || (is_ascii(left) && is_ascii(right)))) {
        return trims(normal) ? same_plain(normal, text_trim(left), text_trim(right))
                             : same_plain(normal, left, right);
    }
    return text_equal(normalise(normal, scratch, left), normalise(normal, scratch, right));
}

struct verdict check_exact(unsigned normal, struct arena *scratch, struct text answer,
                           struct text reference)
{
    return same_normal(normal, scratch, answer, reference) ? verdict_pass()
                                                           : verdict_fail(REASON_WRONG, NULL);
}

static bool ends_part(char c)
{
    return c == ',' || c == ';' || c == '\n';
}

/* Every part between commas, semicolons and line ends, without brackets around the whole; `parts`
 * numbers them. How many of `known` parts are among them comes back. */
static uint32_t add_parts(unsigned normal, struct arena *scratch, struct text text, uint32_t known,
                          struct map *parts)
{
    bool *seen = arena_array(scratch, bool, known);
    struct text rest = text_trim(text);
    uint32_t shared = 0;

    if (rest.size >= 2 && strchr("[{(", rest.at[0]) != NULL &&
        strchr("]})", rest.at[rest.size - 1]) != NULL) {
        rest = (struct text){.at = rest.at + 1, .size = rest.size - 2};
    }
    for (size_t begin = 0, at = 0; at <= rest.size; at++) {
        if (at < rest.size && !ends_part(rest.at[at])) {
            continue;
        }
        struct text part = text_trim((struct text){.at = rest.at + begin, .size = at - begin});

        if (part.size >= 2 && (part.at[0] == '"' || part.at[0] == '\'') &&
            part.at[part.size - 1] == part.at[0]) {
            part = (struct text){.at = part.at + 1, .size = part.size - 2};
        }
        part = normalise(normal, scratch, part);
        begin = at + 1;
        if (part.size == 0) {
            continue;
        }
        uint32_t number = map_add(parts, part);

        if (number < known && !seen[number]) {
            seen[number] = true;
            shared++;
        }
    }
    return shared;
}

struct verdict check_set(unsigned normal, bool partial, struct arena *scratch, struct text answer,
                         struct text reference)
{
    struct map *parts = map_new(scratch);

    (void)add_parts(normal, scratch, reference, 0, parts);
    uint32_t want = map_count(parts);
    uint32_t shared = add_parts(normal, scratch, answer, want, parts);
    uint32_t got = shared + map_count(parts) - want;

    if (want == 0) {
        return verdict_unscored(REASON_VERIFIER, "the reference has no parts");
    }
    if (got == 0) {
        return verdict_fail(REASON_FORMAT, "the answer has no parts");
    }
    if (shared == want && shared == got) {
        return verdict_pass();
    }
    if (!partial) {
        return verdict_fail(REASON_WRONG, NULL);
    }
    return verdict_of_score(2.0 * shared / (double)(want + got));
}
