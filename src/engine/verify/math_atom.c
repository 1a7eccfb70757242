#include <string.h>

#include "base/arena.h"
#include "engine/verify/math.h"
#include "engine/verify/math_parser.h"

struct math_node *parse_wrap(struct parser *parser, enum math_kind kind, struct math_node *part)
{
    struct math_node *node = math_new(parser->arena, kind, 1);

    node->parts[0] = part;
    return node;
}

struct math_node *parse_number(struct parser *parser, double value)
{
    struct math_node *node = math_new(parser->arena, MATH_NUMBER, 0);

    node->number = value;
    return node;
}

static struct math_node *named(struct parser *parser, enum math_kind kind,
                               const struct math_token *token)
{
    struct math_node *node = math_new(parser->arena, kind, 0);

    node->name = token->name;
    node->number = token->number;
    node->decimals = token->decimals;
    return node;
}

struct math_node *parse_refuse(struct parser *parser)
{
    parser->failed = true;
    return parse_number(parser, 0);
}

bool parse_take(struct parser *parser, char kind)
{
    bool there = parser->at->kind == kind;

    parser->at += there;
    return there;
}

void parse_add(struct parser *parser, struct parts *parts, struct math_node *node)
{
    if (parts->count == parts->room) {
        uint32_t room = parts->room == 0 ? 4 : parts->room * 2;
        struct math_node **larger = arena_array(parser->arena, struct math_node *, room);

        for (uint32_t i = 0; i < parts->count; i++) {
            larger[i] = parts->at[i];
        }
        *parts = (struct parts){.at = larger, .count = parts->count, .room = room};
    }
    parts->at[parts->count++] = node;
}

struct math_node *parse_collect(struct parser *parser, enum math_kind kind, struct parts parts)
{
    struct math_node *node = math_new(parser->arena, kind, 0);

    node->parts = parts.at;
    node->count = parts.count;
    return node;
}

struct math_node *parse_gather(struct parser *parser, enum math_kind kind, struct parts parts)
{
    if (parts.count == 1) {
        return parts.at[0];
    }
    return parse_collect(parser, kind, parts);
}

/* ---- the smallest pieces ---- */

static struct math_node *read_braces(struct parser *parser)
{
    parser->at++;
    struct math_node *inner = parse_list(parser);

    return parse_take(parser, '}') ? inner : parse_refuse(parser);
}

/* The argument of \frac, ^ or a root: braces, or one digit or letter. The rest of a longer number
 * goes on: \frac13 and x^23 read 1, 3 and 2. */
struct math_node *parse_argument(struct parser *parser, struct math_token *rest)
{
    const struct math_token *token = parser->at;

    if (token->kind == '{') {
        return read_braces(parser);
    }
    if (token->kind == TOKEN_NUMBER && rest != NULL && strlen(token->name) > 1 &&
        token->decimals < 0) {
        *rest = *token;
        rest->name = token->name + 1;
        (void)text_real(text_of(rest->name), &rest->number);
        parser->at++;
        return parse_number(parser, token->name[0] - '0');
    }
    if (token->kind == TOKEN_NUMBER || token->kind == TOKEN_SYMBOL) {
        parser->at++;
        return named(parser, token->kind == TOKEN_NUMBER ? MATH_NUMBER : MATH_SYMBOL, token);
    }
    return parse_refuse(parser);
}

static struct math_node *read_fraction(struct parser *parser)
{
    struct math_token rest = {.kind = TOKEN_END};
    struct math_node *above = parse_argument(parser, &rest);

    if (rest.kind == TOKEN_NUMBER) {
        struct math_node *below = parse_number(parser, rest.number);

        below->name = rest.name;
        return math_pair(parser->arena, MATH_DIVIDE, above, below);
    }
    return math_pair(parser->arena, MATH_DIVIDE, above, parse_argument(parser, NULL));
}

/* Written out: n! / (k! (n - k)!). */
static struct math_node *read_binomial(struct parser *parser)
{
    struct arena *arena = parser->arena;
    struct math_token rest = {.kind = TOKEN_END};
    struct math_node *n = parse_argument(parser, &rest);
    struct math_node *k = rest.kind == TOKEN_NUMBER ? parse_number(parser, rest.number)
                                                    : parse_argument(parser, NULL);
    struct math_node *others = math_pair(arena, MATH_ADD, n, parse_wrap(parser, MATH_NEGATE, k));

    return math_pair(arena, MATH_DIVIDE, parse_wrap(parser, MATH_FACTORIAL, n),
                     math_pair(arena, MATH_MULTIPLY, parse_wrap(parser, MATH_FACTORIAL, k),
                               parse_wrap(parser, MATH_FACTORIAL, others)));
}

static struct math_node *call(struct parser *parser, const char *name, struct math_node *of)
{
    struct math_node *node = parse_wrap(parser, MATH_CALL, of);

    node->name = name;
    return node;
}

static struct math_node *read_root(struct parser *parser)
{
    struct math_node *degree = NULL;

    if (parse_take(parser, '[')) {
        degree = parse_sum(parser);
        if (!parse_take(parser, ']')) {
            return parse_refuse(parser);
        }
    }
    struct math_node *of;

    if (parse_take(parser, '(')) {
        of = parse_sum(parser);
        if (!parse_take(parser, ')')) {
            return parse_refuse(parser);
        }
    } else {
        of = parse_argument(parser, NULL);
    }
    if (degree == NULL) {
        return call(parser, "sqrt", of);
    }
    return math_pair(parser->arena, MATH_POWER, of,
                     math_pair(parser->arena, MATH_DIVIDE, parse_number(parser, 1), degree));
}

static struct math_node *read_matrix(struct parser *parser)
{
    struct parts rows = {0};

    while (!parser->failed && parser->at->kind != TOKEN_MATRIX_END) {
        struct parts cells = {0};

        do {
            parse_add(parser, &cells, parse_sum(parser));
        } while (parse_take(parser, '&'));
        parse_add(parser, &rows, parse_collect(parser, MATH_LIST, cells));
        if (!parse_take(parser, TOKEN_ROW)) {
            break;
        }
    }
    return parse_take(parser, TOKEN_MATRIX_END) && rows.count > 0
               ? parse_collect(parser, MATH_MATRIX, rows)
               : parse_refuse(parser);
}

static struct math_node *read_set(struct parser *parser)
{
    const struct math_token *at = parser->at;

    if (parse_take(parser, TOKEN_SET_CLOSE)) {
        struct math_node *empty = math_new(parser->arena, MATH_SYMBOL, 0);

        empty->name = "emptyset";
        return empty;
    }
    /* {x | x > 2} is what its condition says */
    bool condition = at->kind == TOKEN_SYMBOL && (at[1].kind == '|' || at[1].kind == ':');

    parser->at += condition ? 2 : 0;
    struct math_node *inner = parse_list(parser);

    if (condition && inner->kind == MATH_RELATION) {
        return parse_take(parser, TOKEN_SET_CLOSE) ? inner : parse_refuse(parser);
    }
    struct math_node *set = inner->kind == MATH_LIST ? inner : parse_wrap(parser, MATH_SET, inner);

    set->kind = MATH_SET;
    return parse_take(parser, TOKEN_SET_CLOSE) ? set : parse_refuse(parser);
}

/* (x), (a, b), [a, b): the brackets of an interval need not match. */
struct math_node *parse_brackets(struct parser *parser, char open)
{
    struct math_node *inner = parse_list(parser);
    char close = parser->at->kind;

    if (close != ')' && close != ']') {
        return parse_refuse(parser);
    }
    parser->at++;
    if (inner->kind == MATH_LIST && inner->count == 2 && (open == '[' || close == ']')) {
        inner->kind = MATH_INTERVAL;
        inner->name = arena_print(parser->arena, "%c%c", open, close);
    } else if (inner->kind == MATH_LIST) {
        inner->kind = MATH_TUPLE;
    }
    return inner;
}

static struct math_node *read_bars(struct parser *parser)
{
    parser->bars++;
    struct math_node *inner = parse_sum(parser);

    parser->bars--;
    return parse_take(parser, '|') ? parse_wrap(parser, MATH_ABSOLUTE, inner)
                                   : parse_refuse(parser);
}

static struct math_node *read_call(struct parser *parser, const char *name)
{
    struct math_token rest = {.kind = TOKEN_END};
    struct math_node *base = parse_take(parser, '_') ? parse_argument(parser, &rest) : NULL;
    struct math_node *power = parse_take(parser, '^') ? parse_argument(parser, NULL) : NULL;

    parser->calls++;
    struct math_node *of = rest.kind == TOKEN_NUMBER ? parse_number(parser, rest.number)
                           : parse_take(parser, '(') ? parse_brackets(parser, '(')
                           : parser->at->kind == '{' ? read_braces(parser)
                                                     : parse_product(parser);

    parser->calls--;
    struct math_node *node = call(parser, name, of);

    if (base != NULL && strcmp(name, "log") != 0) {
        return parse_refuse(parser);
    }
    if (base != NULL) {
        node = math_pair(parser->arena, MATH_DIVIDE, node, call(parser, name, base));
    }
    return power == NULL ? node : math_pair(parser->arena, MATH_POWER, node, power);
}

/* A currency before its amount. */
static struct math_node *read_amount(struct parser *parser, const char *currency)
{
    if (parser->at->kind == TOKEN_END) {
        return parse_refuse(parser);
    }
    struct math_node *node = parse_atom(parser);

    node->unit = math_unit_known(currency) ? currency : NULL;
    return node;
}

struct math_node *parse_atom(struct parser *parser)
{
    const struct math_token *token = parser->at++;

    if (parser->depth > MATH_DEPTH_MAX) {
        return parse_refuse(parser);
    }
    switch (token->kind) {
    case TOKEN_NUMBER:
        return named(parser, MATH_NUMBER, token);
    case TOKEN_SYMBOL:
        return named(parser, MATH_SYMBOL, token);
    case TOKEN_UNIT:
        return read_amount(parser, token->name);
    case TOKEN_WORDS:
        return named(parser, MATH_WORDS, token);
    case TOKEN_INFINITY:
        return named(parser, MATH_INFINITY, token);
    case TOKEN_FRACTION:
        return read_fraction(parser);
    case TOKEN_BINOMIAL:
        return read_binomial(parser);
    case TOKEN_ROOT:
        return read_root(parser);
    case TOKEN_CALL:
        return read_call(parser, token->name);
    case TOKEN_MATRIX:
        return read_matrix(parser);
    case TOKEN_SET_OPEN:
        return read_set(parser);
    case '(':
    case '[':
        return parse_brackets(parser, token->kind);
    case '|':
        return read_bars(parser);
    case '{':
        parser->at--;
        return read_braces(parser);
    default:
        parser->at--;
        return parse_refuse(parser);
    }
}
