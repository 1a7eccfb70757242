#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/err.h"
#include "engine/verify/math.h"
#include "engine/verify/math_tree.h"

enum { REPEAT_MAX = 15 };

struct lexer {
    struct arena *arena;
    struct text text;
    size_t at;
    int depth; /* of brackets, where a comma separates parts */
    int matrix;
    struct math_token *out;
    size_t count;
    bool blank;
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char at(const struct lexer *lexer, size_t ahead)
{
    return lexer->at + ahead < lexer->text.size ? lexer->text.at[lexer->at + ahead] : '\0';
}

static struct text text_from(struct text text, size_t begin)
{
    return (struct text){.at = text.at + begin, .size = text.size - begin};
}

static struct text rest_of(const struct lexer *lexer)
{
    return text_from(lexer->text, lexer->at);
}

static bool follows(const struct lexer *lexer, const char *word)
{
    return text_starts(rest_of(lexer), word);
}

static struct math_token *emit(struct lexer *lexer, char kind, const char *name)
{
    struct math_token *token = &lexer->out[lexer->count];

    *token = (struct math_token){
        .kind = kind, .name = name, .blank_before = lexer->blank, .decimals = -1};
    lexer->count++;
    lexer->blank = false;
    lexer->depth += strchr("([S", kind) != NULL && kind != '\0' ? 1 : 0;
    lexer->depth -= strchr(")]E", kind) != NULL && kind != '\0' ? 1 : 0;
    return token;
}

static void emit_meaning(struct lexer *lexer, const struct math_meaning *meaning)
{
    if (meaning->kind != '\0') {
        (void)emit(lexer, meaning->kind, meaning->name == NULL ? meaning->word : meaning->name);
    }
}

/* ---- numbers ---- */

static bool three_digits(const struct lexer *lexer, size_t ahead)
{
    return is_digit(at(lexer, ahead)) && is_digit(at(lexer, ahead + 1)) &&
           is_digit(at(lexer, ahead + 2)) && !is_digit(at(lexer, ahead + 3));
}

/* 1.234,5 and 1.234.567: points between thousands, as the whole text can only mean. */
static bool is_continental(const struct lexer *lexer)
{
    size_t size = 0;
    size_t groups = 0;

    while (is_digit(at(lexer, size))) {
        size++;
    }
    if (size == 0 || size > 3) {
        return false;
    }
    for (; at(lexer, size) == '.' && three_digits(lexer, size + 1); groups++) {
        size += 4;
    }
    bool decimals = at(lexer, size) == ',' && is_digit(at(lexer, size + 1));

    for (size += decimals; decimals && is_digit(at(lexer, size)); size++) {
    }
    return lexer->at + size == lexer->text.size && groups > (decimals ? 0 : 1);
}

/* Bytes of a separator of thousands that stands here: before exactly three digits. */
static size_t separator(const struct lexer *lexer, bool continental)
{
    static const char *const MARKS[] = {",\\! ", ",\\!", "{,}", "\\,", "\\ ", ",", " "};

    if (continental) {
        return at(lexer, 0) == '.';
    }
    for (size_t i = 0; i < COUNT(MARKS); i++) {
        size_t size = strlen(MARKS[i]);
        bool comma = strcmp(MARKS[i], ",") == 0;

        if (follows(lexer, MARKS[i]) && three_digits(lexer, size) &&
            (!comma || lexer->depth == 0)) {
            return size;
        }
    }
    return 0;
}

/* A comma with two digits behind it, or more than three, at the end of a bare number: 1,22. */
static bool decimal_comma(const struct lexer *lexer, bool alone)
{
    size_t size = 1;

    if (!alone || at(lexer, 0) != ',' || !is_digit(at(lexer, 1))) {
        return false;
    }
    while (is_digit(at(lexer, size))) {
        size++;
    }
    return lexer->at + size == lexer->text.size && size != 2 && size != 4;
}

/* The digits of \overline{3}, which repeat for ever; empty when there are none. */
static struct text repeating(const struct lexer *lexer, size_t ahead)
{
    static const char *const OPEN[] = {"\\overline{", "\\bar{", "\\dot{"};

    for (size_t i = 0; i < COUNT(OPEN); i++) {
        size_t from = ahead + strlen(OPEN[i]);
        size_t size = 0;

        if (!text_starts(text_from(rest_of(lexer), ahead), OPEN[i])) {
            continue;
        }
        while (size < REPEAT_MAX && is_digit(at(lexer, from + size))) {
            size++;
        }
        if (size > 0 && at(lexer, from + size) == '}') {
            return (struct text){.at = lexer->text.at + lexer->at + from, .size = size};
        }
    }
    return (struct text){.at = "", .size = 0};
}

/* Bytes of a mark between a number and its decimals, or of its repeating ones; 0: none follow. */
static size_t decimal_mark(const struct lexer *lexer, bool alone, bool continental)
{
    bool point = at(lexer, 0) == '.' && (is_digit(at(lexer, 1)) || repeating(lexer, 1).size > 0);
    bool comma = decimal_comma(lexer, alone) || (continental && at(lexer, 0) == ',');

    return point || comma ? 1 : follows(lexer, "{,}") && is_digit(at(lexer, 3)) ? 3 : 0;
}

/* Bytes of a power of ten as programs write it. 2e-1 is twice e less one: only what cannot be
 * meant so is a power. */
static size_t power_of_ten(const struct lexer *lexer, struct text digits, int decimals)
{
    bool sign = at(lexer, 1) == '-' || at(lexer, 1) == '+';
    size_t size = 1 + (size_t)sign;
    bool meant = at(lexer, 0) == 'E' ||
                 (at(lexer, 0) == 'e' && (!sign || decimals >= 0 || text_is(digits, "1")));

    if (!meant || !is_digit(at(lexer, size))) {
        return 0;
    }
    while (is_digit(at(lexer, size))) {
        size++;
    }
    return is_letter(at(lexer, size)) ? 0 : size;
}

/* Digits before the mark and behind it, separators left out; how many stand behind it, else -1. */
static int copy_digits(struct lexer *lexer, struct buffer *digits)
{
    bool alone = lexer->count == 0 || (lexer->count == 1 && lexer->out[0].kind == '-');
    bool continental = alone && is_continental(lexer);
    size_t run = 0;
    int decimals = -1;

    while (is_digit(at(lexer, 0))) {
        buffer_char(digits, at(lexer, 0));
        lexer->at++;
        run++;
        size_t gap = is_digit(at(lexer, 0)) || run > 3 ? 0 : separator(lexer, continental);

        lexer->at += gap;
        run = gap > 0 ? 0 : run;
    }
    size_t mark = decimal_mark(lexer, alone, continental);

    if (mark == 0) {
        lexer->at += at(lexer, 0) == '.'; /* the end of a sentence */
        return -1;
    }
    buffer_string(digits, digits->size == 0 ? "0." : ".");
    lexer->at += mark;
    for (decimals = 0; is_digit(at(lexer, 0)); decimals++) {
        buffer_char(digits, at(lexer, 0));
        lexer->at++;
    }
    return decimals;
}

/* Written digits are kept for comparing; what repeats or has a power of ten is its value alone. */
static void read_number(struct lexer *lexer)
{
    struct buffer digits = buffer_new(lexer->arena);
    int decimals = copy_digits(lexer, &digits);
    struct text cycle = decimals < 0 ? (struct text){0} : repeating(lexer, 0);
    double repeated = 0;

    if (cycle.size > 0 && text_real(cycle, &repeated)) {
        buffer_string(&digits, decimals == 0 ? "0" : "");
        repeated /= (pow(10, (double)cycle.size) - 1) * pow(10, decimals);
        lexer->at = (size_t)(cycle.at - lexer->text.at) + cycle.size + 1;
    }
    size_t power = power_of_ten(lexer, buffer_view(&digits), decimals);

    buffer_put(&digits, lexer->text.at + lexer->at, power);
    lexer->at += power;
    struct text written = buffer_view(&digits);

    while (written.size > 1 && written.at[0] == '0' && is_digit(written.at[1])) {
        written = text_from(written, 1);
    }
    struct math_token *token = emit(lexer, TOKEN_NUMBER, written.at);

    if (!text_real(written, &token->number)) {
        token->kind = TOKEN_WORDS;
        return;
    }
    token->number += repeated;
    if (power > 0 || cycle.size > 0) {
        token->name = "";
    } else {
        token->decimals = decimals;
    }
}

/* ---- names ---- */

/* Content of the braces that follow; the cursor moves behind them. */
static struct text braced(struct lexer *lexer)
{
    int depth = 0;
    size_t begin = lexer->at + 1;

    if (at(lexer, 0) != '{') {
        return (struct text){.at = "", .size = 0};
    }
    for (; lexer->at < lexer->text.size; lexer->at++) {
        depth += at(lexer, 0) == '{' ? 1 : at(lexer, 0) == '}' ? -1 : 0;
        if (depth == 0) {
            break;
        }
    }
    size_t end = lexer->at;

    lexer->at += lexer->at < lexer->text.size;
    return text_trim((struct text){.at = lexer->text.at + begin, .size = end - begin});
}

/* \text{cm}, \mathrm{e}, \textbf{(C)}: a letter is a symbol, more are words. */
static void read_words(struct lexer *lexer)
{
    struct text inner = braced(lexer);
    const struct math_meaning *known = math_word(inner);

    while (inner.size > 1 && inner.at[0] == '(' && inner.at[inner.size - 1] == ')') {
        inner = (struct text){.at = inner.at + 1, .size = inner.size - 2};
    }
    if (known != NULL) {
        emit_meaning(lexer, known);
    } else if (inner.size > 0) {
        (void)emit(lexer, inner.size == 1 && is_letter(inner.at[0]) ? TOKEN_SYMBOL : TOKEN_WORDS,
                   arena_copy(lexer->arena, inner.at, inner.size));
    }
}

/* x_1, x_{12}: the index belongs to the name. */
static const char *with_index(struct lexer *lexer, const char *name)
{
    if (at(lexer, 0) != '_') {
        return name;
    }
    lexer->at++;
    if (at(lexer, 0) == '{') {
        struct text index = braced(lexer);

        return arena_print(lexer->arena, "%s_%.*s", name, (int)index.size, index.at);
    }
    char one = at(lexer, 0);

    lexer->at += one != '\0';
    return arena_print(lexer->arena, "%s_%c", name, one);
}

static void read_environment(struct lexer *lexer, bool begins)
{
    struct text name = braced(lexer);
    bool matrix = name.size >= 6 && memcmp(name.at + name.size - 6, "matrix", 6) == 0;

    if (matrix) {
        lexer->matrix += begins ? 1 : -1;
        (void)emit(lexer, begins ? TOKEN_MATRIX : TOKEN_MATRIX_END, "matrix");
    }
}

static void read_command(struct lexer *lexer)
{
    static const char *const TEXTS[] = {"text",   "mbox",         "mathrm", "textbf",
                                        "mathbf", "textit",       "textrm", "mathit",
                                        "hbox",   "operatorname", "mathbb"};
    /* Formulas that were escaped once too often double the backslash. */
    while (at(lexer, 0) == '\\' && at(lexer, 1) == '\\' && lexer->matrix == 0) {
        lexer->at++;
    }
    if (at(lexer, 0) == '\\' && at(lexer, 1) == '\\') {
        lexer->at += 2;
        (void)emit(lexer, TOKEN_ROW, "\\\\");
        return;
    }
    size_t size = 1;

    while (is_letter(at(lexer, size))) {
        size++;
    }
    struct text name = {.at = lexer->text.at + lexer->at + 1, .size = size - 1};
    const struct math_meaning *known = math_command(name);

    lexer->at += size;
    if (known != NULL) {
        emit_meaning(lexer, known);
        return;
    }
    for (size_t i = 0; i < COUNT(TEXTS); i++) {
        if (text_is(name, TEXTS[i])) {
            read_words(lexer);
            return;
        }
    }
    if (text_is(name, "begin") || text_is(name, "end")) {
        read_environment(lexer, text_is(name, "begin"));
    } else if (name.size > 0) {
        (void)emit(lexer, TOKEN_SYMBOL,
                   with_index(lexer, arena_copy(lexer->arena, name.at, name.size)));
    }
}

/* 3.2 x 10^5. */
static bool is_times(const struct lexer *lexer)
{
    size_t gap = at(lexer, 1) == ' ' ? 2 : 1;

    return lexer->count > 0 && lexer->out[lexer->count - 1].kind == TOKEN_NUMBER &&
           (at(lexer, 0) == 'x' || at(lexer, 0) == 'X') &&
           text_starts(text_from(rest_of(lexer), gap), "10^");
}

/* Letters in a row: a known word, a unit or word of four letters and more, or a product. */
static void read_letters(struct lexer *lexer)
{
    size_t size = 0;

    while (is_letter(at(lexer, size))) {
        size++;
    }
    struct text word = {.at = lexer->text.at + lexer->at, .size = size};
    const struct math_meaning *known = math_word(word);

    if (is_times(lexer)) {
        lexer->at++;
        (void)emit(lexer, '*', "");
    } else if (known != NULL) {
        lexer->at += size;
        emit_meaning(lexer, known);
    } else if (size >= 4) {
        lexer->at += size;
        (void)emit(lexer, TOKEN_WORDS, arena_copy(lexer->arena, word.at, size));
    } else {
        lexer->at++;
        (void)emit(lexer, TOKEN_SYMBOL, with_index(lexer, arena_copy(lexer->arena, word.at, 1)));
    }
}

static void read_one(struct lexer *lexer)
{
    char c = at(lexer, 0);

    const struct math_meaning *sign = math_sign(rest_of(lexer));

    if (sign != NULL) {
        lexer->at += strlen(sign->word);
        emit_meaning(lexer, sign);
        return;
    }
    if (is_digit(c) || (c == '.' && is_digit(at(lexer, 1)))) {
        read_number(lexer);
    } else if (c == '\\') {
        read_command(lexer);
    } else if (is_letter(c)) {
        read_letters(lexer);
    } else if (strchr(" \t\r\n", c) != NULL) {
        lexer->at++;
        lexer->blank = true;
    } else {
        lexer->at++;
        (void)emit(lexer, c, "");
    }
}

struct math_token *math_tokens(struct arena *arena, struct text text)
{
    struct lexer lexer = {.arena = arena, .text = text_trim(text)};

    if (text.size > MATH_TEXT_MAX) {
        return NULL;
    }
    lexer.out = arena_array(arena, struct math_token, lexer.text.size + 1);
    while (lexer.at < lexer.text.size) {
        read_one(&lexer);
    }
    (void)emit(&lexer, TOKEN_END, "");
    return lexer.out;
}
