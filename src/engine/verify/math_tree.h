#pragma once

/* Between the reader of formulas and their comparison; used by these alone. */

#include <complex.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"

struct arena;

/* One character for each token: most stand for themselves. */
enum math_token_kind {
    TOKEN_NUMBER = '0',
    TOKEN_SYMBOL = 'x', /* a letter, a Greek letter, a name with its index */
    TOKEN_CALL = 'f',   /* the name of a function */
    TOKEN_FRACTION = 'F',
    TOKEN_BINOMIAL = 'B',
    TOKEN_ROOT = 'Q',
    TOKEN_WORDS = 'w', /* of \text and the like */
    TOKEN_UNIT = 'u',
    TOKEN_INFINITY = 'I',
    TOKEN_SET_OPEN = 'S', /* \{ */
    TOKEN_SET_CLOSE = 'E',
    TOKEN_LESS_EQUAL = 'l',
    TOKEN_GREATER_EQUAL = 'g',
    TOKEN_NOT_EQUAL = 'n',
    TOKEN_ABOUT = '~',
    TOKEN_IN = 'e',
    TOKEN_UNION = 'U',
    TOKEN_PLUS_MINUS = 'P',
    TOKEN_MATRIX = 'M', /* and its end, its columns and rows: */
    TOKEN_MATRIX_END = 'N',
    TOKEN_ROW = 'R',
    TOKEN_END = '\0',
};

struct math_token {
    char kind;
    bool blank_before;
    int decimals;     /* of a number with a point, else -1 */
    const char *name; /* of a name; the digits of a number */
    double number;
};

/* What a word means; NULL: nothing known. */
struct math_meaning {
    const char *word;
    char kind;        /* '\0': nothing to see */
    const char *name; /* NULL: the word itself */
};

const struct math_meaning *math_command(struct text name); /* without its backslash */
const struct math_meaning *math_word(struct text word);    /* of plain text */
const struct math_meaning *math_sign(struct text text);    /* that `text` begins with */

/* Ends with TOKEN_END. NULL: too long. */
struct math_token *math_tokens(struct arena *arena, struct text text);

enum math_kind {
    MATH_NUMBER,
    MATH_SYMBOL,
    MATH_WORDS, /* text that is no formula */
    MATH_ADD,
    MATH_MULTIPLY,
    MATH_DIVIDE,
    MATH_POWER,
    MATH_NEGATE,
    MATH_PLUS_MINUS, /* left plus or minus right */
    MATH_CALL,
    MATH_FACTORIAL,
    MATH_ABSOLUTE,
    MATH_LIST,  /* a, b, c without brackets */
    MATH_TUPLE, /* (a, b, ...) */
    MATH_SET,
    MATH_INTERVAL, /* two parts; brackets in name, as "[)" */
    MATH_UNION,
    MATH_MATRIX, /* rows are lists */
    MATH_RATIO,
    MATH_RELATION, /* the operator is the first byte of name, as a token */
    MATH_INFINITY,
};

struct math_node {
    enum math_kind kind;
    uint32_t count;
    struct math_node **parts;
    const char *name; /* of symbols and calls; the digits of a number; "or" of a list */
    const char *unit; /* what stood behind the value; NULL: nothing that is known */
    double number;
    int decimals;
    bool percent;
};

/* Read the whole text; NULL: it is no formula. */
struct math_node *math_parse(struct arena *arena, struct text text);

struct math_node *math_new(struct arena *arena, enum math_kind kind, uint32_t count);
struct math_node *math_pair(struct arena *arena, enum math_kind kind, struct math_node *left,
                            struct math_node *right);

enum { MATH_PROBES = 5 };

/* Value at probe `round`, up to twice MATH_PROBES; NaN where there is none. Only of what has one
 * value. */
double complex math_value(const struct math_node *node, int round);
bool math_has_value(const struct math_node *node);
bool math_constant(const struct math_node *node); /* a value without symbols */
/* Whether there is a node of that kind, and of that name unless it is NULL. */
bool math_holds(const struct math_node *node, enum math_kind kind, const char *name);

/* Whether two trees state the same. */
bool math_same(struct arena *arena, const struct math_node *left, const struct math_node *right);

/* ---- for the comparison ---- */

/* False where both units are known and measure different things; else `scale` is what the left
 * value is multiplied by to be in the right one's unit: 1 unless both are known. */
bool math_units_agree(const char *left, const char *right, double *scale);
bool math_unit_known(const char *unit);

#define MATH_SLACK 1e-9

bool math_near(double complex left, double complex right); /* within the slack, relatively */
char math_operator(const struct math_node *node);          /* of a relation, as a token; else NUL */
bool math_bound(const struct math_node *node, double *out); /* a real constant, or infinity */

/* Whether both describe the same set of reals: intervals, unions, inequalities, absolute values. */
bool math_same_ranges(const struct math_node *left, const struct math_node *right);
