#include "base/json.h"

#include <endian.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"

enum { DEPTH_MAX = 64, PROBE_MAX = 16, SHORT_MAX = 512, ESCAPE_MAX = 12 };

struct reader {
    struct arena *arena;
    const char *start;
    const char *at;
    const char *end;
    unsigned depth;
    struct fault *fault;
};

static enum err refuse(struct reader *reader, const char *at, const char *why)
{
    uint64_t line = 1;
    const char *line_start = reader->start;

    for (const char *c = reader->start; c < at; c++) {
        if (*c == '\n') {
            line++;
            line_start = c + 1;
        }
    }
    return fail_line(reader->fault, ERR_INVALID, line, "", "not valid JSON at column %zu: %s",
                     (size_t)(at - line_start) + 1, why);
}

static void skip_blanks(struct reader *reader)
{
    const char *at = reader->at;

    while (at < reader->end && (unsigned char)*at <= ' ' &&
           (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r')) {
        at++;
    }
    reader->at = at;
}

static bool hex4(const char *at, uint32_t *out)
{
    uint32_t code = 0;

    for (int i = 0; i < 4; i++) {
        char c = at[i];
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;

        if (digit < 0) {
            return false;
        }
        code = code << 4 | (uint32_t)digit;
    }
    *out = code;
    return true;
}

/* `at` stands on the u of \u. Reads a pair of surrogates as one code point. */
static enum err read_unicode(struct reader *reader, uint32_t *out)
{
    uint32_t code = 0;
    uint32_t low = 0;

    if (reader->end - reader->at < 5 || !hex4(reader->at + 1, &code)) {
        return refuse(reader, reader->at, "\\u needs four hexadecimal digits");
    }
    reader->at += 5;
    if (code >= 0xD800 && code < 0xDC00 && reader->end - reader->at >= 6 && reader->at[0] == '\\' &&
        reader->at[1] == 'u' && hex4(reader->at + 2, &low) && low >= 0xDC00 && low < 0xE000) {
        reader->at += 6;
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
    }
    if (code == 0 || (code >= 0xD800 && code < 0xE000)) {
        return refuse(reader, reader->at,
                      code == 0 ? "NUL is not allowed in text" : "half of a surrogate pair");
    }
    *out = code;
    return OK;
}

static enum err read_escape(struct reader *reader, char **to)
{
    static const char MEANING[128] = {['"'] = '"',  ['\\'] = '\\', ['/'] = '/',  ['b'] = '\b',
                                      ['f'] = '\f', ['n'] = '\n',  ['r'] = '\r', ['t'] = '\t'};
    unsigned char kind = reader->at < reader->end ? (unsigned char)*reader->at : '\0';

    if (kind < sizeof(MEANING) && MEANING[kind] != '\0') {
        *(*to)++ = MEANING[kind];
        reader->at++;
        return OK;
    }
    if (kind != 'u') {
        return refuse(reader, reader->at, "unknown escape");
    }
    uint32_t code = 0;

    TRY(read_unicode(reader, &code));
    *to += text_put(*to, code);
    return OK;
}

/* How many bytes come before the first quote, backslash or control character, at most eight. A byte
 * of 0x80 or more is none of these; a borrow reaches only bytes behind the first that is one. */
static inline size_t plain_of_eight(const char *at)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t tops = UINT64_C(0x8080808080808080);
    uint64_t word;

    memcpy(&word, at, sizeof(word));
    word = le64toh(word);
    uint64_t quote = word ^ ones * '"';
    uint64_t slash = word ^ ones * '\\';
    uint64_t found = ((word - ones * 0x20) | (quote - ones) | (slash - ones)) & ~word & tops;

    return found == 0 ? sizeof(word) : (size_t)__builtin_ctzll(found) / 8;
}

static bool is_plain(char c)
{
    return (unsigned char)c >= 0x20 && c != '"' && c != '\\';
}

/* The first byte that is not plain, or `end`. */
static const char *plain_end(const char *at, const char *end)
{
    while (end - at >= 8) {
        size_t plain = plain_of_eight(at);

        at += plain;
        if (plain < 8) {
            return at;
        }
    }
    while (at < end && is_plain(*at)) {
        at++;
    }
    return at;
}

/* From `reader` to `to`, plain bytes before `stop`. Eight at a time while both have room. */
static void copy_plain(struct reader *reader, const char *stop, char **to)
{
    while (stop - reader->at >= 8) {
        size_t plain = plain_of_eight(reader->at);

        memcpy(*to, reader->at, 8);
        *to += plain;
        reader->at += plain;
        if (plain < 8) {
            return;
        }
    }
    while (reader->at < stop && is_plain(*reader->at)) {
        *(*to)++ = *reader->at++;
    }
}

/* Up to the closing quote, or to `stop` or an escape's length beyond. */
static enum err unescape(struct reader *reader, const char *stop, char **to)
{
    for (;;) {
        copy_plain(reader, stop, to);
        if (reader->at >= stop || *reader->at == '"') {
            return OK;
        }
        if (*reader->at != '\\') {
            return refuse(reader, reader->at, "a control character must be escaped");
        }
        reader->at++;
        TRY(read_escape(reader, to));
    }
}

/* Where the text's closing quote stands. */
static enum err string_end(struct reader *reader, const char **out)
{
    const char *at = plain_end(reader->at, reader->end);

    while (at < reader->end && *at == '\\') {
        at = reader->end - at < 2 ? reader->end : plain_end(at + 2, reader->end);
    }
    *out = at;
    if (at == reader->end) {
        return refuse(reader, reader->at - 1, "the text never ends");
    }
    return *at == '"' ? OK : refuse(reader, at, "a control character must be escaped");
}

/* Short texts are read once, on the stack; for others it is found out first how long they are. */
static enum err read_escaped(struct reader *reader, const char **out)
{
    char room[SHORT_MAX + ESCAPE_MAX];
    const char *start = reader->at;
    const char *stop = reader->end - start > SHORT_MAX ? start + SHORT_MAX : reader->end;
    char *to = room;

    TRY(unescape(reader, stop, &to));
    if (reader->at < reader->end && *reader->at == '"') {
        *out = arena_copy(reader->arena, room, (size_t)(to - room));
        reader->at++;
        return OK;
    }
    reader->at = start;
    TRY(string_end(reader, &stop));
    to = arena_take(reader->arena, (size_t)(stop - start) + 1, 1);
    *out = to;
    TRY(unescape(reader, stop, &to));
    *to = '\0';
    reader->at++;
    return OK;
}

static enum err read_string(struct reader *reader, const char **out)
{
    const char *start = ++reader->at;
    const char *stop = plain_end(start, reader->end);

    if (stop == reader->end || *stop != '"') {
        return read_escaped(reader, out);
    }
    *out = arena_copy(reader->arena, start, (size_t)(stop - start));
    reader->at = stop + 1;
    return OK;
}

static const char *digits(const char *at, const char *end)
{
    while (at < end && *at >= '0' && *at <= '9') {
        at++;
    }
    return at;
}

static enum err read_number(struct reader *reader, struct json *value)
{
    const char *start = reader->at;
    const char *at = start + (*start == '-');
    const char *whole = at;

    at = digits(at, reader->end);
    bool wrong = at == whole || (*whole == '0' && at - whole > 1);
    bool integer = true;

    if (at < reader->end && *at == '.') {
        const char *fraction = ++at;

        at = digits(at, reader->end);
        wrong |= at == fraction;
        integer = false;
    }
    if (at < reader->end && (*at == 'e' || *at == 'E')) {
        at++;
        at += at < reader->end && (*at == '+' || *at == '-');
        const char *exponent = at;

        at = digits(at, reader->end);
        wrong |= at == exponent;
        integer = false;
    }
    if (wrong) {
        return refuse(reader, start, "not a number");
    }
    struct text source = {.at = start, .size = (size_t)(at - start)};

    reader->at = at;
    if (integer && text_int(source, &value->integer)) {
        value->kind = JSON_INT;
        value->real = (double)value->integer;
        return OK;
    }
    value->kind = JSON_REAL;
    return text_real(source, &value->real) ? OK
                                           : refuse(reader, start, "the number is out of range");
}

static enum err read_word(struct reader *reader, struct json *value)
{
    static const struct {
        const char *word;
        enum json_kind kind;
        bool yes;
    } WORDS[] = {
        {"true", JSON_BOOL, true}, {"false", JSON_BOOL, false}, {"null", JSON_NULL, false}};
    struct text rest = {.at = reader->at, .size = (size_t)(reader->end - reader->at)};

    for (size_t i = 0; i < COUNT(WORDS); i++) {
        if (text_starts(rest, WORDS[i].word)) {
            value->kind = WORDS[i].kind;
            value->yes = WORDS[i].yes;
            reader->at += strlen(WORDS[i].word);
            return OK;
        }
    }
    return refuse(reader, reader->at, "expected a value");
}

static enum err read_value(struct reader *reader, struct json *value);

/* Objects are small as a rule: only wide ones pay for sorting. */
static int by_name(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static const char *repeated_of_few(const struct json *object)
{
    for (const struct json *member = object->first; member != NULL; member = member->next) {
        for (const struct json *other = object->first; other != member; other = other->next) {
            if (other->name[0] == member->name[0] && strcmp(other->name, member->name) == 0) {
                return member->name;
            }
        }
    }
    return NULL;
}

static const char *repeated_of_many(struct arena *arena, const struct json *object)
{
    struct arena_mark mark = arena_mark(arena);
    const char **names = arena_array(arena, const char *, object->count);
    const char *repeated = NULL;
    size_t count = 0;

    for (const struct json *member = object->first; member != NULL; member = member->next) {
        names[count++] = member->name;
    }
    qsort(names, count, sizeof(*names), by_name);
    for (size_t i = 1; i < count && repeated == NULL; i++) {
        repeated = strcmp(names[i - 1], names[i]) == 0 ? names[i] : NULL;
    }
    arena_undo(arena, mark);
    return repeated;
}

static enum err read_member_name(struct reader *reader, const char **out)
{
    skip_blanks(reader);
    if (reader->at == reader->end || *reader->at != '"') {
        return refuse(reader, reader->at, "expected a name in quotes");
    }
    TRY(read_string(reader, out));
    skip_blanks(reader);
    if (reader->at == reader->end || *reader->at != ':') {
        return refuse(reader, reader->at, "expected a colon");
    }
    reader->at++;
    return OK;
}

static enum err read_elements(struct reader *reader, struct json *parent, char close)
{
    struct json **tail = &parent->first;

    skip_blanks(reader);
    if (reader->at < reader->end && *reader->at == close) {
        reader->at++;
        return OK;
    }
    for (;;) {
        struct json *element = arena_new_of(reader->arena, struct json);

        if (close == '}') {
            TRY(read_member_name(reader, &element->name));
        }
        TRY(read_value(reader, element));
        *tail = element;
        tail = &element->next;
        parent->count++;
        skip_blanks(reader);
        if (reader->at < reader->end && *reader->at == close) {
            reader->at++;
            return OK;
        }
        if (reader->at == reader->end || *reader->at != ',') {
            return refuse(reader, reader->at,
                          close == '}' ? "expected a comma or }" : "expected a comma or ]");
        }
        reader->at++;
    }
}

static enum err read_nested(struct reader *reader, struct json *value)
{
    const char *open = reader->at++;

    value->kind = *open == '{' ? JSON_OBJECT : JSON_LIST;
    if (++reader->depth > DEPTH_MAX) {
        return refuse(reader, open, "more than 64 levels deep");
    }
    TRY(read_elements(reader, value, *open == '{' ? '}' : ']'));
    reader->depth--;
    if (value->kind == JSON_OBJECT) {
        const char *name = value->count <= PROBE_MAX ? repeated_of_few(value)
                                                     : repeated_of_many(reader->arena, value);

        if (name != NULL) {
            char why[120];

            (void)snprintf(why, sizeof(why), "the name \"%.60s\" appears twice in one object",
                           name);
            return refuse(reader, open, why);
        }
    }
    return OK;
}

static enum err read_value(struct reader *reader, struct json *value)
{
    skip_blanks(reader);
    const char *start = reader->at;
    char first = start < reader->end ? *start : '\0';

    if (first == '{' || first == '[') {
        TRY(read_nested(reader, value));
    } else if (first == '"') {
        value->kind = JSON_TEXT;
        TRY(read_string(reader, &value->text));
    } else if (first == '-' || (first >= '0' && first <= '9')) {
        TRY(read_number(reader, value));
    } else {
        TRY(read_word(reader, value));
    }
    value->source = (struct text){.at = start, .size = (size_t)(reader->at - start)};
    return OK;
}

enum err json_parse(struct arena *arena, struct text input, struct json **out, struct fault *fault)
{
    struct reader reader = {.arena = arena,
                            .start = input.at,
                            .at = input.at,
                            .end = input.at + input.size,
                            .fault = fault};
    struct json *value = arena_new_of(arena, struct json);
    size_t good = text_check(input);

    if (good != input.size) {
        return refuse(&reader, input.at + good,
                      input.at[good] == '\0' ? "NUL is not allowed" : "not valid UTF-8");
    }
    TRY(read_value(&reader, value));
    skip_blanks(&reader);
    if (reader.at != reader.end) {
        return refuse(&reader, reader.at, "something follows the value");
    }
    *out = value;
    return OK;
}

enum err json_next(struct arena *arena, struct json_lines *lines, struct json **out,
                   struct fault *fault)
{
    struct text line = {0};

    *out = NULL;
    while (line.size == 0 && text_cut(&lines->rest, '\n', &line)) {
        lines->line++;
        line = text_trim(line);
    }
    if (line.size == 0) {
        return OK;
    }
    enum err err = json_parse(arena, line, out, fault);

    if (err != OK) {
        fault->line = lines->line;
    }
    return err;
}

const struct json *json_member(const struct json *object, const char *name)
{
    if (object == NULL || object->kind != JSON_OBJECT) {
        return NULL;
    }
    for (const struct json *member = object->first; member != NULL; member = member->next) {
        if (strcmp(member->name, name) == 0) {
            return member;
        }
    }
    return NULL;
}

const char *json_text_of(const struct json *object, const char *name)
{
    const struct json *member = json_member(object, name);

    return member == NULL || member->kind != JSON_TEXT ? NULL : member->text;
}
