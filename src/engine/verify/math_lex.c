#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "engine/verify/math.h"
#include "engine/verify/math_tree.h"

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

struct meaning {
    const char *word;
    char kind;        /* '\0': nothing to see */
    const char *name; /* NULL: the word itself */
};

/* Commands without their backslash. What is not here is a symbol of that name. */
static const struct meaning COMMANDS[] = {
    {"frac", TOKEN_FRACTION, NULL},
    {"dfrac", TOKEN_FRACTION, NULL},
    {"tfrac", TOKEN_FRACTION, NULL},
    {"cfrac", TOKEN_FRACTION, NULL},
    {"sqrt", TOKEN_ROOT, NULL},
    {"left", 0, NULL},
    {"right", 0, NULL},
    {"big", 0, NULL},
    {"Big", 0, NULL},
    {"bigl", 0, NULL},
    {"bigr", 0, NULL},
    {"quad", ',', NULL},
    {"qquad", ',', NULL},
    {"displaystyle", 0, NULL},
    {"limits", 0, NULL},
    {"boxed", 0, NULL},
    {"cdot", '*', NULL},
    {"times", '*', NULL},
    {"div", '/', NULL},
    {"le", TOKEN_LESS_EQUAL, NULL},
    {"leq", TOKEN_LESS_EQUAL, NULL},
    {"leqslant", TOKEN_LESS_EQUAL, NULL},
    {"ge", TOKEN_GREATER_EQUAL, NULL},
    {"geq", TOKEN_GREATER_EQUAL, NULL},
    {"geqslant", TOKEN_GREATER_EQUAL, NULL},
    {"lt", '<', NULL},
    {"gt", '>', NULL},
    {"ne", TOKEN_NOT_EQUAL, NULL},
    {"neq", TOKEN_NOT_EQUAL, NULL},
    {"approx", TOKEN_ABOUT, NULL},
    {"in", TOKEN_IN, NULL},
    {"cup", TOKEN_UNION, NULL},
    {"pm", TOKEN_PLUS_MINUS, NULL},
    {"infty", TOKEN_INFINITY, NULL},
    {"colon", ':', NULL},
    {"lbrace", TOKEN_SET_OPEN, NULL},
    {"rbrace", TOKEN_SET_CLOSE, NULL},
    {"vert", '|', NULL},
    {"lvert", '|', NULL},
    {"rvert", '|', NULL},
    {"mid", '|', NULL},
    {"circ", TOKEN_UNIT, NULL},
    {"degree", TOKEN_UNIT, NULL},
    {"sin", TOKEN_CALL, NULL},
    {"cos", TOKEN_CALL, NULL},
    {"tan", TOKEN_CALL, NULL},
    {"cot", TOKEN_CALL, NULL},
    {"sec", TOKEN_CALL, NULL},
    {"csc", TOKEN_CALL, NULL},
    {"arcsin", TOKEN_CALL, NULL},
    {"arccos", TOKEN_CALL, NULL},
    {"arctan", TOKEN_CALL, NULL},
    {"sinh", TOKEN_CALL, NULL},
    {"cosh", TOKEN_CALL, NULL},
    {"tanh", TOKEN_CALL, NULL},
    {"log", TOKEN_CALL, NULL},
    {"ln", TOKEN_CALL, NULL},
    {"exp", TOKEN_CALL, NULL},
    {"and", ',', NULL},
    {"or", ',', NULL},
};

/* Words of plain text. */
static const struct meaning WORDS[] = {
    {"and", ',', NULL},
    {"or", ',', NULL},
    {"pct", '%', NULL},
    {"percent", '%', NULL},
    {"infinity", TOKEN_INFINITY, NULL},
    {"inf", TOKEN_INFINITY, NULL},
    {"oo", TOKEN_INFINITY, NULL},
    {"union", TOKEN_UNION, NULL},
    {"in", TOKEN_UNIT, NULL},
    {"sqrt", TOKEN_ROOT, NULL},
    {"pi", TOKEN_SYMBOL, NULL},
    {"sin", TOKEN_CALL, NULL},
    {"cos", TOKEN_CALL, NULL},
    {"tan", TOKEN_CALL, NULL},
    {"log", TOKEN_CALL, NULL},
    {"ln", TOKEN_CALL, NULL},
    {"exp", TOKEN_CALL, NULL},
    {"cm", TOKEN_UNIT, NULL},
    {"mm", TOKEN_UNIT, NULL},
    {"km", TOKEN_UNIT, NULL},
    {"kg", TOKEN_UNIT, NULL},
    {"mg", TOKEN_UNIT, NULL},
    {"ft", TOKEN_UNIT, NULL},
    {"mph", TOKEN_UNIT, NULL},
    {"lbs", TOKEN_UNIT, NULL},
    {"oz", TOKEN_UNIT, NULL},
    {"min", TOKEN_UNIT, NULL},
    {"sec", TOKEN_UNIT, NULL},
};

static const struct meaning SIGNS[] = {
    {"\xe2\x88\x92", '-', NULL},
    {"\xe2\x80\x93", '-', NULL},
    {"\xc3\x97", '*', NULL},
    {"\xc2\xb7", '*', NULL},
    {"\xc3\xb7", '/', NULL},
    {"\xe2\x89\xa4", TOKEN_LESS_EQUAL, NULL},
    {"\xe2\x89\xa5", TOKEN_GREATER_EQUAL, NULL},
    {"\xe2\x89\xa0", TOKEN_NOT_EQUAL, NULL},
    {"\xe2\x89\x88", TOKEN_ABOUT, NULL},
    {"\xe2\x88\x9e", TOKEN_INFINITY, NULL},
    {"\xe2\x88\xaa", TOKEN_UNION, NULL},
    {"\xe2\x88\x88", TOKEN_IN, NULL},
    {"\xc2\xb1", TOKEN_PLUS_MINUS, NULL},
    {"\xe2\x88\x9a", TOKEN_ROOT, NULL},
    {"\xcf\x80", TOKEN_SYMBOL, "pi"},
    {"\xc2\xb0", TOKEN_UNIT, NULL},
    {"\xe2\x82\xac", TOKEN_UNIT, NULL},
    {"\xc2\xa3", TOKEN_UNIT, NULL},
    {"<=", TOKEN_LESS_EQUAL, NULL},
    {">=", TOKEN_GREATER_EQUAL, NULL},
    {"!=", TOKEN_NOT_EQUAL, NULL},
    {"**", '^', NULL},
    {"$", 0, NULL},
    {"~", 0, NULL},
    {"\\{", TOKEN_SET_OPEN, NULL},
    {"\\}", TOKEN_SET_CLOSE, NULL},
    {"\\%", '%', NULL},
    {"\\$", 0, NULL},
    {"\\(", 0, NULL},
    {"\\)", 0, NULL},
    {"\\[", 0, NULL},
    {"\\]", 0, NULL},
    {"\\!", 0, NULL},
    {"\\,", 0, NULL},
    {"\\;", 0, NULL},
    {"\\:", 0, NULL},
    {"\\ ", 0, NULL},
    {"\\|", '|', NULL},
    {"\xc2\xb2", TOKEN_UNIT, NULL},
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

static bool follows(const struct lexer *lexer, const char *word)
{
    size_t size = strlen(word);

    return lexer->text.size - lexer->at >= size &&
           memcmp(lexer->text.at + lexer->at, word, size) == 0;
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

static const struct meaning *look_up(const struct meaning *list, size_t count, struct text word)
{
    for (size_t i = 0; i < count; i++) {
        if (text_is(word, list[i].word)) {
            return &list[i];
        }
    }
    return NULL;
}

static void emit_meaning(struct lexer *lexer, const struct meaning *meaning)
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

/* Bytes of a separator of thousands that stands here: before exactly three digits. */
static size_t separator(const struct lexer *lexer)
{
    static const char *const MARKS[] = {",\\! ", ",\\!", "{,}", "\\,", "\\ ", ",", " "};

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

static void read_number(struct lexer *lexer)
{
    char *digits = arena_array(lexer->arena, char, lexer->text.size + 3 - lexer->at);
    bool alone = lexer->count == 0 || (lexer->count == 1 && lexer->out[0].kind == '-');
    size_t used = 0;
    size_t run = 0;
    int decimals = -1;

    digits[used++] = '0'; /* for .5 */
    while (is_digit(at(lexer, 0))) {
        digits[used++] = at(lexer, 0);
        lexer->at++;
        run++;
        size_t gap = is_digit(at(lexer, 0)) || run > 3 ? 0 : separator(lexer);

        lexer->at += gap;
        run = gap > 0 ? 0 : run;
    }
    if ((at(lexer, 0) == '.' && is_digit(at(lexer, 1))) || decimal_comma(lexer, alone)) {
        digits[used++] = '.';
        lexer->at++;
        for (decimals = 0; is_digit(at(lexer, 0)); decimals++) {
            digits[used++] = at(lexer, 0);
            lexer->at++;
        }
    } else if (at(lexer, 0) == '.') {
        lexer->at++; /* the end of a sentence */
    }
    while (digits[0] == '0' && is_digit(digits[1])) {
        digits++;
        used--;
    }
    struct math_token *token = emit(lexer, TOKEN_NUMBER, digits);

    token->decimals = decimals;
    if (!text_real((struct text){.at = digits, .size = used}, &token->number)) {
        token->number = 0;
        token->kind = TOKEN_WORDS;
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
    const struct meaning *known = look_up(WORDS, COUNT(WORDS), inner);

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
    const struct meaning *known = look_up(COMMANDS, COUNT(COMMANDS), name);

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

/* Letters in a row: a known word, a unit or word of four letters and more, or a product. */
static void read_letters(struct lexer *lexer)
{
    size_t size = 0;

    while (is_letter(at(lexer, size))) {
        size++;
    }
    struct text word = {.at = lexer->text.at + lexer->at, .size = size};
    const struct meaning *known = look_up(WORDS, COUNT(WORDS), word);

    if (known != NULL) {
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

    for (size_t i = 0; i < COUNT(SIGNS); i++) {
        if (follows(lexer, SIGNS[i].word)) {
            lexer->at += strlen(SIGNS[i].word);
            emit_meaning(lexer, &SIGNS[i]);
            return;
        }
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
