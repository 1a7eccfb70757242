#include "base/err.h"
#include "engine/verify/math_tree.h"

/* Commands without their backslash. What is not here is a symbol of that name. */
static const struct math_meaning COMMANDS[] = {
    {"frac", TOKEN_FRACTION, NULL},
    {"dfrac", TOKEN_FRACTION, NULL},
    {"tfrac", TOKEN_FRACTION, NULL},
    {"cfrac", TOKEN_FRACTION, NULL},
    {"sqrt", TOKEN_ROOT, NULL},
    {"left", 0, NULL},
    {"right", 0, NULL},
    {"middle", 0, NULL},
    {"big", 0, NULL},
    {"Big", 0, NULL},
    {"bigg", 0, NULL},
    {"Bigg", 0, NULL},
    {"bigl", 0, NULL},
    {"bigr", 0, NULL},
    {"Bigl", 0, NULL},
    {"Bigr", 0, NULL},
    {"bf", 0, NULL},
    {"rm", 0, NULL},
    {"it", 0, NULL},
    {"textstyle", 0, NULL},
    {"binom", TOKEN_BINOMIAL, NULL},
    {"dbinom", TOKEN_BINOMIAL, NULL},
    {"tbinom", TOKEN_BINOMIAL, NULL},
    {"emptyset", TOKEN_SYMBOL, NULL},
    {"varnothing", TOKEN_SYMBOL, "emptyset"},
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
    {"degree", TOKEN_UNIT, "circ"},
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
    {"lg", TOKEN_CALL, NULL},
    {"ln", TOKEN_CALL, NULL},
    {"exp", TOKEN_CALL, NULL},
    {"and", ',', NULL},
    {"or", ',', NULL},
};

/* Words of plain text. */
static const struct math_meaning WORDS[] = {
    {"and", ',', NULL},
    {"or", ',', NULL},
    {"is", '=', NULL},
    {"are", '=', NULL},
    {"equals", '=', NULL},
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

static const struct math_meaning SIGNS[] = {
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
    {"\xe2\x88\x85", TOKEN_SYMBOL, "emptyset"},
    {"\xcf\x80", TOKEN_SYMBOL, "pi"},
    {"\xc2\xb0", TOKEN_UNIT, "circ"},
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
    {"\\$", TOKEN_UNIT, "dollars"},
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

static const struct math_meaning *look_up(const struct math_meaning *list, size_t count,
                                          struct text word)
{
    for (size_t i = 0; i < count; i++) {
        if (text_is(word, list[i].word)) {
            return &list[i];
        }
    }
    return NULL;
}

const struct math_meaning *math_command(struct text name)
{
    return look_up(COMMANDS, COUNT(COMMANDS), name);
}

const struct math_meaning *math_word(struct text word)
{
    return look_up(WORDS, COUNT(WORDS), word);
}

const struct math_meaning *math_sign(struct text text)
{
    for (size_t i = 0; i < COUNT(SIGNS); i++) {
        if (text_starts(text, SIGNS[i].word)) {
            return &SIGNS[i];
        }
    }
    return NULL;
}
